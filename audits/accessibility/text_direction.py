"""Arabic, Persian and Hebrew are set from right to left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

_SET = {"ltr": "from left to right, and its letters run", "rtl": "from right to left, and its letters run"}


class TextDirection(StructureCheck):
    """WCAG 1.3.2: the direction that a box has against that of the script it is written in."""

    rule = Rule(
        id="check/text-direction",
        title="Text is set in the wrong direction",
        why="Full stops, brackets, numbers and lists end up on the wrong side, and sentences with words of another "
        "script fall apart: people who read the language have to put them together again.",
        fix='Write dir="rtl" beside lang="ar" (or fa, ur, he), and dir="ltr" where English or French stands in it.',
        title_fr="Un texte est disposé dans le mauvais sens",
        why_fr="Points, parenthèses, nombres et listes se retrouvent du mauvais côté, et les phrases qui mêlent deux "
        "écritures se défont : qui lit cette langue doit les recomposer.",
        fix_fr='Ajoutez dir="rtl" à côté de lang="ar" (ou fa, ur, he), et dir="ltr" pour l’anglais ou le français '
        "qui s’y trouve.",
        impact=Impact.MODERATE,
        criteria=("1.3.2",),
        references=("WCAG technique H56",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/html/H56",
        before='<p lang="ar">…</p>',
        after='<p lang="ar" dir="rtl">…</p>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("turned",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each direction in each part."""
        for group in by(frame["turned"], lambda one: (one["set"], one["part"]["key"])):
            message = (
                f"{self.quote(group[0]['text'], 60)} is set {_SET[group[0]['set']]} the other way.{more(group)} Look "
                "where full stops, brackets and numbers stand: are they where a reader expects them?"
            )
            yield self.found(frame, group[0], message)
