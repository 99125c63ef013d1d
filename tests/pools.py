"""One browser for the tests of a file, where its start is not the matter: it takes longer than most pages do."""

import asyncio
import itertools
import threading
from contextlib import AsyncExitStack

from crawler.browser.pool import BrowserPool

#: Limits that no machine comes near, however busy: for where they are not the matter.
PATIENT = {"navigation_limit": 120.0, "quiet_limit": 20.0, "page_limit": 900.0, "acting_limit": 300.0, "grace": 30.0}
#: The same for what is done to a page beyond reading it.
PATIENTLY = 240

_numbers = itertools.count(1)


def nobody():
    """A key under which no page was shown before: its context is new."""
    return f"test-{next(_numbers)}"


class Pools:
    """Pools in a loop of their own, by what they are made like, until ``close``."""

    def __init__(self):
        self._forget()

    def _forget(self):
        self._loop = self._thread = self._stack = None
        self._opened = {}

    async def _in(self, config, work):
        if config not in self._opened:
            self._opened[config] = await self._stack.enter_async_context(BrowserPool(config, ()))
        return await work(self._opened[config])

    def begin(self, config, work):
        """``await work(pool)`` over there."""
        if self._loop is None:
            self._loop, self._stack = asyncio.new_event_loop(), AsyncExitStack()
            self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(self._in(config, work), self._loop)

    def close(self):
        """No browser outlives the tests that shared it."""
        if self._loop is None:
            return
        asyncio.run_coroutine_threadsafe(self._stack.aclose(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._forget()


pools = Pools()


async def shared(config, work):
    """What ``await work(pool)`` gives, in a pool that the tests of this file share."""
    return await asyncio.wrap_future(pools.begin(config, work))
