"""Real Chromium, real pages on this machine: what one page does, no other page feels."""

import asyncio
import re
import time
from dataclasses import replace

import pytest
from playwright.async_api import Error
from pools import PATIENT, nobody, shared

from crawler.browser.find import BrowserMissing, find_browser, version_of
from crawler.browser.page import PageCrashed, PageFailed, PageHung
from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.collectors import Collector, collectors
from crawler.collectors.document import Document
from crawler.safety import USUAL
from handrail.wiring import axe_source

pytestmark = pytest.mark.browser

GOOD = '<!doctype html><html lang="en"><title>Good</title><main><h1>Good</h1><img src="x.png"></main></html>'


@pytest.fixture(scope="module")
def config():
    return BrowserConfig(axe_source=axe_source(), slots=1, **PATIENT)


async def visit(pool, url):
    async with pool.visit(url, key="site") as (_, collected):
        return collected


def broken(collected, frame=()):
    """(rule, target) of axe's violations in one frame."""
    return {
        (rule["id"], tuple(node["target"]))
        for entry in collected.artifacts["axe"]["frames"]
        if tuple(entry["frame"]) == frame
        for rule in entry["rules"]
        if rule["outcome"] == "violation"
        for node in rule["nodes"]
    }


async def test_sees_frames_of_both_origins_shadow_trees_and_late_links(serve, config):
    inner = '<!doctype html><html lang="en"><title>I</title><p>inner<button></button></p></html>'
    server = serve({"/inner": inner})
    server.routes["/"] = (
        '<!doctype html><html lang="en"><title>T</title><main><h1>H</h1>'
        '<iframe id="own" title="own" src="/inner"></iframe>'
        f'<iframe id="other" title="other" src="{server.url("/inner", host="localhost")}"></iframe>'
        "<x-card></x-card></main>"
        '<footer><img src="z.png"></footer><script>'
        "customElements.define('x-card', class extends HTMLElement { constructor() { super();"
        " this.attachShadow({mode: 'open'}).innerHTML = '<p>in shadow <img src=y.png></p>'; } });"
        "setTimeout(() => { const a = document.createElement('a'); a.href = '/late'; a.textContent = 'late';"
        " document.querySelector('main').append(a); }, 350);</script></html>"
    )
    async with BrowserPool(config) as pool:
        seen = await visit(pool, server.url())

    assert not seen.errors
    assert seen.settled
    assert ("image-alt", ("x-card", 'img[src="y.png"]')) in broken(seen)
    assert ("button-name", ("button",)) in broken(seen, ("#own",))
    assert ("button-name", ("button",)) in broken(seen, ("#other",))
    assert seen.artifacts["axe"]["not_entered"] == []
    assert [link["url"] for link in seen.artifacts["links"]["links"]] == [server.url("/late")]
    html = seen.artifacts["document"]["frames"][0]["html"]
    assert '<template shadowrootmode="open"><p>in shadow' in html
    assert 'data-hr-part="contentinfo|Footer"' in html
    assert [frame["frame"] for frame in seen.artifacts["document"]["frames"]] == [[], ["#own"], ["#other"]]


HEADER = """<town-header></town-header><script>customElements.define('town-header', class extends HTMLElement {
connectedCallback() { this.attachShadow({mode: 'MODE'}).innerHTML = '<nav><a href="/town">Town</a></nav>'; } });
</script>"""


