"""Word documents: paragraphs, tables, notes, comments, what is hidden and what was struck out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from crawler.documents import Opened, Reader, Unreadable, _found
from crawler.documents._found import Found
from crawler.documents._package import Package, child, every, get, name
from crawler.documents._typed import typed
from crawler.documents.table import letters

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
#: Containers in containers: text boxes in tables in text boxes.
DEEPEST = 40
#: Half points: what is smaller, nobody reads.
TINY = 3
#: EMU: pictures smaller than this are lines and dots.
SPECK = 90_000
_OFF = frozenset({"0", "false", "off", "none"})
_HEADING = re.compile(r"^(?:heading|titre) ([1-9])$", re.IGNORECASE)
_INSTRUCTION = re.compile(r'HYPERLINK\s+"?(mailto:|tel:)([^"\s]{3,200})', re.IGNORECASE)
_SHOWN = {"picture": "picture", "chart": "chart", "diagram": "diagram", "wordprocessingGroup": "group"}
_BACKGROUNDS = frozenset({"background1", "light1"})


class Docx(Reader):
    """Office Open XML, as Word, LibreOffice and Google Docs write it."""

    kind = "docx"
    binary = True
    types = frozenset(
        {
            f"{_WORD}.document",
            f"{_WORD}.template",
            "application/vnd.ms-word.document.macroenabled.12",
            "application/vnd.ms-word.template.macroenabled.12",
        }
    )
    suffixes = frozenset({"docx", "docm", "dotx", "dotm"})

    def open(self, body: bytes) -> Opened:
        """The body first, then what stands around it, then what nobody was to see."""
        with _found.within() as purse:
            package, main = _found.main_part(body, purse, "docx")
            return _found.gathered("docx", lambda found: _Document(found, package, main).read())


@dataclass(slots=True)
class _Look:
    """How text looks, as far as it matters; None = as its surroundings do."""

    hidden: bool | None = None
    colour: str | None = None
    size: int | None = None
    bold: bool | None = None
    shaded: bool | None = None
    lang: str | None = None
    level: int | None = None  # of a heading
    numbered: bool | None = None

    def over(self, below: _Look) -> _Look:
        """What it says itself, and else what ``below`` says."""
        mine = {key: getattr(self, key) for key in _Look.__dataclass_fields__}
        return _Look(**{key: getattr(below, key) if value is None else value for key, value in mine.items()})


@dataclass(slots=True)
class _Text:
    """A paragraph in its three readings."""

    seen: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)  # with what is seen around it
    before: list[str] = field(default_factory=list)  # as it was before changes
    any_hidden: bool = False
    any_struck: bool = False
    bold: int = 0  # letters
    letters: int = 0
    lang: str = ""
    size: int = 0
    boxes: list[Any] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # text, target
    notes: list[str] = field(default_factory=list)
    drawings: int = 0


class _Document:
    """One reading of one document."""

    def __init__(self, found: Found, package: Package, main: str) -> None:
        self.found, self.package, self.main = found, package, main
        self.styles: dict[str, _Look] = {}
        self.names: dict[str, str] = {}
        self.default = _Look()
        self.default_style = ""
        self.links: dict[str, str] = {}
        self.white = True  # white text is on white
        self.count = 0
        self.tables = 0
        self.pictures = 0
        self.blank = 0
        self.blank_at = ""
        self.story = ""  # "" the body
        self.where = "file"
        self.last: tuple[str, str, bool] = ("", "", False)
        self.run: list[tuple[str, str]] = []

    def read(self) -> None:
        """Everything, what people read first."""
        root = self.package.tree(self.main)
        if name(root) != "w:document":
            raise Unreadable("it is another kind of file than its name says")
        with self.found.part():
            self._styles()
        body = child(root, "w:body")
        if body is None:
            raise Unreadable("it has no text part")
        self.white = child(root, "w:background") is None and not any(
            get(one, ":behindDoc") in ("1", "true") for one in every(root, "wp:anchor")
        )
        self.found.office["tracked"] = sum(1 for _ in every(body, "w:ins", "w:del", "w:moveFrom", "w:moveTo"))
        self._links(self.main)
        self._blocks(body, 0)
        self._end_of_list()
        self._end_of_blanks()
        self.found.office["blocks"] = self.count
        self._others()
        self._settings()
        _found.embedded(self.found, self.package, self.main, "")
        _found.others(self.found, self.package, "word")
        _found.custom_xml(self.found, self.package)
        _found.properties(self.found, self.package)
        if not self.found.about.get("lang") and self.default.lang:
            self.found.about["lang"] = self.default.lang

    # What stands where

    def _others(self) -> None:
        """Notes, headers and footers, comments; each may be missing."""
        for kind, called, tag in (
            ("footnotes", "footnote", "w:footnote"),
            ("endnotes", "endnote", "w:endnote"),
            ("comments", "comment", "w:comment"),
        ):
            for part in self.package.related(self.main, kind):
                with self.found.part():
                    self._links(part)
                    self._notes(part, called, tag)
        for kind in ("header", "footer"):
            for number, part in enumerate(self.package.related(self.main, kind), start=1):
                with self.found.part():
                    self._links(part)
                    self._story(self.package.tree(part), f"{kind} {number}", "file")
        for part in self.package.related(self.main, "glossaryDocument"):
            with self.found.part():
                self._links(part)
                self._story(self.package.tree(part), "building block", "unseen")
        for part in self.package.related(self.main, "people"):
            with self.found.part():
                for one in every(self.package.tree(part), "w15:person"):
                    held = child(one, "w15:presenceInfo")
                    user = "" if held is None else get(held, "w15:userId")
                    mail = re.search(r"[^\s:|]+@[^\s:|]+", user)
                    text = f"{get(one, 'w15:author')} {mail[0] if mail else ''}"
                    self.found.say("reviewers", text, where="metadata", label="Reviewer")

    def _notes(self, part: str, called: str, tag: str) -> None:
        number = 0
        for one in every(self.package.tree(part), tag):
            if get(one, "w:type") in ("separator", "continuationSeparator", "continuationNotice"):
                continue
            number += 1
            if called == "comment":
                text = "\n".join(self._plain(p) for p in every(one, "w:p"))
                self.found.say(f"comment {number}", text, where="note", label=get(one, "w:author")[:80], before="\n\n")
            else:
                self._story(one, f"{called} {number}", "file")
        if called == "comment":
            self.found.office["comments"] = number

    def _story(self, root: Any, story: str, where: str) -> None:
        kept = (self.story, self.where, self.count, self.last)
        self.story, self.where, self.count = story, where, 0
        self._blocks(root, 0)
        self.story, self.where, self.count, self.last = kept

    def _plain(self, paragraph: Any) -> str:
        return "".join(self._text(paragraph, _Look()).seen)

    def _blocks(self, parent: Any, deep: int) -> None:
        """Paragraphs and tables, one after the other."""
        if deep > DEEPEST:
            self.found.miss("its parts are packed in each other too deep")
            return
        for one in parent:
            kind = name(one)
            if kind == "w:p":
                self._paragraph(one, deep)
            elif kind == "w:tbl":
                self._end_of_list()
                self._end_of_blanks()
                self._table(one, deep)
            elif kind == "w:sdt":
                content = child(one, "w:sdtContent")
                if content is not None:
                    self._blocks(content, deep + 1)
            elif kind in ("w:ins", "w:customXml", "w:smartTag", "w:moveTo", "w:docParts", "w:docPart", "w:docPartBody"):
                self._blocks(one, deep + 1)
            elif kind == "mc:AlternateContent":
                chosen = child(one, "mc:Choice")
                self._blocks(one if chosen is None else chosen, deep + 1)

    def _at(self) -> str:
        place = f"¶{self.count}" if self.count else ""
        return f"{self.story} {place}".strip()

    def _paragraph(self, one: Any, deep: int) -> None:
        self.count += 1
        at = self._at()
        look = self._of_paragraph(one)
        text = self._text(one, look)
        seen = "".join(text.seen)
        before = "\n\n" if look.level is not None else "\n"
        self._say(at, text, before)
        if not self.story:
            self._structure(at, one, look, text, seen)
        self._beside(at, text, deep)

    def _say(self, at: str, text: _Text, before: str = "\n", label: str = "") -> None:
        """What people see, then the same as it is with what is hidden, then as it was."""
        seen = "".join(text.seen)
        if self.found.say(at, seen, where=self.where, label=label, before=before):
            self.found.spoken(text.lang, seen)
        if text.any_hidden:
            self.found.say(at, "".join(text.hidden), where="unseen", label=label)
            self.found.office["hidden_text"] = self.found.office.get("hidden_text", 0) + 1
        if text.any_struck:
            self.found.say(at, "".join(text.before), where="revision", label=label)
        for shown, target in text.links:
            where, _, rest = target.partition(":")
            if where.lower() in ("mailto", "tel") and (address := unquote(rest.partition("?")[0])) not in shown:
                self.found.say(at, address, where=self.where)

    def _beside(self, at: str, text: _Text, deep: int) -> None:
        """Text boxes of a paragraph, and what its pictures are called."""
        for box in text.boxes:
            kept = (self.story, self.count, self.last)
            self.story, self.count = f"{at} box", 0
            self._blocks(box, deep + 1)
            self.story, self.count, self.last = kept

    def _structure(self, at: str, one: Any, look: _Look, text: _Text, seen: str) -> None:
        """What checks judge of a paragraph of the body."""
        found = self.found
        words = seen.strip()
        if self.names.get(self._style_of(one), "").casefold().startswith(("toc", "table of")):
            self._end_of_list()
            return
        if not words and not text.drawings and not text.boxes and child(one, "w:pPr", "w:sectPr") is None:
            breaks = any(get(br, "w:type") == "page" for br in every(one, "w:br"))
            if not breaks:
                self.blank += 1
                self.blank_at = at if self.blank == 1 else self.blank_at
                return
        self._end_of_blanks()
        if look.level is not None and words:
            found.fact("headings", at=at, level=look.level + 1, text=words)
        listed = bool(look.numbered)
        if words and not listed and look.level is None:
            self.run.append((at, words))
        else:
            self._end_of_list()
        heavy = bool(text.letters) and text.bold >= text.letters
        plain = look.level is None and not listed and bool(words)
        # A short bold line is a heading where plain text follows it.
        if self.last[2] and plain and not heavy and len(words) >= 40:
            found.fact("fake_headings", at=self.last[0], text=self.last[1])
        aligned = child(one, "w:pPr", "w:jc")
        centred = aligned is not None and get(aligned, "w:val") == "center"
        titled = self.names.get(self._style_of(one), "").casefold() in ("title", "subtitle", "caption", "titre")
        self.last = (at, words, plain and heavy and not centred and not titled)
        for shown, target in text.links:
            found.fact("links", at=at, text=shown, external=not target.startswith("#"), around=words)

    def _end_of_blanks(self) -> None:
        if self.blank >= 3:
            self.found.fact("blanks", at=self.blank_at, count=self.blank)
        self.blank = 0

    def _end_of_list(self) -> None:
        for at, lines in typed(self.run):
            self.found.fact("lists", at=at, count=len(lines), first=lines[0])
        self.run = []

    # Text

    def _text(self, paragraph: Any, look: _Look) -> _Text:
        text = _Text(lang=look.lang or self.default.lang or "")
        self._inline(paragraph, text, look, "", 0)
        return text

    def _inline(self, parent: Any, text: _Text, look: _Look, change: str, deep: int) -> None:
        if deep > DEEPEST:
            self.found.miss("its parts are packed in each other too deep")
            return
        for one in parent:
            kind = name(one)
            if kind == "w:r":
                self._run(one, text, look, change)
            elif kind in ("w:del", "w:moveFrom"):
                self._inline(one, text, look, "struck", deep + 1)
            elif kind in ("w:ins", "w:moveTo"):
                self._inline(one, text, look, change or "new", deep + 1)
            elif kind == "w:hyperlink":
                start = len(text.seen)
                self._inline(one, text, look, change, deep + 1)
                target = self.links.get(get(one, "r:id"), "") or f"#{get(one, 'w:anchor')}"
                if target != "#" and change != "struck":
                    text.links.append(("".join(text.seen[start:]), target))
            elif kind == "w:sdt":
                content = child(one, "w:sdtContent")
                if content is not None:
                    self._inline(content, text, look, change, deep + 1)
            elif kind == "w:fldSimple":
                self._instruction(get(one, "w:instr"), text)
                self._inline(one, text, look, change, deep + 1)
            elif kind in ("w:smartTag", "w:customXml", "w:bdo", "w:dir", "w:ruby", "w:rubyBase"):
                self._inline(one, text, look, change, deep + 1)
            elif kind == "mc:AlternateContent":
                chosen = child(one, "mc:Choice")
                self._inline(one if chosen is None else chosen, text, look, change, deep + 1)
            elif kind == ":oMath" or one.tag.endswith(("}oMath", "}oMathPara")):
                self._add("".join(one.itertext()), text, look, change)

    def _run(self, run: Any, text: _Text, above: _Look, change: str) -> None:
        look = self._of_run(run, above)
        for one in run:
            kind = name(one)
            if kind in ("w:t", "w:delText"):
                self._add(one.text or "", text, look, "struck" if kind == "w:delText" else change)
            elif kind in ("w:tab", "w:ptab"):
                self._add("\t", text, look, change)
            elif kind in ("w:br", "w:cr"):
                self._add("\n", text, look, change)
            elif kind == "w:noBreakHyphen":
                self._add("-", text, look, change)
            elif kind == "w:instrText":
                self._instruction(one.text or "", text)
            elif kind in ("w:drawing", "w:pict", "w:object", "mc:AlternateContent"):
                self._drawing(one, text)

    @staticmethod
    def _instruction(said: str, text: _Text) -> None:
        if found := _INSTRUCTION.search(said):
            text.links.append(("", found[1] + found[2]))

    def _add(self, words: str, text: _Text, look: _Look, change: str) -> None:
        if change == "struck":
            text.before.append(words)
            text.any_struck = text.any_struck or bool(words.strip())
            return
        if change != "new":
            text.before.append(words)
        text.hidden.append(words)
        if words.strip() and self._is_hidden(look):
            text.any_hidden = True
            return
        text.seen.append(words)
        letters = sum(map(str.isalnum, words))
        text.letters += letters
        text.bold += letters if look.bold else 0
        if letters and look.lang:
            text.lang = look.lang

    def _is_hidden(self, look: _Look) -> bool:
        if look.hidden or (look.size is not None and look.size <= TINY):
            return True
        # White on what may be dark is how headings of tables and boxes look.
        return look.colour == "FFFFFF" and not look.shaded and self.white and not self.story

    def _drawing(self, drawing: Any, text: _Text) -> None:
        """Its text boxes are read where it stands; its pictures are facts."""
        text.drawings += 1
        seen: set[str] = set()
        chosen = drawing
        if name(drawing) == "mc:AlternateContent":
            chosen = child(drawing, "mc:Choice")
            if chosen is None:
                return
        text.boxes += [box for box in every(chosen, "w:txbxContent") if not _in_box(box, chosen)]
        for one in every(chosen, "wp:inline", "wp:anchor"):
            held = child(one, "wp:docPr")
            if held is None or get(held, ":id") + get(held, ":name") in seen or _in_box(one, chosen):
                continue
            seen.add(get(held, ":id") + get(held, ":name"))
            self._picture(one, held, bool(list(every(one, "w:txbxContent"))))
        for one in every(chosen, "v:shape", "v:rect", "v:oval", "v:roundrect", "v:line", "v:group"):
            if child(one, "v:imagedata") is not None and not _in_box(one, chosen):
                alt = get(one, ":alt") or get(one, ":title")
                self._told("picture", alt, False, False)

    def _picture(self, one: Any, held: Any, has_text: bool) -> None:
        extent = child(one, "wp:extent")
        told = [get(extent, key) for key in (":cx", ":cy")] if extent is not None else []
        size = [int(text) for text in told if text.isdecimal() and len(text) < 12]
        if size and min(size) < SPECK:
            return
        graphic = next(iter(every(one, "a:graphicData")), None)
        uri = "" if graphic is None else get(graphic, ":uri").rpartition("/")[2]
        kind = _SHOWN.get(uri, "")
        if get(held, ":hidden") in ("1", "true"):
            return
        alt = get(held, ":descr") or get(held, ":title")
        decorative = any(get(flag, ":val") in ("1", "true") for flag in every(held, "adec:decorative"))
        floating = name(one) == "wp:anchor"
        if has_text and not alt:
            if floating and not self.story:
                self.found.fact("floating", at=self._at(), kind="text box")
            return
        if not kind:  # a line, a box, a frame
            if alt:
                self.found.say(self._at(), alt, where=self.where)
            return
        self._told(kind, alt, decorative, floating)

    def _told(self, kind: str, alt: str, decorative: bool, floating: bool) -> None:
        self.pictures += 1
        at = f"{self._at()} {kind} {self.pictures}"
        self.found.fact("pictures", at=at, kind=kind, alt=alt, decorative=decorative, floating=floating)
        if floating and not decorative and not self.story:
            self.found.fact("floating", at=at, kind=kind)
        if alt:
            self.found.say(at, alt, where=self.where)

    # Looks

    def _styles(self) -> None:
        for part in self.package.related(self.main, "styles"):
            root = self.package.tree(part)
            defaults = child(root, "w:docDefaults", "w:rPrDefault", "w:rPr")
            if defaults is not None:
                self.default = _run_look(defaults)
            below: dict[str, str] = {}
            for one in every(root, "w:style"):
                key = get(one, "w:styleId")
                called = child(one, "w:name")
                self.names[key] = get(called, "w:val") if called is not None else ""
                based = child(one, "w:basedOn")
                below[key] = get(based, "w:val") if based is not None else ""
                look = _run_look(child(one, "w:rPr"))
                _paragraph_look(child(one, "w:pPr"), look)
                if look.level is None and (heading := _HEADING.match(self.names[key])):
                    look.level = int(heading[1]) - 1
                self.styles[key] = look
                if get(one, "w:type") == "paragraph" and get(one, "w:default") in ("1", "true"):
                    self.default_style = key
            self.styles = {key: _resolved(key, self.styles, below) for key in self.styles}

    @staticmethod
    def _style_of(paragraph: Any) -> str:
        style = child(paragraph, "w:pPr", "w:pStyle")
        return get(style, "w:val") if style is not None else ""

    def _of_paragraph(self, one: Any) -> _Look:
        style = self.styles.get(self._style_of(one) or self.default_style, _Look())
        look = _Look()
        _paragraph_look(child(one, "w:pPr"), look)
        look = look.over(style)
        if look.level is not None and look.level > 8:
            look.level = None
        return look

    def _of_run(self, run: Any, above: _Look) -> _Look:
        held = child(run, "w:rPr")
        if held is None:
            return above
        look = _run_look(held)
        style = child(held, "w:rStyle")
        if style is not None:
            look = look.over(self.styles.get(get(style, "w:val"), _Look()))
        return look.over(above)

    def _links(self, part: str) -> None:
        leads = [one for one in self.package.relations(part) if one.external and one.kind == "hyperlink"]
        self.links = {one.id: one.target for one in leads}

    # Tables

    def _table(self, table: Any, deep: int) -> None:
        self.tables += 1
        number, kept = self.tables, (self.story, self.count, self.last, self.white)
        rows = list(_rows(table, 0))
        header, merged, columns, filled = False, 0, 0, 0
        labels: list[str] = []
        first: list[str] = []
        self.white = False
        at = f"{self.story} table {number}".strip()
        for index, row in enumerate(rows):
            cells = list(_cells(row, 0))
            spans = [_span(cell) for cell in cells]
            columns = max(columns, sum(spans))
            merged += sum(span > 1 for span in spans) + sum(_continues(cell) for cell in cells)
            texts = [self._cell_text(cell) for cell in cells]
            is_header = (
                child(row, "w:trPr", "w:tblHeader") is not None
                and get(child(row, "w:trPr", "w:tblHeader"), "w:val") not in _OFF
            )
            if index == 0:
                header, first = is_header, texts
                labels = _labels(texts, spans, header, all(map(_is_bold, cells)), len(rows))
            filled += sum(map(bool, texts))
            struck = child(row, "w:trPr", "w:del") is not None
            column = 0
            before = "\n\n" if index == 0 else "\n"
            for cell, span in zip(cells, spans, strict=True):
                label = labels[column] if index and column < len(labels) else ""
                place = f"{at} {letters(column)}{index + 1}"
                if self._cell(cell, place, label, before, deep, struck):
                    before = " | "
                column += span
        self.story, self.count, self.last, self.white = kept[0], kept[1], ("", "", False), kept[3]
        if rows:
            self.found.fact(
                "tables", at=at, rows=len(rows), columns=columns, header=header, merged=merged, filled=filled,
                first=[text[:40] for text in first[:20]],
            )  # fmt: skip

    def _cell(self, cell: Any, at: str, label: str, before: str, deep: int, struck: bool) -> bool:
        """A cell's paragraphs, the first with the name of its column; whether there was anything in it."""
        kept, held = (self.story, self.count), len(self.found.pieces)
        for one in _contents(cell, 0):
            if name(one) == "w:tbl":
                if deep < DEEPEST:
                    self._table(one, deep + 1)
                else:
                    self.found.miss("its parts are packed in each other too deep")
                continue
            self.story, self.count = at, 0
            text = self._text(one, self._of_paragraph(one))
            if len(self.found.pieces) > held:
                label, before = "", "\n"
            if struck:
                self.found.say(at, "".join(text.before), where="revision", label=label, before=before)
            else:
                self._say(at, text, before, label)
            for shown, target in text.links:
                self.found.fact("links", at=at, text=shown, external=not target.startswith("#"), around="")
            self._beside(at, text, deep)
            self.story, self.count = kept
        return len(self.found.pieces) > held

    def _cell_text(self, cell: Any) -> str:
        return " ".join("".join(t.text or "" for t in every(cell, "w:t")).split())

    # What belongs to no page

    def _settings(self) -> None:
        for part in self.package.related(self.main, "settings"):
            with self.found.part():
                root = self.package.tree(part)
                for one in every(root, "w:docVar"):
                    label = get(one, "w:name")[:80]
                    self.found.say("document variable", get(one, "w:val")[:5000], where="unseen", label=label)
                for one in every(root, "w:connectString", "w:query"):
                    self.found.say("mail merge", get(one, "w:val")[:2000], where="unseen")


