"""The register of documents at the desk: the same as a report's, by site, kind and fault, for who may see it."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from audits.model import Link
from handrail.publish import publish

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[2] / "reports" / "store"))

from desk_documents import FACTS, UNTAGGED, audit_documents, document
from store_helpers import begin, url

ENTRIES = """
[sites.main.documents.budget]
urls = ["/budget.pdf"]
owner = "Finance"
published = 2026-10-01
published_evidence = "Posting log, volume 4"
alternative = "https://alder.example/budget"
"""


@pytest.fixture
def desk(office_of, serve_desk):
    office = office_of(ENTRIES)
    audit_documents(office.store)
    return serve_desk(office)


def rows(answer):
    """By the name of each document shown, its row in words."""
    assert answer.status_code == 200, answer.text
    found = html.fromstring(answer.text).xpath("//table//tbody/tr")
    return {one.xpath("string(.//th//a|.//th/span[1])").strip(): " ".join(one.text_content().split()) for one in found}


def test_each_document_is_told_as_in_the_report(desk):
    found = rows(desk.browser("vera").get("/documents?kind=PDF"))
    budget = found["Budget 2027"]

    assert next(iter(found)) == "Budget 2027"
    for said in (
        "budget.pdf", "main · PDF · 40 pages · 1.2 MB · language en-CA · file of 2 Nov 2026", "No tags, or not as",
        "2 pages link to it", "1 place fails", "1 rule", "Finance", "Published 1 Oct 2026", "Posting log, volume 4",
        "In an accessible form: https://alder.example/budget",
    ):  # fmt: skip
        assert said in budget, budget
    plan = found['Plan "<b>A</b>"']
    assert "Tagged: no lack of tags was found" in plan
    assert "1 page links to it" in plan
    assert "No failure found" in plan
    assert "Web team" in plan
    assert "Date of publication: not recorded" in plan
    locked = next(row for name, row in found.items() if "locked.pdf" in name)
    assert "Not read to the end: asks for a password" in locked
    assert "agged" not in locked


def test_it_names_the_issues_and_no_exposure(desk):
    page = desk.browser("vera").get("/documents")
    (issue,) = [one.id for one in desk.office.issues().items() if one.rule == UNTAGGED.rule]
    exposed = [one.id for one in desk.office.issues().items() if one.rule == "pii/ca-sin"]

    assert f"/issues/{issue}" in page.text
    assert desk.browser("vera").get(f"/issues/{issue}").status_code == 200
    assert exposed
    assert not [one for one in exposed if one in page.text]
    assert "SIN" not in page.text


@pytest.mark.parametrize(
    ("query", "names", "count"),
    [
        ("kind=PDF", 3, "3 documents, 1 with failures"),
        ("kind=Word", 50, "51 documents, 0 with failures"),
        ("kind=Word&page=2", 1, "51 documents"),
        ("kind=Word&page=99", 1, "51 documents"),
        ("kind=Word&page=0", 50, "51 documents"),
        ("page=²", 50, "55 documents"),
        ("fault=failing", 1, "1 document,"),
        ("fault=unread", 1, "1 document,"),
        ("fault=to-review", 0, "0 documents"),
        ("fault=failing&kind=Word", 0, "0 documents"),
        ("fault=nonsense", 50, "55 documents"),
        ("site=main", 50, "55 documents"),
        ("site=parks", 0, "0 documents"),
    ],
)
def test_filters_and_pages(desk, query, names, count):
    answer = desk.browser("vera").get(f"/documents?{query}")

    assert len(rows(answer)) == names
    assert count in answer.text


def test_a_site_that_is_none(desk):
    assert desk.browser("vera").get("/documents?site=nowhere").status_code == 404


@pytest.mark.parametrize(("name", "status"), [("vera", 200), ("pia", 200), ("otto", 403), ("ada", 403)])
def test_who_may_see_it(desk, name, status):
    browser = desk.browser(name)

    assert browser.get("/documents").status_code == status
    assert ('href="/documents"' in browser.get("/").text) == (status == 200) or status == 200


def test_a_later_audit_shows_at_once(desk):
    before = desk.browser("vera").get("/documents").text
    store = desk.office.store
    begin(store, "r3", "main", started=datetime(2026, 3, 9, 8, tzinfo=UTC))
    store.add_links("r3", "main", [Link(url=url("new.pdf"))])
    for lease in store.lease("r3", "main", owner="w", limit=9, seconds=60):
        store.finish(lease, document(facts=replace(FACTS, title="A new one")))
    store.finish_site("r3", "main", "complete")
    store.finish_run("r3", "complete")
    after = desk.browser("vera").get("/documents").text

    assert "A new one" not in before
    assert "A new one" in after
    assert "Minutes 01" not in after


def test_it_is_the_register_of_the_report(desk, tmp_path):
    office = desk.office
    publish(office.store, "r2", office.parts, office.policy, office.place)

    report = json.loads((office.place.report() / "report.json").read_text("utf-8"))
    told = next(one for one in report["sites"] if one["key"] == "main")["documents"]["listed"]
    shown = [one for page in (1, 2) for one in rows(desk.browser("vera").get(f"/documents?page={page}"))]

    assert [one["title"] or one["name"] for one in told][:3] == shown[:3]
    assert len(told) == len(shown) == 55


def test_without_an_audit_of_documents(office, serve_desk):
    answer = serve_desk(office).browser("vera").get("/documents")

    assert rows(answer) == {}
    assert "No document fits." in answer.text


def test_in_french(desk):
    page = desk.browser("vera").get("/documents?kind=PDF", headers={"accept-language": "fr-CA"}).text

    assert "Sans balises, ou mal balisé" in page
    assert "1,2\u00a0Mo" in page
