"""Pages of sites that are told as before lie as they were; all else is made anew, and nothing outdated is ever left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reports import write
from reports.built import STAMP
from reports.formats.json import to_data
from reports.signing import Signature, contents_of
from reports.wishes import Wish
from reports.write import write_reports

Make = Callable[..., Any]
CSV = Wish(formats=("csv",))


def written(report: Any, out: Path, *, stamped: bool = False, **how: Any) -> dict[str, bytes]:
    write_reports(report, out, evidence_dir=None, **how)
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and (path.name != STAMP or stamped)
    }


def times(out: Path, site: str) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (out / "sites" / site).iterdir() if path.is_file()}


def city(make: Make, main: Any = None, **how: Any) -> Any:
    return make("report_of", main or make("failing_site"), make("clean_site"), make("incomplete_site"), **how)


def signature(report: Any, site: str) -> Signature:
    contents = {site: contents_of(to_data(report))[site]}
    said: dict[str, Any] = {"role": "Lead", "name": "A. Osei", "statement": "Mine.", "report_sha256": "0" * 64}
    return Signature(entry=1, at="2026-11-25T09:12:00-05:00", site=site, run=report.run.id, sites=contents, **said)


def fewer(make: Make) -> Any:
    data = make("failing_site")
    return replace(data, issues=data.issues[:4], documents=())


def steps(make: Make) -> Iterable[tuple[Any, dict[str, Any]]]:
    """Reports one after the other, as audits, decisions, signatures and days make them."""
    first = city(make)
    yield first, {}
    yield first, {}
    yield first, {"signatures": [signature(first, "rec")]}
    yield city(make, fewer(make)), {}
    yield city(make), {"signatures": [signature(first, "main")]}
    yield city(make), {"fonts": {"next-400": b"font"}}
    later = make("run", id="run-2", started=datetime(2027, 2, 1, tzinfo=UTC))
    due = {issue.fingerprint: make("work", due=date(2026, 12, 1)) for issue in make("incomplete_site").issues}
    yield city(make, run_record=later, others=(make("run"),), work={"rec": due}), {}
    yield make("report_of", make("clean_site"), name_en="City of Birch"), {}
    yield first, {}


def test_a_folder_that_grew_is_as_one_that_is_new(make: Make, tmp_path: Path) -> None:
    for n, (report, how) in enumerate(steps(make)):
        grown = written(report, tmp_path / "grown", wish=CSV, **how)
        fresh = written(report, tmp_path / f"fresh-{n}", wish=CSV, **how)
        told = {site.path for site in report.sites}

        assert fresh == {
            name: content
            for name, content in grown.items()
            if not name.startswith("sites/") or name.split("/")[1] in told
        }, n


def test_the_same_report_is_the_same_folder(make: Make, tmp_path: Path) -> None:
    assert written(city(make), tmp_path / "a", stamped=True) == written(city(make), tmp_path / "b", stamped=True)


def test_an_audit_of_one_site_writes_no_page_of_another(make: Make, tmp_path: Path) -> None:
    written(city(make), tmp_path)
    before = {key: times(tmp_path, key) for key in ("main", "emergency", "rec")}

    written(city(make, fewer(make)), tmp_path)

    assert times(tmp_path, "emergency") == before["emergency"]
    assert times(tmp_path, "rec") == before["rec"]
    assert times(tmp_path, "main")["index.html"] != before["main"]["index.html"]


def test_files_of_a_site_that_is_told_the_same_stay_and_others_go(make: Make, tmp_path: Path) -> None:
    written(city(make), tmp_path, wish=CSV)

    files = written(city(make, fewer(make)), tmp_path)

    assert "sites/rec/places.csv" in files
    assert b"places.csv" in files["sites/rec/index.html"]
    assert "sites/main/places.csv" not in files
    assert b"places.csv" not in files["sites/main/index.html"]


@pytest.mark.parametrize("name", ["index.html", "index.fr.html", "documents.xlsx"])
@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"another")])
def test_what_somebody_took_away_or_changed_is_made_anew(
    make: Make, tmp_path: Path, name: str, spoil: Callable[[Path], object]
) -> None:
    files = written(city(make), tmp_path)
    if f"sites/main/{name}" not in files:
        name = next(one for one in times(tmp_path, "main") if one.endswith((".xlsx", ".csv")))
    spoil(tmp_path / "sites" / "main" / name)

    assert written(city(make), tmp_path) == files


def test_another_version_makes_all_pages_anew(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(city(make), tmp_path)
    before = times(tmp_path, "rec")

    monkeypatch.setattr(write, "code", lambda: "another")
    written(city(make), tmp_path)

    assert times(tmp_path, "rec")["index.html"] != before["index.html"]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"sites": 3}', b'{"sites": {"sites/rec": {}}}', b"\xff"])
def test_a_note_that_nobody_can_read_is_no_note(make: Make, tmp_path: Path, content: bytes) -> None:
    files = written(city(make), tmp_path)
    (tmp_path / STAMP).write_bytes(content)

    assert written(city(make), tmp_path) == files
    assert (tmp_path / STAMP).stat().st_mode & 0o777 == 0o600
