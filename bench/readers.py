"""How long people wait at the desk when many read at once: the issue list, an issue, the API, over a real store.

    bench/readers.py OUT [--config handrail.toml] [--readers 200] [--seconds 30]

OUT is the folder of an audit, such as that of ``handrail demo --audit``; accounts and a token are made in a copy. The
desk is a process of its own, as ``handrail desk`` serves it. Each reader asks again as soon as it has its answer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import measure
import results
from lxml import html

COMMAND = [sys.executable, "-c", "import sys; from handrail.cli import main; sys.exit(main())"]
PASSWORD = "four words and a lamp"  # noqa: S105  # of a copy, for the time of a run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--dry", action="store_true", help="print, and keep nothing")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(asked, Path(folder))
    for name, told in found["kinds"].items():
        print(f"{name}: {told}")
    print(f"{found['cpu_ms']:.1f} ms of CPU an answer; {found['others']:.0%} of the CPU to others")
    if not asked.dry:
        results.put("readers", found, command=f"bench/readers.py OUT --readers {asked.readers}")


def measured(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    out = folder / "out"
    shutil.copytree(asked.out, out)
    config = folder / "handrail.toml"
    text = asked.config.read_text("utf-8") if asked.config else ""
    config.write_text(f"{text}\n[desk]\napi_per_minute = 100000\n", "utf-8")
    port = free_port()
    environ = {**os.environ, "HANDRAIL_DESK_PASSWORD": PASSWORD}
    options = ["--config", str(config), "-o", str(out)]

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [*COMMAND, "desk", *arguments, *options], env=environ, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    run("user", "add", "reader", "--role", "viewer", "--called", "Reader")
    scope = ("--scope", "see-issues", "--called", "Reader")
    token = run("token", "add", f"reader-{secrets.token_hex(3)}", "--role", "viewer", *scope)
    desk = subprocess.Popen([*COMMAND, "desk", "--port", str(port), *options], env=environ, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        cpu, own, all_busy, began = measure.spent(desk.pid), time.process_time(), measure.busy(), time.monotonic()
        times, statuses = asyncio.run(read(address, token, asked.readers, asked.seconds))
        cpu, wall = measure.spent(desk.pid) - cpu, time.monotonic() - began
        left = measure.busy() - all_busy - (time.process_time() - own) - cpu
    finally:
        desk.terminate()
        desk.wait()
    return {
        "readers": asked.readers,
        "seconds": asked.seconds,
        "kinds": {name: told(ended, asked.seconds) for name, ended in times.items()},
        "failed": sum(n for status, n in statuses.items() if status not in (200, 304)),
        "cpu_ms": cpu / sum(statuses.values()) * 1000,
        "others": max(0.0, left) / (wall * measure.CORES),
        "statuses": {str(status): n for status, n in sorted(statuses.items())},
    }


def told(ended: list[float], seconds: float) -> dict[str, float]:
    ended = sorted(ended)
    return {
        "n": len(ended),
        "per_second": len(ended) / seconds,
        "p50": ended[len(ended) // 2],
        "p95": ended[int(len(ended) * 0.95)],
        "most": ended[-1],
    }


async def read(address: str, token: str, readers: int, seconds: float) -> tuple[dict[str, list[float]], Counter[int]]:
    async with httpx.AsyncClient(base_url=address, timeout=120) as client:
        await sign_in(client)
        bearer = {"Authorization": f"Bearer {token}"}
        listed = await client.get("/api/v1/issues?limit=200", headers=bearer)
        issues = [one["id"] for one in listed.raise_for_status().json()["items"]]
        assert issues, "the store has no issue that a viewer sees"
        tag = {**bearer, "If-None-Match": listed.headers["etag"]}
        times: dict[str, list[float]] = {
            "list": [],
            "issue": [],
            "API list": [],
            "API issue": [],
            "API list, known": [],
        }
        statuses: Counter[int] = Counter()
        ends = time.monotonic() + seconds

        async def reader(number: int) -> None:
            # A client each: one with so many connections looks through all of them for each request.
            async with httpx.AsyncClient(base_url=address, timeout=120, cookies=client.cookies, verify=False) as own:  # noqa: S501
                await reads(own, number)

        async def reads(own: httpx.AsyncClient, turn: int) -> None:
            while time.monotonic() < ends:
                issue = issues[turn % len(issues)]
                name, path, headers = (
                    ("list", "/issues", {}),
                    ("issue", f"/issues/{issue}", {}),
                    ("API list", "/api/v1/issues", bearer),
                    ("API issue", f"/api/v1/issues/{issue}", bearer),
                    ("API list, known", "/api/v1/issues?limit=200", tag),
                )[turn % 5]
                began = time.perf_counter()
                answer = await own.get(path, headers=headers)
                times[name].append(time.perf_counter() - began)
                statuses[answer.status_code] += 1
                turn += 1

        await asyncio.gather(*(reader(number) for number in range(readers)))
    return times, statuses


async def sign_in(client: httpx.AsyncClient) -> None:
    page: Any = html.fromstring((await client.get("/sign-in")).text)
    form = next(one for one in page.forms if one.get("action") == "/sign-in")
    fields = dict(form.form_values()) | {"name": "reader", "password": PASSWORD}
    answer = await client.post("/sign-in", data=fields)
    assert answer.status_code == 303, answer.status_code


def wait_for(address: str) -> None:
    ends = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{address}/sign-in")
            return
        except httpx.TransportError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


if __name__ == "__main__":
    main()
