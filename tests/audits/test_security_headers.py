"""What a server sends is told once for each server, however many pages it has."""

from __future__ import annotations

from typing import Any

import pytest

from audits.model import Impact, Kind, Transport, Verdict
from audits.registry import discover_site
from audits.site_check import Site, SitePage, run_site_checks

CHECKS = {check.rule.id: check for check in discover_site()}
GOOD = {"hsts": "63072000", "csp": "strict", "referrer": "same-origin", "nosniff": "yes", "framing": "closed"}
HEADERS = (
    "site/strict-transport",
    "site/content-policy",
    "site/referrer-policy",
    "site/type-sniffing",
    "site/framing",
)
RULES = (*HEADERS, "site/not-encrypted", "site/unsealed-file")


def page(number: int, url: str = "", *, known: bool = True, **more: Any) -> SitePage:
    transport = Transport(**{"headers": GOOD, **more}) if known else None
    return SitePage(id=number, url=url or f"https://www.city.example/{number}", transport=transport)


def without(*names: str, **more: str) -> dict[str, str]:
    return {name: value for name, value in GOOD.items() if name not in names} | more


def judged(rule: str, *pages: SitePage, **more: Any) -> Any:
    site = Site(pages=lambda: iter(pages), audited=len(pages), **more)
    (outcome,) = run_site_checks(site, [CHECKS[rule]], site_key="main")
    assert outcome.outcome.verdict is not Verdict.ERROR, outcome.outcome.reason
    return outcome


def told(rule: str, *pages: SitePage) -> list[tuple[str, str]]:
    return [(str(one.finding.verdict), one.finding.message) for one in judged(rule, *pages).found]


def test_what_2000_pages_lack_alike_is_one_finding() -> None:
    pages = [page(number, headers=without("hsts")) for number in range(1, 2001)]

    (one,) = judged("site/strict-transport", *pages).found

    assert one.finding.message.startswith("All 2000 pages of www.city.example came without Strict-Transport-Security.")
    assert one.page == 1
    assert len(one.seen_on) == 2000


def test_what_some_pages_lack_names_a_few_of_them() -> None:
    pages = [page(number, headers=without("nosniff") if number > 40 else GOOD) for number in range(1, 51)]

    ((verdict, message),) = told("site/type-sniffing", *pages)

    assert verdict == "review"
    assert message.startswith("10 of 50 pages of www.city.example (https://www.city.example/41, ")
    assert "and 6 more) came without X-Content-Type-Options." in message


def test_each_server_is_told_by_itself() -> None:
    pages = [
        page(1, headers=without("framing")),
        page(2, "https://book.city.example/", headers=without("framing")),
        page(3, "https://www.city.example:8443/", headers=without("framing", framing="any")),
        page(4, "https://maps.city.example/"),
    ]

    messages = [message for _, message in told("site/framing", *pages)]

    assert [message.split(" came")[0] for message in messages] == [
        "The page of www.city.example that was seen",
        "The page of book.city.example that was seen",
        "The page of www.city.example:8443 that was seen",
    ]


@pytest.mark.parametrize(
    ("rule", "headers", "verdict", "words"),
    [
        ("site/strict-transport", {"hsts": "0"}, "fail", "max-age=0"),
        ("site/strict-transport", {"hsts": "unread"}, "review", "names no max-age"),
        ("site/strict-transport", {"hsts": "300"}, "review", "of less than a day"),
        ("site/strict-transport", {"hsts": "15552000"}, "review", "of 180 days"),
        ("site/content-policy", {"csp": "open"}, "review", "says nothing of scripts"),
        ("site/content-policy", {"csp": "inline"}, "review", "'unsafe-inline'"),
        ("site/content-policy", {"csp": "anywhere"}, "review", "from any host"),
        ("site/content-policy", {"csp": "reported"}, "review", "Report-Only alone"),
        ("site/referrer-policy", {"referrer": "unsafe-url"}, "fail", "whole address to every other site"),
        ("site/referrer-policy", {"referrer": "no-referrer-when-downgrade"}, "review", "encrypted site"),
        ("site/referrer-policy", {"referrer": "unread"}, "review", "that browsers know"),
        ("site/type-sniffing", {"nosniff": "unread"}, "review", "that browsers know"),
        ("site/framing", {"framing": "any"}, "review", "names any site"),
        ("site/framing", {"framing": "unread"}, "review", "DENY and SAMEORIGIN"),
    ],
)
def test_headers_that_do_not_do_what_they_are_for(rule: str, headers: dict[str, str], verdict: str, words: str) -> None:
    ((found, message),) = told(rule, page(1, headers=GOOD | headers))

    assert found == verdict
    assert words in message


