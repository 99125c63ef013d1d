"""Presentations: slides in order, shapes as they are read, notes, and what lies off the slide."""

from __future__ import annotations

import re
from typing import Any

from crawler.documents import Opened, Reader, Unreadable, _found
from crawler.documents._found import Found
from crawler.documents._package import Package, child, every, get, name

_SHOW = "application/vnd.openxmlformats-officedocument.presentationml"
#: Slides, and groups in groups.
SLIDES, DEEPEST = 3_000, 30
#: Hundredths of a point: what is smaller, nobody reads.
TINY = 200
_YES = frozenset({"1", "true", "on"})
_TITLES = frozenset({"title", "ctrTitle"})
#: What a layout puts on every slide.
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr"})


class Pptx(Reader):
    """Office Open XML, as PowerPoint, LibreOffice and Google Slides write it."""

    kind = "pptx"
    binary = True
    types = frozenset(
        {
            f"{_SHOW}.presentation",
            f"{_SHOW}.slideshow",
            f"{_SHOW}.template",
            "application/vnd.ms-powerpoint.presentation.macroenabled.12",
            "application/vnd.ms-powerpoint.slideshow.macroenabled.12",
            "application/vnd.ms-powerpoint.template.macroenabled.12",
        }
    )
    suffixes = frozenset({"pptx", "pptm", "ppsx", "ppsm", "potx", "potm"})

    def open(self, body: bytes) -> Opened:
        """Slide by slide, each with its notes and comments."""
        with _found.within() as purse:
            package, main = _found.main_part(body, purse, "pptx")
            return _found.gathered("pptx", lambda found: _Show(found, package, main).read())


