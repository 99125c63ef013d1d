"""Journeys: a person's script walks through sign-in and forms, and every state that it shows is audited like a page."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error

from audits.model import Link, PageLease, PageOutcome, PageResult, Snapshot
from audits.runner import any_ran
from crawler.browser.page import PageCrashed, PageFailed, PageHung, PageLeaks, PageLeft
from crawler.browser.pool import NOT_FEATURES, BrowserConfig
from crawler.browser.states import visited
from crawler.classify import SIGN_IN_URL, of_status
from crawler.credentials import Credentials
from crawler.impostors import Looks, is_bot_wall, is_sign_in_page
from crawler.job import JudgeFailed, Runtime, SiteJob
from crawler.network import Network
from crawler.reach import Wall
from crawler.scope import canonical

logger = logging.getLogger(__name__)

LEASE_SECONDS = 180.0
#: Leases taken to find the one page that is ours: nobody else should have any left.
MOST_LEASED = 50
#: What a person types stands in these, and in no HTML.
TYPED = ("input", "textarea", "select", "iframe", "[contenteditable]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One script of a site. ``secrets`` holds the credentials by the names that the script knows."""

    name: str
    script: Path
    kind: str = "playwright"
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    signed_in: str = ""
    limit: float = 120.0


class JourneyEnded(Exception):
    """The journey cannot go on; how it ends. The reason quotes nothing from the page."""

    def __init__(self, outcome: PageOutcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


async def walk_journeys(job: SiteJob, runtime: Runtime, wall: Wall, owner: str, ends: float) -> None:
    """Every journey of the site, one after the other; how one ends changes nothing for the others."""
    for journey in job.journeys:
        if runtime.stopping.is_set():
            return
        walk = _Walk(job, runtime, wall, owner, journey)
        try:
            left = ends - time.monotonic()
            if left <= 0:
                raise JourneyEnded(PageOutcome.BUDGET_TIME, "the time budget was spent")
            await (walk.by_selenium if journey.kind == "selenium" else walk.by_playwright)(min(journey.limit, left))
            ended = walk.ended or JourneyEnded(PageOutcome.REDIRECTED, "the journey came to its end")
            if not walk.steps:
                ended = JourneyEnded(PageOutcome.FAILED, "the journey audited nothing")
        except JourneyEnded as exc:
            ended = walk.ended or exc
        except Exception as exc:  # noqa: BLE001  # around one journey: its exceptions may quote a credential
            ended = walk.ended or JourneyEnded(PageOutcome.FAILED, f"the script raised {type(exc).__name__}")
        if runtime.stopping.is_set():
            return
        if ended.outcome is not PageOutcome.REDIRECTED:
            logger.error("site %s, journey %s: %s", job.site, journey.name, ended.reason)
        await walk.record(
            address_of(job, journey.name),
            PageResult(outcome=ended.outcome, reason=f"journey: {ended.reason}", final_url=walk.last),
        )


def address_of(job: SiteJob, name: str) -> str:
    """Under which a journey itself stands in the store: how it ended."""
    return journey_address(job.start[0], name)


def journey_address(start: str, name: str) -> str:
    """The same, of a site that starts there."""
    return f"{canonical(start)}#journey:{name}"


class _Walk:
    """One journey on its way."""

    def __init__(self, job: SiteJob, runtime: Runtime, wall: Wall, owner: str, journey: Journey) -> None:
        self._job = job
        self._runtime = runtime
        self._wall = wall
        self._owner = owner
        self._journey = journey
        self._credentials = Credentials(tuple(journey.secrets.values()), job.network)
        self._claims = not journey.secrets  # to be signed in, or to need no sign-in
        self.ended: JourneyEnded | None = None
        self.steps = 0
        self.last = ""

    def _secret(self, name: str) -> str:
        if name not in self._journey.secrets:
            raise self._end(PageOutcome.FAILED, "the script asks for a credential that its secrets do not name")
        self._claims = True
        return self._journey.secrets[name]

    def _end(self, outcome: PageOutcome, reason: str) -> JourneyEnded:
        """The first reason stays, also where the script goes on regardless."""
        self.ended = self.ended or JourneyEnded(outcome, reason)
        return self.ended

    def _failed(self, exc: PageFailed) -> JourneyEnded:
        if isinstance(exc, PageLeaks):
            return self._end(PageOutcome.FAILED, "a request would have carried a credential to another origin")
        if isinstance(exc, PageLeft):
            return self._end(PageOutcome.REDIRECT_OFF_SCOPE, "it leads out of the site")
        if isinstance(exc, PageHung):
            return self._end(PageOutcome.HUNG, "a page did not come to its end in time")
        if isinstance(exc, PageCrashed):
            return self._end(PageOutcome.CRASHED, "the browser's page died")
        return self._end(PageOutcome.FAILED, type(exc).__name__)

    def _function(self) -> Callable[..., Any]:
        """The script's ``journey``, from its file as it is now. Runs the script's top level."""
        names: dict[str, Any] = {"__name__": f"journey_{self._journey.name}", "__file__": str(self._journey.script)}
        code = compile(self._journey.script.read_bytes(), str(self._journey.script), "exec")
        exec(code, names)  # noqa: S102  # the City's own script, named in its own configuration
        function: Callable[..., Any] = names["journey"]
        return function

    # Playwright

    async def by_playwright(self, limit: float) -> None:
        """Run the script on a page of a context of its own."""
        pool, job = self._runtime.pool, self._job
        key = f"{job.run_id}/{job.site}#{self._journey.name}"
        async with pool.walk(
            job.start[0], key=key, wall=self._wall, network=job.network, guard=self._credentials
        ) as way:

            async def audit(name: str) -> None:
                if self.ended:
                    raise self.ended
                try:
                    rendered, collected = await way.collect()
                    if way.gone.done():
                        raise way.gone.result()
                    document = collected.artifacts.get("document", {})
                    shown = bool(self._journey.signed_in) and await self._shows(way.page)
                    await self._audited(
                        name, collected.url, document, collected.artifacts, collected.errors, shown, page=rendered.page
                    )
                    if collected.spoiled:
                        raise self._end(PageOutcome.HUNG, "the page did not answer any more")
                except PageFailed as exc:
                    raise self._failed(exc) from None

            script = asyncio.ensure_future(self._function()(way.page, audit, self._secret))
            try:
                await asyncio.wait({script, way.gone}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
                if way.gone.done():
                    raise self._failed(way.gone.result())
                if not script.done():
                    raise self._end(PageOutcome.HUNG, f"not done within {limit:g} s")
                await script
            finally:
                script.cancel()
                await asyncio.wait({script}, timeout=5)
                if script.done() and not script.cancelled():
                    script.exception()  # taken here, so that nobody prints it

    async def _shows(self, page: Any) -> bool:
        with suppress(Error):
            return bool(await page.locator(self._journey.signed_in).first.is_visible())
        return False

    # Selenium

    async def by_selenium(self, limit: float) -> None:
        """Run the script in a thread, on a browser of its own whose requests are watched like those of the pool."""
        pool, job, loop = self._runtime.pool, self._job, asyncio.get_running_loop()
        if job.network.client_certificates or (job.network.proxy and job.network.proxy.user):
            raise JourneyEnded(
                PageOutcome.FAILED,
                "Selenium takes no client certificate and no proxy's password: use Playwright",
            )
        async with pool.beside() as executable:
            driver = await asyncio.to_thread(_driver, executable, pool.config, job.network)
            try:
                address = driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
                async with pool.joined(
                    address, job.start[0], wall=self._wall, network=job.network, guard=self._credentials
                ) as gone:
                    done: asyncio.Future[None] = loop.create_future()
                    threading.Thread(target=self._in_thread, args=(driver, loop, gone, done), daemon=True).start()
                    waited: set[asyncio.Future[Any]] = {done, gone}
                    await asyncio.wait(waited, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
                    if gone.done():
                        raise self._failed(gone.result())
                    if not done.done():
                        raise self._end(PageOutcome.HUNG, f"not done within {limit:g} s")
                    done.result()
            finally:
                with suppress(Exception):  # a browser that hangs is killed with its driver
                    await asyncio.wait_for(asyncio.to_thread(driver.quit), 10)
                with suppress(Exception):
                    driver.service.process.kill()

    def _in_thread(
        self,
        driver: Any,
        loop: asyncio.AbstractEventLoop,
        gone: asyncio.Future[PageFailed],
        done: asyncio.Future[None],
    ) -> None:
        from crawler.driven import snapshot_of

        def audit(name: str) -> None:
            if self.ended:
                raise self.ended
            _come_to_rest(driver, self._runtime.pool.config.quiet_limit)
            seen = snapshot_of(driver, self._job.site, self._runtime.pool.config.axe_source)
            driver.switch_to.default_content()
            artifacts = dict(seen.artifacts)
            document = artifacts.get("document", {})
            shown = bool(self._journey.signed_in) and driver.execute_script(
                "const found = document.querySelector(arguments[0]); return !!found && found.checkVisibility()",
                self._journey.signed_in,
            )
            work = self._audited(name, seen.url, document, artifacts, seen.errors, bool(shown))
            asyncio.run_coroutine_threadsafe(work, loop).result()

        def tell(exc: BaseException | None) -> None:
            if done.done():
                return
            if exc is None:
                done.set_result(None)
            else:
                done.set_exception(exc)
                done.exception()  # nobody prints it where nobody waits any more

        try:
            self._function()(driver, audit, self._secret)
            found: BaseException | None = None
        except BaseException as exc:  # noqa: BLE001  # a thread's end is told to who waits for it
            found = (
                exc
                if isinstance(exc, JourneyEnded)
                else JourneyEnded(PageOutcome.FAILED, f"the script raised {type(exc).__name__}")
            )
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(tell, found)

    # Both

    async def _audited(
        self,
        name: str,
        url: str,
        document: dict[str, Any],
        artifacts: dict[str, Any],
        errors: Mapping[str, str],
        shown: bool,
        *,
        page: Any = None,
    ) -> None:
        """Judge what is shown and keep it as a page of the run."""
        hide, job = self._credentials.hidden, self._job
        if not self._wall.scope.holds(url):
            raise self._end(PageOutcome.REDIRECT_OFF_SCOPE, "it leads out of the site")
        frames = document.get("frames") or ()
        if not frames:
            raise self._end(PageOutcome.FAILED, "the page could not be read")
        html = frames[0]["html"]
        looks = Looks.of(html)
        asks = is_sign_in_page(looks) or (looks.password and SIGN_IN_URL.search(urlsplit(url).path))
        if self._claims and (asks or (self._journey.signed_in and not shown)):
            raise self._end(PageOutcome.SIGN_IN, "the session is lost, or there never was one")
        if is_bot_wall(html):
            raise self._end(PageOutcome.REFUSED_US, "a page that asks whether we are people")
        status = frames[0].get("status", 0) or 200
        if (refused := of_status(status)) is not None and status != 304:
            raise self._end(refused, f"HTTP {status}")
        self.steps += 1
        base = hide(canonical(url))
        address = f"{base}#journey:{self._journey.name}/{self.steps}-{_slug(hide(name))}"
        snapshot = Snapshot(
            site=job.site,
            url=base,
            status=status,
            content_type="text/html",
            artifacts={key: self._credentials.hidden_in(value) for key, value in artifacts.items() if key != "links"},
            errors=errors,
        )
        try:
            judged = await self._runtime.judge.judge(snapshot)
        except JudgeFailed:
            raise self._end(PageOutcome.FAILED, "a step could not be judged") from None
        outcomes = judged.outcomes
        if not any_ran(outcomes):
            raise self._end(PageOutcome.FAILED, "no check could run")
        told = any(self._credentials.shown_in(value) for value in artifacts.values())
        if self._runtime.camera is not None and page is not None and judged.covered is not None and not told:
            covered = (*judged.covered, *TYPED)
            outcomes = await self._runtime.camera.picture(page, job.site, outcomes, covered)
        self.last = address
        axe = snapshot.artifacts.get("axe", {})
        result = PageResult(
            outcome=PageOutcome.AUDITED,
            status=status,
            title=judged.title,
            lang=frames[0].get("lang", ""),
            content_type="text/html",
            outcomes=outcomes,
            frames_not_entered=tuple(" >> ".join(item["frame"]) for item in axe.get("not_entered", ())),
            timings={"judge": judged.seconds},
            states=visited(artifacts, errors),
        )
        await self.record(address, result)

    async def record(self, address: str, result: PageResult) -> None:
        """As a page of the run; what the run recorded already, before it was taken up again, stays as it is."""
        job, store = self._job, self._job.store
        link = Link(url=address, via="journey")
        if not await asyncio.to_thread(store.add_links, job.run_id, job.site, [link]):
            return
        leases = await asyncio.to_thread(
            store.lease, job.run_id, job.site, owner=self._owner, limit=MOST_LEASED, seconds=LEASE_SECONDS
        )
        ours: PageLease | None = None
        for lease in leases:
            if lease.url == address:
                ours = lease
            else:
                await asyncio.to_thread(store.release, lease)
        if ours is None:
            raise JourneyEnded(PageOutcome.FAILED, "a step could not be stored")
        await asyncio.to_thread(store.finish, ours, result)
        if job.on_page is not None:
            job.on_page(job.site, result.outcome, sum(result.timings.values()))


def _driver(executable: str, config: BrowserConfig, network: Network) -> Any:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = executable
    for argument in (
        "--headless=new",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
        "--disable-site-isolation-trials",
        f"--disable-features={','.join(NOT_FEATURES)}",
        "--block-new-web-contents",
        f"--window-size={config.width},{config.height}",
        f"--lang={config.locale}",
        *config.arguments,
    ):
        options.add_argument(argument)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    if network.proxy:
        options.add_argument(f"--proxy-server={network.proxy.server}")
        options.add_argument(f"--proxy-bypass-list={network.proxy.bypass}")
    found = shutil.which("chromedriver")
    if found is None:
        raise JourneyEnded(PageOutcome.FAILED, "there is no chromedriver on the PATH")
    driver = webdriver.Chrome(options=options, service=Service(found))
    view = {"width": config.width, "height": config.height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", view)
    driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": config.timezone})
    driver.execute_cdp_cmd("Emulation.setLocaleOverride", {"locale": config.locale})
    return driver


def _come_to_rest(driver: Any, limit: float) -> None:
    """Until the page is loaded and its elements have stayed as they are for a moment."""
    ends, before, calm = time.monotonic() + limit, "", 0
    while time.monotonic() < ends and calm < 4:
        now = driver.execute_script(
            "return document.readyState + performance.getEntriesByType('resource').length + "
            "document.documentElement.outerHTML.length"
        )
        calm = calm + 1 if now == before and str(now).startswith("complete") else 0
        before = now
        time.sleep(0.08)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "step"
