"""Allow-lists of a City: what they cover, and what they must not."""

from __future__ import annotations

import pytest

from audits.privacy.business import Business

LISTED = Business.of(
    domains=("vendor.example", "@Partner.example"),
    numbers=("(705) 555-0142", "+44 20 7946 0958"),
    pages=("/staff/*", "/events/*#complementary.hours", "/fr/annuaire"),
)


@pytest.mark.parametrize(
    ("entity", "value", "path", "part"),
    [
        ("EMAIL_ADDRESS", "jane@vendor.example", "/", "content"),
        ("EMAIL_ADDRESS", "jane@mail.Vendor.example", "/", "content"),
        ("EMAIL_ADDRESS", "jane@partner.example", "/", "content"),
        ("PHONE_NUMBER", "1-705-555-0142", "/", "content"),
        ("PHONE_NUMBER", "705.555.0142", "/", "content"),
        ("PHONE_NUMBER", "+442079460958", "/", "content"),
        ("PERSON", "Jane Roe", "/staff/parks", "content"),
        ("CIVIC_ADDRESS", "12 Elm Street", "/staff/parks/1", "footer"),
        ("PHONE_NUMBER", "705-555-0199", "/events/2", "complementary.hours"),
        ("EMAIL_ADDRESS", "jane@gmail.com", "/fr/annuaire", "content"),
    ],
)
def test_listed(entity: str, value: str, path: str, part: str) -> None:
    assert LISTED.holds(entity, value, path=path, part=part)


@pytest.mark.parametrize(
    ("entity", "value", "path", "part"),
    [
        ("EMAIL_ADDRESS", "jane@notvendor.example", "/", "content"),
        ("EMAIL_ADDRESS", "jane@vendor.example.org", "/", "content"),
        ("EMAIL_ADDRESS", "vendor.example@gmail.com", "/", "content"),
        ("PHONE_NUMBER", "705-555-0143", "/", "content"),
        ("PHONE_NUMBER", "555-0142", "/", "content"),
        ("PHONE_NUMBER", "705-555-0199", "/events/2", "content"),
        ("PHONE_NUMBER", "705-555-0199", "/events/2", "complementary"),
        ("PERSON", "Jane Roe", "/staff", "content"),
        ("PERSON", "Jane Roe", "/news/staff/1", "content"),
        ("PERSON", "Jane Roe", "/fr/annuaire/2", "content"),
        # What must not be public anywhere is not a contact.
        ("CA_SIN", "130 692 544", "/staff/parks", "content"),
        ("DATE_OF_BIRTH", "1961-04-09", "/staff/parks", "content"),
        ("CREDIT_CARD", "7055550142", "/staff/parks", "content"),
        ("CA_ON_LICENCE_PLATE", "ABCD 123", "/staff/parks", "content"),
        ("IP_ADDRESS", "24.99.142.184", "/staff/parks", "content"),
    ],
)
def test_not_listed(entity: str, value: str, path: str, part: str) -> None:
    assert not LISTED.holds(entity, value, path=path, part=part)


def test_nothing_is_listed_unless_a_city_says_so() -> None:
    assert not Business().holds("PHONE_NUMBER", "705-555-0142", path="/staff/1", part="content")
