"""What a page is painted with, in the order that it is painted, and its letters."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

#: Of one page, whatever its forms are nested in.
MOST_OBJECTS = 50_000
MOST_LETTERS = 400_000
DEEPEST = 12
TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5
#: Not painted, and painted only as a hole for what follows.
INVISIBLE, CLIPPING = 3, 7
#: Lines thinner than this cover nothing.
_THICK = 4.0
_FLAT = 3.0
_GRID = 24

Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
#: Annotations that are no part of what is painted over the text: fields are told by their values.
_BESIDE = frozenset({raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_REDACT})


@dataclass(slots=True, eq=False)
class Thing:
    """One object of a page, its box in the page's own units. ``order``: later ones are painted over earlier ones."""

    kind: int
    handle: Any = field(repr=False)
    order: int
    box: Box
    parents: tuple[tuple[Any, Matrix], ...] = field(default=(), repr=False)
    #: Of text: quarter turns to the left, height of its letters, how it is painted.
    turned: int = 0
    size: float = 0.0
    mode: int = 0
    #: Its address: letters name their object by it.
    key: int = 0

    def show(self, shown: bool) -> None:
        """Paint it, or not."""
        raw.FPDFPageObj_SetIsActive(self.handle, shown)

    def colour(self) -> tuple[int, int, int, int] | None:
        """What it is filled with: red, green, blue, and how opaque it is."""
        r, g, b, a = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
        byref = ctypes.byref
        if not raw.FPDFPageObj_GetFillColor(self.handle, byref(r), byref(g), byref(b), byref(a)):
            return None
        return r.value, g.value, b.value, a.value

    def clip(self) -> Box | None:
        """What it is cut to, by its own path and those of the forms that it is in; None where it is not."""
        found = _clip(self.handle, self.parents[-1][1] if self.parents else _SAME)
        for index, (form, _) in enumerate(self.parents):
            found = _meet(found, _clip(form, self.parents[index - 1][1] if index else _SAME))
        return found

    def marked(self, name: str) -> bool:
        """Whether it, or a form that it is in, is marked content of this name."""
        return any(name in _marks(one) for one in (self.handle, *(form for form, _ in self.parents)))


@dataclass(slots=True)
class Letter:
    """One letter, its box in the page's own units. ``sign`` "" stands between two lines, " " between two words."""

    sign: str
    box: Box = (0.0, 0.0, 0.0, 0.0)
    thing: Thing | None = field(default=None, repr=False)
    where: str = "file"
    #: Its number in the library's text of the page.
    index: int = -1


