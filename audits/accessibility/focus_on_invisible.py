"""The focus must not go to what nobody can see."""

from __future__ import annotations

from collections.abc import Iterator

from audits.accessibility._stops import StopCheck, stops_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_HOW = {
    "size": "takes no room on the screen",
    "opacity": "is fully transparent",
    "outside": "stands outside the page",
    "cut off": "is cut off by the box around it",
}
#: Fields that scripts commonly draw anew: what people see is the drawing.
_DRAWN = frozenset({"checkbox", "radio", "file", "range", "color", "select", "text", "switch"})
MOST = 5


class FocusOnInvisible(StopCheck):
    """WCAG 2.4.7: an element that stays invisible while it has the focus."""

    rule = Rule(
        id="check/focus-on-invisible",
        title="The keyboard focus goes to something invisible",
        why="For people who use the keyboard the focus vanishes: they press Tab and see nothing, or set off what they "
        "cannot see.",
        fix="Take what is hidden out of the Tab order with display: none, visibility: hidden or inert, or show it when "
        "it has the focus.",
        title_fr="Le focus du clavier va à un élément invisible",
        why_fr="Pour les personnes qui utilisent le clavier, le focus disparaît : elles appuient sur Tab sans rien "
        "voir, ou activent ce qu’elles ne voient pas.",
        fix_fr="Retirez de l’ordre de tabulation ce qui est caché (display: none, visibility: hidden ou inert), ou "
        "montrez-le quand il a le focus.",
        impact=Impact.SERIOUS,
        criteria=("2.4.7",),
        references=("ACT rule oj04fd",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-visible.html",
        before='<div class="menu" style="opacity: 0"><a href="/pay">Pay</a></div>',
        after='<div class="menu" style="visibility: hidden"><a href="/pay">Pay</a></div>',
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """What axe says of ``aria-hidden`` is not said again; empty guards of dialogs are left alone."""
        unseen = [
            stop
            for stop in stops_of(snapshot)
            if stop["unseen"]
            and not (stop["silent"] or stop["empty"] or stop["reacts"] or stop["kind"] in ("frame", "media"))
            and not (stop["kind"] in _DRAWN and (stop["label"] or stop["changed"] or stop["unseen"] == "opacity"))
        ]
        for stop in unseen[:MOST]:
            sure = stop["kind"] in ("link", "button") and stop["unseen"] != "cut off"
            message = f"{self.called(stop)} gets the focus and {_HOW[stop['unseen']]}."
            if not sure:
                message += " Tab to it, and see whether anything shows where the focus is."
            yield self.found(stop, Verdict.FAIL if sure else Verdict.REVIEW, message[0].upper() + message[1:])
