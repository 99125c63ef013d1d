"""A state that a control tells is changed by those scripts that change what it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from audits.accessibility._handlers import HandlerCheck, scripts_of, sources
from audits.accessibility._writes import code_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

Fact = Mapping[str, Any]
#: As many of one page as a person looks at.
MOST = 3
_STATE = re.compile(r"\saria-(?P<state>expanded|selected|checked|pressed)=[\"']?(?P<value>true|false)", re.IGNORECASE)
#: What changes how the page looks.
_CHANGES = re.compile(
    r"classList|className|\.hidden\b|\.style\b|\.(?:toggle|show|hide|slide\w+|fade\w+|addClass|removeClass|toggleClass|css)\("
    r"|(?:textContent|innerHTML|innerText)\s*=(?!=)|toggleAttribute|data-state|\.dataset\.\w+\s*=(?!=)"
)
#: Names of attributes that are put together while the script runs.
_MADE = re.compile(r"[\"'`]aria-[\"'`]\s*\+|`aria-\$\{|[\"'`]aria-[\"'`]\.concat|\.aria\[|ariaAttr", re.IGNORECASE)


class StateNeverChanges(HandlerCheck):
    """WCAG 4.1.2: a control has a state in the markup, its handler changes the page, and no script changes the "
    "state."""

    rule = Rule(
        id="check/state-never-changes",
        title="The state of a control seems to stay the same whatever it does",
        why="Screen readers go on saying “collapsed”, “off” or “not selected” when it is not so any more.",
        fix="Set aria-expanded, aria-selected, aria-checked or aria-pressed in the same script that changes what "
        "is seen.",
        title_fr="L’état d’une commande semble rester le même quoi qu’elle fasse",
        why_fr="Les lecteurs d’écran continuent de dire « réduit », « désactivé » ou « non sélectionné » quand ce "
        "n’est plus vrai.",
        fix_fr="Réglez aria-expanded, aria-selected, aria-checked ou aria-pressed dans le script qui change ce "
        "qu’on voit.",
        impact=Impact.SERIOUS,
        criteria=("4.1.2",),
        references=("WCAG technique ARIA5", "WCAG failure F79"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/name-role-value.html",
        before="button.onclick = () => { panel.hidden = !panel.hidden; };",
        after='button.onclick = () => { panel.hidden = !panel.hidden; button.setAttribute("aria-expanded", '
        "!panel.hidden); };",
        verdicts=(Verdict.REVIEW,),
        said_by=("check/expanded-not-told", "check/state-not-told"),
    )
    needs: ClassVar[tuple[str, ...]] = ("document", "handlers")

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether a control with a handler of its own tells a state."""
        return any(_STATE.search(element["html"]) for element in snapshot.artifacts["handlers"]["elements"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Alike controls are one question."""
        told = snapshot.artifacts["handlers"]
        scripts = code_of(told, scripts_of(snapshot))
        if _MADE.search(scripts.code):
            return
        met: set[str] = set()
        for control in told["elements"]:
            state = _STATE.search(control["html"])
            if state is None or control["off"] or control["tag"] == "summary":
                continue
            name = state["state"].lower()
            if re.search(rf"aria-?{name}", scripts.code, re.IGNORECASE):
                continue
            changes = [
                one
                for one in sources(control, "click", "keydown", "input", "focus")
                if _CHANGES.search(scripts.body(one))
            ]
            if not changes or changes[0] in met or len(met) >= MOST:
                continue
            met.add(changes[0])
            yield self.found(
                control,
                Verdict.REVIEW,
                f"{self.quoted(control['name'] or control['text'])} says aria-{name}=“{state['value'].lower()}”; "
                f"its script "
                "changes the page, and no script of the page changes that. Use it with a screen reader: is it told "
                "what "
                "is open, on or selected?",
            )
