"""What a script makes of a choice or of typing stays in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from audits.accessibility._handlers import HandlerCheck, context_of, scripts_of, sources
from audits.accessibility._places import MOST
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_TYPED = re.compile(r"|text|search|tel|email|number|date|url|month|time|week|password")
_DOES = {
    "leads": "loads another page or sends the form",
    "opens": "opens a window, a dialog or a message",
    "moves": "takes the focus elsewhere",
}
_ASKED = re.compile(r"(?:\.(?:matches|closest)\s*\(\s*[\"'`]|(?:\.id|\.name)\s*={2,3}\s*[\"'`])([^\"'`]{1,80})[\"'`]")


class ChoiceActs(HandlerCheck):
    """WCAG 3.2.2 (failures F36 and F37): a handler of a field's value, by its source."""

    rule = Rule(
        id="check/choice-acts",
        title="A choice or typing seems to set something off",
        why="People who go through choices with the arrow keys, or who do not see the page, are suddenly somewhere "
        "else and do not know why.",
        fix="Let a button do it, or say before the field what will happen.",
        title_fr="Un choix ou une saisie semble déclencher quelque chose",
        why_fr="Les personnes qui parcourent des choix avec les flèches, ou qui ne voient pas la page, se retrouvent "
        "soudain ailleurs sans savoir pourquoi.",
        fix_fr="Laissez un bouton le faire, ou dites avant le champ ce qui va se passer.",
        impact=Impact.SERIOUS,
        criteria=("3.2.2",),
        references=("WCAG failure F36", "WCAG failure F37", "WCAG technique G80"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/on-input.html",
        before='ward.addEventListener("change", () => form.submit());',
        after="<button>Show the ward</button>",
        verdicts=(Verdict.REVIEW,),
        said_by=("check/value-changes-context", "check/value-leads-away", "check/choice-changes-page"),
    )
    needs: ClassVar[tuple[str, ...]] = ("handlers", "document")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Fields with such a handler, alike ones told once; then what the whole page listens for."""
        code, told, found = scripts_of(snapshot), set(), 0
        for element in snapshot.artifacts["handlers"]["elements"]:
            does = self._does(code, element)
            ticked = element["kind"] in ("radio", "checkbox")
            alike = (element["part"]["key"],) if ticked else sources(element, "change", "input", "keyup")
            key = (does, element["kind"], *alike)
            if not does or key in told or found >= MOST:
                continue
            told.add(key)
            found += 1
            yield self.found(element, Verdict.REVIEW, _asks(self.quoted(element["name"]), does))
        for one in snapshot.artifacts["handlers"]["page"]:
            does = context_of(code, one["source"]) if one["event"] in ("change", "input") else ""
            if does in ("leads", "opens") and found < MOST:
                found += 1
                meant = _ASKED.search(one["source"])
                where = f"Changing {self.quoted(meant.group(1))}" if meant else "Changing a field"
                yield self.on_page(_asks(where, does))

    @staticmethod
    def _does(code: str, element: Mapping[str, Any]) -> str:
        ticked = element["tag"] == "input" and element["kind"] in ("radio", "checkbox")
        typed = element["tag"] in ("textarea", "input") and bool(_TYPED.fullmatch(element["kind"]))
        if element["off"] or element["told"] or not (ticked or typed or element["tag"] == "select"):
            return ""
        events = ("change", "input", "click") if ticked else ("change", "input")
        if typed:
            events = (*events, "keyup")
        kinds = [context_of(code, source) for source in sources(element, *events)]
        return next((kind for kind in ("leads", "opens", "moves") if kind in kinds), "")


def _asks(called: str, does: str) -> str:
    return (
        f"{called}: a script {_DOES[does]} as soon as the value changes. Try it with the keyboard: does the page stay, "
        "or do words before the field say what will happen?"
    )
