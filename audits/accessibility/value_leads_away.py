"""The markup of a list or field does not lead away when its value changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_LEADS = re.compile(
    r"\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:assign|replace)\s*\(|\.submit\s*\(|\bwindow\.open\s*\(|^\s*submit\s*\("
)


class ValueLeadsAway(StructureCheck):
    """WCAG 3.2.2: the handler in the markup opens another page or sends the form."""

    rule = Rule(
        id="check/value-leads-away",
        title="A choice seems to lead away as soon as it is made",
        why="People who go through a list with the arrow keys, or choose wrongly, find themselves on another page, "
        "and do not know why.",
        fix="Let a button beside the list send the choice.",
        title_fr="Un choix semble mener ailleurs dès qu’il est fait",
        why_fr="Les personnes qui parcourent une liste avec les flèches, ou se trompent de choix, se retrouvent "
        "sur une autre page sans savoir pourquoi.",
        fix_fr="Laissez un bouton à côté de la liste envoyer le choix.",
        impact=Impact.SERIOUS,
        criteria=("3.2.2",),
        references=("WCAG failure F36", "WCAG failure F37"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/on-input.html",
        before='<select onchange="location.href = this.value">',
        after='<select name="page">\n</select> <button>Go</button>',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/value-changes-context",),
    )
    about: ClassVar[tuple[str, ...]] = ("handlers",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such place."""
        for one in frame["handlers"]:
            if one["event"] in ("change", "input") and one["shown"] and not one["off"] and _LEADS.search(one["code"]):
                message = (
                    "Its markup opens a page or sends the form when the value changes. Choose with the arrow keys: "
                    "does the page stay, or do words before the field say that it will not?"
                )
                yield self.found(frame, one, message)
