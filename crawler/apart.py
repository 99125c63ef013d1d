"""Work in processes of their own: what hangs there, swells or dies costs its item and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from multiprocessing import forkserver
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

logger = logging.getLogger(__name__)

#: Limits that an item may wait: others may come first, and a pool that died answers nobody.
MOST_WAITS = 8
#: How often one item is tried, and at how many deaths of the process that has it that is believed to be its doing.
TRIES, MOST_DEATHS = 5, 2


class Failed(Exception):
    """An item gave no result. Says why, and nothing of what is in it."""


def _context(imports: tuple[str, ...]) -> multiprocessing.context.BaseContext:
    """Never a fork of this process: it holds Playwright's pipes and threads. One that only imports is forked, or none.

    The importing begins at once, beside the browser's start.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    if imports:
        context.set_forkserver_preload([__name__, *imports])
    try:
        forkserver.ensure_running()
    except OSError:  # it listens at a path in the temporary folder, which may be longer than the system takes
        return multiprocessing.get_context("spawn")
    return context


class Apart:
    """``async with Apart(work, ...) as apart: await apart.run(item)``.

    ``work`` and ``start`` are module-level functions; ``start`` is called once in each process, with ``arguments``.
    A process ends after ``most_items``; 0 = never. ``what`` names the work in reasons: "the checks".
    """

    def __init__(
        self,
        work: Callable[[Any], Any],
        *,
        what: str,
        start: Callable[..., None],
        arguments: tuple[Any, ...] = (),
        imports: tuple[str, ...] = (),
        workers: int = 1,
        limit: float = 60.0,
        most_items: int = 0,
    ) -> None:
        self._work = work
        self._what = what
        self._start = start
        self._arguments = arguments
        self._workers = workers
        self._limit = limit
        self._most_items = most_items
        self._context = _context(imports)
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=self._most_items,
            context=self._context,
            initializer=self._start,
            initargs=self._arguments,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._pool.join, 10)

    async def run(self, item: Any, *, limit: float = 0.0) -> Any:
        """The result of one item; a second time where the process died, which may be by chance.

        ``limit``: seconds for this one, where that is not as for all.
        Where all processes end, or none can be started, it is not this item's doing. What ``work`` raises comes out as
        it is. Raises Failed.
        """
        died = 0
        for _ in range(TRIES):
            try:
                return await self._run(item, limit or self._limit)
            except BrokenExecutor:
                logger.warning("%s' processes ended; starting them again", self._what)
            except ProcessExpired:
                died += 1
                if died == MOST_DEATHS:
                    raise Failed(f"{self._what}' process died twice") from None
                logger.warning("%s' process died; starting it again", self._what)
        raise Failed(f"{self._what}' processes do not start")

    async def _run(self, item: Any, limit: float) -> Any:
        if not self._pool.active:  # a process that is killed at the wrong moment takes the whole pool with it
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool = self._new_pool()
        try:
            future = self._pool.schedule(self._work, args=(item,), timeout=limit)
        except RuntimeError:
            raise BrokenExecutor from None
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), MOST_WAITS * self._limit)
        except asyncio.CancelledError:
            if self._pool.active:
                raise
            raise BrokenExecutor from None
        except BrokenExecutor:
            raise
        except FutureTimeout:
            raise Failed(f"{self._what} not done within {limit:g} s") from None


def most_memory(size: int) -> None:
    """Let this process take so many bytes more than it has; 0 = no end. Beyond it Python raises MemoryError."""
    if not size:
        return
    with contextlib.suppress(ImportError, OSError, ValueError):  # where the system has no such limits
        import resource

        pages = int(open("/proc/self/statm").read().split()[0])  # noqa: SIM115
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + size,) * 2)
