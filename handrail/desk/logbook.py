"""The log for those who may read it: each entry for whoever may see what it is about, and of it what can be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from handrail.desk import office as desk_office
from handrail.desk.api import tokens
from handrail.desk.office import DENIED
from handrail.desk.roles import MAY, Action, Person, Role
from reports import answers, clean, decisions, feedback, signing, work
from reports.common import iso
from reports.store.log import DONE, REVEAL, UNDONE

if TYPE_CHECKING:
    from handrail.desk.office import Office
    from reports.store.log import Entry

ON_A_PAGE = 50
#: Entries that are read at once.
_AT_ONCE = 500
#: What entries may be about, by kind, and what must be seen to read them. All others are of the desk and of the store.
AREAS: Mapping[str, tuple[tuple[str, ...], Action]] = {
    "issues": (work.KINDS, Action.SEE_ISSUES),
    "checks": (answers.KINDS, Action.SEE_CHECKS),
    "register": ((*decisions.KINDS, DONE, UNDONE, REVEAL), Action.SEE_REGISTER),
    "feedback": (feedback.KINDS, Action.SEE_FEEDBACK),
    "signatures": (signing.KINDS, Action.SEE_SIGNATURES),
    "people": ((*desk_office.KINDS, *tokens.KINDS), Action.SEE_LOG),
    "store": ((), Action.SEE_LOG),
}
#: What names the thing, in this order; and what is told of an entry besides. Anything else of it is not shown.
_ABOUT = (
    "issue", "question", "exposure", "finding", "report", "person", "token", "target", "run", "site", "hold", "key",
)  # fmt: skip
_SHOWN = (
    "called", "roles", "units", "scopes", "before", "password", "once", "to", "stage", "on", "until", "due", "ground",
    "result", "step", "outcome", "how", "action", "entry", "asked", "asked_by", "role", "kind", "seq", "where", "owner",
    "alternative", "urls", "log",
)  # fmt: skip
_SAID = ("reason", "note", "evidence", "statement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries are asked for; "" and None: all. ``person``: a part of a name or of an account."""

    area: str = ""
    person: str = ""
    exactly: str = ""  # an account that does it, or to which it is done
    since: date | None = None
    until: date | None = None
    before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry, for a page. ``told``: names of facts, and what they are."""

    entry: int
    on: str
    kind: str
    by: str
    account: str
    about: tuple[str, ...]
    told: tuple[tuple[str, str], ...]
    said: str
    emptied: bool


def area_of(entry: Entry) -> str:
    """Of what an entry speaks. Of an exposure, whatever was done: it stands in the register."""
    facts = entry.facts or {}
    if facts.keys() & {"exposure", "finding"} or str(facts.get("issue", "")).startswith("E-"):
        return "register"
    for name, (kinds, _) in AREAS.items():
        if entry.kind in kinds:
            return name
    return "issues" if "issue" in facts else "checks" if "question" in facts else "store"


def areas_for(person: Person) -> tuple[str, ...]:
    """What this person may read of the log. An owner sees what is theirs, which no list of all entries is."""
    actions = frozenset().union(*(MAY[role] for role in person.roles if role is not Role.OWNER))
    return tuple(name for name, (_, action) in AREAS.items() if action in actions)


def read(office: Office, person: Person, wanted: Wanted, *, own: bool = False) -> tuple[list[Line], int]:
    """A page of it, newest first; and the number before which the next page begins, 0 where there is none.

    ``own``: of somebody's own account, which everybody may read.
    """
    seen = ("people",) if own else areas_for(person)
    areas = {wanted.area} & {*seen} if wanted.area else {*seen}
    found: list[Line] = []
    for entry in _entries(office, wanted):
        # Who was denied what tells of an exposure only where its name is told.
        area = "people" if entry.kind == DENIED else area_of(entry)
        if area not in areas:
            continue
        line = _line(entry, office, whole="register" in seen)
        if wanted.person.casefold() not in f"{line.by}\n{line.account}\n{' '.join(line.about)}".casefold():
            continue
        if wanted.exactly and wanted.exactly not in (line.account, *line.about):
            continue
        if len(found) == ON_A_PAGE:
            return found, found[-1].entry
        found.append(line)
    return found, 0


def _entries(office: Office, wanted: Wanted) -> Iterator[Entry]:
    def at(day: date | None, later: int = 0) -> datetime | None:
        try:
            return datetime.combine(day + timedelta(days=later), time(), office.zone).astimezone(UTC) if day else None
        except OverflowError:  # the first day that there is, or the last: nothing lies beyond it
            return None

    before, since, until = wanted.before, at(wanted.since), at(wanted.until, 1)
    # What an entry of any other kind is about, its facts say.
    kinds = AREAS["people"][0] if wanted.area == "people" else ()
    while entries := office.store.log_newest(_AT_ONCE, kinds=kinds, before=before, since=since, until=until):
        yield from entries
        before = entries[-1].seq


def _line(entry: Entry, office: Office, *, whole: bool) -> Line:
    facts = dict(entry.facts or {})
    if entry.kind == DENIED and not whole:
        facts.pop("issue", None)
    return Line(
        entry=entry.seq,
        on=iso(entry.at, office.zone),
        kind=entry.kind,
        by=clean.line(str(facts.get("by", ""))),
        account=clean.line(str(facts.get("account", ""))),
        about=tuple(
            clean.line(str(facts[name])) for name in _ABOUT if isinstance(facts.get(name), str) and facts[name]
        ),
        told=tuple((name, clean.line(_value(value), clean.MESSAGE)) for name, value in _told(facts)),
        said=clean.line(str(next((facts[name] for name in _SAID if facts.get(name)), "")), clean.MESSAGE),
        emptied=entry.facts is None,
    )


def _told(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is told of an entry besides; of several facts that were before, each by its own name ("before.roles")."""
    for name in _SHOWN:
        value = facts.get(name)
        several = value if isinstance(value, Mapping) else {"": value}
        for own, one in several.items():
            if one not in ("", None, []) and (not own or own in _SHOWN):
                yield f"{name}.{own}" if own else name, one


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
