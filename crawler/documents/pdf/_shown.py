"""What text a PDF shows: by font, the codes in it, and whether anybody sees them.

Content is read for what shows text and nothing else: a drawing of a million lines costs little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from crawler.documents.pdf._cmaps import CMap
from crawler.documents.pdf._unfold import TooLong, Unreadable, unfold

#: Decoded bytes of content that are read of one file, and steps taken in it.
MOST_CONTENT = 48 * 1024 * 1024
MOST_STEPS = 4_000_000
#: Fonts of one file, and codes of one font.
MOST_FONTS = 500
MOST_CODES = 70_000
#: Forms within forms, and how often forms are read: one may look different in every place.
_DEEPEST = 24
_MOST_FORMS = 20_000
_MOST_SAVED = 1_000
#: Text that is neither filled, stroked nor clips: what a scanner's software lays under the picture of a page.
_INVISIBLE = 3
_HIDDEN = 2
_LONGEST_NAME = 200

_REGULAR = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"
_STEP = re.compile(
    rb"(?P<comment>%[^\r\n]*+)"
    rb"|(?P<string>\()"
    rb"|<(?P<hex>[0-9A-Fa-f\0\t\n\f\r ]*+)>"
    rb"|/(?P<name>" + _REGULAR + rb"*+)(?:[\0\t\n\f\r ]++(?:[-+.\d]++[\0\t\n\f\r ]++)?(?P<named>Tf|Do|gs|scn|SCN)"
    rb"(?!" + _REGULAR + rb"))?"
    rb"|(?<!"
    + _REGULAR
    + rb")(?:(?P<mode>[0-7])[\0\t\n\f\r ]++Tr|(?P<word>Tj|TJ|['\"]|q|Q|BDC|DP|ID))(?!"
    + _REGULAR
    + rb")"
)
_STRING = re.compile(rb"[^()\\]*+(?:\\[\s\S][^()\\]*+)*+\)")
_NESTED = re.compile(rb"[()]|\\[\s\S]")
_ESCAPED = re.compile(rb"\\(?:([nrtbf])|([0-7]{1,3})|(\r\n?|\n)|([\s\S]))|\r\n?")
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_IMAGE_END = re.compile(rb"[\0\t\n\f\r ]EI(?=[\0\t\n\f\r /\[(<]|$)")
_BINARY = re.compile(rb"[^\t\n\r -~]")
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")


@dataclass(slots=True)
class Use:
    """A font that is chosen: ``codes`` that it shows, ``drawn`` those of them that are not invisible."""

    font: Any
    page: int
    name: str
    resources: Any = None
    kind: str = ""
    codes: set[int] = field(default_factory=set)
    drawn: set[int] = field(default_factory=set)
    #: What splits strings of a composite font into codes; None = nobody here can tell what they hold.
    cmap: CMap | None = None
    decode: Callable[[bytes], Iterable[int]] | None = None
    #: Whether it shows anything, and anything that is not invisible.
    shown: bool = False
    seen: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    key: Any = None
    mode: int = 0


class Shown:
    """Walks a file. ``left_out`` says why a part of it was not seen."""

    def __init__(self, pdf: pikepdf.Pdf, cmap_of: Callable[[Any], CMap | None]) -> None:
        """``cmap_of`` gives what splits the strings of a composite font; None = nobody knows."""
        self.uses: dict[Any, Use] = {}
        self.left_out = ""
        self._pdf = pdf
        self._cmap_of = cmap_of
        self._content = MOST_CONTENT
        self._steps = MOST_STEPS
        self._forms = _MOST_FORMS
        self._done: set[Any] = set()
        self._page = 0

    def walk(self) -> None:
        """Pages with their annotations, then the glyphs that are drawings."""
        try:
            for number, page in enumerate(self._pdf.pages, 1):
                if not self._more():
                    return
                self._page = number
                self._one_page(page.obj)
        except (pikepdf.PdfError, RuntimeError, TypeError, ValueError):
            self._miss("its pages cannot be told apart")
        drawings: set[Any] = set()
        while new := [
            key for key, use in self.uses.items() if use.shown and use.kind == "/Type3" and key not in drawings
        ]:
            drawings.update(new)
            for key in new:
                self._drawings(self.uses[key])

    def _one_page(self, page: Any) -> None:
        resources = _inherited(page, "/Resources")
        contents = get(page, "/Contents")
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        data = b"\n".join(self._bytes(one) for one in streams[:10_000] if isinstance(one, pikepdf.Stream))
        self._read(data, resources, _State(), 0)
        notes = get(page, "/Annots")
        for note in list(notes)[:_MOST_FORMS] if isinstance(notes, pikepdf.Array) else ():
            if isinstance(note, pikepdf.Dictionary) and not integer(get(note, "/F")) & _HIDDEN:
                for look in _looks(get(note, "/AP")):
                    self._form(look, resources, _State(), 0)

    def _drawings(self, use: Use) -> None:
        procedures = get(use.font, "/CharProcs")
        if not isinstance(procedures, pikepdf.Dictionary):
            return
        resources = get(use.font, "/Resources")
        self._page = use.page
        for _, procedure in list(procedures.items())[:MOST_CODES]:
            if isinstance(procedure, pikepdf.Stream):
                self._form(procedure, resources if resources is not None else use.resources, _State(), 0)

    def _bytes(self, stream: Any) -> bytes:
        if self._content <= 0:
            return b""
        try:
            data = unfold(stream, self._content)
        except TooLong:
            self._miss("its content is too long")
            return b""
        except Unreadable:
            self._miss("a part of its content cannot be read")
            return b""
        self._content -= len(data) + 100
        return data

    def _miss(self, why: str) -> None:
        self.left_out = self.left_out or why

    def _more(self) -> bool:
        if self._content <= 0 or self._steps <= 0:
            self._miss("its content is too long")
            return False
        return True

    def _form(self, form: Any, outer: Any, state: _State, depth: int) -> None:
        own = get(form, "/Resources")
        resources = own if own is not None else outer
        key = (self._identity(form), state.mode, state.key, None if own is not None else self._identity(outer))
        if key in self._done or not self._more():
            return
        self._done.add(key)
        self._forms -= 1
        if depth > _DEEPEST or self._forms < 0:
            self._miss("its forms are too many")
            return
        self._read(self._bytes(form), resources, state, depth + 1)

    def _read(self, data: bytes, resources: Any, state: _State, depth: int) -> None:
        saved: list[_State] = []
        deeper = 0
        strings: list[bytes] = []
        at = 0
        while step := _STEP.search(data, at):
            at = step.end()
            self._steps -= 1
            if self._steps <= 0:
                self._miss("its content is too long")
                return
            kind = step.lastgroup
            if kind == "string":
                string, at = _string(data, at)
                strings.append(string)
            elif kind == "hex":
                digits = b"".join(step["hex"].replace(b"\0", b"").split())
                strings.append(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii")))
            elif kind == "named":
                state = self._named(step["named"], _name(step["name"]), resources, state, depth)
            elif kind == "mode":
                state = _State(state.key, int(step["mode"]))
            elif kind == "word":
                word = step["word"]
                if word in (b"Tj", b"TJ", b"'", b'"'):
                    self._show(strings, state)
                elif word == b"q":
                    if len(saved) < _MOST_SAVED:
                        saved.append(state)
                    else:
                        deeper += 1
                elif word == b"Q":
                    if deeper:
                        deeper -= 1
                    elif saved:
                        state = saved.pop()
                elif word == b"ID":
                    at = _after_image(data, at)
                strings.clear()

    def _named(self, word: bytes, name: str, resources: Any, state: _State, depth: int) -> _State:
        if word == b"Tf":
            return self._with(state, get(get(resources, "/Font"), name), name, resources)
        if word == b"gs":
            return self._graphics(get(get(resources, "/ExtGState"), name), resources, state, depth)
        if word == b"Do":
            form = get(get(resources, "/XObject"), name)
            if isinstance(form, pikepdf.Stream) and get(form, "/Subtype") == "/Form":
                self._form(form, resources, state, depth)
        else:
            pattern = get(get(resources, "/Pattern"), name)
            if isinstance(pattern, pikepdf.Stream):
                self._form(pattern, resources, _State(), depth)
        return state

    def _with(self, state: _State, font: Any, name: str, resources: Any) -> _State:
        if not isinstance(font, pikepdf.Dictionary):
            return _State(mode=state.mode)
        key = (self._identity(font), "" if font.is_indirect else name.removeprefix("/"))
        if key not in self.uses:
            if len(self.uses) >= MOST_FONTS:
                self._miss("its fonts are too many")
                return _State(mode=state.mode)
            use = self.uses[key] = Use(font, self._page, name.removeprefix("/"), resources, kind_of(font))
            if use.kind == "/Type0":
                use.cmap = self._cmap_of(font)
                use.decode = use.cmap.codes if use.cmap else None
            else:
                use.decode = iter
        elif not self.uses[key].shown:
            self.uses[key].page = self._page
        return _State(key, state.mode)

    def _identity(self, thing: Any) -> Any:
        """What tells one object from another. One that stands where it is used is known by what it says."""
        if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            return None
        if thing.is_indirect:
            return thing.objgen
        said = thing.unparse()
        self._content -= len(said)
        return said if len(said) < _LONGEST_NAME else hash(said)

    def _graphics(self, chosen: Any, resources: Any, state: _State, depth: int) -> _State:
        group = get(get(chosen, "/SMask"), "/G")
        if isinstance(group, pikepdf.Stream):
            self._form(group, resources, _State(), depth)
        font = get(chosen, "/Font")
        if isinstance(font, pikepdf.Array) and len(font) == 2:
            return self._with(state, font[0], "", resources)
        return state

    def _show(self, strings: list[bytes], state: _State) -> None:
        use = self.uses.get(state.key)
        if use is None:
            return
        drawn = state.mode != _INVISIBLE
        for string in strings:
            if not string:
                continue
            use.shown = True
            use.seen |= drawn
            if use.decode is None:
                continue
            codes = set(use.decode(string))
            use.codes |= codes
            if drawn:
                use.drawn |= codes
        if len(use.codes) > MOST_CODES:
            self._miss("a font shows too many characters")
            use.decode = None


def get(holder: Any, key: str) -> Any:
    """An entry of a dictionary or stream; None where there is none, or it is no dictionary."""
    if not isinstance(holder, pikepdf.Dictionary | pikepdf.Stream):
        return None
    try:
        return holder.get(key)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        return None


def integer(value: Any, default: int = 0) -> int:
    """What should be a number."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return default


