"""What people do about issues: who repairs what by when, what is accepted for a time. Commands and the desk call it.

Everything goes into the log. Whoever acts on what was shown to him names the last entry that he saw of the issue; where
somebody wrote one since, nothing is recorded, and he is told what.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from audits.model import Kind
from handrail.said import BadWords, Who, named, not_empty, same_name, without_personal
from handrail.work import accepted, newest, recorded, today, works_of
from reports.common import SEVERITIES
from reports.waivers import Waivers
from reports.work import (
    ACCEPTED,
    ASKED,
    ASSIGNED,
    DUE,
    FALSE_ALARM,
    KINDS,
    MARKED,
    NOTE,
    REFUSED,
    WITHDRAWN,
    Stage,
    Told,
    told_of,
)

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.wiring import Parts
    from reports.store.log import Act, Entry
    from reports.store.records import NamedIssue, PlaceRecord, RunRecord, SiteRecord
    from reports.store.store import Store
    from reports.terms import Severity
    from reports.worklist import WorkItem


class BadAct(ValueError):
    """Why something cannot be done about an issue. ``why`` is a word for those who tell it in their own language."""

    def __init__(self, why: str, told: str) -> None:
        super().__init__(told)
        self.why = why


class Unknown(BadAct):
    """There is no such issue, site or entry."""


class Moved(BadAct):
    """Somebody did something about the issue since it was shown: ``entries``."""

    def __init__(self, issue: str, entries: Sequence[Entry]) -> None:
        super().__init__("moved", f"{issue} was changed meanwhile, by entry {entries[-1].seq} of the log; look again")
        self.entries = tuple(entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which issues are asked for. Texts are globs, and any of several will do; "" stands for nobody."""

    states: Collection[str] = ()  # () = all but fixed
    severity: Severity = "minor"  # this severe or worse
    kinds: Collection[str] = ()
    rules: Collection[str] = ()
    parts: Collection[str] = ()
    owners: Collection[str] = ()
    assigned: Collection[str] = ()
    stages: Collection[str] = ()
    overdue: bool = False
    due_before: date | None = None
    decided: bool = False
    undecided: bool = False
    asked: bool = False  # somebody asked for a waiver, and has no answer yet

    def fits(self, one: WorkItem) -> bool:
        """Whether an issue is among them."""
        work = one.work
        return (
            (one.state in self.states if self.states else one.state != "fixed")
            and SEVERITIES.index(one.severity) <= SEVERITIES.index(self.severity)
            and (not self.kinds or one.kind.value in self.kinds)
            and _fits(self.rules, one.rule)
            and _fits(self.parts, one.part_key, one.part)
            and _fits(self.owners, *(one.owners or ("",)))
            and _fits(self.assigned, work.assigned)
            and (not self.stages or work.stage in self.stages)
            and (work.overdue or not self.overdue)
            and (self.due_before is None or (one.open and work.due is not None and work.due < self.due_before))
            and (bool(work.decided) or not self.decided)
            and (not self.undecided or one.open or one.state == "fixed")
            and (bool(work.told.asked) or not self.asked)
        )


