"""What people are asked, as a list: for a terminal, as JSON, and as a table to fill in (CSV, XLSX) and hand back."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from html import unescape
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo

from reports import clean
from reports.answers import RESULTS, Stand
from reports.formats import cells
from reports.text import LANGUAGES, Language, Words

SCHEMA_VERSION = "1.0"
#: Column -> its width in characters.
COLUMNS: Mapping[str, int] = {
    "id": 14, "site": 12, "state": 11, "required": 10, "criteria": 12, "page": 50, "title": 30, "part": 20, "ask": 60,
    "how": 60, "expect": 30, "result": 20, "by": 24, "on": 12, "evidence": 50, "version": 13,
}  # fmt: skip
#: What is read of a table that comes back.
READ = ("id", "result", "by", "on", "evidence", "version")
MOST_BYTES, MOST_ROWS = 20_000_000, 50_000
#: A spreadsheet names a style so that shows no border of its own.
_STYLE = "TableStyleLight1"


class BadTable(ValueError):
    """What is wrong with a table that comes back, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that came back, by its line; ``at`` says in which cell a field stands ("line 5, Result")."""

    line: int
    values: Mapping[str, str] = field(repr=False)
    at: Mapping[str, str]
    wrong: str = ""


def as_text(stands: Sequence[Stand], most: int, words: Words) -> str:
    """At the most ``most`` questions, and how many there are."""
    if not stands:
        return words.plain("asking.list-none") + "\n"
    lines: list[str] = []
    for one in stands[:most]:
        lines += [*_brief(one, words), ""]
    if len(stands) > most:
        lines += [words.plain("asking.list-more", n=len(stands) - most), ""]
    states = [one.state for one in stands]
    counts = {name: states.count(name) for name in ("answered", "changed", "open")}
    return "\n".join([*lines, words.plain("asking.list-sum", asked=len(stands), **counts)]) + "\n"


def as_json(stands: Iterable[Stand]) -> str:
    """``schema_version`` and ``questions``."""
    told = {"schema_version": SCHEMA_VERSION, "questions": [_facts(one) for one in stands]}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def shown(stand: Stand, words: Words, history: Sequence[str]) -> str:
    """One question whole, with what the log holds of it."""
    asked = stand.asked
    lines = list(_brief(stand, words))
    lines += ["", f"{words.plain('asking.how')}: {_in(asked.how, words)}"]
    lines.append(f"{words.plain('asking.expected')}: {_in(asked.expect, words)}")
    if asked.pages:
        lines += ["", words.plain("asking.pages") + ":", *(f"  {page}" for page in asked.pages)]
    if stand.answer:
        lines += ["", f"{words.plain('asking.evidence')}: {stand.answer.evidence}"]
    return "\n".join([*lines, *(["", *history] if history else [])]) + "\n"


def _brief(one: Stand, words: Words) -> Iterator[str]:
    asked = one.asked
    law = words.plain("required.yes" if asked.required else "asking.column.no")
    numbers = ", ".join(asked.criteria)
    required = f"{words.plain('col.required')}: {law}"
    yield f"{asked.id} · {asked.site} · {numbers} · {required} · {words.plain(f'asking.state.{one.state}')}"
    yield f"  {_in(asked.ask, words)}"
    yield f"  {_where(one, words)}"
    if one.answer and one.state != "open":
        result = words.plain(f"answer.{one.answer.result}")
        key = "asking.holds" if one.state == "answered" else "asking.changed"
        told = words.plain(key, result=result, by=one.answer.by, date=words.date(one.answer.on))
        yield f"  {words.plain('asking.now')}: {told}"
    if asked.moot:
        yield f"  {words.plain('asking.moot')}"


def _where(one: Stand, words: Words) -> str:
    asked = one.asked
    page = asked.page or ", ".join(asked.pages) or words.plain("answer.whole")
    return f"{page} ({_part(one, words)})" if asked.part_key else page


def _part(one: Stand, words: Words) -> str:
    return unescape(str(words.part(one.asked.part_key, one.asked.part))) if one.asked.part_key else ""


def _in(text: Any, words: Words) -> str:
    told: str = (text.fr or text.en) if words.language == "fr" else text.en
    return told


def _facts(one: Stand) -> dict[str, Any]:
    asked, answer = one.asked, one.answer
    return {
        "id": asked.id,
        "site": asked.site,
        "state": one.state,
        "required": asked.required,
        "moot": asked.moot,
        "key": asked.key,
        "criteria": list(asked.criteria),
        "page": asked.page,
        "pages": list(asked.pages),
        "title": asked.title,
        "part_key": asked.part_key,
        "part": asked.part,
        **{name: {"en": text.en, "fr": text.fr} for name, text in _texts(one).items()},
        "version": asked.version,
        "answer": None
        if answer is None
        else {
            **{name: getattr(answer, name) for name in ("result", "by", "on", "evidence", "entry")},
            "files": [asdict(one) for one in answer.files],
        },
    }


def _texts(one: Stand) -> dict[str, Any]:
    return {"ask": one.asked.ask, "how": one.asked.how, "expect": one.asked.expect}


# A table to fill in


def _rows(stands: Iterable[Stand], words: Words) -> Iterator[Mapping[str, str]]:
    for one in stands:
        asked = one.asked
        given = one.answer if one.state == "answered" else None
        yield {
            "id": asked.id,
            "site": asked.site,
            "state": words.plain(f"asking.state.{one.state}"),
            "required": words.plain("asking.column.yes" if asked.required else "asking.column.no"),
            "criteria": ", ".join(asked.criteria),
            "page": asked.page or "\n".join(asked.pages) or words.plain("answer.whole"),
            "title": asked.title,
            "part": _part(one, words),
            "ask": _in(asked.ask, words),
            "how": _in(asked.how, words),
            "expect": _in(asked.expect, words),
            "result": words.plain(f"answer.{given.result}") if given else "",
            "by": given.by if given else "",
            "on": given.on if given else "",
            "evidence": given.evidence if given else "",
            "version": asked.version,
        }


def as_csv(stands: Iterable[Stand], words: Words) -> str:
    """A row for each question; who fills it in writes result, name, date and evidence."""
    head = cells.line(words.plain(f"asking.column.{name}") for name in COLUMNS)
    rows = (cells.line(map(_flat, row.values())) for row in _rows(stands, words))
    return cells.BOM + head + "".join(rows)


def _flat(value: str) -> str:
    return clean.block(value, clean.URL)


def as_xlsx(stands: Iterable[Stand], words: Words, day: str) -> bytes:
    """The same as a spreadsheet; results are chosen from a list."""
    book = Workbook()
    book.properties.title = words.plain("asking.title", date=words.date(day))
    book.properties.language = words.lang
    book.properties.creator = "Handrail"
    sheet = book.active
    assert sheet is not None
    sheet.title = words.plain("asking.sheet")
    sheet.append([words.plain(f"asking.column.{name}") for name in COLUMNS])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    last = 1
    for last, row in enumerate(_rows(stands, words), start=2):
        for at, value in enumerate(row.values(), start=1):
            cell = sheet.cell(last, at)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.number_format = "@"
            if value:
                cell.value = _flat(value)
                cell.data_type = "s"  # text, also where it looks like a formula
                cell.quotePrefix = value.startswith(cells.FORMULA)
    for at, width in enumerate(COLUMNS.values(), start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    choice = DataValidation(type="list", formula1=f'"{",".join(_results(words))}"', allow_blank=True)
    sheet.add_data_validation(choice)
    column = get_column_letter([*COLUMNS].index("result") + 1)
    choice.add(f"{column}2:{column}{max(last, 2)}")
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    table = Table(displayName="Questions", ref=f"A1:{get_column_letter(len(COLUMNS))}{max(last, 2)}")
    table.tableStyleInfo = TableStyleInfo(name=_STYLE, showRowStripes=False)
    sheet.add_table(table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _results(words: Words) -> list[str]:
    return [words.plain(f"answer.{name}") for name in RESULTS]


# What comes back


def read_csv(data: bytes) -> list[Row]:
    """Rows of a CSV file; comma, semicolon or tab, UTF-8, UTF-16 or Windows-1252. Raises BadTable."""
    text = _decoded(data)
    sign = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    rows: list[tuple[int, Sequence[str]]] = []
    while len(rows) <= MOST_ROWS:
        line = reader.line_num + 1
        try:
            rows.append((line, next(reader)))
        except StopIteration:
            break
        except csv.Error:
            raise BadTable(f"line {line}: quotation marks do not fit: double those inside a cell") from None
    return list(_read(rows, lambda line, name, at: f"line {line}, {name}"))


def read_xlsx(data: bytes) -> list[Row]:
    """Rows of a spreadsheet's first sheet. Raises BadTable."""
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise BadTable("this is no spreadsheet (.xlsx)") from None
    sheet = book.worksheets[0]
    rows = [
        (line, [_cell(value) for value in values])
        for line, values in enumerate(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2), start=1)
    ]
    return list(_read(rows, lambda line, name, at: f"line {line}, {name} ({get_column_letter(at + 1)}{line})"))


