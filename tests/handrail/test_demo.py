"""The demo City: it answers as its catalogue says, and the catalogue is true."""

import gzip
import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.robotparser
import zipfile
from collections import Counter
from importlib import resources
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import docx
import openpyxl
import phonenumbers
import pikepdf
import pytest
from bs4 import BeautifulSoup, Comment
from playwright.sync_api import sync_playwright
from stdnum import isbn, luhn
from stdnum.ca import bn
from stdnum.ca import sin as stdnum_sin

from audits.model import FRAME_STEP, SHADOW_STEP, PageOutcome
from handrail.demo import DemoCity
from handrail.demo.catalogue import CRITERIA
from handrail.demo.people import values

SOURCE = resources.files("handrail.demo")
SCRIPTED = ("/app/",)
#: Where a page's "show more" reads more of it.
FETCHED = {"/waste/": "/waste/notices?page=2"}


def fetch(url, method="GET"):
    """Status, headers and body, redirects not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=60)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""))
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def city():
    with DemoCity() as served:
        yield served


@pytest.fixture(scope="module")
def catalogue(city):
    return city.catalogue()


@pytest.fixture(scope="module")
def soup(city):
    """Parsed pages by address, each fetched once."""
    kept = {}

    def get(url):
        if url not in kept:
            status, _, body = fetch(url)
            assert status == 200, url
            kept[url] = BeautifulSoup(body, "lxml")
        return kept[url]

    return get


def elements(soup, url, selector):
    """The elements of a selector whose steps may enter frames."""
    *frames, last = selector.split(FRAME_STEP)
    for frame in frames:
        (element,) = soup(url).select(frame)
        url = urljoin(url, element["src"])
    return soup(url).select(last)


def ending(outcome, city):
    return [page for page in city.catalogue()["pages"] if page["outcome"] == outcome]


def test_every_page_that_must_be_audited_is_there(city, catalogue):
    for page in catalogue["pages"]:
        if page["outcome"] == PageOutcome.AUDITED:
            status, headers, body = fetch(page["url"])

            assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8"), page["path"]
            assert b"<h1>" in body, page["path"]


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        (PageOutcome.REDIRECTED, {301, 302}),
        (PageOutcome.REDIRECT_OFF_SCOPE, {302}),
        (PageOutcome.NOT_FOUND, {404}),
        (PageOutcome.SIGN_IN, {302, 401}),
        (PageOutcome.DOCUMENT, {200}),
        (PageOutcome.NOT_HTML, {200}),
        (PageOutcome.FILE, {200}),
        (PageOutcome.ROBOTS, {200}),
    ],
)
def test_other_pages_answer_as_catalogued(city, outcome, statuses):
    pages = ending(outcome, city)

    answers = {page["path"]: fetch(page["url"]) for page in pages}

    assert {status for status, _, _ in answers.values()} == statuses
    if statuses == {200} and outcome != PageOutcome.ROBOTS:
        assert not any("text/html" in headers["Content-Type"] for _, headers, _ in answers.values())


def test_redirects_stay_in_scope_unless_catalogued(city):
    for outcome, inside in ((PageOutcome.REDIRECTED, True), (PageOutcome.REDIRECT_OFF_SCOPE, False)):
        for page in ending(outcome, city):
            target = urljoin(page["url"], fetch(page["url"])[1]["Location"])

            assert target.startswith(city.urls[page["site"]]) is inside, page["path"]


def test_account_leads_to_a_password(city):
    target = urljoin(city.urls["main"], fetch(city.urls["main"] + "account/")[1]["Location"])

    assert b'type="password"' in fetch(target)[2]


def test_robots_forbid_only_what_is_catalogued(city, catalogue):
    for site, base in city.urls.items():
        robots = urllib.robotparser.RobotFileParser()
        robots.parse(fetch(base + "robots.txt")[2].decode().splitlines())
        assert robots.site_maps() == [base + "sitemap.xml"]

        for page in catalogue["pages"]:
            if page["site"] == site and page["url"].startswith(base):
                assert robots.can_fetch("Handrail", page["url"]) == (page["outcome"] != "robots"), page["path"]


def test_sitemaps_name_pages_and_one_is_compressed(city):
    index = BeautifulSoup(fetch(city.urls["main"] + "sitemap.xml")[2], "xml")
    english, french = (loc.text for loc in index.find_all("loc"))
    assert french.endswith(".xml.gz")

    texts = [fetch(english)[2].decode(), gzip.decompress(fetch(french)[2]).decode()]
    named = [loc.text for text in texts for loc in BeautifulSoup(text, "xml").find_all("loc")]

    assert len(named) > 30
    assert all(fetch(url)[0] == 200 for url in named if not url.endswith("/archive"))
    assert city.urls["main"] + "parks/quiet-cove" not in named


def test_links_lead_only_to_catalogued_addresses(city, catalogue, soup):
    """Else an audit would meet an address whose right ending nobody wrote down."""
    known = {page["url"] for page in catalogue["pages"]}
    traps = tuple(trap["prefix"] for trap in catalogue["traps"])
    met = set()
    for page in catalogue["pages"]:
        if page["outcome"] != "audited" or page["path"].startswith(SCRIPTED):
            continue
        for link in soup(page["url"]).select("a[href], area[href]"):
            if link["href"].startswith("#"):
                continue
            url = urldefrag(urljoin(page["url"], link["href"])).url
            if url.startswith("http") and not url.startswith(traps):
                assert url in known, (page["path"], url)
                met.add(url)

    unmet = {urlsplit(url).path for url in known - met}
    assert {"/parks/quiet-cove", "/careers/seasonal", "/fr/carrieres", "/app/snow"} <= unmet
    assert not {"/app/", "/login", "/staff-only", "/taxes/", "/roster"} & unmet


@pytest.mark.alone
def test_slow_page_takes_two_seconds(city):
    began = time.monotonic()

    status, _, _ = fetch(city.urls["main"] + "council/archive")

    assert status == 200
    assert 2 <= time.monotonic() - began < 5


def test_calendar_never_ends(city):
    url = city.urls["main"] + "events/calendar"
    seen = set()
    for _ in range(30):
        seen.add(url)
        page = BeautifulSoup(fetch(url)[2], "lxml")
        url = urljoin(url, page.select_one("a[rel=next]")["href"])

    assert len(seen) == 30
    assert "Events, April 2029" in page.title.text


@pytest.mark.parametrize("month", ["soon", "2026-13", "2026-00", "2026", "a-b"])
def test_calendar_of_a_month_that_is_none_shows_the_first(city, month):
    body = fetch(f"{city.urls['main']}events/calendar?month={month}")[2]

    assert b"November 2026" in body


def test_session_links_are_new_on_every_address(city):
    def session(url):
        (found,) = set(re.findall(r"PHPSESSID=(\w+)", fetch(url)[2].decode()))
        return found

    first = session(city.urls["main"] + "parks/")
    second = session(f"{city.urls['main']}parks/larkspur-green?PHPSESSID={first}")
    third = session(f"{city.urls['main']}parks/larkspur-green?PHPSESSID={second}")

    assert len({first, second, third}) == 3
    assert session(city.urls["main"] + "parks/") == first


def test_sites_are_two_origins_on_this_machine(city):
    assert urlsplit(city.urls["main"]).hostname == "127.0.0.1"
    assert urlsplit(city.urls["booking"]).hostname == "localhost"


def test_connection_is_kept_alive_and_quiet(city, capfd):
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(city.urls["main"]).port, timeout=60)
    for method, path, status in [("GET", "/contact", 200), ("HEAD", "/contact", 200), ("GET", "/nowhere", 404)]:
        connection.request(method, path)
        kept = connection.sock
        response = connection.getresponse()
        body = response.read()

        assert response.status == status
        assert bool(body) is (method == "GET")
        assert connection.sock is kept is not None
    connection.close()

    assert capfd.readouterr() == ("", "")


def test_forms_are_refused(city):
    assert fetch(city.urls["main"] + "contact", "POST")[0] == 405


def test_same_seed_same_bytes(city):
    ports = {site: urlsplit(url).port for site, url in city.urls.items()}
    with DemoCity() as twin:
        for path in ("", "taxes/", "alerts", "sitemap-fr.xml.gz", "documents/permit-fees.xlsx", "assets/crest.png"):
            one, two = fetch(city.urls["main"] + path)[2], fetch(twin.urls["main"] + path)[2]
            if path.endswith(".gz"):
                one, two = gzip.decompress(one), gzip.decompress(two)
            for site, url in twin.urls.items():
                two = two.replace(f":{urlsplit(url).port}/".encode(), f":{ports[site]}/".encode())

            assert one == two, path


def test_other_seed_other_people():
    first, second = values(1), values(2)

    for group, named in first.items():
        same = {name for name, value in named.items() if value == second[group][name]}
        assert not same & {"sin", "health_card", "licence", "card", "phone", "email", "invoice", "gst"}, group


def test_ports_can_be_chosen_and_are_given_back():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    for _ in range(2):
        with DemoCity(main_port=port) as city:
            assert city.urls["main"] == f"http://127.0.0.1:{port}/"
            with pytest.raises(RuntimeError, match="already"):
                city.start()


def test_config_names_both_sites(city):
    config = tomllib.loads(city.config_toml())

    assert config["city"]["contact_url"] == city.urls["main"] + "contact"
    assert {key: site["start"] for key, site in config["sites"].items()} == {k: [u] for k, u in city.urls.items()}
    assert all(site["profile"] == "wcag22-aa" for site in config["sites"].values())
    assert config["sites"]["main"]["authorization"]["by"]
    assert config["sites"]["booking"]["staging"] is True


def test_command_prints_addresses_and_stops_at_ctrl_c():
    process = subprocess.Popen([sys.executable, "-m", "handrail.demo"], stdout=subprocess.PIPE, text=True)
    lines = [process.stdout.readline().split() for _ in range(2)]

    assert fetch(lines[0][1])[0] == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    process.stdout.close()
    assert [line[0] for line in lines] == ["main", "booking"]


def test_catalogue_is_large_enough_and_plain(catalogue):
    expected = Counter(row["expect"] for row in catalogue["defects"])
    rules = {row["rule"] for row in catalogue["defects"] if row["expect"] != "not-found"}
    exposed = Counter(row["expect"] for row in catalogue["exposures"])

    assert expected["found"] + expected["review"] >= 200
    assert expected["not-found"] >= 200
    assert len(rules) >= 90
    assert exposed["found"] + exposed["review"] >= 25
    assert exposed["not-found"] >= exposed["found"] + exposed["review"]
    assert catalogue["complete"] is True
    assert json.loads(json.dumps(catalogue)) == catalogue
    for kind in ("defects", "exposures"):
        assert len({row["id"] for row in catalogue[kind]}) == len(catalogue[kind])
    assert len({(page["site"], page["url"]) for page in catalogue["pages"]}) == len(catalogue["pages"])


def test_what_axe_does_not_know_is_planted_too(catalogue):
    """Structure, forms, keyboard, layout and language of a page; links, titles and menus of a site."""
    ours = [row for row in catalogue["defects"] if not row["rule"].startswith("axe/")]
    expected = Counter(row["expect"] for row in ours)
    of_pages = {row["rule"] for row in ours if row["rule"].startswith("check/") and row["expect"] != "not-found"}
    of_sites = {row["rule"] for row in ours if row["rule"].startswith("site/") and row["expect"] != "not-found"}

    assert expected["found"] + expected["review"] >= 100
    assert expected["not-found"] >= 110
    assert len(of_pages) >= 34
    assert len(of_sites) >= 7
    assert all(row["criteria"] for row in ours if row["rule"] in ("check/keyboard-trap", "site/navigation-order"))


def test_what_only_a_state_shows_is_planted_too(catalogue):
    """Menus, sections, tabs, dialogs, lists, the cookie banner, narrow, dark; and what forms say of mistakes."""
    shown = [row for row in catalogue["defects"] if row["state"] != "base"]
    expected = Counter(row["expect"] for row in shown)
    states = {row["state"].partition(":")[0] for row in shown if row["expect"] != "not-found"}
    of_forms = ("check/error-", "check/form-message-")
    told = [row for row in catalogue["defects"] if row["rule"].startswith(of_forms) and row["site"] == "booking"]

    assert expected["not-found"] >= expected["found"] + expected["review"] >= 12
    assert states == {
        "menu", "section", "tab", "dialog", "more", "cookie-settings", "cookies-closed", "narrow", "dark",
    }  # fmt: skip
    assert sum(row["expect"] != "not-found" for row in told) == 4
    assert sum(row["expect"] == "not-found" for row in told) >= 4


def test_coverage_of_a_perfect_crawl_is_enough(catalogue):
    """A login and a path closed by robots.txt must not make the demo incomplete."""
    for site in ("main", "booking"):
        ends = Counter(
            page["outcome"] for page in catalogue["pages"] if page["site"] == site and not page.get("optional")
        )

        assert ends["audited"] / (ends["audited"] + ends["sign-in"] + ends["robots"]) >= 0.92


def test_every_planted_element_is_there_once(catalogue, soup):
    for row in catalogue["defects"]:
        for path in row.get("pages", [row["path"]]):
            if path.startswith(SCRIPTED) and not row["shared_part"]:
                continue
            url = urljoin(row["url"], path)
            selector = row["selector"].split(SHADOW_STEP)[0]
            if row["rule"].startswith("site/"):
                assert not selector or soup(url).select(selector), row["id"]
                continue
            if row["state"].startswith("more: "):
                assert not elements(soup, url, selector), row["id"]
                url = urljoin(url, FETCHED[path])

            assert len(elements(soup, url, selector)) == 1, (path, row["selector"])


def test_shared_parts_are_in_their_landmark(catalogue, soup):
    for row in catalogue["defects"]:
        if row["shared_part"]:
            (element,) = soup(row["url"]).select(row["selector"])

            assert element.find_parent(row["part"]) is not None, row["id"]
            assert len(row["pages"]) > 5


def unpacked(document):
    """A document's bytes, an archive's parts one after the other, with parentheses as people read them."""
    if document.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(document)) as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())
    return document.replace(b"\\(", b"(").replace(b"\\)", b")")


def test_every_value_is_where_the_catalogue_says(catalogue, soup):
    for row in catalogue["exposures"]:
        if row["path"].startswith(SCRIPTED):
            continue
        if row["where"] == "url":
            assert row["value"] in unquote(row["url"])
            assert fetch(row["url"])[0] == 200
            continue
        if "/documents/" in row["path"]:
            assert row["value"].encode() in unpacked(fetch(row["url"])[2]), row["id"]
            continue
        if row["where"] == "file":
            assert row["value"] in fetch(row["url"])[2].decode(), row["id"]
            continue
        (element,) = elements(soup, row["url"], row["selector"])
        held = {
            "text": element.get_text(),
            "alt": element.get("alt", ""),
            "title": element.get("title", ""),
            "link": element.get("href", ""),
            "field": element.get("value", ""),
            "attribute": element.get("placeholder", ""),
            "comment": " ".join(element.find_all(string=lambda text: isinstance(text, Comment))),
            "script": element.decode_contents(),
            "template": element.decode_contents(),
        }[row["where"]]

        assert row["value"] in held, row["id"]


def test_forms_fields_that_hold_values_have_labels(catalogue, soup):
    """A label is what tells a date of birth from a date."""
    for row in catalogue["exposures"]:
        if row["where"] == "field":
            name = row["selector"].removeprefix("#")

            assert soup(row["url"]).select_one(f'label[for="{name}"]'), row["id"]


@pytest.mark.parametrize("seed", [0, 7, 20261124])
def test_people_have_numbers_that_validators_accept(seed):
    found = values(seed)
    found.pop("n")
    assert len(found) == 12

    for person in found.values():
        assert stdnum_sin.is_valid(person["sin"])
        assert luhn.is_valid(re.sub(r"\D", "", person["health_card"]))
        assert luhn.is_valid(re.sub(r"\D", "", person["card"]))
        assert re.fullmatch(r"[A-Z]\d{4}-\d{5}-\d{5}", person["licence"])
        assert int(person["licence"][-4:-2]) % 50 in range(1, 13)
        assert re.fullmatch(r"[KLMNP]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d", person["postal"])
        phone = phonenumbers.parse(person["phone"], "CA")
        assert phonenumbers.is_valid_number(phone)
        assert phonenumbers.number_type(phone) != phonenumbers.PhoneNumberType.TOLL_FREE
        assert "555-01" not in person["phone"]
        assert person["email"].isascii()


@pytest.mark.parametrize("seed", [0, 7, 20261124])
def test_lookalikes_each_break_a_rule(seed):
    n = values(seed)["n"]

    for name in ("invoice", "invoice_dashed", "sin_bad", "sin_eight", "sin_blank"):
        assert not stdnum_sin.is_valid(n[name]), name
    for name in ("health_bad", "card_bad", "tracking", "file_number", "meter"):
        assert not luhn.is_valid(re.sub(r"\D", "", n[name])), name
    for name in ("file_number", "meter"):
        assert not phonenumbers.is_valid_number(phonenumbers.parse(n[name], "CA")), name
    for name in ("postal_letter", "postal_first"):
        assert not re.fullmatch(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d", n[name]), name
    assert int(n["licence_bad"][-4:-2]) % 50 not in range(1, 13)
    assert bn.is_valid(n["gst"].replace(" ", ""))
    assert isbn.is_valid(n["isbn"])
    toll_free = phonenumbers.parse(n["toll_free"], "CA")
    assert phonenumbers.number_type(toll_free) == phonenumbers.PhoneNumberType.TOLL_FREE


IDENTIFIER = re.compile(
    r"\b\d{3}[ .-]?\d{3}[ .-]?\d{3}\b"  # SIN
    r"|\b\d{4}[ .-]?\d{3}[ .-]?\d{3}\b"  # health card
    r"|\b\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}\b"  # telephone
    r"|\b(?:\d{4}[ -]?){3}\d{4}\b"  # payment card
    r"|\b[A-Z]\d{4}-?\d{5}-?\d{5}\b"  # driver's licence
    r"|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b"  # postal code
    r"|[\w.]+@(?:gmail|hotmail|yahoo|outlook|sympatico|videotron)\b"
)


def test_no_identifier_is_written_in_the_package(catalogue):
    def walk(folder):
        for entry in folder.iterdir():
            if entry.is_dir():
                yield from walk(entry) if entry.name != "__pycache__" else ()
            else:
                yield entry

    sources = {str(file): file.read_text() for file in walk(SOURCE)}
    assert len(sources) > 60
    secret = {row["value"] for row in catalogue["exposures"] if row["expect"] != "not-found"}

    for name, text in sources.items():
        assert not IDENTIFIER.search(text), name
        assert not any(value in text for value in secret), name


def test_the_search_for_identifiers_can_fail():
    person = values(3)["zebulon"]

    for name in ("sin", "sin_plain", "health_card", "licence", "card", "phone_dashed", "postal", "email"):
        assert IDENTIFIER.search(f"a {person[name]} b"), name


def test_documents_open(city):
    main = city.urls["main"] + "documents/"

    def body(name):
        return io.BytesIO(fetch(main + name)[2])

    with pikepdf.open(body("agenda-2026-11-24.pdf")) as agenda, pikepdf.open(body("fence-guide.pdf")) as guide:
        assert city.value("thaddeus.phone").strip("(")[:3].encode() in agenda.pages[0].Contents.read_bytes()
        assert "/StructTreeRoot" not in agenda.Root
        assert guide.Root.StructTreeRoot.K.S == "/Document"
        assert str(guide.docinfo["/Title"]) == "Guide to fences"
    sheet = openpyxl.load_workbook(body("permit-fees.xlsx")).active
    assert [cell.value for cell in sheet[2]][:2] == ["Fence", "40"]
    assert docx.Document(body("delegation-form.docx")).paragraphs[0].text == "Delegation form"


# Frames of both origins, shadow roots, pages that scripts draw, shared parts, and forms.
LOOKED_AT = {
    "main": ("/", "/alerts", "/parks/trail-map", "/app/", "/app/potholes", "/app/potholes/request", "/app/snow",
             "/council/delegations"),
    "booking": ("/facilities", "/help"),
}  # fmt: skip
RUN_AXE = """async () => {
  const options = {iframes: false, preload: false, resultTypes: ['violations', 'incomplete'],
                   rules: {'target-size': {enabled: true}, 'frame-tested': {enabled: false}}};
  const found = await axe.run(document, options);
  const flat = (kind, word) => found[kind].flatMap(r => r.nodes.map(n => [r.id, word, n.target.flat().join(' >>> ')]));
  return [...flat('violations', 'found'), ...flat('incomplete', 'review')];
}"""


@pytest.fixture(scope="module")
def browser_page():
    path = os.environ.get("HANDRAIL_BROWSER") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script((resources.files("handrail") / "_vendor" / "axe.min.js").read_text())
        yield context.new_page()
        browser.close()


def settled(page, url):
    page.goto(url, wait_until="load")
    page.wait_for_function("!document.body.innerText.includes('needs scripts')")


@pytest.mark.browser
def test_axe_sees_exactly_what_was_planted(browser_page, city, catalogue):
    """No less, no more: an unplanned fault would be a false alarm of the demo's own."""
    for site, paths in LOOKED_AT.items():
        for path in paths:
            expected = {
                (row["rule"].removeprefix("axe/"), row["expect"], row["selector"])
                for row in catalogue["defects"]
                if row["site"] == site
                and row["rule"].startswith("axe/")
                and row["expect"] != "not-found"
                and path in row.get("pages", [row["path"]])
                # One frame alone cannot repeat a landmark of another; the audit as a whole sees it.
                and row["rule"] != "axe/landmark-unique"
            }
            settled(browser_page, city.urls[site].rstrip("/") + path)

            seen = set()
            for frame in browser_page.frames:
                inside = frame.parent_frame is not None
                step = f"#{frame.frame_element().get_attribute('id')}{FRAME_STEP}" if inside else ""
                for rule, word, target in frame.evaluate(RUN_AXE):
                    seen.add((rule, word, step + target))

            assert seen == expected, path


