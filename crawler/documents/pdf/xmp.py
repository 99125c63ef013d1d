"""The metadata stream of a PDF (XMP): whether it names the document, and what it says of PDF/UA."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

#: Bytes that are read.
LARGEST = 1024 * 1024
_UA = "http://www.aiim.org/pdfua/ns/id/"
_DC = "http://purl.org/dc/elements/1.1/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LANG = "http://www.w3.org/XML/1998/namespace lang"


class _Stop(Exception):
    """It declares a document type: nobody needs that, and it may unfold without end."""


class _Reader:
    def __init__(self) -> None:
        self.facts: dict[str, Any] = {"title": None, "ua": {}, "default": False}
        self._path: list[tuple[str, str]] = []
        self._said: list[str] | None = None
        self._part: list[str] | None = None
        self._called = ""
        self._languages: set[str] = set()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, local, prefix = _split(tag)
        if (space, local) == (_RDF, "Alt"):
            self._languages = set()
        elif (space, local) == (_RDF, "li"):
            self._languages |= {value for one, value in attributes.items() if " ".join(_split(one)[:2]) == _LANG}
        if (space, local) == (_RDF, "Description"):
            for one, value in attributes.items():
                self._property(*_split(one), value)
        if self._in_description():
            self._property(space, local, prefix, "")
            if (space, local) == (_DC, "title"):
                self._said = []
            elif space == _UA:
                self._part, self._called = [], local
        self._path.append((space, local))

    def end(self, _: str) -> None:
        closed = self._path.pop()
        if closed == (_RDF, "Alt") and self._languages == {"x-default"}:
            self.facts["default"] = True
        if closed == (_DC, "title") and self._said is not None:
            self.facts["title"] = bool("".join(self._said).strip())
            self._said = None
        elif closed[0] == _UA and self._part is not None:
            self.facts["ua"][self._called][0] = "".join(self._part).strip()[:20]
            self._part = None

    def words(self, said: str) -> None:
        for kept in (self._said, self._part):
            if kept is not None:
                kept.append(said)

    def doctype(self, *_: Any) -> None:
        raise _Stop

    def _in_description(self) -> bool:
        return len(self._path) > 1 and self._path[-2:] == [(_RDF, "RDF"), (_RDF, "Description")]

    def _property(self, space: str, local: str, prefix: str, value: str) -> None:
        if space == _UA:
            self.facts["ua"].setdefault(local[:20], [value.strip()[:20], prefix[:20]])
        elif (space, local) == (_DC, "title"):
            self.facts["title"] = bool(value.strip())


def facts(packet: bytes) -> dict[str, Any]:
    """``{"title": there is one that is not empty | None, "ua": {name: [value, prefix]}, "default": bool}``.

    "default": a text is in no language but that of the document. What cannot be read holds nothing.
    """
    reader = _Reader()
    start = packet.find(b"<")
    if start < 0 or len(packet) > LARGEST:
        return reader.facts
    # A byte order mark or a byte of UTF-16 may stand before it.
    while start and packet[start - 1] in b"\x00\xfe\xff\xef\xbb\xbf":
        start -= 1
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(packet[start:].rstrip(b"\x00 \r\n\t"), True)
    except (_Stop, expat.ExpatError, ValueError):
        if reader._path:  # it ends before its end: what it said until then is not what it says
            return _Reader().facts
    return reader.facts


def _split(tag: str) -> tuple[str, str, str]:
    space, _, rest = tag.rpartition(" ") if tag.count(" ") == 1 else tag.partition(" ")
    if not space:
        return "", tag, ""
    local, _, prefix = rest.partition(" ")
    return space, local, prefix
