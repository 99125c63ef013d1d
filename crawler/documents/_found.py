"""What is found in a document, gathered within limits; and files inside of files, read by what they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from crawler import documents
from crawler.documents import MOST_PIECES, MOST_TEXT, Locked, Opened, Piece, Unreadable, pictures, words_of
from crawler.documents._package import Damaged, Package, Purse, name

#: Files in files in a file.
DEPTH = 3
#: Files and pictures inside of one document that are looked at.
FILES, PICTURES = 200, 2_000
#: Facts of one kind that checks are given; characters that a fact quotes, and of one language's text.
FACTS, QUOTED, SAMPLE = 2_000, 200, 8_000
LANGUAGES = 40
_SIGNS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Full(Exception):
    """No more is taken of this file."""


@dataclass(slots=True)
class _Depth:
    purse: Purse
    deep: int = 0
    files: int = 0


_depth: ContextVar[_Depth | None] = ContextVar("depth of files in files", default=None)


@contextmanager
def within() -> Iterator[Purse]:
    """The purse that a file and all files in it share."""
    now = _depth.get()
    if now is not None:
        yield now.purse
        return
    token = _depth.set(_Depth(Purse()))
    try:
        yield _depth.get().purse  # type: ignore[union-attr]
    finally:
        _depth.reset(token)


class Found:
    """Pieces, facts and omissions of one document."""

    def __init__(self, kind: str) -> None:
        """``kind`` of document, as its checks know it."""
        self.pieces: list[Piece] = []
        self.about: dict[str, Any] = {}
        self.office: dict[str, Any] = {"kind": kind}
        self.pictures: list[dict[str, Any]] = []
        self._pictures = 0
        #: Files inside that were read: by name, where they stand.
        self.files: dict[str, str] = {}
        self._size = 0
        self._missed: dict[str, None] = {}
        #: Words that people see.
        self.words = 0
        self._langs: dict[str, list[Any]] = {}

    def say(self, at: str, text: str, *, where: str = "file", label: str = "", before: str = "\n") -> bool:
        """Add a piece, unless it is blank. Raises Full."""
        text = _SIGNS.sub("", text).strip("\n") if text else ""
        if not text.strip():
            return False
        self._size += len(text) + len(label) + 4
        if len(self.pieces) >= MOST_PIECES or self._size > MOST_TEXT:
            self.miss("its text is too long to be read to its end")
            raise Full
        self.pieces.append(Piece(at=at, text=text, label=" ".join(label.split()), before=before, where=where))
        if where in ("file", "data"):
            self.words += len(text.split())
        return True

    def miss(self, why: str) -> None:
        """Something was not read; ``why`` is for people and quotes nothing."""
        if len(self._missed) < 5:
            self._missed[why] = None

    def fact(self, kind: str, /, **told: Any) -> None:
        """Add to a list of facts; texts are cut."""
        held = self.office.setdefault(kind, [])
        if len(held) < FACTS:
            held.append({key: " ".join(v.split())[:QUOTED] if isinstance(v, str) else v for key, v in told.items()})

    def spoken(self, lang: str, text: str) -> None:
        """Text that people read, and the language that it is said to be in."""
        lang = lang.lower()
        if not text.strip() or (lang not in self._langs and len(self._langs) >= LANGUAGES):
            return
        held = self._langs.setdefault(lang, [0, 0, []])
        held[0] += len(text.split())
        if held[1] < SAMPLE:
            held[1] += len(text)
            held[2].append(text[:SAMPLE])

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part that may be missing or damaged without the rest."""
        try:
            yield
        except Damaged as exc:
            self.miss(str(exc))

    def picture(self, data: bytes, at: str) -> None:
        """What a picture says besides what it shows."""
        self._pictures += 1
        if self._pictures > PICTURES:
            self.miss("it holds too many pictures to look at them all")
            return
        seen = pictures.seen(data)
        before = "\n\n"
        for label, text in seen.told:
            self.say(at, text, where="metadata", label=label, before=before)
            before = "\n"
        if (seen.gps or seen.thumbnail) and len(self.pictures) < FACTS:
            self.pictures.append({"at": at, "gps": list(seen.gps) if seen.gps else None, "thumbnail": seen.thumbnail})

    def inside(self, body: bytes, file_name: str, at: str) -> None:
        """A file inside of this one. Its text is "attached", and so is what it hides."""
        now = _depth.get()
        assert now is not None
        now.files += 1
        if now.files > FILES:
            self.miss("it holds too many files to read them all")
            return
        if now.deep >= DEPTH:
            self.miss("files are packed in each other too deep in it")
            return
        now.deep += 1
        try:
            read = _read(body, file_name, self)
            pieces = list(read.pieces) if read is not None else []
        except Full:
            raise
        except Locked:
            self.miss("a file inside it asks for a password")
            return
        except Exception:  # noqa: BLE001 - whatever its reader raises costs the file inside, not this one
            self.miss("a file inside it could not be read")
            return
        finally:
            now.deep -= 1
        if read is None:
            return
        before = "\n\n"
        for piece in pieces:
            where = "metadata" if piece.where == "metadata" else "attached"
            place = f"{at} > {piece.at}" if piece.at else at
            self.say(place, piece.text, where=where, label=piece.label, before=before or piece.before)
            before = ""
        self.pictures += [{**one, "at": f"{at} > {one['at']}"} for one in read.facts.get("pictures", ())][:FACTS]
        if read.left_out:
            self.miss("a file inside it is not read to its end")

    def opened(self) -> Opened:
        """All of it, as a reader gives it back."""
        langs = [
            {"lang": lang, "words": held[0], "text": "\n".join(held[2])[:SAMPLE]} for lang, held in self._langs.items()
        ]
        about = {"pages": 0, "title": "", "lang": "", "made_with": "", "created": "", "modified": "", **self.about}
        about["words"] = self.words
        if not about["lang"] and langs:
            about["lang"] = max(langs, key=lambda one: one["words"])["lang"]
        office = {**self.office, "langs": langs, "words": self.words, "title": about["title"]}
        facts: dict[str, Any] = {"about": about, "office": office}
        if self.pictures:
            facts["pictures"] = self.pictures
        return Opened(pieces=self.pieces, facts=facts, left_out="; ".join(self._missed))


