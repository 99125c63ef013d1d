"""One budget of page requests per host, shared by Scrapy and the browser: polite when all is well, slower when not.

The window (requests at the same time) is halved when a host answers 429 or 5xx or not at all, and grows back slowly;
at one request at a time the gap between requests doubles instead. ``Retry-After`` holds the host (RFC 9110 s. 10.2.3).
What a page loads by itself (styles, scripts, pictures) rides with the page, as in a visitor's browser. Where several
workers ask the same hosts, the budgets are kept in the store, by its clock.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import random
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from audits.model import HostPace, Paces
from crawler.scope import netloc

if TYPE_CHECKING:
    from crawler.job import SiteJob

logger = logging.getLogger(__name__)

#: Answers by which a host says that it has too much to do.
BUSY = frozenset({429, 503})
#: A host that asks for more patience than this is asked again all the same: the page then ends as refused.
LONGEST_HOLD = 120.0
#: The longest gap for a host that says it is busy, and for one that does not answer: that one may be gone for good.
LONGEST_GAP, LONGEST_GAP_UNANSWERED = 30.0, 2.0
#: How much of one request the window grows with each good answer.
GROWTH = 0.1
#: Seconds until one asks again for a turn that all have taken; the longest between two questions; between two signs
#: of life.
PAUSE, LONGEST_PAUSE, KEPT = 0.15, 1.0, 3.0


def seconds_left(pace: HostPace, out: int, most: int, now: float) -> float:
    """Seconds until another request may start; 0 when it may now, infinite while as many as allowed are out."""
    if out >= max(1, int(min(pace.window, most))):
        return math.inf
    return max(0.0, max(pace.next, pace.held) - now)


def slower(pace: HostPace, delay: float) -> HostPace:
    """With at least so many seconds between the starts of two requests, also after the last one."""
    more = max(0.0, delay - pace.delay)
    return replace(pace, delay=max(delay, pace.delay), next=pace.next + more)


def begun(pace: HostPace, now: float) -> HostPace:
    """A request has started."""
    return replace(pace, next=now + pace.delay + pace.gap)


def answered(pace: HostPace, status: int, most: int, now: float, *, hold: float = 0.0) -> HostPace:
    """A request has ended with what the host said; 0 = nothing."""
    if hold > 0:
        pace = replace(pace, held=max(pace.held, now + min(hold, LONGEST_HOLD)))
    if status and status not in BUSY and status < 500:
        gap = 0.0 if pace.gap < 0.05 else pace.gap * 0.9
        return replace(pace, window=min(float(most), pace.window + GROWTH), gap=gap)
    if pace.window >= 2:
        return replace(pace, window=max(1.0, pace.window / 2))
    if status and status not in BUSY:  # it may be one broken page
        return replace(pace, window=1.0)
    longest = LONGEST_GAP if status else LONGEST_GAP_UNANSWERED
    return replace(pace, window=1.0, gap=max(pace.gap, min(longest, max(0.25, pace.gap * 2))))


class Pace:
    """The budget of one host. ``delay`` is in seconds between the starts of two requests, ``most`` in requests."""

    def __init__(self, *, delay: float = 0.0, most: int = 2, now: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self.busy = 0
        self.now_at = HostPace(window=float(most), delay=delay)
        self._now = now
        self._freed = asyncio.Event()

    def wait(self) -> float:
        """Seconds until another request may start; 0 when it may now, infinite while as many as allowed are out."""
        return seconds_left(self.now_at, self.busy, self.most, self._now())

    async def begin(self) -> None:
        """Wait for the turn, and take it."""
        while (left := self.wait()) > 0:
            self._freed.clear()
            try:
                await asyncio.wait_for(self._freed.wait(), None if left == math.inf else left)
            except TimeoutError:
                continue
        self.busy += 1
        self.now_at = begun(self.now_at, self._now())

    def end(self, status: int = 0, *, hold: float = 0.0) -> None:
        """Give the turn back with what the host said; 0 = nothing."""
        self.busy = max(0, self.busy - 1)
        self.now_at = answered(self.now_at, status, self.most, self._now(), hold=hold)
        self._freed.set()

    def give_back(self) -> None:
        """Give the turn back without having learned anything."""
        self.busy = max(0, self.busy - 1)
        self._freed.set()

    def slow_down(self, delay: float) -> None:
        """At least so many seconds between the starts of two requests."""
        self.now_at = slower(self.now_at, delay)


class SharedPace:
    """The budget of one host, kept where all workers see it."""

    def __init__(self, host: str, paces: Paces, owner: str, most: int) -> None:
        self._host = host
        self._paces = paces
        self._owner = owner
        self._most = most
        self._delay = 0.0
        self._asking = asyncio.Lock()
        self._telling: set[asyncio.Task[None]] = set()
        self.turns: list[str] = []

    async def begin(self) -> None:
        """Wait for the turn, and take it. A store that is away is waited for."""
        async with self._asking:  # one of us asks for all
            while True:
                try:
                    turn, left = await asyncio.to_thread(self._paces.take, self._host, self._owner, self._decide)
                except Exception as exc:  # noqa: BLE001  # around the store: nobody may ask the host without it
                    logger.warning("no turn at a host: %s", type(exc).__name__)
                    turn, left = "", LONGEST_PAUSE
                if turn:
                    self.turns.append(turn)
                    return
                await asyncio.sleep(min(left, LONGEST_PAUSE) * random.uniform(0.9, 1.1))

    def _decide(self, known: HostPace | None, out: int, now: float) -> tuple[HostPace, float]:
        # What is known of a host that nobody asked for a while is forgotten; what it may be asked is not.
        pace = slower(known or HostPace(window=float(self._most)), self._delay)
        left = seconds_left(pace, out, self._most, now)
        if left == math.inf:
            left = PAUSE
        return (pace, left) if left > 0 else (begun(pace, now), 0.0)

    def end(self, status: int = 0, *, hold: float = 0.0) -> None:
        """Give the turn back with what the host said; 0 = nothing."""
        self._give(lambda pace, now: answered(pace, status, self._most, now, hold=hold))

    def give_back(self) -> None:
        """Give the turn back without having learned anything."""
        self._give(None)

    def _give(self, learned: Callable[[HostPace, float], HostPace] | None) -> None:
        if self.turns:
            telling = asyncio.ensure_future(self._told(self.turns.pop(0), learned))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

    async def _told(self, turn: str, learned: Callable[[HostPace, float], HostPace] | None) -> None:
        try:
            await asyncio.to_thread(self._paces.give, turn, self._host, learned)
        except Exception as exc:  # noqa: BLE001  # around the store: a turn that nobody renews ends by itself
            logger.warning("a turn at a host could not be given back: %s", type(exc).__name__)

    def slow_down(self, delay: float) -> None:
        """At least so many seconds between the starts of two requests: told to others with the next turn."""
        self._delay = max(self._delay, delay)

    async def all_told(self) -> None:
        """Wait until every turn is given back."""
        while self.turns:
            self.give_back()
        if self._telling:
            await asyncio.wait(self._telling, timeout=5)


class Turn:
    """One request's turn at a host: taken on entering, given back once, at the latest on leaving."""

    def __init__(self, pace: Pace | SharedPace) -> None:
        self._pace = pace
        self._taken = False

    async def __aenter__(self) -> Turn:
        await self._pace.begin()
        self._taken = True
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._taken:
            self._pace.give_back()

    def end(self, status: int, hold: float = 0.0) -> None:
        """The host has answered, and what the answer needs is loaded. ``hold``: seconds that it asks to wait."""
        if self._taken:
            self._taken = False
            self._pace.end(status, hold=hold)


