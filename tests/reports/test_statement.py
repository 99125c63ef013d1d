"""The draft statement and the evidence page: counts, and what a named person confirmed; nothing is made up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from handrail.config import ConfigError, parse_policy
from reports.facts import Confirmed
from reports.formats import html as pages
from reports.formats.json import to_data
from reports.model import Report, Statement
from reports.text import Language

Make = Callable[..., Any]
OPEN = {"en": "[Nobody has confirmed anything about this.", "fr": "[Personne n’a rien confirmé à ce sujet."}


def told(report: Report, language: Language, path: str = "sites/main/", stem: str = "index") -> str:
    data = json.loads(json.dumps(to_data(report)))
    page = pages.render_pages(data)[path + pages.page_name(stem, language)]
    if stem == "index":
        page = page[page.index('<section class="sec" id="statement"') : page.index('<section class="sec" id="sign"')]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").replace("\u202f", " "))


def confirmed(**changes: Any) -> Confirmed:
    texts = {"contact_en": "Call us.", "contact_fr": "Appelez-nous.", "reply_en": "We answer within 5 working days."}
    return Confirmed(**{"by": "J. Roy", "on": date(2026, 11, 1), "until": None, "texts": texts, **changes})


def statement(make: Make, one: Confirmed | None, **changes: Any) -> Statement:
    known = {} if one is None else {"": one}
    report = make("report_of", make("failing_site") if not changes else make("site", **changes), confirmed=known)
    return report.sites[0].statement  # type: ignore[no-any-return]


def test_what_nobody_confirmed_is_left_open(make: Make) -> None:
    nothing = statement(make, None)
    some = statement(make, confirmed())

    assert [one.text for one in nothing.facts] == [None] * 5
    assert {one.key for one in some.facts if one.text} == {"contact", "reply"}
    assert (nothing.by, some.by) == ("", "J. Roy")


@pytest.mark.parametrize(("until", "said"), [(date(2026, 11, 23), True), (date(2026, 11, 22), False)])
def test_what_was_confirmed_ends_on_its_day(make: Make, until: date, said: bool) -> None:
    one = statement(make, confirmed(until=until))

    assert one.ended is not said
    assert any(fact.text for fact in one.facts) is said


def test_a_barrier_is_named_once_and_only_where_the_law_names_its_criterion(make: Make) -> None:
    titles = [one.title.en for one in statement(make, None).barriers]

    assert titles == ["Button has no name", "Image has no text alternative", *titles[2:]]
    assert len(titles) == len(set(titles))
    assert "Target is too small" not in titles  # of the City's goal alone
    assert "Page is not in landmarks" not in titles


def test_a_barrier_that_only_people_saw_is_named_by_its_criterion(make: Make) -> None:
    data = make("site")
    answers = [make("answer", one, "does-not-support") for one in make("questions", data) if "1.3.3" in one.criteria]

    report = make("report_of", data, answers=answers)

    assert [one.title.en for one in report.sites[0].statement.barriers] == ["Sensory Characteristics"]


@pytest.mark.parametrize(
    ("decided", "named"), [("", True), ("accepted", True), ("partly-accepted", True), ("false-alarm", False)]
)
def test_a_false_alarm_is_no_barrier_and_an_exception_is_one(make: Make, decided: str, named: bool) -> None:
    data = make("site", issues=(make("issue", "axe/button-name", 1),))
    waivers = (make("waiver", "w"),) if decided else ()
    works = {"main": {data.issues[0].fingerprint: make("work", decided=decided, waivers=waivers)}}

    report = make("report_of", data, work=works)

    assert bool(report.sites[0].statement.barriers) is named


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_draft_says_what_is_known_and_no_more(make: Make, language: Language) -> None:
    page = told(make("report_of", make("failing_site"), confirmed={"": confirmed()}), language)

    assert page.count(OPEN[language]) == 3
    assert ("Call us." if language == "en" else "Appelez-nous.") in page
    assert ("criteria fail on at least one page" if language == "en" else "échouent sur au moins une page") in page
    assert not re.search(r"\b(?:most|mostly|nearly|largely|la plupart|presque|en grande partie)\b", page, re.IGNORECASE)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_site_that_was_not_audited_has_no_counts(make: Make, language: Language) -> None:
    page = told(make("report_of", make("unreachable_site")), language, "sites/museum/")

    assert not re.search("fail on at least|échoue sur|échouent sur", page)


@pytest.mark.parametrize(("language", "sentence"), [("en", "It answers nothing."), ("fr", "Elle ne répond à rien.")])
def test_the_evidence_page_answers_nothing(whole_city: Report, language: Language, sentence: str) -> None:
    page = told(whole_city, language, "", "aoda")

    assert sentence in page
    assert "1.1.1" in page
    assert "old-map" in page


STATEMENT = "[statement]\nby = 'J. Roy'\non = 2026-11-01\n"
SITE = '[sites.main]\nstart = ["https://c.example/"]\n'


def test_a_sites_own_table_goes_before_the_common_one_as_a_whole() -> None:
    own = "[sites.main.statement]\nby = 'A. Osei'\non = 2026-11-02\nreply_en = 'In a week.'\n"

    policy = parse_policy(SITE + own + STATEMENT + "contact_en = 'Call us.'\n")

    assert policy.confirmed()["main"].by == "A. Osei"
    assert policy.confirmed()["main"].texts["contact_en"] == ""
    assert policy.confirmed()[""].texts["contact_en"] == "Call us."


@pytest.mark.parametrize(
    "wrong",
    ["[statement]\ncontact_en = 'Call us.'\n", STATEMENT + "until = 2026-10-01\n", STATEMENT + "promise = 'Soon.'\n"],
)
def test_nothing_is_confirmed_without_a_person_and_a_day(wrong: str) -> None:
    with pytest.raises(ConfigError):
        parse_policy(SITE + wrong)