@dataclass(frozen=True, slots=True)
class View:
    """How a page is shown: the box that is, and its quarter turns to the right."""

    box: Box
    turns: int

    @classmethod
    def of(cls, page: Any) -> View:
        """Of this page."""
        left, bottom, right, top = page.get_bbox()
        return cls((left, bottom, right, top), page.get_rotation() // 90 % 4)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as people see them."""
        left, bottom, right, top = self.box
        wide, high = right - left, top - bottom
        return (high, wide) if self.turns % 2 else (wide, high)

    def seen(self, box: Box) -> Box:
        """A box of the page as it is shown: from the left and from the top."""
        left, bottom, right, top = self.box
        x0, y0, x1, y1 = box
        if self.turns == 0:
            return x0 - left, top - y1, x1 - left, top - y0
        if self.turns == 1:
            return y0 - bottom, x0 - left, y1 - bottom, x1 - left
        if self.turns == 2:
            return right - x1, y0 - bottom, right - x0, y1 - bottom
        return top - y1, right - x1, top - y0, right - x0


def flattened(pdf: Any, index: int) -> Any:
    """A page with its annotations painted on it, fields and links left out."""
    page = pdf[index]
    others = 0
    for number in reversed(range(raw.FPDFPage_GetAnnotCount(page))):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        beside = raw.FPDFAnnot_GetSubtype(annotation) in _BESIDE
        raw.FPDFPage_CloseAnnot(annotation)
        if beside:
            raw.FPDFPage_RemoveAnnot(page, number)
        else:
            others += 1
    if others and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
        page.close()
        page = pdf[index]
    return page


def things(page: Any) -> tuple[list[Thing], bool]:
    """What a page is painted with, and whether there is more."""
    found: list[Thing] = []
    whole = _walk(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, (), found)
    return found, not whole


def _walk(parent: Any, count: Any, get: Any, parents: tuple[tuple[Any, Matrix], ...], found: list[Thing]) -> bool:
    matrix = parents[-1][1] if parents else _SAME
    for index in range(count(parent)):
        if len(found) >= MOST_OBJECTS:
            return False
        handle = get(parent, index)
        if not handle:
            continue
        kind = raw.FPDFPageObj_GetType(handle)
        if kind == FORM:
            if len(parents) >= DEEPEST:
                return False
            inner = (*parents, (handle, _times(_matrix(handle), matrix)))
            if not _walk(handle, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, inner, found):
                return False
            continue
        thing = Thing(kind, handle, len(found), _moved(_bounds(handle), matrix), parents, key=_address(handle))
        if kind == TEXT:
            _measure(thing, matrix)
        found.append(thing)
    return True


def _measure(thing: Thing, matrix: Matrix) -> None:
    a, b, c, d, _, _ = _times(_matrix(thing.handle), matrix)
    size = ctypes.c_float()
    raw.FPDFTextObj_GetFontSize(thing.handle, ctypes.byref(size))
    thing.size = abs(size.value) * math.sqrt(abs(a * d - b * c))
    thing.turned = round(math.atan2(b, a) / (math.pi / 2)) % 4
    thing.mode = raw.FPDFTextObj_GetTextRenderMode(thing.handle)


def letters(page: Any, found: list[Thing]) -> tuple[list[Letter], bool]:
    """The letters of a page in the order in which they are painted, and whether there are more."""
    by_key = {thing.key: thing for thing in found if thing.kind == TEXT}
    text = page.get_textpage()
    try:
        total = text.count_chars()
        return list(_letters(text.raw, min(total, MOST_LETTERS), by_key)), total > MOST_LETTERS
    finally:
        text.close()


def _letters(text: Any, total: int, by_key: dict[int, Thing]) -> Iterator[Letter]:
    rectangle = raw.FS_RECTF()
    pointer = ctypes.byref(rectangle)
    for index in range(total):
        code = raw.FPDFText_GetUnicode(text, index)
        handle = raw.FPDFText_GetTextObject(text, index)
        if not handle:  # put there by the library
            yield Letter("" if code in (10, 13) else " ")
            continue
        if not raw.FPDFText_GetLooseCharBox(text, index, pointer):
            continue
        box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        yield Letter(chr(code) if 0 < code < 0x110000 else "", box, by_key.get(_address(handle)), index=index)


def reaches(page: Any, some: Iterable[Letter]) -> dict[int, Box]:
    """By number, how far letters reach: their cells, and their shapes where these are larger."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    edges = [ctypes.byref(edge) for edge in (left, right, bottom, top)]
    found: dict[int, Box] = {}
    text = page.get_textpage()
    try:
        for letter in some:
            found[letter.index] = letter.box
            if raw.FPDFText_GetCharBox(text.raw, letter.index, *edges):
                found[letter.index] = joined([letter.box, (left.value, bottom.value, right.value, top.value)])
    finally:
        text.close()
    return found


class Grid:
    """Things by place, to ask which are there without reading them all."""

    def __init__(self, page: Box, some: list[Thing]) -> None:
        self._left, self._bottom = page[0], page[1]
        self._wide = max(1.0, (page[2] - page[0]) / _GRID)
        self._high = max(1.0, (page[3] - page[1]) / _GRID)
        self._cells: dict[tuple[int, int], list[Thing]] = {}
        self._large: list[Thing] = []
        for thing in some:
            columns, rows = self._range(thing.box)
            if len(columns) * len(rows) > _GRID * _GRID // 4:
                self._large.append(thing)
                continue
            for column in columns:
                for row in rows:
                    self._cells.setdefault((column, row), []).append(thing)

    def at(self, box: Box) -> list[Thing]:
        """Those whose boxes meet this one, in no order."""
        columns, rows = self._range(box)
        if len(columns) == 1 and len(rows) == 1:
            near = self._cells.get((columns[0], rows[0]), [])
        else:
            cells = (self._cells.get((column, row), ()) for column in columns for row in rows)
            near = list(dict.fromkeys(thing for cell in cells for thing in cell))
        return [thing for thing in (*near, *self._large) if meets(thing.box, box)]

    def _range(self, box: Box) -> tuple[range, range]:
        def cells(low: float, high: float, origin: float, step: float) -> range:
            first = min(_GRID, max(-1, int((low - origin) // step)))
            last = min(_GRID, max(-1, int((high - origin) // step)))
            return range(first, last + 1)

        return cells(box[0], box[2], self._left, self._wide), cells(box[1], box[3], self._bottom, self._high)


def covers(thing: Thing) -> bool:
    """Whether it is large enough, and filled, to hide text."""
    x0, y0, x1, y1 = thing.box
    if thing.kind in (IMAGE, SHADING):
        return x1 - x0 > _FLAT and y1 - y0 > _FLAT
    if thing.kind != PATH or x1 - x0 <= _FLAT or y1 - y0 <= _FLAT:
        return False
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(thing.handle, ctypes.byref(filled), ctypes.byref(stroked)):
        return False
    if filled.value:
        return True
    wide = ctypes.c_float()
    return bool(
        stroked.value and raw.FPDFPageObj_GetStrokeWidth(thing.handle, ctypes.byref(wide)) and wide.value >= _THICK
    )


def meets(one: Box, other: Box) -> bool:
    """Whether two boxes share some of their area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def share(one: Box, other: Box) -> float:
    """How much of ``one`` lies in ``other``, from 0 to 1."""
    wide, high = one[2] - one[0], one[3] - one[1]
    if wide <= 0 or high <= 0:
        return float(meets(one, other))
    inside = (min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1]))
    return max(0.0, inside[0]) * max(0.0, inside[1]) / (wide * high)


