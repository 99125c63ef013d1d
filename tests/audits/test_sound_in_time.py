"""Sound that begins by itself is as long as it is, however much of it has been played when axe comes by."""

import pytest
from pools import PATIENT, nobody, shared

from audits.accessibility.axe_rules import AxeRules
from audits.model import Snapshot
from audits.runner import run_checks
from crawler.browser.pool import BrowserConfig
from crawler.collectors.axe import Axe
from handrail.demo import files
from handrail.wiring import axe_source

pytestmark = pytest.mark.browser

RULE = "axe/no-autoplay-audio"


@pytest.mark.parametrize(
    ("seconds", "at", "told"),
    [(5, 0, ["review"]), (5, 2.5, ["review"]), (5, 5, ["review"]), (1, 0, []), (1, 1, [])],
)
async def test_what_has_been_played_already_does_not_count(serve, seconds, at, told):
    html = (
        '<!doctype html><html lang="en"><head><title>T</title></head><body><main><h1>Swim</h1>'
        '<audio autoplay src="/chime.wav"></audio></main><script>'
        "const el = document.querySelector('audio');"
        f"el.addEventListener('canplaythrough', () => {{ el.currentTime = {at}; }}, "
        "{ once: true });</script></body></html>"
    )
    headers = {"Content-Type": "audio/wav", "Accept-Ranges": "bytes"}
    server = serve({"/": html, "/chime.wav": (200, headers, files.wav(seconds))})
    checks = [AxeRules(redact=str)]
    config = BrowserConfig(axe_source=axe_source(), slots=1, **PATIENT)

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=(Axe(),)) as (page, seen):
            played = await page.call((await page.worlds())[0], "document.querySelector('audio').currentTime")
            return played, Snapshot(site="main", url=server.url(), artifacts=seen.artifacts, errors=seen.errors)

    played, snapshot = await shared(config, work)
    outcomes = run_checks(snapshot, checks, site_key="main")

    assert [str(one.verdict) for outcome in outcomes if outcome.rule == RULE for one in outcome.findings] == told
    assert played >= at
