"""The register of documents as a spreadsheet. A cell holds text or a number, never a formula, whatever a page said."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from markupsafe import Markup
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.table import Table, TableStyleInfo

from reports import clean
from reports.formats.cells import FORMULA
from reports.text import Language, Words

SUFFIX = ".xlsx"
Data = Mapping[str, Any]
#: What a cell can hold.
_LONGEST = 32_000
#: The same report gives the same file. openpyxl writes the moment into zip and properties.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*<")

#: Column -> its width in characters.
DOCUMENTS: Mapping[str, int] = {
    "doc-title": 40, "name": 32, "address": 60, "format": 12, "pages": 8, "size": 14, "lang": 10, "modified": 14,
    "made-with": 24, "state": 16, "reason": 30, "copy": 40, "linked": 12, "linking": 60, "owner": 24, "failing": 12,
    "review": 12, "first": 40, "entry": 20, "published": 14, "evidence": 30, "ground": 40, "by": 24, "until": 14,
    "alternative": 40, "requests": 30,
}  # fmt: skip
FINDINGS: Mapping[str, int] = {
    "name": 32, "address": 60, "rule": 24, "what": 60, "kind": 18, "severity": 12, "places": 10, "criteria": 20,
    "fix": 80,
}  # fmt: skip


def sheet_name(language: Language) -> str:
    """ "documents.xlsx", "documents.fr.xlsx"."""
    return f"documents{SUFFIX}" if language == "en" else f"documents.{language}{SUFFIX}"


def render(site: Data, run: Data, language: Language) -> bytes:
    """The documents of one site, and what was found in each, on a sheet of its own."""
    words = Words(language)
    book = Workbook(write_only=True)
    stamp = datetime.fromisoformat(run["finished"] or run["started"]).astimezone(UTC).replace(tzinfo=None)
    name = site["name"].get(language) or site["name"]["en"]
    properties = book.properties
    properties.title = clean.line(
        words.t("documents.sheet.title", site=name, date=words.date(run["started"])).unescape()
    )
    properties.language = words.lang
    properties.creator = "Handrail"
    properties.created = stamp
    documents = site["documents"]
    sheet = book.create_sheet(_said(words, "documents.sheet.documents"))
    _fill(sheet, "documents", DOCUMENTS, _documents(documents, words), words)
    if any(document["findings"] for document in documents["listed"]):
        sheet = book.create_sheet(_said(words, "documents.sheet.findings"))
        _fill(sheet, "findings", FINDINGS, _findings(documents, words), words)
    raw = io.BytesIO()
    book.save(raw)
    return _timeless(raw.getvalue())


def _documents(documents: Data, words: Words) -> Iterator[Sequence[Any]]:
    entries = {entry["name"]: entry for entry in documents["entries"]}
    for document in documents["listed"]:
        entry = entries.get(document["entry"], {})
        exception = entry.get("exception") or {}
        yield (
            document["title"],
            document["name"],
            document["url"],
            kind_of(document, words),
            document["pages"] or "",
            document["size"] or "",
            document["lang"],
            _date(document["modified"]),
            document["made_with"],
            _said(words, f"documents.state.{document['state']}"),
            html.unescape(_MARKUP.sub("", why_unread(document["reason"], words))),
            document["same_as"],
            document["linked_from"],
            "\n".join(page["url"] for page in document["linking"]),
            document["owner"],
            document["failing"] if document["state"] == "read" or document["failing"] else "",
            document["to_review"] if document["state"] == "read" or document["to_review"] else "",
            "\n".join(_said(words, f"documents.lead.{lead}") for lead in document["leads"]),
            document["entry"],
            _date(entry.get("published", "")),
            entry.get("evidence", ""),
            exception.get("ground", ""),
            exception.get("by", ""),
            _date(exception.get("until", "")),
            entry.get("alternative", ""),
            "\n".join(_request(one, words) for one in entry.get("requests", ())),
        )


def _findings(documents: Data, words: Words) -> Iterator[Sequence[Any]]:
    rules = {rule["rule"]: rule for rule in documents["rules"]}
    for document in documents["listed"]:
        for found in document["findings"]:
            rule = rules[found["rule"]]
            yield (
                document["name"],
                document["url"],
                found["rule"],
                rule["title"].get(words.language) or rule["title"]["en"],
                _said(words, f"documents.group.{found['group']}"),
                _said(words, f"severity.{found['severity']}"),
                found["places"],
                ", ".join(rule["criteria"]),
                rule["fix"].get(words.language) or rule["fix"]["en"],
            )


def kind_of(document: Data, words: Words) -> str:
    """The format of a document in words, else by the end of its name."""
    kind = document["kind"] or document["name"].lower().rpartition(".")[2]
    named = f"documents.kind.{kind}"
    if words.has(named):
        return _said(words, named)
    return str(document["kind"]).upper()


_MARKUP = re.compile(r"<[^>]*>")
_PAGES = re.compile(r" \((pages?) ([\d, …]+)(?: and (\d+|…) more)?\)$")
_COUNTED = re.compile(r"\d+(?:\.\d+)?(?:(?:, | to |-)\d+)*|(?<=\()\w+(?=\)$)|…")


def why_unread(reason: str, words: Words) -> Markup:
    """Why a document was not read, or not to its end. What has no words of its own is shown as it was recorded."""
    outcome = f"outcome.{reason.partition(':')[0]}"
    if words.has(outcome):
        return words.t(outcome)
    return Markup("; ").join(_why(part, words) for part in reason.split("; ")) if reason else Markup()


def _why(reason: str, words: Words) -> Markup:
    if at := _PAGES.search(reason):
        why = _why(reason[: at.start()], words)
        pages: Any = at[2] if at[3] is None else words.t("documents.reason-at.more", pages=at[2], n=_number(at[3]))
        key = "documents.reason-at.pages" if at[1] == "pages" else "documents.reason-at.page"
        return words.t(key, why=why, pages=pages)
    if words.has(f"documents.reason.{reason}"):
        return words.t(f"documents.reason.{reason}", n="…") if "…" in reason else words.t(f"documents.reason.{reason}")
    shape = _COUNTED.sub("…", reason)
    if words.has(f"documents.reason.{shape}") and (counted := _COUNTED.search(reason)):
        return words.t(f"documents.reason.{shape}", n=_number(counted[0]))
    if re.fullmatch(r"[A-Z][A-Za-z]+", reason):  # the name of an error
        return words.t("documents.reason.of-a-type", n=reason)
    if words.has(f"reason.{reason}"):
        return words.t(f"reason.{reason}")
    return Markup('<span lang="en-CA">{}</span>').format(clean.line(reason))


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < 10 else text


def _said(words: Words, key: str, **values: Any) -> str:
    return words.t(key, **values).unescape()


def _request(request: Data, words: Words) -> str:
    key = "documents.answered" if request["answered"] else "documents.request"
    days = {name: words.date(request[name], short=True) for name in ("received", "answered")}
    return _said(words, key, number=request["number"], **days)


def _date(stamp: str) -> date | str:
    return date.fromisoformat(stamp) if stamp else ""


class _Cells:
    """One cell of each look: a row is written as it is handed over, so that the same cells do for all rows."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self._head = _cell(sheet, wrap=True)
        self._head.font = Font(bold=True)
        self._text = _cell(sheet, wrap=True)
        self._risky = _cell(sheet, wrap=True)
        self._risky.quotePrefix = True
        self._number = _cell(sheet)
        self._date = _cell(sheet)
        self._date.number_format = "yyyy-mm-dd"

    def heads(self, names: Sequence[str]) -> Iterator[WriteOnlyCell]:
        for name in names:
            yield self._put(self._head, name)

    def row(self, values: Sequence[Any]) -> Iterator[WriteOnlyCell | None]:
        for value in values:
            if value == "":
                yield None
            elif isinstance(value, str):
                text = clean.block(value, _LONGEST)
                yield self._put(self._risky if text.startswith(FORMULA) else self._text, text)
            else:
                yield self._put(self._date if isinstance(value, date) else self._number, value)

    @staticmethod
    def _put(cell: WriteOnlyCell, value: Any) -> WriteOnlyCell:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # text, also where it looks like a formula
        return cell


