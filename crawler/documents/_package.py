"""Files that are a zip of XML (Office, OpenDocument), unfolded in memory and within limits, never on a disk."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from lxml import etree

from crawler.documents import Locked, Unreadable

#: Of one file: what an archive of a city's longest report does not reach.
MEMBERS = 10_000
#: Bytes of one part, unfolded, and of all parts that are read, of a file and of those inside it.
PART = 64 * 1024 * 1024
UNFOLDED = 256 * 1024 * 1024
#: A part that is so much smaller folded, and large, holds one thing over and over.
RATIO, SMALL = 600, 16 * 1024 * 1024
#: "<" in a part that is held as a tree, and in one that is read row by row.
TREE, STREAM = 2_000_000, 8_000_000
_ENCRYPTED = 0x1

_SPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.microsoft.com/office/word/2012/wordml": "w15",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "x",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "x",
    "http://schemas.openxmlformats.org/presentationml/2006/main": "p",
    "http://purl.oclc.org/ooxml/presentationml/main": "p",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/picture": "pic",
    "http://purl.oclc.org/ooxml/drawingml/picture": "pic",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing": "xdr",
    "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing": "xdr",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup": "wpg",
    "http://schemas.microsoft.com/office/drawing/2017/decorative": "adec",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments": "tc",
    "http://schemas.microsoft.com/office/powerpoint/2018/8/main": "p188",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0": "fo",
    "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0": "svg",
    "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0": "presentation",
    "urn:oasis:names:tc:opendocument:xmlns:meta:1.0": "meta",
    "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0": "manifest",
    "urn:oasis:names:tc:opendocument:xmlns:loext:1.0": "loext",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/XML/1998/namespace": "xml",
}

Element = Any  # lxml's stubs know no half of what its elements do


class Damaged(Exception):
    """A part that cannot be read; the rest may. ``str`` of it says why, for people, and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part leads. ``kind`` is the last word of its type: "image", "hyperlink", "comments"."""

    id: str
    kind: str
    target: str
    external: bool


class Purse:
    """What may still be unfolded, of a file and of those inside it."""

    def __init__(self, left: int = UNFOLDED) -> None:
        """``left`` is in bytes."""
        self.left = left


class Package:
    """A zip that is read part by part."""

    def __init__(self, body: bytes, purse: Purse) -> None:
        """Raises Unreadable where it is no zip, or one that nobody made in good faith."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
            inside = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError, OSError):
            raise Unreadable("the archive that it is packed in is damaged") from None
        if len(inside) > MEMBERS:
            raise Unreadable("it is an archive of too many parts")
        self._purse = purse
        self._inside = {one.filename.replace("\\", "/").lstrip("/").lower(): one for one in reversed(inside)}
        self.names = tuple(dict.fromkeys(one.filename.replace("\\", "/").lstrip("/") for one in inside))
        self._types: dict[str, str] | None = None

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self._inside

    def size(self, name: str) -> int:
        """Of a part, as the archive tells it."""
        return self._inside[name.lower()].file_size

    def read(self, name: str, most: int = PART) -> bytes:
        """The bytes of a part. Raises Damaged, and Locked where it asks for a password."""
        one = self._inside.get(name.lower())
        if one is None:
            raise Damaged("a part of it is missing")
        if one.flag_bits & _ENCRYPTED:
            raise Locked("it asks for a password")
        if one.file_size > most or one.file_size > self._purse.left:
            raise Damaged("a part of it is too large")
        if one.file_size > SMALL and one.file_size > RATIO * max(1, one.compress_size):
            raise Damaged("a part of it unfolds to something far too large")
        self._purse.left -= one.file_size
        try:
            with self._zip.open(one) as file:
                data = file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
            raise Damaged("a part of it is damaged") from None
        except Exception as exc:  # noqa: BLE001 - LZMA and BZ2 bring errors of their own
            raise Damaged(f"a part of it is damaged ({type(exc).__name__})") from None
        return data

    def tree(self, name: str) -> Element:
        """The root of a part. Raises Damaged."""
        return parsed(self.read(name))

    def stream(self, name: str, *tags: str) -> Iterator[Element]:
        """Elements of a part by local name, each gone when the next one is asked for. Raises Damaged."""
        return streamed(self.read(name), *tags)

    def relations(self, part: str = "") -> list[Relation]:
        """Of a part; of the whole package without one."""
        folder, _, name = part.rpartition("/")
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(path):
            return []
        found = []
        for one in self.tree(path).iter("{*}Relationship"):
            external = one.get("TargetMode") == "External"
            target = one.get("Target") or ""
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            found.append(Relation(one.get("Id") or "", (one.get("Type") or "").rpartition("/")[2], target, external))
        return found

    def related(self, part: str, kind: str) -> list[str]:
        """The parts of this package that a part leads to."""
        return [
            one.target for one in self.relations(part) if one.kind == kind and not one.external and self.has(one.target)
        ]

    def type_of(self, part: str) -> str:
        """The media type of a part, small letters."""
        if self._types is None:
            self._types = {}
            if self.has("[Content_Types].xml"):
                for one in self.tree("[Content_Types].xml"):
                    name = (one.get("PartName") or f"*.{one.get('Extension') or ''}").lstrip("/").lower()
                    self._types[name] = (one.get("ContentType") or "").lower()
        name = part.lower()
        return self._types.get(name) or self._types.get(f"*.{name.rpartition('.')[2]}", "")

    def main(self) -> tuple[str, str]:
        """The part that an Office file begins with, and its media type; ("", "") in another archive."""
        try:
            found = self.related("", "officeDocument")
            return (found[0], self.type_of(found[0])) if found else ("", "")
        except Damaged:
            return "", ""


