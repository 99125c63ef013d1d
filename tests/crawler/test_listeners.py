"""Handlers that a library keeps for others: jQuery, React, Vue, Alpine and Bootstrap as npm brings them."""

from pathlib import Path

import pytest
from pools import PATIENT, nobody, shared

from audits.accessibility.mouse_only import MouseOnly
from audits.model import Snapshot
from crawler.browser.listeners import idle
from crawler.browser.pool import BrowserConfig
from crawler.collectors.handlers import Handlers
from crawler.collectors.mouse import Mouse

MODULES = Path(__file__).parents[2] / "node_modules"

#: Each of its elements whose id begins with "fail" or "review" must be found, with that verdict, and nothing else.
JQUERY = """
<div id="cards"><section><div id="fail-card" class="card c"><b>Skating</b></div></section>
  <section id="late"><p>Some text.</p><div id="fail-late" class="late c">Swimming</div></section>
  <section><div id="whole" class="card c"><a href="/rink">Curling</a></div></section>
  <section><div id="button" class="card c" role="button" tabindex="0">Tennis</div></section>
  <section><div id="keys" class="both c">Bowling</div></section>
  <section><div id="counted" class="counted c">Hockey</div></section>
  <section><div id="held" class="held c">Golf</div></section>
  <section><div id="gone" class="gone c">Rugby</div></section>
  <section><label id="label" class="card c">Chess <input></label></section></div>
<section id="dates"><h2>Dates</h2><div id="fail-seen" class="day c">Monday</div>
  <div id="first" class="hour c">Noon</div></section>
<table><tr id="row"><td id="review-cell" class="cell c">12</td><td><a href="/12">Permit</a></td></tr></table>
<ul id="list"><li id="plain">Twelve</li></ul>
<script src="/jquery/dist/jquery.min.js"></script>
<script>
  const go = () => { document.title += '!'; };
  $(document).on('click', '.card', go).on('click', '.both', go).on('keydown', '.both', go).on('click', '.cell', go);
  $('#late').on('click', '> .late', go);
  $('#cards').on('click', '.gone', go).off('click', '.gone');
  $(document).on('click', '.counted', function () { gtag('event', 'card', { name: $(this).data('name') }); });
  $(document).on('click', '.held', (event) => event.stopPropagation());
  $('#dates').on('click', '.day:visible', go).on('click', '.hour:first', go);
  $('#list').on('click', '.nothing-of-that-kind', go);
  $(document).on('click', '*', go).on('click', '#list li >', go);
</script>"""
REACT = """
<div id="widget"></div>
<script>
  // npm has React as modules of Node alone.
  const loaded = {};
  const modules = {};
  const require = (name) => {
    if (!loaded[name]) { loaded[name] = { exports: {} }; modules[name](loaded[name], loaded[name].exports, require); }
    return loaded[name].exports;
  };
  const process = { env: { NODE_ENV: 'production' } };
</script>
<script src="/react.js"></script>
<script>
  const { createElement: h } = require('react');
  const go = () => { document.title += '!'; };
  const hold = (event) => event.stopPropagation();
  const row = (...children) => h('section', null, h('p', null, 'Some text between the two.'), ...children);
  require('react-dom/client').createRoot(document.getElementById('widget')).render([
    row(h('div', { id: 'fail-card', className: 'c', onClick: go }, 'Skating')),
    row(h('div', { id: 'fail-capture', className: 'c', onClickCapture: go }, 'Swimming')),
    row(h('div', { id: 'whole', className: 'c', onClick: go }, h('a', { href: '/rink' }, 'Curling'))),
    row(h('div', { id: 'button', className: 'c', role: 'button', tabIndex: 0, onClick: go, onKeyDown: go }, 'Tennis')),
    row(h('div', { id: 'held', className: 'c', onClick: hold }, 'Hockey')),
    row(h('div', { id: 'none', className: 'c', onMouseEnter: go }, 'Golf')),
    row(h('button', { id: 'native', onClick: go }, h('span', { id: 'inner', onClick: go }, 'Rugby'))),
    row(h('label', { id: 'label', className: 'c', onClick: go }, 'Chess', h('input', { onChange: go }))),
  ]);
</script>"""
VUE = """
<div id="widget"></div>
<script src="/@vue/runtime-dom/dist/runtime-dom.global.prod.js"></script>
<script>
  const { createApp, h } = VueRuntimeDOM;
  const go = () => { document.title += '!'; };
  const hold = (event) => event.stopPropagation();
  const row = (...children) => h('section', [h('p', 'Some text between the two.'), ...children]);
  createApp({ render: () => [
    row(h('div', { id: 'fail-card', class: 'c', onClick: go }, 'Skating')),
    row(h('div', { id: 'fail-both', class: 'c', onClick: [hold, go] }, 'Swimming')),
    row(h('div', { id: 'held', class: 'c', onClick: hold }, 'Hockey')),
    row(h('div', { id: 'whole', class: 'c', onClick: go }, [h('a', { href: '/rink' }, 'Curling')])),
    row(h('div', { id: 'button', class: 'c', role: 'button', tabindex: 0, onClick: go, onKeydown: go }, 'Tennis')),
    row(h('label', { id: 'label', class: 'c', onClick: go }, ['Chess', h('input', { onInput: go })])),
  ] }).mount('#widget');
</script>"""
ALPINE = """
<div x-data="{ open: false }"><p>Some text.</p>
<section><div id="fail-card" class="c" @click="open = !open">Skating</div></section>
<section><div id="fail-long" class="c" x-on:click="open = true">Swimming</div></section>
<section @click.outside="open = false"><p id="outside" class="c">Hockey</p></section>
<section><div id="whole" class="c" @click="open = true"><button type="button">Curling</button></div></section>
<section><div id="button" class="c" role="button" tabindex="0" @click="open = true" @keydown.enter="open = true">
  Tennis</div></section>
<section><div id="window" class="c" @click.window="open = false">Golf</div></section></div>
<script src="/alpinejs/dist/cdn.min.js"></script>"""
BOOTSTRAP = """
<section><div id="fail-head" class="c" data-bs-toggle="collapse" data-bs-target="#hours">Skating hours</div></section>
<section><p>Some text.</p>
  <div id="review-plain" data-bs-toggle="collapse" data-bs-target="#hours">Swimming hours</div></section>
<section><p>Some text.</p>
  <button id="native" data-bs-toggle="collapse" data-bs-target="#hours">Curling hours</button></section>
<section><p>Some text.</p>
  <span id="tip" class="c" data-bs-toggle="tooltip" title="Of the season">Opening</span></section>
<section><p>Some text.</p>
  <h3 id="around" class="c" data-bs-toggle="collapse"><a href="#hours">Tennis hours</a></h3></section>
<div id="hours" class="collapse">9 to 5</div>
<script src="/bootstrap/dist/js/bootstrap.bundle.min.js"></script>"""
OWN = """
<section><div id="review-card" class="card c">Skating</div></section>
<section><p>Some text.</p><div id="no-hand" class="card">Swimming</div></section>
<section><p>Some text.</p><div id="menu" class="menu c">Menu</div></section>
<section><p>Some text.</p><div id="whole" class="card c"><a href="/rink">Curling</a></div></section>
<section><p>Some text.</p><div id="button" class="card c" role="button" tabindex="0">Tennis</div></section>
<section><p>Some text.</p>
  <h3 id="title" class="card c">Hours</h3><button id="opens" aria-expanded="false">More</button></section>
<script>
  document.addEventListener('click', (event) => {
    const card = event.target.closest('.card');
    if (card) card.classList.toggle('open');
    if (!event.target.closest('.menu')) document.title += '!';
  });
</script>"""
#: Solid and Svelte, by hand: npm has their compilers' input.
COMPILED = """
<div id="widget"><section><div id="fail-solid" class="c">Skating</div></section>
<section><p>Some text.</p><div id="fail-svelte" class="c">Swimming</div></section>
<section><p>Some text.</p><div id="fail-before" class="c">Curling</div></section>
<section><p>Some text.</p><div id="held" class="c">Golf</div></section>
<section><p>Some text.</p><div id="keyed" class="c">Hockey</div></section>
<section><p>Some text.</p><div id="whole" class="c"><a href="/rink">Tennis</a></div></section>
<section><p>Some text.</p><div id="other" class="c">Rugby</div></section></div>
<script>
  const go = () => { document.title += '!'; };
  const at = (id) => document.getElementById(id);
  at('fail-solid').$$click = go;
  at('whole').$$click = go;
  at('held').$$click = (event) => event.stopPropagation();
  Object.assign(at('keyed'), { $$click: go, $$keydown: go });
  at('fail-before').__click = go;
  at('fail-svelte')[Symbol('events')] = { click: go };
  at('other')[Symbol('events')] = { mouseover: go };
  document.addEventListener('click', (event) => { event.composedPath().forEach(() => {}); });
</script>"""
HOSTILE = """
<section><div id="fail-own" class="c">Skating</div></section>
<section><p>Some text.</p><div id="other" class="c">Swimming</div></section>
<script>
  document.getElementById('fail-own').addEventListener('click', () => { document.title += '!'; });
  Array.prototype.toJSON = () => 'no'; Map.prototype.get = () => { throw Error('no'); };
  Object.defineProperty(document.getElementById('other'), '__reactProps$x', { enumerable: true, get() { for (;;); } });
  window.jQuery = Object.assign(() => {}, { _data() { for (;;); } });
</script>"""

