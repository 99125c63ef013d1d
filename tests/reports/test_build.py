"""What a report may and may not say: numbers, verdicts, and what never becomes green."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from audits.model import Disposition, Impact, PageOutcome, Verdict, exposure_id
from reports.model import CriterionResult, Report, SiteReport
from reports.register_model import Register

Make = Callable[..., Any]


def only(report: Report) -> SiteReport:
    (site,) = report.sites
    return site


def criterion(site: SiteReport, number: str) -> CriterionResult:
    return next(c for c in site.criteria if c.number == number)


def site_of(report: Report, key: str) -> SiteReport:
    return next(site for site in report.sites if site.key == key)


def test_the_law_asks_36_criteria_and_the_goal_55(make: Make) -> None:
    site = only(make("report_of", make("site")))

    assert (site.required.total, site.goal.total, len(site.criteria)) == (36, 55, 56)


def test_the_law_alone_shows_its_36_and_the_two_it_leaves_out(make: Make) -> None:
    site = only(make("report_of", make("clean_site")))

    assert (site.required.total, len(site.criteria), site.goal_only_total) == (36, 38, 0)
    assert {c.number for c in site.criteria if c.result == "not-required"} == {"1.2.4", "1.2.5"}


def test_pages_that_were_carried_are_counted_apart(make: Make) -> None:
    older = make("carried", "run-00", started=datetime(2026, 11, 9, 6, tzinfo=UTC), pages=3, elsewhere=2)
    report = make("report_of", make("site", carried=(older, make("carried"))))

    coverage = only(report).coverage
    assert (coverage.audited, coverage.audited_now, coverage.carried, coverage.carried_elsewhere) == (40, 1, 39, 2)
    assert [(row.run, row.audited, row.pages) for row in coverage.carried_from] == [
        ("run-00", "2026-11-09T01:00:00-05:00", 3),
        ("run-0", "2026-11-16T01:00:00-05:00", 36),
    ]
    assert coverage.oldest_audit == report.totals.oldest_audit == "2026-11-09T01:00:00-05:00"
    assert report.totals.pages_carried == 39


def test_an_audit_that_carries_nothing_is_its_own_oldest(make: Make) -> None:
    report = make("report_of", make("site"), make("unreachable_site"))

    fresh, unreachable = (site_of(report, key).coverage for key in ("main", "museum"))
    assert (fresh.audited_now, fresh.carried, fresh.oldest_audit) == (40, 0, report.run.started)
    assert (unreachable.audited_now, unreachable.carried, unreachable.oldest_audit) == (0, 0, None)
    assert report.totals.oldest_audit == report.run.started


def test_an_issue_names_the_pages_that_were_carried(make: Make) -> None:
    examples = (make("place", 1), make("place", 2, carried_from="run-0"))
    issue = make("issue", "axe/button-name", 1, places=2, pages=2, carried=1, state="open", examples=examples)
    seen = only(make("report_of", make("site", issues=(issue,), carried=(make("carried"),)))).issues[0]

    assert (seen.pages, seen.pages_carried) == (2, 1)
    assert [place.carried_from for place in seen.examples] == ["", "run-0"]
    assert [(link.carried_from, link.audited) for link in seen.example_pages] == [
        ("", "2026-11-23T01:00:00-05:00"),
        ("run-0", "2026-11-16T01:00:00-05:00"),
    ]


def test_nothing_found_is_for_a_person_and_never_met(make: Make) -> None:
    site = only(make("report_of", make("site")))

    assert site.verdict == "no-failure-found"
    assert (site.required.fails, site.required.person, site.required.removed) == (0, 35, 1)
    assert {c.result for c in site.criteria} == {"no-failure-found", "not-covered", "removed"}
    assert criterion(site, "4.1.2").result == "no-failure-found"
    assert criterion(site, "1.2.1").result == "not-covered"


def test_a_failing_rule_fails_its_criterion(make: Make) -> None:
    failing = make("issue", "axe/button-name", 1, places=7, pages=5)
    site = only(make("report_of", make("site", issues=(failing,))))

    found = criterion(site, "4.1.2")
    assert (found.result, found.places, found.issues) == ("fails", 7, (failing.id,))
    assert site.verdict == "fails"
    assert (site.places, site.places_required, site.places_per_100_pages) == (7, 7, 18)


@pytest.mark.parametrize(
    ("rule", "changes", "number", "result"),
    [
        ("axe/button-name", {"verdict": Verdict.REVIEW}, "4.1.2", "needs-person"),
        ("axe/button-name", {"state": "fixed"}, "4.1.2", "no-failure-found"),
        ("axe/button-name", {"state": "not-checked"}, "4.1.2", "needs-person"),
        ("axe/button-name", {"state": "returned"}, "4.1.2", "fails"),
        ("axe/region", {}, "1.3.1", "not-covered"),  # best practice never fails a criterion
        ("pii/ca-sin", {}, "1.3.1", "not-covered"),  # an exposure is no criterion's business
    ],
)
def test_what_makes_a_criterion_fail(make: Make, rule: str, changes: dict[str, Any], number: str, result: str) -> None:
    site = only(make("report_of", make("site", issues=(make("issue", rule, 1, **changes),))))

    assert criterion(site, number).result == result


def test_a_goal_criterion_does_not_break_the_law(make: Make) -> None:
    site = only(make("report_of", make("site", issues=(make("issue", "axe/target-size", 4),))))

    assert (site.verdict, site.required.fails, site.goal_only_fails) == ("goal-fails", 0, 1)


def test_a_rule_outside_the_standard_is_advice(make: Make) -> None:
    record = make("site_record", profile="aoda")
    site = only(make("report_of", make("site", site=record, issues=(make("issue", "axe/target-size", 4),))))

    assert [issue.group for issue in site.issues] == ["advice"]
    assert site.verdict == "no-failure-found"
    assert site.places == 0


def test_an_error_asks_for_a_person_and_is_counted(make: Make) -> None:
    tallies = (make("tally", "axe/button-name", passed=38, error=2, reasons={"TimeoutError": 2}),)
    report = make("report_of", make("site", tallies=tallies))

    assert criterion(only(report), "4.1.2").result == "needs-person"
    assert (only(report).check_errors.total, report.totals.check_errors) == (2, 2)


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"pending": 1}, "incomplete", "pages-waiting"),
        ({"outcomes": {PageOutcome.AUDITED: 8, PageOutcome.TIMEOUT: 2}}, "incomplete", "coverage-below-minimum"),
        ({"outcomes": {PageOutcome.AUDITED: 9, PageOutcome.TIMEOUT: 1}}, "no-failure-found", None),
        ({"outcomes": {PageOutcome.AUDITED: 9, PageOutcome.NOT_FOUND: 5}}, "no-failure-found", None),
        ({"outcomes": {PageOutcome.AUDITED: 9, PageOutcome.BUDGET_PAGES: 500}}, "no-failure-found", None),
        ({"outcomes": {PageOutcome.ROBOTS: 1}}, "not-audited", "no-page-audited"),
        ({"outcomes": {}}, "not-audited", "no-page-audited"),
    ],
)
def test_never_false_green(make: Make, changes: dict[str, Any], verdict: str, reason: str | None) -> None:
    """Also when the record says "complete": the numbers have the last word."""
    site = only(make("report_of", make("site", **changes)))

    assert site.verdict == verdict
    assert site.reasons == ((reason,) if reason else ())


@pytest.mark.parametrize("state", ["incomplete", "running"])
def test_a_site_that_is_not_complete_has_a_reason(make: Make, state: str) -> None:
    site = only(make("report_of", make("site", site=make("site_record", state=state))))

    assert site.verdict == "incomplete"
    assert site.reasons


def test_a_site_without_a_page_checks_nothing(make: Make) -> None:
    site = only(make("report_of", make("unreachable_site")))

    assert {c.result for c in site.criteria} == {"not-checked", "removed"}
    assert (site.places_per_100_pages, site.coverage.percent) == (None, 0)


def test_coverage_adds_up(whole_city: Report) -> None:
    coverage = site_of(whole_city, "main").coverage

    assert coverage.found == coverage.audited + coverage.not_audited == 1341
    assert coverage.not_audited == sum(row.pages for row in coverage.skipped) == 57
    assert {row.group: row.pages for row in coverage.not_audited_by} == {
        "errors": 9,
        "sign-in": 31,
        "robots": 14,
        "plan": 3,
    }
    assert coverage.percent == 95  # 1284 of 1338: rounded down, and without what the plan left out


def test_totals_add_up(whole_city: Report) -> None:
    totals = whole_city.totals

    assert totals.sites == 4
    assert (totals.sites_failing, totals.sites_incomplete, totals.sites_no_failure) == (2, 2, 1)
    assert totals.places == sum(site.places for site in whole_city.sites)
    assert totals.pages_found == totals.pages_audited + totals.pages_not_audited
    assert totals.sites_without_authorization == 3


def test_sites_with_most_work_come_first(whole_city: Report) -> None:
    assert [site.key for site in whole_city.sites] == ["main", "rec", "museum", "emergency"]


def test_contain_comes_first_then_what_clears_most(whole_city: Report) -> None:
    first = site_of(whole_city, "main").first

    assert [(action.kind, action.places) for action in first] == [("contain", 2), ("places", 2568), ("places", 1284)]


def test_many_exposures_leave_room_for_repairs(make: Make) -> None:
    exposed = tuple(make("issue", "pii/ca-sin", n, part_key=f"form.f{n}", places=2) for n in range(5))
    broken = (make("issue", "axe/button-name", 9), make("issue", "axe/image-alt", 10))
    sites = [make("site", site=make("site_record", key), issues=(*exposed, *broken)) for key in ("main", "rec")]
    report = make("report_of", *sites)

    assert [(a.kind, a.exposures, a.places) for a in report.sites[0].first] == [
        ("contain", 5, 10),
        ("places", 0, 1),
        ("places", 0, 1),
    ]
    assert (report.first[0].exposures, report.first[0].places, report.first[0].site) == (10, 20, "")
    assert [action.kind for action in report.first] == ["contain", "places", "places"]


def test_what_a_deploy_broke_comes_before_what_clears_most(make: Make) -> None:
    report = make("report_of", make("failing_site"), run_record=make("run", trigger="deploy"))

    assert [action.kind for action in only(report).first] == ["contain", "new", "new"]


def test_an_exposure_to_review_is_not_urgent(make: Make) -> None:
    suspicion = make("issue", "pii/ca-sin", 16, verdict=Verdict.REVIEW)

    assert only(make("report_of", make("site", issues=(suspicion,)))).first == ()


def test_shared_parts_and_single_pages_add_up(whole_city: Report) -> None:
    site = site_of(whole_city, "main")

    assert [part.part_key for part in site.parts] == ["contentinfo", "banner.site-header", "navigation.pager"]
    assert sum(part.places for part in site.parts) + site.places_in_content == site.places - site.places_in_documents
    assert site.places_in_documents == 10
    assert (site.parts[0].bar, site.parts[0].percent) == (100.0, 61)


def test_a_first_run_has_no_trend(make: Make) -> None:
    site = only(make("report_of", make("site")))

    assert (site.trend, site.changes.first_run) == ((), True)


def test_the_trend_counts_this_run_as_the_history_does(whole_city: Report) -> None:
    site = site_of(whole_city, "main")

    assert [point.per_100_pages for point in site.trend] == [583, 320, 335]
    assert site.trend[-1].places == 4311  # of every kind, found in this run: neither the fixed nor the unchecked
    assert [point.to_fix_per_100_pages for point in site.trend] == [583, 320, 325]
    assert (site.trend[-1].to_fix, site.trend[-1].to_fix_in_documents, site.change) == (site.places, 10, 5)
    assert not site.changes.first_run


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 2),
        ({"state": "complete", "sample": ""}, 2),
        ({"state": "incomplete", "sample": ""}, 0),
        ({"state": "complete", "sample": "2 pages that changed"}, 0),
    ],
)
def test_only_complete_audits_of_the_same_sample_are_points_of_the_trend(
    make: Make, changes: dict[str, str], points: int
) -> None:
    earlier = make("earlier", "run-0", datetime(2026, 11, 16, tzinfo=UTC), pages=40, places=8, **changes)
    site = only(make("report_of", make("site", history=(earlier,))))

    assert (len(site.trend), site.changes.first_run) == (points, False)


def test_a_run_that_saw_nothing_is_no_point_of_the_trend(make: Make) -> None:
    data = make("unreachable_site")
    earlier = make("earlier", "run-0", datetime(2026, 11, 16, tzinfo=UTC), pages=40, places=8)
    site = only(make("report_of", make("site", site=data.site, outcomes=data.outcomes, history=(earlier,))))

    assert site.trend == ()


def test_exposures_are_counted_by_kind(whole_city: Report) -> None:
    exposures = site_of(whole_city, "main").exposures

    assert (exposures.open, exposures.to_review, exposures.values) == (2, 1, 32)
    assert [(kind.rule, kind.severity, kind.values) for kind in exposures.kinds] == [
        ("pii/ca-sin", "critical", 2),
        ("pii/phone-number", "moderate", 30),
    ]


def decision(finding: str, **changes: Any) -> Disposition:
    return Disposition(
        **{
            "finding": finding,
            "ground": "public-record",
            "reason": "Hearing notice.",
            "by": "City Clerk",
            "on": date(2026, 11, 2),
            "until": date(2027, 5, 1),
            **changes,
        }
    )


def test_a_decision_settles_one_value_and_takes_nothing_out_of_the_register(make: Make) -> None:
    places = tuple(make("exposure", "PHONE_NUMBER", n) for n in range(3))
    issues = (
        make("issue", "pii/phone-number", 16, places=3, impact=Impact.SERIOUS, examples=places),
        make("issue", "pii/ca-sin", 17, examples=(make("exposure", "CA_SIN", 9),)),
    )
    ids = [exposure_id(place.fingerprint) for place in places]

    def register(*decisions: Disposition) -> Register:
        built: Report = make("report_of", make("site", issues=issues), dispositions=decisions)
        return built.register

    one, every = register(decision(ids[0])), register(*map(decision, ids))
    entry = next(entry for entry in one.entries if entry.rule == "pii/phone-number")

    assert [place.id for place in entry.places] == ids
    assert [bool(place.decision) for place in entry.places] == [True, False, False]
    assert (entry.decided, one.decided, one.open) == (1, 1, 2)
    assert (every.decided, every.open, every.entries[-1].rule) == (3, 2, "pii/phone-number")
    assert register().decided == register(decision("x-ffffffffffff")).decided == 0


@pytest.mark.parametrize(("places", "decided", "contained"), [(2, 2, False), (2, 1, True), (3, 2, True)])
def test_what_decisions_settle_whole_is_not_the_first_thing_to_do(
    make: Make, places: int, decided: int, contained: bool
) -> None:
    examples = tuple(make("exposure", "CA_SIN", n) for n in range(2))
    issue = make("issue", "pii/ca-sin", 16, places=places, examples=examples)
    told = tuple(decision(exposure_id(place.fingerprint)) for place in examples[:decided])

    report = make("report_of", make("site", issues=(issue,)), dispositions=told)

    assert [action.kind == "contain" for action in only(report).first] == [True] * contained
    assert only(report).exposures.open == 1


@pytest.mark.parametrize(
    ("changes", "settled", "ended"),
    [
        ({}, 1, False),
        ({"ground": "exposure"}, 0, False),
        ({"until": date(2026, 11, 3)}, 0, True),
        ({"until": date(2026, 11, 23)}, 1, False),
    ],
)
def test_a_decision_ends_and_an_exposure_stays_one(
    make: Make, changes: dict[str, Any], settled: int, ended: bool
) -> None:
    place = make("exposure", "PHONE_NUMBER", 1)
    issue = make("issue", "pii/phone-number", 16, places=1, examples=(place,))
    told = decision(exposure_id(place.fingerprint), **changes)

    register = make("report_of", make("site", issues=(issue,)), dispositions=(told,)).register

    (shown,) = register.entries[0].places
    assert (register.decided, shown.decision.ended) == (settled, ended)
    assert (shown.beside, shown.people, shown.child, shown.page_kind) == (
        ("PERSON", "LIBRARY_CARD"), 3, True, "minutes",
    )  # fmt: skip
    assert register.people == 3


def test_fixed_and_unchecked_exposures_are_not_open(make: Make) -> None:
    issues = (
        make("issue", "pii/ca-sin", 16, state="fixed"),
        make("issue", "pii/phone-number", 17, state="not-checked"),
    )
    report = make("report_of", make("site", issues=issues))

    assert (only(report).exposures.open, only(report).exposures.not_checked) == (0, 1)
    assert (report.register.open, report.register.entries, report.register.not_checked) == (0, (), 1)


def test_every_open_criterion_has_a_check_for_a_person(whole_city: Report) -> None:
    for site in whole_city.sites:
        asked = [number for check in site.person_checks for number in check.criteria]
        states = {"needs-person", "no-failure-found", "not-covered", "not-checked"}

        assert sorted(asked) == sorted(c.number for c in site.criteria if c.result in states)
        assert "other" not in {check.key for check in site.person_checks}


def test_times_are_the_citys(make: Make) -> None:
    report = make("report_of", make("site"))

    assert report.run.started == "2026-11-23T01:00:00-05:00"


def test_a_time_without_a_zone_is_utc(make: Make) -> None:
    report = make("report_of", make("site"), run_record=make("run", started=datetime(2026, 11, 23, 6)))

    assert report.run.started == "2026-11-23T01:00:00-05:00"


def test_the_same_records_give_the_same_report(make: Make) -> None:
    def told() -> Report:
        return make("report_of", make("failing_site"), make("clean_site"))  # type: ignore[no-any-return]

    assert told() == told()


def test_all_issues_are_listed_and_references_to_them_cut_and_counted(make: Make) -> None:
    issues = tuple(make("issue", "axe/button-name", n, part_key=f"form.f{n}", part_name="Form") for n in range(1, 251))
    site = only(make("report_of", make("site", issues=issues)))

    failing = next(group for group in site.groups if group.group == "failing")
    assert (len(site.issues), failing.issues, failing.not_listed) == (250, 250, 0)
    assert (len(criterion(site, "4.1.2").issues), criterion(site, "4.1.2").more_issues) == (12, 238)


def test_keys_that_make_the_same_folder_get_their_own(make: Make) -> None:
    keys = ["a/b", "a-b", "../..", "École"]
    report = make("report_of", *(make("site", site=make("site_record", key)) for key in keys))
    paths = {site.key: site.path for site in report.sites}

    assert len(set(paths.values())) == 4
    assert all(path.strip(".") and "/" not in path for path in paths.values())


def test_a_rule_that_nobody_knows_any_more_is_named_by_its_id(make: Make) -> None:
    site = only(make("report_of", make("site", issues=(make("issue", "axe/gone", 1),))))

    assert (site.issues[0].title.en, site.issues[0].group) == ("axe/gone", "advice")


@pytest.mark.parametrize(
    ("passed", "not_run", "result"),
    [
        (40, 0, "no-failure-found"),
        (36, 4, "no-failure-found"),  # on nine pages of ten
        (35, 5, "needs-person"),
        (0, 40, "not-covered"),
    ],
)
def test_a_check_that_the_plan_left_out_of_too_many_pages_finds_nothing(
    make: Make, passed: int, not_run: int, result: str
) -> None:
    tallies = (
        make("tally", "axe/button-name", passed=40),
        make("tally", "axe/image-alt", passed=passed, not_run=not_run, reasons={"not run: page budget": not_run}),
    )

    image = criterion(only(make("report_of", make("site", tallies=tallies))), "1.1.1")

    assert image.result == result
    assert (image.errors, image.not_run, image.pages_tested) == (0, not_run, passed)
    assert [(c.rule, c.left_out) for c in image.checks] == [("axe/image-alt", {"page budget": not_run})]


def test_a_check_that_never_ran_covers_no_criterion(make: Make) -> None:
    planned = make("site", tallies=(make("tally", "axe/image-alt", not_run=40),))

    assert only(make("report_of", planned)).required.with_rules == 0


def test_every_open_criterion_has_questions_in_both_languages(whole_city: Report) -> None:
    for site in whole_city.sites:
        for row in site.criteria:
            open_ = row.result in {"needs-person", "no-failure-found", "not-covered", "not-checked"}

            assert bool(row.questions) is open_, row.number
            assert all(q.ask.fr and q.how.fr for q in row.questions)


def test_no_sum_of_what_fails_holds_what_is_only_suspected(make: Make) -> None:
    """An issue with ten places of which four are for a person, in a part; and one of the content that only asks."""
    mixed = {"places": 10, "pages": 10, "to_check": 4, "part_key": "contentinfo", "part_name": "Footer"}
    issues = (
        make("issue", "axe/button-name", 1, **mixed),
        make("issue", "axe/image-alt", 2, places=2, pages=2, to_check=0),
        make("issue", "check/headings", 3, verdict=Verdict.REVIEW, places=3, pages=3, to_check=3),
    )

    report = make("report_of", make("site", issues=issues))

    (site,) = report.sites
    assert (site.places, site.places_to_check, site.places_review) == (8, 4, 3)
    assert (report.totals.places, report.totals.places_to_check) == (8, 4)
    assert site.places_per_100_pages == report.totals.places_per_100_pages == 20  # of 40 pages
    assert {group.group: (group.places, group.places_to_check) for group in site.groups if group.issues} == {
        "failing": (8, 4), "review": (3, 0),
    }  # fmt: skip
    button = next(one for one in site.criteria if one.number == "4.1.2")
    assert (button.places, button.review_places) == (6, 4)
    assert [(part.part_key, part.places, part.percent) for part in site.parts] == [("contentinfo", 6, 75)]
    assert site.places_in_content == 2
    assert [owner.places for owner in report.owners] == [8]
    assert [action.places for action in site.first] == [6, 2]
    assert [ref.places for ref in site.changes.listed_new] == [6, 2, 3]
    assert [issue.places for issue in site.issues] == [10, 2, 3]


def test_what_is_only_suspected_in_documents_is_in_no_sum_either(make: Make) -> None:
    issue = make("issue", "pdfua/7.3-1", 1, places=9, pages=0, documents=1, in_documents=9, to_check=5)

    (site,) = make("report_of", make("site", issues=(issue,))).sites

    assert (site.places, site.places_in_documents, site.places_to_check) == (4, 4, 5)
    assert site.places_per_100_pages == 0


def test_an_audit_that_did_not_count_the_suspected_ones_counts_all(make: Make) -> None:
    (site,) = make("report_of", make("site", issues=(make("issue", "axe/image-alt", 2, places=7, pages=2),))).sites

    assert (site.places, site.places_to_check) == (7, 0)
