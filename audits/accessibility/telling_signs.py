"""A little picture that tells something has words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, more
from audits.model import Finding, Impact, Rule, Verdict

#: Entries of one list or table from which signs that differ are a pattern, and how many sets are told.
FEWEST, MOST = 3, 5
_STATE = re.compile(
    r"(?:^|[\s_-])(?:yes|no|ok|on|off|open|closed?|shut|full|free|avail\w*|unavail\w*|check(?:ed|mark)?|times|cross|tick"
    r"|x|good|bad|warn\w*|danger|error|success|status|state|true|false|oui|non|ouvert|ferm\w*|complet|libre)(?:$|[\s_-])",
    re.IGNORECASE,
)
#: Words that say a state, so that its sign need not.
_SAID = re.compile(
    r"\b(?:open|closed|full|free|available|unavailable|yes|no|included|not|without|cancelled|delayed|on time|required"
    r"|optional|good|poor|safe|unsafe|ouverte?s?|fermée?s?|complet|libre|disponible|oui|non|inclus\w*|sans|annulée?)\b",
    re.IGNORECASE,
)


class TellingSigns(StructureCheck):
    """WCAG 1.1.1: signs in cells that say nothing else, after a colon, or unlike in entries that are alike."""

    rule = Rule(
        id="check/telling-signs",
        title="A sign tells something that no word says",
        why="A check mark, a cross, a coloured dot: people who use a screen reader hear an empty cell, or a name and "
        "nothing after it.",
        fix="Write what the sign says, beside it or as its alternative: “Yes”, “Closed”.",
        title_fr="Un signe dit quelque chose qu’aucun mot ne dit",
        why_fr="Un crochet, une croix, un point de couleur : les personnes qui utilisent un lecteur d’écran entendent "
        "une case vide, ou un nom et rien après.",
        fix_fr="Écrivez ce que dit le signe, à côté ou comme texte de remplacement : « Oui », « Fermé ».",
        impact=Impact.SERIOUS,
        criteria=("1.1.1",),
        references=("WCAG failure F26", "WCAG failure F3"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/non-text-content.html",
        before='<td><i class="icon-check"></i></td>',
        after='<td><i class="icon-check" role="img" aria-label="Yes"></i></td>',
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("looks",)
    about: ClassVar[tuple[str, ...]] = ("little",)
    artifact: ClassVar[str] = "looks"

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each list, table or box."""
        told = 0
        for some in frame["little"]:
            if told < MOST and (asked := self._asked(some["items"])):
                told += 1
                yield self.found(frame, *asked)

    def _asked(self, items: list[Fact]) -> tuple[Fact, str] | None:
        # A picture of the style sheet in such a cell is told by the rule of those.
        mute = [one for one in items if one["headed"] and not (one["text"] or one["said"] or one["drawn"])]
        if mute:
            return mute[0], (
                f"All that this cell of a table shows is a sign without a name.{more(mute, 'cell')} What does it mean, "
                "and how does somebody who does not see it learn that?"
            )
        named = [one for one in items if one["before"].endswith(":") and not one["after"] and not one["said"]]
        if named:
            return named[0], (
                f"After {self.quote(named[0]['before'])} stands a sign without a name.{more(named)} What does it say, "
                "and is that written?"
            )
        plain = [one for one in items if one["text"] and not one["said"] and not one["cell"]]
        keys = {one["key"] for one in plain}
        if len(keys) < 2 or any(_SAID.search(one["text"]) for one in plain):
            return None
        states = len({one["classes"] for one in plain if _STATE.search(one["classes"])}) > 1
        if states or (len(plain) >= FEWEST and len(keys) < len(plain)):
            said = self.quotes(one["text"] for one in plain)
            return plain[0], (
                f"Signs without names stand beside {said}, and are not all the same. Do they say something that the "
                "words do not?"
            )
        return None
