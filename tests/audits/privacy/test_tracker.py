"""Trackers by host, whole labels only."""

from __future__ import annotations

from typing import Any

import pytest

from audits.model import Outcome, Snapshot, Verdict
from audits.privacy.tracker import Trackers, tracker_of


def judged(*hosts: str, url: str = "https://www.maple.example.ca/", own: tuple[str, ...] = ()) -> dict[str, Outcome]:
    told = [{"host": host, "secure": True, "kinds": ["script"]} for host in hosts]
    frames: list[dict[str, Any]] = [
        {"frame": [], "url": url, "html": "<p>a</p>", "hosts": told[:1]},
        {"frame": ["#f"], "url": url, "html": "<p>b</p>", "hosts": told[1:]},
    ]
    document = {"title": "T", "lang": "en", "frames": frames}
    snapshot = Snapshot(site="main", url=url, artifacts={"document": document})
    return {outcome.rule: outcome for outcome in Trackers(own_domains=own).outcomes(snapshot)}


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("www.googletagmanager.com", "Google Tag Manager"),
        ("region1.google-analytics.com", "Google Analytics"),
        ("script.hotjar.com", "Hotjar (Contentsquare)"),
        ("C.Clarity.MS", "Clarity (Microsoft)"),
        ("connect.facebook.net", "Meta Pixel"),
        ("stats.g.doubleclick.net.", "Google advertising"),
        ("us2.siteimproveanalytics.io", "Siteimprove Analytics"),
    ],
)
def test_known(host: str, told: str) -> None:
    assert str(tracker_of(host)) == told


@pytest.mark.parametrize(
    "host",
    [
        "nothotjar.com",
        "hotjar.com.example.ca",
        "hotjar.example.ca",
        "fonts.googleapis.com",
        "maps.google.com",
        "www.google.com",
        "www.youtube.com",
        "cdn.jsdelivr.net",
        "www.bing.com",
        "clarity.example.ca",
        "127.0.0.1",
        "",
    ],
)
def test_not_a_tracker(host: str) -> None:
    assert tracker_of(host) is None


def test_each_service_is_told_once_with_its_hosts() -> None:
    told = judged("static.hotjar.com", "script.hotjar.com", "www.google-analytics.com", "cdn.jsdelivr.net")

    (replay,) = told["privacy/session-replay"].findings
    (analytics,) = told["privacy/tracker"].findings
    assert (replay.verdict, replay.snippet) == (Verdict.REVIEW, "static.hotjar.com, script.hotjar.com")
    assert analytics.message.startswith("Google Analytics, analytics, was loaded")


def test_a_page_of_its_own_follows_nobody() -> None:
    assert {outcome.verdict for outcome in judged("cdn.maple.example.ca").values()} == {Verdict.PASS}
    assert judged("cdn.segment.com", url="https://www.segment.com/")["privacy/tracker"].findings == ()
    assert judged("cdn.segment.com", own=("segment.com",))["privacy/tracker"].findings == ()
