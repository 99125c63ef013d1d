"""The text and structure of the page as people are given it, every frame."""

from __future__ import annotations

from typing import Any

from crawler.browser.page import PageTooLarge, RenderedPage
from crawler.collectors import Collector

#: Characters of HTML per frame. Above it the page counts as not fully read, which is an error, never silence.
LIMIT = 20_000_000


class Document(Collector):
    """``{"title", "lang", "frames": [{"frame", "url", "html", "sources", "cut", "hosts", "weight"}]}``.

    See ``audits.model``.
    """

    name = "document"
    order = 10

    async def collect(self, page: RenderedPage) -> Any:
        """Serialise the composed tree of each frame."""
        frames = []
        for world in await page.worlds():
            read = await page.call(world, "handrail.document.read", LIMIT)
            if read["truncated"]:
                raise PageTooLarge(f"more than {LIMIT} characters of HTML in one frame")
            frames.append({"frame": list(world.path), **read})
        top = frames[0]
        return {"title": top["title"], "lang": top["lang"], "frames": frames}
