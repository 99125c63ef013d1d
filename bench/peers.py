"""What is compared: Handrail twice, the floor, and other people's tools, each as its own documentation runs it.

All drive the same browser; all that use axe-core use the same version. A tool that takes one page at a time is given as
many processes as there are cores, so that nobody is slow only because a core had nothing to do; "as it comes"
is what its own defaults give.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from measure import CORES
from sites import BENCH, MODULES, node

Command = list[str | Path]
#: (rule, selector); selectors are each tool's own.
Found = list[tuple[str, str]]
PYTHON = Path(sys.executable)
SANDBOX = "--no-sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where one run happens and what all tools share."""

    folder: Path
    urls: list[str]
    browser: str
    chromedriver: str
    rules_server: str

    def lanes(self, count: int = CORES) -> list[list[str]]:
        """The URLs dealt out to so many processes."""
        return [lane for start in range(count) if (lane := self.urls[start::count])]


class Subject:
    """One tool. ``commands`` are run together; ``read`` says what was found on every page that did not fail."""

    name: ClassVar[str]
    #: What it does on a page, as the table says it.
    does: ClassVar[str]
    package: ClassVar[str] = ""
    axe: ClassVar[bool] = True
    #: Whether it enters frames and gives axe's own selectors: then its findings are compared one by one.
    every_frame: ClassVar[bool] = False
    #: Commands at a time.
    at_once: ClassVar[int] = CORES

    def commands(self, here: Setting) -> list[Command]:
        """Write what configuration it needs; the command lines."""
        raise NotImplementedError

    def read(self, here: Setting) -> Iterator[tuple[str, Found]]:
        """Every page that was audited, with what was found."""
        raise NotImplementedError

    def env(self, here: Setting) -> dict[str, str]:
        """How it is told of the browser."""
        return {"HANDRAIL_BROWSER": here.browser}

    def version(self) -> str:
        """Of the npm package."""
        return installed(self.package) if self.package else ""


def installed(package: str) -> str:
    """The version of an npm package."""
    return str(json.loads((MODULES / package / "package.json").read_text())["version"])


class Script(Subject):
    """A file of this folder that writes what it found."""

    file: ClassVar[str]
    options: ClassVar[tuple[str, ...]] = ()

    def commands(self, here: Setting) -> list[Command]:
        return [[PYTHON, BENCH / self.file, "urls.txt", "found.json", *self.options]]

    def read(self, here: Setting) -> Iterator[tuple[str, Found]]:
        for page in json.loads((here.folder / "found.json").read_text()):
            if "violations" in page:
                yield page["url"], [(rule, selector) for rule, selector in page["violations"]]


class Floor(Script):
    every_frame = True
    name = "floor"
    does = "load, axe; plain Playwright, pages reused"
    file = "floor.py"


class Slow(Script):
    name = "slow audit"
    does = "load, 4 s, axe in every frame"
    file = "floor.py"
    options = ("--wait", "4", "--pages", str(2 * CORES))


class AxeOnly(Script):
    every_frame = True
    name = "Handrail, axe only"
    does = "load, quiet gate, axe in every frame"
    file = "axe_only.py"


class Full(Subject):
    every_frame = True
    name = "Handrail audit"
    does = "all checks, personal information, pictures, store, reports"

    def commands(self, here: Setting) -> list[Command]:
        handrail = PYTHON.parent / "handrail"
        return [[handrail, "audit", "--urls-from", "urls.txt", "--out", "out", "--findings", "found.jsonl", "--quiet"]]

    def env(self, here: Setting) -> dict[str, str]:
        return {"HANDRAIL_BROWSER": here.browser, "HANDRAIL_KEY": secrets.token_hex(32)}

    def read(self, here: Setting) -> Iterator[tuple[str, Found]]:
        found: dict[str, Found] = {}
        audited = set()
        for text in (here.folder / "found.jsonl").read_text().splitlines():
            line = json.loads(text)
            if line["record"] == "page" and line["outcome"] == "audited":
                audited.add(line["url"])
            elif line["record"] == "finding" and line["verdict"] == "fail" and line["rule"].startswith("axe/"):
                rule = line["rule"].removeprefix("axe/")
                found.setdefault(line["url"], []).append((rule, line["selector"]))
        for url in here.urls:
            if url in audited:
                yield url, found.get(url, [])


class Pa11y(Subject):
    name = "pa11y-ci"
    does = "load, axe (WCAG 2.1 AA and best practices); a new page each"
    package = "pa11y-ci"
    #: Pages at a time.
    pages: ClassVar[int] = CORES

    def commands(self, here: Setting) -> list[Command]:
        config = {
            # Objects: pages given as strings share one configuration, and with it, by mistake, one browser context.
            "urls": [{"url": url} for url in here.urls],
            "defaults": {
                "runners": ["axe"],
                "concurrency": self.pages,
                "timeout": 60_000,
                "includeWarnings": True,
                "includeNotices": True,
                "chromeLaunchConfig": {"executablePath": here.browser, "args": [SANDBOX]},
                "reporters": [["json", {"fileName": str(here.folder / "found.json")}]],
            },
        }
        (here.folder / "pa11yci.json").write_text(json.dumps(config))
        return [[node(), MODULES / "pa11y-ci/bin/pa11y-ci.js", "--config", "pa11yci.json"]]

    def read(self, here: Setting) -> Iterator[tuple[str, Found]]:
        for url, results in json.loads((here.folder / "found.json").read_text())["results"].items():
            if any("code" not in result for result in results):
                continue  # an error of pa11y's own
            sure = [result for result in results if not result["runnerExtras"]["needsFurtherReview"]]
            yield url, [(result["code"], result["selector"]) for result in sure]


