"""The register of documents: what audits found of PDF and Office files, who links to them, what people wrote down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from handrail.desk.door import Refused, Visit, needs, visit_of
from handrail.desk.pages import page, stretch
from handrail.desk.roles import Action
from reports.common import iso
from reports.formats.documents import kind_of, why_unread

if TYPE_CHECKING:
    from handrail.documents import SiteDocuments
    from reports.documents_model import Document

router = APIRouter()

#: What one may ask for: some place fails; a person must look; nobody could read it.
FAULTS = ("failing", "to-review", "unread")
#: Issues of a rule that are named one by one.
MOST_ISSUES = 3
FILTERS = ("site", "kind", "fault")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    of: SiteDocuments
    document: Document
    kind: str


@router.get("/documents")
@needs(Action.SEE_DOCUMENTS)
def listed(request: Request) -> Response:
    """The worst first, of each site or of one."""
    visit, asked = visit_of(request), request.query_params
    known = visit.office.standing.documents()
    wanted = {name: asked.get(name, "").strip() for name in FILTERS}
    sites = sorted(one.site for one in known)
    if wanted["site"] and wanted["site"] not in sites:
        raise Refused(404, "no-site")
    rows = [*_rows(known, visit)]
    kinds = sorted({row.kind for row in rows} - {""})
    found = [row for row in rows if _fits(row, wanted)]
    few, turn = stretch(found, asked)
    filters = {name: value for name, value in wanted.items() if value}
    return page(
        visit,
        "documents.html",
        rows=[_told(row, visit) for row in few],
        found=len(found),
        failing=sum(row.document.failing > 0 for row in found),
        not_listed=sum(one.documents.not_listed for one in known if wanted["site"] in ("", one.site)),
        requests_open=sum(one.documents.requests_open for one in known if wanted["site"] in ("", one.site)),
        audits=[(one.site, iso(one.run.started, visit.office.zone)) for one in known],
        sites=sites,
        kinds=kinds,
        faults=FAULTS,
        filters=filters,
        query=urlencode(filters),
        **turn,
    )


def _rows(known: Iterable[SiteDocuments], visit: Visit) -> Iterator[_Row]:
    """In the order of each site's register."""
    for one in known:
        for document in one.documents.listed:
            told = {"kind": document.kind, "name": document.name}
            yield _Row(of=one, document=document, kind=kind_of(told, visit.words))


def _fits(row: _Row, wanted: dict[str, str]) -> bool:
    document, fault = row.document, wanted["fault"]
    faulty = {"failing": document.failing, "to-review": document.to_review, "unread": document.state == "unread"}
    return wanted["site"] in ("", row.of.site) and wanted["kind"] in ("", row.kind) and bool(faulty.get(fault, True))


def _told(row: _Row, visit: Visit) -> dict[str, Any]:
    document, register = row.document, row.of.documents
    entry = next((one for one in register.entries if one.name == document.entry), None)
    rules = {one.rule: one for one in register.rules}
    return {
        **asdict(document),
        "site": row.of.site,
        "called": document.title or document.name or document.url,
        "kind": row.kind,
        "why": why_unread(document.reason, visit.words),
        "tags": _tags(document),
        "entry": entry,
        "findings": [
            {
                "title": rules[one.rule].title,
                "rule": one.rule,
                "group": one.group,
                "places": one.places,
                "issues": rules[one.rule].issues[:MOST_ISSUES],
                "more": len(rules[one.rule].issues) > MOST_ISSUES,
            }
            for one in document.findings
        ],
    }


def _tags(document: Document) -> str:
    """Of a PDF that was read: whether it is tagged; "" where nobody knows."""
    if document.kind != "pdf" or document.state != "read":
        return ""
    return "untagged" if "untagged" in document.leads else "tagged"
