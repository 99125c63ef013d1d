"""Streams of a PDF, unpacked as far as wanted: a small one may unfold to more than there is memory."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary, Object, Stream

from crawler.documents.pdf._unfold import TooLong, Unreadable, unfold

#: What a page paints with, unpacked.
MOST_CONTENT = 60_000_000
_RATIO = 1032
_MOST_FORMS = 2_000


def unpacked(stream: Object, most: int) -> bytes:
    """What a stream holds, its first ``most`` bytes where it is longer; nothing where they cannot be had."""
    try:
        return unfold(stream, most)
    except TooLong as exc:
        return exc.begins
    except Unreadable:
        return b""


def filters_of(stream: Object) -> list[str]:
    """How it is packed, the outermost first."""
    told = stream.get("/Filter")
    return [str(one) for one in told] if isinstance(told, Array) else [str(told)] if told is not None else []


def too_large(page: Object) -> bool:
    """Whether what a page paints with unfolds to more than is read. Pictures and fonts are not counted."""
    contents = page.get("/Contents")
    stack: list[Any] = list(contents) if isinstance(contents, Array) else [contents]
    size = 0
    seen: set[Any] = set()
    stack += _forms(page)
    while stack and len(seen) < _MOST_FORMS:
        one = stack.pop()
        if not isinstance(one, Stream) or one.objgen in seen:
            continue
        seen.add(one.objgen)
        packed = _length(one)
        if packed * _RATIO < MOST_CONTENT // 100 and len(filters_of(one)) < 2:  # cannot matter
            size += packed
        else:
            size += len(unpacked(one, MOST_CONTENT + 1))
        if size > MOST_CONTENT:
            return True
        stack += _forms(one)
    return False


def _length(stream: Object) -> int:
    try:
        return int(stream.get("/Length", 0))
    except (TypeError, ValueError):
        return MOST_CONTENT


def _forms(holder: Object) -> list[Any]:
    resources = holder.get("/Resources")
    some = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    if not isinstance(some, Dictionary):
        return []
    found = (some[key] for key in sorted(some.keys())[:_MOST_FORMS])
    return [one for one in found if isinstance(one, Stream) and str(one.get("/Subtype")) == "/Form"]
