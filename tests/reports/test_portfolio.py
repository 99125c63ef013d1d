"""All sites on one page: each by its last audit, their trend, and what comes up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audits.model import Disposition
from reports.coming import COMING_LISTED
from reports.facts import Aim, Confirmed, NeverAudited
from reports.formats.charts import charts
from reports.formats.html import Shown, render_pages, render_register
from reports.formats.json import register_data, to_data
from reports.model import ComingUp, Report
from reports.public import for_everybody
from reports.text import Words

Make = Callable[..., Any]
NOVEMBER_9 = datetime(2026, 11, 9, 6, tzinfo=UTC)


def of_run(data: Any, run_id: str) -> Any:
    return replace(data, site=replace(data.site, run_id=run_id))


@pytest.fixture
def mixed(make: Make) -> Report:
    """The main site was audited on 23 November; the other one two weeks before."""
    older = make("run", id="run-old", started=NOVEMBER_9, finished=NOVEMBER_9, tool_version="0.0.9")
    return make(
        "report_of",
        make("failing_site"),
        of_run(make("clean_site"), "run-old"),
        others=(older,),
        never_audited=(NeverAudited(key="golf", host="golf.alder.example", name_en="Golf", owner="Parks"),),
    )


def test_each_site_is_told_by_its_own_audit(mixed: Report) -> None:
    told = {site.key: (site.run.id, site.run.started[:10], site.run.tool_version) for site in mixed.sites}

    assert told == {"main": ("run-1", "2026-11-23", "0.1.0"), "emergency": ("run-old", "2026-11-09", "0.0.9")}
    assert (mixed.run.id, mixed.totals.audits, mixed.totals.first_audit[:10]) == ("run-1", 2, "2026-11-09")


def test_a_site_that_nobody_audited_is_told_and_counted(mixed: Report) -> None:
    page = render_pages(to_data(mixed))["index.html"]

    assert (mixed.totals.sites, mixed.totals.sites_not_audited, mixed.totals.sites_incomplete) == (3, 1, 1)
    assert [one.key for one in mixed.waiting] == ["golf"]
    assert "golf.<wbr>alder.<wbr>example" in page
    assert "No audit of it is kept yet" in page


def test_every_page_names_the_audit_that_it_tells(mixed: Report) -> None:
    pages = render_pages(to_data(mixed))

    assert "Audits from 9\u00a0November\u00a02026 to 23\u00a0November\u00a02026" in pages["index.html"]
    assert "Audit of 9\u00a0Nov\u00a02026" in pages["index.html"]
    assert "9\u00a0November\u00a02026" in pages["sites/emergency/index.html"]
    assert "23\u00a0November\u00a02026" not in pages["sites/emergency/index.html"]
    assert "Audits from 9\u00a0November\u00a02026" in pages["aoda.html"]
    assert "Audits from 9\u00a0November\u00a02026" in pages["policy.html"]
    assert "Audits from 9\u00a0November\u00a02026" in render_register(register_data(mixed))["privacy.html"]
    assert "Handrail 0.0.9" in pages["sites/emergency/index.html"]
    assert "9\u00a0November\u00a02026" not in pages["sites/main/index.html"].split('id="map"')[0]


def test_a_sample_of_one_site_is_not_said_of_all(make: Make) -> None:
    sample = make("run", id="run-2", started=datetime(2026, 11, 24, 6, tzinfo=UTC), sample="2 pages that changed")
    report = make("report_of", of_run(make("failing_site"), "run-2"), make("clean_site"), run_record=sample,
                  others=(make("run"),))  # fmt: skip
    pages = render_pages(to_data(report))

    assert "this audit did not look at the whole site" in pages["sites/main/index.html"]
    assert "this audit did not look at the whole site" not in pages["sites/emergency/index.html"]
    assert "this audit did not look at the whole site" not in pages["index.html"]
    assert "24\u00a0Nov\u00a02026 · Sample" in pages["index.html"]


# The trend


def test_all_sites_together_on_every_day_on_which_one_was_audited(make: Make) -> None:
    main = make("site", history=(make("earlier", "a", datetime(2026, 11, 2, 8, tzinfo=UTC), pages=100, places=300),))
    rec = replace(
        make("incomplete_site"),
        history=(make("earlier", "b", datetime(2026, 11, 10, 8, tzinfo=UTC), pages=50, places=60, in_documents=10),),
    )

    report = make("report_of", main, rec)

    assert [
        (p.on, p.sites, p.pages, p.to_fix, p.to_fix_in_documents, p.to_fix_per_100_pages) for p in report.trend
    ] == [
        ("2026-11-02", 1, 100, 300, 0, 300),
        ("2026-11-10", 2, 150, 360, 10, 233),
        ("2026-11-23", 2, 60, 4, 0, 7),
    ]
    assert report.totals.change == -226


@pytest.mark.parametrize("sample", ["", "2 pages that changed"])
def test_one_day_is_no_trend_and_a_sample_is_no_point_of_it(make: Make, sample: str) -> None:
    history = (make("earlier", "a", datetime(2026, 11, 2, 8, tzinfo=UTC), pages=9, places=3, sample=sample),)
    data = make("site", history=history if sample else ())

    report = make("report_of", data, run_record=make("run", sample=sample))

    assert (report.trend, report.totals.change) == ((), None)


def test_a_deploy_is_marked_with_what_it_brought_and_is_there_still(make: Make) -> None:
    history = (
        make("earlier", "a", datetime(2026, 11, 2, 8, tzinfo=UTC), pages=9, places=3),
        make(
            "earlier", "b", datetime(2026, 11, 9, 8, tzinfo=UTC), pages=1, places=3, trigger="deploy", sample="1 page"
        ),
        make("earlier", "c", datetime(2026, 11, 16, 8, tzinfo=UTC), pages=9, places=3, trigger="schedule"),
    )
    issues = (
        make("issue", "axe/button-name", 1, first_run="b", state="open", places=40),
        make("issue", "axe/image-alt", 2, first_run="b", state="fixed", places=7),
        make("issue", "axe/region", 3, first_run="c", state="open", places=5),
    )

    report = make("report_of", make("site", history=history, issues=issues), aims={"main": Aim(per_100_pages=10)})
    page = render_pages(to_data(report))["sites/main/index.html"]

    (mark,) = report.sites[0].deploys
    assert (mark.run, mark.on[:10], mark.issues, mark.places) == ("b", "2026-11-09", 1, 40)
    assert (
        page.count("Deploy, 9\u00a0Nov\u00a02026: 40 places") == 3
    )  # the wide drawing, and the words of both; the narrow one has no room
    assert page.count('class="target-t"') == 2
    assert "City goal: 10" in page


def test_points_stand_where_their_dates_are_and_no_two_dates_meet() -> None:
    days = ("2026-01-01", "2026-01-02", "2026-06-30", "2026-12-31")
    trend = [{"on": day, "to_fix_per_100_pages": n} for n, day in enumerate(days)]

    wide, narrow = charts(trend, None, (), Words("en"), wide=640)

    xs = [float(point.split()[0]) for point in wide["line"][1:].split("L")]
    assert xs[1] - xs[0] < 5
    assert abs((xs[2] - xs[0]) / (xs[3] - xs[0]) - 0.5) < 0.01
    assert [label["text"] for label in wide["dates"]] == [
        "1\u00a0Jan\u00a02026", "30\u00a0Jun\u00a02026", "31\u00a0Dec\u00a02026"
    ]  # fmt: skip
    assert len(narrow["dates"]) == 2


def test_a_goal_above_the_trend_is_on_the_drawing() -> None:
    trend = [{"on": "2026-01-01", "to_fix_per_100_pages": 3}, {"on": "2026-02-01", "to_fix_per_100_pages": 2}]
    aim = {"per_100_pages": 40, "by": "2026-12-31"}

    for language in ("en", "fr"):
        for drawing in charts(trend, aim, (), Words(language)):
            assert drawing["top"] <= drawing["aim"]["y"] < drawing["end_y"]
            assert len(drawing["aim"]["text"]) * 7 < drawing["width"] - drawing["left"]


# What comes up


def kinds(report: Report) -> list[tuple[str, str, int]]:
    return [(row.kind, row.on, row.n) for row in report.coming]


def test_what_is_to_be_done_now_comes_first_then_by_date(whole_city: Report) -> None:
    assert kinds(whole_city) == [
        ("contain", "2026-11-23", 1),
        ("overdue", "2026-11-01", 1),
        ("due", "2027-01-31", 1),
        ("exception-ends", "2027-04-30", 1),
        ("false-alarm-ends", "2027-04-30", 1),
        ("document-exception-ends", "2027-10-04", 1),
        ("law", "2027-12-31", 1),
    ]
    assert whole_city.totals.overdue == 1


def test_two_sites_issues_that_are_due_on_a_day_are_one_row_with_their_owners(make: Make) -> None:
    due = make("work", due=date(2026, 12, 15))
    parks = make("work", due=date(2026, 12, 15), owned=replace(due.owned, owner="Parks"))
    accepted = make("work", due=date(2026, 12, 15), decided="accepted", waivers=(make("waiver", "map"),))
    rec = make("incomplete_site")
    main = make("site", issues=tuple(make("issue", "axe/button-name", n) for n in (1, 2, 3)))
    works = {"main": {i.fingerprint: w for i, w in zip(main.issues, (due, due, accepted), strict=True)},
             "rec": {rec.issues[0].fingerprint: parks}}  # fmt: skip

    rows = [row for row in make("report_of", main, rec, work=works).coming if row.kind == "due"]

    assert [(row.on, row.n, row.site) for row in rows] == [("2026-12-15", 3, "")]
    assert [(one.owner, one.n) for one in rows[0].owners] == [("Digital Services", 2), ("Parks", 1)]


def test_answers_decisions_statements_and_audits_that_end_come_up(make: Make, answered_city: Report) -> None:
    officer = Disposition(
        finding="x-000000000000", ground="public-record", reason="Notice.", by="Clerk", on=date(2026, 1, 5),
        until=date(2026, 12, 1),
    )  # fmt: skip
    report = make(
        "report_of",
        make("clean_site"),
        dispositions=(officer, replace(officer, finding="x-000000000001", until=date(2026, 11, 22))),
        confirmed={"": Confirmed(by="J. Roy", on=date(2026, 1, 5), until=date(2026, 12, 31), texts={})},
        max_ages={"emergency": timedelta(days=30)},
    )

    assert kinds(report) == [
        ("decision-ends", "2026-12-01", 1),  # not the one that has ended
        ("audit-due", "2026-12-23", 1),
        ("statement-ends", "2026-12-31", 1),
        ("law", "2027-12-31", 1),
    ]
    assert ("answers-ended", "2026-11-23", 1) in kinds(answered_city)


def test_what_the_law_sets_is_told_however_much_comes_before(make: Make) -> None:
    waivers = tuple(make("waiver", f"w-{n}", until=date(2026, 12, 1) + timedelta(days=n)) for n in range(14))

    report = make("report_of", make("site"), waivers=waivers)

    assert len(report.coming) == COMING_LISTED
    assert (report.coming[-1].kind, report.more_coming) == ("law", 14 - COMING_LISTED + 1)


def test_a_copy_for_everybody_names_units_and_no_person_in_what_comes_up(make: Make) -> None:
    named = make("work", due=date(2026, 12, 15), assigned="A. Osei")
    main = make("site", issues=(make("issue", "axe/button-name", 1),))

    report = for_everybody(make("report_of", main, work={"main": {main.issues[0].fingerprint: named}}))

    pages = render_pages(to_data(report), shown=Shown(public=True))
    assert all("Osei" not in page for page in pages.values())
    assert "Digital Services" in pages["index.html"].split('id="coming"')[1]


def test_every_kind_of_row_has_words_in_both_languages(make: Make, whole_city: Report) -> None:
    from typing import get_args

    from reports.terms import ComingKind

    rows = tuple(ComingUp(on="2026-12-01", kind=kind, site="main", n=2, names=("x",)) for kind in get_args(ComingKind))
    pages = render_pages(to_data(replace(whole_city, coming=rows)))

    assert all(
        page.split('id="coming"')[1].count('<ul class="due">') == 1
        for page in (pages["index.html"], pages["index.fr.html"])
    )


def test_the_oldest_of_a_units_issues_is_named(make: Make) -> None:
    old = datetime(2026, 3, 2, 12, tzinfo=UTC)
    issues = (make("issue", "axe/button-name", 1, first_seen=old), make("issue", "axe/image-alt", 2),
              make("issue", "axe/region", 3, first_seen=datetime(2020, 1, 1, tzinfo=UTC)))  # fmt: skip

    report = make("report_of", make("site", issues=issues))

    assert [(row.owner, row.oldest) for row in report.owners] == [("Digital Services", "2026-03-02")]
