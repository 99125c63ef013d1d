"""A page in another state than that in which it came: what it shows there that is new, judged like a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from audits.model import LEFT_OUT, OPENED, UNPRESSED
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
#: Begins the reason of a state that something of ours kept from being looked at.
BROKE = f"{LEFT_OUT}failed: "
#: The states of a page, by the artifact that holds them.
VISITS = {"states": UNPRESSED, "opened": (OPENED,)}


def visited(artifacts: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """Whether a page was looked at in each of its states, or why not."""
    told: dict[str, str] = {}
    for name, states in VISITS.items():
        reason = errors.get(name, "")
        if name in artifacts:
            told |= artifacts[name]["visited"]
        elif reason:
            told |= dict.fromkeys(states, reason if reason.startswith(LEFT_OUT) else f"{BROKE}{reason}")
    return told


def is_unfinished(told: Mapping[str, str]) -> bool:
    """Whether something of ours kept a state from being looked at, so that the next run looks again.

    Where the time ran out, it would again: that stays "not run" until the page changes or its audit is too old.
    """
    return any(one.startswith(BROKE) for one in told.values())


async def judged(page: RenderedPage, top: World, *, seconds: float, looks: str = "") -> None:
    """Let axe-core and the reader of structure look at what ``handrail.states.changed`` found.

    The page's scripts wait meanwhile. ``looks``: whether places that only look otherwise are judged too: "all" of what
    is said of them, or what is "sure". Raises TimeoutError.
    """
    arguments = (looks, MOST_ELEMENTS, MOST_MILLISECONDS)
    async with page.held_still():
        await asyncio.wait_for(page.call(top, "handrail.states.audit", *arguments), seconds)


async def taken(page: RenderedPage, top: World, state: str, version: str = "", *, back: bool = False) -> Json:
    """The artifacts of a state, of what is new in it; ``back``: the page is as it was before."""
    told = await page.call(top, "handrail.states.take", back)
    frames = by_frame(told["rules"])
    for rule in frames[0]["rules"]:
        for node in rule["nodes"]:
            # axe-core may name an element by what the state makes of it ("details[open]"): it is the one that it was.
            node["target"] = page.called.get((rule["id"], node["at"]), node["target"])
    artifacts: Json = {"axe": {"version": version, "frames": frames, "not_entered": []}}
    if told["structure"] is not None:
        artifacts["structure"] = {"frames": [{"frame": [], **told["structure"]}]}
    return {"state": state, "artifacts": artifacts, "places": told["places"]}


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
