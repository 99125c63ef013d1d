"""The page in the states that nobody has to press anything for: narrow, and in dark colours."""

from __future__ import annotations

import time
from typing import Any

from audits.model import PAGE_BUDGET
from crawler.browser.page import RenderedPage
from crawler.browser.states import ARRIVE, SAME, SEEN, SHOW, Show, Sight
from crawler.collectors import Collector

Json = dict[str, Any]

#: Seconds for all of it; and without how many, beside those that axe-core took for the page, no state is begun.
MOST, ONE = 9.0, 1.0


class States(Collector):
    """``{"seen": [{"state", "artifacts", "places"}], "visited": {state: "seen" | "same" | why not}}``."""

    name = "states"
    limit = 12.0
    order = 70
    acts = True

    async def collect(self, page: RenderedPage) -> Json:
        """What is new in each state; where nothing is, a look is all it takes."""
        ends = min(page.hands.ends, time.monotonic() + MOST)
        told: Json = {"seen": [], "visited": {}}
        sight = Sight(page, (await page.worlds())[0])
        await sight.remember()
        for state, show in SHOW.items():
            if (left := ends - time.monotonic()) < ONE + page.hands.reading:
                told["visited"][state] = PAGE_BUDGET
                continue
            try:
                seen = await self._look(page, sight, state, show, left)
            except TimeoutError:
                told["visited"][state] = PAGE_BUDGET
                ends = 0.0
                continue
            told["visited"][state] = SEEN if seen else SAME
            told["seen"] += [seen] if seen else []
        return told

    async def _look(self, page: RenderedPage, sight: Sight, state: str, show: Show, left: float) -> Json | None:
        began = time.monotonic()
        await show(page, sight.top)
        changed = await sight.changed(ARRIVE)
        seen = bool(changed["there"] or changed["looks"])
        if seen:
            seconds = left - (time.monotonic() - began)
            await sight.judged(seconds, looks="all" if state == "dark" else "sure")
        await page.hands.put_back()
        if not seen:
            return None
        await page.call(sight.top, "handrail.states.settle", 0)
        return await sight.taken(state, back=True)
