"""What pages make of text before anybody sends it: typed for real, held back, and judged by who would receive it."""

import asyncio
import re

import pytest
from pools import PATIENT, PATIENTLY, nobody, shared

from audits.model import ONLY_ON_A_COPY, Snapshot, Verdict
from audits.privacy.typed_text import TypedText
from audits.runner import run_checks
from crawler.browser.pool import BrowserConfig
from crawler.collectors.document import Document
from crawler.collectors.typed import TypedText as Collector
from crawler.known import Known
from crawler.safety import Safety

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GA = "https://www.google-analytics.com/g/collect"
HOTJAR = "https://metrics.hotjar.io/"
LATER = "addEventListener('pagehide', () => navigator.sendBeacon('https://m.clarity.ms/collect', {}))"
SHA = """async function sha(text, kind = 'SHA-256') {
  const bytes = new Uint8Array(await crypto.subtle.digest(kind, new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}"""


def mail(does, on="onchange", name="Your e-mail", more='type="email" name="email"'):
    return f'<form method="post" action="/go"><label>{name} <input id="it" {more} {on}="{does}"></label></form>'


def late(told):
    """Sent when the page is left."""
    return f"<script>{LATER.format(told)}</script>"


FAILS = {
    "plain": (mail(f"fetch('{GA}?em=' + encodeURIComponent(value), {{mode: 'no-cors'}})"), "as typed in the address"),
    "hashed": (
        mail(f"sha(value.trim().toLowerCase()).then((h) => fetch('{GA}', {{method: 'POST', body: 'em=' + h}}))"),
        "as its SHA-256 hash in the body",
    ),
    "sha-1": (mail(f"sha(value, 'SHA-1').then((h) => new Image().src = '{GA}?h=' + h)"), "as its SHA-1 hash"),
    "on leaving": (
        mail("", on="oninput") + late("btoa('{}' + it.value)"),
        "Clarity (Microsoft), session replay (in base64 in the body)",
    ),
    "whole page": (
        mail(
            f"const x = new XMLHttpRequest(); x.open('POST', '{HOTJAR}'); x.send(JSON.stringify([{{v: value}}]))",
            "oninput",
        ),
        "session replay",
    ),
    "own address": (
        mail(
            "history.replaceState(0, '', '?m=' + value);"
            "new Image().src = 'https://www.facebook.com/tr?dl=' + escape(location)"
        ),
        "as typed in the address",
    ),
    "packed": (
        mail(
            "new Response(new Blob([JSON.stringify({v: value})]).stream().pipeThrough(new CompressionStream('gzip')))"
            f".arrayBuffer().then((body) => fetch('{HOTJAR}', {{method: 'POST', body}}))"
        ),
        "as typed in the body",
    ),
    "blob": (mail(f"navigator.sendBeacon('{GA}', new Blob([value]))"), "as typed in the body"),
    "telephone": (
        mail(f"fetch('{GA}?t=1' + value.replace(/\\D/g, ''))", more='type="tel" name="phone"', name="Phone"),
        "as typed in the address",
    ),
    "password": (mail(f"fetch('{HOTJAR}' + value)", more='type="password" name="p"', name="Password"), "Hotjar"),
    "worker": (
        mail(f"new Worker(window.URL.createObjectURL(new Blob([`fetch('{GA}?v=${{value}}', {{method: 'POST'}})`])))"),
        "as typed in the address",
    ),
    "frame": ('<iframe id="in" title="T" src="/_plain"></iframe>', "Google Analytics"),
}
REVIEWS = {
    "look-up elsewhere": (
        mail(
            "fetch('https://ws1.postescanada-canadapost.ca/find?s=' + value)", "oninput", "Home address", 'name="addr"'
        ),
        "ws1.postescanada-canadapost.ca",
    ),
    "unknown company": (mail("fetch('https://api.vendor.ca/v?e=' + value)"), "api.vendor.ca"),
    "own server": (
        mail("fetch('/check', {method: 'POST', body: value})"),
        "the site’s own server (as typed in the body)",
    ),
    # A file that pages are made of is let through while controls are pressed; not with what was typed in its name.
    "picture": (mail("new Image().src = '/p/' + value + '.gif'"), "the site’s own server (as typed in the address)"),
    "search counted": (
        mail(f"fetch('{GA}?q=' + value)", "oninput", "Search", 'type="search" name="q"'),
        "Google Analytics",
    ),
}
PASSES = {
    "suggestions": mail("fetch('/suggest?q=' + value)", "oninput", "Search", 'type="search" name="q"'),
    "own look-up": mail("fetch('/address?q=' + value)", "oninput", "Home address", 'name="addr"'),
    "field name": mail(f"fetch('{GA}?ev=changed&field=' + name)"),
    "length": mail(f"fetch('{GA}?n=' + value.length)"),
    "meter": mail("out.value = value.length", "oninput", "Password", 'type="password"') + '<output id="out"></output>',
    "masked": mail(f"fetch('{HOTJAR}', {{method: 'POST', body: value.replace(/./g, '*')}})", "oninput"),
    "salted": mail(f"sha('a grain of salt' + value).then((h) => fetch('{GA}?h=' + h))"),
    "kept here": mail("localStorage.draft = value"),
    "only when sent": mail("").replace("<form", f"<form onsubmit=\"fetch('{GA}?e=' + it.value); return false\""),
    "draft": mail("fetch('/draft', {method: 'POST', body: value})", "oninput", "Comments", 'name="comments"'),
    "page view": mail("") + f"<script>fetch('{GA}?dl=' + escape(location))</script>",
    "checksum": mail(f"fetch('{GA}?c=' + [...value].reduce((sum, one) => sum + one.charCodeAt(0), 0))"),
}
NOTHING = {
    "no field": "<p>Write to us.</p>",
    "read only": mail(f"fetch('{GA}?e=' + value)", more='readonly value="x"'),
    "hidden": mail(f"fetch('{GA}?e=' + value)", more='style="display: none"'),
    "too short": mail(f"fetch('{GA}?e=' + value)", more='maxlength="4"'),
    "a choice": mail(f"value = 'Burlington'; fetch('{GA}?e=' + value)", "oninput", "City", 'name="city"'),
    "vendor’s frame": '<iframe title="T" src="{elsewhere}/_plain"></iframe>',
}
CASES = {**{name: body for name, (body, _) in (FAILS | REVIEWS).items()}, **PASSES, **NOTHING}


