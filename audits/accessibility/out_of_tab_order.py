"""What a mouse can use stays in the tab order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from audits.check import Check
from audits.model import Finding, Impact, Part, Rule, Snapshot, Verdict

#: Questions about one part of a page; more are one question.
ASKED = 3


class OutOfTabOrder(Check):
    """WCAG 2.1.1: tabindex="-1" on a native control that nothing else stands in for."""

    rule = Rule(
        id="check/out-of-tab-order",
        title="Control was taken out of the tab order",
        why="People who cannot use a mouse go through a page with the Tab key; it passes this control by.",
        fix='Take tabindex="-1" away.',
        title_fr="Une commande a été retirée de l’ordre de tabulation",
        why_fr="Les personnes qui ne peuvent pas se servir d’une souris parcourent la page avec la touche Tab, qui "
        "saute cette commande.",
        fix_fr='Retirez tabindex="-1".',
        impact=Impact.CRITICAL,
        criteria=("2.1.1",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/keyboard.html",
        before='<button type="button" tabindex="-1" onclick="next()">Next month</button>',
        after='<button type="button" onclick="next()">Next month</button>',
    )
    needs: ClassVar[tuple[str, ...]] = ("mouse",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = redact

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A failure where it does something by itself and no keys are listened to; else a question."""
        unsure: dict[str, list[Mapping[str, Any]]] = {}
        for control in snapshot.artifacts["mouse"]["unreached"]:
            if control["acts"] and not control["keys"] and not control["hidden"]:
                yield self._found(control, Verdict.FAIL)
            else:
                unsure.setdefault(control["part"]["key"], []).append(control)
        for alike in unsure.values():
            # So many are a part that is closed, or that the arrow keys go through.
            if len(alike) > ASKED:
                yield self._found(alike[0], Verdict.REVIEW, f" ({len(alike)} such places here.)")
            else:
                yield from (self._found(control, Verdict.REVIEW) for control in alike)

    def _found(self, control: Mapping[str, Any], verdict: Verdict, others: str = "") -> Finding:
        said = self._redact(control["text"])
        named = f"“{said}”" if said and said != "[picture]" else "This field" if control["field"] else "This control"
        message = f'{named} has tabindex="-1": a mouse can use it, and the Tab key does not come to it.{others}'
        if verdict is Verdict.REVIEW:
            message += " Is there another way to do the same with the keyboard, with the arrow keys or elsewhere?"
        return Finding(
            rule=self.rule.id,
            verdict=verdict,
            message=message,
            selector=self._redact(control["selector"]),
            snippet=self._redact(control["html"])[:300],
            part=Part(**control["part"]),
        )
