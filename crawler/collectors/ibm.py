"""Run IBM's engine, where the City has a copy of it, in every frame of the page."""

from __future__ import annotations

from typing import Any

from audits.standards import load
from crawler.browser.page import RenderedPage
from crawler.collectors import Collector

#: Seconds in one frame. A third opinion is not worth a page.
MOST = 8.0


class Ibm(Collector):
    """``{"frames": [{"frame", "rules": [{"id", "outcome", "broken", "nodes"}]}]}``; no frames without the engine."""

    name = "ibm"
    limit = 25.0
    order = 85

    async def collect(self, page: RenderedPage) -> Any:
        """All its rules in each frame by itself; we keep what it says by those of our catalogue."""
        worlds = await page.worlds()
        if not await page.call(worlds[0], "handrail.ibm.there()"):
            return {"frames": []}
        asked = [{"id": rule.id, "place": rule.place} for rule in load().ibm_rules.values()]
        return {
            "frames": [
                {"frame": list(world.path), "rules": await page.call(world, "handrail.ibm.run", asked, most=MOST)}
                for world in worlds
            ]
        }
