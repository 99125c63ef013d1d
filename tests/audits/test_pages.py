"""Run our own checks on the page fragments under ``pages/<rule id>/``: no Python to write for a new check.

``<case>.html``: elements with ids ``fail…``, ``review…``, ``pass…``, or a whole page. Beside it ``<case>.json``:
``{"fail": [selectors], "review": [selectors]}``, optionally ``"verdict"`` (for pages without places), and
``"artifacts"``: what collectors would have returned, besides the document made of the HTML.
"""

import json
import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from audits.check import Check, worst
from audits.model import FRAME_STEP, SHADOW_STEP, Snapshot, Verdict
from audits.registry import catalogue, check_classes
from audits.runner import run_checks

PAGES = Path(__file__).with_name("pages")
RENDERED = Path(__file__).with_name("rendered")
CASES = sorted(PAGES.rglob("*.html"))


def own_checks() -> list[Check]:
    found = check_classes(["audits.accessibility"], group="none.at.all")
    return [made(redact=str) if "redact" in made.__init__.__annotations__ else made() for made in found]


def built(rule_id: str) -> Check:
    for check in own_checks():
        if rule_id in check.rules:
            return check
    raise AssertionError(f"no check claims the rule id {rule_id!r}")


def place(html: LexborHTMLParser, selector: str) -> str:
    """A selector as ``#id`` where its element has one, so that two selectors of one element are equal."""
    if FRAME_STEP in selector or SHADOW_STEP in selector or not selector:
        return selector
    element = html.css_first(selector)
    element_id = element.attributes.get("id") if element else None
    return f"#{element_id}" if element_id else selector


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(PAGES).with_suffix("")))
def test_page(case):
    rule_id = str(case.parent.relative_to(PAGES))
    expected = json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))
    source = case.read_text(encoding="utf-8")
    html = LexborHTMLParser(source)
    document = {"title": "", "lang": "en", "frames": [{"frame": [], "url": "http://127.0.0.1/", "html": source}]}
    artifacts = {"document": document, **expected.get("artifacts", {})}
    snapshot = Snapshot(site="main", url="http://127.0.0.1/", artifacts=artifacts)

    outcomes = run_checks(snapshot, [built(rule_id)], site_key="main")

    (outcome,) = [outcome for outcome in outcomes if outcome.rule == rule_id]
    found = {
        verdict: sorted(place(html, f.selector) for f in outcome.findings if f.verdict == verdict)
        for verdict in (Verdict.FAIL, Verdict.REVIEW)
    }
    assert found == {verdict: sorted(expected.get(verdict, [])) for verdict in found}
    assert outcome.verdict == expected.get("verdict", worst(outcome.findings))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(PAGES).with_suffix("")))
def test_page_and_expectation_agree(case):
    """An element called fail1 that nobody expects to fail is a mistake in the test."""
    expected = json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))

    for verdict in ("fail", "review"):
        named = {f"#{name}" for name in re.findall(rf'id="({verdict}[^"]*)"', case.read_text(encoding="utf-8"))}
        assert named <= set(expected.get(verdict, []))


def test_every_check_of_our_own_has_a_page_that_breaks_it_and_one_that_does_not():
    own = [rule_id for rule_id in catalogue(own_checks()) if rule_id.startswith("check/")]

    assert own
    for rule_id in own:
        if (RENDERED / rule_id).is_dir():
            continue  # test_rendered_pages.py looks after it
        said = [json.loads(path.read_text(encoding="utf-8")) for path in (PAGES / rule_id).glob("*.json")]
        assert any(case.get("fail") or case.get("review") for case in said), rule_id
        assert any(not case.get("fail") and not case.get("review") for case in said), rule_id
