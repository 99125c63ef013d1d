"""Pages that are pictures, for what can be read in them: see ``crawler.ocr``. They stay pictures to who cannot see."""

from __future__ import annotations

import ctypes
import subprocess
import time
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from audits.model import IN_PICTURE
from crawler.documents import MOST_TEXT, Piece
from crawler.documents.pdf import glyphs
from crawler.documents.pdf.reading import both, told_of
from crawler.ocr import PAGE_SECONDS, SECONDS, Ocr, recognized

MOST_PAGES = 100
#: Of the picture that is handed on. Below the least, letters cannot be told apart.
_DPI, _LEAST_DPI, _PIXELS = 200, 90, 16_000_000
#: Pixels of the pictures that a page is made of, which are unpacked in memory.
_UNPACKED = 100_000_000
#: Of 100: a line that is less sure is dirt, a drawing or a photograph.
_SURE = 40.0
#: Of the height of letters: the gap between two cells of a table.
_CELL = 1.5
#: A row of Tesseract's table is a word; columns that number its block, paragraph and line; its box.
_WORD, _LINE, _BOX, _SURENESS, _TEXT = "5", slice(2, 5), slice(6, 10), 10, 11


def with_scans(file: dict[str, Any], body: bytes, ocr: Ocr) -> dict[str, Any]:
    """The ``file`` artifact of a PDF, and behind its pieces what is read in its pages that are pictures."""
    numbers = file.get("about", {}).get("image_only", ()) if file["kind"] == "pdf" else ()
    if not numbers:
        return file
    reading = _Reading(ocr, room=MOST_TEXT - sum(len(one[3]) for one in file["pieces"]))
    shown, pdf = both(body)
    try:
        reading.read(shown, numbers)
    finally:
        shown.close()
        if pdf is not None:
            pdf.close()
    more = [[one.at, one.before, one.label, one.text, one.where] for one in reading.pieces]
    why = "; ".join(filter(None, (file.get("left_out", ""), told_of(reading.left_out))))
    return {**file, "pieces": [*file["pieces"], *more], **({"left_out": why, "cut": True} if why else {})}


class _Reading:
    def __init__(self, ocr: Ocr, *, room: int) -> None:
        self._ocr, self._room = ocr, room
        self.pieces: list[Piece] = []
        self.left_out: dict[str, list[int]] = {}

    def read(self, shown: Any, numbers: Sequence[int]) -> None:
        """These pages in order, as long as there is time."""
        until = time.monotonic() + SECONDS
        for number in numbers[:MOST_PAGES]:
            left = min(PAGE_SECONDS, until - time.monotonic())
            if left > 1:
                self._page(shown, number, left)
            else:
                self._leave("to read its picture takes too long", number)
            if self._room < 0:
                self.left_out["its text is too long to be read to its end"] = []
                return
        if len(numbers) > MOST_PAGES:
            self.left_out[f"more than {MOST_PAGES} of its pages are pictures"] = []

    def _leave(self, why: str, number: int) -> None:
        self.left_out.setdefault(why, []).append(number)

    def _page(self, shown: Any, number: int, seconds: float) -> None:
        try:
            painted = _painted(shown[number - 1])
            if painted is None:
                self._leave("its picture is too large to be read", number)
                return
            lines = list(_lines(recognized(*painted, self._ocr, seconds), f"p{number}{IN_PICTURE}"))
        except subprocess.TimeoutExpired:
            self._leave("to read its picture takes too long", number)
        except (pdfium.PdfiumError, subprocess.SubprocessError, OSError, ValueError, RuntimeError, MemoryError):
            self._leave("its picture could not be read", number)
        else:
            self.pieces += lines
            self._room -= sum(len(one.text) for one in lines)


def _painted(page: Any) -> tuple[bytes, int] | None:
    """A page as people see it, and how many of its pixels are an inch; None where it would be too large."""
    try:
        wide, high = page.get_size()
        dpi = min(_DPI, int(72 * (_PIXELS / max(wide * high, 1)) ** 0.5))
        if dpi < _LEAST_DPI or _unpacked(page) > _UNPACKED:
            return None
        bitmap = page.render(scale=dpi / 72, grayscale=True, may_draw_forms=False)
    finally:
        page.close()
    try:
        image = bitmap.to_pil()
        return b"P5 %d %d 255\n" % image.size + image.tobytes(), dpi
    finally:
        bitmap.close()


def _unpacked(page: Any) -> int:
    wide, high, total = ctypes.c_uint(), ctypes.c_uint(), 0
    for one in glyphs.things(page)[0]:
        if one.kind == glyphs.IMAGE:
            raw.FPDFImageObj_GetImagePixelSize(one.handle, ctypes.byref(wide), ctypes.byref(high))
            total += wide.value * high.value
    return total


def _lines(table: str, at: str) -> Iterator[Piece]:
    """Its lines in the order of reading, without those that it is not sure of."""
    rows = (line.split("\t", _TEXT) for line in table.splitlines())
    words = [row for row in rows if row[0] == _WORD and len(row) > _TEXT and row[_TEXT].strip()]
    block = ""
    for line, some in groupby(words, key=lambda row: row[_LINE]):
        told = list(some)
        if sum(float(word[_SURENESS]) for word in told) >= _SURE * len(told):
            yield Piece(at=at, text=_line(told), before="\n" if line[0] == block else "\n\n", where="scan")
            block = line[0]


def _line(words: list[list[str]]) -> str:
    boxes = [[int(edge) for edge in word[_BOX]] for word in words]
    height = max(min(wide, high) for _, _, wide, high in boxes)
    text = words[0][_TEXT]
    for ((x, y, wide, high), (u, v, wider, higher)), word in zip(pairwise(boxes), words[1:], strict=True):
        gap = max(u - x - wide, x - u - wider, v - y - high, y - v - higher)
        text += f"{' | ' if gap > _CELL * height else ' '}{word[_TEXT]}"
    return text
