"""The motion collector tells what moves, for how long, and for whom; the frames of pictures by their bytes."""

import struct

import pytest
from pools import PATIENT, nobody, pools

from crawler.browser.pool import BrowserConfig
from crawler.collectors.motion import Motion, frames_of


def gif(frames, *, hundredths=50, loops=0):
    again = b"" if loops is None else b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", loops) + b"\x00"
    picture = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    delay = b"\x21\xf9\x04\x00" + struct.pack("<H", hundredths) + b"\x00\x00"
    head = b"GIF89a" + struct.pack("<HH", 1, 1) + b"\x80\x00\x00" + b"\x00\x00\x00\xff\xff\xff"
    return head + again + (delay + picture) * frames + b"\x3b"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + b"\x00\x00\x00\x00"


def apng(frames, *, plays):
    frame = chunk(b"fcTL", bytes(20) + struct.pack(">HH", 1, 2) + bytes(2))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"acTL", struct.pack(">II", frames, plays)) + frame * frames + chunk(b"IEND", b"")
    )


def webp(frames, *, loops):
    body = b"ANIM" + struct.pack("<I", 6) + bytes(4) + struct.pack("<H", loops)
    body += (b"ANMF" + struct.pack("<I", 16) + bytes(12) + (250).to_bytes(3, "little") + b"\x00") * frames
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


@pytest.mark.parametrize(
    ("data", "frames", "seconds"),
    [
        (gif(4), 4, float("inf")),
        (gif(4, loops=None), 4, 2.0),
        (gif(4, loops=2), 4, 6.0),
        (gif(10, hundredths=0, loops=None), 10, 1.0),  # shown as a tenth of a second each
        (gif(1), 1, 0.0),
        (gif(4)[:90], 2, float("inf")),  # the rest did not come
        (apng(3, plays=0), 3, float("inf")),
        (apng(3, plays=2), 3, 3.0),
        (webp(4, loops=0), 4, float("inf")),
        (webp(4, loops=3), 4, 3.0),
        (webp(0, loops=0), 1, 0.0),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), 1, 0.0),
        (b"<svg/>", 1, 0.0),
        (b"", 1, 0.0),
    ],
)
def test_counts_the_frames_of_a_picture(data, frames, seconds):
    assert frames_of(data) == (frames, seconds)


def collected(*urls):
    async def work(pool):
        key, seen = nobody(), []
        for url in urls:
            async with pool.visit(url, key=key, collectors=(Motion(),)) as (_, found):
                assert found.errors == {}
                seen.append((found.artifacts["motion"], found.timings["collect.motion"]))
        return seen

    return pools.begin(BrowserConfig(slots=1, **PATIENT), work).result()


@pytest.mark.browser
def test_says_how_far_and_for_how_long_something_moves_and_whether_less_was_given(site):
    css = (
        ".a, .b { width: 200px; height: 100px } .a { animation: go 8s infinite } .b { animation: go 8s infinite }"
        "@keyframes go { to { transform: translateX(150px) } }"
        "@media (prefers-reduced-motion: reduce) { .b { animation: none } }"
    )
    url = site("page.html", css, '<div class="a"></div><div class="b"></div>')

    tries = [motion["places"] for motion, _ in collected(url, url, url)]

    assert tries[0] == tries[1] == tries[2]
    assert [(place["stays"], place["lasts"], place["duration"]) for place in tries[0]] == [
        (True, -1, 8000),
        (False, -1, 8000),
    ]
    assert all(140 <= place["moves"] <= 150 and place["area"] == 20_000 for place in tries[0])


@pytest.mark.browser
def test_is_done_at_once_when_nothing_moves(site):
    url = site("page.html", "p { transition: color 1s }", "<h1>H</h1>" + "<p>Nothing moves here.</p>" * 200)

    _, (motion, seconds) = collected(url, url)

    assert all(not found for found in motion.values())
    assert seconds < 0.5


@pytest.mark.browser
@pytest.mark.slow
def test_waits_for_slides_and_tells_those_that_turn_from_those_that_do_not(site):
    slides = "".join(f"<div class='slide'><h2>Slide {number}</h2></div>" for number in (1, 2, 3))
    css = ".slide { display: none; height: 150px } .slide:nth-child(1) { display: block }"
    turn = (
        "<script>const box = document.querySelector('#turns');"
        " setInterval(() => box.append(box.firstElementChild), 4000);</script>"
    )
    url = site("page.html", css, f'<div id="turns">{slides}</div><div id="rests">{slides}</div>{turn}')

    ((motion, _),) = collected(url)

    assert [(place["selector"], place["stops"]) for place in motion["rotators"]] == [("#turns", False)]


@pytest.mark.browser
def test_reads_moving_pictures_from_what_the_page_has_loaded(site, tmp_path):
    (tmp_path / "moves.gif").write_bytes(gif(3))
    (tmp_path / "rests.gif").write_bytes(gif(1))
    images = "".join(f'<img src="{name}.gif" width="100" height="80" alt="{name}">' for name in ("moves", "rests"))

    ((motion, _),) = collected(site("page.html", "", images))

    assert [(picture["text"], picture["frames"], picture["lasts"]) for picture in motion["pictures"]] == [
        ("moves", 3, -1),
        ("rests", 1, 0),
    ]
    assert all("src" not in picture for picture in motion["pictures"])
