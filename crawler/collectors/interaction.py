"""What controls do when they are used. Only where it is allowed; what leads away, asks or sends is held back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from audits.model import LEFT_OUT, PAGE_BUDGET
from crawler.browser.listeners import listen
from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector
from crawler.known import keys_of

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


#: What is kept of a field to whose value no script listens.
UNHEARD = "unheard"
#: What is kept of a control that somebody listens to, and that is left alone.
LEFT_ALONE = "left alone"
#: What a control did, {} = nothing worth telling; and whether the page changed.
Did = tuple[Json, bool]
Tries = Callable[[RenderedPage, World, Json], Awaitable[Did]]
#: What is pressed to give a field another value.
PRESS = {"list": "ArrowDown", "tick": "Space", "text": "a"}


async def fresh(page: RenderedPage) -> World:
    """The page as it came, and what is known of it: who listens to what, what moves by itself."""
    if not page.hands.fresh:
        # Listeners that attributes name are lost where they are first read while the page's scripts are held still.
        await page.hands.again()
        page.forget_worlds()
        world = (await page.worlds())[0]
        await listen(page, world)
        await page.call(world, "handrail.interaction.ambient", WAIT)
        page.hands.taken()
        page.hands.fresh = True
    return (await page.worlds())[0]


def why(page: RenderedPage) -> str:
    """Why the rest of the page's controls is left alone."""
    return "the page opened a line to its server" if page.hands.stopped else PAGE_BUDGET.removeprefix(LEFT_OUT)


async def listed(page: RenderedPage, kind: str, call: str, one: float) -> tuple[list[tuple[Json, str]], str]:
    """Controls that may be pressed, each with its key, and why others are left alone; "" = there are none.

    ``call`` lists them; a control to which nobody listens is none. Where all are known, nothing is loaded for it.
    """
    hands = page.hands
    top = (await page.worlds())[0]
    every = await page.call(top, call, LOOKED_AT, True)
    told = {
        control["selector"]: _key(kind, key, hands.safety.why_not(control))
        for control, key in zip(every, keys_of(every), strict=True)
    }
    new = [control for control in every if not hands.known.holds(told[control["selector"]])]
    if hands.left >= one and new:
        if hands.fresh or any(hands.safety.may_press(control) for control in new):
            top = await fresh(page)
        else:
            await listen(page, top)
        every = await page.call(top, call, LOOKED_AT)
        heard = {control["selector"] for control in every}
        for silent in [told[control["selector"]] for control in new if control["selector"] not in heard]:
            hands.known.tell(silent, UNHEARD)
    may: list[tuple[Json, str]] = []
    held_back = ""
    for control in every:
        key = told.get(control["selector"], "")
        if not (reason := hands.safety.why_not(control)):
            may.append((control, key))
        elif not control["cookies"] and hands.known.told(key) != UNHEARD:
            held_back = held_back or reason
            if hands.left >= one:
                hands.known.tell(key, LEFT_ALONE)
    return may, held_back


def _key(kind: str, key: str, left_alone: str) -> str:
    return f"{kind} {LEFT_ALONE} {key}" if key and left_alone else f"{kind} {key}" if key else ""


