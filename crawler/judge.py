"""Run the checks in a process of their own: a hung or dying check costs its page, not the crawl."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field, replace
from multiprocessing import forkserver
from types import TracebackType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from audits.model import Snapshot
from crawler.job import Judged, JudgeFailed

logger = logging.getLogger(__name__)

#: Limits that a snapshot may wait: others may come first, and a pool that died answers nobody.
MOST_WAITS = 8
#: How often one snapshot is tried, and at how many deaths of the process that has it that is believed to be its doing.
TRIES, MOST_DEATHS = 5, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeConfig:
    """What the checks are built from. ``build`` is a module-level function, called once in the worker.

    ``imports``: modules that it will want; where the system can, they are imported once for all workers to come.
    """

    build: Callable[..., Callable[[Snapshot], Judged]]
    arguments: dict[str, Any] = field(default_factory=dict, repr=False)
    imports: tuple[str, ...] = ()
    workers: int = 1
    limit: float = 60.0


_judge: Callable[[Snapshot], Judged] | None = None


def _start(build: Callable[..., Callable[[Snapshot], Judged]], arguments: dict[str, Any]) -> None:
    global _judge
    _judge = build(**arguments)


def _work(snapshot: Snapshot) -> Judged:
    assert _judge is not None
    started = time.perf_counter()
    judged = _judge(snapshot)
    return replace(judged, seconds=time.perf_counter() - started)


def _context(imports: tuple[str, ...]) -> multiprocessing.context.BaseContext:
    """Never a fork of this process: it holds Playwright's pipes and threads. One that only imports is forked, or none.

    The importing begins at once, beside the browser's start.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_work.__module__, *imports])
    try:
        forkserver.ensure_running()
    except OSError:  # it listens at a path in the temporary folder, which may be longer than the system takes
        return multiprocessing.get_context("spawn")
    return context


class ProcessJudge:
    """``async with ProcessJudge(config) as judge: await judge.judge(snapshot)``."""

    def __init__(self, config: JudgeConfig) -> None:
        self._config = config
        self._context = _context(config.imports)
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._config.workers,
            context=self._context,
            initializer=_start,
            initargs=(self._config.build, self._config.arguments),
        )

    async def __aenter__(self) -> ProcessJudge:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._pool.join, 10)

    async def judge(self, snapshot: Snapshot) -> Judged:
        """The outcomes of every check on one snapshot; a second time where the process died, which may be by chance.

        Where all processes end, or none can be started, it is not this snapshot's doing.
        """
        died = 0
        for _ in range(TRIES):
            try:
                return await self._judge(snapshot)
            except BrokenExecutor:
                logger.warning("the checks' processes ended; starting them again")
            except ProcessExpired:
                died += 1
                if died == MOST_DEATHS:
                    raise JudgeFailed("the checks' process died twice") from None
                logger.warning("the checks' process died; starting it again")
        raise JudgeFailed("the checks' processes do not start")

    async def _judge(self, snapshot: Snapshot) -> Judged:
        if not self._pool.active:  # a process that is killed at the wrong moment takes the whole pool with it
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool = self._new_pool()
        try:
            future = self._pool.schedule(_work, args=(snapshot,), timeout=self._config.limit)
        except RuntimeError:
            raise BrokenExecutor from None
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), MOST_WAITS * self._config.limit)
        except asyncio.CancelledError:
            if self._pool.active:
                raise
            raise BrokenExecutor from None
        except BrokenExecutor:
            raise
        except FutureTimeout:
            raise JudgeFailed(f"checks not done within {self._config.limit:g} s") from None
        except (RuntimeError, ValueError, TypeError, AttributeError, ImportError) as exc:
            raise JudgeFailed(type(exc).__name__) from None
