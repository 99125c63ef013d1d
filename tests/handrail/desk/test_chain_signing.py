"""From an audit to a signature that holds, and to the audit that ends it: in a real browser and on the command line."""

import subprocess
import sys

import pytest
from playwright.sync_api import sync_playwright

from crawler.browser.find import find_browser
from handrail import runs
from handrail.answers import asked_now
from handrail.config import parse_policy
from handrail.desk.office import Office
from handrail.desk.people import FILE, People
from handrail.desk.roles import Person, Role

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "four words and a lamp"
OFFICER = Person(name="cora", called="Cora Lind", roles=(Role.COMPLIANCE,))
TITLE = "Parking permits"


@pytest.fixture
def city(serve, clean_page, tmp_path, handrail):
    """A City with one page, and its commands."""
    server = serve({"/": clean_page(f"<h1>{TITLE}</h1><p>Ask for a permit at the counter.</p>", title=TITLE)})
    config = tmp_path / "handrail.toml"
    config.write_text(f'[city]\nname_en = "City of Alder"\n[sites.main]\nstart = ["{server.url("/")}"]\n', "utf-8")
    return City(server, config, tmp_path / "out", handrail)


class City:
    def __init__(self, server, config, out, handrail):
        self.server, self.config, self.out = server, config, out
        self._handrail = handrail

    def audited(self):
        # A process of its own: the browser of the test holds the loop of this one.
        command = [sys.executable, "-c", "from handrail.cli import main; main()", "audit", "-q", "--no-pictures"]
        done = subprocess.run(
            [*command, "--config", self.config, "--out", self.out], stderr=subprocess.PIPE, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def verified(self):
        return self._handrail("verify", self.out / "report", "--out", self.out)

    def office(self, store, parts):
        place = runs.Place(out=self.out)
        return Office(store=store, policy=parse_policy(self.config.read_text("utf-8")), parts=parts, place=place)


def answer_all(page):
    """Every question about the page, one after the other, as somebody who looked; how many."""
    answered = 0
    while True:
        page.goto("/checks?site=main&state=open")
        rows = page.locator("tbody tr").filter(has=page.locator("td", has_text=TITLE))
        paths = [row.locator("th a").get_attribute("href") for row in rows.all()]
        if not paths:
            return answered
        for path in paths:
            page.goto(path)
            page.select_option("#answer-result", "supports")
            page.fill("#answer-evidence", "Looked at the page with NVDA and by the keyboard.")
            page.click("form[action$='/answer'] button")
            page.wait_for_selector(".told")
            answered += 1


def questions(desk):
    office = desk.office
    return asked_now(office.store, office.policy, office.parts, ["main"])


def test_from_an_audit_to_a_signature_and_to_its_end(city, serve_desk, clean_page, parts):
    city.audited()
    People(city.out / FILE).put(OFFICER, PASSWORD)
    with runs.open_known(runs.Place(out=city.out), parts) as store, sync_playwright() as driver:
        desk = serve_desk(city.office(store, parts))
        browser = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        context = browser.new_context(base_url=desk.address, java_script_enabled=False)
        page = context.new_page()
        page.goto("/sign-in?next=/sign")
        page.fill("#in-name", "cora")
        page.fill("#in-password", PASSWORD)
        page.click("form[action='/sign-in'] button")
        assert "Not signed" in page.inner_text("tbody")
        assert city.verified().code == 1

        # All checks of the page are answered, and that is signed.
        asked = len([one for one in questions(desk) if one.asked.page == city.server.url("/")])
        answered = answer_all(page)
        left = [one for one in questions(desk) if one.state != "answered"]
        assert answered == asked > 5
        assert city.server.url("/") not in {one.asked.page for one in left}
        page.goto("/sign")
        page.click("tbody th a")
        page.fill("#sign-role", "Accessibility lead")
        page.fill("#sign-statement", "I stand by what people answered about this page.")
        page.click("#form-sign button")
        page.wait_for_selector(".told")
        assert "Valid" in page.inner_text(".meta")
        held = city.verified()
        assert held.code == 0, held
        assert "Accessibility lead: Cora Lind" in held.said
        assert "main: VALID" in held.said

        # A form lies open while the site changes, and is audited and reported again.
        late = context.new_page()
        late.goto("/sign/main")
        city.server.routes["/"] = clean_page(f"<h1>{TITLE}</h1><p><img src='data:,'></p>", title=TITLE)
        city.audited()
        page.goto("/sign")
        told = page.inner_text("tbody")
        assert "Changed since" in told
        assert "signed as an earlier audit found it" in told
        ended = city.verified()
        assert ended.code == 1
        assert "main: CHANGED SINCE. It was signed as audit" in ended.told

        late.fill("#sign-role", "Accessibility lead")
        late.fill("#sign-statement", "Once more.")
        late.click("#form-sign button")
        late.wait_for_selector(".faults")
        assert "It tells another audit" in late.inner_text(".faults")
        assert "Required criteria that fail: 0 before" in late.inner_text(".faults")
        assert late.input_value("#sign-statement") == "Once more."
        assert desk.kinds().count("report-signed") == 1
        assert city.verified().code == 1
        browser.close()
