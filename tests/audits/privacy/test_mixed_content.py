"""What an encrypted page asks for by http, as it is judged."""

from __future__ import annotations

from typing import Any

import pytest

from audits.model import Outcome, Snapshot, Verdict
from audits.privacy.mixed_content import MixedContent


def place(name: str = "script", *, active: bool = True) -> dict[str, Any]:
    part = {"key": "content", "name": "Page content"}
    html = f'<{name} src="http://cdn.example/a">'
    return {"selector": name, "html": html, "part": part, "active": active, "name": name, "host": "cdn.example"}


def judged(*insecure: dict[str, Any], url: str = "https://www.city.example/", **more: Any) -> Outcome:
    artifact = {"metas": {"csp": [], "referrer": ""}, "insecure": list(insecure), "foreign": [], "headers": {}} | more
    snapshot = Snapshot(site="main", url=url, artifacts={"transport": artifact})
    (outcome,) = MixedContent(redact=str).outcomes(snapshot)
    return outcome


def test_what_acts_fails_and_what_is_shown_is_for_a_person_to_look_at() -> None:
    outcome = judged(place(), place("img", active=False))

    assert [found.verdict for found in outcome.findings] == [Verdict.FAIL, Verdict.REVIEW]
    assert "<script> loads from cdn.example over http" in outcome.findings[0].message
    assert "<img> names cdn.example by http" in outcome.findings[1].message


@pytest.mark.parametrize(
    "more",
    [
        {"headers": {"upgrade": "yes"}},
        {"metas": {"csp": ["default-src 'self'; upgrade-insecure-requests"], "referrer": ""}},
    ],
)
def test_a_policy_that_has_all_of_it_encrypted(more: dict[str, Any]) -> None:
    assert judged(place(), **more).verdict is Verdict.PASS


def test_where_the_headers_are_not_known_nothing_is_sure() -> None:
    assert judged(place(), headers=None).verdict is Verdict.REVIEW


def test_a_page_without_encryption_has_nothing_to_mix() -> None:
    assert judged(url="http://www.city.example/").verdict is Verdict.INAPPLICABLE


def test_a_page_that_asks_for_nothing_so() -> None:
    assert judged().verdict is Verdict.PASS
