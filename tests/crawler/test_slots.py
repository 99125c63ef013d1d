"""Pages at the same time: by cores and memory."""

import pytest

from crawler.browser.slots import MEGABYTE, default_slots, usable_memory


@pytest.mark.parametrize(
    ("cores", "memory", "slots"),
    [
        (2, 24_000, 4),
        (8, 24_000, 16),
        (8, 4_096, 6),
        (2, 1_500, 1),
        (4, 256, 1),
        (1, 24_000, 2),
        (2, 0, 4),  # nobody says
    ],
)
def test_slots_follow_cores_and_memory(cores, memory, slots):
    assert default_slots(cores, memory * MEGABYTE) == slots


@pytest.mark.parametrize(
    ("limit", "free"),
    [
        ("max", 8_000_000 * 1024),
        ("1073741824", 1073741824),
        ("9223372036854771712", 8_000_000 * 1024),
        ("", 8_192_000_000),
    ],
)
def test_a_control_group_may_allow_less_than_the_machine_has(tmp_path, limit, free):
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal:       16000000 kB\nMemAvailable:    8000000 kB\n")
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/memory.max").write_text(limit)

    assert usable_memory(tmp_path) == free


def test_a_machine_that_says_nothing(tmp_path):
    assert usable_memory(tmp_path) == 0
