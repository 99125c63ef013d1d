"""What people must see of controls and drawings stands out from what is around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

#: Shades of one kind of sign in one part that are told apart.
SHADES = 3
_WHAT = {
    "choice": "The box or switch for {name} has an edge of {contrast} to 1 against what is around it",
    "select": "The list {name} has an edge of {contrast} to 1 against what is around it",
    "sign": "The sign of {name} has a contrast of {contrast} to 1, and no words beside it",
    "stars": "Signs in a row (stars, dots) have a contrast of {contrast} to 1",
    "drawing": "{parts} parts of the drawing {name} have less than 3 to 1 against what they lie on",
}


class FaintGraphic(StructureCheck):
    """WCAG 1.4.11: boxes to tick that the page draws itself, switches, lists, signs without words, parts of charts."""

    rule = Rule(
        id="check/faint-graphic",
        title="Control or drawing hardly stands out",
        why="People who see little do not find a box, a switch or a sign that is nearly as light as the page, nor the "
        "bars of a chart.",
        fix="Give its edge, sign or part at least 3 to 1 against the colour beside it, or put words there.",
        title_fr="Une commande ou un dessin ressort à peine",
        why_fr="Les personnes qui voient peu ne trouvent pas une case, un interrupteur ou un signe presque aussi "
        "clair que la page, ni les barres d’un graphique.",
        fix_fr="Donnez au bord, au signe ou à la partie au moins 3 pour 1 avec la couleur voisine, ou mettez-y des "
        "mots.",
        impact=Impact.MODERATE,
        criteria=("1.4.11",),
        references=("WCAG technique G195", "WCAG technique G207", "WCAG technique G209"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/non-text-contrast.html",
        before=".box { border: 1px solid #d9d9d9 }",
        after=".box { border: 2px solid #595959 }",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("looks",)
    about: ClassVar[tuple[str, ...]] = ("faint",)
    artifact: ClassVar[str] = "looks"

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Places of one kind, contrast and part together: they come of one line of a style sheet."""
        groups = []
        for alike in by(frame["faint"], lambda place: (place["kind"], place["part"]["key"])):
            shades = by(alike, lambda place: place["contrast"])
            # So many shades are those of one widget.
            groups += [alike] if len(shades) > SHADES else shades
        for group in groups:
            first = min(group, key=lambda place: place["contrast"])
            name = self.quote(first["name"]) if first["name"] else "this"
            what = _WHAT[first["kind"]].format(name=name, contrast=f"{first['contrast']:g}", parts=first.get("parts"))
            message = f"{what}.{more(group)} Look at it: is it found without that edge or colour?"
            yield self.found(frame, first, message)