def _read(rows: Sequence[tuple[int, Sequence[str]]], cell: Any) -> Iterator[Row]:
    if len(rows) > MOST_ROWS:
        raise BadTable(f"more than {MOST_ROWS:,} rows; cut it")
    header = rows[0][1] if rows else ()
    columns = _columns(header)
    if missing := [name for name in READ if name not in columns]:
        named = ", ".join(Words("en").plain(f"asking.column.{name}") for name in missing)
        raise BadTable(f"the first line lacks: {named}. Write the list anew with: handrail review export")
    for line, values in rows[1:]:
        if not any(value.strip() for value in values):
            continue
        at = {name: cell(line, header[column].strip(), column) for name, column in columns.items()}
        if len(values) < len(header) and any(column >= len(values) for column in columns.values()):
            yield Row(line=line, values={}, at=at, wrong=f"line {line}: {len(values)} cells of {len(header)}")
            continue
        yield Row(line=line, values={name: _bare(values[column]) for name, column in columns.items()}, at=at)


def result_of(said: str) -> str:
    """A result by its name in either language, or as report.json has it; "" where there is none."""
    plain = _plain(said)
    for name in RESULTS:
        if plain in (_plain(name), *(_plain(Words(language).plain(f"answer.{name}")) for language in LANGUAGES)):
            return name
    return ""


def results_in(language: Language) -> str:
    """The results that can be written, for a message."""
    return ", ".join(_results(Words(language)))


def _columns(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, said in enumerate(header):
        for name in READ:
            known = {name, *(Words(language).plain(f"asking.column.{name}") for language in LANGUAGES)}
            if _plain(said) in set(map(_plain, known)):
                found.setdefault(name, at)
    return found


def _bare(value: str) -> str:
    """Without the sign that keeps a spreadsheet from taking it for a formula."""
    value = value.strip()
    return value[1:] if value.startswith("'") and value[1:].startswith(cells.FORMULA) else value


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub(r"[\u0300-\u036f]", "", letters)).split())


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