def parsed(data: bytes, most: int = TREE) -> Element:
    """The root of XML that names no document type. Raises Damaged."""
    _checked(data, most)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        raise Damaged("a part of it is damaged") from None
    if root is None:
        raise Damaged("a part of it is damaged")
    return root


def streamed(data: bytes, *tags: str) -> Iterator[Element]:
    """Elements by local name, each gone when the next one is asked for. Raises Damaged."""
    _checked(data, STREAM)
    events = etree.iterparse(
        io.BytesIO(data), events=("end",), tag=[f"{{*}}{tag}" for tag in tags], resolve_entities=False,
        no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for _, one in events:
            yield one
            one.clear()
            above = one.getparent()
            while above is not None and one.getprevious() is not None:
                del above[0]
    except (etree.XMLSyntaxError, ValueError):
        raise Damaged("a part of it is damaged") from None


def _checked(data: bytes, most: int) -> None:
    plain = data.replace(b"\0", b"") if b"\0" in data[:64] else data
    # No format of these has one: what it would declare is entities.
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Damaged("a part of it declares a document type, which none of these files does")
    if plain.count(b"<") > most:
        raise Damaged("a part of it is too large")


@lru_cache(maxsize=4096)
def short(tag: str) -> str:
    """ "w:p" of an element's full name; a name of no space that is known stands alone: ":p"."""
    space, _, name = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    return f"{_SPACES.get(space, '')}:{name}"


def name(one: Element) -> str:
    """The short name of an element; "" for what is none."""
    return short(one.tag) if isinstance(one.tag, str) else ""


def attributes(one: Element) -> dict[str, str]:
    """By short name: "w:val"; without a space, ":val"."""
    return {short(key): value for key, value in one.attrib.items()}


def get(one: Element, key: str) -> str:
    """An attribute by short name, in whichever edition of the format; "" without."""
    if key[0] == ":":
        return one.get(key[1:]) or ""
    for full, value in one.attrib.items():
        if short(full) == key:
            return str(value)
    return ""


def child(one: Element, *path: str) -> Element:
    """The first child by short name, and its first, and so on; None where there is none."""
    found = one
    for step in path:
        found = next((inner for inner in found if name(inner) == step), None)
        if found is None:
            return None
    return found


def every(one: Element, *names: str) -> Iterator[Element]:
    """Descendants by short name, in order."""
    wanted = frozenset(names)
    return (inner for inner in one.iter("*") if name(inner) in wanted)
