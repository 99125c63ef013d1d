"""A link that opens a new window says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, more
from audits.model import Finding, Impact, Rule, Verdict

_SAID = re.compile(
    r"\b(?:new|another|separate|external)\b.{0,12}\b(?:window|tab|site|link|page)s?\b|\bpop-?up\b|\bopens in\b"
    r"|\bexternal\b"
    r"|\b(?:nouvel(?:le)?|autre)\b.{0,12}\b(?:fenêtre|onglet|site)s?\b|\blien externe\b|s['’]ouvre dans",
    re.IGNORECASE,
)


class NewWindow(StructureCheck):
    """WCAG technique G201: advice, no criterion of level A or AA. One finding a page."""

    rule = Rule(
        id="check/new-window",
        title="Links open a new window without saying so",
        why="The Back button is dead there, and people who do not see the new window, or are easily confused, do "
        "not find their way back.",
        fix="Let the link open in the same window, or say “opens in a new window” in it.",
        title_fr="Des liens ouvrent une nouvelle fenêtre sans le dire",
        why_fr="Le bouton Précédent n’y mène nulle part, et les personnes qui ne voient pas la nouvelle fenêtre, "
        "ou se troublent facilement, ne retrouvent pas leur chemin.",
        fix_fr="Laissez le lien s’ouvrir dans la même fenêtre, ou dites-y « ouvre une nouvelle fenêtre ».",
        impact=Impact.MINOR,
        references=("WCAG technique G201",),
        best_practice=True,
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/general/G201",
        before='<a href="/minutes" target="_blank">Minutes</a>',
        after='<a href="/minutes">Minutes</a>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("links",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """The first such link of the page’s own content."""
        silent = [
            link
            for link in frame["links"]
            if link["opens"] and link["part"]["key"] == "content" and not _SAID.search(f"{link['name']} {link['more']}")
        ]
        if silent and not any(_SAID.search(block["text"]) for block in frame["blocks"]):
            name = self.quote(silent[0]["name"]) if silent[0]["name"] else "A link without words"
            message = f"{name} opens a new window and does not say so.{more(silent, 'link')} Must it be a new one?"
            yield self.found(frame, silent[0], message)
