"""Pressing harms nothing: of a page full of dangerous controls, only the harmless are used, and nothing is sent."""

import asyncio
import time

import pytest
from pools import PATIENT, PATIENTLY, nobody, shared

from audits.model import LEFT_OUT, PAGE_BUDGET
from crawler.browser.pool import BrowserConfig
from crawler.browser.states import visited
from crawler.collectors import pressing
from crawler.collectors.document import Document
from crawler.known import Known
from crawler.safety import NAMED, SUGGESTS, Safety
from handrail.wiring import axe_source

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONFIG = BrowserConfig(axe_source=axe_source(), slots=1, **PATIENT)
#: What is said of what was begun, and of what was not.
TOO_LATE = ("page budget", PAGE_BUDGET)
DANGERS = {
    "en": (
        "Log out", "Delete account", "Pay now", "Book a court", "Add to cart",
        "Unsubscribe", "Submit", "Send message", "Cancel",
    ),
    "fr": (
        "Se déconnecter", "Supprimer", "Payer", "Réserver", "Ajouter au panier",
        "Se désabonner", "Soumettre", "Envoyer", "Annuler",
    ),
}  # fmt: skip
#: The page keeps a book of all that is used on it, also of what sends nothing.
TELLS = """<script>
for (const kind of ['click', 'keydown', 'change', 'submit']) {
  addEventListener(kind, (event) => {
    const at = event.target.closest && event.target.closest('[id]');
    localStorage.used = `${localStorage.used || ''} ${at ? at.id : '-'}`;
  }, true);
}
</script>"""
FIRST = """<div role="button" tabindex="0" id="harmless-map" onclick="document.getElementById('map').hidden = false">
Map</div><p id="map" hidden>A map.</p>"""
LAST = """<div role="button" tabindex="0" id="harmless-hours" onclick="flip(this)" onkeydown="flip(this)">Hours</div>
<label>Ward <select id="harmless-ward" onchange="flip(this)"><option>One</option><option>Two</option></select></label>
<script>function flip(el) { el.setAttribute('aria-pressed', 'true'); }</script>"""


def controls(name, number):
    """A dangerous control in every form that a page may give it."""
    act = f"/act/{number}"
    get, post = f"fetch('{act}')", f"fetch('{act}', {{method: 'POST', body: 'x'}})"
    return (
        f'<p><a id="danger-a{number}" href="{act}">{name}</a></p>'
        f'<p><a id="danger-h{number}" role="button" href="#" onclick="{get}">{name}</a></p>'
        f'<form id="danger-f{number}" method="post" action="{act}"><button id="danger-b{number}">{name}</button></form>'
        f'<form action="{act}"><input type="submit" id="danger-i{number}" value="{name}"></form>'
        f'<div role="button" tabindex="0" id="danger-g{number}" onclick="{get}" onkeydown="{get}">{name}</div>'
        f'<div role="link" tabindex="0" id="danger-p{number}" onclick="{post}" onkeyup="{post}">{name}</div>'
        f'<b role="button" tabindex="0" id="danger-n{number}" aria-label="{name}" onclick="location = \'{act}\'">×</b>'
        f'<select id="danger-s{number}" aria-label="List" onchange="{post}"><option>-</option>'
        f"<option>{name}</option></select>"
        f'<div role="button" tabindex="0" id="act{number}" data-action="{name}" onclick="{get}">Go</div>'
        f'<button type="button" id="danger-t{number}" onclick="{post}">{name}</button>'
        f'<input type="button" id="danger-v{number}" value="{name}" onclick="{post}">'
        f'<button type="button" id="danger-c{number}" value="{name}" onclick="{post}">Go</button>'
    )


def dangerous(lang):
    middle = "".join(controls(name, f"{lang}{number}") for number, name in enumerate(DANGERS[lang]))
    return (
        f'<!doctype html><html lang="{lang}"><title>T</title>{TELLS}<main><h1>H</h1>{FIRST}{middle}{LAST}</main></html>'
    )


def page(*parts):
    return f'<!doctype html><html lang="en"><title>T</title><main><h1>H</h1>{"".join(parts)}</main></html>'


