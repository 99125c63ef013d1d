"""Who is told after an audit, and of what: counts, names that the City gave, titles of rules, a link. Nothing of pages.

What a target was told, and for which run, stands in the log. News are what stands now and did not stand in the run that
it was told of before, so that a target that could not be reached misses nothing, and nothing is said twice.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from audits.model import Impact, Kind, Rule, Verdict
from handrail import locks
from handrail.status import SiteStatus, Statuses
from handrail.work import accepted, any_due, newest, recorded, works_of
from reports import clean
from reports.common import PRESENT, SEVERITIES, iso, rule_of, severity_of
from reports.store.log import NOTIFIED
from reports.text import Words
from reports.waivers import Waivers

if TYPE_CHECKING:
    from handrail.config import NotifyTarget, Policy
    from handrail.runs import Place
    from reports.standing import Standing, StandingIssue, Which
    from reports.store.records import IssueRecord, RunRecord, SiteRecord
    from reports.store.store import Store

CRITICAL, EXPOSURE, INCOMPLETE = "critical-issue", "exposure", "incomplete"
OVERDUE_SITE, OVERDUE_ISSUE, DIGEST = "overdue-site", "overdue-issue", "digest"
#: No site has such a name.
LOCK = ".notify"
#: Seconds after a try that failed: 2, 4, 8, …
PAUSE, LONGEST_PAUSE = 2.0, 30.0
#: Seconds in which a service may answer.
ANSWER = 30.0
_RULES_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An issue with a due date, as whoever keeps due dates knows it."""

    id: str
    site: str
    rule: str
    due: date
    owner: str = ""  # "" = the site's


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing to be told. ``key`` says which: a target is told each once."""

    event: str
    key: str
    site: str
    owner: str
    run: str = ""
    first: bool = False  # nothing to compare with
    n: int = 0
    review: int = 0  # besides ``n``: for a person to look at
    rules: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one target is sent, and what the log keeps of it when it has arrived."""

    target: str
    title: str
    body: str
    facts: tuple[Fact, ...]