pytestmark = pytest.mark.browser


def react():
    parts = {
        "react": "react/cjs/react.production.js",
        "scheduler": "scheduler/cjs/scheduler.production.js",
        "react-dom": "react-dom/cjs/react-dom.production.js",
        "react-dom/client": "react-dom/cjs/react-dom-client.production.js",
    }
    return "\n".join(
        f"modules['{name}'] = (module, exports, require) => {{ {(MODULES / path).read_text()}\n}};"
        for name, path in parts.items()
    )


def script(path):
    return 200, {"Content-Type": "text/javascript"}, (MODULES / path).read_bytes()


@pytest.fixture
def artifacts(serve, clean_page):
    """``await artifacts(body, collector)``: what it takes from a page that may load what npm brought."""

    async def look(body, collector):
        server = serve(
            {
                "/": clean_page("<style>.c { cursor: pointer }</style>" + body),
                "/react.js": lambda _: (200, {"Content-Type": "text/javascript"}, react()),
                "*": lambda request: script(request.path.lstrip("/")),
            }
        )
        config = BrowserConfig(slots=1, **PATIENT)

        async def work(pool):
            async with pool.visit(server.url(), key=nobody(), collectors=(collector,)) as (_, seen):
                assert not seen.errors
                return seen.artifacts

        return await shared(config, work)

    return look


