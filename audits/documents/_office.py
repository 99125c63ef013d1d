"""What the checks of Office documents share: the facts that were read, and findings made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from audits.accessibility._structure import LONGEST, QUOTED, cut
from audits.check import FILE, WHOLE, Check
from audits.documents._findings import MOST, times
from audits.model import Finding, Snapshot, Verdict

Facts = Mapping[str, Any]
TEXTS = frozenset({"docx", "odt"})
SHOWS = frozenset({"pptx", "odp"})
SHEETS = frozenset({"xlsx", "ods"})


class OfficeCheck(Check):
    """Judges the facts of one document. ``about`` names the facts without which there is nothing to judge."""

    needs: ClassVar[tuple[str, ...]] = (FILE,)
    of_files: ClassVar[bool] = True
    about: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = redact

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there is anything of what the rule is about."""
        office = snapshot.artifacts[FILE].get("office")
        return office is not None and (not self.about or any(office.get(kind) for kind in self.about))

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """The first places; how many more there are is said of the last."""
        found = list(self.judge(snapshot.artifacts[FILE]["office"]))
        if more := len(found[MOST:]):
            last = found[MOST - 1]
            found[MOST - 1] = replace(last, message=f"{last.message} {times(more, 'more place')} of this kind.")
        yield from found[:MOST]

    def judge(self, office: Facts) -> Iterator[Finding]:
        """Yield the findings of one document."""
        raise NotImplementedError

    def found(self, place: str, message: str, verdict: Verdict = Verdict.REVIEW) -> Finding:
        """A finding at a place ("¶12", "slide 3", "Budget!A1"). ``message`` quotes by ``quote``."""
        assert self.rule is not None
        return Finding(
            rule=self.rule.id,
            verdict=verdict,
            message=cut(message, LONGEST),
            selector=self._redact(place),
            impact=self.rule.impact,
            part=WHOLE,
        )

    def quote(self, text: str, most: int = QUOTED) -> str:
        """Words of the document between quotation marks, masked before they are cut."""
        return f"“{cut(self._redact(text), most)}”"


def shown_sheets(office: Facts) -> list[Facts]:
    """The sheets that people see something on."""
    return [sheet for sheet in office.get("sheets", ()) if not sheet["hidden"] and sheet["cells"]]
