"""Streams of a PDF, unpacked as far as wanted: a small one may unfold to more than there is memory."""

from __future__ import annotations

import base64
import re
import zlib
from typing import Any

from pikepdf import Array, Dictionary, Object, PdfError, Stream

#: Packed, of what cannot be unpacked step by step.
_MOST_AT_ONCE = 50_000
#: What a page paints with, unpacked.
MOST_CONTENT = 60_000_000
_RATIO = 1032
_MOST_FORMS = 2_000


def unpacked(stream: Object, most: int) -> bytes:
    """The first ``most`` bytes of what a stream holds."""
    filters = filters_of(stream)
    try:
        data = bytes(stream.read_raw_bytes())
        if any(one not in _STEPS for one in filters) or _predicted(stream):
            return bytes(stream.read_bytes())[:most] if len(data) < _MOST_AT_ONCE else b""
        for one in filters:
            data = _STEPS[one](data, most)
    except (PdfError, TypeError, ValueError):
        return b""
    return data[:most]


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


def _predicted(stream: Object) -> bool:
    parameters = stream.get("/DecodeParms")
    some = list(parameters) if isinstance(parameters, Array) else [parameters]
    return any(isinstance(one, Dictionary) and int(one.get("/Predictor", 1)) > 1 for one in some)


def _inflated(data: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error:
        return b""


def _from_85(data: bytes, most: int) -> bytes:
    data = re.sub(rb"\s+", b"", data[: 2 * most]).partition(b"~>")[0]
    return base64.a85decode(data)


def _from_hex(data: bytes, most: int) -> bytes:
    data = re.sub(rb"[^0-9A-Fa-f]", b"", data[: 3 * most].partition(b">")[0])
    return bytes.fromhex((data + b"0" * (len(data) % 2)).decode("ascii"))


_STEPS = {
    "/FlateDecode": _inflated,
    "/Fl": _inflated,
    "/ASCII85Decode": _from_85,
    "/A85": _from_85,
    "/ASCIIHexDecode": _from_hex,
    "/AHx": _from_hex,
}
