"""Where goes what people type, before they send it. Only on a copy of a site; nothing that carries it goes out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import SystemRandom
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error

from audits.model import FRAME_STEP
from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector
from crawler.collectors.interaction import fresh, why
from crawler.known import keys_of
from crawler.typed import Typed, invented

Json = dict[str, Any]
#: Seconds that a page's fields may take; with fewer left, none is begun.
ONE = 5.0
#: Fields of one page that are typed into.
MOST = 12
#: Seconds until what was typed has gone where it goes, and until what a page sends when it is left has gone.
AFTER, LEAVING = 1.0, 0.3
#: What is told of a field.
TOLD = ("html", "part", "name", "called", "type", "token", "search")


class TypedText(Collector):
    """``{"fields": [field], "tried": int, "left_out": str}``; see ``audits.model.Snapshot``."""

    name = "typed"
    order = 84  # last of those that press: what it takes of the page’s budget is missed by none
    acts = True
    presses = True
    sends = True
    limit = 600.0  # the page's budget ends it

    async def collect(self, page: RenderedPage) -> Json:
        """All fields in one go, each with a value of its own; then the page is left, as people leave it."""
        found: Json = {"fields": [], "tried": 0, "left_out": ""}
        every = await self._listed(page)
        fields = every[:MOST]
        shared = [field for field in fields if field["shared"]]
        key = f"typed {' '.join(keys_of(shared))}" if shared else ""
        async with page.hands.known.turn(key, page.hands.left - ONE) as turn:
            wanted = [field for field in fields if not field["shared"]] if turn.is_known else fields
            if wanted and (turn.late or page.hands.left < ONE):
                found["left_out"] = why(page)
                return found
            sent, unread = await self._typed(page, wanted) if wanted else ({}, False)
            if turn.is_known:
                sent |= turn.result
            elif not page.hands.stopped:
                turn.result = {_key(field): sent[_key(field)] for field in shared if _key(field) in sent}
        if page.hands.stopped:
            found["left_out"] = why(page)
        elif unread:
            found["left_out"] = "something that the page wanted to send could not be read"
        elif len(every) > MOST:
            found["left_out"] = "the page has more fields than are typed into"
        for field in fields:
            if (did := sent.get(_key(field))) is None:
                continue
            found["tried"] += 1
            if did:
                selector = FRAME_STEP.join([*field["frame"], field["selector"]])
                found["fields"].append({**{name: field[name] for name in TOLD}, "selector": selector, "sent": did})
        return found

    async def _listed(self, page: RenderedPage) -> list[Json]:
        """Of the page and of its own frames; one more than is typed into says that there are more."""
        found: list[Json] = []
        for world in await page.worlds():
            if _is_own(world):
                fields = await page.call(world, "handrail.typed.list", MOST + 1)
                found += [{**field, "frame": list(world.path)} for field in fields]
        return [field for field in found if page.hands.safety.may_type(field)]

    async def _typed(self, page: RenderedPage, fields: Sequence[Json]) -> tuple[dict[str, list[Json]], bool]:
        """What each field's value went into, by field; those that keep nothing of it are left out."""
        await fresh(page)
        hands, typed, chance = page.hands, Typed(), SystemRandom()
        hands.fresh = False
        kept: dict[int, str] = {}
        hands.typed = typed
        try:
            worlds = {world.path: world for world in await page.worlds()}
            for number, field in enumerate(fields):
                world = worlds.get(tuple(field["frame"]))
                if world is None or hands.stopped:
                    continue
                try:
                    if await page.call(world, "handrail.typed.enter", field["path"]):
                        value = invented(field["type"], chance)
                        typed.add(number, value)
                        await hands.type(value)
                        held = await page.call(world, "handrail.typed.held", field["path"])
                        if held and typed.add(number, value, held):
                            kept[number] = _key(field)
                        await hands.press("Tab")
                except Error:
                    worlds.pop(world.path)  # a frame that went elsewhere
            await asyncio.sleep(AFTER)
            if not hands.stopped:
                await hands.again()
                page.forget_worlds()
                await asyncio.sleep(LEAVING)
        finally:
            hands.typed = None
        sent: dict[str, list[Json]] = {key: [] for key in kept.values()}
        for number, host, where, how in typed.seen:
            sent.setdefault(_key(fields[number]), []).append({"host": host, "where": where, "how": how})
        return sent, typed.unread


def _is_own(world: World) -> bool:
    """Whether a frame is the page itself, or comes from where the page comes from."""
    if world.parent is None:
        return True
    if world.url.startswith(("about:srcdoc", "about:blank")):
        return _is_own(world.parent)
    top = world
    while top.parent is not None:
        top = top.parent
    here, there = urlsplit(top.url), urlsplit(world.url)
    return (here.scheme, here.netloc) == (there.scheme, there.netloc)


def _key(field: Json) -> str:
    return FRAME_STEP.join([*field["frame"], field["selector"]])
