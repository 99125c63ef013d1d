"""Text that people enlarge must stay whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import MOST, PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: Letters lost below which a box is not worth a question.
FEWEST = 12


class TextResize(PlaceCheck):
    """WCAG 1.4.4. A question only: whoever enlarges the whole page with its boxes may lose nothing."""

    rule = Rule(
        id="check/text-resize",
        title="Text is cut off when people enlarge it",
        why="People with low vision set larger text in their browser or phone. In a box of a fixed height, the end of "
        "the text is gone.",
        fix="Give boxes of text a min-height instead of a height, in rem or em.",
        title_fr="Le texte est coupé quand on l’agrandit",
        why_fr="Les personnes qui ont une basse vision demandent un texte plus grand à leur navigateur ou à leur "
        "téléphone. Dans une boîte de hauteur fixe, la fin du texte disparaît.",
        fix_fr="Donnez aux boîtes de texte une hauteur minimale (min-height) au lieu d’une hauteur, en rem ou en em.",
        impact=Impact.MODERATE,
        criteria=("1.4.4",),
        references=("WCAG technique G179", "WCAG failure F69"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/resize-text.html",
        before=".card { height: 120px; overflow: hidden }",
        after=".card { min-height: 7.5rem }",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("layout",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Boxes that lose whole lines, and not those that the rule of text spacing names already."""
        layout = snapshot.artifacts["layout"]
        named = {place["selector"] for place in layout["spaced"]["lost"]}
        for place in layout["doubled"]["lost"][:MOST]:
            if place["selector"] in named or place["letters"] < FEWEST or place["opens"] or place["dotted"]:
                continue
            yield self.found(
                place,
                Verdict.REVIEW,
                f"{self.quoted(place['text'])}: some of it is cut off when text is twice as large. Zoom text "
                "only to 200%, "
                "and see whether the rest can be had.",
            )
