"""Write a report's files. The register goes into a folder of its own that only its owner may read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from reports import clean, exports
from reports.built import STAMP, Built, code, key_of
from reports.exports import Content, Printer
from reports.formats import documents, html, json, paging, pdf, rows
from reports.formats.html import Shown
from reports.formats.rows import Data, Places, only_examples
from reports.model import Report, SiteReport
from reports.register_model import ExposurePlace
from reports.signing import Signature, contents_of, of_site, sha256_of, sign_off
from reports.signing import render as render_signatures
from reports.signing import to_data as signed_data
from reports.text import LANGUAGES, Words
from reports.whole import remove_left, write_whole
from reports.wishes import Wish

NOTHING_MORE = Wish()
PUBLIC, RESTRICTED = 0o644, 0o600
#: A picture of an element is small; a larger file is not one of ours.
MAX_PICTURE = 5_000_000


def write_reports(
    report: Report,
    out_dir: Path,
    *,
    evidence_dir: Path | None,
    fonts: Mapping[str, bytes] | None = None,
    signatures: Sequence[Signature] = (),
    wish: Wish = NOTHING_MORE,
    places: Places = only_examples,
    printer: Printer | None = None,
    shown: Shown = html.WITHIN,
) -> list[Path]:
    """Write every page, spreadsheet and report.json under ``out_dir``; the paths written, report.json first.

    ``signatures``: all of the log; pages tell how they stand to what is written. Pictures come from ``evidence_dir``
    and only where an issue or an exposure names them; one that is missing is left out of the report too. Those of
    exposures are beside the register, and others are not left there. ``wish``: what else is wanted; what an earlier
    call made of the same report stays, what was made of another one goes. What is ``shown`` in public has no register
    and no signatures: they are of what only the City sees.
    """
    remove_left(out_dir, below=True)
    report, pictures = _with_pictures(report, evidence_dir)
    report, exposed = _with_exposures(report, evidence_dir)
    data = json.to_data(report)
    exports.refuse(data, wish)
    text = json.render(data)
    signed = sign_off(signatures, report.run.id, sha256_of(text.encode()), contents_of(data))
    folders = {"": exports.OF_ALL, **{_folder(site): exports.OF_SITE for site in data["sites"]}}
    common = [data["city"], bool(data["policy"]), code(), shown.desk]
    built = Built(out_dir, {_folder(site): key_of(site, *common) for site in data["sites"]}, kept=not shown.public)
    if not _holds(out_dir / "report.json", text):
        _remove_exports(out_dir, built)
    written = [_write(out_dir / "report.json", text, PUBLIC)]
    if not shown.public:
        written.append(_write(out_dir / "signatures.json", render_signatures(signed), PUBLIC))
    for site in data["sites"]:
        for name, content in exports.of_site(site, data, wish, places):
            written.append(_write(out_dir / _folder(site) / name, content, PUBLIC))
    written += [_write(out_dir / name, content, PUBLIC) for name, content in exports.of_all(data, wish)]
    for target, source in pictures.items():
        path = out_dir / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)
        written.append(path)
    press = _Press(data, out_dir, folders, fonts or {}, shown, signed_data(signed), places, built)
    written += press.write()
    if prints := _prints(data, out_dir, wish, printer):
        written += [*prints, *press.write()]
    if not shown.public:
        written.append(_write(out_dir / STAMP, built.stamp(), RESTRICTED))
    if shown.public:
        return written
    restricted = out_dir / "restricted"
    restricted.mkdir(mode=0o700, exist_ok=True)
    restricted.chmod(0o700)
    register = json.register_data(report, data)
    written.append(_write(restricted / "privacy.json", json.render(register), RESTRICTED))
    for name, page in html.render_register(register, fonts=fonts, shown=shown).items():
        written.append(_write(restricted / name, page, RESTRICTED))
    return written + _write_exposed(restricted / "evidence", exposed)


def data_of(report: Report, evidence_dir: Path | None) -> Data:
    """What report.json says where these are the pictures."""
    return json.to_data(_with_pictures(report, evidence_dir)[0])


def _folder(site: Data) -> str:
    return f"sites/{site['path']}"


@dataclass(frozen=True, slots=True)
class _Press:
    """Writes pages: those of all sites, and of each site whose pages are not there as they would be made."""

    data: Data
    out_dir: Path
    folders: Mapping[str, Sequence[Any]]
    fonts: Mapping[str, bytes]
    shown: Shown
    signed: Data
    places: Places
    built: Built

    def write(self) -> list[Path]:
        """Each page offers what lies beside it."""
        files = _there(self.out_dir, self.folders)
        faces = {name: sha256_of(content) for name, content in self.fonts.items()}
        rests = {
            site["key"]: key_of(of_site(self.signed, site["key"]), files[_folder(site)], faces)
            for site in self.data["sites"]
        }
        stale = {key for key, rest in rests.items() if not self.built.lies(_folder(self.site(key)), rest)}
        pages = html.render_pages(
            self.data, fonts=self.fonts, signed=self.signed, files=files, shown=self.shown, sites=stale
        )
        paths = {name: _write(self.out_dir / name, page, PUBLIC) for name, page in pages.items()}
        written = list(paths.values())
        for key in sorted(stale):
            site = self.site(key)
            own = [path for name, path in paths.items() if name.startswith(f"{_folder(site)}/")]
            more = [*self.sheets(site), *self.issues(site, files)]
            self.built.note(_folder(site), rests[key], [*own, *more])
            written += more
        return written

    def site(self, key: str) -> Data:
        found: Data = next(site for site in self.data["sites"] if site["key"] == key)
        return found

    def sheets(self, site: Data) -> Iterator[Path]:
        """The register of documents, as a table; none is left of documents that are gone."""
        for language in LANGUAGES:
            path = self.out_dir / _folder(site) / documents.sheet_name(language)
            if site["documents"]["listed"]:
                yield _write(path, documents.render(site, site["run"], language), PUBLIC)
            else:
                path.unlink(missing_ok=True)

    def issues(self, site: Data, files: Mapping[str, Sequence[str]]) -> Iterator[Path]:
        """Pages of issues beside a site's page, with places as many as there is room for."""
        if not paging.pages(site):
            return
        most = paging.room(site)
        found = {issue["id"]: list(islice(self.places(site, issue), most)) for issue in site["issues"]}
        for name, page in html.render_issues(self.data, site, found, fonts=self.fonts, files=files, shown=self.shown):
            yield _write(self.out_dir / name, page, PUBLIC)