def page(body):
    return f'<!doctype html><html lang="en"><title>T</title><script>{SHA}</script><main><h1>H</h1>{body}</main></html>'


def paths():
    return {name: f"/{number}" for number, name in enumerate(CASES)}


async def looked_at(urls, *, copy=True, known=None, safety=None):
    """{name: snapshot}, several pages at a time."""
    config = BrowserConfig(slots=4, **PATIENT)
    key, told = nobody(), {}

    async def work(pool):
        async def look(name, url):
            async with pool.visit(url, key=key, collectors=(Document(),)) as (rendered, seen):
                how = {"seconds": PATIENTLY, "safety": safety or Safety(), "copy": copy, "known": known or Known()}
                await pool.press(rendered, seen, **how, collectors=[Collector()])
                told[name] = Snapshot(site="main", url=url, artifacts=seen.artifacts, errors=seen.errors)

        async with asyncio.TaskGroup() as group:
            for name, url in urls.items():
                group.create_task(look(name, url))

    await shared(config, work)
    return told


def judged(snapshot, own=()):
    (outcome,) = run_checks(snapshot, [TypedText(redact=str, own_domains=own)], site_key="main")
    return outcome


@pytest.fixture(scope="module")
def seen(serve_module):
    """What was seen of every case, and what its server was asked for."""
    server = serve_module({"*": "x"})
    elsewhere = server.url("").replace("127.0.0.1", "localhost").rstrip("/")
    server.routes |= {path: page(CASES[name].replace("{elsewhere}", elsewhere)) for name, path in paths().items()}
    server.routes["/_plain"] = page(FAILS["plain"][0])
    told = asyncio.run(looked_at({name: server.url(path) for name, path in paths().items()}))
    return told, server


@pytest.mark.parametrize("name", FAILS)
def test_who_follows_people_is_told_what_they_type(seen, name):
    outcome = judged(seen[0][name])

    assert outcome.verdict is Verdict.FAIL
    (finding,) = outcome.findings
    assert FAILS[name][1] in finding.message
    assert finding.selector == ("#in >> #it" if name == "frame" else "#it")


