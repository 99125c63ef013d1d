"""Checks that a person must make: the list, one question with how to look, the answer, and taking it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from handrail.answers import BadAnswer, asked_now, give, take_back
from handrail.desk.door import Refused, Visit, needs, visit_of
from handrail.desk.office import who
from handrail.desk.pages import page, see_other
from handrail.desk.roles import Action
from handrail.issues import BadAct, Moved
from handrail.said import BadWords, not_empty, without_personal
from handrail.work import newest
from reports import clean
from reports.answers import GIVEN, KINDS, RESULTS, Stand
from reports.common import iso

router = APIRouter()

ON_A_PAGE = 50
STATES = ("open", "changed", "answered")
#: Of what cannot be done, the field that would have to be another.
_FIELDS = {"no-result": "result", "not-yet": "on", "no-date": "on"}


@router.get("/checks")
@needs(Action.SEE_CHECKS)
def listed(request: Request) -> Response:
    """What people are asked: what the law names and is open comes first."""
    visit, asked = visit_of(request), request.query_params
    sites = sorted(site.key for _, site in newest(visit.office.store))
    site, state, criterion = (asked.get(name, "").strip() for name in ("site", "state", "criterion"))
    if site and site not in sites:
        raise Refused(404, "no-site")
    stands = _asked(visit, site)
    states = (state,) if state in STATES else ("open", "changed")
    found = [
        one
        for one in stands
        if one.state in states
        and (not criterion or criterion in one.asked.criteria)
        and (one.asked.required or "required" not in asked)
    ]
    pages = max(1, -(-len(found) // ON_A_PAGE))
    said = asked.get("page", "1")
    number = min(max(1, int(said)), pages) if re.fullmatch(r"\d{1,6}", said) else 1
    filters = {name: asked[name] for name in ("site", "state", "criterion", "required") if asked.get(name)}
    return page(
        visit,
        "checks.html",
        stands=found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        open=sum(one.state != "answered" for one in stands),
        all=len(stands),
        sites=sites,
        states=STATES,
        filters=filters,
        query=urlencode(filters),
        number=number,
        pages=pages,
    )


@router.get("/checks/{site}/{question}")
@needs(Action.SEE_CHECKS)
def shown(request: Request, site: str, question: str) -> Response:
    """One question."""
    return _one(visit_of(request), site, question, told=request.query_params.get("told", ""))


@router.post("/checks/{site}/{question}/answer")
@needs(Action.ANSWER_CHECKS)
def answer(request: Request, site: str, question: str) -> Response:
    """What somebody found, having looked at what the form was about."""
    visit = visit_of(request)
    stand = _known(visit, site, question)
    office = visit.office
    try:
        if visit.said("version") != stand.asked.version:
            raise BadAct("another-version", "what it asks about has changed since the page was opened")
        on = _day(visit.said("on")) if visit.said("on") else None
        give(
            office.store, office.policy, office.parts, [stand], who(visit.who), visit.said("result"),
            visit.said("evidence"), on, seen={question: _number(visit.said("seen"))},
        )  # fmt: skip
    except Moved as exc:
        return _one(visit, site, question, 409, form="answer", moved=exc.entries)
    except (BadAct, BadWords) as exc:
        return _one(visit, site, question, 422, form="answer", wrong=_wrong(exc))
    return see_other(f"/checks/{site}/{question}", "answer")


@router.post("/checks/{site}/{question}/take-back")
@needs(Action.ANSWER_CHECKS)
def taken_back(request: Request, site: str, question: str) -> Response:
    """The answer does not hold any more: the question is open again."""
    visit = visit_of(request)
    stand, office, person = _known(visit, site, question), visit.office, who(visit.who)
    try:
        if stand.answer is None:
            raise BadAct("no-answer", "there is no answer")
        reason = not_empty(without_personal(visit.said("reason"), office.parts, "reason"), "reason")
    except (BadAct, BadWords) as exc:
        return _one(visit, site, question, 422, form="take-back", wrong=_wrong(exc))
    take_back(office.store, stand.answer, site, by=person.by, account=person.account, reason=reason)
    return see_other(f"/checks/{site}/{question}", "take-back")


def _one(
    visit: Visit,
    site: str,
    question: str,
    status: int = 200,
    *,
    form: str = "",
    told: str = "",
    moved: Any = (),
    wrong: Mapping[str, str] | None = None,
) -> Response:
    stand = _known(visit, site, question)
    entries = [
        one
        for one in visit.office.store.log_entries(*KINDS)
        if one.facts and (one.facts["site"], one.facts["question"]) == (site, question)
    ]
    return page(
        visit,
        "check.html",
        status,
        stand=stand,
        asked=stand.asked,
        results=RESULTS,
        seen=entries[-1].seq if entries else 0,
        lines=[_line(one, visit) for one in reversed(entries)],
        moved=[_line(one, visit) for one in moved],
        form=form,
        wrong=dict(wrong or {}),
        said={name: visit.said(name) for name in visit.form} if form else {},
        told=told if told in ("answer", "take-back") else "",
    )


def _line(entry: Any, visit: Visit) -> dict[str, Any]:
    facts = entry.facts
    return {
        "entry": entry.seq,
        "on": iso(entry.at, visit.office.zone),
        "by": clean.line(str(facts["by"])),
        "kind": entry.kind,
        "result": facts["result"] if entry.kind == GIVEN else "",
        "said": clean.line(str(facts.get("evidence") or facts.get("reason") or ""), clean.MESSAGE),
    }


def _asked(visit: Visit, site: str) -> list[Stand]:
    office = visit.office
    try:
        return asked_now(office.store, office.policy, office.parts, [site] if site else [])
    except BadAnswer:
        raise Refused(404, "no-site") from None


def _known(visit: Visit, site: str, question: str) -> Stand:
    for one in _asked(visit, site):
        if one.asked.id == question:
            return one
    raise Refused(404, "no-check")


def _wrong(exc: BadAct | BadWords) -> dict[str, str]:
    return {exc.called: f"words-{exc.why}"} if isinstance(exc, BadWords) else {_FIELDS.get(exc.why, ""): exc.why}


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadAct("no-date", "no day") from None


def _number(said: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", said):
        raise Refused(400, "bad-request")
    return int(said)
