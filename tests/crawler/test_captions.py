"""Captions are read from their files as a player reads them, and the page is left as it came."""

import time

import pytest
from pools import PATIENT, nobody, shared

from crawler.browser.pool import BrowserConfig
from crawler.collectors import captions
from crawler.collectors.captions import LATE, MOST, TOO_MANY, Captions

pytestmark = pytest.mark.browser

CUES = (200, {"Content-Type": "text/vtt"}, "WEBVTT\n\n00:01.000 --> 00:03.000\nGood <b>morning</b>.\n")
FILM = '<video id="{id}" controls preload="none" src="/film.webm"><track kind="captions" src="{src}"></video>'
STATE = """[...document.querySelectorAll('video')].map((el) => [el.getAttribute('preload'),
...[...el.textTracks].map((track) => track.mode)])"""


def page(*films):
    return f'<!doctype html><html lang="en"><title>T</title><main><h1>H</h1>{"".join(films)}</main></html>'


async def collected(server):
    config = BrowserConfig(axe_source="", slots=1, **PATIENT)

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=(Captions(),)) as (rendered, seen):
            return seen, await rendered.page.evaluate(STATE)

    return await shared(config, work)


async def test_what_captions_say_is_read_and_nothing_of_the_page_is_changed(serve):
    server = serve({"/": page(FILM.format(id="film", src="/said.vtt")), "/said.vtt": CUES})

    seen, state = await collected(server)

    (film,) = seen.artifacts["captions"]["films"]
    assert film["tracks"] == [{"cues": 1, "seconds": 2, "last": 3, "texts": ["Good morning ."], "more": False}]
    assert (film["selector"], film["unread"], seen.artifacts["captions"]["left_out"]) == ("#film", False, "")
    assert state == [["none", "disabled"]]


async def test_captions_that_cannot_be_had_are_not_known(serve):
    server = serve({"/": page(FILM.format(id="film", src="/gone.vtt")), "/said.vtt": CUES})

    seen, _ = await collected(server)

    (film,) = seen.artifacts["captions"]["films"]
    assert (film["tracks"], film["unread"], seen.artifacts["captions"]["left_out"]) == ([], True, "")


async def test_captions_that_come_too_late_are_told(serve, monkeypatch):
    monkeypatch.setattr(captions, "MILLISECONDS", 200)

    def slowly(_):
        time.sleep(2)
        return CUES

    server = serve({"/": page(FILM.format(id="film", src="/said.vtt")), "/said.vtt": slowly})

    seen, _ = await collected(server)

    assert seen.artifacts["captions"]["left_out"] == LATE


async def test_more_films_than_are_looked_at_are_told(serve):
    films = [FILM.format(id=f"film{number}", src="/said.vtt") for number in range(MOST + 1)]
    server = serve({"/": page(*films), "/said.vtt": CUES})

    seen, _ = await collected(server)

    assert len(seen.artifacts["captions"]["films"]) == MOST
    assert seen.artifacts["captions"]["left_out"] in (TOO_MANY, LATE)
