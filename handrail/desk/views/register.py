"""The privacy register at the desk: what is exposed, containing it, deciding what it is, showing one value.

Only masks stand here. A value is shown once, in the answer to the form that asks for it, and kept by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from audits.standards import load
from handrail.desk.door import Refused, Visit, needs, number_of, visit_of
from handrail.desk.office import who
from handrail.desk.pages import page, see_other
from handrail.desk.revealing import Failed, reveal
from handrail.desk.roles import Action
from handrail.desk.staff import CHANGED
from handrail.exposures import GROUNDS
from handrail.issues import BadAct, Moved, Unknown
from handrail.said import BadWords, not_empty
from reports import clean
from reports.common import iso, text
from reports.decisions import DECIDED

if TYPE_CHECKING:
    from handrail.desk.office import Office
    from reports.register_model import RegisterEntry
    from reports.store.log import Entry

router = APIRouter()

#: Of what cannot be done, the field that would have to be another.
_FIELDS = {
    **{"not-yet": "on", "long-ago": "on", "no-date": "on"},
    **{"no-day": "until", "until-over": "until", "no-ground": "ground"},
}


@router.get("/register")
@needs(Action.SEE_REGISTER)
def listed(request: Request) -> Response:
    """All that is exposed, the worst first."""
    visit = visit_of(request)
    entries = visit.office.standing.register()
    contained = sum(_is_contained(one) for one in entries)
    return page(visit, "register.html", entries=entries, contained=contained, readers=_readers(visit.office))


@router.get("/register/{exposure}")
@needs(Action.SEE_REGISTER)
def shown(request: Request, exposure: str) -> Response:
    """One exposure, with its values masked."""
    return _one(visit_of(request), exposure, told=request.query_params.get("told", ""))


@router.post("/register/{exposure}/step")
@needs(Action.CONTAIN)
def step(request: Request, exposure: str) -> Response:
    """A step was done; or what was recorded is taken back."""
    visit = visit_of(request)
    _known(visit, exposure)
    undo = visit.said("undo") == "1"
    try:
        on = _day(visit, "on", "no-date") if visit.said("on") else None
        visit.office.exposures().contain(
            exposure, who(visit.who), visit.said("step"), visit.said("note"), on=on, undo=undo
        )
    except (BadAct, BadWords) as exc:
        return _one(visit, exposure, 422, form="step", wrong=_wrong(exc))
    return see_other(f"/register/{exposure}", "undone" if undo else "step")


@router.post("/register/{exposure}/{finding}/decide")
@needs(Action.DISPOSE)
def decide(request: Request, exposure: str, finding: str) -> Response:
    """What one value is, until a day; or that the decision does not hold any more."""
    visit = visit_of(request)
    _belongs(_known(visit, exposure), finding)
    exposures, person, seen = visit.office.exposures(), who(visit.who), number_of(visit.said("seen"))
    undo = visit.said("undo") == "1"
    try:
        if undo:
            exposures.undecide(finding, person, visit.said("reason"), seen=seen)
        else:
            until = _day(visit, "until", "no-day")
            exposures.decide(finding, person, visit.said("ground"), visit.said("reason"), until, seen=seen)
    except Moved as exc:
        return _one(visit, exposure, 409, form=finding, moved=exc.entries)
    except (BadAct, BadWords) as exc:
        return _one(visit, exposure, 422, form=finding, wrong=_wrong(exc))
    return see_other(f"/register/{exposure}", "undecided" if undo else "decided")


@router.post("/register/{exposure}/{finding}/reveal")
@needs(Action.REVEAL)
def shown_once(request: Request, exposure: str, finding: str) -> Response:
    """The value, from the live page, in this answer alone."""
    visit = visit_of(request)
    entry = _known(visit, exposure)
    place = _belongs(entry, finding)
    try:
        not_empty(visit.said("reason"), "reason")
        found = reveal(visit.office, finding, who(visit.who), visit.said("reason"))
    except (BadAct, BadWords) as exc:
        return _one(visit, exposure, 422, form=f"{finding}-reveal", wrong=_wrong(exc))
    except Failed:
        return page(visit, "revealed.html", 503, entry=entry, place=place, found={"ended": "failed", "entry": 0})
    return page(visit, "revealed.html", entry=entry, place=place, found=found)


def _one(
    visit: Visit,
    exposure: str,
    status: int = 200,
    *,
    form: str = "",
    told: str = "",
    moved: tuple[Entry, ...] = (),
    wrong: Mapping[str, str] | None = None,
) -> Response:
    entry = _known(visit, exposure)
    history = visit.office.exposures().history(exposure)
    versions: dict[str, int] = {}
    decided: dict[str, bool] = {}
    for one in history:
        facts = one.facts or {}
        if "ground" in facts or "step" not in facts:
            versions[facts["finding"]] = one.seq
            decided[facts["finding"]] = one.kind == DECIDED
    return page(
        visit,
        "exposure.html",
        status,
        entry=entry,
        steps=[_step(one, entry) for one in load().breach.steps if one.id in entry.steps],
        versions=versions,
        decided=decided,
        in_policy=visit.office.policy.dispositions,
        grounds=GROUNDS,
        lines=[_line(one, visit) for one in reversed(history)],
        moved=[_line(one, visit) for one in moved],
        form=form,
        wrong=dict(wrong or {}),
        said={name: visit.said(name) for name in visit.form} if form else {},
        told=told if told in ("step", "undone", "decided", "undecided") else "",
    )


def _readers(office: Office) -> list[dict[str, Any]]:
    """Who may read the register, and who changed these accounts last: nobody lets themselves in unseen."""
    changed = {
        one.facts["person"]: {
            "by": clean.line(str(one.facts.get("by") or one.facts["account"])),
            "on": iso(one.at, office.zone),
        }
        for one in office.store.log_entries(CHANGED)
        if one.facts
    }
    return [
        {
            "called": one.person.called,
            "name": one.person.name,
            "by": "",
            "on": "",
            **changed.get(one.person.account, {}),
        }
        for one in office.people.all()
        if one.person.may(Action.SEE_REGISTER)
    ]


def _step(one: Any, entry: RegisterEntry) -> dict[str, Any]:
    done = next((step for step in entry.done if step.step == one.id and not step.place), None)
    return {
        "id": one.id,
        "title": text(one.title_en, one.title_fr),
        "text": text(one.text_en, one.text_fr, clean.MESSAGE),
        "done": done,
    }


def _line(entry: Entry, visit: Visit) -> dict[str, Any]:
    facts = entry.facts or {}
    steps = {one.id: text(one.title_en, one.title_fr) for one in load().breach.steps}
    return {
        "entry": entry.seq,
        "on": iso(entry.at, visit.office.zone),
        "by": clean.line(str(facts.get("by", ""))),
        "kind": entry.kind,
        "step": steps.get(str(facts.get("step", ""))),
        "ground": facts.get("ground", ""),
        "finding": facts.get("finding", ""),
        "said": clean.line(str(facts.get("note") or facts.get("reason") or ""), clean.MESSAGE),
    }


def _is_contained(entry: RegisterEntry) -> bool:
    """Whether every step that applies is recorded for the whole of it."""
    return {*entry.steps} <= {one.step for one in entry.done if not one.place}


def _known(visit: Visit, exposure: str) -> RegisterEntry:
    """Raises Refused where no audit sees it now."""
    for entry in visit.office.standing.register():
        if entry.id == exposure:
            return entry
    raise Refused(404, "no-exposure")


def _belongs(entry: RegisterEntry, finding: str) -> Any:
    """The value of an exposure. Raises Refused for one of another."""
    for place in entry.places:
        if place.id == finding:
            return place
    raise Refused(404, "no-exposure")


def _wrong(exc: BadAct | BadWords) -> dict[str, str]:
    if isinstance(exc, BadWords):
        return {exc.called: f"words-{exc.why}"}
    if isinstance(exc, Unknown) and exc.why == "no-exposure":
        raise Refused(404, "no-exposure")
    return {_FIELDS.get(exc.why, ""): exc.why}


def _day(visit: Visit, name: str, why: str) -> date:
    try:
        return date.fromisoformat(visit.said(name))
    except ValueError:
        raise BadAct(why, "no day") from None
