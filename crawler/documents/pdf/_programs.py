"""Font programs as PDF embeds them: which glyphs they hold, and how wide these are in thousandths of an em."""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.encodings.StandardEncoding import StandardEncoding
from fontTools.misc import eexec
from fontTools.misc.psCharStrings import T2WidthExtractor
from fontTools.ttLib.standardGlyphOrder import standardGlyphOrder

# It warns of what is wrong in a font, in the words of the font.
logging.getLogger("fontTools").setLevel(logging.CRITICAL)

NOTDEF = ".notdef"
#: Bytes of one program that are read.
LONGEST = 24 * 1024 * 1024
_LONGEST_TYPE1 = 2 * 1024 * 1024
_MOST_CALLS = 500
_DEEPEST = 10
_SYMBOL_PAGES = (0xF000, 0x0000, 0xF100, 0xF200)


class Broken(Exception):
    """It is no font program, or one that cannot be read."""


class Program:
    """What all have in common. A glyph is known by its number, or its name."""

    kind = ""

    def width(self, glyph: Any) -> float | None:
        """Its advance; None where the program does not say."""
        raise NotImplementedError


def read(data: bytes) -> Program:
    """The program that these bytes are, whatever the PDF calls it. Raises Broken."""
    try:
        if data[:4] in (b"\0\1\0\0", b"true", b"OTTO", b"ttcf"):
            return Sfnt(data)
        if data[:1] == b"\1":
            return Cff(data)
        if data[:2] == b"%!" or data[:1] == b"\x80" or b"eexec" in data[:65536]:
            return Type1(data)
    except Broken:
        raise
    except Exception as error:  # noqa: BLE001 - what broken fonts do to their readers is not to be foreseen
        raise Broken(type(error).__name__) from None
    raise Broken("no font program")


