"""What moves by itself must let itself be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import MOST, Place, PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: Milliseconds that WCAG 2.2.2 allows.
ALLOWED = 5000
#: Square pixels, the size below which a moving ornament is not worth a question.
LARGE = 10_000
#: Pixels that a text travels, so that it cannot be read at rest; and letters that make it a text.
TRAVELS, LETTERS = 100, 12


class MovingContent(PlaceCheck):
    """WCAG 2.2.2: animations, slides, tickers, moving pictures and videos without a control that pauses them."""

    rule = Rule(
        id="check/moving-content",
        title="Something keeps moving and cannot be stopped",
        why="What moves draws the eye. People with attention disorders cannot read beside it, and people who read "
        "slowly do not finish a slide before the next one comes.",
        fix="Add a button that pauses it, or let it move once and rest.",
        title_fr="Un élément bouge sans cesse et ne peut être arrêté",
        why_fr="Ce qui bouge attire l’œil. Les personnes qui ont un trouble de l’attention ne peuvent pas lire à "
        "côté, et "
        "celles qui lisent lentement n’ont pas fini une diapositive quand vient la suivante.",
        fix_fr="Ajoutez un bouton qui le met en pause, ou laissez-le bouger une fois puis se reposer.",
        impact=Impact.SERIOUS,
        criteria=("2.2.2",),
        references=("WCAG technique G4", "WCAG technique G186", "WCAG failure F16"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/pause-stop-hide.html",
        before=".news { animation: scroll 20s linear infinite }",
        after='<button type="button" aria-pressed="false">Pause</button>',
    )
    needs: ClassVar[tuple[str, ...]] = ("motion",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Text that travels or blinks for ever: a failure; what else may move for long: a question."""
        motion = snapshot.artifacts["motion"]
        named: set[tuple[str, str]] = set()
        for place in motion["places"]:
            kind = place["name"] or place["selector"], place["part"]["key"]
            if kind in named or place["waiting"] or place["stops"] or 0 <= place["lasts"] <= ALLOWED:
                continue
            verdict = _animated(place)
            if verdict is None or len(named) >= MOST:
                continue
            named.add(kind)
            what = self.quoted(place["text"]) if place["text"] else "This element"
            ask = (
                ""
                if verdict is Verdict.FAIL
                else " See whether it moves for more than five seconds, and what stops it."
            )
            yield self.found(
                place, verdict, f"{what} moves without end, and nothing near it says that it pauses it.{ask}"
            )
        scripted = {place["selector"] for place in motion["scripted"]}
        for place in motion["rotators"]:
            if not place["stops"] and place["selector"] not in scripted:
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    f"{self.quoted(place['text'])} changes by itself, and nothing near it says that it pauses it. "
                    "See whether it goes on for more than five seconds, and what stops it.",
                )
        for place in motion["scripted"]:
            if not place["stops"] and not place["waiting"] and (place["letters"] >= 3 or place["area"] >= LARGE):
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    "A script keeps changing this element, and nothing near it says that it pauses it. See whether it "
                    "moves for more than five seconds, and what stops it.",
                )
        for place in motion["pictures"]:
            if place["frames"] > 1 and not 0 <= place["lasts"] <= ALLOWED and not place["stops"]:
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    f"This picture moves ({place['frames']} frames) for more than five seconds. See whether people can "
                    "stop it, or whether a still picture would do.",
                )
        for place in motion["media"]:
            yield self.found(
                place,
                Verdict.REVIEW,
                "This video starts by itself and shows no controls. See whether people can pause it.",
            )


def _animated(place: Place) -> Verdict | None:
    """What to say of an animation that does not end."""
    text = place["letters"] >= LETTERS
    if text and place["endless"] and place["area"] >= 3000:
        if place["moves"] >= TRAVELS and not place["spins"]:
            return Verdict.FAIL
        if place["moves"] >= TRAVELS or place["fades"] >= 0.9:
            return Verdict.FAIL
    moves = place["moves"] >= 20 or place["grows"] >= 20 or place["spins"] or place["turns"]
    if moves and place["area"] >= LARGE:
        return Verdict.REVIEW
    if place["fades"] >= 0.5 and place["area"] >= (2000 if place["letters"] >= 3 else LARGE):
        return Verdict.REVIEW
    return Verdict.REVIEW if place["slides"] and place["area"] >= 4 * LARGE else None
