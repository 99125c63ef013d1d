"""What there is: sites, runs, issues with their places and history, the worklist, exposures by their number."""

from __future__ import annotations

import glob
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from audits.model import Kind
from handrail.desk.api import models
from handrail.desk.api.door import Call, call_of, tag_of_issue, tag_of_list, unless_known
from handrail.desk.api.paging import stretch
from handrail.desk.door import Refused, needs
from handrail.desk.roles import MAY, Access, Action, Role
from handrail.issues import Wanted
from handrail.work import audits
from reports import worklist
from reports.common import rule_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handrail.desk.standing import Stand
    from reports.store.records import PlaceRecord
    from reports.worklist import WorkItem

router = APIRouter()

#: Places of one issue that are paged through.
_MOST_PLACES = 10_000
IssueId = Annotated[str, Path(description="As reports show it, such as `A-1a2b3c`.", max_length=60)]
Asked = Annotated[models.Paging, Query()]
Wished = Annotated[models.Filters, Query()]


@router.get("/openapi.json", include_in_schema=False)
@needs(Access.EVERYBODY)
def openapi(request: Request) -> dict[str, Any]:
    """The API, as programs read it."""
    return dict(request.app.openapi())


@router.get("/sites", tags=["sites"])
@needs(Action.SEE_ISSUES)
def sites(request: Request, response: Response, asked: Asked) -> models.SitePage:
    """Sites, each as its last audit as a whole saw it; to an owner, those with issues of the own units."""
    call, stand = _stand(request, response)
    seen = _seen(call, stand)
    found = [_site(call, stand, key, seen) for key in sorted({site.key for _, site in stand.issues.newest})]
    if not _sees_all(call):
        found = [one for one in found if one.issues]
    shown, page = stretch(request, response, found, lambda one: (one.key,), asked)
    return models.SitePage(items=shown, **page)


@router.get("/runs", tags=["runs"])
@needs(Action.COMPARE)
def runs(request: Request, response: Response, asked: Asked) -> models.RunPage:
    """Audits of which nothing was purged, the last one first."""
    call = call_of(request)
    unless_known(request, response, tag_of_list(call.counter.standing.mark(), call.who))
    store = call.office.store
    known = list(reversed([*enumerate(audits(store))]))
    shown, page = stretch(request, response, known, lambda one: (-one[0],), asked)
    return models.RunPage(items=[models.Run.of(run, store.sites(run.id)) for _, run in shown], **page)


@router.get("/runs/{run}", tags=["runs"])
@needs(Action.COMPARE)
def run_(request: Request, response: Response, run: Annotated[str, Path(max_length=100)]) -> models.Run:
    """One audit."""
    call = call_of(request)
    unless_known(request, response, tag_of_list(call.counter.standing.mark(), call.who))
    found = next((one for one in audits(call.office.store) if one.id == run), None)
    if found is None:
        raise Refused(404, "no-run")
    return models.Run.of(found, call.office.store.sites(found.id))


@router.get("/signatures", tags=["sites"])
@needs(Action.SEE_SIGNATURES)
def signatures(request: Request, response: Response, asked: Asked) -> models.SignedSitePage:
    """What the report says of each site now, and who signed that. No token signs."""
    call = call_of(request)
    told = call.office.telling.now()
    if told is None:
        raise Refused(404, "no-audit")
    found = [models.SignedSite.of(one) for _, one in sorted(told.sites.items())]
    mark = "".join(one.model_dump_json() for one in found)
    unless_known(request, response, tag_of_list(mark, call.who))
    shown, page = stretch(request, response, found, lambda one: (one.site,), asked)
    return models.SignedSitePage(items=shown, **page)


@router.get("/issues", tags=["issues"])
@needs(Action.SEE_ISSUES)
def issues(request: Request, response: Response, asked: Wished) -> models.IssuePage:
    """Issues that this token may see, what is overdue first."""
    call, stand = _stand(request, response)
    return _listed(request, response, _wished(call, stand, asked), asked)


@router.get("/worklist", tags=["issues"])
@needs(Action.SEE_ISSUES)
def worklist_(request: Request, response: Response, asked: Wished) -> models.IssuePage:
    """The same, without what nobody has to do anything about: what is fixed, accepted, or a false alarm."""
    call, stand = _stand(request, response)
    found = [one for one in _wished(call, stand, asked) if one.open]
    return _listed(request, response, found, asked)


@router.get("/exposures", tags=["exposures"])
@needs(Action.SEE_REGISTER)
def exposures(request: Request, response: Response, asked: Wished) -> models.ExposurePage:
    """How much personal information of what kind stands exposed. No value, no place, no address."""
    call, stand = _stand(request, response)
    found = [one for one in _wished(call, stand, asked) if one.kind is Kind.EXPOSURE]
    shown, page = stretch(request, response, found, worklist.order, asked)
    return models.ExposurePage(items=[models.Exposure.of(one) for one in shown], **page)


