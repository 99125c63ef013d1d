"""Nothing leads an audit out of its site, and nothing that a public page says reaches what is near this machine."""

import os
import socket

import pytest
from pools import PATIENT

from audits.model import PageOutcome
from crawler.browser.page import PageLeft, PageUnreachable
from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.reach import NameGuard, Space, Wall
from crawler.scope import Scope
from handrail.wiring import axe_source

pytestmark = [pytest.mark.browser, pytest.mark.slow]

O = PageOutcome  # noqa: E741
#: How a page tries to lead a browser to OUT, and how it ends.
WAYS = {
    "redirect": ((302, {"Location": "OUT/redirect"}, ""), O.REDIRECT_OFF_SCOPE),
    "refresh": ("<meta http-equiv='refresh' content='0;url=OUT/refresh'>", O.REDIRECT_OFF_SCOPE),
    "refresh-by-header": ((200, {"Refresh": "0;url=OUT/refresh-by-header"}, "PLANTED"), O.REDIRECT_OFF_SCOPE),
    "script": ("<script>location = 'OUT/script'</script>", O.REDIRECT_OFF_SCOPE),
    "script-after-load": (
        "<script>onload = () => setTimeout(() => location.assign('OUT/script-after-load'))</script>",
        O.REDIRECT_OFF_SCOPE,
    ),
    "again-and-again": (
        "<script>setInterval(() => location = 'OUT/again?' + Math.random(), 1)</script>",
        O.REDIRECT_OFF_SCOPE,
    ),
    "form": (
        "<form method='post' action='OUT/form'><input name='a' aria-label='a'></form>"
        "<script>document.forms[0].submit()</script>",
        O.REDIRECT_OFF_SCOPE,
    ),
    "link": ("<a href='OUT/link'>Out</a><script>document.querySelector('a').click()</script>", O.REDIRECT_OFF_SCOPE),
    "parent-of-a-frame": (
        "<iframe title='f' srcdoc=\"<script>top.location = 'OUT/parent'</script>\"></iframe>",
        O.REDIRECT_OFF_SCOPE,
    ),
    "two-steps": ("<script>location = '/one-step'</script>", O.REDIRECT_OFF_SCOPE),
    "members": ("<script>location = 'OUT/login?next=/members'</script>", O.SIGN_IN),
    "left-out": ("<script>location = '/logout/now'</script>", O.REDIRECT_OFF_SCOPE),
    "popup": ("<script>open('OUT/popup'); open('OUT/popup', '_blank', 'noopener')</script>", O.AUDITED),
    "new-window": (
        "<a href='OUT/new-window' target='_blank'>Out</a><script>document.querySelector('a').click()</script>",
        O.AUDITED,
    ),
    "download": (
        "<a href='OUT/download' download>Out</a><script>document.querySelector('a').click()</script>",
        O.REDIRECT_OFF_SCOPE,
    ),
    "mail": ("<script>location = 'mailto:clerk@city.example'</script>", O.AUDITED),
    "another-program": ("<script>location = 'custom-program:start'</script>", O.AUDITED),
    "late": ("<script>setTimeout(() => location = 'OUT/late', 900)</script>", {O.AUDITED, O.REDIRECT_OFF_SCOPE}),
    "within": ("<script>location = '/plain'</script>", O.REDIRECTED),
}
#: What a page may load from anywhere on the internet, and does.
LOADS = "<img alt='x' src='OUT/picture'><script src='OUT/code'></script><iframe title='f' src='OUT/frame'></iframe>"


def page(body, planted):
    return f'<!doctype html><html lang="en"><title>A</title><main><h1>A</h1>{planted}{body}</main></html>'


@pytest.fixture(scope="module")
def led(web, audit, planted):
    """An audit of a site that leads away by all means: (audit, site, the server outside)."""
    outside = web({"*": page("<p>Outside</p>", planted)})
    site = web({"/plain": page("", planted), "/logout/now": page("", planted)})
    site.routes["/one-step"] = (302, {"Location": f"{outside.origin}/two-steps"}, "")

    def only_the_browser(connection, asked):
        if "Mozilla" in asked.headers["user-agent"]:
            return (302, {"Location": f"{outside.origin}/only-the-browser"}, "")
        return page("", planted)

    def filled(text):
        return text.replace("OUT", outside.origin).replace("PLANTED", planted)

    for name, (answer, _) in WAYS.items():
        if isinstance(answer, tuple):
            status, headers, body = answer
            site.routes[f"/{name}"] = (status, {key: filled(value) for key, value in headers.items()}, filled(body))
        else:
            site.routes[f"/{name}"] = page(filled(answer), planted)
    site.routes["/only-the-browser"] = only_the_browser
    site.routes["/loads"] = page(filled(LOADS), planted)
    site.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, f"Sitemap: {outside.origin}/sitemap.xml")
    links = [f"/{name}" for name in WAYS] + ["/only-the-browser", "/loads"]
    plain = [f"/plain?n={number}" for number in range(len(links))]
    listed = "".join(f"<a href='{link}'>Page {link}</a> " for pair in zip(links, plain, strict=True) for link in pair)
    site.routes["/"] = page(listed, planted)
    scope = Scope.of((site.url(),), exclude=("/logout/*",))
    return audit({"site": (site.url(),)}, scope=scope, browser={"tries": 1}), site, outside


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_out(led, way):
    told, site, _ = led
    expected = WAYS[way][1]

    ended = told.pages[site.url(f"/{way}")]

    assert ended.outcome in (expected if isinstance(expected, set) else {expected}), ended.reason
    assert bool(told.found[site.url(f"/{way}")]) is (ended.outcome is O.AUDITED)


