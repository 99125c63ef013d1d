"""Programs that are told: a real receiver on 127.0.0.1 that verifies as docs/api.md shows."""

import contextlib
import json
import re
import shutil
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "reports" / "store"))

from store_helpers import audited, begin, fails, finding, url

from audits.fingerprint import fingerprint
from audits.model import Impact, Link
from handrail import runs, webhooks
from handrail.config import ConfigError, parse_policy
from handrail.issues import Issues
from handrail.said import Who

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
SECRET = "s3cret of thirty-two characters!!"
CONFIG = """
[city]
name_en = "City of Alder"

[sites.main]
start = ["http://127.0.0.1/"]
owner = "Web team"

[webhooks]
tries = 3
[webhooks.targets.tickets]
"""
ANN = Who(by="Ann Ito, web lead", account="desk:ann")


class Receiver(ThreadingHTTPServer):
    """Answers with ``answers`` in turn, then 204; keeps what came."""

    def __init__(self, *answers):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = list(answers)
        self.came = []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/hook"

    @property
    def told(self):
        return [json.loads(body) for _, _, body in self.came]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.path, self.headers, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_args):
        pass


@pytest.fixture
def receive():
    with contextlib.ExitStack() as stack:

        def make(*answers):
            server = Receiver(*answers)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return server

        yield make


@pytest.fixture(scope="module")
def is_ours():
    """The verification as the page shows it."""
    code = next(one for one in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "def is_ours" in one)
    room = {}
    exec(code, room)  # noqa: S102  # our own page
    return room["is_ours"]


@pytest.fixture(scope="module")
def parts(key_file):
    return runs.parts_for(parse_policy(CONFIG))


@pytest.fixture(scope="module")
def filled(tmp_path_factory, parts):
    folder = tmp_path_factory.mktemp("filled")
    with runs.open_store(runs.Place(out=folder), parts) as store:
        audit(store, "r1")
    return folder


def audit(store, run_id, month=3):
    one = replace(finding(), impact=Impact.CRITICAL)
    begin(store, run_id, "main", started=datetime(2026, month, 1, 8, tzinfo=UTC))
    store.add_links(run_id, "main", [Link(url=url("a"))])
    for lease in store.lease(run_id, "main", owner="w", limit=9, seconds=60):
        store.finish(lease, audited(fails(replace(one, fingerprint=fingerprint(one, "main")))))
    store.finish_site(run_id, "main", "complete")
    store.finish_run(run_id, "complete")


class City:
    def __init__(self, place, store, parts, more=""):
        self.place, self.store = place, store
        self.policy = parse_policy(CONFIG + more)
        self.parts = parts
        self.pauses = []

    def tell(self, address, secret=SECRET):
        environ = {"HANDRAIL_WEBHOOK_TICKETS": address, "HANDRAIL_WEBHOOK_TICKETS_SECRET": secret}
        return webhooks.tell(self.place, self.store, self.policy, environ=environ, pause=self.pauses.append)

    def note(self, text):
        issues = Issues.of(self.store, self.policy, self.parts)
        (item,) = issues.items()
        return issues.note(item.id, ANN, text), item


@pytest.fixture
def city_of(filled, parts, tmp_path):
    with contextlib.ExitStack() as stack:

        def make(more=""):
            shutil.copytree(filled, tmp_path / "out")
            place = runs.Place(out=tmp_path / "out")
            return City(place, stack.enter_context(runs.open_store(place, parts)), parts, more)

        yield make


@pytest.fixture
def city(city_of):
    return city_of()


def test_a_receiver_is_told_and_can_verify_it(city, receive, is_ours):
    receiver = receive()
    faults = city.tell(receiver.address)
    entry, item = city.note("The vendor knows.")
    faults += city.tell(receiver.address) + city.tell(receiver.address)

    assert faults == []
    assert [one["event"] for one in receiver.told] == ["audit-ended", "issue-decided"]
    assert receiver.told[0] | {"run": "r1", "state": "complete"} == receiver.told[0]
    assert receiver.told[0]["sites"] == [{"key": "main", "state": "complete"}]
    decided = {"entry": entry.seq, "kind": "issue-note", "issue": item.id, "site": "main"}
    assert receiver.told[1] | decided == receiver.told[1]
    for _, headers, body in receiver.came:
        signed = headers["X-Handrail-Signature"]
        at = int(signed[2:].partition(",")[0])
        assert is_ours(SECRET, signed, body)
        assert not is_ours(SECRET, signed, body + b" ")
        assert not is_ours(SECRET + "x", signed, body)
        assert not is_ours(SECRET, webhooks.signature(SECRET, at - webhooks.WINDOW - 2, body), body)
        assert not is_ours(SECRET, signed.replace(str(at), str(at + 1)), body)
        assert not is_ours(SECRET, "", body)


