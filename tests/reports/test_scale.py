"""A site of ten thousand pages: every issue on its page, places beside it, and the page still opens at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.formats import paging
from reports.formats.json import to_data
from reports.wishes import Wish
from reports.write import write_reports

Make = Callable[..., Any]
ISSUES, PLACES = 1_000, 200


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    make: Make = request.getfixturevalue("build")
    spots = tuple(make("place", n, snippet="x" * 250, selector="y" * 120, message="z" * 300) for n in range(5))
    rules = ["axe/button-name", "axe/color-contrast", "axe/region", "axe/image-alt", "privacy/form-notice"]
    issues = tuple(
        make(
            "issue", rules[n % 5], n, part_key=f"form.f{n}", part_name=f"Form: number {n}", places=PLACES, pages=PLACES,
            examples=spots,
        )
        for n in range(ISSUES)
    )  # fmt: skip
    data = make("site", issues=issues)
    report = make("report_of", data)

    def places(site: Any, issue: Any) -> Iterator[Any]:
        return ({**issue["examples"][0], "url": f"https://www.alder.example/p{n}"} for n in range(issue["places"]))

    out = tmp_path_factory.mktemp("large")
    write_reports(report, out, evidence_dir=None, wish=Wish(formats=("csv",), languages=("en",)), places=places)
    return out / "sites" / "main"


@pytest.fixture(scope="module")
def build() -> Make:
    import importlib.util

    spec = importlib.util.spec_from_file_location("builders", Path(__file__).with_name("conftest.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda name, *args, **kwargs: getattr(module, name)(*args, **kwargs)


@pytest.mark.parametrize("name", ["index.html", "index.fr.html"])
def test_the_page_is_small_and_holds_every_issue(written: Path, name: str) -> None:
    page = (written / name).read_text("utf-8")

    assert len(page.encode()) < 3_000_000
    assert len(set(re.findall(r'id="(A-[0-9a-f]+)"', page))) == ISSUES
    assert page.count('<details class="issue') == sum(paging.DETAILED.values()) - paging.DETAILED["review"]


def test_pages_beside_it_hold_every_issue_and_some_of_its_places(written: Path) -> None:
    pages = sorted(written.glob("issues-*[0-9].html"))
    texts = [page.read_text("utf-8") for page in pages]
    found = [issue for text in texts for issue in re.findall(r'id="(A-[0-9a-f]+)"', text)]

    assert len(found) == len(set(found)) == ISSUES
    assert max(len(text.encode()) for text in texts) < 2_000_000
    assert sum(text.count("https://www.alder.example/p") for text in texts) >= paging.LEAST * ISSUES


def test_every_line_leads_to_the_page_that_tells_more(written: Path) -> None:
    for link in re.findall(r'href="(issues-[^"]+)"', (written / "index.html").read_text("utf-8")):
        name, _, anchor = link.partition("#")
        assert f'id="{anchor}"' in (written / name).read_text("utf-8")


def test_all_places_are_in_the_table(written: Path) -> None:
    with (written / "places.csv").open(encoding="utf-8-sig") as table:
        assert sum(line.startswith("A-") for line in table) == ISSUES * PLACES
    assert not (written / "places.fr.csv").exists()
    # A French reader is led to the English one: there is no other.
    assert 'href="places.csv"' in (written / "index.fr.html").read_text("utf-8")


def test_a_small_site_has_no_pages_beside_its_own(make: Make, tmp_path: Path) -> None:
    issue = make("issue", "axe/button-name", 1)
    write_reports(make("report_of", make("site", issues=(issue,))), tmp_path, evidence_dir=None)

    assert not list(tmp_path.glob("sites/*/issues-*"))


def test_pages_of_a_report_that_was_larger_go(make: Make, tmp_path: Path) -> None:
    issue = make("issue", "axe/button-name", 1, places=9)
    write_reports(make("report_of", make("site", issues=(issue,))), tmp_path, evidence_dir=None)
    assert list(tmp_path.glob("sites/*/issues-1.html"))

    fewer = make("site", issues=(replace(issue, places=1),))
    write_reports(make("report_of", fewer), tmp_path, evidence_dir=None)

    assert not list(tmp_path.glob("sites/*/issues-*"))


@pytest.mark.parametrize(("number", "room"), [(0, 500), (1, 500), (40, 500), (100, 200), (5_000, 25)])
def test_places_have_the_room_that_there_is(make: Make, number: int, room: int) -> None:
    site = to_data(make("report_of", make("site")))["sites"][0]

    assert paging.room({**site, "issues": [{}] * number}) == room
