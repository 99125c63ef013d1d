"""What controls do when they are used. Only where it is allowed; what leads away, asks or sends is held back."""

from __future__ import annotations

from typing import Any

from audits.model import LEFT_OUT, PAGE_BUDGET
from crawler.browser.listeners import listen
from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector

Json = dict[str, Any]
#: Seconds that one control may take; with fewer left, no other is begun.
ONE = 2.5
#: Milliseconds for what a control does.
WAIT = 350
#: Controls of each kind on one page: looked at, and of those that may be pressed, used.
LOOKED_AT, MOST = 200, 10
#: What takes people elsewhere.
AWAY = ("navigation", "window")
#: What a click does that nobody overlooks.
SEEN = (*AWAY, "dialog")


class Interaction(Collector):
    """``{"keys": [control], "values": [control], "tried": {...}, "left_out": str}``; see ``audits.model.Snapshot``."""

    name = "interaction"
    order = 80
    acts = True
    presses = True
    limit = 600.0  # the page's budget ends it

    async def collect(self, page: RenderedPage) -> Json:
        """Each control once; one that seems wrong once more, on the page as it came."""
        found: Json = {"keys": [], "values": [], "tried": {"keys": 0, "values": 0}, "left_out": ""}
        # Listeners that attributes name are lost where they are first read while the page's scripts are held still.
        await page.hands.again()
        world = await self._look(page)
        dirty = False
        for kind, tries in (("values", self._leads_away), ("keys", self._needs_a_mouse)):
            if dirty:
                await page.hands.again()
                world, dirty = await self._look(page), False
            controls = await page.call(world, f"handrail.interaction.{kind}", LOOKED_AT)
            for control in [one for one in controls if page.hands.safety.may_press(one)][:MOST]:
                if page.hands.left < ONE:
                    found["left_out"] = self._why(page)
                    return found
                if dirty:
                    await page.hands.again()
                    world = await self._look(page)
                found["tried"][kind] += 1
                did, dirty = await tries(page, world, control)
                if not did:
                    continue
                if page.hands.left < ONE:
                    found["left_out"] = self._why(page)
                    return found
                await page.hands.again()
                world = await self._look(page)
                again, dirty = await tries(page, world, control)
                if again:
                    found[kind].append({**control, "does": again})
        return found

    async def _look(self, page: RenderedPage) -> World:
        page.forget_worlds()
        world = (await page.worlds())[0]
        await listen(page, world)
        await page.call(world, "handrail.interaction.ambient", WAIT)
        page.hands.taken()
        return world

    async def _leads_away(self, page: RenderedPage, world: World, control: Json) -> tuple[str, bool]:
        """Where the next entry of a list, or one letter in a field, leads by itself; and whether the page changed."""
        path = control["path"]
        if not await page.call(world, "handrail.interaction.begin", path):
            return "", False
        if not await page.call(world, "handrail.interaction.focus", path):
            return "", True
        index = await page.call(world, "handrail.interaction.selected", path)
        if (await page.call(world, "handrail.interaction.end", WAIT)) is None or self._wanted(page, AWAY):
            return "", True  # the focus alone does it: another rule
        if not await page.call(world, "handrail.interaction.begin", path) or not await page.call(
            world, "handrail.interaction.has", path
        ):
            return "", True
        await page.hands.press("ArrowDown" if control["kind"] == "list" else "a")
        told = await page.call(world, "handrail.interaction.end", WAIT)
        away = self._wanted(page, AWAY)
        await page.call(world, "handrail.interaction.undo", path, index)
        return away, bool(away or told is None or told["does"])

    async def _needs_a_mouse(self, page: RenderedPage, world: World, control: Json) -> tuple[str, bool]:
        """What a click does and no key does; and whether the page changed."""
        path, hands = control["path"], page.hands
        for key in ("", "Enter", "Space", *(("ArrowDown", "ArrowRight") if control["arrows"] else ())):
            if not await page.call(world, "handrail.interaction.begin", path):
                return "", True
            if not await page.call(world, "handrail.interaction.focus", path):
                return "", True
            if key:
                hands.taken()
                await hands.press(key)
            told = await page.call(world, "handrail.interaction.end", WAIT)
            attempts = hands.taken()
            if told is None or attempts or (told["answers"] if key else told["does"]):
                return "", True
        where = await page.call(world, "handrail.interaction.point", path)
        if not where:
            return "", False
        await hands.point(*where)
        if not await page.call(world, "handrail.interaction.begin", path):
            return "", True
        await page.call(world, "handrail.interaction.end", WAIT)  # what comes with the mouse is no click's doing
        if not await page.call(world, "handrail.interaction.begin", path):
            return "", True
        if await page.call(world, "handrail.interaction.point", path) != where:
            return "", True
        hands.taken()
        await hands.click(*where)
        told = await page.call(world, "handrail.interaction.end", WAIT)
        return self._wanted(page, SEEN) or (told["does"] if told else ""), True

    @staticmethod
    def _why(page: RenderedPage) -> str:
        return "the page opened a line to its server" if page.hands.stopped else PAGE_BUDGET.removeprefix(LEFT_OUT)

    @staticmethod
    def _wanted(page: RenderedPage, kinds: tuple[str, ...]) -> str:
        wanted = {attempt.kind for attempt in page.hands.taken()}
        return next((kind for kind in kinds if kind in wanted), "")
