"""What the readers of spreadsheets share: cells with the names of their columns, and numbers as people see them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from crawler.documents import words_of
from crawler.documents._found import Found
from crawler.documents.table import header, letters

#: Rows that are looked at for the names of columns.
_LOOKED_AT = 12
#: Stretches of rows that are named by a table of their own.
_AREAS = 200
_DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 49: "@"}
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_WHOLE = re.compile(r"-?\d+(?:\.0+)?")


class Formats:
    """Number formats by their id."""

    def __init__(self) -> None:
        """Those that every workbook has; a file adds its own."""
        self._codes = dict(_BUILT_IN)
        self.since_1904 = False

    def add(self, number: int, code: str) -> None:
        """One of a file."""
        if len(self._codes) < 5_000:
            self._codes[number] = code[:300]

    def code(self, number: str) -> str:
        """Of an id; "" for what has none of its own."""
        known = int(number) if number.isdecimal() and len(number) < 7 else 0
        return self._codes.get(known) or ("yyyy-mm-dd" if known in _DAYS else "")


@dataclass(slots=True)
class Sheet:
    """A sheet, and what checks judge of it."""

    name: str
    hidden: str = ""  # how, where it is
    tables: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0
    hidden_cells: int = 0
    merged: list[str] = field(default_factory=list)
    cells: int = 0
    rows: int = 0
    columns: int = 0
    first: tuple[int, int] = (0, 0)
    header: int = 0  # row with the names of columns, as it seems

    def tell(self, found: Found) -> None:
        """As a fact."""
        found.fact(
            "sheets", name=self.name, hidden=bool(self.hidden) and self.hidden != "visible", tables=self.tables,
            hidden_rows=self.hidden_rows, hidden_columns=self.hidden_columns,
            hidden_cells=self.hidden_cells, merged=self.merged[:20],
            merges=len(self.merged), cells=self.cells, rows=self.rows, columns=self.columns,
            first=place_of(self.first[1], self.first[0]) if self.cells else "", header=self.header,
        )  # fmt: skip


class Grid:
    """Cells in the order of a sheet. Its first rows wait until it is known whether one of them names the columns."""

    def __init__(self, found: Found, sheet: Sheet) -> None:
        """Pieces go to ``found``."""
        self.found, self.sheet = found, sheet
        if sheet.hidden == "visible":
            sheet.hidden = ""
        self._waiting: list[list[tuple[int, int, str, bool]]] | None = []
        self._row: list[tuple[int, int, str, bool]] = []
        self._areas: list[tuple[int, int, int, int, Sequence[str]]] = []
        self._names: Sequence[str] = ()
        self._begun = False

    def names(self, top: int, left: int, bottom: int, right: int, names: Sequence[str]) -> None:
        """A table that was defined as one: its columns' names."""
        if len(self._areas) < _AREAS and names:
            self._areas.append((top, left, bottom, right, names))

    def cell(self, row: int, column: int, text: str, *, hidden: bool) -> None:
        """The next cell that holds anything; ``row`` from 1, ``column`` from 0."""
        self._row.append((row, column, text, hidden or bool(self.sheet.hidden)))

    def next(self) -> None:
        """The row is whole."""
        row, self._row = self._row, []
        if not row:
            return
        sheet = self.sheet
        if not sheet.cells:
            sheet.first = (row[0][0], row[0][1])
        sheet.first = (sheet.first[0], min(sheet.first[1], row[0][1]))
        sheet.cells += len(row)
        sheet.hidden_cells += sum(cell[3] for cell in row)
        sheet.rows += 1
        sheet.columns = max(sheet.columns, len(row))
        if self._waiting is None:
            self._say(row)
            return
        self._waiting.append(row)
        if len(self._waiting) >= _LOOKED_AT:
            self._begin()

    def end(self) -> None:
        """No more rows."""
        self.next()
        if self._waiting is not None:
            self._begin()

    def _begin(self) -> None:
        rows, self._waiting = self._waiting or [], None
        wide = max((cell[1] for row in rows for cell in row), default=-1) + 1
        lines = [[""] * wide for _ in rows]
        for line, row in zip(lines, rows, strict=True):
            for _, column, text, _ in row:
                line[column] = text if len(text) <= 80 else ""
        named = header(lines) if wide <= 1_000 else None
        for index, row in enumerate(rows, start=1):
            if named and index == named[0] + 1:
                self._names = named[1]
            if named and index == named[0] and len(rows) > index:
                self.sheet.header = row[0][0]
            self._say(row)

    def _say(self, row: Sequence[tuple[int, int, str, bool]]) -> None:
        before = "\n" if self._begun else "\n\n"
        for number, column, text, hidden in row:
            label = self._names[column] if column < len(self._names) else ""
            for top, left, bottom, right, names in self._areas:
                if top <= number <= bottom and left <= column <= right:
                    label = words_of(names[column - left]) if number > top and column - left < len(names) else ""
            at = f"{self.sheet.name}!{place_of(column, number)}"
            where = "unseen" if hidden else "data"
            if self.found.say(at, text.strip(), where=where, label=label, before=before):
                before = " | "
                self._begun = True


