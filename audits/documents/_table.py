"""The grid that the rows and cells of a tagged table make, and the headers that each cell has in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Element = Mapping[str, Any]
#: Cells of a table that is laid out; spans can make any number of them.
MOST_CELLS = 250_000
MOST_SPAN = 10_000_000


@dataclass(slots=True, kw_only=True)
class Grid:
    """A table, laid out as far as it can be; ``None`` where that has no such fault."""

    #: A row that is wider than the first one; one that is narrower; a column that is higher than the table.
    wide_row: int | None = None
    narrow_row: tuple[int, int, int] | None = None  # row, its width, the table's
    high_column: int | None = None
    #: Two cells in one place.
    overlaps: tuple[Element, Element] | None = None
    #: Data cells that no header is tied to, without and with names of headers that do not exist.
    headless: int = 0
    misled: int = 0
    has_headers: bool = False
    too_large: bool = False
    cells: dict[tuple[int, int], Element] = field(default_factory=dict)


def laid_out(rows: Sequence[Sequence[Element]]) -> Grid:
    """The grid of these rows of cells: as wide as the first row, as high as there are rows."""
    grid = Grid()
    height, width = len(rows), sum(_columns(cell) for cell in rows[0]) if rows else 0
    grid.too_large = height * width > MOST_CELLS
    if not height or grid.too_large or not _fill(grid, rows, height, width):
        return grid
    _tie(grid, height, width)
    return grid


def _span(cell: Element, called: str) -> int:
    return min(max(int(cell.get(called, 1)), 0), MOST_SPAN)


def _columns(cell: Element) -> int:
    return _span(cell, "columns")


def _fill(grid: Grid, rows: Sequence[Sequence[Element]], height: int, width: int) -> bool:
    cells = grid.cells
    for row, here in enumerate(rows):
        column = 0
        for cell in here:
            while column < width and (row, column) in cells:
                column += 1
            if column + _columns(cell) > width:
                grid.wide_row = row
                return False
            if row + _span(cell, "rows") > height:
                grid.high_column = column
                return False
            for down in range(row, row + _span(cell, "rows")):
                for across in range(column, column + _columns(cell)):
                    if (down, across) in cells:
                        grid.overlaps = cells[down, across], cell
                        return False
                    cells[down, across] = cell
            column += _columns(cell)
    for row in range(height):
        taken = sum((row, column) in cells for column in range(width))
        if 0 < taken < width:  # a row without cells is a line of its own, and no data
            grid.narrow_row = row, taken, width
            return False
    return True


def _tie(grid: Grid, height: int, width: int) -> None:
    """Headers by the names that a cell gives, else by the scope of those above it and before it."""
    headers = [cell for cell in grid.cells.values() if cell["is"] == "TH"]
    grid.has_headers = bool(headers)
    if all("scope" in cell for cell in headers):
        return
    named = {cell["id"] for cell in headers if cell.get("id")}
    seen: set[int] = set()
    for row in range(height):
        for column in range(width):
            cell = grid.cells.get((row, column))
            if cell is None or cell["is"] != "TD" or id(cell) in seen:
                continue
            seen.add(id(cell))
            names = cell.get("headers", ())
            if (names and named.issuperset(names)) or _in_scope(grid.cells, cell, row, column):
                continue
            if named.issuperset(names):
                grid.headless += 1
            else:
                grid.misled += 1


def _in_scope(cells: Mapping[tuple[int, int], Element], cell: Element, row: int, column: int) -> bool:
    up = ([(above, across) for above in range(row - 1, -1, -1)] for across in range(column, column + _columns(cell)))
    if any(_reaches(cells, way, "Column") for way in up):
        return True
    back = ([(down, before) for before in range(column - 1, -1, -1)] for down in range(row, row + _span(cell, "rows")))
    return any(_reaches(cells, way, "Row") for way in back)


def _reaches(cells: Mapping[tuple[int, int], Element], way: Sequence[tuple[int, int]], scope: str) -> bool:
    """Whether the headers next on the way speak for it; those behind other data do not."""
    met = False
    for place in way:
        one = cells.get(place)
        if one is not None and one["is"] == "TH":
            if one.get("scope") in (scope, "Both"):
                return True
            met = True
        elif met:
            return False
    return False
