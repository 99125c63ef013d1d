"""One budget per host: gaps, windows, Retry-After, quiet hours."""

import asyncio
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scrapy.http import Response

from crawler.pacing import LONGEST_GAP, LONGEST_GAP_UNANSWERED, LONGEST_HOLD, Pace, Pacer, retry_after
from crawler.quiet import seconds_closed


class Clock:
    def __init__(self):
        self.time = 100.0

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


async def test_requests_keep_their_distance(clock):
    pace = Pace(delay=2.0, most=4, now=clock)

    await pace.begin()

    assert pace.wait() == 2.0
    clock.time += 2.0
    assert pace.wait() == 0


async def test_no_more_than_the_window_at_once(clock):
    pace = Pace(most=2, now=clock)
    await pace.begin()
    await pace.begin()

    third = asyncio.create_task(pace.begin())
    await asyncio.sleep(0.01)
    assert not third.done()
    pace.end(200)
    await asyncio.wait_for(third, 1)

    assert pace.busy == 2


@pytest.mark.parametrize("status", [429, 503, 500, 504, 0])
async def test_a_struggling_host_gets_half(clock, status):
    pace = Pace(most=8, now=clock)

    await pace.begin()
    pace.end(status)

    assert pace.now_at.window == 4
    assert pace.now_at.gap == 0


@pytest.mark.parametrize("status", [200, 301, 404, 403, 410])
async def test_an_answer_about_one_page_slows_nothing(clock, status):
    pace = Pace(most=8, now=clock)

    await pace.begin()
    pace.end(status)

    assert pace.now_at.window == 8
    assert pace.now_at.gap == 0


async def test_at_one_at_a_time_the_gap_doubles_up_to_a_limit_and_goes_again(clock):
    pace = Pace(most=1, now=clock)
    gaps = []
    for _ in range(10):
        pace.busy = 1
        pace.end(503)
        gaps.append(pace.now_at.gap)

    assert gaps[:3] == [0.25, 0.5, 1.0]
    assert gaps[-1] == LONGEST_GAP
    for _ in range(80):
        pace.busy = 1
        pace.end(200)
    assert pace.now_at.gap == 0


async def test_the_window_grows_back_slowly(clock):
    pace = Pace(most=4, now=clock)
    pace.now_at = replace(pace.now_at, window=1.0)

    for _ in range(9):
        pace.end(200)
    assert int(pace.now_at.window) == 1
    for _ in range(2):
        pace.end(200)

    assert int(pace.now_at.window) == 2


async def test_retry_after_holds_the_host_but_not_for_ever(clock):
    pace = Pace(most=2, now=clock)

    pace.end(429, hold=30)
    assert pace.wait() == 30
    pace.end(429, hold=86_400)

    assert pace.wait() == LONGEST_HOLD


async def test_broken_pages_and_silence_do_not_stretch_the_gap_without_end(clock):
    broken, silent = Pace(most=1, now=clock), Pace(most=1, now=clock)

    for _ in range(20):
        broken.end(500)
        silent.end(0)

    assert broken.now_at.gap == 0
    assert silent.now_at.gap == LONGEST_GAP_UNANSWERED


def test_hosts_do_not_slow_each_other():
    pacer = Pacer(most=2)

    pacer.slow_down("http://slow.example/", 5)

    assert pacer.of("http://slow.example/a").now_at.delay == 5
    assert pacer.of("http://slow.example:8080/a").now_at.delay == 0
    assert pacer.of("https://other.example/").now_at.delay == 0


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        (429, "17", 17),
        (503, "5", 5),
        (200, "17", 0),
        (404, "17", 0),
        (429, "", 0),
        (429, "soon", 0),
        (503, "Mon, 05 Jan 2026 08:00:00 GMT", 0),
        (503, "²", 0),
        (503, "-5", 0),
        (503, "9" * 400, math.inf),
        (503, "Mon, 05 Jan 99999999999999999999 08:00:00 GMT", 0),
        (429, "Mon, 05 Jan 2026 08:00:00 +9999999999999", 0),
    ],
)
def test_reads_retry_after(status, header, seconds):
    answer = Response("http://a.example/", status=status, headers={"Retry-After": header} if header else {})

    assert retry_after(answer) == seconds


def test_reads_retry_after_as_a_date():
    header = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)

    assert 35 < retry_after(Response("http://a.example/", status=503, headers={"Retry-After": header})) <= 40


def test_a_date_is_one_by_the_clock_of_the_host():
    theirs = datetime.now(UTC) + timedelta(hours=3)  # or ours is three hours behind
    said = {"Date": theirs, "Retry-After": theirs + timedelta(seconds=40)}
    headers = {name: format_datetime(moment, usegmt=True) for name, moment in said.items()}

    assert retry_after(Response("http://a.example/", status=503, headers=headers)) == 40


async def test_a_delay_counts_from_the_last_request_also_where_it_is_learned_later(clock):
    pace = Pace(delay=1.0, most=2, now=clock)
    await pace.begin()  # of robots.txt

    pace.slow_down(5.0)
    pace.slow_down(3.0)

    assert pace.wait() == 5.0


@pytest.mark.parametrize(
    ("hours", "now", "seconds"),
    [
        ([], "12:00", 0),
        ([(480, 1080)], "07:59", 0),
        ([(480, 1080)], "08:00", 36_000),
        ([(480, 1080)], "17:59", 60),
        ([(480, 1080)], "18:00", 0),
        ([(1320, 360)], "23:00", 7 * 3600),
        ([(1320, 360)], "05:00", 3600),
        ([(1320, 360)], "06:00", 0),
        ([(480, 720), (700, 780)], "11:50", 70 * 60),
    ],
)
def test_quiet_hours(hours, now, seconds):
    moment = datetime.fromisoformat(f"2026-11-25T{now}:00-05:00")

    assert seconds_closed(moment, hours) == seconds