class News:
    """What there is to tell. Reads the store, sends nothing."""

    def __init__(
        self,
        store: Store,
        policy: Policy,
        rules: Mapping[str, Rule],
        audits: Sequence[tuple[RunRecord, SiteRecord]],
        now: datetime,
    ) -> None:
        """``audits``: those of whole sites where they stand, the last one first."""
        self._store = store
        self._policy = policy
        self._rules = rules
        purged = store.purged_runs()
        self._audits = [one for one in audits if one[0].id not in purged]
        self._zone = ZoneInfo(policy.city.timezone)
        self._waivers = Waivers(accepted(policy, recorded(store)), now.astimezone(self._zone).date())
        self._day = now.astimezone(self._zone).date()
        self._standings: dict[tuple[str, str], Standing] = {}
        self._told: dict[str, set[str]] = {}
        self._last: dict[tuple[str, str], str] = {}  # the run that a target was told of last
        self._missed: dict[tuple[str, str], str] = {}  # the first one, of a target that was never reached
        for entry in store.log_entries(NOTIFIED):
            if entry.facts is not None:
                self._told.setdefault(entry.facts["target"], set()).update(entry.facts["keys"])
                for site, run in entry.facts["runs"].items():
                    self._last[entry.facts["target"], site] = run
                for site, run in entry.facts["missed"].items():
                    self._missed.setdefault((entry.facts["target"], site), run)

    def messages(
        self, runs: Mapping[str, str], statuses: Iterable[SiteStatus] = (), owed: Iterable[Owed] = ()
    ) -> Iterator[Message]:
        """One for each target that there is something for. ``runs``: by site, the run to tell of."""
        overdue = [*self._overdue(statuses), *self._owed(owed)]
        for name, target in self._policy.notify.targets.items():
            wanted = {key: run for key, run in runs.items() if self._wants(target, key)}
            facts = [fact for key, run in wanted.items() for fact in self._of_run(name, key, run)]
            facts += [fact for fact in overdue if self._wants(target, fact.site)]
            told = self._told.get(name, set())
            facts = [fact for fact in facts if fact.event in target.events and fact.key not in told]
            if facts:
                yield self._message(name, target, facts)

    def keep(self, message: Message, runs: Mapping[str, str]) -> None:
        """Record that a message has arrived."""
        self._record(message.target, runs, keys=[fact.key for fact in message.facts])

    def keep_silence(self, runs: Mapping[str, str], spoken: Iterable[str]) -> None:
        """Record for which runs there was nothing to tell the other targets: what they know is compared with these."""
        for name in self._policy.notify.targets.keys() - {*spoken}:
            new = {key: run for key, run in runs.items() if self._last.get((name, key)) != run}
            self._record(name, new)

    def keep_missed(self, message: Message, runs: Mapping[str, str]) -> None:
        """Record from which run on a target that was never reached has something to hear."""
        known = self._last.keys() | self._missed.keys()
        new = {key: run for key, run in runs.items() if (message.target, key) not in known}
        self._record(message.target, new, missed=True)

    def _record(self, name: str, runs: Mapping[str, str], *, keys: Sequence[str] = (), missed: bool = False) -> None:
        target = self._policy.notify.targets[name]
        runs = {key: run for key, run in runs.items() if self._wants(target, key)}
        if runs or keys:
            told, lost = ({}, runs) if missed else (runs, {})
            self._store.record(NOTIFIED, {"target": name, "keys": list(keys), "runs": told, "missed": lost})

    def _wants(self, target: NotifyTarget, key: str) -> bool:
        site = self._policy.sites.get(key)
        if site is None or (target.sites and key not in target.sites):
            return False
        owners = {site.owner, *(part.owner for part in site.parts.values())}
        return not target.owners or bool(owners & {*target.owners})

    def _of_run(self, target: str, key: str, run: str) -> Iterator[Fact]:
        record = next((site for audit, site in self._audits if audit.id == run and site.key == key), None)
        if record is None:
            return
        owner = self._policy.sites[key].owner
        if record.state != "complete":
            yield Fact(
                event=INCOMPLETE,
                key=f"{INCOMPLETE}:{key}:{run}",
                site=key,
                owner=owner,
                run=run,
                reasons=record.reasons,
            )
        seen, first = self._seen(target, key, run)
        now = self._standing(run, key).issues
        critical = [issue for which, issue in now.items() if which not in seen and self._is_critical(key, issue)]
        if critical:
            yield Fact(
                event=CRITICAL,
                key=f"{CRITICAL}:{key}:{run}",
                site=key,
                owner=owner,
                run=run,
                first=first,
                n=len(critical),
                rules=Counter(issue.rule for issue in critical),
            )
        exposed = {verdict: self._values(now.values(), verdict) for verdict in (Verdict.FAIL, Verdict.REVIEW)}
        known = {value for issue in seen.values() for value in issue.values}
        fails, reviews = (len(values - known) for values in exposed.values())
        if fails or reviews:
            yield Fact(
                event=EXPOSURE,
                key=f"{EXPOSURE}:{key}:{run}",
                site=key,
                owner=owner,
                run=run,
                first=first,
                n=fails,
                review=reviews,
            )
        yield from self._digest(key, run)

    def _seen(self, target: str, key: str, run: str) -> tuple[Mapping[Which, StandingIssue], bool]:
        """What a target knows of a site: the run it was told of last, back to one that was complete."""
        audits = [(audit.id, site.state) for audit, site in self._audits if site.key == key]
        ids = [audit for audit, _ in audits]
        earlier = audits[ids.index(run) + 1 :]
        if (told := self._last.get((target, key))) in ids:
            earlier = [one for one in audits[ids.index(told) :] if one[0] != run]
        else:
            if (missed := self._missed.get((target, key))) in ids:
                earlier = audits[ids.index(missed) + 1 :]
            while earlier and earlier[0][1] != "complete":
                del earlier[0]
        found: dict[Which, StandingIssue] = {}
        for audit, state in earlier:
            for which, issue in self._standing(audit, key).issues.items():
                before = found.get(which)
                found[which] = issue if before is None else _with_values(issue, before.values)
            if state == "complete":
                break
        return found, not earlier

    def _standing(self, run: str, key: str) -> Standing:
        if (run, key) not in self._standings:
            self._standings[run, key] = self._store.standing(run, key)
        return self._standings[run, key]

    def _is_critical(self, key: str, issue: StandingIssue) -> bool:
        if issue.kind is Kind.EXPOSURE or issue.verdict is not Verdict.FAIL or issue.impact is not Impact.CRITICAL:
            return False
        pages, whole = self._waivers.of(key, issue)
        return whole is None and (not issue.pages or pages.keys() != issue.pages.keys())

    @staticmethod
    def _values(issues: Iterable[StandingIssue], verdict: Verdict) -> set[str]:
        return {value for one in issues if one.kind is Kind.EXPOSURE and one.verdict is verdict for value in one.values}

    def _digest(self, key: str, run: str) -> Iterator[Fact]:
        if not any(DIGEST in target.events for target in self._policy.notify.targets.values()):
            return
        counts: dict[str, Counter[str]] = {self._policy.sites[key].owner: Counter()}
        for issue in self._store.site_data(run, key).issues:
            counts.setdefault(self._owner(key, issue), Counter()).update(_counted(issue))
        for owner, counted in counts.items():
            yield Fact(
                event=DIGEST, key=f"{DIGEST}:{key}:{run}:{owner}", site=key, owner=owner, run=run, counts=counted
            )

    def _owner(self, key: str, issue: IssueRecord) -> str:
        """Who repairs it, as a gate says it; of page content the site, whatever the addresses."""
        owners = self._policy.owners_of(key, self._policy.sites[key].owner)
        return owners.of(issue.part_key, clean.line(issue.part_name), {}).owner

    def _overdue(self, statuses: Iterable[SiteStatus]) -> Iterator[Fact]:
        for status in statuses:
            if status.overdue:
                last = status.complete
                yield Fact(
                    event=OVERDUE_SITE,
                    key=f"{OVERDUE_SITE}:{status.key}:{last.run if last else 'never'}",
                    site=status.key,
                    owner=self._policy.sites[status.key].owner,
                    since=last.started if last else None,
                )

    def _owed(self, owed: Iterable[Owed]) -> Iterator[Fact]:
        for one in owed:
            if one.due < self._day and one.site in self._policy.sites:
                yield Fact(
                    event=OVERDUE_ISSUE,
                    key=f"{OVERDUE_ISSUE}:{one.id}:{one.due}",
                    site=one.site,
                    owner=one.owner or self._policy.sites[one.site].owner,
                    n=1,
                    rules={one.rule: 1},
                )

    # Words

    def _message(self, name: str, target: NotifyTarget, facts: Sequence[Fact]) -> Message:
        words = Words(target.lang)
        facts = [one for one in facts if one.event != DIGEST or not target.owners or one.owner in target.owners]
        lines: list[str] = []
        for key in dict.fromkeys(fact.site for fact in facts):
            lines += [*self._site(key, [fact for fact in facts if fact.site == key], words), ""]
        if url := self._policy.city.report_url:
            lines.append(words.plain("notify.report", url=url))
        lines.append(words.plain("notify.no-detail"))
        return Message(target=name, title=self._title(facts, words), body="\n".join(lines) + "\n", facts=tuple(facts))

    def _title(self, facts: Sequence[Fact], words: Words) -> str:
        told = {
            event: [fact for fact in facts if fact.event == event] for event in dict.fromkeys(f.event for f in facts)
        }
        said = []
        for event, same in told.items():
            n = sum(fact.n + fact.review for fact in same) or len({fact.site for fact in same})
            said.append(words.plain(f"notify.title.{event}", n=n))
        return f"{city_name(self._policy, words)} - {', '.join(said)}"

    def _site(self, key: str, facts: Sequence[Fact], words: Words) -> Iterator[str]:
        site = self._policy.sites[key]
        name = (site.name_fr or site.name_en) if words.language == "fr" else site.name_en
        yield clean.line(name) or key
        for run in dict.fromkeys(fact.run for fact in facts if fact.run):
            audit = next(audit for audit, _ in self._audits if audit.id == run)
            stamp = iso(audit.started, self._zone)
            yield "  " + words.plain("notify.run", run=run, date=words.date(stamp), time=words.time(stamp))
        for fact in facts:
            if fact.event != OVERDUE_ISSUE:
                yield from (f"  {line}" for line in self._fact(fact, words))
        owed = [fact for fact in facts if fact.event == OVERDUE_ISSUE]
        for owner in dict.fromkeys(fact.owner for fact in owed):
            same = [fact for fact in owed if fact.owner == owner]
            yield "  " + words.plain("notify.overdue-issue", n=len(same), owner=owner or words.plain("notify.nobody"))
            yield from (
                f"  {line}" for line in self._titles(Counter(rule for one in same for rule in one.rules), words)
            )

    def _fact(self, fact: Fact, words: Words) -> Iterator[str]:
        if fact.event == CRITICAL:
            yield words.plain("notify.critical-first" if fact.first else "notify.critical", n=fact.n)
            yield from self._titles(fact.rules, words)
        elif fact.event == EXPOSURE:
            if fact.n:
                yield words.plain("notify.exposure-first" if fact.first else "notify.exposure", n=fact.n)
            if fact.review:
                yield words.plain("notify.exposure-review", n=fact.review)
            yield words.plain("notify.register")
        elif fact.event == INCOMPLETE:
            yield words.plain("notify.incomplete")
            yield from (f"  {words.reason(code)}" for code in fact.reasons)
        elif fact.event == OVERDUE_SITE and fact.since is None:
            yield words.plain("notify.never")
        elif fact.event == OVERDUE_SITE:
            yield words.plain("notify.overdue", date=words.date(iso(fact.since, self._zone)))
        elif fact.event == DIGEST:
            yield words.plain("notify.digest", owner=fact.owner or words.plain("notify.nobody"))
            for name in ("fail", *SEVERITIES, "review", "exposed", "new", "returned", "fixed"):
                indent = "    " if name in SEVERITIES else "  "
                if fact.counts.get(name) or name == "fail":
                    yield indent + words.plain(f"notify.counts.{name}", n=fact.counts.get(name, 0))

    def _titles(self, rules: Mapping[str, int], words: Words) -> Iterator[str]:
        ordered = sorted(rules, key=lambda rule: (-rules[rule], rule))
        for rule_id in ordered[:_RULES_NAMED]:
            rule = rule_of(self._rules, rule_id)
            title = rule.title_fr or rule.title if words.language == "fr" else rule.title
            yield f"  {words.number(rules[rule_id])} · {clean.line(title)}"
        if len(ordered) > _RULES_NAMED:
            yield "  " + words.plain("notify.more-rules", n=len(ordered) - _RULES_NAMED)


