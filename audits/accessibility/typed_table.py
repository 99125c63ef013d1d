"""A table is a table, and a drawing has words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: Lines and signs below which nothing is a drawing or a table.
FEWEST_LINES, FEWEST_SIGNS = 4, 30
#: A smaller drawing is known by slanted, upright and flat strokes.
_STROKES, FEWEST_STROKES = frozenset("/\\|_()<>^"), 12
#: Lines below which gaps are no columns, and the share of links or code from which they are something else.
FEWEST_ROWS, HALF = 3, 0.5
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_CODE = re.compile(
    r"[{};]\s*$|^\s*(?:[$#>%]|//|<!?/?\w|\w+\()|=>|==|\b(?:def|class|import|function|return|var|let|const)\b"
)


class TypedTable(StructureCheck):
    """WCAG 1.3.1 and 1.1.1 (failures F33, F34, F48, F72): what white space and signs draw, in a <pre> or in text."""

    rule = Rule(
        id="check/typed-table",
        title="Columns or a drawing are made of typed characters",
        why="Screen readers read line by line: the columns of a table run into each other, and a drawing is a row "
        "of signs.",
        fix='Make it a <table> with header cells, or columns by a style sheet. Give a drawing role="img" and a name.',
        title_fr="Des colonnes ou un dessin sont faits de caractères",
        why_fr="Les lecteurs d’écran lisent ligne par ligne : les colonnes d’un tableau se mêlent, et un dessin "
        "n’est qu’une suite de signes.",
        fix_fr="Faites-en un <table> avec des cellules d’en-tête, ou des colonnes par une feuille de style. Donnez "
        'à un dessin role="img" et un nom.',
        impact=Impact.SERIOUS,
        criteria=("1.3.1", "1.3.2", "1.1.1"),
        references=("WCAG failure F33", "WCAG failure F34", "WCAG failure F48", "WCAG failure F72"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/info-and-relationships.html",
        before="<pre>Route   Leaves   Arrives\n4       8:05     8:40</pre>",
        after='<table><tr><th scope="col">Route</th><th '
        'scope="col">Leaves</th></tr>\n<tr><td>4</td><td>8:05</td></tr></table>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("typed",)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Preformatted text, and lines with wide gaps."""
        frames = snapshot.artifacts["structure"]["frames"]
        return super().applies_to(snapshot) or any(block["spaced"] for frame in frames for block in frame["blocks"])

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Code and what has a name are left alone."""
        for _, group in groupby(frame["blocks"], key=lambda block: (block["parent"], _is_spaced(block))):
            lines = [block for block in group if _is_spaced(block)]
            if sum(block["spaced"] for block in lines) >= FEWEST_ROWS:
                message = (
                    f"Runs of no-break spaces set out columns, from {self.quote(lines[0]['text'], 60)} on. Read it "
                    "line by line, as a screen reader does: does it make sense?"
                )
                yield self.found(frame, lines[0], message)
        for one in frame["typed"]:
            if one["coded"] or one["name"]:
                continue
            lines = [line.expandtabs(8).rstrip() for line in one["text"].splitlines()]
            if _draws(lines):
                message = "These signs seem to draw something. Does it inform, and do words nearby say what it shows?"
                yield self.found(frame, one, message)
            elif _columns(lines):
                first = next(line for line in lines if line.strip())
                message = (
                    f"White space sets out columns, from {self.quote(first, 60)} on. Read it line by line, as a screen "
                    "reader does: does it make sense?"
                )
                yield self.found(frame, one, message)


def _is_spaced(block: Fact) -> bool:
    return bool(block["spaced"] and block["shown"] and not block["muted"] and block["linked"] + block["coded"] < HALF)


def _draws(lines: list[str]) -> bool:
    """Mostly signs, in several lines."""
    signs = "".join("".join(lines).split())
    if sum(bool(line.strip()) for line in lines) < FEWEST_LINES:
        return False
    if len(signs) < FEWEST_SIGNS:
        strokes = [sign for sign in signs if sign in _STROKES]
        return len(strokes) >= max(FEWEST_STROKES, 0.8 * len(signs)) and len(set(strokes)) > FEWEST_LINES
    return sum(not sign.isalnum() for sign in signs) >= 0.6 * len(signs)


def _columns(lines: list[str]) -> bool:
    """Whether columns begin at the same places in most lines; two columns count where both hold prose."""
    full = [line for line in lines if line.strip()]
    if len(full) < FEWEST_LINES - 1 or sum(bool(_CODE.search(line)) for line in full) * 4 > len(full):
        return False
    starts: dict[int, int] = {}
    for line in full:
        for gap in _GAP.finditer(line):
            starts[gap.end()] = starts.get(gap.end(), 0) + 1
    shared = [at for at, times in starts.items() if times >= max(3, 0.6 * len(full))]
    if len(shared) > 1:
        return True
    # Titles of one word may stand above the first lines.
    prose = [
        line
        for line in full[1:]
        if shared and len(line[: shared[0]].split()) > 1 and len(line[shared[0] :].split()) > 1
    ]
    return len(prose) >= max(2, 0.5 * (len(full) - 1))
