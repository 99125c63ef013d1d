"""What has the focus keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_BLUR = re.compile(r"(?:^|[;{\s(])(?:this|event\.(?:target|currentTarget|srcElement))\.blur\s*\(")


class FocusTakenAway(StructureCheck):
    """WCAG failure F55: the markup itself says that focus is taken away as soon as it comes."""

    rule = Rule(
        id="check/focus-taken-away",
        title="A script takes the focus away",
        why="People who use a keyboard come to this place and are thrown out of it: they cannot use it, and often "
        "must start again from the top.",
        fix="Take the call of blur() out of the focus handler; show the focus by a style instead of removing it.",
        title_fr="Un script retire le focus",
        why_fr="Les personnes qui se servent d’un clavier arrivent ici et en sont chassées : elles ne peuvent pas "
        "s’en servir et doivent souvent repartir du haut.",
        fix_fr="Enlevez l’appel à blur() du gestionnaire de focus; montrez le focus par un style au lieu de le "
        "retirer.",
        impact=Impact.CRITICAL,
        criteria=("2.1.1", "2.4.7", "3.2.1"),
        references=("WCAG failure F55",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-visible.html",
        before='<a href="/apply" onfocus="this.blur()">Apply</a>',
        after='<a href="/apply">Apply</a>',
        verdicts=(Verdict.FAIL,),
    )
    about: ClassVar[tuple[str, ...]] = ("handlers",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such place."""
        for one in frame["handlers"]:
            if one["event"] == "focus" and one["shown"] and not one["off"] and _BLUR.search(one["code"]):
                message = "Its own markup takes the focus away as soon as the Tab key or a finger comes to it."
                yield self.found(frame, one, message, Verdict.FAIL)