def test_a_browser_that_is_sent_elsewhere_than_scrapy_is_not_let(led):
    told, site, _ = led

    assert told.pages[site.url("/only-the-browser")].outcome is O.REDIRECT_OFF_SCOPE


def test_the_outside_is_asked_for_nothing_but_what_a_page_loads(led):
    told, site, outside = led

    assert set(outside.seen) == {"/picture", "/code", "/frame"}
    assert not site.seen["/logout/now"]
    assert not any(url.startswith(outside.origin) and ended.outcome is O.AUDITED for url, ended in told.pages.items())


def test_pages_beside_those_that_lead_away_are_audited(led):
    told, site, _ = led

    plain = {url: ended.outcome for url, ended in told.pages.items() if url.startswith(site.url("/plain?"))}

    assert len(plain) == len(WAYS) + 2
    assert set(plain.values()) == {O.AUDITED}
    assert all(told.found[url] and told.exposed[url] for url in plain)


# What is near

NEAR = """<img alt="x" src="NEAR/picture"><link rel="stylesheet" href="NEAR/style"><script src="NEAR/code"></script>
<iframe id="f" title="f" src="NEAR/frame"></iframe><object data="NEAR/object"></object><video src="NEAR/video"></video>
<div style="background: url(NEAR/background)">x</div><script>
fetch('NEAR/fetch', {mode: 'no-cors'}).catch(() => {});
navigator.sendBeacon('NEAR/beacon', 'x'); new EventSource('NEAR/stream');
const x = new XMLHttpRequest(); x.open('GET', 'NEAR/xhr'); x.send();
fetch('/to-near', {mode: 'no-cors'}).catch(() => {});
const f = document.createElement('form'); f.action = 'NEAR/form'; f.target = 'f'; document.body.append(f); f.submit();
SOCKET</script>"""


@pytest.fixture
def near(web, planted):
    """(a site, a server near this machine that is not of the site, and a page that asks it for everything)."""
    inner = web({"*": page("<p>Inner</p>", planted)})
    site = web({"/good": page("", planted)})
    return site, inner, lambda address, more="": page(NEAR.replace("NEAR", address).replace("SOCKET", more), planted)


async def visited(wall, site, *, arguments=()):
    config = BrowserConfig(axe_source=axe_source(), slots=1, **PATIENT | {"quiet_limit": 3.0}, arguments=arguments)
    async with BrowserPool(config) as pool, pool.visit(site.url("/"), key="site", wall=wall) as (_, collected):
        return collected


async def test_a_public_page_reaches_no_near_address(near):
    site, inner, asking = near
    site.routes["/"] = asking(inner.origin)
    site.routes["/to-near"] = (302, {"Location": f"{inner.origin}/redirected"}, "")
    wall = Wall(scope=Scope.of((site.url(),)), spaces={})

    seen = await visited(wall, site)

    assert not inner.seen
    assert ["#f"] in [item["frame"] for item in seen.artifacts["axe"]["not_entered"]]
    assert seen.artifacts["document"]["frames"][0]["url"] == site.url("/")


async def test_a_public_page_reaches_no_name_of_a_near_address(near):
    """What a name leads to, and a socket, is Chromium's own to refuse: it knows where it connects."""
    site, inner, asking = near
    name = f"http://inner.example:{inner.port}"
    site.routes["/"] = asking(
        name, f"new WebSocket('ws://inner.example:{inner.port}/socket'); new WebSocket('ws://127.0.0.1:{inner.port}/')"
    )
    site.routes["/to-near"] = (302, {"Location": f"{name}/redirected"}, "")
    wall = Wall(scope=Scope.of((site.url(),)), spaces={})

    await visited(
        wall,
        site,
        arguments=(
            "--host-resolver-rules=MAP inner.example 127.0.0.1",
            f"--ip-address-space-overrides=127.0.0.1:{site.port}=public",
        ),
    )

    assert not inner.seen


