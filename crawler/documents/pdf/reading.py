"""Opens a PDF and tells what it holds: its pages with what hangs on them, then its properties, its files, its past."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from crawler.documents import MOST_PIECES, MOST_TEXT, Locked, Opened, Piece, Unreadable
from crawler.documents.pdf import around, glyphs, hidden, inside, layout
from crawler.documents.pdf.glyphs import INVISIBLE, Box, View
from crawler.documents.pdf.unpack import too_large

MOST_PAGES = 2_000
#: Seconds of work to see what is hidden on pages, and to read what stands beside them.
PAINTING, BESIDE = 60.0, 10.0
#: Words on a page that is a picture: its number, a stamp.
_NEXT_TO_NONE = 8
_PICTURE = 0.6
_OBJECT = re.compile(rb"\b\d{1,10} \d{1,5} obj\b")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")

Facts = Callable[[Any, bytes, dict[str, Any]], None]


def opened(body: bytes, *, facts: Facts | None = None, depth: int = 0) -> Opened:
    """Everything. ``depth``: how many files it is inside of. Raises Unreadable or Locked."""
    if b"%PDF-" not in body[:1024]:
        raise Unreadable
    shown, pdf = both(body)
    try:
        return _Reading(body, shown, pdf, depth).read(facts)
    finally:
        shown.close()
        if pdf is not None:
            pdf.close()


def both(body: bytes) -> tuple[Any, Any]:
    """Its pages and its objects. What one library cannot open, the other may mend."""
    pdf = _objects(body)
    try:
        return _shown(body), pdf
    except Unreadable as exc:
        if pdf is None or isinstance(exc, Locked):
            raise
    mended = BytesIO()
    try:
        pdf.save(mended)
    except (pikepdf.PdfError, ValueError, RuntimeError):
        raise Unreadable from None
    return _shown(mended.getvalue()), pdf


def _shown(body: bytes) -> Any:
    try:
        shown = pdfium.PdfDocument(body)
        if len(shown):
            return shown
    except pdfium.PdfiumError as exc:
        raise (Locked if glyphs.is_locked(exc) else Unreadable) from None
    shown.close()
    raise Unreadable


def _objects(body: bytes) -> Any:
    """Its objects; None where they cannot be told apart though its pages can be shown."""
    try:
        return pikepdf.open(BytesIO(body), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise Locked from None
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return None


def text_of(body: bytes, most: int) -> Iterator[tuple[str, str, str]]:
    """Place, text and name of what an earlier version held, line by line. Raises Unreadable or Locked."""
    shown, pdf = both(body)
    try:
        nodes = [page.obj for page in pdf.pages][:most] if pdf is not None else []
        for number in range(1, min(len(shown), most) + 1):
            node = nodes[number - 1] if number <= len(nodes) else None
            if node is not None and too_large(node):
                continue
            page = glyphs.flattened(shown, number - 1)
            try:
                signs, _ = glyphs.letters(page, glyphs.things(page)[0])
                yield from _lines([laid.piece for laid in layout.pieces(signs, View.of(page), f"p{number}")])
            finally:
                page.close()
            beside = around.page_objects(node, number).pieces if node is not None else []
            yield from ((piece.at, piece.text, piece.label) for piece, _ in beside)
        if pdf is not None:
            yield from ((piece.at, piece.text, piece.label) for piece, _ in around.fields(pdf, {}))
            yield from ((piece.at, piece.text, piece.label) for piece in around.properties(pdf)[0])
    finally:
        shown.close()
        if pdf is not None:
            pdf.close()


def _lines(pieces: list[Piece]) -> Iterator[tuple[str, str, str]]:
    """What goes on over a piece told as one: a value is nothing without what it is called."""
    text, at = "", ""
    for piece in pieces:
        said = f"{piece.label}: {piece.text}" if piece.label else piece.text
        if text and "\n" in piece.before:
            yield at, text, ""
            text = ""
        text, at = f"{text}{piece.before}{said}" if text else said, piece.at
    if text:
        yield at, text, ""


@dataclass(frozen=True, slots=True)
class Painted:
    """What a page is painted with and what that says, as long as the page is open."""

    page: Any = field(repr=False)
    view: View
    things: list[glyphs.Thing] = field(repr=False)
    letters: list[glyphs.Letter] = field(repr=False)
    laid: tuple[layout.Laid, ...] = field(repr=False)
    #: All of it was read; it was looked at for text that is hidden, in so many seconds of work.
    whole: bool
    looked: bool
    seconds: float

    @property
    def sum(self) -> int:
        """Tells whether a page was read as it was before."""
        return zlib.crc32("\0".join(one.piece.text for one in self.laid).encode("utf-8", "replace"))


@contextmanager
def painted(shown: Any, number: int, *, layers: bool, redacted: Sequence[Box], look: bool) -> Iterator[Painted]:
    """Read what a page, by its number, is painted with. See ``hidden.judge``."""
    page = glyphs.flattened(shown, number - 1)
    try:
        view = View.of(page)
        found, more = glyphs.things(page)
        signs, longer = glyphs.letters(page, found)
        begun = time.process_time()
        look = look and not more
        hidden.judge(page, found, signs, look=look, layers=layers, redacted=redacted)
        seconds = time.process_time() - begun
        laid = tuple(one for one in layout.pieces(signs, view, f"p{number}") if one.piece.text.strip())
        yield Painted(page, view, found, signs, laid, not (more or longer), look, seconds)
    finally:
        page.close()


def layers_off(pdf: Any) -> bool:
    """Whether some layers are off, as far as that can be told."""
    return pdf is None or bool(around.layers_off(pdf))


class _Reading:
    def __init__(self, body: bytes, shown: Any, pdf: Any, depth: int) -> None:
        self._body, self._shown, self._pdf, self._depth = body, shown, pdf, depth
        self._pieces: list[Piece] = []
        self._boxes: dict[int, tuple[int, float, float, float, float]] = {}
        #: By page: its first piece, how many are painted on it, their sum, whether it was looked at for hidden text.
        self._sheets: dict[int, tuple[int, int, int, bool]] = {}
        self._left_out: dict[str, list[int]] = {}
        self._errors: dict[str, str] = {}
        self._about: dict[str, Any] = {"pages": len(shown), "words": 0, "image_only": [], "locked": ""}
        self._files: list[Any] = []
        self._pictures: list[dict[str, Any]] = []
        self._text = 0
        self._painted = 0.0

    def read(self, facts: Facts | None) -> Opened:
        """Parts in order; one that fails costs only itself."""
        told: dict[str, Any] = {}
        layers = bool(self._guarded("layers", lambda: layers_off(self._pdf)))
        nodes = list(self._pdf.pages)[:MOST_PAGES] if self._pdf is not None else []
        for number in range(1, min(len(self._shown), MOST_PAGES) + 1):
            if self._text > MOST_TEXT or len(self._pieces) > MOST_PIECES:
                self._left_out["its text is too long to be read to its end"] = []
                break
            node = nodes[number - 1].obj if number <= len(nodes) else None
            self._page(number, node, layers)
        if _is_cut(self._body):
            self._left_out["its end is missing"] = []
        if len(self._shown) > MOST_PAGES:
            self._left_out[f"it has more than {MOST_PAGES} pages"] = []
        if self._pdf is None:
            self._left_out["its objects cannot be told apart"] = []
        else:
            self._beside()
            if facts is not None:
                facts(self._pdf, self._body, told)
        self._about["words"] = sum(len(_WORD.findall(one.text)) for one in self._pieces if one.where in ("", "file"))
        told |= {"about": self._about, "boxes": self._boxes, "sheets": self._sheets, "pictures": self._pictures}
        if self._errors:
            told["errors"] = {**self._errors, **told.get("errors", {})}
        return Opened(pieces=self._pieces, facts=told, left_out=told_of(self._left_out))

    def _guarded(self, name: str, part: Callable[[], Any]) -> Any:
        try:
            return part()
        except Exception as exc:  # noqa: BLE001  # whatever is broken in a file costs what it is in
            self._errors[name] = type(exc).__name__
            self._left_out[f"its {name} could not be read"] = []
            return None

    def _keep(self, piece: Piece, where: tuple[int, Box] | None = None) -> None:
        if not piece.text.strip():
            return
        if where is not None:
            self._boxes[len(self._pieces)] = (where[0], *(round(edge, 1) for edge in where[1]))  # type: ignore[assignment]
        self._pieces.append(piece)
        self._text += len(piece.text) + len(piece.label)

    def _page(self, number: int, node: Any, layers: bool) -> None:
        beside = around.Page()
        if node is not None:
            beside = self._guarded("annotations", lambda: around.page_objects(node, number)) or beside
        if node is not None and self._guarded("contents", lambda: too_large(node)) is not False:
            self._left_out.setdefault("what is painted there is too much to be read", []).append(number)
        else:
            start = len(self._pieces)
            try:
                self._painted_text(number, layers, beside.redacted)
            except Exception as exc:  # noqa: BLE001  # a page that is broken costs itself
                del self._pieces[start:]
                self._boxes = {index: box for index, box in self._boxes.items() if index < start}
                self._sheets.pop(number, None)
                self._errors["page"] = type(exc).__name__
                self._left_out.setdefault("it could not be read", []).append(number)
        for piece, box in beside.pieces:
            self._keep(piece, (number, box) if box else None)
        self._files += beside.files

    def _painted_text(self, number: int, layers: bool, redacted: list[Box]) -> None:
        look = self._painted < PAINTING
        with painted(self._shown, number, layers=layers, redacted=redacted, look=look) as read:
            if not read.whole:
                self._left_out.setdefault("too much is painted there to be read to its end", []).append(number)
            if not read.looked:
                self._left_out.setdefault("it was not looked at for text that is hidden", []).append(number)
            self._painted += read.seconds
            if read.whole:
                self._sheets[number] = (len(self._pieces), len(read.laid), read.sum, read.looked)
            count = 0
            for laid in read.laid:
                count += len(_WORD.findall(laid.piece.text)) if laid.piece.where == "file" else 0
                self._keep(laid.piece, (number, laid.box))
            read_from = any(one.thing and one.thing.mode == INVISIBLE and one.where == "file" for one in read.letters)
            if count <= _NEXT_TO_NONE and not read_from and hidden.scanned(read.view, read.things) >= _PICTURE:
                self._about["image_only"].append(number)

    def _beside(self) -> None:
        """What is no page, as long as time is left for it."""
        pdf, until = self._pdf, time.process_time() + BESIDE
        pages: dict[tuple[int, int], int] = {}
        widgets: dict[tuple[int, int], int] = {}
        for number, page in enumerate(pdf.pages, start=1):
            pages[page.obj.objgen] = number
            if number <= MOST_PAGES:
                widgets |= dict.fromkeys(self._guarded("fields", partial(list, around.widgets(page.obj))) or (), number)
        self._guarded("fields", lambda: self._all(around.fields(pdf, widgets)))
        self._guarded("bookmarks", lambda: self._all((piece, None) for piece in around.bookmarks(pdf)))
        self._guarded("alternatives", lambda: self._all((piece, None) for piece in around.alternatives(pdf, pages)))
        self._guarded("properties", self._properties)
        self._guarded("lock", self._lock)
        photos = inside.Pictures(until)
        self._guarded("pictures", lambda: self._all((piece, None) for piece in photos.pieces(pdf)))
        self._pictures = photos.facts
        self._left_out |= {why: [] for why in photos.left_out}
        files = inside.Files(self._depth, until)
        self._guarded("attachments", lambda: self._all((piece, None) for piece in files.pieces(pdf, self._files)))
        if self._depth == 0:
            past = inside.Revisions(self._body, until)
            self._guarded("revisions", lambda: self._all((piece, None) for piece in past.pieces(pdf, self._pieces)))
            self._left_out |= {why: [] for why in past.left_out}
        self._left_out |= {why: [] for why in files.left_out}

    def _all(self, some: Iterator[tuple[Piece, tuple[int, Box] | None]]) -> None:
        for index, (piece, where) in enumerate(some):
            if self._text > MOST_TEXT:
                self._left_out["its text is too long to be read to its end"] = []
                return
            self._keep(piece if index else replace(piece, before="\n\n"), where)

    def _properties(self) -> None:
        pieces, about = around.properties(self._pdf)
        self._about |= about
        self._about["lang"] = around.words(self._pdf.Root.get("/Lang")).strip()[:40]
        self._all((piece, None) for piece in pieces)

    def _lock(self) -> None:
        if self._pdf.is_encrypted:
            rights = self._pdf.encryption
            may = rights.P >> (9 if rights.R > 2 else 4) & 1  # ISO 32000-1, table 22: bit 10, of old bit 5
            self._about["locked"] = "" if may else "assistive"


def _is_cut(body: bytes) -> bool:
    """Whether it ends before its end, or before that of its last update: libraries make do with what there is."""
    end = body.rfind(b"%%EOF")
    return end < 0 or _OBJECT.search(body, end) is not None


def told_of(left_out: Mapping[str, list[int]]) -> str:
    """Reasons, each with the pages that it is about."""
    return "; ".join(
        f"{why} ({'page' if len(some) == 1 else 'pages'} {_few(some)})" if some else why
        for why, some in left_out.items()
    )


def _few(numbers: list[int]) -> str:
    told = ", ".join(map(str, numbers[:10]))
    return f"{told} and {len(numbers) - 10} more" if len(numbers) > 10 else told
