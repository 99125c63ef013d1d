"""The second engine reads a page in a real browser, leaves no trace on it, and calls places as everybody else does."""

import pytest
from pools import nobody, shared

from audits.accessibility.axe_rules import AxeRules
from audits.accessibility.qualweb_rules import QualwebRules
from audits.model import Snapshot, Verdict
from audits.registry import catalogue
from audits.runner import run_checks
from audits.standards import load
from audits.told_once import names_of, told_once
from crawler.browser.pool import BrowserConfig
from crawler.collectors import collectors
from handrail.wiring import axe_source

pytestmark = pytest.mark.browser

CLOBBERED = "<script>Set = Map = WeakMap = JSON = Array.from = Object.assign = Element = undefined;</script>"
FORM = """
<form id="f"><label>Adults <input name="children"></label> <input id="nameless">
<input type="image" id="go" src="go.png">
<label>Tag <input name="tagName"></label> <label>Up <input name="parentElement"></label></form>"""
PAGE = """<!doctype html><html lang="en"><head><title>Hall rental</title></head><body>{script}
<main><h1>Hall rental</h1>{form}
<div aria-hidden="true"><button>Hidden</button></div>
<p><img src="map.png"> <img src="line.png" alt=""></p>
<div id="card"></div>
<table id="fees"><caption>Fees</caption><tr><th id="hall">Hall</th></tr><tr><td headers="hal">$ 20</td></tr></table>
<iframe id="inner" title="Map" srcdoc="<!doctype html><title>Map</title><main><img src='tile.png'></main>"></iframe>
</main><script>
  const root = document.querySelector('#card').attachShadow({{ mode: 'open' }});
  root.innerHTML = '<img src="card.png"><input name="attributes">';
</script></body></html>"""
WATCHED = """<script>
  changes = focused = 0;
  addEventListener('focus', () => { focused += 1; }, true);
  addEventListener('load', () => setTimeout(() => {
    new MutationObserver((seen) => { changes += seen.length; }).observe(document, {
      subtree: true, childList: true, attributes: true, characterData: true,
    });
  }, 100));
</script>"""


def engines(*names):
    return [collector for collector in collectors() if collector.name in names]


async def look(server, wanted, *, watched=False):
    config = BrowserConfig(axe_source=axe_source(), slots=1)

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=wanted) as (page, seen):
            return seen, await page.page.evaluate("[changes, focused]") if watched else []

    seen, watched = await shared(config, work)
    return Snapshot(site="main", url=server.url(), artifacts=seen.artifacts, errors=seen.errors), watched


def failed(snapshot):
    """(rule, frame, place) of what QualWeb says fails."""
    return {
        (rule["id"].removeprefix("QW-ACT-"), *frame["frame"], node["target"])
        for frame in snapshot.artifacts["qualweb"]["frames"]
        for rule in frame["rules"]
        for node in rule["nodes"]
    }


async def test_the_page_does_not_notice(serve):
    server = serve({"/": PAGE.format(script=WATCHED, form=FORM)})

    _, watched = await look(server, engines("qualweb"), watched=True)

    assert watched == [0, 0]


async def test_frames_shadow_trees_and_pages_that_break_what_scripts_rely_on_are_read(serve):
    server = serve({"/": PAGE.format(script=CLOBBERED, form=FORM)})

    snapshot, _ = await look(server, engines("qualweb"))

    assert not snapshot.errors
    assert failed(snapshot) == {
        ("R16", "#nameless"),
        ("R6", "#go"),
        ("R17", "p > img:nth-of-type(1)"),
        ("R17", "#card >>> img"),
        ("R16", "#card >>> input"),
        ("R36", "#fees"),
        ("R39", "#fees"),
        ("R17", "#inner", "main > img"),
    }
    assert not [rule for frame in snapshot.artifacts["qualweb"]["frames"] for rule in frame["rules"] if rule["broken"]]


async def test_every_rule_that_we_ask_for_answers(serve):
    server = serve({"/": PAGE.format(script="", form="")})

    snapshot, _ = await look(server, engines("qualweb"))

    for frame in snapshot.artifacts["qualweb"]["frames"]:
        assert [rule["id"] for rule in frame["rules"]] == list(load().qualweb_rules)
    outcomes = run_checks(snapshot, [QualwebRules(redact=str)], site_key="main")
    assert Verdict.ERROR not in {outcome.verdict for outcome in outcomes}


async def test_both_engines_call_a_place_by_one_name(serve):
    # Field names as they come; axe-core itself breaks on some of those above.
    server = serve(
        {"/": PAGE.format(script="", form=FORM.replace('name="tagName"', "").replace('name="parentElement"', ""))}
    )
    checks = [AxeRules(redact=str), QualwebRules(redact=str)]

    snapshot, _ = await look(server, engines("axe", "qualweb"))

    outcomes = told_once(run_checks(snapshot, checks, site_key="main"), catalogue(checks), names_of(snapshot))
    shared = {
        (finding.rule, finding.selector)
        for outcome in outcomes
        for finding in outcome.findings
        if finding.engine == "axe-core, QualWeb"
    }
    assert {rule for rule, _ in shared} == {
        "axe/image-alt", "axe/label", "axe/input-image-alt", "axe/td-headers-attr"
    }  # fmt: skip
    assert len(shared) == 7
    assert not [outcome.rule for outcome in outcomes if outcome.rule.startswith("qualweb/") and outcome.findings]
