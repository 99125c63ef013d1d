"""What the page's controls open, one at a time: menus, sections, tabs, dialogs, more of a list, what a choice brings.

Only where allowed.
"""

from __future__ import annotations

import time
from typing import Any

from audits.model import LEFT_OUT, PAGE_BUDGET
from crawler.browser.hands import Hands
from crawler.browser.listeners import listen
from crawler.browser.page import RenderedPage, World
from crawler.browser.states import ARRIVE, SAME, SEEN, Sight
from crawler.collectors import Collector

Json = dict[str, Any]

#: Of the page's seconds for pressing, how much this may take; and without how many no control is begun.
SHARE, ONE = 0.6, 3.0
#: Controls of a page: looked at, of those that may be pressed, opened, and of those, alike.
LOOKED_AT, MOST, ALIKE = 200, 16, 6
#: Values of lists, choices, and what is no button and answers a mouse all the same, of one page; of these, the latter.
CHOICES, POINTED = 10, 4
#: Milliseconds for what a control does, and at most until the page is at rest again.
WAIT, REST = 120, 1200
#: Milliseconds in which what changes by itself shows that it does.
AMBIENT = 350
#: Parts that other pages share: what they open is opened once in a site.
SHARED = ("banner", "contentinfo", "navigation", "search", "menu")
#: What leads away from the page: nothing that shows up then is a state of it.
AWAY = frozenset({"navigation", "window", "dialog", "socket"})
#: How states are called that need no name of a control.
NAMELESS = frozenset({"cookies-closed", "cookie-settings"})


