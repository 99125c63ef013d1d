"""The rules of style sheets are read once, and again where others have taken their place."""

import pytest
from pools import PATIENT, nobody, shared

from crawler.browser.pool import BrowserConfig
from crawler.collectors import Collector

pytestmark = pytest.mark.browser

SHEET = (
    "a { color: red } @media (width > 1px) { b { color: red; &:hover { color: blue } } } @supports (top: 0) { i {} } "
    "@keyframes k { from { top: 0 } }"
)
READ = (
    "(() => handrail.styleRules(document.styleSheets[0])"
    ".map(({ text, media, imported }) => [text, ...media, ...(imported ? ['imported'] : [])]))()"
)
WAS = [["a"], ["b", "(width > 1px)"], ["&:hover", "(width > 1px)"], ["i"]]


class Rules(Collector):
    """What is read before and after a script of our own world has changed the sheet."""

    name = "rules"

    def __init__(self, change):
        self.change = change

    async def collect(self, page):
        top = (await page.worlds())[0]
        before = await page.call(top, READ)
        same = await page.call(
            top, "handrail.styleRules(document.styleSheets[0]) === handrail.styleRules(document.styleSheets[0])"
        )
        await page.call(top, f"(() => {{ const sheet = document.styleSheets[0]; {self.change} }})()")
        return before, same, await page.call(top, READ)


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ("", WAS),
        ("sheet.insertRule('u {}')", [["u"], *WAS]),
        ("sheet.insertRule('u {}', 4)", [*WAS, ["u"]]),
        ("sheet.deleteRule(0); sheet.insertRule('u {}')", [["u"], *WAS[1:]]),
        ("sheet.deleteRule(2); sheet.insertRule('u {}', 2)", [*WAS[:3], ["u"]]),
        ("sheet.cssRules[1].insertRule('u {}')", [["a"], ["u", "(width > 1px)"], *WAS[1:]]),
        (
            "sheet.cssRules[1].deleteRule(0); sheet.cssRules[1].insertRule('u {}')",
            [["a"], ["u", "(width > 1px)"], ["i"]],
        ),
        ("document.querySelector('style').textContent = 'u {}'", [["u"]]),
    ],
)
async def test_rules_are_read_anew_where_others_took_their_place(serve, change, after):
    server = serve({"/": f"<!doctype html><title>T</title><style>{SHEET}</style><p>x</p>"})

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=(Rules(change),)) as (_, seen):
            assert not seen.errors
            return seen.artifacts["rules"]

    before, same, now = await shared(BrowserConfig(slots=1, **PATIENT), work)

    assert before == WAS
    assert same
    assert now == after


async def test_what_a_sheet_imports_is_told_apart(serve):
    server = serve(
        {
            "/": "<!doctype html><title>T</title><style>@import '/more.css'; @import 'http://127.0.0.1:9/no.css'; a {}"
            "</style><p>x</p>",
            "/more.css": (200, {"Content-Type": "text/css"}, "b {}"),
        }
    )

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=(Rules(""),)) as (_, seen):
            assert not seen.errors
            return seen.artifacts["rules"][0]

    found = await shared(BrowserConfig(slots=1, **PATIENT), work)

    assert found == [["b", "imported"], ["a"]]
