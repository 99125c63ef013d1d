"""Who repairs an issue by when, and what was decided, as the report tells it; none of it changes a result."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from reports.formats import html as pages
from reports.formats.json import to_data
from reports.model import Report, SiteReport
from reports.text import Language

Make = Callable[..., Any]


def main(report: Report) -> SiteReport:
    return next(site for site in report.sites if site.key == "main")


def told(report: Report, language: Language, path: str = "sites/main/") -> str:
    data = json.loads(json.dumps(to_data(report)))
    page = pages.render_pages(data)[path + pages.page_name("index", language)]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").replace("\u202f", " "))


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "Design, GIS, assigned to Templates · ready for re-check · due 1 November 2026 overdue",
                "Marked ready, and found again on 23 November 2026.",
                "Returned · Accepted in part",
                "Accepted until 30 April 2027 on some pages; 96 pages are open.",
                "Called a false alarm",
                "Entry 7 of the log",
                "22 Nov 2026 ended",
                "speaks for nothing that was found",
                "In an accessible form: https://city.example/map/list",
            ],
        ),
        ("fr", ["confié à Templates · prêt à revérifier · échéance le 1er novembre 2026 en retard", "Fausse alerte :"]),
    ],
)
def test_a_site_tells_who_repairs_what_by_when_and_what_was_accepted(
    whole_city: Report, language: Language, sentences: list[str]
) -> None:
    page = told(whole_city, language)

    assert [one for one in sentences if one not in page] == []


def test_a_part_of_a_site_counts_for_the_unit_that_repairs_it(whole_city: Report) -> None:
    site = main(whole_city)
    rows = {row.owner: row for row in site.owners}

    assert (rows["Design"].issues, rows["Design"].overdue, rows["Design"].sites) == (1, 1, 1)
    assert sum(row.issues for row in site.owners) == site.issues_failing
    assert sum(row.places for row in site.owners) == site.places
    assert sum(row.exposures for row in site.owners) == site.exposures.open
    assert sum(row.issues for row in whole_city.owners) == sum(one.issues_failing for one in whole_city.sites)
    assert whole_city.owners[0].owner == "Design"  # what is late comes first
    assert "No due dates are recorded." not in told(whole_city, "en", "")


def test_what_was_accepted_changes_no_number(make: Make) -> None:
    data = make("site", issues=(make("issue", "axe/image-alt", 3, places=143, pages=97),))
    waiver = make("waiver", "old-map")
    accepted = {"main": {f"1:{3:032x}": make("work", decided="accepted", waivers=(waiver,))}}

    before = make("report_of", data)
    after = make("report_of", data, work=accepted, waivers=(waiver,))

    for name in ("verdict", "required", "places", "issues_failing", "groups", "first", "criteria"):
        assert getattr(main(after), name) == getattr(main(before), name)
    assert main(after).owners[0].accepted == 1
    assert "No due dates are recorded." in told(after, "en", "")


@pytest.mark.parametrize(
    ("changes", "listed"),
    [
        ({}, True),
        ({"site": ""}, False),  # of all sites, and it speaks for nothing here
        ({"site": "other"}, False),
    ],
)
def test_an_exception_stands_on_the_page_of_its_site(make: Make, changes: dict[str, str], listed: bool) -> None:
    site = main(make("report_of", make("site"), waivers=(make("waiver", "old-map", **changes),)))

    assert [one.name for one in site.exceptions] == ["old-map"] * listed


@pytest.mark.parametrize(("until", "ended"), [(date(2026, 11, 22), True), (date(2026, 11, 23), False)])
def test_an_exception_holds_on_its_last_day(make: Make, until: date, ended: bool) -> None:
    site = main(make("report_of", make("site"), waivers=(make("waiver", "map", until=until),)))

    assert [one.ended for one in site.exceptions] == [ended]
