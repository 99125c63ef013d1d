"""Run QualWeb's ACT rules, the second opinion, in every frame of the page."""

from __future__ import annotations

from typing import Any

from audits.standards import load
from crawler.browser.page import RenderedPage
from crawler.collectors import Collector

#: Seconds in one frame. A second opinion is worth having, and not worth a page.
MOST = 5.0


class Qualweb(Collector):
    """``{"frames": [{"frame", "rules": [{"id", "outcome", "broken", "nodes"}]}]}``. It reads and leaves no trace."""

    name = "qualweb"
    limit = 20.0
    order = 80

    async def collect(self, page: RenderedPage) -> Any:
        """Every rule of our catalogue in each frame by itself: a frame's document is a page to QualWeb."""
        asked = [{"id": rule.id, "place": rule.place} for rule in load().qualweb_rules.values()]
        return {
            "frames": [
                {"frame": list(world.path), "rules": await page.call(world, "handrail.qualweb.run", asked, most=MOST)}
                for world in await page.worlds()
            ]
        }
