"""Tables of text: CSV and its kin. The name of a column stands before each of its cells, as in a table of a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from crawler.documents import LIMIT, Piece, Reader, Unreadable, words_of

_LOOKED_AT = 20
_SEPARATORS = ",;\t|"


class Table(Reader):
    """Separated values."""

    kind = "table"
    types = frozenset({"text/csv", "text/tab-separated-values", "application/csv", "text/x-csv", "text/tsv"})
    suffixes = frozenset({"csv", "tsv", "tab"})
    where = "data"

    def read(self, text: str, *, cut: bool) -> Iterator[Piece]:
        """Cells by column and row, as spreadsheets call them: "C14"."""
        csv.field_size_limit(LIMIT)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
        try:
            first = list(islice(rows, _LOOKED_AT))
            names = header(first)
            for number, row in enumerate(chain(first, rows), start=1):
                yield from _cells(row, number, names if names and number > names[0] else (0, ()))
        except csv.Error:
            raise Unreadable from None


def _separator(text: str) -> str:
    """The sign that stands equally often, and most, in the first lines."""
    some = [line for line in text[:20_000].splitlines()[:_LOOKED_AT] if line.strip()]
    if len(some) > 1 and len(text) > 20_000:
        some.pop()
    counts = {sign: [line.count(sign) for line in some] for sign in _SEPARATORS}
    return max(_SEPARATORS, key=lambda sign: (min(counts[sign], default=0), sum(counts[sign])))


def header(rows: Sequence[Sequence[str]]) -> tuple[int, tuple[str, ...]] | None:
    """The number of the row that names the columns, and the names; a title may stand above it."""
    for number, row in enumerate(rows[:5], start=1):
        cells = [cell.strip() for cell in row]
        if sum(map(bool, cells)) < max(1, min(2, max(map(len, rows)))):
            continue
        if any("@" in cell or sum(map(str.isdigit, cell)) > 2 for cell in cells):
            return None
        return number, tuple(words_of(cell) for cell in cells)
    return None


def _cells(row: Sequence[str], number: int, names: tuple[int, tuple[str, ...]]) -> Iterator[Piece]:
    before = "\n"
    for column, cell in enumerate(row):
        if not cell.strip():
            continue
        label = names[1][column] if column < len(names[1]) else ""
        yield Piece(at=f"{letters(column)}{number}", text=cell.strip(), label=label, before=before)
        before = " | "


def letters(column: int) -> str:
    """0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
