"""What a site's run has learnt of controls in parts that many pages share: each of them is used once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

#: Results that are kept; the oldest go first.
MOST = 2000
UNKNOWN: Final = object()


@dataclass(slots=True)
class Turn:
    """The one who has it may use the control, and says what came of it: ``result``; nothing said, nothing kept."""

    result: Any = UNKNOWN
    #: Whether others had the control for so long that there is no time left to use it.
    late: bool = False

    @property
    def is_known(self) -> bool:
        """Whether nobody needs to use the control any more."""
        return self.result is not UNKNOWN


@dataclass(slots=True)
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Known:
    """Results by key, for the pages of one site in one event loop. A control without a key is no other page's."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._results: OrderedDict[str, Any] = OrderedDict()
        self._queues: dict[str, _Queue] = {}

    def holds(self, key: str) -> bool:
        """Whether the result is known already."""
        return key in self._results

    def told(self, key: str) -> Any:
        """The result; ``UNKNOWN`` where there is none yet."""
        return self._results.get(key, UNKNOWN)

    def tell(self, key: str, result: Any) -> None:
        """Keep a result."""
        if not key:
            return
        self._results[key] = result
        while len(self._results) > self._most:
            self._results.popitem(last=False)

    @asynccontextmanager
    async def turn(self, key: str, seconds: float) -> AsyncIterator[Turn]:
        """One page at a time; the others wait for what it finds. What fails inside the block is not kept."""
        if not key or key in self._results:
            yield Turn(self._results[key] if key else UNKNOWN)
            return
        queue = self._queues.setdefault(key, _Queue())
        queue.waiting += 1
        held = False
        try:
            try:
                held = await asyncio.wait_for(queue.lock.acquire(), max(seconds, 0.01))
            except TimeoutError:
                yield Turn(late=True)
                return
            if key in self._results:
                yield Turn(self._results[key])
                return
            turn = Turn()
            yield turn
            if turn.is_known:
                self.tell(key, turn.result)
        finally:
            if held:
                queue.lock.release()
            queue.waiting -= 1
            if not queue.waiting:
                self._queues.pop(key, None)


def keys_of(controls: Iterable[Mapping[str, Any]]) -> list[str]:
    """A key for each control in a shared part, "" for all others; those that are alike are told by their order."""
    alike: dict[str, int] = {}
    keys = []
    for control in controls:
        shared = control.get("shared") or ""
        number = alike[shared] = alike.get(shared, -1) + 1
        name = f"{number} {shared}".encode("utf-8", "replace")
        keys.append(blake2b(name, digest_size=16).hexdigest() if shared else "")
    return keys
