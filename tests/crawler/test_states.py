"""A page in other states than that in which it came: what is new there is judged, and nothing else."""

import asyncio

import pytest
from pools import PATIENT, PATIENTLY, nobody, shared

from audits.accessibility.axe_rules import AxeRules
from audits.accessibility.vague_link import VagueLink
from audits.model import LEFT_OUT, PAGE_BUDGET, Snapshot
from audits.runner import in_state, of_places, run_checks, states_of
from crawler.browser.pool import BrowserConfig
from crawler.browser.states import is_unfinished, visited
from crawler.collectors import collectors
from crawler.collectors.interaction import Interaction
from crawler.collectors.opened import Opened
from crawler.known import Known
from crawler.safety import Safety
from handrail.wiring import axe_source

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONFIG = BrowserConfig(axe_source=axe_source(), slots=2, **PATIENT)
READ = [one for one in collectors() if one.name in ("axe", "structure", "states")]
CHECKS = [AxeRules(redact=str), VagueLink(redact=str)]
FLIP = """<script>function flip(el, id) { const at = document.getElementById(id); at.hidden = !at.hidden;
el.setAttribute('aria-expanded', String(!at.hidden)); }</script>"""


def page(*parts, style="", head=""):
    head += f'<meta name="viewport" content="width=device-width"><title>T</title><style>{style}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>'


def main(*parts, **how):
    return page("<main><h1>H</h1>", *parts, "</main>", **how)


async def visit(pool, url, *, key, presses=False, seconds=PATIENTLY, known=None, pressing=None):
    """({(rule, selector, state)} of what only states show, which states were visited, what was collected)."""
    async with pool.visit(url, key=key, collectors=READ) as (rendered, seen):
        if presses:
            await pool.press(rendered, seen, seconds=seconds, safety=Safety(), known=known, collectors=pressing)
    whole = Snapshot(site="main", url=url, artifacts=seen.artifacts, errors=seen.errors)
    outcomes = run_checks(whole, CHECKS, site_key="main")
    for state, places in states_of(whole, str):
        outcomes = in_state(outcomes, of_places(run_checks(state, CHECKS, site_key="main"), places))
    found = {(one.rule, one.selector, one.state) for each in outcomes for one in each.findings if one.state}
    return found, visited(seen.artifacts, seen.errors), seen


async def looked_at(url, **how):
    return await shared(CONFIG, lambda pool: visit(pool, url, key=nobody(), **how))


async def all_of(serve, pages, *, more=None, **how):
    """What ``visit`` gives of each of these pages, by the page's name, and all paths that were asked for."""
    server = serve({f"/{name}": html for name, html in pages.items()} | (more or {}) | {"*": "x"})
    key = nobody()

    async def work(pool):
        return await asyncio.gather(*(visit(pool, server.url(f"/{name}"), key=key, **how) for name in pages))

    seen = await shared(CONFIG, work)
    own = {f"/{name}" for name in pages} | {"/favicon.ico"}
    return dict(zip(pages, seen, strict=True)), {path for _, path in server.asked} - own


DARK = """body { background: #fff; color: #222 }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } %s }"""
SCHEME = '<meta name="color-scheme" content="light dark">'
IN_THE_DARK = {
    "fails": (main('<p id="note">Note</p>', style=DARK % "#note { color: #333 }"), "#note"),
    "fails-in-the-light": (
        main('<p id="note">Note</p>', style="#note { color: #777 }" + DARK % "#note { color: #333 }"),
        "",
    ),
    "passes": (main('<p id="note">Note</p>', style=DARK % "#note { color: #ddd }"), ""),
    # The ground is the browser's: dark text on it is the fault, its own white one is not.
    "browsers-ground": (main('<p id="own">Note</p>', head=SCHEME), ""),
    "text-on-browsers-ground": (main('<p id="own" style="color: #222">Note</p>', head=SCHEME), "#own"),
}


async def test_dark_colours(serve):
    seen, _ = await all_of(serve, {name: html for name, (html, _) in IN_THE_DARK.items()})

    assert {name: found for name, (found, _, _) in seen.items()} == {
        name: {("axe/color-contrast", selector, "dark")} if selector else set()
        for name, (_, selector) in IN_THE_DARK.items()
    }
    assert all(states == {"dark": "seen", "narrow": "same"} for _, states, _ in seen.values())


