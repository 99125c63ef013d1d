"""How the criteria of one site stand. A tool can prove a failure; that one is met, or does not apply, a person says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from audits.model import Kind, PageOutcome, Rule, Verdict
from reports.answers import People
from reports.common import PRESENT, most_harm
from reports.facts import CriterionFacts, StandardsFacts
from reports.store.records import IssueRecord, RuleTally, SiteCounts
from reports.terms import CriterionState

#: Results that only a person can settle.
OPEN: tuple[CriterionState, ...] = ("needs-person", "no-failure-found", "not-covered", "not-checked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """One criterion: its result, and what says so. ``ran``: the most pages on which one of its rules came to an end.

    ``method``: who says so, of a failure and of what people settled; "" of what is open.
    """

    result: CriterionState
    method: Literal["", "tool", "person", "both"]
    failing: Sequence[IssueRecord]
    review: Sequence[IssueRecord]
    unseen: int
    tallies: Sequence[RuleTally]
    of_documents: Sequence[RuleTally]
    errors: int
    ran: int
    ran_on_documents: int


class Criteria:
    """The criteria that a site is held to, by its profile and by law."""

    def __init__(
        self,
        data: SiteCounts,
        rule: Callable[[str], Rule],
        standards: StandardsFacts,
        people: People | None = None,
    ) -> None:
        self._data = data
        self.rule = rule
        self._people = people
        self.goal = frozenset(standards.profile(data.site.profile))
        self.all = [c for c in standards.criteria if c.aoda in ("yes", "excluded") or c.number in self.goal]
        self.audited = data.outcomes.get(PageOutcome.AUDITED, 0)

    def stands(self, criterion: CriterionFacts) -> Stands:
        """How it stands after this run."""
        number = criterion.number
        ours = sorted((one for one in self._data.issues if self.tests(one.rule, number)), key=most_harm)
        failing = [one for one in ours if one.state in PRESENT and one.verdict is Verdict.FAIL]
        review = [one for one in ours if one.state in PRESENT and one.verdict is not Verdict.FAIL]
        unseen = sum(one.state == "not-checked" for one in ours)
        tallies = [one for one in self._data.tallies if self.tests(one.rule, number)]
        of_documents = [one for one in self._data.document_tallies if self.tests(one.rule, number)]
        errors = sum(one.error for one in (*tallies, *of_documents))
        ran, ran_on_documents = (max((one.ended for one in some), default=0) for some in (tallies, of_documents))
        met = self._people.against(number) if self._people else 0
        settled = self._people.result(number) if self._people and not unseen else ""
        result: CriterionState
        method: Literal["", "tool", "person", "both"] = ""
        if failing or met:
            result = "fails"
            method = "both" if failing and met else "tool" if failing else "person"
        elif criterion.aoda == "excluded" and number not in self.goal:
            result = "not-required"
        elif criterion.removed:
            # 4.1.1: W3C's errata call it always satisfied for HTML and XML, also in the WCAG 2.0 that the law names.
            result = "removed"
        elif not self.audited:
            result = "not-checked"
        elif settled:
            result, method = settled, "person"
        elif review or errors or unseen or (ran and any(self._too_rarely(one) for one in tallies)):
            result = "needs-person"
        elif ran or ran_on_documents:
            result = "no-failure-found"
        else:
            result = "not-covered"
        return Stands(
            result=result,
            method=method,
            failing=failing,
            review=review,
            unseen=unseen,
            tallies=tallies,
            of_documents=of_documents,
            errors=errors,
            ran=ran,
            ran_on_documents=ran_on_documents,
        )

    def tests(self, rule_id: str, number: str) -> bool:
        """Whether a rule says something of a criterion, and not only of best practice."""
        rule = self.rule(rule_id)
        return rule.kind is Kind.ACCESSIBILITY and not rule.best_practice and number in rule.criteria

    def _too_rarely(self, tally: RuleTally) -> bool:
        """Whether the plan left this rule out on so many pages that its silence says little of the site."""
        return bool(tally.not_run) and tally.ended < self._data.site.min_coverage * self.audited
