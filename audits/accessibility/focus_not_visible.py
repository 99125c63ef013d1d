"""People who use the keyboard must see where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audits.accessibility._stops import MOST, Stop, StopCheck, stops_of
from audits.model import LEFT_OUT, Finding, Impact, Outcome, Rule, Snapshot, Verdict

_WHY = {
    "not taken": "more elements look alike than pictures were taken",
    "kept": "an element keeps the focus, and was not seen without it",
}
#: Fields that are hidden themselves, and that people see as a chip, a card or a drawn box.
_TICKED = frozenset({"checkbox", "radio", "switch"})


class FocusNotVisible(StopCheck):
    """WCAG 2.4.7: no pixel changes with the focus, whatever styles do, nor what is drawn for a hidden field."""

    rule = Rule(
        id="check/focus-not-visible",
        title="Nothing shows that an element has the keyboard focus",
        why="People who use a keyboard or a switch instead of a mouse do not see where they are, and cannot tell what "
        "Enter will do.",
        fix="Remove outline: none, or give the element a clear outline of its own while it has the focus.",
        title_fr="Rien ne montre qu’un élément a le focus du clavier",
        why_fr="Les personnes qui utilisent un clavier ou un commutateur au lieu d’une souris ne voient pas où elles "
        "sont, ni ce que fera la touche Entrée.",
        fix_fr="Retirez outline: none, ou donnez à l’élément un contour bien visible quand il a le focus.",
        impact=Impact.SERIOUS,
        criteria=("2.4.7",),
        references=("WCAG failure F78", "WCAG technique C45"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-visible.html",
        before="a:focus { outline: none }",
        after="a:focus-visible { outline: 3px solid #1a5fb4; outline-offset: 2px }",
    )

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """What could not be looked at is no pass."""
        for outcome in super().outcomes(snapshot):
            missing = {_WHY[stop["picture"]] for stop in _alike(snapshot) if stop["picture"] in _WHY}
            yield outcome.but(f"{LEFT_OUT}{' and '.join(sorted(missing))}") if missing else outcome

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Each stop that looks the same, in styles and in pictures, with the focus and without."""
        same = [stop for stop in stops_of(snapshot) if stop["picture"] == "same" and not _is_page(stop)]
        for stop in same[:MOST]:
            message = f"{self.called(stop)} looks the same with the keyboard focus as without it."
            if stop["changed"]:
                message += (
                    " Styles change with the focus; nothing of that can be seen here (its colour, or what cuts it off)."
                )
            yield self.found(stop, Verdict.FAIL, message[0].upper() + message[1:])
        alike: dict[tuple[str, str], list[Stop]] = {}
        for stop in stops_of(snapshot):
            if _is_drawn_alike(stop):
                alike.setdefault((stop["kind"], stop["part"]["key"]), []).append(stop)
        for stop, *others in alike.values():
            more = f" ({len(others) + 1} such fields here.)" if others else ""
            message = (
                f"{self.called(stop)} is hidden, and what stands for it looks the same with the keyboard focus.{more} "
                "Come to it with the Tab key: does anything show where the focus is?"
            )
            yield self.found(stop, Verdict.REVIEW, message[0].upper() + message[1:])


def _is_page(stop: Stop) -> bool:
    """What is as large as the window and no control is the page itself: its edge is out of sight."""
    return bool(stop["large"] and stop["kind"] == "other")


def _is_drawn_alike(stop: Stop) -> bool:
    if stop["kind"] not in _TICKED or not stop["unseen"] or not stop["label"]:
        return False
    return bool(stop.get("compared")) and not stop["reacts"]


def _alike(snapshot: Snapshot) -> Sequence[Stop]:
    return [stop for stop in stops_of(snapshot) if not stop["changed"]]