def tell(
    place: Place,
    news: Callable[[], News],
    policy: Policy,
    runs: Mapping[str, str],
    statuses: Iterable[SiteStatus] = (),
    owed: Iterable[Owed] = (),
    *,
    environ: Mapping[str, str] | None = None,
) -> list[str]:
    """Send what there is to tell; what went wrong, in words. Raises nothing on account of a target.

    The issues past their due date are whatever the caller hands over as ``owed``.
    """
    faults: list[str] = []
    try:
        with locks.hold(place, [LOCK], seconds=60):
            found = news()
            spoken = set()
            for message in found.messages(runs, statuses, owed):
                spoken.add(message.target)
                fault = send(policy, message.target, message.title, message.body, environ=environ)
                if fault:
                    faults.append(f"{fault} The next message to it will have the same.")
                    found.keep_missed(message, runs)
                else:
                    found.keep(message, runs)
            found.keep_silence(runs, spoken)
    except locks.Busy as exc:
        faults.append(f"nothing was sent: {exc.holder.who} is sending messages; the next ones will have the same")
    return faults


def tell_of(
    place: Place,
    store: Store,
    policy: Policy,
    rules: Mapping[str, Rule],
    now: datetime,
    run: str = "",
) -> list[str]:
    """Tell of one run, or of the last one of each site, and of what is overdue; what went wrong, in words."""
    if not policy.notify.targets:
        return []
    statuses = Statuses(policy, store, now)

    def news() -> News:
        return News(store, policy, rules, statuses.audits, now)

    return tell(place, news, policy, statuses.ended(run), statuses.all(), owed_of(store, policy, now))


