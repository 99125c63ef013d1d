"""Where headers stand in two rows, each cell knows its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

FEWEST = 3


class LayeredHeaders(StructureCheck):
    """WCAG 1.3.1 (techniques H43, H63): headers above headers, and neither scope nor headers attributes."""

    rule = Rule(
        id="check/layered-headers",
        title="Headers in two rows are not tied to their columns",
        why="A header above several columns is read with one of them or with none: people who use a screen reader "
        "hear “Day, $2” and not whether it is a child's or an adult's.",
        fix='Give the upper headers scope="colgroup" and the lower ones scope="col", or make two tables of it.',
        title_fr="Des en-têtes sur deux rangées ne sont pas liés à leurs colonnes",
        why_fr="Un en-tête au-dessus de plusieurs colonnes est lu avec une seule, ou aucune : les personnes qui "
        "utilisent un lecteur d’écran entendent « Jour, 2 $ », sans savoir si c’est pour un enfant ou un adulte.",
        fix_fr='Donnez aux en-têtes du haut scope="colgroup" et à ceux du bas scope="col", ou faites-en deux tableaux.',
        impact=Impact.MODERATE,
        criteria=("1.3.1",),
        references=("WCAG technique H43", "WCAG technique H63"),
        help_url="https://www.w3.org/WAI/tutorials/tables/irregular/",
        before='<tr><th colspan="2">Child</th><th colspan="2">Adult</th></tr> <tr><th>Day</th><th>Year</th>…',
        after='<tr><th colspan="2" scope="colgroup">Child</th>… <tr><th scope="col">Day</th>…',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("tables",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Two rows of headers, and in the first at least two that span columns."""
        for table in frame["tables"]:
            rows = table["cells"]
            if not table["shown"] or table["tied"] or table["role"] or table["nested"] or len(rows) < FEWEST:
                continue
            first, second = rows[0], rows[1]
            heads = all(cell["header"] for cell in [*first, *second] if cell["text"])
            wide = [cell["text"] for cell in first if cell["header"] and cell["span"] > 1 and cell["text"]]
            if heads and len(wide) > 1 and any(not cell["header"] for row in rows[2:] for cell in row):
                message = (
                    f"The headers {self.quotes(wide)} stand above other headers, and nothing ties them to their "
                    "columns. Go through the table with a screen reader: is each figure read with both?"
                )
                yield self.found(frame, table, message)
