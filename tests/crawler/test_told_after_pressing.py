"""What is found when controls are pressed, and was suspected before, is told once: the page is judged in two goes."""

from dataclasses import replace

import pytest
from pools import PATIENT, PATIENTLY, nobody, shared

from audits.model import Snapshot, Verdict
from crawler.browser.pool import BrowserConfig
from crawler.collectors import collectors
from crawler.safety import USUAL
from handrail.wiring import Parts

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONFIG = BrowserConfig(axe_source="", slots=1, **PATIENT)
WANTED = [one for one in collectors() if one.name in ("document", "handlers", "interaction")]
PAGE = """<!doctype html><html lang="en"><title>Wards</title><main><h1>Wards</h1>
<label>Go to <select id="away"><option value="/">All</option><option value="/one">Ward 1</option></select></label>
<label>Colour <input type="checkbox" id="moves"></label> <button id="b" type="button">Map</button>
<script>away.onchange = () => { location.href = away.value; }; moves.onchange = () => { b.focus(); };</script></main>
</html>"""


async def test_a_fault_that_pressing_proves_is_not_asked_about_as_well(serve):
    server = serve({"/": PAGE, "/one": PAGE})
    parts = Parts(secret=bytes(32))

    async def work(pool):
        reading = [one for one in WANTED if not one.presses]
        async with pool.visit(server.url(), key=nobody(), collectors=reading) as (rendered, seen):
            base = Snapshot(site="main", url=server.url(), artifacts=dict(seen.artifacts))
            first = parts.judge(base).outcomes
            pressing = [one for one in WANTED if one.presses]
            await pool.press(rendered, seen, seconds=PATIENTLY, safety=USUAL, collectors=pressing)
        taken = {"interaction": seen.artifacts["interaction"]}
        return first, parts.judge(replace(base, artifacts=taken, partial=True, before=first)).outcomes

    first, last = await shared(CONFIG, work)

    told = [
        {(one.rule, one.selector, one.verdict) for each in outcomes for one in each.findings if one.selector == "#away"}
        for outcomes in (first, last)
    ]
    assert told == [
        {("check/choice-acts", "#away", Verdict.REVIEW)},
        {("check/value-changes-context", "#away", Verdict.FAIL)},
    ]
    assert {one.rule for one in first} <= {one.rule for one in last}
    assert len({one.rule for one in last}) == len(last)
