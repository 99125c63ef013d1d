from datetime import UTC, datetime

import pytest

from audits.model import MOST_SCRIPTS, TOO_MANY_SCRIPTS, PageLease, PageOutcome
from crawler.job import SiteJob
from crawler.scope import MAX_CALENDAR_CHAIN, MAX_CHAIN, Scope, canonical, is_calendar, is_trap, netloc, shape
from crawler.spiders.site import SiteSpider


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.example", "http://a.example/"),
        ("http://a.example/p#top", "http://a.example/p"),
        ("http://a.example/p?b=2&a=1", "http://a.example/p?a=1&b=2"),
        ("http://a.example/p?utm_source=x&id=3", "http://a.example/p?id=3"),
        ("http://a.example/p;jsessionid=AB12?x=1", "http://a.example/p?x=1"),
        ("http://a.example/p?PHPSESSID=1", "http://a.example/p"),
        ("http://a.example/#/route", "http://a.example/#/route"),  # a route of a single-page site
        ("http://a.example/#!route", "http://a.example/#!route"),
        ("  http://a.example/p ", "http://a.example/p"),
        ("http://a.example/p?sidebar=1", "http://a.example/p?sidebar=1"),  # not "sid"
        ("http://a.example/p?q=", "http://a.example/p?q="),
    ],
)
def test_one_spelling_for_one_page(url, expected):
    assert canonical(url) == expected
    assert canonical(expected) == expected


def test_joins_with_its_base():
    assert canonical("../c?x=1", "http://a.example/a/b") == "http://a.example/c?x=1"


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("http://city.example/", True),
        ("https://city.example/x", True),
        ("https://www.city.example/x", True),
        ("https://city.example:8443/x", False),
        ("https://parks.city.example/", False),
        ("https://city.example.evil.example/", False),
        ("https://evil.example/?https://city.example/", False),
        ("https://user@evil.example/", False),
        ("mailto:clerk@city.example", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("data:text/html,x", False),
        ("https://city.example/private/x", False),
        ("https://city.example/privateer", True),
    ],
)
def test_scope_is_host_and_path(url, inside):
    scope = Scope.of(("http://city.example/",), exclude=("/private/*",))

    assert scope.holds(url) is inside


def test_include_limits_to_what_it_names():
    scope = Scope.of(("http://city.example/",), include=("/fr/*",))

    assert scope.holds("http://city.example/fr/x")
    assert not scope.holds("http://city.example/en/x")


def test_default_port_is_no_port():
    assert netloc("http://A.example:80/") == netloc("https://a.example:443/") == "a.example"


@pytest.mark.parametrize(
    ("url", "chain", "trap"),
    [
        ("http://a.example/events?month=2026-12", MAX_CALENDAR_CHAIN, False),
        ("http://a.example/events?month=2027-01", MAX_CALENDAR_CHAIN + 1, True),
        ("http://a.example/news/2026/11/24", MAX_CALENDAR_CHAIN + 1, True),
        ("http://a.example/list?page=40", 40, False),
        ("http://a.example/list?page=60", MAX_CHAIN + 1, True),
        ("http://a.example/a/b/a/b/a/b/a/b", 0, True),
        ("http://a.example/a/b/a/c/a/d", 0, False),
        ("http://a.example/" + "x" * 2000, 0, True),
        ("http://a.example/calendar-of-events", 60, True),
        ("http://a.example/updates?monthly=1", 20, False),  # "monthly" is no month
    ],
)
def test_traps(url, chain, trap):
    assert is_trap(url, chain) is trap


def test_shape_takes_values_out():
    assert shape("http://a.example/e/12?m=1&y=2") == shape("http://a.example/e/13?y=9&m=4")
    assert shape("http://a.example/e/12?m=1") != shape("http://a.example/e/12?n=1")
    assert not is_calendar("http://a.example/candidate?id=3")


def test_of_one_page_so_many_scripts_are_read_and_the_others_are_named():
    job = SiteJob(run_id="r1", site="main", start=(), scope=Scope.of(("http://a.example/",)), store=None)
    owned = {"run_id": "r1", "site": "main", "depth": 0, "via": "start", "attempts": 1, "owner": "w"}
    lease = PageLease(page_id=1, url="http://a.example/", expires=datetime.now(UTC), **owned)
    scripts = [{"url": f"http://a.example/{n}.js", "kind": "script"} for n in range(MOST_SCRIPTS + 2)]
    elsewhere = [{"url": f"http://b.example/{n}.js", "kind": "script"} for n in range(9)]
    found = [*elsewhere, *scripts, *scripts, {"url": "http://a.example/list.csv", "kind": "link"}]

    links = list(SiteSpider(job=job)._links(lease, found))

    assert [link.url for link in links if link.outcome] == [one["url"] for one in scripts[-2:]]
    assert {(link.outcome, link.reason) for link in links} == {
        (None, ""),
        (PageOutcome.FILE_UNREAD, TOO_MANY_SCRIPTS),
    }
    assert len(links) == MOST_SCRIPTS + 3
