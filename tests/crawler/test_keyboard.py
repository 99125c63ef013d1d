"""The walk with the Tab key: where it leads, what it tells, and that the page is left as it was."""

import pytest
from pools import PATIENT, nobody, shared

from crawler.browser.pool import BrowserConfig
from crawler.collectors import Collector
from crawler.collectors import keyboard as walked
from crawler.collectors.keyboard import Keyboard

pytestmark = pytest.mark.browser


class State(Collector):
    """Focus, scroll and address, as the next collector finds them."""

    name = "state"
    acts = True
    order = 99

    async def collect(self, page):
        top = (await page.worlds())[0]
        return await page.call(top, "[document.activeElement.id, scrollY, location.hash]")


def page(body, head=""):
    return f'<!doctype html><html lang="en"><head><title>T</title>{head}</head><body>{body}</body></html>'


async def walk(serve, body, head="", **pages):
    server = serve({"/": page(body, head), **{f"/{name}": page(text) for name, text in pages.items()}})

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=(Keyboard(), State())) as (_, seen):
            assert not seen.errors
            return seen.artifacts["keyboard"], seen.artifacts["state"]

    return await shared(BrowserConfig(slots=1, **PATIENT), work)


def named(told):
    return [" >> ".join([*stop["frame"], stop["selector"]]) for stop in told["stops"]]


async def test_walks_in_the_order_of_the_tab_key_into_frames_and_shadow_roots(serve):
    body = (
        '<a id="a" href="/x">A</a><iframe id="f" src="/inner"></iframe><div id="host"></div><input id="z">'
        '<button disabled>no</button><button tabindex="-1">no</button><a>no</a><button id="one" tabindex="1">1</button>'
        "<script>host.attachShadow({mode: 'open'}).innerHTML = '<button id=deep>D</button>'</script>"
    )

    told, _ = await walk(serve, body, inner='<button id="in">In</button>')

    assert named(told) == ["#one", "#a", "#f >> #in", "#host >>> #deep", "#z"]
    assert told["ended"] == "end"


async def test_the_page_is_left_as_it_was(serve):
    body = (
        '<a href="#end">Skip to content</a><input id="had" autofocus><p style="height:5000px"></p>'
        '<a id="end" href="/x">End</a>'
    )

    told, state = await walk(serve, body)

    assert [skip["works"] for skip in told["skips"]] == [True]
    assert state == ["had", 0, ""]


@pytest.mark.parametrize(
    ("style", "changed"),
    [
        ("a:focus { outline: none }", False),
        ("a:focus { outline: 1px solid transparent }", False),
        ("a { outline: none; transition: background 2s 1s } a:focus { background: #ff0 }", True),
        ("a { outline: none } a:focus::after { content: '*' }", True),
        ("a { outline: none } p:focus-within { border: 1px solid }", True),
        ("", True),
    ],
)
async def test_tells_whether_styles_change_with_the_focus(serve, style, changed):
    told, _ = await walk(serve, '<p><a href="/x">A</a></p><p><a href="/y">B</a></p>', f"<style>{style}</style>")

    assert [stop["changed"] for stop in told["stops"]] == [changed, changed]


async def test_takes_pictures_of_what_styles_do_not_tell(serve):
    style = "<style>a { outline: none }</style>"

    told, _ = await walk(
        serve, '<a href="/x">A</a><p style="height:2000px"></p><div><a class="b" href="/y">B</a></div>', style
    )

    assert [stop["picture"] for stop in told["stops"]] == ["same", "same"]


async def test_says_of_which_looks_no_picture_was_taken(serve, monkeypatch):
    monkeypatch.setattr(walked, "PICTURED", 0)
    style = "<style>.bare { outline: none }</style>"

    told, _ = await walk(serve, '<a class="bare" href="/x">A</a> <a href="/y">B</a> <input class="bare">', style)

    assert [stop["picture"] for stop in told["stops"]] == ["not taken", "", ""]


