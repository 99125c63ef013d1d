"""What can be dragged can be moved in another way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

_ASKS = re.compile(
    r"(?:^|[.!:(]\s*)(?:please )?"
    r"(?:drag (?:the|and|a|an|your|to|items?|files?)|swipe (?:left|right|up|down|to|the|across)|pinch (?:to|the))\b"
    r"[^.!]*"
    r"|(?:^|[.!:(]\s*)(?:veuillez )?(?:faites glisser|faire glisser|glissez|balayez|pincez)\b[^.!]*",
    re.IGNORECASE,
)
#: A place to drop files on.
_DROPS = re.compile(
    r"\b(?:drop(?! (?:off|in|by|out|us)\b)|drag(?: (?:and|&|n) drop)?)\b[^.!?]{0,50}"
    r"\b(?:here|into this|onto this|in this (?:box|area))\b"
    r"|\b(?:déposez|glissez(?:[- ](?:et )?déposez)?)\b[^.!?]{0,50}\b(?:ici|dans (?:cette|ce) (?:zone|cadre))\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:or|ou)\b.{0,40}\b(?:browse|choose|select|click|press|tap|use|button|parcour\w+|choisi\w+|sélectionn\w+|cliqu\w+|appuy\w+|utilis\w+|bouton)",
    re.IGNORECASE | re.DOTALL,
)


class DragOnly(StructureCheck):
    """WCAG 2.5.7 and 2.5.1 (failures F108, F105): entries without a button beside them, words that ask for a drag."""

    rule = Rule(
        id="check/drag-only",
        title="Something seems to need dragging or swiping",
        why="People whose hands tremble, or who use a head pointer, eye control or a switch, cannot hold and move "
        "at once.",
        fix="Add buttons or a list that do the same with single presses: “Move up”, “Next”.",
        title_fr="Il semble falloir glisser ou balayer",
        why_fr="Les personnes dont les mains tremblent, ou qui pointent de la tête, des yeux ou d’un contacteur, "
        "ne peuvent pas tenir et déplacer à la fois.",
        fix_fr="Ajoutez des boutons ou une liste qui font la même chose par simples pressions : « Monter », « "
        "Suivant ».",
        impact=Impact.SERIOUS,
        criteria=("2.5.7", "2.5.1", "2.1.1"),
        references=("WCAG failure F108", "WCAG failure F105"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/dragging-movements.html",
        before='<li draggable="true">New library</li>',
        after='<li draggable="true">New library <button aria-label="Move new library up">↑</button></li>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("dragged", "blocks")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each part, and each text that asks for it."""
        alone = [one for one in frame["dragged"] if not one["other"]]
        for group in by(alone, lambda one: one["part"]["key"]):
            message = (
                f"{self.quote(group[0]['text'])} can be dragged.{more(group)} Can it be moved by single presses as "
                "well, without dragging?"
            )
            yield self.found(frame, group[0], message)
        takes_files = any(field["kind"] == "file" for field in frame["fields"])
        for block in frame["blocks"]:
            if not block["shown"] or block["muted"]:
                continue
            asked = (None if alone else _ASKS.search(block["text"])) or (
                None if takes_files else _DROPS.search(block["text"])
            )
            if asked and not _OTHERWISE.search(block["text"]):
                message = f"The text says {self.quote(asked.group())}. Can the same be done by single presses?"
                yield self.found(frame, block, message)
