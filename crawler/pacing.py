"""One budget of page requests per host, shared by Scrapy and the browser: polite when all is well, slower when not.

The window (requests at the same time) is halved when a host answers 429 or 5xx or not at all, and grows back slowly;
at one request at a time the gap between requests doubles instead. ``Retry-After`` holds the host (RFC 9110 s. 10.2.3).
What a page loads by itself (styles, scripts, pictures) rides with the page, as in a visitor's browser.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.scope import netloc

#: Answers by which a host says that it has too much to do.
BUSY = frozenset({429, 503})
#: A host that asks for more patience than this is asked again all the same: the page then ends as refused.
LONGEST_HOLD = 120.0
#: The longest gap for a host that says it is busy, and for one that does not answer: that one may be gone for good.
LONGEST_GAP, LONGEST_GAP_UNANSWERED = 30.0, 2.0
#: How much of one request the window grows with each good answer.
GROWTH = 0.1


class Pace:
    """The budget of one host. ``delay`` is in seconds between the starts of two requests, ``most`` in requests."""

    def __init__(self, *, delay: float = 0.0, most: int = 2, now: Callable[[], float] = time.monotonic) -> None:
        self.delay = delay
        self.most = most
        self.window = float(most)
        self.gap = 0.0  # on top of the delay, while the host struggles
        self.busy = 0
        self._now = now
        self._next = 0.0
        self._held = 0.0
        self._freed = asyncio.Event()

    def wait(self) -> float:
        """Seconds until another request may start; 0 when it may now, infinite while as many as allowed are out."""
        if self.busy >= max(1, int(self.window)):
            return float("inf")
        return max(0.0, max(self._next, self._held) - self._now())

    async def begin(self) -> None:
        """Wait for the turn, and take it."""
        while (left := self.wait()) > 0:
            self._freed.clear()
            try:
                await asyncio.wait_for(self._freed.wait(), None if left == float("inf") else left)
            except TimeoutError:
                continue
        self.busy += 1
        self._next = self._now() + self.delay + self.gap

    def end(self, status: int = 0, *, hold: float = 0.0) -> None:
        """Give the turn back with what the host said; 0 = nothing."""
        self.busy = max(0, self.busy - 1)
        if hold > 0:
            self._held = max(self._held, self._now() + min(hold, LONGEST_HOLD))
        if status == 0 or status in BUSY or status >= 500:
            self._slower(status)
        else:
            self.window = min(float(self.most), self.window + GROWTH)
            self.gap = 0.0 if self.gap < 0.05 else self.gap * 0.9
        self._freed.set()

    def give_back(self) -> None:
        """Give the turn back without having learned anything."""
        self.busy = max(0, self.busy - 1)
        self._freed.set()

    def _slower(self, status: int) -> None:
        if self.window >= 2:
            self.window = max(1.0, self.window / 2)
            return
        self.window = 1.0
        if status == 0 or status in BUSY:  # another 5xx may be one broken page
            longest = LONGEST_GAP if status else LONGEST_GAP_UNANSWERED
            self.gap = max(self.gap, min(longest, max(0.25, self.gap * 2)))


class Turn:
    """One request's turn at a host: taken on entering, given back once, at the latest on leaving."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._taken = False

    async def __aenter__(self) -> Turn:
        await self._pace.begin()
        self._taken = True
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._taken:
            self._pace.give_back()

    def end(self, status: int) -> None:
        """The host has answered, and what the answer needs is loaded."""
        if self._taken:
            self._taken = False
            self._pace.end(status)


class Pacer:
    """The paces of all hosts of a run. ``most`` is the window of a host that is well."""

    def __init__(self, *, most: int = 2) -> None:
        self._most = most
        self._hosts: dict[str, Pace] = {}

    def of(self, url: str) -> Pace:
        """The budget of the host of a URL."""
        host = netloc(url)
        if host not in self._hosts:
            self._hosts[host] = Pace(most=self._most)
        return self._hosts[host]

    def turn(self, url: str) -> Turn:
        """``async with pacer.turn(url) as turn: …; turn.end(status)``."""
        return Turn(self.of(url))

    def slow_down(self, url: str, delay: float) -> None:
        """At least ``delay`` seconds between requests: the configuration's wish, or robots.txt's ``Crawl-delay``."""
        pace = self.of(url)
        pace.delay = max(pace.delay, delay)


class PacingMiddleware:
    """Puts Scrapy's requests under the run's pacer. Sits next to the downloader, so that retries wait too."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PacingMiddleware:
        """Keep the crawler: the spider gets its runtime when it starts."""
        return cls(crawler)

    def _pace(self, request: Request) -> Pace:
        spider: Spider | None = self._crawler.spider
        pacer: Pacer = spider.runtime.pacer  # type: ignore[union-attr]
        return pacer.of(request.url)

    async def process_request(self, request: Request) -> None:
        """Wait for the host's turn."""
        await self._pace(request).begin()
        request.meta["paced"] = True

    def process_response(self, request: Request, response: Response) -> Response:
        """Learn from the answer."""
        if request.meta.pop("paced", False):
            self._pace(request).end(response.status, hold=retry_after(response))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """No answer: slower."""
        if request.meta.pop("paced", False):
            self._pace(request).end(0)


def retry_after(response: Response) -> float:
    """Seconds that a 429 or 503 asks to wait; 0 when it does not say."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if response.status not in BUSY or not said:
        return 0.0
    if said.isdigit():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def seconds_closed(now: datetime, hours: Sequence[tuple[int, int]]) -> float:
    """Seconds until no span of quiet hours holds ``now``; spans are minutes of the day, and may pass midnight."""
    moment = now
    for _ in range(len(hours) + 1):
        minute = moment.hour * 60 + moment.minute
        ends = [end for begin, end in hours if _within(minute, begin, end)]
        if not ends:
            break
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        times = [midnight + timedelta(minutes=end) for end in ends]
        moment = max(time if time > moment else time + timedelta(days=1) for time in times)
    return (moment - now).total_seconds()


def _within(minute: int, begin: int, end: int) -> bool:
    return begin <= minute < end if begin < end else minute >= begin or minute < end
