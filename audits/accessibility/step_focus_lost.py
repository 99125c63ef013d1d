"""Whoever goes on to the next step of a page is brought to it."""

from __future__ import annotations

from audits.accessibility._openers import Opener, OpenerCheck
from audits.asked import GOES_ON
from audits.model import Impact, Rule, Verdict

_LOST = (
    "shows one part of the page in place of another; it is gone itself then, nothing has the focus, and no live region "
    "tells of it. Press it with a screen reader, then press Tab: do people come to the new part?"
)
_LEFT = (
    "shows other fields in place of those before it; the focus stays on it, and no live region tells of it. Press it "
    "with a screen reader: do people learn that there is another step, and come to its first field?"
)


class StepFocusLost(OpenerCheck):
    """WCAG 2.4.3, 4.1.3: a press puts one step of a form, one view, in place of another, and tells nobody."""

    rule = Rule(
        id="check/step-focus-lost",
        title="The next step takes the place of the last one, and the focus is not brought to it",
        why="People who use a screen reader hear nothing, and people who use the keyboard stand at the top of the page "
        "or below the new fields: after every step they look for the place where it goes on.",
        fix="Move the focus to the heading of the new step, or to its first field.",
        title_fr="Une étape prend la place de la précédente sans recevoir le focus",
        why_fr="Qui utilise un lecteur d’écran n’entend rien, et qui utilise le clavier se retrouve en haut de la page "
        "ou sous les nouveaux champs : à chaque étape, il faut chercher où cela continue.",
        fix_fr="Placez le focus sur le titre de la nouvelle étape ou sur son premier champ.",
        impact=Impact.SERIOUS,
        criteria=("2.4.3", "4.1.3"),
        references=("WCAG failure F85", "WCAG technique G59"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-order.html",
        before="next.onclick = () => { one.hidden = true; two.hidden = false; };",
        after="next.onclick = () => { one.hidden = true; two.hidden = false; heading.focus(); };",
        verdicts=(Verdict.REVIEW,),
    )

    def judge(self, opener: Opener) -> tuple[Verdict, str] | None:
        """Where it went with the part that it stood in; where it stays, only what is called like the next step."""
        region = opener["region"]
        told = opener["announced"] or opener["stated"] or opener["by"] != "key"
        if not region or not region["swaps"] or region["told"] or told:
            return None
        if opener["focus"] == "nowhere" and not opener["stays"] and region["step"]:
            return Verdict.REVIEW, _LOST
        stays = opener["focus"] == "opener" and opener["stays"]
        if stays and region["fields"] and GOES_ON.search(opener["name"].strip()):
            return Verdict.REVIEW, _LEFT
        return None
