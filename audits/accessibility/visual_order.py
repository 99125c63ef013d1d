"""What is seen first should be read first, where the order makes the meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import MOST, PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_ASK = {
    "steps": "Steps are seen in another order than they are read aloud: {first} comes first in sight, {read} in "
    "the markup.",
    "heading": "A heading and its text change places: {first} comes first in sight, {read} in the markup. See "
    "whether they "
    "still make sense as they are read aloud.",
    "text": "{first} is seen before {read} and read aloud after it. See whether the text makes sense in both orders.",
    "fields": "Fields are come to in another order than they are seen: {first} is seen before {read}, and come to "
    "after it. Go through them with the Tab key, and see whether the order makes sense.",
    "label": "A field is seen beside {first}, and read aloud after {read}. See whether people are told what to enter.",
}


class VisualOrder(PlaceCheck):
    """WCAG 1.3.2: boxes that style sheets put in another order than the markup."""

    rule = Rule(
        id="check/visual-order",
        title="Text is read aloud in another order than it is seen",
        why="Screen readers and the Tab key follow the markup, not the picture on the screen. Steps, questions "
        "and headings "
        "that style sheets move are read in the wrong order.",
        fix="Put the markup in the order in which the text is meant to be read.",
        title_fr="Le texte est lu à voix haute dans un autre ordre qu’il n’est vu",
        why_fr="Les lecteurs d’écran et la touche Tab suivent le code, et non l’image à l’écran. Des étapes, des "
        "questions "
        "et des titres que les feuilles de style déplacent sont lus dans le mauvais ordre.",
        fix_fr="Mettez le code dans l’ordre où le texte doit être lu.",
        impact=Impact.SERIOUS,
        criteria=("1.3.2",),
        references=("WCAG technique C27", "WCAG failure F1"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/meaningful-sequence.html",
        before=".steps { display: flex; flex-direction: row-reverse }",
        after=".steps { display: flex }",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("layout",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A question for each box whose text changes places."""
        for place in snapshot.artifacts["layout"]["order"][:MOST]:
            said = _ASK[place["kind"]].format(first=self.quoted(place["first"]), read=self.quoted(place["read"]))
            yield self.found(place, Verdict.REVIEW, said)
