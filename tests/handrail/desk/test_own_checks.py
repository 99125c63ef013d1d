"""The desk is judged by our own checks as well: every view of every role, and what forms answer that went wrong."""

import sys
from pathlib import Path

import pytest

from audits.model import Snapshot, Verdict
from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.collectors import collectors
from handrail.wiring import Parts, axe_source

sys.path.append(str(Path(__file__).parent))

from desk_states import standing, states
from test_browser import VIEWS, busy, path_of  # noqa: F401  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(2400)]  # every page, in every look

#: Those that only act where it was allowed.
PRESSING = {one.name for one in collectors() if one.presses}
#: What is opened in French too: forms, tables and long words.
FRENCH = ("/issues/{issue}", "/register/{exposure}", "/people", "/log", "/sign-in")


def opened(desk, app, folder):
    """One page after the other: its name, and its address."""
    for who, views in VIEWS.items():
        for view in views:
            for language in ("en", "fr") if view in FRENCH else ("en",):
                app.as_(desk.office, who, language)
                yield f"{who or 'nobody'} {view} {language}", f"{app.address}{path_of(desk, view)}"
    app.kept = states(desk, folder)
    yield from ((name, f"{app.address}/-/{name}") for name in app.kept)


async def test_no_view_fails_our_own_checks(busy, tmp_path):  # noqa: F811
    parts = Parts(secret=bytes(range(32)))
    failed, tried, seen = {}, set(), 0

    async with BrowserPool(BrowserConfig(axe_source=axe_source(), slots=1, acting_limit=240, page_limit=600)) as pool:
        with standing(busy.office) as app:
            for name, url in opened(busy, app, tmp_path / "empty"):
                seen += 1
                print(f"{seen}. {name}")
                async with pool.visit(url, key="main", fresh=True) as (_, collected):
                    pass
                snapshot = Snapshot(site="main", url=url, artifacts=collected.artifacts, errors=collected.errors)
                for one in parts.judge(snapshot).outcomes:
                    if one.rule.startswith(("pii/", "privacy/")):
                        continue  # the desk tells of exposures, masked, and is no page of the City's
                    if one.verdict in (Verdict.PASS, Verdict.FAIL, Verdict.REVIEW):
                        tried.add(one.rule)
                    # Nobody presses anything here; whatever else was not collected, nobody has looked at.
                    unpressed = any(one.reason == f"{collector}: not collected" for collector in PRESSING)
                    places = "; ".join(f"{found.selector}: {found.message}" for found in one.findings[:3])
                    if one.verdict is Verdict.FAIL or (one.verdict is Verdict.ERROR and not unpressed):
                        failed.setdefault(name, []).append(f"{one.rule}: {places or one.reason}")
                    elif one.verdict is Verdict.REVIEW:
                        print(f"{name}: a person is asked: {one.rule}: {places}")

    assert failed == {}
    assert seen > 50
    keyboard = {"check/keyboard-trap", "check/focus-not-visible", "check/focus-order"}
    assert {*keyboard, "check/reflow", "check/text-spacing", "check/page-language", "axe/color-contrast"} <= tried
