"""Headings, lists and tables that a style sheet draws are marked up as well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict


class DrawnStructure(StructureCheck):
    """WCAG 1.3.1 (failure F2): a line with a break below it, lines with drawn bullets, boxes in rows and columns."""

    rule = Rule(
        id="check/drawn-structure",
        title="Structure is drawn, not marked up",
        why="People who use a screen reader are told of headings, lists and tables by the markup alone: they cannot "
        "jump to them, nor hear which column a value stands in.",
        fix="Use <h2>, <ul> with <li>, or <table> with <th>, and keep the style.",
        title_fr="La structure est dessinée, pas balisée",
        why_fr="Les personnes qui utilisent un lecteur d’écran n’apprennent les titres, listes et tableaux que par "
        "le balisage : elles ne peuvent pas y sauter, ni entendre dans quelle colonne est une valeur.",
        fix_fr="Utilisez <h2>, <ul> avec <li>, ou <table> avec <th>, et gardez le style.",
        impact=Impact.SERIOUS,
        criteria=("1.3.1",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/failures/F2",
        before='<div class="row"><div>Age</div><div>Fee</div></div>',
        after='<tr><th scope="col">Age</th><th scope="col">Fee</th></tr>',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/fake-heading", "check/fake-list", "check/typed-table"),
    )
    needs: ClassVar[tuple[str, ...]] = ("looks",)
    about: ClassVar[tuple[str, ...]] = ("leads", "bulleted", "grids")
    artifact: ClassVar[str] = "looks"

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """What looks like a heading, a list, a table."""
        for lead in frame["leads"]:
            many = f"{len(lead['texts'])} lines stand" if len(lead["texts"]) > 1 else "A line stands"
            said = self.quotes(lead["texts"])
            yield self.found(
                frame, lead, f"{many} out at the head of a text, with a break below: {said}. Is it a heading?"
            )
        for boxes in frame["bulleted"]:
            said = self.quotes(boxes["texts"])
            message = (
                f"{boxes['items']} lines have a bullet or sign that the style sheet draws: {said}. Are they a list?"
            )
            yield self.found(frame, boxes, message)
        for boxes in frame["grids"]:
            message = (
                f"Boxes stand in {boxes['rows']} rows and {boxes['columns']} columns, beginning with "
                f"{self.quotes(boxes['texts'])}. Are they a table, and is each value's heading told?"
            )
            yield self.found(frame, boxes, message)