@pytest.mark.parametrize("mode", ["open", "closed"])
@pytest.mark.parametrize(
    ("before", "after", "outside"),
    [
        ('<a href="#page">Skip to content</a>', "", set()),
        ('<a href="#page">Skip to content</a><a href="#foot">Skip to footer</a>', "", set()),
        ('<a href="#none">Skip to content</a>', "", {'a[href$="#none"]'}),
        ('<a href="#page">Skip to content</a><p id="p">Text</p>', "", {"#p"}),
        ('<a href="/map">Map</a><a href="#page">Back</a>', "", {'a[href$="map"]', 'a[href$="#page"]'}),
        ("", '<a href="#page">Back to content</a>', {'a[href$="#page"]'}),
    ],
)
async def test_a_skip_link_before_a_header_of_its_own_is_no_stray_content(serve, config, mode, before, after, outside):
    body = f'{before}{HEADER.replace("MODE", mode)}{after}<main id="page"><h1>H</h1></main><footer id="foot">F</footer>'
    server = serve({"/": f'<!doctype html><html lang="en"><title>T</title><body>{body}</body></html>'})
    async with BrowserPool(config) as pool:
        seen = await visit(pool, server.url())

    assert {" ".join(target) for rule, target in broken(seen) if rule == "region"} == outside


async def test_what_a_page_sends_beside_its_tree_is_read_and_stays_out_of_the_html(serve, config):
    server = serve(
        {
            "/": '<!doctype html><html lang="en"><title>T</title><script src="/far.js">not run</script><main><h1>H</h1>'
            '<!-- a note --><form><input name="attributes"><input name="childNodes"><!-- in a form --></form>'
            "<template id=t><p title='pressed'>kept</p></template><noscript><p>no script</p></noscript>"
            "<svg><title>Map</title><text>Ward 2</text><path d='M1 1'/></svg><style>p { color: red } /* no */</style>"
            '<button onclick="show(\'555-0199-12\')" onfocus="go(1)">B</button><!----></main>'
            '<footer><script>var state = {"sin": 1};</script></footer></html>'
        }
    )
    async with BrowserPool(config) as pool:
        seen = await visit(pool, server.url())

    frame = seen.artifacts["document"]["frames"][0]
    assert [(one["kind"], one["text"], one["selector"]) for one in frame["sources"]] == [
        ("comment", " a note ", "body > main"),
        ("comment", " in a form ", "main > form"),
        ("template", '<p title="pressed">kept</p>', "body > main"),
        ("noscript", "<p>no script</p>", "body > main"),
        ("drawing", "Map\nWard 2", "main > svg"),
        ("script", "show('555-0199-12')", "main > button"),
        ("script", 'var state = {"sin": 1};', "body > footer"),
    ]
    assert frame["sources"][-1]["part"] == {"key": "contentinfo", "name": "Footer"}
    assert frame["cut"] is False
    assert [(one["host"], one["kinds"]) for one in frame["hosts"]] == [("127.0.0.1", ["script"])]
    assert "note" not in frame["html"]
    assert "kept" not in frame["html"]


@pytest.mark.parametrize(
    ("scripts", "cut"),
    [
        ([200_000], False),
        ([200_001], True),
        ([200_000] * 5, False),
        ([200_000] * 5 + [5], True),
        ([5] * 2000, False),
        ([5] * 2001, True),
    ],
)
async def test_what_is_not_taken_to_its_end_is_told(serve, scripts, cut):
    lengths = ",".join(map(str, scripts))
    fill = f"""<script>for (const length of [{lengths}]) {{
    const one = document.createComment('a note'.padEnd(length, 'x').slice(0, length)); document.body.append(one); }}
    document.currentScript.remove();</script>"""
    server = serve({"/": f'<!doctype html><html lang="en"><title>T</title><body><h1>H</h1>{fill}</body></html>'})

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=(Document(),)) as (_, seen):
            return seen.artifacts["document"]["frames"][0]

    frame = await shared(BrowserConfig(slots=1, **PATIENT), work)

    assert frame["cut"] is cut
    assert sum(len(one["text"]) for one in frame["sources"]) == min(
        1_000_000, sum(min(one, 200_000) for one in scripts[:2000])
    )


async def test_a_page_that_breaks_the_language_is_seen_all_the_same(serve, config):
    spoiled = (
        "<script>window.Set = null; window.Map = null; JSON.stringify = () => 'x'; Array.from = null;"
        "Array.prototype.map = () => []; document.querySelectorAll = () => []; window.axe = {};"
        "Object.defineProperty(window, 'handrail', {value: 1});</script>"
    )
    server = serve({"/": GOOD.replace("<main>", spoiled + "<main>")})
    async with BrowserPool(config) as pool:
        seen = await visit(pool, server.url())

    assert not seen.errors
    assert ("image-alt", ("img",)) in broken(seen)


