"""One site of a run and its records in, the report of that site out: a section at a time. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo
from typing import Literal

from audits.model import (
    LEFT_OUT,
    MISSED,
    OPENED,
    UNPRESSED,
    DocumentEntry,
    Impact,
    Kind,
    PageOutcome,
    Rule,
    Verdict,
    Waiver,
)
from reports import clean, coming, sample
from reports.answers import Answer, People, Stand, questions_to_people
from reports.common import (
    PLACES_LISTED,
    PRESENT,
    SEVERITIES,
    asked_of,
    audits_of,
    fail_or_review,
    group_of,
    id_of,
    iso,
    most_harm,
    per_100,
    rule_of,
    severity_of,
    state_of,
    text,
)
from reports.counting import SKIP_ORDER, by_group, exposures_of, owner_rows, shares_of
from reports.criteria import OPEN, Criteria
from reports.decisions import Decisions
from reports.documents import Setting, build_documents
from reports.documents_model import Documents
from reports.facts import Aim, Confirmed, CriterionFacts, StandardsFacts
from reports.model import (
    Action,
    AnswerCounts,
    CarriedRow,
    Changes,
    CheckErrors,
    ComingUp,
    Coverage,
    CriteriaCounts,
    CriteriaFilter,
    CriterionCheck,
    CriterionResult,
    ExceptionRow,
    GroupCount,
    Issue,
    IssueRef,
    IssueWork,
    OtherRow,
    OwnerRow,
    PageLink,
    PartShare,
    PersonCheck,
    PersonQuestion,
    Place,
    RuleErrors,
    RunFacts,
    Sample,
    SamplePage,
    SiteFeedback,
    SiteReport,
    SkipExample,
    SkipRow,
    StateRow,
    TrendPoint,
)
from reports.over_time import change_of, deploys_of, goal_of, points_of
from reports.register import settles
from reports.statement import statement_of
from reports.store.records import IssueRecord, PlaceRecord, RuleTally, RunRecord, SiteRunData
from reports.terms import IssueGroup, SiteVerdict, SkipGroup
from reports.work import Work

#: What one page lists before it says how many more there are.
PAGES_LISTED = 10
GROUPS: tuple[IssueGroup, ...] = ("failing", "review", "advice", "privacy")
REFS_LISTED = 12
ERRORS_LISTED = 20
URGENT = (Impact.CRITICAL, Impact.SERIOUS)
ANSWERS_LISTED = 12
#: The words for each check are in the catalogues under "person.<key>"; the first group that names a criterion has it.
PERSON_CHECKS: Mapping[str, tuple[str, ...]] = {
    "keyboard": ("2.1.1", "2.1.2", "2.1.4", "2.4.1", "2.4.3", "2.4.7", "2.4.11", "3.2.1"),
    "media": ("1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.4.2"),
    "reader": ("1.3.1", "1.3.2", "1.3.3", "2.4.2", "2.4.4", "2.4.6", "2.5.3", "4.1.2", "4.1.3"),
    "pictures": ("1.1.1", "1.4.1", "1.4.3", "1.4.5", "1.4.11"),
    "zoom": ("1.3.4", "1.4.4", "1.4.10", "1.4.12", "1.4.13"),
    "forms": ("1.3.5", "3.2.2", "3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.3.7", "3.3.8"),
    "language": ("3.1.1", "3.1.2"),
    "pointer": ("2.5.1", "2.5.2", "2.5.4", "2.5.7", "2.5.8"),
    "time": ("2.2.1", "2.2.2", "2.3.1"),
    "across": ("2.4.5", "3.2.3", "3.2.4", "3.2.6"),
}
_PLAN = frozenset({PageOutcome.TRAP, PageOutcome.BUDGET_DEPTH, PageOutcome.BUDGET_PAGES})
_GROUPS: Mapping[PageOutcome, SkipGroup] = {
    PageOutcome.ROBOTS: "robots",
    PageOutcome.SIGN_IN: "sign-in",
    PageOutcome.REFUSED_US: "refused",
    PageOutcome.BUDGET_TIME: "time",
    PageOutcome.TRAP: "plan",
    PageOutcome.BUDGET_DEPTH: "plan",
    PageOutcome.BUDGET_PAGES: "plan",
}


class SiteBuilder:
    """Builds the report of one site, a section at a time."""

    def __init__(
        self,
        *,
        run: RunRecord,
        data: SiteRunData,
        rules: Mapping[str, Rule],
        standards: StandardsFacts,
        zone: tzinfo,
        path: str,
        decisions: Decisions,
        entries: Sequence[DocumentEntry] = (),
        work: Mapping[str, Work] | None = None,
        waivers: Sequence[Waiver] = (),
        feedback: SiteFeedback | None = None,
        answers: Mapping[str, Answer] | None = None,
        confirmed: Confirmed | None = None,
        day: str = "",
        aim: Aim | None = None,
        max_age: timedelta | None = None,
    ) -> None:
        self.run = run
        #: On which the report is made, as far as dates go: that of its newest audit.
        self.day = day or iso(run.started, zone)[:10]
        self.aim = aim
        self.max_age = max_age
        self.confirmed = confirmed
        self.feedback = feedback
        self.data = data
        self.rules = rules
        self.zone = zone
        self.path = path
        self.decisions = decisions
        self.entries = entries
        self.work = work or {}
        self.waivers = waivers
        self.standards = standards
        self.goal = frozenset(standards.profile(data.site.profile))
        self.asked = asked_of(standards, data.site.profile)
        self.criteria = [c for c in standards.criteria if c.number in self.asked]
        self.floor = frozenset(c.number for c in self.criteria if c.aoda == "yes")
        #: Every audit of the trend, this one last.
        self.points = points_of(run, data, zone, lambda *what: self.group_of(*what) == "failing")
        self.audited = data.outcomes.get(PageOutcome.AUDITED, 0)
        self.audits = audits_of(run, data, zone)
        self.drawn = sample.draw(data.audited_pages, sample.seed_of(run.id, data.site.key))
        self.present = [issue for issue in data.issues if issue.state in PRESENT]
        self.listed: frozenset[str] = frozenset()
        whole = self.complete(self.coverage()) and not run.sample
        asked = questions_to_people(Criteria(data, self.rule, standards), data, standards, run.id)
        self.people = People(asked, answers or {}, data, standards, whole=whole)
        self.standing = Criteria(data, self.rule, standards, self.people)

    def build(self) -> SiteReport:
        site = self.data.site
        coverage = self.coverage()
        criteria = tuple(self.criterion(criterion) for criterion in self.criteria)
        tested = {c.number: 1 for c in criteria if c.pages_tested or c.documents_tested}
        required = _counts([c for c in criteria if c.aoda == "yes"], tested)
        goal_only = [c for c in criteria if c.in_goal and c.aoda != "yes"]
        issues, groups = self.issues()
        self.listed = frozenset(issue.id for issue in issues)
        places = sum(group.places for group in groups if group.group == "failing")
        failing = [issue for issue in self.present if self.group(issue) == "failing"]
        in_documents = sum(issue.judged_in_documents for issue in failing)
        parts, in_content = self.parts(failing)
        documents, exceptions = self.documents(coverage), self.exceptions()
        return SiteReport(
            key=clean.line(site.key),
            path=self.path,
            run=run_facts(self.run, self.zone),
            host=clean.line(site.host),
            name=text(site.name_en or site.host, site.name_fr),
            owner=clean.line(site.owner),
            contact=clean.line(site.contact),
            vendor=clean.line(site.vendor),
            profile=site.profile,
            verdict=self.verdict(coverage, required, goal_only),
            state=site.state,
            reasons=self.reasons(coverage),
            authorization={k: clean.line(site.authorization[k]) for k in sorted(site.authorization)},
            robots_override=clean.line(site.robots_override),
            coverage=coverage,
            required=required,
            goal=_counts([c for c in criteria if c.in_goal], tested),
            criteria=criteria,
            filters=_filters(criteria),
            goal_only_fails=sum(c.result == "fails" for c in goal_only),
            goal_only_total=len(goal_only),
            excluded_total=sum(c.aoda == "excluded" for c in criteria),
            places=places,
            places_required=sum(issue.judged for issue in failing if self.required(issue)),
            places_per_100_pages=per_100(places - in_documents, self.audited),
            issues_failing=len(failing),
            places_review=sum(group.places for group in groups if group.group == "review"),
            places_to_check=sum(group.places_to_check for group in groups if group.group == "failing"),
            first=self.first(failing),
            groups=groups,
            issues=issues,
            parts=parts,
            places_in_content=in_content,
            exposures=exposures_of(self.data.issues, self.rules),
            check_errors=self.check_errors(),
            frames_not_entered=self.data.frames_not_entered,
            states=_states(self.data.states),
            changes=self.changes(),
            trend=self.trend,
            person_checks=self.person_checks(criteria),
            documents=documents,
            sample=self.sample(),
            places_in_documents=in_documents,
            owners=self.owners(),
            exceptions=exceptions,
            feedback=self.feedback,
            asked=_asked(self.people.stands),
            statement=statement_of(
                self.confirmed,
                [
                    (issue, self.rule(issue.rule))
                    for issue in failing
                    if self.required(issue) and self.work_on(issue).decided != "false-alarm"
                ],
                [c for c in criteria if c.aoda == "yes"],
                self.day,
            ),
            change=change_of(self.trend),
            aim=goal_of(self.aim),
            deploys=deploys_of(self.run, self.data, self.points[0].finished if self.points else "", self.zone),
            coming=tuple(self.coming(documents, exceptions)),
        )

    @property
    def trend(self) -> tuple[TrendPoint, ...]:
        """One audit is no trend yet."""
        return self.points if len(self.points) > 1 else ()

    def coming(self, documents: Documents, exceptions: Sequence[ExceptionRow]) -> Iterator[ComingUp]:
        key = clean.line(self.data.site.key)
        yield from coming.contain(self.day, [self.work_on(issue) for issue in self.exposed()], key)
        yield from coming.dates(self.day, (self.work_on(issue) for issue in self.present), key)
        yield from coming.answers(self.day, _asked(self.people.stands).changed, key)
        yield from coming.exceptions(exceptions, key)
        yield from coming.documents(documents.entries, key)
        yield from coming.statement(self.day, self.confirmed, key)
        if self.complete(self.coverage()) and not self.run.sample:
            yield from coming.audit(iso(self.run.started, self.zone), self.max_age, key)

    # Coverage and verdict

    def coverage(self) -> Coverage:
        outcomes = self.data.outcomes
        missed = {outcome: n for outcome, n in outcomes.items() if n and outcome in MISSED}
        planned = {outcome: n for outcome, n in outcomes.items() if n and outcome in _PLAN}
        rows = [
            SkipRow(
                outcome=outcome.value, group=_GROUPS.get(outcome, "errors"), pages=n, examples=self.skipped(outcome)
            )
            for outcome, n in {**missed, **planned}.items()
        ]
        if self.data.pending:
            rows.append(SkipRow(outcome="waiting", group="waiting", pages=self.data.pending, examples=()))
        rows.sort(key=lambda row: (SKIP_ORDER.index(row.group), -row.pages, row.outcome))
        reachable = self.data.reachable
        told = {outcome: n for outcome, n in outcomes.items() if outcome not in _PLAN | MISSED}
        other = [
            OtherRow(outcome=outcome.value, addresses=n, examples=self.skipped(outcome))
            for outcome, n in told.items()
            if n and outcome not in (PageOutcome.AUDITED, PageOutcome.DOCUMENT)
        ]
        read = sum(one.facts is not None and one.page.outcome is PageOutcome.DOCUMENT for one in self.data.documents)
        listed = told.get(PageOutcome.DOCUMENT, 0) - read
        other += [
            OtherRow(outcome=outcome, addresses=n, examples=())
            for outcome, n in (("document", read), ("document-listed", listed))
            if n > 0
        ]
        not_audited = sum(row.pages for row in rows)
        carried = sum(row.pages for row in self.data.carried)
        begun = [row.started for row in self.data.carried if row.pages] + [self.run.started] * (self.audited > carried)
        return Coverage(
            found=self.audited + not_audited,
            audited=self.audited,
            audited_now=self.audited - carried,
            carried=carried,
            carried_from=tuple(
                CarriedRow(run=row.run, audited=self.audits[row.run], pages=row.pages)
                for row in self.data.carried
                if row.pages
            ),
            carried_elsewhere=sum(row.elsewhere for row in self.data.carried),
            oldest_audit=iso(min(begun), self.zone) if begun else None,
            not_audited=not_audited,
            percent=self.audited * 100 // reachable if reachable else None,
            min_percent=round(self.data.site.min_coverage * 100),
            not_audited_by=by_group(rows),
            skipped=tuple(rows),
            other=tuple(sorted(other, key=lambda row: (-row.addresses, row.outcome))),
        )

    def skipped(self, outcome: PageOutcome) -> tuple[SkipExample, ...]:
        pages = self.data.skipped.get(outcome.value, ())
        return tuple(
            SkipExample(url=clean.line(page.url, clean.URL), reason=clean.line(page.reason), status=page.status)
            for page in pages[:PAGES_LISTED]
        )

    def complete(self, coverage: Coverage) -> bool:
        """The record's word, and nothing in the numbers against it."""
        return self.data.site.state == "complete" and not self.reasons_in_numbers(coverage)

    def reasons_in_numbers(self, coverage: Coverage) -> list[str]:
        reasons = []
        if self.data.pending:
            reasons.append("pages-waiting")
        if not coverage.audited:
            reasons.append("no-page-audited")
        elif coverage.audited < self.data.site.min_coverage * self.data.reachable:
            reasons.append("coverage-below-minimum")
        return reasons

    def reasons(self, coverage: Coverage) -> tuple[str, ...]:
        """Why the audit is incomplete, as recorded and as the numbers show."""
        if self.complete(coverage):
            return ()
        recorded = [clean.line(reason) for reason in self.data.site.reasons]
        found = self.reasons_in_numbers(coverage)
        if self.run.state == "interrupted":
            found.append("interrupted")
        elif self.data.site.state == "running":
            found.append("still-running")
        return tuple(dict.fromkeys([*recorded, *found])) or ("not-recorded",)

    def verdict(
        self, coverage: Coverage, required: CriteriaCounts, goal_only: Sequence[CriterionResult]
    ) -> SiteVerdict:
        if not coverage.audited:
            return "not-audited"
        if not self.complete(coverage):
            return "incomplete"
        if required.fails:
            return "fails"
        if any(c.result == "fails" for c in goal_only):
            return "goal-fails"
        return "no-failure-found"

    # Criteria

    def rule(self, rule_id: str) -> Rule:
        return rule_of(self.rules, rule_id)

    def criterion(self, criterion: CriterionFacts) -> CriterionResult:
        number = criterion.number
        stands = self.standing.stands(criterion)
        failing, review = stands.failing, stands.review
        refs = [issue.id for issue in (failing or review)]
        answers = self.people.rows(number)
        return CriterionResult(
            number=number,
            name=text(criterion.name_en, criterion.name_fr),
            level=criterion.level,
            version=criterion.version,
            aoda=criterion.aoda,
            in_goal=number in self.goal,
            result=stands.result,
            places=sum(issue.judged for issue in failing),
            issues=tuple(refs[:REFS_LISTED]),
            more_issues=max(0, len(refs) - REFS_LISTED),
            review_places=sum(issue.places for issue in review) + sum(issue.places - issue.judged for issue in failing),
            pages_tested=stands.ran,
            errors=stands.errors,
            not_checked_issues=stands.unseen,
            understanding_url=clean.href(criterion.url),
            not_run=sum(t.not_run for t in (*stands.tallies, *stands.of_documents)),
            checks=self.checks(stands.tallies, stands.of_documents),
            questions=self.questions(number) if stands.result in OPEN else (),
            documents_tested=stands.ran_on_documents,
            places_in_documents=sum(issue.judged_in_documents for issue in failing),
            method=stands.method,
            against=self.people.against(number),
            extent=self.people.extent(number),
            asked=_asked(self.people.of(number)),
            answers=tuple(answers[:ANSWERS_LISTED]),
            more_answers=max(0, len(answers) - ANSWERS_LISTED),
        )

    def checks(self, tallies: Iterable[RuleTally], of_documents: Iterable[RuleTally]) -> tuple[CriterionCheck, ...]:
        """By rule, on pages and in documents together."""
        both: dict[str, list[RuleTally | None]] = defaultdict(lambda: [None, None])
        for n, some in enumerate((tallies, of_documents)):
            for tally in some:
                both[tally.rule][n] = tally
        return tuple(self.check(rule, *pair) for rule, pair in sorted(both.items()))

    def check(self, rule_id: str, on_pages: RuleTally | None, in_documents: RuleTally | None) -> CriterionCheck:
        rule = self.rule(rule_id)
        tallies = [tally for tally in (on_pages, in_documents) if tally]
        left_out: Counter[str] = Counter()
        for tally in tallies:
            for reason, n in tally.reasons.items():
                if reason.startswith(LEFT_OUT):
                    left_out[clean.line(reason.removeprefix(LEFT_OUT))] += n
        return CriterionCheck(
            rule=rule_id,
            title=text(rule.title, rule.title_fr),
            pages_tested=on_pages.ended if on_pages else 0,
            errors=sum(tally.error for tally in tallies),
            not_run=sum(tally.not_run for tally in tallies),
            left_out=dict(sorted(left_out.items())),
            documents_tested=in_documents.ended if in_documents else 0,
        )

    def questions(self, number: str) -> tuple[PersonQuestion, ...]:
        testing = frozenset(tally.rule for tally in self.data.tallies if self.standing.tests(tally.rule, number))
        return tuple(
            PersonQuestion(
                ask=text(q.ask, q.ask_fr),
                how=text(q.how, q.how_fr),
                pages=q.pages,
                look_at=tuple(
                    clean.line(chosen.page.url, clean.URL)
                    for chosen in sample.matter_for(self.drawn, q.pages, testing, random=False)
                ),
            )
            for q in self.standards.questions.get(number, ())
        )

    def sample(self) -> Sample:
        missed = [rule for rule in self.drawn.failed_only_in_random() if not self.rule(rule).best_practice]
        return Sample(
            seed=self.drawn.seed,
            structured=tuple(_sample_page(chosen) for chosen in self.drawn.structured),
            random=tuple(_sample_page(chosen) for chosen in self.drawn.random),
            grow=bool(missed),
            rules_only_in_random=tuple(sorted(missed)),
        )

    def person_checks(self, criteria: Sequence[CriterionResult]) -> tuple[PersonCheck, ...]:
        """What is open, and what people settled, by how one looks for it."""
        known = {number for numbers in PERSON_CHECKS.values() for number in numbers}
        rest = tuple(c.number for c in criteria if c.number not in known)
        checks = (self.person_check(key, numbers, criteria) for key, numbers in PERSON_CHECKS.items())
        return tuple(one for one in (*checks, self.person_check("other", rest, criteria)) if one)

    def person_check(self, key: str, numbers: Sequence[str], criteria: Sequence[CriterionResult]) -> PersonCheck | None:
        ours = {c.number: c for c in criteria if c.number in numbers}
        open_ = tuple(number for number in numbers if number in ours and ours[number].result in OPEN)
        settled = tuple(number for number in numbers if number in ours and ours[number].method in ("person", "both"))
        if not open_ and not settled:
            return None
        stands = {one.asked.id: one for number in (*open_, *settled) for one in self.people.of(number)}
        given = [one.answer for one in stands.values() if one.answer and one.state == "answered"]
        return PersonCheck(
            key=key,
            criteria=open_,
            required=sum(ours[number].aoda == "yes" for number in open_),
            settled=settled,
            asked=_asked(stands.values()),
            names=tuple(sorted({clean.line(one.by) for one in given})),
            last=max((one.on for one in given), default=""),
        )

    # Issues

    def required(self, issue: IssueRecord) -> bool:
        return bool(self.floor & set(self.rule(issue.rule).criteria))

    def group(self, issue: IssueRecord) -> IssueGroup | None:
        """Where the page lists an issue; exposures are in the register only."""
        return self.group_of(issue.rule, issue.kind, issue.verdict)

    def group_of(self, rule_id: str, kind: Kind, verdict: Verdict) -> IssueGroup | None:
        return group_of(self.rule(rule_id), kind, verdict, self.asked)

    def issues(self) -> tuple[tuple[Issue, ...], tuple[GroupCount, ...]]:
        grouped: dict[IssueGroup, list[IssueRecord]] = defaultdict(list)
        for issue in self.present:
            group = self.group(issue)
            if group:
                grouped[group].append(issue)
        listed: list[Issue] = []
        counts: list[GroupCount] = []
        for name in GROUPS:
            records = sorted(grouped[name], key=self.listing_order)
            listed.extend(self.issue(record, name) for record in records)
            counts.append(
                GroupCount(
                    group=name,
                    issues=len(records),
                    places=sum(record.judged for record in records),
                    not_listed=0,
                    places_to_check=sum(record.places - record.judged for record in records),
                )
            )
        return tuple(listed), tuple(counts)

    def listing_order(self, issue: IssueRecord) -> tuple[int, bool, int, str]:
        """The most harmful first; of the same harm, what the law requires."""
        harm = SEVERITIES.index(severity_of(issue.impact))
        return (harm, not self.required(issue), -issue.judged, issue.id)

    def issue(self, record: IssueRecord, group: IssueGroup) -> Issue:
        rule = self.rule(record.rule)
        examples = record.examples[:PLACES_LISTED]
        pages = {place.url: place for place in record.examples}
        shown = list(pages.values())[:PAGES_LISTED]
        pictured = next((place for place in examples if clean.picture(place.evidence)), None)
        engine = clean.line(record.engine)
        return Issue(
            id=id_of(record),
            fingerprint=record.fingerprint,
            group=group,
            rule=record.rule,
            title=text(rule.title, rule.title_fr),
            why=text(rule.why, rule.why_fr, clean.MESSAGE),
            fix=text(rule.fix, rule.fix_fr, clean.MESSAGE),
            help_url=clean.href(rule.help_url),
            engine=engine,
            engine_version=_engine_version(self.run, engine),
            criteria=tuple(rule.criteria),
            references=tuple(clean.line(reference, clean.URL) for reference in rule.references),
            required=self.required(record),
            best_practice=rule.best_practice,
            severity=severity_of(record.impact),
            verdict=fail_or_review(record.verdict),
            part_key=clean.line(record.part_key),
            part=clean.line(record.part_name),
            state=state_of(record),
            places=record.places,
            pages=record.pages,
            pages_carried=record.carried,
            first_seen=iso(record.first_seen, self.zone),
            last_seen=iso(record.last_seen, self.zone),
            evidence=clean.picture(pictured.evidence) if pictured else "",
            evidence_state=clean.line(pictured.state) if pictured else "",
            examples=tuple(place_of(place) for place in examples),
            more_places=max(0, record.places - len(examples)),
            example_pages=tuple(
                PageLink(
                    url=clean.line(place.url, clean.URL),
                    title=clean.line(place.page_title),
                    carried_from=place.carried_from,
                    audited=self.audits.get(place.carried_from, ""),
                )
                for place in shown
            ),
            more_pages=max(0, record.pages + record.documents - len(shown)),
            documents=record.documents,
            places_in_documents=record.in_documents,
            places_to_check=record.to_check,
            work=self.work_on(record),
        )

    # Who repairs it by when, and what was decided

    def work_on(self, record: IssueRecord) -> IssueWork:
        work = self.work.get(record.fingerprint)
        if work is None:
            return IssueWork(owners=tuple(filter(None, (clean.line(self.data.site.owner),))))
        return IssueWork(
            owners=tuple(map(clean.line, work.owned.all)),
            assigned=clean.line(work.assigned),
            stage=work.stage,
            due=work.due.isoformat() if work.due else "",
            overdue=work.overdue,
            still_there=work.still_there,
            decided=work.decided,
            until=min(one.until for one in work.waivers).isoformat() if work.waivers else "",
            exceptions=tuple(clean.line(one.name) for one in work.waivers),
            open_pages=work.open_pages if work.decided == "partly-accepted" else 0,
        )

    def owners(self) -> tuple[OwnerRow, ...]:
        """What each unit answers for; what nobody answers for stands under ""."""
        rows: dict[str, Counter[str]] = defaultdict(Counter)
        since: list[tuple[str, str]] = []
        rows[clean.line(self.data.site.owner)]["sites"] = 1
        for issue in self.present:
            work = self.work_on(issue)
            owner = work.owners[0] if work.owners else ""
            row = rows[owner]
            row["sites"] = 1
            if issue.kind is Kind.EXPOSURE or self.group(issue) == "failing":
                since.append((owner, iso(issue.first_seen, self.zone)[:10]))
            if issue.kind is Kind.EXPOSURE:
                row["exposures"] += 1
            elif self.group(issue) == "failing":
                taken_up = bool(work.assigned or work.decided) or work.stage != "unassigned"
                accepted = work.decided in ("accepted", "false-alarm")
                row.update(issues=1, places=issue.judged, accepted=accepted, taken_up=taken_up)
            if work.due and work.decided not in ("accepted", "false-alarm"):
                row["overdue" if work.overdue else "in_time"] += 1
        return owner_rows(rows, since)

    def exceptions(self) -> tuple[ExceptionRow, ...]:
        """Waivers of this site, and those of all sites that speak for an issue here; what ended first."""
        speaks: dict[str, list[IssueRecord]] = defaultdict(list)
        for issue in sorted(self.present, key=most_harm):
            work = self.work.get(issue.fingerprint)
            for one in work.waivers if work else ():
                speaks[one.name].append(issue)
        rows = [
            ExceptionRow(
                name=clean.line(one.name),
                entry=one.entry,
                false_alarm=one.false_alarm,
                rules=tuple(map(clean.line, one.rules)),
                parts=tuple(map(clean.line, one.parts)),
                urls=tuple(clean.line(url, clean.URL) for url in one.urls),
                ground=clean.line(one.ground, clean.MESSAGE),
                reason=clean.line(one.reason, clean.MESSAGE),
                owner=clean.line(one.owner),
                by=clean.line(one.by),
                on=one.on.isoformat(),
                until=one.until.isoformat(),
                alternative=clean.line(one.alternative, clean.URL),
                ended=one.until.isoformat() < self.day,
                issues=tuple(self.ref(issue) for issue in speaks[one.name][:REFS_LISTED]),
                more_issues=max(0, len(speaks[one.name]) - REFS_LISTED),
            )
            for one in self.waivers
            if one.site == self.data.site.key or (not one.site and one.name in speaks)
        ]
        return tuple(sorted(rows, key=lambda row: (not row.ended, row.until, row.name)))

    def ref(self, issue: IssueRecord) -> IssueRef:
        rule = self.rule(issue.rule)
        return IssueRef(
            id=id_of(issue),
            title=text(rule.title, rule.title_fr),
            places=issue.judged,
            pages=issue.pages,
            severity=severity_of(issue.impact),
            listed=issue.id in self.listed,
            documents=issue.documents,
            fixed=iso(issue.fixed, self.zone) if issue.fixed else "",
        )

    def parts(self, failing: Sequence[IssueRecord]) -> tuple[tuple[PartShare, ...], int]:
        """Shared parts of pages by what one repair clears. All else, and documents, is repaired place by place."""
        shared: dict[str, list[IssueRecord]] = defaultdict(list)
        for issue in failing:
            if issue.part_key != "content" and issue.pages > 1:
                shared[issue.part_key].append(issue)
        total = sum(issue.judged - issue.judged_in_documents for issue in failing)
        rows = [
            PartShare(
                site=clean.line(self.data.site.key),
                part_key=clean.line(key),
                part=clean.line(issues[0].part_name),
                places=sum(issue.judged - issue.judged_in_documents for issue in issues),
                percent=0,
                running_percent=0,
                bar=0.0,
                issues=tuple(self.ref(issue) for issue in sorted(issues, key=_most_places)[:3]),
                more_issues=max(0, len(issues) - 3),
                owner=next(iter(self.work_on(min(issues, key=_most_places)).owners), ""),
            )
            for key, issues in shared.items()
        ]
        shares = shares_of(rows, total)
        return shares, total - sum(row.places for row in rows)

    def first(self, failing: Sequence[IssueRecord]) -> tuple[Action, ...]:
        """Contain what is exposed; then what a deploy broke; then what clears most, required criteria first."""
        actions: list[Action] = []
        if exposed := self.exposed():
            worst = min(exposed, key=most_harm)
            actions.append(
                replace(
                    self.action(worst, "contain"),
                    part_key="",
                    part="",
                    places=sum(issue.places for issue in exposed),
                    pages=0,
                    documents=0,
                    due="",
                    overdue=False,
                    exposures=len(exposed),
                )
            )
        broke = [i for i in failing if i.state == "new" and i.impact in URGENT and self.run.trigger == "deploy"]
        actions += [self.action(issue, "new") for issue in sorted(broke, key=most_harm)]
        rest = sorted(failing, key=lambda issue: (not self.required(issue), *_most_work_saved(issue)))
        actions += [self.action(issue, "places") for issue in rest if issue not in broke]
        return tuple(actions[:3])

    def exposed(self) -> list[IssueRecord]:
        """What is exposed, would do most harm, and nobody has settled."""
        found = (i for i in self.present if i.kind is Kind.EXPOSURE and i.impact in URGENT)
        return [i for i in found if i.verdict is Verdict.FAIL and not self.settled(i)]

    def settled(self, issue: IssueRecord) -> bool:
        """Whether valid decisions call every place of it no exposure; one place more, and it is open as ever."""
        found = [self.decisions.of(self.data.site.key, issue, place) for place in issue.examples]
        return len(found) >= issue.places and all(map(settles, found))

    def action(self, issue: IssueRecord, kind: Literal["contain", "new", "places"]) -> Action:
        rule, work = self.rule(issue.rule), self.work_on(issue)
        return Action(
            kind=kind,
            site=clean.line(self.data.site.key),
            issue=id_of(issue),
            title=text(rule.title, rule.title_fr),
            fix=text(rule.fix, rule.fix_fr, clean.MESSAGE),
            part_key=clean.line(issue.part_key),
            part=clean.line(issue.part_name),
            places=issue.judged,
            pages=issue.pages,
            documents=issue.documents,
            owner=work.owners[0] if work.owners else "",
            due=work.due,
            overdue=work.overdue,
        )

    # What changed, what failed, what was listed

    def changes(self) -> Changes:
        ours = [issue for issue in self.data.issues if issue.kind is not Kind.EXPOSURE]
        by_state: dict[str, list[IssueRecord]] = defaultdict(list)
        for issue in sorted(ours, key=most_harm):
            by_state[issue.state].append(issue)

        def listed(state: str) -> tuple[IssueRef, ...]:
            return tuple(self.ref(issue) for issue in by_state[state][:REFS_LISTED])

        return Changes(
            first_run=not self.data.history,
            new=len(by_state["new"]),
            open=len(by_state["open"]),
            returned=len(by_state["returned"]),
            fixed=len(by_state["fixed"]),
            not_checked=len(by_state["not-checked"]),
            listed_new=listed("new"),
            listed_returned=listed("returned"),
            listed_fixed=listed("fixed"),
            listed_not_checked=listed("not-checked"),
        )

    def check_errors(self) -> CheckErrors:
        errors: Counter[str] = Counter()
        reasons: dict[str, Counter[str]] = defaultdict(Counter)
        for tally in (*self.data.tallies, *self.data.document_tallies):
            broken = {reason: n for reason, n in tally.reasons.items() if not reason.startswith(LEFT_OUT)}
            # Where something was found, a reason says that not all was seen.
            if number := max(tally.error, sum(broken.values())):
                errors[tally.rule] += number
                for reason, n in broken.items():
                    reasons[tally.rule][clean.line(reason)] += n
        failed = sorted(errors, key=lambda rule: (-errors[rule], rule))
        return CheckErrors(
            total=errors.total(),
            rules=len(failed),
            listed=tuple(
                RuleErrors(
                    rule=rule,
                    title=text(self.rule(rule).title, self.rule(rule).title_fr),
                    errors=errors[rule],
                    reasons=dict(sorted(reasons[rule].items())),
                )
                for rule in failed[:ERRORS_LISTED]
            ),
            not_listed=max(0, len(failed) - ERRORS_LISTED),
        )

    def documents(self, coverage: Coverage) -> Documents:
        setting = Setting(
            entries=self.entries,
            rules=self.rules,
            leads=self.standards.leads,
            group=self.group_of,
            audits=self.audits,
            day=self.day,
            complete=self.complete(coverage) and not self.run.sample,
        )
        return build_documents(self.data, setting)


