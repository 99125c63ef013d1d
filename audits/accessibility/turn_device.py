"""A page works however a device is held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict


class TurnDevice(StructureCheck):
    """WCAG 1.3.4 (failure F100): words that ask people to turn it."""

    rule = Rule(
        id="check/turn-device",
        title="The page asks people to turn their device",
        why="Some people have their device mounted on a wheelchair or bed and cannot turn it.",
        fix="Let the page be used in both orientations, and take the request away.",
        title_fr="La page demande de tourner l’appareil",
        why_fr="L’appareil de certaines personnes est fixé à un fauteuil roulant ou à un lit; elles ne peuvent pas "
        "le tourner.",
        fix_fr="Faites que la page s’utilise dans les deux orientations, et retirez la demande.",
        impact=Impact.SERIOUS,
        criteria=("1.3.4",),
        references=("WCAG failure F100",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/orientation.html",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("turning",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such place."""
        for one in frame["turning"]:
            message = f"The page holds the words {self.quote(one['text'])}. Hold a phone upright: can the page be used?"
            yield self.found(frame, one, message)
