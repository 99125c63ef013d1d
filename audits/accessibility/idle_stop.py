"""The Tab key stops where there is something to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import ClassVar

from audits.check import Check
from audits.model import Finding, Impact, Part, Rule, Snapshot, Verdict


class IdleStop(Check):
    """tabindex="0" on text that has no role of a control, no handler, nothing hidden, and does not scroll."""

    rule = Rule(
        id="check/idle-stop",
        title="Tab key stops at text where there is nothing to do",
        why="People who use the keyboard press Tab once more for each such stop, and wonder what it is for. Screen "
        "readers read text without it.",
        fix='Take tabindex="0" away.',
        title_fr="La touche Tab s’arrête sur du texte où il n’y a rien à faire",
        why_fr="Les personnes qui utilisent le clavier appuient sur Tab une fois de plus à chaque arrêt et se "
        "demandent à quoi il sert. Les lecteurs d’écran lisent le texte sans cela.",
        fix_fr='Retirez tabindex="0".',
        impact=Impact.MINOR,
        best_practice=True,
        help_url="https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/",
        before='<p tabindex="0">The library is closed on Monday.</p>',
        after="<p>The library is closed on Monday.</p>",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("mouse",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = redact

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One question for each part."""
        stops = snapshot.artifacts["mouse"]["idle"]
        for _, group in groupby(stops, key=lambda stop: stop["part"]["key"]):
            first, *others = group
            count = f" ({len(others) + 1} such stops here.)" if others else ""
            yield Finding(
                rule=self.rule.id,
                verdict=Verdict.REVIEW,
                message=f"The Tab key stops at “{self._redact(first['text'])[:80]}”.{count} Press Tab until it is "
                "there: is there anything to do with the keyboard?",
                selector=self._redact(first["selector"]),
                snippet=self._redact(first["html"])[:300],
                part=Part(**first["part"]),
            )
