"""A page that never looks the same twice gives the same findings every time."""

import asyncio
import json
import random
from collections import Counter

import pytest

from audits.model import Snapshot
from crawler.browser.pool import BrowserConfig, BrowserPool
from handrail.cli import run as handrail
from handrail.demo import DemoCity
from handrail.wiring import Parts, axe_source

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TIMES = 3

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>City of Larkspur Bay</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  body { font: 16px/1.5 sans-serif; color: #222; background: #fff; margin: 0; }
  .pulse { animation: pulse 1.3s infinite alternate; }
  @keyframes pulse { from { color: #111; } to { color: #eee; } }
  .enters { animation: enters 1.1s ease-out; }
  @keyframes enters { from { opacity: .05; transform: translateX(300px); } to { opacity: 1; transform: none; } }
  .later { opacity: 0; transition: opacity 1.2s; } .later.shown { opacity: 1; }
  .slide { display: none; min-height: 4em; } .slide.on { display: block; }
  .faint { color: #aaa; background: #fff; }
  .tight a { display: inline-block; font-size: 11px; line-height: 12px; }
  .ticker { white-space: nowrap; overflow: hidden; }
  .spin { width: 20px; height: 20px; animation: spin 1s linear infinite; background: #345; }
  @keyframes spin { to { transform: rotate(360deg); } }
</style></head>
<body>
<header><a href="/">City of Larkspur Bay</a>
<nav aria-label="Main"><a href="/a">Parks</a> <a href="/b">Taxes</a></nav></header>
<main><h1>Welcome</h1>
<section id="banner" aria-label="News">
  <div class="slide on"><h2>Skating opens on Saturday</h2><p><img src="/one.png"> <a href="/one">Skating</a></p></div>
  <div class="slide"><h2>Leaf collection</h2><p class="faint">Collection begins in November.</p></div>
  <div class="slide"><h2>Council</h2><p><input type="text"> <button></button></p></div>
</section>
<p class="pulse">Fire ban in effect until further notice.</p>
<p class="enters">Registration is open. <span class="faint">Places are limited.</span></p>
<div class="later"><p>The library is open. <span class="faint">Closed on holidays.</span></p></div>
<div class="spin"></div>
<p class="ticker" id="clock">0</p>
<div class="tight"><a href="/x">x</a><a href="/y">y</a><a href="/z">z</a></div>
<form action="/go"><div id="field"></div></form>
<ul id="list"></ul>
<iframe id="ad" title="Sponsor" src="/ad" width="300" height="120"></iframe>
</main>
<footer><p>© City of Larkspur Bay</p></footer>
<script>
  const noise = () => Math.random().toString(36).slice(2);
  document.querySelector('#field').innerHTML =
    `<label for="${noise()}">Ward</label> <input id="${noise()}" name="${noise()}">`;
  for (let n = 0; n < 5; n += 1) {
    const id = noise() + crypto.getRandomValues(new Uint32Array(1))[0];
    document.querySelector('#list').innerHTML += `<li id="i${id}" class="css-${id}"><img src="/${id}.png"> Item</li>`;
  }
  setTimeout(() => document.querySelector('.later').classList.add('shown'), 300);
  setInterval(() => { document.querySelector('#clock').textContent = `Updated ${performance.now() | 0} ms ago`; }, 90);
  const slides = [...document.querySelectorAll('.slide')];
  let on = 0, times = 0;
  setInterval(() => {
    if ((times += 1) < FIRST) return;
    slides[on].classList.remove('on');
    on = (on + 1) % slides.length;
    slides[on].classList.add('on');
  }, EVERY);
</script></body></html>"""


def ad(connection, asked):
    """Another every time: words, ids, sizes and colours, and the same faults."""
    chance = random.Random()
    name = "".join(chance.choices("abcdefgh", k=8))
    colour = f"#{chance.choice('89a')}{chance.choice('9a')}9"
    return (
        '<!doctype html><html lang="en"><head><title>Ad</title></head><body style="margin:0">'
        f'<a id="{name}" class="c{chance.randrange(10**6)}" href="/click?{name}"><img src="/{name}.png" '
        f'width="{chance.randrange(40, 280)}" height="{chance.randrange(30, 90)}"></a>'
        f'<p id="p{name}" style="color:{colour};background:#fff">{name}</p></body></html>'
    )


@pytest.fixture(scope="module")
def parts():
    return Parts(secret=bytes(range(32)))


def findings(parts, url, collected):
    snapshot = Snapshot(site="main", url=url, artifacts=collected.artifacts, errors=collected.errors)
    outcomes = parts.judge(snapshot).outcomes
    return Counter(
        (finding.rule, finding.verdict.value, finding.fingerprint) for one in outcomes for finding in one.findings
    )


async def audited(url, parts):
    config = BrowserConfig(axe_source=axe_source(), slots=1, quiet_limit=3)
    seen = []
    async with BrowserPool(config) as pool:
        for _ in range(TIMES):
            async with pool.visit(url, key="main", fresh=True) as (_, collected):
                pass
            seen.append(findings(parts, url, collected))
    return seen


def moving(every, *, first=1):
    """The page, whose slides change every so many milliseconds, from some round on."""
    return PAGE.replace("EVERY", f"{every}").replace("FIRST", f"{first}")


async def test_a_page_in_motion_gives_the_same_findings_every_time(web, parts):
    # The first slide stays until the page is read, and the next come while it is watched, however busy the machine is.
    site = web({"/": moving(3000, first=3), "/ad": ad})

    first, *others = await audited(site.url(), parts)

    assert sum(first.values()) >= 10
    for other in others:
        assert {"gone": first - other, "new": other - first} == {"gone": Counter(), "new": Counter()}


async def test_all_who_read_a_page_read_it_at_one_moment(web, parts):
    site = web({"/": moving(60), "/ad": ad})

    seen = await audited(site.url(), parts)

    # The engines agree on each of the slides: who sees another slide disagrees.
    assert all({rule.partition("/")[0] for rule, _, _ in found} >= {"axe"} for found in seen)
    assert not [found for found in seen if any(rule.startswith("qualweb/") for rule, _, _ in found)]


async def test_a_page_that_was_held_still_goes_on(web):
    site = web({"/": moving(8000), "/ad": ad})
    config = BrowserConfig(axe_source=axe_source(), slots=1, quiet_limit=2)

    async with BrowserPool(config) as pool, pool.visit(site.url(), key="main") as (page, _):
        before = await page.page.inner_text("#clock")
        await asyncio.sleep(0.5)
        after = await page.page.inner_text("#clock")

    assert before != after


#: Of each of its sites.
PAGES_OF_THE_CITY = 11


@pytest.mark.timeout(900)
def test_the_city_gives_the_same_findings_every_time(tmp_path, monkeypatch):
    monkeypatch.setenv("HANDRAIL_KEY", bytes(range(32)).hex())
    seen, pages = [], []
    with DemoCity() as city:
        config = tmp_path / "handrail.toml"
        config.write_text(city.config_toml(), "utf-8")
        for time in range(TIMES):
            lines, out = tmp_path / f"{time}.jsonl", tmp_path / f"{time}"
            told = ["audit", "-c", f"{config}", "-o", f"{out}", "-q", "--findings", f"{lines}"]
            assert (
                handrail([*told, "--fresh", "--no-report", "--no-pictures", "--max-pages", f"{PAGES_OF_THE_CITY}"]) == 0
            )
            records = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
            pages.append({line["url"] for line in records if line.get("outcome") == "audited"})
            seen.append(
                [
                    (line["url"], line["rule"], line["selector"], line["verdict"])
                    for line in records
                    if line["record"] == "finding"
                ]
            )

    # The plan may end with another page, by which of them was sooner read.
    always = set.intersection(*pages)
    assert len(always) >= PAGES_OF_THE_CITY
    first, *others = (Counter(place for place in places if place[0] in always) for places in seen)
    assert sum(first.values()) >= 20
    for other in others:
        assert {"gone": first - other, "new": other - first} == {"gone": Counter(), "new": Counter()}
