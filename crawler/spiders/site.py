"""Walk one site: its start pages, sitemaps and links, inside its scope, from the page table and back into it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import os
import socket
import time
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response, TextResponse
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from audits.model import (
    LEFT_OUT,
    MISSED,
    MOST_SCRIPTS,
    ONLY_ON_A_COPY,
    PAGE_BUDGET,
    TOO_MANY_SCRIPTS,
    UNPRESSED,
    Link,
    Outcome,
    PageLease,
    PageOutcome,
    PageResult,
    Snapshot,
    StoreAway,
    Transport,
)
from audits.runner import any_ran, in_state, later
from crawler.answer import document_of, file_of, is_other, is_walled, redirect_target, said_by
from crawler.browser.page import (
    PageCrashed,
    PageFailed,
    PageHung,
    PageLeft,
    PageNavigated,
    PageRefused,
    PageUnreachable,
    RenderedPage,
)
from crawler.browser.pool import Collected
from crawler.browser.states import is_unfinished, visited
from crawler.carry import Candidate, Carrier
from crawler.classify import (
    anything_to_see,
    content_type,
    is_html,
    is_sign_in,
    media_type,
    of_failure,
    of_net_error,
    of_status,
    of_type,
)
from crawler.collectors import pressing
from crawler.documents import BYTES, HEAD, LIMIT, begins_as, is_document, kind_of, named_as_file
from crawler.impostors import Impostors
from crawler.job import Judged, JudgeFailed, OwnRun, Runtime, SiteJob
from crawler.journeys import walk_journeys
from crawler.logs import hush
from crawler.opening import MOST_BYTES
from crawler.proof import seen_sha256
from crawler.quiet import seconds_closed
from crawler.reach import NameGuard, Wall
from crawler.reading import Reading
from crawler.robots import heed
from crawler.scope import canonical, is_trap, shape, spelled
from crawler.shown import Shown
from crawler.sitemaps import MAX_FILES, BrokenSitemap, entries

logger = logging.getLogger(__name__)

MAX_HOPS = 20
#: Seconds for a document to come whole, where its name says that it is one.
DOCUMENT_SECONDS = 120.0
#: Answers to a request that carries too much: its cookies, as a rule.
TOO_MUCH = frozenset({400, 413, 431, 494})
#: Start pages of a site that are visited as if for the first time: what they keep is noted.
MOST_FIRST = 5
#: Of these, on how many a consent banner is answered in each way that it offers, where somebody allowed that.
MOST_ANSWERED = 2
#: Visits that may hang: each costs a minute.
MOST_HUNG = 2
#: Pages in a row that the store could not hold: then it is the store.
MOST_UNSTORED = 3
#: What may be our own doing, and says nothing of a page while everything is being stopped.
OURS = frozenset({PageOutcome.FAILED, PageOutcome.CRASHED, PageOutcome.HUNG, PageOutcome.NETWORK_ERROR})
#: What a page has whether or not there is anything on it.
WHOLE_PAGE = ("<html", "<head", "<body", "<title", "<meta", "<link", "<base")
#: Who helps on a site leaves it when so many seconds brought no page.
HELPS_FOR = 5.0


class SiteSpider(Spider):
    """``job`` and ``runtime`` come from the front door; ``scrapy crawl site -a site=KEY`` asks it for them."""

    name = "site"
    #: Whether files that are no pages are read.
    reads = True

    def __init__(
        self, site: str = "", job: SiteJob | None = None, runtime: Runtime | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.site = site
        self.job = job  # type: ignore[assignment]
        self.runtime = runtime  # type: ignore[assignment]
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._leases: dict[int, PageLease] = {}
        self._ends = math.inf
        self._wake = asyncio.Event()
        self._own: OwnRun | None = None
        self._wall: Wall | None = None
        self._impostors = Impostors()
        self._jar = 0
        self._firsts: set[int] = set()
        self._answers = 0
        self._unstored = 0
        self._broken: Exception | None = None

    job: SiteJob
    runtime: Runtime
    carrier: Carrier
    reading: Reading

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SiteSpider:
        """Listen for headers, so that the body of a PDF is never fetched just to learn what it is."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        if spider.job is None:
            spider._own = load_object(crawler.settings["HANDRAIL_JOB_FACTORY"])(spider.site)
            spider.job = spider._own.job
            crawler.settings.update(settings_of(spider.job), priority="spider")
            hush()
        crawler.signals.connect(spider.headers_received, signals.headers_received)
        crawler.signals.connect(spider.bytes_received, signals.bytes_received)
        crawler.signals.connect(spider.spider_closed, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Lease pages from the store as slots come free, until nothing is pending."""
        if self._own is not None:
            self.runtime = await self._own.open()
        try:
            async for request in self._walk():
                yield request
        except Exception as exc:
            self.runtime.failed[self.job.site] = type(exc).__name__
            raise

    @property
    def at_once(self) -> int:
        """Pages leased at the same time: those in the browser's slots, and the next ones."""
        return self.runtime.pool.slots + 2

    async def _walk(self) -> AsyncIterator[Request]:
        job = self.job
        self.carrier = Carrier(job, self._download, browser=lambda: self.runtime.pool.browser_version)
        self.reading = Reading(job, self.runtime, self.carrier)
        if job.budget.seconds:
            self._ends = time.monotonic() + job.budget.seconds
        links = [Link(url=canonical(url), via="start") for url in job.start]
        await asyncio.to_thread(job.store.add_links, job.run_id, job.site, links)
        self._wall = await Wall.around(job.scope)
        _name_guard().watch(self._wall)
        await self._opening()
        if time.monotonic() < self._ends:
            named = await self._robots()
            if job.sitemaps and not job.opened:
                await self._sitemaps(named)
            if job.on_opened is not None and not job.opened and not self.runtime.stopping.is_set():
                await asyncio.to_thread(job.on_opened)
            await self._made_up_addresses()
        renewing = asyncio.create_task(self._renew())
        try:
            async for request in self._requests():
                yield request
            if not job.helps:
                await walk_journeys(job, self.runtime, self._wall, self.owner, self._ends)
        finally:
            renewing.cancel()

    async def _requests(self) -> AsyncIterator[Request]:
        job = self.job
        idle = time.monotonic()
        while not self.runtime.stopping.is_set():
            self._wake.clear()
            if self._broken is not None:
                raise self._broken
            await self._opening()
            if time.monotonic() > self._ends:
                await self._close_pending(PageOutcome.BUDGET_TIME, "the time budget was spent")
                return
            room = self.at_once - len(self._leases)
            if any(lease.alone for lease in self._leases.values()):
                room = 0
            leases = await self._lease(room) if room > 0 else []
            leases = [lease for lease in leases if not await self._was_a_step(lease)]
            candidates = await self.carrier.candidates(leases)
            for lease in leases:
                known = lease.page_id in self._leases  # the clock was put forward, and its lease looked spent
                self._leases[lease.page_id] = lease
                if known:
                    continue
                yield self._request(lease, candidates.get(lease.page_id))
            if leases or self._leases:
                idle = time.monotonic()
            if leases:
                continue
            if not self._leases and (await self._is_over() or (job.helps and time.monotonic() - idle > HELPS_FOR)):
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), 1.0)

    async def _is_over(self) -> bool:
        """Whether nothing is left to do, for anybody."""
        job = self.job
        if job.budget.pages and await asyncio.to_thread(job.store.counted, job.run_id, job.site) >= job.budget.pages:
            await self._close_pending(PageOutcome.BUDGET_PAGES, f"the plan was {job.budget.pages} pages")
        return not await asyncio.to_thread(job.store.pending, job.run_id, job.site)

    def _request(self, lease: PageLease, candidate: Candidate | None) -> Request:
        return Request(
            lease.url,
            headers=Carrier.conditions(candidate),
            callback=self.parse,
            errback=self.failed,
            dont_filter=True,
            meta=self._meta(lease) | {"candidate": candidate, "leased_at": time.perf_counter()},
        )

    def _meta(self, lease: PageLease) -> dict[str, Any]:
        meta: dict[str, Any] = {"lease": lease, "handle_httpstatus_all": True, "cookiejar": self._jar}
        if is_document(named_as_file(lease.url)):
            meta["download_timeout"] = max(self.job.timeout, DOCUMENT_SECONDS)
        # RFC 9309, 2.2.2: it may be asked for whatever it says.
        return meta | {"dont_obey_robotstxt": True} if urlsplit(lease.url).path == "/robots.txt" else meta

    async def _lease(self, limit: int) -> list[PageLease]:
        job = self.job
        leases = list(
            await asyncio.to_thread(
                job.store.lease,
                job.run_id,
                job.site,
                owner=self.owner,
                limit=limit,
                seconds=job.lease_seconds,
                most=job.budget.pages,
                busy=bool(self._leases),
                steps=not job.helps,
            )
        )
        if leases and job.budget.documents:
            read = await asyncio.to_thread(job.store.counted, job.run_id, job.site, (PageOutcome.DOCUMENT,))
            self.reading.counted(read)
        return leases

    async def _was_a_step(self, lease: PageLease) -> bool:
        """A journey's step whose process died before it was stored: no address that could be asked for."""
        if lease.via != "journey":
            return False
        await self._store(lease, PageResult(outcome=PageOutcome.FAILED, reason="journey: the process died on it"))
        return True

    async def _close_pending(self, outcome: PageOutcome, reason: str) -> None:
        await asyncio.to_thread(self.job.store.close_pending, self.job.run_id, self.job.site, outcome, reason)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self.job.lease_seconds / 3)
            if not self._leases:
                continue
            try:
                await asyncio.to_thread(
                    self.job.store.renew, list(self._leases.values()), seconds=self.job.lease_seconds
                )
            except Exception as exc:  # noqa: BLE001  # the leases hold for two more rounds; a dead store fails elsewhere
                logger.warning("leases of %s could not be renewed: %s", self.job.site, type(exc).__name__)

    async def _opening(self) -> None:
        """Wait while the site has its quiet hours."""
        job, told = self.job, False
        while job.quiet_hours and not self.runtime.stopping.is_set() and time.monotonic() < self._ends:
            left = seconds_closed(datetime.now(job.zone), job.quiet_hours)
            if not left:
                return
            if not told:
                logger.warning("site %s: quiet hours, going on in %d minutes", job.site, math.ceil(left / 60))
                told = True
            await asyncio.sleep(min(left, 5.0))

    # robots.txt and sitemaps

    async def _robots(self) -> list[str]:
        """The sitemaps that robots.txt names, or the usual place; its ``Crawl-delay`` becomes the host's pace."""
        roots = {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in self.job.start}
        sitemaps: list[str] = []
        for root in sorted(roots):
            robots = await self._fetch(f"{root}/robots.txt", robots=False)
            named: list[str] = []
            if robots is not None and robots.status == 200:
                said = Protego.parse(robots.body.decode("utf-8", "replace"))
                named = [urljoin(root + "/", url) for url in said.sitemaps]
                if self.reads and self.job.follow and robots.body.strip() and not is_html(robots):
                    link = Link(url=canonical(f"{root}/robots.txt"), via="file", depth=1)
                    await asyncio.to_thread(self.job.store.add_links, self.job.run_id, self.job.site, [link])
                if not self.job.robots_override:
                    heed(said, self.settings["ROBOTSTXT_USER_AGENT"], root, self.runtime.pacer)
            sitemaps += named or [f"{root}/sitemap.xml"]
        return sitemaps

    async def _sitemaps(self, waiting: list[str]) -> None:
        """Add what they list. They are read again on resume: adding is idempotent."""
        seen: set[str] = set()
        while waiting and len(seen) < MAX_FILES and not self.runtime.stopping.is_set():
            url = waiting.pop(0)
            if url in seen or not self._is_ours(url):
                continue
            seen.add(url)
            response = await self._fetch(url)
            if response is None or response.status != 200:
                continue
            try:
                kind, locations = entries(response)
                found = list(locations)
            except BrokenSitemap as exc:
                logger.warning("sitemap of %s: %s", self.job.site, exc)
                continue
            if kind == "sitemapindex":
                waiting += [urljoin(url, location) for location in found]
                continue
            links = [link for location in found if (link := self._link(urljoin(url, location), via="sitemap", depth=1))]
            await asyncio.to_thread(self.job.store.add_links, self.job.run_id, self.job.site, links)

    def _is_ours(self, url: str) -> bool:
        try:
            return self.job.scope.has_host(url)
        except ValueError:  # no address at all
            return False

    async def _fetch(self, url: str, *, robots: bool = True) -> Response | None:
        """One helper file, redirects on the site's hosts followed; None when it cannot be had."""
        meta = {"handle_httpstatus_all": True, "dont_obey_robotstxt": not robots}
        try:
            response = await self._download(Request(url, meta=meta, dont_filter=True))
            for _ in range(5):
                location = response.headers.get("Location")
                if not (300 <= response.status < 400 and location):
                    break
                target = urljoin(response.url, location.decode("latin-1"))
                if not self._is_ours(target):
                    return None
                response = await self._download(Request(target, meta=meta, dont_filter=True))
        except Exception as exc:  # noqa: BLE001  # a missing sitemap is common; the pages themselves decide the run
            logger.info("%s: %s", urlsplit(url).path, type(exc).__name__)
            return None
        return response

    async def _download(self, request: Request) -> Response:
        assert self.crawler.engine is not None
        return await self.crawler.engine.download_async(request)

    # Pages

    def headers_received(self, headers: Any, body_length: int, request: Request, spider: Spider) -> None:
        """Stop before the body of what will not be read."""
        kind = media_type(headers.get("Content-Type"))
        if "lease" in request.meta:
            for name in ("most", "download_maxsize", "head"):
                request.meta.pop(name, None)
            _thrown_away(request)
            named = (headers.get("Content-Disposition") or b"").decode("latin-1")
            of = kind_of(kind, request.url, named) if self.reads and kind and "html" not in kind else ""
            untold = self.reads and not of and kind in BYTES and not headers.get("Content-Encoding")
            if isinstance(body_length, int) and body_length > MOST_BYTES:  # it may be unknown, which is no number
                untold = False
            if (is_document(of) or untold) and self.reading.may_begin():
                request.meta["download_maxsize"] = MOST_BYTES
                if untold:  # its first bytes say whether the rest is wanted
                    request.meta["head"] = b""
                if not headers.get("Content-Encoding"):
                    request.meta["to_disk"] = self.reading.begin()
            elif of and not is_document(of):
                request.meta["most"] = LIMIT
                if not headers.get("Content-Encoding"):  # else it has to end where it unfolds, too
                    request.meta["download_maxsize"] = 0  # of what is long, the beginning is read
            elif kind and "html" not in kind:
                raise StopDownload(fail=False)
        if request.meta.get("headers_only"):
            raise StopDownload(fail=False)

    def bytes_received(self, data: bytes, request: Request, spider: Spider) -> None:
        """Stop where enough of a file has come."""
        head = request.meta.get("head")
        if head is not None and len(head) < HEAD:
            request.meta["head"] = head = head + data[: HEAD - len(head)]
            if len(head) == HEAD and not begins_as(head):
                raise StopDownload(fail=False)
        if (left := request.meta.get("most")) is not None:
            request.meta["most"] = left - len(data)
            if left - len(data) < 0:
                raise StopDownload(fail=False)

    async def parse(self, response: Response, **kwargs: Any) -> None:
        """One page from its first answer to its stored result."""
        lease: PageLease = response.meta["lease"]
        try:
            result = await self._page(lease, response)
        except StoreAway:
            result = None
        except Exception as exc:  # noqa: BLE001  # around one page: whatever happens to it is an outcome, the run goes on
            result = PageResult(outcome=of_failure(exc), reason=type(exc).__name__)
        if result is not None and result.outcome in OURS and self.runtime.stopping.is_set():
            result = None  # whoever stops us may stop the browser and the judge at the same moment
        _thrown_away(response.request)
        await self._finish(lease, result)

    async def failed(self, failure: Failure) -> None:
        """No answer came."""
        lease: PageLease = failure.request.meta["lease"]  # type: ignore[attr-defined]
        assert failure.value is not None
        result = PageResult(outcome=of_failure(failure.value), reason=type(failure.value).__name__)
        # It had said that it is a file when it broke off.
        meta = failure.request.meta  # type: ignore[attr-defined]
        kind = "document" if "to_disk" in meta else "file" if "most" in meta else ""
        if is_other(meta):
            self.reading.give_back()
            kind, result = "", PageResult(outcome=PageOutcome.NOT_HTML)
        _thrown_away(failure.request)  # type: ignore[attr-defined]
        await self._finish(lease, _of_no_page(lease, result, kind))

    async def _finish(self, lease: PageLease, result: PageResult | None) -> None:
        """None gives the page back."""
        if result is not None:
            result = _of_no_page(lease, result)
            if result.outcome is PageOutcome.DOCUMENT:
                self.reading.ended()
        try:
            await self._store(lease, result)
            self._unstored = 0
        except StoreAway as exc:  # nothing is wrong with the page: whoever has it next can store it
            result, self._broken = None, exc
        except Exception as exc:  # noqa: BLE001  # around the store: what it cannot hold costs a page, not the site
            logger.error("site %s: a page could not be stored: %s", self.job.site, type(exc).__name__)
            if result is not None:  # one that was only given back is taken up again when its lease is spent
                result = await self._not_stored(lease, exc)
        finally:
            self._leases.pop(lease.page_id, None)
            self._told(result)
            self._wake.set()

    async def _not_stored(self, lease: PageLease, exc: Exception) -> PageResult:
        """Say so in the page's place. A store that holds nothing any more ends the site."""
        result = PageResult(outcome=PageOutcome.FAILED, reason=f"could not be stored: {type(exc).__name__}")
        self._unstored += 1
        try:
            await self._store(lease, result)
        except Exception as still:  # noqa: BLE001  # it is told to whoever waits for the site
            self._broken = still
        if self._unstored >= MOST_UNSTORED:
            self._broken = exc
        return result

    def _told(self, result: PageResult | None) -> None:
        if result is not None and self.job.on_page is not None:
            self.job.on_page(self.job.site, result.outcome, sum(result.timings.values()))

    async def _store(self, lease: PageLease, result: PageResult | None) -> None:
        if result is None:
            await asyncio.to_thread(self.job.store.release, lease)
        elif not await asyncio.to_thread(self.job.store.finish, lease, result):
            logger.warning("page %s was finished by someone else", lease.page_id)

    async def _page(self, lease: PageLease, response: Response) -> PageResult | None:
        timings = {"fetch": time.perf_counter() - response.meta["leased_at"]}
        if self.runtime.stopping.is_set():
            return None
        candidate: Candidate | None = response.meta.get("candidate")
        changed = ""
        if candidate is not None:
            began = time.perf_counter()
            changed = await self.carrier.changed(candidate, response)
            timings["compare"] = time.perf_counter() - began
            if not changed:
                return self._carried(lease, candidate, response, timings)
            if response.status == 304:
                whole = Request(lease.url, meta=self._meta(lease), dont_filter=True)
                response = await self._download(whole)
        landed = await self._follow(lease, response)
        if isinstance(landed, PageResult):
            return landed
        response = await self._without_cookies(lease, landed)
        try:
            return await self._come(lease, response, timings, candidate, changed)
        finally:
            _thrown_away(response.request)

    async def _come(
        self,
        lease: PageLease,
        response: Response,
        timings: dict[str, float],
        candidate: Candidate | None,
        changed: str,
    ) -> PageResult | None:
        """The page, document or file that came for this very address."""
        status_outcome = of_status(response.status)
        kind = content_type(response)
        if status_outcome is not PageOutcome.NOT_FOUND and is_walled(response):
            return PageResult(
                outcome=PageOutcome.REFUSED_US,
                reason="a page that asks whether we are people",
                status=response.status,
                content_type=kind,
            )
        if is_other(response.meta):
            self.reading.give_back()
        if status_outcome is None and self.reads:
            if (document := document_of(response)) is not None:
                if not document or not (response.meta.get("to_disk") or self.reading.may_begin()):
                    return self.reading.not_taken(response, document)
                read = await self.reading.document(lease, response, document, timings, candidate)
                if read is not None:
                    return read
                if of_type(response) is PageOutcome.DOCUMENT:
                    return self.reading.not_taken(response, "")
            if file := file_of(response):
                return await self.reading.file(lease, response, file, timings, candidate)
        if status_outcome is None and (type_outcome := of_type(response)):
            return PageResult(outcome=type_outcome, status=response.status, content_type=kind, timings=timings)
        if status_outcome is not None:
            return PageResult(
                outcome=status_outcome, reason=f"HTTP {response.status}", status=response.status, content_type=kind
            )
        if len(response.body) >= self.settings.getint("DOWNLOAD_MAXSIZE"):
            return PageResult(outcome=PageOutcome.TOO_LARGE, status=response.status, content_type=kind)
        result = await self._render(lease, response, timings)
        if result is not None and result.outcome is PageOutcome.AUDITED and changed and not result.reason:
            result = replace(result, reason=f"audited again: {changed}")
        if result is not None and result.transport is not None and result.transport.offers:
            result = replace(result, transport=await self._answered(lease, result.transport))
        return result

    def _carried(
        self, lease: PageLease, candidate: Candidate, response: Response, timings: dict[str, float]
    ) -> PageResult:
        """The page as it was audited before. Where it leads is asked anew: scope, depth and traps are this run's."""
        earlier = candidate.earlier
        return PageResult(
            outcome=earlier.outcome,
            status=response.status,
            links=tuple(self._links(lease, ({"url": url} for url in earlier.links))),
            timings=timings,
            carried=earlier,
            transport=Transport(headers=said_by(response), whole=response.status != 304)
            if earlier.outcome is PageOutcome.AUDITED
            else None,
        )

    async def _without_cookies(self, lease: PageLease, response: Response) -> Response:
        """The answer without what earlier pages made us carry, where that is too much."""
        if response.status not in TOO_MUCH or response.request is None or not response.request.headers.get("Cookie"):
            return response
        if response.meta.get("cookiejar") == self._jar:
            self._jar += 1
        _thrown_away(response.request)
        return await self._download(Request(response.url, meta=self._meta(lease), dont_filter=True))

    async def _follow(self, lease: PageLease, response: Response) -> Response | PageResult:
        """Redirects, hop by hop: the answer for this very URL, or how it led elsewhere."""
        requested = lease.url
        for _ in range(MAX_HOPS):
            target = redirect_target(response)
            if target is None:
                break
            target = canonical(target, response.url)
            if not self.job.scope.holds(target):
                outcome = PageOutcome.SIGN_IN if is_sign_in(requested, target, "") else PageOutcome.REDIRECT_OFF_SCOPE
                return PageResult(
                    outcome=outcome, reason="redirects to another site", status=response.status, final_url=target
                )
            _thrown_away(response.request)
            response = await self._download(Request(target, meta=self._meta(lease), dont_filter=True))
        else:
            return PageResult(
                outcome=PageOutcome.REDIRECT_LOOP, reason=f"more than {MAX_HOPS} redirects", status=response.status
            )
        landed = canonical(response.url)
        if landed == requested:
            return response
        _thrown_away(response.request)  # it is read at its own address
        html = response.text if isinstance(response, TextResponse) and is_html(response) else ""
        if is_sign_in(requested, landed, html):
            outcome = PageOutcome.SIGN_IN
        elif (failed := of_status(response.status)) is not None:
            return PageResult(
                outcome=failed, reason=f"redirects to HTTP {response.status}", status=response.status, final_url=landed
            )
        else:
            outcome = PageOutcome.REDIRECTED
        return PageResult(
            outcome=outcome,
            reason="redirects",
            status=response.status,
            final_url=landed,
            links=self._redirect(lease, landed),
        )

    def _redirect(self, lease: PageLease, landed: str) -> tuple[Link, ...]:
        """The page that came instead; where no links are followed, only for an address that was asked for."""
        if not self.job.follow and lease.via not in ("start", "redirect"):
            return ()
        return (Link(url=landed, via="redirect", depth=lease.depth),)

    async def _render(self, lease: PageLease, response: Response, timings: dict[str, float]) -> PageResult | None:
        last: PageFailed = PageFailed("not tried")
        tried, hung = 0, 0
        while tried < self.runtime.pool.config.tries and hung < MOST_HUNG:
            if self.runtime.stopping.is_set():
                return None
            # A page that was shown here before may still be going somewhere: where this one leads is said by a context
            # in which nothing was before it.
            alone = tried > 0 or self.runtime.pool.config.tries == 1
            try:
                result = await self._visit(lease, response, dict(timings), fresh=alone)
                if alone or not result.final_url:
                    return result
            except PageLeft as exc:
                if alone:
                    return self._left(lease, exc.url)
            except PageFailed as exc:
                last = exc
            tried += 1
            hung += isinstance(last, PageHung)
        if isinstance(last, PageRefused):
            refused = of_status(last.status) or PageOutcome.FAILED
            return PageResult(outcome=refused, reason=str(last), status=last.status)
        outcome = of_net_error(last.code) if isinstance(last, PageUnreachable) else PageOutcome.FAILED
        for kind, told in (
            (PageHung, PageOutcome.HUNG),
            (PageCrashed, PageOutcome.CRASHED),
            (PageNavigated, PageOutcome.NAVIGATED_AWAY),
        ):
            if isinstance(last, kind):
                outcome = told
        return PageResult(outcome=outcome, reason=f"{last} (tried {_times(tried)})", status=response.status)

    def _left(self, lease: PageLease, url: str) -> PageResult:
        """Where a page wanted to go, and was not let."""
        outcome = PageOutcome.SIGN_IN if is_sign_in(lease.url, url, "") else PageOutcome.REDIRECT_OFF_SCOPE
        return PageResult(outcome=outcome, reason="its script leads to another site", final_url=url)

    async def _visit(
        self, lease: PageLease, response: Response, timings: dict[str, float], *, fresh: bool
    ) -> PageResult:
        job = self.job
        asked = time.perf_counter()
        async with (
            self.runtime.pacer.turn(lease.url) as turn,
            self.runtime.pool.visit(
                lease.url,
                key=f"{job.run_id}/{job.site}",
                wall=self._wall,
                network=job.network,
                fresh=fresh,
                first=self._is_first(lease),
                consent=job.consent,
                loaded=turn.end,
            ) as (rendered, collected),
        ):
            timings["queue"] = time.perf_counter() - asked - sum(collected.timings.values())
            timings.update(collected.timings)
            elsewhere = self._elsewhere(lease, collected)
            if elsewhere is not None:
                return elsewhere
            if (transport := collected.artifacts.get("transport")) is not None:
                transport["headers"] = said_by(response)
                if (visit := collected.first_visit) is not None:
                    transport |= {"kept": visit.names, "offers": visit.offers}
            snapshot = Snapshot(
                site=job.site,
                url=lease.url,
                status=collected.status or response.status,
                content_type=content_type(response) or "text/html",
                artifacts={name: collected.artifacts[name] for name in collected.artifacts if name != "links"},
                errors=self._not_pressed() | collected.errors,
            )
            document = collected.artifacts.get("document", {})
            links = tuple(self._links(lease, collected.artifacts.get("links", {}).get("links", ())))
            if document and (impostor := self._impostor(lease, document)):
                outcome, reason = impostor
                return PageResult(outcome=outcome, reason=reason, status=snapshot.status, timings=timings)
            try:
                judged = await self.runtime.judge.judge(snapshot)
            except JudgeFailed as exc:
                return PageResult(outcome=PageOutcome.FAILED, reason=str(exc), status=snapshot.status)
            timings["judge"] = judged.seconds
            outcomes = judged.outcomes
            if document and not anything_to_see(document) and not _names_an_element(outcomes):
                return PageResult(
                    outcome=PageOutcome.EMPTY,
                    reason="nothing to see on the page",
                    status=snapshot.status,
                    content_type=snapshot.content_type,
                    links=links,
                    timings=timings,
                )
            if not any_ran(outcomes):
                return PageResult(outcome=PageOutcome.FAILED, reason="no check could run", status=snapshot.status)
            if self.runtime.camera is not None and judged.covered is not None and not collected.spoiled:
                began = time.perf_counter()
                outcomes = await self.runtime.camera.picture(rendered.page, job.site, outcomes, judged.covered)
                timings["evidence"] = time.perf_counter() - began
            secret = judged.covered is None or bool(judged.covered)
            basis, reason = await self.carrier.basis(response, collected.traffic, secret=secret)
            for seen in judged.states:
                outcomes = in_state(outcomes, seen)
            shown = self._shown(rendered, collected, snapshot, judged, outcomes)
            if shown is not None:
                outcomes = await self._taken(shown, rendered, collected)
            if pressing() and not job.interaction.refused and not collected.spoiled:
                outcomes = await self._pressed(rendered, collected, snapshot, outcomes, shown)
                timings.update(collected.timings)
            states = visited(collected.artifacts, self._not_pressed() | collected.errors)
            if is_unfinished(states):
                basis = None
        axe = collected.artifacts.get("axe", {})
        return PageResult(
            outcome=PageOutcome.AUDITED,
            reason=reason or ("" if collected.settled else "never came to rest"),
            status=snapshot.status,
            title=judged.title,
            lang=document.get("lang", ""),
            content_type=snapshot.content_type,
            content_sha256=_digest(document),
            seen_sha256=seen_sha256(frame["html"] for frame in document.get("frames", ())),
            weight=sum(int(frame.get("weight", 0)) for frame in document.get("frames", ())),
            outcomes=outcomes,
            links=links,
            frames_not_entered=tuple(" >> ".join(item["frame"]) for item in axe.get("not_entered", ())),
            timings=timings,
            basis=basis,
            states=states,
            facts=judged.facts,
            transport=judged.transport,
        )

    def _is_first(self, lease: PageLease) -> bool:
        """Whether a page is seen as by somebody who was never here: the same ones in every run, or nothing is fixed."""
        if not lease.depth and len(self._firsts) < MOST_FIRST:
            self._firsts.add(lease.page_id)
        return lease.page_id in self._firsts

    async def _answered(self, lease: PageLease, transport: Transport) -> Transport:
        """With what is kept after each answer to the page's banner, each on a first visit of its own."""
        if self.job.interaction.refused or lease.page_id not in self._firsts or self._answers >= MOST_ANSWERED:
            return transport
        self._answers += 1
        kept: dict[str, Any] = {}
        for answer in transport.offers:
            if self.runtime.stopping.is_set() or time.monotonic() > self._ends:
                break
            with suppress(PageFailed):
                async with (
                    self.runtime.pacer.turn(lease.url) as turn,
                    self.runtime.pool.visit(
                        lease.url,
                        key=f"{self.job.run_id}/{self.job.site}",
                        wall=self._wall,
                        network=self.job.network,
                        first=True,
                        consent=answer,
                        loaded=turn.end,
                        collectors=(),
                    ) as (_, collected),
                ):
                    if collected.first_visit is not None and collected.first_visit.after is not None:
                        kept[answer] = collected.first_visit.after
        seen = {"metas": {}, "insecure": [], "foreign": [], "answers": kept}
        snapshot = Snapshot(site=self.job.site, url=lease.url, artifacts={"transport": seen}, partial=True)
        try:
            judged = await self.runtime.judge.judge(snapshot)
        except JudgeFailed as exc:
            logger.warning("what a banner's answers keep could not be judged: %s", exc)
            return transport
        return replace(transport, answers=judged.transport.answers) if judged.transport is not None else transport

    def _not_pressed(self) -> dict[str, str]:
        """Why the page's controls were not pressed, until they are."""
        allowed = self.job.interaction
        reason = f"{LEFT_OUT}{allowed.refused}" if allowed.refused else PAGE_BUDGET
        return {one.name: ONLY_ON_A_COPY if one.sends and not allowed.copy else reason for one in pressing()}

    def _shown(
        self,
        rendered: RenderedPage,
        collected: Collected,
        base: Snapshot,
        judged: Judged,
        outcomes: tuple[Outcome, ...],
    ) -> Shown | None:
        if self.runtime.camera is None or judged.covered is None or collected.spoiled:
            return None
        return Shown(self.runtime.camera, self.runtime.judge, rendered, base, outcomes)

    async def _taken(self, shown: Shown, rendered: RenderedPage, collected: Collected) -> tuple[Outcome, ...]:
        """The outcomes, with pictures of what the page shows when it is narrow, or in dark colours."""
        began = time.perf_counter()
        try:
            for state in shown.unpressed(UNPRESSED):
                async with self.runtime.pool.again_in(state, rendered, collected):
                    await shown.take(state)
        except PageFailed:
            collected.spoiled = True
        collected.timings["evidence.states"] = time.perf_counter() - began
        return shown.outcomes

    async def _pressed(
        self,
        rendered: RenderedPage,
        collected: Collected,
        base: Snapshot,
        outcomes: tuple[Outcome, ...],
        shown: Shown | None,
    ) -> tuple[Outcome, ...]:
        """The outcomes of the page, with those of its controls."""
        allowed = self.job.interaction
        await self.runtime.pool.press(
            rendered,
            collected,
            seconds=allowed.seconds,
            copy=allowed.copy,
            safety=allowed.safety,
            consent=self.job.consent,
            known=allowed.known,
            witness=shown.opened if shown is not None else None,
        )
        names = [collector.name for collector in pressing()]
        taken = {name: collected.artifacts[name] for name in names if name in collected.artifacts}
        errors = {name: collected.errors[name] for name in names if name in collected.errors}
        try:
            pressed = replace(base, artifacts=taken, errors=errors, partial=True, before=outcomes)
            judged = await self.runtime.judge.judge(pressed)
            outcomes = later(outcomes, judged.outcomes)
            for seen in judged.states:
                outcomes = in_state(outcomes, seen)
        except JudgeFailed as exc:
            logger.warning("what was pressed could not be judged: %s", exc)
        return outcomes if shown is None else shown.named(outcomes)

    def _elsewhere(self, lease: PageLease, collected: Collected) -> PageResult | None:
        """Whether the browser ended on another document than the one asked for, or was refused."""
        frames = collected.artifacts.get("document", {}).get("frames")
        loaded = frames[0]["loaded"] if frames else collected.url
        if not loaded.startswith(("http://", "https://")):  # a blank page, a blob
            return PageResult(outcome=PageOutcome.NAVIGATED_AWAY, reason="its script leads to no page")
        loaded = canonical(loaded)
        if loaded != lease.url:
            if not self.job.scope.holds(loaded):
                return self._left(lease, loaded)
            html = frames[0]["html"] if frames else ""
            outcome = PageOutcome.SIGN_IN if is_sign_in(lease.url, loaded, html) else PageOutcome.REDIRECTED
            links = self._redirect(lease, loaded)
            return PageResult(outcome=outcome, reason="its script leads elsewhere", final_url=loaded, links=links)
        shown = frames[0]["url"] if frames else collected.url
        if not shown.startswith(("http://", "https://")):  # loaded again, and no answer came
            return PageResult(outcome=PageOutcome.NAVIGATED_AWAY, reason="its script leads to no page")
        # The document's own status: a page may have been loaded again since.
        for status in (collected.status, frames[0].get("status", 0) if frames else 0):
            if status and status != 304 and of_status(status):
                raise PageRefused(status)
        return None

    def _impostor(self, lease: PageLease, document: dict[str, Any]) -> tuple[PageOutcome, str] | None:
        html = document["frames"][0]["html"]
        return self._impostors.judge(lease.url, html, title=document["title"], asked_for=lease.via == "start")

    async def _made_up_addresses(self) -> None:
        """How each host answers for what does not exist: a site that says 200 to all needs a closer look."""
        for root in sorted({f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in self.job.start}):
            url = f"{root}/{uuid.uuid4().hex}"
            if self.runtime.stopping.is_set() or not self.job.scope.has_host(url):
                continue
            response = await self._fetch(url)
            if response is None or response.url != url or of_status(response.status) or not is_html(response):
                continue
            if redirect_target(response) is not None:
                continue
            key = f"{self.job.run_id}/{self.job.site}"
            with suppress(PageFailed):
                async with (
                    self.runtime.pacer.turn(url) as turn,
                    self.runtime.pool.visit(url, key=key, wall=self._wall, loaded=turn.end) as (_, collected),
                ):
                    frames = collected.artifacts.get("document", {}).get("frames")
                    if frames and frames[0]["loaded"] == url:
                        self._impostors.learn(urlsplit(url).netloc, frames[0]["html"])

    # Links

    def _links(self, lease: PageLease, found: Iterable[dict[str, str]]) -> Iterable[Link]:
        if not self.job.follow:
            return
        seen: set[str] = set()
        own_shape = shape(lease.url)
        scripts = 0
        for item in found:
            link = self._link(item["url"], via="link", depth=lease.depth + 1, parent=(own_shape, lease.chain))
            if item.get("kind") == "script" and (link is None or link.via != "file" or link.outcome is not None):
                continue  # somebody else's, or a program that answers as it is asked
            if link is not None and link.url not in seen and link.url != lease.url:
                seen.add(link.url)
                if link.outcome is None and link.via == "file" and named_as_file(link.url) == "script":
                    scripts += 1
                    if scripts > MOST_SCRIPTS:
                        link = replace(link, outcome=PageOutcome.FILE_UNREAD, reason=TOO_MANY_SCRIPTS)
                yield link

    def _link(self, url: str, *, via: str, depth: int, parent: tuple[str, int] = ("", 0)) -> Link | None:
        """The link as the frontier keeps it; None for what is no address at all."""
        address = spelled(url, self.job.scope)
        if address is None:
            return None
        chain = parent[1] + 1 if parent[0] and address.shape == parent[0] else 0
        outcome = address.outcome
        named = named_as_file(address.url) if self.reads and outcome in (None, PageOutcome.NOT_HTML) else ""
        if named:
            outcome = None
            via = via if via != "link" else "document" if is_document(named) else "file"
        if outcome is None and is_trap(address.url, chain):
            outcome = PageOutcome.TRAP
        elif outcome is None and self.job.budget.depth and depth > self.job.budget.depth:
            outcome = PageOutcome.NOT_HTML if named else PageOutcome.BUDGET_DEPTH
        return Link(url=address.url, via=via, depth=depth, chain=chain, outcome=outcome)

    async def spider_closed(self, reason: str) -> None:
        """Give back what was not begun; close what this spider opened itself."""
        if self._wall is not None:
            _name_guard().forget(self._wall)
        for lease in list(self._leases.values()):
            with suppress(Exception):  # the store may be why the spider closes
                await asyncio.to_thread(self.job.store.release, lease)
        if self._own is not None:
            await self._own.close(interrupted=reason == "shutdown")