def _resolved(key: str, styles: dict[str, _Look], below: dict[str, str]) -> _Look:
    look, seen = styles[key], {key}
    while (key := below.get(key, "")) and key in styles and key not in seen and len(seen) < 20:
        seen.add(key)
        look = look.over(styles[key])
    return look


def _run_look(held: Any) -> _Look:
    look = _Look()
    if held is None:
        return look
    for one in held:
        kind, value = name(one), get(one, "w:val")
        if kind == "w:vanish":
            look.hidden = value not in _OFF
        elif kind == "w:b":
            look.bold = value not in _OFF
        elif kind == "w:color":
            theme = get(one, "w:themeColor")
            plain = not get(one, "w:themeShade") and not get(one, "w:themeTint")
            look.colour = ("FFFFFF" if theme in _BACKGROUNDS and plain else "theme") if theme else value.upper()
        elif kind == "w:sz" and value.isdecimal():
            look.size = int(value[:6])
        elif kind in ("w:shd", "w:highlight"):
            look.shaded = look.shaded or _is_shaded(one)
        elif kind == "w:lang" and value:
            look.lang = value
    return look


def _paragraph_look(held: Any, look: _Look) -> None:
    if held is None:
        return
    for one in held:
        kind, value = name(one), get(one, "w:val")
        if kind == "w:outlineLvl" and value.isdecimal():
            look.level = int(value[:3])
        elif kind == "w:numPr":
            number = child(one, "w:numId")
            look.numbered = number is not None and get(number, "w:val") != "0"
        elif kind in ("w:shd", "w:framePr"):
            look.shaded = look.shaded or kind == "w:framePr" or _is_shaded(one)