@pytest.mark.parametrize("name", ["JQUERY", "REACT", "VUE", "ALPINE", "BOOTSTRAP", "OWN", "COMPILED", "HOSTILE"])
async def test_what_only_a_mouse_can_use_is_found_where_a_library_listens_for_it(artifacts, name):
    body = globals()[name]
    marked = {word.strip("'\"#") for word in body.replace("=", " ").replace(",", " ").replace(">", " ").split()}
    wanted = {(word.partition("-")[0], f"#{word}") for word in marked if word.startswith(("fail-", "review-"))}

    snapshot = Snapshot(site="main", url="/", artifacts=await artifacts(body, Mouse()))

    assert {(found.verdict.value, found.selector) for found in MouseOnly(redact=str).run(snapshot)} == wanted


async def test_the_source_of_a_handler_is_told_of_the_element_that_is_meant(artifacts):
    direct = "<script>$('#whole').on('click', () => { document.title += '?'; });</script>"

    told = (await artifacts(JQUERY + direct, Handlers()))["handlers"]["elements"]

    handlers = {one["selector"]: [(told["event"], told["source"]) for told in one["handlers"]] for one in told}
    go = "() => { document.title += '!'; }"
    assert handlers["#fail-card"] == [("click", go)]
    assert handlers["#keys"] == [("click", go), ("keydown", go)]
    assert [event for event, _ in handlers["#whole"]] == ["click"] * 3  # jQuery's own, and both that it keeps
    assert not {"#counted", "#held", "#gone", "#plain", "main > h1"} & set(handlers)


@pytest.mark.parametrize(
    ("source", "is_idle"),
    [
        ("(event) => event.stopPropagation()", True),
        ("function onclick(event) {\nreturn false\n}", True),
        ("function (e) { e.preventDefault(); e.stopPropagation(); }", True),
        ("() => { dataLayer.push({ event: 'card' }); }", True),
        ("function () { gtag('event', 'open', { name: $(this).data('name') }); }", True),
        # jQuery UI swallows the click that ends a drag.
        (
            "function (e) { if (true === $.data(e.target, w + '.preventClickEvent')) {"
            " $.removeData(e.target, w + '.preventClickEvent'); e.stopImmediatePropagation(); return false; } }",
            True,
        ),
        ("(e) => { if (dragged) e.preventDefault(); }", True),
        ("(e) => { e.preventDefault(); open.value = !open.value; }", False),
        ("(e) => { e.stopPropagation(); count++; }", False),
        ("(e) => { const at = e.target; e.preventDefault(); at.hidden = true; }", False),
        ("() => { gtag('event', 'open'); state.open = true; }", False),
        ("() => {}", False),  # may be a page's first draft; React's own are told by what React keeps
        ("function () { gtag('event', 'open'); openMap(); }", False),
        ("function () { gtag('event', 'open'); location.href = '/map'; }", False),
        ("(e) => { e.preventDefault(); toggle(); }", False),
        ("() => go()", False),
        ("function () { [native code] }", False),
        ("", False),
        ("function (e) {" + " " * 1500 + "x }", False),
    ],
)
def test_a_handler_that_only_holds_back_or_counts_is_no_control(source, is_idle):
    assert idle(source) is is_idle
