"""A little picture that tells something has words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
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

#: What a picture beside it repeats: a number to call, an address, a date.
_CONTACT = re.compile(r"\d|@")


class TellingSigns(StructureCheck):
    """WCAG 1.1.1: signs in cells and entries that say nothing else, after a colon, or unlike in entries that are alike.

    The picture of a style sheet, a mask, a letter of an icon font, whatever draws it.
    """

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
    about: ClassVar[tuple[str, ...]] = ("little", "bare")
    artifact: ClassVar[str] = "looks"

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each list, table or box."""
        told = 0
        for some in frame["little"]:
            if told < MOST and (asked := self._asked(some["items"])):
                told += 1
                yield self.found(frame, *asked)
        for group in by(frame["bare"], lambda one: one["like"]):
            if told < MOST and (mute := self._mute(group)):
                told += 1
                yield self.found(frame, *mute)

    def _mute(self, group: list[Fact]) -> tuple[Fact, str] | None:
        """Of one table, or of lists or rows that are made alike."""
        if any(one["asked"] for one in group):
            return None
        if group[0]["kind"] == "cell":
            columns = [column for column in group if _differ(column)]
            if not columns:
                return None
            many = sum(column["many"] for column in columns)
            what = f"The cell beside {self.quote(columns[0]['items'][0]['text'], 40)} shows nothing but"
            return columns[0], _question(what, many, "cell", "cells of its column")
        if group[0]["kind"] == "beside":
            return self._beside(group[0])
        if group[0]["kind"] == "row":
            return self._rows(group[0])
        keys = {item["key"] for one in group for item in one["items"]}
        many = sum(one["many"] for one in group)
        return (
            (group[0], _question("This entry shows nothing but", many, "entry", "entries")) if len(keys) > 1 else None
        )

    def _rows(self, group: Fact) -> tuple[Fact, str] | None:
        """Boxes made alike, each with a name and a picture or some: pictures that all differ adorn what they name."""
        kinds = len({item["key"] for item in group["items"]})
        sorts = group["several"] or len(group["items"]) > kinds
        if group["aligned"] and len(group["items"]) == 1:
            what = f"Below or beside {self.quote(group['items'][0]['text'], 40)} stands"
            return group, _question(what, 1, "row", "pictures of the row")
        if kinds < 2 or len(group["items"]) < (2 if group["several"] else FEWEST) or not sorts:
            return None
        if any(_SAID.search(item["text"]) or _CONTACT.search(item["text"]) for item in group["items"]):
            return None
        return group, _question(
            f"{self.quote(group['items'][0]['text'], 40)} has beside it", group["many"], "row", "rows"
        )

    def _beside(self, group: Fact) -> tuple[Fact, str] | None:
        """Entries with words, sorted by the pictures beside them: each picture stands there twice at least."""
        items = group["items"]
        kinds = [sum(item["key"] == key for item in items) for key in {item["key"] for item in items}]
        if min(kinds) < 2 or any(_SAID.search(item["text"]) for item in items):
            return None
        said = self.quotes(item["text"] for item in items)
        return group, (
            f"The style sheet sets {len(kinds)} kinds of pictures beside {said}. Look at what each means, then listen "
            "to the list with a screen reader, or switch styles off: is the meaning said?"
        )

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


def _differ(column: Fact) -> bool:
    """Whether the pictures of a column tell its rows apart; without any header, by how they repeat."""
    keys = [item["key"] for item in column["items"]]
    kinds = len(set(keys))
    if column["headed"]:
        return kinds > 1 or bool(column["title"] and column["empty"])
    return len(keys) >= FEWEST and 1 < kinds < len(keys)


def _question(what: str, many: int, one: str, others: str) -> str:
    count = f" ({many} such {'entries' if one == 'entry' else one + 's'} here.)" if many > 1 else ""
    return (
        f"{what} a picture or sign of the style sheet, and other {others} show another or nothing.{count} "
        "Look at what each means, then listen to it with a screen reader, or switch styles off: is the meaning said?"
    )
