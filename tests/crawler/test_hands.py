"""What a collector does to a page stays on the page: nothing is sent, nothing navigates, and all of it is told."""

import asyncio

import pytest
from pools import PATIENT, nobody, shared

from audits.model import PAGE_BUDGET
from crawler.browser.pool import BrowserConfig
from crawler.collectors import Collector
from crawler.collectors.document import Document

pytestmark = pytest.mark.browser


class Tabs(Collector):
    """Goes to the button, presses it, and waits until the page wanted as much as that."""

    name = "tabs"
    acts = True
    limit = 60.0

    def __init__(self, wants=0):
        self.wants = wants

    async def collect(self, page):
        for key in ("Tab", "Enter"):
            await page.hands.press(key)
            await asyncio.sleep(0.15)
        taken = page.hands.taken()
        while len(taken) < self.wants:
            await asyncio.sleep(0.05)
            taken += page.hands.taken()
        return [(attempt.kind, attempt.method) for attempt in taken]


class Resizes(Collector):
    """Leaves the page small and dark."""

    name = "resizes"
    acts = True
    order = 60

    async def collect(self, page):
        await page.hands.show(width=320, height=256)
        await page.hands.prefer(colours="dark", less_motion=True)
        return await shown(page)


class Shown(Resizes):
    """What the next one sees."""

    name = "shown"
    order = 70

    async def collect(self, page):
        return await shown(page)


class Hangs(Collector):
    """Never comes back."""

    name = "hangs"
    acts = True
    order = 60
    limit = 1.0

    async def collect(self, page):
        return await page.call((await page.worlds())[0], "new Promise(() => {})")


async def shown(page):
    media = "matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('(prefers-reduced-motion: reduce)').matches"
    return await page.call((await page.worlds())[0], f"[innerWidth, {media}]")


def config(**values):
    return BrowserConfig(slots=1, **PATIENT | values)


async def collected(url, *collectors, **values):
    async def work(pool):
        async with pool.visit(url, key=nobody(), collectors=collectors) as (page, seen):
            return seen, page.page.url

    return await shared(config(**values), work)


def page(*controls):
    return f'<!doctype html><html lang="en"><title>T</title><main><h1>H</h1>{"".join(controls)}</main></html>'


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("location = '/away'", [("navigation", "GET")]),
        ("document.forms[0].submit()", [("navigation", "POST")]),
        ("window.open('/away')", [("window", "GET")]),
        ("fetch('/away', {method: 'POST', body: 'x'})", [("request", "POST")]),
        ("navigator.sendBeacon('/away', 'x')", [("request", "POST")]),
        ("fetch('/away', {method: 'DELETE'})", [("request", "DELETE")]),
        ("alert('x')", [("dialog", "GET")]),
        ("location.hash = 'x'", []),
        ("history.pushState(null, '', '/pushed')", []),
        ("fetch('/needed')", []),
        ("", []),
    ],
)
async def test_what_the_page_wants_is_told_and_not_given(serve, script, wanted):
    once = f"if (!window.done) {{ window.done = true; {script} }}"
    away = '<form method="post" action="/away"></form>'
    server = serve({"/": page(away, f'<button onclick="{once}">A</button>'), "/needed": "x", "/away": page()})

    seen, url = await collected(server.url(), Tabs(len(wanted)))

    assert seen.artifacts["tabs"] == wanted
    assert "/away" not in server.seen
    assert url in (server.url(), server.url("/#x"), server.url("/pushed"))
    assert not seen.errors
    assert not seen.spoiled


async def test_a_page_may_send_what_it_sends_by_itself(serve):
    server = serve({"/": page("<script>fetch('/content', {method: 'POST', body: 'x'})</script>"), "/content": "x"})

    await collected(server.url(), Tabs())

    assert ("POST", "/content") in server.asked


async def test_the_page_is_put_back(serve):
    server = serve({"/": page()})

    seen, _ = await collected(server.url(), Resizes(), Shown())

    assert seen.artifacts["resizes"] == [320, True, True]
    assert seen.artifacts["shown"] == [1280, False, False]


async def test_hands_are_for_those_that_act(serve):
    class Reads(Tabs):
        name = "reads"
        acts = False

    server = serve({"/": page()})

    seen, _ = await collected(server.url(), Reads())

    assert seen.errors == {"reads": "RuntimeError"}


async def test_what_the_page_loads_for_the_hands_is_not_its_own(serve):
    server = serve({"/": page("<button onfocus=\"fetch('/later')\">A</button>"), "/later": "x"})

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=(Tabs(),)) as (_, seen):
            return await seen.traffic.assets(lambda url: True, str, secret=False)

    assets = await shared(config(), work)

    assert "/later" in server.seen
    assert not any(asset.url.endswith("/later") for asset in assets)


async def test_what_was_read_stays_when_a_collector_that_acts_hangs(serve):
    server = serve({"/": page()})

    seen, _ = await collected(server.url(), Document(), Hangs(), Resizes(), Tabs())

    assert seen.artifacts["document"]["title"] == "T"
    assert seen.errors == {"hangs": "PageHung"} | dict.fromkeys(("resizes", "tabs"), "the page did not answer")
    assert seen.spoiled


async def test_no_time_left_is_said(serve):
    server = serve({"/": page()})

    seen, _ = await collected(server.url(), Document(), Tabs(), Resizes(), acting_limit=0.2)

    assert seen.errors == {"tabs": PAGE_BUDGET, "resizes": PAGE_BUDGET}
    assert "document" in seen.artifacts


class Lingers(Hangs):
    """Would take longer than a page may."""

    limit = 60.0


async def test_what_was_read_is_not_given_up_for_what_acts(serve):
    server = serve({"/": page()})

    seen, _ = await collected(server.url(), Document(), Lingers(), page_limit=20.0, grace=10.0, acting_limit=60.0)

    assert seen.artifacts["document"]["title"] == "T"
    assert seen.errors == {"hangs": PAGE_BUDGET}


async def test_a_page_that_keeps_going_elsewhere_stays_until_it_is_closed_and_no_other_is_shown_in_its_place(serve):
    leaves = "<script>addEventListener('keydown', () => setInterval(() => { location = '/away'; }, 40));</script>"
    server = serve({"/": page("<button>A</button>", leaves), "/good": page("<button>B</button>"), "/away": page()})

    async def work(pool):
        key = nobody()
        async with pool.visit(server.url(), key=key, collectors=(Document(), Tabs(1))) as (shown, restless):
            await asyncio.sleep(0.5)
            where = shown.page.url
        async with pool.visit(server.url("/good"), key=key, collectors=(Document(), Tabs())) as (_, good):
            return restless, where, good

    restless, where, good = await shared(config(), work)

    assert restless.touched
    assert where == server.url()
    assert "/away" not in server.seen
    assert (good.artifacts["tabs"], good.errors, good.touched) == ([], {}, False)
