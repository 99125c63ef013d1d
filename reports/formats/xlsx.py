"""A site's report as a spreadsheet: what it is about, issues, criteria, places, documents, a sheet each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from reports.formats import documents, rows, sheets
from reports.formats.rows import Data, Places
from reports.sampled import said as sample_said
from reports.text import Words

SUFFIX = ".xlsx"
#: A sheet has room for a million rows, but nobody's machine for such a sheet: the rest is in places.csv.
MOST_PLACES = 50_000


def render(site: Data, run: Data, words: Words, of: Places, most: int = MOST_PLACES) -> bytes:
    book = sheets.new(rows.title(site, run, words), words.lang, run["finished"] or run["started"])
    shown = min(most, sum(issue["places"] for issue in site["issues"]))
    sheets.add(
        book,
        words.plain("export.sheet.about"),
        "About",
        {words.plain("export.about.what"): 34, words.plain("export.about.value"): 90},
        _about(site, run, words, shown),
    )
    for name, columns, found in (
        ("issues", rows.ISSUES, rows.issues(site, words)),
        ("criteria", rows.CRITERIA, rows.criteria(site, words)),
        ("places", rows.PLACES, islice(rows.places(site, words, of), most)),
    ):
        heads = {words.plain(f"export.col.{column}"): width for column, width in columns.items()}
        sheets.add(book, words.plain(f"export.sheet.{name}"), name.capitalize(), heads, found)
    documents.add_documents(book, site["documents"], words)
    return sheets.saved(book)


def _about(site: Data, run: Data, words: Words, shown: int) -> Iterator[Sequence[Any]]:
    yield words.plain("meta.audit"), rows.day(run["started"])
    yield from rows.facts(site, words)
    if run["sample"]:
        yield words.plain("meta.sample"), sample_said(run["sample"], words)
    yield words.plain("method.run"), run["id"]
    listed = sum(issue["places"] for issue in site["issues"])
    if listed > shown:
        yield words.plain("export.sheet.places"), words.plain("export.places-cut", n=shown, of=listed)
    yield words.plain("method.limits"), words.plain("limits.tools")