def _there(out_dir: Path, folders: Mapping[str, Sequence[Any]]) -> Mapping[str, list[str]]:
    """By folder, the files that its page offers."""
    return {
        folder: [name for name in exports.names(kinds) if (out_dir / folder / name).is_file()]
        for folder, kinds in folders.items()
    }


def _prints(data: Data, out_dir: Path, wish: Wish, printer: Printer | None) -> list[Path]:
    """The PDFs of the pages, each with the title of its page."""
    jobs = [("", name, language, None) for name, language in exports.printed(wish)]
    for site in data["sites"]:
        found = exports.printed(wish, site["key"])
        jobs += [(f"sites/{site['path']}/", name, language, site) for name, language in found]
    if not jobs:
        return []
    if printer is None:
        raise ValueError("a PDF is asked for, and nobody prints")
    raws = printer([out_dir / folder / html.page_name("index", language) for folder, _, language, _ in jobs])
    written = []
    for (folder, name, language, site), raw in zip(jobs, raws, strict=True):
        words = Words(language)
        run = site["run"] if site else data["run"]
        content = pdf.finish(
            raw,
            title=rows.title(site, run, words) if site else rows.title_of_all(run, words),
            lang=words.lang,
            at=datetime.fromisoformat(run["finished"] or run["started"]),
            creator=f"Handrail {run['tool_version']}",
        )
        written.append(_write(out_dir / folder / name, content, PUBLIC))
    return written


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _remove_exports(out_dir: Path, built: Built) -> None:
    """What was made of another report would contradict this one. What is of a site that is told the same stays."""
    others = [one for one in out_dir.glob("sites/*/") if not built.is_of(f"sites/{one.name}")]
    for folder, kinds in [(out_dir, exports.OF_ALL), *((one, exports.OF_SITE) for one in others)]:
        for name in exports.names(kinds):
            (folder / name).unlink(missing_ok=True)
    for page in (page for folder in others for page in folder.glob("issues-*.html")):
        page.unlink()


def write_public(path: Path, content: str) -> Path:
    """Write one file for everybody, whole or not at all."""
    return _write(path, content, PUBLIC)


def write_alone(path: Path, content: str | bytes) -> Path:
    """Write one file for its owner alone."""
    return _write(path, content, RESTRICTED)


def pictures_of(report: Report) -> set[str]:
    """Names of the pictures that the pages and the register show."""
    shown = {issue.evidence for site in report.sites for issue in site.issues}
    shown |= {place.picture for entry in report.register.entries for place in entry.places}
    return {name for name in shown if clean.picture(name)}


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


def _write(path: Path, content: Content, mode: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_whole(path, content, mode)