async def test_waits_for_what_scripts_fetch(serve, config):
    def slow(handler):
        time.sleep(0.8)
        return (200, {"Content-Type": "text/plain"}, "later")

    script = (
        "<script>fetch('/data').then((r) => r.text()).then((t) => {"
        " document.body.insertAdjacentHTML('beforeend', '<img src=late.png id=late>' + t); });</script>"
    )
    server = serve({"/": GOOD + script, "/data": slow})
    async with BrowserPool(config) as pool:
        seen = await visit(pool, server.url())

    assert ("image-alt", ("#late",)) in broken(seen)


async def test_a_stream_that_never_ends_does_not_hold_the_page(serve, config):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        for _ in range(100):
            try:
                handler.wfile.write(b"data: x\n\n")
                time.sleep(0.1)
            except OSError:
                return

    server = serve({"/": GOOD + "<script>new EventSource('/stream')</script>", "/stream": endless})
    async with BrowserPool(config) as pool:
        seen = await visit(pool, server.url())

    assert seen.settled


@pytest.mark.slow
async def test_a_hung_page_costs_only_itself(serve, config):
    server = serve({"/hang": GOOD + "<script>setTimeout(() => { while (true); }, 200)</script>", "/good": GOOD})
    async with BrowserPool(replace(config, quiet_limit=3, grace=5)) as pool:
        with pytest.raises(PageFailed) as failed:
            await visit(pool, server.url("/hang"))
        seen = await visit(pool, server.url("/good"))

    assert isinstance(failed.value, PageHung)
    assert ("image-alt", ("img",)) in broken(seen)


@pytest.mark.slow
async def test_a_dead_browser_is_replaced(serve, config):
    server = serve({"/good": GOOD, "/crash": GOOD})
    async with BrowserPool(config) as pool:
        await visit(pool, server.url("/good"))
        with pytest.raises(PageCrashed):
            async with pool.visit(server.url("/crash"), key="site") as (rendered, _):
                with pytest.raises(PageFailed):
                    await rendered.within(60, rendered.page.goto("chrome://crash"))
                raise PageCrashed("as seen by the caller")
        first = pool._browser
        await first.close()
        seen = await visit(pool, server.url("/good"))

    assert pool.restarts == 1
    assert ("image-alt", ("img",)) in broken(seen)


async def test_dialogs_popups_and_downloads_are_turned_away(serve, config):
    noisy = (
        "<script>alert('a'); confirm('b'); window.open('/good'); window.onbeforeunload = () => 'stay';"
        "const a = document.createElement('a'); a.href = '/file'; a.download = 'x'; a.click();</script>"
    )
    server = serve(
        {"/noisy": GOOD + noisy, "/good": GOOD, "/file": (200, {"Content-Disposition": "attachment"}, "x" * 10)}
    )
    async with BrowserPool(config) as pool:
        first = await visit(pool, server.url("/noisy"))
        second = await visit(pool, server.url("/good"))
        await asyncio.sleep(0.2)
        pages = pool._free[0].context.pages

    assert ("image-alt", ("img",)) in broken(first)
    assert second.url == server.url("/good")
    assert len(pages) == 1


async def test_a_collector_that_fails_is_an_error_and_the_others_go_on(serve, config):

    class Broken(Collector):
        name = "broken"

        async def collect(self, page):
            raise ValueError("quotes the page")

    others = tuple(one for one in collectors() if one.name != "broken")
    server = serve({"/": GOOD})
    async with BrowserPool(config, (Broken(), *others)) as pool:
        seen = await visit(pool, server.url())

    assert seen.errors == {"broken": "ValueError"}
    assert {"axe", "document", "links"} <= seen.artifacts.keys()