def text(value: Any) -> str:
    """A name without its slash, or a string; "" for all else."""
    if isinstance(value, pikepdf.Name):
        return str(value)[1 : _LONGEST_NAME + 1]
    if isinstance(value, pikepdf.String):
        return str(value)[:_LONGEST_NAME]
    return ""


def kind_of(font: Any) -> str:
    """The subtype of a font, with its slash."""
    found = get(font, "/Subtype")
    return str(found) if isinstance(found, pikepdf.Name) else ""


def _inherited(page: Any, key: str) -> Any:
    for _ in range(60):
        found = get(page, key)
        if found is not None:
            return found
        page = get(page, "/Parent")
        if page is None:
            return None
    return None


def _looks(appearance: Any) -> Iterator[Any]:
    for way in ("/N", "/R", "/D"):
        found = get(appearance, way)
        if isinstance(found, pikepdf.Stream):
            yield found
        elif isinstance(found, pikepdf.Dictionary):
            yield from (one for _, one in list(found.items())[:100] if isinstance(one, pikepdf.Stream))


def _name(raw: bytes) -> str:
    plain = _HEX_IN_NAME.sub(lambda found: bytes([int(found[1], 16)]), raw)
    return "/" + plain.decode("utf-8", "surrogateescape")


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    """A literal string from behind its first parenthesis, and where it ends; one without an end goes to the end."""
    if whole := _STRING.match(data, at):
        return _unescape(data[at : whole.end() - 1]), whole.end()
    depth, start = 1, at
    while found := _NESTED.search(data, at):
        at = found.end()
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return _unescape(data[start : at - 1]), at
    return b"", len(data)


def _unescape(raw: bytes) -> bytes:
    if b"\\" not in raw and b"\r" not in raw:
        return raw
    return _ESCAPED.sub(_meant, raw)


def _meant(found: re.Match[bytes]) -> bytes:
    plain, octal, broken, other = found.groups()
    if plain:
        return _PLAIN[plain]
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    if broken:
        return b""
    return other or b"\n"


def _after_image(data: bytes, at: int) -> int:
    """Behind the data of an inline image: what follows its end is text again."""
    while found := _IMAGE_END.search(data, at):
        at = found.end()
        if not _BINARY.search(data, at, at + 16):
            return at
    return len(data)
