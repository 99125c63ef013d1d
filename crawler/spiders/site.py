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
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response, TextResponse
from scrapy.utils.misc import load_object
from scrapy.utils.response import get_meta_refresh
from twisted.python.failure import Failure

from audits.model import MISSED, Link, PageLease, PageOutcome, PageResult, Snapshot, Verdict
from crawler.browser.page import PageCrashed, PageFailed, PageHung, PageNavigated, PageUnreachable
from crawler.browser.pool import Collected
from crawler.classify import (
    content_type,
    is_html,
    is_sign_in,
    of_failure,
    of_net_error,
    of_status,
    of_type,
    visible_text,
)
from crawler.job import JudgeFailed, OwnRun, Runtime, SiteJob
from crawler.logs import hush
from crawler.scope import DOCUMENT, MEDIA, canonical, is_trap, shape
from crawler.sitemaps import MAX_FILES, BrokenSitemap, entries

logger = logging.getLogger(__name__)

LEASE_SECONDS = 180.0
MAX_HOPS = 20
#: Visits to one page before its failure is believed.
TRIES = 3
#: What counts towards a budget of pages: those audited, and those that should have been.
COUNTED = MISSED | {PageOutcome.AUDITED}
#: Elements that show something without text.
SHOWN = ("img", "iframe", "input", "button", "video", "audio", "select", "textarea", "meter", "progress")
#: A meta refresh sooner than this is a redirect; a later one is a page that reloads.
REFRESH_SECONDS = 5


