"""Looking at the pages of an issue again: begun by a program, as people at the desk begin it, and how far it is."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from handrail.desk.api import models
from handrail.desk.api.acting import IfMatch
from handrail.desk.api.door import Call, call_of, seen_of, tag_of_list, unless_known
from handrail.desk.api.paging import stretch
from handrail.desk.api.reading import Asked, IssueId
from handrail.desk.door import Refused, needs
from handrail.desk.office import who
from handrail.desk.rechecks import Look, NotBegun, TooOften
from handrail.desk.roles import Action
from handrail.issues import BadAct
from handrail.rechecking import pages_of_issue

router = APIRouter(tags=["re-checks"])

#: Of those that are listed.
MOST = 1_000
RecheckId = Annotated[int, Path(ge=1, le=2_000_000_000, description="As `/issues/{issue}/recheck` answered.")]


@router.post("/issues/{issue}/recheck", status_code=202)
@needs(Action.RECHECK, issue=True)
def begin(
    request: Request, response: Response, issue: IssueId, if_match: IfMatch, told: models.LookAgain
) -> models.Recheck:
    """Have its pages looked at again, in a process of its own. Location leads to how far it is."""
    call = call_of(request)
    stand, item = call.held
    seen_of(call, if_match)
    of = {"issue": item.id, "fingerprint": item.fingerprint, "before": item.state}
    pages = partial(pages_of_issue, stand.issues, item)
    try:
        entry = call.office.rechecks.ask(who(call.who), item.site, pages, one=told.pages == "one", **of)
    except TooOften as exc:
        raise Refused(429, "recheck-often", **{"Retry-After": str(exc.wait)}) from None
    except (BadAct, NotBegun) as exc:
        raise Refused(409, f"recheck-{exc.why}") from None
    look = call.office.rechecks.get(entry)
    assert look is not None
    response.headers["Location"] = f"{request.scope['root_path']}/rechecks/{entry}"
    response.headers["ETag"] = _tag(call, look)
    return models.Recheck.of(look)


@router.get("/rechecks")
@needs(Action.RECHECK)
def rechecks(request: Request, response: Response, asked: Asked) -> models.RecheckPage:
    """Those of what this token may see, the last one first; the last thousand of all."""
    call = call_of(request)
    found = [one for one in call.office.rechecks.latest(MOST) if call.office.rechecks.sees(call.who, one)]
    unless_known(request, response, tag_of_list(repr(found), call.who))
    shown, page = stretch(request, response, found, lambda one: (-one.entry,), asked)
    return models.RecheckPage(items=[models.Recheck.of(one) for one in shown], **page)


@router.get("/rechecks/{recheck}")
@needs(Action.RECHECK)
def recheck_(request: Request, response: Response, recheck: RecheckId) -> models.Recheck:
    """How far it is, and once `phase` is `over`, what came of it."""
    call = call_of(request)
    look = call.office.rechecks.get(recheck)
    if look is None or not call.office.rechecks.sees(call.who, look):
        raise Refused(404, "no-recheck")
    unless_known(request, response, _tag(call, look))
    return models.Recheck.of(look)


def _tag(call: Call, look: Look) -> str:
    return tag_of_list(repr(look), call.who)
