"""The draft of a public statement: what this audit counted, and what a named person confirmed. Nothing else. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from audits.model import Rule
from reports import clean
from reports.common import most_harm, text
from reports.facts import Confirmed
from reports.model import CriterionResult, Statement, StatementBarrier, StatementFact
from reports.store.records import IssueRecord
from reports.terms import StatementKey, Text

FACTS: Sequence[StatementKey] = get_args(StatementKey)
#: What one reads to its end.
BARRIERS_LISTED = 12


def statement_of(
    confirmed: Confirmed | None,
    failing: Iterable[tuple[IssueRecord, Rule]],
    criteria: Iterable[CriterionResult],
    day: str,
) -> Statement:
    """Of one site. ``failing``: what fails of the law, false alarms left out; ``criteria``: those of the law."""
    ended = confirmed is not None and confirmed.until is not None and confirmed.until.isoformat() < day
    valid = None if ended else confirmed
    barriers = [*_of_rules(failing), *_of_people(criteria)]
    return Statement(
        by=clean.line(confirmed.by) if confirmed else "",
        on=confirmed.on.isoformat() if confirmed else "",
        until=confirmed.until.isoformat() if confirmed and confirmed.until else "",
        ended=ended,
        facts=tuple(StatementFact(key=key, text=_said(valid, key)) for key in FACTS),
        barriers=tuple(barriers[:BARRIERS_LISTED]),
        more_barriers=max(0, len(barriers) - BARRIERS_LISTED),
    )


def _said(confirmed: Confirmed | None, key: str) -> Text | None:
    if confirmed is None or not confirmed.texts.get(f"{key}_en"):
        return None
    return text(confirmed.texts[f"{key}_en"], confirmed.texts.get(f"{key}_fr", ""), clean.MESSAGE)


def _of_rules(failing: Iterable[tuple[IssueRecord, Rule]]) -> Iterable[StatementBarrier]:
    """One for each rule, the worst first, on at least as many pages as its widest issue."""
    known: dict[str, list[IssueRecord]] = {}
    rules: dict[str, Rule] = {}
    for issue, rule in sorted(failing, key=lambda one: most_harm(one[0])):
        known.setdefault(rule.id, []).append(issue)
        rules[rule.id] = rule
    for rule_id, issues in known.items():
        yield StatementBarrier(
            title=text(rules[rule_id].title, rules[rule_id].title_fr),
            pages=max(issue.pages for issue in issues),
            documents=max(issue.documents for issue in issues),
            several=len(issues) > 1,
        )


def _of_people(criteria: Iterable[CriterionResult]) -> Iterable[StatementBarrier]:
    for one in criteria:
        if one.method == "person" and one.result == "fails":
            yield StatementBarrier(title=one.name, pages=0, documents=0, several=False)