async def pressed(url, *, seconds=PATIENTLY, known=None, without=(), copy=False):
    """What was collected, and the page's own book of what was used on it."""
    collectors = [one for one in pressing() if one.name not in without and (copy or not one.sends)]
    how = {"seconds": seconds, "safety": Safety(), "known": known, "copy": copy}

    async def work(pool):
        async with pool.visit(url, key=nobody(), collectors=(Document(),)) as (rendered, seen):
            await pool.press(rendered, seen, **how, collectors=collectors)
            await asyncio.sleep(0.3)
            return seen, set((await rendered.page.evaluate("localStorage.used") or "").split())

    return await shared(CONFIG, work)


@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_no_dangerous_control_is_pressed_and_nothing_is_sent(serve, lang):
    server = serve({"/": dangerous(lang), "*": "x"})

    seen, used = await pressed(server.url(), copy=True)

    assert not seen.errors
    assert [control["id"] for control in seen.artifacts["interaction"]["keys"]] == ["harmless-map"]
    assert seen.artifacts["interaction"]["tried"] == {"keys": 2, "values": 1}
    assert used == {"harmless-map", "harmless-hours", "harmless-ward"}
    assert set(server.asked) <= {("GET", "/"), ("GET", "/favicon.ico")}


@pytest.mark.parametrize(
    "script",
    [
        "fetch('/go?id=3')",
        "fetch('/go', {method: 'POST', body: 'x'})",
        "navigator.sendBeacon('/go', 'x')",
        "new Image().src = '/go?id=3'",
        "location = '/go'",
        "open('/go')",
        "document.forms[0].submit()",
        "document.forms[0].requestSubmit()",
        "document.body.append(Object.assign(document.createElement('iframe'), {src: '/go'}))",
        "document.head.append(Object.assign(document.createElement('script'), {src: '/go.js?act=1'}))",
    ],
)
async def test_what_a_harmless_name_hides_is_held_back(serve, script):
    form = '<form method="post" action="/go"><input name="q" aria-label="Words"></form>'
    control = '<div role="button" tabindex="0" id="more" onclick="more()">More</div>'
    hidden = f"<script>function more() {{ document.body.dataset.ran = 1; {script} }}</script>"
    server = serve({"/": page(form, control, hidden), "*": "x"})

    seen, _ = await pressed(server.url())

    assert seen.artifacts["interaction"]["tried"]["keys"] == 1
    assert set(server.asked) <= {("GET", "/"), ("GET", "/favicon.ico")}


async def test_enter_that_moves_the_focus_presses_nothing_else(serve):
    moves = "if (event.key === 'Enter') document.getElementById('other').focus()"
    control = f'<div role="button" tabindex="0" id="more" onkeydown="{moves}">More</div>'
    marks = "document.title = 'pressed'"
    server = serve({"/": page(control, f'<button id="other" type="button" onclick="{marks}">Delete</button>')})

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=(Document(),)) as (rendered, seen):
            await pool.press(rendered, seen, seconds=PATIENTLY, safety=Safety())
            return seen, await rendered.page.title()

    seen, title = await shared(CONFIG, work)

    assert seen.artifacts["interaction"] == {
        "keys": [], "values": [], "tried": {"keys": 1, "values": 0}, "held_back": {"keys": "", "values": ""},
        "left_out": "",
    }  # fmt: skip
    assert title == "T"


async def test_what_pressing_leaves_behind_does_not_reach_the_next_page(serve):
    leaves = "document.cookie = 'mark=1'; localStorage.mark = 1; sessionStorage.mark = 1"
    control = f'<div role="button" tabindex="0" onclick="{leaves}" onkeydown="{leaves}">More</div>'
    tells = """<p id="said"></p><script>document.getElementById('said').textContent =
    `[${document.cookie}${Object.keys({...localStorage, ...sessionStorage})}]`;</script>"""
    server = serve({"/": page(control), "/next": page(tells)})

    async def work(pool):
        key, collectors = nobody(), (Document(),)
        async with pool.visit(server.url(), key=key, collectors=collectors) as (rendered, seen):
            await pool.press(rendered, seen, seconds=PATIENTLY, safety=Safety())
            left = await rendered.page.evaluate("document.cookie + localStorage.mark + sessionStorage.mark")
        async with pool.visit(server.url("/next"), key=key, collectors=collectors) as (rendered, seen):
            return left, await rendered.page.inner_text("#said")

    left, said = await shared(CONFIG, work)

    assert left == "mark=111"
    assert said == "[]"


