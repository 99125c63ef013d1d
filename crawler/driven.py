"""A page that somebody's Selenium suite has opened: our axe and our facts, taken through axe-selenium-python.

The page is taken as the suite left it: nothing is loaded again, no banner is answered, nothing is scrolled.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_selenium_python import Axe
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.remote.webdriver import WebDriver

from audits.model import LEFT_OUT, SHADOW_STEP, Snapshot
from crawler.collectors import collectors, page_script
from crawler.collectors.axe import by_frame
from crawler.collectors.document import LIMIT

Json = dict[str, Any]
#: axe's own words for "frames of any origin may answer": https://github.com/dequelabs/axe-core/blob/develop/doc/API.md
_ANY_ORIGIN = "axe.configure({allowedOrigins: ['<unsafe_all_origins>']})"


def snapshot_of(driver: WebDriver, site: str, axe_source: str) -> Snapshot:
    """The open page with the artifacts "axe" and "document", every frame that can be entered included."""
    driver.switch_to.default_content()
    with tempfile.NamedTemporaryFile("w", suffix=".js", encoding="utf-8") as script:
        script.write(page_script(axe_source))
        script.flush()
        frames, unseen = list[Json](), list[Json]()
        _enter(driver, Path(script.name), (), frames, unseen)
        options = driver.execute_script("return JSON.stringify(handrail.axe.options)")
        results = Axe(driver, script_url=script.name).run(options=options)
    told = driver.execute_script("return handrail.axe.told(arguments[0])", results)
    top = frames[0]
    urls = {tuple(frame["frame"]): frame["url"] for frame in frames}
    artifacts = {
        "axe": {"version": told["version"], "frames": _judged(driver, told["rules"], urls), "not_entered": unseen},
        "document": {"title": top["title"], "lang": top["lang"], "frames": frames},
    }
    left_out = {other.name: f"{LEFT_OUT}a suite’s page" for other in collectors() if other.name not in artifacts}
    return Snapshot(site=site, url=driver.current_url, artifacts=artifacts, errors=left_out)


def _enter(driver: WebDriver, script: Path, path: tuple[str, ...], frames: list[Json], unseen: list[Json]) -> None:
    """Inject into this frame and every frame below, and read what people are given there."""
    Axe(driver, script_url=str(script)).inject()
    driver.execute_script(_ANY_ORIGIN)
    frames.append({"frame": list(path), **driver.execute_script("return handrail.document.read(arguments[0])", LIMIT)})
    seen = driver.execute_script("return axe.utils.getFrameContexts(document).map((frame) => frame.frameSelector)")
    for selector in seen:
        step = selector if isinstance(selector, str) else SHADOW_STEP.join(selector)
        try:
            with _inside(driver, (step,)):
                _enter(driver, script, (*path, step), frames, unseen)
        except WebDriverException as exc:
            unseen.append({"frame": [*path, step], "reason": type(exc).__name__})


@contextmanager
def _inside(driver: WebDriver, path: tuple[str, ...]) -> Iterator[None]:
    for depth, step in enumerate(path):
        element = driver.execute_script(f"return handrail.find({json.dumps(step.split(SHADOW_STEP))})")
        if element is None:
            _leave(driver, depth)
            raise WebDriverException("the frame is gone")
        driver.switch_to.frame(element)
    try:
        yield
    finally:
        _leave(driver, len(path))


def _leave(driver: WebDriver, depth: int) -> None:
    for _ in range(depth):
        driver.switch_to.parent_frame()


def _judged(driver: WebDriver, rules: list[Json], urls: dict[tuple[str, ...], str]) -> list[Json]:
    """axe's results frame by frame, each place with the part of the page that it stands in."""
    frames = by_frame(rules)
    for frame in frames:
        frame["url"] = urls.get(tuple(frame["frame"]), "")
        nodes = [node for rule in frame["rules"] for node in rule["nodes"]]
        if not nodes:
            continue
        with _inside(driver, tuple(frame["frame"])):
            parts = driver.execute_script("return handrail.axe.parts(arguments[0])", [node["target"] for node in nodes])
        for node, told in zip(nodes, parts, strict=True):
            node["part"] = told["part"]
            node["html"] = told["html"] or node["html"]
    return frames
