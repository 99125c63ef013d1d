"""CSV (RFC 4180) of a site: its issues, its criteria, and every place, a line each.

Headings are names for scripts and the same in both languages; texts are in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reports.formats import cells, rows
from reports.formats.rows import Data, Places
from reports.text import Words

SUFFIX = ".csv"


def issues(site: Data, run: Data, words: Words) -> Iterator[str]:
    return _lines(rows.ISSUES, rows.issues(site, words), run)


def criteria(site: Data, run: Data, words: Words) -> Iterator[str]:
    return _lines(rows.CRITERIA, rows.criteria(site, words), run)


def places(site: Data, run: Data, words: Words, of: Places) -> Iterator[str]:
    """Line by line: there may be more than fit into memory."""
    return _lines(rows.PLACES, rows.places(site, words, of), run)


def _lines(columns: Mapping[str, int], found: Iterable[Sequence[Any]], run: Data) -> Iterator[str]:
    yield cells.BOM + cells.line([*(name.replace("-", "_") for name in columns), "run"])
    for row in found:
        yield cells.line([*map(str, row), run["id"]])
