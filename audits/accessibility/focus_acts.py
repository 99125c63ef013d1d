"""Nothing is set off by the focus alone: what the source of a handler says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._handlers import HandlerCheck, context_of, scripts_of, sources
from audits.accessibility._places import MOST
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_DOES = {
    "leads": "loads another page or sends a form",
    "opens": "opens a window, a dialog or a message",
    "moves": "takes the focus elsewhere",
}
_TARGETS = frozenset({"input", "select", "textarea", "a", "button"})


class FocusActs(HandlerCheck):
    """WCAG 3.2.1: a handler of the focus that changes the context."""

    rule = Rule(
        id="check/focus-acts",
        title="The focus alone seems to set something off",
        why="People who tab through the page are taken elsewhere without having chosen it.",
        fix="Let it happen on click or Enter, not on focus.",
        title_fr="Le focus seul semble déclencher quelque chose",
        why_fr="Les personnes qui parcourent la page avec Tab sont menées ailleurs sans l’avoir choisi.",
        fix_fr="Déclenchez l’action au clic ou avec Entrée, et non à la réception du focus.",
        impact=Impact.SERIOUS,
        criteria=("3.2.1",),
        references=("WCAG failure F55", "WCAG technique G107"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/on-focus.html",
        before='address.addEventListener("focus", () => map.showModal());',
        after='<button type="button">Choose on the map</button>',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/focus-changes-context", "check/focus-taken-away"),
    )
    needs: ClassVar[tuple[str, ...]] = ("handlers", "document")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Controls with such a handler, alike ones told once. What guards the edge of a dialog is no control."""
        code, told = scripts_of(snapshot), set[tuple[str, ...]]()
        for element in snapshot.artifacts["handlers"]["elements"]:
            if element["off"] or element["tag"] not in _TARGETS or len(told) >= MOST:
                continue
            handlers = sources(element, "focus", "focusin")
            kinds = [context_of(code, source) for source in handlers]
            does = next((kind for kind in ("leads", "opens", "moves") if kind in kinds), "")
            if does and (does, *handlers) not in told:
                told.add((does, *handlers))
                yield self.found(element, Verdict.REVIEW, _asks(self.quoted(element["name"]), does))
        for one in snapshot.artifacts["handlers"]["page"]:
            does = context_of(code, one["source"]) if one["event"] == "focusin" else ""
            # A script that brings the focus back into a dialog is no fault.
            if does in ("leads", "opens"):
                yield self.on_page(_asks("What the page listens for", does))
                return


def _asks(called: str, does: str) -> str:
    return (
        f"{called}: a script {_DOES[does]} when it gets the focus. Come to it with the Tab key: does anything happen "
        "before a key is pressed on it?"
    )
