"""What a wide window shows, a narrow one must offer too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import MOST, PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class GoneWhenNarrow(PlaceCheck):
    """WCAG 1.4.10: nothing may be lost at 320 CSS pixels. Whether there is another way to it, a person sees."""

    rule = Rule(
        id="check/gone-when-narrow",
        title="Content is gone in a narrow window",
        why="People with low vision who enlarge a page to 400% see it as on a small phone. What is hidden there does "
        "not exist for them.",
        fix="Let the content wrap below the rest, or fold it behind a button that says what it opens.",
        title_fr="Du contenu disparaît dans une fenêtre étroite",
        why_fr="Les personnes malvoyantes qui agrandissent une page à 400 % la voient comme sur un petit téléphone. Ce "
        "qui y est masqué n’existe pas pour elles.",
        fix_fr="Faites passer ce contenu sous le reste, ou repliez-le derrière un bouton qui dit ce qu’il ouvre.",
        impact=Impact.SERIOUS,
        criteria=("1.4.10",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/reflow.html",
        before="@media (max-width: 480px) { .dates { display: none } }",
        after="@media (max-width: 480px) { .dates { float: none; width: auto } }",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("layout",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A question for each part that loses something."""
        for place in snapshot.artifacts["layout"]["small"]["gone"][:MOST]:
            others = f" ({place['many']} such places here.)" if place["many"] > 1 else ""
            yield self.found(
                place,
                Verdict.REVIEW,
                f"{self.quoted(place['text'])} is seen in a wide window and hidden in one of 320 pixels, and nothing "
                f"seems to bring it out there.{others} Enlarge the page to 400%: can it be had in some other way?",
            )
