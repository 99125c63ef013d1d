"""Pictures of what only a state of a page shows: within its limits, and none where what is personal is not known."""

import asyncio
from dataclasses import replace

import pytest
from pools import PATIENT, PATIENTLY, nobody, shared

from audits.accessibility.axe_rules import AxeRules
from audits.model import Finding, Outcome, Part, Snapshot, Verdict
from audits.runner import in_state, of_places, run_checks, states_of
from crawler.browser.pool import BrowserConfig
from crawler.collectors import collectors
from crawler.collectors.opened import Opened
from crawler.evidence import PER_PAGE, Camera
from crawler.job import Judged
from crawler.safety import Safety
from crawler.shown import Shown
from handrail.evidence import Folder
from handrail.wiring import axe_source

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONFIG = BrowserConfig(axe_source=axe_source(), slots=1, **PATIENT)
READ = [one for one in collectors() if one.name == "axe"]
CHECKS = [AxeRules(redact=str)]
PALE = 'style="color: #bbb"'


def section(name, text):
    return f"<details><summary>{name}</summary>{text}</details>"


def page(*parts):
    return f'<!doctype html><html lang="en"><title>T</title><main><h1>H</h1>{"".join(parts)}</main></html>'


class Clerk:
    """Judges by axe-core alone, and says what is to be covered when it is shown a text."""

    def __init__(self, covered=(), seconds=0.0):
        self._covered = covered
        self._seconds = seconds
        self.read = []

    async def judge(self, snapshot):
        if "document" in snapshot.artifacts:
            self.read.append(snapshot.artifacts["document"]["frames"][0]["html"])
            await asyncio.sleep(self._seconds)
            return Judged(outcomes=(), title="", seconds=0, covered=self._covered)
        outcomes = run_checks(snapshot, CHECKS, site_key="main")
        seen = states_of(snapshot, str)
        states = tuple(of_places(run_checks(one, CHECKS, site_key="main"), places) for one, places in seen)
        return Judged(outcomes=outcomes, title="", seconds=0, states=states)


async def pictured(url, folder, clerk):
    """({selector: whether there is a picture} of what only states show, how many pictures lie there)."""

    async def work(pool):
        async with pool.visit(url, key=nobody(), collectors=READ) as (rendered, seen):
            base = Snapshot(site="main", url=url, artifacts=seen.artifacts)
            outcomes = (await clerk.judge(base)).outcomes
            shown = Shown(Camera(Folder(folder).put), clerk, rendered, base, outcomes)
            how = {"seconds": PATIENTLY, "safety": Safety(), "collectors": [Opened()], "witness": shown.opened}
            await pool.press(rendered, seen, **how)
        taken = replace(base, artifacts={"opened": seen.artifacts["opened"]}, partial=True)
        for found in (await clerk.judge(taken)).states:
            outcomes = in_state(outcomes, found)
        return shown.named(outcomes)

    found = [one for each in await shared(CONFIG, work) for one in each.findings if one.state]
    return {one.selector: bool(one.evidence) for one in found}, len(list(folder.glob("*.png")))


async def test_one_picture_for_each_rule_in_a_part_and_what_is_on_the_page_is_read_in_its_state(serve, tmp_path):
    button = '<button id="bare" type="button" style="width: 30px; height: 30px"></button>'
    server = serve(
        {
            "/": page(
                section("Fees", f"<p id='one' {PALE}>Ten</p>{button}"), section("More", f"<p id='two' {PALE}>Two</p>")
            )
        }
    )
    clerk = Clerk()

    found, files = await pictured(server.url(), tmp_path, clerk)

    assert found == {"#one": True, "#bare": True, "#two": False}
    assert files == 2
    (read,) = clerk.read  # nothing is read where there is nothing to take
    assert "data-hr-hidden" not in read[read.index("Ten") - 120 : read.index("Ten")]


@pytest.mark.parametrize("clerk", [Clerk(covered=None), Clerk(seconds=9)], ids=["unknown", "late"])
async def test_where_it_is_not_known_what_to_cover_there_is_no_picture_and_all_is_told(serve, tmp_path, clerk):
    server = serve(
        {"/": page(section("Fees", f"<p id='one' {PALE}>Ten</p>"), section("More", f"<p id='two' {PALE}>Two</p>"))}
    )

    found, files = await pictured(server.url(), tmp_path, clerk)

    assert found == {"#one": False, "#two": False}
    assert files == 0
    assert clerk.read


def test_pictures_of_states_count_among_those_of_the_page(tmp_path):
    def found(number, **more):
        part = Part(key="main", name="")
        return Finding(rule=f"axe/r{number}", verdict=Verdict.FAIL, message="m", selector="#a", part=part, **more)

    def outcomes(pictures):
        findings = [found(n, evidence="a.png") for n in range(pictures)] + [found(9, state="dark")]
        return tuple(Outcome(rule=one.rule, verdict=Verdict.FAIL, findings=(one,)) for one in findings)

    camera = Camera(Folder(tmp_path).put)

    assert camera.wants("main", outcomes(PER_PAGE - 1), "dark")
    assert not camera.wants("main", outcomes(PER_PAGE), "dark")
    assert not camera.wants("main", outcomes(0), "narrow")
    assert not camera.wants("main", outcomes(0), "")
