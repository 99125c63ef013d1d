"""What dies, fills up or stands in the way while an audit runs costs the audit nothing, or ends it by its name."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event

from audits.model import PageOutcome, Snapshot, StoreAway
from crawler.browser.page import PageCrashed, PageFailed, PageHung
from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.collectors import Collector
from crawler.collectors.document import Document
from crawler.job import JudgeFailed
from crawler.judge import JudgeConfig, ProcessJudge
from handrail.cli import run as handrail
from handrail.wiring import axe_source
from reports.store.store import Store

PLAIN = [f"/plain-{number}" for number in range(1, 11)]


def listing(paths, planted):
    links = "".join(f"<a href='{path}'>Page {path}</a> " for path in paths)
    return f'<!doctype html><html lang="en"><title>A</title><main><h1>A</h1>{planted}{links}</main></html>'


def once(page, act, *, who="Mozilla"):
    """A page whose first request by the browser does something else too."""
    done = threading.Event()

    def answer(connection, asked):
        if who in asked.headers["user-agent"] and not done.is_set():
            done.set()
            threading.Thread(target=act, daemon=True).start()
            time.sleep(0.3)
        return page

    return answer


def ended(told, server, paths=PLAIN):
    return {path: told.pages[server.url(path)].outcome for path in paths}


ALL_AUDITED = dict.fromkeys(PLAIN, PageOutcome.AUDITED)
VICTIMS = {
    "browser": lambda command: "--remote-debugging-pipe" in command and "--type=" not in command,
    "driver": lambda command: "run-driver" in command,
    "judge": lambda command: "multiprocessing.forkserver" in command,  # and what it is forked from
}


@pytest.fixture(scope="module")
def bereaved(web, audit, planted, processes):
    """An audit during which the browser, its driver and the judge are killed, one after the other."""
    killed = {}

    def kill(name):
        for pid, command in processes().items():
            if VICTIMS[name](command):
                killed.setdefault(name, []).append(pid)
                os.kill(pid, signal.SIGKILL)

    page = listing((), planted)
    server = web({"/": listing(PLAIN, planted), **dict.fromkeys(PLAIN, page)})
    for path, name in (("/plain-2", "browser"), ("/plain-5", "driver"), ("/plain-8", "judge")):
        server.routes[path] = once(page, partial(kill, name))
    return audit({"site": (server.url(),)}), server, killed


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("victim", VICTIMS)
def test_what_is_killed_in_the_middle_is_replaced(bereaved, victim, processes):
    told, server, killed = bereaved

    assert killed[victim]
    assert not set(killed[victim]) & processes().keys()
    assert ended(told, server) == ALL_AUDITED, [one.reason for one in told.pages.values()]
    assert told.ended.restarts >= 2
    assert not told.ended.failed
    assert not any(told.broken.values())


@pytest.mark.browser
@pytest.mark.slow
def test_a_store_that_another_process_holds_is_waited_for(web, audit, planted, tmp_path):
    hold = (
        "import sqlite3, sys, time\n"
        "store = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)\n"
        "store.execute('BEGIN IMMEDIATE'); time.sleep(3); store.execute('ROLLBACK')"
    )
    held = []

    def act():
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", hold, str(tmp_path / "store.sqlite")], check=True)
        held.append(time.monotonic() - began)

    page = listing((), planted)
    server = web({"/": listing(PLAIN, planted), **dict.fromkeys(PLAIN, page)})
    server.routes["/plain-3"] = once(page, act)

    told = audit({"site": (server.url(),)}, folder=tmp_path)

    assert held[0] > 2.5
    assert ended(told, server) == ALL_AUDITED


@pytest.mark.browser
@pytest.mark.slow
def test_a_clock_that_jumps_loses_and_repeats_nothing(web, audit, planted, clocked):
    ahead = [timedelta()]

    class Jumping(clocked):
        """Its clock is put forward by an hour, and later back by a day."""

        @classmethod
        def open(cls, where, **options):
            return super().open(where, now=lambda: datetime.now(UTC) + ahead[0], **options)

    page = listing((), planted)
    server = web({"/": listing(PLAIN, planted), **dict.fromkeys(PLAIN, page)})
    server.routes["/plain-3"] = once(page, lambda: ahead.__setitem__(0, timedelta(hours=1)))
    server.routes["/plain-7"] = once(page, lambda: ahead.__setitem__(0, timedelta(days=-1)))

    told = audit({"site": (server.url(),)}, store_of=Jumping)

    assert ended(told, server) == ALL_AUDITED
    assert {len(server.seen[path]) for path in PLAIN} == {2}  # once by Scrapy, once by the browser


@pytest.mark.browser
@pytest.mark.slow
def test_a_result_that_cannot_be_stored_costs_its_page_only(web, audit, planted, clocked):
    class Picky(clocked):
        """Cannot hold what was found on one page."""

        def finish(self, lease, result):
            if lease.url.endswith("/plain-4") and result.outcomes:
                raise ValueError("too strange")
            return super().finish(lease, result)

    server = web({"/": listing(PLAIN, planted), **dict.fromkeys(PLAIN, listing((), planted))})

    told = audit({"site": (server.url(),)}, store_of=Picky)

    assert ended(told, server) == ALL_AUDITED | {"/plain-4": PageOutcome.FAILED}
    assert told.pages[server.url("/plain-4")].reason == "could not be stored: ValueError"
    assert not told.ended.failed


def hardly_larger(store):
    """The store, allowed hardly more room than it has."""
    with store._db.read() as connection:
        size = connection.exec_driver_sql("PRAGMA page_count").scalar()

    @event.listens_for(store._db.engine, "connect")
    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {size + 40}")

    store._db.engine.dispose()
    return store


@pytest.fixture
def small_disk(tmp_path, monkeypatch):
    """A disk that is soon full: a real one where we may make one, else a store that is told so by SQLite."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        opened = Store.open
        monkeypatch.setattr(Store, "open", lambda *args, **options: hardly_larger(opened(*args, **options)))
    yield disk
    if not made.returncode:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.alone
