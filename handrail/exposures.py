"""What people do about exposed personal information: containing it, and deciding what it is. Commands and the desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, get_args

from audits.model import Ground
from handrail.issues import BadAct, Moved, Unknown
from handrail.said import Who, named, not_empty, without_personal
from handrail.work import FIRST_YEAR, decided_on, newest, today
from reports.decisions import DECIDED, KINDS, UNDECIDED, Decisions, told_of
from reports.store.log import DONE, REVEAL, UNDONE, steps_done

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.reveal import Looked
    from handrail.wiring import Parts
    from reports.register_model import RegisterEntry
    from reports.store.log import Act, Entry
    from reports.store.records import ExposedOn
    from reports.store.store import Store

GROUNDS: tuple[Ground, ...] = get_args(Ground)
_VALUE = r"x-[0-9a-f]{12}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposures:
    """The exposures of a store, and what the log holds of them. ``called``: how errors call what somebody says."""

    store: Store
    policy: Policy
    parts: Parts
    called: Callable[[str], str] = field(default=str, repr=False)

    def entries(self) -> list[RegisterEntry]:
        """What is exposed now, each site by its last audit; masked, as the register tells it."""
        from zoneinfo import ZoneInfo

        from audits.standards import load
        from reports.register import entries_of

        decisions = Decisions(decided_on(self.store, self.policy, self.parts), today(self.policy).isoformat())
        log = self.store.log_entries(DONE, UNDONE, REVEAL)
        zone = ZoneInfo(self.policy.city.timezone)
        return [
            entry
            for run, site in newest(self.store)
            for entry in entries_of(
                run, self.store.site_data(run.id, site.key), self.parts.rules, zone, decisions, load().breach, log
            )
        ]

    def history(self, exposure: str) -> list[Entry]:
        """All that the log holds of an exposure and its values."""
        entries = self.store.log_entries(DONE, UNDONE, *KINDS)
        return [one for one in entries if one.facts and one.facts["exposure"] == exposure]

    def contain(
        self,
        exposure: str,
        who: Who,
        step: str,
        note: str = "",
        *,
        on: date | None = None,
        undo: bool = False,
    ) -> Entry:
        """Record that a step was done, of an exposure (E-…) or of one value (x-…); ``undo``: take that back."""
        from audits.standards import load

        steps = [one.id for one in load().breach.steps]
        if step not in steps:
            raise Unknown("no-step", f"{step[:40]!r} is no step of the register; its steps are: {', '.join(steps)}")
        day = on or today(self.policy)
        if day > today(self.policy):
            raise BadAct("not-yet", f"{day} is not yet; a step is recorded when it was done")
        if day.year < FIRST_YEAR:
            raise BadAct("long-ago", f"{day} is before {FIRST_YEAR}")
        by = named(who.by, self.parts, self.called("by"))
        said = without_personal(note, self.parts, self.called("note")) if note else ""
        name, site = self._known(exposure)
        of = (name, exposure if exposure.startswith("x-") else "", step)
        facts = {
            **{"by": by, "account": who.account, "note": said, "exposure": of[0], "finding": of[1], "step": step},
            **{"site": site, "on": day.isoformat()},
        }

        def choose(entries: Sequence[Entry], _number: int) -> Iterable[Act]:
            done = steps_done(entries).get(of)
            if undo and done is None:
                raise BadAct("not-done", f"{step} is not recorded for {exposure}: there is nothing to take back")
            if not undo and done is not None and done.facts is not None:
                raise BadAct(
                    "done-already",
                    f"{step} is recorded for {exposure}: {done.facts['on']}, {done.facts['by']}. --undo takes it back.",
                )
            return [(UNDONE if undo else DONE, facts)]

        (entry,) = self.store.record_all((DONE, UNDONE), choose)
        return entry

    def decide(
        self, finding: str, who: Who, ground: str, reason: str, until: date, *, seen: int | None = None
    ) -> Entry:
        """Say what one value is, until a day. handrail.toml goes before it."""
        if ground not in GROUNDS:
            raise BadAct("no-ground", f"the ground must be one of {', '.join(GROUNDS)}")
        day = today(self.policy)
        if until < day:
            raise BadAct("until-over", f"{until} is over; write the last day on which it holds")
        self._check_policy(finding)
        facts = {"ground": ground, "on": day.isoformat(), "until": until.isoformat()}
        return self._decided(DECIDED, finding, who, reason, facts, seen)

    def undecide(self, finding: str, who: Who, reason: str, *, seen: int | None = None) -> Entry:
        """Take a decision back: the value is as open as before."""
        self._check_policy(finding)
        if finding not in told_of(self.store.log_entries(*KINDS)):
            raise Unknown("no-decision", f"the log holds no decision about {finding}")
        return self._decided(UNDECIDED, finding, who, reason, {}, seen)

    def reveal(self, finding: str, who: Who, reason: str) -> tuple[tuple[ExposedOn, ...], Looked, Entry]:
        """Look at the live page for one value. In a process of its own: it starts a browser, and Scrapy.

        First the entry of the log is written: what cannot be logged is not shown. Raises BrowserMissing, ConfigError.
        """
        from handrail.reveal import look

        if not re.fullmatch(_VALUE, finding):
            raise Unknown(
                "no-exposure", f"{finding[:40]!r} is no id of the privacy register; it looks like x-1a2b3c4d5e6f"
            )
        told = {
            "by": named(who.by, self.parts, self.called("by")),
            "reason": not_empty(without_personal(reason, self.parts, self.called("reason")), self.called("reason")),
            "account": who.account,
        }
        seen_on = self.store.exposed(finding)
        if not seen_on:
            raise Unknown(
                "no-exposure",
                f"no value {finding} in the store: see the privacy register, or name another store. What was purged "
                "cannot be shown.",
            )
        looked = look(seen_on, self.policy, self.parts)
        of = {"finding": finding, "run": seen_on[0].run_id, "site": seen_on[0].site, "outcome": looked.ended}
        why = {"why": looked.why} if looked.why else {}
        return seen_on, looked, self.store.record(REVEAL, {**told, **of, **why})

    def _check_policy(self, finding: str) -> None:
        if finding in self.policy.dispositions:
            raise BadAct("in-policy", f"handrail.toml decides about {finding}; it goes before whatever is said here")

    def _decided(
        self, kind: str, finding: str, who: Who, reason: str, facts: dict[str, str], seen: int | None
    ) -> Entry:
        if not re.fullmatch(_VALUE, finding):
            raise Unknown("no-exposure", f"{finding[:40]!r} is no id of a value")
        exposure, site = self._known(finding)
        told = {
            "by": named(who.by, self.parts, self.called("by")),
            "account": who.account,
            "reason": not_empty(without_personal(reason, self.parts, self.called("reason")), self.called("reason")),
            "exposure": exposure,
            "finding": finding,
            "site": site,
        }

        def choose(entries: Sequence[Entry], _number: int) -> Iterable[Act]:
            since = [one for one in entries if one.facts and one.facts["finding"] == finding and one.seq > (seen or 0)]
            if seen is not None and since:
                raise Moved(finding, since)
            known = told_of(entries).get(finding)
            before = {"before": known.ground} if known else {}
            return [(kind, {**told, **before, **facts})]

        (entry,) = self.store.record_all(KINDS, choose)
        return entry

    def _known(self, name: str) -> tuple[str, str]:
        """The exposure that a value belongs to, or that is called so, and its site. Raises Unknown."""
        is_id = re.fullmatch(rf"{_VALUE}|E-[0-9A-Za-z]{{1,40}}", name) is not None
        found = self.store.exposure_of(name) if is_id else None
        if found is None:
            raise Unknown(
                "no-exposure",
                f"no exposure {name[:60]!r} in the store: take its id from the privacy register. What was purged is "
                "not there.",
            )
        return found