class SiteSpider(Spider):
    """``job`` and ``runtime`` come from the front door; ``scrapy crawl site -a site=KEY`` asks it for them."""

    name = "site"

    def __init__(
        self, site: str = "", job: SiteJob | None = None, runtime: Runtime | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.site = site
        self.job = job  # type: ignore[assignment]
        self.runtime = runtime  # type: ignore[assignment]
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._leases: dict[int, PageLease] = {}
        self._begun = 0
        self._ends = math.inf
        self._wake = asyncio.Event()
        self._own: OwnRun | None = None

    job: SiteJob
    runtime: Runtime

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

    async def _walk(self) -> AsyncIterator[Request]:
        job = self.job
        self._begun = job.begun
        if job.budget.seconds:
            self._ends = time.monotonic() + job.budget.seconds
        links = [Link(url=canonical(url), via="start") for url in job.start]
        await asyncio.to_thread(job.store.add_links, job.run_id, job.site, links)
        if job.sitemaps:
            await self._sitemaps()
        renewing = asyncio.create_task(self._renew())
        try:
            async for request in self._requests():
                yield request
        finally:
            renewing.cancel()

    async def _requests(self) -> AsyncIterator[Request]:
        job = self.job
        at_once = self.runtime.pool.slots + 2
        while not self.runtime.stopping.is_set():
            self._wake.clear()
            if time.monotonic() > self._ends:
                await self._close_pending(PageOutcome.BUDGET_TIME, "the time budget was spent")
                return
            room = at_once - len(self._leases)
            if job.budget.pages:
                room = min(room, job.budget.pages - self._begun)
                if room <= 0 and not self._leases:
                    await self._close_pending(PageOutcome.BUDGET_PAGES, f"the plan was {job.budget.pages} pages")
                    return
            leases = await self._lease(room) if room > 0 else []
            for lease in leases:
                self._leases[lease.page_id] = lease
                self._begun += 1
                yield self._request(lease)
            if leases:
                continue
            if not self._leases and not await asyncio.to_thread(job.store.pending, job.run_id, job.site):
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), 1.0)

    def _request(self, lease: PageLease) -> Request:
        return Request(
            lease.url,
            callback=self.parse,
            errback=self.failed,
            dont_filter=True,
            meta={"lease": lease, "handle_httpstatus_all": True, "leased_at": time.perf_counter()},
        )

    async def _lease(self, limit: int) -> list[PageLease]:
        job = self.job
        return list(
            await asyncio.to_thread(
                job.store.lease, job.run_id, job.site, owner=self.owner, limit=limit, seconds=LEASE_SECONDS
            )
        )

    async def _close_pending(self, outcome: PageOutcome, reason: str) -> None:
        await asyncio.to_thread(self.job.store.close_pending, self.job.run_id, self.job.site, outcome, reason)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            if self._leases:
                await asyncio.to_thread(self.job.store.renew, list(self._leases.values()), seconds=LEASE_SECONDS)

    # Sitemaps

    async def _sitemaps(self) -> None:
        """robots.txt names them; else the usual place. They are read again on resume: adding is idempotent."""
        roots = {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in self.job.start}
        waiting: list[str] = []
        for root in sorted(roots):
            robots = await self._fetch(f"{root}/robots.txt", robots=False)
            named = []
            if robots is not None and robots.status == 200:
                for line in robots.body.decode("utf-8", "replace").splitlines():
                    key, _, value = line.partition(":")
                    if key.strip().lower() == "sitemap" and value.strip():
                        named.append(urljoin(root + "/", value.strip()))
            waiting += named or [f"{root}/sitemap.xml"]
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
        kind = (headers.get("Content-Type") or b"").decode("latin-1").split(";")[0].strip().lower()
        if "lease" in request.meta and kind and "html" not in kind:
            raise StopDownload(fail=False)

    async def parse(self, response: Response, **kwargs: Any) -> None:
        """One page from its first answer to its stored result."""
        lease: PageLease = response.meta["lease"]
        try:
            result = await self._page(lease, response)
        except Exception as exc:  # noqa: BLE001  # around one page: whatever happens to it is an outcome, the run goes on
            result = PageResult(outcome=of_failure(exc), reason=type(exc).__name__)
        await self._finish(lease, result)

    async def failed(self, failure: Failure) -> None:
        """No answer came."""
        lease: PageLease = failure.request.meta["lease"]  # type: ignore[attr-defined]
        assert failure.value is not None
        outcome = of_failure(failure.value)
        await self._finish(lease, PageResult(outcome=outcome, reason=type(failure.value).__name__))

    async def _finish(self, lease: PageLease, result: PageResult | None) -> None:
        """None gives the page back."""
        store = self.job.store
        try:
            if result is None:
                await asyncio.to_thread(store.release, lease)
            elif not await asyncio.to_thread(store.finish, lease, result):
                logger.warning("page %s was finished by someone else", lease.page_id)
        finally:
            self._leases.pop(lease.page_id, None)
            if result is None or result.outcome not in COUNTED:
                self._begun -= 1
            self._wake.set()
        if result is not None and self.job.on_page is not None:
            self.job.on_page(self.job.site, result.outcome, sum(result.timings.values()))

    async def _page(self, lease: PageLease, response: Response) -> PageResult | None:
        timings = {"fetch": time.perf_counter() - response.meta["leased_at"]}
        if self.runtime.stopping.is_set():
            return None
        landed = await self._follow(lease, response)
        if isinstance(landed, PageResult):
            return landed
        response = landed
        status_outcome = of_status(response.status)
        kind = content_type(response)
        if status_outcome is None and (type_outcome := of_type(response)):
            return PageResult(outcome=type_outcome, status=response.status, content_type=kind, timings=timings)
        if status_outcome is not None:
            return PageResult(
                outcome=status_outcome, reason=f"HTTP {response.status}", status=response.status, content_type=kind
            )
        if len(response.body) >= self.settings.getint("DOWNLOAD_MAXSIZE"):
            return PageResult(outcome=PageOutcome.TOO_LARGE, status=response.status, content_type=kind)
        return await self._render(lease, response, timings)

    async def _follow(self, lease: PageLease, response: Response) -> Response | PageResult:
        """Redirects, hop by hop: the answer for this very URL, or how it led elsewhere."""
        requested = lease.url
        for _ in range(MAX_HOPS):
            target = _redirect_target(response)
            if target is None:
                break
            target = canonical(target, response.url)
            if not self.job.scope.holds(target):
                outcome = PageOutcome.SIGN_IN if is_sign_in(requested, target, "") else PageOutcome.REDIRECT_OFF_SCOPE
                return PageResult(
                    outcome=outcome, reason="redirects to another site", status=response.status, final_url=target
                )
            response = await self._download(
                Request(target, meta={"handle_httpstatus_all": True, "lease": lease}, dont_filter=True)
            )
        else:
            return PageResult(
                outcome=PageOutcome.REDIRECT_LOOP, reason=f"more than {MAX_HOPS} redirects", status=response.status
            )
        landed = canonical(response.url)
        if landed == requested:
            return response
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
        for _ in range(TRIES):
            if self.runtime.stopping.is_set():
                return None
            try:
                return await self._visit(lease, response, dict(timings))
            except PageFailed as exc:
                last = exc
        outcome = of_net_error(last.code) if isinstance(last, PageUnreachable) else PageOutcome.FAILED
        for kind, told in (
            (PageHung, PageOutcome.HUNG),
            (PageCrashed, PageOutcome.CRASHED),
            (PageNavigated, PageOutcome.NAVIGATED_AWAY),
        ):
            if isinstance(last, kind):
                outcome = told
        return PageResult(outcome=outcome, reason=f"{last} (tried {TRIES} times)", status=response.status)

    async def _visit(self, lease: PageLease, response: Response, timings: dict[str, float]) -> PageResult:
        job = self.job
        asked = time.perf_counter()
        async with self.runtime.pool.visit(lease.url, key=f"{job.run_id}/{job.site}", network=job.network) as (
            rendered,
            collected,
        ):
            timings["queue"] = time.perf_counter() - asked - sum(collected.timings.values())
            timings.update(collected.timings)
            elsewhere = self._elsewhere(lease, collected)
            if elsewhere is not None:
                return elsewhere
            snapshot = Snapshot(
                site=job.site,
                url=lease.url,
                status=collected.status or response.status,
                content_type=content_type(response) or "text/html",
                artifacts={name: collected.artifacts[name] for name in collected.artifacts if name != "links"},
                errors=collected.errors,
            )
            links = tuple(self._links(lease, collected.artifacts.get("links", {}).get("links", ())))
            document = collected.artifacts.get("document", {})
            if document and not _anything_to_see(document):
                return PageResult(
                    outcome=PageOutcome.EMPTY,
                    reason="nothing to see on the page",
                    status=snapshot.status,
                    content_type=snapshot.content_type,
                    links=links,
                    timings=timings,
                )
            try:
                judged = await self.runtime.judge.judge(snapshot)
            except JudgeFailed as exc:
                return PageResult(outcome=PageOutcome.FAILED, reason=str(exc), status=snapshot.status)
            timings["judge"] = judged.seconds
            outcomes = judged.outcomes
            if all(outcome.verdict is Verdict.ERROR for outcome in outcomes):
                return PageResult(outcome=PageOutcome.FAILED, reason="no check could run", status=snapshot.status)
            if self.runtime.camera is not None and judged.covered is not None:
                began = time.perf_counter()
                outcomes = await self.runtime.camera.picture(rendered.page, job.site, outcomes, judged.covered)
                timings["evidence"] = time.perf_counter() - began
        axe = collected.artifacts.get("axe", {})
        return PageResult(
            outcome=PageOutcome.AUDITED,
            status=snapshot.status,
            title=judged.title,
            lang=document.get("lang", ""),
            content_type=snapshot.content_type,
            content_sha256=_digest(document),
            outcomes=outcomes,
            links=links,
            frames_not_entered=tuple(" >> ".join(item["frame"]) for item in axe.get("not_entered", ())),
            timings=timings,
        )

    def _elsewhere(self, lease: PageLease, collected: Collected) -> PageResult | None:
        """Whether the browser ended on another document than the one asked for, or was refused."""
        frames = collected.artifacts.get("document", {}).get("frames")
        loaded = frames[0]["loaded"] if frames else collected.url
        if not loaded.startswith(("http://", "https://")):  # a blank page, a blob
            return PageResult(outcome=PageOutcome.NAVIGATED_AWAY, reason="its script leads to no page")
        loaded = canonical(loaded)
        if loaded != lease.url:
            if not self.job.scope.holds(loaded):
                outcome = PageOutcome.SIGN_IN if is_sign_in(lease.url, loaded, "") else PageOutcome.REDIRECT_OFF_SCOPE
                return PageResult(outcome=outcome, reason="its script leads to another site", final_url=loaded)
            html = frames[0]["html"] if frames else ""
            outcome = PageOutcome.SIGN_IN if is_sign_in(lease.url, loaded, html) else PageOutcome.REDIRECTED
            links = self._redirect(lease, loaded)
            return PageResult(outcome=outcome, reason="its script leads elsewhere", final_url=loaded, links=links)
        shown = frames[0]["url"] if frames else collected.url
        if not shown.startswith(("http://", "https://")):  # loaded again, and no answer came
            return PageResult(outcome=PageOutcome.NAVIGATED_AWAY, reason="its script leads to no page")
        if collected.status and (refused := of_status(collected.status)) and collected.status != 304:
            return PageResult(
                outcome=refused, reason=f"HTTP {collected.status} in the browser", status=collected.status
            )
        return None

    # Links

    def _links(self, lease: PageLease, found: Iterable[dict[str, str]]) -> Iterable[Link]:
        if not self.job.follow:
            return
        seen: set[str] = set()
        own_shape = shape(lease.url)
        for item in found:
            link = self._link(item["url"], via="link", depth=lease.depth + 1, parent=(own_shape, lease.chain))
            if link is not None and link.url not in seen and link.url != lease.url:
                seen.add(link.url)
                yield link

    def _link(self, url: str, *, via: str, depth: int, parent: tuple[str, int] = ("", 0)) -> Link | None:
        """The link as the frontier keeps it; None for what is no address at all."""
        try:
            url = canonical(url)
            in_scope = self.job.scope.holds(url)
        except ValueError:
            return None
        if not url.startswith(("http://", "https://")):
            return None
        chain = parent[1] + 1 if parent[0] and shape(url) == parent[0] else 0
        outcome: PageOutcome | None = None
        if not in_scope:
            outcome = PageOutcome.OUT_OF_SCOPE
        elif MEDIA.search(urlsplit(url).path) and not DOCUMENT.search(urlsplit(url).path):
            outcome = PageOutcome.NOT_HTML
        elif is_trap(url, chain):
            outcome = PageOutcome.TRAP
        elif self.job.budget.depth and depth > self.job.budget.depth:
            outcome = PageOutcome.BUDGET_DEPTH
        return Link(url=url, via=via, depth=depth, chain=chain, outcome=outcome)

    async def spider_closed(self, reason: str) -> None:
        """Give back what was not begun; close what this spider opened itself."""
        for lease in list(self._leases.values()):
            await asyncio.to_thread(self.job.store.release, lease)
        if self._own is not None:
            await self._own.close(interrupted=reason == "shutdown")


