"""Where a field begins and ends can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, more
from audits.model import Finding, Impact, Rule, Verdict

#: WCAG 1.4.11 asks for 3; from here on an edge is seen by most, and the question is left to a person who looks anyway.
LEAST, FAINT = 3, 2.0


class FaintFieldEdge(StructureCheck):
    """WCAG 1.4.11: neither the line nor the ground of a text field stands out, on plain colours only."""

    rule = Rule(
        id="check/faint-field-edge",
        title="Edge of a field can hardly be seen",
        why="People with low vision do not see that there is something to fill in, or where to point.",
        fix="Draw the edge in a colour with a contrast of 3 to 1 or more with what is around it.",
        title_fr="Le bord d’un champ se voit à peine",
        why_fr="Les personnes malvoyantes ne voient pas qu’il y a quelque chose à remplir, ni où pointer.",
        fix_fr="Tracez le bord dans une couleur dont le contraste avec ce qui l’entoure est d’au moins 3 pour 1.",
        impact=Impact.MODERATE,
        criteria=("1.4.11",),
        references=("WCAG technique G195",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/non-text-contrast.html",
        before="input { border: 1px solid #e6e6e6 }",
        after="input { border: 1px solid #767676 }",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each page: a style sheet gives all its fields one edge."""
        faint = [one for one in frame["fields"] if one["shown"] and not one["off"] and 0 < one["edge"] < FAINT]
        if faint:
            message = (
                f"The edge of {self.quote(faint[0]['name'] or faint[0]['placeholder'] or faint[0]['near'], 40)} has a "
                f"contrast of {faint[0]['edge']:.1f} to 1; it takes {LEAST}.{more(faint, 'field')} Is it seen in "
                "another way where the field is?"
            )
            yield self.found(frame, faint[0], message)
