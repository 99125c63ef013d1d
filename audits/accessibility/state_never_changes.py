"""A state that a control tells is changed by those scripts that change what it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from audits.accessibility._handlers import HandlerCheck, scripts_of, sources
from audits.accessibility._scripts import body_of
from audits.accessibility._writes import Scripts, code_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

Fact = Mapping[str, Any]
#: As many of one page as a person looks at.
MOST = 3
_STATE = re.compile(r"\saria-(?P<state>expanded|selected|checked|pressed)=[\"']?(?P<value>true|false)", re.IGNORECASE)
#: What changes how the page looks.
_CHANGES = re.compile(
    r"classList|className|\.hidden\b|\.style\b|\.(?:slide\w+|fade\w+|addClass|removeClass|toggleClass|css)\("
    r"|\$\([^()\n]*\)(?:\.\w+\([^()\n]*\))*\.(?:toggle|show|hide)\(|\$\w+\.(?:toggle|show|hide)\("
    r"|(?:textContent|innerHTML|innerText)\s*=(?!=)|toggleAttribute|data-state|\.dataset\.\w+\s*=(?!=)"
)
#: The same by names that a widget's own methods have as well.
_MAY_CHANGE = re.compile(r"\.(?:toggle|show|hide)\(")
#: A function of the page's own that a handler calls; of those in files nothing is read.
_CALLED = re.compile(r"(?:(?<![\w$.])|(?<![\w$])(?:this|_this|self|that)\.)(?P<name>[A-Za-z_$][\w$]*)\s*\(")
_LANGUAGE = """
    if for while switch catch function return typeof async await setTimeout clearTimeout requestAnimationFrame $ jQuery
    parseInt parseFloat String Number Boolean Array Set Map alert confirm fetch
"""
_BUILT_IN = frozenset(_LANGUAGE.split())
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
        hosts = snapshot.artifacts["document"]["frames"][0].get("hosts", ())
        files = any("script" in host["kinds"] for host in hosts)
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
            heard = sources(control, "click", "keydown", "input", "focus")
            changes = [one for one in heard if _changes(scripts, one, files=files)]
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


def _changes(scripts: Scripts, handler: str, *, files: bool) -> bool:
    """Whether it changes the page, and nothing that cannot be read is called that may change the state."""
    body = scripts.body(handler)
    if not files:
        return bool(_CHANGES.search(body) or _MAY_CHANGE.search(body))
    unread = {one["name"] for one in _CALLED.finditer(body)} - _BUILT_IN
    return bool(_CHANGES.search(body)) and all(body_of(scripts.code, name) for name in unread)
