"""The fonts that a PDF shows text with, as the font rules of PDF/UA-1 ask about them (ISO 14289-1, 7.21).

Facts only: what is wrong with them is said elsewhere. What a font program holds is compared with what the PDF says of
it for the characters that are shown, so a subset is judged by what it is used for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from crawler.documents.pdf import _cmaps, _encodings, _programs
from crawler.documents.pdf._cmaps import IDENTITY, PREDEFINED, CMap, TooMany
from crawler.documents.pdf._programs import NOTDEF, Broken, Cff, Program, Sfnt, Type1
from crawler.documents.pdf._shown import Shown, Use, get, integer, kind_of, text
from crawler.documents.pdf._unfold import TooLong, Unreadable, unfold

#: Bytes of font programs, and of CMaps, that are read of one file.
MOST_PROGRAMS = 160 * 1024 * 1024
MOST_CMAPS = 24 * 1024 * 1024
#: Characters of all fonts that are looked up.
MOST_LOOKED_UP = 400_000
#: Wider or narrower by so many thousandths is the same.
TOLERANCE = 1.0
_SYMBOLIC, _NONSYMBOLIC = 4, 32
_SUBSET = re.compile(r"^[A-Z]{6}\+")
#: What a reader knows without being told: the character collections of East Asian fonts.
_KNOWN_COLLECTIONS = frozenset({"GB1", "CNS1", "Japan1", "Korea1", "KR"})
#: What no character is.
_VOID = frozenset("\0\ufeff\ufffe")
_DEEPEST = 4
_MOST_WIDTHS = 200_000
_CID_BYTES = 128 * 1024
_GLYPH_WIDTH = re.compile(rb"^\s*(-?[\d.]{1,12})\s+(?:-?[\d.]{1,12}\s+){1,5}d[01]\b")


def fonts(pdf: pikepdf.Pdf) -> list[dict[str, Any]]:
    """One entry for each font that shows text, in the order of reading; one more, ``{"left_out": why}``, where a part
    of the file was not looked at.

    ``{"name", "subtype", "inner": the CIDFont's subtype, "page": of its first text, "codes": different characters that
    it shows, "rendered": not only invisible, "subset", "symbolic", "embedded", "program": "TrueType" | "OpenType" |
    "CFF" | "Type1" | "", "unreadable": there is one, and nobody here can read it, "encoding": {"entry", "base",
    "differences", "unlisted": names that the Adobe Glyph List does not hold}, "cmaps": [[platform, encoding]] | None,
    "missing": characters whose glyph the program lacks, "notdef": those that show the glyph for what is missing,
    "widths": {"wrong", "most": by how many thousandths}, "meaningless": characters without a meaning, "void": with one
    that is no character, "charset" and "cidset": {"unlisted", "absent"} | None, "cid_to_gid": "Identity" | "stream" |
    "", "system": [registry, ordering, supplement] | None, "cmap": {"name", "embedded", "standard": every program has
    it, "wmode": [dictionary's, file's] | None, "foreign": names of those that it refers to and not every program has,
    "system"} | None}``
    """
    reader = _Reader()
    shown = Shown(pdf, reader.cmap_of)
    shown.walk()
    found = [reader.facts(use) for use in shown.uses.values() if use.shown]
    left_out = shown.left_out or reader.left_out
    return [*found, {"left_out": left_out}] if left_out else found


@dataclass(slots=True)
class _Glyphs:
    """What looking up the characters of one font found, each set by code."""

    missing: set[int] = field(default_factory=set)
    notdef: set[int] = field(default_factory=set)
    wrong: dict[int, float] = field(default_factory=dict)

    def compare(self, code: int, told: float | None, program: float | None) -> None:
        """The width that the PDF tells, and the program's."""
        if told is not None and program is not None and abs(told - program) > TOLERANCE:
            self.wrong[code] = abs(told - program)


