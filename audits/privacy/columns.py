"""What the columns of a list say of their numbers when nothing names them: three check digits in a row are no chance.

Random nine digits pass the check of a SIN in 7.9% of cases, ten that of a health card in 8.9%: a column of three or
more numbers that all pass holds such numbers in all but one list of a thousand. A column of dates that lie many years
apart, beside names and other personal information, holds dates of birth.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from itertools import accumulate
from typing import NamedTuple

import regex  # type: ignore[import-untyped]
from presidio_analyzer import RecognizerResult

#: Rows from which a column says something, and rows that are looked at.
FEWEST, MOST = 3, 400
#: Score of what its column alone gives away.
SCORE = 0.5
#: Years between the first and the last date of a column of births: what happens to people in a list, from meetings to
#: vaccinations, lies closer together.
YEARS = 20
#: Or the last of them, beside a telephone number and the like: a list of old people.
OLD = 2000
#: So many dates in order are a history, not people; where they are not far apart, fewer are.
_HISTORY = 4
_MAX_LINE, _MAX_LIST = 400, 60_000
_MARKS = ("|", "\t", ";", ",", " - ", " / ", "  ")
_CHECKED = {"CA_SIN": 9, "CA_ON_HEALTH_CARD": 10}
_YEAR = regex.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_SHORT_YEAR = regex.compile(r"(?<!\d)(\d\d)$")
_LETTERS = regex.compile(r"[^\W\d_]")
_QUOTED = regex.compile(r'"(?:[^"\n]|"")*"|[,;]')
_EMPTY_LINE = regex.compile(r"\n\s*\n")
_APART = regex.compile(r"\S+(?: \S+)*")
_VERSION = regex.compile(r"[ /-]*[A-Za-z]{0,2}$")


def cuts_of(line: str, mark: str) -> list[int]:
    """Where a mark parts the cells of a line; commas and semicolons in quotation marks (RFC 4180) part nothing."""
    if mark not in line:
        return []
    if mark in ",;" and '"' in line:
        return [found.start() for found in _QUOTED.finditer(line) if found.group() == mark]
    cuts, at = [], line.find(mark)
    while at >= 0:
        cuts.append(at)
        at = line.find(mark, at + 1)
    return cuts


def cells_of(line: str, mark: str) -> list[str]:
    """The cells of a line."""
    ends = [*cuts_of(line, mark), len(line)]
    return [line[first:last] for first, last in zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True)]


class _Cell(NamedTuple):
    """A value that is all there is in its cell: the block of lines, how it is parted, which column."""

    block: int
    mark: str
    column: int


def weigh(text: str, results: Sequence[RecognizerResult], named: Set[int]) -> None:
    """Raise the scores of values whose column gives them away.

    ``named`` are the ids of results that have a header or a label of their own: they are left to it.
    """
    lists = _Lists(text)
    columns: dict[tuple[str, _Cell], list[RecognizerResult]] = defaultdict(list)
    for result in results:
        if id(result) not in named and (result.entity_type in _CHECKED or result.entity_type == "DATE_OF_BIRTH"):
            for cell in lists.cells(result.start, result.end):
                columns[result.entity_type, cell].append(result)
    others = sorted(one.start for one in results if one.score >= SCORE and one.entity_type != "DATE_OF_BIRTH")
    for (entity, cell), found in columns.items():
        if len(found) < FEWEST:
            continue
        if entity == "DATE_OF_BIRTH":
            given = cell.column > 0 and lists.are_births(found, others)
        else:
            given = lists.numbers(cell, _CHECKED[entity]) == len(found)
        if given:
            for result in found:
                result.score = max(result.score, SCORE)


class _Lists:
    """The lists of a text: blocks of lines between empty ones, parted into cells by each mark."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks = [0, *(found.end() for found in _EMPTY_LINE.finditer(text))]
        self._tables: dict[tuple[int, str], list[list[str]]] = {}

    def line(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the line of a value starts and ends; None for a line too long to be one of a list."""
        first = self._text.rfind("\n", max(0, start - _MAX_LINE), start) + 1
        last = self._text.find("\n", end, end + _MAX_LINE)
        if (first == 0 and start > _MAX_LINE) or (last < 0 and len(self._text) - end > _MAX_LINE):
            return None
        return first, last if last >= 0 else len(self._text)

    def cells(self, start: int, end: int) -> Iterator[_Cell]:
        """Every way in which a value is alone in a cell of its line."""
        where = self.line(start, end)
        if where is None:
            return
        line = self._text[where[0] : where[1]]
        block = self._blocks[bisect.bisect_right(self._blocks, start) - 1]
        for mark in _MARKS:
            if mark not in line:
                continue
            for column, (at, cell) in enumerate(_split(line, mark)):
                if at <= start - where[0] < at + len(cell):
                    if _VERSION.sub("", cell.strip(' "')) == _VERSION.sub("", self._text[start:end]):
                        yield _Cell(block, mark, column)
                    break

    def numbers(self, cell: _Cell, length: int) -> int:
        """How many cells of a column hold a number of so many digits, whether its check passes or not."""
        return sum(
            _is_number(row[cell.column].strip(), length)
            for row in self._table(cell.block, cell.mark)
            if cell.column < len(row)
        )

    def are_births(self, found: Sequence[RecognizerResult], others: Sequence[int]) -> bool:
        """Whether dates lie far apart or far back, in no order, each in a line with other personal information."""
        years = [year for result in found if (year := _year(self._text[result.start : result.end]))]
        if not years or len(years) < len(found):
            return False
        far = max(years) - min(years) >= YEARS
        told = years in (sorted(years), sorted(years, reverse=True)) and (not far or len(years) >= _HISTORY)
        if told or not (far or max(years) <= OLD):
            return False
        lines = [self.line(result.start, result.end) for result in found]
        return all(line and bisect.bisect_left(others, line[1]) > bisect.bisect_left(others, line[0]) for line in lines)

    def _table(self, block: int, mark: str) -> list[list[str]]:
        if (block, mark) not in self._tables:
            stop = self._text.find("\n\n", block, block + _MAX_LIST)
            lines = self._text[block : stop if stop >= 0 else block + _MAX_LIST].split("\n")[:MOST]
            self._tables[block, mark] = [
                [cell for _, cell in _split(line, mark)]
                for line in lines
                if len(line) <= 2 * _MAX_LINE and mark in line
            ]
        return self._tables[block, mark]


def _year(date: str) -> int:
    if found := _YEAR.search(date):
        return int(found.group())
    short = _SHORT_YEAR.search(date)
    return 1900 + int(short.group(1)) if short else 0


def _split(line: str, mark: str) -> list[tuple[int, str]]:
    """The cells of a line with their places; two spaces or more are one mark."""
    if mark == "  ":
        return [(found.start(), found.group()) for found in _APART.finditer(line)]
    cells = cells_of(line, mark) if len(mark) == 1 else line.split(mark)
    places = accumulate((len(cell) + len(mark) for cell in cells), initial=0)
    return list(zip(places, cells, strict=False))


def _is_number(cell: str, length: int) -> bool:
    return sum(map(str.isdigit, cell)) == length and not _LETTERS.search(_VERSION.sub("", cell))
