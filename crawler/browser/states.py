"""A page in another state than that in which it came: what it shows there that is new, judged like a page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, cast

from playwright.async_api import Error

from audits.model import FRAME_STEP, LEFT_OUT, OPENED, SHADOW_STEP, UNPRESSED
from crawler.browser.listeners import hears
from crawler.browser.page import RenderedPage, World
from crawler.collectors.axe import by_frame

Json = dict[str, Any]

#: Elements of the page, and milliseconds that reading their structure may take.
MOST_ELEMENTS, MOST_MILLISECONDS = 30_000, 3_000
SEEN, SAME = "seen", "same"
#: WCAG 1.4.10: 1280 CSS pixels at 400%.
NARROW = (320, 640)
#: Milliseconds for scripts that answer to a size: at first many wait, for the window may still be drawn larger.
SIZE, MOST_SIZE = 250, 1200
#: Seconds between looks at frames that come, and at most until they have come.
TICK, ARRIVE = 0.06, 1.5
#: Begins the reason of a state that something of ours kept from being looked at.
BROKE = f"{LEFT_OUT}failed: "
#: The states of a page, by the artifact that holds them.
VISITS = {"states": UNPRESSED, "opened": (OPENED,)}
#: Says of a page that something on it was left alone, and why.
HELD_BACK = "held-back"


def visited(artifacts: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """Whether a page was looked at in each of its states, or why not."""
    told: dict[str, str] = {}
    for name, states in VISITS.items():
        reason = errors.get(name, "")
        if name in artifacts:
            told |= artifacts[name]["visited"]
        elif reason:
            told |= dict.fromkeys(states, reason if reason.startswith(LEFT_OUT) else f"{BROKE}{reason}")
    kinds = artifacts.get("interaction", {}).get("held_back", {})
    if why := artifacts.get("openers", {}).get("held_back") or next(filter(None, kinds.values()), ""):
        told[HELD_BACK] = f"{LEFT_OUT}{why}"
    return told


def is_unfinished(told: Mapping[str, str]) -> bool:
    """Whether something of ours kept a state from being looked at, so that the next run looks again.

    Where the time ran out, it would again: that stays "not run" until the page changes or its audit is too old.
    """
    return any(one.startswith(BROKE) for one in told.values())


class Sight:
    """A page and its frames: what they show in a state that they did not before, judged."""

    def __init__(self, page: RenderedPage, top: World, *, came: bool = False) -> None:
        """``came``: of frames, only those that came are looked at; the others may do as they like."""
        self.top = top
        self._came = came
        self._page = page
        self._grounds: dict[str, str] = {}
        self._missed: set[tuple[str, ...]] = set()
        self._looked: list[World] = []
        self._told: list[tuple[World, Json]] = []
        self._closed: list[Json] = []

    async def remember(self) -> None:
        """The page as it is now is what its states are compared with."""
        worlds = await self._page.worlds()
        self._missed = {tuple(missed["frame"]) for missed in self._page.not_entered}
        for world in worlds[: 1 if self._came else None]:
            await self._ask(world, "handrail.states.remember()")
            if world.parent is not None and (at := await self._placed(world)) is not None:
                self._grounds[world.frame_id] = at["ground"]

    async def ignore(self) -> None:
        """What differs although nothing was done, changes by itself."""
        await self._page.call(self.top, "handrail.states.ignore()")

    async def changed(self, arrive: float = 0.0) -> Json:
        """How much differs: ``{"there", "looks", "appeared"}``; frames that came are waited for so many seconds."""
        told: Json = await self._page.call(self.top, "handrail.states.changed()")
        self._looked, self._told, self._closed = [self.top] if told["there"] or told["looks"] else [], [], []
        worlds = await self._frames(arrive)
        entered = {self.top.frame_id}
        if not self._came:
            await asyncio.gather(*(self._ask(world, "handrail.states.settle", 0) for world in worlds[1:]))
        for world in worlds:  # parents first
            if world.parent is None or world.parent.frame_id not in entered:
                continue
            at = await self._placed(world)
            if at is None or not at["shown"]:
                continue
            if not at["fresh"] and (self._came or not await self._ask(world, "handrail.states.remembers()")):
                continue  # it went elsewhere by itself
            if self._came:
                await self._ask(world, "handrail.states.settle", 0)
            moved = at["ground"] != self._grounds.get(world.frame_id, at["ground"])
            here = await self._ask(world, "handrail.states.changed", {**at, "moved": moved})
            if here is None:
                continue
            entered.add(world.frame_id)
            told = {name: told[name] + here[name] for name in told}
            if here["there"] or here["looks"]:
                self._looked.append(world)
        return told

    async def judged(self, seconds: float, looks: str = "") -> None:
        """Let axe-core and the reader of structure look at what ``changed`` found.

        The page's scripts wait meanwhile. ``looks``: whether places that only look otherwise are judged too: "all" of
        what is said of them, or what is "sure". Raises TimeoutError.
        """
        async with self._page.held_still():
            await asyncio.wait_for(self._judge(looks), seconds)

    async def _judge(self, looks: str) -> None:
        for world in self._looked:
            arguments = (looks, MOST_ELEMENTS, MOST_MILLISECONDS)
            if (told := await self._ask(world, "handrail.states.audit", *arguments)) is not None:
                self._told.append((world, told))

    async def taken(self, state: str, *, back: bool = False) -> Json:
        """The artifacts of a state, of what is new in it; ``back``: the page is as it was before."""
        rules, structure, places = [], [], []
        for world, told in self._told:
            left = set(await self._left(world)) if back else set()
            for rule in told["rules"]:
                rule["nodes"] = [
                    self._named(rule["id"], node, world) for node in rule["nodes"] if node["at"] not in left
                ]
                if rule["nodes"] or (not world.path and rule["outcome"] not in ("violation", "incomplete")):
                    rules.append(rule)
            if told["structure"] is not None:
                structure.append({"frame": list(world.path), **told["structure"]})
                places += [FRAME_STEP.join([*world.path, place]) for place in told["places"] if place not in left]
        places += [FRAME_STEP.join(missed["frame"]) for missed in self._closed]
        artifacts: Json = {"axe": {"version": "", "frames": by_frame(rules), "not_entered": self._closed}}
        if structure:
            artifacts["structure"] = {"frames": structure}
        return {"state": state, "artifacts": artifacts, "places": places}

    def _named(self, rule: str, node: Json, world: World) -> Json:
        """As axe-core called the place before: by what a state makes of it ("details[open]"), it is another."""
        node["at"] = node["at"] and FRAME_STEP.join([*world.path, node["at"]])
        frame, target = self._page.called.get(
            (rule, node["at"]), (self._page.frames_called.get(world.path, list(world.path)), node["target"][-1])
        )
        node["target"] = [*frame, target]
        return node

    async def _left(self, world: World) -> list[str]:
        if world.parent is not None and not ((await self._placed(world)) or {"shown": False})["shown"]:
            return []  # it went with the state
        return await self._ask(world, "handrail.states.left()") or []

    async def _frames(self, arrive: float) -> list[World]:
        """The page's frames now. What came is waited for."""
        if len(self._page.page.frames) == 1:
            return []
        ends = time.monotonic() + arrive
        await self._enter()
        while (left := ends - time.monotonic()) > 0:
            came = [world for world in await self._page.worlds() if await self._came_up(world)]
            missed = await self._came_closed()
            if not came and not missed:
                break
            calm = await asyncio.gather(*(self._ask(one, "handrail.quiet", int(1000 * left)) for one in came))
            await self._enter()
            if all(calm) and not missed:
                break
            await asyncio.sleep(TICK)
        self._closed = await self._came_closed()
        return await self._page.worlds()

    async def _enter(self) -> None:
        self._page.forget_worlds()
        await self._page.worlds()

    async def _came_closed(self) -> list[Json]:
        """Frames of the page itself that came in this state, and could not be entered."""
        told = []
        for missed in self._page.not_entered:
            path = missed["frame"]
            if len(path) != 1 or tuple(path) in self._missed:
                continue
            found = await self._page.call(self.top, "handrail.states.framed", path[0].split(SHADOW_STEP))
            if found and found["shown"] and found["fresh"]:
                told.append({**missed, "html": found["html"], "part": found["part"]})
        return told

    async def _came_up(self, world: World) -> bool:
        at = await self._placed(world) if world.parent is not None else None
        return at is not None and bool(at["shown"] and at["fresh"])

    async def _placed(self, world: World) -> Json | None:
        try:
            return cast(Json, await self._page.call_on_owner(world, "handrail.states.frame(this)"))
        except Error:
            return None

    async def _ask(self, world: World, expression: str, *arguments: Any) -> Any:
        """A frame may go at any moment; the page itself may not."""
        try:
            return await self._page.call(world, expression, *arguments)
        except Error:
            if world.parent is None:
                raise
            return None


async def _dark(page: RenderedPage, top: World) -> None:
    await page.hands.prefer(colours="dark")
    await page.call(top, "handrail.states.settle", 0)


async def _narrow(page: RenderedPage, top: World) -> None:
    await page.hands.show(width=NARROW[0], height=NARROW[1])
    if await hears(top, frozenset({"resize", "orientationchange"})):
        await page.call(top, "handrail.states.settle", SIZE)
        await page.call(top, "handrail.quiet", MOST_SIZE)
    await page.call(top, "handrail.states.settle", 0)


Show = Callable[[RenderedPage, World], Coroutine[Any, Any, None]]
#: How a page is brought into the states that nobody has to press anything for; ``page.hands.put_back`` ends them.
SHOW: Mapping[str, Show] = {"dark": _dark, "narrow": _narrow}
