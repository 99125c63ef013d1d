"""Controls that pages share: one page uses each, the others take over what it found."""

import asyncio

import pytest

from crawler.known import UNKNOWN, Known, keys_of


async def ask(known, key, work, *, seconds=5):
    """What a page that comes to this control ends with."""
    async with known.turn(key, seconds) as turn:
        if not turn.is_known and not turn.late:
            turn.result = await work()
        return turn.result


def worker(result, log, seconds=0.02):
    async def work():
        log.append(result)
        await asyncio.sleep(seconds)
        return result

    return work


async def test_pages_that_come_at_once_use_it_once():
    known, log = Known(), []

    results = await asyncio.gather(*(ask(known, "menu", worker(number, log)) for number in range(5)))

    assert log == [0]
    assert results == [0] * 5
    assert not known._queues


async def test_other_controls_do_not_wait():
    known, log = Known(), []

    results = await asyncio.gather(*(ask(known, key, worker(key, log)) for key in ("menu", "search", "menu")))

    assert log == ["menu", "search"]
    assert results == ["menu", "search", "menu"]


async def test_a_control_of_one_page_only_is_used_each_time():
    known, log = Known(), []

    await ask(known, "", worker(1, log))
    await ask(known, "", worker(2, log))

    assert log == [1, 2]


async def test_a_failure_is_not_kept_and_the_next_page_tries():
    known, log = Known(), []

    async def fails():
        log.append("failed")
        await asyncio.sleep(0.02)
        raise RuntimeError

    first = asyncio.ensure_future(ask(known, "menu", fails))
    second = asyncio.ensure_future(ask(known, "menu", worker("done", log)))

    with pytest.raises(RuntimeError):
        await first
    assert await second == "done"
    assert log == ["failed", "done"]


async def test_what_nobody_had_time_for_is_left_to_the_next_page():
    known, log = Known(), []

    async with known.turn("menu", 5) as turn:
        assert turn.result is UNKNOWN

    assert not known.holds("menu")
    assert await ask(known, "menu", worker("done", log)) == "done"


async def test_a_page_without_time_does_not_wait():
    known, log = Known(), []
    slow = asyncio.ensure_future(ask(known, "menu", worker("done", log, seconds=0.3)))
    await asyncio.sleep(0.01)

    async with known.turn("menu", 0.05) as turn:
        assert turn.late

    assert await slow == "done"
    assert not known._queues


async def test_a_page_that_is_given_up_lets_go():
    known, log = Known(), []
    slow = asyncio.ensure_future(ask(known, "menu", worker("slow", log, seconds=5)))
    await asyncio.sleep(0.01)

    slow.cancel()

    assert await ask(known, "menu", worker("done", log)) == "done"


def test_the_oldest_results_go_first():
    known = Known(most=2)

    for key in ("a", "b", "c"):
        known.tell(key, 1)

    assert [known.holds(key) for key in ("a", "b", "c")] == [False, True, True]


def test_controls_that_are_alike_are_told_by_their_order():
    keys = keys_of([{"shared": "x"}, {"shared": ""}, {"shared": "x"}, {"shared": "y"}, {}])

    assert keys[1] == keys[4] == ""
    assert len({keys[0], keys[2], keys[3]}) == 3
    assert keys_of([{"shared": "x"}])[0] == keys[0]
