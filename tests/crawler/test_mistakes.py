"""Forms are tried on a copy of a site only, those that do harm nowhere, and nothing of it reaches the server."""

import asyncio

import pytest
from pools import PATIENT, PATIENTLY, nobody, shared

from audits.model import ONLY_ON_A_COPY, PAGE_BUDGET
from crawler.browser.pool import BrowserConfig
from crawler.collectors import pressing
from crawler.collectors.document import Document
from crawler.collectors.mistakes import HARMFUL as HARMFUL_NAME
from crawler.collectors.mistakes import MOST, NEVER, TOO_MANY, Mistakes
from crawler.known import Known
from crawler.safety import Safety

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ASKED = {("GET", "/"), ("GET", "/favicon.ico")}
MARKS = """<script>for (const form of document.forms) form.addEventListener('submit', (event) => {
localStorage.tried = (localStorage.tried || '') + ' ' + event.target.id;
for (const field of document.querySelectorAll('[required]')) {
  if (field.form === event.target && !field.value) { event.preventDefault(); field.style.border = '3px solid red'; }
} });</script>"""


def page(*parts):
    return f'<!doctype html><html lang="en"><title>T</title><main><h1>H</h1>{"".join(parts)}</main>{MARKS}</html>'


NAME = '<label>Name * <input id="name" name="name" required></label>'


def form(name="f", more="", field=NAME, button="<button>Send</button>"):
    return f'<form id="{name}" method="post" action="/go" novalidate {more}><p>{field}</p>{button}</form>'


async def tried(*urls, copy=True, seconds=PATIENTLY, safety=None):
    """What was collected of each page, one after the other, and which of its forms were to be sent."""
    known, told = Known(), []
    config = BrowserConfig(slots=1, **PATIENT)
    key = nobody()

    async def work(pool):
        for url in urls:
            async with pool.visit(url, key=key, collectors=(Document(),)) as (rendered, seen):
                how = {"seconds": seconds, "safety": safety or Safety(), "copy": copy, "known": known}
                await pool.press(rendered, seen, **how, collectors=[Mistakes()])
                await asyncio.sleep(0.3)
                used = await rendered.page.evaluate("localStorage.tried") or ""
                told.append((seen, used.split()))

    await shared(config, work)
    return told


async def test_a_form_is_tried_twice_where_it_says_nothing_and_nothing_is_sent(serve):
    server = serve({"/": page(form()), "*": "x"})

    ((seen, used),) = await tried(server.url())

    (told,) = seen.artifacts["mistakes"]["forms"]
    assert used == ["f", "f"]
    assert [(one["by"], [(field["name"], field["red"], field["ties"]) for field in one["fields"]])
            for one in told["tries"]] == [("empty", [("Name *", True, [])])]  # fmt: skip
    assert set(server.asked) <= ASKED


async def test_on_the_site_itself_no_form_is_touched(serve):
    server = serve({"/": page(form()), "*": "x"})

    ((seen, used),) = await tried(server.url(), copy=False)

    assert seen.errors == {"mistakes": ONLY_ON_A_COPY}
    assert used == []
    assert "mistakes" not in seen.artifacts
    assert set(server.asked) <= ASKED


def test_nothing_else_that_presses_sends():
    assert [collector.name for collector in pressing() if collector.sends] == ["mistakes", "typed"]


SENDS = [
    "",
    "fetch('/go', {method: 'POST', body: new FormData(this)}); return false",
    "fetch('/go?name='); return false",
    "navigator.sendBeacon('/go', 'x'); return false",
    "const x = new XMLHttpRequest(); x.open('POST', '/go', false); try { x.send('x') } catch {} return false",
    "this.submit(); return false",
    "location = '/go'; return false",
    "window.open('/go'); return false",
    "this.target = 'in'",
    "this.target = '_blank'",
    "new Image().src = '/go?name='; return false",
    "setTimeout(() => HTMLFormElement.prototype.submit.call(this), 300); return false",
    "new Worker(window.URL.createObjectURL(new Blob([`fetch('${origin}/go', {method: 'POST'})`]))); return false",
    "new Worker('/work.js'); return false",
    "new SharedWorker('/work.js'); return false",
    "new EventSource('/go'); return false",
]