class _Show:
    def __init__(self, found: Found, package: Package, main: str) -> None:
        self.found, self.package, self.main = found, package, main
        self.size: tuple[int, int] = (0, 0)
        self.authors: dict[str, str] = {}
        self.lang = ""
        self.links: dict[str, str] = {}
        self.at = ""
        self.number = 0
        self.where = "file"
        self.pictures = 0
        self.tables = 0
        self.order: list[str] = []
        self.title = ""

    def read(self) -> None:
        root = self.package.tree(self.main)
        if name(root) != "p:presentation":
            raise Unreadable("it is another kind of file than its name says")
        held = child(root, "p:sldSz")
        if held is not None:
            self.size = (_whole(get(held, ":cx")), _whole(get(held, ":cy")))
        look = child(root, "p:defaultTextStyle", "a:lvl1pPr", "a:defRPr")
        self.lang = get(look, ":lang") if look is not None else ""
        for kind, tag in (("commentAuthors", "p:cmAuthor"), ("authors", "p188:author")):
            for part in self.package.related(self.main, kind):
                with self.found.part():
                    for one in every(self.package.tree(part), tag):
                        self.authors[get(one, ":id")] = get(one, ":name")[:80]
        targets = {one.id: one.target for one in self.package.relations(self.main) if not one.external}
        slides = [targets.get(get(one, "r:id"), "") for one in every(root, "p:sldId")]
        self.found.about["pages"] = len(slides)
        if len(slides) > SLIDES:
            self.found.miss("it has too many slides to read them all")
        for number, part in enumerate(slides[:SLIDES], start=1):
            if not self.package.has(part):
                self.found.miss("a part of it is missing")
                continue
            with self.found.part():
                self._slide(number, part)
        _found.others(self.found, self.package, "ppt")
        _found.custom_xml(self.found, self.package)
        _found.properties(self.found, self.package)

    def _slide(self, number: int, part: str) -> None:
        root = self.package.tree(part)
        hidden = get(root, ":show") in ("0", "false")
        self.number, self.at = number, f"slide {number}"
        self.where = "unseen" if hidden else "file"
        self.links = {one.id: one.target for one in self.package.relations(part) if one.external}
        self.pictures = self.tables = 0
        self.order, self.title = [], ""
        tree = child(root, "p:cSld", "p:spTree")
        first = len(self.found.pieces)
        if tree is not None:
            self._shapes(tree, 0, hidden)
        if first < len(self.found.pieces):
            self.found.pieces[first] = _apart(self.found.pieces[first])
        self.found.fact(
            "slides", at=self.at, title=self.title, hidden=hidden, shapes=len(self.order) + self.pictures + self.tables,
            before_title=self.order.index("title") if "title" in self.order else 0,
        )  # fmt: skip
        for kind in ("diagramData",):
            for data in self.package.related(part, kind):
                with self.found.part():
                    self._paragraphs(self.package.tree(data), self.at, self.where)
        for data in self.package.related(part, "notesSlide"):
            with self.found.part():
                self._notes(data)
        for data in self.package.related(part, "comments"):
            with self.found.part():
                self._comments(data)
        _found.embedded(self.found, self.package, part, self.at)

    def _shapes(self, parent: Any, deep: int, hidden: bool) -> None:
        """In the order of the file, which is that of reading."""
        if deep > DEEPEST:
            self.found.miss("its parts are packed in each other too deep")
            return
        for one in parent:
            kind = name(one)
            if kind == "p:grpSp":
                self._shapes(one, deep + 1, hidden or _is_hidden(one))
            elif kind == "mc:AlternateContent":
                chosen = child(one, "mc:Choice")
                self._shapes(one if chosen is None else chosen, deep + 1, hidden)
            elif kind in ("p:sp", "p:pic", "p:graphicFrame", "p:cxnSp"):
                self._shape(one, kind, deep, hidden)

    def _shape(self, one: Any, kind: str, deep: int, hidden: bool) -> None:
        held = next(iter(every(one, "p:cNvPr")), None)
        unseen = hidden or _is_hidden(one) or (not deep and self._is_outside(one))
        where = "unseen" if unseen else self.where
        if unseen and not hidden:
            self.found.office["hidden_text"] = self.found.office.get("hidden_text", 0) + 1
        role = next((get(ph, ":type") or "body" for ph in every(one, "p:ph")), "")
        if kind == "p:sp":
            text = self._paragraphs(one, self.at, where)
            if role in _TITLES and text and not self.title:
                self.title = text
            if text and role not in _FURNITURE:
                self.order.append("title" if role in _TITLES else "text")
            if not text and not role and not _is_drawn_on(one):
                self._told(one, held, "shape", where, hidden)
            return
        table = next(iter(every(one, "a:tbl")), None)
        if table is not None:
            self._table(table, where)
            return
        uri = next((get(data, ":uri").rpartition("/")[2] for data in every(one, "a:graphicData")), "")
        called = "picture" if kind == "p:pic" else uri if uri in ("chart", "diagram") else "object"
        if kind != "p:cxnSp":
            self._told(one, held, called, where, hidden)

    def _told(self, one: Any, held: Any, kind: str, where: str, hidden: bool) -> None:
        if held is None:
            return
        self.pictures += 1
        at = f"{self.at} {kind} {self.pictures}"
        alt = get(held, ":descr") or get(held, ":title")
        self.found.say(at, alt, where=where)
        if where != "unseen" and not hidden:
            decorative = any(get(flag, ":val") in _YES for flag in every(held, "adec:decorative"))
            self.found.fact("pictures", at=at, kind=kind, alt=alt, decorative=decorative, floating=False)

    def _paragraphs(self, one: Any, at: str, where: str) -> str:
        """The text of a shape, paragraph by paragraph."""
        texts = []
        for paragraph in every(one, "a:p"):
            text, tiny, lang, links = _text(paragraph)
            if text.strip():
                self.found.say(at, text, where="unseen" if tiny else where)
                texts.append(text)
                if where == "file" and not tiny:
                    self.found.spoken(lang or self.lang, text)
            for shown, key in links:
                target = self.links.get(key, "")
                kind, _, rest = target.partition(":")
                if kind.lower() in ("mailto", "tel"):
                    address = rest.partition("?")[0]
                    if address not in text:
                        self.found.say(at, address, where=where)
                elif target and where == "file":
                    self.found.fact("links", at=at, text=shown, external=True, around=text)
        return " ".join(" ".join(texts).split())

    def _table(self, table: Any, where: str) -> None:
        from crawler.documents._cells import place_of

        self.tables += 1
        at = f"{self.at} table {self.tables}"
        held = child(table, "a:tblPr")
        header = held is not None and get(held, ":firstRow") in _YES
        names: list[str] = []
        rows = [one for one in table if name(one) == "a:tr"]
        merged = filled = columns = 0
        first: list[str] = []
        for number, row in enumerate(rows, start=1):
            cells = [one for one in row if name(one) == "a:tc"]
            columns = max(columns, len(cells))
            texts = [" ".join(" ".join(_text(p)[0] for p in every(cell, "a:p")).split()) for cell in cells]
            filled += sum(map(bool, texts))
            merged += sum(get(cell, ":gridSpan") > "1" or get(cell, ":rowSpan") > "1" for cell in cells)
            if number == 1:
                first = texts
                names = texts if len(rows) > 1 and not any("@" in text for text in texts) else []
            before = "\n\n" if number == 1 else "\n"
            for column, text in enumerate(texts):
                label = names[column] if number > 1 and column < len(names) else ""
                if self.found.say(f"{at} {place_of(column, number)}", text, where=where, label=label, before=before):
                    before = " | "
            for cell in cells:
                for paragraph in every(cell, "a:p"):
                    text, _, lang, _ = _text(paragraph)
                    if where == "file":
                        self.found.spoken(lang or self.lang, text)
        if where != "unseen":
            self.found.fact(
                "tables", at=at, rows=len(rows), columns=columns, header=header, merged=merged, filled=filled,
                first=[text[:40] for text in first[:20]],
            )  # fmt: skip

    def _notes(self, part: str) -> None:
        for shape in every(self.package.tree(part), "p:sp"):
            role = next((get(ph, ":type") for ph in every(shape, "p:ph")), "")
            if role in (*_FURNITURE, "sldImg"):
                continue
            before = "\n\n"
            for paragraph in every(shape, "a:p"):
                if self.found.say(f"{self.at} notes", _text(paragraph)[0], where="note", before=before):
                    before = "\n"

    def _comments(self, part: str) -> None:
        for one in every(self.package.tree(part), "p:cm", "p188:cm", "p188:reply"):
            who = self.authors.get(get(one, ":authorId"), "")
            held = child(one, "p:text")
            own = child(one, "p188:txBody")
            text = (held.text or "") if held is not None else ""
            if own is not None:
                text = "\n".join(_text(paragraph)[0] for paragraph in every(own, "a:p"))
            self.found.office["comments"] = self.found.office.get("comments", 0) + 1
            self.found.say(f"{self.at} comment", text, where="note", label=who, before="\n\n")

    def _is_outside(self, one: Any) -> bool:
        """Whether a shape lies wholly beside the slide."""
        place = next(iter(every(one, "a:xfrm", "p:xfrm")), None)
        off, extent = (child(place, "a:off"), child(place, "a:ext")) if place is not None else (None, None)
        if off is None or extent is None or not all(self.size):
            return False
        left, top = _signed(get(off, ":x")), _signed(get(off, ":y"))
        wide, high = _whole(get(extent, ":cx")), _whole(get(extent, ":cy"))
        if wide <= 0 or high <= 0 or get(place, ":rot") not in ("", "0"):
            return False
        return left >= self.size[0] or top >= self.size[1] or left + wide <= 0 or top + high <= 0