class Interaction(Collector):
    """``{"keys": [control], "values": [control], "tried": {...}, "held_back": {...}, "left_out": str}``.

    See ``audits.model.Snapshot``.
    """

    name = "interaction"
    order = 80
    acts = True
    presses = True
    limit = 600.0  # the page's budget ends it

    async def collect(self, page: RenderedPage) -> Json:
        """Each control once; one that seems wrong once more, on the page as it came."""
        found: Json = {"keys": [], "values": [], "tried": {"keys": 0, "values": 0}, "held_back": {}, "left_out": ""}
        for kind, tries in (("values", self._sets_off), ("keys", self._needs_a_mouse)):
            controls, found["held_back"][kind] = await listed(page, kind, f"handrail.interaction.{kind}", ONE)
            for control, key in controls[:MOST]:
                async with page.hands.known.turn(key, page.hands.left - ONE) as turn:
                    if not turn.is_known:
                        if turn.late or page.hands.left < ONE:
                            found["left_out"] = why(page)
                            return found
                        did = await self._tried_twice(page, control, tries)
                        if did is None:
                            found["tried"][kind] += 1
                            found["left_out"] = why(page)
                            return found
                        turn.result = did
                    found["tried"][kind] += turn.result != UNHEARD
                    if turn.result and turn.result != UNHEARD:
                        found[kind].append({**control, **turn.result})
        return found

    async def _tried_twice(self, page: RenderedPage, control: Json, tries: Tries) -> Json | None:
        """What it does, seen twice; {} = nothing wrong, None = there was no time to look again."""
        did: Json = {}
        for _ in range(2):
            if page.hands.left < ONE:
                return None
            world = await fresh(page)
            did, dirty = await tries(page, world, control)
            page.hands.fresh = not dirty and not did
            if not did:
                return {}
        return did

    async def _sets_off(self, page: RenderedPage, world: World, control: Json) -> Did:
        """What the next entry of a list, one letter in a field, or a choice brings about by itself."""
        path = control["path"]
        if not await page.call(world, "handrail.interaction.begin", path):
            return {}, False
        if not await page.call(world, "handrail.interaction.focus", path):
            return {}, True
        index = await page.call(world, "handrail.interaction.selected", path)
        if (await page.call(world, "handrail.interaction.end", WAIT)) is None or self._wanted(page, AWAY):
            return {}, True  # the focus alone does it: another rule
        if not await page.call(world, "handrail.interaction.begin", path) or not await page.call(
            world, "handrail.interaction.has", path
        ):
            return {}, True
        await page.hands.press(PRESS[control["kind"]])
        told = await page.call(world, "handrail.interaction.end", WAIT)
        does = self._wanted(page, SEEN) or (told["context"] if told else "")
        await page.call(world, "handrail.interaction.undo", path, index)
        message = told["message"] if told else ""
        dirty = bool(does or told is None or told["does"])
        at = told["at"] if told else None
        return ({"does": does, "message": message, "at": at}, dirty) if does or message else ({}, dirty)

    async def _needs_a_mouse(self, page: RenderedPage, world: World, control: Json) -> Did:
        """What a click does and no key does; and whether the page changed."""
        path, hands = control["path"], page.hands
        for key in ("", "Enter", "Space", *(("ArrowDown", "ArrowRight") if control["arrows"] else ())):
            if not await page.call(world, "handrail.interaction.begin", path):
                return {}, True
            if not await page.call(world, "handrail.interaction.focus", path):
                return {}, True
            if key:
                hands.taken()
                await hands.press(key)
            told = await page.call(world, "handrail.interaction.end", WAIT, "answers" if key else "")
            attempts = hands.taken()
            if told is None or attempts or (told["answers"] if key else told["does"]):
                return {}, True
        where = await page.call(world, "handrail.interaction.point", path)
        if not where:
            return {}, False
        await hands.point(*where)
        if not await page.call(world, "handrail.interaction.begin", path):
            return {}, True
        await page.call(world, "handrail.interaction.end", WAIT)  # what comes with the mouse is no click's doing
        if not await page.call(world, "handrail.interaction.begin", path):
            return {}, True
        if await page.call(world, "handrail.interaction.point", path) != where:
            return {}, True
        hands.taken()
        await hands.click(*where)
        told = await page.call(world, "handrail.interaction.end", WAIT, "does")
        does = self._wanted(page, SEEN) or (told["does"] if told else "")
        return ({"does": does} if does else {}), True

    @staticmethod
    def _wanted(page: RenderedPage, kinds: tuple[str, ...]) -> str:
        wanted = {attempt.kind for attempt in page.hands.taken()}
        return next((kind for kind in kinds if kind in wanted), "")