async def test_a_page_that_takes_too_long_says_so(serve):
    many = "".join(f'<div role="button" tabindex="0" onclick="document.title = 1">More {n}</div>' for n in range(15))

    def slowly(_):
        time.sleep(0.6)  # ten controls, each on a page of its own and twice, take longer than eight seconds
        return page(many)

    server = serve({"/": slowly})

    seen, _ = await pressed(server.url(), seconds=8, without=("opened",))

    # On a busy machine not even the first control is done in time.
    told = seen.artifacts.get("interaction", {"left_out": seen.errors.get("interaction"), "tried": {"keys": 0}})
    assert told["left_out"] in TOO_LATE
    assert told["tried"]["keys"] < 10


async def test_a_page_with_a_line_to_its_server_is_left_alone(serve):
    control = '<div role="button" tabindex="0" id="more" onclick="document.title = 1">More</div>'
    line = "<script>new WebSocket(`ws://${location.host}/line`)</script>"
    server = serve({"/": page(TELLS, control, line)})

    seen, used = await pressed(server.url())

    assert not used
    assert set(seen.errors.values()) == {f"{LEFT_OUT}the page keeps a line to its server open"}
    assert set(seen.errors) == {collector.name for collector in pressing() if not collector.sends}


HEADER = """<header><button type="button" aria-expanded="false" aria-controls="menu" id="toggle"
onclick="menu.hidden = !menu.hidden">Menu</button> <ul id="menu" hidden><li>Parks</li></ul>
<div role="button" tabindex="0" class="map" onclick="map.hidden = false">Map</div><p id="map" hidden>A map.</p>
<select aria-label="Go to" id="go" onchange="location = '/x'"><option>-</option><option>Parks</option></select>
<label>Words <input type="text" name="q"></label></header>"""


def below(header, *parts):
    """A page whose header is the page's own."""
    return (
        f'<!doctype html><html lang="en"><title>T</title>{TELLS}{header}<main><h1>H</h1>{"".join(parts)}</main></html>'
    )


#: A header that is no page's, so that the page's own is called otherwise.
OTHER = "<article><header><div>News</div></header></article>"


async def test_what_a_shared_header_holds_is_used_on_one_page_and_told_of_each(serve):
    own = '<button type="button" id="own" onclick="document.title = 1">More</button>'
    server = serve({"/": below(HEADER), "/b": below(f"{OTHER}{HEADER}"), "/c": below(HEADER, own)})
    known = Known()

    first, used = await pressed(server.url(), known=known)
    second, used_again = await pressed(server.url("/b"), known=known)
    third, used_then = await pressed(server.url("/c"), known=known)

    assert {"toggle", "go"} <= used
    assert not used_again
    assert used_then == {"own"}
    assert server.asked.count(("GET", "/b")) == 1
    for seen in (first, second, third):
        assert [control["does"] for control in seen.artifacts["interaction"]["keys"]] == ["shows"]
        assert [control["does"] for control in seen.artifacts["interaction"]["values"]] == ["navigation"]
        assert [control["selector"] for control in seen.artifacts["openers"]["controls"]][:1] == ["#toggle"]
        assert seen.artifacts["openers"]["controls"][0]["expanded"] == ["false", "false", "false"]
    selectors = [seen.artifacts["interaction"]["keys"][0]["selector"] for seen in (first, second)]
    assert selectors == ["header > div", "body > header > div"]
    assert second.artifacts["interaction"]["tried"] == first.artifacts["interaction"]["tried"]


MENU = """<header><button type="button" aria-expanded="false" aria-controls="menu" id="toggle"
onclick="menu.hidden = !menu.hidden; ariaExpanded = !menu.hidden">Menu</button>
<ul id="menu" hidden><li>Parks</li></ul></header>"""


async def test_what_only_looks_like_it_is_used_again(serve):
    changed = [
        MENU.replace("header>", "section>"),
        MENU.replace("Menu</button>", "More</button>"),
        MENU.replace('<ul id="menu"', '<ul id="menu" role="menu"'),
    ]
    pages = {f"/{number}": below(header) for number, header in enumerate([MENU, MENU, *changed])}
    server, known = serve(pages), Known()

    used = [(await pressed(server.url(path), known=known))[1] for path in pages]

    assert used == [{"toggle"}, set(), {"toggle"}, {"toggle"}, {"toggle"}]


