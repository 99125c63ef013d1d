"""A script that changes the page for a while, and rests before anybody looks, moves nothing for long."""

import pytest
from pools import PATIENT, nobody, shared

from crawler.browser.pool import BrowserConfig
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
