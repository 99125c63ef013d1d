"""Two fields of a form have two labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, plain
from audits.model import Finding, Impact, Rule, Verdict

#: Kinds that people fill in: several boxes to tick may well say the same.
_TOLD_APART = frozenset({"checkbox", "radio", "file", "range", "color"})


class SameFieldLabel(StructureCheck):
    """WCAG 2.4.6: fields of one form, under one heading and in one group, that are called the same."""

    rule = Rule(
        id="check/same-field-label",
        title="Two fields of a form have the same label",
        why="People who hear a form field by field cannot tell which of the two they are in, and what belongs there.",
        fix="Say in each label what sets the field apart, or put each group of fields into a <fieldset> with a legend.",
        title_fr="Deux champs d’un formulaire ont la même étiquette",
        why_fr="Les personnes qui entendent un formulaire champ par champ ne savent pas dans lequel des deux elles "
        "sont, ni ce qu’il faut y écrire.",
        fix_fr="Dites dans chaque étiquette ce qui distingue le champ, ou mettez chaque groupe de champs dans un "
        "<fieldset> avec une légende.",
        impact=Impact.MODERATE,
        criteria=("2.4.6", "3.3.2"),
        references=("WCAG technique G131", "WCAG technique H71"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/headings-and-labels.html",
        before='<label for="a">Name</label> <input id="a"> … <label for="b">Name</label> <input id="b">',
        after='<label for="a">Your name</label> <input id="a"> … <label for="b">Child’s name</label> <input id="b">',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each label that stands twice, at the second field."""
        ours = [
            one
            for one in frame["fields"]
            if one["shown"] and one["label"] and one["form"] >= 0 and one["kind"] not in _TOLD_APART
            if not one["list"] and not one["off"]
        ]
        for group in by(ours, _called):
            if len(group) > 1 and len({one["described"] for one in group}) == 1:
                message = (
                    f"{len(group)} fields of this form are called {self.quote(group[0]['label'], 60)}. Hear the form "
                    "field by field: can they be told apart?"
                )
                yield self.found(frame, group[1], message)


def _called(one: Fact) -> tuple[object, ...]:
    return one["form"], plain(one["label"]), plain(one["name"]), one["group"], one["below"], one["part"]["key"]
