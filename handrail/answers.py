"""People's answers in a store: what is asked of each site now, and answers as they come in, one or a whole table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from handrail.issues import BadAct, Moved
from handrail.said import BadWords, Who, named, without_personal
from handrail.work import FIRST_YEAR, newest, today
from reports.answers import (
    GIVEN,
    KINDS,
    RESULTS,
    TAKEN_BACK,
    Answer,
    Asked,
    People,
    Stand,
    questions_to_people,
    stand,
    told_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from audits.model import Rule
    from handrail.config import Policy
    from handrail.wiring import Parts
    from reports.formats.review import Row
    from reports.model import AnswerFile
    from reports.store.log import Act, Entry
    from reports.store.records import RunRecord
    from reports.store.store import Store
    from reports.terms import AnswerResult


class BadAnswer(ValueError):
    """What is wrong with an answer. Never quotes what was written: it may hold anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """An answer that may be kept."""

    asked: Asked
    result: AnswerResult
    by: str
    on: str
    evidence: str
    files: tuple[AnswerFile, ...] = ()

    def is_there(self, answer: Answer | None) -> bool:
        """Whether the log holds it."""
        return answer is not None and (
            (answer.result, answer.by, answer.on, answer.evidence) == (self.result, self.by, self.on, self.evidence)
            and answer.files == self.files
            and answer.holds(self.asked.about)
        )

    def facts(self) -> dict[str, Any]:
        asked = self.asked
        return {
            "site": asked.site,
            "question": asked.id,
            "key": asked.key,
            "criteria": list(asked.criteria),
            "page": asked.page,
            "ask": {"en": asked.ask.en, "fr": asked.ask.fr},
            "about": list(asked.kept),
            "result": self.result,
            "by": self.by,
            "on": self.on,
            "evidence": self.evidence,
            **({"files": [asdict(one) for one in self.files]} if self.files else {}),
        }


def recorded(store: Store) -> Mapping[str, Mapping[str, Answer]]:
    """By site and question, what people answered."""
    return told_of(store.log_entries(*KINDS))


def asked_now(store: Store, policy: Policy, parts: Parts, sites: Iterable[str] = ()) -> list[Stand]:
    """What is asked of each site by its last audit, and how it stands. Raises BadAnswer for a site that has none."""
    from audits.standards import load
    from reports.common import rule_of
    from reports.criteria import Criteria

    wanted = set(sites)
    audited = newest(store)
    keys = {site.key for _, site in audited}
    if unknown := wanted - keys:
        raise BadAnswer(f"no audit of a site {min(unknown)!r}; the store holds: {', '.join(sorted(keys)) or 'none'}")
    given = recorded(store)
    found: list[Stand] = []
    for run, site in audited:
        if wanted and site.key not in wanted:
            continue
        data = store.site_data(run.id, site.key)
        held = Criteria(data, lambda rule: rule_of(parts.rules, rule), load())
        answers = given.get(site.key, {})
        found += [stand(one, answers.get(one.id)) for one in questions_to_people(held, data, load(), run.id)]
    return found


def people_of(store: Store, rules: Mapping[str, Rule], run: RunRecord, site: str) -> People | None:
    """What people answered of a site, as a run saw it; None where they answered nothing."""
    from audits.standards import load
    from reports.common import rule_of
    from reports.criteria import Criteria

    given = recorded(store).get(site)
    if not given:
        return None
    data = store.site_data(run.id, site)
    held = Criteria(data, lambda rule: rule_of(rules, rule), load())
    asked = questions_to_people(held, data, load(), run.id)
    whole = data.site.state == "complete" and not data.pending and not run.sample
    return People(asked, given, data, load(), whole=whole)


def give(
    store: Store,
    policy: Policy,
    parts: Parts,
    stands: Iterable[Stand],
    who: Who,
    result: str,
    evidence: str,
    on: date | None = None,
    *,
    called: Callable[[str], str] = str,
    seen: Mapping[str, int] | None = None,
    hand_in: Callable[[], tuple[AnswerFile, ...]] = tuple,
) -> tuple[Entry, ...]:
    """Answer questions as somebody who has looked. ``called``: how errors call what is said; ``seen``: as of ``keep``.

    ``hand_in`` keeps the files that come with it, once all that was said is fine. Raises BadAct, BadWords, Moved, and
    what ``hand_in`` raises.
    """
    if result not in RESULTS:
        raise BadAct("no-result", f"the result must be one of {', '.join(RESULTS)}")
    day = on or today(policy)
    if day > today(policy):
        raise BadAct("not-yet", f"{called('on')} {day} is not yet; an answer is given by who has looked")
    if day.year < FIRST_YEAR:
        raise BadAct("long-ago", f"{called('on')} {day} is before {FIRST_YEAR}")
    said = without_personal(evidence, parts, called("evidence"))
    if not said:
        told = f"{called('evidence')} is empty: write what you looked at and what you saw"
        raise BadWords(called("evidence"), "empty", told)
    by = named(who.by, parts, called("by"))
    files = hand_in()
    coming = [
        Coming(asked=one.asked, result=result, by=by, on=day.isoformat(), evidence=said, files=files) for one in stands
    ]
    return keep(store, coming, account=who.account, how="answer", seen=seen)