SMALL = """.small { display: none }
@media (max-width: 400px) { .wide { display: none } .small { display: block } }"""
GLASS = '<svg width="24" height="24" aria-hidden="true"><path d="M0 0h24v24"/></svg>'


NARROW = {
    "name-hidden": (
        f'<button type="button" id="go"><span class="wide">Search</span>{GLASS}</button>', "axe/button-name #go"
    ),
    "other-name": (f'<button type="button" aria-label="Search"><span class="wide">Search</span>{GLASS}</button>', ""),
    "label-hidden": ('<label class="wide" for="q">Words</label> <input id="q">', "axe/label #q"),
    "label-shorter": ('<label for="q">Words <span class="wide">to find</span></label> <input id="q">', ""),
    "picture": ('<div class="small"><img id="map" src="data:,"></div>', "axe/image-alt #map"),
    "link": ('<div class="small"><a id="more" href="/fees">click here</a></div>', "check/vague-link #more"),
    "good-link": ('<div class="small"><a href="/fees">Fees for permits</a></div>', ""),
    # What is broken as it comes is told once, and what is hidden is broken for nobody.
    "broken-before": ('<img id="map" src="data:,"><p class="small">Map</p>', ""),
    "hidden": ('<p class="small">Map</p><img id="map" class="wide" src="data:,">', ""),
    # Text that stands over its box is no reason for doubt.
    "too-wide": ('<div style="background: #eee"><p style="width: 900px">Text</p></div><p class="small">T</p>', ""),
}  # fmt: skip


async def test_narrow(serve):
    seen, _ = await all_of(serve, {name: main(body, style=SMALL) for name, (body, _) in NARROW.items()})

    assert {name: found for name, (found, _, _) in seen.items()} == {
        name: {(*told.split(), "narrow")} if told else set() for name, (_, told) in NARROW.items()
    }
    assert all(states == {"dark": "same", "narrow": "seen"} for _, states, _ in seen.values())


def framed(path):
    return f'<iframe src="{path}" title="In" style="width: 100%; height: 200px"></iframe>'


def note(light, dark):
    style = f"p {{ color: {light} }} @media (prefers-color-scheme: dark) {{ p {{ color: {dark} }} }}"
    return page('<p id="in">Note</p>', style=style)


PICTURE = DARK % ".b { background: linear-gradient(red, blue) }"
GROWS = "<script>setInterval(() => document.body.append(new Image(9, 9)), 400)</script>"
DOCUMENTS = {
    "/grounded": page('<p id="in">Note</p>', style=DARK % "#in { color: #333 }"),
    "/bare": note("#333", "#ddd"),
    "/black": note("#333", "#333"),
    "/small": page('<div class="small"><img id="map" src="data:,"></div>', style=SMALL),
    "/bad": '<html lang="zzzz"><title>T</title><img id="old" src="data:,"><a id="here" href="/fees">click here</a>',
    "/grows": page("<p>One</p>", GROWS),
    "/good": page("<main><p>Text <a href='/fees'>Fees for permits</a></p></main>"),
}
OF_BAD = {("axe/image-alt", "#old"), ("axe/html-lang-valid", "html"), ("check/vague-link", "#here")}


def of_bad(frame):
    return {(rule, f"{frame} >> {place}") for rule, place in OF_BAD}


IN_FRAMES = {
    "dark": (main(framed("/grounded"), style=DARK % ""), {("axe/color-contrast", "iframe >> #in")}),
    # Its ground is the page's: what is pale on white is not on black. On a picture, nobody can tell.
    "on-the-pages-ground": (main(framed("/bare"), style=DARK % ""), set()),
    "black-on-the-pages-ground": (main(framed("/black"), style=DARK % ""), {("axe/color-contrast", "iframe >> #in")}),
    "on-a-picture": (main(f'<div class="b">{framed("/black")}</div>', style=PICTURE), set()),
    "narrow": (main(framed("/small")), {("axe/image-alt", "iframe >> #map")}),
    "comes": (main(f'<div class="small">{framed("/bad")}</div>', style=SMALL), of_bad("div > iframe")),
    "broken-before": (main(framed("/bad"), '<p class="small">T</p>', style=SMALL), set()),
    "goes": (main(f'<div class="wide">{framed("/bad")}</div>', style=SMALL), set()),
    "grows": (main(framed("/grows")), set()),
}


