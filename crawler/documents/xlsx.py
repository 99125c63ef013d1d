"""Workbooks: cells as people see them, and the sheets, rows, columns and caches that they do not see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.documents import Opened, Reader, Unreadable, _found, words_of
from crawler.documents._cells import Formats, Grid, Sheet, column_of, place_of, shown
from crawler.documents._found import Found
from crawler.documents._package import Damaged, Package, attributes, child, every, get, name

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: Letters of all strings that cells share, and how many strings.
SHARED, STRINGS = 40_000_000, 1_000_000
#: Sheets, links, names, caches: what a person makes.
MANY = 1_000
#: Rows and columns as Excel has them; what a file says beyond is no place.
ROWS, COLUMNS = 1_048_576, 16_384
_YES = frozenset({"1", "true", "on"})
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CODES = re.compile(r"&(?:[LCRPNDTFAZGBIUESXYOH&]|\"[^\"]*\"|K[0-9A-F+-]{3,6}|\d{1,3})")
_MAIL = re.compile(r'"(?:mailto|tel):([^"?]{3,200})', re.IGNORECASE)


class Xlsx(Reader):
    """Office Open XML, as Excel, LibreOffice and many programs write it."""

    kind = "xlsx"
    binary = True
    types = frozenset(
        {
            f"{_SHEET}.sheet",
            f"{_SHEET}.template",
            "application/vnd.ms-excel.sheet.macroenabled.12",
            "application/vnd.ms-excel.template.macroenabled.12",
        }
    )
    suffixes = frozenset({"xlsx", "xlsm", "xltx", "xltm"})

    def open(self, body: bytes) -> Opened:
        """Sheets in order, then what is around them."""
        with _found.within() as purse:
            package, main = _found.main_part(body, purse, "xlsx")
            return _found.gathered("xlsx", lambda found: _Workbook(found, package, main).read())


@dataclass(slots=True)
class _Style:
    format: str = ""
    white: bool = False  # white, and nothing says on what
    blended: bool = False  # its colour is that of its ground


PLAIN = _Style()


@dataclass(slots=True)
class _Area:
    """Columns of a table that was defined as one."""

    top: int
    left: int
    bottom: int
    right: int
    names: Sequence[str] = field(repr=False)
    header: bool


class _Workbook:
    def __init__(self, found: Found, package: Package, main: str) -> None:
        self.found, self.package, self.main = found, package, main
        self.strings: list[str] = []
        self.styles: list[_Style] = []
        self.formats = Formats()
        self.people: dict[str, str] = {}
        self.pictures = 0

    def read(self) -> None:
        root = self.package.tree(self.main)
        if name(root) != "x:workbook":
            raise Unreadable("it is another kind of file than its name says")
        held = child(root, "x:workbookPr")
        self.formats.since_1904 = held is not None and get(held, ":date1904") in _YES
        with self.found.part():
            self._strings()
        with self.found.part():
            self._styles()
        with self.found.part():
            self._people()
        targets = {one.id: one for one in self.package.relations(self.main)}
        sheets = list(every(root, "x:sheet"))[:MANY]
        for one in sheets:
            target = targets.get(get(one, "r:id"))
            if target is None or target.external or target.kind != "worksheet":
                continue
            sheet = Sheet(get(one, ":name")[:80] or "Sheet", hidden=get(one, ":state") or "")
            with self.found.part():
                self._sheet(sheet, target.target)
        self.found.about["pages"] = len(sheets)
        self._names(root)
        self._links()
        self._caches()
        with self.found.part():
            self._revisions()
        with self.found.part():
            self._connections()
        _found.others(self.found, self.package, "xl")
        _found.custom_xml(self.found, self.package)
        _found.properties(self.found, self.package)

    # What cells refer to

    def _strings(self) -> None:
        for part in self.package.related(self.main, "sharedStrings")[:1]:
            size = 0
            for one in self.package.stream(part, "si"):
                text = _text(one)
                size += len(text)
                if size > SHARED or len(self.strings) >= STRINGS:
                    self.found.miss("its text is too long to be read to its end")
                    return
                self.strings.append(text)

    def _styles(self) -> None:
        for part in self.package.related(self.main, "styles")[:1]:
            root = self.package.tree(part)
            for one in every(root, "x:numFmt"):
                if get(one, ":numFmtId").isdecimal():
                    self.formats.add(int(get(one, ":numFmtId")[:6]), get(one, ":formatCode"))
            fonts, fills = child(root, "x:fonts"), child(root, "x:fills")
            colours = [_colour(child(font, "x:color")) for font in fonts] if fonts is not None else []
            grounds = [_ground(fill) for fill in fills] if fills is not None else []
            cells = child(root, "x:cellXfs")
            for one in cells if cells is not None else ():
                held = attributes(one)
                colour = _at(colours, held.get(":fontId", ""))
                ground = _at(grounds, held.get(":fillId", ""))
                self.styles.append(
                    _Style(
                        self.formats.code(held.get(":numFmtId", "")),
                        white=colour == "FFFFFF" and not ground,
                        blended=bool(colour) and colour == ground,
                    )
                )

    def _people(self) -> None:
        for part in self.package.related(self.main, "person"):
            for one in every(self.package.tree(part), "tc:person"):
                self.people[get(one, ":id")] = get(one, ":displayName")[:80]

    # A sheet

    def _sheet(self, sheet: Sheet, part: str) -> None:
        related = self.package.relations(part)
        areas: list[Any] = []
        for one in related:
            if one.kind == "table" and self.package.has(one.target):
                with self.found.part():
                    areas += _area(self.package.tree(one.target))
        grid = Grid(self.found, sheet)
        sheet.tables = len(areas)
        for area in areas:
            grid.names(area.top, area.left, area.bottom, area.right, area.names if area.header else ())
        links = {one.id: one.target for one in related if one.external and one.kind == "hyperlink"}
        data = self.package.read(part)
        white = not areas and b"conditionalFormatting" not in data and b"<picture" not in data
        hidden_columns: set[int] = set()
        number = 0
        tags = ("cols", "row", "mergeCell", "hyperlink", "oddHeader", "evenHeader", "oddFooter", "evenFooter")
        from crawler.documents._package import streamed

        try:
            for one in streamed(data, *tags):
                kind = name(one)
                if kind == "x:cols":
                    hidden_columns = _hidden_columns(one)
                    sheet.hidden_columns = len(hidden_columns)
                elif kind == "x:row":
                    number = _number(get(one, ":r")) or number + 1
                    if number > ROWS:
                        raise Damaged("it names rows that no sheet has")
                    self._row(grid, one, number, hidden_columns, white)
                elif kind == "x:mergeCell":
                    sheet.merged.append(get(one, ":ref")[:30]) if len(sheet.merged) < MANY else None
                elif kind == "x:hyperlink":
                    self._link(sheet, one, links)
                else:
                    grid.end()
                    where = "unseen" if sheet.hidden else "file"
                    self.found.say(f"{sheet.name} {kind[5:].lower()}", _CODES.sub(" ", one.text or ""), where=where)
        finally:
            grid.end()
            sheet.tell(self.found)
        self._notes(sheet, part)
        for one in related:
            if one.kind == "drawing" and self.package.has(one.target):
                with self.found.part():
                    self._drawing(sheet, one.target)
        _found.embedded(self.found, self.package, part, sheet.name)

    def _row(self, grid: Grid, row: Any, number: int, hidden_columns: set[int], white: bool) -> None:
        hidden = row.get("hidden") in _YES or row.get("ht") == "0"
        column = -1
        for cell in row:
            if name(cell) != "x:c":
                continue
            given = column_of(cell.get("r") or "")
            column = given if given >= 0 else column + 1
            if column >= COLUMNS:
                self.found.miss("it names columns that no sheet has")
                return
            style = _at(self.styles, cell.get("s") or "") or PLAIN
            text = self._value(cell, cell.get("t") or "", style)
            if not text.strip():
                continue
            unseen = hidden or column in hidden_columns or style.blended or (white and style.white)
            if style.format.strip().startswith(";;"):
                unseen = unseen or not style.format.strip(" ;")
            grid.cell(number, column, text, hidden=unseen)
            for one in cell:
                if name(one) == "x:f" and one.text and (mail := _MAIL.search(one.text)) and mail[1] not in text:
                    grid.cell(number, column, mail[1], hidden=unseen)
        if hidden and column >= 0:
            grid.sheet.hidden_rows += 1
        grid.next()

    def _value(self, cell: Any, kind: str, style: _Style) -> str:
        if kind == "inlineStr":
            held = child(cell, "x:is")
            return _text(held) if held is not None else ""
        held = child(cell, "x:v")
        value = (held.text or "") if held is not None else ""
        if kind == "s":
            text = _at(self.strings, value.strip())
            if text is None:
                self.found.miss("some of its cells name texts that it does not hold")
                return ""
            return str(text)
        if kind in ("b", "e"):
            return ""
        if kind in ("str", "d"):
            return _unescaped(value)
        return shown(value, style.format, since_1904=self.formats.since_1904)

    def _link(self, sheet: Sheet, one: Any, links: dict[str, str]) -> None:
        target = links.get(get(one, "r:id"), "")
        where, _, rest = target.partition(":")
        at = f"{sheet.name}!{get(one, ':ref')[:30]}"
        if where.lower() in ("mailto", "tel"):
            self.found.say(at, rest.partition("?")[0], where="unseen" if sheet.hidden else "data")

    def _notes(self, sheet: Sheet, part: str) -> None:
        """Comments, of both kinds: those in threads stand in the old kind a second time."""
        threaded = set()
        for one in self.package.related(part, "threadedComment"):
            with self.found.part():
                for note in every(self.package.tree(one), "tc:threadedComment"):
                    ref, text = get(note, ":ref"), child(note, "tc:text")
                    threaded.add(ref)
                    who = self.people.get(get(note, ":personId"), "")
                    self._note(sheet, ref, who, "".join(text.itertext()) if text is not None else "")
        for one in self.package.related(part, "comments"):
            with self.found.part():
                root = self.package.tree(one)
                authors = ["".join(author.itertext()) for author in every(root, "x:author")]
                for note in every(root, "x:comment"):
                    ref = get(note, ":ref")
                    if ref not in threaded:
                        held = child(note, "x:text")
                        who = str(_at(authors, get(note, ":authorId")) or "")
                        self._note(sheet, ref, who, _text(held) if held is not None else "")

    def _note(self, sheet: Sheet, ref: str, who: str, text: str) -> None:
        self.found.office["comments"] = self.found.office.get("comments", 0) + 1
        at = f"{sheet.name}!{ref[:30]} comment"
        self.found.say(at, text, where="note", label=who.removeprefix("tc=")[:80], before="\n\n")

    def _drawing(self, sheet: Sheet, part: str) -> None:
        root = self.package.tree(part)
        where = "unseen" if sheet.hidden else "file"
        for one in every(root, "xdr:sp", "xdr:pic", "xdr:graphicFrame"):
            held = next(iter(every(one, "xdr:cNvPr")), None)
            if held is None:
                continue
            self.pictures += 1
            kind = {"xdr:pic": "picture", "xdr:graphicFrame": "chart"}.get(name(one), "shape")
            at = f"{sheet.name} {kind} {self.pictures}"
            text = "\n".join("".join(t.text or "" for t in every(p, "a:t")) for p in every(one, "a:p"))
            self.found.say(at, text, where=where)
            alt = get(held, ":descr") or get(held, ":title")
            self.found.say(at, alt, where=where)
            decorative = any(get(flag, ":val") in _YES for flag in every(held, "adec:decorative"))
            if not sheet.hidden and get(held, ":hidden") not in _YES and kind != "shape":
                self.found.fact("pictures", at=at, kind=kind, alt=alt, decorative=decorative, floating=False)

    # What is on no sheet

    def _names(self, root: Any) -> None:
        """Names that hold a value instead of a place."""
        for one in [*every(root, "x:definedName")][:MANY]:
            value, called = (one.text or "").strip(), get(one, ":name")[:80]
            quoted = re.fullmatch(r'=?"(.*)"', value, re.DOTALL)
            if quoted or re.fullmatch(r"=?-?\d{6,20}", value):
                text = quoted[1].replace('""', '"') if quoted else value.lstrip("=")
                self.found.say(f"name {called}", text, where="unseen", label=words_of(called), before="\n\n")

    def _links(self) -> None:
        """Values of other workbooks, kept for when those cannot be had."""
        for number, part in enumerate(self.package.related(self.main, "externalLink")[:MANY], start=1):
            with self.found.part():
                root = self.package.tree(part)
                names = [get(one, ":val")[:80] for one in every(root, "x:sheetName")]
                for data in every(root, "x:sheetData"):
                    sheet = Sheet(
                        f"external link {number} {_at(names, get(data, ':sheetId')) or ''}".strip(), hidden="x"
                    )
                    grid = Grid(self.found, sheet)
                    for row in data:
                        at = _number(get(row, ":r"))
                        for cell in row:
                            column, held = column_of(get(cell, ":r")), child(cell, "x:v")
                            if held is not None and 0 <= column < COLUMNS and get(cell, ":t") not in ("b", "e"):
                                text = held.text or ""
                                text = _unescaped(text) if get(cell, ":t") == "str" else shown(text, "")
                                grid.cell(at, column, text, hidden=True)
                        grid.next()
                    grid.end()

    def _caches(self) -> None:
        """What a pivot table was made of: all of its records, whatever the table shows."""
        for number, part in enumerate(self.package.related(self.main, "pivotCacheDefinition")[:MANY], start=1):
            with self.found.part():
                names: list[str] = []
                shared: list[list[str]] = []
                for one in self.package.stream(part, "cacheField"):
                    names.append(words_of(get(one, ":name")))
                    items = child(one, "x:sharedItems")
                    shared.append([_item(item) for item in items] if items is not None else [])
                for records in self.package.related(part, "pivotCacheRecords")[:1]:
                    self._records(f"pivot cache {number}", records, names, shared)

    def _records(self, called: str, part: str, names: list[str], shared: list[list[str]]) -> None:
        for number, record in enumerate(self.package.stream(part, "r"), start=1):
            before = "\n\n" if number == 1 else "\n"
            for column, one in enumerate(record):
                known: Sequence[str] = shared[column] if column < len(shared) else ()
                text = _at(known, get(one, ":v")) if name(one) == "x:x" else _item(one)
                label = names[column] if column < len(names) else ""
                at = f"{called} {place_of(column, number)}"
                if text and self.found.say(at, str(text), where="unseen", label=label, before=before):
                    before = " | "

    def _revisions(self) -> None:
        """Of a workbook that several people wrote in at once: what cells held before."""
        for header in self.package.related(self.main, "revisionHeaders"):
            for part in self.package.related(header, "revisionLog")[:MANY]:
                root = self.package.tree(part)
                for one in every(root, "x:oc"):
                    at = f"earlier {get(one, ':r')[:30]}"
                    held = child(one, "x:is")
                    value = child(one, "x:v")
                    text = _text(held) if held is not None else (value.text or "" if value is not None else "")
                    self.found.say(at, text, where="revision")

    def _connections(self) -> None:
        for part in self.package.related(self.main, "connections"):
            for one in every(self.package.tree(part), "x:dbPr", "x:webPr"):
                text = " ".join(filter(None, (get(one, ":connection"), get(one, ":command"), get(one, ":url"))))
                self.found.say("connection", text[:2000], where="unseen")


def _text(one: Any) -> str:
    """Of a string that may be written in runs; how it is said aloud is left out."""
    texts = [t.text or "" for t in one.iter("{*}t") if name(t.getparent()) != "x:rPh"]
    return _unescaped("".join(texts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _item(one: Any) -> str:
    return get(one, ":v") if name(one) in ("x:s", "x:n", "x:d") else ""


def _at(held: Sequence[Any], number: str) -> Any:
    """An entry by a number that may be none, or too large; None then."""
    return held[int(number)] if number.isdecimal() and len(number) < 9 and int(number) < len(held) else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _colour(one: Any) -> str:
    """As six digits, where that is sure; "" else."""
    if one is None:
        return ""
    held = attributes(one)
    if held.get(":tint", "0") not in ("0", "0.0"):
        return ""
    if held.get(":theme") == "0":
        return "FFFFFF"  # the ground of a sheet, in every theme that Office brings
    return held.get(":rgb", "")[-6:].upper()


def _ground(fill: Any) -> str:
    pattern = child(fill, "x:patternFill")
    if pattern is None or len(fill) == 0:
        return "other" if len(fill) else ""
    kind = get(pattern, ":patternType")
    if kind in ("", "none"):
        return ""
    return _colour(child(pattern, "x:fgColor")) or "other" if kind == "solid" else "other"


def _hidden_columns(columns: Any) -> set[int]:
    found: set[int] = set()
    for one in columns:
        if get(one, ":hidden") in _YES or get(one, ":width") == "0":
            first, last = _number(get(one, ":min")), _number(get(one, ":max"))
            found |= set(range(max(0, first - 1), min(last, COLUMNS)))
    return found


def _area(root: Any) -> Iterator[_Area]:
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})", get(root, ":ref"))
    if not found:
        return
    names = [_unescaped(get(one, ":name"))[:80] for one in every(root, "x:tableColumn")][:COLUMNS]
    header = get(root, ":headerRowCount") != "0"
    yield _Area(int(found[2]), column_of(found[1]), int(found[4]), column_of(found[3]), names, header)
