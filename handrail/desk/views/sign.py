"""Sign-off: what the report says of each site, who signed that, whether it still holds; signing, taking it back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from handrail.desk.door import Refused, Visit, needs, number_of, visit_of
from handrail.desk.office import who
from handrail.desk.pages import page, see_other
from handrail.desk.roles import Action
from handrail.issues import BadAct, Moved, Unknown
from handrail.said import BadWords, not_empty
from handrail.signing import Changed
from reports import clean
from reports.common import iso
from reports.signing import KINDS, SIGNED, SiteContent, about

if TYPE_CHECKING:
    from handrail.desk.telling import SiteTold, Told
    from reports.store.log import Entry

router = APIRouter()


@router.get("/sign")
@needs(Action.SEE_SIGNATURES)
def listed(request: Request) -> Response:
    """Site by site, as ``handrail verify`` tells it."""
    visit = visit_of(request)
    told = _told(visit)
    faults = visit.office.store.verify_log({}).faults
    return page(visit, "sign.html", told=told, faulty=bool(faults))


@router.get("/sign/{site}")
@needs(Action.SEE_SIGNATURES)
def shown(request: Request, site: str) -> Response:
    """What the report says of one site, and who signed that."""
    return _one(visit_of(request), site, told=request.query_params.get("told", ""))


@router.post("/sign/{site}")
@needs(Action.SIGN)
def signed(request: Request, site: str) -> Response:
    """What the page showed is signed, and nothing else."""
    visit = visit_of(request)
    run = _told(visit).run
    read = _known(visit, site)
    sha256 = visit.said("content")
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise Refused(400, "bad-request")
    seen = number_of(visit.said("seen"))
    try:
        if sha256 != read.content.sha256 or visit.said("run") != read.run:
            raise Changed({site: read.content})
        visit.office.signing(run).sign(
            who(visit.who), visit.said("role"), visit.said("statement"),
            {site: SiteContent(run=read.run, sha256=sha256)}, site=site, seen=seen,
        )  # fmt: skip
    except Changed:
        visit.office.telling.forget()
        return _one(visit, site, 409, form="sign", before=visit.office.telling.read(site, sha256), changed=True)
    except Moved as exc:
        return _one(visit, site, 409, form="sign", moved=exc.entries)
    except (BadAct, BadWords) as exc:
        return _one(visit, site, 422, form="sign", wrong=_wrong(exc))
    return see_other(f"/sign/{site}", "signed")


@router.post("/sign/{site}/report")
@needs(Action.SIGN)
def written(request: Request, site: str) -> Response:
    """The report is written anew, so that somebody can read it whole before signing."""
    visit = visit_of(request)
    run = _told(visit).run
    _known(visit, site)
    visit.office.signing(run).write()
    return see_other(f"/sign/{site}", "written")


@router.post("/sign/{site}/withdraw")
@needs(Action.SIGN)
def withdrawn(request: Request, site: str) -> Response:
    """A signature does not hold any more."""
    visit = visit_of(request)
    run = _told(visit).run
    _known(visit, site)
    entry, seen = number_of(visit.said("entry")), number_of(visit.said("seen"))
    form = f"withdraw-{entry}"
    try:
        not_empty(visit.said("statement"), "statement")
        if entry not in {one.seq for one in _log(visit, site)}:
            raise Unknown("no-signature", "no signature of this site")
        visit.office.signing(run).withdraw(
            who(visit.who), visit.said("role"), visit.said("statement"), entry, site=site, seen=seen
        )
    except Moved as exc:
        return _one(visit, site, 409, form=form, moved=exc.entries)
    except (BadAct, BadWords) as exc:
        return _one(visit, site, 422, form=form, wrong=_wrong(exc))
    return see_other(f"/sign/{site}", "unsigned")


def _one(
    visit: Visit,
    site: str,
    status: int = 200,
    *,
    form: str = "",
    told: str = "",
    moved: tuple[Entry, ...] = (),
    before: SiteTold | None = None,
    changed: bool = False,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """``changed``: the report does not say any more what the form was about; ``before``: what that was."""
    one, history = _known(visit, site), _log(visit, site)
    return page(
        visit,
        "sign-site.html",
        status,
        site=one,
        reasons=[visit.words.reason(code) for code in one.reasons],
        lies=visit.office.telling.lies(one),
        seen=history[-1].seq if history else 0,
        role=_role(visit),
        lines=[_line(entry, visit) for entry in reversed(history)],
        moved=[_line(entry, visit) for entry in moved],
        changed=changed,
        different=list(_different(before, one)) if before else [],
        before=before,
        form=form,
        kept=form in {"sign", *(f"withdraw-{known['entry']}" for known in one.signatures)},
        wrong=dict(wrong or {}),
        said={name: visit.said(name) for name in visit.form} if form else {},
        told=told if told in ("signed", "unsigned", "written") else "",
    )


def _role(visit: Visit) -> str:
    """As what the person signed last."""
    own = [one.facts for one in visit.office.store.log_entries(*KINDS) if one.facts]
    return next((str(one["role"]) for one in reversed(own) if one["account"] == visit.who.account), "")


def _different(before: SiteTold, now: SiteTold) -> Iterator[tuple[str, int, int]]:
    """Numbers that are others now."""
    for name, number in now.facts.items():
        if before.facts[name] != number:
            yield name, before.facts[name], number


def _line(entry: Entry, visit: Visit) -> dict[str, Any]:
    facts = entry.facts or {}
    return {
        "entry": entry.seq,
        "on": iso(entry.at, visit.office.zone),
        "kind": entry.kind,
        "by": clean.line(str(facts["name"])),
        "role": clean.line(str(facts["role"])),
        "said": clean.line(str(facts["statement"]), clean.MESSAGE),
        "of": 0 if entry.kind == SIGNED else facts["entry"],
        "all": entry.kind == SIGNED and not facts["site"],
    }


def _log(visit: Visit, site: str) -> list[Entry]:
    return about(visit.office.store.log_entries(*KINDS), site)


def _told(visit: Visit) -> Told:
    """Raises Refused where nothing was audited."""
    told = visit.office.telling.now()
    if told is None:
        raise Refused(404, "no-audit")
    return told


def _known(visit: Visit, site: str) -> SiteTold:
    """Raises Refused where the report does not tell the site: what was never audited cannot be signed."""
    found = _told(visit).sites.get(site)
    if found is None:
        raise Refused(404, "no-site")
    return found


def _wrong(exc: BadAct | BadWords) -> dict[str, str]:
    if isinstance(exc, BadWords):
        return {exc.called: f"words-{exc.why}"}
    return {"": exc.why}
