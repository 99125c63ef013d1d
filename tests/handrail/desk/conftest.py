"""A desk with a person of every role, over a store with issues of several owners; a real server, a real store."""

import contextlib
import re
import shutil
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from lxml import html

from audits.fingerprint import fingerprint
from audits.model import Exposure, Impact, Tier
from handrail import answer_files, runs
from handrail.answers import asked_now
from handrail.config import parse_policy
from handrail.desk import people
from handrail.desk.app import make_app
from handrail.desk.office import Office
from handrail.desk.people import FILE, People
from handrail.desk.roles import Person, Role
from handrail.desk.serving import config
from handrail.replies import Replies
from handrail.said import Who

sys.path.append(str(Path(__file__).parents[2] / "reports" / "store"))

from store_helpers import audited, begin, fails, finding, passes, url

from audits.model import Link

PASSWORD = "four words and a lamp"
POLICY = """
[city]
name_en = "City of Alder"
name_fr = "Ville d’Alder"

[sites.main]
start = ["http://127.0.0.1/"]
owner = "Web team"
[sites.main.parts.footer]
name_en = "Footer"
parts = ["contentinfo"]
owner = "Design"

[sites.parks]
start = ["http://127.0.0.1/parks/"]
owner = "Parks"

[due]
critical = 1
"""
PEOPLE = {
    "vera": Person(name="vera", called="Vera, viewer", roles=(Role.VIEWER,)),
    "otto": Person(name="otto", called="Otto, Parks", roles=(Role.OWNER,), units=("Parks",)),
    "lea": Person(name="lea", called="Lea, web lead", roles=(Role.WEB_LEAD,)),
    "cora": Person(name="cora", called="Cora, compliance", roles=(Role.COMPLIANCE,)),
    "cleo": Person(name="cleo", called="Cleo, compliance", roles=(Role.COMPLIANCE,)),
    "pia": Person(name="pia", called="Pia, privacy", roles=(Role.PRIVACY,)),
    "ada": Person(name="ada", called="Ada, administrator", roles=(Role.ADMINISTRATOR,)),
}
RULES = {"axe/image-alt": Impact.CRITICAL, "axe/link-name": Impact.SERIOUS, "pii/ca-sin": Impact.CRITICAL}


def page_of(site, *findings):
    """An audited page with these; every other rule passed."""
    known = [replace(one, impact=RULES[one.rule]) for one in findings]
    outcomes = [fails(replace(one, fingerprint=fingerprint(one, site))) for one in known]
    return audited(*outcomes, *(passes(rule) for rule in RULES if rule not in {one.rule for one in findings}))


def exposure():
    told = Exposure(entity="CA_SIN", tier=Tier.REPORT, where="text", mask="[SIN]", value_hmac="1" * 64, score=1.0)
    return finding("pii/ca-sin", exposure=told, selector="p")


def fill(store, run_id="r1"):
    """Two sites: a missing text alternative on each, a footer's link without a name, an exposure."""
    footer = finding("axe/link-name", part="contentinfo", selector="footer a")
    pages = {
        "main": {"a": page_of("main", finding(), footer, exposure()), "b": page_of("main", footer)},
        "parks": {"parks/c": page_of("parks", finding(selector="img.oak"))},
    }
    begin(store, run_id, *pages, started=datetime(2026, 3, 1, 8, tzinfo=UTC))
    for site, results in pages.items():
        store.add_links(run_id, site, [Link(url=url(path)) for path in results])
        by_url = {url(path): result for path, result in results.items()}
        for lease in store.lease(run_id, site, owner="w", limit=9, seconds=60):
            assert store.finish(lease, by_url[lease.url])
        store.finish_site(run_id, site, "complete")
    store.finish_run(run_id, "complete")


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes():
    """Hashes that take a moment are for passwords that somebody wants to guess."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_hasher", lambda: PasswordHasher.from_parameters(CHEAPEST))
        yield


@pytest.fixture(scope="module")
def parts(key_file):
    return runs.parts_for(parse_policy(POLICY))


@pytest.fixture(scope="module")
def filled(tmp_path_factory, parts):
    """A folder with a store and a list of people: every test begins with a copy."""
    folder = tmp_path_factory.mktemp("filled")
    with runs.open_store(runs.Place(out=folder), parts) as store:
        fill(store)
    known = People(folder / FILE)
    for person in PEOPLE.values():
        known.put(person, PASSWORD)
    return folder


@pytest.fixture(scope="session")
def fill_store():
    """``fill_store(store, run_id)``: one more audit, which sees the same."""
    return fill


@pytest.fixture(scope="session")
def people_of_the_desk():
    """Everybody, with the password."""
    return [(person, PASSWORD) for person in PEOPLE.values()]


@pytest.fixture(scope="session")
def policy_text():
    """What handrail.toml holds."""
    return POLICY


@contextlib.contextmanager
def serving(office, port=0):
    """The desk on 127.0.0.1, as 'handrail desk' serves it; its address."""
    server = uvicorn.Server(config(make_app(office)))
    server.config.port = port
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def module_desk(filled, parts, tmp_path_factory):
    """One for all tests of a file, which change nothing of it."""
    out = tmp_path_factory.mktemp("desk") / "out"
    shutil.copytree(filled, out)
    place = runs.Place(out=out)
    with runs.open_store(place, parts) as store:
        office = Office(store=store, policy=parse_policy(POLICY), parts=parts, place=place)
        with serving(office) as address:
            yield Desk(address, office)


@pytest.fixture
def office_of(filled, parts, tmp_path):
    """``office_of(more)``: an office over a copy of the store; ``more``: what handrail.toml holds besides."""
    opened = []

    def make(more="", **options):
        out = tmp_path / f"out{len(opened)}"
        shutil.copytree(filled, out)
        place = runs.Place(out=out)
        store = runs.open_store(place, parts)
        opened.append(store)
        return Office(store=store, policy=parse_policy(POLICY + more), parts=parts, place=place, **options)

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def office(office_of):
    return office_of()


@pytest.fixture
def serve_desk():
    """``serve_desk(office, port)``: a desk that ends with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda office, port=0: Desk(stack.enter_context(serving(office, port)), office)


