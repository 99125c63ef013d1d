"""The name of a frame says what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, phrases, plain
from audits.model import Finding, Impact, Rule, Verdict

NAMES = phrases(
    """
    iframe|frame|inline frame|embed|embedded|embedded content|content|title|untitled|untitled document|page|window
    widget|external|external content|null|undefined|cadre|contenu|contenu intégré|titre|sans titre|fenêtre|myframe
    my iframe|iframe title|frame title|iframe1|frame1|iframe 1|frame 1|embedded frame|blank|html
    """
)


class VagueFrame(StructureCheck):
    """WCAG 4.1.2 (technique H64): there is a title, so that axe-core passes it, and it is no title."""

    rule = Rule(
        id="check/vague-frame",
        title="Embedded frame has a name that says nothing",
        why="People who use a screen reader hear “iframe, frame” and must go in to learn whether it is a map, a form "
        "or an advertisement.",
        fix="Name what it holds: “Map of the trails”, “Registration form”.",
        title_fr="Le nom d’un cadre intégré ne dit rien",
        why_fr="Les personnes qui utilisent un lecteur d’écran entendent « iframe, cadre » et doivent y entrer pour "
        "savoir si c’est une carte, un formulaire ou une publicité.",
        fix_fr="Nommez ce qu’il contient : « Carte des sentiers », « Formulaire d’inscription ».",
        impact=Impact.MODERATE,
        criteria=("4.1.2",),
        references=("WCAG technique H64",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/html/H64",
        before='<iframe src="/map" title="iframe"></iframe>',
        after='<iframe src="/map" title="Map of the trails"></iframe>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("embeds",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such frame."""
        for embed in frame["embeds"]:
            if plain(embed["name"]) in NAMES:
                message = (
                    f"The frame is called {self.quote(embed['name'])}. Look into it: does the name say what it holds?"
                )
                yield self.found(frame, embed, message)