class _Reader:
    """Reads the fonts of one file within its means."""

    def __init__(self) -> None:
        self.left_out = ""
        self._programs = MOST_PROGRAMS
        self._cmaps = MOST_CMAPS
        self._looked_up = MOST_LOOKED_UP

    def cmap_of(self, font: Any) -> CMap | None:
        """The CMap of a composite font; None where what it does to codes is not known here."""
        return self._cmap(get(font, "/Encoding"), 0)

    def facts(self, use: Use) -> dict[str, Any]:
        """All about one font."""
        font = use.font
        subtype = use.kind[1:]
        inner = _descendant(font) if subtype == "Type0" else font
        descriptor = get(inner, "/FontDescriptor")
        name = text(get(font, "/BaseFont")) or text(get(inner, "/BaseFont")) or text(get(font, "/Name")) or use.name
        flags = integer(get(descriptor, "/Flags"))
        symbolic = flags & (_SYMBOLIC | _NONSYMBOLIC) == _SYMBOLIC
        stream = _program_stream(descriptor)
        program, unreadable = self._program(stream)
        encoding = get(font, "/Encoding") if subtype != "Type0" else None
        told = _encodings.differences(encoding)
        glyphs = _Glyphs()
        names: _encodings.Names | None = None
        if len(use.codes) > self._looked_up:
            self._miss("its fonts show too many characters")
        elif subtype == "Type0":
            self._composite(use, inner, program, glyphs)
        else:
            names = _names(subtype, name, encoding, program, symbolic)
            self._simple(use, subtype, names, program, symbolic, glyphs)
        self._looked_up -= len(use.codes)
        meaningless, void = self._meanings(use, subtype, inner, names, name, symbolic)
        sfnt = program if isinstance(program, Sfnt) else None
        subset = bool(_SUBSET.match(name))
        return {
            "name": _SUBSET.sub("", name),
            "subtype": subtype,
            "inner": kind_of(inner)[1:] if subtype == "Type0" else "",
            "page": use.page,
            "codes": len(use.codes),
            "rendered": use.seen,
            "subset": subset,
            "symbolic": symbolic,
            "embedded": stream is not None,
            "program": program.kind if program else "",
            "unreadable": unreadable,
            "encoding": {
                "entry": encoding is not None,
                "base": _encodings.base(encoding),
                "differences": len(told),
                "unlisted": sum(not _encodings.listed(one) for one in told.values()),
            },
            "cmaps": [list(pair) for pair in sfnt.pairs] if sfnt else None,
            "missing": len(glyphs.missing),
            "notdef": len(glyphs.notdef),
            "widths": {"wrong": len(glyphs.wrong), "most": round(max(glyphs.wrong.values(), default=0.0), 1)},
            "meaningless": meaningless,
            "void": void,
            "charset": _charset(descriptor, program) if subset and subtype in ("Type1", "MMType1") else None,
            "cidset": self._cidset(inner, descriptor, program) if subset and subtype == "Type0" else None,
            "cid_to_gid": _cid_to_gid(inner) if subtype == "Type0" else "",
            "system": _system(get(inner, "/CIDSystemInfo")) if subtype == "Type0" else None,
            "cmap": self._cmap_facts(font) if subtype == "Type0" else None,
        }

    # What the PDF holds

    def _miss(self, why: str) -> None:
        self.left_out = self.left_out or why

    def _program(self, stream: Any) -> tuple[Program | None, bool]:
        """The program, and whether there is one that cannot be read."""
        if stream is None:
            return None, False
        try:
            data = unfold(stream, min(_programs.LONGEST, max(self._programs, 0)))
            self._programs -= len(data)
            return _programs.read(data), False
        except TooLong:
            self._miss("its font programs are too large")
            return None, False
        except (Unreadable, Broken):
            return None, True

    def _cmap(self, said: Any, depth: int) -> CMap | None:
        if isinstance(said, pikepdf.Name):
            return _cmaps.identity(int(text(said)[-1:] == "V")) if text(said) in IDENTITY else None
        if not isinstance(said, pikepdf.Stream) or depth > _DEEPEST:
            return None
        try:
            data = unfold(said, min(_cmaps.LONGEST, max(self._cmaps, 0)))
            self._cmaps -= len(data)
            found = _cmaps.parse(data)
        except (TooLong, TooMany):
            self._miss("its character maps are too large")
            return None
        except Unreadable:
            return None
        used = get(said, "/UseCMap")
        if used is None and found.uses and found.uses[0] in IDENTITY:
            found.base = _cmaps.identity()
        elif used is not None:
            found.base = self._cmap(used, depth + 1)
        found.partial = bool((used is not None or found.uses) and (found.base is None or found.base.partial))
        return found if found.spaces or found.base or found.meant.singles or found.meant.ranges else None

    def _cmap_facts(self, font: Any) -> dict[str, Any] | None:
        said = get(font, "/Encoding")
        if isinstance(said, pikepdf.Name):
            ordering = PREDEFINED.get(text(said))
            system = ["Adobe", *ordering] if ordering else None
            standard = bool(ordering) or text(said) in IDENTITY
            return _cmap_dict(text(said), system, standard=standard)
        if not isinstance(said, pikepdf.Stream):
            return None
        found = self._cmap(said, _DEEPEST)  # alone, without those that it uses
        used = get(said, "/UseCMap")
        uses = [text(used) or text(get(used, "/CMapName")) or "?"] if used is not None else []
        uses += [one for one in found.uses if one not in uses] if found else []
        return _cmap_dict(
            text(get(said, "/CMapName")) or (found.name if found else ""),
            _system(get(said, "/CIDSystemInfo")),
            embedded=True,
            wmode=[integer(get(said, "/WMode")), found.wmode] if found else None,
            foreign=[one for one in uses if one not in PREDEFINED and one not in IDENTITY][:20],
        )

    # What its characters show

    def _simple(
        self, use: Use, subtype: str, names: _encodings.Names, program: Program | None, symbolic: bool, glyphs: _Glyphs
    ) -> None:
        widths = _simple_widths(use.font) or {}
        procedures = get(use.font, "/CharProcs") if subtype == "Type3" else None
        by_code = subtype == "TrueType" and (symbolic or get(use.font, "/Encoding") is None)
        if program is None and subtype != "Type3":
            glyphs.notdef = set() if by_code else {code for code in use.codes if names[code] == NOTDEF}
            return
        for code in sorted(use.codes):
            name = names[code]
            if subtype == "Type3":
                glyph, width = self._drawing(procedures, name)
            elif isinstance(program, Sfnt) and subtype == "TrueType":
                glyph, width = _of_text_font(program, code, name, by_code, symbolic, widths.get(code))
            else:
                glyph, width = _of_program(program, name)
            if code == 0 if by_code else name == NOTDEF and subtype != "Type3":
                glyphs.notdef.add(code)
                # Type 1 programs have this glyph. Of TrueType, nothing leads to it but code 0.
                if subtype != "TrueType" or code == 0:
                    continue
            if code not in use.drawn or glyph is None:
                continue
            if glyph:
                glyphs.compare(code, widths.get(code), width)
            else:
                glyphs.missing.add(code)

    def _drawing(self, procedures: Any, name: str | None) -> tuple[int | None, float | None]:
        """Of a Type 3 font: whether there is a drawing, and the width that it tells."""
        drawing = get(procedures, f"/{name}") if name else None
        if not isinstance(drawing, pikepdf.Stream):
            return 0, None
        try:
            found = _GLYPH_WIDTH.match(unfold(drawing, _programs.LONGEST)[:200])
            return 1, float(found[1]) if found else None
        except (TooLong, Unreadable, ValueError):
            return 1, None

    def _composite(self, use: Use, inner: Any, program: Program | None, glyphs: _Glyphs) -> None:
        cmap = use.cmap
        if cmap is None or program is None or isinstance(program, Type1):
            return
        widths = _CidWidths(inner)
        glyph_of = self._glyph_of(inner, program)
        for code in sorted(use.codes):
            cid = cmap.cid(code)
            if cid is None and cmap.partial:
                continue
            glyph = glyph_of(cid) if cid else 0
            if not glyph:
                glyphs.notdef.add(code)
                # Every font has the glyph that stands for what is missing, and it was asked for.
                if code in use.drawn and cid != 0 and glyph is None:
                    glyphs.missing.add(code)
            elif code in use.drawn:
                glyphs.compare(code, widths.of(cid or 0), program.width(glyph))

    def _glyph_of(self, inner: Any, program: Program) -> Any:
        """From CIDs to glyphs: 0 is the glyph for what is missing, None no glyph at all."""
        cff = program if isinstance(program, Cff) else program.cff if isinstance(program, Sfnt) else None
        size = program.glyphs if isinstance(program, Sfnt | Cff) else 0
        if kind_of(inner) == "/CIDFontType0" and cff is not None:
            return cff.numbers.get if cff.cids else lambda cid: cid if cid < size else None
        table = self._gids(inner)

        def glyph(cid: int) -> int | None:
            if table is None:
                return cid if cid < size else None
            found = int.from_bytes(table[2 * cid : 2 * cid + 2], "big") if 2 * cid + 1 < len(table) else size
            return found if found < size else None

        return glyph

    def _gids(self, inner: Any) -> bytes | None:
        said = get(inner, "/CIDToGIDMap")
        if not isinstance(said, pikepdf.Stream):
            return None
        try:
            return unfold(said, _CID_BYTES)
        except (TooLong, Unreadable):
            return None

    def _cidset(self, inner: Any, descriptor: Any, program: Program | None) -> dict[str, int] | None:
        said = get(descriptor, "/CIDSet")
        if not isinstance(said, pikepdf.Stream) or not isinstance(program, Sfnt | Cff):
            return None
        try:
            bits = unfold(said, _CID_BYTES)
        except (TooLong, Unreadable):
            return None
        listed = {8 * at + bit for at, byte in enumerate(bits[:8192]) if byte for bit in range(8) if byte & 0x80 >> bit}
        glyph_of = self._glyph_of(inner, program)
        filled = set(range(1, program.glyphs)) if isinstance(program, Cff) else program.filled()
        if isinstance(program, Cff) and program.cids and kind_of(inner) == "/CIDFontType0":
            there: set[int] = set(program.numbers)
        else:
            there = {cid for cid in range(1, 65536) if glyph_of(cid) in filled}
        return {
            "unlisted": len({cid for cid in there if cid and cid not in listed}),
            "absent": sum(cid != 0 and glyph_of(cid) is None for cid in listed),
        }

    # What its characters mean

    def _meanings(
        self, use: Use, subtype: str, inner: Any, names: _encodings.Names | None, name: str, symbolic: bool
    ) -> tuple[int, int]:
        """How many characters have no meaning, and how many one that is no character."""
        said = get(use.font, "/ToUnicode")
        before, self.left_out = self.left_out, ""
        told = self._cmap(said, 0)
        unread = bool(self.left_out)
        self.left_out = before or self.left_out
        itself = (text(said) or text(get(said, "/CMapName"))).startswith("Identity-")
        known = self._known(use, subtype, inner, symbolic)
        meaningless = void = 0
        for code in use.codes:
            meaning = told.text(code) if told else None
            if meaning is None and itself:
                meaning = chr(code) if code < 0x110000 else ""
            if meaning is not None:
                void += not _VOID.isdisjoint(meaning)
            elif not (known or unread or _named(names, code, name, subtype)):
                meaningless += 1
        return meaningless, void

    def _known(self, use: Use, subtype: str, inner: Any, symbolic: bool) -> bool:
        """Whether a reader knows without a map: ISO 14289-1, 7.21.7."""
        if subtype == "TrueType":
            return not symbolic
        if subtype != "Type0":
            return False
        system = _system(get(inner, "/CIDSystemInfo"))
        cmap = self._cmap_facts(use.font)
        systems = [one for one in (system, cmap and cmap["system"]) if one]
        return any(one[0] == "Adobe" and one[1] in _KNOWN_COLLECTIONS for one in systems)