async def test_frames_in_the_dark_and_narrow(serve):
    seen, _ = await all_of(serve, {name: html for name, (html, _) in IN_FRAMES.items()}, more=DOCUMENTS)

    assert {name: {one[:2] for one in found} for name, (found, _, _) in seen.items()} == {
        name: told for name, (_, told) in IN_FRAMES.items()
    }
    assert {state for found, _, _ in seen.values() for _, _, state in found} == {"dark", "narrow"}


async def test_where_nothing_differs_axe_does_not_run_again(serve):
    server = serve({"/": main('<p>Text</p><img src="data:,"><button type="button"></button>')})

    new, states, seen = await looked_at(server.url())

    assert not new
    assert states == {"dark": "same", "narrow": "same"}
    assert seen.artifacts["states"]["seen"] == []


async def test_what_changes_by_itself_is_no_doing_of_a_state(serve):
    grows = "<script>setInterval(() => document.querySelector('main').append(new Image(1, 1)), 700)</script>"
    server = serve({"/": main("<p>Text</p>", grows)})

    new, _, _ = await looked_at(server.url())

    assert not new


MENU = f"""<header><nav>
<button type="button" id="menu" aria-expanded="false" onclick="flip(this, 'list')">Services</button>
<ul id="list" hidden><li><a id="home" href="/"><img id="logo" src="data:,"></a></li></ul></nav></header>{FLIP}"""
TABS = """<style>[role=tab] { padding: 20px } [role=tabpanel] { padding: 40px }</style>
<div role="tablist" aria-label="Fees">
<button type="button" role="tab" id="t1" aria-selected="true" onclick="tab(1)">One</button>
<button type="button" role="tab" id="t2" aria-selected="false" onclick="tab(2)">Two</button></div>
<div role="tabpanel" id="p1" aria-labelledby="t1">One</div>
<div role="tabpanel" id="p2" aria-labelledby="t2" hidden><input id="in"></div>
<script>function tab(n) { for (const k of [1, 2]) {
document.getElementById('t' + k).setAttribute('aria-selected', k === n);
document.getElementById('p' + k).hidden = k !== n; } }</script>"""
DIALOG = """<button type="button" aria-haspopup="dialog" onclick="it.showModal()">Contact</button>
<dialog id="it" aria-label="Contact"><img id="face" src="data:,">
<button type="button" onclick="it.close()">Close</button></dialog>"""
MORE = """<ul id="l"><li>One</li></ul>
<button type="button" onclick="fetch('/news?page=2').then((it) => it.text())
.then((it) => document.getElementById('l').insertAdjacentHTML('beforeend', it))">Load more</button>"""
BANNER = """<div class="cookies" role="region" aria-label="Cookies"><p>We use cookies.</p>
<button type="button">Accept</button>
<button type="button" onclick="document.getElementById('set').hidden = false">Settings</button>
<div id="set" hidden><input id="ads" type="checkbox"> Ads</div></div>"""

CLOSED = """<main><h1>H</h1></main>
<div class="cookies" role="region" aria-label="Cookies"><p>We use cookies. Nous utilisons des témoins.</p>
<img id="seal" src="data:,"><button type="button">Accept</button>
<button type="button" onclick="this.parentElement.hidden = true; again.hidden = false">{close}</button></div>
<aside aria-label="Settings"><button type="button" id="again" hidden>{again}</button></aside>"""

CHAT = """<style>.off { display: none }</style>
<div id="box" class="off" role="dialog" aria-label="Box"><img id="bot" src="data:,"></div>"""

