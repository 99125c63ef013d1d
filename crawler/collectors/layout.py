"""How a page holds up small, spaced out and with large text; its order in sight; what only a mouse brings out."""

from __future__ import annotations

from typing import Any

from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector

Json = dict[str, Any]

#: WCAG 1.4.10: 1280 by 1024 pixels at 400%.
SMALL = (320, 256)
#: A telephone and a tablet, held both ways.
UPRIGHT, SIDEWAYS = (390, 844), (844, 390)
TABLET_UPRIGHT, TABLET_SIDEWAYS = (820, 1180), (1180, 820)
#: As many parts of one page as a person looks at.
TURNED = 3


class Layout(Collector):
    """``{"spaced", "doubled", "small", "order", "hover", "pale", "orientation"}`` of the top frame: ``layout.js``."""

    name = "layout"
    scripts = ("narrow", "order", "turned")
    limit = 10.0
    order = 60
    acts = True

    async def collect(self, page: RenderedPage) -> Json:
        """What only needs reading first, then the mouse, then other sizes of text and of the window."""
        top = (await page.worlds())[0]
        told: Json = await page.call(top, "handrail.layout.first()")
        paling = told.pop("paling")
        told["hover"] = await self._hover(page, top, told.pop("sheets"))
        told["pale"] = await self._pale(page, top, paling)
        if "spaced" not in told:
            told |= await page.call(top, "handrail.layout.larger(true)")
        oriented = told.pop("oriented")
        await page.hands.show(width=SMALL[0], height=SMALL[1])
        told["small"] = await page.call(top, "handrail.layout.small()")
        told["small"]["gone"] = await self._gone(page, top, told["small"]["gone"])
        told["orientation"] = {"turned": oriented["turned"], "hides": oriented["hides"]}
        if oriented["asks"]:
            for way, (width, height) in (("portrait", UPRIGHT), ("landscape", SIDEWAYS)):
                await page.hands.show(width=width, height=height)
                told["orientation"][way] = await page.call(top, "handrail.layout.held()")
        told["orientation"]["parts"] = await self._turned(page, top, oriented["parts"])
        return told

    @staticmethod
    async def _turned(page: RenderedPage, top: World, parts: list[Json]) -> list[Json]:
        """Those that stand on their side one way and upright the other; by both it is meant to be so."""
        found: dict[int, Json] = {}
        for upright, sideways in ((UPRIGHT, SIDEWAYS), (TABLET_UPRIGHT, TABLET_SIDEWAYS)) if parts else ():
            seen = []
            for width, height in (upright, sideways):
                await page.hands.show(width=width, height=height)
                seen.append(await page.call(top, "handrail.layout.turned()"))
            for index, (part, portrait, landscape) in enumerate(zip(parts, *seen, strict=True)):
                if {portrait, landscape} == {True, False}:
                    found.setdefault(index, {**part, "way": "portrait" if portrait else "landscape"})
        return list(found.values())[:TURNED]

    @staticmethod
    async def _gone(page: RenderedPage, top: World, places: list[Json]) -> list[Json]:
        """Only what comes back with a wide window went because of the narrow one."""
        if not places:
            return []
        await page.hands.put_back()
        back = await page.call(top, "handrail.narrow.back()")
        return [place for place, is_back in zip(places, back, strict=True) if is_back]

    async def _hover(self, page: RenderedPage, top: World, sheets: Json) -> Json:
        """Point at what style sheets react to, then come by keyboard."""
        found, brought = [], []
        for index in range(sheets["candidates"]):
            at = await page.call(top, "handrail.layout.aim", index)
            if at is None:
                continue
            await page.hands.point(at[0], at[1])
            shown = await page.call(top, "handrail.layout.shows", index)
            lies = await page.call(top, "handrail.layout.lies", index) if shown else {}
            if lies.get("at"):
                await page.hands.point(*(lies["gap"] or lies["at"]))
                lies["lost"] = not await page.call(top, "handrail.layout.shows", index)
            await page.hands.point(0, 0)
            if not shown or await page.call(top, "handrail.layout.shows", index):
                continue
            brought.append(await page.call(top, f"handrail.layout.told({index}, {_flag(lies, 'covers', 'lost')})"))
            keyboard = await page.call(top, "handrail.layout.byKeyboard", index)
            if not keyboard["shown"] and not (keyboard["pressable"] and await self._pressed(page, top, index)):
                found.append(
                    await page.call(top, f"handrail.layout.told({index}, {_flag(keyboard, 'scripted', 'focusable')})")
                )
        return {"unread": sheets["unread"], "places": found, "brought": brought, "written": sheets["written"]}

    async def _pale(self, page: RenderedPage, top: World, candidates: int | None) -> list[Json]:
        """Texts that cannot be read while the mouse is on them; what seems so is looked at for longer."""
        found = []
        if candidates is None:
            candidates = await page.call(top, "handrail.layout.paling(true)")
        for index in range(candidates or 0):
            for patient in (False, True):
                seen = await self._pointed(page, top, index, patient)
                if seen["sure"]:
                    found += [seen["place"]] if seen["place"] else []
                    break
        return found

    @staticmethod
    async def _pointed(page: RenderedPage, top: World, index: int, patient: bool) -> Json:
        at = await page.call(top, "handrail.layout.aimAt", index, patient)
        if at is None:
            return {"sure": patient, "place": None}
        await page.hands.point(at[0], at[1])
        seen: Json = await page.call(top, "handrail.layout.pale", index, patient)
        await page.hands.point(0, 0)
        return seen

    @staticmethod
    async def _pressed(page: RenderedPage, top: World, index: int) -> bool:
        """Whether Enter on what triggers it brings it out; pressed again, it goes."""
        await page.call(top, "handrail.layout.focusPressed()")
        await page.hands.press("Enter")
        shown: bool = await page.call(top, "handrail.layout.shows", index)
        await page.hands.press("Enter" if shown else "Escape")
        return shown


def _flag(seen: Json, *names: str) -> str:
    """What is passed on as a JavaScript object: booleans only."""
    said = ", ".join(f"{name}: {str(bool(seen.get(name))).lower()}" for name in names)
    return "{ " + said + " }"