def _named(names: _encodings.Names | None, code: int, font: str, subtype: str) -> bool:
    """Whether the name of its glyph says what it is. What cannot be told, or is no glyph, is not held against it."""
    if names is None:
        return False
    name = names[code]
    return name is None or (name == NOTDEF and subtype != "TrueType") or _encodings.means(name, font)


def _names(subtype: str, font: str, encoding: Any, program: Program | None, symbolic: bool) -> _encodings.Names:
    """By byte, the glyph that a simple font asks for."""
    if subtype == "TrueType":
        found = _encodings.names(encoding, {} if symbolic else _encodings.standard())
        if symbolic:
            return found
        return [one if one != NOTDEF else _encodings.standard().get(code, NOTDEF) for code, one in enumerate(found)]
    if subtype == "Type3":
        return _encodings.names(encoding, {})
    inner = program.cff if isinstance(program, Sfnt) else program
    if isinstance(inner, Type1) or (isinstance(inner, Cff) and not inner.cids):
        return _encodings.names(encoding, inner.encoding())
    plain = program is None and not symbolic and font not in ("Symbol", "ZapfDingbats")
    return _encodings.names(encoding, _encodings.standard() if plain else None)


def _of_text_font(
    program: Sfnt, code: int, name: str | None, by_code: bool, symbolic: bool, told: float | None
) -> tuple[int | None, float | None]:
    """The glyph of a byte in a simple TrueType font, and its width."""
    glyph = program.of_symbol(code) if by_code else _of_name(program, name)
    if glyph is None or glyph >= program.glyphs:
        return (0 if glyph else None), None
    if not glyph:
        return (0 if symbolic or not by_code else None), None  # what has no encoding is told by the rule for it
    width = program.width(glyph)
    # Programs differ in whether these are the common glyphs or others.
    other = program.of_code(3, 1, {"space": 0xA0, "hyphen": 0xAD}.get(name or "", 0)) if code > 0x7F else 0
    if other and told is not None and width is not None and abs(told - width) > TOLERANCE:
        width = program.width(other)
    return glyph, width


