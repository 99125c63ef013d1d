"""Run checks on a snapshot. A check that cannot run is an error, never a pass."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace

from audits.check import Check
from audits.fingerprint import fingerprint
from audits.model import LEFT_OUT, Outcome, Snapshot, Verdict

logger = logging.getLogger(__name__)


class BrokenPromise(Exception):
    """A check spoke of rules it does not declare, twice of one, or not at all. Holds no page text."""


def run_checks(snapshot: Snapshot, checks: Iterable[Check], *, site_key: str) -> tuple[Outcome, ...]:
    """One snapshot through every check; every check ends in at least one outcome, whatever happens."""
    return tuple(outcome for check in checks for outcome in _run(check, snapshot, site_key))


def _run(check: Check, snapshot: Snapshot, site_key: str) -> list[Outcome]:
    for name in check.needs:
        if (reason := snapshot.errors.get(name, "")).startswith(LEFT_OUT):
            return _errors(check, reason, Verdict.NOT_RUN)
        if reason:
            return _errors(check, f"{name}: {reason}")
        if name not in snapshot.artifacts:
            return _errors(check, f"{name}: not collected")
    seen = replace(snapshot, artifacts={name: snapshot.artifacts[name] for name in check.needs}, errors={})
    try:
        return list(_judged(check, seen, site_key))
    except BrokenPromise as exc:
        logger.error("check %s: %s", _name(check), exc)
        return _errors(check, f"check: {exc}")
    except Exception as exc:  # noqa: BLE001 - one check must not end the run
        # The message may quote the page, and the page may hold personal information.
        logger.error("check %s: %s", _name(check), type(exc).__name__)
        return _errors(check, f"check: {type(exc).__name__}")


def _judged(check: Check, seen: Snapshot, site_key: str) -> Iterator[Outcome]:
    spoken: set[str] = set()
    rules = check.rules
    for outcome in check.outcomes(seen):
        known = outcome.rule in rules or (check.prefix and outcome.rule.startswith(check.prefix))
        if not known or any(finding.rule != outcome.rule for finding in outcome.findings):
            raise BrokenPromise("speaks of a rule that it does not declare")
        if outcome.rule in spoken:
            raise BrokenPromise(f"speaks twice of {outcome.rule}")
        spoken.add(outcome.rule)
        findings = tuple(
            found if found.fingerprint else replace(found, fingerprint=fingerprint(found, site_key))
            for found in outcome.findings
        )
        yield replace(outcome, findings=findings)
    if not spoken:
        raise BrokenPromise("says nothing")


def _errors(check: Check, reason: str, verdict: Verdict = Verdict.ERROR) -> list[Outcome]:
    return [Outcome(rule=rule, verdict=verdict, reason=reason, engine=check.engine) for rule in check.rules]


def _name(check: Check) -> str:
    return check.rule.id if check.rule else type(check).__name__
