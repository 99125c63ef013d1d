"""Look at a few pages of a site again, for one issue or one question: an audit of these pages, recorded like any other.

It proves what it proves (``reports.store.later``) and never tells of the site as a whole. As a program it is a process
of its own: what is asked comes as a line on standard input, what happens goes out as lines of JSON. It ends when its
input does, so that it never outlives whoever began it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audits.model import Kind
from audits.site_check import PREFIX
from handrail.issues import BadAct, Unknown
from reports import sampled
from reports.store.records import RECHECK
from reports.store.standing import ALONE

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.issues import Issues
    from handrail.runs import Place, Plan
    from handrail.wiring import Parts
    from reports.store.records import RecheckPage
    from reports.store.store import Store
    from reports.worklist import WorkItem

#: Pages of one look at the most.
MOST_PAGES = 25
#: Seconds that the pages in work have to end in, once it is to stop.
LAST_SECONDS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a look said of an issue; ``issue`` "": of pages alone."""

    looked: int  # pages
    places: int  # of the issue, or of all that is found on the pages
    after: str  # the state of the issue now


def pages_of_issue(issues: Issues, item: WorkItem) -> list[str]:
    """Where an issue may be looked for again: what nobody looked at since first. Raises BadAct where nowhere."""
    if item.rule.startswith(PREFIX):
        raise BadAct("across-pages", f"{item.id} compares pages; only an audit of the site can say what became of it")
    _configured(issues.policy, item.site)
    runs = dict.fromkeys((issues.run_of(item.site).id, item.last_run))
    known = (issues.store.pages_again(run, item.site, item.fingerprint) for run in runs)
    return _held(issues.policy, item.site, next(filter(None, known), []))


def pages_of_urls(store: Store, policy: Policy, run_id: str, site: str, urls: Iterable[str]) -> list[str]:
    """Of these addresses those that an audit knows. Raises BadAct where there is none."""
    _configured(policy, site)
    return _held(policy, site, store.pages_again(run_id, site, urls=tuple(urls)))


def is_shared(item: WorkItem) -> bool:
    """Whether the issue stands in a part that many pages have: one page may say whether it is repaired there."""
    return item.part_key not in ALONE and item.kind is not Kind.EXPOSURE


def chosen(pages: Sequence[str], *, one: bool) -> list[str]:
    """One page, or as many as a look may have."""
    return list(pages[: 1 if one else MOST_PAGES])


def plan_of(policy: Policy, site: str, urls: Sequence[str], minutes: float) -> Plan:
    """As the site's own audit would see these pages, and no other."""
    from handrail.runs import Plan

    known = policy.sites[site]
    budget = known.budget.model_copy(update={"pages": len(urls), "documents": len(urls)})
    own = known.model_copy(update={"start": tuple(urls), "journeys": {}, "budget": budget})
    return Plan(
        policy=policy.model_copy(update={"sites": {**policy.sites, site: own}}),
        sites=(site,),
        follow=False,
        sample=sampled.asked("again", len(urls)),
        trigger=RECHECK,
        pictures=False,
        max_minutes=minutes,
        fresh=True,
    )


def result_of(store: Store, run_id: str, site: str, fingerprint: str, after: str) -> Result:
    """What a run over a few pages saw of an issue; without one, of whatever fails."""
    from audits.model import READ

    ends = store.outcomes(run_id, site)
    looked = sum(number for outcome, number in ends.items() if outcome in READ)
    if fingerprint:
        return Result(looked=looked, places=sum(1 for _ in store.places(run_id, site, fingerprint)), after=after)
    places = sum(one.places for one in store.issues(run_id, site) if one.last_run == run_id)
    return Result(looked=looked, places=places, after=after)


def ended_by_force(store: Store, place: Place, run_id: str, site: str) -> None:
    """The process of a look is gone and could not say so: nobody takes it up again."""
    store.finish_site(run_id, site, "incomplete", ("pages-waiting",))
    store.finish_run(run_id, "incomplete")
    place.plan(run_id).unlink(missing_ok=True)


def look(place: Place, plan: Plan, parts: Parts, store: Store, told: Callable[[str, dict[str, Any]], None]) -> str:
    """See it through; how it ended: "complete", "incomplete". Raises Busy, BrowserMissing, ConfigError."""
    from handrail import locks, runs

    done = 0

    def on_page(*_: Any) -> None:
        nonlocal done
        done += 1
        told("page", {"done": done})

    with locks.hold(place, plan.sites):
        run = runs.start(place, plan, parts, store)
        told("begun", {"run": run.id})
        ending = runs.carry_out(
            place, run, plan, parts, store, on_page=on_page, on_ready=lambda browser: told("ready", {})
        )
        if ending.state == "interrupted":  # there is nothing to take up again
            store.finish_run(run.id, "incomplete")
            place.plan(run.id).unlink(missing_ok=True)
    return "complete" if ending.state == "complete" else "incomplete"


def main() -> None:
    """The process."""
    from handrail import runs
    from handrail.config import Policy
    from handrail.locks import Busy

    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed is none of ours

    def told(event: str, facts: dict[str, Any]) -> None:
        print(json.dumps({"event": event, **facts}), file=out, flush=True)

    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_input, daemon=True).start()
    policy = Policy.model_validate(asked["policy"], strict=False)
    parts = runs.parts_for(policy)
    place = runs.Place(out=Path(asked["out"]), store=asked["store"])
    plan = plan_of(policy, asked["site"], asked["urls"], asked["minutes"])
    with runs.open_known(place, parts) as store:
        try:
            told("ended", {"state": look(place, plan, parts, store, told)})
        except Busy as exc:
            told("busy", {"who": exc.holder.who})


def _end_with_input() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_SECONDS)
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)


def _configured(policy: Policy, site: str) -> None:
    if site not in policy.sites:
        raise Unknown("no-site", f"handrail.toml has no site {site!r}: its pages are asked for by nobody")


def _held(policy: Policy, site: str, pages: Iterable[RecheckPage]) -> list[str]:
    """Pages that an audit of today's configuration would look at."""
    from crawler.scope import Scope

    known = policy.sites[site]
    scope = Scope.of(known.start, hosts=known.hosts, include=known.include, exclude=known.exclude)
    urls = (one.url for one in pages if one.may)
    found = list(dict.fromkeys(url for url in urls if scope.holds(url) or url in known.start))
    if not found:
        raise BadAct("no-page-again", "there is no page that could be looked at again")
    return found


if __name__ == "__main__":
    main()
