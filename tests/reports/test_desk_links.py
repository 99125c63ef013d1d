"""Pages of a report lead to the desk where there is one, and what is published leads nowhere."""

import re

import pytest

from reports.formats.html import Shown
from reports.public import for_everybody
from reports.write import write_reports

DESK = "https://desk.city.example"


def links(folder):
    """Links to the desk, by page."""
    found = {
        path.relative_to(folder).as_posix(): re.findall(rf'href="({DESK}[^"]*)"', path.read_text("utf-8"))
        for path in folder.rglob("*.html")
    }
    return {name: told for name, told in found.items() if told}


@pytest.fixture
def city(make):
    return make("report_of", make("failing_site"))


def test_issues_checks_and_exposures_lead_to_their_page_at_the_desk(city, tmp_path):
    write_reports(city, tmp_path, evidence_dir=None, shown=Shown(desk=f"{DESK}/"))
    found = links(tmp_path)

    of_site = {url for name, told in found.items() if name.startswith("sites/") for url in told}
    of_register = {url for name, told in found.items() if name.startswith("restricted/") for url in told}
    ids = {issue.id for site in city.sites for issue in site.issues}
    assert {url for url in of_site if "/issues/" in url} == {f"{DESK}/issues/{one}" for one in ids}
    assert f"{DESK}/checks?site={city.sites[0].key}" in of_site
    assert not any("/register" in url for url in of_site)
    assert of_register
    assert all(url.startswith(f"{DESK}/register/E-") for url in of_register)
    assert {name.partition("/")[0] for name in found} == {"sites", "restricted"}


@pytest.mark.parametrize("shown", [Shown(), Shown(public=True, desk=DESK)])
def test_without_a_desk_and_in_public_nothing_leads_there(city, tmp_path, shown):
    report = for_everybody(city) if shown.public else city
    write_reports(report, tmp_path, evidence_dir=None, shown=shown)

    assert links(tmp_path) == {}
    assert "at the desk" not in "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.html"))


def test_pages_are_made_anew_when_the_desk_moves(city, tmp_path):
    for host in ("https://old.city.example", DESK):
        write_reports(city, tmp_path, evidence_dir=None, shown=Shown(desk=host))

    assert links(tmp_path)
    assert "old.city.example" not in "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.html"))