CHOICE = """<label>Why? <select id="ask"><option value="">Choose</option><option value="m">Meter</option>
<option value="o">Other</option></select></label>
<div id="more" hidden>{more}</div>"""
REVEALS = "<script>ask.onchange = () => { more.hidden = ask.value !== 'o'; }</script>"
LEADS = "<script>ask.onchange = () => { more.hidden = false; location = '/act'; }</script>"


OPENED = {
    "menu": (main(MENU), {("axe/image-alt", "#logo", "menu: Services"), ("axe/link-name", "#home", "menu: Services")}),
    "section": (
        main('<details><summary>Hours</summary><p id="dim" style="color: #aaa">Nine to five</p></details>'),
        {("axe/color-contrast", "#dim", "section: Hours")},
    ),
    "tab": (main(TABS), {("axe/label", "#in", "tab: Two")}),
    "dialog": (main(DIALOG), {("axe/image-alt", "#face", "dialog: Contact")}),
    "more": (main(MORE), {("axe/image-alt", "#new", "more: Load more")}),
    "banner": (page("<main><h1>H</h1></main>", BANNER), {("axe/label", "#ads", "cookie-settings")}),
    "banner-closed": (
        page(CLOSED.format(close="×", again="<i></i>")),
        {("axe/button-name", "#again", "cookies-closed")},
    ),
    # No attribute says that they open something; their names do.
    "chat": (
        main("""<button type="button" aria-label="Open chat" onclick="box.className = ''">?</button>""", CHAT),
        {("axe/image-alt", "#bot", "dialog: Open chat")},
    ),
    "quick-view": (
        main(*(f"""<button type="button" class="qv" onclick="box.className = ''">Quick view: {one}</button>"""
               for one in ("Lights", "Keeper", "Ferry", "Canoe")), CHAT),
        {("axe/image-alt", "#bot", "dialog: Quick view: Lights")},
    ),
    "details-fr": (
        main("""<a href="#" onclick="box.className = ''; return false">Voir les détails</a>""", CHAT),
        {("axe/image-alt", "#bot", "dialog: Voir les détails")},
    ),
    # No button: it answers a mouse, and what it brings up is there for all who can press it.
    "pin": (
        main("""<div class="pin" style="cursor: pointer; height: 32px" onclick="box.className = ''"></div>""", CHAT),
        {("axe/image-alt", "#bot", "pressed")},
    ),
    "drawn": (
        main("""<div style="cursor: pointer" id="zone">Harbour lot</div>""",
             CHAT + "<script>zone.addEventListener('click', () => { box.className = ''; })</script>"),
        {("axe/image-alt", "#bot", "pressed: Harbour lot")},
    ),
    "drawn-delete": (
        main("""<div style="cursor: pointer" onclick="box.className = ''">Delete my booking</div>""", CHAT),
        set(),
    ),
    "picture-of-nothing-known": (
        main("""<img src="data:," style="cursor: pointer" id="p" alt="">""",
             CHAT + "<script>p.addEventListener('click', () => { box.className = ''; })</script>"),
        set(),
    ),
    # What another value of a list, or a choice, brings up.
    "value": (
        main(CHOICE.format(more='<textarea id="why"></textarea>'), REVEALS),
        {("axe/label", "#why", "choice: Why?: Other")},
    ),
    "tick": (
        main("""<label><input type="checkbox" onchange="box.classList.toggle('off')"> Dog</label>""", CHAT),
        {("axe/image-alt", "#bot", "choice: Dog")},
    ),
    "value-that-leads-away": (main(CHOICE.format(more='<textarea id="why"></textarea>'), LEADS), set()),
    "value-well-named": (main(CHOICE.format(more='<label>Tell us <textarea></textarea></label>'), REVEALS), set()),
    "value-nobody-hears": (main(CHOICE.format(more='<textarea></textarea>')), set()),
    # Nothing comes up, nothing new is wrong, or it was wrong before.
    "banner-closed-well": (page(CLOSED.format(close="Fermer", again="Témoins")), set()),
    "open-already": (main("<details open><summary>Hours</summary><p>Nine to five</p></details>"), set()),
    "dead": (main('<button type="button" aria-expanded="false">Services</button>'), set()),
    "good": (main("<details><summary>Hours</summary><p>Nine to five</p></details>"), set()),
    # axe-core calls what was broken before by the state that it is in now.
    "broken-before-and-open": (main(*("<details><summary>Hours</summary><p>Nine to five</p></details>",) * 2), set()),
    "broken-before": (main('<details><summary><img id="old" src="data:,">Hours</summary><p>Nine</p></details>'), set()),
}  # fmt: skip


