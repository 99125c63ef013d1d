"""An inventory as CSV (RFC 4180, UTF-8 with BOM): one line per address, what it is and where it was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reports import clean
from reports.formats import cells
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


def lines(pages: Iterable[PageRecord]) -> Iterator[str]:
    """The file, a line at a time: an inventory may hold a million addresses."""
    yield cells.BOM + cells.line(COLUMNS)
    for page in pages:
        yield cells.line(
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