def _cell(sheet: WriteOnlyWorksheet, *, wrap: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    cell.alignment = Alignment(vertical="top", wrap_text=wrap)
    return cell


def _fill(
    sheet: WriteOnlyWorksheet, name: str, columns: Mapping[str, int], rows: Iterable[Sequence[Any]], words: Words
) -> None:
    """A table with its header, which stays in view and is repeated in print."""
    heads = [_said(words, f"documents.sheet.{column}") for column in columns]
    for number, width in enumerate(columns.values(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    cells = _Cells(sheet)
    sheet.append(cells.heads(heads))
    written = 1
    for row in rows:
        sheet.append(cells.row(row))
        written += 1
    table = Table(displayName=name.capitalize(), ref=f"A1:{get_column_letter(len(heads))}{written}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    table._initialise_columns()  # what is written at once is not there to be asked for its header
    for column, head in zip(table.tableColumns, heads, strict=True):
        column.name = head
    sheet.tables.add(table)


def _timeless(book: bytes) -> bytes:
    """The same file without the moment in which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for part in packed.infolist():
            content = packed.read(part)
            if part.filename == "docProps/core.xml":
                created = re.search(rb"<dcterms:created[^>]*>([^<]*)<", content)
                content = _MODIFIED.sub(rb"\g<1>" + (created[1] if created else b"") + b"<", content)
            again.writestr(zipfile.ZipInfo(part.filename, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