class Sfnt(Program):
    """TrueType and OpenType."""

    kind = "TrueType"

    def __init__(self, data: bytes) -> None:
        """Read the tables that say how many glyphs there are, and how wide."""
        self._data = data
        start = _u32(data, 12) if data[:4] == b"ttcf" else 0
        self._tables: dict[bytes, tuple[int, int]] = {}
        for number in range(_u16(data, start + 4)):
            tag, _, offset, length = struct.unpack_from(">4sLLL", data, start + 12 + 16 * number)
            self._tables.setdefault(tag, (offset, length))
        self.cff: Cff | None = None
        self.glyphs = _u16(self._table(b"maxp"), 4) if b"maxp" in self._tables else 0
        if cff := self._table(b"CFF "):
            self.kind = "OpenType"
            self.cff = Cff(cff)
            self.glyphs = self.cff.glyphs
        self._unit = _u16(self._table(b"head"), 18) if b"head" in self._tables else 0
        self._advances = self._table(b"hmtx")
        self._long = _u16(self._table(b"hhea"), 34) if b"hhea" in self._tables else 0
        if self.cff is None and not (self.glyphs and self._unit and self._long and len(self._advances) >= 4):
            raise Broken("a table is missing")
        self._long = min(self._long, len(self._advances) // 4)
        self.cmaps = self._cmaps()
        self._names: Mapping[str, int] | None = None

    def width(self, glyph: int) -> float | None:
        """Beyond the last that has its own, the last one's."""
        if self.cff and not (self._unit and self._long):
            return self.cff.width(glyph)
        return _u16(self._advances, 4 * min(glyph, self._long - 1)) * 1000 / self._unit

    def filled(self) -> set[int]:
        """The glyphs that are drawn: others may be places that a subset left empty."""
        if self.cff:
            return set(range(1, self.glyphs))
        loca = self._table(b"loca")
        wide = bool(_u16(self._table(b"head"), 50))
        size = min(self.glyphs + 1, len(loca) // (4 if wide else 2))
        offsets = struct.unpack_from(f">{size}{'L' if wide else 'H'}", loca)
        return {glyph for glyph in range(1, size - 1) if offsets[glyph] != offsets[glyph + 1]}

    def of_code(self, platform: int, encoding: int, code: int) -> int | None:
        """The glyph of a code in one of the cmaps; None where there is no such cmap that we can read."""
        at = self.cmaps.get((platform, encoding))
        return None if at is None else self._look_up(at, code)

    def of_symbol(self, code: int) -> int | None:
        """The glyph of a byte as symbolic fonts say it."""
        for page in _SYMBOL_PAGES:
            if glyph := self.of_code(3, 0, page + code):
                return glyph
        direct = self.of_code(1, 0, code)
        if direct is None:
            return None if _unknown(self, (3, 0)) or _unknown(self, (1, 0)) else 0
        return direct

    def of_name(self, name: str) -> int:
        """The glyph of a name in the post table."""
        if self._names is None:
            self._names = self._post()
        return self._names.get(name, 0)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Platform and encoding of every cmap, as often as they stand there."""
        return self._pairs

    def _table(self, tag: bytes) -> bytes:
        offset, length = self._tables.get(tag, (0, 0))
        return self._data[offset : offset + length]

    def _cmaps(self) -> dict[tuple[int, int], int]:
        cmap = self._cmap = self._table(b"cmap")
        self._pairs: list[tuple[int, int]] = []
        found: dict[tuple[int, int], int] = {}
        for number in range(min(_u16(cmap, 2), 200) if len(cmap) >= 4 else 0):
            if len(cmap) < 12 + 8 * number:
                break
            platform, encoding, offset = struct.unpack_from(">HHL", cmap, 4 + 8 * number)
            self._pairs.append((platform, encoding))
            found.setdefault((platform, encoding), offset)
        return found

    def _look_up(self, at: int, code: int) -> int | None:
        cmap = self._cmap
        try:
            kind = _u16(cmap, at)
            if kind == 0:
                return cmap[at + 6 + code] if 0 <= code < 256 else 0
            if kind == 4:
                return self._segments(at, code)
            if kind == 6:
                first, count = struct.unpack_from(">HH", cmap, at + 6)
                return _u16(cmap, at + 10 + 2 * (code - first)) if first <= code < first + count else 0
            if kind == 12:
                return self._groups(at, code)
        except (struct.error, IndexError):
            return 0
        return None

    def _segments(self, at: int, code: int) -> int:
        cmap = self._cmap
        count = _u16(cmap, at + 6) // 2
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            if _u16(cmap, at + 14 + 2 * middle) < code:
                low = middle + 1
            else:
                high = middle
        if low >= count:
            return 0
        first = _u16(cmap, at + 16 + 2 * (count + low))
        if code < first:
            return 0
        delta = _u16(cmap, at + 16 + 2 * (2 * count + low))
        place = at + 16 + 2 * (3 * count + low)
        if not (offset := _u16(cmap, place)):
            return (code + delta) & 0xFFFF
        glyph = _u16(cmap, place + offset + 2 * (code - first))
        return (glyph + delta) & 0xFFFF if glyph else 0

    def _groups(self, at: int, code: int) -> int:
        low, high = 0, _u32(self._cmap, at + 12)
        while low < high:
            middle = (low + high) // 2
            first, last, glyph = struct.unpack_from(">LLL", self._cmap, at + 16 + 12 * middle)
            if code > last:
                low = middle + 1
            elif code < first:
                high = middle
            else:
                return int(glyph + code - first)
        return 0

    def _post(self) -> dict[str, int]:
        post = self._table(b"post")
        kind = _u32(post, 0) if len(post) >= 4 else 0
        if kind == 0x10000:
            return {name: glyph for glyph, name in enumerate(standardGlyphOrder)}
        if kind != 0x20000 or len(post) < 34:
            return {}
        count = min(_u16(post, 32), (len(post) - 34) // 2)
        own: list[str] = []
        at = 34 + 2 * count
        while at < len(post):
            own.append(post[at + 1 : at + 1 + post[at]].decode("latin-1"))
            at += 1 + post[at]
        found: dict[str, int] = {}
        for glyph, index in enumerate(struct.unpack_from(f">{count}H", post, 34)):
            if index < 258:
                found.setdefault(standardGlyphOrder[index], glyph)
            elif index - 258 < len(own):
                found.setdefault(own[index - 258], glyph)
        return found


def _unknown(font: Sfnt, pair: tuple[int, int]) -> bool:
    return pair in font.cmaps and font.of_code(*pair, 0) is None


class _Found(Exception):
    """The width is known: what follows draws the glyph."""


class _Width(T2WidthExtractor):  # type: ignore[misc]
    """Stops where the width is known, and follows only so many calls: subroutines may call each other for ever."""

    calls = 0

    def popallWidth(self, evenOdd: int = 0) -> Any:
        super().popallWidth(evenOdd)
        raise _Found

    def op_callsubr(self, index: int) -> None:
        self._count()
        super().op_callsubr(index)

    def op_callgsubr(self, index: int) -> None:
        self._count()
        super().op_callgsubr(index)

    def _count(self) -> None:
        self.calls += 1
        if self.calls > _MOST_CALLS or len(self.callingStack) > _DEEPEST:
            raise ValueError("too many calls")


class Cff(Program):
    """Compact fonts, by name or by CID. A glyph is known by its number."""

    kind = "CFF"

    def __init__(self, data: bytes) -> None:
        """Read the first font of the set."""
        fonts = CFFFontSet()
        fonts.decompile(BytesIO(data), None, isCFF2=False)
        self._top = fonts.topDictIndex[0]
        self._strings = self._top.CharStrings.charStringsIndex
        order = list(self._top.charset)
        self.glyphs = len(order)
        self.cids = hasattr(self._top, "ROS")
        self._order = order
        #: Glyph numbers by name, or by CID.
        self.numbers: dict[Any, int] = {}
        for number, name in enumerate(order):
            self.numbers.setdefault(int(name[3:]) if self.cids and number else (0 if self.cids else name), number)

    def names(self) -> set[str]:
        """Of fonts whose glyphs have names."""
        return set(self._order)

    def encoding(self) -> dict[int, str]:
        """The program's own."""
        own = self._top.Encoding
        if own == "StandardEncoding":
            return dict(enumerate(StandardEncoding))
        return dict(enumerate(own)) if not isinstance(own, str) else {}

    def width(self, glyph: int) -> float | None:
        """By the charstring, and the matrix that scales it."""
        try:
            string, selector = self._strings.getItemAndSelector(glyph)
            private = string.private
            found = _Width(
                getattr(private, "Subrs", []), string.globalSubrs, private.nominalWidthX, private.defaultWidthX, private
            )
            try:
                found.execute(string)
            except _Found:
                return found.width * self._scale(selector)  # type: ignore[no-any-return]
        except Exception:  # noqa: BLE001 - a charstring is a program: it may fail in any way
            return None
        return None

    def _scale(self, selector: int | None) -> float:
        own = self._top.rawDict.get("FontMatrix")
        inner = None
        if self.cids and selector is not None:
            inner = self._top.FDArray[selector].rawDict.get("FontMatrix")
        scale = (own[0] if own else 1.0) * (inner[0] if inner else 1.0) if own or inner else 0.001
        if own and inner and scale < 1e-5:  # both say the whole of it
            scale = inner[0]
        return float(scale) * 1000


_TYPE1_CODE = re.compile(rb"dup\s+(\d+)\s*/([^\s/<>\[\](){}%]+)\s+put")
_TYPE1_MATRIX = re.compile(rb"/FontMatrix\s*\[\s*([-+.\deE]+)")
_TYPE1_GLYPH = re.compile(rb"/([^\s/<>\[\](){}%]*)\s+(\d{1,6})\s+(?:RD|-\||\S{1,8})\s")
_TYPE1_SUBR = re.compile(rb"dup\s+(\d{1,5})\s+(\d{1,6})\s+(?:RD|-\||\S{1,8})\s")
_LEN_IV = re.compile(rb"/lenIV\s+(-?\d{1,2})")


class Type1(Program):
    """Type 1. A glyph is known by its name."""

    kind = "Type1"

    def __init__(self, data: bytes) -> None:
        """Read the clear part, and find the glyphs in the other."""
        data = _unsegmented(data)
        if len(data) > _LONGEST_TYPE1:
            raise Broken("too long")
        clear, mark, rest = data.partition(b"eexec")
        if not mark:
            raise Broken("no eexec")
        self._clear = clear
        private = eexec.decrypt(_binary(rest), 55665)[0][4:]
        self._skip = int(found[1]) if (found := _LEN_IV.search(private)) else 4
        matrix = _TYPE1_MATRIX.search(clear)
        self._scale = float(matrix[1]) * 1000 if matrix else 1.0
        head, mark, glyphs = private.partition(b"/CharStrings")
        if not mark:
            raise Broken("no glyphs")
        self._subrs = {int(name): code for name, code in _pieces(_TYPE1_SUBR, head[head.find(b"/Subrs") :])}
        self._glyphs: dict[str, bytes] = {}
        for name, code in _pieces(_TYPE1_GLYPH, glyphs):
            self._glyphs.setdefault(name.decode("latin-1"), code)
        if not self._glyphs:
            raise Broken("no glyphs")

    def names(self) -> set[str]:
        """Of its glyphs."""
        return set(self._glyphs)

    def encoding(self) -> dict[int, str]:
        """The program's own."""
        if re.search(rb"/Encoding\s+StandardEncoding", self._clear):
            return dict(enumerate(StandardEncoding))
        start = max(0, self._clear.find(b"/Encoding"))
        return {int(code): name.decode("latin-1") for code, name in _TYPE1_CODE.findall(self._clear, start)}

    def width(self, glyph: str) -> float | None:
        """By the first command of the charstring: hsbw or sbw."""
        try:
            stack: list[float] = []
            found = self._run(self._glyphs[glyph], stack, 0)
        except (KeyError, IndexError, ZeroDivisionError, ValueError):
            return None
        return None if found is None else found * self._scale

    def _run(self, code: bytes, stack: list[float], depth: int) -> float | None:
        code = eexec.decrypt(code[: self._skip + 200], 4330)[0][max(self._skip, 0) :] if self._skip >= 0 else code[:200]
        at = 0
        while at < len(code):
            byte = code[at]
            at += 1
            if byte >= 32:
                value, at = _number(code, byte, at)
                stack.append(value)
            elif byte == 13:  # hsbw
                return stack[1]
            elif byte == 12:
                byte, at = code[at], at + 1
                if byte == 7:  # sbw
                    return stack[2]
                if byte != 12:
                    return None
                divisor = stack.pop()
                stack.append(stack.pop() / divisor)
            elif byte == 10 and depth < _DEEPEST:
                found = self._run(self._subrs[int(stack.pop())], stack, depth + 1)
                if found is not None:
                    return found
            elif byte == 11:
                return None
            else:
                return None
        return None


def _number(code: bytes, byte: int, at: int) -> tuple[float, int]:
    if byte <= 246:
        return byte - 139, at
    if byte <= 250:
        return (byte - 247) * 256 + code[at] + 108, at + 1
    if byte <= 254:
        return -(byte - 251) * 256 - code[at] - 108, at + 1
    return int.from_bytes(code[at : at + 4], "big", signed=True), at + 4


def _pieces(pattern: re.Pattern[bytes], data: bytes) -> Iterable[tuple[bytes, bytes]]:
    """Names and lengths, each followed by so many bytes."""
    at = 0
    while found := pattern.search(data, at):
        end = found.end() + int(found[2])
        yield found[1], data[found.end() : end]
        at = end


def _unsegmented(data: bytes) -> bytes:
    """Without the headers of a PFB file, should it be one."""
    found = bytearray()
    at = 0
    while data[at : at + 1] == b"\x80" and data[at + 1 : at + 2] in (b"\1", b"\2"):
        size = int.from_bytes(data[at + 2 : at + 6], "little")
        found += data[at + 6 : at + 6 + size]
        at += 6 + size
    return bytes(found) or data


def _binary(rest: bytes) -> bytes:
    rest = rest.lstrip(b" \t\r\n")
    if re.match(rb"[0-9A-Fa-f\s]{8}", rest):
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", rest)
        return bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
    return rest


def _u16(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", data, at)[0])


def _u32(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">L", data, at)[0])