def _of_name(program: Sfnt, name: str | None) -> int | None:
    """ISO 32000-1, 9.6.6.4: by Unicode, by the Macintosh's encoding, by the glyph's own name."""
    if name is None:
        return None
    if name == NOTDEF:
        return 0
    unknown = False
    for code in _encodings.unicodes(name):
        found = program.of_code(3, 1, code)
        unknown |= found is None and (3, 1) in program.cmaps
        if found:
            return found
    if name in _encodings.mac_codes() and (found := program.of_code(1, 0, _encodings.mac_codes()[name])):
        return found
    return program.of_name(name) or (None if unknown else 0)


def _of_program(program: Program | None, name: str | None) -> tuple[int | None, float | None]:
    """Of fonts whose glyphs have names: whether it is there, and how wide."""
    inner = program.cff if isinstance(program, Sfnt) else program
    if name is None or inner is None or (isinstance(inner, Cff) and inner.cids):
        return None, None
    if isinstance(inner, Type1):
        return (1, inner.width(name)) if name in inner.names() else (0, None)
    if isinstance(inner, Cff):
        glyph = inner.numbers.get(name)
        return (0, None) if glyph is None else (glyph, inner.width(glyph))
    return None, None


def _simple_widths(font: Any) -> dict[int, float] | None:
    """By byte; None where the font tells none."""
    told = get(font, "/Widths")
    if not isinstance(told, pikepdf.Array) or len(told) == 0:
        return None
    missing = _real(get(get(font, "/FontDescriptor"), "/MissingWidth")) or 0.0
    found = dict.fromkeys(range(256), missing)
    first, last = integer(get(font, "/FirstChar")), integer(get(font, "/LastChar"), 255)
    for code, width in enumerate(list(told)[:256], first):
        if 0 <= code < 256 and code <= last:
            found[code] = _real(width) or 0.0
    return found


