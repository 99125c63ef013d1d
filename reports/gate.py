"""May this be deployed? What stands now beside what stood in the baseline, and what the City asks for. Pure.

A gate fails for what a deploy broke, and for what is above a limit; never for what was repaired. An audit that is not
complete is never met, whatever it found. What nobody looked at is neither fixed nor new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from audits.model import Kind, Rule, Verdict, Waiver, exposure_id
from reports import clean
from reports.common import SEVERITIES, asked_of, id_of, rule_of, severity_of, text
from reports.compare import TRACKING, Comparison, covered, unfinished
from reports.criteria import OPEN, Criteria
from reports.facts import StandardsFacts
from reports.gate_model import (
    Case,
    Change,
    GateDecision,
    GateIssue,
    GatePlace,
    Gone,
    Limit,
    OpenCriterion,
    Requirement,
    SiteGate,
)
from reports.standing import StandingIssue, path_of
from reports.store.records import IssueRecord, PlaceRecord
from reports.waivers import Waivers

#: What stands for a waiver where people decided about every value of an exposure.
DECIDED = "dispositions"
#: Places that one entry shows, pages that it names.
PLACES_SHOWN = 10
PAGES_NAMED = 20

#: What is counted by what rules look at rather than by their kind.
_BY_RULE: Mapping[str, tuple[str, ...]] = {
    "tracker": TRACKING,
    "broken-link": ("site/broken-link", "site/missing-anchor"),
}

#: With no baseline and no limit there would be nothing to hold a site to.
FIRST_LIMITS = (Limit(most=0, kind="accessibility", profile="site"), Limit(most=0, kind="exposure"))


#: Places of an issue of a site by fingerprint, those that a test lets through; what pages share once, or on each.
Find = Callable[[str, str, Callable[[PlaceRecord], bool], bool], Sequence[PlaceRecord]]


def decide(
    cases: Sequence[Case],
    rules: Mapping[str, Rule],
    standards: StandardsFacts,
    waivers: Iterable[Waiver],
    day: date,
    find: Find,
) -> GateDecision:
    """Judge every site of one run. ``day`` says which waivers hold; one that is approved later does not yet."""
    everyone = tuple(waivers)
    known = Waivers((one for one in everyone if one.on <= day), day)
    sites = tuple(_Gate(case, rules, standards, known, find).decide() for case in cases)
    return GateDecision(
        run=cases[0].now.run if cases else "",
        tool=cases[0].now.tool if cases else "",
        sites=sites,
        waivers_ended=known.ended,
        waivers_unused=tuple(one for one in known.unused if _was_looked_for(one, sites)),
        waivers_early=tuple(sorted((one for one in everyone if one.on > day), key=lambda one: one.name)),
        conflicts=known.conflicts,
    )


def _was_looked_for(waiver: Waiver, sites: Sequence[SiteGate]) -> bool:
    """Whether this run could have needed a waiver: what it speaks for was looked at as a whole."""
    its = [one for one in sites if waiver.site in ("", one.key)]
    return bool(its) and all(one.verdict != "incomplete" and not one.sample for one in its)


class _Gate:
    """Judges one site."""

    def __init__(
        self, case: Case, rules: Mapping[str, Rule], standards: StandardsFacts, waivers: Waivers, find: Find
    ) -> None:
        self.case = case
        self.now = case.now
        self.base = case.base
        self.policy = case.policy
        self.rules = rules
        self.standards = standards
        self.waivers = waivers
        self.find = find
        self.compared = Comparison(case.data, case.now, case.base, case.policy.more, case.base_began)
        self.criteria = asked_of(standards, case.data.site.profile)

    def decide(self) -> SiteGate:
        site, coverage = self.case.data.site, self.coverage()
        issues = sorted(map(self.issue, self.now.issues.values()), key=_first)
        reasons = self.incomplete()
        asked = (*self.of_audit(reasons, coverage), *self.of_changes(issues), *self.of_limits(issues))
        met = all(requirement.met for requirement in asked)
        return SiteGate(
            key=clean.line(site.key),
            host=clean.line(site.host),
            verdict="incomplete" if reasons else "met" if met else "not-met",
            reasons=reasons,
            sample=clean.line(self.now.sample, clean.MESSAGE),
            coverage=coverage,
            pages=self.now.pages,
            baseline="run" if self.base else "none",
            baseline_run=self.base.run if self.base else "",
            baseline_day=self.base.day if self.base else "",
            baseline_sample=self.base.sample if self.base else "",
            requirements=asked,
            issues=tuple(issues),
            gone=tuple(self.gone()),
            engines=self.compared.engines,
            open=self.open(),
        )

    # The audit itself

    def coverage(self) -> int | None:
        return covered(self.now.pages, self.case.data.reachable)

    def incomplete(self) -> tuple[str, ...]:
        """Why it cannot be trusted."""
        reasons = unfinished(self.case.data, self.now.pages)
        if self.base is None or not self.base.pages or not self.now.pages:
            return reasons
        if not self.now.rules & self.base.rules:
            reasons = (*reasons, "no-rule-in-common")
        if not (self.now.sample or self.base.sample) and 2 * self.now.pages < self.base.pages:
            reasons = (*reasons, "most-pages-gone")
        return reasons

    def of_audit(self, reasons: Sequence[str], coverage: int | None) -> list[Requirement]:
        asked = [Requirement(key="complete", met=not reasons)]
        if self.policy.min_coverage:
            least = round(self.policy.min_coverage * 100)
            covered = self.now.pages >= self.policy.min_coverage * self.case.data.reachable and self.now.pages > 0
            asked.append(Requirement(key="coverage", met=covered, found=coverage or 0, most=least))
        return asked

    # What the deploy brought

    def issue(self, standing: StandingIssue) -> GateIssue:
        record = self.compared.record(standing.fingerprint)
        part = clean.line(record.part_name) if record else ""
        by_page, whole = self.waivers.of(self.now.site, standing, part)
        undecided = self._undecided(standing)
        change, places, pages = self.compared.change(undecided or standing)
        waiver = ""
        if undecided is None:
            waiver = DECIDED
        elif standing.pages:
            left = [path for path in pages if path not in by_page]
            if not left and pages:
                waiver = by_page[next(iter(pages))].name
            else:
                pages = {path: pages[path] for path in left}
                places = sum(pages.values())
        elif whole is not None:
            waiver = whole.name
        return self._told(standing, record, change, places, pages, waiver)

    def _undecided(self, standing: StandingIssue) -> StandingIssue | None:
        """What decisions leave of an exposure: None where they call all of its values none."""
        if not standing.values or not self.case.decided:
            return standing
        left = frozenset(value for value in standing.values if exposure_id(value) not in self.case.decided)
        return replace(standing, values=left, places=len(left)) if left else None

    def _told(
        self,
        now: StandingIssue,
        record: IssueRecord | None,
        change: Change,
        places: int,
        pages: Mapping[str, int],
        waiver: str,
    ) -> GateIssue:
        rule = rule_of(self.rules, now.rule)
        part_name = clean.line(record.part_name) if record else clean.line(now.part)
        owned = self.case.owners.of(now.part, part_name, pages or now.pages)
        named = sorted(pages, key=lambda path: (-pages[path], path))
        return GateIssue(
            id=id_of(record) if record else now.fingerprint,
            fingerprint=now.fingerprint,
            rule=now.rule,
            title=text(rule.title, rule.title_fr),
            why=text(rule.why, rule.why_fr, clean.MESSAGE),
            fix=text(rule.fix, rule.fix_fr, clean.MESSAGE),
            help_url=clean.href(rule.help_url),
            criteria=tuple(rule.criteria),
            kind=now.kind,
            severity=severity_of(now.impact),
            verdict="fail" if now.verdict is Verdict.FAIL else "review",
            advice=self._is_advice(rule),
            part_key=clean.line(now.part),
            part=part_name,
            called=text(owned.name_en, owned.name_fr),
            owner=", ".join(owned.all),
            file=owned.file,
            change=change,
            because=self.compared.because(now, change),
            places=places,
            pages=tuple(clean.line(path, clean.URL) for path in named[:PAGES_NAMED]),
            more_pages=max(0, len(named) - PAGES_NAMED),
            shown=self._shown(now, change, pages) if self._matters(change) and not waiver else (),
            waiver=waiver,
        )

    def _matters(self, change: Change) -> bool:
        """Whether its places are told: what changed; and where nothing is compared, all that limits may be about."""
        return change != "known" or self.base is None

    def _shown(self, now: StandingIssue, change: Change, pages: Mapping[str, int]) -> tuple[GatePlace, ...]:
        if now.kind is Kind.EXPOSURE:
            return ()
        before = self.compared.before(now) if change == "more" else None

        def matters(place: PlaceRecord) -> bool:
            if place.verdict is not now.verdict:
                return False
            if now.pages:
                return path_of(place.url) in pages
            return before is None or now.elements.get(place.fingerprint, 0) > before.elements.get(place.fingerprint, 0)

        shared = not now.pages
        seen: set[tuple[str, str]] = set()

        def differs(place: PlaceRecord) -> bool:
            """In a part that pages share, one of each: the others are the same on other pages."""
            here = (place.selector, place.snippet)
            fresh = here not in seen
            seen.add(here)
            return fresh or not shared

        return tuple(
            GatePlace(
                url=clean.line(place.url, clean.URL),
                selector=clean.line(place.selector, clean.SELECTOR),
                snippet=clean.block(place.snippet),
                message=clean.line(place.message, clean.MESSAGE),
                state=clean.line(place.state),
            )
            for place in self.find(self.now.site, now.fingerprint, lambda one: matters(one) and differs(one), shared)
        )

    def _is_advice(self, rule: Rule) -> bool:
        """What no criterion of law or goal asks for."""
        return rule.kind is Kind.ACCESSIBILITY and (rule.best_practice or not self.criteria & set(rule.criteria))

    def gone(self) -> list[Gone]:
        told = []
        for issue, state in self.compared.gone():
            rule = rule_of(self.rules, issue.rule)
            told.append(
                Gone(
                    fingerprint=issue.fingerprint,
                    rule=issue.rule,
                    title=text(rule.title, rule.title_fr),
                    part=clean.line(issue.part),
                    state=state,
                )
            )
        return told

    def open(self) -> tuple[OpenCriterion, ...]:
        """What no tool can say, of what the site is held to."""
        held = Criteria(self.case.data, lambda rule: rule_of(self.rules, rule), self.standards, self.case.people)
        known = [(one, held.stands(one).result) for one in held.all]
        return tuple(
            OpenCriterion(number=one.number, name=text(one.name_en, one.name_fr), state=state)
            for one, state in known
            if state in OPEN
        )

    # What is asked for

    def of_changes(self, issues: Sequence[GateIssue]) -> list[Requirement]:
        if self.base is None:
            return []
        policy = self.policy
        counted = [one for one in issues if self._counts(one)]
        asked = []
        if policy.new:
            asked.append(_none("new", [one for one in counted if one.change == "new" and _as_bad(one, policy.new)]))
        if policy.returned:
            asked.append(_none("returned", [one for one in counted if one.change == "returned"]))
        if policy.more:
            least = policy.new or "minor"
            asked.append(_none("more", [one for one in counted if one.change == "more" and _as_bad(one, least)]))
        return asked

    def _counts(self, issue: GateIssue) -> bool:
        """Whether the deploy answers for it."""
        policy = self.policy
        return (
            not issue.waiver
            and (issue.verdict == "fail" or policy.review)
            and (not issue.advice or policy.advice)
            and (issue.because != "rule" or policy.new_rules)
        )

    def of_limits(self, issues: Sequence[GateIssue]) -> list[Requirement]:
        limits = self.policy.limits or (() if self.base is not None else FIRST_LIMITS)
        return [self._limit(limit, issues) for limit in limits]

    def _limit(self, limit: Limit, issues: Sequence[GateIssue]) -> Requirement:
        over = [one for one in issues if not one.waiver and self._is_under(limit, one)]
        places = sum(self._all_places(one) for one in over)
        found = len({one.fingerprint for one in over}) if limit.unit == "issues" else places
        ids = tuple(one.key for one in over) if found > limit.most else ()
        return Requirement(key="limit", met=found <= limit.most, found=found, most=limit.most, limit=limit, issues=ids)

    def _all_places(self, issue: GateIssue) -> int:
        standing = self.now.issues[issue.fingerprint, issue.verdict]
        standing = self._undecided(standing) or standing
        by_page, _ = self.waivers.of(self.now.site, standing, issue.part)
        return standing.places - sum(standing.pages[path] for path in by_page)

    def _is_under(self, limit: Limit, issue: GateIssue) -> bool:
        if limit.verdict not in ("any", issue.verdict) or not _as_bad(issue, limit.severity):
            return False
        if limit.rules and not any(fnmatchcase(issue.rule, glob) for glob in limit.rules):
            return False
        if limit.kind in _BY_RULE:
            if issue.rule not in _BY_RULE[limit.kind]:
                return False
        elif limit.kind not in ("any", issue.kind.value):
            return False
        if not limit.profile or issue.kind is not Kind.ACCESSIBILITY:
            return True
        name = self.case.data.site.profile if limit.profile == "site" else limit.profile
        return not rule_of(self.rules, issue.rule).best_practice and bool(
            set(self.standards.profile(name)) & set(issue.criteria)
        )


def _none(key: Literal["new", "returned", "more"], issues: Sequence[GateIssue]) -> Requirement:
    return Requirement(key=key, met=not issues, found=len(issues), issues=tuple(one.key for one in issues))


def _as_bad(issue: GateIssue, severity: str) -> bool:
    return SEVERITIES.index(issue.severity) <= SEVERITIES.index(severity)


def _first(issue: GateIssue) -> tuple[bool, int, bool, int, str]:
    """What the deploy brought, then the worst."""
    return (issue.change == "known", SEVERITIES.index(issue.severity), issue.verdict != "fail", -issue.places, issue.id)