class Pa11yAsItComes(Pa11y):
    name = "pa11y-ci, as it comes"
    does = "the same, one page at a time"
    pages = 1


class AxeCli(Subject):
    name = "@axe-core/cli"
    does = "load, axe; Selenium"
    package = "@axe-core/cli"
    lanes: ClassVar[int] = CORES

    def commands(self, here: Setting) -> list[Command]:
        tool: Command = [node(), MODULES / "@axe-core/cli/dist/src/bin/cli.js"]
        told: Command = ["--chrome-path", here.browser, "--chromedriver-path", here.chromedriver]
        told += ["--chrome-options", f"{SANDBOX.removeprefix('--')},window-size=1280x900"]
        told += ["--axe-source", MODULES / "axe-core/axe.min.js"]
        return [
            [*tool, *lane, *told, "--timeout", "60", "--save", f"lane{number}.json"]
            for number, lane in enumerate(here.lanes(self.lanes))
        ]

    def read(self, here: Setting) -> Iterator[tuple[str, Found]]:
        for file in here.folder.glob("lane*.json"):
            for page in json.loads(file.read_text()):
                nodes = ((rule["id"], node["target"]) for rule in page["violations"] for node in rule["nodes"])
                yield page["url"], [(rule, " >> ".join(map(str, target))) for rule, target in nodes]


class AxeCliAsItComes(AxeCli):
    name = "@axe-core/cli, as it comes"
    does = "the same, one page at a time"
    lanes = 1


class Ibm(Subject):
    name = "IBM accessibility-checker"
    does = "load, IBM's rules for WCAG 2.2"
    package = "accessibility-checker"
    axe = False

    def env(self, here: Setting) -> dict[str, str]:
        return {"PUPPETEER_EXECUTABLE_PATH": here.browser}

    def commands(self, here: Setting) -> list[Command]:
        config = {
            "ruleServer": here.rules_server,
            "policies": ["WCAG_2_2"],
            "failLevels": [],
            "reportLevels": ["violation"],
            "outputFormat": ["json"],
            "outputFilenameTimestamp": False,
            "puppeteerArgs": [SANDBOX],
        }
        (here.folder / "aceconfig.json").write_text(json.dumps(config))
        commands: list[Command] = []
        for number, lane in enumerate(here.lanes()):
            (here.folder / f"lane{number}.txt").write_text("\n".join(lane))
            own = ["--outputFolder", f"lane{number}", "--cacheFolder", str(here.folder / f"cache{number}")]
            commands.append([node(), MODULES / "accessibility-checker/bin/achecker.js", *own, f"lane{number}.txt"])
        return commands

    def read(self, here: Setting) -> Iterator[tuple[str, Found]]:
        for file in here.folder.glob("lane*/**/*.json"):
            page = json.loads(file.read_text())
            if "results" in page:
                yield (
                    page["summary"]["URL"],
                    [(item["ruleId"], item["path"]["dom"]) for item in page["results"] if item["level"] == "violation"],
                )


class Lighthouse(Subject):
    name = "Lighthouse"
    does = "load, wait, axe (its choice of rules), scores; a new browser each"
    package = "lighthouse"

    def env(self, here: Setting) -> dict[str, str]:
        return {"CHROME_PATH": here.browser}

    def commands(self, here: Setting) -> list[Command]:
        tool: Command = [node(), MODULES / "lighthouse/cli/index.js"]
        told: Command = ["--only-categories=accessibility", "--output=json", "--quiet", "--no-enable-error-reporting"]
        told += ["--preset=desktop", f"--chrome-flags=--headless {SANDBOX}"]
        return [[*tool, url, *told, f"--output-path=page{number}.json"] for number, url in enumerate(here.urls)]

    def read(self, here: Setting) -> Iterator[tuple[str, Found]]:
        for file in here.folder.glob("page*.json"):
            page = json.loads(file.read_text())
            if page.get("runtimeError"):
                continue
            failed = [audit for audit in page["audits"].values() if audit["score"] == 0]
            yield page["requestedUrl"], list(_lighthouse_nodes(failed))


def _lighthouse_nodes(audits: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for audit in audits:
        for item in audit.get("details", {}).get("items", ()):
            yield audit["id"], item.get("node", {}).get("selector", "")


def subjects() -> dict[str, Subject]:
    """All of them, the floor first: the others are compared with it."""
    kinds: list[type[Subject]] = [
        Floor,
        AxeOnly,
        Full,
        Pa11y,
        Pa11yAsItComes,
        AxeCli,
        AxeCliAsItComes,
        Ibm,
        Lighthouse,
    ]
    return {kind.name: kind() for kind in kinds}


def fresh(folder: Path) -> Path:
    """An empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
