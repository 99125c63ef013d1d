"""What first visits to a site say of cookies and storage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audits.model import Impact, Kept, Kind, Transport, Verdict
from audits.registry import discover_site
from audits.site_check import Site, SitePage, run_site_checks
from audits.transport import Known, transport_of

CHECKS = {check.rule.id: check for check in discover_site()}
BEFORE, TAKEN = "site/kept-before-consent", "site/unprotected-cookie"
ASKS, REFUSED = "site/no-way-to-refuse", "site/refused-and-kept"
SITE = "www.city.example"
SAFE = Kept(
    kind="cookie",
    name="JSESSIONID",
    host=SITE,
    own=True,
    purpose="session",
    secure=True,
    http_only=True,
    same_site="Lax",
)
GA = Kept(
    kind="cookie", name="_ga", host=SITE, own=True, purpose="analytics", service="Google Analytics (Google)", days=730,
    by="www.tags.example/gtag/js",
)  # fmt: skip
THEIRS = Kept(kind="cookie", name="uid", host="ads.example", own=False, days=400, secure=True, same_site="None")


def page(number: int, *kept: Kept, url: str = "", visited: bool = True) -> SitePage:
    transport = Transport(kept=kept if visited else None)
    return SitePage(id=number, url=url or f"https://{SITE}/{number}", transport=transport)


def judged(rule: str, *pages: SitePage) -> Any:
    (outcome,) = run_site_checks(Site(pages=lambda: iter(pages), audited=len(pages)), [CHECKS[rule]], site_key="main")
    assert outcome.outcome.verdict is not Verdict.ERROR, outcome.outcome.reason
    return outcome


def told(rule: str, *pages: SitePage) -> list[tuple[str, str]]:
    return [(str(one.finding.verdict), one.finding.message) for one in judged(rule, *pages).found]


def test_a_service_is_told_once_with_what_it_keeps_and_who_set_it() -> None:
    more = replace(GA, name="_ga_*", days=1)
    stored = replace(GA, kind="local", name="_ga", days=0, by="")

    ((verdict, message),) = told(BEFORE, page(1, GA, more, stored), page(2, GA), page(3, visited=False))

    assert verdict == "review"
    assert message == (
        "Google Analytics (Google), analytics, kept the cookie “_ga” for 2 years, set by www.tags.example/gtag/js, the "
        "cookie “_ga_*” for 1 day, set by www.tags.example/gtag/js, in local storage “_ga” on first visits of all 2 "
        "pages, before anything was pressed. Who decided that, and how can people say no?"
    )


def test_who_films_and_advertises_comes_first_and_weighs_more() -> None:
    ad = replace(GA, name="_fbp", purpose="advertising", service="Meta Pixel")
    film = replace(GA, name="_clck", purpose="session replay", service="Clarity (Microsoft)")

    found = judged(BEFORE, page(1, GA, ad, film)).found

    assert [one.finding.message.partition(",")[0] for one in found] == [
        "Clarity (Microsoft)",
        "Meta Pixel",
        "Google Analytics (Google)",
    ]
    assert [one.finding.impact for one in found] == [Impact.SERIOUS, Impact.SERIOUS, None]


def test_what_another_organization_keeps_long_is_asked_about() -> None:
    ((_, message),) = told(BEFORE, page(1, THEIRS), page(2))

    assert message.startswith("ads.example kept the cookie “uid” for 13 months on first visits of 1 of 2 pages,")
    assert "its purpose is not known here" in message


@pytest.mark.parametrize(
    "kept",
    [
        SAFE,
        replace(GA, purpose=""),  # the City's own, of no known kind
        replace(GA, purpose="consent"),
        replace(GA, purpose="security"),
        replace(GA, purpose="preference"),
        replace(THEIRS, days=0),  # gone with the browser
        replace(THEIRS, days=0.5),
        replace(THEIRS, purpose="security"),
        replace(THEIRS, purpose="session"),
        replace(THEIRS, kind="local", days=0),
        replace(THEIRS, own=True),
    ],
)
def test_what_follows_nobody(kept: Kept) -> None:
    assert judged(BEFORE, page(1, kept)).outcome.verdict is Verdict.PASS


@pytest.mark.parametrize("rule", [BEFORE, TAKEN])
def test_without_a_first_visit_nothing_is_said_and_nothing_is_gone(rule: str) -> None:
    assert judged(rule, page(1, visited=False)).outcome.verdict is Verdict.NOT_RUN
    assert judged(rule, SitePage(id=2, url=f"https://{SITE}/2")).outcome.verdict is Verdict.INAPPLICABLE


@pytest.mark.parametrize(
    ("kept", "verdict", "words"),
    [
        (replace(SAFE, secure=False, http_only=False), "fail", "without Secure and HttpOnly."),
        (replace(SAFE, secure=False), "fail", "without Secure."),
        (replace(SAFE, http_only=False), "review", "without HttpOnly."),
        (replace(SAFE, same_site="None"), "review", "without SameSite (its None"),
        (replace(SAFE, name="city_auth_token", purpose="", secure=False), "review", "without Secure."),
        (replace(SAFE, name="portal.sid", purpose="", http_only=False), "review", "without HttpOnly."),
        (replace(SAFE, name="userSessionId", purpose="", http_only=False), "review", "without HttpOnly."),
    ],
)
def test_cookies_that_can_be_taken(kept: Kept, verdict: str, words: str) -> None:
    ((found, message),) = told(TAKEN, page(1, kept))

    assert found == verdict
    assert f"set the cookie “{kept.name}” of {SITE} {words}" in message


@pytest.mark.parametrize(
    "kept",
    [
        SAFE,
        replace(SAFE, same_site=""),  # browsers take it for Lax
        replace(SAFE, same_site="Strict"),
        replace(GA, name="session_seen"),
        replace(GA, name="_hjSession_*", purpose="session replay"),
        replace(SAFE, purpose="security", name="XSRF-TOKEN", http_only=False),  # scripts must read it
        replace(SAFE, purpose="", name="lang", secure=False),
        replace(SAFE, purpose="", name="author", secure=False),
        replace(SAFE, purpose="", name="obsession", secure=False),
        replace(SAFE, purpose="", name="resident", secure=False),
        replace(SAFE, purpose="", name="authority-notice", secure=False),
        replace(SAFE, purpose="", name="", secure=False),
        replace(SAFE, own=False, host="vendor.example", secure=False),  # another organization's
        replace(SAFE, kind="session", secure=False, http_only=False),
    ],
)
def test_cookies_that_are_kept_well_or_say_nothing(kept: Kept) -> None:
    assert judged(TAKEN, page(1, kept)).outcome.verdict is Verdict.PASS


def test_over_http_nothing_can_be_kept_well() -> None:
    outcome = judged(TAKEN, page(1, replace(SAFE, secure=False), url=f"http://{SITE}/"))

    assert outcome.outcome.verdict is Verdict.INAPPLICABLE


def asked(number: int, *offers: str, **answers: tuple[Kept, ...]) -> SitePage:
    transport = Transport(kept=(), offers=offers, answers=answers)
    return SitePage(id=number, url=f"https://{SITE}/{number}", transport=transport)


def test_a_banner_that_can_only_be_accepted() -> None:
    ((verdict, message),) = told(ASKS, asked(1, "accept"), asked(2, "reject", "accept"), asked(3, "accept"))

    assert verdict == "review"
    assert f"none was found that refuses (https://{SITE}/1, https://{SITE}/3)" in message


@pytest.mark.parametrize("offers", [("reject", "accept"), ("reject",)])
def test_a_banner_that_can_be_refused(offers: tuple[str, ...]) -> None:
    assert judged(ASKS, asked(1, *offers)).outcome.verdict is Verdict.PASS


@pytest.mark.parametrize("rule", [ASKS, REFUSED])
def test_without_a_banner_there_is_nothing_to_refuse(rule: str) -> None:
    assert judged(rule, page(1, GA), page(2, visited=False)).outcome.verdict is Verdict.INAPPLICABLE


def test_who_refused_and_is_followed_all_the_same() -> None:
    both, ad = ("reject", "accept"), replace(GA, name="_fbp", purpose="advertising", service="Meta Pixel")
    more = replace(GA, name="_gid")

    found = told(REFUSED, asked(1, *both, reject=(GA, SAFE), accept=(GA, more, ad)), asked(2, *both, reject=(GA,)))

    assert found == [
        (
            "review",
            "Google Analytics (Google), analytics, kept the cookie “_ga” for 2 years, set by www.tags.example/gtag/js "
            "after the banner’s button that refuses was pressed. Acceptance brings 1 more of it. Is it left from "
            "before the refusal, or set in spite of it?",
        )
    ]


def test_a_banner_that_changes_nothing_says_so() -> None:
    ((_, message),) = told(REFUSED, asked(1, "reject", "accept", reject=(GA,), accept=(GA,)))
    ((_, alone),) = told(REFUSED, asked(1, "reject", reject=(GA,)))

    assert "Acceptance brings nothing more of it." in message
    assert "Acceptance" not in alone


@pytest.mark.parametrize(
    "kept",
    [(), (SAFE,), (replace(GA, purpose="consent"),), (replace(GA, purpose=""),), (THEIRS,)],
)
def test_a_refusal_that_is_heeded(kept: tuple[Kept, ...]) -> None:
    page_ = asked(1, "reject", "accept", reject=kept, accept=(GA, THEIRS))

    assert judged(REFUSED, page_).outcome.verdict is Verdict.PASS


def test_a_banner_that_nobody_answered_proves_nothing() -> None:
    assert judged(REFUSED, asked(1, "reject", "accept")).outcome.verdict is Verdict.NOT_RUN
    assert judged(REFUSED, asked(1, "accept")).outcome.verdict is Verdict.INAPPLICABLE


@pytest.mark.parametrize("rule", [BEFORE, TAKEN, ASKS])
def test_only_first_visits_that_were_read_were_looked_at(rule: str) -> None:
    assert judged(rule, page(1), page(2, visited=False), page(3, GA)).looked_at == (1, 3)


def test_a_refusal_is_looked_for_where_it_was_given_and_where_nobody_asks() -> None:
    found = judged(REFUSED, asked(1, "reject", reject=()), asked(2, "reject"), asked(3), page(4, visited=False))

    assert found.looked_at == (1, 3)
    assert judged(REFUSED, asked(3), page(4, visited=False)).looked_at == (3,)  # inapplicable, and no proof for page 4


def test_none_of_them_speaks_of_accessibility() -> None:
    assert {CHECKS[rule].rule.kind for rule in (BEFORE, TAKEN, ASKS, REFUSED)} == {Kind.PRIVACY}


def test_whose_it_is_and_what_it_is_known_for_is_said_where_it_is_taken() -> None:
    seen = {
        "kind": "cookie", "name": "poll_20261128", "host": "Stats.City.Example", "days": 3.0, "secure": True,
        "http_only": False, "same_site": "", "by": "cdn.example/a.js",
    }  # fmt: skip

    made = transport_of(
        {"kept": [seen]},
        ours=lambda host: host.endswith("city.example"),
        redact=lambda text: text.replace("cdn", "[masked]"),
        known=lambda name, host: Known("poll_*", "analytics", host),
    )

    assert made.kept == (
        Kept(
            kind="cookie", name="poll_*", host="stats.city.example", own=True, purpose="analytics",
            service="stats.city.example", days=3.0, secure=True, by="[masked].example/a.js",
        ),
    )  # fmt: skip
    assert transport_of({"kept": None}, ours=bool, redact=str).kept is None
    assert transport_of({}, ours=bool, redact=str).kept is None
