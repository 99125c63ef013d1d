"""Decisions by domain, number and page, from handrail.toml to what they speak of. All values are invented."""

from datetime import date

import pytest

from audits.model import Kind
from audits.privacy.engine import Detector
from audits.privacy.exposed_pii import ExposedPii
from audits.privacy.keys import Keyring
from audits.privacy.page_text import html_text
from handrail.config import parse_policy
from reports.decisions import Decisions
from reports.store.records import IssueRecord, PlaceRecord

OLD, NEW = Keyring(b"o" * 32), Keyring(b"n" * 32, (b"o" * 32,))
SITES = '[sites.main]\nstart = ["https://c.example/"]\n[sites.arenas]\nstart = ["https://a.example/"]\n'
STAFF = "https://c.example/staff/rinks"
PARTS = {
    "content": """<p>Applicant: Jane Tremblay, 12 Elm Street, jane.tremblay@vendor.example, home phone 905-555-0142</p>
<p>Applicant: sam.testwell@gmail.com, home phone 289-555-0177</p>
<p>Social insurance number 130 692 544</p>""",
    "complementary.hours": "<p>Home phone of the applicant: 905-555-0142, lee.maple@mail.vendor.example</p>",
}


def told(*decisions, on=date(2026, 11, 23)):
    """As handrail.toml has them: (name, what it names)."""
    words = "ground = 'business-contact'\nreason = 'r'\nby = 'b'\non = 2026-01-05\n"
    tables = [
        f"[dispositions.{name}]\n{words}{more}\n" + ("" if "until" in more else "until = 2026-12-31\n")
        for name, more in decisions
    ]
    policy = parse_policy(SITES + "".join(tables))
    return Decisions(policy.decided(lambda number: NEW.hmacs("PHONE_NUMBER", number)), on.isoformat())


@pytest.fixture(scope="module")
def exposed():
    """What is found on the page, as the store keeps it, made with the earlier key: (issue, place) by mask and part."""
    check = ExposedPii(keyring=OLD, detector=Detector())
    found = [(part, one) for part, html in PARTS.items() for one in check.judge(html_text(html), STAFF)[0]]
    pairs = {}
    for n, (part, one) in enumerate(found):
        place = PlaceRecord(
            issue_id="E-1", page_id=1, url=STAFF, page_title="", state="base", selector="", snippet="", message="",
            verdict=one.verdict, engine="", fingerprint=f"1:{n:032x}", evidence="", exposure=one.exposure,
        )  # fmt: skip
        issue = IssueRecord(
            id="E-1", fingerprint="1:1", site="main", rule=one.rule, kind=Kind.EXPOSURE, part_key=part,
            part_name="Side: Hours", verdict=one.verdict, impact=one.impact, engine="", state="new", places=1, pages=1,
            first_run="r", first_seen=None, last_run="r", last_seen=None, since=None,
        )  # fmt: skip
        pairs[one.exposure.mask, part] = issue, place
    return pairs


def spoken_of(exposed, decisions, site="main"):
    """Mask and part of what a decision speaks of, with its name."""
    named = ((key, decisions.of(site, issue, place)) for key, (issue, place) in exposed.items())
    return {key: one.name + ("!" if one.ended else "") for key, one in named if one}


VENDOR, NAME, STREET, GMAIL, SIN, PHONE, HOME = (
    (mask, "content")
    for mask in (
        "[EMAIL j…@vendor.example]", "[NAME]", "[STREET ADDRESS]", "[EMAIL s…@gmail.com]", "[SIN]", "[PHONE 905]",
        "[PHONE 289]",
    )
)  # fmt: skip
BELOW, ASIDE = ((mask, "complementary.hours") for mask in ("[EMAIL l…@mail.vendor.example]", "[PHONE 905]"))
CONTACTS = {VENDOR, BELOW, NAME, STREET, GMAIL, PHONE, HOME, ASIDE}


def test_the_page_holds_what_the_cases_ask_for(exposed):
    assert exposed.keys() == {*CONTACTS, SIN}


