"""The layout collector looks at a page in other ways than it came, and leaves it as it was."""

import pytest
from pools import PATIENT, nobody, pools

from crawler.browser.pool import BrowserConfig
from crawler.collectors import Collector
from crawler.collectors.layout import Layout

pytestmark = pytest.mark.browser

LESSONS = "Residents may register for swimming lessons from the first Monday of March. Bring proof of your address. "


class After(Collector):
    """What the page is like when the layout collector has gone."""

    name = "after"
    acts = True
    order = 61

    async def collect(self, page):
        world = (await page.worlds())[0]
        return await page.call(
            world,
            "[document.documentElement.outerHTML, innerWidth, scrollY, document.adoptedStyleSheets.length,"
            " getComputedStyle(document.querySelector('p')).letterSpacing, document.activeElement.localName]",
        )


class Before(After):
    """The same, before."""

    name = "before"
    order = 1


def collected(*urls, collectors=()):
    async def work(pool):
        key, seen = nobody(), []
        for url in urls:
            async with pool.visit(url, key=key, collectors=collectors or (Layout(),)) as (_, found):
                seen.append(found)
        return seen

    return pools.begin(BrowserConfig(slots=1, **PATIENT), work).result()


def test_leaves_the_page_as_it_was(site):
    css = "p { font-size: 18px } .box { height: 50px; overflow: hidden }"
    css += ".m ul { display: none } .m:hover ul { display: block }"
    menu = '<div class="m"><a href="/x">Menu</a><ul><li><a href="/y">Parking</a></li></ul></div>'
    url = site(
        "page.html", css, f'{menu}<div class="box"><p style="color: red">{LESSONS}</p></div><p>{LESSONS * 40}</p>'
    )

    (seen,) = collected(url, collectors=(Before(), Layout(), After()))

    assert seen.errors == {}
    assert seen.artifacts["layout"]["doubled"]["lost"]
    assert seen.artifacts["layout"]["hover"]["places"]
    assert seen.artifacts["after"] == seen.artifacts["before"]


def test_sees_the_same_three_times(site):
    css = ".wide { width: 900px } .box { height: 40px; overflow: hidden; width: 300px }"
    css += ".r { display: flex; flex-direction: row-reverse }"
    body = f'<div class="wide"><p>{LESSONS * 3}</p></div><div class="box"><p>{LESSONS}</p></div>'
    body += '<div class="r"><p>1. Apply</p><p>2. Pay</p></div>'
    url = site("page.html", css, body)

    first, second, third = (seen.artifacts["layout"] for seen in collected(url, url, url))

    assert first == second == third
    assert [place["selector"] for place in first["small"]["places"]] == ["body > div:nth-of-type(1)"]
    assert [place["kind"] for place in first["order"]] == ["steps"]


def test_names_what_sticks_out_furthest_and_neither_what_holds_it_nor_what_it_holds(site):
    css = ".outer { width: 500px } .inner { width: 800px } .other { width: 600px }"
    body = (
        f'<div class="outer" id="outer"><p>{LESSONS}</p><div class="inner" id="inner"><p>{LESSONS * 2}</p></div></div>'
        f'<p class="other" id="other">{LESSONS}</p><p>{LESSONS}</p>'
    )

    (seen,) = collected(site("page.html", css, body))

    places = seen.artifacts["layout"]["small"]["places"]
    assert [(place["selector"], place["right"] > 500) for place in places] == [("#inner", True), ("#other", True)]


def test_counts_style_sheets_that_cannot_be_read(site):
    url = site("page.html", "", "")
    own, other = (
        url.replace("page.html", "own.css"),
        url.replace("127.0.0.1", "localhost").replace("page.html", "own.css"),
    )
    site("own.css", "", "")
    links = f'<link rel="stylesheet" href="{own}"><link rel="stylesheet" href="{other}">'

    (seen,) = collected(site("page.html", "", f"{links}<p>{LESSONS}</p>"))

    hover = seen.artifacts["layout"]["hover"]
    assert (hover["unread"], hover["places"]) == (1, [])


def test_shows_the_page_both_ways_only_when_a_sheet_asks_how_it_is_held(site):
    plain = site("plain.html", "@media (orientation: landscape) { p { color: red } }", f"<p>{LESSONS}</p>")
    hides = site("hides.html", "@media (orientation: landscape) { p { display: none } }", f"<p>{LESSONS}</p>")

    one, other = (seen.artifacts["layout"]["orientation"] for seen in collected(plain, hides))

    assert one == {"turned": [], "hides": [], "parts": []}
    assert (other["portrait"]["letters"] > 50, other["landscape"]["letters"]) == (True, 0)


def test_waits_for_a_menu_that_folds_a_moment_after_the_window_changed(site):
    script = (
        "<script>let timer; addEventListener('resize', () => { clearTimeout(timer); timer = setTimeout(() => {"
        " document.querySelector('nav').style.flexWrap = innerWidth < 500 ? 'wrap' : 'nowrap'; }, 150); });</script>"
    )
    items = "".join(f'<a href="/{name}">{name}</a>' for name in ("Recreation", "Waste", "Councillors", "Permits"))
    css = "nav { display: flex } nav a { flex: none; padding: 0 1.5rem }"

    folds, stays = collected(
        site("folds.html", css, f"<nav>{items}</nav><p>{LESSONS}</p>{script}"),
        site("stays.html", css, f"<nav>{items}</nav><p>{LESSONS}</p>"),
    )

    assert folds.artifacts["layout"]["small"]["places"] == []
    assert [place["selector"] for place in stays.artifacts["layout"]["small"]["places"]] == ["nav > a:nth-of-type(4)"]


def test_an_empty_page_has_no_layout_to_speak_of(site):
    (seen,) = collected(site("page.html", "", ""))

    assert seen.errors == {}
    assert seen.artifacts["layout"]["small"]["places"] == []
