"""A button in a part of the page that opens later has a name too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import Place, PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_WHICH = re.compile(r":nth-of-type\(\d+\)")
#: As many of one page as a person looks at.
MOST = 3


class HiddenControlNameless(PlaceCheck):
    """WCAG 4.1.2: a button or a link with a sign alone, where axe-core does not look: it is hidden until it is "
    "opened."""

    rule = Rule(
        id="check/hidden-control-nameless",
        title="A control that is hidden at first seems to have no name",
        why="Once the panel or dialog is open, a screen reader says “button” and no more: nobody hears what it does.",
        fix="Give it words, or aria-label, or an alternative to its picture.",
        title_fr="Une commande d’abord masquée semble ne pas avoir de nom",
        why_fr="Une fois le panneau ou la boîte ouverts, un lecteur d’écran dit « bouton » et rien de plus : personne "
        "n’entend ce qu’il fait.",
        fix_fr="Donnez-lui des mots, ou aria-label, ou une alternative à son image.",
        impact=Impact.SERIOUS,
        criteria=("4.1.2", "1.1.1"),
        references=("WCAG failure F68", "WCAG technique ARIA14"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/name-role-value.html",
        before='<div hidden><button><svg viewBox="0 0 9 9"></svg></button></div>',
        after='<div hidden><button aria-label="Send"><svg viewBox="0 0 9 9" aria-hidden="true"></svg></button></div>',
        verdicts=(Verdict.REVIEW,),
        said_by=("axe/button-name", "axe/link-name", "axe/aria-command-name"),
    )
    needs: ClassVar[tuple[str, ...]] = ("mouse",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A script may still give it a name: a question."""
        alike: dict[tuple[str, str, str], list[Place]] = {}
        for place in snapshot.artifacts["mouse"]["nameless"]:
            opening = re.match(r"<[\w-]+", place["html"])
            row = _WHICH.sub("", place["selector"].rpartition(" > ")[0])
            key = place["part"]["key"], opening.group() if opening else "", row or place["selector"]
            alike.setdefault(key, []).append(place)
        for first, *others in list(alike.values())[:MOST]:
            more = f" ({len(others) + 1} such controls in a row.)" if others else ""
            yield self.found(
                first,
                Verdict.REVIEW,
                f"This control is hidden until something opens it; it holds a sign and no words.{more} Open it, and go "
                "there with a screen reader: by which name is it told?",
            )
