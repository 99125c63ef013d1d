"""A table of data marks which cells are its headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_NUMBER = re.compile(
    r"^[$€£+-]?\s?[\d\s,.]*\d(?:\s?(?:%|\$|€|km|m|cm|kg|h|hrs?|min|am|pm|a\.m\.|p\.m\.))?$", re.IGNORECASE
)
_TIME = re.compile(
    r"\d{1,2}\s?(?::|h)\s?\d{2}|^\d{4}-\d\d-\d\d$|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d"
    r"|\d (?:janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]")
#: A cell with more letters holds prose, and its table lays a page out.
PROSE = 160
FEWEST = 2
#: Letters of the longest title of a column, or of a value.
TITLE = 30


class TableWithoutHeaders(StructureCheck):
    """WCAG 1.3.1 (failure F91): only tables that look like data, and whose first row or column looks like headers."""

    rule = Rule(
        id="check/table-without-headers",
        title="Data table has no header cells",
        why="People who use a screen reader hear “12.50” without “Adults” and “Monday”: the columns and rows that "
        "everybody else sees have no names for them.",
        fix='Make the header cells <th>, with scope="col" or scope="row".',
        title_fr="Le tableau de données n’a pas de cellules d’en-tête",
        why_fr="Les personnes qui utilisent un lecteur d’écran entendent « 12,50 » sans « Adultes » ni « lundi » : les "
        "colonnes et les rangées que les autres voient n’ont pas de nom pour elles.",
        fix_fr='Faites des cellules d’en-tête des <th>, avec scope="col" ou scope="row".',
        impact=Impact.SERIOUS,
        criteria=("1.3.1",),
        help_url="https://www.w3.org/WAI/tutorials/tables/",
        before="<tr><td>Day</td><td>Opens</td></tr> <tr><td>Monday</td><td>9:00</td></tr>",
        after='<tr><th scope="col">Day</th><th scope="col">Opens</th></tr>'
        '\n<tr><th scope="row">Monday</th><td>9:00</td></tr>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("tables",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such table."""
        for table in frame["tables"]:
            if reason := _looks_like_data(table):
                start = self.quotes((cell["text"] for cell in table["cells"][0] if cell["text"]), 3)
                message = (
                    f"The table of {table['rows']} rows and {table['columns']} columns that begins with {start} "
                    f"has no header cells, though {reason}. Is it a table of data?"
                )
                yield self.found(frame, table, message)
        for above, table in pairwise(frame["tables"]):
            if _is_head_of(above, table):
                start = self.quotes((cell["text"] for cell in above["cells"][0] if cell["text"]), 3)
                message = (
                    f"The table of {table['rows']} rows and {table['columns']} columns has no header cells; a table of "
                    f"its own above it holds {start}. Go through it cell by cell with a screen reader: is the "
                    "column of each told?"
                )
                yield self.found(frame, table, message)


def _is_head_of(above: Fact, table: Fact) -> bool:
    """Whether one table is nothing but the titles of the columns of the next: as for a body that scrolls below them."""
    if above["rows"] != 1 or not above["shown"] or not table["shown"] or table["headers"] or _looks_like_data(table):
        return False
    if above["below"] != table["below"] or above["part"]["key"] != table["part"]["key"]:
        return False
    columns = above["columns"]
    titles = [cell for cell in above["cells"][0] if cell["header"] and cell["span"] == 1 and cell["text"]]
    even = all(len(row) == len(above["cells"][0]) for row in table["cells"])
    plain = all(one["role"] in ("", "table", "grid") for one in (above, table)) and not table["tied"]
    return bool(plain and even and columns == table["columns"] >= FEWEST and len(titles) >= max(FEWEST, columns - 1))