def test_a_store_that_fills_up_ends_the_site_by_name(web, audit, planted, clocked):
    class Small(clocked):
        @classmethod
        def open(cls, where, **options):
            return hardly_larger(super().open(where, **options))

    def growing(connection, asked):
        """Every page leads to pages that nobody has seen, with long addresses."""
        return listing([f"/{len(asked.web.seen)}-{number}-{'x' * 600}" for number in range(10)], planted)

    server = web({"/robots.txt": (404, {}, ""), "/sitemap.xml": (404, {}, ""), "*": growing})

    told = audit({"site": (server.url(),)}, store_of=Small)

    assert told.ended.failed == {"site": "StoreError"}
    assert told.seconds < 60


@pytest.mark.browser
@pytest.mark.slow
def test_a_full_disk_is_never_a_complete_audit(web, planted, small_disk, monkeypatch, capsys):
    monkeypatch.setenv("HANDRAIL_KEY", bytes(range(32)).hex())
    paths = [f"/page-{'x' * 900}-{number}" for number in range(80)]
    server = web({"/": listing(paths, planted), **dict.fromkeys(paths, listing((), planted))})

    code = handrail(["audit", server.url(), "-o", str(small_disk / "out"), "-q", "--max-pages", "12"])

    assert code == 4
    assert "the disk is full" in capsys.readouterr().err


class Kills(Collector):
    """Ends a process in the middle of what it does to the page."""

    name = "kills"
    acts = True
    order = 99

    def __init__(self, kill):
        self.kill = kill

    async def collect(self, page):
        world = (await page.worlds())[0]
        self.kill()
        return await page.call(world, "new Promise(() => {})")


def killing(processes, wanted, sign=signal.SIGKILL):
    def kill():
        for pid, command in processes().items():
            if wanted(command):
                os.kill(pid, sign)

    return kill


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("victim", ["browser", "driver"])
async def test_a_browser_that_dies_while_a_page_is_acted_upon_is_not_the_pages_doing(web, planted, processes, victim):
    server = web({"/": listing((), planted)})
    kills = Kills(killing(processes, VICTIMS[victim]))
    async with BrowserPool(BrowserConfig(slots=1), (Document(),)) as pool:
        with pytest.raises(PageCrashed):
            async with pool.visit(server.url(), key="site", collectors=(Document(), kills)):
                pytest.fail("a page that nobody saw to its end was given out")
        async with pool.visit(server.url(), key="site", fresh=True) as (_, seen):
            assert (seen.errors, seen.artifacts["document"]["title"]) == ({}, "A")


@pytest.mark.browser
@pytest.mark.slow
async def test_a_page_that_dies_when_it_is_acted_upon_keeps_what_was_read(web, planted, processes):
    server = web({"/": listing((), planted)})
    kills = Kills(killing(processes, lambda command: "--type=renderer" in command))
    async with BrowserPool(BrowserConfig(slots=1), ()) as pool:
        async with pool.visit(server.url(), key="site", collectors=(Document(), kills)) as (_, seen):
            assert seen.artifacts["document"]["title"] == "A"
            assert seen.errors == {"kills": "PageCrashed"}
        assert pool.restarts == 0


def dying(*, times):
    """Source of a judge that kills its own process, or answers."""
    return JudgeConfig(
        build=partial(eval, f"lambda snapshot: __import__('os').kill(__import__('os').getpid(), {times})")
    )


#: A judge that takes its time and finds nothing.
SLOW = """lambda snapshot: (__import__('time').sleep(0.7),
__import__('crawler.job').job.Judged(outcomes=(), title='', seconds=0.0))[1]"""