async def test_smooth_scrolling_is_not_waited_for_and_is_put_back(serve):
    style = "<style>:root { scroll-behavior: smooth } p { height: 3000px }</style>"
    script = "<script>addEventListener('load', () => { document.adoptedStyleSheets = []; })</script>"

    told, state = await walk(serve, f'<a href="/x">A</a><p></p><a href="/y">B</a><p></p>{script}', style)

    assert [stop["unseen"] for stop in told["stops"]] == ["", ""]
    assert state == ["", 0, ""]


async def test_a_walk_that_is_too_long_says_so(serve, monkeypatch):
    monkeypatch.setattr(walked, "STOPS", 5)

    told, _ = await walk(serve, '<a href="/x">A</a> ' * 9)

    assert len(told["stops"]) == 5
    assert told["ended"] == "limit"


async def test_a_field_that_lets_go_after_escape_is_walked_out_of(serve):
    script = (
        "<script>let out = false; t.onkeydown = (e) => { if (e.key === 'Escape') out = true;"
        " else if (e.key === 'Tab') { if (!out) e.preventDefault(); out = false; } }</script>"
    )

    told, _ = await walk(serve, f'<textarea id="t"></textarea><a id="after" href="/x">A</a>{script}')

    assert named(told) == ["#t", "#after"]
    assert told["trap"] is None


async def test_tells_a_trap_and_what_it_shuts_off(serve):
    body = '<a href="/x">A</a><input id="t" onblur="this.focus()"><a id="after" href="/y">B</a>'

    told, _ = await walk(serve, body)

    assert told["ended"] == "trap"
    assert told["trap"] == {"stops": [1], "unvisited": ["#after"]}


LINKS = "".join(f'<p><a href="/{number}">Item {number}</a></p>' for number in range(9))
KEYS = "addEventListener('keydown', (event) => { if (event.key === 'Tab' && %s) { %s } }, true)"
AMONG_OTHERS = {
    "nothing unusual": "",
    "seen with the focus only": '<a href="/a" style="position:absolute;left:-999px">a</a>'
    "<style>a:focus{left:0!important}</style>",
    "never seen": '<a id="a" href="/a" style="position:absolute;left:-999px">a</a><a href="/b" style="opacity:0">b</a>',
    "opened by the focus": "<style>li ul{display:none}li:focus-within ul{display:block}</style>"
    '<ul><li><a href="/a">a</a><ul><li><a href="/b">b</a><li><a href="/c">c</a></ul></ul>',
    "a frame": '<iframe srcdoc="<a href=/a>a</a><a href=/b>b</a>"></iframe>',
    "fields of several stops": '<input type="date" aria-label="Day"><input type="radio" name="r" aria-label="1">'
    '<input type="radio" name="r" aria-label="2"><video controls></video>',
    "a trap": f'<button id="a">a</button>'
    f"<script>{KEYS % ('document.activeElement.id', 'event.preventDefault()')}</script>",
    "a jump": f'<button id="a">a</button><a id="b" href="/b">b</a><script>'
    f"{KEYS % ('document.activeElement.id === `a`', 'event.preventDefault(); document.links[12].focus()')}</script>",
    "keys that nobody else is told of": f"<script>{KEYS % ('true', 'event.stopImmediatePropagation()')}</script>",
    "under what is fixed": '<div style="position:fixed;inset:0 0 50% 0;background:#fff">Over</div>',
    "shadow": '<div id="host"></div><script>'
    'host.attachShadow({mode: "open"}).innerHTML = "<button>D</button><a href=/s>S</a>"</script>',
    "an order of its own": '<button tabindex="2">2</button><button tabindex="1">1</button>',
}


@pytest.mark.parametrize("what", AMONG_OTHERS)
async def test_several_keys_at_once_tell_what_single_ones_tell(serve, monkeypatch, what):
    body = LINKS + AMONG_OTHERS[what] + LINKS
    pressed = []
    at_once = walked.Walk._stride
    monkeypatch.setattr(walked.Walk, "_stride", lambda walk, *to: pressed.append(to[-1]) or at_once(walk, *to))

    told, _ = await walk(serve, body)
    several = list(pressed)
    monkeypatch.setattr(walked, "CALM", walked.STOPS)
    singly, _ = await walk(serve, body)

    assert several
    assert len(several) == len(pressed)
    assert told == singly
    assert len(told["stops"]) >= 9