async def test_what_there_was_no_time_for_is_used_on_the_next_page(serve):
    server = serve({"/": below(MENU), "/b": below(MENU)})
    known = Known()

    first, used = await pressed(server.url(), seconds=1, known=known, without=("interaction", "opened"))
    second, used_then = await pressed(server.url("/b"), known=known)

    assert not used
    assert first.artifacts.get("openers", {"left_out": first.errors.get("openers")})["left_out"] in TOO_LATE
    assert used_then == {"toggle"}
    assert second.artifacts["openers"]["tried"] == 1


async def test_a_page_with_nothing_to_press_is_not_loaded_again(serve):
    server = serve({"/": page('<a href="/x">Parks</a><button type="button">Delete account</button>')})

    seen, _ = await pressed(server.url())

    assert server.asked.count(("GET", "/")) == 1
    assert seen.artifacts["openers"] == {"controls": [], "tried": 0, "held_back": "", "left_out": ""}


ACT = "document.title = 'pressed'"
HEARS = f"<script>document.querySelector('main').addEventListener('click', () => {{ {ACT} }})</script>"
BANNER = f"""<section><p>This site uses cookies.</p><button type="button" onclick="{ACT}">Accept</button>
<button type="button" onclick="{ACT}">Reject</button></section>"""
DELETE = f'<button type="button" onclick="{ACT}">Delete account</button>'


@pytest.mark.parametrize(
    ("parts", "never", "reason"),
    [
        ((DELETE,), (), SUGGESTS),
        (('<button type="button">Delete account</button>', HEARS), (), SUGGESTS),
        (('<a href="#" role="button">Supprimer le compte</a>', HEARS), (), SUGGESTS),
        ((f'<button type="button" onclick="{ACT}">Kiosk</button>',), ("kiosk",), NAMED),
        (('<button type="button">Delete account</button>',), (), ""),
        ((f'<button type="button" disabled onclick="{ACT}">Delete account</button>',), (), ""),
        ((f'<button type="button" hidden onclick="{ACT}">Delete account</button>',), (), ""),
        ((f'<form action="/go"><button onclick="{ACT}">Delete account</button></form>',), (), ""),
        ((f'<a href="/go" onclick="{ACT}">Delete account</a>',), (), ""),
    ],
)
async def test_a_control_that_is_left_alone_is_told_of_and_not_used(serve, parts, never, reason):
    server = serve({"/": page(*parts)})

    seen, title = await looked_at(server.url(), Safety(never_press=never))

    assert (seen.artifacts["openers"]["held_back"], seen.artifacts["openers"]["tried"]) == (reason, 0)
    assert visited(seen.artifacts, seen.errors).get("held-back", "") == (f"{LEFT_OUT}{reason}" if reason else "")
    assert title == "T"
    assert server.asked.count(("GET", "/")) == 1


async def test_what_answers_a_cookie_banner_is_nothing_that_was_left_alone(serve):
    server = serve({"/": page().replace("<main>", f"{BANNER}<main>")})

    seen, title = await looked_at(server.url(), Safety())

    assert seen.artifacts["openers"]["held_back"] == ""
    assert title == "T"


async def test_what_a_shared_header_leaves_alone_is_told_of_each_page_and_asked_about_once(serve):
    header = f"<header>{DELETE}<button type='button' class='dead'>Print</button></header>"
    server = serve({"/": below(header), "/b": below(header)})
    known = Known()

    told = [
        (await pressed(server.url(path), known=known, without=("opened",)))[0].artifacts["openers"]
        for path in ("/", "/b")
    ]

    assert [one["held_back"] for one in told] == [SUGGESTS, SUGGESTS]
    assert [one["tried"] for one in told] == [0, 0]


async def looked_at(url, safety):
    """What was collected of what is pressed, and how the page calls itself then."""

    async def work(pool):
        async with pool.visit(url, key=nobody(), collectors=(Document(),)) as (rendered, seen):
            wanted = [one for one in pressing() if one.name in ("interaction", "openers")]
            await pool.press(rendered, seen, seconds=PATIENTLY, safety=safety, collectors=wanted)
            return seen, await rendered.page.title()

    return await shared(CONFIG, work)