async def test_what_controls_open(serve):
    more = {"/news?page=2": '<li><img id="new" src="data:,"></li>'}
    seen, asked = await all_of(serve, {name: html for name, (html, _) in OPENED.items()}, more=more, presses=True)

    assert {name: found for name, (found, _, _) in seen.items()} == {name: found for name, (_, found) in OPENED.items()}
    assert {name for name, (_, states, _) in seen.items() if states["opened"] == "same"} == {
        "open-already",
        "dead",
        "value-that-leads-away",
        "value-nobody-hears",
        "drawn-delete",
        "picture-of-nothing-known",
    }
    assert {name for _, _, collected in seen.values() for name in collected.errors} == {"mistakes", "typed"}
    assert asked == set(more)


def window(inside):
    """A dialog of the page's own making, which does not make the rest inert."""
    button = '<button type="button" aria-haspopup="dialog" onclick="it.hidden = false">Contact</button>'
    return f'{button}<div id="it" role="dialog" aria-label="Contact" hidden>{inside}</div>'


def dialog(inside, script=""):
    button = '<button type="button" aria-haspopup="dialog" onclick="show()">Contact</button>'
    code = f"<script>function show() {{ {script}; it.showModal() }}</script>"
    return f'{button}<dialog id="it" aria-label="Contact">{inside}</dialog>{code}'


def late(path):
    script = f"const f = document.createElement('iframe'); f.title = 'In'; f.src = '{path}'; it.append(f)"
    return dialog("", script)


OPENS = {"presses": True, "pressing": [Opened()]}
COMING = {
    "there-before": (dialog(framed("/bad")), of_bad("#it > iframe")),
    "loaded-late": (dialog('<iframe id="f" title="In"></iframe>', "f.src = '/bad'"), of_bad("#f")),
    "made-late": (late("/bad"), of_bad("#it > iframe")),
    "bookings": (late("/bookings/form"), of_bad("#it > iframe")),
    "nameless": (dialog('<iframe id="f" src="/good"></iframe>'), {("axe/frame-title", "#f")}),
    "same-title": (
        framed("/good") + dialog('<iframe id="f" title="In" src="/good"></iframe>'),
        {("axe/frame-title-unique", "#f")},
    ),
    # What may not be asked for is not, and people are told to look for themselves.
    "cancels": (late("/cancel?id=3"), {("check/frame-not-entered", "#it > iframe")}),
    "sound": (late("/good"), set()),
    "not-in-it": (framed("/grows") + dialog("<p>Text</p>"), set()),
}  # fmt: skip


async def test_frames_that_are_opened(serve):
    more = DOCUMENTS | {"/bookings/form": DOCUMENTS["/bad"]}
    seen, asked = await all_of(serve, {name: main(html) for name, (html, _) in COMING.items()}, more=more, **OPENS)

    assert {name: found for name, (found, _, _) in seen.items()} == {
        name: {(*one, "dialog: Contact") for one in told} for name, (_, told) in COMING.items()
    }
    assert asked == {"/bad", "/bookings/form", "/good", "/grows"}


