"""What a mouse brings out, a keyboard must bring out too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import MOST, PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class HoverOnly(PlaceCheck):
    """WCAG 2.1.1 and 1.4.13: style rules with :hover that reveal something. Tried with a mouse, then with focus."""

    rule = Rule(
        id="check/hover-only",
        title="Something shows only while a mouse is over it",
        why="People who use a keyboard, a switch or a touch screen have no mouse to hold over it: this menu or "
        "explanation does not exist for them.",
        fix="Show it on focus as well (:focus-within), and let a button open it.",
        title_fr="Un contenu ne s’affiche qu’au survol de la souris",
        why_fr="Les personnes qui utilisent un clavier, un contacteur ou un écran tactile n’ont pas de souris à placer "
        "dessus : ce menu ou cette explication n’existe pas pour elles.",
        fix_fr="Affichez-le aussi au focus (:focus-within), et laissez un bouton l’ouvrir.",
        impact=Impact.SERIOUS,
        criteria=("2.1.1", "1.4.13"),
        references=("WCAG technique SCR39", "WCAG technique G202"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/content-on-hover-or-focus.html",
        before="li:hover > ul { display: block }",
        after="li:hover > ul, li:focus-within > ul { display: block }",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("layout",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A question for each style rule, at the first element that it reveals."""
        places = [place for place in snapshot.artifacts["layout"]["hover"]["places"] if not place["scripted"]]
        for place in places[:MOST]:
            others = f" (and {place['many'] - 1} more like it)" if place["many"] > 1 else ""
            over = self.quoted(place["trigger"]) if place["trigger"] else "its place"
            yield self.found(
                place,
                Verdict.REVIEW,
                f"{self.quoted(place['text'])}{others} shows when a mouse is over {over}, and not when the "
                "keyboard comes "
                "there. See whether it can be had without a mouse.",
            )
