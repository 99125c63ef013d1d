"""Two audits beside each other: what is new, back, fixed, not looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from audits.model import Kind
from handrail.desk.door import Refused, Visit, needs, visit_of
from handrail.desk.pages import page
from handrail.desk.roles import Action
from handrail.issues import BadAct
from reports import clean
from reports.common import iso
from reports.diff import STATES

if TYPE_CHECKING:
    from reports.diff import SiteDiff
    from reports.store.records import RunRecord

router = APIRouter()


@router.get("/compare")
@needs(Action.COMPARE)
def compared(request: Request, before: str = "", now: str = "") -> Response:
    """The last two of one site, unless others are asked for."""
    visit = visit_of(request)
    office = visit.office
    stand = office.standing.audits()
    known = {run.id: run for run in stand.runs}
    if {before, now} - {"", *known}:
        raise Refused(404, "no-run")
    if not (before and now) and stand.last_two:
        before, now = (run.id for run in stand.last_two)
    sites: list[dict[str, Any]] = []
    wrong: dict[str, str] = {}
    if before and now:
        try:
            told = office.standing.compared(known[before], known[now])
            sites = [_site(one, visit) for one in told.sites]
        except BadAct as exc:
            wrong = {"before": exc.why}
    return page(
        visit,
        "compare.html",
        422 if wrong else 200,
        runs=[_named(run, visit) for run in reversed(stand.runs)],
        before=before,
        now=now,
        sites=sites,
        wrong=wrong,
    )


def _site(one: SiteDiff, visit: Visit) -> dict[str, Any]:
    register = visit.may(Action.SEE_REGISTER)
    issues = [issue for issue in one.issues if register or issue.kind is not Kind.EXPOSURE]
    by_state = [(state, [issue for issue in issues if issue.state == state]) for state in STATES]
    return {
        "key": clean.line(one.key),
        "host": clean.line(one.host),
        "incomplete": one.incomplete,
        "states": [(state, found) for state, found in by_state if found],
    }


def _named(run: RunRecord, visit: Visit) -> tuple[str, str]:
    moment, words = iso(run.started, visit.office.zone), visit.words
    return run.id, words.plain("desk.compare.run", date=words.date(moment), time=words.time(moment), id=run.id)
