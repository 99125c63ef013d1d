"""A picture of a place on a page, with what nobody is to see painted over."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pypdfium2 as pdfium
from PIL import ImageDraw

from crawler.documents import Locked, Unreadable
from crawler.documents.pdf import glyphs
from crawler.documents.pdf.glyphs import Box, View, joined, meets

#: Pixels.
WIDEST, HIGHEST = 1_200, 900
_SCALE = 2.0
#: Points around the place, and around what is covered: letters reach beyond their boxes.
_AROUND_X, _AROUND_Y, _MARGIN = 150.0, 60.0, 1.5
_COVER, _FRAME = (60, 60, 60), (190, 20, 20)


def picture(body: bytes, page: int, boxes: Sequence[Box], *, cover: Sequence[Box]) -> bytes:
    """A PNG of what is around ``boxes`` on a page, by its number; they are framed, ``cover`` is painted over.

    Boxes are in the page's own units, as in the facts of a PDF. Raises Unreadable or Locked.
    """
    try:
        shown = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as exc:
        raise (Locked if glyphs.is_locked(exc) else Unreadable) from None
    try:
        if not 1 <= page <= len(shown) or not boxes:
            raise Unreadable
        one = shown[page - 1]
        try:
            return _drawn(one, boxes, cover)
        finally:
            one.close()
    finally:
        shown.close()


def _drawn(page: pdfium.PdfPage, boxes: Sequence[Box], cover: Sequence[Box]) -> bytes:
    view = View.of(page)
    wide, high = view.size
    x0, y0, x1, y1 = joined([view.seen(box) for box in boxes])
    left, right = max(0.0, x0 - _AROUND_X), min(wide, x1 + _AROUND_X)
    top, bottom = max(0.0, y0 - _AROUND_Y), min(high, y1 + _AROUND_Y)
    if right - left < 1 or bottom - top < 1:  # it stands beside the page
        left, top, right, bottom = 0.0, 0.0, wide, high
    scale = min(_SCALE, WIDEST / (right - left), HIGHEST / (bottom - top))
    edges = (left, high - bottom, wide - right, top)
    bitmap = page.render(scale=scale, crop=edges, may_draw_forms=False, rev_byteorder=True)
    image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    # Painting begins at a whole pixel.
    skipped = (-(-edges[0] * scale // 1), -(-edges[3] * scale // 1))
    draw = ImageDraw.Draw(image)

    def pixels(box: Box, margin: float) -> tuple[float, float, float, float]:
        a, b, c, d = view.seen(box)
        return (
            (a - margin) * scale - skipped[0],
            (b - margin) * scale - skipped[1],
            (c + margin) * scale - skipped[0],
            (d + margin) * scale - skipped[1],
        )

    for box in cover:
        draw.rectangle(pixels(box, _MARGIN), fill=_COVER)
    for box in boxes:
        if meets(view.box, box):
            draw.rectangle(pixels(box, 2 * _MARGIN), outline=_FRAME, width=2)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