def settings_of(job: SiteJob) -> dict[str, Any]:
    """What this site asks of Scrapy."""
    own: dict[str, Any] = {"USER_AGENT": job.user_agent, "DOWNLOAD_TIMEOUT": job.timeout}
    if job.robots_override:
        own["ROBOTSTXT_OBEY"] = False
    if job.delay:
        own["DOWNLOAD_DELAY"] = job.delay
        own["AUTOTHROTTLE_START_DELAY"] = job.delay
    return own


def _redirect_target(response: Response) -> str | None:
    location = response.headers.get("Location")
    if response.status in (301, 302, 303, 307, 308) and location:
        return urljoin(response.url, location.decode("latin-1"))
    if response.status == 200 and isinstance(response, TextResponse) and is_html(response):
        seconds, target = get_meta_refresh(response)
        if (
            target
            and seconds is not None
            and seconds < REFRESH_SECONDS
            and canonical(target, response.url) != canonical(response.url)
        ):
            return urljoin(response.url, target)
    return None


def _anything_to_see(document: dict[str, Any]) -> bool:
    """Text, or something that is not text: a blank page is not a clean page."""
    for frame in document.get("frames", ()):
        html = frame["html"]
        if any(f"<{name}" in html for name in SHOWN):
            return True
        if visible_text(html):
            return True
    return False


def _digest(document: dict[str, Any]) -> str:
    whole = "\0".join(frame["html"] for frame in document.get("frames", ()))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