def gathered(kind: str, read: Callable[[Found], None]) -> Opened:
    """What ``read`` finds, whether it gets to the end or not."""
    found = Found(kind)
    with within():
        try:
            read(found)
        except Full:
            pass
        except Damaged as exc:
            found.miss(str(exc))
        except RecursionError:
            found.miss("its parts are packed in each other too deep")
    return found.opened()


def _read(body: bytes, file_name: str, found: Found) -> Opened | None:
    """A file by its first bytes, else by its name. None where it holds nothing to read. Raises Unreadable."""
    kind = sniffed(body, file_name)
    if kind == "picture":
        found.picture(body, f"picture {file_name}".strip())
        return None
    if kind == "locked":
        raise Locked("it asks for a password")
    if kind == "ole":
        return _of_ole(body, found)
    reader = documents.readers().get(kind)
    if reader is None:
        raise Unreadable("of a kind that is not read")
    if reader.binary:
        return reader.open(body)
    text = documents.decoded(body[: documents.LIMIT], "")
    left_out = "too long" if len(body) > documents.LIMIT else ""
    return Opened(pieces=list(reader.read(text, cut=bool(left_out))), left_out=left_out)


def _of_ole(body: bytes, found: Found) -> Opened | None:
    """An object as Windows keeps it: a file, with a name of its own, or a document of the old formats."""
    from crawler.documents import _ole

    packed = _ole.packed(body)
    if packed is None:
        raise Unreadable("of a kind that is not read")
    file_name, data = packed
    if sniffed(data, file_name) == "ole":
        raise Unreadable("of a kind that is not read")
    return _read(data, file_name, found)


