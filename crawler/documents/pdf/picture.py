"""Pictures of places on a page: what nobody is to see is painted over before they leave this process."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageChops, ImageDraw

from audits.model import Stretch
from crawler.documents import Unreadable
from crawler.documents.pdf import around, glyphs
from crawler.documents.pdf.glyphs import INVISIBLE, Box, Letter, joined, meets
from crawler.documents.pdf.reading import Painted, both, layers_off, painted
from crawler.documents.pdf.sheet import Sheet

#: Pixels.
WIDEST, HIGHEST = 1_200, 900
#: Pixels per point; points around the place, and around what is covered.
_SCALE = 2.0
_AROUND_X, _AROUND_Y, _MARGIN = 150.0, 60.0, 1.5
#: Of the height of letters: how far what was read from a scan may stand beside it.
_SCANNED = 0.35
#: Of 255: a difference that is a trace of letters.
_TRACE = 24
#: So few of them are the end of a stroke.
_DOTS = 20
COVER, _FRAME = (60, 60, 60), (190, 20, 20)


def pictures(body: bytes, sheet: Sheet) -> list[bytes | None]:
    """A PNG of what is around each place, which is framed; None of one beside what people see of the page.

    Raises Unreadable, or Locked, also where the page is not read as it was before.
    """
    shown, pdf = both(body)
    try:
        node = pdf.pages[sheet.page - 1].obj if pdf is not None and sheet.page <= len(pdf.pages) else None
        redacted = around.page_objects(node, sheet.page).redacted if node is not None else []
        looked = sheet.read[3]
        with painted(shown, sheet.page, layers=layers_off(pdf), redacted=redacted, look=looked) as read:
            if not read.whole or read.looked != looked or (len(read.laid), read.sum) != sheet.read[1:3]:
                raise Unreadable
            one = _Sheet(read, sheet, redacted, _unit(node))
            return [one.picture(place) for place in sheet.wanted]
    finally:
        shown.close()
        if pdf is not None:
            pdf.close()


def _unit(node: Any) -> float:
    """Points of one unit of a page."""
    told = node.get("/UserUnit") if node is not None else None
    try:
        return min(75_000.0, max(1e-3, float(told))) if told is not None else 1.0
    except (TypeError, ValueError):
        return 1.0


@dataclass(frozen=True, slots=True)
class _Cut:
    """What is shown of a page: its edges as people see it, and pixels per unit."""

    left: float
    top: float
    right: float
    bottom: float
    scale: float


class _Sheet:
    def __init__(self, read: Painted, sheet: Sheet, redacted: Sequence[Box], unit: float) -> None:
        self._read, self._sheet, self._unit = read, sheet, unit
        self._view = read.view
        self._margin = _MARGIN / unit
        places = {part for place in sheet.wanted for part in place}.union(sheet.known)
        known = [letter for part in places for _, some in self._letters(part) for letter in some]
        self._reach = glyphs.reaches(read.page, known)
        self._cover = [self._grown(box) for box in (*redacted, *(box for part in places for box in self._boxes(part)))]
        self._painting = list({one.thing.key: one.thing for one in known if one.thing is not None}.values())
        covered = {letter.index for letter in known}
        keys = {thing.key for thing in self._painting}
        others = [
            letter
            for letter in read.letters
            if letter.thing is not None and letter.thing.key in keys and letter.index not in covered
        ]
        #: How far letters reach that may be seen, of objects that paint something recognized besides.
        self._others = [self._grown(box) for box in glyphs.reaches(read.page, others).values()]

    def picture(self, place: Sequence[Stretch]) -> bytes | None:
        """What is around a place."""
        frames = [box for part in place for box in self._boxes(part) if meets(self._view.box, self._grown(box))]
        if not frames:
            return None
        cut = self._cut(frames)
        image = self._paint(cut)
        stray = self._stray(image, cut)
        draw = ImageDraw.Draw(image)
        if stray is not None:
            draw.rectangle(stray, fill=COVER)
        for box in self._cover:
            if meets(self._view.box, box):
                draw.rectangle(self._pixels(box, cut), fill=COVER)
        for box in frames:
            draw.rectangle(self._pixels(self._grown(box, 2), cut), outline=_FRAME, width=2)
        out = BytesIO()
        image.save(out, "PNG", optimize=True)
        return out.getvalue()

    def _letters(self, stretch: Stretch) -> list[tuple[float, list[Letter]]]:
        """The letters of a stretch, by run and its height; none of a piece that is not painted on the page."""
        number, start, end = stretch
        index = number - self._sheet.read[0]
        if not 0 <= index < len(self._read.laid):
            return []
        return [(run.size, some) for run, some in self._read.laid[index].of(start, end)]

    def _boxes(self, stretch: Stretch) -> list[Box]:
        """Around the letters of each run; of what hangs on the page, all of it."""
        found = []
        for size, some in self._letters(stretch):
            box = joined([self._reach[letter.index] for letter in some])
            if any(letter.thing is not None and letter.thing.mode == INVISIBLE for letter in some):
                box = _wider(box, _SCANNED * size)
            found.append(box)
        return found or [self._sheet.boxes[number] for number in (stretch.piece,) if number in self._sheet.boxes]

    def _grown(self, box: Box, times: int = 1) -> Box:
        return _wider(box, times * self._margin)

    def _cut(self, frames: Sequence[Box]) -> _Cut:
        wide, high = self._view.size
        x0, y0, x1, y1 = joined([self._view.seen(box) for box in frames])
        left, right = max(0.0, x0 - _AROUND_X / self._unit), min(wide, x1 + _AROUND_X / self._unit)
        top, bottom = max(0.0, y0 - _AROUND_Y / self._unit), min(high, y1 + _AROUND_Y / self._unit)
        scale = min(_SCALE * self._unit, WIDEST / (right - left), HIGHEST / (bottom - top))
        return _Cut(left, top, right, bottom, scale)

    def _paint(self, cut: _Cut) -> Image.Image:
        wide, high = self._view.size
        edges = (cut.left, high - cut.bottom, wide - cut.right, cut.top)
        page = self._read.page
        bitmap = page.render(scale=cut.scale, crop=edges, may_draw_forms=False, draw_annots=False, rev_byteorder=True)
        try:
            painted: Image.Image = bitmap.to_pil().convert("RGB")
            return painted
        finally:
            bitmap.close()

    def _stray(self, image: Image.Image, cut: _Cut) -> tuple[int, int, int, int] | None:
        """Around what letters to be covered leave beyond their boxes: a font may lie about its size.

        A box, for dots would keep the shapes of letters.
        """
        for thing in self._painting:
            thing.show(False)
        try:
            difference = ImageChops.difference(image, self._paint(cut))
        finally:
            for thing in self._painting:
                thing.show(True)
        red, green, blue = difference.split()
        most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
        trace = most.point(lambda value: 255 if value > _TRACE else 0)
        draw = ImageDraw.Draw(trace)
        for box in (*self._cover, *self._others):
            draw.rectangle(self._pixels(box, cut), fill=0)
        return trace.getbbox() if trace.histogram()[255] > _DOTS else None

    def _pixels(self, box: Box, cut: _Cut) -> tuple[float, float, float, float]:
        """Where a box is in a picture. What is painted begins at a whole pixel, and pages are whole pixels large."""
        wide, high = self._view.size
        across, down = math.ceil(wide * cut.scale) / wide, math.ceil(high * cut.scale) / high
        skipped = math.ceil(cut.left * cut.scale), math.ceil(cut.top * cut.scale)
        x0, y0, x1, y1 = self._view.seen(box)
        return x0 * across - skipped[0], y0 * down - skipped[1], x1 * across - skipped[0], y1 * down - skipped[1]


def _wider(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by
