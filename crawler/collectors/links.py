"""Links in the rendered page, also those that scripts added."""

from __future__ import annotations

from typing import Any

from crawler.browser.page import RenderedPage
from crawler.collectors import Collector

#: A page with more links than this is a link farm or a fault.
LIMIT = 20_000


class Links(Collector):
    """``{"links": [{"url", "kind"}]}``, of the top frame; frames' own links belong to the frames' pages."""

    name = "links"
    order = 20

    async def collect(self, page: RenderedPage) -> Any:
        """One walk over the composed tree."""
        worlds = await page.worlds()
        return {"links": await page.call(worlds[0], "handrail.links.read", LIMIT)}