def settings_of(job: SiteJob) -> dict[str, Any]:
    """What this site asks of Scrapy."""
    own: dict[str, Any] = {"USER_AGENT": job.user_agent, "DOWNLOAD_TIMEOUT": job.timeout}
    if job.robots_override:
        own["ROBOTSTXT_OBEY"] = False
    return own


def _thrown_away(request: Request | None) -> None:
    """What was fetched to disk and is read, or never will be."""
    if request is not None and (path := request.meta.pop("to_disk", None)) is not None:
        path.unlink(missing_ok=True)


def _of_no_page(lease: PageLease, result: PageResult, kind: str = "") -> PageResult:
    """What is no page, by its name at the latest, and could not be had, is no page that was missed."""
    named = named_as_file(lease.url)
    kind = kind or ("document" if is_document(named) else "file" if named else "")
    if lease.via == "start" or result.outcome not in MISSED or not kind:
        return result
    why = f"{result.outcome.value}: {result.reason}" if result.reason else result.outcome.value
    unread = PageOutcome.DOCUMENT_UNREAD if kind == "document" else PageOutcome.FILE_UNREAD
    return replace(result, outcome=unread, reason=why)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _name_guard() -> NameGuard:
    from twisted.internet import reactor

    return NameGuard.on(reactor)


def _names_an_element(outcomes: Iterable[Outcome]) -> bool:
    """Whether a check found fault with something on the page, a drawing say, and not with the page as a whole."""
    return any(
        finding.selector and not finding.snippet.startswith(WHOLE_PAGE)
        for outcome in outcomes
        for finding in outcome.findings
    )


def _digest(document: dict[str, Any]) -> str:
    whole = "\0".join(frame["html"] for frame in document.get("frames", ()))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