def test_nothing_that_a_person_wrote_and_no_name_leaves(city, receive):
    receiver = receive()
    city.tell(receiver.address)
    city.note("Ask Zebulon about the lantern.")
    city.tell(receiver.address)
    sent = b"".join(body for _, _, body in receiver.came).decode()

    assert len(receiver.came) == 2
    assert not re.search("Zebulon|lantern|Ann|Ito|desk:ann|http", sent)


def test_who_could_not_be_reached_gets_the_same_later(city, receive):
    receiver = receive(500, 503, 500)
    faults = city.tell(receiver.address)
    numbers = {told["delivery"] for told in receiver.told}
    later = city.tell(receiver.address)

    assert len(faults) == 1
    assert "it answered 500" in faults[0]
    assert receiver.address not in faults[0]
    assert len(numbers) == 1
    assert city.pauses == [2.0, 4.0]
    assert later == []
    assert [told["run"] for told in receiver.told] == ["r1"] * 4


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 410])
def test_what_will_not_change_is_not_tried_again_and_no_redirect_is_followed(city, receive, status):
    receiver = receive(status)
    (fault,) = city.tell(receiver.address)

    assert f"it answered {status}" in fault
    assert [path for path, _, _ in receiver.came] == ["/hook"]


def test_nobody_there_is_told_and_no_failure(city, receive):
    receiver = receive()
    address = receiver.address
    receiver.shutdown()
    receiver.server_close()
    (fault,) = city.tell(address)

    assert "not delivered (ConnectError)" in fault


@pytest.mark.parametrize(
    ("address", "secret", "said"),
    [
        ("", SECRET, "is not in the environment"),
        ("http://desk.city.example/", SECRET, "must begin with https://"),
        ("ftp://127.0.0.1/", SECRET, "must begin with https://"),
        ("https://desk.city.example/", "short", "32 characters"),
    ],
)
def test_what_is_not_set_up_sends_nothing(city, address, secret, said):
    (fault,) = city.tell(address, secret)

    assert said in fault
    assert not city.store.log_entries(webhooks.SENT)


def test_a_target_hears_what_it_wants(city_of, receive):
    city = city_of('events = ["issue-decided"]\n')
    receiver = receive()
    city.tell(receiver.address)
    city.note("One.")
    city.tell(receiver.address)
    audit(city.store, "r2", 4)
    city.tell(receiver.address)

    assert [one["event"] for one in receiver.told] == ["issue-decided"]


def test_every_audit_is_told_once(city, receive):
    receiver = receive()
    city.tell(receiver.address)
    audit(city.store, "r2", 4)
    for _ in range(2):
        city.tell(receiver.address)

    assert [one["run"] for one in receiver.told] == ["r1", "r2"]


def test_the_desk_looks_by_itself(city, receive, monkeypatch):
    receiver = receive()
    monkeypatch.setattr(webhooks, "LOOK", 0.05)
    monkeypatch.setenv("HANDRAIL_WEBHOOK_TICKETS", receiver.address)
    monkeypatch.setenv("HANDRAIL_WEBHOOK_TICKETS_SECRET", SECRET)
    with webhooks.watching(city.place, city.store, city.policy, print):
        wait_for(lambda: len(receiver.came) == 1)
        city.note("One.")
        wait_for(lambda: len(receiver.came) == 2)

    assert [one["event"] for one in receiver.told] == ["audit-ended", "issue-decided"]


def wait_for(true, seconds=60):
    ends = time.monotonic() + seconds
    while not true() and time.monotonic() < ends:
        time.sleep(0.02)
    assert true()


def test_a_site_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match=r"webhooks\.targets\.tickets\.sites: there is no site 'nowhere'"):
        parse_policy(CONFIG + 'sites = ["nowhere"]\n')