def test_finds_a_browser_by_configuration_environment_and_path(tmp_path):
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)

    assert find_browser(str(browser), environ={}) == str(browser)
    assert find_browser(environ={"HANDRAIL_BROWSER": str(browser)}) == str(browser)
    assert find_browser(environ={"PATH": str(tmp_path)}) == str(browser)
    assert find_browser(environ={"PATH": ""}, bundled=str(browser)) == str(browser)
    with pytest.raises(BrowserMissing, match="HANDRAIL_BROWSER names"):
        find_browser(environ={"HANDRAIL_BROWSER": "/nowhere", "PATH": str(tmp_path)})
    with pytest.raises(BrowserMissing, match="playwright install chromium"):
        find_browser(environ={"PATH": str(tmp_path / "empty")})


SETTLES = """<!doctype html><html lang="en"><title>S</title><style>
@keyframes appear { from { opacity: 0 } to { opacity: 1 } }
@keyframes pulse { from { color: #767676 } to { color: #fff } }
#late { animation: appear 30s } #blink { animation: pulse .7s infinite alternate }
.far { height: 3000px } </style><main><h1>S</h1><p id="late">late</p><p id="blink">blink</p><p id="lot"></p>
<div class="far"></div><p id="down"></p></main><script>
document.getElementById('lot').textContent = Math.random();
new IntersectionObserver((seen, o) => { if (seen.some((s) => s.isIntersecting)) { o.disconnect();
 document.getElementById('down').innerHTML = '<img src="x.png">'; } }).observe(document.getElementById('down'));
</script></html>"""


async def test_a_page_is_seen_as_it_stays(serve, config):
    server = serve({"/": SETTLES})

    async with BrowserPool(config) as pool, pool.visit(server.url(), key="site") as (rendered, seen):
        opacity = await rendered.page.evaluate("getComputedStyle(document.getElementById('late')).opacity")
        colours = {
            await rendered.page.evaluate("getComputedStyle(document.getElementById('blink')).color") for _ in range(5)
        }
        offset = await rendered.page.evaluate("scrollY")

    assert seen.settled
    assert ("image-alt", ("img",)) in broken(seen)  # loaded only when somebody comes near
    assert opacity == "1"
    assert colours == {"rgb(118, 118, 118)"}
    assert offset == 0


async def test_two_visits_draw_the_same_lots(serve, config):
    server = serve({"/": SETTLES})
    drawn = []

    async with BrowserPool(config) as pool:
        for key in ("one", "two"):
            async with pool.visit(server.url(), key=key) as (rendered, _):
                drawn.append(await rendered.page.inner_text("#lot"))

    assert drawn[0] == drawn[1] != ""


BANNER = """<!doctype html><html lang="en"><title>C</title><main><h1>C</h1></main>
<div role="dialog" class="cookie-bar" aria-label="Cookies"><p>We use cookies.</p>
<button onclick="answer('yes')">Accept all</button><button onclick="answer('no')">Reject all</button></div>
<div role="dialog" class="newsletter" aria-label="News"><p>Our news by mail?</p>
<button onclick="answer('news')">Reject</button></div>
<script>function answer(said) { document.title += ' ' + said; document.querySelector('.cookie-bar').remove(); }
</script></html>"""


@pytest.mark.parametrize(("policy", "title"), [("", "C"), ("reject", "C no"), ("accept", "C yes")])
async def test_consent_is_answered_as_the_city_says(serve, config, policy, title):
    server = serve({"/": BANNER})

    async with BrowserPool(config) as pool, pool.visit(server.url(), key="site", consent=policy) as (_, seen):
        pass

    assert seen.artifacts["document"]["title"] == title


async def test_a_dialog_about_something_else_is_left_alone(serve, config):
    server = serve({"/": BANNER.replace("cookie", "advert").replace("Cookies", "Adverts")})

    async with BrowserPool(config) as pool, pool.visit(server.url(), key="site", consent="reject") as (_, seen):
        pass

    assert seen.artifacts["document"]["title"] == "C"


