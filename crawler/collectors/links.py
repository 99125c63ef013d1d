"""Links in the rendered page, also those that scripts added, and the scripts that it and its frames load."""

from __future__ import annotations

import logging
from typing import Any

from playwright.async_api import Error

from crawler.browser.page import RenderedPage
from crawler.collectors import Collector

logger = logging.getLogger(__name__)

#: A page with more links than this is a link farm or a fault.
LIMIT = 20_000
#: The same of scripts, in each frame.
SCRIPTS = 2_000


class Links(Collector):
    """``{"links": [{"url", "kind"}]}``, of the top frame, and of all frames what is of the kind "script"."""

    name = "links"
    order = 20

    async def collect(self, page: RenderedPage) -> Any:
        """One walk over the composed tree, and a question to each frame."""
        worlds = await page.worlds()
        links = await page.call(worlds[0], "handrail.links.read", LIMIT)
        for world in worlds:
            try:
                links += await page.call(world, "handrail.links.scripts", SCRIPTS)
            except (Error, RuntimeError) as exc:  # a frame that went away: where the page leads is known all the same
                logger.info("scripts of a frame: %s", type(exc).__name__)
        return {"links": links}
