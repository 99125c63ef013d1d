"""The code that shows a fault of axe-core's has it, and the code that shows the repair has not: axe-core says so."""

from pathlib import Path

import pytest

from audits.standards import load

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "handrail" / "_vendor" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
SHOWN = {name: text for name, text in load().axe_texts.items() if text.before}
#: What the style sheets of the examples are about.
STYLED = {
    "color-contrast": '<p class="note">Closed on Monday</p>',
    "target-size": '<p class="pager"><a href="/1"></a><a href="/2"></a><a href="/3"></a></p>',
}
RUN = """(name) => axe.run(document, {runOnly: [name]}).then(
    (result) => [...result.violations, ...result.incomplete].map((rule) => rule.id))"""


@pytest.fixture(scope="module")
def page():
    if not CHROMIUM.exists() or not AXE.exists():
        pytest.skip("needs /usr/bin/chromium and the vendored axe-core")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def whole(name, code):
    """The example as a page that has no other fault."""
    html, head, body = '<html lang="en">', "<head><title>Page</title></head>", f"<body>{code}</body>"
    if name in STYLED:
        head, body = f"<head><title>Page</title><style>{code}</style></head>", f"<body>{STYLED[name]}</body>"
    elif code.startswith("<html"):
        html, body = code, "<body>Text</body>"
    elif code.startswith("<head"):
        head, body = code, "<body>Text</body>"
    elif code.startswith("<meta"):
        head, body = f"<head><title>Page</title>{code}</head>", "<body>Text</body>"
    elif code.startswith("<body"):
        body = code
    return f"<!doctype html>{html}{head}{body}</html>"


@pytest.mark.parametrize("name", SHOWN)
def test_the_fault_is_in_the_code_before_and_not_after(page, name):
    page.route("**/*", lambda route: route.fulfill(body=document, content_type="text/html"))
    said = []
    for code in (SHOWN[name].before, SHOWN[name].after):
        document = whole(name, code)
        page.goto("http://127.0.0.1:9/")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        said.append(page.evaluate(RUN, name))
    page.unroute("**/*")

    assert said == [[name], []]
