"""What engines beside axe-core share: one outcome for each rule over all frames, and nothing fails by them alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar

from audits.check import Check
from audits.model import FRAME_STEP, Finding, Impact, Kind, Outcome, Part, Rule, Snapshot, Verdict
from audits.standards import load

#: The longest snippet that the model allows.
LONGEST = 300


class SecondEngine(Check):
    """An engine that sees a fault where the others see none is asked about, not believed."""

    engine: ClassVar[str]

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = lru_cache(maxsize=4096)(redact)

    def known(self) -> Mapping[str, str]:
        """Our id of each rule -> the engine's own."""
        raise NotImplementedError

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """Group the frames' results by rule."""
        frames: Sequence[Mapping[str, Any]] = snapshot.artifacts[self.needs[0]]["frames"]
        for rule_id, theirs in self.known().items():
            said = [(frame["frame"], rule) for frame in frames for rule in frame["rules"] if rule["id"] == theirs]
            yield self._outcome(self.rules[rule_id], said)

    def _outcome(self, rule: Rule, said: Sequence[tuple[Sequence[str], Mapping[str, Any]]]) -> Outcome:
        findings = tuple(self._finding(rule, frame, node) for frame, result in said for node in result["nodes"])
        outcome = Outcome(rule=rule.id, verdict=Verdict.REVIEW, findings=findings, engine=self.engine)
        if findings:
            return outcome
        if not said or any(result["broken"] for _, result in said):
            return replace(outcome, verdict=Verdict.ERROR, reason=f"{self.engine}: the rule broke")
        passed = any(result["outcome"] == "passed" for _, result in said)
        return replace(outcome, verdict=Verdict.PASS if passed else Verdict.INAPPLICABLE)

    def _finding(self, rule: Rule, frame: Sequence[str], node: Mapping[str, Any]) -> Finding:
        snippet = " ".join(self._redact(node["html"]).split())
        return Finding(
            rule=rule.id,
            verdict=Verdict.REVIEW,
            message=f"{rule.title}, says {self.engine}, and axe-core does not. Look at the element with a screen "
            "reader, or in the browser’s accessibility panel, and decide.",
            selector=self._redact(FRAME_STEP.join([*frame, node["target"]])),
            snippet=snippet if len(snippet) <= LONGEST else snippet[: LONGEST - 1] + "…",
            impact=rule.impact,
            part=Part(**node["part"]),
            engine=self.engine,
        )


def rule_like(
    rule_id: str,
    axe: Sequence[str],
    *,
    alone: bool,
    help_url: str,
    references: tuple[str, ...] = (),
    also: Sequence[str] = (),
) -> Rule:
    """The words are those of axe-core's rule for the same fault: people learn one name for it."""
    text, known = load().axe_texts[axe[0]], load().axe_rules[axe[0]]
    return Rule(
        id=rule_id,
        title=text.title,
        why=text.why,
        fix=text.fix,
        title_fr=text.title_fr,
        why_fr=text.why_fr,
        fix_fr=text.fix_fr,
        impact=Impact(known.impact),
        kind=Kind.ACCESSIBILITY,
        criteria=known.criteria,
        references=references,
        best_practice=known.best_practice,
        help_url=help_url,
        verdicts=(Verdict.REVIEW,),
        said_by=(*(f"axe/{rule}" for rule in axe), *also),
        alone=alone,
    )
