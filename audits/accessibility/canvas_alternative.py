"""A drawing made by a script has its content in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

#: Smaller ones are sparks and spinners.
WIDE, HIGH = 120, 80


class CanvasAlternative(StructureCheck):
    """WCAG 1.1.1: charts, maps and signatures, by a script or in the markup, without a name or a figure."""

    rule = Rule(
        id="check/canvas-alternative",
        title="Drawing has no text alternative",
        why="What a script paints on a canvas is nothing at all to a screen reader: no name, no numbers, no map.",
        fix='Name it (role="img" and aria-label), and give its data as text or a table beside it.',
        title_fr="Le dessin n’a pas de texte de remplacement",
        why_fr="Ce qu’un script peint sur un canvas n’est rien pour un lecteur d’écran : ni nom, ni chiffres, ni "
        "carte.",
        fix_fr='Nommez-le (role="img" et aria-label), et donnez ses données en texte ou en tableau à côté.',
        impact=Impact.SERIOUS,
        criteria=("1.1.1",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/non-text-content.html",
        before='<canvas id="chart"></canvas>',
        after='<canvas id="chart" role="img" aria-label="Water use by month; table below"></canvas>\n<table>…</table>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("canvases", "drawings")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each part of the page."""
        silent = [canvas for canvas in frame["canvases"] if _is_silent(canvas)]
        if silent:
            many = f" ({len(silent)} such drawings here.)" if len(silent) > 1 else ""
            message = (
                f"A script draws here, {silent[0]['width']} by {silent[0]['height']} pixels, and nothing names "
                f"it.{many} Does the drawing tell people something that the text beside it does not?"
            )
            yield self.found(frame, silent[0], message)
        drawn = [one for one in frame["drawings"] if not (one["muted"] or one["behind"] or one["figure"])]
        for group in by(drawn, lambda one: one["part"]["key"]):
            message = (
                f"A drawing (SVG) of {group[0]['width']} by {group[0]['height']} pixels has no name."
                f"{more(group, 'drawing')} Does it tell people something that the text beside it does not? If it only "
                "adorns, hide it (aria-hidden)."
            )
            yield self.found(frame, group[0], message)


def _is_silent(canvas: Fact) -> bool:
    if not canvas["shown"] or canvas["behind"] or canvas["figure"]:
        return False
    return not canvas["name"] and canvas["width"] >= WIDE and canvas["height"] >= HIGH
