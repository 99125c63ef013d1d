"""Run the checks in a process of their own: a hung or dying check costs its page, not the crawl."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

from audits.model import Snapshot
from crawler.apart import Apart, Failed
from crawler.job import Judged, JudgeFailed


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


class ProcessJudge:
    """``async with ProcessJudge(config) as judge: await judge.judge(snapshot)``."""

    def __init__(self, config: JudgeConfig) -> None:
        self._apart = Apart(
            _work,
            what="the checks",
            start=_start,
            arguments=(config.build, config.arguments),
            imports=(__name__, *config.imports),
            workers=config.workers,
            limit=config.limit,
        )

    async def __aenter__(self) -> ProcessJudge:
        await self._apart.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._apart.__aexit__(kind, exc, trace)

    async def judge(self, snapshot: Snapshot) -> Judged:
        """The outcomes of every check on one snapshot. Raises JudgeFailed."""
        try:
            judged: Judged = await self._apart.run(snapshot)
        except Failed as exc:
            raise JudgeFailed(str(exc)) from None
        except (RuntimeError, ValueError, TypeError, AttributeError, ImportError) as exc:
            raise JudgeFailed(type(exc).__name__) from None
        return judged
