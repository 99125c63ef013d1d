"""What a collector does to a page: keys, sizes, media. Nothing that the page makes of it reaches the site.

While hands are on a page, whatever leads away from it is answered with 204 (No Content), which leaves the page as it
is, and whatever would be sent is held back. Both are told: a page that goes elsewhere because something got the focus
breaks WCAG 3.2.1.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.async_api import Page

from crawler.known import Known
from crawler.safety import USUAL, Safety, is_made_of
from crawler.typed import Typed

#: Methods that change nothing on a server (RFC 9110, 9.2.1).
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Media = Literal["light", "dark"]
#: ``await witness(what was taken of the state, seconds that are left)``
Witness = Callable[[dict[str, Any], float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Something that the page wanted and was not given. ``kind``: "navigation", "window", "dialog", "request",
    "socket"; ``resource``: of which kind, as Chromium says."""

    kind: str
    method: str = "GET"
    resource: str = ""
    url: str = field(default="", repr=False)


class Hands:
    """The hands on one page, for as long as its acting collectors run."""

    def __init__(
        self,
        page: Page,
        frame_id: str,
        *,
        width: int,
        height: int,
        safety: Safety = USUAL,
        load: Callable[[], Awaitable[None]] | None = None,
        presses: bool = False,
        known: Known | None = None,
    ) -> None:
        """``presses``: nothing is asked of the site any more but the files that a page is made of.

        ``known``: what other pages of the site have shown of the controls they share with this one.
        While ``asking``, more of a list is pressed: what it reads from the page's own origin is let through too.
        While ``opening``, so are frames that come up, and what they are made of.
        """
        self._page = page
        self._frame_id = frame_id
        self._size = {"width": width, "height": height}
        self._resized = False
        self._media = False
        self._attempts: list[Attempt] = []
        #: Whether the page wants to go elsewhere, and may try again at any moment.
        self.restless = False
        self._load = load
        self._loading = False
        self.safety = safety
        self.known = known or Known()
        #: Whether the page is as ``again`` gave it: nothing of what was pressed is left on it.
        self.fresh = False
        self._presses = presses
        self.ends = math.inf  # when the page's budget is spent, on the clock of ``time.monotonic``
        self.reading = 0.0  # seconds that axe-core took to read the page
        self.asking = False  # whether what is pressed now may read more of the site
        self.opening = False
        self._frames: set[str] = set()  # that came up meanwhile
        self.typed: Typed | None = None  # what was typed, while it is looked for in all that the page sends
        self.witness: Witness | None = None  # is shown each state that is opened, as long as it is
        self.stopped = False  # the page opened a line of its own: what is pressed now could be sent unseen

    @property
    def left(self) -> float:
        """Seconds that are left for pressing."""
        return 0.0 if self.stopped else self.ends - time.monotonic()

    async def again(self) -> None:
        """Load the page anew: nothing of what was done to it is left on it."""
        assert self._load is not None
        self._loading = True
        self.fresh = False
        try:
            await self._load()
        finally:
            self._loading = False
            self._attempts.clear()

    def taken(self) -> list[Attempt]:
        """What the page wanted since this was asked last."""
        attempts, self._attempts = self._attempts, []
        return attempts

    def wanted(self, attempt: Attempt) -> None:
        """The page wanted something and was not given it."""
        self._attempts.append(attempt)
        self.stopped = self.stopped or attempt.kind == "socket"
        self.restless = self.restless or attempt.kind in ("navigation", "window")

    async def press(self, key: str) -> None:
        """Press and let go of a key, named as Playwright names it: "Tab", "Shift+Tab", "Enter"."""
        await self._page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """Type where the focus is."""
        await self._page.keyboard.type(text)

    async def point(self, x: float, y: float) -> None:
        """Move the mouse there, in CSS pixels of what is shown."""
        await self._page.mouse.move(x, y)

    async def click(self, x: float, y: float) -> None:
        """Click there, in CSS pixels of what is shown."""
        await self._page.mouse.click(x, y)

    async def show(self, *, width: int, height: int) -> None:
        """Show the page at another size, in CSS pixels."""
        self._resized = True
        await self._page.set_viewport_size({"width": width, "height": height})

    async def prefer(self, *, colours: Media = "light", less_motion: bool = False) -> None:
        """Show the page to somebody who prefers other colours or less motion."""
        self._media = True
        await self._page.emulate_media(
            color_scheme=colours, reduced_motion="reduce" if less_motion else "no-preference"
        )

    async def put_back(self) -> None:
        """Size and media as they were."""
        if self._resized:
            await self._page.set_viewport_size({"width": self._size["width"], "height": self._size["height"]})
        if self._media:
            await self._page.emulate_media(color_scheme="null", reduced_motion="null")
        self._resized = self._media = False
        self._attempts.clear()

    def answer(self, event: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """How a paused request is answered instead of being let through; None = it may pass."""
        request, name = event["request"], {"requestId": event["requestId"]}
        carries = self.typed is not None and self.typed.saw(request)
        if self._loading and request["method"] in SAFE and not carries:
            return None
        if event["resourceType"] == "Document" and event["frameId"] == self._frame_id:
            self.wanted(Attempt(kind="navigation", method=request["method"], url=request["url"]))
            return "Fetch.fulfillRequest", {**name, "responseCode": 204}
        url, kind = request["url"], event["resourceType"]
        reads = self.asking and kind in ("XHR", "Fetch") and self._is_here(url) and request["method"] == "GET"
        held = self._presses and url.startswith("http") and not is_made_of(url, kind) and not reads
        asked = self.safety.may_ask(url, kind, request["method"])
        if self.opening and request["method"] == "GET" and asked:
            if kind == "Document":
                self._frames.add(event["frameId"])
            held = held and event["frameId"] not in self._frames
        if held or carries or not asked:
            self.wanted(Attempt(kind="request", method=request["method"], resource=kind, url=request["url"]))
            if kind == "Document":  # of a frame, which stays as it is
                return "Fetch.fulfillRequest", {**name, "responseCode": 204}
            return "Fetch.failRequest", {**name, "errorReason": "BlockedByClient"}
        return None

    def _is_here(self, url: str) -> bool:
        here, there = urlsplit(self._page.url), urlsplit(url)
        return (here.scheme, here.netloc) == (there.scheme, there.netloc)