def owed_of(store: Store, policy: Policy, now: datetime) -> list[Owed]:
    """The issues of all sites whose date is over: nobody repaired or accepted them."""
    day = now.astimezone(ZoneInfo(policy.city.timezone)).date()
    told = recorded(store)
    waivers = Waivers(accepted(policy, told), day)
    found = []
    for run, site in newest(store) if any_due(policy, told) else ():
        works = works_of(policy, told, site, waivers, day)
        issues = store.issues_now(run.id, site.key)
        by_fingerprint = works.all(issues, store.standings(run.id, site.key))
        for issue in issues:
            work = by_fingerprint[issue.fingerprint]
            if work.overdue and work.due is not None:
                owner = work.owned.owner
                found.append(Owed(id=issue.id, site=site.key, rule=issue.rule, due=work.due, owner=owner))
    return found


def send(policy: Policy, target: str, title: str, body: str, *, environ: Mapping[str, str] | None = None) -> str:
    """Send one message, and again within limits; "" when it has arrived, else what is wrong, without the address."""
    variable = f"HANDRAIL_NOTIFY_{target.upper().replace('-', '_')}"
    address = (os.environ if environ is None else environ).get(variable, "").strip()
    if not address:
        return f"target {target}: {variable} is not in the environment; put the target's address there."
    import apprise

    # No pictures from elsewhere, nothing kept on disk, and no address in a log.
    asset = apprise.AppriseAsset(
        app_id="Handrail",
        app_desc="Handrail",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        image_path_mask="",
        secure_logging=True,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        async_mode=False,
    )
    sender = apprise.Apprise(asset=asset)
    with _Heard() as heard:
        if not _tried(lambda: sender.add(address)) or len(sender) != 1:
            return f"target {target}: {variable} must hold one address that Apprise knows."
        for one in sender:  # what was taken and answered late would be sent twice
            one.socket_read_timeout = max(one.socket_read_timeout, ANSWER)
        tries = policy.notify.tries
        for number in range(1, tries + 1):
            if _tried(lambda: bool(sender.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT))):
                return ""
            if number < tries:
                time.sleep(min(PAUSE * 2 ** (number - 1), LONGEST_PAUSE))
    code = f" (it answered {heard.code})" if heard.code else ""
    return f"target {target}: not delivered after {tries} {'try' if tries == 1 else 'tries'}{code}."