def _most_places(issue: IssueRecord) -> tuple[int, str]:
    return (-issue.judged, issue.id)


def _most_work_saved(issue: IssueRecord) -> tuple[int, str]:
    """A document is repaired as a whole, however many places of it a rule counts."""
    return (-(issue.judged - issue.judged_in_documents + issue.documents), issue.id)


def _filters(criteria: Sequence[CriterionResult]) -> tuple[CriteriaFilter, ...]:
    results = Counter(criterion.result for criterion in criteria)
    return (
        CriteriaFilter(key="all", n=len(criteria)),
        CriteriaFilter(key="required", n=sum(criterion.aoda == "yes" for criterion in criteria)),
        CriteriaFilter(key="fails", n=results["fails"]),
        CriteriaFilter(key="needs-person", n=results["needs-person"]),
        CriteriaFilter(key="no-failure-found", n=results["no-failure-found"]),
        CriteriaFilter(key="not-covered", n=results["not-covered"]),
        CriteriaFilter(key="settled", n=results["supports"] + results["not-applicable"]),
    )


def _counts(criteria: Sequence[CriterionResult], ran: Mapping[str, int]) -> CriteriaCounts:
    results = Counter(criterion.result for criterion in criteria)
    return CriteriaCounts(
        total=len(criteria),
        fails=results["fails"],
        person=sum(results[name] for name in OPEN),
        needs_person=results["needs-person"],
        no_failure_found=results["no-failure-found"],
        not_covered=results["not-covered"],
        not_checked=results["not-checked"],
        removed=results["removed"],
        with_rules=sum(criterion.number in ran for criterion in criteria),
        supports=results["supports"],
        not_applicable=results["not-applicable"],
    )


