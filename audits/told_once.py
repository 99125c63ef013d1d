"""One fault of one element is told once, by the rule that tells it best, and names every engine that sees it.

A rule says by ``said_by`` which rules tell the same fault. Where one of those speaks of the same element, the finding
joins it: the engines are named together, and the worse verdict of the two holds. With ``by_words`` it joins what quotes
the same words as well: a script says “Saved” of one element, and a press brings it up in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from audits.check import worst
from audits.model import FRAME_STEP, SHADOW_STEP, Finding, Outcome, Rule, Snapshot, Verdict

#: What people are given of a page; a finding about a frame's whole document is about the frame.
_WHOLE = frozenset({"html"})
_ORDER = (Verdict.FAIL, Verdict.REVIEW)
_QUOTED = re.compile(r"“([^”]+)”")


def told_once(
    outcomes: Sequence[Outcome], rules: Mapping[str, Rule], names: Mapping[str, str] | None = None
) -> tuple[Outcome, ...]:
    """The outcomes without what others say already; a rule that has nothing left to say has found nothing of its own.

    ``names``: of selectors that engines made, the one by which everybody else calls the place (``names_of``).
    """
    names = names or {}
    spoken = _spoken(outcomes, names)
    joined: dict[int, list[Finding]] = {}
    left: list[Outcome] = []
    for outcome in outcomes:
        rule = rules.get(outcome.rule)
        if rule is None or not rule.said_by or not outcome.findings:
            left.append(outcome)
            continue
        kept = []
        for finding in outcome.findings:
            first = _first(finding, rule, spoken, names)
            if first is not None:
                joined.setdefault(id(first), []).append(finding)
            elif rule.alone:
                kept.append(finding)
        left.append(_of(outcome, tuple(kept)))
    return tuple(_joined(outcome, joined) for outcome in left)


def told_with(wanted: Iterable[str], rules: Mapping[str, Rule]) -> frozenset[str]:
    """These rules, and all that have a part in how they are told: whose findings join theirs, or theirs join."""
    asked = frozenset(wanted)
    near = {other for rule in asked for other in rules[rule].said_by}
    near |= {rule for rule, known in rules.items() if asked.intersection(known.said_by)}
    return asked | near | {other for rule in near if rule in rules for other in rules[rule].said_by}


def names_of(snapshot: Snapshot) -> dict[str, str]:
    """How axe-core calls a place, or our checks of structure one that IBM's engine speaks of; and everybody else."""
    names = {}
    for frame in snapshot.artifacts.get("axe", {}).get("frames", ()):
        for rule in frame["rules"]:
            for node in rule.get("nodes", ()):
                if node.get("at"):
                    names[FRAME_STEP.join([*frame["frame"], SHADOW_STEP.join(node["target"])])] = node["at"]
    for frame in snapshot.artifacts.get("ibm", {}).get("frames", ()):
        for rule in frame["rules"]:
            for node in rule["nodes"]:
                path = [FRAME_STEP.join([*frame["frame"], node[name]]) for name in ("known", "target")]
                names.setdefault(*path)
    return names


def _spoken(outcomes: Sequence[Outcome], names: Mapping[str, str]) -> Mapping[tuple[str, str], Finding]:
    found: dict[tuple[str, str], Finding] = {}
    for outcome in outcomes:
        for finding in outcome.findings:
            if finding.selector:
                found.setdefault((outcome.rule, _place(finding, names)), finding)
    return found


def _first(
    finding: Finding, rule: Rule, spoken: Mapping[tuple[str, str], Finding], names: Mapping[str, str]
) -> Finding | None:
    place = _place(finding, names)
    found = (spoken.get((other, place)) for other in rule.said_by if other != rule.id)
    first = next((first for first in found if first is not None), None)
    if first is not None or not rule.by_words:
        return first
    quoted = _QUOTED.findall(finding.message)
    others = (other for (said, _), other in spoken.items() if said in rule.said_by and said != rule.id)
    return next((other for other in others if quoted and _quotes(other.message, quoted)), None)


def _quotes(message: str, quoted: Sequence[str]) -> bool:
    """Whether a message quotes all of these, each as far as both of them go."""
    whole = [(words.rstrip("…"), words.endswith("…")) for words in _QUOTED.findall(message)]
    return all(any(_is_of(words, *other) for other in whole) for words in quoted)


def _is_of(words: str, other: str, cut: bool) -> bool:
    own, was_cut = words.rstrip("…"), words.endswith("…")
    return own == other or (was_cut and other.startswith(own)) or (cut and own.startswith(other))


def _place(finding: Finding, names: Mapping[str, str]) -> str:
    place = names.get(finding.selector, finding.selector)
    frame, _, last = place.rpartition(FRAME_STEP)
    return frame if frame and last in _WHOLE else place


def _of(outcome: Outcome, kept: tuple[Finding, ...]) -> Outcome:
    if len(kept) == len(outcome.findings):
        return outcome
    return replace(outcome, findings=kept, verdict=worst(kept))


def _joined(outcome: Outcome, joined: Mapping[int, Sequence[Finding]]) -> Outcome:
    if not any(id(finding) in joined for finding in outcome.findings):
        return outcome
    findings = tuple(_with(finding, joined.get(id(finding), ())) for finding in outcome.findings)
    return replace(outcome, findings=findings, verdict=worst(findings))


def _with(finding: Finding, others: Sequence[Finding]) -> Finding:
    if not others:
        return finding
    engines = dict.fromkeys([finding.engine, *(other.engine for other in others)])
    verdict = min((finding.verdict, *(other.verdict for other in others)), key=_ORDER.index)
    return replace(finding, engine=", ".join(engines), verdict=verdict)
