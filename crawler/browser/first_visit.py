"""What a page has the browser keep on a first visit: names of cookies and storage, how long, and which script asked.

No value is taken: hooks in the page cut them off before they tell, and what the browser lists is let go at once.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Awaitable, Mapping
from importlib.resources import files
from time import time
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error

from crawler.browser.page import RenderedPage

logger = logging.getLogger(__name__)

Json = dict[str, Any]
T = TypeVar("T")

#: What one page is heard of, and what is told of it.
MOST_HEARD, MOST = 300, 100
#: Characters of a name: a longer one is no name.
LONGEST = 100
_DAY = 86_400


class FirstVisit:
    """Listens from before the page's first script. ``read`` while nobody has answered any banner."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._token = secrets.token_hex(16)
        self._heard: dict[tuple[str, str], str] = {}
        self._refused: dict[tuple[str, str], Json] = {}
        self._is_read = False
        #: ``[{"kind", "name", "host", "days", "secure", "http_only", "same_site", "by"}]``; None = not known.
        self.names: list[Json] | None = None
        #: How a banner can be answered: "reject", "accept".
        self.offers: list[str] = []
        #: Like ``names``, when one was answered.
        self.after: list[Json] | None = None

    @classmethod
    async def on(cls, session: CDPSession) -> FirstVisit:
        """Begin. The context must be one in which no page was before."""
        visit = cls(session)
        source = files("crawler.browser").joinpath("first_visit.js").read_text("utf-8").strip()
        session.on("Runtime.consoleAPICalled", visit._told)
        session.on("Network.responseReceivedExtraInfo", visit._answered)
        await session.send("Runtime.enable")
        await session.send("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0})
        arguments = f"{json.dumps(visit._token)}, {MOST_HEARD}, {LONGEST}"
        await session.send("Page.addScriptToEvaluateOnNewDocument", {"source": f"({source})({arguments});"})
        return visit

    async def read(self, page: RenderedPage) -> None:
        """Note what is there now, and how a banner can be answered; once."""
        if self._is_read:
            return
        self._is_read = True
        found = await self._try(self._first(page), None)
        if found is not None:
            self.names, self.offers = found

    async def answered(self, page: RenderedPage) -> None:
        """Note what is there after a banner was answered."""
        self.after = await self._try(self._read(page), None)

    async def _first(self, page: RenderedPage) -> tuple[list[Json], list[str]]:
        return await self._read(page), await page.call((await page.worlds())[0], "handrail.offers()")

    @staticmethod
    async def _try(work: Awaitable[T], otherwise: T) -> T:
        """A page that cannot be asked is audited all the same."""
        try:
            return await work
        except (Error, RuntimeError) as exc:
            logger.info("what a page keeps could not be read: %s", type(exc).__name__)
            return otherwise

    async def _read(self, page: RenderedPage) -> list[Json]:
        jar = (_cookie(one) for one in (await self._session.send("Network.getAllCookies"))["cookies"])
        found = self._refused | {(one["host"], one["name"]): one for one in jar}
        told = [one | {"by": self._by("cookie", one["name"])} for one in found.values()]
        for world in await page.worlds():
            for kind, name in await page.call(world, "handrail.transport.kept", MOST, LONGEST):
                told.append(_entry(kind, name, urlsplit(world.url).hostname or "", self._by(kind, name)))
        return told[:MOST]

    def _by(self, kind: str, name: str) -> str:
        return self._heard.get((kind, name), "")

    def _told(self, event: Json) -> None:
        said = [one.get("value") for one in event.get("args", ())[:3]]
        if len(said) != 3 or said[0] != self._token or len(self._heard) >= MOST_HEARD:
            return
        frames = event.get("stackTrace", {}).get("callFrames", ())
        self._heard.setdefault((str(said[1]), str(said[2])), _script(frames))

    def _answered(self, event: Json) -> None:
        """What other sites asked for and this browser, set as it is, does not give them. Other browsers do."""
        for one in event.get("blockedCookies", ()):
            if "UserPreferences" in one["blockedReasons"] and one.get("cookie") and len(self._refused) < MOST:
                cookie = _cookie(one["cookie"])
                self._refused.setdefault((cookie["host"], cookie["name"]), cookie)


def _cookie(cookie: Mapping[str, Any]) -> Json:
    """One cookie without its value. One that has no name is all value."""
    expires = float(cookie.get("expires", -1))
    return _entry("cookie", str(cookie["name"])[:LONGEST], str(cookie["domain"]).lstrip("."), "") | {
        "days": max(0.0, round((expires - time()) / _DAY, 2)) if expires > 0 else 0.0,
        "secure": bool(cookie.get("secure")),
        "http_only": bool(cookie.get("httpOnly")),
        "same_site": str(cookie.get("sameSite") or ""),
    }


def _entry(kind: str, name: str, host: str, by: str) -> Json:
    return {
        "kind": kind, "name": name, "host": host, "days": 0.0, "secure": False, "http_only": False, "same_site": "",
        "by": by,
    }  # fmt: skip


def _script(frames: Any) -> str:
    """Host and path of the script nearest to the call; ours has no address."""
    for frame in frames:
        parts = urlsplit(frame.get("url", ""))
        if parts.scheme in ("http", "https"):
            return f"{parts.hostname}{parts.path}"[:200]
    return ""
