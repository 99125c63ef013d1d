"""Severity: identifier by linkage by kind of page; people; children."""

from __future__ import annotations

from typing import Any

import pytest

from audits.model import Impact, Tier
from audits.privacy.linkage import born_a_child, latest_year, names_child, page_kind, people, severity

CRITICAL, HIGH, MODERATE, LOW = Impact.CRITICAL, Impact.SERIOUS, Impact.MODERATE, Impact.MINOR


@pytest.mark.parametrize(
    ("entity", "beside", "how", "expected"),
    [
        ("CA_SIN", (), {}, HIGH),
        ("CA_SIN", ("PERSON",), {}, CRITICAL),
        ("CA_SIN", ("PERSON",), {"tier": Tier.REVIEW}, HIGH),
        ("CA_SIN", (), {"where": "comment"}, HIGH),
        ("CA_SIN", ("PERSON",), {"where": "script"}, HIGH),
        ("CA_SIN", (), {"child": True}, CRITICAL),
        ("CA_SIN", (), {"page": "minutes"}, HIGH),
        ("DATE_OF_BIRTH", (), {}, MODERATE),
        ("DATE_OF_BIRTH", ("PERSON",), {}, HIGH),
        ("DATE_OF_BIRTH", ("PERSON", "CIVIC_ADDRESS"), {}, CRITICAL),
        ("DATE_OF_BIRTH", ("PERSON", "PHONE_NUMBER"), {"child": True}, CRITICAL),
        ("CIVIC_ADDRESS", (), {}, LOW),
        ("CIVIC_ADDRESS", ("PERSON",), {}, MODERATE),
        ("CIVIC_ADDRESS", ("PERSON", "DATE_OF_BIRTH"), {}, HIGH),
        ("CIVIC_ADDRESS", ("PERSON",), {"page": "minutes"}, LOW),
        ("CIVIC_ADDRESS", ("PERSON",), {"page": "complaint"}, HIGH),
        ("CIVIC_ADDRESS", (), {"page": "application"}, LOW),
        ("PHONE_NUMBER", ("PERSON",), {"page": "delegation"}, LOW),
        ("PHONE_NUMBER", ("PERSON",), {"child": True}, HIGH),
        ("EMAIL_ADDRESS", ("PERSON",), {"where": "hidden"}, LOW),
        ("PERSON", ("CA_SIN",), {}, HIGH),
        ("CA_POSTAL_CODE", ("CIVIC_ADDRESS",), {}, LOW),
        ("CA_POSTAL_CODE", ("PERSON", "DATE_OF_BIRTH"), {}, MODERATE),
        ("CA_ON_PROPERTY_ROLL", ("PERSON",), {}, LOW),
        ("CA_ON_LICENCE_PLATE", (), {}, MODERATE),
        ("IP_ADDRESS", (), {"where": "script"}, LOW),
    ],
)
def test_severity(entity: str, beside: tuple[str, ...], how: dict[str, Any], expected: Impact) -> None:
    assert severity(entity, beside, **{"tier": Tier.REPORT, **how}) is expected


@pytest.mark.parametrize(
    ("path", "title", "heading", "kind"),
    [
        ("/council/minutes-2026-10-27", "City", "", "minutes"),
        ("/x/1", "Ordre du jour - Ville", "", "minutes"),
        ("/x/1", "City", "Delegation request", "delegation"),
        ("/fr/plaintes", "Ville", "", "complaint"),
        ("/permits/pool", "Application for a pool enclosure", "", "application"),
        ("/staff/", "City", "Complaints", "directory"),
        ("/fr/annuaire", "", "", "directory"),
        ("/our_team", "", "", "directory"),
        ("/parks/", "Parks", "Trails", ""),
        ("/minutely", "Five minuteseries", "", ""),
        ("/news/contactless", "News", "", ""),
        ("/web-applications-x", "City", "Reapplication", "application"),
        ("/", "", "", ""),
    ],
)
def test_kind_of_page(path: str, title: str, heading: str, kind: str) -> None:
    assert page_kind(path, title, heading) == kind


@pytest.mark.parametrize(
    ("text", "child"),
    [
        ("Child's name:", True),
        ("parent or guardian", True),
        ("élève de maternelle", True),
        ("camp de jour", True),
        ("in grade 4", True),
        ("Guardian Angel Childs", True),
        ("Childs Road", False),
        ("miner", False),
        ("transparent", False),
        ("upgrade 4", False),
        ("student council of the university", False),
        ("camp ground", False),
    ],
)
def test_words_that_name_a_child(text: str, child: bool) -> None:
    assert names_child(text) is child


def test_a_date_of_birth_is_a_childs_by_what_its_page_says_of_the_year() -> None:
    assert latest_year("2019, 2026 and 12029") == 2026
    assert latest_year("Born in 2025, built in 1975", [(8, 12)]) == 0
    assert born_a_child("May 3, 2015", 2026)
    assert not born_a_child("May 3, 2015", 0)
    assert not born_a_child("03/05/15", 2026)
    assert not born_a_child("1980-05-03", 2026)


def test_people_are_counted_by_what_each_has_one_of() -> None:
    assert people([]) == 0
    assert people([("PHONE_NUMBER", "a"), ("PHONE_NUMBER", "b"), ("CREDIT_CARD", "c"), ("CREDIT_CARD", "d")]) == 1
    assert people([("PERSON", "a"), ("PERSON", "b"), ("PERSON", "a"), ("CA_SIN", "c")]) == 2
