"""The register of documents: who is told first, what people recorded beside the result, and its spreadsheet."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from audits.model import DocumentEntry, DocumentException, DocumentFacts, Impact, PageOutcome, Verdict
from audits.standards import load
from reports.documents import file_name
from reports.documents_model import Document
from reports.formats import documents as sheets
from reports.formats import html as pages
from reports.formats.json import to_data
from reports.model import Report, SiteReport
from reports.text import LANGUAGES, Language, Words, catalogue
from reports.write import write_reports

Make = Callable[..., Any]
FAIL, REVIEW = Verdict.FAIL, Verdict.REVIEW
UNTAGGED = ("pdfua/7.1-11", FAIL, Impact.CRITICAL)
NO_ALTERNATIVE = ("pdfua/7.3-1", FAIL, Impact.SERIOUS)
VAGUE = ("office/vague-link", REVIEW, Impact.MINOR)
HOME = "https://www.alder.example"


def site_of(report: Report, key: str = "main") -> SiteReport:
    return next(site for site in report.sites if site.key == key)


def told(make: Make, *documents: Any, entries: tuple[DocumentEntry, ...] = (), **changes: Any) -> SiteReport:
    data = make("site", documents=documents, outcomes={PageOutcome.AUDITED: 40, PageOutcome.DOCUMENT: len(documents)})
    return site_of(make("report_of", replace(data, **changes), documents={"main": entries}))


def names(documents: tuple[Document, ...]) -> list[str]:
    return [one.name for one in documents]


def entry(name: str = "old", *urls: str, **more: Any) -> DocumentEntry:
    return DocumentEntry(name=name, urls=urls or ("*",), **more)


def exception(until: date, ground: str = "Words of the approver.") -> DocumentException:
    return DocumentException(ground=ground, by="City Clerk", on=date(2025, 1, 6), until=until)


# What is told


def test_every_document_is_counted_once(whole_city: Report) -> None:
    documents = site_of(whole_city).documents

    assert (documents.found, documents.checked, documents.unread, documents.only_listed) == (130, 4, 1, 125)
    assert (len(documents.listed), documents.not_listed) == (130, 0)
    assert (documents.carried, documents.copies, documents.failing, documents.places) == (1, 1, 2, 22)
    assert whole_city.totals.documents == 130
    assert whole_city.totals.documents_checked == 4
    assert whole_city.totals.documents_failing == 2


def test_runs_that_only_listed_documents_say_so(make: Make) -> None:
    site = told(make, make("document", facts=None), make("document", f"{HOME}/b.pdf", facts=None))

    assert (site.documents.found, site.documents.checked, site.documents.only_listed) == (2, 0, 2)
    assert {row.outcome: row.addresses for row in site.coverage.other} == {"document-listed": 2}
    assert [one.state for one in site.documents.listed] == ["listed", "listed"]


def test_documents_never_lower_the_coverage_of_pages(make: Make) -> None:
    unread = make("document", outcome=PageOutcome.DOCUMENT_UNREAD, facts=None, reason="it broke off")
    outcomes = {PageOutcome.AUDITED: 40, PageOutcome.DOCUMENT_UNREAD: 900}

    site = told(make, unread, outcomes=outcomes)

    assert (site.coverage.found, site.coverage.percent, site.state, site.reasons) == (40, 100, "complete", ())
    assert site.documents.unread == 1
    assert site.documents.found == 900


def test_what_fails_comes_first_and_of_that_what_most_pages_link_to(make: Make) -> None:
    site = told(
        make,
        make("document", f"{HOME}/nothing.pdf", linked_from=900),
        make("document", f"{HOME}/looked.pdf", linked_from=800, findings={VAGUE: 3}),
        make("document", f"{HOME}/locked.pdf", outcome=PageOutcome.DOCUMENT_UNREAD, facts=None, linked_from=1),
        make("document", f"{HOME}/lone.pdf", findings={UNTAGGED: 9}),
        make("document", f"{HOME}/mild.pdf", linked_from=40, findings={NO_ALTERNATIVE: 9}),
        make("document", f"{HOME}/bad.pdf", linked_from=40, findings={UNTAGGED: 1}),
        make("document", f"{HOME}/menu.pdf", linked_from=1284, findings={NO_ALTERNATIVE: 1}),
    )

    assert names(site.documents.listed) == [
        "menu.pdf", "bad.pdf", "mild.pdf", "lone.pdf", "locked.pdf", "looked.pdf", "nothing.pdf",
    ]  # fmt: skip


def test_findings_are_told_by_what_they_mean(make: Make) -> None:
    findings = {
        UNTAGGED: 1,
        NO_ALTERNATIVE: 9,
        VAGUE: 2,
        ("axe/region", FAIL, Impact.MINOR): 4,  # good practice
        ("pdfua/9.9-9", FAIL, Impact.SERIOUS): 1,  # a rule of another version, of no criterion that we know
    }

    (one,) = told(make, make("document", findings=findings)).documents.listed

    assert (one.failing, one.to_review, one.by_severity.critical, one.by_severity.serious) == (10, 2, 1, 9)
    assert [(found.rule, found.group, found.places) for found in one.findings] == [
        ("pdfua/7.1-11", "failing", 1),
        ("pdfua/7.3-1", "failing", 9),
        ("office/vague-link", "review", 2),
        ("pdfua/9.9-9", "advice", 1),
        ("axe/region", "advice", 4),
    ]


def test_what_matters_first_is_counted_by_document(make: Make) -> None:
    suspected = ("pdfua/7.1-11", REVIEW, Impact.CRITICAL)
    site = told(
        make,
        make("document", findings={UNTAGGED: 3, NO_ALTERNATIVE: 9}),
        make("document", f"{HOME}/b.pdf", findings={UNTAGGED: 1, suspected: 4}),
        make("document", f"{HOME}/c.pdf", findings={suspected: 1}),
        make("document", f"{HOME}/d.pdf", findings={("check/document-image-only", FAIL, Impact.CRITICAL): 30}),
        make("document", f"{HOME}/e.docx", findings={("office/no-title", REVIEW, Impact.MODERATE): 1}),
    )

    rows = {row.lead: (row.documents, row.to_review) for row in site.documents.leads}
    assert list(rows) == ["untagged", "no-title", "no-language", "image-only", "no-alternative", "locked"]
    assert rows == {
        "untagged": (2, 1), "no-title": (0, 1), "no-language": (0, 0), "image-only": (1, 0), "no-alternative": (1, 0),
        "locked": (0, 0),
    }  # fmt: skip
    first = next(one for one in site.documents.listed if one.name == "agenda.pdf")
    assert first.leads == ("untagged", "no-alternative")


def test_every_lead_has_its_words() -> None:
    for language in LANGUAGES:
        assert all(
            Words(language).has(f"documents.{kind}.{lead}") for lead in load().leads for kind in ("lead", "hurts")
        )


def test_why_documents_were_not_read_is_counted_whatever_the_numbers(make: Make) -> None:
    reasons = ["page 3 cannot be read to its end", "page 40 cannot be read to its end", "it is empty", ""]
    documents = [
        make("document", f"{HOME}/{n}.pdf", outcome=PageOutcome.DOCUMENT_UNREAD, facts=None, reason=reason)
        for n, reason in enumerate(reasons)
    ]

    site = told(make, *documents)

    assert [(row.reason, row.documents) for row in site.documents.unread_by] == [
        ("page … cannot be read to its end", 2),
        ("", 1),
        ("it is empty", 1),
    ]


def test_a_copy_and_a_carried_document_say_so(whole_city: Report) -> None:
    copy = next(one for one in site_of(whole_city).documents.listed if one.name == "copy.pdf")

    assert copy.same_as == f"{HOME}/fees.pdf"
    assert copy.carried_from == "run-0"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.example/x/budget%20pr%C3%A9vu.pdf", "budget prévu.pdf"),
        ("https://a.example/[SIN].pdf", "[SIN].pdf"),
        ("https://a.example/%39%38%37.pdf", "%39%38%37.pdf"),  # digits stay as the mask left them
        ("https://a.example/a%E2%80%AEfdp.exe", "afdp.exe"),  # no character that turns text around
        ("https://a.example/", ""),
        ("https://a.example/dir/?file=3", "dir"),
        ("http://[::1", ""),
    ],
)
def test_the_name_of_a_file_is_shown_as_it_is_stored(url: str, name: str) -> None:
    assert file_name(url) == name


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2026-11-02T23:30:00-05:00", "2026-11-02"),
        ("2026-11-02", "2026-11-02"),
        ("2026-13-02", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_the_date_of_a_file_is_its_own_and_never_that_of_publication(make: Make, stamp: str, day: str) -> None:
    facts = DocumentFacts(kind="pdf", modified=stamp)

    site = told(make, make("document", facts=facts), entries=(entry(),))

    assert site.documents.listed[0].modified == day
    assert site.documents.entries[0].published == ""


# What people recorded


@pytest.mark.parametrize(
    ("glob", "url", "speaks"),
    [
        ("/council/*.pdf", "/council/2012/a.pdf", True),
        ("/council/*.pdf", "/Council/a.pdf", False),
        ("/council/*.pdf", "/other/council/a.pdf", False),
        ("*.pdf", "/a.pdf?v=2", False),
        ("*.pdf*", "/a.pdf?v=2", True),
        ("/a b.pdf", "/a%20b.pdf", True),
        ("/a%20b.pdf", "/a%20b.pdf", True),
        ("/proc*é.pdf", "/proc%C3%A8s%C3%A9.pdf", True),
        ("/proces*.pdf", "/proc%C3%A8s.pdf", False),
        ("www.alder.example/*", "/a.pdf", False),
    ],
)
def test_globs_are_on_path_and_query(make: Make, glob: str, url: str, speaks: bool) -> None:
    site = told(make, make("document", HOME + url), entries=(entry("old", glob),))

    assert site.documents.listed[0].entry == ("old" if speaks else "")
    assert [(row.documents, row.matches_nothing) for row in site.documents.entries] == [(int(speaks), not speaks)]


def test_of_several_entries_the_first_speaks(make: Make) -> None:
    entries = (entry("one", "/a*"), entry("all", "*"), entry("late", "/a.pdf"))

    site = told(make, make("document", f"{HOME}/a.pdf"), make("document", f"{HOME}/b.pdf"), entries=entries)

    assert [(row.name, row.documents, row.matches_nothing) for row in site.documents.entries] == [
        ("one", 1, False),
        ("all", 1, False),
        ("late", 0, True),
    ]


@pytest.mark.parametrize(
    ("site_state", "sample", "said"),
    [("complete", "", True), ("incomplete", "", False), ("complete", "20 pages", False)],
)
def test_that_an_entry_matches_nothing_only_a_whole_audit_can_say(
    make: Make, site_state: str, sample: str, said: bool
) -> None:
    data = make("site", site=make("site_record", state=site_state), documents=(make("document"),))

    report = make("report_of", data, run_record=make("run", sample=sample), documents={"main": (entry("old", "/x"),)})

    assert site_of(report).documents.entries[0].matches_nothing is said


def test_entries_of_another_site_are_not_told(make: Make) -> None:
    report = make("report_of", make("site"), documents={"other": (entry(),)})

    assert site_of(report).documents.entries == ()


@pytest.mark.parametrize(
    ("until", "ended"), [(date(2026, 11, 22), True), (date(2026, 11, 23), False), (date(2027, 1, 1), False)]
)
def test_an_exception_holds_on_its_last_day_and_changes_no_result(make: Make, until: date, ended: bool) -> None:
    bad = make("document", findings={UNTAGGED: 3})
    issue = make("issue", "pdfua/7.1-11", 1, places=3, pages=0, documents=1, in_documents=3)

    with_it = told(make, bad, entries=(entry(exception=exception(until)),), issues=(issue,))
    without = told(make, bad, issues=(issue,))

    (row,) = with_it.documents.entries
    assert row.exception
    assert (row.exception.ground, row.exception.ended) == ("Words of the approver.", ended)
    assert with_it.documents.excepted == int(not ended)
    assert (with_it.criteria, with_it.places, with_it.verdict) == (without.criteria, without.places, without.verdict)
    assert replace(with_it.documents.listed[0], entry="") == without.documents.listed[0]


def test_the_owner_of_an_entry_goes_before_that_of_the_site(make: Make) -> None:
    site = told(
        make,
        make("document", f"{HOME}/a.pdf"),
        make("document", f"{HOME}/b.pdf"),
        entries=(entry("old", "/a.pdf", owner="City Clerk"),),
        site=make("site_record", owner="Web team"),
    )

    assert {one.name: one.owner for one in site.documents.listed} == {"a.pdf": "City Clerk", "b.pdf": "Web team"}


def test_open_requests_are_counted(whole_city: Report) -> None:
    assert site_of(whole_city).documents.requests_open == 1


# Criteria, issues and rates


def untagged(make: Make, **changes: Any) -> Any:
    return make("issue", "pdfua/7.1-11", 1, **{"places": 3, "pages": 0, "documents": 2, "in_documents": 3, **changes})


def test_what_fails_in_a_document_fails_on_the_site(make: Make) -> None:
    site = told(make, issues=(untagged(make),), document_tallies=(make("tally", "pdfua/7.1-11", fail=2, passed=5),))

    criterion = next(one for one in site.criteria if one.number == "1.3.1")
    assert (criterion.result, criterion.places, criterion.places_in_documents) == ("fails", 3, 3)
    assert criterion.documents_tested == 7
    check = next(one for one in criterion.checks if one.rule == "pdfua/7.1-11")
    assert (check.pages_tested, check.documents_tested) == (0, 7)


def test_a_criterion_that_documents_alone_test_is_no_gap(make: Make) -> None:
    site = told(make, document_tallies=(make("tally", "office/vague-link", passed=5),))

    criterion = next(one for one in site.criteria if one.number == "2.4.4")
    assert (criterion.result, criterion.pages_tested, criterion.documents_tested) == ("no-failure-found", 0, 5)


def test_a_check_that_broke_in_a_document_is_told_and_asks_for_a_person(make: Make) -> None:
    broken = make("tally", "office/vague-link", passed=5, error=1, reasons={"check: KeyError": 1})

    site = told(make, document_tallies=(broken,))

    assert [(row.rule, row.errors, row.reasons) for row in site.check_errors.listed] == [
        ("office/vague-link", 1, {"check: KeyError": 1})
    ]
    assert next(one for one in site.criteria if one.number == "2.4.4").result == "needs-person"


def test_rates_and_shared_parts_are_of_pages(make: Make) -> None:
    header = make("issue", "axe/button-name", 2, part_key="banner", part_name="Header", places=40, pages=40)
    history = (make("earlier", "r0", datetime(2026, 11, 1), pages=40, places=60, in_documents=50),)

    site = told(make, issues=(untagged(make, places=900, in_documents=900), header), history=history)

    assert (site.places, site.places_in_documents, site.places_per_100_pages) == (940, 900, 100)
    assert [(part.part_key, part.percent) for part in site.parts] == [("banner", 100)]
    assert site.places_in_content == 0
    assert [(point.places, point.places_in_documents, point.per_100_pages) for point in site.trend] == [
        (60, 50, 25),
        (940, 900, 100),
    ]


def test_a_history_of_before_documents_were_read_has_its_rate(make: Make) -> None:
    history = (make("earlier", "r0", datetime(2026, 11, 1), pages=40, places=60),)

    assert told(make, history=history).trend[0].per_100_pages == 150


def test_a_document_is_one_thing_to_repair_however_many_places_are_in_it(make: Make) -> None:
    page = make("issue", "axe/button-name", 2, places=5, pages=5)

    site = told(make, issues=(untagged(make, places=9_000, documents=2, in_documents=9_000), page))

    assert [(action.issue, action.pages, action.documents) for action in site.first] == [
        (site.first[0].issue, 5, 0),
        (site.first[1].issue, 0, 2),
    ]


# Pages


def page_of(report: Report, language: Language) -> str:
    data = json.loads(json.dumps(to_data(report)))
    return pages.render_pages(data)["sites/main/" + pages.page_name("index", language)]


def words_in(page: str, section: str) -> str:
    found = re.search(rf'<section class="sec[^"]*" id="{section}".*?</section>', page, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]).replace("\u00a0", " ").replace("\u202f", " "))


@pytest.fixture(scope="module")
def english(whole_city: Report) -> str:
    return page_of(whole_city, "en")


@pytest.fixture(scope="module")
def french(whole_city: Report) -> str:
    return page_of(whole_city, "fr")


@pytest.mark.parametrize(
    "sentence",
    [
        "130 documents were found.",
        "4 were read to the end, 1 was not. 125 were listed and not read.",
        "2 documents have failures, in 22 places. A document in which no failure was found is not proved accessible.",
        "it asks for a password: 1 document",
        "budget prévu.pdf",
        "PDF · 40 pages · 1.2 MB · language en-CA · file of 2 Nov 2026",
        "12 pages link to it",
        "10 places fail 1 critical, 9 serious",
        "Published 20 Mar 2012, by this evidence: Clerk’s posting log, volume 4",
        "Date of publication: not recorded",
        "Exception until 4 Oct 2027.",
        "Request AF-2026-031 of 2 Nov 2026 is open.",
        "Request AF-2026-007 of 2 Feb 2026, answered 9 Feb 2026.",
        "The same file as",
        "old-forms · /forms/*.pdf",
        "30 more documents are not shown on this page.",
    ],
)
def test_the_register_says(english: str, sentence: str) -> None:
    assert sentence in words_in(english, "documents")


@pytest.mark.parametrize(
    "sentence",
    [
        "130 documents ont été trouvés.",
        "il demande un mot de passe : 1 document",
        "PDF · 40 pages · 1,2 Mo · langue en-CA · fichier du 2 nov. 2026",
        "Publié le 20 mars 2012, selon cette preuve : Clerk’s posting log, volume 4",
        "La demande AF-2026-031 du 2 nov. 2026 est ouverte.",
    ],
)
def test_the_register_says_in_french(french: str, sentence: str) -> None:
    assert sentence in words_in(french, "documents")


def test_exceptions_stand_with_ground_approval_and_end(english: str) -> None:
    told = words_in(english, "exceptions")

    assert "The signed originals were scanned." in told
    assert "4 Oct 2027" in told
    assert "5 Jan 2026 ended" in told


def test_pages_and_documents_are_counted_apart(english: str) -> None:
    assert "9 places in 1 document" in english
    assert "The place in the document" in english
    assert "p1 Figure 2" in english
    assert "of them in documents" in words_in(english, "criteria")


def test_a_site_without_documents_says_so_and_offers_no_spreadsheet(make: Make) -> None:
    page = page_of(make("report_of", make("site")), "en")

    assert "No document was found." in words_in(page, "documents")
    assert "documents.xlsx" not in page


def test_no_words_of_ours_advise_to_delete_records_or_word_a_ground() -> None:
    for language in LANGUAGES:
        said = " ".join(
            text for key, text in catalogue(language).items() if key.startswith(("documents.", "exceptions."))
        )
        advice = (
            r"\b(?:delet|remov|unpublish|take down|archiv(?:e|ing) (?:it|them)|supprim|retir|effac|undue|practicable)"
        )
        assert not re.search(advice, said, re.IGNORECASE), language


# The spreadsheet


def book_of(report: Report, language: Language = "en") -> Any:
    data = json.loads(json.dumps(to_data(report)))
    site = next(site for site in data["sites"] if site["key"] == "main")
    return load_workbook(io.BytesIO(sheets.render(site, data["run"], language)))


def test_the_spreadsheet_is_accessible_itself(whole_city: Report) -> None:
    book = book_of(whole_city)

    assert (book.properties.title, book.properties.language) == (
        "Documents of Main site, 23\u00a0November\u00a02026",
        "en-CA",
    )
    assert book.sheetnames == ["Documents", "Findings"]
    for sheet in book.worksheets:
        (table,) = sheet.tables.values()
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
        assert table.ref == sheet.dimensions
        assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet[1]]
        assert len({cell.value for cell in sheet[1]}) == sheet.max_column
        assert not sheet.merged_cells.ranges
        assert all(sheet.column_dimensions[cell.column_letter].width >= 8 for cell in sheet[1])


def test_the_spreadsheet_tells_every_document_and_finding(whole_city: Report) -> None:
    book = book_of(whole_city)
    heads = [cell.value for cell in book["Documents"][1]]
    first, second, *_ = [dict(zip(heads, row, strict=True)) for row in book["Documents"].iter_rows(2, values_only=True)]

    assert book["Documents"].max_row == 131
    assert (first["File"], first["Places that fail"], first["Pages that link to it"]) == ("0320.pdf", 12, 1284)
    assert first["Exception: ground"] == "The signed originals were scanned."
    assert first["Published"] == datetime(2012, 3, 20)
    assert (second["Title"], second["Date in the file"], second["Published"]) == (
        "Budget 2027",
        datetime(2026, 11, 2),
        None,
    )
    assert second["What matters first"] == "No tags\nPictures without alternative text"
    assert book["Findings"].max_row == 6


def test_the_spreadsheet_speaks_french(whole_city: Report) -> None:
    book = book_of(whole_city, "fr")

    assert book.properties.language == "fr-CA"
    assert book.sheetnames == ["Documents", "Constats"]
    assert "PDF sans balises" in {row[3] for row in book["Constats"].iter_rows(values_only=True)}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n="])
def test_no_cell_is_a_formula(make: Make, start: str) -> None:
    text = f'{start}HYPERLINK("https://evil.example","x")'
    report = make(
        "report_of",
        make(
            "site",
            documents=(
                make(
                    "document",
                    f"{HOME}/{start}cmd.pdf",
                    title=text,
                    facts=DocumentFacts(kind=text, made_with=text),
                    findings={UNTAGGED: 1},
                ),
            ),
            site=make("site_record", name_en=text),
        ),
        documents={
            "main": (entry(owner=text, evidence=text, alternative=text, exception=exception(date(2027, 1, 1), text)),)
        },
    )

    book = book_of(report)

    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    risky = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))]
    assert len(risky) >= 5
    assert all(cell.quotePrefix and cell.data_type == "s" for cell in risky)
    assert not [cell.value for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("\t", "\r"))]


def test_the_same_report_gives_the_same_bytes(whole_city: Report) -> None:
    data = json.loads(json.dumps(to_data(whole_city)))
    site = next(site for site in data["sites"] if site["key"] == "main")
    book = sheets.render(site, data["run"], "en")

    assert book == sheets.render(site, data["run"], "en")
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = load_workbook(io.BytesIO(book)).properties
    assert properties.created == properties.modified == datetime(2026, 11, 23, 8, 41)


def test_the_report_folder_holds_a_spreadsheet_for_each_site_with_documents(whole_city: Report, tmp_path: Path) -> None:
    write_reports(whole_city, tmp_path, evidence_dir=None)

    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.xlsx")) == [
        "sites/main/documents.fr.xlsx",
        "sites/main/documents.xlsx",
    ]
    assert 'href="documents.xlsx"' in (tmp_path / "sites/main/index.html").read_text("utf-8")
    assert 'href="documents.fr.xlsx"' in (tmp_path / "sites/main/index.fr.html").read_text("utf-8")
