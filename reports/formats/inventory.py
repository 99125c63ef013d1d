"""An inventory as CSV (RFC 4180, UTF-8 with BOM): one line per address, what it is and where it was found."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from reports import clean
from reports.store.records import PageRecord

SUFFIX = ".csv"
COLUMNS = (
    "site",
    "url",
    "outcome",
    "status",
    "content_type",
    "title",
    "lang",
    "depth",
    "found_by",
    "found_on",
    "reason",
)
#: A spreadsheet takes a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(pages: Iterable[PageRecord]) -> Iterator[str]:
    """The file, a line at a time: an inventory may hold a million addresses."""
    yield "\ufeff" + _line(COLUMNS)
    for page in pages:
        yield _line(
            (
                page.site,
                clean.line(page.url, clean.URL),
                page.outcome.value if page.outcome else "waiting",
                str(page.status or ""),
                page.content_type,
                clean.line(page.title),
                page.lang,
                str(page.depth),
                page.via,
                clean.line(page.found_on, clean.URL),
                clean.line(page.reason),
            )
        )


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow("'" + cell if cell.startswith(_FORMULA) else cell for cell in cells)
    return out.getvalue()
