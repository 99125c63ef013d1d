"""What monitoring is told, and what it is never told."""

import contextlib
import os
import re
import stat
import sys
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

sys.path.append(str(Path(__file__).parents[1] / "reports" / "store"))

from store_helpers import audited, fails, finding, passes, run_record, site_record, url

from audits.model import Link, PageOutcome, PageResult, Verdict
from handrail import cli, runs
from handrail.config import parse_policy
from handrail.metrics import Endpoint, Metrics
from handrail.receiver import server
from handrail.runs import Place

CONFIG = """
[schedule]
when = "daily 02:00"
max_age = "36 hours"

[sites.main]
start = ["http://127.0.0.1/"]

[sites.booking]
start = ["http://127.0.0.1/"]
"""
POLICY = parse_policy(CONFIG)
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
BOOKED = [
    audited(fails(finding()), passes("pii/sin", Verdict.ERROR, "TimeoutError")),
    audited(passes(), passes("check/reflow", Verdict.PASS)),
    PageResult(outcome=PageOutcome.TIMEOUT, reason="the page of Jane Doe"),
    PageResult(outcome=PageOutcome.CRASHED),
]


def a_run(store, run_id, started, *results, site="booking", state="complete", left=0, notes=()):
    store.begin_run(run_record(run_id, started=started))
    store.begin_site(site_record(run_id, site, name_en="Rooms of Jane Doe"))
    store.add_links(run_id, site, [Link(url=url(f"jane-doe-{n}")) for n in range(len(results) + left)])
    for lease, result in zip(
        store.lease(run_id, site, owner="w", limit=len(results) + left, seconds=60), results, strict=False
    ):
        store.finish(lease, result)
    if state != "running":
        store.finish_site(run_id, site, state)
        store.finish_run(run_id, state, notes)


@pytest.fixture
def place(tmp_path):
    return Place(out=tmp_path / "out")


@pytest.fixture
def store(place):
    with runs.open_store(place, runs.parts_for(POLICY)) as opened:
        yield opened


def values(text):
    """(name, site, the other labels' values) -> value."""
    families = text_string_to_metric_families(text.decode() if isinstance(text, bytes) else text)
    return {
        (one.name, *(one.labels[name] for name in sorted(one.labels, key=lambda name: name != "site"))): one.value
        for family in families
        for one in family.samples
    }


def told(place, now=NOW):
    return values(Metrics(place, POLICY, lambda: now).text())


def test_a_site_is_told_with_its_audits_pages_and_errors(place, store):
    a_run(store, "r1", NOW - timedelta(hours=40), *BOOKED[:2], notes=("fonts of the machine: x",))
    a_run(store, "r2", NOW - timedelta(hours=2), *BOOKED, state="incomplete", notes=("browser restarted 3 times",))

    found = told(place)

    assert found["handrail_site_last_complete_timestamp_seconds", "booking"] == (NOW - timedelta(hours=40)).timestamp()
    assert found["handrail_site_last_complete_age_seconds", "booking"] == 40 * 3_600
    assert found["handrail_site_max_age_seconds", "booking"] == 36 * 3_600
    assert found["handrail_site_in_time", "booking"] == 0
    assert found["handrail_site_coverage_ratio", "booking"] == 1
    assert found["handrail_site_last_audit_state", "booking", "incomplete"] == 1
    assert found["handrail_site_last_audit_state", "booking", "complete"] == 0
    pages = {labels[1]: n for (name, *labels), n in found.items() if name == "handrail_site_pages"}
    assert pages == {"audited": 2, "timeout": 1, "crashed": 1}
    errors = {labels[1]: n for (name, *labels), n in found.items() if name == "handrail_site_check_errors"}
    assert errors == {"axe": 0, "check": 0, "pii": 1}
    assert found["handrail_last_run_browser_restarts",] == 3
    assert found["handrail_runs", "incomplete"] == found["handrail_runs", "complete"] == 1


def test_the_queue_is_what_waits_and_what_is_worked_on(place, store):
    a_run(store, "r1", NOW, *BOOKED[:1], state="running", left=5)

    found = told(place, datetime.now(UTC))

    assert found["handrail_site_queue_pages", "booking"] == 5
    assert found["handrail_workers",] == 1
    assert found["handrail_site_last_audit_state", "booking", "running"] == 1


def test_while_an_audit_goes_on_none_is_missing(place, store):
    a_run(store, "r1", datetime.now(UTC) - timedelta(days=2), *BOOKED[:1], state="running", left=5)

    found, later = (told(place, datetime.now(UTC) + timedelta(minutes=n)) for n in (0, 5))

    assert (found["handrail_site_due", "booking"], found["handrail_site_due", "main"]) == (0, 1)
    assert later["handrail_site_due", "booking"] == 1  # whoever began it is dead


def test_what_workers_have_in_hand_has_begun(place, store):
    a_run(store, "r1", datetime.now(UTC) - timedelta(days=2), state="running", left=5)
    store.sharing.put_plan("r1", b"sealed")

    found = told(place, datetime.now(UTC) + timedelta(minutes=5))

    assert found["handrail_site_due", "booking"] == 0


def test_a_site_that_was_never_audited_is_told_to_be_late_and_has_no_age(place, store):
    found = told(place)

    assert found["handrail_site_in_time", "main"] == 0
    assert found["handrail_site_due", "main"] == 1
    assert ("handrail_site_last_complete_age_seconds", "main") not in found
    assert not {name for name, *labels in found if labels == ["main"]} & {"handrail_site_pages"}


def test_before_the_first_audit_nothing_is_made(place):
    found = told(place)

    assert found["handrail_site_in_time", "booking"] == 0
    assert not place.out.exists()


