"""From an audit to a decision, in a real Chromium at 'handrail desk' itself: a value is shown once, kept nowhere."""

import json
import os
import re
import signal
import subprocess
import sys
from datetime import date, timedelta

import pytest
from playwright.sync_api import Error, sync_playwright

from crawler.browser.find import find_browser
from handrail import runs
from handrail.config import parse_policy
from handrail.desk.people import FILE
from reports.decisions import DECIDED
from reports.store.log import DONE, REVEAL

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

LATER = (date.today() + timedelta(days=90)).isoformat()
PASSWORD = "four words and a lamp"


def luhn(text):
    digits = [int(sign) for sign in text if sign.isdigit()]
    return sum(d if n % 2 == 0 else sum(divmod(2 * d, 10)) for n, d in enumerate(reversed(digits))) % 10 == 0


@pytest.fixture
def city(serve, clean_page, audit, tmp_path, filled, key_file):
    """A small site that exposes an invented number, audited; accounts as everywhere."""
    value = next(f"246 454 28{n}" for n in range(10) if luhn(f"246 454 28{n}"))
    pages = {
        "/": clean_page('<p><a href="/minutes">Minutes of the meeting</a></p>', title="Home"),
        "/minutes": clean_page(f"<p>Social insurance number {value}</p>", title="Minutes"),
        "/robots.txt": (404, {}, ""),
    }
    server = serve(pages)
    toml = f'[sites.main]\nstart = ["{server.url()}"]\nsitemaps = false\n'
    (tmp_path / "handrail.toml").write_text(toml, "utf-8")
    out = tmp_path / "out"
    assert audit(out, "-q", "-c", tmp_path / "handrail.toml").code == 0
    (out / FILE).write_bytes((filled / FILE).read_bytes())
    (out / FILE).chmod(0o600)
    return City(value, toml, tmp_path, out)


class City:
    def __init__(self, value, toml, folder, out):
        self.value = value
        self.policy = parse_policy(toml)
        self.config = folder / "handrail.toml"
        self.folder = folder
        self.out = out

    def log(self):
        parts = runs.parts_for(self.policy)
        with runs.open_known(runs.Place(out=self.out), parts) as store:
            return list(store.log_entries())

    def holds(self, data):
        """Whether bytes hold the value, however its digits are set apart."""
        digits = re.sub(r"\D", "", self.value)
        pattern = rb"[\s.,_-]{0,6}".join(digit.encode() for digit in digits)
        return re.search(pattern, data) is not None


@pytest.fixture
def desk(city):
    """``handrail desk`` itself; what it prints goes into a file."""
    output = city.folder / "printed"
    with output.open("wb") as printed:
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", "from handrail.cli import main; main()", "--log-format", "json", "desk"),
                *("--port", "0", "-c", city.config, "-o", city.out),
            ],
            stdout=subprocess.PIPE,
            stderr=printed,
            text=True,
            cwd=city.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        address = process.stdout.readline().strip()
        yield address
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    # What it printed is looked at once it has ended.
    assert not city.holds((address + rest).encode() + output.read_bytes())


def test_from_an_audit_to_a_decision(city, desk, handrail):
    before = handrail("gate", "-c", city.config, "-o", city.out, "--baseline", "none", "-q")
    told, seen = [], {}

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        context = browser.new_context(base_url=desk)
        context.set_default_timeout(120_000)
        context.on("response", lambda answer: told.append(f"{answer.url} {answer.headers}"))
        page = context.new_page()

        # The officer signs in; the register tells of a new exposure, masked.
        page.goto("/register")
        page.fill("#in-name", "pia")
        page.fill("#in-password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/register")
        seen["register"] = page.content()
        page.click("tbody th a")
        page.wait_for_selector("#h-values")
        exposure = page.url.rpartition("/")[2]
        seen["exposure"] = page.content()
        place = page.locator("article h3 .muted").first.inner_text()

        # What was done to contain it is recorded.
        page.select_option("#step-step", "take-down")
        page.fill("#step-note", "With the vendor of the minutes.")
        page.click("#form-step button")
        page.wait_for_selector(".told")
        seen["contained"] = page.content()

        # The value is shown once, for a reason; the log knew before.
        page.click("summary:has-text('Show the value')")
        page.fill(f"[id='{place}-reveal-reason']", "To notify the person, file 12.")
        with page.expect_response(lambda answer: answer.url.endswith("/reveal")) as asked:
            page.click("button:has-text('Show the value')")
        page.wait_for_selector("#value")
        shown, revealed = page.inner_text("#value"), asked.value
        number = int(re.search(r"entry (\d+) of the log", page.inner_text("main"))[1])
        logged = {entry.seq: entry for entry in city.log()}
        page.click("a:has-text('Back to the exposure')")
        page.wait_for_selector("#h-values")
        seen["after"] = page.content()
        with pytest.raises(Error, match="CACHE_MISS"):  # the browser did not keep the answer
            page.go_back()
        page = context.new_page()

        # What it is, is decided.
        page.goto(f"/register/{exposure}")
        page.click("summary:has-text('Decide what it is')")
        page.select_option(f"[id='{place}-ground']", "consent")
        page.fill(f"[id='{place}-until']", LATER)
        page.fill(f"[id='{place}-reason']", "Agreed in writing, file 12.")
        page.click("button:has-text('Decide what it is')")
        page.wait_for_selector(".told")
        seen["decided"] = page.content()
        for path in ("/log", "/log?area=register", "/issues", "/account", "/checks", f"/issues/{exposure}"):
            page.goto(path)
            seen[path] = page.content()
        browser.close()

    after = handrail("gate", "-c", city.config, "-o", city.out, "--baseline", "none", "-q")
    assert handrail("report", "-c", city.config, "-o", city.out).code == 0
    register = json.loads((city.out / "report" / "restricted" / "privacy.json").read_text("utf-8"))["register"]
    kinds = [entry.kind for entry in city.log()]

    assert shown == city.value
    assert (revealed.status, revealed.headers["cache-control"]) == (200, "no-store")
    assert logged[number].kind == REVEAL  # it stood there when the page was shown
    assert dict(logged[number].facts)["reason"] == "To notify the person, file 12."
    assert dict(logged[number].facts)["account"] == "desk:pia"
    assert [kind for kind in kinds if kind in (DONE, REVEAL, DECIDED)] == [DONE, REVEAL, DECIDED]
    assert "With the vendor of the minutes." in seen["contained"]
    assert "Agreed in writing" in seen["decided"]
    assert (before.code, after.code) == (1, 0)
    (entry,) = [one for one in register["entries"] if one["id"] == exposure]
    assert (entry["decided"], entry["places"][0]["decision"]["ground"]) == (1, "consent")
    assert [step["step"] for step in entry["done"]] == ["take-down"]

    # And the value is nowhere; the page that showed it would have been found.
    assert city.holds(shown.encode())
    assert {name for name, text in seen.items() if city.holds(text.encode())} == set()
    assert not city.holds("\n".join(told).encode())
    assert not city.holds(json.dumps([dict(one.facts or {}) for one in city.log()]).encode())
    files = [path for path in city.folder.rglob("*") if path.is_file()]
    assert any(path.name == "handrail.sqlite" for path in files)
    assert [path for path in files if city.holds(path.read_bytes())] == []