HOURS = "<details><summary>Hours</summary>{}</details>"
OUT = page(
    """<main><h1>H</h1><button type="button" aria-expanded="false" onclick="flip(this, 'out')">Hours</button></main>""",
    '<p id="out" hidden>Nine</p>',
    FLIP,
)
TWO = page(
    "<main><h1>H</h1></main>", f'<nav aria-label="More">{HOURS.format("")}</nav><main id="two" hidden>Two</main>',
    "<script>document.querySelector('details').ontoggle = (e) => { two.hidden = !e.target.open }</script>",
)  # fmt: skip
RETITLED = (
    HOURS.format("<p>Nine</p>")
    + """<script>
document.querySelector('details').ontoggle = (e) => { document.title = e.target.open ? ' ' : 'T' }</script>"""
)
AMONG = {
    "heading-skipped": (main(HOURS.format('<h4 id="it">Summer</h4>')), {("axe/heading-order", "#it")}),
    "heading-in-order": (main(HOURS.format("<h2>Summer</h2>")), set()),
    "window-begins-anew": (main(window("<h4>Summer</h4><p>Text</p>")), set()),
    "window-skips": (main(window('<h2>Summer</h2><h5 id="june">June</h5>')), {("axe/heading-order", "#june")}),
    "windows-head": (page("<header>City</header><main><h1>H</h1></main>", window("<header>Head</header>")), set()),
    "second-main": (TWO, {("axe/landmark-no-duplicate-main", "#two"), ("axe/landmark-unique", "#two")}),
    "out-of-landmarks": (OUT, {("axe/region", "#out")}),
    "floats": (OUT.replace('id="out"', 'id="out" style="position: absolute"'), set()),
    "title-goes": (main(RETITLED), {("axe/document-title", "html")}),
    "skipped-before": (main("<h4>Summer</h4>", HOURS.format("<p>Nine</p>")), set()),
    # What is hidden is no fault of what stays: the level between is gone with what stood there.
    "what-stays": (
        main('<div id="two"><h2>Two</h2></div><h3>Three</h3>', HOURS.format("<p>Nine</p>"),
             "<script>document.querySelector('details').ontoggle = (e) => { two.hidden = e.target.open }</script>"),
        set(),
    ),
}  # fmt: skip


async def test_places_among_others_are_judged_where_something_comes(serve):
    seen, _ = await all_of(serve, {name: html for name, (html, _) in AMONG.items()}, **OPENS)

    assert {name: {one[:2] for one in found} for name, (found, _, _) in seen.items()} == {
        name: found for name, (_, found) in AMONG.items()
    }


async def test_a_banner_is_judged_while_it_stands_and_the_page_without_it(serve):
    server = serve({"/": page(CLOSED.format(close="Close", again="<i></i>"))})

    found, states, seen = await looked_at(server.url(), presses=True)

    whole = Snapshot(site="main", url=server.url(), artifacts=seen.artifacts, errors=seen.errors)
    standing = {one.selector for each in run_checks(whole, CHECKS, site_key="main") for one in each.findings}
    assert standing == {"#seal"}
    assert found == {("axe/button-name", "#again", "cookies-closed")}
    assert states["opened"] == "seen"


#: Each opens something that would be told; none of them may be used.
DANGERS = {
    "delete": """<button aria-expanded="false" onclick="fetch('/act'); flip(this, 'it')">Delete</button>""",
    "cancel": """<details ontoggle="fetch('/act')"><summary>Cancel booking</summary><img src="data:,"></details>""",
    "pay": """<button aria-haspopup="dialog" onclick="fetch('/act'); flip(this, 'it')">Pay now</button>""",
    "submits": """<form action="/act"><button aria-expanded="false">Services</button></form>""",
    "leads-on": """<a href="/act" role="button" aria-expanded="false">Services</a>""",
    "posts": """<button type="button" onclick="fetch('/act', {method: 'POST'})">Load more</button>""",
    "shows-cart": """<button type="button" onclick="fetch('/act'); flip(this, 'it')">View cart</button>""",
    "shows-and-pays": """<button type="button" onclick="fetch('/act'); flip(this, 'it')">Show and pay</button>""",
    "shows-in-form": """<form action="/act"><button>Show</button></form>""",
    "link": """<a href="/act">View the agenda</a>""",
    "fragment": """<a href="#it" onclick="fetch('/act')">View the agenda</a>""",
    "other-name": """<button type="button" onclick="fetch('/act'); flip(this, 'it')">Openings</button>""",
    "tool": """<div role="toolbar"><button type="button" onclick="fetch('/act')">Show grid</button></div>""",
    "toggle": """<button type="button" aria-pressed="false" onclick="fetch('/act')">Show grid</button>""",
}


