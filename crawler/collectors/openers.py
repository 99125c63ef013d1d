"""What buttons open, where the focus goes then, and how it is closed again. Only where pressing is allowed."""

from __future__ import annotations

from typing import Any

from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector
from crawler.collectors.interaction import UNHEARD, fresh, listed, why

Json = dict[str, Any]
#: Seconds that one control may take; with fewer left, no other is begun.
ONE = 3.0
#: Of the controls that may be pressed, those of one page that are.
MOST = 14
#: Presses of the Tab key after which a focus that did not come into a dialog is taken not to.
TABS = 3
#: Buttons of a dialog that are tried, of those that seem to close it.
CLOSERS = 2
#: What is told of a control besides what came of it.
TOLD = ("selector", "html", "part", "name", "role", "tag", "popup", "native")
#: What must be seen twice to count.
FACTS = (
    "opens",
    "focus",
    "tab",
    "leaks",
    "closed",
    "after",
    "expanded",
    "hides",
    "message",
    "announced",
    "renamed",
    "restyled",
    "swapped",
)
#: Keys by which items are had that Tab does not stop at; after each it is asked where the focus is.
ARROWS = ("ArrowDown", "ArrowDown", "ArrowRight", "Tab")


class Openers(Collector):
    """``{"controls": [control], "tried": int, "held_back": str, "left_out": str}``; see ``audits.model.Snapshot``."""

    name = "openers"
    order = 82
    acts = True
    presses = True
    limit = 600.0  # the page's budget ends it

    async def collect(self, page: RenderedPage) -> Json:
        """Each control once; one that seems wrong once more, on the page as it came."""
        found: Json = {"controls": [], "tried": 0, "held_back": "", "left_out": ""}
        controls, found["held_back"] = await listed(page, "openers", "handrail.openers.list", ONE)
        for control, key in controls[:MOST]:
            async with page.hands.known.turn(key, page.hands.left - ONE) as turn:
                if not turn.is_known:
                    if turn.late or page.hands.left < ONE:
                        found["left_out"] = why(page)
                        break
                    result = await self._pressed(page, control)
                    if result is None:
                        found["left_out"] = why(page)
                        break
                    turn.result = result
                if turn.result == UNHEARD:
                    continue
                found["tried"] += 1
                if turn.result:
                    found["controls"].append({**{name: control[name] for name in TOLD}, **turn.result})
        return found

    async def _pressed(self, page: RenderedPage, control: Json) -> Json | None:
        """What came of it, {} = nothing, None = there was no time to see it twice."""
        first = await self._once(page, control)
        if not _is_odd(control, first):
            return first
        if page.hands.left < ONE:
            return None
        page.hands.fresh = False
        second = await self._once(page, control)
        return {**first, "steady": all(first.get(fact) == second.get(fact) for fact in FACTS)}

    async def _once(self, page: RenderedPage, control: Json) -> Json:
        world = await fresh(page)
        page.hands.fresh = False  # unless it is left as it came
        told = await Press(page, world, control).told()
        if told is None:
            return {}
        page.hands.fresh = await page.call(world, "handrail.openers.back()") and not page.hands.taken()
        return told


