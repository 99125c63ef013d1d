"""What the benchmark's measuring counts."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "bench" / "measure.py"
SPEC = importlib.util.spec_from_file_location("bench_measure", FILE)
assert SPEC is not None
assert SPEC.loader is not None
bench = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = bench
SPEC.loader.exec_module(bench)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

BURN = "import time\nwhile time.process_time() < 0.6: pass\n"
#: The parent ends at once; its child, in a session of its own, works on.
ORPHAN = f"import os\nif os.fork() == 0:\n    os.setsid()\n    exec({BURN!r})\n"
IDLE_ORPHAN = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(0.6)\n"
MEMORY = "import time\nheld = bytearray(150_000_000)\ntime.sleep(3)\n"


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-c", code]


def test_a_process_that_outlives_its_parent_counts(tmp_path):
    cost = bench.measure([python(ORPHAN)], tmp_path)

    assert cost.cpu > 0.55
    assert cost.exits == (0,)


def test_waiting_costs_no_cpu(tmp_path):
    cost = bench.measure([python(IDLE_ORPHAN)], tmp_path)

    assert cost.cpu < 0.4


def test_two_at_once_cost_the_same_as_one_after_the_other(tmp_path):
    together = bench.measure([python(BURN), python(BURN)], tmp_path, at_once=2)
    in_turn = bench.measure([python(BURN), python(BURN)], tmp_path)

    assert together.cpu > 1.1
    assert in_turn.cpu > 1.1
    assert in_turn.wall > 1.1


def test_sees_the_memory_of_what_it_started(tmp_path):
    cost = bench.measure([["sh", "-c", f"{sys.executable} -I -c '{MEMORY}'; true"]], tmp_path)

    assert cost.peak > 150_000_000


@pytest.mark.alone
def test_ends_what_does_not_end(tmp_path):
    cost = bench.measure([python("import time\ntime.sleep(60)")], tmp_path, limit=1)

    assert cost.timed_out
    assert cost.exits == (-9,)
    assert cost.wall < 10


def test_keeps_what_was_said_and_how_it_ended(tmp_path):
    cost = bench.measure([python("print('said'); raise SystemExit(3)")], tmp_path)

    assert cost.exits == (3,)
    assert not cost.timed_out
    assert (tmp_path / "output.log").read_text() == "said\n"
