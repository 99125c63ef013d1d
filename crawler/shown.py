"""Pictures of what only a state of a page shows, taken while it is shown, everything personal in it covered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from playwright.async_api import Error

from audits.model import Outcome, Snapshot
from audits.runner import in_state
from crawler.browser.page import PageFailed, RenderedPage
from crawler.collectors.document import Document
from crawler.evidence import LEAST, Camera
from crawler.job import Judge, Judged, JudgeFailed

T = TypeVar("T")
Json = dict[str, Any]

#: Seconds for all that is done while one state is shown.
MOST = 8.0


class Shown:
    """The pictures of one page's states. A picture that cannot be had costs nothing else."""

    def __init__(
        self, camera: Camera, judge: Judge, rendered: RenderedPage, base: Snapshot, outcomes: tuple[Outcome, ...]
    ) -> None:
        """``outcomes``: all that is known of the page so far."""
        self._camera = camera
        self._judge = judge
        self._rendered = rendered
        self._base = base
        self.outcomes = outcomes

    def unpressed(self, states: Sequence[str]) -> list[str]:
        """Those of these states of which there is something to take."""
        return [state for state in states if self._camera.wants(self._base.site, self.outcomes, state)]

    async def opened(self, seen: Json, seconds: float) -> None:
        """What a control has opened is judged at once, to know what there is to take."""
        ends = time.monotonic() + min(seconds, MOST)
        try:
            judged = await self._judged({"opened": {"seen": [seen]}}, ends)
            for found in judged.states:
                self.outcomes = in_state(self.outcomes, found)
            state = next((one.state for found in judged.states for each in found for one in each.findings), "")
            await self._take(state, ends)
        except (Error, JudgeFailed, PageFailed, RuntimeError, TimeoutError):
            return

    async def take(self, state: str) -> None:
        """What the page shows now, in a state that was judged already."""
        try:
            await self._take(state, time.monotonic() + MOST)
        except (Error, JudgeFailed, PageFailed, RuntimeError, TimeoutError):
            return

    async def _take(self, state: str, ends: float) -> None:
        if not state or not self._camera.wants(self._base.site, self.outcomes, state):
            return
        # What came up may hold what the page did not, frames too.
        self._rendered.forget_worlds()
        document = await self._rendered.within(ends - time.monotonic(), Document().collect(self._rendered))
        covered = (await self._judged({"document": document}, ends)).covered
        if covered is not None:
            self.outcomes = await self._camera.picture(
                self._rendered.page, self._base.site, self.outcomes, covered, state=state, ends=ends
            )

    async def _judged(self, artifacts: Json, ends: float) -> Judged:
        if (left := ends - time.monotonic()) < LEAST:
            raise TimeoutError
        snapshot = replace(self._base, artifacts=artifacts, errors={}, partial=True)
        return await _at_most(left, self._judge.judge(snapshot))

    def named(self, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        """These outcomes, with the pictures that were taken."""
        names = {
            (found.rule, found.selector, found.state): found.evidence
            for outcome in self.outcomes
            for found in outcome.findings
            if found.evidence and found.state
        }
        return tuple(
            replace(
                outcome,
                findings=tuple(
                    replace(found, evidence=found.evidence or names.get((found.rule, found.selector, found.state), ""))
                    for found in outcome.findings
                ),
            )
            for outcome in outcomes
        )


async def _at_most(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Wait so long and no longer. What is not done is not ended either: that would cost the judge its process."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(_forget)
    await asyncio.wait({task}, timeout=seconds)
    if not task.done():
        raise TimeoutError
    return task.result()


def _forget(task: asyncio.Future[Any]) -> None:
    """Nobody may wait for it any more."""
    if not task.cancelled():
        task.exception()
