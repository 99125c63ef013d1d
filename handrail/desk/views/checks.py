"""Checks that a person must make: the list, one question with how to look, the answer, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from handrail import answer_files
from handrail.answer_files import MOST_BYTES, MOST_FILES, BadFiles
from handrail.answers import give, take_back
from handrail.config import ConfigError
from handrail.desk.door import Refused, Visit, needs, number_of, visit_of
from handrail.desk.office import who
from handrail.desk.pages import page, see_other, stretch
from handrail.desk.roles import Action
from handrail.evidence import kept
from handrail.issues import BadAct, Moved
from handrail.runs import ocr_of
from handrail.said import BadWords, not_empty, without_personal
from handrail.work import newest
from reports import clean
from reports.answers import GIVEN, RESULTS, Stand, files_of
from reports.common import iso
from reports.model import AnswerFile

if TYPE_CHECKING:
    from reports.store.log import Entry

router = APIRouter()

#: Places of an issue that are looked at for a picture.
MOST_PLACES = 200
#: Files show what people handed in: nothing in them may run, or load anything.
_ALONE = {"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"}
STATES = ("open", "changed", "answered")
#: Of what cannot be done, the field that would have to be another.
_FIELDS = {"no-result": "result", "not-yet": "on", "long-ago": "on", "no-date": "on"}


@router.get("/checks")
@needs(Action.SEE_CHECKS)
def listed(request: Request) -> Response:
    """What people are asked: what the law names and is open comes first."""
    visit, asked = visit_of(request), request.query_params
    by_site = visit.office.standing.questions().by_site
    sites = sorted(by_site)
    site, state, criterion = (asked.get(name, "").strip() for name in ("site", "state", "criterion"))
    if site and site not in sites:
        raise Refused(404, "no-site")
    stands = [one for key, asked_there in by_site.items() if site in ("", key) for one in asked_there]
    states = (state,) if state in STATES else ("open", "changed")
    found = [
        one
        for one in stands
        if one.state in states
        and (not criterion or criterion in one.asked.criteria)
        and (one.asked.required or "required" not in asked)
    ]
    few, turn = stretch(found, asked)
    filters = {name: asked[name] for name in ("site", "state", "criterion", "required") if asked.get(name)}
    return page(
        visit,
        "checks.html",
        stands=few,
        open=sum(one.state != "answered" for one in stands),
        all=len(stands),
        sites=sites,
        states=STATES,
        filters=filters,
        query=urlencode(filters),
        **turn,
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
            visit.said("evidence"), on, seen={question: number_of(visit.said("seen"))}, hand_in=lambda: _hand_in(visit),
        )  # fmt: skip
    except Moved as exc:
        return _one(visit, site, question, 409, form="answer", moved=exc.entries)
    except BadFiles as exc:
        return _one(visit, site, question, 422, form="answer", wrong={"file": exc.why}, bad=exc)
    except (BadAct, BadWords) as exc:
        return _one(visit, site, question, 422, form="answer", wrong=_wrong(exc))
    return see_other(f"/checks/{site}/{question}", "answer")


@router.get("/checks/{site}/{question}/files/{file}")
@needs(Action.SEE_CHECKS)
def handed_in(request: Request, site: str, question: str, file: str) -> Response:
    """A file that came with an answer to this question, or the picture of what it asks about; no other."""
    visit = visit_of(request)
    stand, place = _known(visit, site, question), visit.office.place
    if file == _picture(visit, stand):
        try:
            return _file(kept(place).read(file), "image/png", file)
        except FileNotFoundError:
            raise Refused(404, "no-file") from None
    for one in _entries(visit, site, question):
        for known in files_of(one.facts or {}):
            body = answer_files.read(place, known) if answer_files.name_of(known) == file else None
            if body is not None:
                return _file(body, known.media_type, file)
    raise Refused(404, "no-file")


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
        take_back(
            office.store, stand.answer, site, by=person.by, account=person.account, reason=reason,
            seen=number_of(visit.said("seen")),
        )  # fmt: skip
    except Moved as exc:
        return _one(visit, site, question, 409, form="take-back", moved=exc.entries)
    except (BadAct, BadWords) as exc:
        return _one(visit, site, question, 422, form="take-back", wrong=_wrong(exc))
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
    bad: BadFiles | None = None,
) -> Response:
    stand = _known(visit, site, question)
    entries = _entries(visit, site, question)
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
        picture=_picture(visit, stand),
        files=[_told(one) for one in stand.answer.files] if stand.answer else [],
        limits={"n": MOST_FILES, "size": MOST_BYTES // 1_000_000},
        bad=_named(visit, bad) if bad else None,
        again=form == "answer" and bool(_uploads(visit)),
        reads=bool(visit.office.policy.ocr.languages),
        going=visit.office.rechecks.of_question(site, question),
    )


def _entries(visit: Visit, site: str, question: str) -> Sequence[Entry]:
    """What the log holds of a question."""
    return visit.office.standing.questions().entries.get((site, question), ())


# Files


def _uploads(visit: Visit) -> list[UploadFile]:
    """A field in which nothing was chosen comes as a file without a name."""
    return [one for one in visit.form.getlist("file") if isinstance(one, UploadFile) and (one.filename or one.size)]


def _hand_in(visit: Visit) -> tuple[AnswerFile, ...]:
    """Raises BadFiles."""
    office, uploads = visit.office, _uploads(visit)
    if not uploads:
        return ()
    try:
        ocr = ocr_of(office.policy)
    except ConfigError:  # what was promised beside the field cannot be done
        raise BadFiles(0, "file-away") from None
    bodies = [one.file.read(MOST_BYTES + 1) for one in uploads]
    return answer_files.keep(office.place, office.store, answer_files.take(bodies, office.parts, ocr))


def _named(visit: Visit, bad: BadFiles) -> dict[str, Any]:
    """Which file is wrong, as the browser called it, and the kinds of what was recognized in it."""
    names = [one.filename or "" for one in _uploads(visit)]
    return {"name": clean.line(names[bad.number - 1]) if bad.number else "", "kinds": bad.kinds}


def _told(file: AnswerFile) -> dict[str, Any]:
    return {
        "name": answer_files.name_of(file),
        "short": file.sha256[:12],
        "kind": file.media_type,
        "size": file.size,
        "searched": file.searched,
        "is_picture": file.media_type.startswith("image/"),
    }


def _file(body: bytes, media_type: str, name: str) -> Response:
    """Pictures are shown; what else there is, browsers save."""
    how = "inline" if media_type.startswith("image/") else "attachment"
    charset = "; charset=utf-8" if media_type == "text/plain" else ""
    headers = {**_ALONE, "Content-Type": media_type + charset, "Content-Disposition": f'{how}; filename="{name}"'}
    return Response(body, headers=headers)


def _picture(visit: Visit, stand: Stand) -> str:
    """The name of a picture of what a tool suspects, of the page that is asked about if there is one of it."""
    if not stand.asked.issue:
        return ""
    store, asked = visit.office.store, stand.asked
    run = next(run for run, site in newest(store) if site.key == asked.site)
    found = [
        (clean.line(one.url, clean.URL) != asked.page, name)
        for one in islice(store.places(run.id, asked.site, asked.issue), MOST_PLACES)
        if (name := clean.picture(one.evidence))
    ]
    return min(found)[1] if found else ""


def _line(entry: Any, visit: Visit) -> dict[str, Any]:
    facts = entry.facts
    return {
        "entry": entry.seq,
        "on": iso(entry.at, visit.office.zone),
        "by": clean.line(str(facts["by"])),
        "kind": entry.kind,
        "result": facts["result"] if entry.kind == GIVEN else "",
        "said": clean.line(str(facts.get("evidence") or facts.get("reason") or ""), clean.MESSAGE),
        "files": [_told(one) for one in files_of(facts)],
    }


def _known(visit: Visit, site: str, question: str) -> Stand:
    by_site = visit.office.standing.questions().by_site
    if site not in by_site:
        raise Refused(404, "no-site")
    for one in by_site[site]:
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
