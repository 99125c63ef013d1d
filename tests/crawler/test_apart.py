"""Work in processes of their own ends, whatever is worked on: by its time, by its memory, by a death."""

import asyncio
from concurrent.futures import BrokenExecutor

import pytest

from crawler.apart import Apart, Failed, most_memory

MEGABYTE = 1024 * 1024
#: What works is ``eval``: an item is the source of what is done with it.
KILL = "__import__('os').kill(__import__('os').getpid(), 9)"


def apart(*, memory=0, **options):
    return Apart(eval, what="its tests", start=most_memory, arguments=(memory,), **options)


async def test_results_come_back_and_what_work_raises_comes_as_it_is():
    async with apart() as work:
        assert await work.run("6 * 7") == 42
        with pytest.raises(ZeroDivisionError):
            await work.run("1 / 0")
        assert await work.run("'still here'") == "still here"


async def test_what_takes_too_long_is_ended_and_the_next_is_done():
    async with apart(limit=0.7) as work:
        with pytest.raises(Failed, match=r"^its tests not done within 0\.7 s$"):
            await work.run("__import__('time').sleep(30)")
        assert await work.run("1") == 1


async def test_what_swells_costs_itself():
    async with apart(memory=64 * MEGABYTE) as work:
        with pytest.raises(MemoryError):
            await work.run(f"len(bytearray({256 * MEGABYTE}))")
        assert await work.run(f"len(bytearray({8 * MEGABYTE}))") == 8 * MEGABYTE


async def test_without_a_limit_it_may_take_as_much():
    async with apart() as work:
        assert await work.run(f"len(bytearray({256 * MEGABYTE}))") == 256 * MEGABYTE


async def test_what_kills_its_process_twice_has_failed_and_others_have_not():
    async with apart() as work:
        bad, good = await asyncio.gather(work.run(KILL), work.run("2"), return_exceptions=True)
        assert (type(bad), str(bad)) == (Failed, "its tests' process died twice")
        assert good == 2


async def test_a_process_ends_after_its_share():
    pid = "__import__('os').getpid()"
    async with apart(most_items=2) as work:
        seen = [await work.run(pid) for _ in range(4)]
    assert len(set(seen)) == 2


async def test_what_is_called_off_is_not_done_again():
    async with apart() as work:
        assert await work.run("0") == 0
        waiting = asyncio.create_task(work.run("__import__('time').sleep(20)"))
        await asyncio.sleep(0.2)
        waiting.cancel()
        with pytest.raises((asyncio.CancelledError, BrokenExecutor)):
            await waiting
