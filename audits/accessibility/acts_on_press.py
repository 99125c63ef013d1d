"""A press can be taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audits.accessibility._handlers import Fact, HandlerCheck, hears, sources
from audits.accessibility._structure import by, more
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_DOWN = ("mousedown", "pointerdown", "touchstart")
_ACTS = re.compile(
    r"\blocation\b|\.submit\s*\(|\bopen\s*\(|\bfetch\s*\(|\.toggle\s*\(|\.(?:show|hide|remove)\w*\s*\(|\bhref\b|"
    r"\.(?:value|textContent|innerText|innerHTML|checked)\s*=(?!=)"
)
#: What a handler is given, or writes: a number, a text.
_GIVEN = re.compile(r"\d+(?:\.\d+)?|\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`")


class ActsOnPress(HandlerCheck):
    """WCAG 2.5.2 (failure F101): a control that acts when the finger comes down, and not when it is lifted."""

    rule = Rule(
        id="check/acts-on-press",
        title="A control acts as soon as it is pressed down",
        why="Who touches the wrong place slides the finger off before lifting it. Here it is too late: for people "
        "with tremor, each touch counts.",
        fix="Let the control act on click, which comes when the finger is lifted.",
        title_fr="Une commande agit dès qu’on l’enfonce",
        why_fr="Qui touche le mauvais endroit en glisse le doigt avant de le lever. Ici, il est trop tard : pour "
        "les personnes qui tremblent, chaque contact compte.",
        fix_fr="Faites agir la commande sur click, qui vient quand le doigt se lève.",
        impact=Impact.MODERATE,
        criteria=("2.5.2",),
        references=("WCAG failure F101",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/pointer-cancellation.html",
        before='pay.addEventListener("mousedown", send);',
        after='pay.addEventListener("click", send);',
        verdicts=(Verdict.REVIEW,),
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Controls that hear a press, and neither a click nor its end; those of one script are one question."""
        found = [element for element in snapshot.artifacts["handlers"]["elements"] if _acts(element)]
        for alike in by(found, _kind):
            yield self.found(
                alike[0],
                Verdict.REVIEW,
                f"{self.quoted(alike[0]['text'])} seems to act as soon as it is pressed down.{more(alike, 'control')} "
                "Press it, move away and let go: can it be taken back?",
            )


def _acts(element: Fact) -> bool:
    if element["off"] or not element["presses"] or hears(element, "click", "mouseup", "pointerup", "touchend"):
        return False
    return any(_ACTS.search(source) for source in sources(element, *_DOWN))


def _kind(element: Fact) -> tuple[str, ...]:
    """Controls of one part that do the same: of buy("1") and buy("2") what they are given is left out."""
    return (element["part"]["key"], element["tag"], *(_GIVEN.sub("#", source) for source in sources(element, *_DOWN)))
