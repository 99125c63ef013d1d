"""What the checks of layout and motion share: findings made of places that a collector saw."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from audits.check import Check
from audits.model import Finding, Part, Verdict

Place = Mapping[str, Any]
#: The longest snippet and message that the model allows, and the longest quotation within a message.
LONGEST, QUOTED = 300, 60
#: As many places of one page as a person looks at.
MOST = 5
_WHICH = re.compile(r":nth-of-type\(\d+\)")


class PlaceCheck(Check):
    """Judges places, each with its ``selector``, ``html``, ``part`` and ``text``."""

    needs: ClassVar[tuple[str, ...]] = ("layout",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = lru_cache(maxsize=512)(redact)

    def found(self, place: Place, verdict: Verdict, message: str) -> Finding:
        """A finding at this place."""
        assert self.rule is not None
        return Finding(
            rule=self.rule.id,
            verdict=verdict,
            message=cut(message, LONGEST),
            selector=self._redact(place["selector"]),
            snippet=cut(self._redact(place["html"]), LONGEST),
            part=Part(**place["part"]),
        )

    def quoted(self, text: str) -> str:
        """The beginning of a text, masked, in quotation marks; masked first: half a number is not recognized."""
        words = cut(self._redact(text), QUOTED)
        return f"“{words}”" if words else "Something without words"


def kind_of(place: Place) -> tuple[str, str]:
    """Places of one kind are one matter: paragraphs of entries, cells of rows, whichever they are."""
    return place["part"]["key"], _WHICH.sub("", place["selector"])


def alike(places: Iterable[Place]) -> Collection[Sequence[Place]]:
    """Places by their kind, in the order in which each kind came first."""
    found: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        found.setdefault(kind_of(place), []).append(place)
    return found.values()


def cut(text: str, longest: int) -> str:
    """White space folded, and no longer than this."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