async def test_what_may_not_be_pressed_is_never_opened(serve):
    it = '<div id="it" hidden><img src="data:,"></div>'
    pages = {name: main(danger, it, FLIP) for name, danger in DANGERS.items()}

    seen, asked = await all_of(serve, pages, presses=True)

    assert {name: (found, one.artifacts["opened"]["tried"]) for name, (found, _, one) in seen.items()} == {
        name: (set(), 0) for name in pages
    }
    assert not asked


#: What a harmless name hides.
ASKS = {
    "posts": "fetch('/act', {method: 'POST', body: 'x'})",
    "deletes": "fetch('/delete?id=3')",
    "elsewhere": "fetch('http://localhost:' + location.port + '/news')",
    "leaves": "location = '/news'",
    "counts": "new Image().src = '/news?seen=1'",
    "reports": "navigator.sendBeacon('/news', 'x')",
}


async def test_more_of_a_list_is_read_from_the_site_and_nothing_else_is_asked(serve):
    button = '<button type="button" onclick="more()">Load more</button>'
    pages = {name: main(button, f"<script>function more() {{ {script} }}</script>") for name, script in ASKS.items()}

    seen, asked = await all_of(serve, pages, presses=True)

    assert {one.artifacts["opened"]["tried"] for _, _, one in seen.values()} == {1}
    assert not asked


async def test_a_list_that_leads_away_is_left_as_it_was(serve):
    server = serve({"/": main(CHOICE.format(more="<p>More</p>"), LEADS), "*": "x"})

    _, _, collected = await looked_at(server.url(), presses=True, pressing=[Opened(), Interaction()])

    (told,) = collected.artifacts["interaction"]["values"]
    assert told["does"] == "navigation"


async def test_a_section_asks_nothing_of_the_site(serve):
    script = "fetch('/news?page=2')"
    server = serve({"/": main(f'<details ontoggle="{script}"><summary>News</summary><p>N</p></details>'), "*": "x"})

    await looked_at(server.url(), presses=True)

    assert {path for _, path in server.asked} <= {"/", "/favicon.ico"}


async def test_what_is_shared_is_opened_once(serve):
    section = '<details><summary>Hours</summary><p id="dim" style="color: #aaa">Nine to five</p></details>'
    server = serve({"/": main(MENU, section), "/two": main(MENU, section)})
    known = Known()

    first, _, _ = await looked_at(server.url(), presses=True, known=known)
    second, states, _ = await looked_at(server.url("/two"), presses=True, known=known)

    assert {state for _, _, state in first} == {"menu: Services", "section: Hours"}
    assert {state for _, _, state in second} == {"section: Hours"}
    assert states["opened"] == "seen"


async def test_what_the_time_does_not_suffice_for_is_told(serve):
    server = serve({"/": main(MENU), "/two": main(MENU)})
    known = Known()

    new, states, _ = await looked_at(server.url(), presses=True, seconds=4, known=known)

    assert not new
    assert states["opened"] == f"{LEFT_OUT}page budget"
    assert not is_unfinished(states)
    later, states, _ = await looked_at(server.url("/two"), presses=True, known=known)
    assert {state for _, _, state in later} == {"menu: Services"}
    assert not is_unfinished(states)


@pytest.mark.parametrize(
    ("errors", "unfinished"),
    [
        ({}, False),
        ({"states": PAGE_BUDGET}, False),
        ({"opened": "RuntimeError"}, True),
        ({"states": "the page did not answer"}, True),
        ({"opened": f"{LEFT_OUT}no authorization is recorded for this site"}, False),
    ],
)
def test_only_what_was_planned_is_not_made_up_for(errors, unfinished):
    told = visited({}, errors)

    assert is_unfinished(told) is unfinished
    assert all(one.startswith(LEFT_OUT) for one in told.values())


async def test_where_more_can_be_opened_than_is_that_is_told(serve):
    alike = "".join(f'<details class="q"><summary>Question {n}</summary><p>Answer</p></details>' for n in range(8))
    server = serve({"/": main(alike)})

    _, states, seen = await looked_at(server.url(), presses=True)

    assert seen.artifacts["opened"]["tried"] == 6
    assert states["opened"] == "seen"
    assert states["unopened"].startswith(LEFT_OUT)
