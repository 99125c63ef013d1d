"""What the checks of the keyboard walk share: stops, and findings made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from audits.check import Check
from audits.model import FRAME_STEP, LEFT_OUT, Finding, Outcome, Part, Snapshot, Verdict

Stop = Mapping[str, Any]
#: The longest snippet and message that the model allows, and the longest quotation within a message.
LONGEST, QUOTED = 300, 60
#: As many places of one page as are told one by one.
MOST = 25


class StopCheck(Check):
    """Judges the stops of the Tab key."""

    needs: ClassVar[tuple[str, ...]] = ("keyboard",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = lru_cache(maxsize=512)(redact)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """A page without a stop has no focus to judge."""
        return bool(stops_of(snapshot))

    def is_early(self, ended: str) -> bool:
        """Whether a walk that ended so leaves something unjudged."""
        return ended != "end"

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """Nothing found on the first part of a page is not a pass of the whole."""
        reason = f"{LEFT_OUT}the walk by keyboard ended before the page did"
        early = self.is_early(snapshot.artifacts["keyboard"]["ended"])
        for outcome in super().outcomes(snapshot):
            yield outcome.but(reason) if early and outcome.verdict is not Verdict.INAPPLICABLE else outcome

    def found(self, stop: Stop, verdict: Verdict, message: str) -> Finding:
        """A finding at this stop."""
        assert self.rule is not None
        return Finding(
            rule=self.rule.id,
            verdict=verdict,
            message=cut(message, LONGEST),
            selector=self._redact(FRAME_STEP.join([*stop["frame"], stop["selector"]])),
            snippet=cut(self._redact(stop["html"]), LONGEST),
            part=Part(**stop["part"]),
        )

    def called(self, stop: Stop) -> str:
        """What a stop says of itself, masked; masked first: half a number is not recognized."""
        words = cut(self._redact(stop["text"]), QUOTED)
        return f"“{words}”" if words else "an element without a name"


def stops_of(snapshot: Snapshot) -> Sequence[Stop]:
    """In the order of the walk."""
    stops: Sequence[Stop] = snapshot.artifacts["keyboard"]["stops"]
    return stops


def cut(text: str, longest: int) -> str:
    """White space folded, and no longer than this."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