def sniffed(body: bytes, file_name: str) -> str:
    """The kind of reader that a file needs; "" where nobody reads it."""
    if body.startswith(b"%PDF-") or body[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if body.startswith(b"{\\rtf"):
        return "rtf"
    if body.startswith(b"PK\x03\x04"):
        return packed_kind(body)
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        from crawler.documents import _ole

        return _ole.kind(body)
    if body.startswith(pictures.SIGNATURES):
        return "picture"
    kind = documents.named_as_file(f"/{file_name.rpartition('/')[2]}")
    reader = documents.readers().get(kind)
    return kind if reader is not None and not reader.binary and not documents.is_binary(body) else ""


_FAMILIES = (("wordprocessingml", "docx"), ("spreadsheetml", "xlsx"), ("presentationml", "pptx"))
_MACROS = (("ms-word", "docx"), ("ms-excel.sheet.binary", ""), ("ms-excel", "xlsx"), ("ms-powerpoint", "pptx"))


def packed_kind(body: bytes) -> str:
    """The kind of document that an archive is; "" for another archive."""
    try:
        package = Package(body, Purse())
        if package.has("mimetype"):
            kind = package.read("mimetype", 200).decode("ascii", "replace").strip()
            return next((short for word, short in ODF if f".opendocument.{word}" in kind), "")
    except (Unreadable, Damaged):
        return ""
    return office_kind(package)


ODF = (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"), ("graphics", "odp"))


def office_kind(package: Package) -> str:
    """The kind of Office document that an archive is; "" for another archive."""
    kind = package.main()[1]
    return next((short for word, short in (*_FAMILIES, *_MACROS) if word in kind), "")


_FILES = frozenset({"package", "oleObject", "aFChunk"})
_HOLDERS = frozenset({"chart", "chartEx", "drawing", "header", "footer", "footnotes", "endnotes", "comments"})


def embedded(found: Found, package: Package, part: str, at: str, deep: int = 0) -> None:
    """The files that a part of an Office file leads to, by itself or by a chart: that brings its whole workbook."""
    for one in package.relations(part):
        if one.external or not package.has(one.target):
            continue
        if one.kind in _FILES:
            _embedded(found, package, one.target, at)
        elif one.kind in _HOLDERS and deep < DEPTH:
            with found.part():
                embedded(found, package, one.target, at, deep + 1)


def others(found: Found, package: Package, folder: str) -> None:
    """The files in an Office file that nothing seems to lead to, and its pictures, each once."""
    for part in package.names:
        if part.lower().startswith(f"{folder}/embeddings/") and not part.endswith("/"):
            _embedded(found, package, part, "")
    media(found, package, f"{folder}/media/")


def _embedded(found: Found, package: Package, part: str, at: str) -> None:
    if part.lower() in found.files:
        return
    found.files[part.lower()] = at
    number = list(found.files.values()).count(at)
    with found.part():
        found.inside(package.read(part), part.rpartition("/")[2], f"{at} file {number}".strip())


def media(found: Found, package: Package, folder: str) -> None:
    """The pictures of an Office file, each once."""
    for part in package.names:
        if part.lower().startswith(folder) and part.lower().endswith(pictures.SUFFIXES):
            with found.part():
                found.picture(package.read(part), f"picture {part.rpartition('/')[2]}")


_CORE = {
    "dc:creator": "Author", ":lastModifiedBy": "Last modified by", "dc:title": "Title", "dc:subject": "Subject",
    "dc:description": "Description", ":keywords": "Keywords", ":category": "Category",
    ":contentStatus": "Status",
}  # fmt: skip
_APP = {":Company": "Company", ":Manager": "Manager", ":HyperlinkBase": "Link base"}


def properties(found: Found, package: Package) -> None:
    """Who made an Office file, with what and when: what its properties say."""
    before = "\n\n"

    def say(label: str, text: str) -> None:
        nonlocal before
        if found.say(f"property {label}", text[:2000], where="metadata", label=label, before=before):
            before = "\n"

    relations: Sequence[Any] = ()
    with found.part():
        relations = package.relations()
    for one in relations:
        if one.external or not package.has(one.target):
            continue
        with found.part():
            if one.kind == "core-properties":
                for held in package.tree(one.target):
                    key, text = name(held), "".join(held.itertext()).strip()
                    if key == "dc:title":
                        found.about["title"] = text[:300]
                    elif key in (":created", ":modified"):
                        found.about[key[1:]] = _date(text)
                    elif key == "dc:language" and text:
                        found.about["lang"] = text[:20]
                    if key in _CORE:
                        say(_CORE[key], text)
            elif one.kind == "extended-properties":
                held = {name(held): "".join(held.itertext()).strip() for held in package.tree(one.target)}
                made = f"{held.get(':Application', '')} {held.get(':AppVersion', '')}".strip()
                found.about["made_with"] = made[:80]
                if held.get(":Pages", "").isdecimal():
                    found.about.setdefault("pages", min(100_000, int(held[":Pages"][:8])))
                for key, label in _APP.items():
                    say(label, held.get(key, ""))
            elif one.kind == "custom-properties":
                for held in list(package.tree(one.target))[:FACTS]:
                    say(words_of(held.get("name") or "property"), "".join(held.itertext()))


def _date(text: str) -> str:
    return text[:10] if re.match(r"\d{4}-\d{2}-\d{2}", text) else ""


def custom_xml(found: Found, package: Package) -> None:
    """Data that Office files carry along: what forms are bound to, whom a document was shared with."""
    number = 0
    for part in package.names:
        if not re.fullmatch(r"customxml/item\d+\.xml", part.lower()):
            continue
        number += 1
        if number > 100:
            break
        with found.part():
            before = "\n\n"
            for one in package.tree(part).iter("*"):
                text = (one.text or "").strip()
                if text and len(text) < 2000:
                    label = words_of(name(one).partition(":")[2])
                    found.say(f"data {number}", text, where="metadata", label=label, before=before)
                    before = "\n"


def main_part(body: bytes, purse: Purse, kind: str) -> tuple[Package, str]:
    """An Office file of this kind, and the part that it begins with. Raises Unreadable or Locked."""
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        from crawler.documents import _ole

        if _ole.is_encrypted(body):
            raise Locked("it asks for a password")
        raise Unreadable("it is a file of Office 97-2003 under a newer name")
    package = Package(body, purse)
    if office_kind(package) != kind:
        raise Unreadable("it is another kind of file than its name says")
    return package, package.main()[0]
