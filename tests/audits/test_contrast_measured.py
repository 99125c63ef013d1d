"""Letters before a picture or a gradient: axe-core asks, and two pictures of the page answer where they can."""

import pytest
from pools import PATIENT, nobody, shared

from audits.accessibility.axe_rules import AxeRules
from audits.model import Snapshot, Verdict
from audits.runner import run_checks
from crawler.browser.pool import BrowserConfig
from crawler.collectors.axe import Axe
from handrail.wiring import axe_source

pytestmark = pytest.mark.browser

RULE = "axe/color-contrast"
PICTURE = (
    "url(&quot;data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='400' height='80'%3E"
    "%3Crect width='400' height='80' fill='{left}'/%3E%3Crect x='{at}' width='400' height='80' fill='{right}'/%3E"
    "%3C/svg%3E&quot;)"
)


def pictured(left, right, *, colour, at=60, more=""):
    ground = PICTURE.format(left=left.replace("#", "%23"), right=right.replace("#", "%23"), at=at)
    return f'<p id="t" style="background:{ground}; color:{colour}; {more}">Skating on the harbour begins in January</p>'


#: Nobody needs to be asked: what is drawn behind the letters is known.
CLEAR = {
    "a dark gradient": '<p id="t" style="background:linear-gradient(#012, #345); color:#fff">Pools open at nine</p>',
    "a dark picture": pictured("#112233", "#224433", colour="#fff"),
    "a ground of a pseudo-element": "<style>#t { position: relative; color: #fff }"
    " #t::before { content: ''; z-index: -1; position: absolute; inset: 0; background: #003 }</style>"
    "<p id=t>Council meets on Monday</p>",
    "something that covers nothing": '<p id="t" style="color:#222">Garbage day</p>'
    '<div style="position:absolute; top:0; left:0; width:100%; height:300px"></div>',
    "words of a drawing": '<svg width="300" height="60"><rect width="300" height="60" fill="#fff"></rect>'
    '<text id="t" x="10" y="40" font-size="16" fill="#222">Ward 3</text></svg>',
    "a field under its floating label": '<div style="position:relative; height:58px"><input id="t" placeholder="n"'
    ' style="height:58px; width:300px; color:#222; background:#fff"><label for="t" style="position:absolute; top:0;'
    ' left:0; height:100%; width:100%; padding:16px; color:#333">Name</label></div>',
    "large letters": '<p id="t" style="font-size:30px; background:linear-gradient(#777, #767676);'
    ' color:#fff">Budget</p>',
    "below the fold": '<div style="height:3000px"></div>' + pictured("#112233", "#224433", colour="#fff"),
    "letters through which the ground can be seen": '<p id="t" style="background:linear-gradient(#000, #111);'
    ' color:rgb(255 255 255 / 80%)">Leaf collection</p>',
    "slowly": "<style>* { transition: all 2s }</style>" + pictured("#112233", "#224433", colour="#fff"),
    "what is for those without scripts": "<noscript><p>Turn scripts on to see the map of the parks.</p></noscript>"
    + pictured("#112233", "#224433", colour="#fff"),
}

#: Somebody has to look.
ASKED = {
    "a picture that is pale under some letters": pictured("#112233", "#f0f0f0", colour="#fff"),
    "a picture that is pale where letters come to stand in a narrow window": pictured(
        "#112233", "#f0f0f0", colour="#fff", at=380
    ),
    "a gradient whose pale end no letter reaches": '<p style="background:linear-gradient(90deg, #12324a, #f4f4f4);'
    ' color:#fff"><span id="t">Pools open at nine</span></p>',
    "a picture behind that is as pale as some letters": '<div style="position:relative"><svg width="600" height="60"'
    ' style="position:absolute; left:0; top:0"><rect width="150" height="60" fill="#123"></rect>'
    '<rect x="150" width="450" height="60" fill="#fafafa"></rect></svg>'
    '<p id="t" style="position:relative; color:#fff; margin:0">Skating on the harbour begins in January</p></div>',
    "a pale gradient": '<p id="t" style="background:linear-gradient(#ccc, #eee); color:#fff">Pools open at nine</p>',
    "a veil over the letters": pictured("#ffffff", "#fefefe", colour="#222")
    + '<div style="position:fixed; inset:0; background:rgb(255 255 255 / 85%)"></div>',
    "a shadow": pictured("#112233", "#224433", colour="#fff", more="text-shadow: 0 0 6px #fff;"),
    "half through": pictured("#112233", "#224433", colour="#fff", more="opacity: .5;"),
    "mixed with the ground": pictured("#112233", "#224433", colour="#fff", more="mix-blend-mode: difference;"),
    "letters that are cut out of a picture": '<p id="t" style="background:linear-gradient(#000, #111);'
    ' -webkit-background-clip:text; color:transparent">Leaf collection</p>',
    "a film behind": '<div style="position:relative"><canvas width="600" height="60" style="position:absolute;'
    ' inset:0; background:#000"></canvas><p id="t" style="position:relative; color:#fff">Festival</p></div>',
}


async def judged(serve, body):
    html = (
        '<!doctype html><html lang="en"><head><title>T</title><style>body { background: #fff; font: 16px sans-serif }'
        f"</style></head><body><main><h1>City</h1>{body}</main></body></html>"
    )
    server = serve({"/": html})
    config = BrowserConfig(axe_source=axe_source(), slots=1, **PATIENT)
    look = "[scrollY, document.documentElement.scrollHeight, document.querySelector('noscript')?.offsetHeight || 0]"

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=()) as (page, _):
            before = await page.call((await page.worlds())[0], look)
        async with pool.visit(server.url(), key=nobody(), collectors=(Axe(),)) as (page, seen):
            after = await page.call((await page.worlds())[0], look)
            sheets = await page.call((await page.worlds())[0], "getComputedStyle(document.body).webkitTextFillColor")
            snapshot = Snapshot(site="main", url=server.url(), artifacts=seen.artifacts, errors=seen.errors)
            return before == after and sheets == "rgb(0, 0, 0)", snapshot

    as_it_was, snapshot = await shared(config, work)
    rules = snapshot.artifacts["axe"]["frames"][0]["rules"]
    unsure = any(rule["id"] == "color-contrast" and rule["outcome"] == "incomplete" for rule in rules)
    outcomes = run_checks(snapshot, [AxeRules(redact=str)], site_key="main")
    return as_it_was, unsure, next(one for one in outcomes if one.rule == RULE)


@pytest.mark.parametrize("body", CLEAR.values(), ids=CLEAR.keys())
async def test_nobody_is_asked_what_can_be_seen(serve, body):
    as_it_was, unsure, outcome = await judged(serve, body)

    assert unsure  # else nothing is shown here
    assert outcome.verdict is Verdict.PASS
    assert as_it_was


@pytest.mark.parametrize("body", ASKED.values(), ids=ASKED.keys())
async def test_what_cannot_be_seen_is_asked(serve, body):
    as_it_was, unsure, outcome = await judged(serve, body)

    assert unsure
    assert [one.verdict for one in outcome.findings] == [Verdict.REVIEW]
    assert as_it_was


async def test_the_question_says_what_was_measured(serve):
    _, _, outcome = await judged(serve, ASKED["a picture that is pale under some letters"])

    (found,) = outcome.findings
    assert found.message.endswith("Before what is drawn there it is 1.1:1 to 16.1:1, of 4.5:1.")
