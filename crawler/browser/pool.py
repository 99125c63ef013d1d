"""The browser pool: one context per slot, hard limits on every step, nothing that a page does outlives it."""

from __future__ import annotations

import asyncio
import base64
import logging
import math
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
    Route,
    WebSocketRoute,
    async_playwright,
)

from audits.model import LEFT_OUT, ONLY_ON_A_COPY, PAGE_BUDGET
from crawler.browser.find import find_browser, is_named, version_of
from crawler.browser.first_visit import FirstVisit
from crawler.browser.hands import Attempt, Hands, Witness
from crawler.browser.page import (
    PageCrashed,
    PageFailed,
    PageHung,
    PageLeaks,
    PageLeft,
    PageNavigated,
    PageUnreachable,
    RenderedPage,
    translate,
)
from crawler.browser.slots import default_slots
from crawler.browser.states import SHOW
from crawler.browser.traffic import Traffic
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
from crawler.collectors import Collector, isolated_script
from crawler.collectors import collectors as all_collectors
from crawler.credentials import Credentials
from crawler.known import Known
from crawler.network import DIRECT, Network
from crawler.pacing import asked_to_wait
from crawler.reach import Wall
from crawler.safety import USUAL, Safety
from crawler.scope import canonical

logger = logging.getLogger(__name__)

#: Seconds that a page may take over what it does when its animations have ended.
AFTER_ANIMATIONS = 1.5
#: Seconds to wait, when it is loaded again, for a page that is known never to rest.
RESTLESS_LIMIT = 3.0
#: How often a page may go elsewhere before it has come to rest: what does so more often never does.
MOST_MOVES = 3
#: The same page draws the same lots every time: a banner that is chosen by chance is the same banner in every audit.
SEEDED = """(() => {
  let state = 0x2545f491;
  Math.random = function random() {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
})();"""
#: Ours, and those of Playwright's that its own argument would have had: Chromium takes the last one only.
NOT_FEATURES = (
    "IsolateOrigins",
    "site-per-process",
    "Translate",
    "OptimizationHints",
    "MediaRouter",
    "PaintHolding",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
)
#: Connections that nobody can look into are not offered to the pages of a journey, nor where forms are tried.
UNREADABLE = """for (const name of ["WebTransport", "RTCPeerConnection", "webkitRTCPeerConnection", "WebSocketStream"])
  delete globalThis[name];"""
