"""Which letters of a page people do not see, and why: the page is painted with its text and without it, and compared.

A letter that leaves no trace is covered where one appears as soon as what is painted over it is taken away; else it is
unseen where a reason is known: its colour is that of the paper, it is cut away, its layer is off, it is never painted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from PIL import Image, ImageChops

from crawler.documents.pdf.glyphs import (
    CLIPPING,
    IMAGE,
    INVISIBLE,
    PATH,
    TEXT,
    Box,
    Grid,
    Letter,
    Thing,
    View,
    covers,
    joined,
    meets,
    share,
)

#: Points: what is smaller nobody reads.
TINY = 1.5
#: Pixels of one painting, and the most per point.
_PIXELS = 1_200_000
_SCALE = 1.5
#: Of 255: a trace that nobody sees, and what of a letter is left where it is covered.
_TRACE = 6
_LEFT = 0.25
_SAME_COLOUR = 14
#: Of a letter in a picture, the least contrast; darker than this is no paper.
_CONTRAST = 40
_DARK = 110
#: Of the page: a picture this large is a scan, and the text around it is what was read from it.
_SCAN = 0.5


@dataclass(frozen=True, slots=True)
class Bit:
    """Letters of one word that one object paints."""

    thing: Thing
    letters: tuple[Letter, ...]
    box: Box


def judge(
    page: Any, found: list[Thing], letters: list[Letter], *, look: bool, layers: bool, redacted: Sequence[Box]
) -> None:
    """Set ``where`` of letters that are not plainly to be seen.

    ``look``: whether there is time to paint the page. ``layers``: some of the document's are off.
    """
    view = View.of(page)
    for letter in letters:
        if letter.thing is not None:
            letter.where = _placed(letter, view, redacted)
    if not look:
        return
    texts = [thing for thing in found if thing.kind == TEXT]
    grid = Grid(view.box, [thing for thing in found if covers(thing)])
    under = {thing.key for thing in texts if any(one.order > thing.order for one in grid.at(thing.box))}
    if layers or under or any(_doubtful(thing, grid) for thing in texts):
        _Painted(page, view, found, grid, under, layers).judge(_bits(letters))


def _placed(letter: Letter, view: View, redacted: Sequence[Box]) -> str:
    x, y = (letter.box[0] + letter.box[2]) / 2, (letter.box[1] + letter.box[3]) / 2
    left, bottom, right, top = view.box
    if not (left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1):
        return "unseen"
    small = max(letter.box[2] - letter.box[0], letter.box[3] - letter.box[1]) < TINY * 1.3
    if small and letter.thing is not None and letter.thing.size < TINY and letter.sign.strip():
        return "unseen"
    return "covered" if any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in redacted) else "file"


def _doubtful(text: Thing, grid: Grid) -> bool:
    """Whether it may be that it is not seen, though nothing is painted over it."""
    if text.mode in (INVISIBLE, CLIPPING):
        return True
    colour = text.colour()
    if colour is None or min(colour[:3]) > 200 or colour[3] < 60:
        return True
    for one in grid.at(text.box):
        ground = one.colour() if one.kind == PATH else None
        if one.order < text.order and (ground is None or _alike(ground[:3], colour[:3], 60)):
            return True
    clip = text.clip()
    return clip is not None and share(text.box, clip) < 0.9


def _bits(letters: list[Letter]) -> Iterator[list[Bit]]:
    """Words, in bits."""
    word: list[Letter] = []
    for letter in (*letters, Letter("")):
        if letter.thing is not None and letter.sign.strip():
            word.append(letter)
        elif word:
            yield list(_parted(word))
            word = []


def _parted(word: list[Letter]) -> Iterator[Bit]:
    start = 0
    for end in range(1, len(word) + 1):
        if end == len(word) or word[end].thing is not word[start].thing:
            some = tuple(word[start:end])
            thing = some[0].thing
            if thing is not None:
                yield Bit(thing, some, joined([letter.box for letter in some]))
            start = end


class _Painted:
    """A page, painted as it is and with some of it left out."""

    def __init__(self, page: Any, view: View, found: list[Thing], grid: Grid, under: set[int], layers: bool) -> None:
        self._page, self._view, self._grid, self._under, self._layers = page, view, grid, under, layers
        wide, high = view.size
        self._scale = min(_SCALE, (_PIXELS / max(1.0, wide * high)) ** 0.5)
        self._texts = [thing for thing in found if thing.kind == TEXT]
        self._pictures = [thing for thing in found if thing.kind == IMAGE]
        self._whole = self._paint()
        beneath = [thing for thing in self._texts if thing.key in under]
        above = [thing for thing in self._texts if thing.key not in under]
        self._beneath = self._trace(self._whole, beneath) if beneath else None
        self._above = self._trace(self._whole, above) if above else None

    def judge(self, words: Iterator[list[Bit]]) -> None:
        """Every word: first those that something is painted over."""
        unseen: list[list[Bit]] = []
        doubted: list[list[Bit]] = []
        for word in words:
            if any(bit.thing.key in self._under and self._beneath and self._faint(bit) for bit in word):
                doubted.append(word)
            else:
                unseen.append(word)
        if doubted:
            self._uncover(doubted)
        for word in (*unseen, *doubted):
            for bit in word:
                if bit.letters[0].where == "file":
                    self._unseen(bit)

    def _faint(self, bit: Bit) -> bool:
        return bit.thing.mode not in (INVISIBLE, CLIPPING) and any(
            self._mean(self._beneath, letter.box) < 60 for letter in bit.letters
        )

    def _uncover(self, words: list[list[Bit]]) -> None:
        """Take away what is painted over these, and see whether they appear."""
        beneath = {bit.thing.key: bit.thing for word in words for bit in word if bit.thing.key in self._under}
        over: dict[int, Thing] = {}
        for thing in beneath.values():
            over.update((one.key, one) for one in self._grid.at(thing.box) if one.order > thing.order)
        for one in over.values():
            one.show(False)
        try:
            bare = self._trace(self._paint(), list(beneath.values()))
        finally:
            for one in over.values():
                one.show(True)
        for word in words:
            self._covered(word, bare)

    def _covered(self, word: list[Bit], bare: Image.Image) -> None:
        told: list[tuple[Letter, bool | None]] = []
        for bit in word:
            for letter in bit.letters:
                ink = self._mean(bare, letter.box)
                if bit.thing.key not in self._under or bit.thing.mode in (INVISIBLE, CLIPPING):
                    told.append((letter, False))
                elif ink < _TRACE:
                    told.append((letter, None))
                else:
                    told.append((letter, self._mean(self._beneath, letter.box) <= _LEFT * ink))
        sure = [hidden for _, hidden in told if hidden is not None]
        if not any(sure):
            return
        part = sum(sure) / len(sure)
        where = self._why(joined([letter.box for letter, _ in told]), word[0].thing)
        for letter, hidden in told:
            if part >= 0.3 and (part > 0.7 or hidden is not False) and letter.where == "file":
                letter.where = where

    def _why(self, box: Box, thing: Thing) -> str:
        """Covered, unless by the scan that it was read from."""
        over = [one for one in self._grid.at(box) if one.order > thing.order and share(box, one.box) > 0.5]
        if over and all(one.kind == IMAGE and self._is_scan(one) for one in over):
            return "file" if self._contrast(box) >= _CONTRAST else "covered"
        return "covered"

    def _is_scan(self, picture: Thing) -> bool:
        return share(self._view.box, picture.box) >= _SCAN

    def _unseen(self, bit: Bit) -> None:
        """Whether nobody sees it though nothing covers it."""
        thing = bit.thing
        if thing.mode == CLIPPING:
            return
        trace = self._beneath if thing.key in self._under else self._above
        if thing.mode != INVISIBLE:
            if trace is None or self._most(trace, bit.box) > _TRACE:
                return
            if not self._known(bit):
                return
        where = self._pictured(bit.box)
        for letter in bit.letters:
            letter.where = where

    def _pictured(self, box: Box) -> str:
        """What is never painted may be read in the picture that it lies on."""
        if not any(share(box, one.box) > 0.8 for one in self._pictures):
            return "unseen"
        if self._contrast(box) >= _CONTRAST:
            return "file"
        return "covered" if self._light(box) < _DARK else "unseen"

    def _known(self, bit: Bit) -> bool:
        """A reason for which it leaves no trace: some letters have none in the fonts of this machine."""
        colour = bit.thing.colour()
        if colour is not None:
            if colour[3] < _TRACE:
                return True
            patch = _extremes(self._whole.crop(self._pixels(bit.box)))
            if all(
                abs(edge - want) <= _SAME_COLOUR for band, want in zip(patch, colour, strict=False) for edge in band
            ):
                return True
        clip = bit.thing.clip()
        if clip is not None and share(_core(bit.box), clip) < 0.1:
            return True
        return self._layers and (bool(bit.thing.parents) or bit.thing.marked("OC"))

    def _paint(self) -> Image.Image:
        bitmap = self._page.render(scale=self._scale, may_draw_forms=False, draw_annots=False, rev_byteorder=True)
        try:
            painted: Image.Image = bitmap.to_pil().convert("RGB")
            return painted
        finally:
            bitmap.close()

    def _trace(self, whole: Image.Image, some: list[Thing]) -> Image.Image:
        """What is different without these: the largest difference of the three colours."""
        for thing in some:
            thing.show(False)
        try:
            red, green, blue = ImageChops.difference(whole, self._paint()).split()
        finally:
            for thing in some:
                thing.show(True)
        return ImageChops.lighter(ImageChops.lighter(red, green), blue)

    def _pixels(self, box: Box) -> tuple[int, int, int, int]:
        x0, y0, x1, y1 = (edge * self._scale for edge in self._view.seen(_core(box)))
        left, top = max(0, int(x0)), max(0, int(y0))
        return left, top, max(left + 1, round(x1)), max(top + 1, round(y1))

    def _most(self, trace: Image.Image, box: Box) -> int:
        return max(high for _, high in _extremes(trace.crop(self._pixels(box))))

    def _mean(self, trace: Image.Image | None, box: Box) -> int:
        return 255 if trace is None else _averages(trace.crop(self._pixels(box)))[0]

    def _contrast(self, box: Box) -> int:
        return max(high - low for low, high in _extremes(self._whole.crop(self._pixels(box))))

    def _light(self, box: Box) -> float:
        red, green, blue = _averages(self._whole.crop(self._pixels(box)))
        return 0.3 * red + 0.59 * green + 0.11 * blue


def _extremes(image: Image.Image) -> list[tuple[int, int]]:
    """The least and the most of each colour."""
    return [cast("tuple[int, int]", band.getextrema()) for band in image.split()]


def _averages(image: Image.Image) -> list[int]:
    """The mean of each colour."""
    return list(image.resize((1, 1), Image.Resampling.BOX).tobytes())


def _core(box: Box) -> Box:
    """Without its edges: what is painted beside a letter reaches into its box."""
    x0, y0, x1, y1 = box
    wide, high = x1 - x0, y1 - y0
    return x0 + 0.08 * wide, y0 + 0.18 * high, x1 - 0.08 * wide, y1 - 0.18 * high


def _alike(one: Sequence[int], other: Sequence[int], most: int) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def scanned(view: View, found: list[Thing]) -> float:
    """How much of the page pictures fill, as far as their boxes tell."""
    return min(1.0, sum(share(view.box, one.box) for one in found if one.kind == IMAGE and meets(one.box, view.box)))
