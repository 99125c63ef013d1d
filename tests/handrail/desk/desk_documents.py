"""One more audit of a site, with documents: for the register of documents at the desk."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from audits.fingerprint import fingerprint
from audits.model import DocumentFacts, Exposure, Link, PageOutcome, PageResult, Tier

sys.path.append(str(Path(__file__).parents[2] / "reports" / "store"))

from store_helpers import audited, begin, fails, finding, passes, url
from test_across import facts

FACTS = DocumentFacts(
    kind="pdf", size=1_234_567, pages=40, words=9_000, title="Budget 2027", lang="en-CA", modified="2026-11-02T10:00:00"
)
UNTAGGED = finding("pdfua/6.2-1", selector="", engine="handrail")


def document(*outcomes, facts=FACTS, outcome=PageOutcome.DOCUMENT, **more):
    return PageResult(
        outcome=outcome, status=200, outcomes=outcomes, document=facts, title=facts.title if facts else "",
        lang=facts.lang if facts else "", **more,
    )  # fmt: skip


def shown_value(site):
    told = Exposure(entity="CA_SIN", tier=Tier.REPORT, where="text", mask="[SIN]", value_hmac="2" * 64, score=1.0)
    found = finding("pii/ca-sin", exposure=told, selector="p1")
    return replace(found, fingerprint=fingerprint(found, site))


def audit_documents(store, site="main", run_id="r2"):
    """One more audit of a site, with documents: most of them nobody faults."""
    many = {
        f"minutes/{n:02}.docx": document(facts=DocumentFacts(kind="docx", title=f"Minutes {n:02}")) for n in range(51)
    }
    results = {
        "a": audited(passes(), facts=facts("budget.pdf", "plan.pdf", parts=())),
        "b": audited(passes(), facts=facts("budget.pdf", parts=())),
        "budget.pdf": document(
            fails(replace(UNTAGGED, fingerprint=fingerprint(UNTAGGED, site))), fails(shown_value(site))
        ),
        "plan.pdf": document(passes(), facts=replace(FACTS, title='Plan "<b>A</b>"', lang="")),
        "locked.pdf": document(
            facts=DocumentFacts(kind="pdf"), outcome=PageOutcome.DOCUMENT_UNREAD, reason="asks for a password"
        ),
        "only-listed.xlsx": PageResult(outcome=PageOutcome.DOCUMENT, status=200),
        **many,
    }
    begin(store, run_id, site, started=datetime(2026, 3, 8, 8, tzinfo=UTC))
    store.add_links(run_id, site, [Link(url=url(path)) for path in results])
    by_url = {url(path): result for path, result in results.items()}
    for lease in store.lease(run_id, site, owner="w", limit=len(results), seconds=60):
        assert store.finish(lease, by_url[lease.url])
    store.finish_site(run_id, site, "complete")
    store.finish_run(run_id, "complete")
