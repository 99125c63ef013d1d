"""What a button opens for people to choose from, the keyboard comes to."""

from __future__ import annotations

from audits.accessibility._openers import Opener, OpenerCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class OpenedOutOfReach(OpenerCheck):
    """WCAG 2.1.1: opened by key, and neither Tab nor the arrow keys came to more than one of the items, twice."""

    rule = Rule(
        id="check/opened-out-of-reach",
        title="What a button opens seems to be out of reach for the keyboard",
        why="People who use a keyboard or a switch see the menu open and cannot choose anything in it.",
        fix="Move the focus into the menu as it opens and let the arrow keys go from item to item, or leave the items "
        "in the order of the Tab key.",
        title_fr="Ce qu’un bouton ouvre semble hors d’atteinte du clavier",
        why_fr="Les personnes qui utilisent un clavier ou un commutateur voient le menu s’ouvrir et ne peuvent rien y "
        "choisir.",
        fix_fr="Placez le focus dans le menu à son ouverture et laissez les flèches passer d’un élément à l’autre, ou "
        "laissez les éléments dans l’ordre de la touche Tab.",
        impact=Impact.SERIOUS,
        criteria=("2.1.1",),
        help_url="https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/",
        before="items.forEach((item) => { item.tabIndex = -1 });",
        after="items.forEach((item) => { item.tabIndex = -1 }); items[0].focus();  // and arrow keys",
        verdicts=(Verdict.REVIEW,),
    )

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether a button opened something."""
        return any(opener["opens"] for opener in snapshot.artifacts["openers"]["controls"])

    def judge(self, opener: Opener) -> tuple[Verdict, str] | None:
        """Only what was tried to its end."""
        seen = opener.get("unstopped")
        if not seen or seen["reached"] is None or seen["reached"] > 1:
            return None
        came = "to one of them" if seen["reached"] else "to none of them"
        return (
            Verdict.REVIEW,
            f"opens {seen['items']} things to choose from; Tab and the arrow keys came {came}. Open it with Enter: can "
            f"{self.quote(seen['text'])} and the others be had with the keyboard?",
        )

    def found(self, opener: Opener, verdict: Verdict, says: str) -> Finding:
        """The place is what was opened."""
        return super().found(
            {**opener, **{key: opener["unstopped"][key] for key in ("selector", "html", "part")}}, verdict, says
        )