def _is_shaded(one: Any) -> bool:
    if name(one) == "w:highlight":
        return get(one, "w:val") != "none"
    return get(one, "w:fill").upper() not in ("", "AUTO", "FFFFFF") or get(one, "w:val") not in ("", "clear", "nil")


def _rows(parent: Any, deep: int) -> Iterator[Any]:
    for one in parent:
        if name(one) == "w:tr":
            yield one
        elif name(one) in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins") and deep < DEEPEST:
            yield from _rows(one, deep + 1)


def _cells(parent: Any, deep: int) -> Iterator[Any]:
    for one in parent:
        if name(one) == "w:tc":
            yield one
        elif name(one) in ("w:sdt", "w:sdtContent", "w:customXml") and deep < DEEPEST:
            yield from _cells(one, deep + 1)


def _contents(parent: Any, deep: int) -> Iterator[Any]:
    """Paragraphs and tables of a cell."""
    for one in parent:
        if name(one) in ("w:p", "w:tbl"):
            yield one
        elif name(one) in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins") and deep < DEEPEST:
            yield from _contents(one, deep + 1)


def _span(cell: Any) -> int:
    span = child(cell, "w:tcPr", "w:gridSpan")
    value = get(span, "w:val") if span is not None else ""
    return max(1, min(63, int(value))) if value.isdecimal() and len(value) < 4 else 1


