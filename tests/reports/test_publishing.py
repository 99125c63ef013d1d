"""A published folder: an address for each audit, no name of a person, no register, and never half of anything."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reports import publishing
from reports.public import for_everybody
from reports.publishing import LATEST, NotOurs, publish
from reports.wishes import Wish

Make = Callable[..., Any]


def report(make: Make, run: str = "run-1", *, day: int = 23, **changes: Any) -> Any:
    started = datetime(2026, 11, day, 6, tzinfo=UTC)
    record = make("run", id=run, started=started, finished=started, **changes)
    return make("report_of", make("clean_site"), run_record=record)


def published(told: Any, out: Path, **options: Any) -> Path:
    return publish(told, out, evidence_dir=None, **options)


def test_an_audit_keeps_its_address_and_the_latest_has_one_of_its_own(make: Make, tmp_path: Path) -> None:
    published(report(make, "run-1", day=16), tmp_path)
    first = (tmp_path / "run-1/index.html").read_bytes()
    published(report(make, "run-2", day=23), tmp_path)

    assert (tmp_path / "run-1/index.html").read_bytes() == first
    assert (tmp_path / LATEST).resolve() == (tmp_path / "run-2").resolve()
    for name in ("index.html", "index.fr.html"):
        page = (tmp_path / name).read_text("utf-8")
        assert page.index(f'href="run-2/{name}"') < page.index(f'href="run-1/{name}"')
        assert f'href="latest/{name}"' in page
        back = (tmp_path / "run-1/sites/emergency" / name).read_text("utf-8")
        assert f'href="../../../{name}"' in back


def test_an_older_audit_that_comes_later_is_not_the_latest(make: Make, tmp_path: Path) -> None:
    published(report(make, "run-2", day=23), tmp_path)
    published(report(make, "run-1", day=16), tmp_path)

    assert (tmp_path / LATEST).resolve() == (tmp_path / "run-2").resolve()


def test_a_sample_does_not_stand_for_the_city(make: Make, tmp_path: Path) -> None:
    published(report(make, "run-1", day=16), tmp_path)
    published(report(make, "run-2", day=23, sample="10 pages"), tmp_path)

    assert (tmp_path / LATEST).resolve() == (tmp_path / "run-1").resolve()


def test_the_same_audit_again_changes_nothing(make: Make, tmp_path: Path) -> None:
    def seen() -> dict[str, tuple[int, int]]:
        return {str(path): (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in tmp_path.glob("run-1/**/*")}

    published(report(make), tmp_path)
    before = seen()
    published(report(make), tmp_path)

    assert seen() == before
    assert len(list((tmp_path / ".audits").iterdir())) == 1


def test_an_audit_that_is_told_anew_takes_the_place_of_the_old(make: Make, tmp_path: Path) -> None:
    published(report(make), tmp_path)
    published(report(make, tool_version="0.2.0"), tmp_path)

    assert "0.2.0" in (tmp_path / "run-1/index.html").read_text("utf-8")
    assert len(list((tmp_path / ".audits").iterdir())) == 1


def test_no_register_and_no_name_of_a_person(whole_city: Any, tmp_path: Path) -> None:
    published(whole_city, tmp_path, wish=Wish(formats=("csv", "xlsx", "earl", "sarif", "junit", "markdown", "openacr")))
    written = [path for path in (tmp_path / "run-1").resolve().rglob("*") if path.is_file()]

    assert not [path for path in written if "restricted" in str(path) or "privacy" in path.name]
    for path in written:
        text = path.read_bytes().decode("utf-8", "replace")
        for name in ("Accessibility Coordinator", "AF-2026-031", "Licensing", "volume 4", "By City Clerk", "Templates"):
            assert name not in text, (path.name, name)
        assert "restricted/" not in text, path.name
        assert '"register"' not in text, path.name


def test_who_answered_and_on_what_evidence_stays_in_the_city(answered_city: Any, tmp_path: Path) -> None:
    (site,) = answered_city.sites
    told = [answer for one in site.criteria for answer in one.answers]
    assert {answer.by for answer in told} > {"M. Tremblay"}
    assert any(answer.evidence for answer in told)

    published(answered_city, tmp_path, wish=Wish(formats=("csv", "xlsx", "earl", "openacr", "markdown")))

    folder = (tmp_path / "run-1").resolve()
    written = "".join(path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file())
    assert not [text for answer in told for text in (answer.by, answer.evidence) if text and text in written]
    assert not (folder / "signatures.json").exists()
    assert 'id="statement"' not in written
    # What they answered is told.
    assert {one.result for one in for_everybody(answered_city).sites[0].criteria} > {"supports"}


def test_what_is_told_to_everybody_has_the_same_numbers(whole_city: Any) -> None:
    public = for_everybody(whole_city)

    assert public.totals == whole_city.totals
    for mine, theirs in zip(public.sites, whole_city.sites, strict=True):
        assert mine.criteria == theirs.criteria
        assert [issue.places for issue in mine.issues] == [issue.places for issue in theirs.issues]
        assert mine.exceptions != theirs.exceptions or not theirs.exceptions


@pytest.mark.parametrize(("found", "told"), [(False, "Disallow: /"), (True, "Allow: /")])
def test_search_engines_list_it_only_when_asked(make: Make, tmp_path: Path, found: bool, told: str) -> None:
    published(report(make), tmp_path, found_by_search=found)

    assert told in (tmp_path / "robots.txt").read_text().splitlines()
    for page in (tmp_path / "index.html", tmp_path / "run-1/index.html", tmp_path / "run-1/sites/emergency/index.html"):
        assert ('content="noindex' in page.read_text("utf-8")) is not found


def test_no_link_of_a_published_folder_is_dead(whole_city: Any, tmp_path: Path) -> None:
    published(whole_city, tmp_path, wish=Wish(formats=("csv", "open-data")))
    for page in [*tmp_path.glob("*.html"), *(tmp_path / "run-1").rglob("*.html"), *(tmp_path / LATEST).rglob("*.html")]:
        for link in re.findall(r'href="([^"#]*)(?:#[^"]*)?"', page.read_text("utf-8")):
            if link and not re.match(r"https?:|mailto:|data:", link):
                # As a browser joins them: by the address, not by where a link of the file system leads.
                parts: list[str] = list(page.relative_to(tmp_path).parent.parts)
                for part in link.split("/"):
                    parts = parts[:-1] if part == ".." else [*parts, part]
                assert tmp_path.joinpath(*parts).is_file(), (page, link)


def test_a_folder_with_other_things_in_it_is_left_alone(make: Make, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("The City's own page")

    with pytest.raises(NotOurs, match="name an empty folder"):
        published(report(make), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_what_breaks_off_leaves_no_trace(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(report(make, "run-1", day=16), tmp_path)
    before = sorted(str(path) for path in tmp_path.rglob("*"))

    def fails(*_: Any) -> str:
        raise OSError("no room on the disk")

    monkeypatch.setattr(publishing, "_digest", fails)
    with pytest.raises(OSError, match="no room"):
        published(report(make, "run-2"), tmp_path)

    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_a_reader_never_sees_half_of_an_audit(make: Make, tmp_path: Path) -> None:
    """Who reads while audits are published finds every page, and of one audit's pages all from the same one."""
    published(report(make, "run-00", day=1), tmp_path)
    ended, faults = threading.Event(), []

    def read() -> None:
        while not ended.is_set():
            try:
                whole = (tmp_path / LATEST).resolve()
                page = (whole / "index.html").read_text("utf-8")
                told = json.loads((whole / "report.json").read_text("utf-8"))
                root = (tmp_path / "index.html").read_text("utf-8")
                if not page.endswith("</html>\n") and not page.rstrip().endswith("</html>"):
                    faults.append("half a page")
                if not root.rstrip().endswith("</html>") or told["run"]["id"] not in str(whole):
                    faults.append("half a list")
            except FileNotFoundError as exc:
                faults.append(str(exc))

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(1, 8):
        published(report(make, f"run-{n:02}", day=n + 1), tmp_path)
    ended.set()
    reader.join()

    assert faults == []
