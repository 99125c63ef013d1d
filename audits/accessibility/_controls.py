"""What the checks of pressed controls share: findings made of controls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from audits.check import Check
from audits.model import Finding, Part, Snapshot, Verdict

#: The longest snippet that the model allows, and the longest quotation within a message.
LONGEST, QUOTED = 300, 60


class ControlCheck(Check):
    """Judges what controls did when they were used. ``kind``: which list of the artifact it reads; ``about``: what of
    it this is about, and ``verdict`` what is said of that.
    """

    needs: ClassVar[tuple[str, ...]] = ("interaction",)
    kind: ClassVar[str]
    about: ClassVar[frozenset[str]]
    verdict: ClassVar[Verdict] = Verdict.FAIL

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = lru_cache(maxsize=128)(redact)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there was a control to use."""
        return bool(snapshot.artifacts["interaction"]["tried"][self.kind])

    def held_back(self, snapshot: Snapshot) -> str:
        """What was not used may do anything."""
        return str(snapshot.artifacts["interaction"].get("held_back", {}).get(self.kind, ""))

    def says(self, called: str, control: Mapping[str, Any]) -> str:
        """What is wrong with this control, in a sentence."""
        raise NotImplementedError

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Each was seen twice."""
        assert self.rule is not None
        for control in snapshot.artifacts["interaction"][self.kind]:
            if control["does"] not in self.about:
                continue
            words = " ".join(self._redact(control["name"]).split())
            called = f"“{words[:QUOTED]}”" if words else "A control without a name"
            yield Finding(
                rule=self.rule.id,
                verdict=self.verdict,
                message=self.says(called, control),
                selector=self._redact(control["selector"]),
                snippet=self._redact(control["html"])[:LONGEST],
                part=Part(**control["part"]),
            )