@pytest.mark.parametrize("listed", [True, False])
async def test_a_site_reaches_what_it_lists_and_what_lives_where_it_does(near, listed):
    site, inner, asking = near
    site.routes["/"] = asking(inner.origin)
    hosts = (inner.origin.partition("://")[2],) if listed else ()
    spaces = {} if listed else {"127.0.0.1": Space.LOOPBACK}  # a host that nobody looked up counts as public
    wall = Wall(scope=Scope.of((site.url(),), hosts=hosts), spaces=spaces)

    seen = await visited(wall, site)

    assert {"/picture", "/frame", "/fetch"} <= set(inner.seen)
    assert seen.artifacts["axe"]["not_entered"] == []


async def test_a_name_that_is_turned_inwards_is_no_page(web, planted):
    server = web({"/": page("", planted)})
    url = f"http://turned.example:{server.port}/"
    wall = Wall(scope=Scope.of((url,)), spaces={"turned.example": Space.PUBLIC})
    config = BrowserConfig(
        axe_source=axe_source(), slots=1, arguments=("--host-resolver-rules=MAP turned.example 127.0.0.1",)
    )

    async with BrowserPool(config) as pool:
        with pytest.raises(PageUnreachable) as failed:
            async with pool.visit(url, key="site", wall=wall):
                pass

    assert failed.value.code == "ERR_NAME_LEADS_INSIDE"


@pytest.mark.parametrize("turned", [True, False])
@pytest.mark.parametrize("after", [1, 60, 250])
async def test_where_a_page_goes_by_itself_is_asked_where_it_is(web, planted, turned, after):
    server = web({"*": page("", planted)})
    url = f"http://turned.example:{server.port}/"
    server.routes["/"] = page(f"<script>setTimeout(() => location.replace('{url}there'), {after})</script>", planted)
    spaces = {"127.0.0.1": Space.LOOPBACK, "turned.example": Space.PUBLIC if turned else Space.LOOPBACK}
    wall = Wall(scope=Scope.of((server.url(), url)), spaces=spaces)
    rules = ("--host-resolver-rules=MAP turned.example 127.0.0.1",)

    if turned:
        with pytest.raises(PageUnreachable) as failed:
            await visited(wall, server, arguments=rules)
        assert failed.value.code == "ERR_NAME_LEADS_INSIDE"
    else:
        assert (await visited(wall, server, arguments=rules)).url == f"{url}there"


def test_a_name_that_is_turned_inwards_is_not_asked(web, audit, planted, monkeypatch):
    """Public at the first look, this machine at the second."""
    server = web({"*": page("", planted)})
    looked = []

    def look_up(host, port, *args, **options):
        if "turned.example" not in str(host):
            return real(host, port, *args, **options)
        looked.append(str(host))
        address = "203.0.114.10" if looked.count(str(host)) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    audit({"first": (server.url("/first"),)})  # the reactor and its guard are there now
    from twisted.internet import reactor

    resolver = reactor.nameResolver._inner if isinstance(reactor.nameResolver, NameGuard) else reactor.nameResolver
    monkeypatch.setattr(resolver, "_getaddrinfo", look_up)
    server.seen.clear()

    told = audit({"site": (f"http://turned.example:{server.port}/",)})

    assert told.pages[f"http://turned.example:{server.port}/"].outcome is O.DNS_FAILURE
    assert len(looked) > 2
    assert not server.seen


async def test_leaving_during_the_audit_is_leaving_and_no_fault_of_a_collector(web, planted):
    outside = web({"*": page("", planted)})
    many = "<p>Notice of a public meeting.</p>" * 1500
    script = f"<script>setTimeout(() => location = '{outside.origin}/late', 700)</script>"
    site = web({"/": page(many + script, planted)})
    wall = Wall(scope=Scope.of((site.url(),)), spaces={"127.0.0.1": Space.LOOPBACK})

    async with BrowserPool(BrowserConfig(axe_source=axe_source(), slots=1)) as pool:
        with pytest.raises(PageLeft) as left:
            async with pool.visit(site.url("/"), key="site", wall=wall):
                pass

    assert left.value.url == f"{outside.origin}/late"
    assert not outside.seen


async def test_the_sandbox_is_off_for_nobody_but_root(processes):
    async with BrowserPool(BrowserConfig(axe_source=axe_source(), slots=1)):
        commands = [command for command in processes().values() if "--remote-debugging-pipe" in command]

    root = hasattr(os, "geteuid") and os.geteuid() == 0
    assert commands
    assert all(("--no-sandbox" in command) is root for command in commands)
