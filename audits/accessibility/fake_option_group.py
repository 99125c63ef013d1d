"""Groups of options are marked up as groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_RULED = re.compile(r"^(?:[-–—=*_~#]{2,} ?[^\W\d_].*|[^\W\d_].* ?[-–—=*_~#]{2,}|[-–—=*_~]{3,})$")
_ASKS = re.compile(
    r"\b(?:select|choose|pick|please|any|all|none|choisir|choisissez|sélectionner|sélectionnez|tous|aucune?)\b", re.I
)


class FakeOptionGroup(StructureCheck):
    """WCAG 1.3.1 (technique H85): options that are drawn as headings of the others."""

    rule = Rule(
        id="check/fake-option-group",
        title="Groups of options are drawn, not marked up",
        why="People who use a screen reader hear “dash dash Parks dash dash” as one more choice, and not which of the "
        "options belong to it.",
        fix="Put the options of each group into an <optgroup> with a label.",
        title_fr="Les groupes d’options sont dessinés, pas balisés",
        why_fr="Les personnes qui utilisent un lecteur d’écran entendent « tiret tiret Parcs tiret tiret » comme un "
        "choix de plus, sans savoir quelles options en font partie.",
        fix_fr="Placez les options de chaque groupe dans un <optgroup> avec un label.",
        impact=Impact.MINOR,
        criteria=("1.3.1",),
        references=("WCAG technique H85",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/html/H85",
        before="<option>-- Parks --</option> <option>Pool</option>",
        after='<optgroup label="Parks"><option>Pool</option></optgroup>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Lists with two or more such options, each followed by others."""
        for field in frame["fields"]:
            if not field["shown"] or field["grouped"]:
                continue
            options = field["options"]
            heads = [
                one["text"] for one, after in pairwise(options) if _is_head(one["text"]) and not _is_head(after["text"])
            ]
            if len(heads) > 1:
                message = (
                    f"Options of the list look like headings of the others: {self.quotes(heads)}. Do they name groups?"
                )
                yield self.found(frame, field, message)


def _is_head(text: str) -> bool:
    return bool(_RULED.match(text)) and not _ASKS.search(text)