def _continues(cell: Any) -> bool:
    """Whether it goes on with the cell above."""
    merge = child(cell, "w:tcPr", "w:vMerge")
    return merge is not None and get(merge, "w:val") != "restart"


def _is_bold(cell: Any) -> bool:
    runs = [run for run in every(cell, "w:r") if any((t.text or "").strip() for t in every(run, "w:t"))]
    marks = [child(run, "w:rPr", "w:b") for run in runs]
    return bool(runs) and all(mark is not None and get(mark, "w:val") not in _OFF for mark in marks)


def _labels(texts: list[str], spans: list[int], header: bool, bold: bool, rows: int) -> list[str]:
    """The names of the columns by number, where the first row names them."""
    said = [text for text in texts if text]
    named = header or bold or len(texts) > 2
    if rows < 2 or len(said) < 2 or not named:
        return []
    if any("@" in text or sum(map(str.isdigit, text)) > 2 or len(text) > 80 for text in said):
        return []
    return [label for text, span in zip(texts, spans, strict=True) for label in (text, *[""] * (span - 1))]


def _in_box(one: Any, top: Any) -> bool:
    """Whether it stands in a text box of the drawing, or in the version of it for old programs."""
    for up in one.iterancestors():
        if up is top:
            return False
        if name(up) in ("w:txbxContent", "mc:Fallback"):
            return True
    return False