def joined(boxes: list[Box]) -> Box:
    """The box around boxes."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def is_locked(exc: pdfium.PdfiumError) -> bool:
    """Whether it could not be opened for want of a password."""
    return getattr(exc, "err_code", None) == raw.FPDF_ERR_PASSWORD  # type: ignore[no-any-return]


def _address(handle: Any) -> int:
    return ctypes.addressof(handle.contents)


def _bounds(handle: Any) -> Box:
    x0, y0, x1, y1 = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    byref = ctypes.byref
    raw.FPDFPageObj_GetBounds(handle, byref(x0), byref(y0), byref(x1), byref(y1))
    return x0.value, y0.value, x1.value, y1.value


def _matrix(handle: Any) -> Matrix:
    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, ctypes.byref(m)):
        return _SAME
    return m.a, m.b, m.c, m.d, m.e, m.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    if outer is _SAME:
        return inner
    a, b, c, d, e, f = inner
    k, l, m, n, o, p = outer  # noqa: E741
    return a * k + b * m, a * l + b * n, c * k + d * m, c * l + d * n, e * k + f * m + o, e * l + f * n + p


def _moved(box: Box, matrix: Matrix) -> Box:
    if matrix is _SAME:
        return box
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _clip(handle: Any, matrix: Matrix) -> Box | None:
    path = raw.FPDFPageObj_GetClipPath(handle)
    found: Box | None = None
    for number in range(min(20, raw.FPDFClipPath_CountPaths(path) if path else 0)):
        xs: list[float] = []
        ys: list[float] = []
        x, y = ctypes.c_float(), ctypes.c_float()
        for index in range(min(400, raw.FPDFClipPath_CountPathSegments(path, number))):
            segment = raw.FPDFClipPath_GetPathSegment(path, number, index)
            if segment and raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
                xs.append(x.value)
                ys.append(y.value)
        if xs:
            found = _meet(found, _moved((min(xs), min(ys), max(xs), max(ys)), matrix))
    return found


def _meet(one: Box | None, other: Box | None) -> Box | None:
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _marks(handle: Any) -> Iterator[str]:
    for index in range(min(20, max(0, raw.FPDFPageObj_CountMarks(handle)))):
        mark = raw.FPDFPageObj_GetMark(handle, index)
        size = ctypes.c_ulong()
        buffer = (ctypes.c_ushort * 32)()
        if mark and raw.FPDFPageObjMark_GetName(mark, buffer, 64, ctypes.byref(size)) and size.value <= 64:
            yield bytes(buffer)[: max(0, size.value - 2)].decode("utf-16-le", "replace")
