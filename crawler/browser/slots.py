"""How many pages at the same time: as many as the cores keep busy and the memory holds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

MEGABYTE = 1024 * 1024
#: What the browser itself, Scrapy and the judge need, and what one more page may need at its worst.
BASE_MEMORY = 900 * MEGABYTE
PAGE_MEMORY = 500 * MEGABYTE
#: Where control groups say how much this process may use, versions 2 and 1.
LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def default_slots(cores: int | None = None, memory: int | None = None) -> int:
    """Two per core: a page waits for its server and for quiet half of its time. Fewer where memory is short."""
    cores = usable_cores() if cores is None else cores
    memory = usable_memory() if memory is None else memory
    by_memory = (memory - BASE_MEMORY) // PAGE_MEMORY if memory else 2 * cores
    return max(1, min(2 * cores, by_memory))


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def usable_memory(root: Path = Path("/")) -> int:
    """Bytes that are free for this process, by the machine and by its control group; 0 when nobody says."""
    free = _meminfo(root / "proc/meminfo").get("MemAvailable", 0)
    for name in LIMITS:
        try:
            limit = int((root / name.lstrip("/")).read_text("ascii"))
        except (OSError, ValueError):  # "max": no limit
            continue
        if limit < 1 << 60:
            free = min(free, limit) if free else limit
    return free


def _meminfo(path: Path) -> Mapping[str, int]:
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    fields = (line.replace(":", " ").split() for line in lines)
    return {field[0]: int(field[1]) * 1024 for field in fields if len(field) >= 2 and field[1].isdigit()}
