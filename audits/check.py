"""What a check is: a rule, the artifacts it needs, and one method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from audits.model import LEFT_OUT, Finding, Outcome, Part, Rule, Snapshot, Verdict

#: The artifact of what is no page.
FILE = "file"
#: Its one part: what is wrong in a file is repaired in the file.
WHOLE = Part(key="file", name="File")


class Check:
    """Tests one rule on one snapshot. Subclasses set ``rule`` and write ``run``.

    A check that tests a family of rules (an engine's) sets ``rules`` and overrides ``outcomes`` instead.
    """

    rule: ClassVar[Rule | None] = None
    needs: ClassVar[tuple[str, ...]] = ()
    engine: ClassVar[str] = "handrail"
    #: Whether it judges files that are no pages: what it needs of these is the artifact ``FILE``. One that needs that
    #: artifact anyway has nothing to say of pages.
    of_files: ClassVar[bool] = False
    #: The kinds of file that it judges ("pdf", "docx"); of all where it names none.
    kinds: ClassVar[frozenset[str]] = frozenset()
    #: Set by a family whose engine may be newer than its catalogue: outcomes with such rule ids are accepted too.
    prefix: ClassVar[str] = ""

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule that this check speaks for, by id."""
        return {self.rule.id: self.rule} if self.rule else {}

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether the rule has anything to say here."""
        return True

    def held_back(self, snapshot: Snapshot) -> str:
        """Where the rule has nothing to say: why something that it might judge was left alone; "" = nothing was."""
        return ""

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Yield one finding per place where the rule is broken."""
        raise NotImplementedError

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """Yield one outcome per rule. Raised exceptions are the runner's to catch."""
        assert self.rule is not None
        if not self.applies_to(snapshot):
            why = self.held_back(snapshot)
            nothing = Outcome(rule=self.rule.id, verdict=Verdict.INAPPLICABLE, engine=self.engine)
            yield nothing.but(f"{LEFT_OUT}{why}") if why else nothing
            return
        findings = tuple(self.run(snapshot))
        yield Outcome(rule=self.rule.id, verdict=worst(findings), findings=findings, engine=self.engine)


def worst(findings: tuple[Finding, ...]) -> Verdict:
    """FAIL before REVIEW before PASS."""
    verdicts = {finding.verdict for finding in findings}
    for verdict in (Verdict.FAIL, Verdict.REVIEW):
        if verdict in verdicts:
            return verdict
    return Verdict.PASS
