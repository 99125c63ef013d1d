"""A button that shows and hides something must say which of the two is the case."""

from __future__ import annotations

from audits.accessibility._openers import Opener, OpenerCheck
from audits.model import Impact, Rule, Verdict


class ExpandedNotTold(OpenerCheck):
    """WCAG 4.1.2: a press shows a part of the page and the next one hides it, and aria-expanded says otherwise, or is
    not there."""

    rule = Rule(
        id="check/expanded-not-told",
        title="Button does not say that it has opened something",
        why="People who do not see the page press the button and hear the same as before: they do not know that "
        "something has opened, nor how to close it.",
        fix="Set aria-expanded on the button to “true” while the part is shown and to “false” while it is not; or use "
        "<details> and <summary>.",
        title_fr="Un bouton ne dit pas qu’il a ouvert quelque chose",
        why_fr="Les personnes qui ne voient pas la page appuient sur le bouton et entendent la même chose qu’avant : "
        "elles ne savent ni que quelque chose s’est ouvert ni comment le refermer.",
        fix_fr="Donnez à aria-expanded du bouton la valeur « true » quand la partie est affichée et « false » sinon; "
        "ou utilisez <details> et <summary>.",
        impact=Impact.SERIOUS,
        criteria=("4.1.2",),
        references=("WCAG technique ARIA5",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/name-role-value.html",
        before='<button type="button">Hours</button> <div hidden>…</div>',
        after='<button type="button" aria-expanded="false" aria-controls="hours">Hours</button>\n'
        '<div id="hours" hidden>…</div>',
        verdicts=(Verdict.FAIL, Verdict.REVIEW),
    )

    def judge(self, opener: Opener) -> tuple[Verdict, str] | None:
        """A failure where aria-expanded is there and was seen to be wrong."""
        if opener["opens"] not in ("region", "hidden") or not opener["hides"] or not opener["stays"]:
            return None
        region = opener["region"]
        if region["swaps"] or region["told"] or not (region["beside"] or region["referred"]):
            return None
        does = "shows" if opener["opens"] == "region" else "hides"
        before, now, then = opener["expanded"]
        wrong = "false" if does == "shows" else "true"
        late = before == now != then  # a script that follows after its animation
        if now == wrong and then in ("true", "false") and not late:
            return Verdict.FAIL, f"{does} a part of the page, and its aria-expanded says “{now}” all the same."
        if before is not None or now is not None or opener["popup"] or opener["native"] or opener["announced"]:
            return None
        if opener["stated"] or opener["renamed"] or opener["focus"] == "in":
            return None
        return Verdict.REVIEW, (
            f"{does} a part of the page, the next press undoes it, and nothing says so: it has no aria-expanded. "
            "Press it with a screen reader: is it told that something has opened?"
        )
