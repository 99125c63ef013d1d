"""Walk through the page with the Tab key, and tell where the focus goes, what is seen of it, and what it sets off."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from audits.model import FIRST_STOPS
from crawler.browser.hands import Attempt
from crawler.browser.listeners import FOCUS, heard
from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector

Json = dict[str, Any]
Key = tuple[int, int]

#: Presses of the Tab key, and seconds: beyond either, the rest of a page is not walked, and that is said.
STOPS, SECONDS = 150, 7.0
#: Elements whose styles are read before the first key.
RESTING = 250
#: How often a field of several parts, a player or a frame that nobody can look into may keep the focus.
PARTS = 12
#: Seconds for comparing, and for pictures of looks (elements that share one are drawn alike): the rest is "not taken".
COMPARED, PICTURED = 1.0, 4.0
#: Pixels around an element in which its focus may show.
AROUND = 12
#: Elements beyond a trap that are named.
NAMED = 5
#: Parts that hold the focus and let it go with a key: so many are walked out of.
ESCAPES = 3
#: Presses that follow each other without a look in between, where nothing of the page listens to the focus; and looks
#: in a row that must have shown plain new stops before.
STRIDE, CALM = 45, 2
#: Seconds that scripts have for what they do a moment later.
LATER = 0.25
#: Seconds after which scripts that listen to the focus have answered it.
ANSWERED = 0.1
#: Stops that are walked over in that time.
BEFORE = 3
#: What takes people elsewhere.
AWAY = frozenset({"navigation", "window", "dialog"})
NOTHING: Key = (-1, -1)
_TAB = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}


class Keyboard(Collector):
    """``{"stops", "ended", "trap", "skips", "left_out"}``; see ``audits.model.Snapshot``."""

    name = "keyboard"
    limit = 20.0
    order = 60
    acts = True

    async def collect(self, page: RenderedPage) -> Json:
        """Walk, then look again at whatever seemed wrong, then leave the page as it was."""
        page.forget_worlds()
        walk = Walk(page, await page.worlds())
        try:
            await walk.begin()
            await walk.go()
            if await walk.went_nowhere():  # the first key may come before the page takes keys
                await walk.go()
            await walk.look_again()
            return await walk.told()
        finally:
            await walk.end()


class Walk:
    """One walk over one page. A stop is a world's number and the element's number in that world."""

    def __init__(self, page: RenderedPage, worlds: list[World]) -> None:
        self._page = page
        self._worlds = worlds
        self._number = {world.frame_id: number for number, world in enumerate(worlds)}
        self._until = time.monotonic() + SECONDS
        self._url = page.page.url
        self._at = 0  # the world that had the focus last
        self._several = False
        self._escapes = 0
        self._order: list[Key] = []
        self._promised = 0  # stops that the page itself seems to have
        self._listens = False  # whether scripts of the page answer the focus
        self._lifts = True  # whether anybody could notice that a key is let go
        self._nowhere: bool | None = None
        self._held = False  # whether the page is as the walk needs it
        self._trail: list[Json] = []  # where the page's own frame had the focus at each press since the last look
        self._ended = "limit"
        self._trap: Json | None = None
        self._skips: list[Json] = []
        self._suspects: list[Key] = []
        self._causes: dict[Key, list[str]] = {}
        self._pictures: dict[Key, str] = {}
        self._left: int | None = None  # elements that keys should reach yet, where the last look at the focus says so
        self._doubts: Json | None = None  # of the page itself, where they were asked for already
        self._facts: list[Any] | None = None  # of all stops, where the page is as it was already
        self._skipping: set[int] = set()  # stops of the page itself that promise to skip something

    async def begin(self) -> None:
        """Frames first: the page's own focus is put before its first element at last."""
        self._held = True
        for number in reversed(range(1, len(self._worlds))):
            await self._call(number, "handrail.keyboard.begin", RESTING)
        promised, types = await asyncio.gather(
            self._call(0, "handrail.keyboard.begin", RESTING), heard(self._worlds[0])
        )
        self._promised = promised
        self._listens = not types.isdisjoint(FOCUS)
        self._lifts = self._listens or "keyup" in types
        self._page.hands.taken()

    async def end(self) -> None:
        """Focus, scroll and address as they were."""
        if self._held:
            for number in reversed(range(len(self._worlds))):
                await self._call(number, "handrail.keyboard.end()")
        if self._page.page.url != self._url:
            await self._call(0, "((url) => history.replaceState(history.state, '', url))", self._url)

    async def go(self) -> None:
        """Tab, until the end of the page, a trap, or the limit."""
        seen: set[Key] = set()
        before, stuck, nowhere, calm = NOTHING, 0, 0, 0
        since_nowhere: list[Key] = []
        pressed = 0
        while pressed < STOPS:
            if time.monotonic() > self._until:
                return
            # One more than the page promises: where that leads nowhere, it is the end.
            stride = min(STRIDE, STOPS - pressed, self._promised + 1 - len(seen))
            if stride > 1 and calm >= CALM and not before[0] and not self._listens:
                passed, at = await self._stride(before, seen, stride)
                pressed += len(passed)
                seen.update(passed)
                self._order += [key for key in passed if key not in self._order]
                since_nowhere += passed
                before = passed[-1] if passed else before
                if at is None:
                    calm = 0
                    continue
            else:
                at = await self._step("Tab")
            pressed += 1
            self._suspect(at)
            calm = 0 if at == NOTHING or at in seen or self._several else calm + 1
            if at == NOTHING:
                nowhere, since_nowhere = nowhere + 1, []
                if nowhere > 1 or (self._order and not await self._left_over()):
                    break
            elif at == before:
                stuck += 1
                if stuck >= (PARTS if self._several else 2):
                    if not await self._is_let_go([at]):
                        return
                    stuck, at, since_nowhere = 0, NOTHING, []
            elif at in seen:
                if at in since_nowhere and await self._unvisited():
                    if not await self._is_let_go(since_nowhere[since_nowhere.index(at) :]):
                        return
                    before, stuck, since_nowhere, calm = NOTHING, 0, [], 0
                    continue
                if at in since_nowhere or not await self._unvisited():
                    break
                since_nowhere.append(at)
            else:
                seen.add(at)
                if at not in self._order:
                    self._order.append(at)
                since_nowhere.append(at)
            stuck = stuck if at == before else 0
            before = at
        else:
            return
        self._ended = "end"

    async def went_nowhere(self) -> bool:
        """Whether no key reached anything, on a page that has something to reach."""
        if self._nowhere is not False:
            self._nowhere = not self._order and await self._unvisited() > 0
        return self._nowhere

    async def look_again(self) -> None:
        """Only what can be seen twice is told."""
        if len(self._worlds) > 1 or self._listens:
            await asyncio.sleep(ANSWERED)
            await self._call(0, "new Promise((resolve) => setTimeout(resolve, 30))")  # a busy machine answers later
        self._suspect(last := self._order[-1] if self._order else NOTHING)
        plain = len(self._worlds) == 1 and not (self._listens or self._skipping or self._suspects or self._trap)
        if plain and await self._conclude():
            return
        await self._take_pictures()
        self._suspect(last)
        if not self._trap:
            await self._try_skips()
        for key in dict.fromkeys(self._suspects):
            await self._try_again(key)

    async def _conclude(self) -> bool:
        """Where styles alone say what is seen of the focus, that was all."""
        said = await self._call(0, "handrail.keyboard.conclude", int(1000 * COMPARED))
        self._doubts = said["doubts"]
        if said["told"] is None:
            return False
        self._facts, self._held = [said["told"]], False
        return True

    async def told(self) -> Json:
        """All stops, in the order of the first visit; what is told is let go of."""
        nowhere = await self.went_nowhere()
        facts = self._facts or []
        for number in () if facts else reversed(range(len(self._worlds))):
            facts.insert(0, await self._call(number, "handrail.keyboard.told()"))
        self._held = False
        numbers = {key: number for number, key in enumerate(self._order)}
        stops = []
        for key in self._order:
            world, number = key
            stop = facts[world][number]
            stops.append(
                {
                    **stop,
                    "frame": list(self._worlds[world].path),
                    "world": world,
                    "picture": self._pictures.get(key, ""),
                    "causes": self._causes.get(key, []),
                }
            )
        if self._trap:
            self._trap["stops"] = [numbers[key] for key in self._trap["stops"] if key in numbers]
        told = {"stops": stops, "ended": self._ended, "trap": self._trap, "skips": self._skips}
        return told | ({"left_out": "the Tab key reached nothing"} if nowhere else {})

    async def _call(self, number: int, expression: str, *arguments: Any) -> Any:
        return await self._page.call(self._worlds[number], expression, *arguments)

    async def _step(self, key: str) -> Key:
        if key != "Tab":
            await self._page.hands.press(key)
            return await self._where()
        session = self._worlds[0].session
        await session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **_TAB})
        if not self._lifts:
            return await self._where()
        up = session.send("Input.dispatchKeyEvent", {"type": "keyUp", **_TAB})
        at: Key = (await asyncio.gather(self._where(), up))[0]
        return at

    async def _stride(self, before: Key, seen: set[Key], many: int) -> tuple[list[Key], Key | None]:
        """So many Tabs at once: the stops that were passed, and where the last one led, None for "look again".

        Whatever is not a plain new stop is gone back to, and looked at by itself.
        """
        session, kinds = self._worlds[0].session, ("rawKeyDown", "keyUp") if self._lifts else ("rawKeyDown",)
        keys = [session.send("Input.dispatchKeyEvent", {"type": kind, **_TAB}) for _ in range(many) for kind in kinds]
        await asyncio.gather(*keys)
        at = await self._where()
        passed: list[Key] = []
        away = any(attempt.kind in AWAY for attempt in self._page.hands.taken())
        plain = len(self._trail) == many and self._trail[0]["id"] == before[1] and not away
        for noted in self._trail[1:] if plain else ():
            key = (0, noted["id"])
            if not noted["sure"] or key in seen or key in passed:
                plain = False
                break
            if noted.get("skip"):
                self._skipping.add(noted["id"])
            passed.append(key)
        if plain:
            return passed, at
        await self._call(0, "handrail.keyboard.hold", (passed[-1] if passed else before)[1])
        await self._where()
        return passed, None

    async def _where(self) -> Key:
        """What has the focus, through every frame that can be entered."""
        number, path, owner = 0, {0}, NOTHING
        while True:
            told = await self._call(number, "handrail.keyboard.stop()")
            if number == 0:
                self._trail = told["trail"]
                alone = told["left"] if len(self._worlds) == 1 else None
                self._left = alone["number"] if alone else None
            inner = next(
                (
                    self._number[child.frame_id]
                    for child in self._worlds[number].children
                    if child.path[-1] == told.get("frame")
                ),
                None,
            )
            if inner is None:
                break
            owner = (number, told["id"])
            number = inner
            path.add(inner)
        if self._at not in path:
            await self._call(self._at, "handrail.keyboard.leave()")
        self._at = number
        self._several = bool(told.get("several"))
        if told.get("skip") and number == 0:
            self._skipping.add(told["id"])
        if told["id"] < 0:
            return owner  # a frame in which nothing has the focus has it itself
        return number, told["id"]

    def _suspect(self, at: Key) -> None:
        """Scripts answer a moment later: it may also have been one of the stops before."""
        if any(attempt.kind in AWAY for attempt in self._page.hands.taken()):
            here = self._order.index(at) if at in self._order else len(self._order)
            self._suspects += [key for key in [*self._order[max(0, here - BEFORE) : here], at] if key[1] >= 0]

    async def _unvisited(self) -> int:
        told = [await self._call(number, "handrail.keyboard.unvisited()") for number in range(len(self._worlds))]
        return sum(one["number"] for one in told)

    async def _left_over(self) -> int:
        """The same, where the last look found the focus nowhere."""
        return await self._unvisited() if self._left is None else self._left

    async def _is_let_go(self, held: list[Key]) -> bool:
        """A trap is one when no key leads out of it. Whether the walk can go on, behind it."""
        if not await self._unvisited():
            self._ended = "end"
            return False
        if self._several:  # what is in there cannot be seen: it may well move
            self._ended = "frame"
            return False
        self._ended = "trap"
        round_ = min(len(held) + 1, 12)
        tries = [
            ["Escape", *["Tab"] * round_],
            ["ArrowRight", "Tab"],
            ["ArrowDown", "Tab"],
            ["Escape", "Escape", "Tab"],
            ["Shift+Tab"] * round_,
        ]
        inside = set(held)
        for keys in tries:
            for key in keys:
                if await self._step(key) not in inside:
                    await asyncio.sleep(LATER)
                    if (out := await self._where()) not in inside:
                        if key == "Shift+Tab" or self._escapes == ESCAPES:
                            self._ended = "held"
                            return False
                        self._escapes += 1
                        if out[1] >= 0 and out not in self._order:
                            self._order.append(out)
                        return True
        left: list[str] = []
        for number in range(len(self._worlds)):
            left += (await self._call(number, "handrail.keyboard.unvisited()"))["first"]
        self._trap = {"stops": held, "unvisited": left[:NAMED]}
        return False

    async def _take_pictures(self) -> None:
        """Of the looks that styles did not tell from those at rest, and of those that they may tell in vain."""
        until = time.monotonic() + PICTURED
        for number in range(len(self._worlds)):
            told, self._doubts = self._doubts, None
            told = told or await self._call(number, "handrail.keyboard.doubtful", int(1000 * COMPARED))
            self._pictures.update({(number, stop): "not taken" for stop in told["left"]})
            for group in told["groups"]:
                seen = await self._picture(number, group[0]) if time.monotonic() < until else "not taken"
                self._pictures.update({(number, member): seen for member in group})
            for stop in told["unclear"]:
                if time.monotonic() < until:
                    self._pictures[(number, stop)] = await self._picture(number, stop, "isAgain")

    async def _picture(self, number: int, stop: int, as_before: str = "lookAgain") -> str:
        """With the focus, without it, and with it again: what lets go of it or keeps it cannot be compared."""
        placed = await self._call(number, "handrail.keyboard.focus", stop, True)
        if not placed["has"]:
            return "let go"
        if not await self._call(number, f"handrail.keyboard.{as_before}", stop):
            return "seen"
        clip = await self._clip(number, placed)
        focused = await self._shot(clip)
        if not await self._call(number, "handrail.keyboard.has", stop):
            return "let go"
        await self._call(number, "handrail.keyboard.focus", stop, False)
        rested = await self._shot(clip)
        if await self._call(number, "handrail.keyboard.has", stop):
            return "kept"
        if focused != rested:
            return "seen"
        await self._call(number, "handrail.keyboard.focus", stop, True)
        again = await self._shot(clip)
        if again == rested and (self._listens or number):
            await asyncio.sleep(LATER)  # a script that answers the focus may still take it away
        if not await self._call(number, "handrail.keyboard.has", stop):
            return "let go"
        return "same" if again == rested else "seen"

    async def _clip(self, number: int, placed: Json) -> Json:
        """Where an element is in the page, through the frames around it."""
        x, y = placed["x"], placed["y"]
        world = self._worlds[number]
        while world.parent is not None:
            left, top = await self._page.call_on_owner(
                world,
                "(({ left, top }) => [left + this.clientLeft, top + this.clientTop])(this.getBoundingClientRect())",
            )
            x, y, world = x + left, y + top, world.parent
        scrolled = await self._call(0, "[scrollX, scrollY, innerWidth, innerHeight]")
        left, top = max(0, x - AROUND), max(0, y - AROUND)
        return {
            "x": left + scrolled[0],
            "y": top + scrolled[1],
            "width": max(1, min(placed["width"] + 2 * AROUND, scrolled[2] - left)),
            "height": max(1, min(placed["height"] + 2 * AROUND, scrolled[3] - top)),
            "scale": 1,
        }

    async def _shot(self, clip: Json) -> str:
        reply = await self._worlds[0].session.send(
            "Page.captureScreenshot", {"format": "png", "clip": clip, "optimizeForSpeed": True}
        )
        return str(reply["data"])

    async def _try_skips(self) -> None:
        """Enter on each skip link, then Tab: where does that lead?"""
        for place, (world, stop) in enumerate(self._order[:FIRST_STOPS]):
            if world or stop not in self._skipping:
                continue
            following = (
                self._order[place + 1][1] if place + 1 < len(self._order) and not self._order[place + 1][0] else -1
            )
            told: Json = {}
            for wait in (0, 0.05, LATER):  # again, and slower, before it is called broken
                told = await self._skip(stop, wait)
                # Behind the last stop of a page the key begins anew, at the link itself.
                around = told["at"] == stop and following not in (-1, stop) and told["shown"]
                told["works"] = told["past"] or around or told["at"] not in (following, stop)
                if told["works"]:
                    break
            self._skips.append({"stop": place, **told})
        self._page.hands.taken()

    async def _skip(self, stop: int, wait: float) -> Json:
        await self._call(0, "handrail.keyboard.hold", stop)
        await self._page.hands.press("Enter")
        await asyncio.sleep(wait)
        jumped = await self._call(0, "handrail.keyboard.landed", stop)
        await self._page.hands.press("Tab")
        await asyncio.sleep(wait)
        landed = await self._call(0, "handrail.keyboard.landed", stop)
        return {**landed, "past": landed["past"] or jumped["past"]}

    async def _try_again(self, key: Key) -> None:
        """Whether this stop, reached once more from the one before, sets off the same; and not the page by itself."""
        kinds = []
        for _ in range(2):
            place = self._order.index(key) if key in self._order else 0
            before = self._order[place - 1] if place else NOTHING
            if before[0] == key[0]:
                await self._call(before[0], "handrail.keyboard.focus", before[1], True)
            else:
                await self._call(key[0], "handrail.keyboard.focus", key[1], False)
            await asyncio.sleep(LATER)
            self._page.hands.taken()
            await asyncio.sleep(LATER)
            if _away(self._page.hands.taken()):
                return
            if before[0] == key[0]:
                await self._page.hands.press("Tab")
            else:
                await self._call(key[0], "handrail.keyboard.focus", key[1], True)
            await asyncio.sleep(LATER)
            wanted = _away(self._page.hands.taken())
            if not wanted:
                return
            kinds = wanted
        self._causes[key] = kinds


def _away(attempts: list[Attempt]) -> list[str]:
    return sorted({attempt.kind for attempt in attempts if attempt.kind in AWAY})