async def test_whatever_a_form_wants_to_send_stays_here(serve):
    """It is told of none that asked its server for something: only the server knows what it would have said."""
    frame = '<iframe name="in" title="T"></iframe>'
    field = '<label>Words <input name="words"></label>'
    pages = {f"/{at}": page(form("f", f'onsubmit="{sends}"', field), frame) for at, sends in enumerate(SENDS)}
    work = (200, {"Content-Type": "text/javascript"}, "fetch('/go', {method: 'POST'})")
    server = serve(pages | {"/work.js": work, "*": "x"})

    told = await tried(*(server.url(path) for path in pages))

    assert [used for _, used in told] == [["f"]] * len(SENDS)
    tries = [one for seen, _ in told for each in seen.artifacts["mistakes"]["forms"] for one in each["tries"]]
    assert not any(one["fields"] or one["hidden"] or one["silent"] for one in tries)
    assert {path for _, path in server.asked} <= {*pages, "/favicon.ico"}


FRAMED = '<iframe src="/in" title="T" width="600" height="300"></iframe>'
ELSEWHERE = {
    "in a frame": (FRAMED, form("f", field='<label>Words <input name="words"></label>')),
    "a frame that moves on": (FRAMED, form("f", 'onsubmit="location = `/go`; return false"')),
    "a frame that moves all": (FRAMED, form("f", 'onsubmit="top.location = `/go`; return false"')),
    "a frame that asks": (FRAMED, form("f", 'onsubmit="fetch(`/go`, {method: `POST`}); return false"')),
    "without a form": (
        f"<div>{NAME}<button type='button' onclick='localStorage.tried = `f`; fetch(`/go`, {{method: `POST`}})'>Send"
        "</button></div>",
        "",
    ),
}


@pytest.mark.parametrize(("outer", "inner"), ELSEWHERE.values(), ids=ELSEWHERE)
async def test_whatever_a_form_in_a_frame_or_fields_without_one_want_to_send_stays_here(serve, outer, inner):
    server = serve({"/": page(outer), "/in": page(inner), "*": "x"})

    ((seen, used),) = await tried(server.url())

    assert not seen.errors
    assert set(used) == {"f"}
    tries = [one for each in seen.artifacts["mistakes"]["forms"] for one in each["tries"]]
    assert not any(one["fields"] or one["hidden"] or one["silent"] for one in tries)
    assert set(server.asked) <= {*ASKED, ("GET", "/in")}


async def test_a_frame_of_another_origin_is_left_alone(serve):
    other = serve({"*": page(form())})
    server = serve({"/": page(FRAMED.replace("/in", other.url("/in")), form("g")), "*": "x"})

    ((seen, _),) = await tried(server.url())

    assert [one["selector"] for one in seen.artifacts["mistakes"]["forms"]] == ["#g"]


async def test_where_a_line_to_the_server_is_opened_no_more_is_tried(serve):
    opens = "new WebSocket(location.origin.replace('http', 'ws') + '/go'); return false"
    server = serve({"/": page(form("f", f'onsubmit="{opens}"'), form("g")), "*": "x"})

    ((seen, used),) = await tried(server.url())

    assert used == ["f"]
    assert seen.artifacts["mistakes"]["left_out"] == "the page opened a line to its server"
    assert set(server.asked) <= ASKED


