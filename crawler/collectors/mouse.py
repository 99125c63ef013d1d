"""Controls that a keyboard does not reach, text at which it stops. Listeners are read, nothing is pressed."""

from __future__ import annotations

from typing import Any

from crawler.browser.listeners import FOCUS, HOVER, KEYS, MOUSE, listen
from crawler.browser.page import RenderedPage
from crawler.collectors import Collector

#: Places on one page.
LIMIT = 60


class Mouse(Collector):
    """``{"controls": [{"selector", "html", "part", "text", "pointer", "role", "named", "twin", "click", ...}],
    "unreached", "idle", "pointed", "items", "shut", "veiled", "unkeyed", "editable", "nameless"}``.
    """

    name = "mouse"
    order = 58  # cheap: what keys and sizes take of the page's seconds costs none of it
    # Not among those that read while scripts are held: an inline handler that is asked for then is lost for good.
    acts = True

    async def collect(self, page: RenderedPage) -> Any:
        """Who listens to the mouse, and is no control that the Tab key comes to. The page itself; no frames."""
        world = (await page.worlds())[0]
        page.overheard = await listen(page, world, MOUSE | KEYS | FOCUS | HOVER)
        return await page.call(world, "handrail.mouse.read", LIMIT)
