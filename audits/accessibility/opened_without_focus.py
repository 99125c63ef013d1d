"""Whoever opens a dialog is brought into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from audits.accessibility._handlers import LEADS, HandlerCheck, scripts_of, sources
from audits.accessibility._writes import code_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

Fact = Mapping[str, Any]
#: As many of one page as a person looks at.
MOST = 2
#: Whoever does one of these has seen to the focus.
_SEES_TO_IT = re.compile(
    r"focus|showModal\s*\(|showPopover|\.modal\s*\(|tabindex|\binert\b|new\s+\w*(?:Modal|Dialog|Drawer)\w*\(|micromodal",
    re.IGNORECASE,
)


class OpenedWithoutFocus(HandlerCheck):
    """WCAG 2.4.3: a handler shows a dialog of the page's own making, and nothing in its source moves the focus."""

    rule = Rule(
        id="check/opened-without-focus",
        title="A script opens a dialog and does not move the focus into it",
        why="People who use the keyboard go on in the page behind it; people who do not see the page are not told that "
        "a dialog has opened.",
        fix="Move the focus into the dialog when it opens; <dialog> with showModal() does it by itself.",
        title_fr="Un script ouvre une boîte de dialogue sans y placer le focus",
        why_fr="Qui utilise le clavier continue dans la page derrière elle; qui ne voit pas la page n’apprend pas "
        "qu’une "
        "boîte s’est ouverte.",
        fix_fr="Placez le focus dans la boîte à son ouverture; <dialog> avec showModal() s’en charge.",
        impact=Impact.SERIOUS,
        criteria=("2.4.3",),
        references=("WCAG technique H102", "WCAG failure F85"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-order.html",
        before="open.onclick = () => { box.hidden = false; };",
        after="open.onclick = () => { box.showModal(); };",
        verdicts=(Verdict.REVIEW,),
        said_by=("check/dialog-focus",),
    )
    needs: ClassVar[tuple[str, ...]] = ("document", "handlers")

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether scripts name something that may be a dialog."""
        return any(_is_dialog(place) for place in snapshot.artifacts["handlers"]["named"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Each dialog once, at the first control that opens it."""
        told = snapshot.artifacts["handlers"]
        scripts = code_of(told, scripts_of(snapshot))
        dialogs = {place["called"]: place for place in told["named"] if _is_dialog(place)}
        met: set[str] = set()
        for control in told["elements"]:
            if control["off"] or (not control["native"] and control["tab"] is None and not control["role"]):
                continue  # whoever opens it with the mouse alone is told by another rule
            for source in sources(control, "click"):
                body = scripts.body(source)
                if _SEES_TO_IT.search(body) or LEADS.search(body):
                    continue
                shows = {write.target for write in scripts.writes(body) if write.kind == "shows"}
                opened = next((dialogs[one] for one in shows if one in dialogs), None)
                if opened is None or opened["selector"] in met or control["selector"] in opened["around"]:
                    continue
                if len(met) < MOST:
                    met.add(opened["selector"])
                    called = self.quoted(control["name"] or control["text"])
                    yield self.found(
                        control,
                        Verdict.REVIEW,
                        f"{called} opens what seems to be a dialog, and no script moves the focus into it. Press "
                        f"it with "
                        "the keyboard, then Tab: is the focus in the dialog, and is the dialog announced?",
                    )


def _is_dialog(place: Fact) -> bool:
    """A box with something to use in it, hidden at first, that is a dialog or is called and laid out like one."""
    if place["shown"] or not place["holds"] or place["many"] > 1:
        return False
    return bool(place["dialog"] or (place["modal"] and place["fixed"]))
