"""What a collector does to a page: keys, sizes, media. Nothing that the page makes of it reaches the site.

While hands are on a page, whatever leads away from it is answered with 204 (No Content), which leaves the page as it
is, and whatever would be sent is held back. Both are told: a page that goes elsewhere because something got the focus
breaks WCAG 3.2.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.async_api import Page

#: Methods that change nothing on a server (RFC 9110, 9.2.1).
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Media = Literal["light", "dark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Something that the page wanted and was not given. ``kind``: "navigation", "window", "dialog", "request"."""

    kind: str
    method: str = "GET"
    url: str = field(default="", repr=False)


class Hands:
    """The hands on one page, for as long as its acting collectors run."""

    def __init__(self, page: Page, frame_id: str, *, width: int, height: int) -> None:
        self._page = page
        self._frame_id = frame_id
        self._size = {"width": width, "height": height}
        self._resized = False
        self._media = False
        self._attempts: list[Attempt] = []

    def taken(self) -> list[Attempt]:
        """What the page wanted since this was asked last."""
        attempts, self._attempts = self._attempts, []
        return attempts

    def wanted(self, attempt: Attempt) -> None:
        """The page wanted something and was not given it."""
        self._attempts.append(attempt)

    async def press(self, key: str) -> None:
        """Press and let go of a key, named as Playwright names it: "Tab", "Shift+Tab", "Enter"."""
        await self._page.keyboard.press(key)

    async def point(self, x: float, y: float) -> None:
        """Move the mouse there, in CSS pixels of what is shown."""
        await self._page.mouse.move(x, y)

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
        if event["resourceType"] == "Document" and event["frameId"] == self._frame_id:
            self.wanted(Attempt(kind="navigation", method=request["method"], url=request["url"]))
            return "Fetch.fulfillRequest", {**name, "responseCode": 204}
        if request["method"] not in SAFE:
            self.wanted(Attempt(kind="request", method=request["method"], url=request["url"]))
            return "Fetch.failRequest", {**name, "errorReason": "BlockedByClient"}
        return None
