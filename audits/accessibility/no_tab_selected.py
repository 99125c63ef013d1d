"""Of a row of tabs, one says that it is the open one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict


class NoTabSelected(StructureCheck):
    """WCAG 4.1.2: role=tab without aria-selected on any tab of the row."""

    rule = Rule(
        id="check/no-tab-selected",
        title="Tabs do not say which of them is open",
        why="The open tab is told by its looks alone. People who use a screen reader hear the same of all of them.",
        fix='Give the open tab aria-selected="true" and the others "false", and change them with each choice.',
        title_fr="Les onglets ne disent pas lequel est ouvert",
        why_fr="L’onglet ouvert ne se reconnaît qu’à son apparence. Les personnes qui utilisent un lecteur d’écran "
        "entendent la même chose de tous.",
        fix_fr='Donnez à l’onglet ouvert aria-selected="true" et aux autres "false", et changez-les à chaque choix.',
        impact=Impact.SERIOUS,
        criteria=("4.1.2",),
        references=("WCAG technique ARIA5",),
        help_url="https://www.w3.org/WAI/ARIA/apg/patterns/tabs/",
        before='<button role="tab" class="active">Hours</button>',
        after='<button role="tab" class="active" aria-selected="true">Hours</button>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("tablists",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """A row of one tab leaves no choice."""
        for row in frame["tablists"]:
            if row["tabs"] > 1 and not row["told"]:
                message = (
                    f"None of {row['tabs']} tabs, {self.quote(row['text'], 60)}, has aria-selected. Go through them "
                    "with a screen reader: does it say which one is open?"
                )
                yield self.found(frame, row, message)
