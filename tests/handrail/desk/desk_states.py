"""Pages that a browser gets by no address: of forms that went wrong, a value shown once, a desk without audits."""

import contextlib
import threading
import time
from unittest.mock import patch

import uvicorn
from starlette.responses import HTMLResponse

from handrail import runs
from handrail.config import parse_policy
from handrail.desk.app import make_app
from handrail.desk.office import Office
from handrail.desk.people import FILE, People
from handrail.desk.serving import config
from reports.store.log import Checked, Fault

LATER = "2099-12-31"
PERSONAL = "Call Margaret Smythe at 416-555-0142."
#: What looking at a live page may come to.
ENDED = {
    "found": {"value": "24 characters of a value", "page": "http://127.0.0.1/a", "selector": "main > p:nth-child(2)"},
    "value-gone": {},
    "page-not-reached": {"why": "timeout"},
    "key-missing": {},
}


class Standing:
    """The desk as one person sees it, and kept pages under /-/: a browser only has to open them."""

    def __init__(self, app):
        self.app = app
        self.cookie = ""
        self.kept = {}
        self.address = ""

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            if text := self.kept.get(scope["path"].removeprefix("/-/")):
                await HTMLResponse(text)(scope, receive, send)
                return
            headers = [pair for pair in scope["headers"] if pair[0] != b"cookie"]
            scope = {**scope, "headers": [*headers, (b"cookie", self.cookie.encode())]}
        await self.app(scope, receive, send)

    def as_(self, office, name="", language="en"):
        """From now on whoever asks is this person."""
        number = office.begin(office.people.get(name).person, "password") if name else ""
        self.cookie = f"handrail-language={language}" + (f"; handrail-desk={number}" if number else "")


@contextlib.contextmanager
def standing(office):
    """Served on 127.0.0.1."""
    app = Standing(make_app(office))
    server = uvicorn.Server(config(app))
    server.config.port = 0
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    app.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield app
    server.should_exit = True
    thread.join(10)


def states(desk, folder):
    """By name, pages of a desk where people have worked; ``folder``: where another may be, without audits."""
    lea, pia, ada, cora = (desk.browser(name) for name in ("lea", "pia", "ada", "cora"))
    nobody = desk.browser()
    told = {"sign-in-wrong": nobody.submit("/sign-in", "/sign-in", name="cleo", password="not this one")}
    for _ in range(6):
        told["sign-in-locked"] = nobody.submit("/sign-in", "/sign-in", name="cleo", password="not this one")
    told |= _wrong_forms(desk, lea, pia, ada, cora)
    told |= _late_forms(desk, lea, pia, ada)
    told |= _values(desk, pia)
    told["person-password"] = ada.submit("/people/cleo", "/people/cleo/password")
    broken = Checked(entries=9, head="0" * 64, faults=(Fault(why="missing", seq=3, to=5), Fault(why="facts", seq=7)))
    with patch.object(type(desk.office.store), "verify_log", lambda *_: broken):
        told["log-broken"] = cora.get("/log/verify")
    with patch.object(type(desk.office.standing), "register", side_effect=RuntimeError):
        told["failed"] = pia.get("/register")
    return {name: answer.text for name, answer in told.items()} | _empty(desk, folder)


def _wrong_forms(desk, lea, pia, ada, cora):
    issue, question, entry = f"/issues/{desk.issue()}", _question(desk), desk.office.exposures().entries()[0]
    exposure, place = f"/register/{entry.id}", entry.places[0].id
    new = {"name": "A B", "called": "", "roles": ["owner"]}
    return {
        "issue-wrong": lea.submit(issue, f"{issue}/ask", ground="", reason=PERSONAL, until="soon"),
        "several-wrong": lea.submit("/issues", "/issues/several", act="assign"),
        "check-wrong": lea.submit(question, f"{question}/answer", result="", evidence=PERSONAL),
        "step-wrong": pia.submit(exposure, f"{exposure}/step", step="take-down", on="2099-01-01"),
        "decide-wrong": pia.submit(exposure, f"{exposure}/{place}/decide", ground="x", until=LATER, reason="y"),
        "reveal-wrong": pia.submit(exposure, f"{exposure}/{place}/reveal", reason=""),
        "people-wrong": ada.submit("/people", "/people/add", **new),
        "person-wrong": ada.submit("/people/vera", "/people/vera/roles", roles=[], called=""),
        "account-wrong": cora.submit("/account", "/account/password", current="x", password="short", again="short"),
        "compare-wrong": lea.get("/compare?before=r1&now=r1"),
        "forged": lea.client.post("/issues/several", data={"csrf": "x"}),
    }


def _late_forms(desk, lea, pia, ada):
    issue, question, entry = f"/issues/{desk.issue()}", _question(desk), desk.office.exposures().entries()[0]
    exposure, place = f"/register/{entry.id}", entry.places[0].id
    opened = {path: browser.get(path) for path, browser in ((issue, lea), (question, lea), (exposure, pia))}
    lists, person = lea.get("/issues"), ada.get("/people/vera")
    version = desk.item().work.told.version
    lea.submit(issue, f"{issue}/note", note="Somebody was here before.")
    lea.submit(question, f"{question}/answer", result="supports", evidence="Looked with NVDA.", on="")
    decision = {"ground": "false-alarm", "reason": "An order number.", "until": LATER}
    pia.submit(exposure, f"{exposure}/{place}/decide", **decision)
    ada.submit("/people/vera", "/people/vera/roles", roles=["viewer", "web-lead"])
    answer = {"result": "supports", "evidence": "Late, and typed for long.", "on": ""}
    return {
        "issue-late": lea.submit(issue, f"{issue}/note", opened[issue], note="Late, and typed for long."),
        "several-late": lea.submit(
            "/issues", "/issues/several", lists, act="note", note="Late.", issue=[f"{desk.issue()}:{version}"]
        ),
        "check-late": lea.submit(question, f"{question}/answer", opened[question], **answer),
        "decide-late": pia.submit(exposure, f"{exposure}/{place}/decide", opened[exposure], **decision),
        "person-late": ada.submit("/people/vera", "/people/vera/roles", person, roles=["viewer"], called="Vera L."),
    }


def _values(desk, pia):
    entry = desk.office.exposures().entries()[0]
    path, place = f"/register/{entry.id}", entry.places[0].id
    found = {}
    for ended, told in ENDED.items():
        with patch("handrail.desk.views.register.reveal", return_value={"ended": ended, "entry": 9, "why": "", **told}):
            found[f"revealed-{ended}"] = pia.submit(path, f"{path}/{place}/reveal", reason="To notify, file 12.")
    return found


def _empty(desk, folder):
    """Views of a desk whose store holds no audit."""
    place = runs.Place(out=folder)
    with runs.open_store(place, desk.office.parts) as store:
        people = People(folder / FILE)
        for account in desk.office.people.all():
            people.change(account.person.name, lambda *_, account=account: account)
        office = Office(store=store, policy=parse_policy(""), parts=desk.office.parts, place=place, people=people)
        with standing(office) as app:
            other = type(desk)(app.address, office)
            told = {}
            for who, path in (("pia", "/register"), ("lea", "/issues"), ("lea", "/checks"), ("lea", "/compare")):
                app.as_(office, who)
                told[f"empty-{path.strip('/')}"] = other.browser().get(path).text
    return told


def _question(desk):
    return f"/checks/main/{desk.question().asked.id}"
