"""A table in plain text: the first column to the left, numbers to the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A row with fewer cells than the head is a remark: its last cell runs on over the others."""
    whole = [head, *(row for row in rows if len(row) == len(head))]
    widths = [max(len(row[n]) for row in whole) for n in range(len(head))]
    widths[0] = max(widths[0], *(len(row[0]) for row in (head, *rows)))
    for row in (head, *rows):
        if len(row) < len(head):
            yield f"{row[0].ljust(widths[0])}  {row[-1]}"
            continue
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join([row[0].ljust(widths[0]), *cells[1:]])
