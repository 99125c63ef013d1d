"""What residents reported, and what became of it: the log folded to the state of a day. Pure.

The words of a report stand in an entry of their own, so that they can be taken out of the log while the rest stays.
An issue that a tool found is fixed, and proved fixed again, by audits alone; one that a resident met and no tool found
("M-…") by people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from statistics import median
from typing import Any, Literal

from audits.model import Impact, Rule
from reports import clean
from reports.model import FeedbackIssue, FeedbackTime, SiteFeedback
from reports.store.log import Entry
from reports.store.records import IssueLife, Span

RECEIVED, TEXT, ACKNOWLEDGED, LINKED = "feedback", "feedback-text", "feedback-acknowledged", "feedback-linked"
REPAIRED, RECHECKED = "feedback-repaired", "feedback-rechecked"
ANSWERED, CLOSED, REOPENED = "feedback-answered", "feedback-closed", "feedback-reopened"
KINDS = (RECEIVED, TEXT, ACKNOWLEDGED, LINKED, REPAIRED, RECHECKED, ANSWERED, CLOSED, REOPENED)

_OF_REPORTS = {ACKNOWLEDGED: "acknowledged", LINKED: "linked", ANSWERED: "answered", CLOSED: "closed", REOPENED: ""}

State = Literal["received", "acknowledged", "linked", "fixed", "rechecked", "answered", "closed"]
STATES: tuple[State, ...] = ("received", "acknowledged", "linked", "fixed", "rechecked", "answered", "closed")
#: What became of the barrier. "none": the report is linked to no issue.
Barrier = Literal["none", "open", "fixed", "rechecked"]
CHANNELS = ("form", "email", "phone", "311", "in-person", "letter", "social", "other")
REASONS = ("duplicate", "no-barrier", "elsewhere", "withdrawn")

#: An issue that no tool found.
REPORTED = Rule(
    id="manual/reported",
    title="Barrier that a resident reported",
    title_fr="Obstacle signalé par une personne",
    why="",
    fix="",
    impact=Impact.SERIOUS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that a person recorded, on which day, and in which entry of the log."""

    on: str
    by: str
    note: str
    entry: int
    at: datetime
    #: Of a re-check: whether the barrier was met again. Of a closed report: why.
    again: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Within how many days; 0 = no target."""

    acknowledge: int = 0
    answer: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What somebody reported. The words are searched and masked before they are written; ``erased``: taken out."""

    id: str
    site: str
    day: str
    language: str
    channel: str
    ticket: str
    entry: int
    page: str = ""
    barrier: str = ""
    technology: str = ""
    erased: bool = False
    issue: str = ""
    linked: Act | None = None
    acknowledged: Act | None = None
    answered: Act | None = None
    closed: Act | None = None
    reopened: tuple[Act, ...] = ()

    @property
    def heard(self) -> str:
        """The day on which the person first heard from the City; an answer says no less than an acknowledgement."""
        return min((one.on for one in (self.acknowledged, self.answered) if one), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An issue that reports are linked to. ``fixed`` and ``rechecked`` are days; a run or a person said so."""

    id: str
    site: str
    rule: str
    part_key: str
    part: str
    barrier: Barrier
    spans: tuple[Span, ...] = ()
    made: Act | None = None  # of one that no tool found
    criterion: str = ""
    repaired: tuple[Act, ...] = ()
    rechecked: tuple[Act, ...] = ()
    fixed: str = ""
    confirmed: str = ""

    @property
    def by_people(self) -> bool:
        """Whether no audit can say anything of it."""
        return self.rule == REPORTED.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a chain. ``who`` is a person or a run; ``entry`` 0: no entry of the log, an audit saw it."""

    on: str
    kind: str
    report: str = ""
    who: str = ""
    note: str = ""
    entry: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Reports and their issue, from the first word to the last."""

    about: str
    reports: tuple[Reported, ...]
    fault: Fault | None
    title: tuple[str, str]  # of the rule, in English and French
    criteria: tuple[str, ...]
    steps: tuple[Step, ...]
    states: tuple[State, ...]  # of the reports, in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All of it, as of ``day``."""

    day: str
    target: Target
    reports: Mapping[str, Reported]
    faults: Mapping[str, Fault]
    digests: frozenset[str] = field(default=frozenset(), repr=False)

    def barrier(self, one: Reported) -> Barrier:
        """What became of the barrier that a report tells of."""
        return self.faults[one.issue].barrier if one.issue in self.faults else "none"

    def state(self, one: Reported) -> State:
        """How far it has come; the barrier may still be there when it is answered."""
        if one.closed:
            return "closed"
        if one.answered:
            return "answered"
        barrier = self.barrier(one)
        if barrier in ("fixed", "rechecked"):
            return barrier
        if one.issue:
            return "linked"
        return "acknowledged" if one.acknowledged else "received"

    def overdue(self, one: Reported) -> tuple[str, ...]:
        """What the City is late with: "acknowledge", "answer"."""
        if one.closed:
            return ()
        waits = (
            ("acknowledge", self.target.acknowledge, one.heard),
            ("answer", self.target.answer, one.answered.on if one.answered else ""),
        )
        return tuple(name for name, days, done in waits if days and not done and _days(one.day, self.day) > days)

    def due(self, one: Reported, days: int) -> str:
        """The last day of a target."""
        return (date.fromisoformat(one.day) + timedelta(days=days)).isoformat() if days else ""


def issues_named(entries: Iterable[Entry]) -> frozenset[str]:
    """The issues that reports were linked to and that audits found."""
    named = {e.facts["issue"] for e in entries if e.kind == LINKED and e.facts}
    return frozenset(name for name in named if not name.startswith("M-"))


def about(entries: Iterable[Entry], one: Reported) -> list[Entry]:
    """What was done about a report, and about the issue that it is linked to."""
    told = ((entry, entry.facts) for entry in entries if entry.facts)
    return [
        entry
        for entry, facts in told
        if (entry.kind in _OF_REPORTS and facts["report"] == one.id)
        or (entry.kind in (REPAIRED, RECHECKED) and one.issue and facts["issue"] == one.issue)
    ]


def fold(
    entries: Iterable[Entry],
    lives: Mapping[str, IssueLife],
    day: str,
    zone: tzinfo,
    target: Target | None = None,
) -> Ledger:
    """The state of a day. ``lives``: of ``issues_named``."""
    reports: dict[str, Reported] = {}
    people: dict[str, dict[str, Any]] = {}
    acts: dict[str, dict[str, list[Act]]] = {}
    digests: set[str] = set()
    for entry in entries:
        told = entry.facts
        if entry.kind == RECEIVED and told:
            name = f"F-{entry.seq}"
            kept = {one: told[one] for one in ("site", "day", "language", "channel", "ticket")}
            # Until its words are read, they count as taken out.
            reports[name] = Reported(id=name, entry=entry.seq, erased=bool(told["words"]), **kept)
            digests.add(told["digest"])
        elif entry.kind == TEXT and told and told["report"] in reports:
            words = {one: told[one] for one in ("page", "barrier", "technology")}
            reports[told["report"]] = replace(reports[told["report"]], erased=False, **words)
        elif told and entry.kind in (REPAIRED, RECHECKED):
            acts.setdefault(told["issue"], {REPAIRED: [], RECHECKED: []})[entry.kind].append(_act(entry))
        elif told and entry.kind in _OF_REPORTS and told["report"] in reports:
            one = reports[told["report"]]
            if entry.kind == REOPENED:
                reports[one.id] = replace(one, closed=None, answered=None, reopened=(*one.reopened, _act(entry)))
            elif entry.kind == LINKED:
                made = told.get("made")
                if made:
                    people[told["issue"]] = {"made": _act(entry), "site": one.site, "criterion": made["criterion"]}
                reports[one.id] = replace(one, issue=told["issue"], linked=_act(entry))
            else:
                done: dict[str, Any] = {_OF_REPORTS[entry.kind]: _act(entry)}
                reports[one.id] = replace(one, **done)
    faults: dict[str, Fault] = {}
    for name in dict.fromkeys(one.issue for one in reports.values() if one.issue):
        recorded = acts.get(name, {REPAIRED: [], RECHECKED: []})
        if name in people:
            faults[name] = _by_people(name, people[name], recorded[REPAIRED], recorded[RECHECKED])
        elif name in lives:
            faults[name] = _by_audits(lives[name], recorded[REPAIRED], recorded[RECHECKED], zone)
    return Ledger(day=day, target=target or Target(), reports=reports, faults=faults, digests=frozenset(digests))


def _act(entry: Entry) -> Act:
    told = entry.facts or {}
    names = ("on", "by", "note", "again", "reason")
    return Act(entry=entry.seq, at=entry.at, **{name: told[name] for name in names if name in told})


def _by_people(name: str, told: Mapping[str, Any], repaired: Sequence[Act], rechecked: Sequence[Act]) -> Fault:
    barrier: Barrier = "open"
    fixed = confirmed = ""
    for act in sorted([*repaired, *rechecked], key=lambda one: one.entry):
        if act in repaired:
            barrier, fixed, confirmed = "fixed", act.on, ""
        elif act.again:
            barrier, fixed, confirmed = "open", "", ""
        elif barrier == "fixed":
            barrier, confirmed = "rechecked", act.on
    return Fault(
        id=name,
        rule=REPORTED.id,
        part_key="",
        part="",
        barrier=barrier,
        repaired=tuple(repaired),
        rechecked=tuple(rechecked),
        fixed=fixed,
        confirmed=confirmed,
        **told,
    )


def _by_audits(life: IssueLife, repaired: Sequence[Act], rechecked: Sequence[Act], zone: tzinfo) -> Fault:
    """A person can confirm what an audit proved, or say that it is still there; the last word since then counts."""
    last = life.spans[-1]
    barrier: Barrier = "open"
    fixed = confirmed = ""
    if last.fixed:
        barrier, fixed = "fixed", _day(last.fixed.on, zone)
        since = [act for act in rechecked if act.at > last.fixed.on]
        word = since[-1] if since else None
        if word and word.again:
            barrier, fixed = "open", ""
        elif word or last.confirmed:
            days = [word.on] if word else []
            days += [_day(last.confirmed.on, zone)] if last.confirmed else []
            barrier, confirmed = "rechecked", min(days)
    return Fault(
        id=life.id,
        site=life.site,
        rule=life.rule,
        part_key=life.part_key,
        part=life.part_name,
        barrier=barrier,
        spans=life.spans,
        repaired=tuple(repaired),
        rechecked=tuple(rechecked),
        fixed=fixed,
        confirmed=confirmed,
    )


def _day(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).date().isoformat()


def days_between(start: str, end: str) -> int | None:
    """Days from one day to another; None while there is no other."""
    return _days(start, end) if end else None


def _days(start: str, end: str) -> int:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


# The chain


def chain(ledger: Ledger, about: str, rules: Mapping[str, Rule], zone: tzinfo) -> Chain | None:
    """Of one report ("F-…"), or of an issue with all that was reported of it; None: not known."""
    if about in ledger.reports:
        reports = [ledger.reports[about]]
        fault = ledger.faults.get(reports[0].issue)
    elif about in ledger.faults:
        reports = [one for one in ledger.reports.values() if one.issue == about]
        fault = ledger.faults[about]
    else:
        return None
    steps = [step for one in reports for step in _of_report(one)]
    rule = None
    if fault:
        steps += _of_people(fault)
        steps += _of_audits(fault, zone)
        rule = REPORTED if fault.by_people else rules.get(fault.rule)
    criteria = rule.criteria if rule else ()
    if fault and fault.criterion:
        criteria = (fault.criterion,)
    return Chain(
        about=about,
        reports=tuple(reports),
        fault=fault,
        title=(rule.title, rule.title_fr) if rule else ((fault.rule if fault else ""), ""),
        criteria=tuple(criteria),
        steps=tuple(sorted(steps, key=_order)),
        states=tuple(ledger.state(one) for one in reports),
    )


#: What comes first on the same day, where neither has a number in the log.
_SAME_DAY = (
    "received",
    "acknowledged",
    "seen",
    "linked",
    "made",
    "repaired",
    "back",
    "gone",
    "gone-again",
    "rechecked",
)


def _order(step: Step) -> tuple[str, int, int]:
    place = _SAME_DAY.index(step.kind) if step.kind in _SAME_DAY else len(_SAME_DAY)
    return (step.on, place, step.entry)


def _of_report(one: Reported) -> list[Step]:
    steps = [Step(on=one.day, kind="received", report=one.id, entry=one.entry)]
    for kind, act in (("acknowledged", one.acknowledged), ("answered", one.answered), ("closed", one.closed)):
        if act:
            note = act.reason if kind == "closed" else act.note
            steps.append(Step(on=act.on, kind=kind, report=one.id, who=act.by, note=note, entry=act.entry))
    steps += [
        Step(on=act.on, kind="reopened", report=one.id, who=act.by, note=act.note, entry=act.entry)
        for act in one.reopened
    ]
    if one.linked:
        kind = "made" if one.issue == f"M-{one.linked.entry}" else "linked"
        link = one.linked
        steps.append(Step(on=link.on, kind=kind, report=one.id, who=link.by, note=link.note, entry=link.entry))
    return steps


def _of_people(fault: Fault) -> list[Step]:
    told = [("repaired", act) for act in fault.repaired]
    told += [("met-again" if act.again else "rechecked", act) for act in fault.rechecked]
    return [Step(on=act.on, kind=kind, who=act.by, note=act.note, entry=act.entry) for kind, act in told]


def _of_audits(fault: Fault, zone: tzinfo) -> list[Step]:
    steps: list[Step] = []
    for number, span in enumerate(fault.spans):
        seen = [("back" if number else "seen", span.first), ("gone", span.fixed), ("gone-again", span.confirmed)]
        steps += [Step(on=_day(one.on, zone), kind=kind, who=one.run) for kind, one in seen if one]
    return steps


# Numbers for the site's report


def of_site(ledger: Ledger, key: str, rules: Mapping[str, Rule]) -> SiteFeedback:
    """How many reports there are of a site, how far they have come, how long it took. No word of any."""
    reports = [one for one in ledger.reports.values() if one.site == key]
    states = [ledger.state(one) for one in reports]
    open_ = [one for one in reports if ledger.state(one) != "closed"]
    named = dict.fromkeys(one.issue for one in reports if one.issue in ledger.faults)
    return SiteFeedback(
        on=ledger.day,
        reports=len(reports),
        received=states.count("received"),
        acknowledged=states.count("acknowledged"),
        linked=states.count("linked"),
        fixed=states.count("fixed"),
        rechecked=states.count("rechecked"),
        answered=states.count("answered"),
        closed=states.count("closed"),
        answered_before_fixed=sum(ledger.state(one) == "answered" and ledger.barrier(one) == "open" for one in reports),
        overdue=sum(bool(ledger.overdue(one)) for one in open_),
        to_acknowledge=_time([(one.day, one.heard) for one in reports], ledger.target.acknowledge),
        to_answer=_time([(one.day, one.answered.on if one.answered else "") for one in reports], ledger.target.answer),
        issues=tuple(_issue(ledger, name, reports, rules) for name in sorted(named)),
    )


def _issue(ledger: Ledger, name: str, reports: Sequence[Reported], rules: Mapping[str, Rule]) -> FeedbackIssue:
    from reports.common import rule_of, text

    fault = ledger.faults[name]
    rule = REPORTED if fault.by_people else rule_of(rules, fault.rule)
    return FeedbackIssue(
        id=clean.line(name),
        rule=fault.rule,
        title=text(rule.title, rule.title_fr),
        reports=sum(one.issue == name for one in reports),
        barrier="open" if fault.barrier == "none" else fault.barrier,
    )


def _time(pairs: Sequence[tuple[str, str]], days: int) -> FeedbackTime:
    took = sorted(_days(start, end) for start, end in pairs if end)
    return FeedbackTime(
        target_days=days,
        done=len(took),
        in_time=sum(one <= days for one in took) if days else len(took),
        median_days=round(median(took)) if took else None,
        longest_days=took[-1] if took else None,
    )
