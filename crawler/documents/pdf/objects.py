"""Look into objects of a PDF that may be of any type, broken, or point back at themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

#: What a broken object raises when it is looked at.
BROKEN = (pikepdf.PdfError, ValueError, TypeError, KeyError, OverflowError, RuntimeError)
#: Of chains that lead from one object to its parent.
DEEPEST = 500
#: Of names and languages: longer ones are no such thing.
LONGEST = 120


def entry(holder: Any, key: str) -> Any:
    """The value of a key; None where ``holder`` has none."""
    if not isinstance(holder, (pikepdf.Dictionary, pikepdf.Stream)):
        return None
    try:
        return holder.get(key)
    except BROKEN:
        return None


def name(value: Any) -> str:
    """A name without its slash; "" where it is none."""
    if not isinstance(value, pikepdf.Name):
        return ""
    try:
        return str(value)[1 : LONGEST + 1]
    except ValueError:
        return "?"


def text(value: Any) -> str | None:
    """A string; None where it is none."""
    if not isinstance(value, pikepdf.String):
        return None
    try:
        return str(value)
    except ValueError:
        return bytes(value).decode("latin-1")


def whole(value: Any) -> int | None:
    """An integer; None where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def items(value: Any) -> Iterator[Any]:
    """The items of an array; of anything else the thing itself; nothing of nothing."""
    if not isinstance(value, pikepdf.Array):
        if value is not None:
            yield value
        return
    for index in range(len(value)):
        try:
            yield value[index]
        except BROKEN:
            yield None


def key(value: Any) -> tuple[int, int] | None:
    """What tells an indirect object from all others; None for one that stands in another."""
    found: tuple[int, int] = value.objgen
    return found if found[0] else None


def inherited(page: Any, wanted: str) -> Any:
    """An attribute of a page, or of the nodes above it."""
    for _ in range(DEEPEST):
        if not isinstance(page, pikepdf.Dictionary):
            return None
        found = entry(page, wanted)
        if found is not None:
            return found
        page = entry(page, "/Parent")
    return None


def box(value: Any) -> tuple[float, float, float, float] | None:
    """A rectangle: left, bottom, right, top; None where it is none."""
    sides = [float(side) for side in items(value) if not isinstance(side, bool) and _is_number(side)]
    if len(sides) != 4:
        return None
    left, bottom, right, top = sides
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except BROKEN:
        return False
    return not isinstance(value, (pikepdf.String, pikepdf.Name))
