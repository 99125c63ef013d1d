"""What a page says by its looks alone: like things of different colours, marks without words, charts and their keys."""

from __future__ import annotations

from typing import Any

from crawler.browser.page import RenderedPage
from crawler.collectors import Collector

#: Elements per frame, and milliseconds that reading one may take.
MOST_ELEMENTS, MOST_MILLISECONDS = 15_000, 5_000


class Looks(Collector):
    """``{"frames": [{"frame", "truncated", "alike", "marks", …}]}``; see ``audits.model.Snapshot``."""

    name = "looks"
    scripts = ("wordless",)
    order = 32

    async def collect(self, page: RenderedPage) -> Any:
        """One walk over the flat tree of each frame."""
        frames = []
        for world in await page.worlds():
            read = await page.call(world, "handrail.looks.read", MOST_ELEMENTS, MOST_MILLISECONDS)
            frames.append({"frame": list(world.path), **read})
        return {"frames": frames}
