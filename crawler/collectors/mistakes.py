"""What forms say of mistakes: sent with nothing filled in, and with something ill-formed. Only on a copy of a site.

Nothing is sent there either: whatever a form wants of its server is held back, and then nothing is said of the form,
since only the server knows what it would have answered.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error

from audits.model import FRAME_STEP
from audits.privacy._trackers import tracker_of
from crawler.browser.hands import Attempt
from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector
from crawler.collectors.interaction import fresh, why
from crawler.known import keys_of

Json = dict[str, Any]
#: Seconds that one try may take; with fewer left, none is begun.
ONE = 3.5
#: Forms of one page: looked at, and of those that may be tried, how many are; and frames that are looked into.
LOOKED_AT, MOST, FRAMES = 40, 4, 4
#: Why a form was not tried, where nothing else kept it from being tried.
HARMFUL, TOO_MANY = "a form is called like something that is never sent", f"more than {MOST} forms of one page"
#: The same where no other form of the page could be tried.
NEVER = "a form that signs in, takes money or answers elsewhere than on its page is never tried"
#: Milliseconds in which what changes by itself in a frame shows that it does.
AMBIENT = 350
#: Milliseconds until a form has said what it says: at the least, and at the most while it still changes.
LEAST, LONGEST = 450, 2000
#: What is no e-mail address, and what is no date and fits no pattern that anybody would ask for.
ILL_FORMED = {"email": "handrail", "date": "?!?", "pattern": "?!?"}
#: What leaves the page, and what only counts visitors.
SENT, COUNTS = ("navigation", "window", "socket"), frozenset({"Image", "Ping", "Font", "Stylesheet", "Media"})
#: What is told of a form besides what came of it.
TOLD = ("selector", "html", "part", "name", "button")


class Mistakes(Collector):
    """``{"forms": [form], "tried": int, "left_out": str}``; see ``audits.model.Snapshot``."""

    name = "mistakes"
    order = 81
    acts = True
    presses = True
    sends = True
    limit = 600.0  # the page's budget ends it

    async def collect(self, page: RenderedPage) -> Json:
        """Each form once; what seems wrong once more, on the page as it came."""
        found: Json = {"forms": [], "tried": 0, "left_out": ""}
        listed = await self._listed(page)
        every = [form for form in listed if not form.get("never")]
        keys = [f"mistakes {key}" if key else "" for key in keys_of(every)]
        may = [(form, key) for form, key in zip(every, keys, strict=True) if page.hands.safety.may_try(form)]
        for form, key in may[:MOST]:
            async with page.hands.known.turn(key, page.hands.left - ONE) as turn:
                if not turn.is_known:
                    tries = None if turn.late else await self._tried(page, form)
                    if tries is None:
                        found["left_out"] = why(page)
                        break
                    turn.result = tries
                found["tried"] += 1
                told = {name: form[name] for name in TOLD}
                required = any(field["required"] for field in form["fields"])
                found["forms"].append(
                    _placed({**told, "required": required, "tries": _named(turn.result, form)}, form["frame"])
                )
        if not found["left_out"]:
            found["left_out"] = HARMFUL if len(may) < len(every) else TOO_MANY if len(may) > MOST else ""
        if not every and listed:
            found["left_out"] = NEVER
        return found

    async def _listed(self, page: RenderedPage) -> list[Json]:
        """Forms of the page and of its frames that are of its own origin, each with the ``frame`` it stands in."""
        top, *frames = await page.worlds()
        found: list[Json] = []
        for world in [top, *[one for one in frames if _is_of_origin(one, top)][:FRAMES]]:
            if world is not top and not await _is_shown(page, world):
                continue
            listed = await page.call(world, "handrail.mistakes.list", LOOKED_AT)
            found += [{**form, "frame": world.path} for form in listed]
        return found

    async def _tried(self, page: RenderedPage, form: Json) -> list[Json] | None:
        """What came of each try; None = there was no time to see it to its end."""
        tries = []
        ways = ("empty", "wrong") if any(field["kind"] for field in form["fields"]) else ("empty",)
        for by in ways:
            told: list[Json] = []
            while len(told) < 2:
                if page.hands.left < ONE:
                    return None
                told.append(await self._once(page, form, by))
                if not _is_odd(told[-1]):
                    break
            if told[-1] and told[0] == told[-1]:
                tries.append({"by": by, **told[-1]})
        return tries

    async def _once(self, page: RenderedPage, form: Json, by: str) -> Json:
        """What the form says; {} = nothing that can be known."""
        top, hands = await fresh(page), page.hands
        hands.fresh = False
        if not form["frame"]:
            return await self._pressed(page, top, form, by)
        world = next((one for one in await page.worlds() if one.path == form["frame"]), None)
        if world is None or not _is_of_origin(world, top):
            return {}
        try:
            await page.call(world, "handrail.interaction.ambient", AMBIENT)
            return await self._pressed(page, world, form, by)
        except Error:  # the frame goes elsewhere, and the page stays
            page.forget_worlds()
            return {}

    async def _pressed(self, page: RenderedPage, world: World, form: Json, by: str) -> Json:
        hands = page.hands
        hands.taken()
        begun = await page.call(world, "handrail.mistakes.begin", form["path"], form["button_path"])
        if begun != len(form["fields"]):
            return {}  # it is not the form that it was
        for index, field in enumerate(form["fields"]):
            if by == "empty" or not field["kind"]:
                continue
            if await page.call(world, "handrail.mistakes.enter", index):
                await hands.type(ILL_FORMED[form["fields"][index]["kind"]])
        if not await page.call(world, "handrail.mistakes.aim()"):
            return {}
        await hands.press("Enter")
        told: Json | None = await page.call(world, "handrail.mistakes.end", LEAST, LONGEST)
        attempts = [attempt for attempt in hands.taken() if not _counts_visitors(attempt)]
        if told is None or any(_answers(attempt) for attempt in attempts):
            return {}
        return {**told, "silent": told["silent"] and not attempts}


def _is_of_origin(world: World, top: World) -> bool:
    """Whether a frame and all around it are of the page's own origin: what it does is the site's doing."""
    here = urlsplit(top.url)
    at: World | None = world
    while at is not None and at is not top:
        there = urlsplit(at.url)
        if at.url != "about:srcdoc" and (there.scheme, there.netloc) != (here.scheme, here.netloc):
            return False
        at = at.parent
    return True


async def _is_shown(page: RenderedPage, world: World) -> bool:
    return bool(await page.call_on_owner(world, "handrail.visible(this)"))


def _counts_visitors(attempt: Attempt) -> bool:
    """Whether it goes to somebody who follows visitors: it says nothing of the form."""
    return attempt.kind == "request" and tracker_of(urlsplit(attempt.url).hostname or "") is not None


def _answers(attempt: Attempt) -> bool:
    """Whether the form has asked its server, or has spoken in a box of the browser's own."""
    return attempt.kind in (*SENT, "dialog") or (attempt.kind == "request" and attempt.resource not in COUNTS)


def _is_odd(told: Json) -> bool:
    """Whether there is anything that a check could say is not told: such things are looked at twice."""
    if not told or told["native"]:
        return False
    return bool(told["hidden"] or told["silent"] or any(not field["ties"] for field in told["fields"]))


def _named(tries: list[Json], form: Json) -> list[Json]:
    """With this page's own names of the fields: what is known may come from another page."""
    fields = form["fields"]
    return [
        {**one, "fields": [{**fields[told["field"]], **told} for told in one["fields"] if told["field"] < len(fields)]}
        for one in tries
    ]


def _placed(form: Json, frame: tuple[str, ...]) -> Json:
    """With the frame that it stands in before all its selectors."""
    if not frame:
        return form

    def of(place: Json) -> Json:
        return {**place, "selector": FRAME_STEP.join((*frame, place["selector"]))}

    tries = [
        {
            **one,
            "fields": [of(field) for field in one["fields"]],
            "hidden": [of(field) for field in one["hidden"]],
            "at": of(one["at"]) if one["at"] else None,
        }
        for one in form["tries"]
    ]
    return of({**form, "tries": tries})
