"""The browser pool: one context per slot, hard limits on every step, nothing that a page does outlives it."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Dialog,
    Error,
    Page,
    Playwright,
    Request,
    Response,
    async_playwright,
)

from crawler.browser.find import find_browser
from crawler.browser.page import (
    PageCrashed,
    PageFailed,
    PageHung,
    PageNavigated,
    PageUnreachable,
    RenderedPage,
    translate,
)
from crawler.browser.trust import (
    browser_environment,
    context_options,
    driver_environment,
    give_authorities,
    needs_home,
    refused_by_playwright,
    tell_own_hosts,
    watch_certificates,
)
from crawler.collectors import Collector, page_script
from crawler.collectors import collectors as all_collectors
from crawler.network import DIRECT, Network

logger = logging.getLogger(__name__)

#: Connections that stay open by design never count as "still loading".
ENDLESS = frozenset({"websocket", "eventsource", "media", "ping", "manifest", "other"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserConfig:
    """How pages are rendered. Times in seconds, sizes in CSS pixels."""

    executable: str = ""
    axe_source: str = field(default="", repr=False)
    slots: int = 0  # 0 = one per core
    width: int = 1280
    height: int = 900
    locale: str = "en-CA"
    timezone: str = "America/Toronto"
    user_agent_suffix: str = ""
    navigation_limit: float = 30.0
    quiet_limit: float = 10.0
    page_limit: float = 120.0
    pages_per_context: int = 50
    ca_files: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Collected:
    """What one visit gave. ``errors`` holds a reason for each collector that failed."""

    url: str
    status: int
    artifacts: dict[str, Any]
    errors: dict[str, str]
    timings: dict[str, float]
    settled: bool


@dataclass(slots=True, eq=False)
class Slot:
    """A context and its page, kept from URL to URL."""

    key: str
    generation: int
    context: BrowserContext
    page: Page
    session: CDPSession
    gone: asyncio.Future[None]
    visits: int = 0
    in_flight: int = 0
    last_request: float = 0.0
    untrusted: asyncio.Future[None] | None = None


class BrowserPool:
    """Leases settled pages. ``async with pool: async with pool.visit(url, key=site) as visit: ...``."""

    def __init__(self, config: BrowserConfig, collectors: tuple[Collector, ...] | None = None) -> None:
        self.config = config
        self.slots = config.slots or os.cpu_count() or 2
        self.collectors = all_collectors() if collectors is None else collectors
        self.browser_version = ""
        self.restarts = 0
        self._script = page_script(config.axe_source)
        self._free: list[Slot] = []
        self._turns = asyncio.Semaphore(self.slots)
        self._lock = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._generation = 0
        self._closing: set[asyncio.Task[None]] = set()
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._home: Path | None = None

    async def __aenter__(self) -> BrowserPool:
        if needs_home(self.config.ca_files):
            self._temporary = tempfile.TemporaryDirectory(prefix="handrail-", ignore_cleanup_errors=True)
            self._home = Path(self._temporary.name)
            await asyncio.to_thread(give_authorities, self._home, self.config.ca_files)
        with driver_environment(self._home):
            self._playwright = await async_playwright().start()
        await self._ensure_browser()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._closing:
            await asyncio.wait(self._closing, timeout=5)
        with suppress(Error, TimeoutError):
            if self._browser is not None:
                await asyncio.wait_for(self._browser.close(), 10)
        if self._playwright is not None:
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(self._playwright.stop(), 10)
        if self._temporary is not None:
            self._temporary.cleanup()

    @asynccontextmanager
    async def visit(
        self, url: str, *, key: str, network: Network = DIRECT
    ) -> AsyncIterator[tuple[RenderedPage, Collected]]:
        """Load, settle and collect ``url`` in a context that only ``key`` uses; the page stays leased inside the block.

        One ``key`` has one ``network``.

        Raises PageFailed (hung, crashed, navigated away): the slot is thrown away, the caller may try again.
        """
        async with self._turns:
            slot = await self._take(key, network)
            keep = False
            try:
                async with asyncio.timeout(self.config.page_limit):
                    rendered, collected = await self._collect(slot, url)
                yield rendered, collected
                keep = True
            except TimeoutError:
                raise PageHung(f"not done within {self.config.page_limit:g} s") from None
            except Error as exc:
                raise translate(exc) from None
            finally:
                await self._give_back(slot, keep=keep)

    async def _collect(self, slot: Slot, url: str) -> tuple[RenderedPage, Collected]:
        timings: dict[str, float] = {}
        rendered = RenderedPage(slot.page, slot.session, self._script, slot.gone)
        started = time.perf_counter()
        response = await rendered.within(self.config.navigation_limit + 5, self._navigate(slot, url))
        timings["navigate"] = time.perf_counter() - started
        started = time.perf_counter()
        settled = await rendered.within(self.config.quiet_limit + 10, self._settle(slot, rendered))
        timings["settle"] = time.perf_counter() - started
        collected = Collected(
            url=slot.page.url,
            status=response.status if response else 0,
            artifacts={},
            errors={},
            timings=timings,
            settled=settled,
        )
        for collector in self.collectors:
            started = time.perf_counter()
            try:
                collected.artifacts[collector.name] = await rendered.within(
                    collector.limit, collector.collect(rendered)
                )
            except (PageHung, PageCrashed, PageNavigated):
                raise
            except Exception as exc:  # noqa: BLE001  # around one collector: its checks become errors, the page goes on
                logger.warning("collector %s: %s", collector.name, type(exc).__name__)
                collected.errors[collector.name] = type(exc).__name__
            timings[f"collect.{collector.name}"] = time.perf_counter() - started
        if slot.untrusted is not None and (slot.untrusted.done() or await refused_by_playwright(response)):
            raise PageUnreachable("ERR_CERT_INVALID")
        return rendered, collected

    async def _navigate(self, slot: Slot, url: str) -> Response | None:
        """Load the page; a ``load`` event that never comes is not yet a failure: settling decides what is seen."""
        slot.in_flight = 0
        try:
            return await slot.page.goto(url, wait_until="load", timeout=self.config.navigation_limit * 1000)
        except Error as exc:
            if "Timeout" in str(exc) and slot.page.url not in ("about:blank", ""):
                ready = await slot.page.evaluate("document.readyState")
                if ready in ("interactive", "complete"):
                    return None
            raise

    async def _settle(self, slot: Slot, rendered: RenderedPage) -> bool:
        """The quiet gate: no DOM change, no new resource, no request in flight, for five ticks; or the limit."""
        world = (await rendered.worlds())[0]
        deadline = time.monotonic() + self.config.quiet_limit
        while (left := deadline - time.monotonic()) > 0:
            began = time.monotonic()
            calm = await rendered.call(world, "handrail.quiet", int(left * 1000))
            if calm and slot.in_flight <= 0 and slot.last_request < began:
                rendered.forget_worlds()
                return True
        rendered.forget_worlds()
        return False

    async def _take(self, key: str, network: Network) -> Slot:
        for slot in reversed(self._free):
            if slot.key == key and slot.generation == self._generation and not slot.gone.done():
                self._free.remove(slot)
                return slot
        if len(self._free) >= self.slots:
            self._close(self._free.pop(0))
        last: Exception = PageCrashed("the browser does not start")
        for _ in range(3):
            browser = await self._ensure_browser()
            try:
                return await asyncio.wait_for(self._open_slot(browser, key, network), 30)
            except (Error, TimeoutError) as exc:
                last = exc
                await self._ensure_browser(broken=browser)
        raise PageCrashed(f"no page could be opened: {type(last).__name__}")

    async def _give_back(self, slot: Slot, *, keep: bool) -> None:
        slot.visits += 1
        if keep and slot.visits < self.config.pages_per_context and not slot.gone.done():
            self._free.append(slot)
        else:
            self._close(slot)

    def _close(self, slot: Slot) -> None:
        self._later(slot.context.close())

    def _later(self, closing: Any) -> None:
        """A hung page may never answer: its close is not awaited by anyone who matters."""

        async def close() -> None:
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(closing, 15)

        task = asyncio.create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _ensure_browser(self, broken: Browser | None = None) -> Browser:
        """The living browser; a dead one is replaced, once, by whoever comes first."""
        async with self._lock:
            if self._browser is not None and self._browser.is_connected() and self._browser is not broken:
                return self._browser
            assert self._playwright is not None
            if self._browser is not None:
                self.restarts += 1
                self._later(self._browser.close())
            self._generation += 1
            self._free.clear()
            self._browser = await self._launch(self._playwright)
            self.browser_version = self._browser.version
            return self._browser

    async def _launch(self, playwright: Playwright) -> Browser:
        arguments = [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run",
            "--mute-audio",
            "--js-flags=--max-old-space-size=1024",
            # One renderer per page: frames of other origins can be entered and judged like the rest.
            "--disable-site-isolation-trials",
            "--disable-features=IsolateOrigins,site-per-process,Translate,OptimizationHints,MediaRouter",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")
        return await playwright.chromium.launch(
            executable_path=find_browser(self.config.executable, bundled=playwright.chromium.executable_path),
            args=arguments,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            env=browser_environment(self._home),
        )

    async def _open_slot(self, browser: Browser, key: str, network: Network) -> Slot:
        major = browser.version.split(".")[0]
        context = await browser.new_context(
            viewport={"width": self.config.width, "height": self.config.height},
            locale=self.config.locale,
            timezone_id=self.config.timezone,
            user_agent=(
                f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0 "
                f"Safari/537.36 {self.config.user_agent_suffix}"
            ).strip(),
            accept_downloads=False,
            service_workers="block",
            permissions=[],
            **context_options(network),
        )
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        await session.send("Page.enable")
        await session.send("Page.addScriptToEvaluateOnNewDocument", {"source": self._script, "worldName": "handrail"})
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        slot = Slot(key, self._generation, context, page, session, gone)
        self._watch(slot)
        await tell_own_hosts(context, page, network)
        if network.client_certificates:
            slot.untrusted = await watch_certificates(session, network)
        return slot

    def _watch(self, slot: Slot) -> None:
        """Dialogs, popups, crashes and requests of one page."""

        def end(_: Any) -> None:
            if not slot.gone.done():
                slot.gone.set_result(None)

        def request(seen: Request) -> None:
            if seen.resource_type not in ENDLESS:
                slot.in_flight += 1
                slot.last_request = time.monotonic()

        def request_done(seen: Request) -> None:
            if seen.resource_type not in ENDLESS:
                slot.in_flight -= 1
                slot.last_request = time.monotonic()

        def dialog(shown: Dialog) -> None:
            # A dismissed beforeunload aborts the next navigation: accept it, dismiss the rest.
            self._later(shown.accept() if shown.type == "beforeunload" else shown.dismiss())

        def popup(opened: Page) -> None:
            if opened is not slot.page:
                self._later(opened.close())

        slot.page.on("crash", end)
        slot.page.on("close", end)
        slot.page.on("request", request)
        slot.page.on("requestfinished", request_done)
        slot.page.on("requestfailed", request_done)
        slot.page.on("dialog", dialog)
        slot.context.on("page", popup)


__all__ = ["BrowserConfig", "BrowserPool", "Collected", "PageFailed"]
