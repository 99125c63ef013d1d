"""Turn the findings of QualWeb's ACT rules, the second opinion, into outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, ClassVar

from audits.check import Check
from audits.model import FRAME_STEP, Finding, Impact, Kind, Outcome, Part, Rule, Snapshot, Verdict
from audits.standards import QualwebRule, load

PREFIX = "qualweb/"
#: The longest snippet that the model allows.
LONGEST = 300
#: ACT rules have pages of their own.
_ACT = "https://www.w3.org/WAI/standards-guidelines/act/rules/{}/"


class QualwebRules(Check):
    """Every rule of QualWeb's that we run, one outcome each over all frames of a page.

    An engine that sees a fault where the other sees none is asked about, not believed: nothing fails by QualWeb alone.
    """

    needs: ClassVar[tuple[str, ...]] = ("qualweb",)
    engine: ClassVar[str] = "QualWeb"

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = lru_cache(maxsize=4096)(redact)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """By our id."""
        return _catalogue()

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """Group the frames' results by rule."""
        frames: Sequence[Mapping[str, Any]] = snapshot.artifacts["qualweb"]["frames"]
        for known in load().qualweb_rules.values():
            said = [(frame["frame"], rule) for frame in frames for rule in frame["rules"] if rule["id"] == known.id]
            yield self._outcome(self.rules[rule_id(known)], said)

    def _outcome(self, rule: Rule, said: Sequence[tuple[Sequence[str], Mapping[str, Any]]]) -> Outcome:
        findings = tuple(self._finding(rule, frame, node) for frame, result in said for node in result["nodes"])
        outcome = Outcome(rule=rule.id, verdict=Verdict.REVIEW, findings=findings, engine=self.engine)
        if findings:
            return outcome
        if not said or any(result["broken"] for _, result in said):
            return replace(outcome, verdict=Verdict.ERROR, reason="QualWeb: the rule broke")
        passed = any(result["outcome"] == "passed" for _, result in said)
        return replace(outcome, verdict=Verdict.PASS if passed else Verdict.INAPPLICABLE)

    def _finding(self, rule: Rule, frame: Sequence[str], node: Mapping[str, Any]) -> Finding:
        snippet = " ".join(self._redact(node["html"]).split())
        return Finding(
            rule=rule.id,
            verdict=Verdict.REVIEW,
            message=f"{rule.title}, says QualWeb, and axe-core does not. Look at the element with a screen reader, or "
            "in the browser’s accessibility panel, and decide.",
            selector=self._redact(FRAME_STEP.join([*frame, node["target"]])),
            snippet=snippet if len(snippet) <= LONGEST else snippet[: LONGEST - 1] + "…",
            impact=rule.impact,
            part=Part(**node["part"]),
            engine=self.engine,
        )


def rule_id(known: QualwebRule) -> str:
    """Our id of one of QualWeb's rules: ``qualweb/act-r17``."""
    return PREFIX + known.id.removeprefix("QW-").lower()


@cache
def _catalogue() -> Mapping[str, Rule]:
    return MappingProxyType({rule_id(known): _rule(known) for known in load().qualweb_rules.values()})


def _rule(known: QualwebRule) -> Rule:
    """The words are those of axe-core's rule for the same fault: people learn one name for it."""
    text, axe = load().axe_texts[known.axe[0]], load().axe_rules[known.axe[0]]
    return Rule(
        id=rule_id(known),
        title=text.title,
        why=text.why,
        fix=text.fix,
        title_fr=text.title_fr,
        why_fr=text.why_fr,
        fix_fr=text.fix_fr,
        impact=Impact(axe.impact),
        kind=Kind.ACCESSIBILITY,
        criteria=axe.criteria,
        references=(f"ACT rule {known.act}",),
        best_practice=axe.best_practice,
        help_url=_ACT.format(known.act) + ("proposed/" if known.proposed else ""),
        verdicts=(Verdict.REVIEW,),
        said_by=tuple(f"axe/{rule}" for rule in known.axe),
        alone=known.alone,
    )