def keep(
    store: Store, coming: Sequence[Coming], *, account: str, how: str, seen: Mapping[str, int] | None = None
) -> tuple[Entry, ...]:
    """Write what the log does not hold yet, all or none.

    ``seen``: by question, the entry of the answer that was shown, 0 = none. Raises Moved where it is another now.
    """

    def choose(entries: Sequence[Entry], _: int) -> Iterator[Act]:
        there = told_of(entries)
        for question, entry in (seen or {}).items():
            since = [one for one in entries if one.facts and one.facts["question"] == question and one.seq > entry]
            if since:
                raise Moved(question, since)
        for one in coming:
            known = there.get(one.asked.site, {}).get(one.asked.id)
            if not one.is_there(known):
                before = {"before": known.result} if known else {}
                yield GIVEN, {**one.facts(), **before, "account": account, "how": how}

    return store.record_all(KINDS, choose)


def take_back(
    store: Store, answer: Answer, site: str, *, by: str, account: str, reason: str, seen: int | None = None
) -> Entry:
    """Say that an answer does not hold any more. Both entries stay.

    ``seen``: the last entry about the question that was shown; None = that of the answer. Raises Moved where there is
    one since: another answer is not what somebody meant.
    """
    last = answer.entry if seen is None else seen
    facts = {"site": site, "question": answer.id, "entry": answer.entry, "by": by, "account": account, "reason": reason}

    def choose(entries: Sequence[Entry], _: int) -> Iterator[Act]:
        since = [one for one in entries if one.facts and one.facts["question"] == answer.id and one.seq > last]
        if since:
            raise Moved(answer.id, since)
        yield TAKEN_BACK, facts

    (entry,) = store.record_all(KINDS, choose)
    return entry


# A table that comes back


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of a table: what may be kept, what is wrong, how many rows are empty or there already."""

    good: tuple[Coming, ...]
    wrong: tuple[str, ...]
    empty: int
    known: int


def read(
    rows: Iterable[Row],
    stands: Iterable[Stand],
    policy: Policy,
    *,
    by: str,
    searched: Callable[[str, str], str],
    named: Callable[[str, str], str],
) -> Read:
    """Each row by itself. ``searched`` and ``named`` refuse personal information, and raise ValueError with why."""
    known_questions = {one.asked.id: one for one in stands}
    day = today(policy)
    good: dict[str, Coming] = {}
    first: dict[str, int] = {}
    wrong: list[str] = []
    empty = known = 0
    for row in rows:
        if row.wrong:
            wrong.append(row.wrong)
            continue
        values = row.values
        if not values["result"] and not values["evidence"]:
            empty += 1
            continue
        try:
            one = known_questions.get(values["id"])
            if one is None:
                raise BadAnswer(f"{row.at['id']}: no such question is asked now; write the list anew")
            if values["id"] in first:
                raise BadAnswer(f"{row.at['id']}: the same question stands in line {first[values['id']]}")
            coming = _coming(row, one, day, by, searched, named)
        except ValueError as exc:
            wrong.append(str(exc))
            continue
        first[values["id"]] = row.line
        if coming.is_there(one.answer):
            known += 1
        else:
            good[values["id"]] = coming
    return Read(good=tuple(good.values()), wrong=tuple(wrong), empty=empty, known=known)


def _coming(
    row: Row,
    one: Stand,
    day: date,
    by: str,
    searched: Callable[[str, str], str],
    named: Callable[[str, str], str],
) -> Coming:
    from reports.formats.review import result_of, results_in

    values, at = row.values, row.at
    if values["version"] != one.asked.version:
        raise BadAnswer(
            f"{at['version']}: what it asks about has changed since the list was written. Write the list anew and look "
            "again"
        )
    result = next((name for name in RESULTS if name == result_of(values["result"])), None)
    if result is None:
        raise BadAnswer(f"{at['result']}: write one of {results_in('en')}")
    if not values["evidence"]:
        raise BadAnswer(f"{at['evidence']}: is empty; write what you looked at and what you saw")
    return Coming(
        asked=one.asked,
        result=result,
        by=named(values["by"], at["by"]) if values["by"] else by,
        on=_day(values["on"], day, at["on"]).isoformat(),
        evidence=searched(values["evidence"], at["evidence"]),
    )


def _day(said: str, today: date, called: str) -> date:
    if not said:
        return today
    try:
        day = date.fromisoformat(said[:10].replace("/", "-"))
    except ValueError:
        raise BadAnswer(f"{called}: is no day; write year, month and day, such as 2026-11-05") from None
    if day > today:
        raise BadAnswer(f"{called}: is not yet")
    if day.year < FIRST_YEAR:
        raise BadAnswer(f"{called}: is before {FIRST_YEAR}")
    return day
