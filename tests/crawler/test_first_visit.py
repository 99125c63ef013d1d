"""What a page has the browser keep on a first visit: names and who asked, in a real browser, whatever the page does."""

import json

import pytest

from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.collectors.document import Document
from handrail.wiring import axe_source

pytestmark = pytest.mark.browser

#: Stands in every value that these pages keep.
PLANTED = "v-4471-foxglove"
COLLECTORS = (Document(),)


def html(script, body=""):
    return (
        f'<!doctype html><html lang="en"><title>T</title><main><h1>H</h1>{body}</main><script>{script}</script></html>'
    )


@pytest.fixture
async def pool():
    async with BrowserPool(BrowserConfig(axe_source=axe_source(), slots=1), COLLECTORS) as opened:
        yield opened


async def kept(pool, server, path="/", **options):
    """(kind, name) -> what was noted, and whatever the page says of itself."""
    async with pool.visit(server.url(path), key="site", first=True, **options) as (rendered, collected):
        visit = collected.first_visit
        assert visit.names is not None
        assert PLANTED not in json.dumps([visit.names, visit.after])
        said = await rendered.page.title()
    return {(one["kind"], one["name"]): one for one in visit.names}, said


async def test_names_lifetimes_and_who_set_them(pool, serve):
    tag = (
        f'document.cookie = "_ga={PLANTED}; max-age=63072000; path=/; SameSite=Lax";'
        f'localStorage.setItem("_tag", "{PLANTED}"); sessionStorage.setItem("_visit", "{PLANTED}");'
    )
    own = html(f'localStorage.own = "{PLANTED}"; document.cookie = "plain={PLANTED}"')
    cookies = {"Set-Cookie": f"JSESSIONID={PLANTED}; Path=/; HttpOnly; SameSite=Strict"}
    server = serve(
        {
            "/": (200, cookies, own.replace("<main>", '<script src="/tag.js?q=1"></script><main>')),
            "/tag.js?q=1": (200, {"Content-Type": "text/javascript"}, tag),
        }
    )

    found, _ = await kept(pool, server)

    assert found.keys() == {
        ("cookie", "JSESSIONID"), ("cookie", "_ga"), ("cookie", "plain"), ("local", "_tag"), ("local", "own"),
        ("session", "_visit"),
    }  # fmt: skip
    host = server.url().split("//")[1].split(":")[0]
    assert {one["host"] for one in found.values()} == {host}
    session, ga = found["cookie", "JSESSIONID"], found["cookie", "_ga"]
    assert (session["http_only"], session["secure"], session["same_site"], session["days"]) == (
        True,
        False,
        "Strict",
        0,
    )
    assert 399 < ga["days"] <= 400  # browsers keep none longer
    assert (ga["http_only"], ga["same_site"]) == (False, "Lax")
    assert {key[1]: one["by"] for key, one in found.items()} == {
        "JSESSIONID": "", "_ga": f"{host}/tag.js", "plain": f"{host}/", "_tag": f"{host}/tag.js", "own": "",
        "_visit": f"{host}/tag.js",
    }  # fmt: skip


async def test_a_cookie_without_a_name_is_all_value(pool, serve):
    script = f'document.cookie = "{PLANTED}"; document.cookie = "{PLANTED}; path=/=x"; document.cookie = {{}};'
    server = serve({"/": html(script)})

    found, _ = await kept(pool, server)

    assert [name for kind, name in found if kind == "cookie"] == [""]


async def test_what_the_page_breaks_breaks_nothing_of_it(pool, serve):
    """A page that overrides what we use, and one that throws where we listen."""
    script = (
        "console.debug = () => { throw new Error('debug'); };"
        "const text = String.prototype;"
        "text.indexOf = text.slice = text.trim = () => { throw new Error('text'); };"
        "Reflect.apply = () => { throw new Error('apply'); }; globalThis.Proxy = undefined;"
        "Array.prototype[Symbol.iterator] = function* () { throw new Error('each'); };"
        "Object.prototype.get = () => { throw new Error('get'); }; Object.prototype.apply = 1;"
        "Error.prepareStackTrace = () => { throw new Error('stack'); };"
        f'document.cookie = "a={PLANTED}"; localStorage.setItem("b", "{PLANTED}");'
    )
    server = serve({"/": html(script)})

    found, _ = await kept(pool, server)

    assert {("cookie", "a"), ("local", "b")} <= found.keys()
    assert found["cookie", "a"]["by"]


async def test_the_page_sees_the_browsers_own_functions(pool, serve):
    script = """
      const set = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set;
      const own = Object.getOwnPropertyDescriptor(Storage.prototype, 'setItem');
      let wrong = 'none';
      try { set.call({}, 'a=1'); } catch (error) { wrong = error.constructor === TypeError; }
      document.title = JSON.stringify([
        set.name, set.length, own.value.name, own.value.length, own.writable, own.enumerable, own.configurable,
        /\\[native code\\]/.test(set) && /\\[native code\\]/.test(own.value), wrong, Object.keys(globalThis).length,
        'prototype' in set, localStorage.setItem === own.value,
      ]);
    """
    server = serve({"/": html(script)})

    seen = json.loads((await kept(pool, server))[1])
    async with pool.visit(server.url(), key="plain") as (rendered, _):
        plain = json.loads(await rendered.page.title())

    assert seen == plain
    assert seen[0] == "set cookie"


async def test_storms_end(pool, serve):
    script = (
        "for (let n = 0; n < 5000; n += 1) {"
        " document.cookie = `c${n}=1`; localStorage.setItem(`k${n}`, 1); console.debug(n, 1, 2); }"
    )
    server = serve({"/": html(script)})

    found, _ = await kept(pool, server)

    assert len(found) == 100


async def test_a_frame_that_may_keep_nothing(pool, serve):
    body = '<iframe sandbox="allow-scripts" src="/f"></iframe><iframe srcdoc="<p>x"></iframe>'
    frame = html('try { localStorage.setItem("x", 1) } catch { document.title = "refused" }')
    server = serve({"/": html('document.cookie = "a=1"', body), "/f": frame})

    found, _ = await kept(pool, server)

    assert [*found] == [("cookie", "a")]


async def test_consent_comes_after_and_the_next_page_is_not_a_first_visit(pool, serve):
    banner = (
        '<div role="dialog" aria-label="Cookies">We use cookies '
        "<button onclick=\"document.cookie='_ga=1;path=/'\">Accept</button></div>"
    )
    server = serve({"/": html("", banner), "/next": html("")})

    found, _ = await kept(pool, server, consent="accept")
    async with pool.visit(server.url("/next"), key="site") as (_, collected):
        carried = await _.page.evaluate("document.cookie")

    assert found == {}
    assert collected.first_visit is None
    assert carried == ""