def _tried(act: Callable[[], bool]) -> bool:
    """A plugin of others may raise anything; an audit does not fail on that."""
    with suppress(Exception):
        return bool(act())
    return False


class _Heard(logging.Handler):
    """What Apprise says of a failure goes nowhere, for it may hold an address; only the number of an answer is kept."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.code = ""
        self._logger = logging.getLogger("apprise")

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):
            if found := re.search(r"\berror=(\d{3})\b", record.getMessage()):
                self.code = found[1]

    def __enter__(self) -> _Heard:
        self._before = (self._logger.handlers, self._logger.propagate, self._logger.level)
        self._logger.handlers, self._logger.propagate = [self], False
        self._logger.setLevel(logging.WARNING)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._logger.handlers, self._logger.propagate, level = self._before
        self._logger.setLevel(level)


def city_name(policy: Policy, words: Words) -> str:
    """The City, in the language of a message."""
    city = policy.city
    return clean.line(city.name_fr or city.name_en if words.language == "fr" else city.name_en) or "Handrail"


def _with_values(issue: StandingIssue, more: frozenset[str]) -> StandingIssue:
    return replace(issue, values=issue.values | more)


def _counted(issue: IssueRecord) -> Iterator[str]:
    if issue.state == "fixed":
        yield "fixed"
    if issue.state not in PRESENT:
        return
    if issue.kind is Kind.EXPOSURE:
        yield "exposed"
    elif issue.verdict is Verdict.FAIL:
        yield from ("fail", severity_of(issue.impact))
    else:
        yield "review"
    if issue.state in ("new", "returned"):
        yield issue.state