def _text(paragraph: Any) -> tuple[str, bool, str, list[tuple[str, str]]]:
    """Its words, whether they are too small to see, their language, and links with their targets' ids."""
    parts: list[str] = []
    sizes: list[int] = []
    lang = ""
    links: list[tuple[str, str]] = []
    for one in paragraph:
        kind = name(one)
        if kind == "a:br":
            parts.append("\n")
        if kind not in ("a:r", "a:fld"):
            continue
        held, look = child(one, "a:t"), child(one, "a:rPr")
        words = (held.text or "") if held is not None else ""
        parts.append(words)
        if look is None:
            sizes.append(TINY + 1)
            continue
        if words.strip():
            sizes.append(_whole(get(look, ":sz")) or TINY + 1)
            lang = get(look, ":lang") or lang
        link = child(look, "a:hlinkClick")
        if link is not None and get(link, "r:id"):
            links.append((words, get(link, "r:id")))
    return "".join(parts), bool(sizes) and max(sizes) <= TINY, lang, links


def _is_hidden(shape: Any) -> bool:
    for held in shape:
        if name(held) in ("p:nvSpPr", "p:nvPicPr", "p:nvGraphicFramePr", "p:nvGrpSpPr", "p:nvCxnSpPr"):
            about = child(held, "p:cNvPr")
            return about is not None and get(about, ":hidden") in _YES
    return False


def _is_drawn_on(shape: Any) -> bool:
    """A text box without text, a line, a plain box: nothing that could be described. What is drawn freely could."""
    return not any(True for _ in every(shape, "a:custGeom", "a:blip"))


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,12}", text) else 0


def _signed(text: str) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,12}", text) else 0


def _apart(piece: Any) -> Any:
    from dataclasses import replace

    return replace(piece, before="\n\n")