def _fits(globs: Collection[str], *texts: str) -> bool:
    return not globs or any(fnmatchcase(text, glob) if glob else not text for glob in globs for text in texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepting:
    """How an issue is to be accepted for a time."""

    ground: str
    reason: str
    owner: str
    until: date
    alternative: str = ""
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issues:
    """The issues of a store, and what the log holds of them. ``called``: how errors call what somebody says."""

    store: Store
    policy: Policy
    parts: Parts
    told: Mapping[str, Told]
    waivers: Waivers
    newest: Sequence[tuple[RunRecord, SiteRecord]]
    called: Callable[[str], str] = field(default=str, repr=False)

    @classmethod
    def of(cls, store: Store, policy: Policy, parts: Parts, *, called: Callable[[str], str] = str) -> Issues:
        """As they stand now. Raises Unknown where nothing was audited."""
        found = newest(store)
        if not found:
            raise Unknown("no-audit", "the store holds no run of an audit; run 'handrail audit' first")
        told = recorded(store)
        waivers = Waivers(accepted(policy, told), today(policy))
        return cls(store=store, policy=policy, parts=parts, told=told, waivers=waivers, newest=found, called=called)

    def items(self, sites: Collection[str] = ()) -> list[WorkItem]:
        """What there is to repair, what is late first. Raises Unknown for a site that has no audit."""
        from reports import worklist

        keys = {site.key for _, site in self.newest}
        for key in sites:
            if key not in keys:
                raise Unknown("no-site", f"no audit of a site {key!r}; the store holds: {', '.join(sorted(keys))}")
        found: list[WorkItem] = []
        for run, site in self.newest:
            if sites and site.key not in sites:
                continue
            works = works_of(self.policy, self.told, site, self.waivers, today(self.policy))
            issues = self.store.issues_now(run.id, site.key)
            found += worklist.items(issues, self.store.standings(run.id, site.key), self.parts.rules, works)
        return sorted(found, key=worklist.order)

    def run_of(self, site: str) -> RunRecord:
        """The run that tells a site."""
        return next(run for run, one in self.newest if one.key == site)

    def places(self, item: WorkItem) -> Iterator[PlaceRecord]:
        """Where an issue stands, by the audit that tells its site; where that did not see it, by the last that did."""
        if item.state == "fixed":
            return
        for run in dict.fromkeys((self.run_of(item.site).id, item.last_run)):
            found = False
            for place in self.store.places(run, item.site, item.fingerprint):
                found = True
                yield place
            if found:
                return

    def named(self, issue: str) -> NamedIssue:
        """By the id that reports show. Raises Unknown."""
        known = self.store.issue_named(issue)
        if known is None:
            raise Unknown("no-issue", f"no issue {issue[:40]!r} in the store: take its id from a report")
        return known

    # What somebody does. ``seen``: the last entry that was shown of the issue; None = nothing was shown.

    def assign(self, issue: str, who: Who, to: str, note: str = "", *, seen: int | None = None) -> Entry:
        """To a unit or a role; "" = to nobody any more."""
        whom = named(to, self.parts, self.called("to")) if to else ""
        return self._record(ASSIGNED, issue, who, {"to": whom, "note": self._clean(note, "note")}, seen)

    def mark(self, issue: str, who: Who, stage: Stage, note: str = "", *, seen: int | None = None) -> Entry:
        """Where the work stands. Fixed is only what an audit no longer finds."""
        return self._record(MARKED, issue, who, {"stage": stage, "note": self._clean(note, "note")}, seen)

    def due(self, issue: str, who: Who, on: date | None, note: str = "", *, seen: int | None = None) -> Entry:
        """A date of its own; None = none any more."""
        day = on.isoformat() if on else ""
        return self._record(DUE, issue, who, {"due": day, "note": self._clean(note, "note")}, seen)

    def note(self, issue: str, who: Who, text: str, *, seen: int | None = None) -> Entry:
        """Something that is to be known of it."""
        said = not_empty(self._clean(text, "note"), self.called("note"))
        return self._record(NOTE, issue, who, {"note": said}, seen)

    def accept(self, issue: str, who: Who, how: Accepting, *, seen: int | None = None) -> Entry:
        """Accept an issue for a time. It changes no result; nobody accepts an exposure."""
        return self._record(ACCEPTED, issue, who, self._whole(issue, how), seen)

    def ask(self, issue: str, who: Who, how: Accepting, *, seen: int | None = None) -> Entry:
        """Ask that an issue be accepted for a time. Another person says yes or no."""
        return self._record(ASKED, issue, who, self._whole(issue, how), seen)

    def approve(self, issue: str, who: Who, entry: int, *, seen: int | None = None) -> Entry:
        """Accept an issue as ``entry`` asks. Whoever asked may not be who approves."""
        asked = self._asked(issue, entry)
        facts = asked.facts or {}
        if who.account == facts["account"] or same_name(who.by, facts["by"]):
            raise BadAct("same-person", f"entry {entry} was asked by {facts['by']}: another person must approve it")
        if date.fromisoformat(facts["until"]) < today(self.policy):
            raise BadAct("until-over", f"entry {entry} asks until {facts['until']}, which is over")
        kept = ("rule", "part", "until", "urls", "ground", "reason", "owner", "alternative")
        told = {name: facts[name] for name in kept}
        asked_by = {"asked": entry, "asked_by": facts["by"], "asked_account": facts["account"]}
        on = today(self.policy).isoformat()
        return self._record(ACCEPTED, issue, who, {**told, "on": on, **asked_by}, seen, pending=entry)

    def refuse(self, issue: str, who: Who, entry: int, reason: str, *, seen: int | None = None) -> Entry:
        """Say no to what ``entry`` asks."""
        self._asked(issue, entry)
        said = not_empty(self._clean(reason, "reason"), self.called("reason"))
        return self._record(REFUSED, issue, who, {"entry": entry, "reason": said}, seen, pending=entry)

    def false_alarm(
        self, issue: str, who: Who, reason: str, until: date, urls: Iterable[str] = (), *, seen: int | None = None
    ) -> Entry:
        """Say that a person looked and there is no barrier. Results stay as they are."""
        said = not_empty(self._clean(reason, "reason").strip(), self.called("reason"))
        how = Accepting(ground=said, reason=said, owner="", until=until, urls=tuple(urls))
        return self._record(FALSE_ALARM, issue, who, self._accepting(issue, how), seen)

    def withdraw(self, issue: str, who: Who, reason: str, entry: int = 0, *, seen: int | None = None) -> Entry:
        """Take a decision back; ``entry`` 0: the last one."""
        told = self.told.get(self.named(issue).fingerprint, Told())
        held = [one.entry for one in told.waivers if not entry or one.entry == entry]
        if not held:
            which = f"entry {entry} is no decision on" if entry else "the log holds no decision on"
            raise Unknown("no-decision", f"{which} {issue}; what handrail.toml accepts is taken back there")
        said = not_empty(self._clean(reason, "reason").strip(), self.called("reason"))
        return self._record(WITHDRAWN, issue, who, {"entry": held[-1], "reason": said}, seen)

    def _whole(self, issue: str, how: Accepting) -> dict[str, Any]:
        """With what nobody accepts anything without; what cannot be seen is nothing. Raises BadWords."""
        needed = ("ground", "reason", "owner")
        for name in needed:
            not_empty(getattr(how, name).strip(), self.called(name))
        told = self._accepting(issue, how)
        for name in needed:
            not_empty(told[name], self.called(name))
        return told

    def _clean(self, said: str, name: str) -> str:
        return without_personal(said, self.parts, self.called(name)) if said else ""

    def _path(self, path: str) -> str:
        """As it may be kept: searched like what people say, and like addresses of pages. Raises BadWords."""
        from handrail.wiring import Guard

        called = self.called("url")
        if Guard(self.parts).holds_value(f"http://site{path if path.startswith('/') else f'/{path}'}"):
            raise BadWords(called, "personal", f"{called}: a path seems to hold personal information")
        return self._clean(path, "url")

    def _accepting(self, issue: str, how: Accepting) -> dict[str, Any]:
        told = {name: getattr(how, name) for name in ("ground", "reason", "owner", "alternative")}
        clean = {name: self._clean(said, name) for name, said in told.items()}
        known = self.named(issue)
        if known.kind is Kind.EXPOSURE:
            raise BadAct(
                "exposure",
                f"{issue} is exposed personal information, which nobody accepts: contain it (handrail contain), or "
                "decide about its values in [dispositions]",
            )
        day = today(self.policy)
        if how.until < day:
            raise BadAct(
                "until-over", f"{self.called('until')} {how.until} is over; write the last day on which it holds"
            )
        for path in how.urls:
            if not path.startswith(("/", "*")):
                raise BadAct("no-path", f"{self.called('url')} {path}: must be a path, such as /maps/*")
        urls = [self._path(path) for path in how.urls]
        of = {"rule": known.rule, "part": known.part_key, "on": day.isoformat(), "until": how.until.isoformat()}
        return {**clean, **of, "urls": urls}

    def _asked(self, issue: str, entry: int) -> Entry:
        told = self.told.get(self.named(issue).fingerprint, Told())
        for one in told.asked:
            if one.seq == entry:
                return one
        raise Unknown("not-asked", f"entry {entry} asks for nothing about {issue} that has no answer yet")

    def _record(
        self, kind: str, issue: str, who: Who, facts: Mapping[str, Any], seen: int | None, *, pending: int = 0
    ) -> Entry:
        """``pending``: an entry that must still have no answer when this is written."""
        known = self.named(issue)
        of = {"issue": known.id, "fingerprint": known.fingerprint, "site": known.site}
        by = {"by": named(who.by, self.parts, self.called("by")), "account": who.account}

        def choose(entries: Sequence[Entry], _number: int) -> Iterable[Act]:
            own = [one for one in entries if one.facts and one.facts["fingerprint"] == known.fingerprint]
            if seen is not None and (since := [one for one in own if one.seq > seen]):
                raise Moved(issue, since)
            if pending and all(one.seq != pending for one in told_of(own)[known.fingerprint].asked):
                raise Unknown("not-asked", f"entry {pending} has its answer already")
            before = _before(kind, told_of(own).get(known.fingerprint, Told()))
            return [(kind, {**by, **of, **before, **facts})]

        (entry,) = self.store.record_all(KINDS, choose)
        return entry


def _before(kind: str, told: Told) -> Mapping[str, str]:
    """What an act puts something else in the place of, as the log held it."""
    held = {ASSIGNED: told.assigned, MARKED: told.stage, DUE: told.due.isoformat() if told.due else ""}
    return {"before": held[kind]} if kind in held else {}
