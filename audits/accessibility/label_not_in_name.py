"""The name of a field has the words of its label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, words
from audits.model import Finding, Impact, Rule, Verdict

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")


class LabelNotInName(StructureCheck):
    """WCAG 2.5.3 (failure F96): axe-core compares the words in a control, and not those of a field's label."""

    rule = Rule(
        id="check/label-not-in-name",
        title="The name of a field is not its label",
        why="People who speak to their device say the label that they see, and nothing happens: the field is "
        "called otherwise.",
        fix="Take the aria-label off, or begin it with the words of the label.",
        title_fr="Le nom d’un champ n’est pas son étiquette",
        why_fr="Les personnes qui parlent à leur appareil disent l’étiquette qu’elles voient, et rien ne se passe "
        ": le champ porte un autre nom.",
        fix_fr="Retirez aria-label, ou commencez-le par les mots de l’étiquette.",
        impact=Impact.SERIOUS,
        criteria=("2.5.3",),
        references=("WCAG failure F96", "WCAG technique G208"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/label-in-name.html",
        before='<label for="d">Postal code</label> <input id="d" aria-label="Zone">',
        after='<label for="d">Postal code</label> <input id="d">',
    )
    about: ClassVar[tuple[str, ...]] = ("fields", "buttons", "links")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """No word in common is a failure, some are a question; so is what a style sheet writes."""
        for field in frame["fields"]:
            if field["shown"] and not field["off"]:
                yield from self._compared(frame, field, field["label"])
                if not field["label"]:
                    yield from self._written(frame, field, field["marks"])
        for button in frame["buttons"]:  # axe-core compares what is written in others
            yield from self._compared(frame, button, button["value"])
        for one in (*frame["buttons"], *frame["links"]):
            yield from self._written(frame, one, one["written"])

    def _compared(self, frame: Fact, one: Fact, label: str) -> Iterator[Finding]:
        seen, said = _spoken(label), _spoken(one["name"])
        if not seen or not said or " ".join(seen) in " ".join(said):
            return
        if not set(seen) & set(said):
            message = f"People see {self.quote(label)}; its name is {self.quote(one['name'])}."
            yield self.found(frame, one, message, Verdict.FAIL)
        elif not set(seen) <= set(said):
            message = (
                f"People see {self.quote(label)}; its name is {self.quote(one['name'])}. Would who says what they see "
                "reach it?"
            )
            yield self.found(frame, one, message)

    def _written(self, frame: Fact, one: Fact, text: str) -> Iterator[Finding]:
        seen, said = _spoken(text), _spoken(one["name"])
        if seen and said and not set(seen) <= set(said):
            message = (
                f"The style sheet writes {self.quote(text)} there; its name is {self.quote(one['name'])}. Look at it: "
                "would who says what they see reach it?"
            )
            yield self.found(frame, one, message)


def _spoken(text: str) -> list[str]:
    """The words, without what stands in brackets."""
    return words(_ASIDE.sub(" ", text))
