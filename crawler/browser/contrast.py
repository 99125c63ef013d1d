"""How letters stand out from what is drawn behind them, measured on two pictures: with the letters, and without."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from PIL import Image, ImageChops

#: Steps of 255 by which a point must differ between the pictures to be one of a letter.
DIFFERS = 24
#: Points of letters that must be seen.
ENOUGH = 12
#: The share of points of a line that may be anything: an edge that touches it.
APART = 0.01
#: The share of the contrast that the strokes of letters must reach somewhere: thin ones are drawn paler than they are.
KEPT = 0.6


def picture(png: str) -> Image.Image:
    """A picture as the browser gives it, in base64."""
    return Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")


def measured(
    shown: Image.Image,
    bare: Image.Image,
    lines: Iterable[Sequence[float]],
    colour: Sequence[float],
    ground: Sequence[float] | None = None,
) -> tuple[float, float] | None:
    """The least and the greatest contrast of letters with what is behind their lines (WCAG 2: 1 to 21).

    ``shown`` and ``bare`` are the same view with its letters and without. ``lines`` are ``(left, top, width, height)``
    in its pixels, ``colour`` is red, green, blue (0 to 255) and alpha. None where no letters are to be seen, or where
    something in front of them changes how they look: the pictures must show the contrast that the colours promise.
    ``ground``: all of where the letters may come to stand, when that is more than where they do; measured like a line.
    """
    promised: dict[float, int] = {}
    seen, drawn = 0, 1.0
    for line in lines:
        if (box := _box(line, shown.size)) is None:
            continue
        before, behind = shown.crop(box), bare.crop(box)
        red, green, blue = ImageChops.difference(before, behind).split()
        letters = ImageChops.lighter(ImageChops.lighter(red, green), blue).point(_LETTER)
        seen += letters.histogram()[255]
        if ground is None:  # all of the line: a letter that cannot be seen at all differs nowhere
            _count(promised, colour, bare.crop(_box(line, shown.size, -1) or box))
        strokes = {(one, under) for one, under, inside in _pairs(before, behind, letters) if inside}
        drawn = max([drawn, *(ratio(one, under) for one, under in strokes)])
    if ground is not None and ground[2] > 0 and ground[3] > 0 and (box := _box(ground, shown.size)):
        _count(promised, colour, bare.crop(box))
    if seen < ENOUGH or not promised:
        return None
    least = _nth(sorted(promised), promised)
    most = _nth(sorted(promised, reverse=True), promised)
    return (least, most) if drawn >= KEPT * least else None


def _count(promised: dict[float, int], colour: Sequence[float], behind: Image.Image) -> None:
    for count, point in behind.getcolors(behind.width * behind.height) or ():
        under = cast(tuple[int, ...], point)
        found = ratio(_mixed(colour, under), under)
        promised[found] = promised.get(found, 0) + count


def _pairs(one: Image.Image, other: Image.Image, mask: Image.Image) -> Iterator[tuple[bytes, bytes, int]]:
    """The colours of both pictures, point by point, and whether the mask holds it."""
    ones, others = one.tobytes(), other.tobytes()
    for number, inside in enumerate(mask.tobytes()):
        yield ones[3 * number : 3 * number + 3], others[3 * number : 3 * number + 3], inside


def _box(line: Sequence[float], size: tuple[int, int], more: int = 1) -> tuple[int, int, int, int] | None:
    """Its points in a picture of that size, and so many on each side."""
    left, top, width, height = line
    right, bottom = min(size[0], math.ceil(left + width) + more), min(size[1], math.ceil(top + height) + more)
    box = max(0, math.floor(left) - more), max(0, math.floor(top) - more), right, bottom
    return box if box[0] < right and box[1] < bottom else None


def _nth(ratios: Sequence[float], counts: dict[float, int]) -> float:
    """The first of them, without those that are too few to count."""
    few = APART * sum(counts.values())
    for one in ratios:
        few -= counts[one]
        if few < 0:
            return one
    return ratios[-1]


def _mixed(colour: Sequence[float], under: Sequence[int]) -> list[int]:
    *ink, alpha = colour
    return [round(alpha * one + (1 - alpha) * other) for one, other in zip(ink, under, strict=True)]


def ratio(one: Sequence[int], other: Sequence[int]) -> float:
    """WCAG 2 contrast ratio: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Sequence[int]) -> float:
    """WCAG 2 relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    red, green, blue = colour
    return 0.2126 * _LINEAR[red] + 0.7152 * _LINEAR[green] + 0.0722 * _LINEAR[blue]


_LETTER = [255 if value > DIFFERS else 0 for value in range(256)]
_LINEAR = [
    value / 255 / 12.92 if value / 255 <= 0.04045 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in range(256)
]