def test_no_address_name_title_or_reason_is_told(place, store):
    a_run(store, "r1", NOW, *BOOKED)

    text = Metrics(place, POLICY, lambda: NOW).text().decode()

    labels = set(re.findall(r'="([^"]*)"', text))
    known = {"main", "booking", "running", "interrupted", "incomplete", "complete", "axe", "check", "pii", "0.1.0"}
    assert labels <= known | {outcome.value for outcome in PageOutcome}
    assert "jane" not in text.lower()


def test_restarts_of_all_processes_of_a_run_are_one_number():
    notes = runs.restarted(runs.restarted(["fonts of the machine: x"], 0), 2)

    assert runs.restarts(runs.restarted(notes, 1)) == 3
    assert runs.restarted(notes, 1)[0] == "fonts of the machine: x"
    assert len(runs.restarted(notes, 1)) == 2


# The command


@pytest.fixture
def configured(tmp_path, monkeypatch, place):
    (tmp_path / "handrail.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDRAIL_KEY_FILE", str(tmp_path / "nowhere" / "key"))
    return lambda *options: ["metrics", *options, "--out", str(place.out)]


def test_it_prints_without_the_key(store, configured, tmp_path, handrail):
    said = handrail(*configured())

    assert said.code == cli.OK
    assert values(said.said)["handrail_site_due", "main"] == 1
    assert not (tmp_path / "nowhere").exists()


def test_a_file_for_node_exporter_is_there_whole_and_others_may_read_it(configured, tmp_path, handrail):
    target = tmp_path / "handrail.prom"
    target.write_text("old")
    before = os.umask(0o077)
    try:
        done = handrail(*configured("--textfile", str(target)))
    finally:
        os.umask(before)

    assert (done.code, done.said) == (cli.OK, "")
    assert values(target.read_text())["handrail_build_info", "0.1.0"] == 1
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_store_that_cannot_be_read_leaves_the_file_as_it_was(configured, place, tmp_path, handrail):
    target = tmp_path / "handrail.prom"
    target.write_text("old")
    place.out.mkdir()
    (place.out / "handrail.sqlite").write_bytes(b"no database at all" * 100)

    done = handrail(*configured("--textfile", str(target)))
    ready = handrail(*configured("--ready"))

    assert (done.code, ready.code) == (cli.FAILED, cli.FAILED)
    assert done.told == ready.told == "Error: the store cannot be read: DatabaseError\n"
    assert target.read_text() == "old"


def test_ready_is_asked_without_a_configuration(tmp_path, monkeypatch, place, store, handrail):
    monkeypatch.chdir(tmp_path)

    done = handrail("metrics", "--ready", "--out", str(place.out))

    assert (done.code, done.said) == (cli.OK, "ready\n")


def test_a_password_of_the_store_is_not_told(handrail):
    done = handrail("metrics", "--ready", "--store", "postgresql://web:hunter2@127.0.0.1:1/handrail")

    assert done.code == cli.FAILED
    assert done.told == "Error: the store cannot be read: OperationalError\n"


@pytest.mark.parametrize(
    "options", [("--serve", "--ready"), ("--textfile", "x.prom", "--serve"), ("--textfile", "no/folder/x.prom")]
)
def test_what_cannot_be_meant_is_a_usage_error(configured, handrail, options):
    assert handrail(*configured(*options)).code == cli.USAGE


def test_without_sites_there_is_nothing_to_tell(tmp_path, monkeypatch, handrail):
    monkeypatch.chdir(tmp_path)

    assert handrail("metrics").code == cli.USAGE


# The endpoint


@pytest.fixture
def asked(place):
    """``asked("/metrics")`` -> status, type, body, of a server on this machine."""
    time = [0.0]
    serving = server(Endpoint(Metrics(place, POLICY, lambda: NOW), place, lambda: time[0]), 0)
    threading.Thread(target=serving.serve_forever, args=(0.02,), daemon=True).start()

    def ask(path, method="GET", later=0.0):
        time[0] += later
        request = urllib.request.Request(f"http://127.0.0.1:{serving.server_port}{path}", method=method)
        with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
        try:
            urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Content-Type"], error.read().decode()

    ask.address = serving.server_address
    yield ask
    serving.shutdown()
    serving.server_close()


def test_it_answers_on_this_machine_alone(asked, store):
    status, kind, text = asked("/metrics")

    assert asked.address[0] == "127.0.0.1"
    assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert values(text)["handrail_site_in_time", "main"] == 0
    assert asked("/healthz")[::2] == (200, "ok\n")
    assert asked("/readyz")[::2] == (200, "ready\n")
    assert asked("/metrics", "HEAD")[::2] == (200, "")
    assert asked("/")[0] == 404
    assert asked("/metrics", "POST")[0] == 405


def test_who_asks_again_at_once_is_told_the_same(asked, store):
    before = asked("/metrics")[2]
    a_run(store, "r1", NOW - timedelta(hours=1), *BOOKED)

    at_once, later = asked("/metrics")[2], asked("/metrics", later=11)[2]

    assert at_once == before
    assert values(later)["handrail_site_in_time", "booking"] == 1


def test_a_store_that_is_gone_bad_is_told_and_the_process_lives(asked, place):
    place.out.mkdir()
    (place.out / "handrail.sqlite").write_bytes(b"no database at all" * 100)

    assert asked("/healthz")[0] == 200
    assert asked("/readyz")[::2] == (503, "the store cannot be read: DatabaseError\n")
    assert asked("/metrics")[::2] == (503, "the store cannot be read: DatabaseError\n")
