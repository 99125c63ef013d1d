"""Real Chromium: everything a page used is remembered as the browser got it, and nothing that it did not use."""

import threading
import time

import pytest
from pools import PATIENT, nobody, shared

from crawler.browser.pool import BrowserConfig
from crawler.browser.traffic import NotProvable
from crawler.collectors import collectors
from crawler.proof import sha256_of
from handrail.wiring import axe_source

pytestmark = pytest.mark.browser

HTML = '<!doctype html><html lang="en"><title>T</title><main><h1>H</h1>{}</main></html>'
OLD = "Mon, 05 Jan 2026 08:00:00 GMT"


@pytest.fixture(scope="module")
def config():
    return BrowserConfig(axe_source=axe_source(), slots=1, **PATIENT | {"quiet_limit": 3.0})


@pytest.fixture
def seen(serve, config):
    """``await seen(routes, *paths)``: (path, kind, etag, modified, content) of what the last page used."""

    async def of(routes, *paths, secret=False):
        server = serve({"/favicon.ico": (204, {}, ""), **routes})
        own = server.url("/")
        key, reading = nobody(), [one for one in collectors() if not one.presses]

        async def work(pool):
            for path in paths or ("/",):
                async with pool.visit(server.url(path), key=key, collectors=reading) as (_, collected):
                    traffic = collected.traffic
                    assets = await traffic.assets(lambda url: url.startswith(own), str, secret=secret)
                    elsewhere = traffic.elsewhere(lambda url: url.startswith(own))
            return assets, elsewhere

        assets, elsewhere = await shared(config, work)
        found = {(a.url.removeprefix(own[:-1]), a.kind, a.etag, a.modified, a.content) for a in assets}
        return found, elsewhere

    return of


def of_type(kind, **headers):
    return {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}


def hashed(body, status=200, location=""):
    return sha256_of(status, location, body.encode())


async def test_validators_where_there_are_some_and_bytes_where_not(seen):
    routes = {
        "/": HTML.format(
            '<link rel="stylesheet" href="/a.css"><img alt="" src="/b.png"><img alt="" src="/gone.png">'
            '<img alt="" src="/c.png"><iframe title="f" src="/frame"></iframe>'
        ),
        "/a.css": (200, of_type("text/css", ETag='"1"'), "@import '/d.css'; h1 { background: url(/e.png) }"),
        "/d.css": (200, of_type("text/css", Last_Modified=OLD), ""),
        "/e.png": (200, of_type("image/png"), "picture"),
        "/b.png": (302, {"Location": "/e.png"}, ""),
        "/c.png": (200, of_type("image/png", Last_Modified="Mon, 05 Jan 2099 08:00:00 GMT"), "later"),
        "/frame": HTML.format("<script>fetch('/data');</script>"),
        "/data": (200, of_type("application/json"), "[1]"),
    }

    found, elsewhere = await seen(routes)

    assert found == {
        ("/a.css", "stylesheet", '"1"', "", ""),
        ("/d.css", "stylesheet", "", OLD, ""),
        ("/e.png", "image", "", "", hashed("picture")),
        ("/b.png", "image", "", "", hashed("", 302, "/e.png")),
        ("/c.png", "image", "", "", hashed("later")),
        ("/gone.png", "image", "", "", hashed("", 404)),
        ("/frame", "document", "", "", hashed(routes["/frame"])),
        ("/data", "fetch", "", "", hashed("[1]")),
    }
    assert not elsewhere


async def test_what_the_browser_has_from_the_page_before_counts_too(seen):
    routes = {
        "/": HTML.format('<link rel="stylesheet" href="/a.css"><link rel="stylesheet" href="/b.css">'),
        "/a.css": (200, of_type("text/css", ETag='"1"', Cache_Control="max-age=900"), ""),
        "/b.css": lambda handler: (
            (304, {"ETag": '"2"'}, "")
            if handler.headers.get("If-None-Match")
            else (200, of_type("text/css", ETag='"2"', Cache_Control="no-cache"), "p {}")
        ),
        "/other": HTML.format('<img alt="" src="/x.png">'),
        "/x.png": (200, of_type("image/png"), "x"),
    }

    once, _ = await seen(routes)
    twice, _ = await seen(routes, "/", "/")
    other, _ = await seen(routes, "/", "/other")

    assert once == twice == {("/a.css", "stylesheet", '"1"', "", ""), ("/b.css", "stylesheet", '"2"', "", "")}
    assert {path for path, *_ in other} == {"/x.png"}


async def test_tags_of_texts_that_show_something_personal_are_not_kept(seen):
    routes = {
        "/": HTML.format('<img alt="" src="/b.png"><iframe title="f" src="/frame"></iframe>'),
        "/b.png": (200, of_type("image/png", ETag='"b"'), "b"),
        "/frame": (200, of_type("text/html", ETag='"f"'), HTML.format("<p>f</p>")),
    }

    found, _ = await seen(routes, secret=True)

    assert found == {
        ("/b.png", "image", '"b"', "", ""),
        ("/frame", "document", "", "", hashed(HTML.format("<p>f</p>"))),
    }


async def test_other_hosts_are_named_and_not_kept(seen, serve):
    third = serve({"/s.js": (200, of_type("text/javascript"), "1;"), "/i.png": (200, of_type("image/png"), "x")})

    scripted = await seen({"/": HTML.format(f'<script src="{third.url("/s.js")}"></script>')})
    pictured = await seen({"/": HTML.format(f'<img alt="" src="{third.url("/i.png")}">')})

    assert scripted == (set(), True)
    assert pictured == (set(), False)


async def test_what_the_page_itself_takes_back_is_not_used(seen):
    def slow(handler):
        time.sleep(1)
        return (200, of_type("text/plain"), "late")

    routes = {
        "/slow": slow,
        "/": HTML.format(
            "<script>const c = new AbortController(); fetch('/slow', {signal: c.signal}).catch(() => 0); c.abort();"
            "navigator.sendBeacon('/seen', 'x');</script>"
        ),
    }

    assert await seen(routes) == (set(), False)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("fetch('/save', {method: 'POST', body: 'x'});", "POST"),
        ("fetch('/head', {method: 'HEAD'});", "HEAD"),
        ("new EventSource('/events');", "stream"),
        ("new WebSocket(location.href.replace('http', 'ws'));", "socket"),
        ("const ask = () => fetch('/count').then((r) => r.text()); ask().then(ask);", "two answers"),
        ("fetch('/endless').then((r) => r.text());", "without end"),
        ("fetch('/cut').catch(() => 0);", "no answer"),
    ],
)
async def test_what_nobody_could_compare_is_told(seen, script, why):
    count, over = [], threading.Event()

    def counted(handler):
        count.append(1)
        return (200, {**of_type("text/plain"), "Cache-Control": "no-store"}, f"{len(count)}")

    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/plain")
        handler.send_header("Content-Length", "99")
        handler.end_headers()
        handler.wfile.write(b"so far")
        over.wait(300)
        handler.close_connection = True

    def cut(handler):
        handler.close_connection = True
        handler.connection.close()

    routes = {
        "/": HTML.format(f"<p>text</p><script>{script}</script>"),
        "/save": "saved",
        "/events": (200, of_type("text/event-stream"), "data: 1\n\n"),
        "/count": counted,
        "/cut": cut,
        "/endless": endless,
    }

    with pytest.raises(NotProvable, match=why):
        await seen(routes)
    over.set()
