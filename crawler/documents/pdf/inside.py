"""Files inside a PDF, and what it was before it was changed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pypdfium2 as pdfium
from pikepdf import Dictionary, Stream

from crawler.documents import Locked, Piece, Unreadable, is_binary, kind_of, opened, read, readers
from crawler.documents.pdf import Pdf, around
from crawler.documents.pdf.unpack import unpacked
from crawler.documents.pictures import seen

#: Files, how deep in each other, bytes of one and of all.
MOST_FILES = 50
DEEPEST = 3
MOST_OF_ONE = 10_000_000
MOST_OF_ALL = 30_000_000
#: The latest ones.
MOST_REVISIONS = 5
MOST_PAGES = 300
MOST_PICTURES = 200
_END = re.compile(rb"%%EOF[ \t]*(?:\r\n|\r|\n)?")
_TOKEN = re.compile(r"[^\W_]+(?:[@.'’-][^\W_]+)*")


class Files:
    """Files in a PDF. ``left_out``: why some were not read."""

    def __init__(self, depth: int, until: float) -> None:
        self._depth, self._until = depth, until
        self.left_out: list[str] = []

    def pieces(self, pdf: Any, hung: list[Any]) -> Iterator[Piece]:
        """Their names and what they hold; ``hung``: those on pages."""
        size = 0
        known: set[Any] = set()
        for one in (*around.specifications(pdf), *hung):
            stream = _stream(one)
            if stream is None or (stream.objgen in known and stream.objgen != (0, 0)):
                continue
            if len(known) >= MOST_FILES or size > MOST_OF_ALL or time.process_time() > self._until:
                self._leave("not all files in it are read")
                return
            known.add(stream.objgen)
            name = around.words(one.get("/UF")) or around.words(one.get("/F")) or "file"
            yield Piece(at="attachment", text=name, label="file name", before="\n\n", where="attached")
            if text := around.words(one.get("/Desc")).strip():
                yield Piece(at=f"attachment {name}", text=text, where="attached")
            body = unpacked(stream, MOST_OF_ONE + 1)
            size += len(body)
            kind = str(stream.get("/Subtype", ""))[1:].lower()
            yield from self._inside(name, kind, body)

    def _inside(self, name: str, media_type: str, body: bytes) -> Iterator[Piece]:
        if self._depth + 1 >= DEEPEST:
            self._leave("files in it are nested too deep")
            return
        told = _told(media_type, name, body[:MOST_OF_ONE], self._depth + 1)
        if told is None or len(body) > MOST_OF_ONE:
            self._leave("a file in it is not read to its end")
        for number, (at, before, label, text, _) in enumerate((told or {}).get("pieces", ())):
            apart = before if number else "\n\n"  # from its name: a value that a file begins with is no part of it
            yield Piece(at=f"attachment {name} > {at}", text=text, label=label, before=apart, where="attached")
        if told and told["cut"]:
            self._leave("a file in it is not read to its end")

    def _leave(self, why: str) -> None:
        if why not in self.left_out:
            self.left_out.append(why)


def _stream(specification: Any) -> Any:
    files = specification.get("/EF") if isinstance(specification, Dictionary) else None
    if not isinstance(files, Dictionary):
        return None
    return next(
        (files[key] for key in ("/UF", "/F", "/DOS", "/Unix", "/Mac") if isinstance(files.get(key), Stream)), None
    )


def _told(media_type: str, name: str, body: bytes, depth: int) -> dict[str, Any] | None:
    """The ``file`` artifact of a file that is in another; None where it is not read."""
    kind = kind_of(media_type, f"https://file.invalid/{quote(name.rpartition('/')[2])}")
    if body.startswith(b"%PDF-"):
        kind = "pdf"
    reader = readers().get(kind)
    try:
        if reader is not None and reader.binary:
            return opened(Pdf(depth) if kind == "pdf" else reader, body)
        if not body or is_binary(body):
            return None if body else {"pieces": [], "cut": False}
        return read({"kind": kind or "text", "body": body, "cut": False, "content_type": ""})
    except (Unreadable, Locked):
        return None


class Revisions:
    """What a PDF was: each change is written behind what was there, and what was there stays."""

    def __init__(self, body: bytes, until: float) -> None:
        self._body, self._until = body, until
        self.left_out: list[str] = []

    def pieces(self, pdf: Any, now: list[Piece]) -> Iterator[Piece]:
        """Texts of earlier versions that hold a word which is no longer in it."""
        ends = self._ends(pdf.is_linearized)
        if not ends:
            return
        if len(ends) > MOST_REVISIONS:
            self.left_out.append(f"of its earlier versions only {MOST_REVISIONS} are read")
        known = {token for piece in now for token in _tokens(piece.text)}
        for number, end in list(enumerate(ends, start=1))[-MOST_REVISIONS:]:
            for at, text, label in self._text(self._body[:end]):
                if time.process_time() > self._until:
                    self.left_out.append("its earlier versions are not read to their end")
                    return
                tokens = set(_tokens(text))
                if tokens - known:
                    known |= tokens
                    yield Piece(at=f"revision {number} {at}", text=text, label=label, where="revision")

    def _ends(self, linear: bool) -> list[int]:
        """Where earlier versions end: not the last, and not that of the first page of a file made for the web."""
        ends = [found.end() for found in _END.finditer(self._body)]
        ends = ends[1:] if linear or b"/Linearized" in self._body[:1024] else ends
        return [end for end in ends[:-1] if len(self._body) - end > 20]

    def _text(self, body: bytes) -> Iterator[tuple[str, str, str]]:
        from crawler.documents.pdf.reading import text_of

        try:
            yield from text_of(body, MOST_PAGES)
        except (Unreadable, pdfium.PdfiumError):
            return


def _tokens(text: str) -> list[str]:
    return [token.casefold() for token in _TOKEN.findall(text)]


class Pictures:
    """What photographs say of where and by whom they were taken. ``facts``: of those that tell a position or more than
    they show; ``left_out``: why some were not looked at."""

    def __init__(self, until: float) -> None:
        self._until = until
        self.facts: list[dict[str, Any]] = []
        self.left_out: list[str] = []

    def pieces(self, pdf: Any) -> Iterator[Piece]:
        """The texts in them."""
        for count, (number, data) in enumerate(around.photographs(pdf)):
            if count >= MOST_PICTURES or time.process_time() > self._until:
                self.left_out.append("not all pictures in it are looked at")
                return
            at, found = f"p{number} picture", seen(data)
            for label, text in found.told:
                yield Piece(at=at, text=text, label=label, before="\n\n", where="metadata")
            if found.gps or found.thumbnail:
                gps = list(found.gps) if found.gps else None
                self.facts.append({"at": at, "gps": gps, "thumbnail": found.thumbnail})
