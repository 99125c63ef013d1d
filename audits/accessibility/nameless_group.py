"""A group of fields has a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, more
from audits.model import Finding, Impact, Rule, Verdict


class NamelessGroup(StructureCheck):
    """WCAG 1.3.1 (technique H71): an empty legend. A fieldset without one may be there for a border."""

    rule = Rule(
        id="check/nameless-group",
        title="Group of fields has no legend, or an empty one",
        why="People who use a screen reader hear that a group begins, and not what its fields have in common.",
        fix="Write into the legend what the group is about: “Address of the property”.",
        title_fr="Un groupe de champs n’a pas de légende, ou une légende vide",
        why_fr="Les personnes qui utilisent un lecteur d’écran entendent qu’un groupe commence, sans savoir ce que ses "
        "champs ont en commun.",
        fix_fr="Écrivez dans la légende l’objet du groupe : « Adresse de la propriété ».",
        impact=Impact.MODERATE,
        criteria=("1.3.1",),
        references=("WCAG technique H71",),
        help_url="https://www.w3.org/WAI/tutorials/forms/grouping/",
        before="<fieldset><legend></legend> …",
        after="<fieldset><legend>Address of the property</legend> …",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("groups",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding, at the first."""
        empty = [one for one in frame["groups"] if one["legend"] and not one["name"] and one["fields"] > 1]
        if empty:
            message = (
                f"A group of {empty[0]['fields']} fields has a legend without words.{more(empty, 'group')} What do "
                "they have in common? Is it said elsewhere?"
            )
            yield self.found(frame, empty[0], message)
        bare = [
            one
            for one in frame["groups"]
            if not one["legend"]
            and not one["name"]
            and one["fields"] > 1
            and not one["choice"]  # the question that choices answer is asked about by another rule
            and one["role"] not in ("none", "presentation")
        ]
        if bare:
            message = (
                f"A fieldset around {bare[0]['fields']} fields has no legend.{more(bare, 'group')} Is there a line "
                "that says what they are about, and is it read with them?"
            )
            yield self.found(frame, bare[0], message)
