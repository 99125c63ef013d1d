"""What moves, blinks or changes on a page by itself; for how long, how fast, and for whom."""

from __future__ import annotations

import base64
from typing import Any

from playwright.async_api import Error

from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector

Json = dict[str, Any]

#: Milliseconds for which slides are watched: those of the common libraries change every 3 to 6 seconds.
WATCHED = 6500
#: Changes in a second; two make one flash, and three flashes in a second are one too many.
QUICK = 6


#: Bytes of a picture whose frames are looked into.
LARGEST = 2_000_000


class Motion(Collector):
    """``{"places", "media", "pictures", "scripted", "rotators"}`` of the top frame; see ``motion.js``."""

    name = "motion"
    limit = 11.0
    order = 95  # it may have to wait for slides to change
    acts = True

    async def collect(self, page: RenderedPage) -> Json:
        """Read the animations, ask for less of them, read the pictures' bytes, wait for slides."""
        top = (await page.worlds())[0]
        told: Json = await page.call(top, "handrail.motion.read()")
        if told["places"]:
            await page.hands.prefer(less_motion=True)
            for place, stays in zip(told["places"], await page.call(top, "handrail.motion.less()"), strict=True):
                place["stays"] = stays
        for picture in told["pictures"]:
            data = await self._bytes(top, picture.pop("src"))
            picture["frames"], seconds = frames_of(data)
            picture["lasts"] = -1 if seconds == float("inf") else round(1000 * seconds)
            if picture["frames"] > 1 and len(data) <= LARGEST:
                sent = base64.b64encode(data).decode()
                picture["flashes"] = await page.call(top, "handrail.motion.flashes", sent, _kind(data))
        if told["scripted"]:
            still = await page.call(top, "handrail.motion.goesOn", [place["selector"] for place in told["scripted"]])
            told["scripted"] = [place for place, goes_on in zip(told["scripted"], still, strict=True) if goes_on]
        told["scripted"] += told.pop("rolling")
        quick = [place for place in told["scripted"] if place["rate"] > QUICK]
        if quick:
            selectors = [place["selector"] for place in quick]
            flashes = await page.call(top, "handrail.motion.flicker", selectors)
            for place, number in zip(quick, flashes, strict=True):
                place["flashes"] = number
        if told.pop("canvases"):
            told["scripted"] += await page.call(top, "handrail.motion.redrawn()")
        ticks = told.pop("ticks")
        if told["rotators"] or ticks:
            told["rotators"] = await page.call(top, "handrail.motion.watch", WATCHED, ticks)
        else:
            told["rotators"] = []
        return told

    @staticmethod
    async def _bytes(top: World, url: str) -> bytes:
        """A picture that the page has loaded; nothing of one that the browser let go of."""
        try:
            reply = await top.session.send("Page.getResourceContent", {"frameId": top.frame_id, "url": url})
        except Error:
            return b""
        return base64.b64decode(reply["content"]) if reply["base64Encoded"] else bytes(reply["content"].encode())


def _kind(data: bytes) -> str:
    return "image/gif" if data[:4] == b"GIF8" else "image/webp" if data[:4] == b"RIFF" else "image/png"


def frames_of(data: bytes) -> tuple[int, float]:
    """How many frames a GIF, WebP or APNG has, and for how many seconds it moves; infinity when it never ends."""
    if data[:4] == b"GIF8":
        return _gif(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return _png(data)
    return 1, 0.0


def _gif(data: bytes) -> tuple[int, float]:
    """GIF89a: blocks of sub-blocks; "NETSCAPE2.0" tells how often it starts again."""
    frames, hundredths, loops = 0, 0, 1.0
    at = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    try:
        while data[at] != 0x3B:
            if data[at] == 0x2C:
                frames += 1
                packed = data[at + 9]
                at = _after_blocks(data, at + 11 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0))
                continue
            label, body = data[at + 1], data[at + 3 :]
            if label == 0xF9:
                # Browsers show frames that would be quicker than a fiftieth of a second for a tenth.
                delay = int.from_bytes(body[1:3], "little")
                hundredths += delay if delay > 1 else 10
            elif label == 0xFF and body[:11] == b"NETSCAPE2.0":
                again = int.from_bytes(body[13:15], "little")
                loops = float("inf") if again == 0 else again + 1
            at = _after_blocks(data, at + 2)
    except IndexError:
        pass
    return frames, hundredths / 100 * loops if frames > 1 else 0.0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _webp(data: bytes) -> tuple[int, float]:
    """RIFF: "ANIM" holds the loops, each "ANMF" a frame and its milliseconds."""
    frames, seconds, loops, at = 0, 0.0, 1.0, 12
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind == b"ANIM":
            again = int.from_bytes(data[at + 12 : at + 14], "little")
            loops = float(again or "inf")
        elif kind == b"ANMF":
            frames += 1
            seconds += int.from_bytes(data[at + 20 : at + 23], "little") / 1000
        at += 8 + size + size % 2
    return max(1, frames), seconds * loops if frames > 1 else 0.0


def _png(data: bytes) -> tuple[int, float]:
    """APNG: "acTL" holds the plays, each "fcTL" a frame and its delay as a fraction."""
    frames, seconds, loops, at = 0, 0.0, 1.0, 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"acTL":
            loops = float(int.from_bytes(data[at + 12 : at + 16], "big") or "inf")
        elif kind == b"fcTL":
            frames += 1
            above, below = (int.from_bytes(data[at + 8 + skip : at + 10 + skip], "big") for skip in (20, 22))
            seconds += above / (below or 100)
        at += 12 + size
    return max(1, frames), seconds * loops if frames > 1 else 0.0