def _looks_like_data(table: Fact) -> str:
    """What makes it look like data with headers, in words; "" for a table that lays out a page, or has its headers."""
    columns, cells = table["columns"], table["cells"]
    # One header cell over all columns is the table's title.
    titled = len(cells) > FEWEST and len(cells[0]) == 1 and cells[0][0]["header"] and cells[0][0]["span"] >= columns
    if table["role"] not in ("", "table") or table["headers"] > titled or not table["shown"] or _lays_out(table):
        return ""
    if titled:
        cells = cells[1:]
    even: Sequence[Sequence[Fact]] = [row for row in cells if len(row) == columns]
    if len(even) < max(FEWEST, len(cells) * 0.6):
        return ""
    first, others = even[0], even[1:]
    if table["head"]:
        return "it marks its first row as a table head"
    if table["caption"]:
        return "it has a caption"
    if _stands_out(first, [cell for row in others for cell in row]):
        return "its first row looks like headers"
    left = [row[0] for row in even if row[0]["text"]]
    if len(left) > 1 and _stands_out(left, [cell for row in even for cell in row[1:]]):
        return "its first column looks like headers"
    if table["rows"] == FEWEST or (table["inside"] and not table["lined"]):
        return ""
    if _titles(first) and any(_measures([row[at] for row in others]) for at in range(columns)):
        return "words stand above figures in its columns"
    kinds = [_column_kind([row[at] for row in others]) for at in range(columns)]
    measured = any(kind in ("number", "time") for kind in kinds)
    if measured and _named(first, kinds):
        return "figures stand below words in its columns"
    if measured and table["lined"] and _column_kind([row[0] for row in even]) == "text":
        return "it sets figures out in columns"
    return ""


def _lays_out(table: Fact) -> bool:
    """Whether it holds what pages are made of: tables, fields, pictures, headings, prose, or nothing."""
    if table["rows"] < FEWEST or table["columns"] < FEWEST or table["nested"] or table["structure"]:
        return True
    if table["fields"] * 3 > table["total"] or table["pictures"] * 2 > table["total"]:
        return True
    full = [cell for row in table["cells"] for cell in row if cell["text"]]
    if len(full) < table["total"] * 0.6 or any(cell["size"] > PROSE * 3 for cell in full):
        return True
    return bool(sum(cell["size"] > PROSE for cell in full) * 4 > len(full))


def _stands_out(heads: Sequence[Fact], others: Sequence[Fact]) -> bool:
    """Bold or shaded where the rest is not, with words in every cell but perhaps the corner."""
    if sum(bool(_LETTERS.search(cell["text"])) for cell in heads) < max(2, len(heads) - 1):
        return False
    if any(cell["size"] > PROSE / 2 for cell in heads):
        return False
    filled = [cell for cell in heads if cell["text"]]
    bold = all(cell["bold"] for cell in filled) and sum(cell["bold"] for cell in others) * 4 <= len(others)
    paints = {cell["paint"] for cell in heads}
    shaded = len(paints) == 1 and not paints & {cell["paint"] for cell in others}
    return bold or shaded


def _kind(text: str) -> str:
    if not text:
        return ""
    if _NUMBER.match(text):
        return "number"
    return "time" if _TIME.search(text) and len(text) < 30 else "text"


def _column_kind(cells: Sequence[Fact]) -> str:
    kinds = {_kind(cell["text"]) for cell in cells} - {""}
    return kinds.pop() if len(kinds) == 1 else ""


def _titles(first: Sequence[Fact]) -> bool:
    """Whether a row holds short words, no two alike, and no figures: as a row of titles does."""
    texts = [cell["text"].casefold() for cell in first]
    titled = all(_LETTERS.search(text) and len(text) <= TITLE and not _DIGIT.search(text) for text in texts)
    return titled and len(set(texts)) == len(texts) and not any(text.endswith((".", ":", ";")) for text in texts)


def _measures(cells: Sequence[Fact]) -> bool:
    """Whether most of a column are amounts, days or hours, with words between them at most ("closed")."""
    said = [cell["text"] for cell in cells if cell["text"]]
    return (
        len(said) > 1
        and all(len(text) <= TITLE for text in said)
        and 2 * sum(bool(_DIGIT.search(text)) for text in said) >= len(said)
    )


def _named(first: Sequence[Fact], kinds: Sequence[str]) -> bool:
    """Whether words stand above every column of figures."""
    return all(
        _kind(cell["text"]) == "text" for cell, kind in zip(first, kinds, strict=True) if kind in ("number", "time")
    )
