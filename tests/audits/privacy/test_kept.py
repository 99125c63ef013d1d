"""Names of cookies: whose they are and what for, and what of a name is shown."""

from __future__ import annotations

import pytest

from audits.privacy._trackers import known


@pytest.mark.parametrize(
    ("name", "purpose", "service"),
    [
        ("_ga", "analytics", "Google Analytics"),
        ("_ga_K4R2MN81XZ", "analytics", "Google Analytics"),
        ("__utmz", "analytics", "Google Analytics"),
        ("_gcl_au", "advertising", "Google advertising"),
        ("_fbp", "advertising", "Meta Pixel"),
        ("hubspotutk", "advertising", "HubSpot"),
        ("_hjSessionUser_1234567", "session replay", "Hotjar (Contentsquare)"),
        ("_clck", "session replay", "Clarity (Microsoft)"),
        ("_pk_id.1.fff0", "analytics", "Matomo"),
        ("mp_0a1b2c_mixpanel", "analytics", "Mixpanel"),
        ("JSESSIONID", "session", "who is signed in"),
        ("SSESS0a1b2c3d4e5f", "session", "who is signed in"),
        (".AspNetCore.Antiforgery.w5W7x28NAIs", "security", "protection of the site"),
        ("BIGipServerpool_web", "security", "protection of the site"),
        ("OptanonConsent", "consent", "a consent manager"),
    ],
)
def test_known(name: str, purpose: str, service: str) -> None:
    means = known(name, "www.city.example")

    assert (means.purpose, means.service) == (purpose, service)


@pytest.mark.parametrize(
    "name",
    [
        "ga", "_gaia", "_ga2", "_garden", "__utm", "fr", "IDE", "_fb", "fbp", "theme", "lang", "session_count", "_hj",
        "jsessionid2", "SESSION_NOTICE", "SESSION", "mixpanel", "_pk_idea", "visitor", "cart", "wordpress_test_cookie",
        "amplitude", "AMP_TOKEN", "uid", "",
    ],
)  # fmt: skip
def test_not_known(name: str) -> None:
    assert known(name, "www.city.example").purpose == ""


@pytest.mark.parametrize(
    ("name", "host", "shown", "purpose"),
    [
        ("_ga_K4R2MN81XZ", "www.city.example", "_ga_*", "analytics"),
        ("poll_20261128", "www.city.example", "poll_*", ""),
        ("u_9f8e7d6c5b4a3", "www.city.example", "u_*", ""),
        ("v2_theme", "www.city.example", "v2_theme", ""),
        ("IDE", "doubleclick.net", "IDE", "advertising"),
        ("MUID", "c.clarity.ms", "MUID", "session replay"),
        ("fr", "www.facebook.com", "fr", "advertising"),
        ("JSESSIONID", "doubleclick.net", "JSESSIONID", "session"),
    ],
)
def test_shown(name: str, host: str, shown: str, purpose: str) -> None:
    means = known(name, host)

    assert (means.name, means.purpose) == (shown, purpose)
