"""Files that are no pages, read for what they hold: bytes in, text with places out. One file per format.

A reader is found because its file is here. It runs in the judge's process, never in the crawl's: what hangs there or
dies costs its file and nothing else. How much it is given and how much it may give back is bounded.
"""

from __future__ import annotations

import codecs
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar
from urllib.parse import urlsplit

#: Bytes of a file that are taken and read. What is longer is not fully scanned, and that is told.
LIMIT = 2 * 1024 * 1024
#: Pieces of one file, and characters in all: a small file may unfold to a large text.
MOST_PIECES = 150_000
MOST_TEXT = 3_000_000
#: Of the name of a column, a key or a property.
LABEL = 80
#: Of the name of a place: a path may be as deep as a file is long.
LONGEST_PLACE = 200
#: Media types that say nothing: then the suffix decides.
BYTES = frozenset(
    {
        "application/octet-stream",
        "binary/octet-stream",
        "application/x-octet-stream",
        "application/download",
        "application/x-download",
        "application/force-download",
    }
)
_VAGUE = frozenset({"", "text/plain", "application/vnd.ms-excel"}) | BYTES
#: A document of which only its reader can tell the kind: what says it stands at the end of an archive.
UNTOLD = "untold"
#: Bytes of a file that tell whether it may be a document.
HEAD = 1024
#: Office files and their like begin with one of these parts; archives of files hardly do.
_PACKED = re.compile(
    rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|docProps/|customXml/|word/|xl/|ppt/|mimetypeapplication/vnd\.oasis\.)",
    re.DOTALL,
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"RIFF")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_FILENAME = re.compile(r"filename\*?\s*=\s*(?:[\w-]*''|\")?([^\"';\r\n]{1,300})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a file's text. ``at`` says where ("L12", "C4", "$.people[2].phone"), ``label`` what it is called.

    ``before`` stands between it and the last piece: "" (it goes on), " | " (the next cell), "\\n", "\\n\\n" (another
    record).
    """

    at: str
    text: str = field(repr=False)
    label: str = field(default="", repr=False)
    before: str = "\n"
    #: Another kind of place than the file's: see ``Reader.where``.
    where: str = ""


class Unreadable(Exception):
    """A file that is not what it says: it is then read as plain text. Holds none of it."""


class NoDocument(Unreadable):
    """It looked like a document by its first bytes, and is another file."""


class Locked(Unreadable):
    """A file that asks for a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a file that is no text holds: its text in pieces, and facts about it by name (see ``Snapshot``, ``file``).

    ``left_out`` says why a part of it was not read; "" = it was read to its end.
    """

    pieces: Iterable[Piece] = field(repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    left_out: str = ""


class Reader:
    """Reads one format."""

    kind: ClassVar[str]
    #: It is no text: it is opened by its bytes, in a process of its own.
    binary: ClassVar[bool] = False
    #: Media types, and the ends of names where the type says nothing.
    types: ClassVar[frozenset[str]] = frozenset()
    suffixes: ClassVar[frozenset[str]] = frozenset()
    #: How far what it holds is believed: "file" is prose, "data" and "code" are full of numbers.
    where: ClassVar[str] = "file"

    def takes(self, media_type: str) -> bool:
        """Whether it reads what comes with this media type."""
        return media_type in self.types

    def read(self, text: str, *, cut: bool) -> Iterator[Piece]:
        """The pieces in order. ``cut``: the end is missing. Raises Unreadable."""
        raise NotImplementedError

    def open(self, body: bytes) -> Opened:
        """What a ``binary`` file holds. Raises Unreadable or Locked; whatever else it raises is an outcome too."""
        raise NotImplementedError


@cache
def readers() -> Mapping[str, Reader]:
    """Every reader of this package, by kind."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    found = [one() for one in _under(Reader) if one.__module__.startswith(f"{__name__}.") and hasattr(one, "kind")]
    return {one.kind: one for one in sorted(found, key=lambda one: one.kind)}


def _under(base: type[Reader]) -> Iterator[type[Reader]]:
    for one in base.__subclasses__():
        yield one
        yield from _under(one)


@cache
def _suffixes() -> Mapping[str, str]:
    return {suffix: one.kind for one in readers().values() for suffix in one.suffixes}


def named_as_file(url: str) -> str:
    """The kind of file that an address calls itself; "" for a page, a picture and the rest."""
    name = urlsplit(url).path.rpartition("/")[2].lower()
    return _suffixes().get(name.rpartition(".")[2], "") if "." in name else ""


def kind_of(media_type: str, url: str, disposition: str = "") -> str:
    """The kind of file that an answer is, first by its type; "" for what nobody here reads.

    Where the type says nothing its name counts: that which ``Content-Disposition`` gives it, else the address's.
    """
    if urlsplit(url).path == "/robots.txt" and media_type in _VAGUE:
        return "robots"
    by_name = named_as_file(_saved_as(disposition)) or named_as_file(url)
    if media_type in _VAGUE and by_name:
        return by_name
    return next((one.kind for one in readers().values() if one.takes(media_type)), "")


def _saved_as(disposition: str) -> str:
    """The name that RFC 6266 lets a server give; "" for none."""
    return next((f"/{name.strip()}" for name in _FILENAME.findall(disposition) if "." in name), "")


def is_document(kind: str) -> bool:
    """Whether this kind is no text: it is fetched to disk and opened apart."""
    return kind in readers() and readers()[kind].binary


def begins_as(body: bytes) -> str:
    """The kind of document that these bytes are, whatever they are called; "" for another file, or too few of them."""
    if b"%PDF-" in body[:HEAD]:
        return "pdf"
    if body.startswith(b"{\\rtf"):
        return "rtf"
    return UNTOLD if body.startswith(_OLE) or _PACKED.match(body) else ""


def reader_of(body: bytes) -> Reader:
    """The reader of a document by its bytes alone. Raises NoDocument and Locked; for the reader's process."""
    from crawler.documents._found import sniffed  # it needs this package

    kind = sniffed(body, "")
    if kind == "locked":
        raise Locked
    if not is_document(kind):
        raise NoDocument
    return readers()[kind]


def is_binary(body: bytes) -> bool:
    """Whether it is no text, whatever it says."""
    if body.startswith(tuple(bom for bom, _ in _BOMS)):
        return False
    return body.startswith(_BINARY) or b"\0" in body[:4096]


def decoded(body: bytes, content_type: str) -> str:
    """By its first bytes, else as its header says, else UTF-8, else as Windows would write it."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
    if told := _CHARSET.search(content_type):
        try:
            return body.decode(told[1], "replace")
        except (LookupError, UnicodeError):
            pass
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(body)  # the last character may be cut in two
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The ``file`` artifact of the bytes of a file: see ``audits.model.Snapshot``."""
    reader = reader_of(raw["body"]) if raw["kind"] == UNTOLD else readers()[raw["kind"]]
    cut = bool(raw["cut"])
    if reader.binary:
        return opened(reader, raw["body"])
    text = decoded(raw["body"], raw["content_type"])
    try:
        pieces, more = _bounded(reader.read(text, cut=cut))
    except Unreadable:
        pieces, more = _bounded(readers()["text"].read(text, cut=cut))
    where = reader.where
    return {
        "kind": reader.kind,
        "pieces": [[_short(one.at), one.before, one.label[:LABEL], one.text, one.where or where] for one in pieces],
        "cut": cut or more,
        **{name: raw[name] for name in ("map",) if name in raw},
    }


def as_read(file: Mapping[str, Any]) -> Mapping[str, Any]:
    """The ``file`` artifact of a file of text, which comes as its bytes, or of a document, which was opened apart."""
    return read(file) if "body" in file else file


def opened(reader: Reader, body: bytes) -> dict[str, Any]:
    """The ``file`` artifact of a file that is no text. Raises Unreadable."""
    found = reader.open(body)
    pieces, more = _bounded(iter(found.pieces))
    left_out = found.left_out or ("its text is too long to be read to its end" if more else "")
    return {
        "kind": reader.kind,
        "pieces": [[_short(one.at), one.before, one.label[:LABEL], one.text, one.where or "file"] for one in pieces],
        "cut": bool(left_out),
        **({"left_out": left_out} if left_out else {}),
        **found.facts,
    }


def _short(at: str) -> str:
    return at if len(at) <= LONGEST_PLACE else f"{at[: LONGEST_PLACE // 2]}…{at[-LONGEST_PLACE // 2 :]}"


def _bounded(pieces: Iterator[Piece]) -> tuple[list[Piece], bool]:
    kept: list[Piece] = []
    size = 0
    for piece in pieces:
        size += len(piece.text) + len(piece.label) + 4
        if len(kept) >= MOST_PIECES or size > MOST_TEXT:
            return kept, True
        kept.append(piece)
    return kept, False


def words_of(name: str) -> str:
    """ "applicantHome_phone" as words."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-.:/\[\]]+", " ", name[: 4 * LABEL])
    return " ".join(spaced.split())[:LABEL]
