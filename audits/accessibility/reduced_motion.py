"""Who asks for less motion should get less."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: Square pixels below which movement makes nobody dizzy.
LARGE = 10_000


class ReducedMotion(PlaceCheck):
    """Animations that run on with prefers-reduced-motion. WCAG 2.3.3 is level AAA: a good practice."""

    rule = Rule(
        id="check/reduced-motion",
        title="Page moves for people who asked for less motion",
        why="Large movement makes some people dizzy or sick. They tell their phone or computer so, and this page "
        "does not "
        "listen.",
        fix="End the animation in @media (prefers-reduced-motion: reduce).",
        title_fr="La page bouge pour les personnes qui ont demandé moins de mouvement",
        why_fr="De grands mouvements donnent le vertige ou la nausée à certaines personnes. Elles le disent à "
        "leur téléphone "
        "ou à leur ordinateur, et cette page ne les écoute pas.",
        fix_fr="Arrêtez l’animation dans @media (prefers-reduced-motion: reduce).",
        impact=Impact.MODERATE,
        references=("WCAG technique C39",),
        best_practice=True,
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/css/C39",
        before=".hero { animation: drift 20s infinite }",
        after="@media (prefers-reduced-motion: reduce) { .hero { animation: none } }",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("motion",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One question for a page, at the largest thing that moves."""
        places = [
            place
            for place in snapshot.artifacts["motion"]["places"]
            if place["stays"] and not place["waiting"] and place["area"] >= LARGE
        ]
        if not places:
            return
        largest = max(places, key=lambda place: place["area"])
        others = f" {len(places)} animations do." if len(places) > 1 else ""
        yield self.found(
            largest,
            Verdict.REVIEW,
            f"This moves on when the browser asks for less motion.{others} Turn on “reduce motion” in your system, and "
            "see whether the page needs it.",
        )
