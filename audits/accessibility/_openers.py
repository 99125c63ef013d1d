"""What the checks of pressed buttons share: what each opened, and findings made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from audits.check import Check
from audits.model import Finding, Part, Snapshot, Verdict

Opener = Mapping[str, Any]
#: The longest snippet and message that the model allows, and the longest quotation within a message.
LONGEST, QUOTED = 300, 60


class OpenerCheck(Check):
    """Judges what buttons opened. What was not the same both times is not judged."""

    needs: ClassVar[tuple[str, ...]] = ("openers",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = lru_cache(maxsize=128)(redact)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there was a button to press."""
        return bool(snapshot.artifacts["openers"]["tried"])

    def held_back(self, snapshot: Snapshot) -> str:
        """What was not pressed may open anything."""
        return str(snapshot.artifacts["openers"].get("held_back", ""))

    def judge(self, opener: Opener) -> tuple[Verdict, str] | None:
        """What is wrong with it, in a sentence that begins after its name; None = nothing."""
        raise NotImplementedError

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding per button."""
        for opener in self.steady(snapshot):
            if judged := self.judge(opener):
                yield self.found(opener, *judged)

    @staticmethod
    def steady(snapshot: Snapshot) -> Iterator[Opener]:
        """Controls that did the same both times, where they were pressed twice."""
        return (one for one in snapshot.artifacts["openers"]["controls"] if one.get("steady", True))

    def found(self, opener: Opener, verdict: Verdict, says: str) -> Finding:
        """A finding at this control; ``says`` begins after its name."""
        assert self.rule is not None
        return Finding(
            rule=self.rule.id,
            verdict=verdict,
            message=_cut(f"{self._called(opener)} {says}", LONGEST),
            selector=self._redact(opener["selector"]),
            snippet=_cut(self._redact(opener["html"]), LONGEST),
            part=Part(**opener["part"]),
        )

    def quote(self, text: str) -> str:
        """Words of the page, masked; masked first: half a number is not recognized."""
        return f"“{_cut(' '.join(self._redact(text).split()), QUOTED)}”"

    def _called(self, opener: Opener) -> str:
        return self.quote(opener["name"]) if opener["name"].strip() else "A button without a name"


class DialogCheck(OpenerCheck):
    """Judges dialogs that buttons opened."""

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether a dialog was opened."""
        return any(opener["opens"] == "dialog" for opener in snapshot.artifacts["openers"]["controls"])

    def judge(self, opener: Opener) -> tuple[Verdict, str] | None:
        """Dialogs only."""
        return self.judge_dialog(opener, opener["dialog"]) if opener["opens"] == "dialog" else None

    def judge_dialog(self, opener: Opener, dialog: Mapping[str, Any]) -> tuple[Verdict, str] | None:
        """What is wrong with the dialog that it opened."""
        raise NotImplementedError


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
