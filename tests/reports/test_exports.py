"""The files beside a site's page: each as it was read and found right, valid by its own schema, and inside the limits
of who takes it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import openpyxl
import pytest
import yaml
from lxml import etree

from audits.model import PageOutcome, Verdict
from audits.standards import load
from reports import exports
from reports.built import STAMP
from reports.formats import earl, junit, markdown, openacr, sarif, xlsx
from reports.formats.html import page_name
from reports.formats.json import to_data
from reports.formats.rows import only_examples
from reports.text import LANGUAGES, Words
from reports.wishes import FORMATS, Wish
from reports.write import write_reports

Make = Callable[..., Any]
HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "exports"
SARIF = json.loads((HERE / "sarif-schema-2.1.0.json").read_text("utf-8"))
OPENACR = json.loads((HERE / "openacr-0.1.0.json").read_text("utf-8"))
RENEW = bool(os.environ.get("UPDATE_GOLDEN"))
EN, FR = Words("en"), Words("fr")
UNPRINTED = tuple(name for name in FORMATS if name != "pdf")


@pytest.fixture
def small(make: Make) -> Any:
    """A site with an issue of each kind: new, known and accepted, to look at, in a document, of privacy."""
    waiver = make("waiver", "old-map", alternative="https://www.alder.example/list")
    issues = (
        make("issue", "axe/button-name", 1, part_key="banner", part_name="Header", places=40, pages=40),
        make(
            "issue", "axe/image-alt", 2, state="open", places=3, pages=3,
            examples=tuple(make("place", n, url=f"https://www.alder.example/{n or ''}") for n in range(3)),
        ),
        make("issue", "axe/color-contrast", 3, verdict=Verdict.REVIEW, places=7, pages=2),
        make("issue", "pdfua/7.3-1", 4, places=9, pages=0, documents=1, in_documents=9,
             examples=(make("place", 1, selector="p1 Figure 2", snippet="", in_document=True),)),
        make("issue", "privacy/form-notice", 5),
    )  # fmt: skip
    data = make(
        "site",
        issues=issues,
        documents=(make("document", title="Agenda", findings={}),),
        outcomes={PageOutcome.AUDITED: 40, PageOutcome.DOCUMENT: 1},
        audited_pages=(
            make("audited_page", "/", title="City of Alder", failed=frozenset({"axe/image-alt"})),
            make("audited_page", "/contact", title="Contact us"),
        ),
    )
    accepted = make("work", decided="accepted", waivers=(waiver,))
    return to_data(make("report_of", data, work={"main": {issues[1].fingerprint: accepted}}, waivers=(waiver,)))


def text_of(content: exports.Content) -> str:
    return content if isinstance(content, str) else "".join(content)  # type: ignore[arg-type]


def cells_of(book: bytes) -> str:
    """What a spreadsheet holds, as lines."""
    lines = []
    for sheet in openpyxl.load_workbook(io.BytesIO(book)):
        lines.append(f"# {sheet.title} {list(sheet.tables)} {sheet.freeze_panes} {sheet.print_title_rows}")
        lines += ["\t".join(json.dumps(str(cell.value or ""), ensure_ascii=False) for cell in row) for row in sheet]
    return "\n".join(lines) + "\n"


def test_every_file_is_the_golden_one(small: Any) -> None:
    wish = Wish(formats=UNPRINTED)
    made = {**dict(exports.of_site(small["sites"][0], small, wish, only_examples)), **dict(exports.of_all(small, wish))}
    told = {
        f"{name}.txt" if name.endswith("xlsx") else name: cells_of(content)  # type: ignore[arg-type]
        if isinstance(content, bytes)
        else text_of(content)
        for name, content in made.items()
    }
    if RENEW:
        shutil.rmtree(GOLDEN, ignore_errors=True)
        GOLDEN.mkdir(parents=True)
        for name, text in told.items():
            (GOLDEN / name).write_bytes(text.encode())

    assert sorted(told) == sorted(path.name for path in GOLDEN.iterdir())
    for name, text in told.items():
        assert text.encode() == (GOLDEN / name).read_bytes(), name


# SARIF


@pytest.mark.parametrize("words", [EN, FR], ids=["en", "fr"])
def test_sarif_is_what_oasis_and_github_take(whole_city: Any, words: Words) -> None:
    data = to_data(whole_city)
    for site in data["sites"]:
        log = json.loads(sarif.render_site(site, data["run"], words))
        (run,) = log["runs"]

        jsonschema.Draft4Validator(SARIF).validate(log)
        uris = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]]
        assert not [uri for uri in uris if not uri.startswith(f"web-audit/{site['host']}/")]
        assert len({one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]}) == len(uris)
        assert max((len(one["properties"]["tags"]) for one in run["tool"]["driver"]["rules"]), default=0) <= 10
        assert run["invocations"][0]["executionSuccessful"] is (site["verdict"] in ("fails", "no-failure-found"))


def test_sarif_tells_an_accepted_issue_and_no_privacy(small: Any) -> None:
    (run,) = json.loads(sarif.render_site(small["sites"][0], small["run"], EN))["runs"]
    found = {one["ruleId"]: one for one in run["results"]}

    assert found["axe/image-alt"]["suppressions"] == [{"kind": "external", "justification": "old-map"}]
    assert (found["axe/color-contrast"]["kind"], found["axe/color-contrast"]["level"]) == ("review", "none")
    assert "suppressions" not in found["axe/button-name"]
    assert "privacy/form-notice" not in found


def test_sarif_leaves_out_what_github_would_refuse(small: Any) -> None:
    site = small["sites"][0]
    many = {**site, "issues": [{**site["issues"][0], "id": f"A-{n}", "fingerprint": f"1:{n}"} for n in range(25_003)]}
    (run,) = json.loads(sarif.render_site(many, small["run"], EN))["runs"]

    assert len(run["results"]) == 25_000
    assert "3 more" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


# JUnit


#: What the readers of CI servers ask.
READERS = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))


def cases(site: Any, run: Any) -> dict[tuple[str, str], set[str]]:
    written = junit.render_site(site, run, EN)
    READERS.assertValid(etree.fromstring(written.encode()))
    root = ET.fromstring(written)  # noqa: S314 (our own)
    (suite,) = root
    found = [(one.get("classname", ""), one.get("name", ""), {child.tag for child in one}) for one in suite]

    assert max(Counter((classname, name) for classname, name, _ in found).values()) == 1  # GitLab keeps the first
    assert int(suite.get("tests", "")) == len(found)
    for kind in ("failure", "error", "skipped"):
        told = int(suite.get(f"{kind}s" if kind != "skipped" else kind, ""))
        assert told == sum(kind in tags for _, _, tags in found)
    return {(classname, name): tags for classname, name, tags in found}


@pytest.mark.parametrize(
    ("spoil", "with_"),
    [
        (' tests="', ' ok="'),
        ("<error message=", "<error about="),
        (" [A-000001]", " [A-000002]"),
        ('classname="', 'class="'),
    ],
)
def test_a_spoiled_junit_file_is_no_valid_one(whole_city: Any, spoil: str, with_: str) -> None:
    data = to_data(whole_city)
    (site,) = (one for one in data["sites"] if one["key"] == "rec")
    twins = {**site, "issues": [{**site["issues"][0], "id": name} for name in ("A-000001", "A-000002")]}
    written = junit.render_site(twins, site["run"], EN)

    assert READERS.validate(etree.fromstring(written.encode()))
    assert spoil in written
    assert not READERS.validate(etree.fromstring(written.replace(spoil, with_).encode()))


def test_junit_fails_for_what_is_new_alone(small: Any) -> None:
    found = {name: tags for (_, name), tags in cases(small["sites"][0], small["run"]).items()}

    assert found["Button has no name [A-000001]"] == {"failure"}
    assert found["Image has no text alternative [A-000002]"] == {"skipped"}  # accepted
    assert found["Text is too faint to read [A-000003]"] == {"system-out"}  # for a person
    assert found["2.1.1 Keyboard"] == {"skipped"}
    assert found["The audit is complete"] == set()


def test_junit_of_an_incomplete_audit_is_an_error(whole_city: Any) -> None:
    data = to_data(whole_city)
    for site in data["sites"]:
        found = cases(site, data["run"])
        whole = found[f"handrail.{site['key']}", "The audit is complete"]
        assert whole == ({"error"} if site["key"] in ("museum", "rec") else set())


# EARL


def read_as_the_tool_does(told: Any) -> tuple[Any, list[tuple[str, str, str]]]:
    """The evaluation, and (criterion's id, subject, outcome) of each assertion that the WCAG-EM Report Tool keeps.

    It matches a subject of the type Website with the site, others by id with a page of the sample, a test by what
    stands after the last colon of its id, and an outcome by its id.
    """
    sample = told["selectSample"]
    pages = {page["id"] for page in (*sample["structuredSample"], *sample["randomSample"])}
    kept = []
    for one in told["auditSample"]:
        subject = "site" if "Website" in one["subject"]["type"] else one["subject"]["id"]
        if subject == "site" or subject in pages:
            kept.append((one["test"]["id"].rpartition(":")[2], subject, one["result"]["outcome"]["id"]))
    return told, kept


def test_earl_is_an_evaluation_that_the_report_tool_opens(whole_city: Any) -> None:
    data = to_data(whole_city)
    known = {criterion.url.rpartition("/")[2]: criterion for criterion in load().criteria}
    for site in data["sites"]:
        told, kept = read_as_the_tool_does(json.loads(earl.render(site, data, EN)))
        of_site = {test: outcome for test, subject, outcome in kept if subject == "site"}

        assert len(kept) == len(told["auditSample"])
        assert of_site.keys() <= known.keys()
        assert len(of_site) == sum(one["result"] != "removed" for one in site["criteria"])
        assert set(of_site.values()) <= {"earl:failed", "earl:cantTell", "earl:untested"}
        assert told["defineScope"]["wcagVersion"] in ("2.0", "2.2")
        prefixes = {one["test"]["id"].partition(":")[0] for one in told["auditSample"]}
        assert prefixes <= {"WCAG", "WCAG21"} <= told["@context"].keys()


def test_earl_tells_which_pages_of_the_sample_fail(small: Any) -> None:
    _, kept = read_as_the_tool_does(json.loads(earl.render(small["sites"][0], small, EN)))

    assert ("non-text-content", "https://www.alder.example/", "earl:failed") in kept
    assert ("non-text-content", "site", "earl:failed") in kept
    assert [subject for test, subject, _ in kept if test == "name-role-value"] == ["site"]  # on no page of the sample


def test_pages_of_a_sample_with_one_title_can_be_told_apart(make: Make) -> None:
    pages = tuple(make("audited_page", path, title="Blog") for path in ("/", "/contact", "/b"))
    data = to_data(make("report_of", make("site", audited_pages=pages)))
    told = json.loads(earl.render(data["sites"][0], data, EN))["selectSample"]
    titles = [page["title"] for page in (*told["structuredSample"], *told["randomSample"])]

    assert len(titles) == len(set(titles)) > 1


def test_a_masked_address_is_no_name_of_a_page(make: Make) -> None:
    page = make("audited_page", "/?mail=[EMAIL]", title="Form", start=True)
    data = to_data(make("report_of", make("site", audited_pages=(page,))))
    told = json.loads(earl.render(data["sites"][0], data, EN))["selectSample"]["structuredSample"]

    assert [page["id"] for page in told] == ["_:page_0"]


# OpenACR


def test_openacr_is_valid_and_answers_every_criterion_of_its_catalogue(whole_city: Any) -> None:
    data = to_data(whole_city)
    for site in data["sites"]:
        told = yaml.safe_load(openacr.render(site, data))
        chapters = told["chapters"]
        asked = [one["number"] for one in site["criteria"] if one["number"] != "4.1.1"]
        parts = [
            part for name in ("a", "aa") for one in chapters[f"success_criteria_level_{name}"]["criteria"]
            for part in one["components"]
        ]  # fmt: skip

        jsonschema.Draft7Validator(OPENACR).validate(told)
        answered = [
            one["num"] for name in ("a", "aa") for one in chapters[f"success_criteria_level_{name}"]["criteria"]
        ]
        assert sorted(answered) == sorted(asked)
        assert {part["name"] for part in parts} <= {"web", "electronic-docs"}
        assert {part["adherence"]["level"] for part in parts} <= {"partially-supports", "not-evaluated"}
        assert told["catalog"] == "2.5-edition-wcag-2.2-en"
        assert "DRAFT" in told["title"]
        assert told["notes"].startswith("DRAFT. ")


def test_a_failure_in_documents_says_nothing_of_pages(small: Any) -> None:
    site = {**small["sites"][0]}
    site["criteria"] = [
        {**one, "places": 9, "places_in_documents": 9} if one["number"] == "1.1.1" else one for one in site["criteria"]
    ]
    told = yaml.safe_load(openacr.render(site, small))
    (one,) = (c for c in told["chapters"]["success_criteria_level_a"]["criteria"] if c["num"] == "1.1.1")

    assert {part["name"]: part["adherence"]["level"] for part in one["components"]} == {
        "web": "not-evaluated",
        "electronic-docs": "partially-supports",
    }


def test_a_final_report_is_refused_before_anything_is_written(whole_city: Any, tmp_path: Path) -> None:
    with pytest.raises(openacr.NotFinal, match="criteria of level A and AA need a person: "):
        write_reports(whole_city, tmp_path, evidence_dir=None, wish=Wish(formats=("openacr",), final=True))

    assert list(tmp_path.iterdir()) == []


def test_a_report_without_open_criteria_may_be_final(small: Any) -> None:
    site = small["sites"][0]
    failing = [{**one, "result": "fails", "places": 1, "places_in_documents": 0, "documents_tested": 0}
               for one in site["criteria"] if one["number"] != "4.1.1"]  # fmt: skip
    site = {**site, "criteria": failing}

    openacr.check_final(site)
    assert "DRAFT" not in openacr.render(site, small)


# Tables


@pytest.mark.parametrize("name", ["issues.csv", "criteria.csv", "places.csv", "issues.fr.csv", "open-data-sites.csv"])
def test_csv_is_rfc_4180_with_a_mark_for_spreadsheets(whole_city: Any, tmp_path: Path, name: str) -> None:
    write_reports(whole_city, tmp_path, evidence_dir=None, wish=Wish(formats=("csv", "open-data")))
    raw = (tmp_path / ("" if name.startswith("open") else "sites/main") / name).read_bytes()
    table = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))

    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\r\n")
    assert len({len(row) for row in table}) == 1 < len(table)
    assert all(re.fullmatch(r"[a-z0-9_]+", head) for head in table[0])


def test_open_data_hold_counts_alone(whole_city: Any) -> None:
    data = to_data(whole_city)
    files = dict(exports.of_all(data, Wish(formats=("open-data",))))
    sites = list(csv.DictReader(io.StringIO(text_of(files["open-data-sites.csv"]).removeprefix("\ufeff"))))
    told = list(csv.DictReader(io.StringIO(text_of(files["open-data-fields.csv"]).removeprefix("\ufeff"))))
    whole = "".join(map(text_of, files.values()))

    assert [one["site"] for one in sites] == ["emergency", "main", "museum", "rec"]
    assert {one["site"]: one["audit_complete"] for one in sites} == {
        "emergency": "yes", "main": "yes", "museum": "no", "rec": "no",
    }  # fmt: skip
    assert [one["field"] for one in told if one["file"] == "sites"] == list(sites[0])
    assert all(one["meaning_en"] and one["meaning_fr"] for one in told)
    for private in ("Digital Services", "Northern Ticketing", "City Clerk", "exposure", "pii/", "/page-1", "@"):
        assert private not in whole


def test_the_spreadsheet_is_made_for_people_who_hear_it(whole_city: Any) -> None:
    data = to_data(whole_city)
    site = next(one for one in data["sites"] if one["key"] == "main")
    for words in (EN, FR):
        raw = xlsx.render(site, data["run"], words, only_examples)
        book = openpyxl.load_workbook(io.BytesIO(raw))

        assert book.properties.title
        assert book.properties.language == words.lang
        assert len(book.sheetnames) == len(set(book.sheetnames)) == 5
        for sheet in book:
            heads = [cell.value for cell in sheet[1]]
            (table,) = sheet.tables.values()
            assert sheet.freeze_panes == "A2"
            assert sheet.print_title_rows == "$1:$1"
            assert not sheet.merged_cells.ranges
            assert len(set(heads)) == len(heads)
            assert [column.name for column in table.tableColumns] == heads
            assert not [cell for row in sheet for cell in row if cell.data_type == "f"]
        assert raw == xlsx.render(site, data["run"], words, only_examples)


def test_a_spreadsheet_that_holds_not_every_place_says_so(small: Any) -> None:
    site = small["sites"][0]
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(site, small["run"], EN, only_examples, most=2)))

    about = {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=2)}
    assert book["Places"].max_row == 3
    assert about["Places"] == "2 of 60 are in this book; places.csv holds all."


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_spreadsheet(small: Any, tmp_path: Path) -> None:
    (tmp_path / "report.xlsx").write_bytes(xlsx.render(small["sites"][0], small["run"], EN, only_examples))
    told = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    where = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", where, "--headless", "--convert-to", told, "--outdir", tmp_path, tmp_path / "report.xlsx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    assert {path.name for path in tmp_path.glob("*.csv")} == {
        f"report-{name}.csv" for name in ("About", "Issues", "Criteria", "Places", "Documents")
    }
    assert "Button has no name" in (tmp_path / "report-Issues.csv").read_text("utf-8")


# Markdown


def test_a_summary_is_cut_by_section_below_what_github_takes(small: Any) -> None:
    site = small["sites"][0]
    fat = {**site["issues"][0], "examples": [{**site["issues"][0]["examples"][0], "snippet": "x" * 4000}] * 3}
    many = {**site, "issues": [{**fat, "id": f"A-{n}"} for n in range(99)]}
    text = markdown.render_site(many, small["run"], EN)

    assert text.startswith("### ")
    assert len(text.encode()) <= 1_000_000
    assert text.count("<details>") == text.count("</details>")


# What is written where


def test_only_what_is_wished_for_is_written_and_offered(whole_city: Any, tmp_path: Path) -> None:
    write_reports(
        whole_city, tmp_path, evidence_dir=None, wish=Wish(formats=("xlsx", "earl"), languages=("fr",), site="main")
    )

    main = {path.name for path in (tmp_path / "sites/main").iterdir()}
    assert {name for name in main if not name.endswith(".html")} == {
        *("documents.xlsx", "documents.fr.xlsx", "report.fr.xlsx", "earl.fr.jsonld"),
    }
    assert all(path.suffix == ".html" for path in (tmp_path / "sites/rec").iterdir())
    assert 'href="report.fr.xlsx"' in (tmp_path / "sites/main/index.fr.html").read_text("utf-8")
    # An English reader is told that it is French.
    assert '<a href="report.fr.xlsx" hreflang="fr">' in (tmp_path / "sites/main/index.html").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_that_a_page_offers_is_there_and_the_other_way_round(
    whole_city: Any, tmp_path: Path, language: Any
) -> None:
    written = write_reports(whole_city, tmp_path, evidence_dir=None, wish=Wish(formats=UNPRINTED))

    for folder in (tmp_path, tmp_path / "sites/main", tmp_path / "sites/museum"):
        page = (folder / page_name("index", language)).read_text("utf-8")
        section = page[page.index('id="files"') :]
        offered = set(re.findall(r'<a href="([^"#]+)"', section.partition("</section>")[0])) - {"../../report.json"}
        other = ".fr." if language == "en" else None
        there = {
            path.name for path in written
            if path.parent == folder and path.suffix not in (".html", ".png") and path.name != STAMP
            and (other not in path.name if other else f"{path.stem}.fr{path.suffix}" not in {p.name for p in written})
        }  # fmt: skip
        assert offered == there


def test_what_was_made_of_another_report_goes_and_of_this_one_stays(make: Make, tmp_path: Path) -> None:
    first, second = (
        make("report_of", make("site", issues=issues)) for issues in ((), (make("issue", "axe/region", 1),))
    )
    write_reports(first, tmp_path, evidence_dir=None, wish=Wish(formats=("xlsx",)))
    write_reports(first, tmp_path, evidence_dir=None, wish=Wish(formats=("sarif",)))
    page = (tmp_path / "sites/main/index.html").read_text("utf-8")
    assert 'href="report.xlsx"' in page
    assert 'href="results.sarif"' in page

    write_reports(second, tmp_path, evidence_dir=None)

    assert {path.suffix for path in (tmp_path / "sites/main").iterdir()} == {".html"}
    assert "report.xlsx" not in (tmp_path / "sites/main/index.html").read_text("utf-8")


def test_a_pdf_without_a_printer_is_a_fault_of_ours(whole_city: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nobody prints"):
        write_reports(whole_city, tmp_path, evidence_dir=None, wish=Wish(formats=("pdf",)))


def test_places_are_written_as_they_are_handed_over(small: Any) -> None:
    """All of them, though the report holds some."""
    issue = small["sites"][0]["issues"][0]
    example = issue["examples"][0]

    def every(site: Any, asked: Any) -> Any:
        return ({**example, "fingerprint": f"1:{n}"} for n in range(asked["places"]))

    made = dict(exports.of_site(small["sites"][0], small, Wish(formats=("csv",)), every))
    lines = text_of(made["places.csv"]).splitlines()

    assert sum(line.startswith(f"{issue['id']},") for line in lines) == issue["places"] == 40


def test_zip_and_properties_hold_no_moment_of_writing(small: Any) -> None:
    raw = xlsx.render(small["sites"][0], small["run"], EN, only_examples)

    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        assert {part.date_time[0] for part in book.infolist()} == {1980}
        assert b"2026-11-23T08:41:00Z" in book.read("docProps/core.xml")


# What people answered


def test_what_people_settled_is_theirs_in_every_file(answered_city: Any) -> None:
    data = to_data(answered_city)
    (site,) = data["sites"]
    settled = {one["number"]: one["result"] for one in site["criteria"] if one["method"] == "person"}
    assert {"supports", "not-applicable"} <= set(settled.values())

    evaluation = json.loads(earl.render(site, data, EN))
    acr = yaml.safe_load(openacr.render(site, data))

    told = {
        one["test"]["title"].partition(" ")[0]: one
        for one in evaluation["auditSample"]
        if one["subject"]["id"] == "_:website"
    }
    outcomes = {"supports": "earl:passed", "not-applicable": "earl:inapplicable", "fails": "earl:failed"}
    levels = {
        one["num"]: {part["adherence"]["level"] for part in one["components"]}
        for chapter in acr["chapters"].values()
        for one in chapter.get("criteria", ())
    }
    for number, result in settled.items():
        one = told[number]
        assert one["result"]["outcome"]["id"] == outcomes[result]
        assert (one["mode"]["id"], one["assertedBy"]["type"]) == ("earl:manual", ["Person"])
        assert result == "fails" or levels[number] == {result}
    tools = [one["assertedBy"] for number, one in told.items() if number not in settled]
    assert [("title" in tool, tool["id"]) for tool in tools] == [(n == 0, "_:tool") for n in range(len(tools))]
    assert not {number for number, result in settled.items() if result != "fails"} & set(openacr.open_criteria(site))
