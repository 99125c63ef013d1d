"""Documents are stored whole with their page, counted apart from pages, and told with who links to them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from store_helpers import audit, audited, begin, fails, finding, passes, url
from test_across import facts, menu
from test_carrying import audit_on

from audits.model import (
    DOCUMENTS,
    READ,
    SETTLED,
    Basis,
    DocumentEntry,
    DocumentFacts,
    Exposure,
    Impact,
    Link,
    PageOutcome,
    PageResult,
    Rule,
    Tier,
    Verdict,
)
from audits.standards import load
from reports.build import build_report
from reports.facts import CityFacts
from reports.store import schema
from reports.store.database import Database

BASIS = Basis(judged_by='{"rules": "1"}', content="ab" * 16)
FACTS = DocumentFacts(
    kind="pdf",
    size=1_234_567,
    pages=40,
    words=9_000,
    title="Budget 2027",
    lang="en-CA",
    made_with="Word for Microsoft 365",
    modified="2026-11-02T10:00:00-05:00",
    image_only=3,
    locked="assistive",
    sha256="e" * 64,
    left_out="",
)
UNTAGGED = finding("pdfua/7.1-1", selector="", engine="handrail")


def document(*outcomes, facts=FACTS, outcome=PageOutcome.DOCUMENT, **more):
    return PageResult(outcome=outcome, status=200, outcomes=outcomes, document=facts, **more)


def told(store, run_id="r1"):
    return {one.page.url.removeprefix(url("")): one for one in store.site_data(run_id, "main").documents}


def test_what_a_document_says_of_itself_comes_back_without_its_hash(store):
    audit(store, "r1", {"a.pdf": document(fails(UNTAGGED))})

    (record,) = store.site_data("r1", "main").documents

    assert record.facts == replace(FACTS, sha256="")
    assert (record.page.title, record.page.lang, record.page.outcome) == ("Budget 2027", "en-CA", PageOutcome.DOCUMENT)
    assert record.findings == {("pdfua/7.1-1", Verdict.FAIL, Impact.MODERATE): 1}


def test_the_hash_is_kept_under_the_key_only(store, where):
    audit(store, "r1", {"a.pdf": document()})
    db = Database(where)

    with db.engine.connect() as conn:
        (row,) = conn.execute(select(schema.document)).all()

    assert len(row.content) == 16
    assert bytes(row.content) != bytes.fromhex(FACTS.sha256)[:16]
    db.close()


def test_a_document_that_nobody_opened_is_listed_and_nothing_is_said_of_it(store):
    unread = document(facts=None, outcome=PageOutcome.DOCUMENT_UNREAD, reason="took too long")
    listed = PageResult(outcome=PageOutcome.DOCUMENT, status=200, content_type="application/pdf")
    audit(store, "r1", {"a.pdf": listed, "b.pdf": unread, "c": audited(passes())})

    data = store.site_data("r1", "main")

    assert {path: (one.facts, one.page.reason, one.findings) for path, one in told(store).items()} == {
        "a.pdf": (None, "", {}),
        "b.pdf": (None, "took too long", {}),
    }
    assert [page.reason for page in data.skipped["document-unread"]] == ["took too long"]
    assert len(data.audited_pages) == 1


def test_files_with_the_same_bytes_name_the_first(store):
    others = replace(FACTS, sha256="f" * 64)
    unknown = replace(FACTS, sha256="")
    audit(
        store,
        "r1",
        {
            "a.pdf": document(),
            "b.pdf": document(facts=others),
            "c.pdf": document(),
            "d.pdf": document(facts=unknown),
            "e.pdf": document(facts=unknown),
        },
    )

    found = told(store)

    first = found["a.pdf"].page.id
    assert {path: one.same_as for path, one in found.items()} == {
        "a.pdf": 0, "b.pdf": 0, "c.pdf": first, "d.pdf": 0, "e.pdf": 0,
    }  # fmt: skip


def test_issues_count_pages_and_documents_apart(store):
    untitled = finding("axe/image-alt")
    audit(
        store,
        "r1",
        {
            "a": audited(fails(untitled)),
            "b.pdf": document(fails(untitled, untitled)),
            "c.docx": document(fails(untitled), outcome=PageOutcome.DOCUMENT_UNREAD, facts=replace(FACTS, kind="docx")),
        },
    )

    data = store.site_data("r1", "main")

    (issue,) = data.issues
    assert (issue.places, issue.pages, issue.documents, issue.in_documents) == (4, 1, 2, 3)
    assert [(one.rule, one.fail) for one in data.tallies] == [("axe/image-alt", 1)]
    assert [(one.rule, one.fail) for one in data.document_tallies] == [("axe/image-alt", 2)]
    audit(store, "r2", {"a": audited(passes())})
    (before,) = store.site_data("r2", "main").history
    assert (before["pages"], before["places"], before["in_documents"]) == (1, 4, 3)


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (document(passes("pdfua/7.1-1")), "fixed"),
        (document(fails(UNTAGGED)), "open"),
        (document(passes("pdfua/7.1-1"), outcome=PageOutcome.DOCUMENT_UNREAD), "fixed"),  # this rule came to an end
        (document(passes("pdfua/7.1-1", Verdict.NOT_RUN, "not run: too long")), "not-checked"),
        (document(outcome=PageOutcome.DOCUMENT_UNREAD, facts=None), "not-checked"),
        (PageResult(outcome=PageOutcome.DOCUMENT, status=200), "not-checked"),  # listed by an inventory
        (PageResult(outcome=PageOutcome.NOT_FOUND, status=404), "not-checked"),
    ],
)
def test_a_fault_in_a_document_is_gone_when_the_rule_ran_without_it(store, again, expected):
    audit(store, "r1", {"a.pdf": document(fails(UNTAGGED))})
    audit(store, "r2", {"a.pdf": again})

    (issue,) = store.site_data("r2", "main").issues

    assert issue.state == expected


def test_a_carried_document_has_facts_and_findings_of_its_audit(store, clock):
    bad = document(fails(UNTAGGED), passes("pdfua/7.1-9"), basis=BASIS)
    audit_on(store, "r1", clock, {"a.pdf": bad, "b": audited(passes(), basis=BASIS)})
    clock.wait(3600)
    begin(store, "r2")
    store.add_links("r2", "main", [Link(url=url("a.pdf"))])
    (lease,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
    earlier = store.earlier([lease], days=7)[lease.page_id]

    assert earlier.basis == BASIS
    assert store.finish(lease, PageResult(outcome=PageOutcome.DOCUMENT, status=304, carried=earlier))
    store.finish_site("r2", "main", "complete")

    data = store.site_data("r2", "main")
    (record,) = data.documents
    assert record.facts == replace(FACTS, sha256="")
    assert record.findings == {("pdfua/7.1-1", Verdict.FAIL, Impact.MODERATE): 1}
    assert record.page.carried_from == "r1"
    assert [(one.run, one.pages, one.documents) for one in data.carried] == [("r1", 0, 1)]
    assert [(one.documents, one.carried) for one in data.issues] == [(1, 0)]


@pytest.mark.parametrize(
    "last",
    [
        document(basis=BASIS, outcome=PageOutcome.DOCUMENT_UNREAD),
        document(),  # nothing to compare with
        document(passes("pdfua/7.1-1", Verdict.ERROR, "check: KeyError"), basis=BASIS),
    ],
)
def test_a_document_that_was_not_read_to_its_end_is_not_carried(store, last):
    audit(store, "r1", {"a.pdf": last})
    begin(store, "r2")
    store.add_links("r2", "main", [Link(url=url("a.pdf"))])
    leases = store.lease("r2", "main", owner="w", limit=1, seconds=60)

    assert store.earlier(leases, days=7) == {}


def test_who_links_to_a_document_is_counted_by_page(store):
    moved = PageResult(outcome=PageOutcome.REDIRECTED, final_url=url("a.pdf"))
    linking = {
        "p1": facts("a.pdf", "a.pdf", parts=(menu("b.pdf"),)),
        "p2": facts("old", parts=(menu("b.pdf"),)),
        "p3": facts("a.pdf", parts=(menu("a.pdf", "b.pdf"),)),
        "p4": facts("p1", parts=()),
    }
    pages = {path: audited(passes(), title=path.upper(), facts=one) for path, one in linking.items()}
    documents = {path: document(facts=replace(FACTS, sha256=path * 10)) for path in ("a.pdf", "b.pdf", "lone.pdf")}
    audit(store, "r1", {**pages, "old": moved, **documents})

    found = told(store)

    assert {path: one.linked_from for path, one in found.items()} == {"a.pdf": 3, "b.pdf": 3, "lone.pdf": 0}
    assert [(one.url, one.title) for one in found["a.pdf"].linking] == [(url(f"p{n}"), f"P{n}") for n in (1, 2, 3)]


def test_linking_pages_of_a_carried_page_are_those_of_its_audit(store, clock):
    page = audited(passes(), facts=facts("a.pdf"), basis=BASIS)
    audit_on(store, "r1", clock, {"p": page, "a.pdf": document()})
    clock.wait(3600)

    audit_on(store, "r2", clock, {"p": "carry", "a.pdf": document()})

    assert told(store, "r2")["a.pdf"].linked_from == 1


def test_what_is_exposed_in_a_document_is_not_among_its_findings(store):
    exposure = Exposure(
        entity="CA_SIN", tier=Tier.REPORT, score=0.9, mask="•••", value_hmac="1:aa", where="covered"
    )  # fmt: skip
    hit = finding("pii/ca-sin", exposure=exposure, engine="presidio-analyzer")
    audit(store, "r1", {"a.pdf": document(fails(hit), fails(UNTAGGED))})

    assert list(told(store)["a.pdf"].findings) == [("pdfua/7.1-1", Verdict.FAIL, Impact.MODERATE)]


def test_documents_that_a_budget_left_out_are_no_pages_that_were_missed(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a")), Link(url=url("b.pdf"), via="document")])

    store.close_pending("r1", "main", PageOutcome.BUDGET_TIME, "the time budget was spent")

    ends = {page.url: (page.outcome, page.reason) for page in store.page_outcomes("r1", "main")}
    assert ends == {
        url("a"): (PageOutcome.BUDGET_TIME, "the time budget was spent"),
        url("b.pdf"): (PageOutcome.DOCUMENT_UNREAD, "budget-time: the time budget was spent"),
    }


def test_every_outcome_of_documents_is_settled_and_read():
    assert set(DOCUMENTS) <= SETTLED
    assert set(DOCUMENTS) <= READ


def test_a_report_tells_documents_as_the_store_keeps_them(store):
    page = audited(passes(), title="Budget", facts=facts("a.pdf", parts=()))
    unread = document(outcome=PageOutcome.DOCUMENT_UNREAD, facts=DocumentFacts(kind="pdf"))
    untagged = finding("pdfua/7.1-1", selector="p3 Figure 2", engine="handrail", part="file")
    audit(
        store,
        "r1",
        {
            "p": page,
            "a.pdf": document(fails(untagged), fails(finding("axe/image-alt", part="file"))),
            "b.pdf": replace(unread, reason="it broke off"),
            "c.pdf": PageResult(outcome=PageOutcome.DOCUMENT, status=200),
        },
    )
    city = CityFacts(name_en="City", documents={"main": (DocumentEntry(name="all", urls=("/a*",), owner="Clerk"),)})
    rule = Rule(id="axe/image-alt", title="t", why="w", fix="f", impact=Impact.SERIOUS, criteria=("1.1.1",))

    report = build_report(store.latest_run(), [store.site_data("r1", "main")], {rule.id: rule}, load(), city)

    (site,) = report.sites
    found = {one.name: one for one in site.documents.listed}
    told = site.documents
    assert (told.found, told.checked, told.unread, told.only_listed) == (3, 1, 1, 1)
    assert (found["a.pdf"].title, found["a.pdf"].pages, found["a.pdf"].owner) == ("Budget 2027", 40, "Clerk")
    assert (found["a.pdf"].linked_from, found["a.pdf"].linking[0].title) == (1, "Budget")
    assert (found["a.pdf"].failing, found["a.pdf"].leads) == (1, ())
    assert (found["b.pdf"].state, found["b.pdf"].reason) == ("unread", "it broke off")
    issues = {issue.rule: issue for issue in site.issues}
    assert (issues["axe/image-alt"].pages, issues["axe/image-alt"].documents) == (0, 1)
    assert issues["pdfua/7.1-1"].examples[0].in_document
    assert issues["pdfua/7.1-1"].examples[0].selector == "p3 Figure 2"
    assert next(one for one in site.criteria if one.number == "1.1.1").result == "fails"
    assert {row.outcome: row.addresses for row in site.coverage.other} == {
        "document": 1, "document-listed": 1, "document-unread": 1,
    }  # fmt: skip