def place_of(column: int, row: int) -> str:
    """0, 4 is "A4"."""
    return f"{letters(column)}{row}"


def column_of(place: str) -> int:
    """ "B4" or "B" is 1; -1 for what is no place."""
    found = re.match(r"\$?([A-Z]{1,3})(?![A-Z])", place)
    if not found:
        return -1
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return column - 1


def shown(value: str, code: str, *, since_1904: bool = False) -> str:
    """A number as people see it, where that is simple; else its digits."""
    value = value.strip()
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return value
    if number != number or abs(number) > 1e300:
        return ""
    if code and _is_date(code):
        return _date(number, since_1904)
    whole = str(round(number)) if number == int(number) and abs(number) < 1e15 else ""
    if whole and (pattern := _digits(code, number)):
        return _filled(pattern, whole)
    if whole or ("e" not in value.lower() and (abs(number) < 1e15 or value.isdecimal())):
        return whole or value
    return f"{number:.15g}"


@lru_cache(maxsize=1024)
def _is_date(code: str) -> bool:
    first = _QUOTED.sub("", code).partition(";")[0].lower()
    return bool(re.search(r"[ymdhs]", first)) and not re.search(r"[0#?]", first.replace("ss.0", "").replace(".00", ""))


def _date(number: float, since_1904: bool) -> str:
    """The day of a serial number. Excel's calendar has a 29 February 1900."""
    if not 0 <= number < 2_958_466:
        return f"{number:.15g}"
    days = number + 1462 if since_1904 else number
    if days < 1:
        return (datetime(1900, 1, 1) + timedelta(days=days)).strftime("%H:%M")
    day = datetime(1899, 12, 31 if days < 60 else 30) + timedelta(days=int(days))
    seconds = round((days - int(days)) * 86_400)
    if not seconds:
        return day.date().isoformat()
    return (day + timedelta(seconds=seconds)).isoformat(sep=" ", timespec="minutes")


def _digits(code: str, number: float) -> str:
    """The pattern of a code such as 000-000-000, with nothing but places and signs between them; "" for another."""
    if not code:
        return ""
    sections = code.split(";")
    chosen = sections[0]
    limit = re.match(r"\[(<=?|>=?)(\d{1,15})\]", chosen)
    if limit:
        bound = int(limit[2])
        fits = {"<": number < bound, "<=": number <= bound, ">": number > bound, ">=": number >= bound}[limit[1]]
        chosen = chosen[limit.end() :] if fits else (sections[1] if len(sections) > 1 else "")
    pattern = _QUOTED.sub(_literal, chosen)
    bare = re.sub(r"\x01[^\x02]*\x02", "", pattern)
    places = bare.count("0") + bare.count("#")
    if places < 4 or number < 0 or re.search(r"[^0#() +/-]", bare) or not re.search(r"[^0#]", pattern):
        return pattern if places >= 4 and number >= 0 and re.fullmatch(r"0+", bare) else ""
    return pattern


def _literal(found: re.Match[str]) -> str:
    text = found[0]
    if text[0] == '"':
        return f"\x01{text[1:-1]}\x02"
    return f"\x01{text[1]}\x02" if text[0] == "\\" else " " if text[0] == "_" else ""


def _filled(pattern: str, digits: str) -> str:
    """Digits put into the places of a pattern, from its end."""
    parts: list[str] = re.findall(r"\x01[^\x02]*\x02|.", pattern)
    left = list(digits)
    out: list[str] = []
    first = next((index for index, part in enumerate(parts) if part in "0#"), 0)
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if part in ("0", "#"):
            if left:
                out.append(left.pop())
            elif part == "0":
                out.append("0")
            if index == first:
                out += list(reversed(left))
                left = []
        else:
            out.append(part.strip("\x01\x02")[::-1])
    return "".join(out)[::-1].strip()
