"""What the page asks for without encryption, and what of other hosts it takes unseen."""

from __future__ import annotations

from typing import Any

from crawler.browser.page import RenderedPage
from crawler.collectors import Collector

#: Elements of a page that are told; one that has more has the same fault in all of them.
LIMIT = 200


class Transport(Collector):
    """``{"metas", "insecure", "foreign"}`` of the top frame: see ``audits.model``. Frames are pages of their own."""

    name = "transport"
    order = 22

    async def collect(self, page: RenderedPage) -> Any:
        """One look at the elements that load something."""
        worlds = await page.worlds()
        return await page.call(worlds[0], "handrail.transport.read", LIMIT)
