"""What can be written in says that it is a field, and which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import Place, PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class EditableWithoutName(PlaceCheck):
    """WCAG 4.1.2: an element with contenteditable, without a role or without a name. With both roles, axe-core "
    "tells."""

    rule = Rule(
        id="check/editable-without-name",
        title="Something can be written in, and has no role or no name",
        why="A screen reader comes to a stretch of the page and does not say that it is a field, nor what to write "
        "there.",
        fix='Use a <textarea> with a label, or give the element role="textbox", aria-multiline and a name.',
        title_fr="On peut écrire dans un élément qui n’a pas de rôle ou pas de nom",
        why_fr="Un lecteur d’écran arrive à un endroit de la page sans dire que c’est un champ, ni ce qu’il faut y "
        "écrire.",
        fix_fr='Prenez un <textarea> avec une étiquette, ou donnez à l’élément role="textbox", aria-multiline et '
        "un nom.",
        impact=Impact.SERIOUS,
        criteria=("4.1.2",),
        references=("WCAG failure F68", "WCAG failure F15"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/name-role-value.html",
        before='<div contenteditable="true"></div>',
        after='<div contenteditable="true" role="textbox" aria-multiline="true" aria-label="Your comment"></div>',
        verdicts=(Verdict.REVIEW,),
        said_by=("axe/aria-input-field-name",),
    )
    needs: ClassVar[tuple[str, ...]] = ("mouse",)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there is such an element."""
        return bool(snapshot.artifacts["mouse"]["editable"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """What has a role and no name is axe-core's to tell."""
        alike: dict[tuple[bool, str], list[Place]] = {}
        for place in snapshot.artifacts["mouse"]["editable"]:
            if not place["role"] or place["role"] in ("group", "region", "presentation", "none", "generic"):
                alike.setdefault((bool(place["name"]), place["part"]["key"]), []).append(place)
        for (is_named, _), places in alike.items():
            first = places[0]
            lacks = "has a name and no role" if is_named else "has neither role nor name"
            said = f" ({self.quoted(first['text'])})" if first["text"] else ""
            more = f" ({len(places)} such places here.)" if len(places) > 1 else ""
            yield self.found(
                first,
                Verdict.REVIEW,
                f"People can write in here{said}, and the element {lacks}.{more} Go there with a screen reader: is it "
                "told as a field, and by which name?",
            )
