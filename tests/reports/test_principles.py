"""The audit under a City's principles: measures as the report has them, estimates with their assumption."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from audits.model import Kind
from audits.standards import principles
from handrail.config import ConfigError, load_policy
from handrail.publish import principles_of
from reports.formats import html as pages
from reports.formats.json import to_data
from reports.model import PolicyMeasure, Report
from reports.principles import MEASURES, Lives, check, lives_of
from reports.store.records import AuditRecord, IssueHistory, LifeRecord, SiteHistory
from reports.text import Words

Make = Callable[..., Any]
OWN = """
name_en = "Charter"
name_fr = "Charte"
source = "Council, 2026"
date = 2026-11-01
status = "guidance"
[assumptions]
audit_watts = 30
[[principle]]
id = "open"
title_en = "Open"
title_fr = "Ouvert"
text_en = "All of it."
text_fr = "Tout."
measures = ["coverage", "audit-energy"]
"""


def measures(report: Report) -> dict[str, PolicyMeasure]:
    assert report.policy is not None
    return {one.key: one for principle in report.policy.principles for one in principle.measures}


def told(make: Make, *sites: Any, **changes: Any) -> dict[str, tuple[int | None, int | None]]:
    return {key: (one.value, one.of) for key, one in measures(make("report_of", *sites, **changes)).items()}


def test_the_six_principles_use_every_measure_once() -> None:
    known = principles()

    check(known)
    assert [one.id for one in known.principles] == [
        "customer", "access", "value", "privacy", "leadership", "collaboration",
    ]  # fmt: skip
    assert sorted(key for one in known.principles for key in one.measures) == sorted(MEASURES)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_measure_has_its_words(language: Any) -> None:
    words = Words(language)

    assert [key for key in MEASURES if not words.has(f"policy.measure.{key}")] == []
    assert [key for key in principles().assumptions if not words.has(f"policy.assumption.{key}")] == []


def test_measures_are_the_reports_own_numbers(whole_city: Report) -> None:
    found = measures(whole_city)
    totals = whole_city.totals

    assert (found["coverage"].value, found["coverage"].of) == (totals.pages_audited, totals.pages_found)
    assert found["places-rate"].value == totals.places_per_100_pages
    assert found["criteria-failing"].value == sum(site.required.fails for site in whole_city.sites)
    assert (found["feedback-answered"].value, found["feedback-answered"].of) == (1, 8)
    assert found["feedback-overdue"].value == 2
    assert found["vendor-sites"].value == 1
    assert found["exposures-open"].value == totals.exposures.open


def test_a_unit_that_took_up_nothing_is_silent(make: Make) -> None:
    owned = make("work")
    given = replace(owned, assigned="Templates", stage="in-progress")
    key = make("issue", "axe/button-name", 1).fingerprint
    site = make("site", issues=(make("issue", "axe/button-name", 1),))

    silent = told(make, site, work={"main": {key: owned}})
    taken = told(make, site, work={"main": {key: given}})

    assert (silent["owners-silent"], taken["owners-silent"]) == ((1, 1), (0, 1))


@pytest.mark.parametrize(
    ("weight", "page", "energy"),
    [((0, 0), (None, None), None), ((4_000_000_000, 2_000), (2_000_000, 2_000), 388)],
)
def test_energy_is_estimated_from_what_pages_load(
    make: Make, weight: tuple[int, int], page: tuple[int | None, int | None], energy: int | None
) -> None:
    found = told(make, make("site", weight=weight))

    assert found["page-weight"] == page
    assert found["view-energy"] == (energy, None)


def test_what_was_not_measured_is_not_nought(make: Make) -> None:
    found = told(make, make("unreachable_site"))

    for key in ("feedback-answered", "criteria-failing", "documents-failing", "exposures-open", "audit-energy"):
        assert found[key][0] is None


def test_hours_are_saved_where_a_part_is_repaired_once(make: Make) -> None:
    issue = make("issue", "axe/button-name", 1, part_key="banner", part_name="Header", places=601, pages=601)

    one = measures(make("report_of", make("site", issues=(issue,))))["hours-saved"]

    assert (one.value, one.unit, one.assumption) == (60, "hours", "minutes_per_place")


@pytest.mark.parametrize(("target", "expected"), [(0, (3, None)), (2, (2, 3))], ids=["no target", "within two days"])
def test_exposures_are_contained_in_the_time_that_the_city_set(
    make: Make, target: int, expected: tuple[int, int | None]
) -> None:
    lives = {"main": Lives(fixed=(4, 10), contained=(1, 2, 9), target=target)}

    found = told(make, make("site"), lives=lives)

    assert found["exposures-contained"] == expected
    assert found["days-to-fix"] == (7, 2)


def history(*lives: tuple[Kind, int, int | None]) -> SiteHistory:
    audits = tuple(
        AuditRecord(
            seq=n, run=f"run-{n}", host="h", preview=False,
            started=datetime(2026, 11, n, 12, tzinfo=UTC), trigger="person", sample="",
            state="complete", reasons=(), settled=True, tool_version="", engines={}, rules_sha256="", pages=1,
            reachable=1,
        )
        for n in (1, 3, 9)
    )  # fmt: skip
    issues = tuple(
        IssueHistory(
            fingerprint=f"{n}", rule="r", kind=kind, part_key="", part_name="",
            lives=(LifeRecord(first=first, fixed=fixed),), seen={},
        )
        for n, (kind, first, fixed) in enumerate(lives)
    )  # fmt: skip
    return SiteHistory(site=None, audits=audits, issues=issues)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("run", "fixed", "contained"), [("run-9", (2, 8), (6,)), ("run-3", (2,), ()), ("run-1", (), ())]
)
def test_a_life_counts_from_the_audit_that_saw_it_to_the_one_that_did_not(
    run: str, fixed: tuple[int, ...], contained: tuple[int, ...]
) -> None:
    seen = history(
        (Kind.ACCESSIBILITY, 1, 3), (Kind.ACCESSIBILITY, 1, 9), (Kind.ACCESSIBILITY, 3, None), (Kind.EXPOSURE, 3, 9)
    )

    lives = lives_of(seen, run, 2, UTC)

    assert (lives.fixed, lives.contained) == (fixed, contained)


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "Customer first",
                "not measured",
                "Assumption: 0.194 kWh for each gigabyte",
                "Residents’ reports answered",
            ],
        ),
        ("fr", ["Le client d’abord", "non mesuré", "Hypothèse : 0,194 kWh par gigaoctet"]),
    ],
)
def test_the_page_says_what_is_an_estimate(whole_city: Report, language: Any, sentences: list[str]) -> None:
    data = json.loads(json.dumps(to_data(whole_city)))
    page = pages.render_pages(data)[pages.page_name("policy", language)]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").replace("\u202f", " "))

    assert [one for one in sentences if one not in words] == []


def test_another_city_writes_its_own(tmp_path: Any) -> None:
    (tmp_path / "charter.toml").write_text(OWN, "utf-8")
    (tmp_path / "handrail.toml").write_text('[policy]\nfile = "charter.toml"\n', "utf-8")

    found = principles_of(load_policy(tmp_path / "handrail.toml"))

    assert [one.id for one in found.principles] == ["open"]
    assert found.assumptions == {"minutes_per_place": 6, "audit_watts": 30, "kwh_per_gigabyte": 0.194}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"coverage"', '"score"', "'score' is no measure"),
        ("audit_watts = 30", "watts = 30", "watts: is not known"),
        ("audit_watts = 30", "audit_watts = -1", "must be a number"),
        ('title_fr = "Ouvert"\n', "", "lacks title_fr"),
        ('id = "open"', 'id = "open"\ncolour = "red"', "colour is not known"),
        ("[[principle]]", "[other]", "no [[principle]]"),
        ("date = 2026-11-01", "date = 'today'", "date must be a day"),
        ('["coverage", "audit-energy"]', '"coverage"', "measures must be a list"),
        ('name_en = "Charter"', "name_en = 3", "name_en must be a text"),
        ('name_en = "Charter"', "name_en = ", "charter.toml"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Any, old: str, new: str, said: str) -> None:
    (tmp_path / "charter.toml").write_text(OWN.replace(old, new), "utf-8")
    (tmp_path / "handrail.toml").write_text('[policy]\nfile = "charter.toml"\n', "utf-8")

    with pytest.raises(ConfigError, match=re.escape(said)):
        principles_of(load_policy(tmp_path / "handrail.toml"))


def test_a_file_that_is_not_there_is_told(tmp_path: Any) -> None:
    (tmp_path / "handrail.toml").write_text('[policy]\nfile = "charter.toml"\n', "utf-8")

    with pytest.raises(ConfigError, match="cannot be read"):
        principles_of(load_policy(tmp_path / "handrail.toml"))


def test_the_french_of_the_package_keeps_its_colons_with_their_words():
    told = principles()
    french = [told.name_fr, *(text for one in told.principles for text in (one.title_fr, one.text_fr))]

    assert [text for text in french if re.search(r" [:;?!»]|« ", text)] == []
