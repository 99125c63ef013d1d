"""A timer does not take people away from what they read or fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from selectolax.lexbor import LexborHTMLParser

from audits.accessibility._places import MOST, PlaceCheck
from audits.accessibility._scripts import Timer, timers
from audits.accessibility._structure import MORE_TIME
from audits.model import FRAME_STEP, Finding, Impact, Rule, Snapshot, Verdict

#: Milliseconds: shorter ones wait for an animation or the end of typing; WCAG 2.2.1 lets twenty hours be.
SHORTEST, LONGEST = 2_000, 20 * 3_600_000
_WAITS = re.compile(r"set(?:Timeout|Interval)|\bawait\b")
_LEAVES = re.compile(
    r"\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:assign|replace|reload)\s*\(|\bhistory\.(?:back|go)\s*\("
    r"|\.(?:requestS|s)ubmit\s*\(|__doPostBack\s*\(|\b\w*(?:log|sign)_?-?(?:out|off)\w*\s*\(|\.disabled\s*=\s*true"
    r"|(?:innerHTML|innerText|textContent|alert|\.text|\.html)\b[^;]{0,80}"
    r"\b(?:expired|timed out|time is up|time's up|expirée?|temps est écoulé)",
    re.IGNORECASE,
)
#: A switch for it.
_SWITCH = re.compile(
    r"\b(?:pause|stop|turn off|auto(?:matic)?[- ]?(?:refresh|update|reload)|(?:refresh|update|reload) (?:this|auto)"
    r"|arrêter|désactiver|(?:actualis|recharg|mise à jour)\w* auto)",
    re.IGNORECASE,
)


class TimedDeparture(PlaceCheck):
    """WCAG 2.2.1: a script of the page leads away, loads again or ends a form after some time."""

    rule = Rule(
        id="check/timed-departure",
        title="A script seems to set a time limit",
        why="People who read, type or understand slowly are thrown out before they are done, and lose what they have "
        "filled in.",
        fix="Leave out the limit; or let people turn it off or lengthen it, and warn them at least 20 seconds before.",
        title_fr="Un script semble fixer une limite de temps",
        why_fr="Les personnes qui lisent, écrivent ou comprennent lentement sont mises dehors avant d’avoir fini et "
        "perdent ce qu’elles ont rempli.",
        fix_fr="Supprimez la limite; ou permettez de la désactiver ou de la prolonger, et prévenez au moins "
        "20 secondes avant.",
        impact=Impact.SERIOUS,
        criteria=("2.2.1",),
        references=("WCAG failure F40", "WCAG failure F58", "WCAG technique G198", "WCAG technique SCR16"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/timing-adjustable.html",
        before='setTimeout(() => { location.href = "/signed-out"; }, 600000);',
        after="warn(); // “You will be signed out in two minutes”, with a button “Stay signed in”",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("document",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One question for each script that has such a timer, unless the page offers more time or a switch."""
        frames = snapshot.artifacts["document"]["frames"]
        found = 0
        for frame in frames:
            scripts = [source for source in frame.get("sources", ()) if source["kind"] == "script"]
            if not any(_WAITS.search(script["text"]) for script in scripts) or _offers(frame["html"]):
                continue
            whole = "\n;".join(script["text"] for script in scripts)
            for script in scripts:
                timer = next((one for one in timers(script["text"]) if _is_limit(one)), None)
                timer = timer or next((one for one in _named(script["text"], whole) if _is_limit(one)), None)
                if timer is None or found >= MOST:
                    continue
                found += 1
                place = {
                    "selector": FRAME_STEP.join([*frame["frame"], script["selector"]]),
                    "html": script["text"],
                    "part": script["part"],
                }
                when = "" if timer.delay is None or timer.again else f" after {_time(timer.delay)}"
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    f"A script here leads away, loads the page again or ends what can be filled in{when}. Can people "
                    "turn that off or get more time, and are they warned before?",
                )


def _named(script: str, whole: str) -> Iterator[Timer]:
    """Timers of one script that call what stands in another."""
    if whole == script or ("setT" not in script and "setI" not in script):
        return
    yield from list(timers(f"{script}\n;{whole}"))[: len(list(timers(script)))]


def _is_limit(timer: Timer) -> bool:
    if not _LEAVES.search(timer.body):
        return False
    return timer.again or timer.delay is None or SHORTEST <= timer.delay < LONGEST


def _offers(html: str) -> bool:
    page = LexborHTMLParser(html)
    pressed = " | ".join(
        node.text(separator=" ") or node.attributes.get("value") or ""
        for node in page.css("button, label, a, input[type=button], input[type=submit]")
    )
    return bool(MORE_TIME.search(page.body.text(separator=" ") if page.body else "") or _SWITCH.search(pressed))


def _time(milliseconds: float) -> str:
    seconds = milliseconds / 1000
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.0f} hours"
