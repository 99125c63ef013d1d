"""How many places there are to fix, audit by audit: of one site, and of all together. Pure.

A site's points are audits that can be compared: complete ones, of the same sample. On each day all sites together are
counted by the last such audit of each until then; so a day on which one of them was audited is a point of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import Any

from audits.model import Kind, PageOutcome, Verdict
from reports.common import PRESENT, iso, per_100
from reports.facts import Aim
from reports.model import CityPoint, DeployMark, Goal, TrendPoint
from reports.store.records import RunRecord, SiteRunData

#: Deploys that a chart has room for.
DEPLOYS_MARKED = 5


#: Whether places of a rule, of a kind and with a verdict are to be fixed.
Fails = Callable[[str, Kind, Verdict], bool]


def points_of(run: RunRecord, data: SiteRunData, zone: tzinfo, fails: Fails) -> tuple[TrendPoint, ...]:
    """Earlier audits that ``handrail trend`` compares, and this one last, whatever it ended as. One that saw no page
    has no rate and so is no point."""
    audited = data.outcomes.get(PageOutcome.AUDITED, 0)
    if not audited:
        return ()
    present = [issue for issue in data.issues if issue.state in PRESENT]
    here = {
        "run": run.id,
        "finished": run.finished or run.started,
        "pages": audited,
        "places": sum(issue.places for issue in present),
        "in_documents": sum(issue.in_documents for issue in present),
        "by_rule": [(one.rule, one.kind, one.verdict, one.judged, one.judged_in_documents) for one in present],
    }
    earlier = [
        one
        for one in data.history
        if one.get("state", "complete") == "complete" and one.get("sample", run.sample) == run.sample
    ]
    points = (_point(one, zone, fails) for one in (*earlier, here))
    return tuple(one for one in points if one is not None)


def _point(run: Any, zone: tzinfo, fails: Fails) -> TrendPoint | None:
    in_documents = run.get("in_documents", 0)
    rate = per_100(run["places"] - in_documents, run["pages"])
    if rate is None:
        return None
    failing = [counts for rule, kind, verdict, *counts in run["by_rule"] if fails(rule, kind, verdict)]
    to_fix, of_documents = (sum(counts[n] for counts in failing) for n in (0, 1))
    return TrendPoint(
        run=str(run["run"]),
        finished=iso(run["finished"], zone),
        pages=run["pages"],
        places=run["places"],
        per_100_pages=rate,
        places_in_documents=in_documents,
        to_fix=to_fix,
        to_fix_in_documents=of_documents,
        to_fix_per_100_pages=per_100(to_fix - of_documents, run["pages"]) or 0,
    )


def change_of(points: Sequence[TrendPoint | CityPoint]) -> int | None:
    """Places per 100 pages more, or fewer, than the time before."""
    return points[-1].to_fix_per_100_pages - points[-2].to_fix_per_100_pages if len(points) > 1 else None


def goal_of(aim: Aim | None) -> Goal | None:
    """As a report tells it."""
    return Goal(per_100_pages=aim.per_100_pages, by=aim.by.isoformat() if aim.by else "") if aim else None


def deploys_of(run: RunRecord, data: SiteRunData, since: str, zone: tzinfo) -> tuple[DeployMark, ...]:
    """Deploys that audits looked at since a time, the last ones. A deploy whose audit was of a preview is none yet."""
    told = [(str(one["run"]), one["finished"]) for one in data.history if one.get("trigger") == "deploy"]
    if run.trigger == "deploy":
        told.append((run.id, run.finished or run.started))
    marks = []
    for name, ended in told:
        brought = [
            issue
            for issue in data.issues
            if issue.first_run == name and issue.state in PRESENT and issue.verdict is Verdict.FAIL
        ]
        places = sum(issue.judged for issue in brought)
        marks.append(DeployMark(run=name, on=iso(ended, zone), issues=len(brought), places=places))
    return tuple(one for one in marks if since and one.on >= since)[-DEPLOYS_MARKED:]


def city_trend(sites: Iterable[Sequence[TrendPoint]]) -> tuple[CityPoint, ...]:
    """All sites together on every day on which an audit of one ended."""
    known = [points for points in sites if points]
    days = sorted({one.finished[:10] for points in known for one in points})
    found = []
    for day in days:
        last = [until[-1] for points in known if (until := [one for one in points if one.finished[:10] <= day])]
        pages, to_fix = sum(one.pages for one in last), sum(one.to_fix for one in last)
        in_documents = sum(one.to_fix_in_documents for one in last)
        found.append(
            CityPoint(
                on=day,
                sites=len(last),
                pages=pages,
                to_fix=to_fix,
                to_fix_in_documents=in_documents,
                to_fix_per_100_pages=per_100(to_fix - in_documents, pages) or 0,
            )
        )
    return tuple(found)
