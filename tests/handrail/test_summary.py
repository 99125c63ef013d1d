"""The screen after an audit: documents are counted on their own, and never as pages."""

from dataclasses import replace

import pytest

from audits.model import DocumentFacts, Impact, Kind, PageOutcome, Verdict
from handrail.cli.summary import summary
from handrail.runs import Ending
from reports.store.records import DocumentRecord, IssueRecord, PageRecord, RuleTally, SiteRecord, SiteRunData

FACTS = DocumentFacts(kind="pdf")


class OneSite:
    """A store that holds one site of one run."""

    def __init__(self, data):
        self.data = data

    def site_data(self, run_id, site):
        return self.data


def document(number, outcome=PageOutcome.DOCUMENT, facts=FACTS):
    page = PageRecord(
        id=number,
        site="main",
        url=f"https://www.city.example/{number}.pdf",
        title="",
        lang="",
        via="link",
        depth=1,
        outcome=outcome,
        reason="",
        status=200,
        content_type="application/pdf",
    )
    return DocumentRecord(page=page, facts=facts)


def site(*documents, **changes):
    outcomes = {PageOutcome.AUDITED: 40}
    for one in documents:
        outcomes[one.page.outcome] = outcomes.get(one.page.outcome, 0) + 1
    record = SiteRecord(
        run_id="r1",
        key="main",
        host="www.city.example",
        name_en="City",
        name_fr="",
        owner="",
        contact="",
        vendor="",
        profile="wcag22-aa",
        authorization={},
        robots_override="",
        state="complete",
    )
    data = SiteRunData(
        site=record,
        outcomes=outcomes,
        pending=0,
        skipped={},
        pages_sample=(),
        issues=(),
        tallies=(),
        documents=documents,
        frames_not_entered=0,
        history=(),
    )
    return replace(data, **changes)


def told(data):
    ending = Ending(run_id="r1", state="complete", reasons={})
    return [" ".join(line.split()) for line in summary(OneSite(data), ending, ["main"]).splitlines()]


@pytest.mark.parametrize(
    ("documents", "line"),
    [
        ([document(1)], "Documents 1 1 read"),
        (
            [document(1), document(2), document(3, facts=None), document(4, PageOutcome.DOCUMENT_UNREAD, None)],
            "Documents 4 2 read, 1 not read to the end, 1 listed only",
        ),
        ([document(1, facts=None)], "Documents 1 1 listed only"),
        ([document(1, PageOutcome.DOCUMENT_UNREAD)], "Documents 1 1 not read to the end"),
    ],
)
def test_documents_are_counted_on_their_own(documents, line):
    lines = told(site(*documents))

    assert "Pages audited 40" in lines
    assert line in lines


def test_a_site_without_documents_says_nothing_of_them():
    assert not [line for line in told(site()) if "ocument" in line]


def test_places_in_documents_are_named():
    issue = IssueRecord(
        id="A-1",
        fingerprint="1:a",
        site="main",
        rule="pdfua/7.1-3",
        kind=Kind.ACCESSIBILITY,
        part_key="file",
        part_name="File",
        verdict=Verdict.FAIL,
        impact=Impact.SERIOUS,
        engine="handrail",
        state="new",
        places=5,
        pages=1,
        first_run="r1",
        first_seen=None,
        last_run="r1",
        last_seen=None,
        since=None,
        documents=1,
        in_documents=3,
    )

    lines = told(site(document(1), issues=(issue,)))

    assert "Barriers 1 5 places, 3 of them in documents; 1 serious" in lines


def test_checks_that_broke_in_documents_are_counted():
    broken = RuleTally(site="main", rule="pdfua/7.1-3", error=2)

    assert "Checks that could not run: 2" in told(site(document(1), document_tallies=(broken,)))
