"""The log: what was done, by whom and when, for who may see what it was about; and whether its chain holds."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from handrail.desk.door import needs, visit_of
from handrail.desk.logbook import AREAS, Wanted, areas_for, read
from handrail.desk.pages import page
from handrail.desk.roles import Action
from reports import clean
from reports.common import iso
from reports.store.log import ANCHOR

router = APIRouter()


@router.get("/log")
@needs(Action.SEE_LOG)
def listed(request: Request) -> Response:
    """The newest first. What is not for the role is left out, and the page says so."""
    visit, asked = visit_of(request), request.query_params
    filters = {name: asked[name].strip()[:80] for name in ("area", "person", "since", "until") if asked.get(name)}
    days: dict[str, date] = {}
    wrong: dict[str, str] = {}
    for name in {"since", "until"} & filters.keys():
        try:
            days[name] = date.fromisoformat(filters[name])
        except ValueError:
            wrong[name] = "no-date"
    areas = areas_for(visit.who)
    said = asked.get("before", "")
    before = int(said) if re.fullmatch(r"[0-9]{1,9}", said) else 0
    wanted = Wanted(
        area=filters.get("area", ""),
        person=filters.get("person", ""),
        since=days.get("since"),
        until=days.get("until"),
        before=before,
    )
    lines, older = ([], 0) if wrong else read(visit.office, visit.who, wanted)
    return page(
        visit,
        "log.html",
        422 if wrong else 200,
        lines=lines,
        older=older,
        newer=bool(before),
        areas_seen=areas,
        whole=len(areas) == len(AREAS),
        filters=filters,
        query=urlencode(filters),
        wrong=wrong,
    )


@router.get("/log/verify")
@needs(Action.SEE_LOG)
def verified(request: Request) -> Response:
    """Every hash computed again."""
    visit = visit_of(request)
    store = visit.office.store
    checked = store.verify_log({})
    kept = [
        {
            "entry": facts["seq"],
            "where": clean.line(str(facts["where"])),
            "by": clean.line(str(facts["by"])),
            "on": iso(one.at, visit.office.zone),
        }
        for one in store.log_entries(ANCHOR)
        if (facts := one.facts)
    ]
    return page(visit, "log-verify.html", checked=checked, kept=kept)
