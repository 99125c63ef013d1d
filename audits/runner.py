"""Run checks on a snapshot. A check that cannot run is an error, never a pass."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace

from audits.check import FILE, Check, worst
from audits.fingerprint import fingerprint
from audits.model import BASE, LEFT_OUT, STATES, Finding, Outcome, Part, Snapshot, Verdict

logger = logging.getLogger(__name__)


_UNTESTED = frozenset({Verdict.ERROR, Verdict.NOT_RUN})


class BrokenPromise(Exception):
    """A check spoke of rules it does not declare, twice of one, or not at all. Holds no page text."""


def run_checks(
    snapshot: Snapshot, checks: Iterable[Check], *, site_key: str, redact: Callable[[str], str] = str
) -> tuple[Outcome, ...]:
    """One snapshot through every check; every check ends in at least one outcome, whatever happens.

    ``redact`` masks personal information in the names of parts: the page gives them, whatever check speaks.
    """
    return tuple(
        outcome
        for check in checks
        if _has_a_say(check, snapshot)
        for outcome in _run(check, snapshot, site_key, redact)
    )


def any_ran(outcomes: Iterable[Outcome]) -> bool:
    """Whether a page was looked at: where nothing could run, or all was left out, it was not audited."""
    return any(outcome.verdict not in (Verdict.ERROR, Verdict.NOT_RUN) for outcome in outcomes)


def later(first: Iterable[Outcome], then: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes of a page where some rules were judged again, or for the first time, after the others."""
    said = {outcome.rule: outcome for outcome in then}
    kept = tuple(said.pop(outcome.rule, outcome) for outcome in first)
    return kept + tuple(said.values())


