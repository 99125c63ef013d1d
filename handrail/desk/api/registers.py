"""The register of documents, and residents' reports: what the desk shows of them, to read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from handrail.desk.api import models
from handrail.desk.api.door import Call, call_of, tag_of_list, unless_known
from handrail.desk.api.paging import stretch
from handrail.desk.door import Refused, needs
from handrail.desk.roles import Action
from handrail.replies import Replies
from reports.feedback import STATES, chain
from reports.formats.feedback import chain_data, rows

router = APIRouter()

#: Where nobody says which: what still has to be done something about, as at the desk.
_OPEN = STATES[:-2]


@router.get("/documents", tags=["documents"])
@needs(Action.SEE_DOCUMENTS)
def documents(
    request: Request, response: Response, asked: Annotated[models.DocumentFilters, Query()]
) -> models.DocumentPage:
    """PDF and Office files that audits found, by site, the worst first. Nothing of what is exposed in them."""
    call = call_of(request)
    standing = call.counter.standing
    unless_known(request, response, tag_of_list(standing.mark(), call.who))
    known = sorted(standing.documents(), key=lambda one: one.site)
    if any(site not in {one.site for one in known} for site in asked.site):
        raise Refused(404, "no-site")
    found = [
        (one.site, number, models.Document.of(one, document))
        for one in known
        if not asked.site or one.site in asked.site
        for number, document in enumerate(one.documents.listed)
        if asked.fits(document)
    ]
    shown, page = stretch(request, response, found, lambda one: one[:2], asked)
    return models.DocumentPage(items=[one for _, _, one in shown], **page)


@router.get("/feedback", tags=["residents' reports"])
@needs(Action.SEE_FEEDBACK)
def feedback(
    request: Request, response: Response, asked: Annotated[models.ReportFilters, Query()]
) -> models.ResidentReportPage:
    """What residents reported, what is late first; without their words."""
    call = call_of(request)
    unless_known(request, response, tag_of_list(call.counter.standing.mark(), call.who))
    ledger = _replies(call).ledger()
    told = rows(ledger, ledger.reports.values())
    if any(site not in {*call.office.policy.sites, *(row["site"] for row in told)} for site in asked.site):
        raise Refused(404, "no-site")
    found = [
        row
        for row in told
        if row["state"] in (asked.state or _OPEN)
        and (not asked.site or row["site"] in asked.site)
        and (row["overdue"] or not asked.overdue)
    ]
    order = lambda row: (not row["overdue"], row["received"], row["entry"])  # noqa: E731
    shown, page = stretch(request, response, sorted(found, key=order), order, asked)
    return models.ResidentReportPage(items=[models.ResidentReport(**row) for row in shown], **page)


@router.get("/feedback/{report}", tags=["residents' reports"])
@needs(Action.SEE_FEEDBACK)
def report_(
    request: Request, response: Response, report: Annotated[str, Path(max_length=60)]
) -> models.ResidentReportWhole:
    """One report: its words, masked before they were kept, the issue that it led to, and what was done until now."""
    call = call_of(request)
    unless_known(request, response, tag_of_list(call.counter.standing.mark(), call.who))
    ledger = _replies(call).ledger()
    found = chain(ledger, report, call.office.parts.rules, call.office.zone) if report in ledger.reports else None
    if found is None:
        raise Refused(404, "no-report")
    data = chain_data(found, ledger)
    own = next(row for row in data["reports"] if row["id"] == report)
    return models.ResidentReportWhole(**own, barrier_issue=data["issue"], steps=data["steps"])


def _replies(call: Call) -> Replies:
    office = call.office
    return Replies(store=office.store, policy=office.policy, parts=office.parts)