@pytest.fixture
def desk(office, serve_desk):
    return serve_desk(office)


class Desk:
    """A desk, and browsers of people at it."""

    def __init__(self, address, office):
        self.address = address
        self.office = office

    def browser(self, name="", password=PASSWORD):
        """Of somebody who has signed in; of nobody."""
        browser = Browser(self.address)
        if name:
            answer = browser.submit("/sign-in", "/sign-in", name=name, password=password)
            assert answer.status_code == 303, answer.text
        return browser

    def issue(self, rule="axe/image-alt", site="main"):
        """The id of an issue."""
        return self.item(rule, site).id

    def item(self, rule="axe/image-alt", site="main"):
        (found,) = (one for one in self.office.issues().items() if (one.rule, one.site) == (rule, site))
        return found

    def question(self, site="main"):
        """The first that is asked of a site."""
        return asked_now(self.office.store, self.office.policy, self.office.parts, [site])[0]

    def replies(self):
        """What people do about residents' reports, past the desk."""
        return Replies(store=self.office.store, policy=self.office.policy, parts=self.office.parts)

    def reported(self, barrier="The menu stays shut when I press Enter", **fields):
        """The id of what a resident reported."""
        told = {"date": "2026-03-02", "page": "http://127.0.0.1/a", "barrier": barrier, **fields}
        kept, _ = self.replies().add(told, Who(by="R. Clerk, Access", account="clerk"))
        return kept.ids[0]

    def handed_in(self, name="lea", *bodies, **told):
        """Answer the first question of a site with files; the names under which they lie."""
        asked = self.question().asked
        path = f"/checks/{asked.site}/{asked.id}"
        said = {"result": "supports", "evidence": "Read the page with NVDA.", **told}
        files = [("file", ("a.bin", body)) for body in bodies]
        answer = self.browser(name).submit(path, f"{path}/answer", files=files, **said)
        assert answer.status_code == 303, answer.text
        return [answer_files.name_of(one) for one in self.question().answer.files]

    def kinds(self):
        """What the log holds, by kind, in order."""
        return [entry.kind for entry in self.office.store.log_entries()]


INLINE = re.compile(r"<style|<[^>]*\sstyle=|<script(?![^>]*\ssrc=)|<[^>]*\son\w+=|href=\"javascript:")


def holds_nothing_inline(answer):
    """What the Content-Security-Policy would leave out stands on no page."""
    if answer.headers.get("content-type", "").startswith("text/html"):
        answer.read()

        assert not INLINE.search(answer.text)


