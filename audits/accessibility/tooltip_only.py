"""What people need to know is not in a tooltip alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, more
from audits.model import Finding, Impact, Rule, Verdict


class TooltipOnly(StructureCheck):
    """WCAG 2.1.1: a title attribute shows under a mouse; no key, no finger and few screen readers get at it."""

    rule = Rule(
        id="check/tooltip-only",
        title="Text can be had with a mouse only",
        why="A tooltip shows under a resting mouse. People who use the keyboard, a phone or a magnifier never see it.",
        fix="Write it beside the word, or behind a button that shows it.",
        title_fr="Un texte ne s’obtient qu’à la souris",
        why_fr="Une infobulle paraît sous la souris immobile. Les personnes qui utilisent le clavier, un téléphone ou "
        "une loupe ne la voient jamais.",
        fix_fr="Écrivez-le à côté du mot, ou derrière un bouton qui le montre.",
        impact=Impact.MODERATE,
        criteria=("2.1.1",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/keyboard.html",
        before='<span title="Only for residents, with proof of address">Conditions</span> apply.',
        after="Conditions apply: only for residents, with proof of address.",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("tips",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding, at the first."""
        if tips := frame["tips"]:
            message = (
                f"{self.quote(tips[0]['text'], 40)} has a tooltip that says {self.quote(tips[0]['title'])}, and the "
                f"page says it nowhere else.{more(tips)} Do people need it?"
            )
            yield self.found(frame, tips[0], message)
