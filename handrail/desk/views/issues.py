"""Issues: the list with filters and acts on several at once, and one issue with all that people do about it."""

from __future__ import annotations

import glob
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from audits.model import Kind
from handrail.desk.door import Refused, Visit, needs, number_of, visit_of
from handrail.desk.office import who
from handrail.desk.pages import page, see_other, stretch
from handrail.desk.roles import Action
from handrail.issues import Accepting, BadAct, Issues, Moved, Wanted
from handrail.rechecking import MOST_PAGES, is_shared
from handrail.said import MOST, BadWords
from reports import clean
from reports.common import SEVERITIES, iso, rule_of
from reports.formats.worklist import done
from reports.work import STAGES

if TYPE_CHECKING:
    from reports.store.log import Entry
    from reports.terms import Severity
    from reports.worklist import WorkItem

router = APIRouter()

STATES = ("new", "open", "returned", "not-checked", "fixed")
#: What is done to several at once: its name, and the action that it needs.
BULK = {"assign": Action.ASSIGN, "due": Action.ASSIGN, "mark": Action.WORK, "note": Action.WORK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry of the log about an issue, in words."""

    entry: int
    on: str
    by: str
    done: str
    said: str


@router.get("/issues")
@needs(Action.SEE_ISSUES)
def listed(request: Request) -> Response:
    """What there is to repair, what is late first."""
    return _list(visit_of(request), request)


@router.post("/issues/several")
@needs(Action.WORK)
def several(request: Request) -> Response:
    """One act on every chosen issue; each by itself: what was changed meanwhile is left out, and told."""
    visit = visit_of(request)
    name = visit.said("act")
    if name not in BULK:
        return _list(visit, request, 422, wrong={"act": "choose-act"})
    chosen = [str(one).partition(":") for one in visit.form.getlist("issue")]
    if not chosen:
        return _list(visit, request, 422, wrong={"issue": "choose-issue"})
    stand = visit.office.standing.now()
    known = {one.id: one for one in stand.items if visit.who.sees(one)}
    kept, left = 0, []
    for issue, *_ in chosen:
        if issue not in known or not visit.who.may_on(BULK[name], known[issue]):
            raise Refused(404, "no-issue")
    for issue, _, seen in chosen:
        one = replace(visit, issues=stand.issues, item=known[issue])
        try:
            _ACTS[name](one, number_of(seen))
            kept += 1
        except Moved:
            left.append(issue)
        except (BadWords, BadAct) as exc:
            field, why = _wrong(exc)
            return _list(visit, request, 422, wrong={field: why}, kept=kept)
    return _list(visit, request, 409, kept=kept, left=left) if left else see_other(_back(visit), "several")


@router.get("/issues/{issue}")
@needs(Action.SEE_ISSUES, issue=True)
def shown(request: Request) -> Response:
    """One issue: what it is, where, how to repair it, who does, and what the log holds of it."""
    return _one(visit_of(request), request)


def _assign(visit: Visit, seen: int) -> Entry:
    return _issues(visit).assign(_id(visit), who(visit.who), visit.said("to"), visit.said("note"), seen=seen)


def _due(visit: Visit, seen: int) -> Entry:
    on = _day(visit, "on") if visit.said("on") else None
    return _issues(visit).due(_id(visit), who(visit.who), on, visit.said("note"), seen=seen)


def _mark(visit: Visit, seen: int) -> Entry:
    stage = next((one for one in STAGES if one == visit.said("stage")), None)
    if stage is None:
        raise BadAct("choose-stage", "no such stage")
    return _issues(visit).mark(_id(visit), who(visit.who), stage, visit.said("note"), seen=seen)


def _note(visit: Visit, seen: int) -> Entry:
    return _issues(visit).note(_id(visit), who(visit.who), visit.said("note"), seen=seen)


def _false_alarm(visit: Visit, seen: int) -> Entry:
    if not visit.said("reason"):
        raise BadWords("reason", "empty", "the reason is empty")
    until = _day(visit, "until")
    return _issues(visit).false_alarm(_id(visit), who(visit.who), visit.said("reason"), until, seen=seen)


def _ask(visit: Visit, seen: int) -> Entry:
    if len(visit.said("url")) > MOST:
        raise BadWords("url", "long", "the paths are too long")
    how = Accepting(
        ground=visit.said("ground"),
        reason=visit.said("reason"),
        owner=visit.said("owner"),
        alternative=visit.said("alternative"),
        until=_day(visit, "until"),
        urls=tuple(visit.said("url").split()),
    )
    return _issues(visit).ask(_id(visit), who(visit.who), how, seen=seen)


def _approve(visit: Visit, seen: int) -> Entry:
    return _issues(visit).approve(_id(visit), who(visit.who), number_of(visit.said("entry")), seen=seen)


def _refuse(visit: Visit, seen: int) -> Entry:
    entry = number_of(visit.said("entry"))
    return _issues(visit).refuse(_id(visit), who(visit.who), entry, visit.said("reason"), seen=seen)


def _withdraw(visit: Visit, seen: int) -> Entry:
    if not visit.said("reason"):
        raise BadWords("reason", "empty", "the reason is empty")
    entry = number_of(visit.said("entry"))
    return _issues(visit).withdraw(_id(visit), who(visit.who), visit.said("reason"), entry, seen=seen)


_ACTS: Mapping[str, Callable[[Visit, int], Entry]] = {"assign": _assign, "due": _due, "mark": _mark, "note": _note}


def _route(name: str, action: Action, act: Callable[[Visit, int], Entry]) -> None:
    """A form of the page of an issue: done once, then the page again. Told beside the field where it cannot be done."""

    @router.post(f"/issues/{{issue}}/{name}", name=name)
    @needs(action, issue=True)
    def acted(request: Request) -> Response:
        visit = visit_of(request)
        try:
            act(visit, number_of(visit.said("seen")))
        except Moved as exc:
            return _one(_again(visit), request, 409, form=name, moved=exc.entries)
        except (BadWords, BadAct) as exc:
            field, why = _wrong(exc)
            return _one(_again(visit), request, 422, form=name, wrong={field: why})
        return see_other(f"/issues/{_id(visit)}", name)


_route("assign", Action.ASSIGN, _assign)
_route("due", Action.ASSIGN, _due)
_route("mark", Action.WORK, _mark)
_route("note", Action.WORK, _note)
_route("false-alarm", Action.CALL_FALSE_ALARM, _false_alarm)
_route("ask", Action.ASK_WAIVER, _ask)
_route("approve", Action.ANSWER_WAIVER, _approve)
_route("refuse", Action.ANSWER_WAIVER, _refuse)
_route("withdraw", Action.WITHDRAW, _withdraw)


# Pages


def _list(visit: Visit, request: Request, status: int = 200, **values: Any) -> Response:
    asked = request.query_params
    stand = visit.office.standing.now()
    seen = [one for one in stand.items if visit.who.sees(one)]
    sites = sorted({one.site for one in seen})
    if (site := asked.get("site", "")) and site not in sites:
        raise Refused(404, "no-site")
    wanted = _wanted(asked)
    found = [one for one in seen if wanted.fits(one) and site in ("", one.site)]
    if "mine" in asked:
        found = [one for one in found if visit.who.owns(one)]
    few, turn = stretch(found, asked)
    filters = {name: asked[name] for name in _FILTERS if asked.get(name)}
    acts = [name for name, action in BULK.items() if visit.who.may(action)]
    own = {
        "items": few,
        "found": len(found),
        "overdue": sum(one.work.overdue for one in found),
        **turn,
        "filters": filters,
        "query": urlencode(filters),
        "sites": sites,
        "owners": sorted({owner for one in seen for owner in one.owners if owner}),
        "states": STATES,
        "severities": SEVERITIES,
        "stages": STAGES,
        "acts": acts,
        # A line is the same for all who read it in one language, and who may act on several or not.
        "shown": stand.shown[visit.words.language, bool(acts)],
        "chosen": {str(one).partition(":")[0] for one in visit.form.getlist("issue")},
        "said": {name: visit.said(name) for name in ("act", "to", "on", "stage", "note")},
        "told": asked.get("told", "") if asked.get("told") == "several" else "",
        "kept": 0,
        "left": [],
    }
    return page(visit, "issues.html", status, **{**own, **values})


_FILTERS = ("site", "state", "severity", "owner", "rule", "stage", "overdue", "asked", "mine")


def _wanted(asked: Mapping[str, str]) -> Wanted:
    state, stage = asked.get("state", ""), asked.get("stage", "")
    severity: Severity = next((one for one in SEVERITIES if one == asked.get("severity")), "minor")
    rule = asked.get("rule", "").strip()[:80]
    return Wanted(
        states=(state,) if state in STATES else (),
        severity=severity,
        rules=(rule if any(sign in rule for sign in "*?[") else f"*{rule}*",) if rule else (),
        owners=(glob.escape(asked["owner"]),) if asked.get("owner") else (),
        stages=(stage,) if stage in STAGES else (),
        overdue="overdue" in asked,
        asked="asked" in asked,
    )


def _one(
    visit: Visit,
    request: Request,
    status: int = 200,
    *,
    form: str = "",
    moved: Sequence[Entry] = (),
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """``form``: the one that could not be done; what was typed into it stays there."""
    item = visit.item
    assert item is not None
    words, rule = visit.words, rule_of(visit.office.parts.rules, item.rule)
    french = words.language == "fr"
    told = request.query_params.get("told", "")
    return page(
        visit,
        "issue.html",
        status,
        item=item,
        why=(rule.why_fr if french else "") or rule.why,
        fix=(rule.fix_fr if french else "") or rule.fix,
        places=_places(visit, item),
        lines=[_line(one, visit) for one in reversed(item.work.told.entries)],
        asked=[_asking(one, visit) for one in item.work.told.asked],
        held=list(item.work.told.waivers),
        stages=STAGES,
        form=form,
        moved=[_line(one, visit) for one in moved],
        wrong=dict(wrong or {}),
        said={name: visit.said(name) for name in visit.form} if form else {},
        told=told if words.has(f"desk.told.{told}") else "",
        going=visit.office.rechecks.of_issue(item.fingerprint),
        again=_again_where(visit, item),
    )


def _places(visit: Visit, item: WorkItem) -> list[dict[str, str]]:
    if item.kind is Kind.EXPOSURE:
        return []
    return [
        {
            "url": clean.line(one.url, clean.URL),
            "title": clean.line(one.page_title),
            "selector": clean.line(one.selector, clean.SELECTOR),
            "snippet": clean.block(one.snippet),
        }
        for one in visit.office.standing.places(_issues(visit), item)
    ]


def _again_where(visit: Visit, item: WorkItem) -> dict[str, Any]:
    """At how many pages it may be looked for again."""
    told = {"pages": 0, "most": MOST_PAGES, "shared": is_shared(item), "across": False}
    if not visit.may(Action.RECHECK):
        return told
    pages, why = visit.office.standing.pages_again(_issues(visit), item)
    return {**told, "pages": pages, "across": why == "across-pages"}


def _line(entry: Entry, visit: Visit) -> Line:
    facts = entry.facts or {}
    return Line(
        entry=entry.seq,
        on=iso(entry.at, visit.office.zone),
        by=clean.line(str(facts.get("by", ""))),
        done=done(entry.kind, facts, visit.words),
        said=clean.line(str(facts.get("note") or facts.get("reason") or ""), clean.MESSAGE),
    )


def _asking(entry: Entry, visit: Visit) -> dict[str, Any]:
    facts = entry.facts or {}
    return {
        **{name: facts[name] for name in ("ground", "reason", "owner", "alternative", "until", "urls", "by")},
        "entry": entry.seq,
        "on": iso(entry.at, visit.office.zone),
        "own": facts["account"] == visit.who.account,
    }


def _again(visit: Visit) -> Visit:
    """The same, of the issue as it stands now."""
    held = visit.office.item(_id(visit))
    return replace(visit, issues=held[0], item=held[1]) if held else visit


def _issues(visit: Visit) -> Issues:
    assert visit.issues is not None
    return visit.issues


def _id(visit: Visit) -> str:
    assert visit.item is not None
    return visit.item.id


def _back(visit: Visit) -> str:
    query = visit.said("query")
    return f"/issues?{query}" if query else "/issues"


def _wrong(exc: BadWords | BadAct) -> tuple[str, str]:
    """The field, and the sentence that tells what is wrong with it."""
    return (exc.called, f"words-{exc.why}") if isinstance(exc, BadWords) else (_FIELDS.get(exc.why, ""), exc.why)


#: Of what cannot be done, the field that would have to be another.
_FIELDS = {"until-over": "until", "no-path": "url", "choose-stage": "stage", "no-day": "until", "no-date": "on"}


def _day(visit: Visit, name: str) -> date:
    try:
        return date.fromisoformat(visit.said(name))
    except ValueError:
        raise BadAct("no-date" if name == "on" else "no-day", "no day") from None