def in_state(base: Iterable[Outcome], seen: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes of a page, and what one of its states shows besides.

    A place that was found before, in the page as it came or in another state, is not new, unless it fails only now; nor
    is a question that was asked of an element of the same markup, which a script has put elsewhere.
    """
    base = tuple(base)
    known = {
        (found.rule, found.selector, verdict)
        for outcome in base
        for found in outcome.findings
        for verdict in {found.verdict, Verdict.REVIEW}
    }
    asked = {_question(found) for outcome in base for found in outcome.findings}
    new = {outcome.rule: found for outcome in seen if (found := tuple(_new(outcome.findings, known, asked)))}
    changed = [
        replace(outcome, findings=(all_of_it := (*outcome.findings, *more)), verdict=worst(all_of_it))
        if outcome.verdict not in _UNTESTED and (more := new.pop(outcome.rule, ()))
        else outcome
        for outcome in base
    ]
    # A rule that could not run on the page as it came stays so, whatever it finds in a state.
    added = [
        Outcome(rule=rule, verdict=worst(found), findings=found, engine=found[0].engine) for rule, found in new.items()
    ]
    return (*changed, *added)


def _new(
    findings: Iterable[Finding], known: Container[tuple[str, str, Verdict]], asked: Container[tuple[str, str, str]]
) -> Iterator[Finding]:
    for one in findings:
        again = one.verdict is Verdict.REVIEW and one.snippet and _question(one) in asked
        if not again and (one.rule, one.selector, one.verdict) not in known:
            yield one


def _question(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.message, finding.snippet


def states_of(snapshot: Snapshot, redact: Callable[[str], str]) -> Iterator[tuple[Snapshot, frozenset[str]]]:
    """What was seen of a page in its states, each as a snapshot with the places that are new in it."""
    for name in STATES:
        for seen in snapshot.artifacts.get(name, {}).get("seen", ()):
            state = redact(seen["state"])
            held = seen["artifacts"]
            places = frozenset(redact(place) for place in seen["places"])
            yield replace(snapshot, state=state, artifacts=held, errors={}, partial=True, before=()), places


def of_places(outcomes: Iterable[Outcome], places: Container[str]) -> tuple[Outcome, ...]:
    """What was found at these places; axe-core was shown no others."""
    kept = (
        replace(outcome, findings=found, verdict=worst(found))
        for outcome in outcomes
        if (found := tuple(one for one in outcome.findings if outcome.engine == "axe-core" or (one.selector in places)))
    )
    return tuple(kept)


def _has_a_say(check: Check, snapshot: Snapshot) -> bool:
    if not (check.rules or check.prefix):
        return False  # an engine that is not here
    if FILE in snapshot.artifacts:
        return check.of_files and (not check.kinds or snapshot.artifacts[FILE].get("kind") in check.kinds)
    held = {*snapshot.artifacts, *snapshot.errors}
    if FILE in check.needs:
        return False
    return not snapshot.partial or (bool(check.needs) and held.issuperset(check.needs))


def _needs(check: Check, snapshot: Snapshot) -> tuple[str, ...]:
    return (FILE,) if FILE in snapshot.artifacts else check.needs


def _run(check: Check, snapshot: Snapshot, site_key: str, redact: Callable[[str], str]) -> list[Outcome]:
    needs = _needs(check, snapshot)
    for name in needs:
        if (reason := snapshot.errors.get(name, "")).startswith(LEFT_OUT):
            return _errors(check, reason, Verdict.NOT_RUN)
        if reason:
            return _errors(check, f"{name}: {reason}")
        if name not in snapshot.artifacts:
            return _errors(check, f"{name}: not collected")
    seen = replace(snapshot, artifacts={name: snapshot.artifacts[name] for name in needs}, errors={})
    try:
        return list(_judged(check, seen, site_key, redact))
    except BrokenPromise as exc:
        logger.error("check %s: %s", _name(check), exc)
        return _errors(check, f"check: {exc}")
    except Exception as exc:  # noqa: BLE001 - one check must not end the run
        # The message may quote the page, and the page may hold personal information.
        logger.error("check %s: %s", _name(check), type(exc).__name__)
        return _errors(check, f"check: {type(exc).__name__}")


def _judged(check: Check, seen: Snapshot, site_key: str, redact: Callable[[str], str]) -> Iterator[Outcome]:
    spoken: set[str] = set()
    rules = check.rules
    for outcome in check.outcomes(seen):
        known = outcome.rule in rules or (check.prefix and outcome.rule.startswith(check.prefix))
        if not known or any(finding.rule != outcome.rule for finding in outcome.findings):
            raise BrokenPromise("speaks of a rule that it does not declare")
        if outcome.rule in spoken:
            raise BrokenPromise(f"speaks twice of {outcome.rule}")
        spoken.add(outcome.rule)
        state = "" if seen.state == BASE else seen.state
        masked = (
            replace(found, part=Part(key=redact(found.part.key), name=redact(found.part.name)))
            for found in outcome.findings
        )
        findings = tuple(
            replace(found, fingerprint=found.fingerprint or fingerprint(found, site_key), state=found.state or state)
            for found in masked
        )
        yield _to_its_end(replace(outcome, findings=findings), check, seen)
    if not spoken:
        raise BrokenPromise("says nothing")


def _to_its_end(outcome: Outcome, check: Check, seen: Snapshot) -> Outcome:
    """What was not looked at to its end is never a pass: an artifact says under "left_out" why it ends early."""
    for name in _needs(check, seen):
        artifact = seen.artifacts[name]
        why = artifact.get("left_out", "") if isinstance(artifact, Mapping) else ""
        if why and outcome.verdict not in (Verdict.ERROR, Verdict.NOT_RUN):
            return outcome.but(f"{LEFT_OUT}{why}")
    return outcome


def _errors(check: Check, reason: str, verdict: Verdict = Verdict.ERROR) -> list[Outcome]:
    return [Outcome(rule=rule, verdict=verdict, reason=reason, engine=check.engine) for rule in check.rules]


def _name(check: Check) -> str:
    return check.rule.id if check.rule else type(check).__name__