async def test_an_idle_pool_knows_its_browser_and_starts_it_with_the_first_page(serve, config):
    server = serve({"/": GOOD, "/favicon.ico": (204, {}, "")})
    async with BrowserPool(config) as eager:
        version = eager.browser_version

    async with BrowserPool(config, idle=True) as pool:
        told, running = pool.browser_version, pool._browser is not None
        seen = await visit(pool, server.url())

    assert (told, running) == (version, False)
    assert pool.browser_version == version
    assert not seen.errors
    assert pool.restarts == 0


async def test_an_idle_pool_that_is_never_asked_starts_nothing(config, monkeypatch):
    monkeypatch.setenv("HANDRAIL_BROWSER", find_browser())

    async with BrowserPool(config, idle=True) as pool:
        pass

    assert pool._playwright is None


async def test_a_browser_that_does_not_say_its_version_is_started_for_it(config, monkeypatch, tmp_path):
    silent = tmp_path / "chromium"
    silent.write_text(f'#!/bin/sh\n[ "$1" = --version ] || exec {find_browser()} "$@"\n')
    silent.chmod(0o700)
    monkeypatch.setenv("HANDRAIL_BROWSER", str(silent))

    async with BrowserPool(config, idle=True) as pool:
        assert pool._browser is not None
        assert re.fullmatch(r"\d+(\.\d+){3}", pool.browser_version)


async def test_an_idle_pool_misses_its_browser_at_once(config, monkeypatch):
    monkeypatch.setenv("HANDRAIL_BROWSER", "/nowhere/chromium")

    with pytest.raises(BrowserMissing):
        async with BrowserPool(config, idle=True):
            pass


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("Chromium 156.0.8078.108 built on Debian GNU/Linux 12 (bookworm)", "156.0.8078.108"),
        ("Google Chrome 155.0.1.2 ", "155.0.1.2"),
        ("Chromium 156", ""),
        ("", ""),
    ],
)
def test_what_a_browser_says_of_itself(tmp_path, says, version):
    browser = tmp_path / "chromium"
    browser.write_text(f"#!/bin/sh\necho '{says}'\n")
    browser.chmod(0o700)

    assert version_of(str(browser)) == version


def test_a_browser_that_is_none_says_nothing(tmp_path):
    assert version_of(str(tmp_path / "nothing")) == ""


async def test_what_does_not_end_in_the_page_is_ended_and_the_page_lives_on(serve, config):
    server = serve({"/": GOOD})
    async with BrowserPool(config, ()) as pool, pool.visit(server.url(), key="site") as (page, _):
        (world,) = await page.worlds()

        with pytest.raises((RuntimeError, Error)):
            await page.call(world, "(() => { for (;;); })()", most=0.5)

        assert await page.call(world, "document.title") == "Good"


async def test_a_page_that_never_rests_is_not_waited_for_as_long_again(serve, config, monkeypatch):
    class Again(Collector):
        name = "again"
        acts = presses = True
        limit = 120

        async def collect(self, page):
            began = time.monotonic()
            await page.hands.again()
            return {"seconds": time.monotonic() - began}

    ticks = "<p id=t></p><script>setInterval(() => { document.querySelector('#t').textContent += 1; }, 100);</script>"
    server = serve({"/rests": GOOD, "/ticks": GOOD + ticks})
    monkeypatch.setattr("crawler.browser.pool.RESTLESS_LIMIT", 0.5)
    took = {}
    async with BrowserPool(replace(config, quiet_limit=10), ()) as pool:
        for path in ("/rests", "/ticks"):
            async with pool.visit(server.url(path), key="site") as (page, seen):
                await pool.press(page, seen, seconds=120, safety=USUAL, collectors=[Again()])
            took[path] = (seen.settled, seen.timings["settle"], seen.artifacts["again"]["seconds"])

    assert took["/rests"][0]
    settled, first, second = took["/ticks"]
    assert not settled
    assert second < first / 2
