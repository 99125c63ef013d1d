"""Nothing needs the device to be moved."""

from __future__ import annotations

from collections.abc import Iterator

from audits.accessibility._handlers import HandlerCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class MotionOperated(HandlerCheck):
    """WCAG 2.5.4 (failure F106): the page listens to the movements of the device."""

    rule = Rule(
        id="check/motion-operated",
        title="The page reacts when the device is moved",
        why="Some people have their device mounted and cannot shake or tilt it; others set it off with every tremor.",
        fix="Offer a button that does the same, and a way to switch the reaction off.",
        title_fr="La page réagit quand on bouge l’appareil",
        why_fr="L’appareil de certaines personnes est fixé, et elles ne peuvent le secouer ni l’incliner; d’autres "
        "le déclenchent à chaque tremblement.",
        fix_fr="Offrez un bouton qui fait de même, et un moyen de désactiver la réaction.",
        impact=Impact.MODERATE,
        criteria=("2.5.4",),
        references=("WCAG failure F106", "ACT rule 7677a9"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/motion-actuation.html",
        before='addEventListener("devicemotion", undo);',
        after='<button type="button" onclick="undo()">Undo</button>',
        verdicts=(Verdict.REVIEW,),
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding a page."""
        if any(one["event"] in ("devicemotion", "deviceorientation") for one in snapshot.artifacts["handlers"]["page"]):
            yield self.on_page(
                "A script listens to the movements of the device. What happens when it is shaken or tilted: can it be "
                "done by a button, and be switched off?"
            )