class _CidWidths:
    """Widths by CID, as a composite font tells them."""

    def __init__(self, inner: Any) -> None:
        self._single: dict[int, float] = {}
        self._ranges: list[tuple[int, int, float]] = []
        width = get(inner, "/DW")
        self._rest = 1000.0 if width is None else _real(width)
        for first, last, value in _told(get(inner, "/W")):
            if first == last:
                self._single[first] = value
            else:
                self._ranges.append((first, last, value))
        self._ranges.sort()
        self._starts = [first for first, _, _ in self._ranges]

    def of(self, cid: int) -> float | None:
        """The width of a CID."""
        if cid in self._single:
            return self._single[cid]
        at = bisect_right(self._starts, cid) - 1
        if at >= 0 and self._ranges[at][1] >= cid:
            return self._ranges[at][2]
        return self._rest


def _told(array: Any) -> Iterator[tuple[int, int, float]]:
    if not isinstance(array, pikepdf.Array):
        return
    parts = list(array)[:_MOST_WIDTHS]
    left = _MOST_WIDTHS
    at = 0
    while at + 1 < len(parts) and left > 0:
        first = integer(parts[at])
        if isinstance(parts[at + 1], pikepdf.Array):
            for offset, width in enumerate(list(parts[at + 1])[:left]):
                left -= 1
                yield first + offset, first + offset, _real(width) or 0.0
            at += 2
        elif at + 2 < len(parts):
            yield first, integer(parts[at + 1]), _real(parts[at + 2]) or 0.0
            at += 3
        else:
            return


