"""Getting the focus must not set anything off."""

from __future__ import annotations

from collections.abc import Iterator

from audits.accessibility._stops import MOST, StopCheck, stops_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_WHAT = {
    "navigation": "leads to another page or sends a form",
    "window": "opens a window",
    "dialog": "opens a message box",
}


class FocusChangesContext(StopCheck):
    """WCAG 3.2.1: a navigation, a window or a message box that comes with the focus, seen twice."""

    rule = Rule(
        id="check/focus-changes-context",
        title="Something happens as soon as an element gets the focus",
        why="People who tab through the page are taken elsewhere without having chosen it, and many do not notice.",
        fix="Let it happen on click or Enter, not on focus.",
        title_fr="Quelque chose se déclenche dès qu’un élément reçoit le focus",
        why_fr="Les personnes qui parcourent la page avec Tab sont menées ailleurs sans l’avoir choisi, et beaucoup ne "
        "le remarquent pas.",
        fix_fr="Déclenchez l’action au clic ou avec Entrée, et non à la réception du focus.",
        impact=Impact.SERIOUS,
        criteria=("3.2.1",),
        references=("WCAG technique G107",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/on-focus.html",
        before='<a href="/pay" onfocus="location = this.href">Pay</a>',
        after='<a href="/pay">Pay</a>',
        verdicts=(Verdict.FAIL,),
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Each stop with what it set off."""
        for stop in [stop for stop in stops_of(snapshot) if stop["causes"]][:MOST]:
            what = " and ".join(_WHAT[kind] for kind in stop["causes"])
            message = f"{self.called(stop)} {what} when it gets the focus, before anybody pressed a key on it."
            yield self.found(stop, Verdict.FAIL, message[0].upper() + message[1:])