LAUNCH_LIMIT = 60.0
#: Playwright's, and not for pages that nobody vouches for: the storms that these let pass are stopped by default.
NOT_ARGUMENTS = ("--disable-popup-blocking", "--disable-ipc-flooding-protection")
#: Connections that stay open by design never count as "still loading".
ENDLESS = frozenset({"websocket", "eventsource", "media", "ping", "manifest", "other"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserConfig:
    """How pages are rendered. Times in seconds, sizes in CSS pixels."""

    executable: str = ""
    axe_source: str = field(default="", repr=False)
    slots: int = 0  # 0 = by cores and memory
    width: int = 1280
    height: int = 900
    locale: str = "en-CA"
    timezone: str = "America/Toronto"
    user_agent_suffix: str = ""
    navigation_limit: float = 30.0
    quiet_limit: float = 10.0
    screens: int = 25  # a longer page is scrolled through in as many steps
    collect_limit: float = 60.0  # for any one collector, whatever it asks for itself
    page_limit: float = 120.0
    acting_limit: float = 15.0  # for all collectors together that do something to a page
    grace: float = 5.0  # beyond a limit that the browser itself should keep
    tries: int = 3  # visits to one page before its failure is believed
    pages_per_context: int = 50
    arguments: tuple[str, ...] = ()  # more of Chromium's own
    ca_files: tuple[str, ...] = ()
    collectors: tuple[str, ...] = ()  # the names of those that are wanted; () = all


@dataclass(slots=True, kw_only=True)
class Collected:
    """What one visit gave. ``errors`` holds a reason for each collector that failed."""

    url: str
    status: int
    artifacts: dict[str, Any]
    errors: dict[str, str]
    timings: dict[str, float]
    settled: bool
    traffic: Traffic
    spoiled: bool = False  # a collector that acts did not come back: nothing more can be had of this page
    first_visit: FirstVisit | None = None
    touched: bool = False  # something was pressed, or the page wants to go elsewhere: no other is shown in its place


@dataclass(slots=True, eq=False)
class Slot:
    """A context and its page, kept from URL to URL."""

    key: str
    generation: int
    context: BrowserContext
    page: Page
    session: CDPSession
    frame_id: str
    gone: asyncio.Future[PageFailed]
    traffic: Traffic
    wall: Wall | None = None
    network: Network = DIRECT
    url: str = ""
    asked: str = ""  # Chromium's id of the request for ``url``
    arrived: bool = False  # whether its document has come
    document: Response | None = None  # the last answer for the page itself, whatever it led to
    placed: Response | None = None  # the one that was asked last where it comes from
    visits: int = 0
    in_flight: int = 0
    last_request: float = 0.0
    untrusted: asyncio.Future[None] | None = None
    hands: Hands | None = None
    guard: Credentials | None = None  # of a journey
    first_visit: FirstVisit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What a journey's script gets: a page of its own, which can be collected whenever it shows something."""

    page: Page
    gone: asyncio.Future[PageFailed]
    collect: Callable[[], Awaitable[tuple[RenderedPage, Collected]]]


class BrowserPool:
    """Leases settled pages. ``async with pool: async with pool.visit(url, key=site) as visit: ...``."""

    def __init__(
        self, config: BrowserConfig, collectors: tuple[Collector, ...] | None = None, *, idle: bool = False
    ) -> None:
        """``idle``: there may be nothing to do. The browser says its version, and starts with the first page."""
        self.config = config
        self._idle = idle
        self.slots = config.slots or default_slots()
        wanted = [one for one in all_collectors() if not config.collectors or one.name in config.collectors]
        self.collectors = tuple(one for one in wanted if not one.presses) if collectors is None else collectors
        self._pressing = tuple(one for one in wanted if one.presses)
        self.browser_version = ""
        self.restarts = 0
        self._script = isolated_script(config.axe_source)
        self._free: list[Slot] = []
        self._leased: dict[RenderedPage, Slot] = {}
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
        if self._idle:
            self.browser_version = await asyncio.to_thread(version_of, await self._executable())
        if not self.browser_version:
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
        self,
        url: str,
        *,
        key: str,
        wall: Wall | None = None,
        network: Network = DIRECT,
        fresh: bool = False,
        first: bool = False,
        consent: str = "",
        loaded: Callable[[int, float], None] | None = None,
        collectors: Collection[Collector] | None = None,
    ) -> AsyncIterator[tuple[RenderedPage, Collected]]:
        """Load, settle and collect ``url`` in a context that only ``key`` uses; the page stays leased inside the block.

        ``wall`` and ``network`` are the site's, the same for all of a key.
        ``fresh``: without what earlier pages left behind.
        ``first``: the same, and what the page has the browser keep is noted.
        ``consent``: "reject" or "accept" answers a consent banner; "" leaves it, as the first visit shows it.
        ``loaded`` is told, once the page needs nothing more from its host, the status and how long that asks to wait.
        ``collectors``: those of this visit, in their order; the pool's own when not given.
        Raises PageFailed (hung, crashed, navigated away): the slot is thrown away, the caller may try again.
        """
        async with self._turns:
            slot = await self._take(key, wall, network, fresh=fresh or first)
            slot.url, slot.asked, slot.arrived, slot.document = url, "", False, None
            keep = False
            try:
                async with asyncio.timeout(self.config.page_limit) as limit:
                    if first:
                        slot.first_visit = await FirstVisit.on(slot.session)
                    rendered, collected = await self._load(slot, url, consent, loaded or _nobody)
                    self._leased[rendered] = slot
                    wanted = self.collectors if collectors is None else collectors
                    await self._collect(slot, rendered, collected, wanted, limit.when() or math.inf)
                yield rendered, collected
                keep = not (collected.spoiled or collected.touched or first)
            except TimeoutError:
                raise PageHung(f"not done within {self.config.page_limit:g} s") from None
            except Error as exc:
                raise translate(exc) from None
            finally:
                self._leased = {page: held for page, held in self._leased.items() if held is not slot}
                await self._give_back(slot, keep=keep)

    async def press(
        self,
        rendered: RenderedPage,
        collected: Collected,
        *,
        seconds: float,
        safety: Safety,
        copy: bool = False,
        consent: str = "",
        known: Known | None = None,
        collectors: Collection[Collector] | None = None,
        witness: Witness | None = None,
    ) -> None:
        """What presses things, on a page that is still leased: its artifacts, or why there are none.

        Raises PageCrashed where the browser itself has died, and nothing else.

        ``copy``: nobody relies on the site, so forms are tried too. ``known``: what the site's other pages have shown
        of the controls they share. ``collectors``: all that press when not given. ``witness`` is shown what is opened.
        No other page is shown in this slot afterwards.
        """
        asked = self._pressing if collectors is None else collectors
        wanted = [collector for collector in asked if copy or not collector.sends]
        collected.errors.update({one.name: ONLY_ON_A_COPY for one in asked if one not in wanted})
        if not wanted:
            return
        slot = self._leased[rendered]
        collected.touched = True
        try:
            if slot.traffic.has_line:
                raise PageFailed(f"{LEFT_OUT}the page keeps a line to its server open")
            if copy:
                await _close_lines(slot)
            async with self._on(slot, rendered, safety, consent, presses=True, known=known, rests=collected.settled):
                rendered.hands.witness = witness
                await self._act(slot, rendered, collected, wanted, seconds)
        except (PageFailed, Error) as exc:
            collected.spoiled = True
            if isinstance(exc, PageCrashed) and await self._has_died(slot):
                raise
            reason = str(exc) if str(exc).startswith(LEFT_OUT) else type(exc).__name__
            for collector in wanted:
                if collector.name not in collected.artifacts:
                    collected.errors.setdefault(collector.name, reason)

    @asynccontextmanager
    async def again_in(self, state: str, rendered: RenderedPage, collected: Collected) -> AsyncIterator[None]:
        """A page that is still leased, once more in a state that nobody has to press anything for.

        Raises PageFailed.
        """
        try:
            async with self._on(self._leased[rendered], rendered, rests=collected.settled):
                try:
                    top = (await rendered.worlds())[0]
                    await rendered.within(self.config.grace, SHOW[state](rendered, top))
                    yield
                finally:
                    collected.touched = collected.touched or rendered.hands.restless
                    await rendered.within(self.config.grace, rendered.hands.put_back())
        except Error as exc:
            raise translate(exc) from None

    @asynccontextmanager
    async def walk(self, url: str, *, key: str, wall: Wall, network: Network, guard: Credentials) -> AsyncIterator[Way]:
        """A page of a context that nobody had before and nobody gets after, made like those of ``visit``.

        ``url`` is an address of the site. Every request is shown to ``guard`` before it is sent, redirects too.
        """
        async with self._turns:
            slot = await self._take(key, wall, network, fresh=True)
            slot.url, slot.arrived, slot.guard = url, True, guard
            try:
                await self._sieve(slot)
                await _watch_all(slot, guard)
                yield Way(page=slot.page, gone=slot.gone, collect=lambda: self._shown(slot))
            except Error as exc:
                raise translate(exc) from None
            finally:
                self._close(slot)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[str]:
        """A turn for a browser that is not the pool's own; the program to start."""
        async with self._turns:
            yield await self._executable()

    @asynccontextmanager
    async def joined(
        self, address: str, url: str, *, wall: Wall, network: Network, guard: Credentials
    ) -> AsyncIterator[asyncio.Future[PageFailed]]:
        """Watch the one page of somebody else's browser like that of ``walk``; done when it must not go on."""
        browser = await (await self._driver()).chromium.connect_over_cdp(f"http://{address}")
        try:
            context = browser.contexts[0]
            page = context.pages[0]
            session = await context.new_cdp_session(page)
            frame_id = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
            gone: asyncio.Future[PageFailed] = asyncio.get_running_loop().create_future()
            slot = Slot(address, 0, context, page, session, frame_id, gone, Traffic(page), wall, network)
            slot.url, slot.arrived, slot.guard = url, True, guard
            session.on("Fetch.requestPaused", lambda event: self._later(self._decide(slot, event)))
            page.on("dialog", lambda _: None)  # the script's own to answer
            await self._sieve(slot)
            await _watch_all(slot, guard)
            await tell_own_hosts(context, page, network)
            yield gone
        finally:
            self._later(browser.close())

    async def _shown(self, slot: Slot) -> tuple[RenderedPage, Collected]:
        """What a journey's page shows now, settled and collected like a page that was asked for."""
        rendered = RenderedPage(slot.page, slot.session, self._script, slot.gone)
        try:
            async with asyncio.timeout(self.config.page_limit):
                await slot.page.wait_for_load_state("load", timeout=self.config.navigation_limit * 1000)
                settled = await self._come_to_rest(slot, rendered, "")
                collected = Collected(
                    url=slot.page.url,
                    status=0,
                    artifacts={},
                    errors={},
                    timings={},
                    settled=settled,
                    traffic=slot.traffic,
                )
                # The next step is the script's: whatever moves the focus or the window stays away from its form.
                acting = [collector.name for collector in (*self.collectors, *self._pressing) if collector.acts]
                collected.errors.update(dict.fromkeys(acting, f"{LEFT_OUT}the pages of a journey are only read"))
                reading = [collector for collector in self.collectors if not collector.acts]
                await self._collect(slot, rendered, collected, reading)
                return rendered, collected
        except TimeoutError:
            raise PageHung(f"not done within {self.config.page_limit:g} s") from None
        except Error as exc:
            raise translate(exc) from None

    async def _load(
        self, slot: Slot, url: str, consent: str, loaded: Callable[[int, float], None]
    ) -> tuple[RenderedPage, Collected]:
        timings: dict[str, float] = {}
        rendered = RenderedPage(slot.page, slot.session, self._script, slot.gone)
        started = time.perf_counter()
        response = await rendered.within(
            self.config.navigation_limit + self.config.grace, self._navigate(slot, rendered, url)
        )
        timings["navigate"] = time.perf_counter() - started
        slot.arrived = True
        await rendered.within(self.config.grace, _same_place(slot, response))
        started = time.perf_counter()
        settled = await self._come_to_rest(slot, rendered, consent)
        timings["settle"] = time.perf_counter() - started
        loaded(*_said(response))
        collected = Collected(
            url=slot.page.url,
            status=response.status if response else 0,
            artifacts={},
            errors={},
            timings=timings,
            settled=settled,
            traffic=slot.traffic,
            first_visit=slot.first_visit,
        )
        if slot.untrusted is not None and (slot.untrusted.done() or await refused_by_playwright(response)):
            raise PageUnreachable("ERR_CERT_INVALID")
        return rendered, collected

    async def _collect(
        self,
        slot: Slot,
        rendered: RenderedPage,
        collected: Collected,
        collectors: Collection[Collector],
        ends: float = math.inf,
    ) -> None:
        reading = [collector for collector in collectors if not collector.acts]
        if reading:
            async with self._held_still(slot, rendered):
                for collector in reading:
                    await self._take_artifact(collector, rendered, collected, collector.limit)
        if slot.untrusted is not None and slot.untrusted.done():
            raise PageUnreachable("ERR_CERT_INVALID")
        acting = [collector for collector in collectors if collector.acts]
        if acting:
            # What was read is not given up for what acts: that ends before the page's own limit.
            left = ends - asyncio.get_running_loop().time() - self.config.grace
            async with self._on(slot, rendered, rests=collected.settled):
                await self._act(slot, rendered, collected, acting, min(self.config.acting_limit, left))
                collected.touched = rendered.hands.restless

    async def _act(
        self, slot: Slot, rendered: RenderedPage, collected: Collected, acting: Collection[Collector], seconds: float
    ) -> None:
        """What was read stays, whatever the page does when it is acted upon. The browser's death is not its doing."""
        ends = rendered.hands.ends = time.monotonic() + seconds
        rendered.hands.reading = collected.timings.get("collect.axe", 0.0)
        for collector in acting:
            left = ends - time.monotonic()
            if left <= 0:
                collected.errors[collector.name] = PAGE_BUDGET
            elif collected.spoiled:
                collected.errors[collector.name] = "the page did not answer"
            else:
                try:
                    await self._take_artifact(collector, rendered, collected, min(left, collector.limit))
                    await rendered.within(self.config.grace, rendered.hands.put_back())
                except PageFailed as exc:
                    if isinstance(exc, PageCrashed) and await self._has_died(slot):
                        raise
                    late = isinstance(exc, PageHung) and left < collector.limit
                    collected.errors[collector.name] = PAGE_BUDGET if late else type(exc).__name__
                    collected.artifacts.pop(collector.name, None)
                    collected.spoiled = True

    async def _take_artifact(
        self, collector: Collector, rendered: RenderedPage, collected: Collected, limit: float
    ) -> None:
        started = time.perf_counter()
        try:
            collected.artifacts[collector.name] = await rendered.within(
                min(limit, self.config.collect_limit), collector.collect(rendered)
            )
        except (PageHung, PageCrashed, PageNavigated, PageLeft):
            raise
        except Exception as exc:  # noqa: BLE001  # around one collector: its checks become errors, the page goes on
            logger.warning("collector %s: %s", collector.name, type(exc).__name__)
            collected.errors[collector.name] = type(exc).__name__
        finally:
            collected.timings[f"collect.{collector.name}"] = time.perf_counter() - started

    @asynccontextmanager
    async def _held_still(self, slot: Slot, rendered: RenderedPage) -> AsyncIterator[None]:
        """The page's own scripts and timers wait, so that all who read see the same page; our own worlds go on."""
        hold = "Emulation.setScriptExecutionDisabled"
        await rendered.within(self.config.grace, slot.session.send(hold, {"value": True}))
        yield
        # A page that fails meanwhile is thrown away with its slot.
        await rendered.within(self.config.grace, slot.session.send(hold, {"value": False}))

    @asynccontextmanager
    async def _on(
        self,
        slot: Slot,
        rendered: RenderedPage,
        safety: Safety = USUAL,
        consent: str = "",
        *,
        presses: bool = False,
        known: Known | None = None,
        rests: bool = True,
    ) -> AsyncIterator[None]:
        """Hands on the page: all that it asks for meanwhile is shown to them first.

        ``rests``: whether it came to rest when it was loaded first. One that does not is not waited for as long again.
        """

        async def load() -> None:
            rendered.forget_worlds()
            await slot.page.goto(slot.url, wait_until="load", timeout=self.config.navigation_limit * 1000)
            await self._settle(slot, rendered, consent, most=math.inf if rests else RESTLESS_LIMIT)
            await rendered.open_shadows()

        hands = Hands(
            slot.page,
            slot.frame_id,
            width=self.config.width,
            height=self.config.height,
            safety=safety,
            load=load,
            presses=presses,
            known=known,
        )
        slot.traffic.listening = False
        slot.hands = hands
        await slot.session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
        try:
            async with rendered.held(hands):
                yield
        finally:
            if not hands.restless:  # else the page stays where pictures are taken of it, until it is closed
                slot.hands = None
                with suppress(Error):
                    await self._sieve(slot)

    async def _navigate(self, slot: Slot, rendered: RenderedPage, url: str) -> Response | None:
        """Load the page; a ``load`` event that never comes is not yet a failure: settling decides what is seen."""
        slot.in_flight = 0
        slot.traffic.forget()
        try:
            return await slot.page.goto(url, wait_until="load", timeout=self.config.navigation_limit * 1000)
        except Error as exc:
            if "Timeout" in str(exc) and slot.arrived and await self._is_readable(rendered):
                return None
            raise

    @staticmethod
    async def _is_readable(rendered: RenderedPage) -> bool:
        ready = await rendered.call((await rendered.worlds())[0], "document.readyState")
        rendered.forget_worlds()
        return ready in ("interactive", "complete")

    async def _come_to_rest(self, slot: Slot, rendered: RenderedPage, consent: str) -> bool:
        """Whether the page settled. One that leads elsewhere meanwhile, or loads itself again, is followed there.

        Raises PageNavigated for one that does so again and again.
        """
        limit = self.config.quiet_limit + self.config.grace
        moves = 0
        while True:
            try:
                settled = await rendered.within(limit, self._settle(slot, rendered, consent))
                await rendered.within(limit, rendered.open_shadows())
            except PageNavigated:
                moves += 1
                if moves > MOST_MOVES:
                    raise
                await rendered.within(self.config.navigation_limit + self.config.grace, self._follow(slot, rendered))
            else:
                # It may have gone there before anybody looked.
                await rendered.within(self.config.grace, _same_place(slot, slot.document))
                return settled

    async def _follow(self, slot: Slot, rendered: RenderedPage) -> None:
        """Wait for the document that came instead; it is asked where it comes from, as the first one is."""
        rendered.forget_worlds()
        try:
            await slot.page.wait_for_load_state("load", timeout=self.config.navigation_limit * 1000)
        except Error as exc:
            if "Timeout" not in str(exc) or not await self._is_readable(rendered):
                raise
        await _same_place(slot, slot.document)

    async def _settle(self, slot: Slot, rendered: RenderedPage, consent: str, most: float = math.inf) -> bool:
        """The page as it stays: scrolled through once, its consent banner answered, its animations at their end."""
        deadline = time.monotonic() + min(self.config.quiet_limit, most)
        calm = await self._quiet(slot, rendered, deadline, screens=self.config.screens)
        if slot.first_visit is not None:
            await slot.first_visit.read(rendered)
        if consent and calm and await rendered.call((await rendered.worlds())[0], "handrail.consent", consent):
            calm = await self._quiet(slot, rendered, deadline)
            if slot.first_visit is not None:
                await slot.first_visit.answered(rendered)
        moving = [await rendered.call(world, "handrail.still()") for world in await rendered.worlds()]
        if calm and any(moving):
            calm = await self._quiet(slot, rendered, min(deadline, time.monotonic() + AFTER_ANIMATIONS))
        return calm

    async def _quiet(self, slot: Slot, rendered: RenderedPage, deadline: float, *, screens: int = 0) -> bool:
        """The quiet gate: no DOM change, no new resource, no request in flight, for five ticks; or the limit."""
        world = (await rendered.worlds())[0]
        try:
            while (left := deadline - time.monotonic()) > 0:
                began = time.monotonic()
                calm = await rendered.call(world, "handrail.quiet", int(left * 1000), screens)
                if calm and slot.in_flight <= 0 and slot.last_request < began:
                    return True
                screens = 0
            return False
        finally:
            rendered.forget_worlds()

    async def _take(self, key: str, wall: Wall | None, network: Network, *, fresh: bool) -> Slot:
        for slot in reversed(self._free):
            if not fresh and slot.key == key and slot.generation == self._generation and not slot.gone.done():
                self._free.remove(slot)
                return slot
        if len(self._free) >= self.slots:
            self._close(self._free.pop(0))
        last: Exception = PageCrashed("the browser does not start")
        for _ in range(3):
            browser = await self._ensure_browser()
            try:
                return await asyncio.wait_for(self._open_slot(browser, key, wall, network), 30)
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

    async def _has_died(self, slot: Slot) -> bool:
        """Whether the browser or its driver is gone, and not only a page."""
        browser = slot.context.browser
        if slot.generation != self._generation or browser is None:
            return True
        try:
            session = await asyncio.wait_for(browser.new_browser_cdp_session(), 5)
        except (Error, TimeoutError):
            return True
        self._later(session.detach())
        return False

    async def _ensure_browser(self, broken: Browser | None = None) -> Browser:
        """The living browser; a dead one is replaced, once, by whoever comes first."""
        async with self._lock:
            if self._browser is not None and self._browser.is_connected() and self._browser is not broken:
                return self._browser
            if self._browser is not None:
                self.restarts += 1
                self._later(self._browser.close())
            self._generation += 1
            self._free.clear()
            self._browser = await self._launched()
            self.browser_version = self._browser.version
            return self._browser

    async def _launched(self) -> Browser:
        """A new browser; where Playwright's own process has died, by a new one of those."""
        playwright = await self._driver()
        try:
            return await asyncio.wait_for(self._launch(playwright), LAUNCH_LIMIT)
        except (Error, TimeoutError) as exc:
            logger.warning("the browser does not start: %s; starting its driver again", type(exc).__name__)
        self._later(playwright.stop())
        self._playwright = None
        return await asyncio.wait_for(self._launch(await self._driver()), LAUNCH_LIMIT)

    async def _driver(self) -> Playwright:
        if self._playwright is None:
            with driver_environment(self._home):
                self._playwright = await async_playwright().start()
        return self._playwright

    async def _executable(self) -> str:
        if is_named(self.config.executable):
            return find_browser(self.config.executable)
        return find_browser(bundled=(await self._driver()).chromium.executable_path)

    async def _launch(self, playwright: Playwright) -> Browser:
        arguments = [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run",
            "--mute-audio",
            # As for somebody who lets pages play sound: what begins by itself is heard of (WCAG 1.4.2).
            "--autoplay-policy=no-user-gesture-required",
            "--js-flags=--max-old-space-size=1024",
            # One renderer per page: frames of other origins can be entered and judged like the rest.
            "--disable-site-isolation-trials",
            f"--disable-features={','.join(NOT_FEATURES)}",
            "--block-new-web-contents",
            *self.config.arguments,
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")
        return await playwright.chromium.launch(
            executable_path=await self._executable(),
            args=arguments,
            ignore_default_args=list(NOT_ARGUMENTS),
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            env=browser_environment(self._home),
        )

    async def _open_slot(self, browser: Browser, key: str, wall: Wall | None, network: Network) -> Slot:
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
        await context.add_init_script(SEEDED)
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        await session.send("Page.enable")
        await session.send("Page.addScriptToEvaluateOnNewDocument", {"source": self._script, "worldName": "handrail"})
        frame_id = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        gone: asyncio.Future[PageFailed] = asyncio.get_running_loop().create_future()
        slot = Slot(key, self._generation, context, page, session, frame_id, gone, Traffic(page), wall, network)
        self._watch(slot)
        await self._sieve(slot)
        await tell_own_hosts(context, page, network)
        if network.client_certificates:
            slot.untrusted = await watch_certificates(session, network)
        return slot

    @staticmethod
    async def _sieve(slot: Slot) -> None:
        """Documents, and what may be near, are shown to the wall before they are asked for. All else passes unseen."""
        if slot.guard is not None:
            await slot.session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
            return
        if slot.wall is None:
            await slot.session.send("Fetch.disable")
            return
        patterns = [{"urlPattern": "*", "resourceType": "Document"}]
        patterns += [{"urlPattern": pattern} for pattern in slot.wall.sieve]
        await slot.session.send("Fetch.enable", {"patterns": patterns})

    @staticmethod
    async def _decide(slot: Slot, event: dict[str, Any]) -> None:
        request, url, wall = {"requestId": event["requestId"]}, event["request"]["url"], slot.wall
        if slot.guard is not None and not slot.guard.may_go(event["request"]):
            if slot.guard.leaks(event["request"]) and not slot.gone.done():
                slot.gone.set_result(PageLeaks("a credential for another origin"))
            await slot.session.send("Fetch.failRequest", {**request, "errorReason": "BlockedByClient"})
            return
        if slot.hands is not None and (answer := slot.hands.answer(event)):
            await slot.session.send(*answer)
            return
        if wall is None:
            await slot.session.send("Fetch.continueRequest", request)
            return
        leads = event["resourceType"] == "Document" and event["frameId"] == slot.frame_id
        if leads and not slot.asked and _same_page(url, slot.url):
            slot.asked = event.get("networkId", "")
        if leads and wall.leads_out(url):
            # Until the page has come, only its own redirects are its own: the one before it may still want to go.
            if (slot.arrived or slot.asked == event.get("networkId")) and not slot.gone.done():
                slot.gone.set_result(PageLeft(url))
            await slot.session.send("Fetch.failRequest", {**request, "errorReason": "Aborted"})
        elif wall.refuses(url, page=slot.url):
            await slot.session.send("Fetch.failRequest", {**request, "errorReason": "BlockedByClient"})
        else:
            await slot.session.send("Fetch.continueRequest", request)

    def _watch(self, slot: Slot) -> None:
        """Dialogs, popups, crashes and requests of one page."""

        def end(_: Any) -> None:
            if not slot.gone.done():
                slot.gone.set_result(PageCrashed("the renderer died"))

        def arrived(event: dict[str, Any]) -> None:
            if event["frame"]["id"] == slot.frame_id and (slot.asked or slot.wall is None):
                slot.arrived = True

        def request(seen: Request) -> None:
            if seen.resource_type not in ENDLESS:
                slot.in_flight += 1
                slot.last_request = time.monotonic()

        def request_done(seen: Request) -> None:
            if seen.resource_type not in ENDLESS:
                slot.in_flight -= 1
                slot.last_request = time.monotonic()

        def answered(seen: Response) -> None:
            if seen.request.is_navigation_request() and seen.frame == slot.page.main_frame:
                slot.document = seen

        def paused(event: dict[str, Any]) -> None:
            self._later(self._decide(slot, event))

        def dialog(shown: Dialog) -> None:
            if slot.hands is not None:
                slot.hands.wanted(Attempt(kind="dialog"))
            # A dismissed beforeunload aborts the next navigation: accept it, dismiss the rest.
            self._later(shown.accept() if shown.type == "beforeunload" else shown.dismiss())

        def popup(opened: Page) -> None:
            if opened is not slot.page:
                self._later(opened.close())

        def socket(_: Any) -> None:
            if slot.hands is not None:
                slot.hands.wanted(Attempt(kind="socket"))

        def window(event: dict[str, Any]) -> None:
            if slot.hands is not None:
                slot.hands.wanted(Attempt(kind="window", url=event["url"]))

        slot.session.on("Fetch.requestPaused", paused)
        slot.session.on("Page.windowOpen", window)
        slot.session.on("Page.frameNavigated", arrived)
        slot.page.on("crash", end)
        slot.page.on("close", end)
        slot.page.on("request", request)
        slot.page.on("response", answered)
        slot.page.on("requestfinished", request_done)
        slot.page.on("requestfailed", request_done)
        slot.page.on("dialog", dialog)
        slot.page.on("websocket", socket)
        slot.context.on("page", popup)


async def _watch_all(slot: Slot, guard: Credentials) -> None:
    """What the page's own session does not see: workers, and connections that carry anything both ways."""

    async def look(route: Route) -> None:
        sent = route.request
        body = base64.b64encode(sent.post_data_buffer or b"").decode()
        told = {"url": sent.url, "headers": sent.headers, "postDataEntries": [{"bytes": body}] if body else []}
        if guard.may_go(told):
            await route.fallback()
            return
        if not slot.gone.done():
            slot.gone.set_result(PageLeaks("a credential for another origin"))
        await route.abort("blockedbyclient")

    def is_foreign(url: str) -> bool:
        return not slot.network.is_own(url.replace("ws", "http", 1))

    await slot.context.route("**/*", look)
    await slot.context.route_web_socket(is_foreign, lambda socket: socket.close())
    await slot.context.add_init_script(UNREADABLE)


async def _close_lines(slot: Slot) -> None:
    """From the next load on, the page opens no connection that carries what nobody can hold back."""

    def held(line: WebSocketRoute) -> Any:
        if slot.hands is not None:
            slot.hands.wanted(Attempt(kind="socket"))
        return line.close()

    await slot.page.route_web_socket("**/*", held)
    await slot.page.add_init_script(UNREADABLE)


async def _same_place(slot: Slot, response: Response | None) -> None:
    """A name may lead elsewhere at the second look: what answers from nearer than the site is not the site."""
    # Through a proxy, the address is the proxy's.
    if response is None or response is slot.placed or slot.wall is None:
        return
    if slot.network.proxy_for(response.url) is not None:
        return
    address = await response.server_addr()
    if address and slot.wall.is_strange(urlsplit(response.url).hostname or "", address["ipAddress"].strip("[]")):
        raise PageUnreachable("ERR_NAME_LEADS_INSIDE")
    slot.placed = response


def _same_page(one: str, other: str) -> bool:
    try:
        return canonical(one.partition("#")[0]) == canonical(other.partition("#")[0])
    except ValueError:
        return False


def _nobody(status: int, hold: float) -> None:
    """Nobody asked to be told."""


def _said(response: Response | None) -> tuple[int, float]:
    """The status of an answer, and the seconds that it asks to wait."""
    if response is None:
        return 200, 0.0
    headers = response.headers
    return response.status, asked_to_wait(response.status, headers.get("retry-after", ""), headers.get("date", ""))


__all__ = ["BrowserConfig", "BrowserPool", "Collected", "PageFailed"]
