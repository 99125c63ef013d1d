"""A folder that a web server can show: each audit under its own address for ever, the newest as "latest", and a list.

A reader sees an audit whole or not at all. It is written where nobody looks, and then one symbolic link is replaced,
which a file system does in one step; the list comes last.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from reports import clean
from reports.exports import Printer
from reports.formats import html
from reports.formats.html import Shown
from reports.formats.json import to_data
from reports.formats.rows import Places, only_examples
from reports.model import Report
from reports.public import for_everybody
from reports.text import LANGUAGES
from reports.wishes import Wish
from reports.write import NOTHING_MORE, write_public, write_reports

#: Where the audits themselves are; a web server has no business there, and needs none.
_KEPT = ".audits"
LATEST = "latest"
SUMMARY = "summary.json"
_ROBOTS = {False: "User-agent: *\nDisallow: /\n", True: "User-agent: *\nAllow: /\n"}


class NotOurs(ValueError):
    """The folder holds something that was not published here."""


def publish(
    report: Report,
    out: Path,
    *,
    evidence_dir: Path | None,
    fonts: Mapping[str, bytes] | None = None,
    wish: Wish = NOTHING_MORE,
    places: Places = only_examples,
    printer: Printer | None = None,
    found_by_search: bool = False,
) -> Path:
    """Publish one audit under ``out``; its page. The same audit once more changes nothing, or its own address alone.

    ``found_by_search``: search engines may list it. Raises NotOurs where ``out`` holds other things.
    """
    if out.is_dir() and any(out.iterdir()) and not (out / _KEPT).is_dir():
        raise NotOurs(f"{out} holds files that were not published here; name an empty folder")
    name = clean.folder(report.run.id)
    if not name or name == LATEST:
        raise ValueError(f"a run cannot be published under the name {report.run.id!r}")
    kept = out / _KEPT
    kept.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=kept, prefix=".part-"))
    try:
        public = for_everybody(report)
        shown = Shown(public=True, found_by_search=found_by_search)
        write_reports(
            public, part, evidence_dir=evidence_dir, fonts=fonts, wish=wish, places=places, printer=printer, shown=shown
        )
        write_public(part / SUMMARY, json.dumps(_summary(to_data(public)), ensure_ascii=False, indent=1) + "\n")
        whole = kept / f"{name}-{_digest(part)[:16]}"
        if not whole.exists():
            part.chmod(0o755)
            part.rename(whole)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    _point(out / name, Path(_KEPT) / whole.name)
    for old in kept.glob(f"{name}-*"):
        if old != whole and len(old.name) == len(whole.name):
            shutil.rmtree(old)
    summaries = _summaries(out)
    _point(out / LATEST, Path(_newest(summaries)["folder"]))
    write_public(out / "robots.txt", _ROBOTS[found_by_search])
    city = to_data(public)["city"]
    for language in LANGUAGES:
        page = html.render_history(summaries, language, city=city, latest=LATEST, fonts=fonts, shown=shown)
        write_public(out / html.page_name("index", language), page)
    return out / name / "index.html"


def _summary(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the list says of an audit; all of it stands in its report."""
    run, totals = data["run"], data["totals"]
    return {
        "run": {name: run[name] for name in ("id", "started", "sample", "tool_version", "engines")},
        "totals": {
            name: totals[name]
            for name in (
                *("sites", "sites_failing", "sites_incomplete", "sites_not_audited", "sites_no_failure"),
                *("pages_audited", "pages_found", "places", "places_per_100_pages"),
            )
        },
    }


def _summaries(out: Path) -> list[Mapping[str, Any]]:
    """Of every audit that is published, the newest first."""
    found = [
        {**json.loads(path.read_text("utf-8")), "folder": path.parent.name}
        for path in out.glob(f"*/{SUMMARY}")
        if path.parent.name != LATEST
    ]
    return sorted(found, key=lambda one: (one["run"]["started"], one["folder"]), reverse=True)


def _newest(summaries: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """A sample stands for the City only where there is nothing else."""
    return next((one for one in summaries if not one["run"]["sample"]), summaries[0])


def _digest(folder: Path) -> str:
    total = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(folder)}\n{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _point(link: Path, target: Path) -> None:
    """In one step: there is no moment without it."""
    if link.is_symlink() and link.readlink() == target:
        return
    spare = link.with_name(f".{link.name}.link")
    spare.unlink(missing_ok=True)
    spare.symlink_to(target, target_is_directory=True)
    spare.replace(link)
