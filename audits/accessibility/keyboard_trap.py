"""Whoever tabs into something must be able to get out of it again."""

from __future__ import annotations

from collections.abc import Iterator

from audits.accessibility._stops import StopCheck, stops_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class KeyboardTrap(StopCheck):
    """WCAG 2.1.2: neither Tab, Shift+Tab, arrows nor Escape lead out, and there is more to reach."""

    rule = Rule(
        id="check/keyboard-trap",
        title="Keyboard users get stuck",
        why="People who use no mouse cannot leave this part of the page any more: what follows is shut to them, and "
        "often only closing the page helps.",
        fix="Let Tab and Shift+Tab move on, or close the part with Escape and say so.",
        title_fr="Les personnes qui utilisent le clavier restent bloquées",
        why_fr="Sans souris, on ne peut plus quitter cette partie de la page : ce qui suit devient inaccessible, et "
        "souvent il faut fermer la page.",
        fix_fr="Laissez Tab et Maj+Tab poursuivre, ou fermez cette partie avec Échap en l’indiquant.",
        impact=Impact.CRITICAL,
        criteria=("2.1.2",),
        references=("WCAG failure F10", "WCAG technique G21"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/no-keyboard-trap.html",
        before='<input onblur="this.focus()">',
        after="<input>",
        verdicts=(Verdict.FAIL,),
    )

    def is_early(self, ended: str) -> bool:
        """Where the focus was held and let go, the question is answered."""
        return ended in ("limit", "frame")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding, at the first stop that holds the focus; a dialog with a way out is none."""
        trap = snapshot.artifacts["keyboard"]["trap"]
        if not trap or not trap["stops"]:
            return
        held = [stops_of(snapshot)[number] for number in trap["stops"]]
        buttons = any(stop["kind"] in ("button", "link") for stop in held)
        if any(stop["leaves"] for stop in held) or (buttons and all(stop["dialog"] for stop in held)):
            return
        reach = "this element" if len(held) == 1 else f"these {len(held)} elements, from this one on"
        message = (
            f"The focus does not leave {reach}: Tab, Shift+Tab, the arrow keys and Escape were tried, and other parts "
            "of the page were not reached."
        )
        yield self.found(held[0], Verdict.FAIL, message)
