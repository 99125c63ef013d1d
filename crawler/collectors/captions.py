"""What the captions of films say, and for how long: their files are read as a player reads them."""

from __future__ import annotations

from typing import Any

from audits.model import FRAME_STEP
from crawler.browser.page import RenderedPage
from crawler.collectors import Collector

#: Films of one frame, and milliseconds in which the files of their captions must have come.
MOST, MILLISECONDS = 12, 4_000
TOO_MANY, LATE = "the page has more films than are looked at", "the captions of a film did not come in time"


class Captions(Collector):
    """``{"films": [film], "left_out": str}``; see ``audits.model.Snapshot``."""

    name = "captions"
    order = 90
    acts = True  # a track that nobody has turned on is loaded

    async def collect(self, page: RenderedPage) -> Any:
        """Films of the page and of its frames."""
        films: list[dict[str, Any]] = []
        left_out = ""
        for world in await page.worlds():
            read = await page.call(world, "handrail.captions.read", MOST, MILLISECONDS)
            films += [{**film, "selector": FRAME_STEP.join([*world.path, film["selector"]])} for film in read["films"]]
            left_out = left_out or (TOO_MANY if read["more"] else LATE if read["late"] else "")
        return {"films": films, "left_out": left_out}
