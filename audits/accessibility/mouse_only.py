"""What answers a mouse must answer a keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from audits.check import Check
from audits.model import Finding, Impact, Part, Rule, Snapshot, Verdict


class MouseOnly(Check):
    """WCAG 2.1.1: an element that scripts made a control of, and that the Tab key does not come to."""

    rule = Rule(
        id="check/mouse-only-control",
        title="Control can be used with a mouse only",
        why="People who cannot use a mouse go through a page with the Tab key; it passes this control by. "
        "Screen readers and voice control do not know it as a control either.",
        fix="Make it a <button>, or a link with an address.",
        title_fr="Une commande ne s’utilise qu’avec une souris",
        why_fr="Les personnes qui ne peuvent pas se servir d’une souris parcourent la page avec la touche Tab, qui "
        "saute cette commande. Les lecteurs d’écran et la commande vocale ne la connaissent pas non plus.",
        fix_fr="Faites-en un <button>, ou un lien qui a une adresse.",
        impact=Impact.CRITICAL,
        criteria=("2.1.1", "4.1.2"),
        references=("WCAG failure F54", "WCAG failure F59"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/keyboard.html",
        before='<span class="btn" onclick="openMap()">Open the map</span>',
        after='<button type="button" onclick="openMap()">Open the map</button>',
    )
    needs: ClassVar[tuple[str, ...]] = ("mouse",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = redact

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A failure where a hand shows that it is a control; a question where it may be one."""
        for control in snapshot.artifacts["mouse"]["controls"]:
            if control["tracked"] or control["keys"]:
                continue
            shown = control["pointer"] or control["named"]
            if control["asked"] and (control["paragraph"] or control["row"]):
                continue
            if (
                not shown
                and not control.get("unsure")
                and (control["paragraph"] or not control["click"] or control["twin"])
            ):
                continue
            if control["twin"] and not control["named"]:
                continue
            sure = shown and control["click"] and not (control["paragraph"] or control["row"] or control.get("unsure"))
            verdict = Verdict.FAIL if sure else Verdict.REVIEW
            said = self._redact(control["text"])
            named = f"“{said}”" if said != "[picture]" else "This picture"
            yield Finding(
                rule=self.rule.id,
                verdict=verdict,
                message=f"{named} answers a click, and the Tab key does not come to it."
                if sure
                else f"{named} seems to answer a click, and the Tab key does not come to it: click it, and see whether "
                "something happens that cannot be had with the keyboard.",
                selector=self._redact(control["selector"]),
                snippet=self._redact(control["html"])[:300],
                part=Part(**control["part"]),
            )
