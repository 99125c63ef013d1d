"""What the columns of a list say of their numbers when nothing names them: three check digits in a row are no chance.

Random nine digits pass the check of a SIN in 7.9% of cases, ten that of a health card in 8.9%: a column of three or
more numbers that all pass holds such numbers in all but one list of a thousand. A column of dates that lie many years
apart, beside names and other personal information, holds dates of birth.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from itertools import accumulate
from collections.abc import Iterator, Sequence
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
_MAX_LINE = 400
_MARKS = ("|", "\t", ";", ",", " - ", "  ")
_CHECKED = {"CA_SIN": 9, "CA_ON_HEALTH_CARD": 10}
_YEAR = regex.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_SHORT_YEAR = regex.compile(r"(?<!\d)(\d\d)$")
_LETTERS = regex.compile(r"[^\W\d_]")
_QUOTED = regex.compile(r'"(?:[^"\n]|"")*"|[,;]')
_APART = regex.compile(r"\S+(?: \S+)*")
_VERSION = regex.compile(r"[ /-]*[A-Za-z]{0,2}$")


def cuts_of(line: str, mark: str) -> list[int]:
    """Where a mark parts the cells of a line; commas and semicolons in quotation marks (RFC 4180) part nothing."""
    if mark not in line:
        return []
    if mark in ",;" and '"' in line:
        return [found.start() for found in _QUOTED.finditer(line) if found.group() == mark]
    return [index for index, char in enumerate(line) if char == mark]


def cells_of(line: str, mark: str) -> list[str]:
    """The cells of a line."""
    ends = [*cuts_of(line, mark), len(line)]
    return [line[first:last] for first, last in zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True)]


class _Cell(NamedTuple):
    """A value that is all there is in its cell: the block of lines, how it is parted, which column."""

    block: int
    mark: str
    column: int


def weigh(text: str, results: Sequence[RecognizerResult], named: frozenset[int] | set[int]) -> None:
    """Raise the scores of values whose column gives them away; ``named`` are results whose context has spoken already.

    A column with a header is left to its header.
    """
    blocks = [found.start() for found in regex.finditer(r"\n\s*\n", text)]
    columns: dict[tuple[str, _Cell], list[RecognizerResult]] = defaultdict(list)
    for result in results:
        if result.entity_type in _CHECKED or result.entity_type == "DATE_OF_BIRTH":
            for cell in _cells(text, blocks, result.start, result.end):
                columns[result.entity_type, cell].append(result)
    others = sorted(
        (result.start for result in results if result.score >= SCORE and result.entity_type != "DATE_OF_BIRTH")
    )
    for (entity, cell), found in columns.items():
        found = [result for result in found if id(result) not in named]
        if len(found) < FEWEST:
            continue
        rows = list(_rows(text, cell))
        if entity == "DATE_OF_BIRTH":
            given = cell.column > 0 and _are_births(text, found, others)
        else:
            given = sum(_is_number(row, _CHECKED[entity]) for row in rows) == len(found)
        if given:
            for result in found:
                result.score = max(result.score, SCORE)


def _are_births(text: str, found: Sequence[RecognizerResult], others: Sequence[int]) -> bool:
    years = [year for result in found if (year := _year(text[result.start : result.end]))]
    apart = bool(years) and (max(years) - min(years) >= YEARS or max(years) <= OLD)
    if len(years) < len(found) or not apart or years in (sorted(years), sorted(years)[::-1]):
        return False
    return all(_has_other(text, result, others) for result in found)


def _has_other(text: str, result: RecognizerResult, others: Sequence[int]) -> bool:
    first = text.rfind("\n", max(0, result.start - _MAX_LINE), result.start) + 1
    last = text.find("\n", result.end, result.end + _MAX_LINE)
    return any(first <= other < (last if last >= 0 else result.end + _MAX_LINE) for other in others)


def _year(date: str) -> int:
    if found := _YEAR.search(date):
        return int(found.group())
    short = _SHORT_YEAR.search(date)
    return 1900 + int(short.group(1)) if short else 0


def _cells(text: str, blocks: Sequence[int], start: int, end: int) -> Iterator[_Cell]:
    """Every way in which the value is alone in a cell of its line."""
    first = text.rfind("\n", max(0, start - _MAX_LINE), start) + 1
    last = text.find("\n", end, end + _MAX_LINE)
    line = text[first : last if last >= 0 else len(text)]
    if len(line) > 2 * _MAX_LINE:
        return
    at_block = bisect.bisect_right(blocks, start)
    block = blocks[at_block - 1] if at_block else 0
    for mark in _MARKS:
        if mark not in line:
            continue
        for column, (at, cell) in enumerate(_split(line, mark)):
            if at <= start - first < at + len(cell):
                if _VERSION.sub("", cell.strip(' "')) == _VERSION.sub("", line[start - first : end - first]):
                    yield _Cell(block, mark, column)
                break


def _split(line: str, mark: str) -> list[tuple[int, str]]:
    """The cells of a line with their places; two spaces or more are one mark."""
    if mark == "  ":
        return [(found.start(), found.group()) for found in _APART.finditer(line)]
    cells = cells_of(line, mark) if len(mark) == 1 else line.split(mark)
    places = accumulate((len(cell) + len(mark) for cell in cells), initial=0)
    return list(zip(places, cells, strict=False))


def _rows(text: str, cell: _Cell) -> Iterator[str]:
    end = text.find("\n\n", cell.block + 2, cell.block + 60_000)
    lines = text[cell.block : end if end >= 0 else cell.block + 60_000].strip("\n").split("\n")
    for line in lines[:MOST]:
        if len(line) <= 2 * _MAX_LINE and (cuts_of(line, cell.mark) if len(cell.mark) == 1 else cell.mark in line):
            cells = _split(line, cell.mark)
            if cell.column < len(cells):
                yield cells[cell.column][1].strip()


def _is_number(cell: str, length: int) -> bool:
    return sum(map(str.isdigit, cell)) == length and not _LETTERS.search(_VERSION.sub("", cell))
