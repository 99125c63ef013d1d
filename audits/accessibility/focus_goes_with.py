"""What has the focus is not taken away without giving the focus to something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from audits.accessibility._handlers import LEADS, HandlerCheck, scripts_of, sources
from audits.accessibility._writes import Scripts, code_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

Fact = Mapping[str, Any]
#: As many of one page as a person looks at.
MOST = 3
#: Whoever does one of these has seen to the focus, or leaves the page.
SEES_TO_IT = re.compile(
    r"focus|showModal\s*\(|\.close\s*\(|autofocus|tabindex|tabIndex|\.modal\s*\(|scrollTo\s*\(\s*\{[^}]*focus"
    r"|createElement\(\s*[\"']dialog",
    re.IGNORECASE,
)
#: The row, the card or the control itself, by way of what was pressed.
_OWN = r"(?:this|\$\(\s*this\s*\)|(?:e|ev|evt|event)\.(?:currentT|t)arget)"
_AROUND = r"(?:\.(?:closest|parents?)\([^()]*\)|\.parent(?:Node|Element)|\.parent\(\))+"
_TAKES = re.compile(
    rf"{_OWN}(?:{_AROUND})?(?:\.remove\(\s*\)|\.hide\(|\.fadeOut\(|\.slideUp\(|\.hidden\s*=\s*true|\.style\.display\s*=\s*[\"']none"
    rf"|\.outerHTML\s*=|\.replaceWith\()|{_OWN}{_AROUND}\.(?:innerHTML|textContent)\s*=(?!=)"
    rf"|{_OWN}{_AROUND}\.removeChild\("
)
#: It sorts out for itself what was pressed in it.
_TARGET = re.compile(r"\.target\b|\.closest\(")
_KEPT = re.compile(rf"(?:const|let|var)\s+(?P<name>[A-Za-z_$][\w$]*)\s*=\s*(?P<what>{_OWN}(?:{_AROUND})?)\s*[;,\n]")
#: What shuts a notice, a banner, a question about cookies: people go on at the top of the page as they came.
_SHUTS = re.compile(
    r"^\W*(?:[×✕✖✗x]$|close|dismiss|hide|got it|ok\b|okay|accept|agree|reject|decline|allow|deny|no,? thanks|skip"
    r"|not now"
    r"|fermer|masquer|ignorer|accepter|refuser|compris|d’accord|d'accord|non,? merci)",
    re.IGNORECASE,
)


class FocusGoesWith(HandlerCheck):
    """WCAG 2.4.3: a press hides or removes what holds the control that was pressed, and nothing gets the focus."""

    rule = Rule(
        id="check/focus-goes-with",
        title="The focus is lost with the part of the page that a press takes away",
        why="People who use the keyboard or a screen reader are put back to the top of the page, after every step and "
        "every removed row, and look for the place where they were.",
        fix="Move the focus to the heading of the next step, to the next row, or to the message that says what was "
        "done.",
        title_fr="Le focus se perd avec la partie de la page qu’une pression fait disparaître",
        why_fr="Qui utilise le clavier ou un lecteur d’écran se retrouve en haut de la page après chaque étape et "
        "chaque "
        "ligne retirée, et cherche où il en était.",
        fix_fr="Placez le focus sur le titre de l’étape suivante, sur la ligne suivante ou sur le message qui dit ce "
        "qui a été fait.",
        impact=Impact.SERIOUS,
        criteria=("2.4.3",),
        references=("WCAG failure F85", "WCAG technique G59"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-order.html",
        before="next.onclick = () => { one.hidden = true; two.hidden = false; };",
        after="next.onclick = () => { one.hidden = true; two.hidden = false; heading.focus(); };",
        verdicts=(Verdict.REVIEW,),
        said_by=("check/dialog-focus-lost", "check/step-focus-lost"),
    )
    needs: ClassVar[tuple[str, ...]] = ("document", "handlers")

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there is anything to press."""
        told = snapshot.artifacts["handlers"]
        return bool(told["forms"] or told["elements"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Alike controls are one question."""
        told = snapshot.artifacts["handlers"]
        scripts = code_of(told, scripts_of(snapshot))
        named = {place["called"]: place for place in told["named"]}
        met: set[str] = set()
        for control in (*told["elements"], *told["forms"]):
            if len(met) >= MOST:
                return
            source = next((one for one in _presses(control) if _takes_away(scripts, named, control, one)), "")
            if not source or source in met:
                continue
            met.add(source)
            yield self.found(control, Verdict.REVIEW, self._asks(control))
        for opener, shuts in _shut(told, scripts, named):
            if opener["selector"] in met or len(met) >= MOST:
                continue
            met.add(opener["selector"])
            yield self.found(
                opener,
                Verdict.REVIEW,
                f"{self.quoted(opener['name'] or opener['text'])} opens what seems to be a dialog; "
                f"{self.quoted(shuts['name'] or shuts['text'])} shuts it, and no script moves the focus then. Shut "
                f"it with "
                "the keyboard, then press Tab: does the page go on where it was?",
            )

    def _asks(self, control: Fact) -> str:
        if _is_box(control):
            return (
                "A press on a button in here draws this part of the page anew, and no script moves the focus. "
                "Press one "
                "with the keyboard, then Tab: does the page go on where it was?"
            )
        return (
            f"{self.quoted(control['name'] or control['text'])} hides or removes the part of the page in which it "
            f"stands, "
            "and no script moves the focus. Press it with the keyboard, then Tab: does the page go on where it was?"
        )


def _shut(told: Fact, scripts: Scripts, named: Mapping[str, Fact]) -> Iterator[tuple[Fact, Fact]]:
    """Controls that open a dialog of the page's own making, and what shuts it without a word about the focus."""
    for control in (*told["shut"], *told["elements"]):
        for body in (scripts.body(source) for source in sources(control, "click")):
            if SEES_TO_IT.search(body) or LEADS.search(body):
                continue
            for write in scripts.writes(body):
                place = named.get(write.target)
                if write.kind not in ("hides", "removes") or place is None or not _is_dialog(place, control):
                    continue
                if opener := _opener(told, scripts, write.target):
                    yield opener, control


def _is_dialog(place: Fact, control: Fact) -> bool:
    return control["selector"] in place["around"] and bool(place["dialog"] or (place["modal"] and place["fixed"]))


def _opener(told: Fact, scripts: Scripts, target: str) -> Fact | None:
    """What opens it and brings the focus into it: elsewhere the focus has not left the page."""
    opener: Fact
    for opener in told["elements"]:
        for body in (scripts.body(source) for source in sources(opener, "click")):
            shows = any(write.target == target and write.kind == "shows" for write in scripts.writes(body))
            if shows and SEES_TO_IT.search(body):
                return opener
    return None


def _is_box(control: Fact) -> bool:
    """Whether it listens in the place of the buttons that it holds."""
    return not control["form"] and not control["native"] and control["holds"] > 0


def _presses(control: Fact) -> list[str]:
    if control["form"]:
        return sources(control, "submit")
    if not control["native"] and (control["tab"] is None or control["tab"] < 0):
        # It cannot have the focus itself; the buttons that it holds can.
        return [one for one in sources(control, "click") if _TARGET.search(one)] if control["holds"] else []
    if control["off"] or (
        control["tag"] in ("input", "select", "textarea") and control["kind"] not in ("button", "submit")
    ):
        return []
    return sources(control, "click")


def _takes_away(scripts: Scripts, named: Mapping[str, Fact], control: Fact, source: str) -> bool:
    body = scripts.body(source)
    if SEES_TO_IT.search(body) or LEADS.search(body):
        return False
    if _SHUTS.search(control["name"] or control["text"]):
        return False
    holds = _is_box(control)
    if not holds and _TAKES.search(_written_out(body)):
        return True
    writes = {write.target: write.kind for write in scripts.writes(body) if write.kind in ("hides", "removes")}
    writes |= {write.target: write.kind for write in scripts.writes(body) if write.kind in ("writes", "fills")}
    return any(
        (control["selector"] in place["around"] or (holds and place["selector"] == control["selector"]))
        and not place["dialog"]
        and _may_go(place, kind)
        for place, kind in ((named[target], kind) for target, kind in writes.items() if target in named)
    )


def _written_out(body: str) -> str:
    """With what was pressed, and what is around it, in the place of the names that are given to them."""
    for found in _KEPT.finditer(body):
        body = re.sub(rf"(?<![\w$.]){re.escape(found['name'])}(?=\.)", found["what"].replace("\\", ""), body)
    return body


def _may_go(place: Fact, kind: str) -> bool:
    return place["tag"] not in ("body", "main", "html") or kind in ("writes", "fills")
