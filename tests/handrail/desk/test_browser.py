"""Every view of every role in a real browser: no accessibility violation, no sideways scroll, by the keyboard alone."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from crawler.browser.find import find_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).parents[3] / "handrail" / "_vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
LAYOUT = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}
LOOKS = [(1280, "light", TAGS), (1280, "dark", CONTRAST), (390, "light", LAYOUT), (320, "light", LAYOUT)]
#: Where pictures of every view go, to be looked at.
SHOTS = os.environ.get("HANDRAIL_SHOTS", "")
LATER = "2099-12-31"
#: What each role opens.
VIEWS = {
    "": ["/sign-in", "/sign-in?out=1"],
    "vera": ["/checks", "/compare", "/issues", "/issues/{issue}", "/nowhere"],
    "otto": ["/issues", "/issues/{own}", "/issues/{issue}"],
    "lea": [
        "/checks?state=open",
        "/checks/main/{question}",
        "/issues",
        "/issues?state=fixed",
        "/issues/{issue}",
        "/issues/{own}",
    ],
    "cora": ["/issues", "/issues/{issue}", "/issues/{own}?told=note"],
    "pia": ["/issues", "/issues/{exposure}", "/register", "/register/{exposure}", "/register/{exposure}?told=step"],
    "ada": ["/", "/issues"],
}


@pytest.fixture(scope="module")
def busy(module_desk):
    """People have worked: something is assigned, decided, asked for, late."""
    desk = module_desk
    lead = desk.browser("lea")
    issue, own = desk.issue(), desk.issue(site="parks")
    for name, told in (
        ("assign", {"to": "Content desk", "note": "With the next release of the site."}),
        (
            "ask",
            {"ground": "g", "reason": "The map is replaced.", "owner": "GIS", "until": LATER, "alternative": "311"},
        ),
    ):
        assert lead.submit(f"/issues/{issue}", f"/issues/{issue}/{name}", **told).status_code == 303
    done = lead.submit(f"/issues/{own}", f"/issues/{own}/false-alarm", reason="It is for show.", until=LATER)
    assert done.status_code == 303
    return desk


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(chromium, desk, name, language="en", **options):
    """A page of somebody who is signed in."""
    context = chromium.new_context(base_url=desk.address, bypass_csp=True, **options)
    cookies = [{"name": "handrail-language", "value": language, "url": desk.address}]
    if name:
        number = desk.browser(name).client.cookies["handrail-desk"]
        cookies.append({"name": "handrail-desk", "value": number, "url": desk.address})
    context.add_cookies(cookies)
    return context.new_page()


def path_of(desk, view):
    ids = {"issue": desk.issue(), "own": desk.issue(site="parks"), "exposure": desk.issue("pii/ca-sin")}
    ids["question"] = desk.question().asked.id
    return view.format(**ids)


def faults(page):
    """By axe-core in each look, and what is wider than the window."""
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.evaluate(AXE.read_text("utf-8"))
    found = []
    for width, scheme, only in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        run = """(only) => axe.run({runOnly: only, resultTypes: ['violations']}).then((result) => JSON.stringify(
            result.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((node) => node.target).join(', '))))"""
        found += [f"{width} {scheme}: {one}" for one in json.loads(page.evaluate(run, only))]
        if (scroll := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{width}: {scroll} pixels wide")
    return found


def shoot(page, name):
    for width, scheme in ((1280, "light"), (1280, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("name", "view"), [(name, view) for name, views in VIEWS.items() for view in views])
def test_no_violation_and_no_sideways_scroll(chromium, busy, name, view, language):
    page = opened(chromium, busy, name, language)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path_of(busy, view))
    found = faults(page)
    if SHOTS:
        shoot(page, f"{name or 'nobody'}-{view.strip('/').replace('/', '-').partition('?')[0]}-{language}")
    page.context.close()

    assert found == []
    assert {url for url in asked if not url.startswith((busy.address, "data:"))} == set()


def test_errors_are_without_violation(chromium, busy):
    page = opened(chromium, busy, "lea")
    page.goto(f"/issues/{busy.issue()}")
    page.fill("#note-note", "Call Margaret Smythe at 416-555-0142.")
    page.click("#form-note button")
    assert "personal information" in page.inner_text(".faults")
    found = faults(page)
    page.click(".faults a")

    assert found == []
    assert page.evaluate("document.activeElement.id || location.hash") in ("note-note", "#note-note")
    page.context.close()


def test_by_the_keyboard_alone_without_scripts(chromium, busy):
    """Sign in, find an issue, comment on it, sign out: Tab, Space, Enter and letters."""
    page = opened(chromium, busy, "", java_script_enabled=False)
    page.goto("/sign-in?next=/issues?site=parks")

    def tab_to(selector):
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.locator(f"{selector}:focus").count():
                assert page.locator(selector).bounding_box()["height"] >= 23
                return
        raise AssertionError(f"Tab does not reach {selector}")

    tab_to("#in-name")
    page.keyboard.type("lea")
    tab_to("#in-password")
    page.keyboard.type("four words and a lamp")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Issues')")
    tab_to(f"a[href='/issues/{busy.issue(site='parks')}']")
    page.keyboard.press("Enter")
    page.wait_for_selector("#form-note")
    tab_to("#note-note")
    page.keyboard.type("Looked at it again.")
    tab_to("#form-note button")
    page.keyboard.press("Space")
    page.wait_for_selector(".told")
    tab_to(".out button")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=You are signed out.")
    page.context.close()

    assert busy.item(site="parks").work.told.entries[-1].facts["note"] == "Looked at it again."


def test_a_policy_that_browsers_keep(chromium, busy):
    """Styles and fonts come; a script that got into a page would not run."""
    context = chromium.new_context(base_url=busy.address)
    page = context.new_page()
    told = []
    page.on("console", lambda message: told.append(message.text))
    page.goto("/sign-in")
    page.set_content(page.content().replace("</main>", "<script>document.title = 'Run'</script></main>"))
    fonts = page.evaluate("document.fonts.check('16px Hyperlegible')")
    family = page.evaluate("getComputedStyle(document.body).fontFamily")
    context.close()

    assert "Hyperlegible" in family
    assert fonts
    assert not [one for one in told if "style" in one and "Refused" in one]
