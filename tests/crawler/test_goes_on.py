"""A script that changes the page for a while, and rests before anybody looks, moves nothing for long."""

import asyncio

import pytest
from pools import PATIENT, nobody, shared

from crawler.browser.pool import BrowserConfig
from crawler.collectors import Collector
from crawler.collectors.motion import Motion

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONFIG = BrowserConfig(axe_source="", slots=1, **PATIENT | {"quiet_limit": 3.0})
PAGE = """<!doctype html><html lang="en"><title>Slides</title><main><h1>Slides</h1>
<p id="deck">Slides that are laid out anew when the window changes.</p></main><script>
let n = 0;
const timer = setInterval(() => { deck.style.left = `${n += 1}px`; if (n === LAST) { clearInterval(timer); } }, 50);
</script></html>"""


@pytest.mark.parametrize(("last", "found"), [(50, []), (5000, ["#deck"])])
async def test_only_what_goes_on_is_told(serve, last, found):
    server = serve({"/": PAGE.replace("LAST", str(last))})

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=[]) as (rendered, _):
            await rendered.page.wait_for_function("n >= 50")
            return await Motion().collect(rendered)

    seen = await shared(CONFIG, work)

    assert [place["selector"] for place in seen["scripted"]] == found


FRAMES = """<!doctype html><html lang="en"><title>News</title><main><h1>News</h1>
<div style="overflow: hidden"><p id="news" style="display: inline-block">The pool is closed on Monday.</p></div></main>
<script>
const began = performance.now();
function step(now) {
  news.style.transform = `translateX(${(now / 20) % 300}px)`;
  if (now - began < LAST) requestAnimationFrame(step);
}
requestAnimationFrame(step);
</script></html>"""


class Reads(Collector):
    """Reads for long enough that a frame falls due while the page's scripts are held."""

    name = "reads"

    async def collect(self, page):
        """Nothing."""
        await asyncio.sleep(0.5)


@pytest.mark.parametrize(("last", "found"), [(4000, []), (1e9, ["#news"])])
async def test_what_lost_its_frames_while_scripts_were_held_was_seen_before(serve, last, found):
    server = serve({"/": FRAMES.replace("LAST", str(last))})
    config = BrowserConfig(axe_source="", slots=1, **PATIENT | {"quiet_limit": 8.0})

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=[Reads(), Motion()]) as (_, seen):
            return seen.artifacts["motion"]

    motion = await shared(config, work)

    assert [place["selector"] for place in motion["scripted"]] == found
