"""How long one page takes again: ``python bench/check.py [--rounds 3] [--rules axe/image-alt check/reflow]``.

The demo City's start page, in new processes as a person starts them: wall time, and CPU of the whole process tree. With
``--against FOLDER`` another checkout is measured in turn with this one, so that a busy minute hurts both.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import results

from handrail.demo.server import DemoCity

RULES = ("axe/image-alt", "check/fake-heading")
CALL = "from handrail.cli import main; main()"


def main() -> None:
    """Measure, print, and renew the results page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rules", nargs="*", default=RULES)
    parser.add_argument("--against", type=Path, help="another checkout")
    told = parser.parse_args()
    roots = {"this": Path(__file__).parents[1]} | ({"before": told.against} if told.against else {})
    rows: list[dict[str, Any]] = []
    with DemoCity() as city, tempfile.TemporaryDirectory() as folder:
        url = city.urls["main"]
        for rule in told.rules:
            costs: dict[str, list[tuple[float, float]]] = {name: [] for name in roots}
            for number in range(told.rounds + 1):
                for name, root in roots.items():
                    cost = measured(root, Path(folder, name), url, rule)
                    if number:  # the first fills the caches
                        costs[name].append(cost)
            rows += [_row(rule, name, some) for name, some in costs.items()]
            print(*rows[-len(roots) :], sep="\n", flush=True)
    command = " ".join(["python bench/check.py", f"--rounds {told.rounds}", *(["--against …"] if told.against else [])])
    results.put("check", {"rows": rows, "load": os.getloadavg()[0]}, command=command)


def _row(rule: str, which: str, costs: list[tuple[float, float]]) -> dict[str, Any]:
    wall, cpu = (sorted(one[n] for one in costs) for n in (0, 1))
    return {
        "rule": rule, "which": which, "wall": wall[0], "wall_median": median(wall), "cpu": cpu[0],
        "cpu_median": median(cpu),
    }  # fmt: skip


def measured(root: Path, cache: Path, url: str, rule: str) -> tuple[float, float]:
    """Seconds of wall and CPU of one call; it must have found or not found something."""
    environment = {**os.environ, "PYTHONPATH": str(root), "XDG_CACHE_HOME": str(cache)}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-c", CALL, "check", url, "--rule", rule]
    code = subprocess.run(command, env=environment, cwd=root, capture_output=True).returncode
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if code not in (0, 1):
        raise SystemExit(f"{rule}: exit code {code}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
