"""Text grows when people zoom in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, more
from audits.model import Finding, Impact, Rule, Verdict


class WindowSizedText(StructureCheck):
    """WCAG 1.4.4 (failure F94): a size in hundredths of the window alone."""

    rule = Rule(
        id="check/window-sized-text",
        title="Text is sized by the window alone",
        why="Zooming in makes the window smaller by as much as it makes the text larger: the text keeps its size, "
        "and people who need it larger cannot have it.",
        fix="Add a size that grows: font-size: calc(1rem + 1vw), or clamp() with limits in rem.",
        title_fr="Le texte n’a de taille que par la fenêtre",
        why_fr="Un agrandissement réduit la fenêtre d’autant : le texte garde sa taille, et les personnes qui en "
        "ont besoin ne peuvent l’agrandir.",
        fix_fr="Ajoutez une taille qui grandit : font-size: calc(1rem + 1vw), ou clamp() avec des limites en rem.",
        impact=Impact.SERIOUS,
        criteria=("1.4.4",),
        references=("WCAG failure F94",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/resize-text.html",
        before="h1 { font-size: 5vw }",
        after="h1 { font-size: calc(1.5rem + 2vw) }",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("scaled",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """The first such text speaks for all."""
        if texts := frame["scaled"]:
            message = (
                f"{self.quote(texts[0]['text'])} has a size of {texts[0]['size']}.{more(texts, 'text')} Zoom in to "
                "200%: does it become twice as large?"
            )
            yield self.found(frame, texts[0], message)
