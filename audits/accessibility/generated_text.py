"""Text that people need stands in the page, not in its style sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more, plain, words
from audits.model import Finding, Impact, Rule, Verdict


class GeneratedText(StructureCheck):
    """WCAG 1.3.1: words in ::before or ::after that the page does not say otherwise."""

    rule = Rule(
        id="check/generated-text",
        title="Text is written by the style sheet",
        why="It is gone for people who use their own styles or a reading view, cannot be selected or searched, and is "
        "not translated.",
        fix="Write the text in the page, and leave only decoration to ::before and ::after.",
        title_fr="Un texte est écrit par la feuille de style",
        why_fr="Il disparaît pour les personnes qui utilisent leurs styles ou un mode lecture, ne peut être ni "
        "sélectionné ni cherché, et n’est pas traduit.",
        fix_fr="Écrivez le texte dans la page, et ne laissez que le décor à ::before et ::after.",
        impact=Impact.MODERATE,
        criteria=("1.3.1",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/info-and-relationships",
        before='.closed::after { content: "Closed on holidays"; }',
        after="<p>Closed on holidays</p>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("generated",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """By what they say; what the element says itself is not lost."""
        lost = [text for text in frame["generated"] if not set(words(text["text"])) <= set(words(text["own"]))]
        for group in by(lost, lambda text: plain(text["text"])):
            message = (
                f"The style sheet writes {self.quote(group[0]['text'])}.{more(group)} "
                "Does the page say the same in its own text? If people need it, put it there."
            )
            yield self.found(frame, group[0], message)
