"""The title of a table is its caption, not a cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

FEWEST = 3


class CaptionInCell(StructureCheck):
    """WCAG 1.3.1 (technique H39): a first row that is one cell across all columns of a table with headers."""

    rule = Rule(
        id="check/caption-in-cell",
        title="Title of a table stands in a cell",
        why="People who use a screen reader go from table to table by their captions. A title in a cell is read as "
        "one more entry, and may be taken for the header of every column.",
        fix="Put the title into <caption>, and take the row away.",
        title_fr="Le titre d’un tableau est dans une case",
        why_fr="Les personnes qui utilisent un lecteur d’écran passent d’un tableau à l’autre par leurs légendes. Un "
        "titre dans une case est lu comme une donnée de plus, ou comme l’en-tête de toutes les colonnes.",
        fix_fr="Mettez le titre dans <caption>, et retirez la rangée.",
        impact=Impact.MINOR,
        criteria=("1.3.1",),
        references=("WCAG technique H39",),
        help_url="https://www.w3.org/WAI/tutorials/tables/caption-summary/",
        before='<tr><td colspan="2">Bus times</td></tr> <tr><th>Route</th><th>Leaves</th></tr>',
        after="<caption>Bus times</caption> <tr><th>Route</th><th>Leaves</th></tr>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("tables",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Tables of data only: the second row holds headers."""
        for table in frame["tables"]:
            rows = table["cells"]
            if not table["shown"] or table["caption"] or table["role"] or table["nested"] or len(rows) < FEWEST:
                continue
            first, second = rows[0], rows[1]
            alone = len(first) == 1 and first[0]["span"] >= table["columns"] > 1 and first[0]["text"]
            if alone and len(second) > 1 and all(cell["header"] for cell in second if cell["text"]):
                message = (
                    f"The first row of the table is one cell that says {self.quote(first[0]['text'])}. Is that the "
                    "title of the table?"
                )
                yield self.found(frame, table, message)
