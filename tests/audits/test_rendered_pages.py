"""Run our own checks on pages in a real browser: collectors act and read, checks judge. No Python for a new page.

A case is a page under ``rendered/<rule id>/``. Its elements whose ids begin with ``fail`` or ``review`` must be found,
with that verdict, and nothing else. A comment ``<!-- verdict: … -->`` says how a page ends that has no such elements
("pass" unless it says "inapplicable" or "not-run"), ``<!-- review: selector -->`` and ``<!-- fail: selector -->`` name
places that can have no id. Files whose names begin with "_" are what pages load.
"""

import asyncio
import functools
import http.server
import re
import threading
from pathlib import Path

import pytest
from pools import PATIENT, PATIENTLY

from audits.model import Snapshot, Verdict
from audits.registry import check_classes
from audits.runner import run_checks
from crawler.browser.page import PageNavigated
from crawler.browser.pool import BrowserConfig, BrowserPool, PageFailed
from crawler.collectors import collectors, keyboard
from crawler.safety import USUAL
from handrail.wiring import axe_source

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = Path(__file__).with_name("rendered")
CASES = sorted(path for path in PAGES.rglob("*.html") if not path.name.startswith("_"))
SLOTS = 8  # they wait most of the time
ENGINES = {"axe", "qualweb", "ibm", "states"}  # who runs the large scripts, which every frame would load
_NAMED = re.compile(r"""\sid=["']((?:fail|review)[\w-]*)["']""")
_SAID = re.compile(r"<!-- (fail|review|verdict): (.*?) -->")


def named(case):
    return str(case.relative_to(PAGES).with_suffix(""))


@functools.cache
def own_checks():
    found = check_classes(["audits.accessibility"], group="none.at.all")
    return [made(redact=str) if "redact" in made.__init__.__annotations__ else made() for made in found]


def check_of(rule_id):
    return next(check for check in own_checks() if rule_id in check.rules)


def needs(case):
    return check_of(str(case.parent.relative_to(PAGES))).needs


def presses(case):
    return any(collector.presses for collector in collectors() if collector.name in needs(case))


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files, without a word."""

    def log_message(self, *args):
        """Nothing."""


async def rendered(cases, origin):
    """{case: snapshot, or how its page failed}, several pages at a time. Like the crawl, a page gets a second go."""
    engines = axe_source() if any(ENGINES.intersection(needs(case)) for case in cases) else ""
    config = BrowserConfig(axe_source=engines, slots=SLOTS, **PATIENT | {"quiet_limit": 10.0})
    every = {collector.name: collector for collector in collectors()}
    snapshots = {}
    async with BrowserPool(config, ()) as pool:

        async def show(case, *, fresh):
            url = f"{origin}/{case.relative_to(PAGES)}"
            wanted = [collector for name, collector in every.items() if name in needs(case)]
            reading = [collector for collector in wanted if not collector.presses]
            async with pool.visit(url, key="pages", collectors=reading, fresh=fresh) as (page, seen):
                if seen.url != url and not fresh:
                    raise PageNavigated("the page before it still went somewhere")
                if len(reading) < len(wanted):
                    pressing = [collector for collector in wanted if collector.presses]
                    await pool.press(page, seen, seconds=PATIENTLY, safety=USUAL, copy=True, collectors=pressing)
                snapshots[case] = Snapshot(site="main", url=url, artifacts=seen.artifacts, errors=seen.errors)

        async def look(case):
            try:
                await show(case, fresh=False)
            except PageFailed:
                try:
                    await show(case, fresh=True)
                except PageFailed as exc:
                    snapshots[case] = exc

        async with asyncio.TaskGroup() as group:
            for case in sorted(cases, key=lambda case: not presses(case)):  # those take longest
                group.create_task(look(case))
    return snapshots


@pytest.fixture(scope="module")
def patient():
    """What a page is judged by is tried here, not how much of it a busy machine gets to look at."""
    with pytest.MonkeyPatch.context() as patch:
        for name, seconds in (("SECONDS", 15.0), ("COMPARED", 8.0), ("PICTURED", 15.0)):
            patch.setattr(keyboard, name, seconds)
        patch.setattr(keyboard.Keyboard, "limit", 55.0)
        yield


@pytest.fixture(scope="module")
def snapshots(request, patient):
    """Of the cases that this run wants, all at once."""
    wanted = [item.callspec.params["case"] for item in request.session.items if _is_case(item)]
    handler = functools.partial(Quiet, directory=str(PAGES))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield asyncio.run(rendered(wanted, f"http://127.0.0.1:{server.server_port}"))
    server.shutdown()
    server.server_close()


def _is_case(item):
    return getattr(item, "originalname", "") == "test_page" and item.path == Path(__file__)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_page(case, snapshots):
    rule_id = str(case.parent.relative_to(PAGES))
    source = case.read_text("utf-8")
    expected = {(name.partition("-")[0].rstrip("0123456789"), f"#{name}") for name in _NAMED.findall(source)}
    said = _SAID.findall(source)
    expected |= {(kind, selector) for kind, selector in said if kind != "verdict"}

    if isinstance(snapshots[case], PageFailed):
        raise snapshots[case]
    outcomes = run_checks(snapshots[case], [check_of(rule_id)], site_key="main")

    (outcome,) = [outcome for outcome in outcomes if outcome.rule == rule_id]
    assert bool(outcome.reason) == (outcome.verdict is Verdict.NOT_RUN)
    assert {(found.verdict.value, found.selector) for found in outcome.findings} == expected
    assert len(outcome.findings) == len(expected)
    if not expected:
        assert outcome.verdict == dict(said).get("verdict", Verdict.PASS)


def test_every_rendered_rule_has_pages_that_break_it_and_more_that_do_not():
    for folder in {case.parent for case in CASES}:
        pages = [path.read_text("utf-8") for path in folder.glob("*.html") if not path.name.startswith("_")]
        broken = sum(bool(_NAMED.search(page) or re.search("<!-- (fail|review):", page)) for page in pages)

        assert 0 < broken < len(pages), folder.name
