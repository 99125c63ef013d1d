"""The register of documents as a spreadsheet."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup
from openpyxl import Workbook

from reports import clean
from reports.formats import sheets
from reports.text import Language, Words

SUFFIX = ".xlsx"
Data = Mapping[str, Any]

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
    name = site["name"].get(language) or site["name"]["en"]
    title = clean.line(words.t("documents.sheet.title", site=name, date=words.date(run["started"])).unescape())
    book = sheets.new(title, words.lang, run["finished"] or run["started"])
    documents = site["documents"]
    add_documents(book, documents, words)
    if any(document["findings"] for document in documents["listed"]):
        name = _said(words, "documents.sheet.findings")
        sheets.add(book, name, "Findings", _heads(FINDINGS, words), _findings(documents, words))
    return sheets.saved(book)


def add_documents(book: Workbook, documents: Data, words: Words) -> None:
    """The register on a sheet of its own."""
    name = _said(words, "documents.sheet.documents")
    sheets.add(book, name, "Documents", _heads(DOCUMENTS, words), _documents(documents, words))


def _heads(columns: Mapping[str, int], words: Words) -> Mapping[str, int]:
    return {_said(words, f"documents.sheet.{column}"): width for column, width in columns.items()}


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