@pytest.mark.parametrize(
    ("more", "held"),
    [
        ("domains = ['vendor.example']", {VENDOR, BELOW}),
        ("domains = ['@Mail.Vendor.example']", {BELOW}),
        ("domains = ['endor.example', 'vendor.exampl', 'other.example', 'j.vendor.example']", set()),
        ("numbers = ['(905) 555 0142']", {PHONE, ASIDE}),
        ("numbers = ['+1 289-555-0177']", {HOME}),
        ("numbers = ['905-555-0143', '555-0142', '416-555-0142', '289-555-0142']", set()),
        ("pages = ['/staff/*']", CONTACTS),
        ("pages = ['/staff/*#complementary*']", {BELOW, ASIDE}),
        ("pages = ['/staff/', '/staff', '/Staff/*', '/staffs/*', '*/rink']", set()),
        ("pages = ['/staff/*#Side: Hours']", CONTACTS),
        ("pages = ['/staff/*#comp', '/staff/*#header', '/council/*#complementary*']", set()),
        ("pages = ['/staff/*']\ndomains = ['gmail.com']", {GMAIL}),
        ("pages = ['/council/*']\ndomains = ['vendor.example']", set()),
        ("pages = ['/staff/*#complementary*']\ndomains = ['vendor.example']\nnumbers = ['289-555-0177']", {BELOW}),
        ("site = 'main'\ndomains = ['vendor.example']", {VENDOR, BELOW}),
        ("site = 'arenas'\ndomains = ['vendor.example']\npages = ['/staff/*']", set()),
    ],
)
def test_a_decision_speaks_of_contacts_by_what_and_where_they_are(exposed, more, held):
    assert spoken_of(exposed, told(("it", more))).keys() == held


@pytest.mark.parametrize(
    ("wide", "narrow", "at"),
    [
        ("pages = ['/staff/*']", "domains = ['vendor.example']", VENDOR),
        ("pages = ['/staff/*#complementary*']", "numbers = ['905-555-0142']", ASIDE),
        ("pages = ['/staff/rinks']", "pages = ['/*#complementary*']", ASIDE),
        ("pages = ['/*']", "pages = ['/staff/*']", GMAIL),
        ("domains = ['vendor.example']", "domains = ['mail.vendor.example']", BELOW),
        ("domains = ['vendor.example']", "pages = ['/*']\ndomains = ['vendor.example']", VENDOR),
        ("pages = ['/staff/*']", "site = 'main'\npages = ['/*']", STREET),
        ("pages = ['/staff/*']", "domains = ['vendor.example']\nuntil = 2026-11-22", VENDOR),
    ],
)
def test_the_narrowest_speaks_whatever_it_is_called(exposed, wide, narrow, at):
    ended = "!" if "until" in narrow else ""

    assert spoken_of(exposed, told(("a", wide), ("b", narrow)))[at] == f"b{ended}"
    assert spoken_of(exposed, told(("b", wide), ("a", narrow)))[at] == f"a{ended}"


def test_a_decision_about_the_value_itself_is_narrower_than_any(exposed):
    value = f"x-{list(exposed).index(VENDOR):012x}"

    found = spoken_of(exposed, told(("it", "domains = ['vendor.example']"), (value, "")))

    assert found == {VENDOR: "", BELOW: "it"}


def test_a_decision_holds_on_its_last_day(exposed):
    one = ("it", "numbers = ['289-555-0177']\nuntil = 2026-11-22")

    assert spoken_of(exposed, told(one, on=date(2026, 11, 22))) == {HOME: "it"}
    assert spoken_of(exposed, told(one, on=date(2026, 11, 23))) == {HOME: "it!"}


def test_a_number_is_kept_as_a_mask_and_hashes(exposed):
    ((one, _),) = told(("it", "numbers = ['905-555-0142']"))

    assert one.numbers == ("[PHONE 905]",)
    assert one.hmacs == set(NEW.hmacs("PHONE_NUMBER", "9055550142"))
    assert "0142" not in repr(one)