@pytest.mark.parametrize("name", REVIEWS)
def test_what_others_are_told_is_for_a_person_to_look_at(seen, name):
    outcome = judged(seen[0][name])

    assert outcome.verdict is Verdict.REVIEW
    (finding,) = outcome.findings
    assert REVIEWS[name][1] in finding.message
    assert finding.message.endswith("and are people told?")


@pytest.mark.parametrize("name", PASSES)
def test_what_tells_nobody_what_was_typed_passes(seen, name):
    assert judged(seen[0][name]).verdict is Verdict.PASS


@pytest.mark.parametrize("name", NOTHING)
def test_where_nothing_can_be_typed_nothing_is_said(seen, name):
    assert judged(seen[0][name]).verdict is Verdict.INAPPLICABLE


def test_nothing_of_it_reaches_the_server(seen):
    asked = {(method, path.partition("?")[0]) for method, path in seen[1].asked}

    assert asked <= {("GET", path) for path in [*paths().values(), "/_plain", "/favicon.ico"]}
    assert ("GET", "/_plain") in asked


def test_what_was_typed_is_kept_nowhere(seen):
    kept = repr([snapshot.artifacts["typed"] for snapshot in seen[0].values()])

    assert not re.search(r"[bcdfghjklmnpqrstvwxz]{7}|@example|55501\d\d|[0-9a-f]{32}", kept)


def test_a_receiver_of_ones_own_is_none_other(seen):
    assert judged(seen[0]["unknown company"], own=["vendor.ca"]).findings[0].message.count("own server") == 1


async def test_what_pages_share_is_typed_into_once(serve):
    bare, own = "<p>Parks</p>", '<label>Comments <input id="own" name="own"></label>'
    header = f"<header>{FAILS['plain'][0]}</header><main>"
    pages = {at: page(body).replace("<main>", header) for at, body in (("/a", bare), ("/b", bare), ("/c", own))}
    server, known = serve(pages), Known()

    told = [(await looked_at({"it": server.url(at)}, known=known))["it"] for at in pages]

    assert [judged(one).verdict for one in told] == [Verdict.FAIL] * 3
    assert [one.artifacts["typed"]["tried"] for one in told] == [1, 1, 2]
    assert [server.seen.count(at) for at in pages] == [3, 1, 3]  # as it came, anew, and put back


async def test_where_a_line_to_the_server_is_opened_nothing_is_said(serve):
    opens = "new WebSocket(location.origin.replace('http', 'ws') + '/go')"
    server = serve({"/": page(mail(opens))})

    outcome = judged((await looked_at({"it": server.url()}))["it"])

    assert (outcome.verdict, outcome.reason) == (Verdict.NOT_RUN, "not run: the page opened a line to its server")


async def test_what_is_too_long_to_be_read_is_no_pass(serve):
    server = serve({"/": page(mail(f"fetch('{GA}', {{method: 'POST', body: 'x'.repeat(1e6) + value}})"))})

    outcome = judged((await looked_at({"it": server.url()}))["it"])

    assert outcome.verdict is Verdict.NOT_RUN
    assert outcome.reason == "not run: something that the page wanted to send could not be read"


async def test_a_page_with_more_fields_than_are_typed_into_is_no_pass(serve):
    fields = [f'<p><label>Word {number} <input name="w{number}"></label></p>' for number in range(13)]
    server = serve({"/more": page("".join(fields)), "/all": page("".join(fields[1:]))})

    told = await looked_at({"more": server.url("/more"), "all": server.url("/all")})

    more = judged(told["more"])
    assert (more.verdict, more.reason) == (Verdict.NOT_RUN, "not run: the page has more fields than are typed into")
    assert judged(told["all"]).verdict is Verdict.PASS


async def test_what_the_site_names_is_left_alone(serve):
    server = serve({"/": page(FAILS["plain"][0])})

    told = await looked_at({"it": server.url()}, safety=Safety(never_press=("Your e-mail",)))

    assert judged(told["it"]).verdict is Verdict.INAPPLICABLE


async def test_on_the_site_itself_nothing_is_typed(serve):
    server = serve({"/": page(FAILS["plain"][0])})

    told = await looked_at({"it": server.url()}, copy=False)

    outcome = judged(told["it"])
    assert (outcome.verdict, outcome.reason) == (Verdict.NOT_RUN, ONLY_ON_A_COPY)
