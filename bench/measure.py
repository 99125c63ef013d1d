"""Run commands and say what their whole process tree cost: wall time, CPU, peak memory.

Every process counts, also one that outlives its parent: this process adopts orphans (PR_SET_CHILD_SUBREAPER) and adds
up what the kernel says of each when it ends.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
#: What ended commands may leave running; then it is killed.
GRACE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run cost. Seconds and bytes; memory is PSS, which counts a shared page once."""

    wall: float
    cpu: float
    peak: int
    processes: int
    #: Share of the machine's CPU that went to anything else meanwhile.
    others: float
    exits: tuple[int, ...]
    timed_out: bool
    #: (seconds, bytes, seconds of CPU until then) over time.
    series: tuple[tuple[float, int, float], ...] = field(repr=False)


def measure(
    commands: Sequence[Sequence[str | Path]],
    folder: Path,
    *,
    at_once: int = 1,
    env: Mapping[str, str] | None = None,
    limit: float = 3600,
    every: float = 0.2,
) -> Cost:
    """Run the commands in ``folder``, some at a time; their output goes to output.log there."""
    spec = {
        "commands": [[str(word) for word in command] for command in commands],
        "at_once": at_once,
        "limit": limit,
        "every": every,
    }
    own = [sys.executable, __file__, json.dumps(spec)]
    done = subprocess.run(
        own, cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    told |= {"exits": tuple(told["exits"]), "series": tuple(map(tuple, told["series"]))}
    return Cost(**told)


class Tree:
    """This process's descendants, looked at from time to time."""

    def __init__(self, every: float) -> None:
        self.peak = 0
        self.processes = 0
        self.series: list[tuple[float, int, float]] = []
        self._every = every
        self._began = time.monotonic()
        self._next = 0.0

    def sample(self, ended: float) -> None:
        """Their memory and CPU now, if it is time; ``ended``: seconds of CPU of those that are gone."""
        now = time.monotonic() - self._began
        if now < self._next:
            return
        self._next = now + self._every
        pids = descendants()
        memory = sum(proportional(pid) for pid in pids)
        self.series.append((round(now, 2), memory, round(ended + sum(spent(pid) for pid in pids), 1)))
        self.peak = max(self.peak, memory)
        self.processes = max(self.processes, len(pids))


def descendants() -> list[int]:
    """Every process below this one."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stat = Path("/proc", name, "stat").read_text()
            except OSError:
                continue
            children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(name))
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def proportional(pid: int) -> int:
    """PSS in bytes; 0 when the process is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def spent(pid: int) -> float:
    """Seconds of CPU of a process and of the children that it has waited for; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def busy() -> float:
    """CPU seconds that the machine has spent on anything so far."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:])
    return (user + nice + system + irq + softirq) / TICKS


def run(commands: list[list[str]], *, at_once: int, limit: float, every: float) -> Cost:
    """Start, wait, add up; see ``measure``."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "this process cannot adopt orphans")
    tree = Tree(every)
    began, busy_before, own_before = time.monotonic(), busy(), time.process_time()
    waiting, running, exits = list(commands), set[int](), list[int]()
    cpu = wall = 0.0
    busy_after = own_after = 0.0
    timed_out = False
    with open("output.log", "ab") as log:
        while True:
            while waiting and len(running) < at_once:
                started = subprocess.Popen(
                    waiting.pop(0), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
                running.add(started.pid)
                started.returncode = 0  # reaped below, with its cost
            tree.sample(cpu)
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            now = time.monotonic() - began
            if pid:
                cpu += usage.ru_utime + usage.ru_stime
                if pid in running:
                    running.discard(pid)
                    exits.append(os.waitstatus_to_exitcode(status))
                    if not waiting and not running:
                        wall, busy_after, own_after = now, busy(), time.process_time()
                continue
            if now > limit and not timed_out:
                timed_out = True
                waiting.clear()
                _kill()
            elif wall and now - wall > GRACE:
                _kill()
            time.sleep(0.02)
    everything = busy_after - busy_before - (own_after - own_before)
    return Cost(
        wall=wall,
        cpu=cpu,
        peak=tree.peak,
        processes=tree.processes,
        others=max(0.0, everything - cpu) / (wall * CORES),
        exits=tuple(exits),
        timed_out=timed_out,
        series=tuple(tree.series),
    )


def _kill() -> None:
    for pid in descendants():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    print(json.dumps(asdict(run(**json.loads(sys.argv[1])))))
