"""A message that appears must be told to those who do not see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._openers import Opener, OpenerCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: Counts of different fields are one matter.
_COUNT = re.compile(r"\d+")


class StatusNotAnnounced(OpenerCheck):
    """WCAG 4.1.3: a press or another value brings up a short message, in no live region, without the focus."""

    rule = Rule(
        id="check/status-not-announced",
        title="A message appears and is not announced",
        why="People who do not see the page press the button and hear nothing: they do not know whether it has worked.",
        fix='Write the message into an element with role="status" (role="alert" for errors) that is there before.',
        title_fr="Un message apparaît sans être annoncé",
        why_fr="Les personnes qui ne voient pas la page appuient sur le bouton et n’entendent rien : elles ne savent "
        "pas si l’action a réussi.",
        fix_fr='Écrivez le message dans un élément qui a role="status" (role="alert" pour une erreur) et qui est '
        "déjà dans la page.",
        impact=Impact.MODERATE,
        criteria=("4.1.3",),
        references=("WCAG technique ARIA22", "WCAG technique ARIA19", "WCAG failure F103"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/status-messages.html",
        before='<p class="message">Address copied.</p>',
        after='<p class="message" role="status">Address copied.</p>',
        verdicts=(Verdict.REVIEW,),
    )

    needs: ClassVar[tuple[str, ...]] = ("openers", "interaction")

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there was a button to press, or a field to fill in."""
        return super().applies_to(snapshot) or bool(snapshot.artifacts["interaction"]["tried"]["values"])

    def held_back(self, snapshot: Snapshot) -> str:
        """What was not used may bring up a message."""
        fields = snapshot.artifacts["interaction"].get("held_back", {})
        return super().held_back(snapshot) or str(fields.get("values", ""))

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Of buttons, then of fields; told where the message stands, if there is such a place."""
        told: list[list[Opener]] = []
        pressed = (_brought(one) for one in self.steady(snapshot) if _is_unheard(one))
        typed = (one for one in snapshot.artifacts["interaction"]["values"] if one.get("message"))
        for control in (*pressed, *typed):
            same = next((group for group in told if _is_one(group[0], control)), None)
            if same is None:
                told.append([control])
            else:
                same.append(control)
        for first, *others in told:
            more = f" (So do {len(others)} more.)" if others else ""
            says = (
                f"brings up {self.quote(first['message'])}, which is in no live region.{more} "
                f"{first.get('do', 'Use')} it with a screen reader: is the message read?"
            )
            # A person must hear whether it is told in a way that a machine does not see.
            yield self.found({**first, **(first["at"] or {})}, Verdict.REVIEW, says)


def _is_unheard(opener: Opener) -> bool:
    return bool(opener["message"]) and not (
        opener["announced"] or opener["opens"] == "dialog" or opener["focus"] == "in"
    )


def _brought(opener: Opener) -> Opener:
    """A button as fields are told: with the text of its message, and where it stands."""
    message = opener["message"]
    return {**opener, "message": message["text"], "at": message["at"], "do": "Press"}


def _is_one(one: Opener, other: Opener) -> bool:
    """Messages in one place, or that differ by a number alone."""
    places = [control["at"]["selector"] if control["at"] else "" for control in (one, other)]
    texts = [_COUNT.sub("#", control["message"]) for control in (one, other)]
    return texts[0] == texts[1] or bool(places[0] and places[0] == places[1])
