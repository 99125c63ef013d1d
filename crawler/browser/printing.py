"""Pages of a report on paper: tagged PDFs with an outline, made from files on this machine and nothing else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.async_api import Browser, Route, async_playwright

from crawler.browser.find import find_browser, is_named

#: Seconds for one file. A report of a hundred pages takes ten.
LIMIT = 180.0
#: On paper a link to a file beside the page leads nowhere, and would tell whose machine this is.
_UNLINK = """() => {
  for (const link of document.querySelectorAll('a[href]')) {
    if (/^(?:#|https?:|mailto:)/i.test(link.getAttribute('href'))) continue;
    const words = document.createElement('span');
    words.append(...link.childNodes);
    link.replaceWith(words);
  }
}"""


def print_files(paths: Sequence[Path], *, executable: str = "") -> list[bytes]:
    """A PDF of each HTML file. Raises BrowserMissing, or Playwright's errors where the browser fails."""
    return asyncio.run(_print_all(paths, executable)) if paths else []


async def _print_all(paths: Sequence[Path], executable: str) -> list[bytes]:
    async with async_playwright() as playwright:
        named = is_named(executable)
        path = find_browser(executable) if named else find_browser(bundled=playwright.chromium.executable_path)
        arguments = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")
        browser = await playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            return [await asyncio.wait_for(_print(browser, path.resolve()), LIMIT) for path in map(Path, paths)]
        finally:
            await browser.close()


async def _print(browser: Browser, path: Path) -> bytes:
    """Scripts are off, and only files of the page's own folder are read."""
    context = await browser.new_context(java_script_enabled=False, offline=True, locale="en-CA")

    async def only_beside(route: Route) -> None:
        parts = urlsplit(route.request.url)
        inside = parts.scheme == "file" and Path(unquote(parts.path)).is_relative_to(path.parent)
        await (route.continue_() if inside or parts.scheme == "data" else route.abort())

    try:
        await context.route("**/*", only_beside)
        page = await context.new_page()
        await page.goto(path.as_uri())
        await page.evaluate(_UNLINK)
        return await page.pdf(tagged=True, outline=True, prefer_css_page_size=True, print_background=True)
    finally:
        await context.close()
