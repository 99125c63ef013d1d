"""A team's own Selenium suite hands its pages to Handrail."""

import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from audits.model import Verdict
from handrail.cli import run as handrail
from handrail.selenium import audit_page

pytestmark = pytest.mark.browser

INNER = '<!doctype html><html lang="en"><title>I</title><main><h1>I</h1><button></button></main></html>'


@pytest.fixture(scope="module")
def driver():
    options = Options()
    options.binary_location = shutil.which("chromium") or "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-background-networking", "--disable-component-update",
                     "--disable-sync", "--disable-quic", "--no-first-run", "--window-size=1280,900"):  # fmt: skip
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("HANDRAIL_KEY", "cd" * 32)


@pytest.fixture
def city(serve):
    """A page with a fault of its own, one that a click brings, and one in a frame of each origin."""
    server = serve({"/inner": INNER, "/favicon.ico": (204, {}, "")})
    server.routes["/"] = (
        '<!doctype html><html lang="en"><title>T</title><main><h1>T</h1><img src="/x.png">'
        '<button id="more" onclick="this.insertAdjacentHTML(`afterend`, `<input id=late>`)">More</button>'
        '<iframe id="own" title="own" src="/inner"></iframe>'
        f'<iframe id="other" title="other" src="{server.url("/inner", host="localhost")}"></iframe></main>'
        '<footer><a href="/"></a></footer></html>'
    )
    return server


def failures(outcomes):
    return {
        (finding.rule, finding.selector, finding.part.key)
        for outcome in outcomes
        for finding in outcome.findings
        if finding.verdict is Verdict.FAIL
    }


def test_the_page_is_judged_as_the_suite_left_it(driver, city):
    driver.get(city.url())
    first = failures(audit_page(driver))
    driver.find_element(By.ID, "more").click()

    second = failures(audit_page(driver))

    assert ("axe/image-alt", "img", "content") in first
    assert ("axe/link-name", "a", "contentinfo") in first
    assert {selector for rule, selector, _ in first if rule == "axe/button-name"} == {
        "#own >> button",
        "#other >> button",
    }
    assert second - first == {("axe/label", "#late", "content")}


def test_the_suite_stays_in_the_page_where_it_was(driver, city):
    driver.get(city.url())

    audit_page(driver)

    assert driver.find_element(By.ID, "more").text == "More"
    assert driver.current_url == city.url()


def test_findings_are_those_of_an_audit(driver, city, tmp_path):
    """The same fingerprints: a team's suite and the nightly audit speak of the same places."""
    driver.get(city.url())
    seen = {f.fingerprint for outcome in audit_page(driver, site="city") for f in outcome.findings}
    config, out, lines = tmp_path / "handrail.toml", tmp_path / "out", tmp_path / "findings.jsonl"
    config.write_text(f'[sites.city]\nstart = ["{city.url()}"]\nsitemaps = false\n', "utf-8")

    code = handrail(["audit", "-c", f"{config}", "-o", f"{out}", "-q", "--findings", f"{lines}", "--no-pictures"])

    assert code == 0
    assert seen
    text = lines.read_text("utf-8")
    assert all(fingerprint in text for fingerprint in seen)
