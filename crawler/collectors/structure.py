"""Names, structure and forms: what links, pictures, fields, tables and blocks of text are called and look like."""

from __future__ import annotations

from typing import Any

from crawler.browser.page import RenderedPage
from crawler.browser.sounds import detached
from crawler.collectors import Collector

#: Elements per frame, and milliseconds that reading one may take. Beyond them the frame is told to be truncated.
MOST_ELEMENTS, MOST_MILLISECONDS = 30_000, 8_000
#: The part of the page of what stands nowhere in it.
CONTENT = {"key": "content", "name": "Page content"}


class Structure(Collector):
    """``{"frames": [{"frame", "truncated", "title", "links", "images", …}]}``; see ``audits.model.Snapshot``."""

    name = "structure"
    order = 30

    async def collect(self, page: RenderedPage) -> Any:
        """One walk over the flat tree of each frame."""
        frames = []
        worlds = await page.worlds()
        for world in worlds:
            read = await page.call(world, "handrail.structure.read", MOST_ELEMENTS, MOST_MILLISECONDS)
            if world is worlds[0]:
                whole = {"selector": "html", "html": "<html>", "part": CONTENT, "apart": True}
                read["sounds"] += [{**whole, **one} for one in await detached(page, world)]
            frames.append({"frame": list(world.path), **read})
        return {"frames": frames}
