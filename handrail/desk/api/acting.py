"""What a program does about an issue: the acts of the views, by the same functions, into the same log.

If-Match names the issue as the program saw it. Where it is another by now, nothing is recorded (412).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from handrail.desk.api import models
from handrail.desk.api.door import Call, call_of, seen_of, tag_of_issue
from handrail.desk.api.reading import IssueId, whole
from handrail.desk.door import needs
from handrail.desk.office import who
from handrail.desk.roles import Action
from handrail.issues import Accepting

router = APIRouter(tags=["acts"])

IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        min_length=1,
        max_length=400,
        description="The ETag of `/issues/{issue}`, as the program saw it.",
    ),
]


@router.post("/issues/{issue}/assign")
@needs(Action.ASSIGN, issue=True)
def assign(
    request: Request, response: Response, issue: IssueId, if_match: IfMatch, told: models.Assign
) -> models.IssueWhole:
    """Say who works on it."""
    call = call_of(request)
    call.held[0].issues.assign(issue, who(call.who), told.to, told.note, seen=seen_of(call, if_match))
    return _after(call, response)


@router.post("/issues/{issue}/due")
@needs(Action.ASSIGN, issue=True)
def due(request: Request, response: Response, issue: IssueId, if_match: IfMatch, told: models.Due) -> models.IssueWhole:
    """Give it a date of its own."""
    call = call_of(request)
    call.held[0].issues.due(issue, who(call.who), told.on, told.note, seen=seen_of(call, if_match))
    return _after(call, response)


@router.post("/issues/{issue}/mark")
@needs(Action.WORK, issue=True)
def mark(
    request: Request, response: Response, issue: IssueId, if_match: IfMatch, told: models.Mark
) -> models.IssueWhole:
    """Say where the work stands."""
    call = call_of(request)
    call.held[0].issues.mark(issue, who(call.who), told.stage, told.note, seen=seen_of(call, if_match))
    return _after(call, response)


@router.post("/issues/{issue}/note")
@needs(Action.WORK, issue=True)
def note(
    request: Request, response: Response, issue: IssueId, if_match: IfMatch, told: models.Note
) -> models.IssueWhole:
    """Comment on it."""
    call = call_of(request)
    call.held[0].issues.note(issue, who(call.who), told.note, seen=seen_of(call, if_match))
    return _after(call, response)


@router.post("/issues/{issue}/false-alarm")
@needs(Action.CALL_FALSE_ALARM, issue=True)
def false_alarm(
    request: Request, response: Response, issue: IssueId, if_match: IfMatch, told: models.FalseAlarm
) -> models.IssueWhole:
    """Say that a person looked, and there is no barrier."""
    call = call_of(request)
    call.held[0].issues.false_alarm(issue, who(call.who), told.reason, told.until, seen=seen_of(call, if_match))
    return _after(call, response)


@router.post("/issues/{issue}/ask")
@needs(Action.ASK_WAIVER, issue=True)
def ask(
    request: Request, response: Response, issue: IssueId, if_match: IfMatch, told: models.AskWaiver
) -> models.IssueWhole:
    """Ask for an exception. Another person answers."""
    call = call_of(request)
    how = Accepting(
        ground=told.ground,
        reason=told.reason,
        owner=told.owner,
        until=told.until,
        alternative=told.alternative,
        urls=tuple(told.urls),
    )
    call.held[0].issues.ask(issue, who(call.who), how, seen=seen_of(call, if_match))
    return _after(call, response)


@router.post("/issues/{issue}/approve")
@needs(Action.ANSWER_WAIVER, issue=True)
def approve(
    request: Request, response: Response, issue: IssueId, if_match: IfMatch, told: models.Approve
) -> models.IssueWhole:
    """Accept the issue as an entry asks. Never by who asked (409)."""
    call = call_of(request)
    call.held[0].issues.approve(issue, who(call.who), told.entry, seen=seen_of(call, if_match))
    return _after(call, response)


@router.post("/issues/{issue}/refuse")
@needs(Action.ANSWER_WAIVER, issue=True)
def refuse(
    request: Request, response: Response, issue: IssueId, if_match: IfMatch, told: models.Refuse
) -> models.IssueWhole:
    """Say no to what an entry asks."""
    call = call_of(request)
    call.held[0].issues.refuse(issue, who(call.who), told.entry, told.reason, seen=seen_of(call, if_match))
    return _after(call, response)


@router.post("/issues/{issue}/withdraw")
@needs(Action.WITHDRAW, issue=True)
def withdraw(
    request: Request, response: Response, issue: IssueId, if_match: IfMatch, told: models.Withdraw
) -> models.IssueWhole:
    """Take a decision back."""
    call = call_of(request)
    call.held[0].issues.withdraw(issue, who(call.who), told.reason, told.entry, seen=seen_of(call, if_match))
    return _after(call, response)


def _after(call: Call, response: Response) -> models.IssueWhole:
    """The issue as it stands now, with the tag that the next act names."""
    stand = call.counter.standing.now()
    # An audit that ended meanwhile may know it no more; what was done is done, and told as it was seen before.
    if (item := stand.by_id.get(call.held[1].id)) is None:
        stand, item = call.held
    now = Call(counter=call.counter, bearer=call.bearer, stand=stand, item=item)
    response.headers["ETag"] = tag_of_issue(now)
    return whole(now)
