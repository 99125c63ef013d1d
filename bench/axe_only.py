"""Handrail's browser pool with its axe collector alone, nobody judging: ``python bench/axe_only.py URLS OUT.json``."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from crawler.browser.page import PageFailed
from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.collectors.axe import Axe
from handrail.wiring import axe_source


async def main(urls: list[str], out: Path) -> None:
    """Every URL once, on as many slots as the pool has."""
    waiting, results = list(reversed(urls)), list[dict[str, Any]]()
    async with BrowserPool(BrowserConfig(axe_source=axe_source()), (Axe(),)) as pool:
        await asyncio.gather(*(_work(pool, waiting, results) for _ in range(pool.slots)))
    out.write_text(json.dumps(results))


async def _work(pool: BrowserPool, waiting: list[str], results: list[dict[str, Any]]) -> None:
    while waiting:
        url = waiting.pop()
        try:
            async with pool.visit(url, key="bench") as (_, collected):
                axe, timings = collected.artifacts.get("axe"), collected.timings
        except PageFailed as exc:
            results.append({"url": url, "error": type(exc).__name__})
            continue
        if axe is None:
            results.append({"url": url, "error": collected.errors["axe"]})
            continue
        results.append({"url": url, "violations": list(_violations(axe)), "timings": timings})


def _violations(axe: Any) -> list[list[str]]:
    return [
        [rule["id"], " >> ".join([*frame["frame"], " >>> ".join(node["target"])])]
        for frame in axe["frames"]
        for rule in frame["rules"]
        if rule["outcome"] == "violation"
        for node in rule["nodes"]
    ]


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).read_text().split(), Path(sys.argv[2])))
