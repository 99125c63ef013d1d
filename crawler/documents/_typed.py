"""Lists that are typed instead of made: a fact that more than one format has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

FEWEST, LONGEST = 3, 300
_MARK = re.compile(r"^(?:([•·▪●○◦‣⁃■□➢➤►✓→*–-])[\s\t]+|\(?(\d{1,2}|[a-z])[.)][\s\t]+)(?=\w)")


def typed(lines: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Lines in a row that begin with the same bullet, or count on: the place of the first, and all of them."""
    run: list[tuple[str, str]] = []
    last = ""
    for at, line in [*lines, ("", "")]:
        found = _MARK.match(line) if len(line) <= LONGEST else None
        mark = (found[1] or found[2]) if found else ""
        if mark and last and _follows(last, mark):
            run.append((at, line))
        else:
            if len(run) >= FEWEST:
                yield run[0][0], [text for _, text in run]
            run = [(at, line)] if mark and (not mark.isalnum() or mark in ("1", "a")) else []
        last = mark if run else ""


def _follows(before: str, mark: str) -> bool:
    if mark.isdigit() and before.isdigit():
        return int(mark) == int(before) + 1
    if mark.isalpha() and before.isalpha():
        return ord(mark) == ord(before) + 1
    return mark == before
