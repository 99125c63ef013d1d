"""What headers are read to say: the exact word, and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from audits.model import Transport
from audits.transport import headers_of, metas_of, tightest, transport_of, updated

CSP = "content-security-policy"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("strict-transport-security", "max-age=31536000; includeSubDomains", {"hsts": "31536000"}),
        ("strict-transport-security", 'includeSubDomains; Max-Age = "300"', {"hsts": "300"}),
        ("strict-transport-security", "max-age=0", {"hsts": "0"}),
        ("strict-transport-security", "max-age=300, max-age=31536000", {"hsts": "300"}),  # the first one counts
        ("strict-transport-security", "x-max-age=31536000", {"hsts": "unread"}),
        ("strict-transport-security", "max-age=", {"hsts": "unread"}),
        ("strict-transport-security", "max-age=-1", {"hsts": "unread"}),
        ("strict-transport-security", "", {"hsts": "unread"}),
        (CSP, "script-src 'self'", {"csp": "strict"}),
        (CSP, "default-src 'none'; script-src-elem 'self' https://cdn.example", {"csp": "strict"}),
        (CSP, "default-src 'self'; style-src 'unsafe-inline'", {"csp": "strict"}),
        (CSP, "script-src 'unsafe-inline' 'nonce-abc'", {"csp": "strict"}),
        (CSP, "script-src 'sha256-abc=' 'unsafe-inline'", {"csp": "strict"}),
        (CSP, "script-src 'strict-dynamic' 'nonce-a' https: 'unsafe-inline'", {"csp": "strict"}),
        (CSP, "script-src 'nonce-a' https:", {"csp": "anywhere"}),
        (CSP, "script-src https://*.city.example", {"csp": "strict"}),
        (CSP, "script-src *", {"csp": "anywhere"}),
        (CSP, "default-src 'self' data:", {"csp": "anywhere"}),
        (CSP, "default-src 'self' 'unsafe-inline'", {"csp": "inline"}),
        (CSP, "default-src 'unsafe-inline'; script-src 'self'", {"csp": "strict"}),
        (CSP, "script-src 'self'; script-src 'unsafe-inline'", {"csp": "strict"}),  # the first one counts
        (CSP, "script-src 'unsafe-inline', script-src 'self'", {"csp": "strict"}),  # both policies hold
        (CSP, "img-src 'self'", {"csp": "open"}),
        (CSP, "upgrade-insecure-requests", {"csp": "open", "upgrade": "yes"}),
        (CSP, "frame-ancestors 'self' https://maps.example", {"csp": "open", "framing": "closed"}),
        (CSP, "frame-ancestors 'none'; script-src 'self'", {"csp": "strict", "framing": "closed"}),
        (CSP, "frame-ancestors https:", {"csp": "open", "framing": "any"}),
        (CSP, "frame-ancestors *, frame-ancestors 'self'", {"csp": "open", "framing": "closed"}),
        (f"{CSP}-report-only", "script-src 'self'", {"csp": "reported"}),
        (f"{CSP}-report-only", "frame-ancestors 'self'", {"csp": "reported"}),
        ("x-frame-options", "DENY", {"framing": "closed"}),
        ("x-frame-options", "sameorigin, SAMEORIGIN", {"framing": "closed"}),
        ("x-frame-options", "ALLOW-FROM https://maps.example", {"framing": "unread"}),
        ("x-frame-options", "ALLOWALL", {"framing": "unread"}),
        ("referrer-policy", "no-referrer", {"referrer": "no-referrer"}),
        ("referrer-policy", "unsafe-url, Strict-Origin", {"referrer": "strict-origin"}),
        ("referrer-policy", "same-origin, made-up", {"referrer": "same-origin"}),
        ("referrer-policy", "unsafe_url", {"referrer": "unread"}),
        ("x-content-type-options", "NoSniff", {"nosniff": "yes"}),
        ("x-content-type-options", "no-sniff", {"nosniff": "unread"}),
        ("x-content-type-options", "sniff, nosniff", {"nosniff": "unread"}),
        ("x-powered-by", "max-age=5", {}),
    ],
)
def test_headers(name: str, value: str, said: dict[str, str]) -> None:
    assert headers_of({name: value}) == said


def test_frame_ancestors_has_the_last_word_on_frames() -> None:
    sent = {CSP: "frame-ancestors *", "x-frame-options": "DENY"}

    assert headers_of(sent)["framing"] == "any"


def test_a_policy_that_only_reports_says_nothing_beside_one_that_holds() -> None:
    sent = {CSP: "script-src 'unsafe-inline'", f"{CSP}-report-only": "script-src 'self'"}

    assert headers_of(sent)["csp"] == "inline"


@pytest.mark.parametrize(
    ("metas", "said"),
    [
        ({"csp": ["script-src 'self'; frame-ancestors 'none'"], "referrer": ""}, {"csp": "strict"}),
        ({"csp": [], "referrer": "Always"}, {"referrer": "unsafe-url"}),
        ({"csp": [], "referrer": "never"}, {"referrer": "no-referrer"}),
        ({"csp": [], "referrer": "whatever"}, {}),
        ({"csp": [""], "referrer": ""}, {}),
        ({"csp": ["upgrade-insecure-requests"]}, {"csp": "open", "upgrade": "yes"}),
    ],
)
def test_metas(metas: dict[str, Any], said: dict[str, str]) -> None:
    assert metas_of(metas) == said


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        (("inline", "strict"), "strict"),
        (("", "inline"), "inline"),
        (("reported", ""), "reported"),
        (("reported", "open"), "open"),
        (("", ""), ""),
    ],
)
def test_the_tightest_policy_holds(said: tuple[str, str], holds: str) -> None:
    assert tightest(*said) == holds


@pytest.mark.parametrize(
    ("host", "path", "told"),
    [
        ("cdn.example", "/ajax/libs/jquery/3.7.1/jquery.min.js", ("cdn.example jquery.min.js",)),
        ("cdn.example", "/npm/bootstrap@5.3.2/dist/css/bootstrap.css", ("cdn.example bootstrap.css",)),
        ("CDN.example", "/app.0f3a9c1b.js", ("cdn.example app.0f3a9c1b.js",)),
        ("code.jquery.example", "/jquery-3.7.1.js", ("code.jquery.example jquery-3.7.1.js",)),
        ("cdn.example", "/widget.js", ()),  # changes by design
        ("cdn.example", "/gtag/js", ()),
        ("cdn.example", "/v2/api.js", ()),  # the version of an interface, not of a file
        ("cdn.example", "/css2", ()),
        ("cdn.example", "/2026/11/news.js", ()),
        ("static.city.example", "/jquery-3.7.1.js", ()),  # the City's own
    ],
)
def test_files_that_could_be_sealed(host: str, path: str, told: tuple[str, ...]) -> None:
    artifact = {"foreign": [{"kind": "script", "host": host, "path": path}]}

    made = transport_of(artifact, ours=lambda name: name.endswith("city.example"), redact=str)

    assert made.unsealed == told


def test_a_page_with_many_files_names_some_of_them() -> None:
    many = [{"kind": "script", "host": "cdn.example", "path": f"/{n}/lib-1.0.{n}.js"} for n in range(90)]

    assert len(transport_of({"foreign": many}, ours=lambda name: False, redact=str).unsealed) == 20


def test_of_an_answer_of_not_modified_only_what_it_brings_is_new() -> None:
    before = Transport(headers={"hsts": "300", "csp": "inline"}, unsealed=("cdn.example lib.js",))

    some = updated(before, Transport(headers={"hsts": "31536000"}, whole=False))
    all_ = updated(before, Transport(headers={"hsts": "31536000"}))

    assert some.headers == {"hsts": "31536000", "csp": "inline"}
    assert all_.headers == {"hsts": "31536000"}
    assert some.unsealed == all_.unsealed == before.unsealed
    assert some.whole
