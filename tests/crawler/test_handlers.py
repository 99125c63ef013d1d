"""What scripts do when something is used, as the browser tells it: sources are read, and nothing is run."""

import pytest
from pools import PATIENT, nobody, shared

from crawler.browser.pool import BrowserConfig
from crawler.collectors.handlers import LONGEST, Handlers
from crawler.collectors.mouse import Mouse

pytestmark = pytest.mark.browser

PAGE = """<button id="pay" type="button">Pay</button><p id="none">Text</p><div id="shut" hidden>Text</div>
<form id="form"><input id="code" name="matches" type="password"></form>
<script>
const ran = () => { document.title = 'ran'; };
window.addEventListener('devicemotion', () => {}); // Chromium says once that there is no sensor
document.addEventListener('keydown', (event) => { if (event.key === 's') ran('key'); });
document.addEventListener('scroll', () => {});
for (const id of ['pay', 'shut', 'form']) document.getElementById(id).addEventListener('click', () => ran(id));
document.getElementById('code').addEventListener('paste', (event) => event.preventDefault());
document.getElementById('code').addEventListener('mousedown', new Function(`/* ${'x'.repeat(9000)} */`));
</script>"""


@pytest.fixture
def handlers(serve, clean_page):
    """``await handlers(body)``: the artifact, and the page's title afterwards."""

    async def look(body, *before):
        server = serve({"/": clean_page(body)})
        config = BrowserConfig(slots=1, **PATIENT)

        async def work(pool):
            async with pool.visit(server.url(), key=nobody(), collectors=(*before, Handlers())) as (page, seen):
                assert not seen.errors
                return seen.artifacts["handlers"], await page.page.title()

        return await shared(config, work)

    return look


async def test_handlers_are_read_and_not_run(handlers):
    told, title = await handlers(PAGE)

    assert [one["event"] for one in told["page"]] == ["devicemotion", "keydown"]
    assert "event.key === 's'" in told["page"][1]["source"]
    assert {element["selector"]: [one["event"] for one in element["handlers"]] for element in told["elements"]} == {
        "#pay": ["click"],
        "#code": ["paste", "mousedown"],
    }
    assert [element["selector"] for element in told["shut"]] == ["#shut"]
    assert title == "A page"


async def test_after_the_mouse_they_are_told_as_they_are_without_it(handlers):
    alone, _ = await handlers(PAGE)
    after, title = await handlers(PAGE, Mouse())

    assert after == alone
    assert title == "A page"


async def test_a_long_handler_is_cut(handlers):
    told, _ = await handlers(PAGE)

    (code,) = [element for element in told["elements"] if element["selector"] == "#code"]
    assert max(len(one["source"]) for one in code["handlers"]) == LONGEST


async def test_a_page_without_scripts_has_none(handlers):
    told, _ = await handlers("<p>Text</p>")

    nothing = {key: [] for key in ("page", "delegated", "elements", "forms", "shut", "charted", "named", "secrets")}
    assert told == nothing


async def test_what_scripts_name_is_told_with_what_it_is_and_holds(handlers):
    told, _ = await handlers(
        """<form id="ask" name="ask"><input name="matches" aria-label="Words"><button id="go">Go</button></form>
        <p id="said" role="status"></p><p class="count">3</p><p id="other">Text</p>
        <script>
        document.getElementById('ask').addEventListener('submit', (event) => {
          event.preventDefault();
          document.getElementById('said').textContent = 'x';
          document.querySelector('.count').textContent = 4;
        });
        document.addEventListener('click', (event) => event.target.closest('.day'));
        </script>"""
    )

    (form,) = told["forms"]
    named = {place["called"]: place for place in told["named"]}
    assert (form["selector"], form["name"], [one["event"] for one in form["handlers"]]) == ("#go", "Go", ["submit"])
    assert [one["event"] for one in told["delegated"]] == ["click"]
    assert not told["elements"]
    assert set(named) == {"#ask", "#said", ".count"}
    assert (named["#said"]["live"], named[".count"]["live"]) == (True, False)
    assert named["#ask"]["around"] == ["#go"]