class Pacer:
    """The paces of all hosts of a run. ``most`` is the window of a host that is well.

    ``paces``: where they are kept when others ask the same hosts at the same time; None = here.
    """

    def __init__(self, *, most: int = 2, paces: Paces | None = None) -> None:
        self._most = most
        self._paces = paces
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self._hosts: dict[str, Pace | SharedPace] = {}

    def of(self, url: str) -> Pace | SharedPace:
        """The budget of the host of a URL."""
        host = netloc(url)
        if host not in self._hosts:
            self._hosts[host] = (
                Pace(most=self._most) if self._paces is None else SharedPace(host, self._paces, self._owner, self._most)
            )
        return self._hosts[host]

    def turn(self, url: str) -> Turn:
        """``async with pacer.turn(url) as turn: …; turn.end(status)``."""
        return Turn(self.of(url))

    def slow_down(self, url: str, delay: float) -> None:
        """At least ``delay`` seconds between requests: the configuration's wish, or robots.txt's ``Crawl-delay``."""
        if delay > 0:
            self.of(url).slow_down(delay)

    async def __aenter__(self) -> Pacer:
        if self._paces is not None:
            self._keeping = asyncio.create_task(self._keep(self._paces))
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._paces is not None:
            self._keeping.cancel()
            for pace in self._hosts.values():
                if isinstance(pace, SharedPace):
                    await pace.all_told()

    async def _keep(self, paces: Paces) -> None:
        """Whoever does not say that it lives has lost its turns."""
        while True:
            await asyncio.sleep(KEPT)
            turns = [one for pace in self._hosts.values() if isinstance(pace, SharedPace) for one in pace.turns]
            if turns:
                try:
                    await asyncio.to_thread(paces.keep, turns)
                except Exception as exc:  # noqa: BLE001  # around the store: tried again in a moment
                    logger.warning("turns could not be kept: %s", type(exc).__name__)


class PacingMiddleware:
    """Puts Scrapy's requests under the run's pacer. Sits next to the downloader, so that retries wait too."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PacingMiddleware:
        """Keep the crawler: the spider gets its runtime when it starts."""
        return cls(crawler)

    def _pace(self, request: Request) -> Pace | SharedPace:
        spider: Spider | None = self._crawler.spider
        pacer: Pacer = spider.runtime.pacer  # type: ignore[union-attr]
        return pacer.of(request.url)

    async def process_request(self, request: Request) -> None:
        """Wait for the host's turn. A site's ``delay`` holds for each of its hosts, those that a link leads to too."""
        job: SiteJob = self._crawler.spider.job  # type: ignore[union-attr]
        pace = self._pace(request)
        if job.delay and job.scope.has_host(request.url):
            pace.slow_down(job.delay)
        await pace.begin()
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
    said, date = ((response.headers.get(name) or b"").decode("latin-1") for name in ("Retry-After", "Date"))
    return asked_to_wait(response.status, said, date)


def asked_to_wait(status: int, said: str, date: str = "") -> float:
    """The same, of what ``Retry-After`` and ``Date`` of an answer say: moments are those of the host's clock."""
    said = said.strip()
    if status not in BUSY or not said:
        return 0.0
    if said.isascii() and said.isdecimal():
        return float(said)
    until = _moment(said)
    return 0.0 if until is None else max(0.0, (until - (_moment(date) or datetime.now(UTC))).total_seconds())


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=found.tzinfo or UTC)
