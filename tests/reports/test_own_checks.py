"""Reports are judged by our own checks as well: walked through with the Tab key, at 320 pixels, with wide spacing."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audits.model import Snapshot, Verdict
from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.collectors import collectors
from handrail.wiring import Parts, axe_source
from reports.formats.html import Shown, page_name, render_history
from reports.public import for_everybody
from reports.text import LANGUAGES
from reports.write import write_reports

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]  # every page, in every look

#: Those that only act where it was allowed.
PRESSING = {one.name for one in collectors() if one.presses}
AUDIT = {
    "run": {"id": "r", "started": "2026-11-23T06:00:00-05:00", "sample": "", "tool_version": "1", "engines": {}},
    "totals": {
        "sites": 1, "sites_failing": 1, "sites_incomplete": 0, "sites_not_audited": 0, "sites_no_failure": 0,
        "pages_audited": 9, "pages_found": 9, "places": 3, "places_per_100_pages": 33,
    },
    "folder": "r",
}  # fmt: skip


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files, without a word."""

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, whole_city: Any, answered_city: Any) -> Path:
    path: Path = tmp_path_factory.mktemp("judged")
    write_reports(whole_city, path, evidence_dir=None)
    write_reports(answered_city, path / "answered", evidence_dir=None)
    write_reports(for_everybody(answered_city), path / "public", evidence_dir=None, shown=Shown(public=True))
    for language in LANGUAGES:
        city = {"name": {"en": "City of Alder", "fr": ""}, "demo": False}
        page = render_history([AUDIT], language, city=city, latest="latest")
        (path / page_name("history", language)).write_text(page, "utf-8")
    return path


@pytest.fixture(scope="module")
def origin(folder: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


async def test_no_page_fails_our_own_checks(folder: Path, origin: str) -> None:
    parts = Parts(secret=bytes(range(32)))
    every = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    again = ("answered/", "public/aoda", "public/policy")  # the same pages as of the whole city
    pages = [name for name in every if not name.startswith(again) or "sites" in name]
    # What is translated is the same page.
    pages = [
        name for name in pages if ".fr." not in name or name.startswith(("index", "sites/main/index", "restricted"))
    ]
    config = BrowserConfig(axe_source=axe_source(), slots=1, acting_limit=240, page_limit=600)
    failed: dict[str, list[str]] = {}
    tried: set[str] = set()

    async with BrowserPool(config) as pool:
        for name in pages:
            async with pool.visit(f"{origin}/{name}", key="main", fresh=True) as (_, collected):
                pass
            snapshot = Snapshot(
                site="main", url=f"{origin}/{name}", artifacts=collected.artifacts, errors=collected.errors
            )
            for one in parts.judge(snapshot).outcomes:
                if one.rule.startswith(("pii/", "privacy/")):
                    continue  # the pages tell of exposures, masked
                if one.verdict in (Verdict.PASS, Verdict.FAIL, Verdict.REVIEW):
                    tried.add(one.rule)
                # Nobody presses anything here; whatever else was not collected, nobody has looked at.
                unpressed = any(one.reason == f"{collector}: not collected" for collector in PRESSING)
                if one.verdict is Verdict.FAIL or (one.verdict is Verdict.ERROR and not unpressed):
                    places = ", ".join(found.selector for found in one.findings[:3])
                    failed.setdefault(name, []).append(f"{one.rule}: {places or one.reason}")

    assert failed == {}
    assert len(pages) >= 14
    keyboard = {"check/keyboard-trap", "check/focus-not-visible", "check/focus-order"}
    assert {*keyboard, "check/reflow", "check/text-spacing", "check/page-language", "axe/color-contrast"} <= tried
