"""What stays in place while the rest scrolls must leave room for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class CoveredWindow(PlaceCheck):
    """WCAG 1.4.10: fixed and sticky parts at 320 by 256 CSS pixels."""

    rule = Rule(
        id="check/covered-window",
        title="Fixed parts leave little room to read in",
        why="People who enlarge a page to 400% see a window of 320 by 256 pixels. Where headers and bars that "
        "stay in place "
        "fill it, the page is read through a slit.",
        fix="Let headers and bars scroll away when the window is low.",
        title_fr="Des parties fixes laissent peu de place à la lecture",
        why_fr="Les personnes qui agrandissent une page à 400 % voient une fenêtre de 320 sur 256 pixels. Quand des "
        "en-têtes et des barres fixes la remplissent, on lit la page par une fente.",
        fix_fr="Laissez les en-têtes et les barres défiler quand la fenêtre est basse.",
        impact=Impact.MODERATE,
        criteria=("1.4.10",),
        references=("WCAG technique C34",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/css/C34",
        before=".header { position: sticky; top: 0 }",
        after="@media (min-height: 480px) { .header { position: sticky; top: 0 } }",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("layout",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """The part that covers most."""
        for place in snapshot.artifacts["layout"]["small"]["covering"]:
            yield self.found(
                place,
                Verdict.REVIEW,
                f"Parts that stay in place cover {place['share']}% of a window of 320 by 256 pixels. Enlarge the "
                "page to "
                "400%, scroll to its middle, and see whether there is room to read.",
            )
