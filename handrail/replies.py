"""What people do about residents' reports: acknowledge, link to an issue, repair, look again, answer, close.

Commands and the desk call it. What was written to a person stays in the City's own system.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from handrail.feedback import Kept, checked, keep, ledger_of, record
from handrail.issues import BadAct, Moved, Unknown
from handrail.said import BadWords, Who, named, without_personal
from handrail.work import today
from reports.feedback import (
    ACKNOWLEDGED,
    ANSWERED,
    CLOSED,
    KINDS,
    LINKED,
    REASONS,
    RECHECKED,
    REOPENED,
    REPAIRED,
    about,
)

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.wiring import Parts
    from reports.feedback import Fault, Ledger, Reported
    from reports.store.log import Act, Entry
    from reports.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Who did something, on which day (None = today), and what else there is to say."""

    who: Who
    note: str = ""
    on: date | None = None
    #: By report, the last entry about it that was shown. Where there is one since, nothing is recorded: raises Moved.
    seen: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Of the reports of a store. ``called``: how errors call what somebody says. Acts raise BadAct and BadWords."""

    store: Store
    policy: Policy
    parts: Parts
    called: Callable[[str], str] = field(default=str, repr=False)

    def ledger(self) -> Ledger:
        """All reports, as of today."""
        return ledger_of(self.store, self.policy)

    def history(self, one: Reported) -> list[Entry]:
        """What was done about a report and its issue."""
        return about(self.store.log_entries(*KINDS), one)

    def add(self, fields: Mapping[str, Any], who: Who) -> tuple[Kept, bool]:
        """Keep a report that somebody types, and whether it is on a site of the City. Raises BadReport, BadWords.

        Who reported it is never asked; words in which personal information is recognized are refused.
        """
        one = checked(fields, self.policy, self.parts, today(self.policy))
        if one.hidden:
            raise BadWords(
                "barrier",
                "personal",
                f"the report seems to hold personal information ({', '.join(one.hidden)}). Nothing was recorded. Say "
                "it without; who it was stays in the City's own system, under its ticket.",
                one.hidden,
            )
        by = named(who.by, self.parts, self.called("by"))
        return keep(self.store, [one], by=by, account=who.account, how="add"), bool(one.site)

    # Reports

    def acknowledge(self, reports: Sequence[str], doing: Doing) -> tuple[Entry, ...]:
        """The person was told that the report arrived."""

        def of(_: Ledger, one: Reported) -> dict[str, Any]:
            if one.heard:
                raise BadAct("heard-already", f"{one.id} is acknowledged: {one.heard}")
            return {}

        return self._each(reports, ACKNOWLEDGED, of, doing)

    def answer(self, reports: Sequence[str], doing: Doing) -> tuple[Entry, ...]:
        """The person was answered; the barrier may still be there."""

        def of(_: Ledger, one: Reported) -> dict[str, Any]:
            if one.answered:
                raise BadAct("answered-already", f"{one.id} is answered: {one.answered.on}")
            return {}

        return self._each(reports, ANSWERED, of, doing)

    def close(self, reports: Sequence[str], reason: str, doing: Doing) -> tuple[Entry, ...]:
        """They need no answer."""
        if reason not in REASONS:
            raise BadAct("no-reason", f"the reason must be one of {', '.join(REASONS)}")
        return self._each(reports, CLOSED, lambda *_: {"reason": reason}, doing)

    def reopen(self, reports: Sequence[str], doing: Doing) -> tuple[Entry, ...]:
        """Take back that they are closed or answered."""

        def of(_: Ledger, one: Reported) -> dict[str, Any]:
            if not one.closed and not one.answered:
                raise BadAct("open-already", f"{one.id} is neither closed nor answered")
            return {}

        return self._each(reports, REOPENED, of, doing, open_only=False)

    def link(self, reports: Sequence[str], issue: str, doing: Doing, *, criterion: str = "") -> tuple[Entry, ...]:
        """To an issue that an audit found, or, ``issue`` "", to one of their own. The last link counts."""
        from audits.standards import load

        if criterion and criterion not in {one.number for one in load().criteria}:
            raise BadAct(
                "no-criterion", f"there is no success criterion {criterion[:20]!r}; write its number, such as 1.3.1"
            )
        life = self.store.lives([issue]).get(issue) if issue and not issue.startswith("M-") else None
        if life is not None and life.kind.value == "exposure":
            raise BadAct("no-barrier", f"{issue} is exposed personal information, no barrier: see the privacy register")

        def acts(ledger: Ledger, number: int) -> Iterator[Act]:
            fault = ledger.faults.get(issue)
            if issue and life is None and fault is None:
                raise Unknown("no-issue", f"no issue {issue[:40]!r} in the store; take its id from a report")
            known = life.site if life is not None else fault.site if fault else ""
            to, made = (issue, None) if issue else (f"M-{number}", {"criterion": criterion})
            for one in chosen(ledger, reports):
                if known and one.site and one.site != known:
                    raise BadAct("other-site", f"{one.id} is about the site {one.site}, {issue} is on {known}")
                facts = {"report": one.id, "issue": to, **self._told(one.day, doing)}
                yield LINKED, facts | ({"made": made} if made else {})
                made = None

        return self._record(acts, doing, issues=[issue] if life is not None else [])

    # Their issues

    def repair(self, barrier: str, doing: Doing) -> tuple[Entry, ...]:
        """A barrier was repaired, by whom. An issue of an audit is fixed when an audit says so."""

        def acts(ledger: Ledger, _: int) -> Iterator[Act]:
            fault = fault_of(ledger, barrier)
            if fault.by_people and fault.barrier != "open":
                raise BadAct("fixed-already", f"{fault.id} is recorded as fixed: {fault.fixed}")
            since = min((one.day for one in ledger.reports.values() if one.issue == fault.id), default="")
            yield REPAIRED, {"issue": fault.id, **self._told(since, doing)}

        return self._record(acts, doing)

    def recheck(self, barrier: str, doing: Doing, *, again: bool) -> tuple[Entry, ...]:
        """Somebody else than who repaired it looked again; ``again``: it was met again."""

        def acts(ledger: Ledger, _: int) -> Iterator[Act]:
            fault = fault_of(ledger, barrier)
            if fault.barrier == "open":
                how = f"handrail feedback fixed {fault.id}" if fault.by_people else "an audit says when it is"
                raise BadAct("not-fixed", f"{fault.id} is not fixed yet: {how}")
            if not again and any(_same_person(doing.who.by, one.by) for one in fault.repaired):
                raise BadAct("repaired-it", f"whoever repaired {fault.id} cannot be who checks it again")
            yield RECHECKED, {"issue": fault.id, "again": again, **self._told(fault.fixed, doing)}

        return self._record(acts, doing)

    # What they share

    def _each(
        self,
        reports: Sequence[str],
        kind: str,
        of: Callable[[Ledger, Reported], dict[str, Any]],
        doing: Doing,
        *,
        open_only: bool = True,
    ) -> tuple[Entry, ...]:
        def acts(ledger: Ledger, _: int) -> Iterator[Act]:
            for one in chosen(ledger, reports, open_only=open_only):
                yield kind, {"report": one.id, **of(ledger, one), **self._told(one.day, doing)}

        return self._record(acts, doing)

    def _record(
        self, acts: Callable[[Ledger, int], Iterable[Act]], doing: Doing, *, issues: Iterable[str] = ()
    ) -> tuple[Entry, ...]:
        def check(ledger: Ledger, entries: Sequence[Entry]) -> None:
            for name, seen in (doing.seen or {}).items():
                one = ledger.reports.get(name)
                since = [entry for entry in about(entries, one) if entry.seq > seen] if one else []
                if since:
                    raise Moved(name, since)

        return record(self.store, self.policy, acts, issues=issues, check=check)

    def _told(self, since: str, doing: Doing) -> dict[str, Any]:
        """Day, person and note of an act; it was done from ``since`` on, and not after today."""
        now = today(self.policy)
        day = doing.on or now
        if day > now:
            raise BadAct("not-yet", f"{day} is not yet; record it when it was done")
        if since and day < date.fromisoformat(since):
            raise BadAct("too-early", f"{day} is before {since}, the day from which on it can be")
        said = without_personal(doing.note, self.parts, self.called("note")) if doing.note else ""
        by = named(doing.who.by, self.parts, self.called("by"))
        return {"on": day.isoformat(), "by": by, "account": doing.who.account, "note": said}


def chosen(ledger: Ledger, names: Iterable[str], *, open_only: bool = True) -> list[Reported]:
    """The reports of these names. Raises BadAct for one that is not there, or is closed."""
    found = []
    for name in dict.fromkeys(names):
        one = ledger.reports.get(name)
        if one is None:
            raise Unknown("no-report", f"no report {name[:40]!r}: handrail feedback list shows them")
        if open_only and one.closed:
            raise BadAct("is-closed", f"{name} is closed since {one.closed.on}: handrail feedback reopen")
        found.append(one)
    return found


def fault_of(ledger: Ledger, name: str) -> Fault:
    """The issue of this name, or that a report of this name is linked to."""
    issue = ledger.reports[name].issue if name in ledger.reports else name
    if not issue:
        raise BadAct("not-linked", f"{name} is not linked to an issue: handrail feedback link")
    if issue not in ledger.faults:
        raise Unknown("no-fault", f"no report is linked to an issue {issue[:40]!r}")
    return ledger.faults[issue]


def _same_person(one: str, other: str) -> bool:
    """By name, whatever role stands behind it: "J. Roy, Web" and "j roy (Clerk)"."""
    return _name(one) == _name(other)


def _name(said: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", re.split(r"[,(;/]", said)[0].casefold()))
