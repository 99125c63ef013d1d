"""Through the front door: what only a state of a page shows is told with the state; what was left out is counted."""

import struct
import zlib
from collections import Counter

import pytest

from crawler.evidence import COVER

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ALLOWED = '[sites.main.authorization]\nby = "The clerk"\non = 2026-11-02\nscope = "All pages"\n'
MAIL = "rosalind.tremblay@example.org"
PAGE = f"""<!doctype html><html lang="en"><head><title>T</title><meta name="viewport" content="width=device-width">
<style>body {{ background: #fff; color: #222 }}
@media (prefers-color-scheme: dark) {{ body {{ background: #111; color: #eee }} #note {{ color: #333 }} }}
@media (max-width: 400px) {{ #word {{ display: none }} }}</style></head><body>
<header><nav aria-label="Main">
<button type="button" aria-expanded="false" onclick="flip(this, 'list')">Services</button>
<ul id="list" hidden><li><a href="/two"><img id="logo" src="data:,"> Parks</a></li></ul></nav></header>
<main><h1>H</h1><p id="note">Office hours</p><button type="button" id="go"><span id="word">Search</span></button>
<details><summary>{MAIL}</summary><img id="face" src="data:,"></details></main>
<script>function flip(el, id) {{ const at = document.getElementById(id); at.hidden = !at.hidden;
el.setAttribute('aria-expanded', String(!at.hidden)); }}</script></body></html>"""


@pytest.fixture
def told(serve, audit, tmp_path):
    """``told(toml)`` -> ([(rule, selector, state)] of findings, the call)."""

    server = serve({"/": PAGE, "/two": PAGE})

    def start(more):
        path = tmp_path / "handrail.toml"
        path.write_text(f'[sites.main]\nstart = ["{server.url()}", "{server.url("/two")}"]\n{more}', "utf-8")
        done = audit(tmp_path / "out", "-c", path, "main", "--quiet")
        found = [one for one in done.lines if one["record"] == "finding" and one["rule"].startswith("axe/")]
        return [(one["rule"], one["selector"], one["state"]) for one in found], done

    return start


def test_without_an_authorization_the_narrow_and_the_dark_page_are_audited(told):
    found, done = told("")

    states = {one for one in found if one[2] != "base"}
    assert states == {("axe/color-contrast", "#note", "dark"), ("axe/button-name", "#go", "narrow")}
    rows = {row["state"]: (row["pages"], row["new"], row["reasons"]) for row in done.site("main")["states"]}
    assert rows == {
        "narrow": (2, 2, {}),
        "dark": (2, 2, {}),
        "opened": (0, 0, {"no authorization is recorded for this site": 2}),
    }
    assert "In the state: page 320 pixels wide" in done.html("main")


def test_where_it_is_allowed_menus_and_sections_are_opened(told):
    found, done = told(ALLOWED)

    opened = [one for one in found if one[2] not in ("base", "dark", "narrow")]
    # The menu is the same on both pages; each section is its page's own.
    assert [one for one in opened if one[2] == "menu: Services"] == [("axe/image-alt", "#logo", "menu: Services")]
    sections = [one for one in opened if one[2].startswith("section: ")]
    assert [one[1] for one in sections] == ["#face", "#face"]
    assert not any(state == "base" and selector in ("#logo", "#face") for _, selector, state in found)
    assert not any(MAIL in path.read_text("utf-8", "replace") for path in done.out.rglob("*") if path.is_file())
    assert "menu “Services” open" in done.html("main")


def test_what_is_carried_keeps_its_states(told):
    first, _ = told("")

    again, done = told("")

    assert again == first
    assert done.site("main")["coverage"]["carried"] == 2
    assert [row["state"] for row in done.site("main")["states"]] == ["narrow", "dark", "opened"]


SHOWN = """<!doctype html><html lang="en"><head><title>T</title><meta name="viewport" content="width=device-width">
<style>body { background: #fff; color: #222 }
@media (prefers-color-scheme: dark) { #night { background: #111; color: #333 } }
@media (max-width: 400px) { #word { display: none } }</style></head><body><main><h1>H</h1>
<aside aria-label="Tonight"><p id="night">Office hours</p></aside>
<nav aria-label="Find"><button type="button" id="go"><span id="word">Search</span> <svg width="20" height="20"
aria-hidden="true"><rect width="20" height="20" fill="#fff"/></svg></button></nav>
<ul id="list"><li>One</li></ul>
<button type="button" onclick="fetch('/more').then((it) => it.text()).then((it) => list.innerHTML += it)">Load more
</button></main></body></html>"""
MORE = f'<li><span id="pale" style="color: #bbb">Write to my own address, {MAIL}</span></li>'


def colours(path):
    """How often each colour is in a picture of Chromium's: eight bits, not interlaced."""
    data, at, packed = path.read_bytes(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IHDR":
            width, height, depth, model = struct.unpack(">IIBB", data[at + 8 : at + 18])
        packed += data[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    step = {2: 3, 6: 4}[model]
    assert depth == 8
    raw, above, found = zlib.decompress(packed), bytes(width * step), Counter()
    for row in range(height):
        start = row * (width * step + 1)
        line = bytearray(raw[start + 1 : start + 1 + width * step])
        for n in range(len(line)):
            left, up, corner = (line[n - step], above[n], above[n - step]) if n >= step else (0, above[n], 0)
            near = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
            line[n] = line[n] + (0, left, up, (left + up) // 2, near)[raw[start]] & 255
        found.update(tuple(line[n : n + 3]) for n in range(0, len(line), step))
        above = line
    return found


def test_what_only_a_state_shows_gets_its_picture_with_everything_personal_covered(serve, audit, tmp_path):
    server = serve({"/": SHOWN, "/more": MORE})
    path = tmp_path / "handrail.toml"
    path.write_text(f'[sites.main]\nstart = ["{server.url()}"]\n{ALLOWED}', "utf-8")

    done = audit(tmp_path / "out", "-c", path, "main", "--quiet")

    told = {
        one["evidence_state"]: colours(done.out / "evidence" / one["evidence"])
        for one in done.site("main")["issues"]
        if one["evidence"]
    }
    assert told.keys() == {"dark", "narrow", "more: Load more"}
    assert told["dark"][0x11, 0x11, 0x11] > 1000
    cover, pale = tuple(bytes.fromhex(COVER[1:])), (0xBB, 0xBB, 0xBB)
    assert told["more: Load more"][cover] > 1000
    assert told["more: Load more"][pale] == 0
    assert not any(told[state][cover] for state in ("dark", "narrow"))
    page = done.html("main")
    assert all(
        f"In the state: {said}" in page for said in ("dark colours", "page 320 pixels wide", "“Load more” pressed")
    )
