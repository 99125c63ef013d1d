"""A large site's report: ``python bench/report.py [--pages 10000]``.

An audit with twenty findings a page, written as an audit writes it: six in parts that all pages share, fourteen in
forty forms and in the pages' own content. Then the report as ``handrail report`` writes it, and each format: how long,
how large; and how soon a browser has a site's page on screen.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import results
from history import FIRST_OWN, RULES, SITE, Pages, address, begun, crawl, timed
from playwright.sync_api import sync_playwright

from audits.model import Finding, Link, Part
from crawler.browser.find import find_browser
from handrail.config import Policy
from handrail.publish import publish
from handrail.runs import Place, open_store, parts_for
from reports.wishes import Wish

FORMS, OWN, KINDS = 40, 14, 60
#: Those that cost little are written together.
FORMATS = (("csv",), ("xlsx",), ("sarif", "junit", "earl", "openacr", "open-data", "markdown"), ("pdf",))
RUN = "large"


class ManyForms(Pages):
    """Pages whose own findings stand in one of forty forms each, or in no part."""

    def _own(self, n: int) -> Iterator[Finding]:
        form = n % FORMS
        part = Part(key=f"form.f{form}", name=f"Form: number {form}") if n % 4 else Part()
        for k in range(OWN):
            number = FIRST_OWN + (n * 7 + k * 5) % KINDS
            yield self._finding(number, part, f"form > p:nth-child({n % 60 + k}) > a.item-{k}", f"{n:x}{k:x}".zfill(12))


def opened(page: Path) -> dict[str, float]:
    """Seconds until the page is read and laid out, and until something of it is on screen: the best of five."""
    asked = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done([
        performance.timing.loadEventEnd - performance.timing.navigationStart,
        (performance.getEntriesByName('first-contentful-paint')[0] || {startTime: 0}).startTime]))))"""
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        for _ in range(5):
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            tab.goto(page.as_uri())
            found.append(tab.evaluate(asked))
            tab.close()
        browser.close()
    return {"load": min(one[0] for one in found) / 1000, "paint": min(one[1] for one in found) / 1000}


def measured(number: int, folder: Path) -> dict[str, Any]:
    """Write the audit, then its report, format by format."""
    os.environ.setdefault("HANDRAIL_KEY", secrets.token_hex(32))
    place, policy = Place(out=folder), Policy()
    parts = parts_for(policy)
    rules = sorted(rule.id for rule in parts.rules.values() if rule.criteria and not rule.best_practice)[:RULES]
    numbers = {address(n): n for n in range(number)}
    told: dict[str, Any] = {"pages": number, "formats": {}}
    with open_store(place, parts) as store:
        begun(store, RUN)
        store.add_links(RUN, SITE, [Link(url=url, via="sitemap") for url in numbers])
        crawl(store, RUN, ManyForms(number, rules, second=False), numbers)
        store.finish_site(RUN, SITE, "complete")
        store.finish_run(RUN, "complete")
        found = store.issues(RUN, SITE)
        told |= {"issues": len(found), "places": sum(issue.places for issue in found)}
        told["pages_s"] = timed(lambda: publish(store, RUN, parts, policy, place))
        site = folder / "report" / "sites" / SITE
        told["html"] = (site / "index.html").stat().st_size
        beside = sorted(site.glob("issues-*.html"))
        told["beside"] = {"files": len(beside), "bytes": sum(path.stat().st_size for path in beside)}
        told["json"] = (folder / "report" / "report.json").stat().st_size
        print(told, flush=True)
        for formats in FORMATS:
            name = ", ".join(formats)
            before = {path: path.stat().st_size for path in (folder / "report").rglob("*") if path.is_file()}
            wish = Wish(formats=formats, languages=("en",))
            seconds = timed(lambda wish=wish: publish(store, RUN, parts, policy, place, wish=wish))
            new = [path for path in (folder / "report").rglob("*") if path.is_file() and path not in before]
            told["formats"][name] = {
                "wall": max(0.0, seconds[0] - told["pages_s"][0]),
                "files": {path.name: path.stat().st_size for path in new},
            }
            print(f"  {name}: {told['formats'][name]}", flush=True)
    told["opened"] = opened(site / "index.html")
    return told


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = measured(given.pages, Path(folder))
    print(told)
    results.put("report", told, command=" ".join(["python", "bench/report.py", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
