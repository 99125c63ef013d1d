"""A word is one word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_SPACED = re.compile(r"(?<![^\s(«“\"])(?:[^\W\d_]\s){4,}[^\W\d_](?![^\s.,:!?)»”\"])")
#: The days of a week begin so.
_WEEKS = ("SMTWTFS", "MTWTFSS", "MTWTF", "DLMMJVS", "LMMJVSD", "LMMJV")


class SpacedLetters(StructureCheck):
    """WCAG 1.3.2 (failure F32): letters set apart by spaces. Alphabets and the days of a week are none."""

    rule = Rule(
        id="check/spaced-letters",
        title="A word is spaced out letter by letter",
        why="Screen readers spell it: “W, E, L, C, O, M, E”. Search and translation do not find the word.",
        fix="Write the word without spaces, and set its letters apart with letter-spacing.",
        title_fr="Un mot est espacé lettre par lettre",
        why_fr="Les lecteurs d’écran l’épellent : « A, V, I, S ». La recherche et la traduction ne trouvent pas le "
        "mot.",
        fix_fr="Écrivez le mot sans espaces, et écartez les lettres avec letter-spacing.",
        impact=Impact.MODERATE,
        criteria=("1.3.2",),
        references=("WCAG failure F32",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/meaningful-sequence.html",
        before="<h2>W E L C O M E</h2>",
        after='<h2 class="wide">Welcome</h2>\n.wide { letter-spacing: .3em; text-transform: uppercase }',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("blocks",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """The first such word of each block."""
        for block in frame["blocks"]:
            if not block["shown"] or block["muted"] or block["linked"] >= 0.5 or block["coded"] >= 0.5:
                continue
            for spaced in _SPACED.findall(block["text"]):
                if not _is_row(spaced.split()):
                    message = f"{self.quote(spaced)}: is this a word whose letters are set apart by spaces?"
                    yield self.found(frame, block, message)
                    break


def _is_row(letters: list[str]) -> bool:
    """An alphabet, marks, days: letters that stand for themselves."""
    joined = "".join(letters).upper()
    if any(week in joined for week in _WEEKS) or len(set(joined)) * 2 < len(joined):
        return True
    steps = [ord(second) - ord(first) for first, second in pairwise(joined)]
    return sum(step == 1 for step in steps) * 2 >= len(steps) or all(step > 0 for step in steps)
