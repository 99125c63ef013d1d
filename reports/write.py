"""Write a report's files. The register goes into a folder of its own that only its owner may read."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from reports import clean
from reports.formats import documents, html, json
from reports.model import ExposurePlace, Report, SiteReport
from reports.text import LANGUAGES

PUBLIC, RESTRICTED = 0o644, 0o600
#: A picture of an element is small; a larger file is not one of ours.
MAX_PICTURE = 5_000_000


def write_reports(
    report: Report, out_dir: Path, *, evidence_dir: Path | None, fonts: Mapping[str, bytes] | None = None
) -> list[Path]:
    """Write every page, spreadsheet and report.json under ``out_dir``; the paths written, report.json first.

    Pictures come from ``evidence_dir`` and only where an issue or an exposure names them; one that is missing is left
    out of the report too. Those of exposures are beside the register, and others are not left there.
    """
    report, pictures = _with_pictures(report, evidence_dir)
    report, exposed = _with_exposures(report, evidence_dir)
    data = json.to_data(report)
    written = [_write(out_dir / "report.json", json.render(data), PUBLIC)]
    for name, page in html.render_pages(data, fonts=fonts).items():
        written.append(_write(out_dir / name, page, PUBLIC))
    for site in data["sites"]:
        for language in LANGUAGES if site["documents"]["listed"] else ():
            path = out_dir / "sites" / site["path"] / documents.sheet_name(language)
            written.append(_write(path, documents.render(site, data["run"], language), PUBLIC))
    for target, source in pictures.items():
        path = out_dir / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)
        written.append(path)
    restricted = out_dir / "restricted"
    restricted.mkdir(mode=0o700, exist_ok=True)
    restricted.chmod(0o700)
    register = json.register_data(report)
    written.append(_write(restricted / "privacy.json", json.render(register), RESTRICTED))
    for name, page in html.render_register(register, fonts=fonts).items():
        written.append(_write(restricted / name, page, RESTRICTED))
    return written + _write_exposed(restricted / "evidence", exposed)


def write_alone(path: Path, content: str) -> Path:
    """Write one page for its owner alone."""
    return _write(path, content, RESTRICTED)


def _with_pictures(report: Report, evidence_dir: Path | None) -> tuple[Report, dict[str, Path]]:
    """The report without pictures that do not exist, and target -> source of those that do."""
    pictures: dict[str, Path] = {}

    def kept(site: SiteReport) -> SiteReport:
        issues = []
        for issue in site.issues:
            source = next(_found(evidence_dir, site.key, issue.evidence), None)
            if source:
                pictures[f"sites/{site.path}/evidence/{issue.evidence}"] = source
            issues.append(issue if source else replace(issue, evidence="", evidence_state=""))
        return replace(site, issues=tuple(issues))

    return replace(report, sites=tuple(kept(site) for site in report.sites)), pictures


def _with_exposures(report: Report, evidence_dir: Path | None) -> tuple[Report, dict[str, Path]]:
    """The same of the register, by the pictures' names."""
    pictures: dict[str, Path] = {}

    def kept(place: ExposurePlace, site: str) -> ExposurePlace:
        if not place.picture:
            return place
        source = next(_found(evidence_dir, site, place.picture), None)
        if source is None:
            return replace(place, picture="", unpictured="failed")
        pictures[place.picture] = source
        return place

    entries = tuple(
        replace(entry, places=tuple(kept(place, entry.site) for place in entry.places))
        for entry in report.register.entries
    )
    return replace(report, register=replace(report.register, entries=entries)), pictures


def _write_exposed(folder: Path, pictures: Mapping[str, Path]) -> list[Path]:
    """Pictures for the owner alone; what an earlier report left there goes."""
    if folder.is_symlink():
        folder.unlink()
    for left in folder.glob("*") if folder.is_dir() else ():
        if clean.picture(left.name) and left.name not in pictures:
            left.unlink()
    if not pictures:
        return []
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    return [_write(folder / name, source.read_bytes(), RESTRICTED) for name, source in pictures.items()]


def _found(folder: Path | None, site: str, name: str) -> Iterator[Path]:
    if folder is None or not clean.picture(name):
        return
    for path in (folder / name, folder / clean.folder(site) / name):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_PICTURE:
            yield path


def _write(path: Path, content: str | bytes, mode: int) -> Path:
    """Whole or not at all, and never for a moment with more rights than ``mode``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            os.fchmod(file.fileno(), mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path
