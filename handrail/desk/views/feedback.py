"""Residents' reports: the list with what is late first, one report on its way to the reply, and what people do.

Their words were masked before they were kept. Who reported something, and what was written to them, stays in the City's
own system.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from handrail.desk.door import Refused, Visit, needs, number_of, visit_of
from handrail.desk.office import who
from handrail.desk.pages import page, see_other, stretch
from handrail.desk.roles import Action
from handrail.feedback import FIELDS, BadReport
from handrail.issues import BadAct, Moved
from handrail.replies import Doing, Replies
from handrail.said import BadWords
from handrail.work import today
from reports import clean
from reports.common import iso
from reports.feedback import CHANNELS, CLOSED, LINKED, REASONS, RECHECKED, STATES, chain
from reports.formats.feedback import chain_data, issue_facts, report_facts, rows
from reports.text import LANGUAGES

if TYPE_CHECKING:
    from reports.feedback import Ledger, Reported
    from reports.store.log import Entry

router = APIRouter()

#: Of what cannot be done, the field that would have to be another.
_FIELDS = {
    **{"not-yet": "on", "no-date": "on", "too-early": "on", "no-reason": "reason", "no-criterion": "criterion"},
    **{"no-issue": "issue", "other-site": "issue", "no-barrier": "issue", "choose-found": "again"},
}


@router.get("/feedback")
@needs(Action.SEE_FEEDBACK)
def listed(request: Request) -> Response:
    """What the City was told, without the words."""
    visit, asked = visit_of(request), request.query_params
    ledger = _replies(visit).ledger()
    told = rows(ledger, ledger.reports.values())
    sites = sorted({row["site"] for row in told if row["site"]})
    site, state = asked.get("site", ""), asked.get("state", "")
    if site and site not in sites:
        raise Refused(404, "no-site")
    states = (state,) if state in STATES else STATES if state == "all" else STATES[:-2]
    found = [
        row
        for row in told
        if row["state"] in states and site in ("", row["site"]) and (row["overdue"] or "overdue" not in asked)
    ]
    found.sort(key=lambda row: (not row["overdue"], row["received"], row["entry"]))
    few, turn = stretch(found, asked)
    filters = {name: asked[name] for name in ("site", "state", "overdue") if asked.get(name)}
    return page(
        visit,
        "feedback.html",
        rows=few,
        found=len(found),
        late=sum(bool(row["overdue"]) for row in found),
        sites=sites,
        states=STATES,
        filters=filters,
        query=urlencode(filters),
        **turn,
    )


@router.get("/feedback/new")
@needs(Action.ANSWER_FEEDBACK)
def asked(request: Request) -> Response:
    """The form for what somebody told by telephone or at a counter."""
    return _form(visit_of(request))


@router.post("/feedback/new")
@needs(Action.ANSWER_FEEDBACK)
def added(request: Request) -> Response:
    """Kept without saying whose it is; words in which personal information is recognized are refused."""
    visit = visit_of(request)
    try:
        kept, _ = _replies(visit).add({name: visit.said(name) for name in FIELDS}, who(visit.who))
    except BadReport as exc:
        return _form(visit, 422, wrong={exc.field: exc.why})
    except BadWords as exc:
        return _form(visit, 422, wrong=_wrong(exc))
    if not kept.ids:
        return _form(visit, 422, wrong={"": "reported-already"})
    return see_other(f"/feedback/{kept.ids[0]}", "added")


def _form(visit: Visit, status: int = 200, *, wrong: Mapping[str, str] | None = None) -> Response:
    return page(
        visit,
        "feedback-new.html",
        status,
        sites=list(visit.office.policy.sites),
        channels=CHANNELS,
        languages=LANGUAGES,
        today=today(visit.office.policy).isoformat(),
        wrong=dict(wrong or {}),
        said={name: visit.said(name) for name in visit.form},
    )


@router.get("/feedback/{report}")
@needs(Action.SEE_FEEDBACK)
def shown(request: Request, report: str) -> Response:
    """One report, from the first word to the reply."""
    return _one(visit_of(request), report, told=request.query_params.get("told", ""))


Act = Callable[[Replies, str, Visit, Doing], object]


def _rechecked(replies: Replies, report: str, visit: Visit, doing: Doing) -> object:
    if visit.said("again") not in ("0", "1"):
        raise BadAct("choose-found", "nothing was chosen")
    return replies.recheck(report, doing, again=visit.said("again") == "1")


def _linked(replies: Replies, report: str, visit: Visit, doing: Doing) -> object:
    if not visit.said("issue"):
        raise BadWords("issue", "empty", "no issue")
    return replies.link([report], visit.said("issue"), doing)


#: By what an address calls it.
ACTS: Mapping[str, Act] = {
    "acknowledge": lambda replies, report, _, doing: replies.acknowledge([report], doing),
    "link": _linked,
    "own": lambda replies, report, visit, doing: replies.link([report], "", doing, criterion=visit.said("criterion")),
    "repaired": lambda replies, report, _, doing: replies.repair(report, doing),
    "rechecked": _rechecked,
    "reply": lambda replies, report, _, doing: replies.answer([report], doing),
    "close": lambda replies, report, visit, doing: replies.close([report], visit.said("reason"), doing),
    "reopen": lambda replies, report, _, doing: replies.reopen([report], doing),
}


def _route(name: str, act: Act) -> None:
    @router.post(f"/feedback/{{report}}/{name}", name=f"feedback-{name}")
    @needs(Action.ANSWER_FEEDBACK)
    def acted(request: Request, report: str) -> Response:
        visit = visit_of(request)
        replies = _replies(visit)
        _known(replies.ledger(), report)
        seen = {report: number_of(visit.said("seen"))}
        try:
            on = _day(visit.said("on")) if visit.said("on") else None
            act(replies, report, visit, Doing(who=who(visit.who), note=visit.said("note"), on=on, seen=seen))
        except Moved as exc:
            return _one(visit, report, 409, form=name, moved=exc.entries)
        except (BadAct, BadWords) as exc:
            return _one(visit, report, 422, form=name, wrong=_wrong(exc))
        return see_other(f"/feedback/{report}", name)


for _name, _act in ACTS.items():
    _route(_name, _act)


def _one(
    visit: Visit,
    report: str,
    status: int = 200,
    *,
    form: str = "",
    told: str = "",
    moved: tuple[Entry, ...] = (),
    wrong: Mapping[str, str] | None = None,
) -> Response:
    replies, words = _replies(visit), visit.words
    ledger = replies.ledger()
    one = _known(ledger, report)
    found = chain(ledger, report, visit.office.parts.rules, visit.office.zone)
    assert found is not None
    data = chain_data(found, ledger)
    history = replies.history(one)
    row = data["reports"][0]
    return page(
        visit,
        "feedback-report.html",
        status,
        row=row,
        facts=list(report_facts(row, words)),
        issue=data["issue"],
        issue_facts=list(issue_facts(data["issue"], words)) if data["issue"] else [],
        steps=data["steps"],
        reasons=REASONS,
        seen=history[-1].seq if history else 0,
        lines=[_line(entry, visit) for entry in reversed(history)],
        moved=[_line(entry, visit) for entry in moved],
        form=form,
        wrong=dict(wrong or {}),
        said={name: visit.said(name) for name in visit.form} if form else {},
        told=told if told in (*ACTS, "added") else "",
    )


def _line(entry: Entry, visit: Visit) -> dict[str, Any]:
    facts = entry.facts or {}
    name = entry.kind
    if entry.kind == RECHECKED and facts["again"]:
        name = "feedback-met-again"
    return {
        "entry": entry.seq,
        "on": iso(entry.at, visit.office.zone),
        "day": facts["on"],
        "by": clean.line(str(facts["by"])),
        "kind": name,
        "issue": facts["issue"] if entry.kind == LINKED else "",
        "reason": facts["reason"] if entry.kind == CLOSED else "",
        "said": clean.line(str(facts["note"]), clean.MESSAGE),
    }


def _replies(visit: Visit) -> Replies:
    office = visit.office
    return Replies(store=office.store, policy=office.policy, parts=office.parts)


def _known(ledger: Ledger, report: str) -> Reported:
    """Raises Refused where there is no such report."""
    found = ledger.reports.get(report)
    if found is None:
        raise Refused(404, "no-report")
    return found


def _wrong(exc: BadAct | BadWords) -> dict[str, str]:
    if isinstance(exc, BadWords):
        return {exc.called: f"words-{exc.why}"}
    return {_FIELDS.get(exc.why, ""): exc.why}


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadAct("no-date", "no day") from None