@pytest.mark.parametrize(
    "headers",
    [
        GOOD,
        GOOD | {"hsts": "31536000"},
        GOOD | {"referrer": "no-referrer"},
        GOOD | {"referrer": "strict-origin-when-cross-origin"},
        GOOD | {"referrer": "origin"},
        GOOD | {"upgrade": "yes"},
    ],
)
@pytest.mark.parametrize("rule", RULES)
def test_good_servers(rule: str, headers: dict[str, str]) -> None:
    outcome = judged(rule, page(1, headers=headers), page(2, headers=headers))

    assert outcome.outcome.verdict is Verdict.PASS


@pytest.mark.parametrize("rule", HEADERS)
def test_over_http_no_header_is_judged(rule: str) -> None:
    outcome = judged(rule, page(1, "http://www.city.example/", headers={}))

    assert outcome.outcome.verdict is Verdict.INAPPLICABLE


@pytest.mark.parametrize("rule", RULES)
def test_what_nobody_noted_is_not_judged(rule: str) -> None:
    outcome = judged(rule, page(1, known=False), page(2, known=False))

    assert outcome.outcome.verdict is Verdict.INAPPLICABLE


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("http://www.city.example/", Verdict.FAIL),
        ("http://10.0.0.7/", Verdict.FAIL),
        ("http://localhost.city.example/", Verdict.FAIL),
        ("https://www.city.example/", Verdict.PASS),
        ("http://127.0.0.1:8000/", Verdict.INAPPLICABLE),
        ("http://localhost/", Verdict.INAPPLICABLE),
        ("http://demo.localhost/", Verdict.INAPPLICABLE),
        ("http://[::1]/", Verdict.INAPPLICABLE),
    ],
)
def test_encryption(url: str, verdict: Verdict) -> None:
    assert judged("site/not-encrypted", page(1, url, headers={})).outcome.verdict is verdict


def test_what_stands_in_the_page_counts_too() -> None:
    csp = page(1, headers=without("csp"), metas={"csp": "strict"})
    tight = page(2, headers=GOOD | {"csp": "inline"}, metas={"csp": "strict"})
    loose = page(3, metas={"csp": "inline"})
    told_more = page(4, metas={"referrer": "unsafe-url"})
    told_less = page(5, headers=GOOD | {"referrer": "unsafe-url"}, metas={"referrer": "origin"})

    assert told("site/content-policy", csp, tight, loose) == []
    assert [verdict for verdict, _ in told("site/referrer-policy", told_more, told_less)] == ["fail"]


def test_a_file_that_many_pages_load_is_one_finding_and_the_commonest_comes_first() -> None:
    both = ("cdn.example jquery-3.7.1.js", "cdn.example map-1.2.3.js")
    pages = [page(1, unsealed=both), page(2, unsealed=both[:1]), page(3)]

    messages = [message for _, message in told("site/unsealed-file", *pages)]

    assert messages[0].startswith("2 of 3 pages of www.city.example (")
    assert "loaded jquery-3.7.1.js from cdn.example without integrity." in messages[0]
    assert "loaded map-1.2.3.js" in messages[1]
    assert len(messages) == 2


def test_failures_come_first() -> None:
    pages = [page(number, headers=without("referrer")) for number in (1, 2, 3)]

    found = told("site/referrer-policy", *pages, page(4, headers=GOOD | {"referrer": "unsafe-url"}))

    assert [verdict for verdict, _ in found] == ["fail", "review"]


def test_none_of_them_speaks_of_accessibility() -> None:
    rules = [CHECKS[rule].rule for rule in RULES]

    assert {rule.kind for rule in rules} == {Kind.PRIVACY}
    assert not any(rule.criteria for rule in rules)
    assert {rule.impact for rule in rules} <= {Impact.SERIOUS, Impact.MODERATE, Impact.MINOR}
