"""What answers a mouse must answer a keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from audits.check import Check
from audits.model import Finding, Impact, Part, Rule, Snapshot, Verdict

#: Of what is hidden, as many of one page as a person looks at.
MOST_SHUT = 3


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
        yield from self._shut(snapshot.artifacts["mouse"]["shut"][:MOST_SHUT])

    def _shut(self, places: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
        """Of what is hidden until something opens it."""
        for place in places:
            said = self._redact(place["text"])
            named = f"“{said}”" if said != "[picture]" else "A picture"
            others = f" ({place['many']} alike)" if place["many"] > 1 else ""
            yield Finding(
                rule=self.rule.id,
                verdict=Verdict.REVIEW,
                message=f"{named}{others} is hidden until something opens it, answers a click, and will not be "
                f"reached with "
                "the Tab key. Open it: can what it does be had with the keyboard?",
                selector=self._redact(place["selector"]),
                snippet=self._redact(place["html"])[:300],
                part=Part(**place["part"]),
            )
