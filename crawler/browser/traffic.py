"""What a page loads, as the browser got it: enough to tell in another run whether any of it changed.

The requests are listened to, not asked from the page: ``performance`` forgets what does not fit its buffer, what a
script clears, and all that happens in workers and in frames that cannot be entered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from playwright.async_api import Error, Page, Request, Response, WebSocket

from audits.model import Asset
from crawler.proof import sha256_of, validators

#: Reports about the visit: what they are answered never reaches the page.
TELLING = frozenset({"ping", "cspreport", "cspviolationreport"})
#: What other hosts can change a page by.
ACTING = frozenset({"script", "stylesheet", "document", "xhr", "fetch"})
#: Answers that may hold what people wrote. A tag is often a hash without a key.
TEXTS = frozenset({"document", "xhr", "fetch"})
#: Seconds for the bodies of one page's answers.
LIMIT = 5.0


class NotProvable(Exception):
    """The page used something whose next state nobody can compare with; the message says what."""


class Traffic:
    """The requests of one browser page since its last navigation."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._answers: dict[Request, Response | None] = {}
        self._ended: set[Request] = set()
        self._sockets: list[str] = []
        self.listening = True  # not while hands are on the page: what they cause is not the page's own
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.on("requestfinished", self._finished)
        page.on("websocket", self._opened)

    @property
    def has_line(self) -> bool:
        """Whether the page keeps a line to a server open, through which anything may be sent unseen."""
        return bool(self._sockets)

    def forget(self) -> None:
        """Another page comes."""
        self._answers.clear()
        self._ended.clear()
        self._sockets.clear()
        self.listening = True

    def _asked(self, request: Request) -> None:
        if self.listening:
            self._answers[request] = None

    def _answered(self, response: Response) -> None:
        # An answer to what the page before asked for is not this page's.
        if response.request in self._answers:
            self._answers[response.request] = response

    def _finished(self, request: Request) -> None:
        self._ended.add(request)

    def _opened(self, socket: WebSocket) -> None:
        if self.listening:
            self._sockets.append(socket.url.replace("ws", "http", 1))

    def elsewhere(self, own: Callable[[str], bool]) -> bool:
        """Whether other hosts had a hand in the page."""
        asked = [request.url for request in self._answers if request.resource_type in ACTING]
        return any(not own(url) for url in [*asked, *self._sockets] if _on_the_web(url))

    async def assets(
        self, own: Callable[[str], bool], digest: Callable[[str], str], *, secret: bool
    ) -> tuple[Asset, ...]:
        """Everything of the page's own site that it used, itself left out. Raises NotProvable.

        ``secret``: something personal stands on the page, so that only keyed digests of its texts are kept.
        """
        if any(own(url) for url in self._sockets):
            raise NotProvable("a web socket")
        found: dict[str, Asset] = {}
        try:
            async with asyncio.timeout(LIMIT):
                for request in list(self._used(own)):
                    asset = await self._asset(request, digest, secret=secret)
                    if asset is not None and found.setdefault(asset.url, asset) != asset:
                        raise NotProvable(f"{asset.kind}: two answers to one address")
        except TimeoutError:
            raise NotProvable("the answers could not be read in time") from None
        return tuple(found.values())

    def _used(self, own: Callable[[str], bool]) -> Iterator[Request]:
        for request in self._answers:
            if request.resource_type in TELLING or not _on_the_web(request.url) or not own(request.url):
                continue
            if not self._is_the_page(request):
                yield request

    def _is_the_page(self, request: Request) -> bool:
        try:
            return request.is_navigation_request() and request.frame == self._page.main_frame
        except Error:
            return False  # the frame is gone

    async def _asset(self, request: Request, digest: Callable[[str], str], *, secret: bool) -> Asset | None:
        kind = request.resource_type
        if request.method != "GET":
            raise NotProvable(f"{kind}: sent by {request.method}")
        if kind == "eventsource":
            raise NotProvable("a stream of events")
        response = self._answers[request]
        if response is None:
            if _not_wanted(request.failure):
                return None
            raise NotProvable(f"{kind}: no answer")
        headers = response.headers
        # What the browser's cache confirmed by "not modified" is the whole answer to the page.
        status = 200 if response.status == 304 else response.status
        good = 200 <= status < 300
        etag, modified = validators(headers.get("etag", ""), headers.get("last-modified", ""), headers.get("date", ""))
        if secret and kind in TEXTS:
            etag = ""
        if good and (etag or modified):
            return Asset(url=request.url, kind=kind, etag=etag, modified=modified)
        body = b""
        if good or kind == "document":
            if request not in self._ended:
                raise NotProvable(f"{kind}: an answer without end")
            try:
                body = await response.body()
            except Error:
                raise NotProvable(f"{kind}: the answer was not kept") from None
        content = digest(sha256_of(status, headers.get("location", ""), body))
        return Asset(url=request.url, kind=kind, content=content)


def _on_the_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _not_wanted(failure: str | None) -> bool:
    """Taken back by the page, or kept from it by its own policy: it is judged without."""
    return failure is not None and ("ERR_ABORTED" in failure or "ERR_BLOCKED" in failure)
