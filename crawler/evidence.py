"""Pictures of findings: cropped, one per rule and part of a site, everything personal covered before the shot."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace

from playwright.async_api import Error, Frame, FrameLocator, Locator, Page

from audits.model import FRAME_STEP, SHADOW_STEP, Finding, Outcome, Verdict

logger = logging.getLogger(__name__)

#: CSS pixels around the element.
MARGIN = 28
#: Seconds that one picture may take; with fewer left than the other, none is begun.
MOST, LEAST = 6.0, 1.0
MAX_WIDTH, MAX_HEIGHT = 900, 500
PER_PAGE = 4
#: Of all documents of a run.
OF_DOCUMENTS = 2_000
COVER = "#435761"


class Camera:
    """Takes pictures while the page is still leased, named by their content. ``put`` keeps one, or raises OSError."""

    def __init__(self, put: Callable[[str, bytes], None]) -> None:
        self._put = put
        #: How many more of documents.
        self.of_documents = OF_DOCUMENTS
        self._taken: set[tuple[str, str, str]] = set()

    def wants(self, site: str, outcomes: tuple[Outcome, ...], state: str) -> bool:
        """Whether a page in this state would get a picture."""
        return bool(self._wanted(site, outcomes, state))

    async def picture(
        self,
        page: Page,
        site: str,
        outcomes: tuple[Outcome, ...],
        covered: tuple[str, ...],
        *,
        state: str = "",
        ends: float = math.inf,
    ) -> tuple[Outcome, ...]:
        """The outcomes, with the picture's name in each finding that got one.

        ``state``: what the page shows; "" = it is as it came. None is begun when the clock says ``ends``.
        """
        wanted = self._wanted(site, outcomes, state)
        if not wanted:
            return outcomes
        masks = [locate(page, selector) for selector in covered]
        pictures: dict[int, str] = {}
        for finding in wanted:
            if (left := ends - time.monotonic()) < LEAST:
                break
            try:
                name = await asyncio.wait_for(self._shoot(page, finding, masks), min(left, MOST))
            except (Error, TimeoutError):
                continue
            except OSError as exc:  # a full disk, a store that is away: it costs the picture, not the page
                logger.warning("no picture: %s", exc.strerror or type(exc).__name__)
                break
            if name:
                pictures[id(finding)] = name
                self._taken.add((site, finding.rule, finding.part.key))
        if not pictures:
            return outcomes
        return tuple(
            replace(
                outcome,
                findings=tuple(
                    replace(found, evidence=pictures.get(id(found), found.evidence)) for found in outcome.findings
                ),
            )
            for outcome in outcomes
        )

    def _wanted(self, site: str, outcomes: tuple[Outcome, ...], state: str) -> list[Finding]:
        chosen: dict[tuple[str, str, str], Finding] = {}
        left = PER_PAGE - sum(bool(finding.evidence) for outcome in outcomes for finding in outcome.findings)
        for outcome in outcomes:
            for finding in outcome.findings:
                key = (site, finding.rule, finding.part.key)
                # A picture of an exposure is the exposure; a picture of <html> or <head> says nothing.
                if finding.exposure or not finding.selector or finding.selector in ("html", "body", "head", "title"):
                    continue
                if finding.verdict is Verdict.FAIL and finding.state == state and key not in self._taken:
                    chosen.setdefault(key, finding)
        return list(chosen.values())[: max(0, left)]

    async def _shoot(self, page: Page, finding: Finding, masks: list[Locator]) -> str:
        element = locate(page, finding.selector).first
        await element.scroll_into_view_if_needed(timeout=1500)
        box = await element.bounding_box(timeout=1000)
        view = page.viewport_size
        if box is None or view is None or box["width"] < 1 or box["height"] < 1:
            return ""
        left = max(0.0, box["x"] - MARGIN)
        top = max(0.0, box["y"] - MARGIN)
        right = min(float(view["width"]), left + min(box["width"] + 2 * MARGIN, MAX_WIDTH))
        bottom = min(float(view["height"]), top + min(box["height"] + 2 * MARGIN, MAX_HEIGHT))
        if right - left < 2 or bottom - top < 2:
            return ""
        shot = await page.screenshot(
            clip={"x": left, "y": top, "width": right - left, "height": bottom - top},
            mask=masks,
            mask_color=COVER,
            animations="disabled",
            timeout=4000,
        )
        return await self.keep(shot)

    async def keep(self, shot: bytes) -> str:
        """Write a picture; its name. Raises OSError."""
        name = f"{hashlib.sha256(shot).hexdigest()[:32]}.png"
        await asyncio.to_thread(self._put, name, shot)
        return name


def locate(page: Page, selector: str) -> Locator:
    """Follow our selector into frames and open shadow roots (Playwright's CSS enters those by itself)."""
    *frames, last = selector.split(FRAME_STEP)
    root: Page | Frame | FrameLocator = page
    for frame in frames:
        root = root.frame_locator(frame.replace(SHADOW_STEP, " "))
    steps = last.split(SHADOW_STEP)
    found = root.locator(steps[0])
    for step in steps[1:]:
        found = found.locator(step)
    return found
