"""Run site spiders in this process: one browser pool, one judge, several sites at a time."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from audits.model import Paces, Snapshot
from crawler import settings as ours
from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.evidence import Camera
from crawler.job import Judge, Judged, JudgeFailed, Runtime, SiteJob
from crawler.judge import JudgeConfig, ProcessJudge
from crawler.ocr import Ocr
from crawler.opening import DocumentReader
from crawler.pacing import Pacer
from crawler.spiders.inventory import InventorySpider
from crawler.spiders.site import SiteSpider, settings_of

logger = logging.getLogger(__name__)

#: Requests for pages that an inventory sends to one host at the same time.
AT_ONCE_PER_HOST = 4

_loop: asyncio.AbstractEventLoop | None = None


@dataclass(slots=True, kw_only=True)
class Ended:
    """How the process went: the sites themselves are in the store. ``failed`` holds the types of our own errors."""

    browser: str = ""
    restarts: int = 0
    interrupted: bool = False
    failed: dict[str, str] = field(default_factory=dict)


def run_sites(
    jobs: Sequence[SiteJob],
    *,
    browser: BrowserConfig,
    judge: JudgeConfig,
    documents_dir: Path | None = None,
    ocr: Ocr | None = None,
    sites_at_once: int = 4,
    on_ready: Callable[[str], None] | None = None,
    paces: Paces | None = None,
    put: Callable[[str, bytes], None] | None = None,
) -> Ended:
    """Audit every site; return when all are done or Ctrl-C was pressed and the pages in work have ended.

    ``documents_dir`` is where documents lie until they are read, ``ocr`` reads pictures in them. ``put`` keeps a
    picture; without it none is taken. ``paces``: where all who ask the same hosts agree on how often. Raises
    BrowserMissing. May be called again in one process.
    """
    loop = _start_reactor()
    ended = Ended()
    try:
        loop.run_until_complete(
            _run(jobs, browser, judge, documents_dir, ocr, sites_at_once, ended, on_ready, paces, put)
        )
    finally:
        _stop_threads()
    return ended


async def _run(
    jobs: Sequence[SiteJob],
    browser: BrowserConfig,
    judge: JudgeConfig,
    documents_dir: Path | None,
    ocr: Ocr | None,
    sites_at_once: int,
    ended: Ended,
    on_ready: Callable[[str], None] | None,
    paces: Paces | None,
    put: Callable[[str, bytes], None] | None,
) -> None:
    idle = all(job.carries for job in jobs)
    async with (
        ProcessJudge(judge) as judging,  # first: what it imports, it imports while the browser starts
        BrowserPool(browser, idle=idle) as pool,
        DocumentReader(documents_dir, ocr=ocr) as documents,  # after the judge, whose process its own is a fork of
        Pacer(most=pool.slots + 2, paces=paces) as pacer,
    ):
        camera = Camera(put) if put else None
        runtime = Runtime(pool=pool, judge=judging, pacer=pacer, camera=camera, documents=documents)
        if on_ready:
            on_ready(pool.browser_version)
        await _walk(SiteSpider, jobs, runtime, sites_at_once, ended)
        ended.browser = pool.browser_version
        ended.restarts = pool.restarts


def list_sites(jobs: Sequence[SiteJob], *, sites_at_once: int = 64) -> Ended:
    """Like ``run_sites``, but nothing is rendered and nobody judges: an inventory."""
    loop = _start_reactor()
    ended = Ended()
    # The pool is never started.
    runtime = Runtime(pool=BrowserPool(BrowserConfig()), judge=_Nobody(), pacer=Pacer(most=AT_ONCE_PER_HOST))
    try:
        loop.run_until_complete(_walk(InventorySpider, jobs, runtime, sites_at_once, ended))
    finally:
        _stop_threads()
    return ended


def look_again(job: SiteJob, *, browser: BrowserConfig, judge: Judge, ocr: Ocr | None = None) -> Ended:
    """Visit what the job's store leases, as an audit does, and show each page to ``judge`` in this process."""
    loop = _start_reactor()
    ended = Ended()

    async def look() -> None:
        async with BrowserPool(browser) as pool, DocumentReader(ocr=ocr) as documents:
            runtime = Runtime(pool=pool, judge=judge, pacer=Pacer(most=1), documents=documents)
            await _walk(SiteSpider, [job], runtime, 1, ended)

    try:
        loop.run_until_complete(look())
    finally:
        _stop_threads()
    return ended


class _Nobody:
    """Judges for an inventory."""

    async def judge(self, snapshot: Snapshot) -> Judged:
        """Never asked."""
        raise JudgeFailed("an inventory is not judged")


async def _walk(
    spider: type[SiteSpider], jobs: Sequence[SiteJob], runtime: Runtime, sites_at_once: int, ended: Ended
) -> None:
    turns = asyncio.Semaphore(sites_at_once)

    async def one(job: SiteJob) -> None:
        async with turns:
            if runtime.stopping.is_set():
                return
            runner = AsyncCrawlerRunner(site_settings(job))
            try:
                await runner.crawl(spider, site=job.site, job=job, runtime=runtime)
            except Exception as exc:  # noqa: BLE001  # around one site: the others go on, and this one is incomplete
                logger.error("site %s: %s", job.site, type(exc).__name__)
                ended.failed[job.site] = type(exc).__name__

    with _Interrupts(runtime, ended):
        await asyncio.gather(*(one(job) for job in jobs))
    ended.failed |= runtime.failed


def site_settings(job: SiteJob) -> Settings:
    """Our settings with what this site asks for."""
    settings = Settings()
    settings.setmodule(ours, priority="project")
    settings.update(settings_of(job), priority="cmdline")
    return settings


class _Interrupts:
    """The first Ctrl-C or SIGTERM lets the pages in work end; the second does not."""

    def __init__(self, runtime: Runtime, ended: Ended) -> None:
        self._runtime = runtime
        self._ended = ended

    def __enter__(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, self._stop)
            except (NotImplementedError, RuntimeError, ValueError):
                return  # not the main thread

    def __exit__(self, *exc_info: object) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.remove_signal_handler(number)
            except (NotImplementedError, RuntimeError, ValueError):
                return

    def _stop(self) -> None:
        if self._runtime.stopping.is_set():
            raise KeyboardInterrupt
        logger.warning("stopping: the pages in work are finished first")
        self._ended.interrupted = True
        self._runtime.stopping.set()


def _start_reactor() -> asyncio.AbstractEventLoop:
    """Twisted's reactor on our event loop, started once; the loop itself is run by us."""
    global _loop
    if _loop is None:
        install_reactor(ours.TWISTED_REACTOR)
        from twisted.internet import reactor

        _loop = reactor._asyncioEventloop  # the one that it was installed on, whoever did that
        assert _loop is not None
        reactor.startRunning(installSignalHandlers=False)
    return _loop


def _stop_threads() -> None:
    """Name resolution runs in threads that would keep the process from ending. The next run gets new ones."""
    from twisted.internet import reactor

    reactor.getThreadPool().stop()
    reactor.threadpool = None
