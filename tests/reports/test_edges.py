"""Reports of sites on which there is hardly anything: every page and every file is made, and says nothing untrue."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
import yaml
from lxml import etree, html

from audits.model import PageOutcome, Verdict
from reports.facts import NeverAudited
from reports.formats.html import Shown
from reports.formats.json import schema, to_data
from reports.public import for_everybody
from reports.text import LANGUAGES
from reports.wishes import FORMATS, Wish
from reports.write import write_reports

Make = Callable[..., Any]
FILES = Wish(formats=tuple(name for name in FORMATS if name != "pdf"))
GOLF = NeverAudited(key="golf", host="golf.alder.example", name_en="Golf")


def zero_pages(make: Make) -> Any:
    nothing = site_of(make, outcomes={}, pending=3, tallies=())
    return replace(nothing, site=replace(nothing.site, state="incomplete", reasons=()))


def site_of(make: Make, **changes: Any) -> Any:
    return make("site", **changes)


def one_page(make: Make) -> Any:
    tallies = (make("tally", "axe/button-name", fail=1), make("tally", "axe/image-alt", passed=1))
    issues = (make("issue", "axe/button-name", 1, places=1, pages=1, examples=(make("place", 1),)),)
    return site_of(make, outcomes={PageOutcome.AUDITED: 1}, issues=issues, tallies=tallies)


def only_documents(make: Make) -> Any:
    issues = (
        make("issue", "pdfua/7.1-11", 18, places=1, pages=0, documents=1, in_documents=1, examples=()),
        make("issue", "pdfua/7.3-1", 19, places=9, pages=0, documents=1, in_documents=9, to_check=2),
    )
    return site_of(
        make, outcomes={PageOutcome.DOCUMENT: 129, PageOutcome.DOCUMENT_UNREAD: 1}, tallies=(), issues=issues,
        documents=make("documents_of_alder"), document_tallies=(make("tally", "pdfua/7.3-1", fail=1),),
    )  # fmt: skip


def only_exposures(make: Make) -> Any:
    issues = (
        make("issue", "pii/ca-sin", 16, places=2, pages=1, examples=(make("exposure", "CA_SIN", 1),)),
        make("issue", "pii/phone-number", 17, verdict=Verdict.REVIEW, places=1, pages=1, examples=()),
    )
    return site_of(make, issues=issues)


def without_examples(make: Make) -> Any:
    """As a store tells issues whose findings were purged, or that were not checked this time."""
    bare = {"examples": (), "places": 7, "pages": 3}
    return site_of(
        make,
        issues=(
            make("issue", "axe/button-name", 1, **bare),
            make("issue", "axe/image-alt", 2, verdict=Verdict.REVIEW, **bare),
            make("issue", "axe/region", 3, **bare),
            make("issue", "privacy/form-notice", 4, engine="handrail", **bare),
            make("issue", "pii/ca-sin", 16, **bare),
        ),
    )


CASES = [zero_pages, one_page, only_documents, only_exposures, without_examples]


def written(report: Any, out: Path, **how: Any) -> Path:
    write_reports(report, out, evidence_dir=None, wish=FILES, **how)
    return out


def judged(out: Path) -> None:
    """Every file is what its name says."""
    jsonschema.validate(
        json.loads((out / "report.json").read_text("utf-8")), schema(), cls=jsonschema.Draft202012Validator
    )
    found = [path for path in out.rglob("*") if path.is_file()]
    for path in found:
        match path.suffix:
            case ".html":
                page = html.fromstring(path.read_text("utf-8"))
                ids = page.xpath("//@id")
                assert len(ids) == len(set(ids)), path
                assert {one[1:] for one in page.xpath("//a/@href") if one.startswith("#")} <= set(ids), path
                assert not path.name.endswith(".fr.html") or "None" not in page.text_content().split(), path
            case ".json" | ".jsonld" | ".sarif":
                json.loads(path.read_text("utf-8"))
            case ".csv":
                assert list(csv.reader(path.read_text("utf-8-sig").splitlines()))
            case ".xlsx":
                assert openpyxl.load_workbook(path).sheetnames
            case ".xml":
                etree.parse(str(path))
            case ".yaml":
                assert yaml.safe_load(path.read_text("utf-8"))
            case ".md":
                assert path.read_text("utf-8").strip()
            case _:
                raise AssertionError(f"a file of another kind: {path}")
    assert {path.suffix for path in found} >= {".html", ".json", ".csv", ".xlsx", ".xml", ".yaml", ".md"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_every_page_and_file_is_made(make: Make, case: Any, tmp_path: Path) -> None:
    data = case(make)
    due = make("work", due=date(2026, 11, 30), overdue=False)
    works = {"main": {issue.fingerprint: due for issue in data.issues}}
    report = make("report_of", data, never_audited=(GOLF,), work=works)

    judged(written(report, tmp_path / "within"))
    judged(written(for_everybody(report), tmp_path / "public", shown=Shown(public=True)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_nothing_is_called_fine(make: Make, case: Any) -> None:
    (site,) = to_data(make("report_of", case(make)))["sites"]

    assert not [one["number"] for one in site["criteria"] if one["result"] in ("supports", "not-applicable")]
    if not site["coverage"]["audited"]:
        assert site["verdict"] == "not-audited"
        assert site["places_per_100_pages"] is None


def test_a_site_that_was_never_audited_stands_in_the_portfolio_and_is_not_fine(make: Make, tmp_path: Path) -> None:
    report = make("report_of", zero_pages(make), never_audited=(GOLF,))

    out = written(report, tmp_path)

    assert (report.totals.sites, report.totals.sites_not_audited, report.totals.sites_no_failure) == (2, 2, 0)
    for language in LANGUAGES:
        page = html.fromstring((out / ("index.html" if language == "en" else "index.fr.html")).read_text("utf-8"))
        assert "golf.alder.example" in page.text_content().replace("\u200b", "").replace("\xad", "")


def test_due_dates_are_told_of_all_that_has_one_also_in_a_first_audit(make: Make, tmp_path: Path) -> None:
    """New issues, exposures and what only asks have dates as well: they are no part of what is still open."""
    data = without_examples(make)
    works = {
        issue.fingerprint: make("work", due=date(2026, 12, n), overdue=False)
        for n, issue in enumerate(data.issues, start=1)
    }

    out = written(make("report_of", data, work={"main": works}), tmp_path)

    page = html.fromstring((out / "sites/main/index.html").read_text("utf-8"))
    told = [" ".join(item.text_content().split()) for item in page.xpath("//section[@id='changed']//li")]
    assert told == [f"1 is due by {n} December 2026" for n in range(1, 6)]
