"""The question above a set of choices is read with each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by
from audits.model import Finding, Impact, Rule, Verdict

#: As many sets in one form are asked about one by one.
MANY = 3
#: Checkboxes that are no set by their names: how many make one, and how long its line and its answers may be.
FEWEST, LONGEST_QUESTION, LONGEST_ANSWER = 3, 120, 40


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
    about: ClassVar[tuple[str, ...]] = ("fields", "buttons")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Sets by their common name; checkboxes of many names by the box they share, below words of its own."""
        choices = [field for field in frame["fields"] if field["kind"] in ("radio", "checkbox") and field["shown"]]
        open_ = [field for field in choices if not field["headed"]]
        named = by([field for field in open_ if field["field"]], lambda one: (one["kind"], one["form"], one["field"]))
        sets = [group for group in named if len(group) > 1]
        taken = {field["selector"] for group in sets for field in group}
        boxed = by([field for field in open_ if field["box"] >= 0], lambda one: (one["kind"], one["form"], one["box"]))
        sets += [
            group for group in boxed if _share_a_question(group) and not taken & {one["selector"] for one in group}
        ]
        bare = [group for group in sets if not any(field["group"] for field in group) and not _tells(group)]
        mute = [group for group in bare if not (group[0]["lead"] or group[0]["ahead"])]
        led = [group for group in bare if len(mute) == 1 or group not in mute]
        for firsts in by([group[0] for group in led], lambda one: (one["form"], one["part"]["key"])):
            if len(firsts) > MANY:
                said = self.quotes((one["label"] or one["name"] or one["near"] for one in firsts), most=2)
                message = (
                    f"{len(firsts)} sets of choices, beginning with {said}, stand in no fieldset or named group. Are "
                    "there questions near them that must be read with them?"
                )
                yield self.found(frame, firsts[0], message)
                continue
            for group in [group for group in led if group[0] in firsts]:
                what = "radio buttons" if group[0]["kind"] == "radio" else "checkboxes"
                names = [name for field in group if (name := field["label"] or field["name"] or field["near"])]
                said = f" ({self.quotes(names)})" if names else ""
                message = (
                    f"{len(group)} {what} belong together{said}, and no fieldset or named group says what they "
                    "answer. Is there a question near them that must be read with them?"
                )
                yield self.found(frame, group[0], message)
        for firsts in by([group[0] for group in mute] if len(mute) > 1 else [], lambda one: one["part"]["key"]):
            said = self.quotes(field["label"] or field["name"] or field["near"] for field in firsts)
            message = (
                f"{len(firsts)} sets of choices, beginning with {said}, stand in no fieldset or named group, and no "
                "words before them say what they answer. Is it said anywhere, and read with them?"
            )
            yield self.found(frame, firsts[0], message)
        drawn = [button for button in frame["buttons"] if not button["grouped"]]
        for group in by(drawn, lambda button: (button["form"], button["part"]["key"])):
            if len(group) > 1:
                message = (
                    f"{len(group)} radio buttons of the page's own making ({self.quotes(one['name'] for one in group)})"
                    " stand in no group of radio buttons (radiogroup). Is what they answer read with them?"
                )
                yield self.found(frame, group[0], message)


def _share_a_question(group: list[Fact]) -> bool:
    """Whether a few short answers stand below one line; a sentence beside a checkbox is a question of its own."""
    lead = group[0]["lead"]
    if len(group) < FEWEST or not 0 < len(lead) <= LONGEST_QUESTION or not any(letter.isalpha() for letter in lead):
        return False
    return all(0 < len(field["label"] or field["name"] or field["near"]) <= LONGEST_ANSWER for field in group)


def _tells(group: list[Fact]) -> bool:
    """Whether each name carries the question: by more than one label, a longer name, or a description."""
    return all(
        field["described"] or field["named"] > 1 or (field["label"] and len(field["name"]) > len(field["label"]) + 3)
        for field in group
    )
