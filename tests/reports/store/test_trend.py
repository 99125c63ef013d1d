"""What is comparable makes a line, what is not is a gap, and a change of rules is no change of the site."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from store_helpers import audited, fails, finding, passes, run_record, site_record, url

from audits.model import Exposure, Impact, Kind, Link, PageOutcome, PageResult, Rule, Tier, Verdict
from audits.standards import load
from handrail.work import last_pages
from reports.build import build_report
from reports.compare import Mark
from reports.facts import CityFacts
from reports.formats import trend as formats
from reports.owners import AreaEntry, Owners, PartEntry
from reports.store.database import StoreError
from reports.text import Words
from reports.trend import Asked, Trend, nearest_rank, trend_of

RULES = {
    rule.id: rule
    for rule in (
        Rule(id="axe/image-alt", title="Image", why="", fix="", impact=Impact.CRITICAL, criteria=("1.1.1",)),
        Rule(id="axe/link-name", title="Link", why="", fix="", impact=Impact.SERIOUS, criteria=("2.4.4", "4.1.2")),
        Rule(id="axe/region", title="Region", why="", fix="", impact=Impact.MODERATE, best_practice=True),
        Rule(id="pii/ca-sin", title="SIN", why="", fix="", impact=Impact.CRITICAL, kind=Kind.EXPOSURE),
    )
}
ZONE = ZoneInfo("America/Toronto")
DAY_ONE = datetime(2027, 3, 1, 16, 0, tzinfo=UTC)
IMAGE = finding()
LINK = finding("axe/link-name", part="contentinfo", selector="footer a")
REGION = finding("axe/region")
DOWN = PageResult(outcome=PageOutcome.SERVER_ERROR, status=500)


def page(*findings):
    """An audited page with these; all other rules passed."""
    found = {}
    for one in findings:
        found.setdefault(one.rule, []).append(replace(one, impact=RULES[one.rule].impact))
    return audited(*(fails(*some) for some in found.values()), *(passes(rule) for rule in RULES if rule not in found))


GOOD = page()


def sin(value):
    exposed = Exposure(
        entity="CA_SIN", tier=Tier.REPORT, where="text", mask="••• ••• •••", value_hmac=value * 64, score=1.0
    )
    return finding("pii/ca-sin", exposure=exposed)


def audit(store, run_id, day, pages, *, state="complete", reasons=(), keys=("main",), preview=False, **changes):
    """A run that begins on a day, counted from the first."""
    store.begin_run(run_record(run_id, started=DAY_ONE + timedelta(days=day), **changes))
    for key in keys:
        store.begin_site(site_record(run_id, key, preview=preview))
        store.add_links(run_id, key, [Link(url=url(path)) for path in pages])
        by_url = {url(path): result for path, result in pages.items()}
        for lease in store.lease(run_id, key, owner="w", limit=len(pages) or 1, seconds=60):
            assert store.finish(lease, by_url[lease.url])
        store.finish_site(run_id, key, state, reasons)
    store.finish_run(run_id, state)


def told(store, key="main", **changes):
    asked = {"by": "site", "rules": RULES, "standards": load(), "zone": ZONE, "owners": Owners(site="Web team")}
    return trend_of(store.site_history(key), Asked(**{**asked, **changes}))


def states(trend):
    """Of the only group, by audit: new, open, returned, fixed, not checked."""
    (series,) = trend.series
    return [(one.new, one.open, one.returned, one.fixed, one.not_checked) for one in series.counts]


def gaps(trend):
    return [one.gap for one in trend.audits]


# What is counted


def test_places_coverage_and_states_are_counted_audit_by_audit(store):
    audit(store, "r1", 0, {"a": page(IMAGE, LINK), "b": page(LINK), "c": GOOD})
    audit(store, "r2", 7, {"a": page(IMAGE, REGION), "b": GOOD, "c": GOOD})
    audit(store, "r3", 14, {"a": page(LINK), "b": page(LINK), "c": DOWN})

    trend = told(store)

    (series,) = trend.series
    assert states(trend) == [(2, 0, 0, 0, 0), (1, 1, 0, 1, 0), (0, 0, 1, 2, 0)]
    assert [one.places for one in series.counts] == [3, 2, 2]
    assert [one.per_100 for one in series.counts] == [100, 67, 100]
    assert [one.failing_per_100 for one in series.counts] == [100, 33, 100]  # a region is best practice
    assert [(one.pages, one.coverage) for one in trend.audits] == [(3, 100), (3, 100), (2, 66)]
    assert [one.begun[:10] for one in trend.audits] == ["2027-03-01", "2027-03-08", "2027-03-15"]


def test_the_line_is_that_of_the_report(store):
    audit(store, "r1", 0, {"a": page(IMAGE, LINK, sin("1")), "b": page(REGION), "c": GOOD})
    audit(store, "r2", 3, {"a": page(IMAGE)}, state="incomplete")
    audit(store, "r3", 5, {"a": page(IMAGE)}, sample="1 pages that changed")
    audit(store, "r4", 7, {"a": page(IMAGE), "b": page(REGION, IMAGE), "c": GOOD})

    (series,) = told(store).series
    run = store.runs()[-1]
    (site,) = build_report(run, [store.site_data("r4", "main")], RULES, load(), CityFacts(name_en="City")).sites

    assert [one.per_100_pages for one in site.trend] == [one.per_100 for one in series.counts] == [133, 100]
    assert site.places_per_100_pages == series.counts[-1].failing_per_100 == 67


def test_places_in_documents_are_in_no_rate_of_pages(file_store):
    file = audited(*(fails(replace(one, impact=Impact.CRITICAL)) for one in (IMAGE,)))
    file = replace(file, outcome=PageOutcome.DOCUMENT)
    audit(file_store, "r1", 0, {"a": page(IMAGE), "b": GOOD, "c.pdf": file})

    (counts,) = told(file_store).series[0].counts

    assert (counts.places, counts.in_documents, counts.per_100, counts.failing_per_100) == (2, 1, 50, 50)


# What is compared


@pytest.mark.parametrize(
    ("between", "gap"),
    [
        ({"state": "incomplete", "reasons": ["deadline"]}, "incomplete"),
        ({"sample": "2 pages that changed"}, "sample"),
        ({"preview": True}, "elsewhere"),
        ({"pages": {}}, "incomplete"),  # called complete, and saw nothing
        ({"pages": {"a": DOWN, "b": DOWN}}, "incomplete"),
    ],
)
def test_what_is_not_comparable_is_a_gap(file_store, between, gap):
    pages = {"a": page(IMAGE), "b": page(LINK)}
    audit(file_store, "r1", 0, {"a": page(IMAGE), "b": GOOD})
    audit(file_store, "r2", 7, **{"pages": pages, **between})
    audit(file_store, "r3", 14, {"a": page(IMAGE), "b": page(LINK)})

    trend = told(file_store)

    assert gaps(trend) == ["", gap, ""]
    assert states(trend) == [(1, 0, 0, 0, 0), (1, 1, 0, 0, 0)]  # the link is new, whoever saw it first


def test_an_audit_that_still_runs_or_died_is_a_gap(file_store):
    audit(file_store, "r1", 0, {"a": page(IMAGE)})
    file_store.begin_run(run_record("r2", started=DAY_ONE + timedelta(days=1)))
    file_store.begin_site(site_record("r2"))

    assert gaps(told(file_store)) == ["", "running"]


def test_samples_are_compared_where_there_is_nothing_else(file_store):
    few = "at most 2 pages a site"
    audit(file_store, "r1", 0, {"a": page(IMAGE), "b": GOOD}, sample=few)
    audit(file_store, "r2", 7, {"a": page(IMAGE)}, sample="at most 1 pages a site")
    audit(file_store, "r3", 14, {"a": GOOD, "b": GOOD}, sample=few)

    trend = told(file_store)

    assert (trend.sample, gaps(trend)) == (few, ["", "sample", ""])
    assert states(trend) == [(1, 0, 0, 0, 0), (0, 0, 0, 1, 0)]


def test_a_preview_that_came_last_is_not_taken_for_the_site(file_store):
    audit(file_store, "r1", 0, {"a": GOOD})
    audit(file_store, "r2", 7, {"a": GOOD}, preview=True)

    assert gaps(told(file_store)) == ["", "elsewhere"]


def test_an_inventory_is_no_audit(file_store):
    audit(file_store, "r1", 0, {"a": GOOD}, trigger="inventory", keys=("listed",))
    audit(file_store, "r2", 1, {"a": GOOD})

    assert file_store.site_keys() == ("main",)
    with pytest.raises(StoreError, match="audited a site 'listed'"):
        file_store.site_history("listed")


def test_what_nobody_looked_at_is_neither_fixed_nor_there(store):
    broke = audited(passes(verdict=Verdict.ERROR, reason="axe: timeout"), passes("axe/link-name"))
    audit(store, "r1", 0, {"a": page(IMAGE), "b": page(LINK)})
    audit(store, "r2", 7, {"a": broke, "b": GOOD})

    trend = told(store)

    assert states(trend)[-1] == (0, 0, 0, 1, 1)
    assert (trend.series[0].times.standing, trend.series[0].times.not_checked) == (0, 1)


def test_an_audit_by_other_engines_or_rules_is_marked(file_store):
    same = {"engines": {"axe-core": "4.15.0"}}
    both = {"engines": {"axe-core": "4.15.0", "tesseract": "5.3"}}
    steps = [
        ({}, ()),
        ({"browser": "Chromium 999", "config_sha256": "e" * 64}, ()),  # neither engine nor rule
        (same, (Mark(what="axe-core", before="4.14.1", now="4.15.0"),)),
        (same, ()),
        (both, (Mark(what="tesseract", before="", now="5.3"),)),
        (same, (Mark(what="tesseract", before="5.3", now=""),)),
        (same | {"tool_version": "0.2.0"}, (Mark(what="handrail", before="0.1.0", now="0.2.0"),)),
        (same | {"tool_version": "0.2.0", "rules_sha256": "9" * 64}, (Mark(what="rules"),)),
    ]
    for n, (changes, _) in enumerate(steps):
        audit(file_store, f"r{n}", n, {"a": GOOD}, **changes)

    assert [one.marks for one in told(file_store).audits] == [marks for _, marks in steps]


def test_a_mark_is_of_what_is_compared_and_not_of_a_gap(file_store):
    new = {"engines": {"axe-core": "4.15.0"}}
    audit(file_store, "r1", 0, {"a": GOOD})
    audit(file_store, "r2", 7, {"a": GOOD}, state="incomplete", **new)
    audit(file_store, "r3", 14, {"a": GOOD}, **new)

    assert [len(one.marks) for one in told(file_store).audits] == [0, 0, 1]


# Time to fix


def test_the_time_to_fix_is_counted_in_days_and_what_stands_is_told_apart(store):
    audit(store, "r1", 0, {"a": page(IMAGE, LINK), "b": page(REGION)})
    audit(store, "r2", 3, {"a": page(LINK, sin("1")), "b": page(REGION)})
    audit(store, "r3", 10, {"a": page(sin("1")), "b": page(REGION)})
    audit(store, "r4", 30, {"a": page(IMAGE, sin("1")), "b": page(REGION)})

    times = told(store).series[0].times

    assert (times.fixed, times.median, times.ninth, times.from_start) == (2, 6.5, 10, 2)  # 3 days and 10
    assert (times.standing, times.standing_median, times.standing_oldest) == (3, 27, 30)  # 0, 27 and 30
    assert times.not_checked == 0


def test_an_issue_that_came_back_has_two_lives(file_store):
    for n, (day, found) in enumerate(((0, [IMAGE]), (5, []), (9, [IMAGE]), (29, []))):
        audit(file_store, f"r{n}", day, {"a": page(*found), "b": GOOD})

    times = told(file_store).series[0].times

    assert (times.fixed, times.median, times.ninth, times.from_start) == (2, 12.5, 20, 1)


def test_a_period_counts_its_own_repairs_and_still_knows_what_came_before(file_store):
    audit(file_store, "r1", 0, {"a": page(IMAGE, LINK)})
    audit(file_store, "r2", 7, {"a": page(LINK)})
    audit(file_store, "r3", 14, {"a": page(REGION)})

    def since(day):
        return told(file_store, since=date(2027, 3, day))

    assert states(since(8)) == [(0, 1, 0, 1, 0), (1, 0, 0, 1, 0)]
    assert states(since(9)) == [(1, 0, 0, 1, 0)]
    assert [since(day).series[0].times.fixed for day in (1, 8, 9, 15, 16)] == [2, 2, 1, 1, 0]
    assert since(16).audits == ()


def test_a_day_is_one_of_the_city(file_store):
    """23:30 and 00:30 in Toronto are two days, and one day in UTC."""
    late = timedelta(hours=12, minutes=30)  # 04:30 UTC
    audit(file_store, "r1", 0, {"a": page(IMAGE)})
    store_late = DAY_ONE + late
    for run_id, moment, result in (
        ("r2", store_late, page(IMAGE, LINK)),
        ("r3", store_late + timedelta(hours=1), GOOD),
    ):
        file_store.begin_run(run_record(run_id, started=moment))
        file_store.begin_site(site_record(run_id))
        file_store.add_links(run_id, "main", [Link(url=url("a"))])
        (lease,) = file_store.lease(run_id, "main", owner="w", limit=1, seconds=60)
        file_store.finish(lease, result)
        file_store.finish_site(run_id, "main", "complete")

    trend = told(file_store, by="criterion")

    by_group = {one.group: one.times.median for one in trend.series}
    assert by_group == {"1.1.1": 1, "2.4.4": 1, "4.1.2": 1}
    assert [one.begun[:10] for one in trend.audits] == ["2027-03-01", "2027-03-01", "2027-03-02"]


def test_what_came_and_went_on_a_preview_is_no_repair_of_the_site(file_store):
    audit(file_store, "r1", 0, {"a": GOOD})
    audit(file_store, "r2", 1, {"a": page(IMAGE)}, preview=True)
    audit(file_store, "r3", 2, {"a": GOOD})

    trend = told(file_store)

    assert states(trend) == [(0, 0, 0, 0, 0), (0, 0, 0, 0, 0)]
    assert trend.series[0].times.fixed == 0


@pytest.mark.parametrize(
    ("days", "found"),
    [([4], 4), ([1, 2], 2), (range(1, 11), 9), (range(1, 12), 10), (range(1, 101), 90), ([7] * 30, 7)],
)
def test_nine_of_ten_is_a_time_that_one_took(days, found):
    assert nearest_rank(list(days), 90) == found


# Groups

FOOTER = PartEntry(parts=("contentinfo*",), name_en="Site footer", name_fr="Pied de page", owner="Design")


def test_groups_are_counted_apart(store):
    audit(store, "r1", 0, {"a": page(IMAGE, LINK), "b": page(LINK, REGION)})
    audit(store, "r2", 7, {"a": page(IMAGE), "b": page(REGION)})

    def by(what):
        series = told(store, by=what, owners=Owners(site="Web team", parts=[FOOTER])).series
        return {one.group: ([count.per_100 for count in one.counts], one.times.fixed) for one in series}

    assert by("site") == {"main": ([200, 100], 1)}
    assert by("part") == {"content": ([100, 100], 0), "Site footer": ([100, 0], 1)}
    assert by("owner") == {"Web team": ([100, 100], 0), "Design": ([100, 0], 1)}
    assert by("criterion") == {
        "": ([50, 50], 0),  # best practice
        "1.1.1": ([50, 50], 0),
        "2.4.4": ([100, 0], 1),  # a fault of two criteria counts in both
        "4.1.2": ([100, 0], 1),
    }


AREA = AreaEntry(urls=("/pay/*",), owner="Finance")


def test_an_issue_counts_with_those_who_own_the_addresses_where_it_was_seen_last(store):
    missing = finding(selector="main img")
    audit(store, "r1", 0, {"pay/a": page(missing), "b": page(), "c": page(LINK)})
    audit(store, "r2", 7, {"pay/a": page(REGION), "b": page(), "c": page(LINK)})
    audit(store, "r3", 14, {"pay/a": page(REGION), "b": page(REGION), "c": page(LINK)})
    audit(store, "r4", 21, {"pay/a": page(), "b": page(), "c": page(missing)}, preview=True)

    def by_owner():
        owners = Owners(site="Web team", parts=[FOOTER], areas=[AREA])
        pages = last_pages(store, store.site_history("main"))
        series = told(store, by="owner", owners=owners, pages=pages).series
        return {one.group: [count.places for count in one.counts] for one in series}

    # What is in the footer is Design's wherever it stands; a region without a landmark is on pages of both.
    assert by_owner() == {"Design": [1, 1, 1], "Finance": [1, 1, 2], "Web team": [0, 1, 2]}
    store.purge(lambda held, holds: [one for one in held if one.run_id == "r1"], {"by": "Clerk", "reason": "due"})
    assert by_owner() == {"Design": [1, 1, 1], "Finance": [0, 1, 2], "Web team": [1, 1, 2]}


def test_a_site_has_its_own_history(file_store):
    audit(file_store, "r1", 0, {"a": page(IMAGE)}, keys=("main", "other"))
    audit(file_store, "r2", 7, {"a": GOOD}, keys=("main",))

    assert file_store.site_keys() == ("main", "other")
    assert states(told(file_store, "main")) == [(1, 0, 0, 0, 0), (0, 0, 0, 1, 0)]
    assert states(told(file_store, "other")) == [(1, 0, 0, 0, 0)]


def test_counts_outlive_a_purge_and_coverage_does_not(store):
    audit(store, "r1", 0, {"a": page(IMAGE), "b": DOWN})
    audit(store, "r2", 7, {"a": GOOD, "b": GOOD})
    before = told(store)
    store.purge(lambda held, _: [one for one in held if one.run_id == "r1"], {"by": "x", "reason": "y"})

    after = told(store)

    assert after.series == before.series
    assert [one.coverage for one in before.audits] == [50, 100]
    assert [one.coverage for one in after.audits] == [None, 100]


# As it is shown


@pytest.fixture
def shown(file_store):
    audit(file_store, "r1", 0, {"a": page(IMAGE, LINK, sin("1")), "b": page(LINK)})
    audit(file_store, "r2", 7, {"a": page(IMAGE)}, state="incomplete", reasons=["time-budget-spent"])
    audit(file_store, "r3", 14, {"a": page(IMAGE), "b": GOOD}, engines={"axe-core": "4.15.0"})

    def as_(form, words, by="site"):
        trend = Trend(by=by, since="", sites=(told(file_store, by=by, owners=Owners(site="Web team", parts=[FOOTER])),))
        return form(trend, Words(words))

    return as_


def test_text_marks_engines_and_shows_gaps(shown):
    def cells(line):
        return " ".join(line.split())

    lines = shown(formats.as_text, "en").splitlines()

    assert lines[0] == "main: 127.0.0.1"
    assert lines[1].split() == [
        *("Audit", "Pages", "Coverage", "Places/100", "Failing/100"),
        *("New", "Open", "Returned", "Fixed", "Not", "checked"),
    ]
    assert cells(lines[2]) == "1 Mar 2027 2 100% 200 150 3 0 0 0 0"
    assert (
        cells(lines[3]) == "8 Mar 2027 not compared: the audit is incomplete. The time allowed for this site ran out."
    )
    assert "axe-core 4.14.1 -> 4.15.0" in lines[4]
    assert cells(lines[5]) == "15 Mar 2027 2 100% 50 50 0 1 0 2 0"
    assert "Fixed: 2 issues. " in lines[6]
    assert "median 10.5 days, nine of ten within 14 days" in lines[6]  # the exposure was gone where r2 looked
    assert lines[7].strip().startswith("2 of them were there at the first audit already")
    assert lines[8].strip() == "Still there: 1 issue. Median age 14 days, the oldest 14 days."


def test_text_is_said_in_french(shown):
    assert "non comparé\xa0: l’audit est incomplet" in shown(formats.as_text, "fr")
    assert "Pied de page" in shown(formats.as_text, "fr", "part")
    assert "Aucun critère ne le demande" in shown(formats.as_text, "fr", "criterion")


def test_json_and_csv_hold_the_same_numbers(shown):
    (site,) = json.loads(shown(formats.as_json, "en", "owner"))["sites"]
    rows = list(csv.DictReader(io.StringIO(shown(formats.as_csv, "en", "owner").removeprefix("\ufeff"))))

    of_json = {(one["group"], counts["run"]): counts for one in site["series"] for counts in one["counts"]}
    of_csv = {(row["group"], row["run"]): row for row in rows if row["record"] == "audit"}
    assert of_json.keys() == of_csv.keys() == {(who, run) for who in ("Design", "Web team") for run in ("r1", "r3")}
    for key, counts in of_json.items():
        assert [str(counts[name]) for name in ("places", "new", "fixed")] == [
            of_csv[key][name] for name in ("places", "new", "fixed")
        ]
        assert str(counts["per_100"]) == of_csv[key]["per_100_pages"]
    assert [row["run"] for row in rows if row["record"] == "gap"] == ["r2"]
    period = {row["group"]: row for row in rows if row["record"] == "period"}
    assert (period["Design"]["fixed"], period["Design"]["nine_in_ten_days"]) == ("1", "14")
    assert of_csv["Design", "r3"]["changed"] == "axe-core 4.14.1 -> 4.15.0"


def test_nothing_of_an_exposure_but_its_number_is_shown(shown):
    for form in (formats.as_text, formats.as_json, formats.as_csv):
        for by in ("site", "part", "owner", "criterion"):
            assert "•••" not in shown(form, "en", by)
            assert "1" * 64 not in shown(form, "en", by)
