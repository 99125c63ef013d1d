"""Every view of every role in a real browser: no accessibility violation, no sideways scroll, by the keyboard alone."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from crawler.browser.find import find_browser
from handrail.desk.rechecks import Look, _Going
from handrail.desk.roles import Person, Role
from reports.work import RECHECKED, RECHECKING

sys.path.append(str(Path(__file__).parent))

from desk_documents import audit_documents
from desk_states import standing, states

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).parents[3] / "handrail" / "_vendor" / "axe.min.js"
PICTURE = next((Path(__file__).parents[3] / "docs" / "images").glob("*.png"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
LAYOUT = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}
LOOKS = [(1280, "light", TAGS), (1280, "dark", CONTRAST), (390, "light", LAYOUT), (320, "light", LAYOUT)]
#: Where pictures of every view go, to be looked at.
SHOTS = os.environ.get("HANDRAIL_SHOTS", "")
LATER = "2099-12-31"
PASSWORD = "four words and a lamp"
#: What each role opens.
VIEWS = {
    "": ["/sign-in", "/sign-in?out=1"],
    "olga": ["/account"],
    "vera": [
        "/checks",
        "/checks/main/{question}",
        "/compare",
        "/documents",
        "/issues",
        "/issues/{issue}",
        "/nowhere",
        "/sign",
        "/sign/main",
    ],
    "otto": ["/issues", "/issues/{own}", "/issues/{issue}", "/recheck/{fixed}"],
    "lea": [
        "/checks?state=open",
        "/checks/main/{question}",
        "/issues",
        "/issues?state=fixed",
        "/issues/{issue}",
        "/issues/{own}",
        "/recheck/{going}",
        "/recheck/{still}",
        "/recheck/{unsure}",
    ],
    "cora": [
        "/account?told=password",
        "/issues",
        "/issues/{issue}",
        "/issues/{own}?told=note",
        "/log",
        "/log?since=x",
        "/log?person=nobody",
        "/log/verify",
    ],
    "cleo": [
        "/sign",
        "/sign/main?told=signed",
        "/sign/parks",
        "/feedback",
        "/feedback/new",
        "/feedback/{report}",
        "/feedback/{linked}",
    ],
    "pia": [
        "/feedback?state=closed",
        "/feedback/{report}",
        "/issues",
        "/issues/{exposure}",
        "/register",
        "/register/{exposure}",
        "/register/{exposure}?told=step",
    ],
    "ada": ["/issues", "/people", "/people/ada", "/people/vera?told=person-changed", "/people/nobody", "/log"],
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
    desk.handed_in("lea", PICTURE.read_bytes(), b"Heard: search, edit, menu.", result="partially-supports")
    audit_documents(desk.office.store, "library")
    done = lead.submit(f"/issues/{own}", f"/issues/{own}/false-alarm", reason="It is for show.", until=LATER)
    assert done.status_code == 303
    desk.reported(ticket="T-77", technology="NVDA, Firefox", language="en", channel="phone")
    linked = desk.reported(barrier="The form forgets what I typed", language="en", channel="form")
    assert lead.submit(f"/feedback/{linked}", f"/feedback/{linked}/own", criterion="2.1.1").status_code == 303
    assert lead.submit(f"/feedback/{linked}", f"/feedback/{linked}/repaired").status_code == 303
    for site in ("main", "parks"):  # the second is another afterwards
        told = {"role": "Accessibility lead", "statement": "I stand by what people answered."}
        assert desk.browser("cora").submit(f"/sign/{site}", f"/sign/{site}", **told).status_code == 303
    assert lead.submit(f"/issues/{own}", f"/issues/{own}/assign", to="Trees", note="").status_code == 303
    rechecks(desk)
    # Somebody with a password that somebody else gave.
    olga = Person(name="olga", called="Olga, owner", roles=(Role.OWNER,), units=("Parks", "Recreation and forestry"))
    desk.office.people.put(olga, PASSWORD)
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    desk.office.people.change("olga", lambda known, _all: replace(known, once=soon))
    return desk


#: Re-checks by how they stand; "going" is under way.
RECHECKS: dict[str, int] = {}


def rechecks(desk):
    store, item = desk.office.store, desk.item(site="parks")
    of = {"issue": item.id, "fingerprint": item.fingerprint, "question": "", "before": "new"}
    facts = {"by": "Otto, Parks", "account": "desk:otto", "site": item.site, "pages": 12, **of}
    for name, places, after in (("fixed", 0, "fixed"), ("still", 3, "open"), ("unsure", 0, "new")):
        RECHECKS[name] = store.record(RECHECKING, facts).seq
        ended = {"ended": "done", "looked": 12, "places": places, "after": after, "run": "r1"}
        store.record(RECHECKED, {**facts, "recheck": RECHECKS[name], **ended})
    RECHECKS["going"] = store.record(RECHECKING, facts).seq
    told = {name: facts[name] for name in ("site", "issue", "question", "by", "pages", "before")}
    look = Look(entry=RECHECKS["going"], phase="looking", done=5, **told)
    process = subprocess.Popen(["true"], stdin=subprocess.PIPE, text=True)
    going = _Going(look=look, facts=facts, account="desk:otto", process=process)
    desk.office.rechecks._going[RECHECKS["going"]] = going


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
    ids |= {("linked" if one.issue else "report"): one.id for one in desk.replies().ledger().reports.values()}
    return view.format(**ids, **RECHECKS)


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


def test_a_report_that_changed_is_told_without_violation(chromium, busy):
    page = opened(chromium, busy, "cleo")
    page.goto("/sign/main")
    page.fill("#sign-role", "Director")
    page.fill("#sign-statement", "Read and agreed.")
    issue = busy.issue("axe/link-name")
    told = {"to": "Design", "note": ""}
    assert busy.browser("lea").submit(f"/issues/{issue}", f"/issues/{issue}/assign", **told).status_code == 303
    page.click("#form-sign button")
    assert "The report says something else now" in page.inner_text(".faults")
    found = faults(page)
    if SHOTS:
        shoot(page, "cleo-sign-main-changed-en")

    assert found == []
    assert page.input_value("#sign-statement") == "Read and agreed."
    page.context.close()


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


def test_a_file_that_is_not_taken_is_told_without_violation(chromium, busy):
    page = opened(chromium, busy, "lea")
    page.goto(path_of(busy, "/checks/main/{question}"))
    page.select_option("#answer-result", "supports")
    page.fill("#answer-evidence", "Read the page with NVDA.")
    page.set_input_files("#answer-file", [{"name": "p.png", "mimeType": "image/png", "buffer": b"<html>"}])
    page.click("button:has-text('Record the answer')")
    told = page.inner_text("#answer-file-wrong")
    found = faults(page)
    if SHOTS:
        shoot(page, "lea-file-wrong")
    page.click(".faults a")

    assert "p.png: This is none of PNG" in told
    assert page.input_value("#answer-evidence") == "Read the page with NVDA."
    assert found == []
    assert page.evaluate("document.activeElement.id || location.hash") in ("answer-file", "#answer-file")
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


PRINTED = [
    ("lea", "/issues"),
    ("lea", "/issues/{issue}"),
    ("lea", "/checks/main/{question}"),
    ("pia", "/register/{exposure}"),
    ("ada", "/people"),
    ("ada", "/people/vera"),
    ("cora", "/log"),
]
#: Of elements that are seen, how many there are.
SEEN = "(selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).length"


@pytest.mark.parametrize(("name", "view"), PRINTED)
def test_on_paper_there_is_what_can_be_read_and_nothing_to_press(chromium, busy, name, view):
    page = opened(chromium, busy, name)
    page.goto(path_of(busy, view))
    on_screen = page.evaluate(SEEN, "button, input:not([type=hidden]), select, textarea, summary, nav")
    page.emulate_media(media="print")
    on_paper = page.evaluate(SEEN, "button, input:not([type=hidden]), select, textarea, summary, nav")
    # A heading over nothing.
    bare = page.evaluate(
        """() => [...document.querySelectorAll('.sec')].filter((one) => one.checkVisibility() &&
        ![...one.children].some((child) => child.tagName !== 'H2' && child.checkVisibility())).map((one) => one.id)"""
    )
    text = page.inner_text("main")
    if SHOTS:
        stem = f"print-{name}-{view.strip('/').replace('/', '-')}"
        page.pdf(path=Path(SHOTS) / f"{stem}.pdf", format="Letter", print_background=True)
    page.context.close()

    assert on_screen > 3
    assert on_paper == 0
    assert bare == []
    assert len(text) > 90


def test_on_paper_an_address_is_whole(chromium, busy):
    page = opened(chromium, busy, "lea")
    page.goto(f"/issues/{busy.issue()}")
    address = "https://www.city.example/" + "parking-in-winter/" * 9
    page.evaluate(
        """(url) => { const link = document.querySelector('.places a'); link.href = url; link.className = 'cut'; }""",
        address,
    )
    page.emulate_media(media="print")
    after = page.evaluate("getComputedStyle(document.querySelector('.places a'), '::after').content")
    page.context.close()

    assert address in after


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_what_carries_meaning(chromium, busy, scheme):
    page = opened(chromium, busy, "pia", forced_colors="active", color_scheme=scheme)
    page.goto(f"/register/{path_of(busy, '{exposure}')}")
    page.locator("summary:has-text('Decide')").first.click()
    page.locator("details[open] button").first.click()  # nothing is filled in: the browser itself says so
    page.evaluate("document.querySelectorAll('[required]').forEach((one) => one.removeAttribute('required'))")
    page.locator("details[open] button").first.click()
    page.wait_for_selector(".faults")
    drawn = """(selector) => { const style = getComputedStyle(document.querySelector(selector));
        return [style.borderTopStyle, style.borderBottomStyle, parseFloat(style.borderBottomWidth)]; }"""
    borders = {one: page.evaluate(drawn, one) for one in (".faults", ".restricted", ".mast a[aria-current]")}
    invalid = page.evaluate("parseFloat(getComputedStyle(document.querySelector('[aria-invalid]')).borderTopWidth)")
    page.keyboard.press("Tab")
    focus = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    found = page.evaluate("matchMedia('(forced-colors: active)').matches")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"forced-register-{scheme}.png", full_page=True)
    page.context.close()

    assert found
    assert borders[".faults"][0] == borders[".restricted"][0] == "solid"
    assert borders[".mast a[aria-current]"][1:] == ["solid", 3]
    assert invalid > 2
    assert focus == "solid"


@pytest.mark.parametrize(("name", "view"), [("lea", "/issues"), ("pia", "/register/{exposure}"), ("ada", "/people")])
def test_more_contrast_is_more(chromium, busy, name, view):
    page = opened(chromium, busy, name)
    page.goto(path_of(busy, view))
    page.evaluate(AXE.read_text("utf-8"))
    found, told = [], []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, contrast="more")
        run = """() => axe.run({runOnly: {type: 'rule', values: ['color-contrast-enhanced']}, rules:
            {'color-contrast-enhanced': {enabled: true}}}).then((result) => result.violations.flatMap((v) =>
            v.nodes.map((node) => node.target.join(' '))))"""
        found += page.evaluate(run)
        told.append(page.evaluate("getComputedStyle(document.querySelector('.muted, .tsub, .small')).color"))
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"contrast-{name}-{scheme}.png", full_page=True)
    page.context.close()

    assert found == []
    assert told == ["rgb(13, 32, 41)", "rgb(233, 241, 244)"]


def test_states_are_without_violation(chromium, busy, tmp_path):
    """What forms answer that went wrong or came late, a value shown once, a desk without audits."""
    found = {}
    with standing(busy.office) as app:
        app.kept = states(busy, tmp_path / "empty")
        for name in app.kept:
            page = chromium.new_context(bypass_csp=True).new_page()
            page.goto(f"{app.address}/-/{name}")
            if told := faults(page):
                found[name] = told
            if SHOTS:
                shoot(page, f"state-{name}")
            page.context.close()

    assert found == {}
    assert len(app.kept) > 25
    assert [name for name, text in app.kept.items() if "The desk failed" in text] == ["failed"]
    assert "Nothing was audited yet" in app.kept["empty-issues"]
