"""An issue from the audit that finds it to the look that finds it gone, by two people in real browsers; and one that
nobody mended.
"""

from datetime import date, timedelta

import pytest
from playwright.sync_api import sync_playwright

from crawler.browser.find import find_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "four words and a lamp"
DUE = (date.today() + timedelta(days=30)).isoformat()


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def person(chromium):
    """``person(desk, "lea")``: at the desk, signed in by the form; whatever the browser complains of is kept."""
    opened = []

    def at(desk, name, **options):
        context = chromium.new_context(base_url=desk.address, locale="en-CA", **options)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: page.said.append(f"error: {error}"))
        page.goto("/sign-in")
        page.fill("#in-name", name)
        page.fill("#in-password", PASSWORD)
        page.click("main form button")
        page.wait_for_selector("h1:has-text('Issues')")
        opened.append(context)
        return page

    yield at
    for context in opened:
        context.close()


def issue_id(page):
    """The missing text alternative of the list."""
    return page.locator("table a", has_text="Image").first.get_attribute("href").rpartition("/")[2]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("mended", [True, False], ids=["mended", "not mended"])
def test_from_the_audit_to_the_repair(town, town_desk, person, handrail, mended, scripts):
    desk = town_desk()
    where = ["--config", town.config, "--out", desk.office.place.out]
    lead = person(desk, "lea", java_script_enabled=scripts)
    issue = issue_id(lead)

    # The web lead gives it to a unit, with a date.
    lead.click(f"table a[href='/issues/{issue}']")
    assert "New" in lead.inner_text(".meta")
    lead.fill("#assign-to", "Parks")
    lead.click("#form-assign button")
    lead.wait_for_selector(".told:has-text('Assigned')")
    lead.fill("#due-on", DUE)
    lead.click("#form-due button")
    lead.wait_for_selector(".told:has-text('due date')")

    # Somebody of that unit sees this one alone, and says that it is mended.
    owner = person(desk, "otto", java_script_enabled=scripts)
    assert owner.locator("tbody tr").count() == 1
    owner.click(f"table a[href='/issues/{issue}']")
    owner.select_option("#mark-stage", "ready")
    owner.click("#form-mark button")
    owner.wait_for_selector(".told:has-text('where the work stands')")
    if mended:
        town.mend("/oaks", '<img src="/oak.gif">', '<img src="/oak.gif" alt="An oak">')

    # It is looked for again, and watched.
    owner.click("button[name=pages][value=all]")
    owner.wait_for_url("**/recheck/*")
    seen = []
    if scripts:
        owner.locator("button", has_text="Stop").focus()
        owner.wait_for_selector("#recheck-result", timeout=300_000)
        assert owner.evaluate("document.activeElement.id") == "recheck-result"  # the button that had it is gone
    else:
        while not owner.locator("#recheck-result").count():
            seen.append(owner.inner_text("#recheck-said"))
            assert len(seen) < 400
            owner.wait_for_timeout(300)
            owner.click("a:has-text('See how far it is')", timeout=60_000)
    said, result = owner.inner_text("#recheck-said"), owner.inner_text("#recheck-result")
    owner.click("a:has-text('Back to the issue')")
    owner.wait_for_selector("h2:has-text('Look again')")
    text = owner.inner_text("main")
    listed = {state: issue in handrail("issues", "--state", state, *where).said for state in ("fixed", "open", "new")}

    assert [
        one for one in (*lead.said, *owner.said) if "favicon" not in one
    ] == []  # no script was refused, none failed
    if mended:
        assert "1 of 1 page looked at. Not found." in said
        assert "The issue is fixed." in result
        assert "Fixed" in owner.inner_text(".meta")
        assert listed == {"fixed": True, "open": False, "new": False}
    else:
        assert "Found at 1 place." in said
        assert "It is still there." in result
        assert "Open · Ready for re-check" in owner.inner_text(".meta")
        assert "Marked ready, and found again" in text
        assert listed == {"fixed": False, "open": True, "new": False}
    shown = handrail("issues", "show", issue, *where).said
    assert "Otto, Parks" in shown
    assert ("It is fixed." if mended else "found at 1 place") in shown
    assert handrail("log", "verify", "--out", desk.office.place.out).code == 0


def test_filters_change_the_list_in_place(town, town_desk, person):
    desk = town_desk()
    page = person(desk, "lea")
    asked = []
    page.on("request", lambda request: asked.append((request.resource_type, request.url)))
    rows, count = page.locator("#found tbody tr").count(), page.inner_text("#count")
    page.evaluate("document.getElementById('count').mark = 'the same element'")
    page.focus("#f-severity")
    page.select_option("#f-severity", "critical")
    page.wait_for_url("**/issues?*severity=critical*")
    page.wait_for_function("(before) => document.getElementById('count').textContent !== before", arg=count)
    fewer = page.locator("#found tbody tr").count()
    focus = page.evaluate("document.activeElement.id")
    language = page.get_attribute("#to-language a", "href")
    page.focus("#f-rule")
    page.keyboard.type("nothing-of-the-kind")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found:has-text('No issue fits')")
    still = page.evaluate("[document.activeElement.id, document.getElementById('count').mark]")
    page.go_back()
    page.wait_for_function("(n) => document.querySelectorAll('#found tbody tr').length === n", arg=fewer)

    assert fewer < rows
    assert focus == "f-severity"
    assert "severity%3Dcritical" in language  # the other language shows the same
    assert still == ["f-rule", "the same element"]  # who listens hears the count change
    assert [kind for kind, _ in asked if kind == "document"] in ([], ["document"])  # going back may load
    assert page.evaluate("localStorage.length") == 0
    # Enter changes the field and sends the form: of the two requests the first is given up.
    given_up = ("htmx:afterRequest", "htmx:sendAbort")
    assert [one for one in page.said if not any(name in one for name in given_up)] == []


def test_who_was_signed_out_meanwhile_is_asked_to_sign_in(town_desk, person):
    desk = town_desk()
    page = person(desk, "lea")
    desk.office.sessions.end_all("lea")
    page.select_option("#f-severity", "critical")
    page.wait_for_selector("#in-name")

    assert page.url.startswith(f"{desk.address}/sign-in")
    assert page.locator("#in-name").count() == 1


def test_what_cannot_be_put_into_the_page_is_shown_as_a_page(town_desk, person):
    desk = town_desk()
    page = person(desk, "lea")
    page.route(
        "**/issues?*",
        lambda route: (
            route.fulfill(status=500, body="no") if "Hx-Request".lower() in route.request.headers else route.continue_()
        ),
    )
    page.select_option("#f-severity", "critical")
    page.wait_for_url("**/issues?*severity=critical*")
    page.wait_for_selector("#found tbody tr")

    assert page.input_value("#f-severity") == "critical"


def test_no_script_that_is_written_into_a_page_runs_even_by_htmx(town_desk, person):
    desk = town_desk()
    page = person(desk, "lea")
    page.evaluate(
        """() => { const one = document.createElement('button');
        one.setAttribute('hx-on:click', "document.title = 'Run'"); one.id = 'put-in';
        document.querySelector('main').append(one); htmx.process(one); one.click(); }"""
    )

    assert page.title() != "Run"