def _asked(stands: Iterable[Stand]) -> AnswerCounts:
    states = Counter(one.state for one in stands)
    return AnswerCounts(
        asked=states.total(), answered=states["answered"], changed=states["changed"], open=states["open"]
    )


def _states(told: Mapping[str, Mapping[str, int]]) -> tuple[StateRow, ...]:
    rows = []
    for state in (*UNPRESSED, OPENED, "unopened", "held-back"):
        pages = told.get(state, {})
        if not pages:
            continue
        reasons = {
            clean.line(told.removeprefix(LEFT_OUT)): n for told, n in sorted(pages.items()) if told.startswith(LEFT_OUT)
        }
        left_out = sum(reasons.values())
        looked = sum(pages.values()) - left_out
        rows.append(StateRow(state=state, pages=looked, new=pages.get("seen", 0), left_out=left_out, reasons=reasons))
    return tuple(rows)


def place_of(place: PlaceRecord) -> Place:
    """As a report tells it: cleaned and short."""
    return Place(
        url=clean.line(place.url, clean.URL),
        page_title=clean.line(place.page_title),
        state=clean.line(place.state),
        selector=clean.line(place.selector, clean.SELECTOR),
        snippet=clean.block(place.snippet),
        message=clean.block(place.message, clean.MESSAGE),
        engine=clean.line(place.engine),
        fingerprint=place.fingerprint,
        carried_from=place.carried_from,
        in_document=place.in_document,
        verdict=fail_or_review(place.verdict),
    )


def _engine_version(run: RunRecord, engine: str) -> str:
    return run.engines.get(engine, run.tool_version if engine == "handrail" else "")


def _sample_page(chosen: sample.Chosen) -> SamplePage:
    return SamplePage(
        url=clean.line(chosen.page.url, clean.URL),
        title=clean.line(chosen.page.title),
        why=chosen.why,
    )


def run_facts(run: RunRecord, zone: tzinfo) -> RunFacts:
    """An audit as a report names it."""
    return RunFacts(
        id=run.id,
        started=iso(run.started, zone),
        finished=iso(run.finished, zone) if run.finished else None,
        state=run.state,
        trigger=run.trigger,
        tool_version=run.tool_version,
        engines={name: run.engines[name] for name in sorted(run.engines)},
        browser=clean.line(run.browser),
        config_sha256=run.config_sha256,
        rules_sha256=run.rules_sha256,
        sample=clean.line(run.sample, clean.MESSAGE),
        notes=tuple(clean.line(note, clean.MESSAGE) for note in run.notes),
    )