LEFT_ALONE = (
    '<form id="x" role="search"><input name="q" aria-label="Search" required><button>Go</button></form>',
    '<form id="x" method="post"><input name="keys" aria-label="Find" required><button>Go</button></form>',
    '<form id="x" method="dialog"><input aria-label="N" required><button>Close</button></form>',
    form("x", button=""),
    form("x", button="<button disabled>Send</button>"),
    form("x", field=""),
)
NEVER_TRIED = (
    form("x", field=f'{NAME}<input type="password" name="p" aria-label="P" required>'),
    form("x", field='<input autocomplete="cc-number" aria-label="N" required>'),
    form("x", field='<label>Credit card <input name="n" required></label>'),
    '<form id="x" action="mailto:a@city.example"><input aria-label="N" required><button>Send</button></form>',
    form("x", 'target="_blank"'),
)
HARMFUL = (
    "Log out", "Delete my account", "Pay the fee", "Unsubscribe", "Cancel the booking", "Check out",
    "Se déconnecter", "Supprimer le dossier", "Payer", "Se désabonner", "Annuler la demande", "Kiosk",
)  # fmt: skip


async def test_forms_that_are_left_alone(serve):
    server = serve({"/": page(*LEFT_ALONE), "*": "x"})

    ((seen, used),) = await tried(server.url())

    assert seen.artifacts["mistakes"] == {"forms": [], "tried": 0, "left_out": ""}
    assert used == []


@pytest.mark.parametrize("alone", NEVER_TRIED)
async def test_where_no_form_but_one_that_is_never_tried_stands_it_is_told(serve, alone):
    server = serve({"/": page(alone), "/b": page(alone, form("good")), "*": "x"})

    (first, used), (second, used_then) = await tried(server.url(), server.url("/b"))

    assert first.artifacts["mistakes"] == {"forms": [], "tried": 0, "left_out": NEVER}
    assert used == []
    assert second.artifacts["mistakes"]["left_out"] == ""
    assert set(used_then) == {"good"}


async def test_forms_that_do_harm_are_left_alone(serve):
    forms = [form(f"d{at}", button=f"<button>{name}</button>") for at, name in enumerate(HARMFUL)]
    server = serve({"/": page(*forms, form("good")), "*": "x"})

    ((seen, used),) = await tried(server.url(), safety=Safety(never_press=("kiosk",)))

    assert set(used) == {"good"}
    assert seen.artifacts["mistakes"]["tried"] == 1
    assert seen.artifacts["mistakes"]["left_out"] == HARMFUL_NAME


async def test_of_many_forms_some_are_tried_and_the_rest_is_told(serve):
    server = serve({"/": page(*(form(f"f{at}") for at in range(MOST + 1))), "*": "x"})

    ((seen, _),) = await tried(server.url())

    assert seen.artifacts["mistakes"]["tried"] == MOST
    assert seen.artifacts["mistakes"]["left_out"] == TOO_MANY


async def test_a_form_that_pages_share_is_tried_once_and_told_of_each(serve):
    shared = f"<footer>{form()}</footer>"
    server = serve({"/": page(shared), "/b": page("<p>Other words</p><form></form>", shared), "*": "x"})

    (first, used), (second, again) = await tried(server.url(), server.url("/b"))

    names = [
        [field["selector"] for one in seen.artifacts["mistakes"]["forms"] for field in one["tries"][0]["fields"]]
        for seen in (first, second)
    ]
    assert used == ["f", "f"]
    assert again == []
    assert names == [["#name"], ["#name"]]


async def test_a_form_that_is_drawn_with_names_of_its_own_properties(serve):
    names = ("elements", "querySelectorAll", "getAttribute", "innerText", "method", "action", "submit", "cloneNode")
    fields = "".join(f'<p><label>{name} * <input name="{name}" required></label></p>' for name in names)
    server = serve({"/": page(form("f", field=fields)), "*": "x"})

    ((seen, _),) = await tried(server.url())

    assert not seen.errors
    (told,) = seen.artifacts["mistakes"]["forms"]
    assert len(told["tries"][0]["fields"]) == len(names)


async def test_without_time_it_says_so(serve):
    server = serve({"/": page(form()), "*": "x"})

    ((seen, used),) = await tried(server.url(), seconds=2)

    told = {"forms": [], "tried": 0, "left_out": "page budget"}
    # On a busy machine it was not even begun.
    assert (seen.artifacts.get("mistakes"), seen.errors.get("mistakes")) in ((told, None), (None, PAGE_BUDGET))
    assert used == []
