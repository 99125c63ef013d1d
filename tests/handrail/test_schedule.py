"""When sites are audited, by what that is called, and whether it was."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event

sys.path.append(str(Path(__file__).parents[1] / "reports" / "store"))

from store_helpers import audited, passes, run_record, site_record, url

from audits.model import Link, PageOutcome, PageResult
from handrail import cli, locks, runs, timers
from handrail.config import ConfigError, parse_policy
from handrail.runs import Place
from handrail.schedule import parse, parse_age
from handrail.status import Statuses

TORONTO = ZoneInfo("America/Toronto")
CONFIG = """
[city]
name_en = "City of Larkspur Bay"

[schedule]
when = "daily 02:00"
max_age = "36 hours"

[sites.main]
name_en = "Main site"
name_fr = "Site principal"
start = ["http://127.0.0.1/"]

[sites.booking]
schedule = "weekly sunday 02:30"
max_age = "8 days"
start = ["http://127.0.0.1/"]

[sites.archive]
schedule = "never"
max_age = "52 weeks"
start = ["http://127.0.0.1/"]
"""


# When


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        ("daily 02:00", "0 2 * * *"),
        ("daily 2:05", "5 2 * * *"),
        ("weekly Sunday 02:00", "0 2 * * 0"),
        ("weekly wed 23:59", "59 23 * * 3"),
        ("monthly 1 02:00", "0 2 1 * *"),
        ("30 2 * * mon-fri", "30 2 * * 1,2,3,4,5"),
        ("0 2 * * 7", "0 2 * * 0"),
        ("*/20 0-6/3 1,15 jan,7 *", "0,20,40 0,3,6 1,15 1,7 *"),
        ("5/30 * * * *", "5,35 * * * *"),
        ("0 2 * * 0-7", "0 2 * * *"),
    ],
)
def test_a_schedule_is_plain_words_or_the_fields_of_cron(text, cron):
    assert parse(text).cron() == cron


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sometimes", "is no schedule; write"),
        ("daily", "is no schedule; write"),
        ("daily 24:00", "is no schedule; write"),
        ("daily sunday 02:00", "is no schedule; write"),
        ("weekly 02:00", "is no schedule; write"),
        ("weekly sundae 02:00", "is no day of the week; write one of sunday"),
        ("monthly 31 02:00", "from 1 to 28, which every month has"),
        ("60 2 * * *", "'60' is no minute: write 0 to 59"),
        ("0 2 0 * *", "'0' is no day of the month"),
        ("0 2 * * fryday", "'fryday' is no day of the week"),
        ("0 2 * 13 *", "'13' is no month"),
        ("0 5-2 * * *", "ends before it begins"),
        ("*/0 2 * * *", "after / stands a step"),
        ("0 2 31 2 *", "never comes"),
        ("0 2 1 * mon", "write one of them"),
        ("0 2 * *", "is no schedule; write"),
        ("@daily", "is no schedule; write"),
        ("0 2 * * ٣", "is no day of the week"),
    ],
)
def test_what_is_no_schedule_is_told_with_what_to_write(text, told):
    with pytest.raises(ValueError, match=told.replace("/", r"\/")):
        parse(text)


def test_a_wrong_schedule_or_age_is_told_by_its_line():
    with pytest.raises(ConfigError) as caught:
        parse_policy(
            '[schedule]\nmax_age = "a week"\n\n[sites.a]\nstart = ["https://a.example/"]\nschedule = "nightly"'
        )

    first, second = str(caught.value).splitlines()
    assert first.startswith("handrail.toml:2: schedule.max_age: 'a week' is no age; write a number")
    assert second.startswith("handrail.toml:6: sites.a.schedule: 'nightly' is no schedule; write \"daily 02:00\"")


@pytest.mark.parametrize(("text", "days"), [("8 days", 8), ("1 day", 1), ("36 hours", 1.5), ("2 weeks", 14)])
def test_ages(text, days):
    assert parse_age(text) == timedelta(days)


@pytest.mark.parametrize(
    ("text", "now", "last", "coming"),
    [
        ("daily 02:00", "2026-11-29T12:00Z", "2026-11-29T07:00Z", "2026-11-30T07:00Z"),
        ("daily 02:00", "2026-11-29T07:00Z", "2026-11-29T07:00Z", "2026-11-30T07:00Z"),
        ("daily 02:00", "2026-11-29T06:59Z", "2026-11-28T07:00Z", "2026-11-29T07:00Z"),
        ("weekly sunday 02:30", "2026-12-02T00:00Z", "2026-11-29T07:30Z", "2026-12-06T07:30Z"),
        ("monthly 1 02:00", "2026-10-29T12:00Z", "2026-10-01T06:00Z", "2026-11-01T07:00Z"),  # daylight time ends
        # On 14 March 2027 there is no 02:30: it is 03:30 then.
        ("weekly sunday 02:30", "2027-03-14T06:00Z", "2027-03-07T07:30Z", "2027-03-14T07:30Z"),
        ("daily 02:30", "2027-03-14T12:00Z", "2027-03-14T07:30Z", "2027-03-15T06:30Z"),
        # On 7 November 2027 01:30 comes twice: the first time counts.
        ("daily 01:30", "2027-11-07T06:45Z", "2027-11-07T05:30Z", "2027-11-08T06:30Z"),
        ("0 0 29 2 *", "2027-03-01T12:00Z", "2024-02-29T05:00Z", "2028-02-29T05:00Z"),
        ("0 1-3 * * *", "2027-03-14T07:30Z", "2027-03-14T07:00Z", "2027-03-15T05:00Z"),
    ],
)
def test_times_are_those_of_the_citys_clock(text, now, last, coming):
    when, moment = parse(text), datetime.fromisoformat(now)

    assert when.last(moment, TORONTO) == datetime.fromisoformat(last)
    assert when.next(moment, TORONTO) == datetime.fromisoformat(coming)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize(
    "text", ["weekly sunday 02:30", "monthly 1 02:00", "*/20 3,22 * jan-mar mon-fri", "0 0 29 2 *"]
)
def test_systemd_reads_the_same_times(text):
    when = parse(text)
    expected = when.next(datetime.now(UTC), TORONTO)

    calendar = when.calendar(TORONTO, 2026)[0]
    said = subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=True)

    assert f"{expected:%a %Y-%m-%d %H:%M:%S} UTC" in said.stdout


def test_where_the_clock_jumps_over_a_time_systemd_calls_an_hour_later_too():
    """By itself it leaves that day out: the weekly audit of 14 March 2027 would be missed."""
    assert parse("weekly sunday 02:30").calendar(TORONTO, 2026) == (
        "Sun *-*-* 02:30:00 America/Toronto",
        "Sun *-*-* 03:30:00 America/Toronto",
    )
    assert parse("daily 03:30").calendar(TORONTO, 2026) == ("*-*-* 03:30:00 America/Toronto",)
    assert parse("weekly monday 02:30").calendar(TORONTO, 2026) == ("Mon *-*-* 02:30:00 America/Toronto",)
    assert parse("daily 02:30").calendar(ZoneInfo("America/Regina"), 2026) == ("*-*-* 02:30:00 America/Regina",)


# Timers


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a configuration; systemctl and crontab that write down what they are called with."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (tmp_path / "handrail.toml").write_text(CONFIG, "utf-8")
    for name, script in {
        "systemctl": 'echo "$*" >> "$CALLS"',
        "crontab": 'if [ "$1" != -l ]; then echo set >> "$CALLS"; cat > "$TAB"; '
        'elif [ -f "$TAB" ]; then cat "$TAB"; else echo "no crontab for web" >&2; exit 1; fi',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("TAB", str(tmp_path / "tab"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def calls(folder):
    path = folder / "calls"
    told = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return told


def test_units_are_installed_once_and_removed_and_nothing_else_is_touched(folder, handrail):
    units = folder / "units"
    units.mkdir()
    others = {"handrail-mine.service": "[Unit]\n", "handrail-other.timer": "# Made by somebody\n", "cron.service": "x"}
    for name, text in others.items():
        (units / name).write_text(text)
    install = ("schedule", "install", "--user", "--folder", units)

    dry = handrail(*install, "--dry-run")
    before = sorted(path.name for path in units.iterdir())
    first = handrail(*install)
    called = calls(folder)
    texts = {path.name: path.read_text() for path in units.iterdir()}
    second = handrail(*install)
    called_again = calls(folder)
    (folder / "handrail.toml").write_text(CONFIG.replace('"weekly sunday 02:30"', '"never"'), "utf-8")
    third = handrail(*install)
    left = sorted(path.name for path in units.iterdir())
    removed = handrail("schedule", "remove", "--user", "--folder", units)

    assert (dry.code, first.code, second.code, third.code, removed.code) == (0, 0, 0, 0, 0)
    assert before == sorted(others)
    assert (
        dry.said.count("would be written: ") == first.said.count("written: ") == second.said.count("unchanged: ") == 4
    )
    assert called == ["--user daemon-reload", "--user enable --now handrail-main.timer handrail-booking.timer"]
    assert called_again == ["--user enable --now handrail-main.timer handrail-booking.timer"]
    assert "OnCalendar=Sun *-*-* 02:30:00 America/Toronto\n" in texts["handrail-booking.timer"]
    assert "Persistent=true\n" in texts["handrail-main.timer"]
    assert "schedule run main --config " in texts["handrail-main.service"]
    assert f"EnvironmentFile=-{folder}/handrail.env\n" in texts["handrail-main.service"]
    assert left == sorted([*others, "handrail-main.service", "handrail-main.timer"])
    assert third.said.count("removed: ") == removed.said.count("removed: ") == 2
    assert "--user disable --now handrail-booking.timer" in (told := calls(folder))
    assert "--user disable --now handrail-main.timer" in told
    assert {path.name: path.read_text() for path in units.iterdir()} == others


def test_a_unit_of_somebody_else_is_not_overwritten(folder, handrail):
    units = folder / "units"
    units.mkdir()
    (units / "handrail-booking.timer").write_text(
        "# Made by 'handrail schedule install' for /elsewhere/handrail.toml\n"
    )

    done = handrail("schedule", "install", "--folder", units)

    assert done.code == cli.USAGE
    assert "handrail-booking.timer is there and was not made for" in done.told
    assert [path.name for path in units.iterdir()] == ["handrail-booking.timer"]
    assert calls(folder) == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_the_units(folder, handrail):
    units = folder / "units of the city"
    handrail("schedule", "install", "--folder", units, "--out", folder / "out 100%")
    paths = [str(path) for path in units.iterdir()]

    said = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)

    assert len(paths) == 4
    assert [line for line in said.stderr.splitlines() if "handrail-" in line] == []
    assert f'ReadWritePaths="-{folder}/out 100%%"' in (units / "handrail-main.service").read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_calls_the_exposure_of_the_services_low(folder, handrail):
    units = folder / "units"
    handrail("schedule", "install", "--folder", units, "--run-as", "nobody")
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=45", "--no-pager"]

    said = subprocess.run([*command, units / "handrail-main.service"], capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout[-300:] + said.stderr


@pytest.mark.parametrize("others", ["", "MAILTO=ops@city.example\n0 5 * * * backup\n", "0 5 * * * backup"])
def test_the_crontab_of_others_is_kept_as_it_is(folder, handrail, others, monkeypatch):
    monkeypatch.setattr(timers, "same_clock", lambda zone, now: True)
    if others:
        (folder / "tab").write_text(others)

    dry = handrail("schedule", "install", "--cron", "--dry-run", "--out", "out 100%")
    called = calls(folder)
    first = handrail("schedule", "install", "--cron", "--out", "out 100%")
    lines = (folder / "tab").read_text().splitlines()
    again = handrail("schedule", "install", "--cron", "--out", "out 100%")
    called_again = calls(folder)
    removed = handrail("schedule", "remove", "--cron")

    assert (dry.said, called) == ("would be written: crontab\n", [])
    assert (first.said, again.said, removed.said) == (
        "written: crontab\n",
        "unchanged: crontab\n",
        "removed: crontab\n",
    )
    assert called_again == ["set"]
    ours = lines[len(others.splitlines()) :]
    assert lines[: -len(ours)] == others.splitlines()
    assert [line.partition(" cd ")[0] for line in ours[1:-1]] == ["0 2 * * *", "30 2 * * 0", "@reboot sleep 300;"]
    assert all("'out 100\\%'" not in line and "out 100\\%'" in line for line in ours[1:-1])
    assert (folder / "tab").read_text() == (others if others.endswith("\n") or not others else f"{others}\n")


def test_half_a_block_in_the_crontab_is_not_guessed_at(folder, handrail):
    (folder / "tab").write_text(f"# END handrail {folder}/handrail.toml\n0 5 * * * backup\n")

    done = handrail("schedule", "install", "--cron")

    assert done.code == cli.USAGE
    assert "take it out by hand" in done.told
    assert calls(folder) == []


def test_where_the_machine_has_another_clock_cron_asks_every_quarter_of_an_hour(folder, handrail, monkeypatch):
    monkeypatch.setattr(timers, "same_clock", lambda zone, now: False)

    done = handrail("schedule", "print", "--cron")

    assert [line.partition(" cd ")[0] for line in done.said.splitlines()[1:3]] == [
        "0,15,30,45 * * * *",
        "1,16,31,46 * * * *",
    ]


def test_a_clock_is_the_same_where_it_shows_the_same_all_year(monkeypatch):
    found = {}
    for zone in ("America/Toronto", "America/Detroit", "America/Jamaica", "UTC"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        found[zone] = timers.same_clock(TORONTO, datetime(2026, 11, 29, tzinfo=UTC))
    monkeypatch.undo()
    time.tzset()

    assert found == {"America/Toronto": True, "America/Detroit": True, "America/Jamaica": False, "UTC": False}


# Status


NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
POLICY = parse_policy(CONFIG + "\n[sites.main.budget]\npages = 50\n")


@pytest.fixture(scope="module")
def parts():
    return runs.parts_for(POLICY)


@pytest.fixture(scope="module")
def tables(tmp_path_factory, parts):
    """A store with nothing in it."""
    place = Place(out=tmp_path_factory.mktemp("tables"))
    runs.open_store(place, parts).close()
    return place.database


@pytest.fixture
def store(tmp_path, parts, tables):
    shutil.copyfile(tables, tmp_path / "handrail.sqlite")
    with runs.open_store(Place(out=tmp_path), parts) as opened:
        yield opened


def audit_at(store, run_id, started, *, site="main", pages=1, missed=0, state="complete", run_state="", **run):
    store.begin_run(run_record(run_id, started=datetime.fromisoformat(started), **run))
    store.begin_site(site_record(run_id, site))
    store.add_links(run_id, site, [Link(url=url(n)) for n in range(pages + missed)])
    for n, lease in enumerate(store.lease(run_id, site, owner="w", limit=pages + missed, seconds=60)):
        store.finish(lease, audited(passes()) if n < pages else PageResult(outcome=PageOutcome.TIMEOUT))
    if state != "running":
        store.finish_site(run_id, site, state, ("coverage-below-minimum",) if state == "incomplete" else ())
        store.finish_run(run_id, run_state or state)


def status(store, key="main", now=NOW):
    return Statuses(POLICY, store, now).of(key)


def test_a_site_that_was_never_audited_is_overdue_and_due(store):
    found = status(store)

    assert found.overdue
    assert not found.met
    assert found.due
    assert found.age is None
    assert (found.last_due, found.next_due) == (
        datetime(2026, 12, 1, 7, tzinfo=UTC),
        datetime(2026, 12, 2, 7, tzinfo=UTC),
    )


def test_an_incomplete_audit_is_an_attempt_and_keeps_nobody_from_being_overdue(store):
    audit_at(store, "r1", "2026-11-29T07:00Z", pages=9, missed=1)
    audit_at(store, "r2", "2026-12-01T07:00Z", state="incomplete")

    found = status(store)

    assert (found.complete.run, found.complete.percent, found.complete.audited) == ("r1", 90, 9)
    assert (found.attempt.run, found.attempt.state, found.attempt.reasons) == (
        "r2",
        "incomplete",
        ("coverage-below-minimum",),
    )
    assert found.overdue  # 56 hours
    assert not found.due


@pytest.mark.parametrize(("started", "overdue"), [("2026-11-30T03:00Z", False), ("2026-11-30T02:59Z", True)])
def test_overdue_is_older_than_max_age(store, started, overdue):
    audit_at(store, "r1", started)

    assert status(store).overdue is overdue


@pytest.mark.parametrize(
    ("run", "due"),
    [
        ({"started": "2026-12-01T07:00Z"}, False),
        ({"started": "2026-12-01T06:59Z"}, True),
        ({"started": "2026-12-01T08:00Z", "trigger": "deploy"}, False),
        ({"started": "2026-12-01T08:00Z", "sample": "at most 50 pages a site"}, False),  # as is configured
        ({"started": "2026-12-01T08:00Z", "sample": "at most 3 pages a site"}, True),
        ({"started": "2026-12-01T08:00Z", "sample": "2 pages that changed"}, True),
        ({"started": "2026-12-01T08:00Z", "trigger": "inventory"}, True),
        ({"started": "2026-12-01T08:00Z", "trigger": "demo"}, True),
        ({"started": "2026-12-01T08:00Z", "site": "booking"}, True),
        ({"started": "2026-12-01T08:00Z", "state": "running"}, True),
        ({"started": "2026-12-01T08:00Z", "state": "incomplete", "run_state": "interrupted"}, True),
    ],
)
def test_due_is_what_was_not_audited_since_its_time(store, run, due):
    started = run.pop("started")
    audit_at(store, "r1", started, **run)

    assert status(store).due is due


def test_a_preview_elsewhere_is_no_audit_of_the_site(store):
    store.begin_run(run_record("r1", started=datetime(2026, 12, 1, 8, tzinfo=UTC)))
    store.begin_site(site_record("r1", "main", preview=True))
    store.finish_site("r1", "main", "complete")
    store.finish_run("r1", "complete")

    assert status(store).complete is None


def test_what_was_missed_three_times_is_due_once(store):
    audit_at(store, "r1", "2026-11-27T07:00Z")
    before = status(store).due

    audit_at(store, "r2", "2026-12-01T14:00Z")

    assert before
    assert not status(store).due


def test_a_clock_that_jumped_back_is_told_and_no_age_is(store):
    audit_at(store, "r1", "2026-12-01T10:00Z")
    audit_at(store, "r2", "2030-01-01T00:00Z")

    found = status(store)

    assert found.ahead == datetime(2030, 1, 1, tzinfo=UTC)
    assert not found.met
    assert not found.overdue
    assert found.complete.run == "r1"
    assert not found.due


def test_a_site_without_a_schedule_is_never_due(store):
    found = status(store, "archive")

    assert (found.due, found.next_due, found.overdue) == (False, None, True)


def test_the_command_says_it_in_both_languages_and_for_machines(folder, handrail):
    place = Place(out=folder / "handrail-out")
    recent = (datetime.now(UTC) - timedelta(hours=3)).isoformat()
    unopened = handrail("status", "--json")
    with runs.open_store(place, runs.parts_for(POLICY)) as opened:
        audit_at(opened, "r1", recent, pages=3, missed=1)
        audit_at(opened, "r2", (datetime.now(UTC) - timedelta(hours=1)).isoformat(), state="incomplete")
        audit_at(opened, "r3", recent, site="booking")
        late = handrail("status")
        audit_at(opened, "r4", recent, site="archive")
        audit_at(opened, "r5", "2026-01-01T00:00Z", site="archive")

    english, french = handrail("status"), handrail("status", "--lang", "fr")
    told = json.loads(handrail("status", "--json").said)

    assert unopened.code == late.code == 1
    assert not place.out.exists() or json.loads(unopened.said)["met"] is False
    assert "Never audited completely" in late.said
    assert late.said.endswith("1 site of 3: not audited in time\n")
    assert english.code == french.code == 0
    assert "Audited completely 3 hours ago, on " in english.said
    assert ": 3 pages, 75% of those asked for\n" in english.said
    assert "    Too few of the pages that were found could be audited.\n" in english.said
    assert "Audited by hand only" in english.said
    assert "il y a 3 heures" in french.said
    assert "Site principal (main)\n" in french.said
    assert told["met"] is True
    assert (told["sites"][0]["complete"]["run"], told["sites"][0]["attempt"]["run"]) == ("r1", "r2")
    assert told["sites"][0]["max_age_hours"] == 36
    assert 2.9 < told["sites"][0]["age_hours"] < 3.1


def test_the_command_fails_where_the_clock_was_set_back(folder, handrail):
    with runs.open_store(Place(out=folder / "handrail-out"), runs.parts_for(POLICY)) as opened:
        for key in ("main", "booking", "archive"):
            audit_at(opened, f"r-{key}", (datetime.now(UTC) - timedelta(hours=3)).isoformat(), site=key)
        before = handrail("status")
        audit_at(opened, "r2", "2199-01-01T12:00Z")

    done = handrail("status")

    assert before.code == 0
    assert done.code == 1
    assert "The clock of this machine was set back" in done.said
    assert "1 January 2199" in done.said.replace("\u00a0", " ")


# One audit of a site at a time


HOLD = """
import sys, time
from pathlib import Path
from types import SimpleNamespace
from handrail import locks
with locks.hold(SimpleNamespace(out=Path(sys.argv[1]), store=""), ["main"]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def hold():
    """``hold(out)``: another process that holds main there."""
    started = []

    def start(out):
        process = subprocess.Popen([sys.executable, "-c", HOLD, out], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_who_comes_second_is_told_who_holds_it_and_a_killed_process_holds_nothing(folder, handrail, hold):
    (folder / "handrail.toml").write_text(CONFIG.replace("127.0.0.1/", "127.0.0.1:9/"), "utf-8")
    out = folder / "handrail-out"
    process = hold(out)

    audit, scheduled, gate = handrail("audit", "main"), handrail("schedule", "run", "main"), handrail("gate", "main")
    told = json.loads(handrail("status", "--json").said)["sites"][0]["running"]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    after = json.loads(handrail("status", "--json").said)["sites"][0]["running"]
    with locks.hold(Place(out=out), ["main"]):
        inside = locks.holder(Place(out=out), "main")

    assert audit.code == scheduled.code == gate.code == cli.BUSY == 75
    who = f"main is being audited by process {process.pid} on "
    assert all(who in done.told and ", since 20" in done.told for done in (audit, scheduled, gate))
    assert told["who"].startswith(f"process {process.pid} on ")
    assert datetime.now(UTC) - datetime.fromisoformat(told["since"]) < timedelta(minutes=2)
    assert after is None
    assert inside.who.startswith(f"process {os.getpid()} on ")
    assert not list(out.glob("*.lock"))
    with runs.open_store(Place(out=out), runs.parts_for(POLICY)) as opened:
        assert opened.runs() == ()


def test_other_sites_are_not_held(folder, hold):
    place = Place(out=folder / "handrail-out")
    hold(place.out)

    with locks.hold(place, ["booking"]), pytest.raises(locks.Busy), locks.hold(place, ["archive", "main"]):
        pass
    assert locks.holder(place, "archive") is None  # all or none


def test_who_waits_gets_it_as_soon_as_it_is_free(folder, hold):
    place = Place(out=folder / "handrail-out")
    process = hold(place.out)
    process.send_signal(signal.SIGTERM)

    with locks.hold(place, ["main"], seconds=20):
        assert locks.holder(place, "main").who.startswith(f"process {os.getpid()} on ")


def test_status_asks_as_often_after_thirty_audits_as_after_one(tmp_path, handrail):
    config = tmp_path / "handrail.toml"
    config.write_text('[sites.main]\nstart = ["http://127.0.0.1:9/"]\n', "utf-8")
    policy = parse_policy(config.read_text("utf-8"))
    place, parts = runs.Place(out=tmp_path / "out"), runs.parts_for(policy)
    plan = runs.Plan(policy=policy, sites=("main",), pictures=False)

    def asked(audits):
        with runs.open_store(place, parts) as store:
            for _ in range(audits):
                run = runs.start(place, plan, parts, store)
                store.finish_site(run.id, "main", "complete")
                store.finish_run(run.id, "complete")
        count = []

        def heard(*_):
            count.append(1)

        event.listen(Engine, "before_cursor_execute", heard)
        try:
            assert handrail("status", "--config", config, "--out", place.out).code in (0, 1)
        finally:
            event.remove(Engine, "before_cursor_execute", heard)
        return len(count)

    assert asked(1) == asked(30)