class Browser:
    """A browser without scripts: it follows no redirect by itself, and sends forms as they stand."""

    def __init__(self, address):
        self.client = httpx.Client(base_url=address, timeout=60, event_hooks={"response": [holds_nothing_inline]})

    def get(self, path, **options):
        return self.client.get(path, **options)

    def form(self, path, action, answer=None):
        """The fields of a form of a page, as a browser would send them."""
        answer = answer or self.get(path)
        assert answer.status_code < 500, answer.text
        tree = html.fromstring(answer.text)
        forms = [one for one in tree.forms if (one.get("action") or "").partition("?")[0] == action]
        assert forms, f"{path} has no form to {action}"
        fields = [(name, value) for name, value in forms[0].form_values() if name]
        return urljoin(path, forms[0].get("action")), fields

    def submit(self, path, action, answer=None, *, files=None, **told):
        """Open a page, fill in a form of it, send it. ``files``: (name of the field, (file name, bytes))."""
        where, fields = self.form(path, action, answer)
        kept = [(name, value) for name, value in fields if name not in told]
        for name, value in told.items():
            kept += [(name, one) for one in (value if isinstance(value, list) else [value])]
        data = {}
        for name, value in kept:
            data.setdefault(name, []).append(value)
        return self.client.post(where, data=data, files=files)

    def look_again(self, issue, pages="all"):
        """Begin a re-check by the form of the issue's page: the address that it leads to."""
        path = f"/issues/{issue}"
        answer = self.submit(path, f"{path}/recheck", pages=pages)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def over(self, path):
        """The page of a re-check once it is over, loaded again and again as without scripts. A busy machine takes its
        time; what never ends is a fault."""
        ends = time.monotonic() + 300
        while 'data-events="' in (answer := self.get(path)).text:
            assert time.monotonic() < ends
            time.sleep(0.3)
        return answer.text


# A site that is really audited, for what asks it again


TOWN = """
[city]
name_en = "City of Alder"
name_fr = "Ville d’Alder"

[sites.town]
start = ["{start}"]
sitemaps = false
owner = "Web team"
budget = {{ page_seconds = 10 }}
"""
OAK = '<p><img src="/oak.gif"></p>'
PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
SOCIAL = '<p><a href="/"></a></p>'


class Town:
    """A small site, a store with an audit of it, and desks over copies of that store."""

    def __init__(self, server, folder, pages, handrail, store=""):
        """``store``: the URL of a PostgreSQL; "" = a file in the folder."""
        self.server, self.folder, self.pages, self.store = server, folder, pages, store
        self.config = folder / "handrail.toml"
        self.config.write_text(TOWN.format(start=server.url("/")), "utf-8")
        self.out = folder / "out"
        done = handrail("audit", "town", *self.at(self.out, store), "--no-report", "--quiet")
        assert done.code == 0, done
        known = People(self.out / FILE)
        for person in PEOPLE.values():
            known.put(person, PASSWORD)
        self.policy = parse_policy(self.config.read_text("utf-8"))

    def at(self, out, store=""):
        """How commands are told where everything is."""
        return "--config", self.config, "--out", out, *(("--store", store) if store else ())

    def mend(self, path, what, by):
        """Repair it on the live page."""
        self.server.routes[path] = self.server.routes[path].replace(what, by)

    def reset(self):
        self.server.routes.clear()
        self.server.routes.update(self.pages)
        self.server.seen.clear()


@pytest.fixture(scope="session")
def town_pages(clean_page):
    """What the small site serves: an image without words on one page, a link without words on all."""
    links = '<ul><li><a href="/oaks">Oaks</a></li><li><a href="/elms">Elms</a></li></ul>'
    bodies = {"/": links, "/oaks": OAK, "/elms": "<p>Elms are tall.</p>"}
    pages = {
        path: clean_page(body, f"Town {path}").replace("</body>", f"<footer>{SOCIAL}</footer></body>")
        for path, body in bodies.items()
    }
    return {**pages, "/oak.gif": (200, {"Content-Type": "image/gif"}, PIXEL)}


@pytest.fixture(scope="module")
def town_as_audited(serve_module, town_pages, handrail, tmp_path_factory):
    return Town(serve_module(dict(town_pages)), tmp_path_factory.mktemp("town"), town_pages, handrail)


@pytest.fixture(scope="session")
def make_town():
    return Town


@pytest.fixture
def town(town_as_audited):
    """As it was when it was audited."""
    town_as_audited.reset()
    return town_as_audited


@pytest.fixture
def town_desk(town, serve_desk, tmp_path):
    """``town_desk()``: a desk over a copy of the town's store."""
    opened = []

    def start(**options):
        out = tmp_path / f"out{len(opened)}"
        shutil.copytree(town.out, out)
        place = runs.Place(out=out)
        parts = runs.parts_for(town.policy)
        store = runs.open_store(place, parts)
        office = Office(store=store, policy=town.policy, parts=parts, place=place, **options)
        opened.append(office)
        return serve_desk(office)

    yield start
    for office in opened:
        office.rechecks.close()
        office.store.close()