@pytest.mark.slow
@pytest.mark.parametrize("has_it", [True, False])
async def test_all_that_judges_may_die_at_any_time_and_costs_no_page(processes, has_it):
    stop, kill = (killing(processes, VICTIMS["judge"], sign) for sign in (signal.SIGSTOP, signal.SIGKILL))
    snapshot = Snapshot(site="s", url="http://a.example/")
    async with ProcessJudge(JudgeConfig(build=partial(eval, SLOW))) as judge:
        await judge.judge(snapshot)
        for _ in range(3):
            if not has_it:  # the snapshot is on its way, and was not taken yet
                stop()
            work = asyncio.create_task(judge.judge(snapshot))
            await asyncio.sleep(0.4)
            kill()
            assert (await work).outcomes == ()


async def test_a_page_on_which_the_judge_dies_twice_has_failed():
    async with ProcessJudge(dying(times=9)) as judge:
        with pytest.raises(JudgeFailed, match="died twice"):
            await judge.judge(Snapshot(site="s", url="http://a.example/"))


@pytest.mark.browser
@pytest.mark.slow
async def test_renderers_that_crash_or_use_up_their_memory_cost_only_themselves(web, planted):
    good = listing((), planted)
    greedy = good + "<script>const all = []; while (true) all.push(new Array(1e6).fill({}));</script>"
    server = web({"/good": good, "/greedy": greedy})
    config = BrowserConfig(
        axe_source=axe_source(), slots=1, navigation_limit=30, arguments=("--js-flags=--max-old-space-size=128",)
    )
    async with BrowserPool(config) as pool:
        with pytest.raises(PageCrashed):
            async with pool.visit(server.url("/good"), key="site") as (rendered, _):
                with pytest.raises(PageFailed):
                    await rendered.within(60, rendered._session.send("Page.crash"))
                await rendered.within(60, rendered.page.title())
        with pytest.raises(PageCrashed):
            async with pool.visit(server.url("/greedy"), key="site"):
                pass
        async with pool.visit(server.url("/good"), key="site") as (_, collected):
            errors = collected.errors

    assert not errors
    assert pool.restarts == 0


@pytest.mark.browser
@pytest.mark.slow
async def test_hostile_pages_leave_nothing_behind(web, planted, processes):
    good = listing((), planted)
    storm = "for (let n = 0; n < 30; n++) { alert(n); window.open('/good'); } onbeforeunload = () => 'stay';"
    server = web(
        {
            "/good": good,
            "/hangs": good + "<script>while (true);</script>",
            "/storms": f"{good}<script>{storm}</script>",
            "/reloads": good + "<script>onload = () => location.reload()</script>",
            "/leaves": good + "<script>location = 'http://127.0.0.1:9/'</script>",
        }
    )
    before = set(processes())
    config = BrowserConfig(axe_source=axe_source(), slots=1, navigation_limit=6, quiet_limit=2, grace=3)
    async with BrowserPool(config) as pool:
        async with pool.visit(server.url("/good"), key="site"):
            pass
        tasks, renderers = len(asyncio.all_tasks()), count_renderers(processes)
        for path in ("/hangs", "/storms", "/reloads", "/leaves") * 2:
            with pytest.raises(PageHung) if path == "/hangs" else suppress(PageFailed):
                async with pool.visit(server.url(path), key="site"):
                    pass
        async with pool.visit(server.url("/good"), key="site"):
            pass
        await asyncio.wait(set(pool._closing) or {asyncio.create_task(asyncio.sleep(0))}, timeout=60)
        # The browser's own processes end a moment after what they were for.
        await until(lambda: len(asyncio.all_tasks()) <= tasks + 1 and count_renderers(processes) <= renderers + 1)
        left = len(asyncio.all_tasks()), len(pool._browser.contexts), count_renderers(processes)

    await until(lambda: set(processes()) <= before)
    assert left[0] <= tasks + 1
    assert left[1] == len(pool._free) == 1
    assert left[2] <= renderers + 1
    assert set(processes()) - before == set()


async def until(true, seconds=60):
    ends = time.monotonic() + seconds
    while not true() and time.monotonic() < ends:
        await asyncio.sleep(0.1)


def count_renderers(processes):
    return sum("--type=renderer" in command for command in processes().values())


@pytest.mark.browser
@pytest.mark.slow
def test_a_store_that_stays_away_costs_no_page(web, audit, planted, clocked):
    class Away(clocked):
        """Cannot be reached when a page is to be stored, and is back soon after."""

        def finish(self, lease, result):
            if lease.url.endswith("/plain-4"):
                raise StoreAway
            return super().finish(lease, result)

    server = web({"/": listing(PLAIN, planted), **dict.fromkeys(PLAIN, listing((), planted))})

    told = audit({"site": (server.url(),)}, store_of=Away)

    assert told.pages[server.url("/plain-4")].outcome is None  # whoever goes on has it
    assert told.ended.failed == {"site": "StoreAway"}
