"""What looks as if it could be pressed can be pressed without a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: As many of one page as a person looks at.
MOST = 3
_WHY = {
    "hand": "has the pointer of a link, and a script of the page listens to clicks",
    "picture": "answers a click",
    "patch": "answers a click, and has no words",
    "handle": "is meant to be held and drawn",
}


class LooksPressable(PlaceCheck):
    """WCAG 2.1.1: by the pointer over it and by who listens above it. Whether it does anything, nobody has tried."""

    rule = Rule(
        id="check/looks-pressable",
        title="Something seems to be a control, and the Tab key passes it by",
        why="People who cannot use a mouse never come to it. Screen readers and voice control do not know that "
        "it can "
        "be pressed.",
        fix="Make it a <button>, a link with an address or an <input>.",
        title_fr="Un élément semble être une commande, et la touche Tab le saute",
        why_fr="Les personnes qui ne peuvent pas se servir d’une souris n’y arrivent jamais. Les lecteurs "
        "d’écran et la "
        "commande vocale ne savent pas qu’on peut l’actionner.",
        fix_fr="Faites-en un <button>, un lien qui a une adresse ou un <input>.",
        impact=Impact.SERIOUS,
        criteria=("2.1.1", "4.1.2"),
        references=("WCAG failure F54", "WCAG failure F59"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/keyboard.html",
        before='<span data-action="next" style="cursor: pointer">Next month</span>',
        after='<button type="button" data-action="next">Next month</button>',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/mouse-only-control", "check/mouse-events-only", "check/drag-only", "check/gesture-only"),
    )
    needs: ClassVar[tuple[str, ...]] = ("mouse",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Alike ones are one question."""
        for place in snapshot.artifacts["mouse"]["pointed"][:MOST]:
            called = self.quoted(place["text"])
            if place["kind"] == "hover":
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    f"A script answers the mouse over {called}, where something is hidden, and neither the focus nor a "
                    "key. Does it show when the keyboard comes there?",
                )
                continue
            others = f" ({place['many']} alike)" if place["many"] > 1 else ""
            yield self.found(
                place,
                Verdict.REVIEW,
                f"{called}{others} {_WHY[place['kind']]}, and the Tab key does not come to it. Can what it does be had "
                "with the keyboard?",
            )
