"""The floor: load a page, run axe, nothing else, by plain Playwright: ``python bench/floor.py URLS OUT.json``.

With ``--wait 4`` it is the slow audit that others are compared with: four seconds after load, every frame.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Error, ViewportSize, async_playwright

from crawler.browser.find import find_browser
from handrail.wiring import axe_source

#: As Handrail asks axe; see crawler/collectors/axe.js.
OPTIONS = "{resultTypes: ['violations', 'incomplete'], rules: {'target-size': {enabled: true}}, preload: false}"
RUN = f"""axe.run(document, {OPTIONS}).then((results) => JSON.stringify(
  results.violations.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target]))))"""
VIEW: ViewportSize = {"width": 1280, "height": 900}


async def main(urls: list[str], out: Path, *, wait: float, pages: int) -> None:
    """Every URL once, on as many reused pages as said."""
    waiting, results = list(reversed(urls)), list[dict[str, Any]]()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser(bundled=playwright.chromium.executable_path),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        await asyncio.gather(*(_work(browser, waiting, results, wait) for _ in range(pages)))
        await browser.close()
    out.write_text(json.dumps(results))


async def _work(browser: Browser, waiting: list[str], results: list[dict[str, Any]], wait: float) -> None:
    axe = axe_source()
    context = await browser.new_context(viewport=VIEW, locale="en-CA", timezone_id="America/Toronto")
    if wait:
        await context.add_init_script(axe)  # into frames too
    page = await context.new_page()
    while waiting:
        url = waiting.pop()
        try:
            await page.goto(url, wait_until="load")
            if wait:
                await asyncio.sleep(wait)
            else:
                await page.evaluate(axe)
            found = json.loads(await page.evaluate(RUN))
        except Error as exc:
            results.append({"url": url, "error": type(exc).__name__})
            continue
        results.append({"url": url, "violations": [[rule, selector(target)] for rule, target in found]})


def selector(target: list[Any]) -> str:
    """axe's target as one string: frames joined by >>, shadow roots by >>>."""
    return " >> ".join(step if isinstance(step, str) else " >>> ".join(step) for step in target)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("urls", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--wait", type=float, default=0)
    parser.add_argument("--pages", type=int, default=os.cpu_count() or 1)
    told = parser.parse_args()
    asyncio.run(main(told.urls.read_text().split(), told.out, wait=told.wait, pages=told.pages))