def _real(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return None


def _descendant(font: Any) -> Any:
    found = get(font, "/DescendantFonts")
    return found[0] if isinstance(found, pikepdf.Array) and len(found) else None


def _program_stream(descriptor: Any) -> Any:
    found = (get(descriptor, key) for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return next((one for one in found if isinstance(one, pikepdf.Stream)), None)


def _cmap_dict(
    name: str,
    system: list[Any] | None,
    *,
    embedded: bool = False,
    standard: bool = False,
    wmode: list[int] | None = None,
    foreign: list[str] | None = None,
) -> dict[str, Any]:
    return {
        "name": name,
        "embedded": embedded,
        "standard": standard,
        "wmode": wmode,
        "foreign": foreign or [],
        "system": system,
    }


def _system(said: Any) -> list[Any] | None:
    """Registry, ordering and supplement; of a CMap, the first of several."""
    if isinstance(said, pikepdf.Array) and len(said):
        said = said[0]
    if not isinstance(said, pikepdf.Dictionary):
        return None
    return [text(get(said, "/Registry")), text(get(said, "/Ordering")), integer(get(said, "/Supplement"))]


def _cid_to_gid(inner: Any) -> str:
    said = get(inner, "/CIDToGIDMap")
    if isinstance(said, pikepdf.Stream):
        return "stream"
    return "Identity" if text(said) == "Identity" else ""


def _charset(descriptor: Any, program: Program | None) -> dict[str, int] | None:
    """The names that the PDF lists as the program's, beside those that are there."""
    said = get(descriptor, "/CharSet")
    inner = program.cff if isinstance(program, Sfnt) else program
    if not isinstance(said, pikepdf.String) or not isinstance(inner, Type1 | Cff):
        return None
    if isinstance(inner, Cff) and inner.cids:
        return None
    told = set(bytes(said)[:_MOST_WIDTHS].decode("latin-1").replace("\0", "").split("/")[1:])
    told = {re.sub(r"#([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), one).strip() for one in told}
    there = inner.names() - {NOTDEF}
    return {"unlisted": len(there - told), "absent": len(told - there - {NOTDEF, ""})}
