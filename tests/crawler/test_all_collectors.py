"""All collectors on one page: none takes from another what it must see."""

import pytest

from crawler.browser.pool import BrowserConfig, BrowserPool
from handrail.wiring import axe_source

pytestmark = pytest.mark.browser


async def test_inline_handlers_live_on_for_the_collectors_that_act(serve):
    body = (
        '<p><a href="/">Start</a></p><p><label>Code <input id="held" onblur="this.focus()"></label></p>'
        '<p><a href="/">End</a></p>'
    )
    server = serve({"/": f'<!doctype html><html lang="en"><title>T</title><main><h1>H</h1>{body}</main></html>'})
    config = BrowserConfig(axe_source=axe_source(), slots=1)
    async with BrowserPool(config) as pool, pool.visit(server.url(), key="site") as (_, seen):
        walked = seen.artifacts["keyboard"]

    assert not seen.errors
    assert walked["trap"] is not None
