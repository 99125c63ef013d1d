"""IBM's engine reads a page in a real browser and leaves no trace on it. Only where a copy of it is at hand."""

import os
from pathlib import Path

import pytest
from pools import nobody, shared

from audits.accessibility.ibm_rules import IbmRules
from audits.model import Snapshot, Verdict
from audits.registry import catalogue
from audits.runner import run_checks
from audits.standards import load
from crawler.browser.pool import BrowserConfig
from crawler.collectors import collectors
from handrail.wiring import axe_source, ibm_version

ROOT = Path(__file__).parents[2]
#: In a checkout, the benchmark's own; else wherever the variable says.
PLACES = (
    Path(os.environ.get("IBM_ENGINE", "none")),
    ROOT / "bench/node_modules/accessibility-checker-engine/ace.js",
    ROOT / "node_modules/accessibility-checker-engine/ace.js",
)
COPY = next((path for path in PLACES if path.is_file()), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(COPY is None, reason="no copy of IBM's engine: npm install accessibility-checker-engine"),
]

PAGE = """<!doctype html><html lang="en"><head><title>Hall rental</title></head><body>{script}
<main><h1>Hall rental</h1>
<p><img src="map.png"> <img src="line.png" alt=""></p>
<form><label>Street <input name="street" autocomplete="street-address"></label> <input id="nameless"></form>
<div id="gone" aria-hidden="true"><button>Hidden</button></div>
<table id="fees"><tr><td>Hall</td><td>Fee</td><td>Seats</td></tr><tr><td>Oak</td><td>$20</td><td>40</td></tr>
<tr><td>Elm</td><td>$30</td><td>60</td></tr></table>
<iframe id="inner" title="Map"
srcdoc="<!doctype html><html lang='en'><title>Map</title><main><img src='tile.png'></main>"></iframe>
</main></body></html>"""
WATCHED = """<script>
  changes = focused = 0;
  addEventListener('focus', () => { focused += 1; }, true);
  addEventListener('load', () => setTimeout(() => {
    new MutationObserver((seen) => { changes += seen.length; }).observe(document, {
      subtree: true, childList: true, attributes: true, characterData: true,
    });
  }, 100));
</script>"""
CLOBBERED = "<script>Set = Map = WeakMap = JSON = Array.from = Object.assign = Element = undefined;</script>"


async def look(server, *, copy=COPY, watched=False):
    config = BrowserConfig(axe_source=axe_source(ibm=str(copy) if copy else ""), slots=1)
    wanted = [collector for collector in collectors() if collector.name == "ibm"]

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=wanted) as (page, seen):
            return seen, await page.page.evaluate("[changes, focused]") if watched else []

    seen, watched = await shared(config, work)
    return Snapshot(site="main", url=server.url(), artifacts=seen.artifacts, errors=seen.errors), watched


def failed(snapshot):
    return {
        (rule["id"], *frame["frame"], node["target"])
        for frame in snapshot.artifacts["ibm"]["frames"]
        for rule in frame["rules"]
        for node in rule["nodes"]
    }


async def test_the_page_does_not_notice(serve):
    server = serve({"/": PAGE.format(script=WATCHED)})

    _, watched = await look(server, watched=True)

    assert watched == [0, 0]


@pytest.mark.parametrize("script", ["", CLOBBERED])
async def test_frames_are_read_one_by_one(serve, script):
    server = serve({"/": PAGE.format(script=script)})

    snapshot, _ = await look(server)

    assert not snapshot.errors
    assert failed(snapshot) >= {
        ("img_alt_valid", "p > img:nth-of-type(1)"),
        ("input_label_exists", "#nameless"),
        ("aria_hidden_nontabbable", "#gone"),
        ("table_headers_exists", "#fees"),
        ("img_alt_valid", "#inner", "main > img"),
    }
    assert ("img_alt_valid", "p > img:nth-of-type(2)") not in failed(snapshot)


async def test_every_rule_that_we_listen_to_is_known_to_the_engine(serve):
    server = serve({"/": PAGE.format(script="")})

    snapshot, _ = await look(server)

    for frame in snapshot.artifacts["ibm"]["frames"]:
        assert [rule["id"] for rule in frame["rules"]] == list(load().ibm_rules)
    outcomes = run_checks(snapshot, [IbmRules(redact=str, ibm=True)], site_key="main")
    assert Verdict.ERROR not in {outcome.verdict for outcome in outcomes}
    text = COPY.read_text("utf-8")
    assert not [rule for rule in load().ibm_rules if f'"{rule}"' not in text]
    assert catalogue([IbmRules(redact=str, ibm=True)]).keys() == {outcome.rule for outcome in outcomes}


async def test_without_the_engine_nothing_runs(serve):
    snapshot, _ = await look(serve({"/": PAGE.format(script="")}), copy=None)

    assert snapshot.artifacts["ibm"] == {"frames": []}


def test_its_version_is_that_of_its_package():
    assert ibm_version(str(COPY))[0].isdigit()
