"""One process at a time: by a file beside SQLite, by the server with PostgreSQL, where other machines see it too."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from handrail import locks

HOLD = """
import sys, time
from pathlib import Path
from types import SimpleNamespace
from handrail import locks
with locks.hold(SimpleNamespace(out=Path(sys.argv[1]), store=sys.argv[2]), ["main"]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(where, tmp_path):
    return SimpleNamespace(out=tmp_path, store=where if isinstance(where, str) else "")


@pytest.mark.alone
def test_a_lock_is_told_and_ends_with_its_process(place):
    process = subprocess.Popen([sys.executable, "-c", HOLD, place.out, place.store], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(locks.Busy) as caught, locks.hold(place, ["booking", "main"], seconds=0):
            pass
        free = locks.holder(place, "booking")
        os.kill(process.pid, signal.SIGKILL)
        began = time.monotonic()
        with locks.hold(place, ["main"], seconds=60):
            taken = time.monotonic() - began
            inside = locks.holder(place, "main")
    finally:
        process.kill()
        process.communicate()

    assert f"main is being audited by process {process.pid} on " in str(caught.value)
    assert datetime.now(UTC) - caught.value.holder.since < timedelta(minutes=1)
    assert free is None
    assert taken < 5
    assert inside.who.startswith(f"process {os.getpid()} on ")
    assert locks.holder(place, "main") is None


def test_a_database_that_restarts_gives_no_lock_away(postgresql, tmp_path):
    place = SimpleNamespace(out=tmp_path, store=postgresql.create("locks_restart"))

    with locks.hold(place, ["main"]):
        postgresql.stop()
        postgresql.start()
        ends = time.monotonic() + 60
        while (again := locks.holder(place, "main")) is None and time.monotonic() < ends:
            time.sleep(0.05)
        with pytest.raises(locks.Busy) as caught, locks.hold(place, ["main"], seconds=0):
            pass

    assert again is not None
    assert again.who == caught.value.holder.who == locks._myself()
    assert locks.holder(place, "main") is None


def test_who_lost_a_lock_to_somebody_else_stops(postgresql, tmp_path, caplog):
    place = SimpleNamespace(out=tmp_path, store=postgresql.create("locks_lost"))
    number = locks._number("main")
    with (
        locks._connected(place.store) as other,
        locks._connected(place.store) as killer,
        pytest.raises(KeyboardInterrupt),
        locks.hold(place, ["main"]),
    ):
        other.exec_driver_sql("SELECT set_config('application_name', 'handrail another machine', false)")
        waiting = threading.Thread(
            target=other.exec_driver_sql, args=("SELECT pg_advisory_lock(%s, %s)", (locks._CLASS, number))
        )
        waiting.start()
        ends = time.monotonic() + 60
        while not killer.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar():
            assert time.monotonic() < ends, "nobody waits in line"
            time.sleep(0.05)
        killer.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s",
            (locks._CLASS,),
        )
        time.sleep(120)
    waiting.join()

    assert "main is being audited by another machine" in caplog.text
    assert "this process stops" in caplog.text