class Opened(Collector):
    """``{"seen": [{"state", "artifacts", "places"}], "visited": {"opened": …}, "tried": int}``."""

    name = "opened"
    limit = 600.0  # the page's budget ends it
    order = 75
    acts = True
    presses = True

    async def collect(self, page: RenderedPage) -> Json:
        """Each control once, on the page as it came."""
        hands = page.hands
        ends = time.monotonic() + SHARE * hands.left
        told: Json = {"seen": [], "visited": {"opened": SAME}, "tried": 0}
        top = (await page.worlds())[0]
        controls = await page.call(top, "handrail.opened.controls", LOOKED_AT)
        if not self._fresh(hands, controls) and not self._fresh(hands, await self._choices(page, top)):
            return told  # the page is not loaded anew for nothing
        await hands.again()
        sight = await self._look(page)
        controls = await page.call(sight.top, "handrail.opened.controls", LOOKED_AT)
        wanted = self._fresh(hands, controls)
        choices = self._fresh(hands, await self._choices(page, sight.top))
        left_out = False
        clean = True
        for control in (*wanted[:MOST], *choices[:CHOICES]):
            # One page opens what they share; only what it saw to the end is known to the others.
            async with hands.known.turn(self._shared(control), ends - time.monotonic() - ONE) as turn:
                if turn.is_known:
                    continue
                if turn.late or ends - time.monotonic() < ONE + hands.reading or hands.stopped:
                    left_out = True
                    break
                if not clean:
                    await hands.again()
                    sight = await self._look(page)
                told["tried"] += 1
                hands.opening = True
                try:
                    seen, clean = await self._open(page, sight, control, ends - time.monotonic())
                except TimeoutError:
                    left_out = True
                    break
                finally:
                    hands.opening = False
                turn.result = True
            told["seen"] += [seen] if seen else []
        if len(wanted) > MOST or any(one["nth"] > ALIKE for one in controls):
            told["visited"]["unopened"] = f"{LEFT_OUT}a page has more controls than are opened on one"
        if left_out:
            told["visited"]["opened"] = (
                f"{LEFT_OUT}the page opened a line to its server" if hands.stopped else PAGE_BUDGET
            )
        elif told["seen"]:
            told["visited"]["opened"] = SEEN
        return told

    def _fresh(self, hands: Hands, controls: list[Json]) -> list[Json]:
        """Those that may be pressed, and that were not opened on another page."""
        return [
            one
            for one in controls
            if one["nth"] <= ALIKE and hands.safety.may_press(one) and not hands.known.holds(self._shared(one))
        ]

    async def _choices(self, page: RenderedPage, top: World) -> list[Json]:
        """What only a script makes a control of, and values to which a script listens."""
        if not await page.call(top, "handrail.opened.offered()"):
            return []
        await listen(page, top)
        pointed = await page.call(top, "handrail.opened.pointed", LOOKED_AT)
        choices = await page.call(top, "handrail.opened.choices", LOOKED_AT)
        return [*pointed[:POINTED], *choices]

    async def _look(self, page: RenderedPage) -> Sight:
        page.forget_worlds()
        sight = Sight(page, (await page.worlds())[0], came=True)
        await sight.remember()
        await page.call(sight.top, "handrail.states.settle", AMBIENT)
        await sight.ignore()
        page.hands.taken()
        return sight

    async def _open(self, page: RenderedPage, sight: Sight, control: Json, left: float) -> tuple[Json | None, bool]:
        """What came up, judged; and whether the page is as it was before."""
        began, top = time.monotonic(), sight.top
        if control["kind"] == "choice":
            done = await self._choose(page, top, "choose", control["path"], control["index"])
        else:
            done = await self._press(page, top, control["path"], more=control["kind"] == "more")
        if not done:
            return None, False
        if any(attempt.kind in AWAY for attempt in page.hands.taken()):
            if control["kind"] == "choice":  # others try it as well, and begin with what is chosen
                await page.call(top, "handrail.opened.restore", control["path"], control["was"])
            return None, False
        changed = await sight.changed(ARRIVE)
        if not changed["appeared"] and control["kind"] != "cookies-closed":
            if control["kind"] == "choice":
                return None, await self._close(page, top, control)
            return None, not (changed["there"] or changed["looks"])
        await sight.judged(left - (time.monotonic() - began))
        seen = await sight.taken(_state(control))
        if page.hands.witness is not None:
            await page.hands.witness(seen, left - (time.monotonic() - began) - ONE)
        return seen, await self._close(page, top, control)

    async def _press(
        self, page: RenderedPage, top: World, path: list[str], *, rest: bool = True, more: bool = False
    ) -> bool:
        point = await page.call(top, "handrail.opened.aim", path)
        if not point:
            return False
        page.hands.taken()
        page.hands.asking = more
        try:
            await page.hands.click(*point)
            await page.call(top, "handrail.states.settle", WAIT)
            if rest:
                await page.call(top, "handrail.quiet", REST)
        finally:
            page.hands.asking = False
        await page.call(top, "handrail.opened.letGo()")
        await page.hands.point(0, 0)
        await page.call(top, "handrail.states.settle", 0)
        return True

    async def _choose(self, page: RenderedPage, top: World, how: str, path: list[str], index: int) -> bool:
        page.hands.taken()
        done = await page.call(top, f"handrail.opened.{how}", path, index)
        await page.call(top, "handrail.states.settle", WAIT)
        await page.call(top, "handrail.quiet", REST)
        await page.call(top, "handrail.states.settle", 0)
        return bool(done)

    async def _close(self, page: RenderedPage, top: World, control: Json) -> bool:
        """Whether the same press, or Escape, brings the page back to what it was: else it is loaded again."""
        if control["kind"] in ("more", "cookies-closed"):
            return False
        if control["kind"] == "choice":
            await self._choose(page, top, "takeBack", control["path"], control["was"])
        elif control["kind"] in ("menu", "section", "tab"):
            if not await self._press(page, top, control["back"] or control["path"], rest=False):
                return False
        else:
            await page.hands.press("Escape")
            await page.call(top, "handrail.states.settle", WAIT)
        if page.hands.taken():
            return False
        if await page.call(top, "handrail.states.same()"):
            return True
        await page.call(top, "handrail.states.settle", AMBIENT)
        return bool(await page.call(top, "handrail.states.same()"))

    @staticmethod
    def _shared(control: Json) -> str:
        part = control["part"]["key"]
        if not part.startswith(SHARED) and control["kind"] not in NAMELESS:
            return ""
        return "\n".join(
            ["opened", part, control["kind"], control["name"], control["tag"], control["classes"], str(control["nth"])]
        )


def _state(control: Json) -> str:
    kind, name = control["kind"], control["name"]
    return kind if kind in NAMELESS or not name else f"{kind}: {name}"