class Press:
    """One press of one control, and what it takes to undo it."""

    def __init__(self, page: RenderedPage, world: World, control: Json) -> None:
        self._page = page
        self._world = world
        self._control = control
        self._keyed = False

    async def told(self) -> Json | None:
        """What it opens; {} = nothing, None = nothing that can be undone."""
        path, hands = self._control["path"], self._page.hands
        begun = await self._call("begin", path)
        if begun is None or hands.taken():
            return None
        self._keyed = begun["focused"]
        seen: Json = {}
        if self._keyed:
            await hands.press("Enter")
            seen = await self._call("opened")
        if not seen.get("did") and not hands.taken() and not (self._keyed and self._control["keyed"]):
            self._keyed = False
            if not await self._click(path):
                return {}
            seen = await self._call("opened")
        if hands.taken() or not seen:
            return None
        if not seen.pop("did") or not (seen["opens"] or seen["message"] or seen["restyled"] or seen["swapped"]):
            if seen["stated"]:
                await self._undone(seen)
            return {}
        seen["by"] = "key" if self._keyed else "mouse"
        if seen["opens"] == "dialog":
            return {**seen, **await self._walked(seen), **await self._closed(seen)}
        undone = await self._undone(seen)
        if self._keyed and seen["unstopped"]:
            seen["unstopped"]["reached"] = await self._reached()
        return {**seen, **undone}

    async def _reached(self) -> int | None:
        """How many of the items that came up the keys come to, once it is open again; None = that cannot be said."""
        focused = await self._call("again")
        at = await self._call("chosenAt")
        if at is None and focused:
            await self._page.hands.press("Enter")
            at = await self._call("chosenAt")
        if at is None:
            return None
        met = {at}
        for key in ARROWS:
            await self._page.hands.press(key)
            at = await self._call("chosenAt")
            if at is None:
                break
            met.add(at)
        await self._page.hands.press("Escape")
        return None if at is None and key != "Tab" else len(met - {-1})

    async def _call(self, name: str, *arguments: Any) -> Any:
        call = f"handrail.openers.{name}" if arguments else f"handrail.openers.{name}()"
        return await self._page.call(self._world, call, *arguments)

    async def _click(self, path: list[str]) -> bool:
        where = await self._page.call(self._world, "handrail.interaction.point", path)
        if where:
            await self._page.hands.click(*where)
        return bool(where)

    async def _walked(self, seen: Json) -> Json:
        """Where Tab leads from where the focus is; backwards, where it is in the dialog already."""
        steps: list[str] = []
        if not seen["dialog"]["modal"]:
            return {"tab": steps, "leaks": False}
        if seen["focus"] == "in":
            await self._page.hands.press("Shift+Tab")
            leaks = await self._call("where") == "behind" and await self._settled() == "behind"
            await self._call("refocus")
            return {"tab": steps, "leaks": leaks}
        while len(steps) < TABS and "in" not in steps:
            await self._page.hands.press("Tab")
            steps.append(await self._call("where"))
        if "in" not in steps:
            await self._call("refocus")
        return {"tab": steps, "leaks": False}

    async def _settled(self) -> str:
        await self._page.call(self._world, "new Promise((done) => setTimeout(done, 150))")
        where: str = await self._call("where")
        return where

    async def _closed(self, seen: Json) -> Json:
        """How it is closed, and where the focus is then. ``untried``: buttons not to be pressed, and no sure ways."""
        hands, untried = self._page.hands, 0
        await hands.press("Escape")
        if await self._call("shut"):
            return {"closed": "escape", "after": await self._call("after"), "untried": 0}
        if seen["focus"] != "in" and await self._call("enter"):
            await hands.press("Escape")
            if await self._call("shut"):
                return {"closed": "escape", "after": await self._call("after"), "untried": 0}
        ways = await self._call("closers")
        tried = 0
        for way in ways:
            if not way["reachable"]:
                continue
            if not way["closes"] or tried >= CLOSERS or not hands.safety.may_press(way):
                untried += 1
            elif await self._call("allow", way["path"]):
                tried += 1
                await hands.press("Enter")
                if await self._call("shut"):
                    return {"closed": "button", "after": await self._call("after"), "untried": untried}
        if not seen["dialog"]["modal"] and await self._call("again"):
            await hands.press("Enter")
            if await self._call("shut"):
                return {"closed": "again", "after": await self._call("after"), "untried": untried}
        if not untried and await self._closes_by_mouse(ways):
            return {"closed": "mouse", "after": "", "untried": 0}
        return {"closed": "", "after": "", "untried": untried}

    async def _closes_by_mouse(self, ways: list[Json]) -> bool:
        hands = self._page.hands
        for way in [way for way in ways if way["closes"] and hands.safety.may_press(way)][:CLOSERS]:
            await self._call("allow", way["path"])
            if await self._click(way["path"]) and await self._call("shut"):
                return True
        if where := await self._call("outside"):
            await hands.click(*where)
            return bool(await self._call("shut"))
        return False

    async def _undone(self, seen: Json) -> Json:
        """Whether a second press hides what the first one showed."""
        focused = await self._call("again")
        if self._keyed and focused:
            await self._page.hands.press("Enter")
        elif not await self._click(self._control["path"]):
            return {"hides": False, "restored": False, "expanded": [*seen["expanded"], None]}
        told = await self._call("toggled")
        if not told["hides"] and seen["opens"]:
            await self._page.hands.press("Escape")
            await self._call("shut")
        message = seen["message"] if told["still"] else None
        expanded = [*seen["expanded"], told["expanded"]]
        return {"hides": told["hides"], "restored": told["restored"], "expanded": expanded, "message": message}


def _is_odd(control: Json, seen: Json) -> bool:
    """Whether there is anything that a check could say something of: such things are looked at twice."""
    if not seen:
        return False
    if seen["opens"] == "dialog":
        quiet = (
            seen["closed"] in ("escape", "button", "again")
            and seen["after"] not in ("nowhere", "gone")
            and not seen["leaks"]
        )
        return not quiet or (seen["dialog"]["modal"] and seen["focus"] != "in")
    region = seen["region"] or {"beside": False, "referred": False, "swaps": False, "told": True}
    shows = (region["beside"] or region["referred"]) and not region["swaps"] and not region["told"] and seen["hides"]
    told = control["native"] or control["popup"] or seen["stated"] or seen["renamed"] or seen["focus"] == "in"
    wrong = seen["expanded"][1] == {"region": "false", "hidden": "true"}.get(seen["opens"])
    restyled = seen["restyled"] and (seen["switched"] or seen.get("restored")) and not seen["announced"]
    swapped = seen["swapped"] and seen["focus"] != "in" and not seen["announced"]
    lost = region["swaps"] and not seen["stays"] and seen["focus"] == "nowhere"
    unreached = seen["unstopped"] and seen["unstopped"]["reached"] in (0, 1)
    return bool(
        unreached
        or lost
        or restyled
        or swapped
        or (seen["message"] and not seen["announced"])
        or (shows and (wrong or not told))
    )
