"""The text of a file that is no page, and for every stretch of it the place that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audits.check import WHOLE
from audits.model import LEFT_OUT
from audits.privacy.page_text import PageText, Segment
from audits.privacy.text import QUOTES

#: What was not found may stand behind what was read.
CUT = f"{LEFT_OUT}the file is not read to its end"


def file_text(file: Mapping[str, Any]) -> PageText:
    """Read the ``file`` artifact: "Label: text", as a table of a page is read."""
    parts: list[str] = []
    segments: list[Segment] = []
    length = 0

    def write(text: str) -> int:
        nonlocal length
        parts.append(text)
        length += len(text)
        return length

    for number, (at, before, label, text, where) in enumerate(file["pieces"]):
        if parts and before:
            write(before)
        text = text.translate(QUOTES) if where == "code" else text
        start = length
        if label:
            segments.append(Segment(start, write(f"{label}: "), None, where, True, True, 0, at, WHOLE))
            start = length
        segments.append(Segment(start, write(text), None, where, True, False, 0, at, WHOLE, number))
    starts = tuple(segment.start for segment in segments)
    return PageText("".join(parts), tuple(segments), ((),), bool(file.get("cut")), starts)
