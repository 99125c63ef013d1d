"""Names, structure and forms: what links, pictures, fields, tables and blocks of text are called and look like."""

from __future__ import annotations

from typing import Any

from crawler.browser.page import RenderedPage
from crawler.collectors import Collector

#: Elements per frame, and milliseconds that reading one may take. Beyond them the frame is told to be truncated.
MOST_ELEMENTS, MOST_MILLISECONDS = 30_000, 2_500


class Structure(Collector):
    """``{"frames": [{"frame", "truncated", "title", "links", "images", …}]}``; see ``audits.model.Snapshot``."""

    name = "structure"
    order = 30

    async def collect(self, page: RenderedPage) -> Any:
        """One walk over the flat tree of each frame."""
        frames = []
        for world in await page.worlds():
            read = await page.call(world, "handrail.structure.read", MOST_ELEMENTS, MOST_MILLISECONDS)
            frames.append({"frame": list(world.path), **read})
        return {"frames": frames}
