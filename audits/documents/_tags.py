"""The tags of a PDF, judged: their kinds, how they are nested, their alternatives and languages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from audits.documents._findings import Judged, times
from audits.documents._table import Element, Grid, laid_out

#: Elements that only hold others: what is in them counts as if they were not there.
_TRANSPARENT = frozenset({"NonStruct", "Div", "Part"})
#: Rule -> what an element of a kind must stand in.
_WITHIN = {
    "TR": ("7.2-4", ("Table", "THead", "TBody", "TFoot")),
    "THead": ("7.2-5", ("Table",)),
    "TBody": ("7.2-6", ("Table",)),
    "TFoot": ("7.2-7", ("Table",)),
    "TH": ("7.2-8", ("TR",)),
    "TD": ("7.2-9", ("TR",)),
    "LI": ("7.2-17", ("L",)),
    "LBody": ("7.2-18", ("LI",)),
    "TOCI": ("7.2-26", ("TOC",)),
}
#: Rule -> what may stand in it.
_HOLDS = {
    "Table": ("7.2-3", ("TR", "THead", "TBody", "TFoot", "Caption")),
    "TR": ("7.2-10", ("TH", "TD")),
    "L": ("7.2-19", ("L", "LI", "Caption")),
    "LI": ("7.2-20", ("Lbl", "LBody")),
    "TOC": ("7.2-27", ("TOC", "TOCI", "Caption")),
    "THead": ("7.2-36", ("TR",)),
    "TBody": ("7.2-37", ("TR",)),
    "TFoot": ("7.2-38", ("TR",)),
}
#: A caption in a wrong place breaks two rules: one of captions, and the older one of what may stand where.
_CAPTION_FIRST = {"TOC": "7.2-28", "L": "7.2-40"}
_TABLE = ("7.2-11", "7.2-12", "7.2-13", "7.2-14", "7.2-16", "7.2-39")
_GRID = ("7.2-15", "7.2-41", "7.2-42", "7.2-43", "7.5-1", "7.5-2")
_SPOKEN = {"actual": ("7.2-21", "replacement text"), "alt": ("7.2-22", "alternative text"),
           "expanded": ("7.2-23", "expansion of an abbreviation")}  # fmt: skip
_DESCRIBED = {"Figure": "7.3-1", "Formula": "7.7-1"}


class Tags:
    """The elements of one document, each with its place for people: "p3 Figure 2"."""

    def __init__(self, elements: Sequence[Element], judged: Judged, *, lang: bool) -> None:
        self._elements = elements
        self._judged = judged
        self._lang = lang
        self._kids: defaultdict[int, list[int]] = defaultdict(list)
        self._places: list[str] = []
        self._spoken: list[bool] = []
        counted: Counter[tuple[int, str]] = Counter()
        for at, one in enumerate(elements):
            parent = one["parent"]
            self._kids[parent].append(at)
            self._spoken.append("lang" in one or (parent >= 0 and self._spoken[parent]))
            kind = one["is"] or "tag"
            counted[one["page"], kind] += 1
            place = f"{kind} {counted[one['page'], kind]}"
            self._places.append(f"p{one['page']} {place}" if one["page"] else place)

    def judge(self) -> None:
        """Every element by the rules of its kind, then those that see all of them."""
        for at, one in enumerate(self._elements):
            self._judge_role(at, one)
            self._judge_languages(at, one)
            self._judge_nesting(at, one)
            if one["is"] in _DESCRIBED:
                self._judge_alternative(at, one)
            if one["is"] == "Table":
                self._judge_table(at)
            if one["is"] == "Form":
                self._judge_form(at, one)
        self._judge_headings()
        self._judge_notes()

    def _said(self, rule: str, at: int, message: str) -> None:
        self._judged.found(rule, self._places[at], message)

    def _judge_role(self, at: int, one: Element) -> None:
        self._judged.look("7.1-5", "7.1-6", "7.1-7", "7.1-12")
        name = self._judged.quoted(one["type"])
        match one.get("role"):
            case "unmapped":
                self._said("7.1-5", at, f"The tag {name} is mapped to no standard tag.")
            case "circular":
                self._said("7.1-6", at, f"The tag {name} is mapped in a circle.")
            case "remapped":
                self._said("7.1-7", at, f"The tag {name} rests on a standard tag that is mapped to another.")
        if one.get("orphan"):
            self._said("7.1-12", at, "This tag does not name the tag that holds it.")

    def _judge_languages(self, at: int, one: Element) -> None:
        for held, (rule, called) in _SPOKEN.items():
            if held not in one:
                continue
            self._judged.look(rule)
            if not (self._lang or self._spoken[at]):
                self._said(rule, at, f"Nothing says in which language the {called} of this tag is.")

    def _judge_nesting(self, at: int, one: Element) -> None:
        kind = one["is"]
        inside = self._inside(at)
        self._judged.look("7.4.4-1")
        if (heads := inside.count("H")) > 1:
            self._said("7.4.4-1", at, f"This tag holds {heads} headings H.")
        if kind in _WITHIN:
            rule, allowed = _WITHIN[kind]
            self._judged.look(rule)
            if (holder := self._holder(at)) not in allowed:
                self._said(rule, at, f"{kind} stands in {holder or 'no tag'}, not in {_or(allowed)}.")
        if kind in _HOLDS:
            rule, allowed = _HOLDS[kind]
            self._judged.look(rule)
            if others := sorted({name for name in inside if name and name not in allowed}):
                self._said(rule, at, f"{kind} holds {', '.join(others)}; only {_or(allowed)} may stand in it.")
        if kind in _CAPTION_FIRST:
            self._judged.look(_CAPTION_FIRST[kind])
            if "Caption" in [name for name in inside if name][1:]:
                for rule in (_CAPTION_FIRST[kind], _HOLDS[kind][0]):
                    self._said(rule, at, f"{kind} holds a Caption that is not the first in it.")

    def _holder(self, at: int) -> str:
        at = self._elements[at]["parent"]
        while at >= 0 and self._elements[at]["is"] in _TRANSPARENT:
            at = self._elements[at]["parent"]
        return str(self._elements[at]["is"] or "an unknown tag") if at >= 0 else ""

    def _significant(self, at: int) -> list[int]:
        """What an element holds; instead of what only holds others, those others."""
        found: list[int] = []
        waiting = self._kids[at][::-1]
        while waiting:
            kid = waiting.pop()
            if self._elements[kid]["is"] in _TRANSPARENT:
                waiting.extend(self._kids[kid][::-1])
            else:
                found.append(kid)
        return found

    def _inside(self, at: int) -> list[str]:
        """The kinds of what an element holds, as ``_significant`` counts it; "" where it is none."""
        if not self._kids.get(at):
            return []
        return [str(self._elements[kid]["is"]) for kid in self._significant(at)]

    def _judge_alternative(self, at: int, one: Element) -> None:
        rule = _DESCRIBED[one["is"]]
        self._judged.look(rule)
        if not one.get("alt") and "actual" not in one:
            self._said(rule, at, f"{one['is']} has no alternative text.")

    def _judge_table(self, at: int) -> None:
        self._judged.look(*_TABLE, *_GRID)
        kinds = [name for name in self._inside(at) if name]
        if kinds.count("THead") > 1:
            self._said("7.2-11", at, f"The table has {kinds.count('THead')} THead.")
        if kinds.count("TFoot") > 1:
            self._said("7.2-12", at, f"The table has {kinds.count('TFoot')} TFoot.")
        if "TFoot" in kinds and "TBody" not in kinds:
            self._said("7.2-13", at, "The table has a TFoot and no TBody.")
        if "THead" in kinds and "TBody" not in kinds:
            self._said("7.2-14", at, "The table has a THead and no TBody.")
        misplaced, captions = "Caption" in kinds[1:-1], kinds.count("Caption")
        if misplaced:
            self._said("7.2-16", at, "A Caption stands in the middle of the table.")
        if captions > 1:
            self._said("7.2-39", at, f"The table has {captions} captions.")
        if misplaced or captions > 1:
            self._said("7.2-3", at, "A Caption stands where none may stand.")
        self._judge_grid(at, self._grid(at))

    def _grid(self, table: int) -> Grid:
        rows: list[int] = []
        for at in self._significant(table):
            if self._elements[at]["is"] == "TR":
                rows.append(at)
            elif self._elements[at]["is"] in ("THead", "TBody", "TFoot"):
                rows += [kid for kid in self._significant(at) if self._elements[kid]["is"] == "TR"]
        inside = [[self._elements[kid] for kid in self._significant(row)] for row in rows]
        return laid_out([[one for one in row if one["is"] in ("TH", "TD")] for row in inside])

    def _judge_grid(self, at: int, grid: Grid) -> None:
        if grid.too_large:
            self._judged.unsure(_GRID, "a table is too large to be laid out")
        if grid.overlaps:
            self._said("7.2-15", at, "Two cells of the table take the same place.")
        if grid.high_column is not None:
            self._said("7.2-41", at, f"Column {grid.high_column + 1} is higher than column 1.")
        if grid.wide_row is not None:
            self._said("7.2-42", at, f"Row {grid.wide_row + 1} is wider than row 1.")
        if grid.narrow_row:
            row, width, all_of_it = grid.narrow_row
            self._said("7.2-43", at, f"Row {row + 1} has {times(width, 'column')}, row 1 has {all_of_it}.")
        if grid.headless:
            self._said("7.5-1", at, f"{times(grid.headless, 'data cell')} of the table are tied to no header.")
        if grid.misled:
            self._said("7.5-2", at, f"{times(grid.misled, 'data cell')} of the table name headers that do not exist.")

    def _judge_form(self, at: int, one: Element) -> None:
        self._judged.look("7.18.4-2")
        if not one.get("named") and (one.get("kids"), one.get("widgets")) != (1, 1):
            what = f"{times(one.get('kids', 0), 'thing')}, {one.get('widgets', 0)} of them a form field"
            self._said("7.18.4-2", at, f"Form holds {what}; without a role it must hold one field and nothing else.")

    def _judge_headings(self) -> None:
        kinds = {one["is"] for one in self._elements}
        numbered = bool(kinds & {f"H{level}" for level in range(1, 7)})
        last = 0
        for at, one in enumerate(self._elements):
            kind = one["is"]
            if kind == "H":
                self._judged.look("7.4.4-2")
                if numbered:
                    self._said("7.4.4-2", at, "The document has headings H and headings with a number.")
            elif len(kind) == 2 and kind[0] == "H" and kind[1].isdigit():
                self._judged.look("7.4.2-1", "7.4.4-3")
                level = int(kind[1])
                if level > last + 1:
                    before = f"follows H{last}" if last else "is the first heading"
                    self._said("7.4.2-1", at, f"{kind} {before}; H{last + 1} is skipped.")
                last = level
                if "H" in kinds:
                    self._said("7.4.4-3", at, "The document has headings with a number and headings H.")

    def _judge_notes(self) -> None:
        seen: set[int] = set()
        for at, one in enumerate(self._elements):
            if one["is"] != "Note":
                continue
            self._judged.look("7.9-1", "7.9-2")
            if not one.get("id"):
                self._said("7.9-1", at, "Note has no ID.")
            elif one["id"] in seen:
                self._said("7.9-2", at, "Another note has the same ID.")
            else:
                seen.add(one["id"])

    def languages(self) -> list[tuple[str, str]]:
        """Every language that an element says, with its place."""
        return [(one["lang"], self._places[at]) for at, one in enumerate(self._elements) if "lang" in one]


def _or(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
