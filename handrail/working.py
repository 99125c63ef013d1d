"""One job of the queue, in a process of its own: audit a site of a run, help with it, or end it.

A page that kills this process costs the worker nothing: it sees the death, has it written down on the pages that were
in work here, and starts another one. When the worker dies, this process does too.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from audits.model import PageOutcome
from handrail import __version__, locks, runs
from handrail.config import ConfigError, Policy
from handrail.evidence import kept
from handrail.keys import BadKey
from handrail.wiring import Parts, rules_sha256
from reports.store.database import StoreError

if TYPE_CHECKING:
    from handrail.runs import Place, Plan
    from reports.store.records import RunRecord
    from reports.store.store import Store

logger = logging.getLogger(__name__)

AUDIT, ASSIST, END, TELL = "audit", "help", "end", "tell"
#: How this process ends, besides OK, BUSY and INTERRUPTED of the command line.
FAILED, NOT_HERE, ORPHANED = 4, 76, 70
#: Short: what a lost worker held is taken up again in less than a minute.
LEASE_SECONDS = 30.0
#: Seconds between two looks at whether help is wanted.
_LOOK = 3.0
#: Seconds in which somebody else's reports are waited for; then a later try comes.
_IN_TURN = 60.0


class _Unfinished(Exception):
    """The walk ended, and pages still wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be done; with no site, of the run as a whole.

    ``join``: with so many pages waiting, others are called; 0 = never.
    """

    place: Place
    run: str
    site: str
    what: str = AUDIT
    join: int = 0


def work(asked: Work) -> int:
    """The exit code. Raises Busy where somebody else audits the site."""
    from handrail.cli import OK

    place = asked.place
    parts = runs.parts_for(Policy())
    with runs.open_store(place, parts) as store:
        sealed = store.sharing.plan(asked.run)
    if sealed is None:
        return OK  # it is over
    plan = runs.unsealed(asked.run, sealed, parts)
    parts = runs.parts_for(plan.policy)
    with runs.open_store(place, parts) as store:
        run = next(one for one in store.runs() if one.id == asked.run)
        if asked.what == TELL:  # reports may be written by a later version
            tell(place, run.id, plan, parts, store)
            return OK
        if not _same_tool(run, plan, parts):
            logger.error("run %s was begun by another version of Handrail or of its engines", run.id)
            return NOT_HERE
        if asked.what == ASSIST:
            return _walk(asked, run, plan, parts, store) if _runs(store, run.id, asked.site) else OK
        with locks.hold(place, [asked.site]):
            if asked.what == AUDIT and _runs(store, run.id, asked.site):
                if (code := _walk(asked, run, plan, parts, store)) != OK:
                    return code
                _wait_for_helpers(asked, plan, store)
            end_site(place, run.id, asked.site, plan, parts, store, failed=asked.what == END)
    return OK


def _same_tool(run: RunRecord, plan: Plan, parts: Parts) -> bool:
    rules = rules_sha256(parts.rules, runs.page_source(plan.policy))
    return (run.tool_version, run.rules_sha256) == (__version__, rules)


def _runs(store: Store, run_id: str, site: str) -> bool:
    return any(one.key == site and one.state == "running" for one in store.sites(run_id))


def _walk(asked: Work, run: RunRecord, plan: Plan, parts: Parts, store: Store) -> int:
    from crawler.process import run_sites
    from handrail.cli import INTERRUPTED, OK

    helps = asked.what == ASSIST
    since, opened = store.sharing.begin(run.id, asked.site)
    job = runs.job_for(run, asked.site, plan, parts, store)
    seconds = max(1.0, job.budget.seconds - since) if job.budget.seconds else 0.0
    job = replace(
        job,
        lease_seconds=LEASE_SECONDS,
        helps=helps,
        opened=opened or helps,
        on_opened=partial(store.sharing.opened, run.id, asked.site),
        budget=replace(job.budget, seconds=seconds),
    )
    with _calling(asked, store):
        ended = run_sites(
            [job],
            browser=runs.browser_config(plan),
            judge=runs.judge_config(plan.policy, parts.trackers),
            put=_putting(asked.place, store, run.id) if plan.pictures else None,
            documents_dir=asked.place.out,
            ocr=runs.ocr_of(plan.policy),
            on_ready=None if helps else partial(runs.browser_known, store, run),
            paces=store.sharing,
        )
    if ended.restarts:
        store.sharing.note(run.id, partial(runs.restarted, more=ended.restarts))
    if ended.interrupted:
        return INTERRUPTED
    return FAILED if ended.failed else OK


def _putting(place: Place, store: Store, run_id: str) -> Callable[[str, bytes], None]:
    """A picture goes where the one finds it who writes the reports."""
    found = kept(place)
    return found.put if found.shared else partial(_put, store, run_id)


def _put(store: Store, run_id: str, name: str, shot: bytes) -> None:
    """Raises OSError."""
    try:
        store.sharing.put_picture(run_id, name, shot)
    except Exception as exc:
        raise OSError(f"a picture could not be stored: {type(exc).__name__}") from exc


@contextmanager
def _calling(asked: Work, store: Store) -> Iterator[None]:
    """Call for help as long as many pages wait."""
    from handrail.queue import Queue

    if not asked.join:
        yield
        return
    over = threading.Event()

    def look(queue: Queue) -> None:
        while not over.wait(_LOOK):
            with suppress(Exception):  # the database may be away for a moment; it is asked again
                if store.sharing.waiting(asked.run, asked.site, asked.join) >= asked.join:
                    queue.call_for_help(asked.run, asked.site)

    with Queue(asked.place) as queue:
        looking = threading.Thread(target=look, args=(queue,), daemon=True)
        looking.start()
        try:
            yield
        finally:
            over.set()
            looking.join(10)


def _wait_for_helpers(asked: Work, plan: Plan, store: Store) -> None:
    """Their last pages. Raises _Unfinished where pages wait that nobody works on, and time is not why."""
    minutes = plan.max_minutes or plan.policy.sites[asked.site].budget.minutes
    while store.pending(asked.run, asked.site):
        if minutes and store.sharing.begin(asked.run, asked.site)[0] >= minutes * 60:
            reason = "the time budget was spent"
            store.close_pending(asked.run, asked.site, PageOutcome.BUDGET_TIME, reason)
        elif store.sharing.waiting(asked.run, asked.site, 1):
            raise _Unfinished
        time.sleep(1)


def end_site(
    place: Place, run_id: str, site: str, plan: Plan, parts: Parts, store: Store, *, failed: bool = False
) -> None:
    """Once: say how a site ended. After the last one, the run's reports are put in the queue.

    Whoever died between two of these steps did the first ones: the rest is done by who takes the job up.
    """
    from handrail.cli.progress import tell_end
    from handrail.queue import Queue

    if _runs(store, run_id, site):
        found = runs.judged(store, run_id, site, plan, parts, failed=failed)
        store.finish_site(run_id, site, "incomplete" if found else "complete", found)
        tell_end(store, run_id, (site,))
    if store.sharing.plan(run_id) is not None and all(one.state != "running" for one in store.sites(run_id)):
        with Queue(place) as queue:
            queue.tell(run_id)


def tell(place: Place, run_id: str, plan: Plan, parts: Parts, store: Store) -> None:
    """Once, when every site has ended: say how the run did, write its reports, tell people and programs.

    The plan goes last: as long as it is there, somebody has this to do.
    """
    from crawler.logs import event
    from handrail import webhooks
    from handrail.notify import tell_of
    from handrail.publish import publish

    states = {one.state for one in store.sites(run_id)}
    if "running" in states:
        return  # one was opened again meanwhile
    known = next(one.notes for one in store.runs() if one.id == run_id)
    notes = runs.restarted(runs.machine_notes(), runs.restarts(known))
    state = "complete" if states == {"complete"} else "incomplete"
    store.finish_run(run_id, state, notes)
    event("run-ended", run=run_id, state=state)
    pictures = kept(place)
    for name, body in store.sharing.pictures(run_id):
        pictures.put(name, body)
    # Those of another run may be written by another worker, into the same folder.
    with locks.hold(place, ["the reports"], seconds=_IN_TURN):
        publish(store, run_id, parts, plan.policy, place)
    faults = webhooks.tell(place, store, plan.policy)
    if not plan.sample:
        faults += tell_of(place, store, plan.policy, parts.rules, datetime.now(UTC), run_id)
    for fault in faults:
        logger.error("%s", fault)
    store.sharing.drop_plan(run_id)


def _die_with_the_worker() -> None:
    """The worker holds the other end of standard input: when that is closed, nobody waits for us any more."""
    while os.read(0, 1):
        pass
    os._exit(ORPHANED)


def main(arguments: list[str]) -> int:
    """``python -m handrail.working WHAT RUN SITE OUT JOIN``, the store in the environment."""
    from crawler.browser.find import BrowserMissing
    from crawler.logs import on_standard_error
    from handrail.cli import BUSY, failure

    threading.Thread(target=_die_with_the_worker, daemon=True).start()
    what, run, site, out, join = arguments
    place = runs.Place(out=Path(out), store=os.environ["HANDRAIL_STORE"])
    with on_standard_error(logging.WARNING):
        try:
            return work(Work(place=place, run=run, site=site, what=what, join=int(join)))
        except locks.Busy as exc:
            logger.warning("%s", exc)
            return BUSY
        except _Unfinished:
            return FAILED
        except (ConfigError, BadKey, BrowserMissing, StoreError, runs.NothingToResume) as exc:
            logger.error("run %s, site %s: this machine cannot do it: %s", run, site, exc)
            return NOT_HERE
        except Exception as exc:  # noqa: BLE001  # told by type and place, like any failure of ours
            code, why = failure(exc)
            logger.error("run %s, site %s: %s", run, site, why)
            return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
