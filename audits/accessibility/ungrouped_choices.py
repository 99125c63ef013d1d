"""The question above a set of choices is read with each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by
from audits.model import Finding, Impact, Rule, Verdict


class UngroupedChoices(StructureCheck):
    """WCAG 1.3.1 (technique H71): radio buttons or checkboxes of one question without a group that carries it."""

    rule = Rule(
        id="check/ungrouped-choices",
        title="Choices are not tied to their question",
        why="People who use a screen reader hear “Yes, radio button” and not what they would say yes to: the question "
        "stands near the choices for the eye only.",
        fix="Put the choices into a fieldset, with the question as its legend.",
        title_fr="Les choix ne sont pas liés à leur question",
        why_fr="Les personnes qui utilisent un lecteur d’écran entendent « Oui, bouton radio », sans savoir à quoi "
        "elles diraient oui : la question n’est proche des choix que pour l’œil.",
        fix_fr="Placez les choix dans un fieldset dont la légende (legend) est la question.",
        impact=Impact.SERIOUS,
        criteria=("1.3.1",),
        help_url="https://www.w3.org/WAI/tutorials/forms/grouping/",
        before='<p>Do you own a dog?</p>\n<input type="radio" name="dog" id="y"> <label for="y">Yes</label> …',
        after="<fieldset><legend>Do you own a dog?</legend>\n"
        '<input type="radio" name="dog" id="y"> <label for="y">Yes</label> …'
        "\n</fieldset>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Sets by their common name; without one, checkboxes are many questions."""
        choices = [field for field in frame["fields"] if field["kind"] in ("radio", "checkbox") and field["shown"]]
        named = [field for field in choices if field["field"] and not field["list"]]
        for group in by(named, lambda field: (field["kind"], field["form"], field["field"])):
            if len(group) > 1 and not any(field["group"] for field in group) and not _tells(group):
                what = "radio buttons" if group[0]["kind"] == "radio" else "checkboxes"
                names = [name for field in group if (name := field["label"] or field["name"] or field["near"])]
                said = f" ({self.quotes(names)})" if names else ""
                message = (
                    f"{len(group)} {what} belong together{said}, and no fieldset or named group says what they "
                    "answer. Is there a question near them that must be read with them?"
                )
                yield self.found(frame, group[0], message)


def _tells(group: list[Fact]) -> bool:
    """Whether each name carries the question: by more than one label, a longer name, or a description."""
    return all(
        field["described"] or field["named"] > 1 or (field["label"] and len(field["name"]) > len(field["label"]) + 3)
        for field in group
    )