@pytest.mark.browser
def test_scripts_show_what_is_catalogued(browser_page, city, catalogue):
    for row in catalogue["exposures"]:
        if row["path"].startswith(SCRIPTED):
            settled(browser_page, row["url"])

            assert row["value"] in browser_page.inner_text(row["selector"])

    browser_page.goto(city.urls["main"] + "parks/")
    assert browser_page.get_attribute("#quiet-link", "href") == "/parks/quiet-cove"
    browser_page.goto(city.urls["main"] + "app/")
    browser_page.click("text=Potholes")
    browser_page.wait_for_selector("#app-pothole")
    assert browser_page.url == city.urls["main"] + "app/potholes"


@pytest.mark.browser
def test_criteria_are_those_of_axe(browser_page, city, catalogue):
    browser_page.goto(city.urls["main"] + "privacy")
    rules = {rule["ruleId"]: rule["tags"] for rule in browser_page.evaluate("axe.getRules()")}

    for row in catalogue["defects"]:
        if not row["rule"].startswith("axe/"):
            continue
        name = row["rule"].removeprefix("axe/")
        tags = [tag.removeprefix("wcag") for tag in rules[name] if re.fullmatch(r"wcag\d{3,4}", tag)]

        assert row["criteria"] == [f"{tag[0]}.{tag[1]}.{tag[2:]}" for tag in tags], name
    assert CRITERIA.keys() <= rules.keys()
