"""OpenDocument: texts, spreadsheets and presentations, as LibreOffice writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crawler.documents import Locked, Opened, Reader, Unreadable, _found, words_of
from crawler.documents._cells import Grid, Sheet, place_of
from crawler.documents._found import Found
from crawler.documents._package import Damaged, Package, child, every, get, name
from crawler.documents._typed import typed

_ODF = "application/vnd.oasis.opendocument"
DEEPEST = 60
#: Rows and columns as LibreOffice has them.
ROWS, COLUMNS = 1_048_576, 16_384
_NO_TEXT = frozenset({"text:tracked-changes", "office:forms", "text:sequence-decls", "text:variable-decls"})
_INDEXES = frozenset(
    {"text:table-of-content", "text:illustration-index", "text:table-index", "text:alphabetical-index"}
)
_INLINE = frozenset(
    {"text:span", "text:a", "text:meta", "text:ruby", "text:ruby-base", "text:meta-field", "loext:content-control"}
)
_LABELS = {"meta:initial-creator": "Author", "dc:creator": "Last modified by", "dc:title": "Title",
           "dc:subject": "Subject", "dc:description": "Description", "meta:keyword": "Keywords",
           "meta:printed-by": "Printed by"}  # fmt: skip


def _open(kind: str, body: bytes) -> Opened:
    with _found.within() as purse:
        package = Package(body, purse)
        if _found.packed_kind(body) != kind:
            raise Unreadable("it is another kind of file than its name says")
        return _found.gathered(kind, lambda found: _Document(found, package, kind).read())


class Odt(Reader):
    """Texts."""

    kind = "odt"
    binary = True
    types = frozenset({f"{_ODF}.text", f"{_ODF}.text-template"})
    suffixes = frozenset({"odt", "ott"})

    def open(self, body: bytes) -> Opened:
        """The body first, then what stands around it."""
        return _open("odt", body)


class Ods(Reader):
    """Spreadsheets."""

    kind = "ods"
    binary = True
    types = frozenset({f"{_ODF}.spreadsheet", f"{_ODF}.spreadsheet-template"})
    suffixes = frozenset({"ods", "ots"})

    def open(self, body: bytes) -> Opened:
        """Sheet by sheet."""
        return _open("ods", body)


class Odp(Reader):
    """Presentations, and drawings, which are the same without slides."""

    kind = "odp"
    binary = True
    types = frozenset({f"{_ODF}.presentation", f"{_ODF}.presentation-template", f"{_ODF}.graphics"})
    suffixes = frozenset({"odp", "otp", "odg"})

    def open(self, body: bytes) -> Opened:
        """Slide by slide."""
        return _open("odp", body)


@dataclass(slots=True)
class _Look:
    hidden: bool = False
    bold: bool = False
    lang: str = ""
    off: bool = False  # a sheet or slide that is not shown
    heading: bool = False


class _Document:
    def __init__(self, found: Found, package: Package, kind: str) -> None:
        self.found, self.package, self.kind = found, package, kind
        self.looks: dict[tuple[str, str], _Look] = {}
        self.lang = ""
        self.where = "file"
        self.story = ""
        self.count = self.tables = self.pictures = self.notes = self.footnotes = 0
        self.run: list[tuple[str, str]] = []
        self.blank = 0
        self.blank_at = ""
        self.bold_line = ("", "")
        self.lists = 0

    def read(self) -> None:
        if self.package.has("META-INF/manifest.xml"):
            with self.found.part():
                manifest = self.package.tree("META-INF/manifest.xml")
                if any(True for _ in every(manifest, "manifest:encryption-data", "manifest:encrypted-key")):
                    raise Locked("it asks for a password")
        styles = None
        if self.package.has("styles.xml"):
            with self.found.part():
                styles = self.package.tree("styles.xml")
                self._styles(styles)
        root = self.package.tree("content.xml")
        self._styles(root)
        body = child(root, "office:body")
        content = None if body is None or not len(body) else body[0]
        if content is None:
            raise Unreadable("it has no text part")
        if self.kind == "ods":
            self._sheets(content)
        elif self.kind == "odp":
            self._slides(content)
        else:
            self._changes(content)
            self._blocks(content, 0)
            self._end_of_list()
            self._end_of_blanks()
        if styles is not None:
            self._around(styles)
        self._objects()
        _found.media(self.found, self.package, "pictures/")
        with self.found.part():
            self._properties()
        if not self.found.about.get("lang") and self.lang:
            self.found.about["lang"] = self.lang

    # Looks

    def _styles(self, root: Any) -> None:
        for one in every(root, "style:default-style", "style:style"):
            family = get(one, "style:family")
            parent = self.looks.get((family, get(one, "style:parent-style-name")), _Look())
            look = _Look(parent.hidden, parent.bold, parent.lang, parent.off, parent.heading)
            held = child(one, "style:text-properties")
            if held is not None:
                look.hidden = get(held, "text:display") == "none" or look.hidden
                weight = get(held, "fo:font-weight")
                look.bold = weight in ("bold", "600", "700", "800", "900") if weight else look.bold
                if language := get(held, "fo:language"):
                    country = get(held, "fo:country")
                    look.lang = (
                        "" if language in ("none", "zxx") else f"{language}-{country}".removesuffix("-none").strip("-")
                    )
            held = child(one, "style:section-properties")
            if held is not None and get(held, "text:display") == "none":
                look.hidden = True
            held = child(one, "style:table-properties")
            look.off = look.off or (held is not None and get(held, "table:display") == "false")
            held = child(one, "style:drawing-page-properties")
            look.off = look.off or (held is not None and get(held, "presentation:visibility") == "hidden")
            if name(one) == "style:default-style":
                if family == "paragraph" or (family == "graphic" and not self.lang):
                    self.lang = look.lang or self.lang
                continue
            self.looks[(family, get(one, "style:name"))] = look

    def _look(self, family: str, one: Any, key: str = "text:style-name") -> _Look:
        return self.looks.get((family, get(one, key)), _Look())

    # Texts

    def _at(self) -> str:
        return f"{self.story} ¶{self.count}".strip() if self.count else self.story

    def _blocks(self, parent: Any, deep: int) -> None:
        if deep > DEEPEST:
            self.found.miss("its parts are packed in each other too deep")
            return
        for one in parent:
            kind = name(one)
            if kind in ("text:p", "text:h"):
                self._paragraph(one, kind, deep)
            elif kind in ("text:list", "text:list-item", "text:list-header"):
                self._end_of_list()
                self._end_of_blanks()
                self.lists += 1
                self._blocks(one, deep + 1)
                self.lists -= 1
            elif kind == "table:table":
                self._end_of_list()
                self._end_of_blanks()
                self._table(one, deep)
            elif kind in _INDEXES:
                self._end_of_list()
                self.lists += 1  # its entries are no paragraphs of their own
                self._blocks(one, deep + 1)
                self.lists -= 1
            elif kind == "text:section":
                kept = self.where
                # A condition may bring it back; one that is off now is not seen now.
                if get(one, "text:display") == "none" or self._look("section", one).hidden:
                    self.where = "unseen"
                self._blocks(one, deep + 1)
                self.where = kept
            elif kind.startswith("draw:"):
                self._drawing(one, deep)
            elif kind not in _NO_TEXT:
                self._blocks(one, deep + 1)

    def _paragraph(self, one: Any, kind: str, deep: int) -> None:
        self.count += 1
        at = self._at()
        look = self._look("paragraph", one)
        seen: list[str] = []
        hidden: list[str] = []
        state = [0, 0, look.lang or self.lang]  # letters, of these bold, language
        beside: list[Any] = []
        links: list[tuple[str, str]] = []
        self._inline(one, seen, hidden, look, state, beside, links, 0)
        text, whole = "".join(seen), "".join(hidden)
        if look.hidden:
            text = ""
        heading = kind == "text:h"
        before = "\n\n" if heading else "\n"
        if self.found.say(at, text, where=self.where, before=before) and self.where == "file":
            self.found.spoken(str(state[2]), text)
        if whole != text and self.found.say(at, whole, where="unseen"):
            self.found.office["hidden_text"] = self.found.office.get("hidden_text", 0) + 1
        for _, target in links:
            where, _, rest = target.partition(":")
            if where.lower() in ("mailto", "tel") and (address := rest.partition("?")[0]) not in text:
                self.found.say(at, address, where=self.where)
        if not self.story and self.kind == "odt":
            self._structure(at, one, heading, text.strip(), state, beside, links)
        for held in beside:
            if name(held) == "office:annotation":
                self._annotation(held)
            elif name(held) == "text:note":
                self._note(held, deep)
            else:
                self._drawing(held, deep)

    def _inline(
        self, parent: Any, seen: list[str], hidden: list[str], look: _Look, state: list[Any],
        beside: list[Any], links: list[tuple[str, str]], deep: int,
    ) -> None:  # fmt: skip
        if deep > DEEPEST:
            self.found.miss("its parts are packed in each other too deep")
            return

        def add(words: str, unseen: bool = False) -> None:
            hidden.append(words)
            if unseen or look.hidden:
                return
            seen.append(words)
            letters = sum(map(str.isalnum, words))
            state[0] += letters
            state[1] += letters if look.bold else 0

        add(parent.text or "")
        for one in parent:
            kind = name(one)
            if kind in _INLINE:
                inner = self._look("text", one) if get(one, "text:style-name") else look
                inner = _Look(inner.hidden or look.hidden, inner.bold or look.bold, inner.lang or look.lang)
                if inner.lang:
                    state[2] = inner.lang
                start = len(seen)
                self._inline(one, seen, hidden, inner, state, beside, links, deep + 1)
                if kind == "text:a":
                    links.append(("".join(seen[start:]), get(one, "xlink:href")))
            elif kind == "text:s":
                many = get(one, "text:c")
                add(" " * (min(200, int(many)) if many.isdecimal() and len(many) < 6 else 1))
            elif kind == "text:tab":
                add("\t")
            elif kind == "text:line-break":
                add("\n")
            elif kind == "text:hidden-text":
                add(get(one, "text:string-value"), unseen=get(one, "text:is-hidden") == "true" or not (one.text or ""))
            elif kind in ("office:annotation", "text:note") or kind.startswith("draw:"):
                beside.append(one)
            elif kind in ("text:hidden-paragraph", "office:annotation-end", "text:tracked-changes"):
                pass
            else:
                add("".join(one.itertext()))
            add(one.tail or "")

    def _structure(
        self, at: str, one: Any, heading: bool, words: str, state: list[Any], beside: list[Any],
        links: list[tuple[str, str]],
    ) -> None:  # fmt: skip
        found = self.found
        if not words and not beside:
            self.blank += 1
            self.blank_at = at if self.blank == 1 else self.blank_at
            return
        self._end_of_blanks()
        if heading and words:
            level = get(one, "text:outline-level")
            found.fact("headings", at=at, level=int(level) if level.isdecimal() and len(level) < 3 else 1, text=words)
        plain = bool(words) and not heading and not self.lists
        heavy = bool(state[0]) and state[1] >= state[0]
        if plain:
            self.run.append((at, words))
        else:
            self._end_of_list()
        if self.bold_line[0] and plain and not heavy and len(words) >= 40:
            found.fact("fake_headings", at=self.bold_line[0], text=self.bold_line[1])
        titled = get(one, "text:style-name") in ("Title", "Subtitle", "Caption")
        self.bold_line = (at, words) if plain and heavy and not titled else ("", "")
        for shown, target in links:
            found.fact("links", at=at, text=shown, external=not target.startswith("#"), around=words)

    def _end_of_blanks(self) -> None:
        if self.blank >= 3:
            self.found.fact("blanks", at=self.blank_at, count=self.blank)
        self.blank = 0

    def _end_of_list(self) -> None:
        for at, lines in typed(self.run):
            self.found.fact("lists", at=at, count=len(lines), first=lines[0])
        self.run = []

    def _annotation(self, one: Any) -> None:
        self.notes += 1
        self.found.office["comments"] = self.notes
        who = child(one, "dc:creator")
        text = "\n".join("".join(p.itertext()) for p in every(one, "text:p"))
        label = (who.text or "")[:80] if who is not None else ""
        at = f"{self.story} comment {self.notes}".strip()
        self.found.say(at, text, where="note", label=label, before="\n\n")

    def _note(self, one: Any, deep: int) -> None:
        self.footnotes += 1
        kept = (self.story, self.count)
        self.story, self.count = f"{get(one, 'text:note-class') or 'footnote'} {self.footnotes}", 0
        held = child(one, "text:note-body")
        if held is not None:
            self._blocks(held, deep + 1)
        self.story, self.count = kept

    def _drawing(self, one: Any, deep: int) -> None:
        """A frame, a shape, a group: what is in it, and what it is called."""
        if deep > DEEPEST:
            self.found.miss("its parts are packed in each other too deep")
            return
        kind = name(one)
        if kind in ("draw:g", "draw:a"):
            for inner in one:
                if name(inner).startswith("draw:"):
                    self._drawing(inner, deep + 1)
            return
        title, told = child(one, "svg:title"), child(one, "svg:desc")
        alt = " ".join(filter(None, ((held.text or "") if held is not None else "" for held in (title, told))))
        called = {"draw:image": "picture", "draw:object": "object", "draw:object-ole": "object"}
        inside = next((called[name(inner)] for inner in one if name(inner) in called), "")
        for inner in one:
            if name(inner) == "draw:object":
                uri = get(inner, "xlink:href").removeprefix("./")
                if f"{uri}/content.xml" in self.package.names and self._is_chart(f"{uri}/content.xml"):
                    inside = "chart"
        if inside:
            self.pictures += 1
            at = f"{self._at()} {inside} {self.pictures}".strip()
            decorative = get(one, "loext:decorative") == "true" or get(one, "draw:decorative") == "true"
            if self.where == "file":
                floating = self.kind == "odt" and get(one, "text:anchor-type") in ("page", "paragraph", "char")
                self.found.fact("pictures", at=at, kind=inside, alt=alt, decorative=decorative, floating=floating)
            self.found.say(at, alt, where=self.where)
            return
        self.found.say(self._at(), alt, where=self.where)
        kept = (self.story, self.count)
        self.story, self.count = (f"{self._at()} box", 0) if self.kind == "odt" else (self.story, self.count)
        self._blocks(one, deep + 1)
        self.story, self.count = kept

    def _is_chart(self, part: str) -> bool:
        try:
            return self.package.size(part) < 4_000_000 and b"office:chart" in self.package.read(part)
        except Damaged:
            return False

    def _changes(self, content: Any) -> None:
        """What was struck out is kept at the front, apart from the text."""
        number = 0
        for one in every(content, "text:changed-region"):
            number += 1
            for deletion in every(one, "text:deletion"):
                text = "\n".join("".join(p.itertext()) for p in every(deletion, "text:p", "text:h"))
                self.found.say(f"change {number}", text, where="revision", before="\n\n")
        self.found.office["tracked"] = number

    def _table(self, table: Any, deep: int) -> None:
        self.tables += 1
        at = f"{self.story} table {self.tables}".strip()
        kept = (self.story, self.count, self.lists)
        header = any(True for _ in every(table, "table:table-header-rows"))
        rows = [row for row, _, _ in _rows(table, 0, False)]
        names: list[str] = []
        first: list[str] = []
        columns = merged = filled = 0
        for number, row in enumerate(rows, start=1):
            cells = [one for one in row if name(one) == "table:table-cell"]
            texts = [" ".join(" ".join("".join(p.itertext()) for p in every(one, "text:p")).split()) for one in cells]
            columns, filled = max(columns, len(cells)), filled + sum(map(bool, texts))
            merged += sum(
                get(one, f"table:number-{of}-spanned") not in ("", "1") for one in cells for of in ("columns", "rows")
            )
            if number == 1:
                first = texts
                named = len(rows) > 1 and (header or len(texts) > 2)
                plain = not any("@" in text or sum(map(str.isdigit, text)) > 2 for text in texts)
                names = texts if named and plain else []
            before = "\n\n" if number == 1 else "\n"
            for column, one in enumerate(cells):
                held = len(self.found.pieces)
                self.story, self.count, self.lists = f"{at} {place_of(column, number)}", 0, 1
                self._blocks(one, deep + 1)
                for index in range(held, len(self.found.pieces)):
                    if index == held:
                        label = names[column] if number > 1 and column < len(names) else ""
                        self.found.pieces[index] = _again(self.found.pieces[index], label, before)
                        before = " | "
        self.story, self.count, self.lists = kept
        if self.where == "file":
            self.found.fact(
                "tables", at=at, rows=len(rows), columns=columns, header=header, merged=merged, filled=filled,
                first=[text[:40] for text in first[:20]],
            )  # fmt: skip

    # Spreadsheets

    def _sheets(self, content: Any) -> None:
        number = 0
        for one in content:
            if name(one) != "table:table":
                continue
            number += 1
            hidden = self._look("table", one, "table:style-name").off
            sheet = Sheet(get(one, "table:name")[:80] or f"Sheet {number}", hidden="hidden" if hidden else "")
            self._sheet(sheet, one)
        self.found.about["pages"] = number

    def _sheet(self, sheet: Sheet, table: Any) -> None:
        grid = Grid(self.found, sheet)
        kept = self.where
        self.where = "unseen" if sheet.hidden else "file"
        hidden_columns: set[int] = set()
        column = 0
        for one in every(table, "table:table-column"):
            many = _many(one, "columns")
            if get(one, "table:visibility") in ("collapse", "filter"):
                hidden_columns |= set(range(column, min(column + many, COLUMNS)))
            column += many
        sheet.hidden_columns = len(hidden_columns)
        number = 1
        drawings: list[Any] = []
        try:
            for row, many, hidden in _rows(table, 0, False):
                column = 0
                hidden = hidden or get(row, "table:visibility") in ("collapse", "filter")
                any_text = False
                for cell in row:
                    if name(cell) not in ("table:table-cell", "table:covered-table-cell"):
                        continue
                    text, beside = _of_cell(cell)
                    repeated = _many(cell, "columns")
                    if text.strip() and number <= ROWS and column < COLUMNS:
                        grid.cell(number, column, text, hidden=hidden or column in hidden_columns)
                        any_text = True
                    if any(get(cell, f"table:number-{of}-spanned") not in ("", "1") for of in ("columns", "rows")):
                        sheet.merged.append(place_of(column, number))
                    for one in beside:
                        if name(one) == "office:annotation":
                            self.story = f"{sheet.name}!{place_of(column, number)}"
                            self._annotation(one)
                        else:
                            drawings.append(one)
                    column += repeated
                if hidden and any_text:
                    sheet.hidden_rows += 1
                grid.next()
                number += many
        finally:
            grid.end()
            sheet.tell(self.found)
        for shapes in table:
            if name(shapes) == "table:shapes":
                drawings += list(shapes)
        self.story, self.count = sheet.name, 0
        for one in drawings:
            self._drawing(one, 0)
        self.story, self.where = "", kept

    # Presentations

    def _slides(self, content: Any) -> None:
        number = 0
        for page in content:
            if name(page) != "draw:page":
                continue
            number += 1
            hidden = self._look("drawing-page", page, "draw:style-name").off
            self.where, self.story, self.count = "unseen" if hidden else "file", f"slide {number}", 0
            title, order = "", []
            first = len(self.found.pieces)
            for one in page:
                kind = name(one)
                if kind == "presentation:notes":
                    for p in every(one, "text:p"):
                        self.found.say(f"{self.story} notes", "".join(p.itertext()), where="note")
                    continue
                if kind == "office:annotation":
                    self._annotation(one)
                    continue
                if not kind.startswith("draw:"):
                    continue
                text = " ".join(" ".join("".join(p.itertext()) for p in every(one, "text:p")).split())
                role = get(one, "presentation:class")
                if text or role:
                    order.append("title" if role == "title" and text else "text")
                if role == "title" and text and not title:
                    title = text
                self.count = 0
                for held in every(one, "table:table"):
                    self._table(held, 0)
                    break
                else:
                    self._plain_drawing(one)
            if first < len(self.found.pieces):
                self.found.pieces[first] = _again(self.found.pieces[first], self.found.pieces[first].label, "\n\n")
            self.found.fact(
                "slides", at=self.story, title=title, hidden=hidden, shapes=len(order),
                before_title=order.index("title") if "title" in order else 0,
            )  # fmt: skip
        self.where, self.story = "file", ""
        self.found.about["pages"] = number

    def _plain_drawing(self, one: Any) -> None:
        held = self.story
        self._drawing(one, 0)
        self.story, self.count = held, 0

    # Around

    def _around(self, styles: Any) -> None:
        """Headers and footers."""
        for number, page in enumerate(every(styles, "style:master-page"), start=1):
            if number > 200:
                break
            for one in page:
                kind = name(one)
                if kind.startswith(("style:header", "style:footer")):
                    self.story, self.count = f"{kind[6:12]} {number}", 0
                    self._blocks(one, 0)
        self.story = ""

    def _objects(self) -> None:
        """Objects packed as files; charts and formulas keep their text in parts of their own."""
        for part in self.package.names:
            if re.fullmatch(r"object[^/]*", part.lower()):
                with self.found.part():
                    data = self.package.read(part)
                    self.found.inside(data, part, f"file {part}")
            elif re.fullmatch(r"object[^/]*/content\.xml", part.lower()):
                with self.found.part():
                    before = "\n\n"
                    for one in every(self.package.tree(part), "text:p"):
                        at = f"object {part.partition('/')[0]}"
                        if self.found.say(at, "".join(one.itertext()), where="attached", before=before):
                            before = "\n"

    def _properties(self) -> None:
        if not self.package.has("meta.xml"):
            return
        root = self.package.tree("meta.xml")
        meta = child(root, "office:meta")
        about = self.found.about
        before = "\n\n"
        for one in meta if meta is not None else ():
            key, text = name(one), "".join(one.itertext()).strip()
            label = _LABELS.get(key, "")
            if key == "meta:user-defined":
                label = words_of(get(one, "meta:name") or "property")
            if key == "dc:title":
                about["title"] = text[:300]
            elif key == "dc:language":
                about["lang"] = text[:20]
            elif key == "meta:generator":
                about["made_with"] = text[:80]
            elif key in ("meta:creation-date", "dc:date"):
                about["created" if key.startswith("meta") else "modified"] = text[:10]
            elif key == "meta:document-statistic" and get(one, "meta:page-count").isdecimal() and self.kind == "odt":
                about["pages"] = min(100_000, int(get(one, "meta:page-count")[:8]))
            if label and self.found.say(f"property {label}", text[:2000], where="metadata", label=label, before=before):
                before = "\n"


def _rows(parent: Any, deep: int, hidden: bool) -> Iterator[tuple[Any, int, bool]]:
    """Rows, how often each stands there, and whether its group is closed."""
    for one in parent:
        kind = name(one)
        if kind == "table:table-row":
            yield one, _many(one, "rows"), hidden
        elif kind in ("table:table-rows", "table:table-header-rows", "table:table-row-group") and deep < DEEPEST:
            yield from _rows(one, deep + 1, hidden or get(one, "table:display") == "false")


def _many(one: Any, of: str) -> int:
    text = get(one, f"table:number-{of}-repeated")
    return max(1, int(text)) if text.isdecimal() and len(text) < 9 else 1


def _of_cell(cell: Any) -> tuple[str, list[Any]]:
    """Its text, and what hangs on it."""
    texts: list[str] = []
    beside: list[Any] = []
    for one in cell:
        kind = name(one)
        if kind == "text:p":
            texts.append("".join(one.itertext()))
        elif kind == "office:annotation" or kind.startswith("draw:"):
            beside.append(one)
    day = get(cell, "office:date-value")
    text = "\n".join(texts)
    if day and re.match(r"\d{4}-\d{2}-\d{2}", day):
        text = day.removesuffix("T00:00:00").replace("T", " ")
    return text, beside


def _again(piece: Any, label: str, before: str) -> Any:
    from dataclasses import replace

    return replace(piece, label=label, before=before)
