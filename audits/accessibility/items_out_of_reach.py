"""Of a widget every item can be had with the keyboard: by Tab, or by the arrow keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_CALLED = {
    "tablist": "tabs",
    "radiogroup": "choices",
    "menubar": "menu items",
    "menu": "menu items",
    "listbox": "options",
    "toolbar": "buttons",
}


class ItemsOutOfReach(PlaceCheck):
    """WCAG 2.1.1: items that no Tab key comes to, in a widget where nothing listens to the arrow keys."""

    rule = Rule(
        id="check/items-out-of-reach",
        title="Items of a widget seem to be out of reach for the keyboard",
        why="The role tells people that the arrow keys move from item to item. Here they do nothing, and what "
        "the other "
        "items show stays shut.",
        fix='Let the arrow keys move the focus between the items, or take tabindex="-1" away from them.',
        title_fr="Des éléments d’un composant semblent hors d’atteinte du clavier",
        why_fr="Le rôle annonce que les flèches passent d’un élément à l’autre. Ici elles ne font rien, et ce "
        "que montrent "
        "les autres éléments reste fermé.",
        fix_fr='Faites passer le focus d’un élément à l’autre avec les flèches, ou retirez-leur tabindex="-1".',
        impact=Impact.SERIOUS,
        criteria=("2.1.1",),
        help_url="https://www.w3.org/WAI/ARIA/apg/patterns/tabs/",
        before='<div role="tablist"><div role="tab">Fees</div><div role="tab">Rules</div></div>',
        after='<div role="tablist"><button role="tab">Fees</button><button role="tab">Rules</button></div>',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/opened-out-of-reach",),
    )
    needs: ClassVar[tuple[str, ...]] = ("mouse",)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there is such a widget."""
        return bool(snapshot.artifacts["mouse"]["items"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """None or some of the items in the tab order, and no keys heard."""
        for box in snapshot.artifacts["mouse"]["items"]:
            if box["own"] or not box["pressed"] or box["stops"] >= box["items"] or (box["stops"] and box["keys"]):
                continue
            reached = f"to {box['stops']} of them" if box["stops"] else "to none of them"
            keys = "" if box["keys"] else ", and no script seems to listen to the arrow keys"
            yield self.found(
                box,
                Verdict.REVIEW,
                f"{box['items']} {_CALLED[box['kind']]} stand here; the Tab key comes {reached}{keys}. Can "
                f"{self.quoted(box['text'])} be had with the keyboard?",
            )
