"""A cell says in words what its colour says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict


class ColourOnlyCell(StructureCheck):
    """WCAG 1.4.1: cells with nothing in them but different colours."""

    rule = Rule(
        id="check/colour-only-cell",
        title="Cells of a table differ by colour alone",
        why="A green cell and a red one are both empty to people who do not see the page, and alike to people who do "
        "not tell the two colours apart.",
        fix="Write the meaning into each cell: “Open”, “Closed”. The colour may stay.",
        title_fr="Des cases d’un tableau ne diffèrent que par la couleur",
        why_fr="Une case verte et une rouge sont vides toutes deux pour les personnes qui ne voient pas la page, et "
        "pareilles pour celles qui confondent ces couleurs.",
        fix_fr="Écrivez le sens dans chaque case : « Ouvert », « Fermé ». La couleur peut rester.",
        impact=Impact.SERIOUS,
        criteria=("1.4.1",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/use-of-color.html",
        before='<td style="background: green"></td>',
        after='<td style="background: green; color: white">Open</td>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("tables",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Tables of data: a column or row of headers, and empty cells of two colours or more."""
        for table in frame["tables"]:
            if not table["shown"] or table["role"] in ("presentation", "none") or table["nested"] or table["pictures"]:
                continue
            cells = [cell for row in table["cells"] for cell in row if not cell["header"]]
            spoken = {cell["paint"] for cell in cells if cell["text"]}
            mute = [
                cell["paint"] for cell in cells if not cell["text"] and cell["paint"] and cell["paint"] not in spoken
            ]
            if table["headers"] and len(set(mute)) > 1:
                message = (
                    f"{len(mute)} cells of the table are empty and have {len(set(mute))} different colours. Do the "
                    "colours say something? Is it written as well?"
                )
                yield self.found(frame, table, message)
