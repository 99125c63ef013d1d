"""What a control shows of its state by its looks, it must say as well."""

from __future__ import annotations

from collections.abc import Iterator

from audits.accessibility._openers import Opener, OpenerCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: Of a row of which one is chosen: what is said of each.
_ONE_OF = (
    "looks different once it is pressed, and so does another beside it; neither name nor state changes. Press it with "
    "a screen reader: is it told which of them is chosen?"
)
#: Of tabs, by whatever they are made.
_TAB = (
    "shows one part of the page in place of another, and nothing but looks says which of its row is the chosen one. "
    "Press it with a screen reader: is it told which of them is shown?"
)


class StateNotTold(OpenerCheck):
    """WCAG 4.1.2: a press changes how a control looks, the next one changes it back; name and state stay."""

    rule = Rule(
        id="check/state-not-told",
        title="Control shows its state by its looks alone",
        why="People who do not see the page press it and hear the same as before: they do not know whether it is on or "
        "off.",
        fix='Make it a check box; or set aria-pressed (with role="switch", aria-checked) to “true” and “false” with '
        "each press; on a row of tabs, aria-selected or aria-current.",
        title_fr="Une commande montre son état par son seul aspect",
        why_fr="Les personnes qui ne voient pas la page l’actionnent et entendent la même chose qu’avant : elles ne "
        "savent pas si elle est activée ou non.",
        fix_fr='Faites-en une case à cocher; ou donnez à aria-pressed (avec role="switch", aria-checked) la valeur '
        "« true » ou « false » à chaque pression; pour une rangée d’onglets, aria-selected ou aria-current.",
        impact=Impact.SERIOUS,
        criteria=("4.1.2",),
        references=("WCAG failure F20", "WCAG technique ARIA5", "WCAG technique G10"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/name-role-value.html",
        before='<button type="button" class="star on">Favourite</button>',
        after='<button type="button" class="star on" aria-pressed="true">Favourite</button>',
        verdicts=(Verdict.FAIL, Verdict.REVIEW),
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One question for a row of which one is chosen."""
        asked = set()
        for opener in self.steady(snapshot):
            if not (judged := self.judge(opener)):
                continue
            row = opener.get("swapped") or opener["selector"].rpartition(" > ")[0]
            if judged[1] in (_ONE_OF, _TAB):
                if row and (opener["part"]["key"], row) in asked:
                    continue
                asked.add((opener["part"]["key"], row))
            yield self.found(opener, *judged)

    def judge(self, opener: Opener) -> tuple[Verdict, str] | None:
        """A failure where it has a state that stays behind; what opens something is told by another rule."""
        if opener.get("swapped") and not opener["held"] and not opener["announced"] and opener["focus"] != "in":
            return Verdict.REVIEW, _TAB
        if not opener["restyled"] or opener["opens"] == "dialog":
            return None
        if opener["switched"] and not opener.get("restored") and not opener["held"] and not opener["announced"]:
            return Verdict.REVIEW, _ONE_OF
        if not opener.get("restored"):
            return None
        region = opener["region"]
        if opener["announced"] or (region and (region["beside"] or region["referred"])):
            return None
        if opener["held"]:
            return Verdict.FAIL, (
                f"looks different once it is pressed, and as before after a second press; its {opener['held']} stays "
                "the same."
            )
        return Verdict.REVIEW, (
            "looks different once it is pressed, and as before after a second press; its name and state stay the same. "
            "Press it with a screen reader: is it told what is on and what is off?"
        )
