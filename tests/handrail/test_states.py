"""Through the front door: what only a state of a page shows is told with the state; what was left out is counted."""

import pytest

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