@router.get("/issues/{issue}", tags=["issues"])
@needs(Action.SEE_ISSUES, issue=True)
def issue_(request: Request, response: Response, issue: IssueId) -> models.IssueWhole:
    """One issue. Its ETag is what an act on it names in If-Match."""
    call = call_of(request)
    unless_known(request, response, tag_of_issue(call))
    return whole(call)


@router.get("/issues/{issue}/places", tags=["issues"])
@needs(Action.SEE_ISSUES, issue=True)
def places(request: Request, response: Response, issue: IssueId, asked: Asked) -> models.PlacePage:
    """Where it is. Of an exposure nothing is told here."""
    call = call_of(request)
    unless_known(request, response, tag_of_issue(call))
    shown, page = stretch(request, response, [*enumerate(_places(call))], lambda one: (one[0],), asked)
    return models.PlacePage(items=[one for _, one in shown], **page)


@router.get("/issues/{issue}/history", tags=["issues"])
@needs(Action.SEE_ISSUES, issue=True)
def history(request: Request, response: Response, issue: IssueId, asked: Asked) -> models.ActPage:
    """What people did about it, oldest first."""
    call = call_of(request)
    unless_known(request, response, tag_of_issue(call))
    entries = call.held[1].work.told.entries
    shown, page = stretch(request, response, entries, lambda one: (one.seq,), asked)
    return models.ActPage(items=[models.Act.of(one) for one in shown], **page)


def whole(call: Call) -> models.IssueWhole:
    """One issue with all that there is to say."""
    stand, item = call.held
    rule = rule_of(call.office.parts.rules, item.rule)
    told = item.work.told
    decided = [*item.work.waivers, *(one for one in told.waivers if one not in item.work.waivers)]
    return models.IssueWhole(
        **models.Issue.facts(item),
        why=models.Bilingual(en=rule.why, fr=rule.why_fr),
        fix=models.Bilingual(en=rule.fix, fr=rule.fix_fr),
        run=_run_of(stand, item),
        examples=[models.Place.of(one) for one in _examples(call)],
        asked=[models.Asking.of(one) for one in told.asked],
        decisions=[
            models.Decision(
                entry=one.entry,
                false_alarm=one.false_alarm,
                ground=one.ground,
                reason=one.reason,
                by=one.by,
                on=one.on,
                until=one.until,
            )
            for one in decided
        ],
    )


def _stand(request: Request, response: Response) -> tuple[Call, Stand]:
    """The issues as they stand. Raises NotModified where the caller knows them."""
    call = call_of(request)
    stand = call.counter.standing.now()
    unless_known(request, response, tag_of_list(stand.mark, call.who))
    return call, stand


def _seen(call: Call, stand: Stand) -> list[WorkItem]:
    return [one for one in stand.items if call.who.sees(one)]


def _sees_all(call: Call) -> bool:
    return any(Action.SEE_ISSUES in MAY[role] for role in call.who.roles if role is not Role.OWNER)


def _wished(call: Call, stand: Stand, asked: models.Filters) -> list[WorkItem]:
    seen = _seen(call, stand)
    # To who sees issues of some units alone, a site without one of them is not there.
    known = {site.key for _, site in stand.issues.newest} if _sees_all(call) else {one.site for one in seen}
    if any(site not in known for site in asked.site):
        raise Refused(404, "no-site")
    wanted = Wanted(
        states=asked.state,
        severity=asked.severity,
        kinds=asked.kind,
        rules=asked.rule,
        owners=[glob.escape(one) for one in asked.owner],
        assigned=[glob.escape(one) for one in asked.assigned],
        stages=asked.stage,
        overdue=asked.overdue,
        due_before=asked.due_before,
        decided=asked.decided,
        undecided=asked.undecided,
        asked=asked.asked,
    )
    return [one for one in seen if wanted.fits(one) and (not asked.site or one.site in asked.site)]


def _listed(request: Request, response: Response, found: list[WorkItem], asked: models.Filters) -> models.IssuePage:
    shown, page = stretch(request, response, found, worklist.order, asked)
    return models.IssuePage(items=[models.Issue.of(one) for one in shown], **page)


def _site(call: Call, stand: Stand, key: str, seen: list[WorkItem]) -> models.Site:
    run, site = next(found for found in stand.issues.newest if found[1].key == key)
    own = [one for one in seen if one.site == key and one.state != "fixed"]
    return models.Site(
        key=key,
        name=models.Bilingual(en=site.name_en, fr=site.name_fr),
        owner=site.owner,
        profile=site.profile,
        state=site.state,
        run=run.id,
        audited=run.started,
        issues=len(own),
        overdue=sum(one.work.overdue for one in own),
    )


def _run_of(stand: Stand, item: WorkItem) -> str:
    return next(run.id for run, site in stand.issues.newest if site.key == item.site)


def _examples(call: Call) -> Sequence[PlaceRecord]:
    stand, item = call.held
    return () if item.kind is Kind.EXPOSURE else call.counter.standing.places(stand.issues, item)


def _places(call: Call) -> list[models.Place]:
    stand, item = call.held
    if item.kind is Kind.EXPOSURE:
        return []
    found = stand.issues.places(item)
    return [models.Place.of(one) for one in islice(found, _MOST_PLACES)]
