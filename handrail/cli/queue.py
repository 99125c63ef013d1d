"""``handrail queue``: put sites in the queue that workers take them from, look at it, repair it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, plan_for, read_policy

if TYPE_CHECKING:
    from handrail.queue import Job, Queue
    from handrail.runs import Place
    from reports.store.store import Store

queue_app = typer.Typer(help="The queue that workers take sites from: add, list, retry, cancel.", no_args_is_help=True)
app.add_typer(queue_app, name="queue")

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SITE|RUN]...", help="Sites, or runs with all their sites."),
]

#: What may still be done, or is.
OPEN = ("waiting", "working", "lost")
#: Seconds to wait for a worker that ends what it has.
_PATIENCE = 150.0


@queue_app.command()
def add(
    targets: Annotated[
        list[str] | None, typer.Argument(metavar="[SITE]...", help="Sites of handrail.toml. None: all.")
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Audit every page, also those that did not change since an earlier audit.")
    ] = False,
    max_pages: Annotated[
        int, typer.Option(min=0, help="Audit at most this many pages a site: a sample, and said so.")
    ] = 0,
    due: Annotated[bool, typer.Option("--due", help="Only sites that are due by their schedule.")] = False,
    pictures: Annotated[bool, typer.Option(help="Take cropped pictures of findings.")] = True,
) -> None:
    """Begin a run, and put its sites in the queue. A site that is there already is left out."""
    from crawler.logs import event
    from handrail import locks, runs
    from handrail.status import Statuses

    policy = read_policy(config)
    plan = plan_for(policy, targets or [], None, max_pages=max_pages, max_minutes=0, pictures=pictures)
    with _opened(out, store) as (place, _, queue):
        parts = runs.parts_for(plan.policy)
        with locks.hold(place, ["the queue"], seconds=30), runs.open_store(place, parts) as opened:
            there = {job.site for job in queue.jobs() if job.state in OPEN}
            for key in plan.sites:
                if key in there:
                    typer.echo(f"{key}: is in the queue already")
            keys = tuple(key for key in plan.sites if key not in there)
            if due:
                statuses = Statuses(policy, opened, datetime.now(UTC))
                keys = tuple(key for key in keys if statuses.of(key).due)
            if not keys:
                typer.echo("Nothing was put in the queue.")
                raise typer.Exit(OK)
            plan = replace(plan, sites=keys, fresh=fresh, trigger="schedule" if due else "person")
            run = runs.start(place, plan, parts, opened, shared=True)
            for key in keys:
                queue.put(run.id, key)
            event("run-begun", run=run.id, sites=keys)
            typer.echo(f"Run {run.id}: {len(keys)} {'site' if len(keys) == 1 else 'sites'} in the queue")
    raise typer.Exit(OK)


@queue_app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also what has ended.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Say what waits, what is in work and where it failed. Exit 0, whatever it is."""
    from handrail.queue import latest

    with _opened(out, store) as (_, opened, queue):
        jobs = queue.jobs()
        shown = [job for job in latest(jobs) if every or job.state in (*OPEN, "failed")]
        helpers = Counter((job.run, job.site) for job in jobs if job.helps and job.state == "working")
        told = [_told(job, helpers[job.run, job.site], opened) for job in shown if job.site]
        waiting = [job for job in shown if not job.site]
        workers = queue.workers()
    if as_json:
        reports = [asdict(job) for job in waiting]
        typer.echo(json.dumps({"jobs": told, "reports": reports, "workers": len(workers)}, indent=2))
        raise typer.Exit(OK)
    for one in told:
        more = f", {one['helpers']} more workers" if one["helpers"] else ""
        bad = f", {one['quarantined']} given up" if one["quarantined"] else ""
        typer.echo(
            f"{one['id']:>6}  {one['run']}  {one['site']}: {one['state']}, tried {one['attempts']} times; "
            f"{one['ended']} addresses done, {one['pending']} left{bad}{more}"
        )
    for job in waiting:
        typer.echo(f"{job.id:>6}  {job.run}  reports: {job.state}")
    if not told and not waiting:
        typer.echo("Nothing is in the queue.")
    typer.echo(f"Workers: {len(workers)}")
    raise typer.Exit(OK)


def _told(job: Job, helpers: int, store: Store) -> dict[str, Any]:
    ends = store.outcomes(job.run, job.site)
    pending = ends.get(None, 0)
    return asdict(job) | {
        "helpers": helpers,
        "ended": sum(ends.values()) - pending,
        "pending": pending,
        "quarantined": store.sharing.given_up(job.run, job.site),
    }


@queue_app.command()
def retry(names: Names = None, out: Out = DEFAULT_OUT, store: StoreUrl = "") -> None:
    """Have done again what failed or was lost. Pages that were given up are opened again.

    None: whatever has failed. A run that is over stays as it is.
    """
    from handrail.queue import latest

    done = 0
    with _opened(out, store) as (_, opened, queue):
        jobs = latest(queue.jobs())
        forgotten = _forgotten(opened, jobs)
        _check_names(names or (), jobs, forgotten, opened)
        for job in _named(jobs, names):
            if job.state not in ("failed", "cancelled", "lost") or opened.sharing.plan(job.run) is None:
                continue
            if job.site:
                opened.sharing.reopen(job.run, job.site)
            queue.retry(job)
            done += 1
            typer.echo(f"{job.site or 'reports'}: waits again (run {job.run})")
        for run, site in forgotten:
            if names and run not in names and site not in names:
                continue
            queue.put(run, site)
            done += 1
            typer.echo(f"{site}: waits again (run {run})")
    if not done:
        typer.echo("There is nothing to do again.")
    raise typer.Exit(OK)


@queue_app.command()
def cancel(
    names: Annotated[list[str], typer.Argument(metavar="SITE|RUN...", help="Sites, or runs with all their sites.")],
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Take sites out of the queue; one in work ends its pages. Their audit is then incomplete, and told as that."""
    from handrail import runs
    from handrail.config import Policy
    from handrail.queue import latest
    from handrail.working import end_site

    done = 0
    with _opened(out, store) as (place, opened, queue):
        jobs = queue.jobs()
        _check_names(names, jobs, (), opened)
        for job in _named(latest(jobs), names):
            if job.state not in (*OPEN, "failed") or not job.site:
                continue
            these = [one for one in jobs if (one.run, one.site) == (job.run, job.site) and one.state in OPEN]
            for one in these:
                queue.cancel(one)
            _wait(queue, {one.id for one in these})
            done += 1
            sealed = opened.sharing.plan(job.run)
            if sealed is not None:
                try:
                    plan = runs.unsealed(job.run, sealed, runs.parts_for(Policy()))
                except runs.NothingToResume:
                    _drop(opened, job.run)
                else:
                    parts = runs.parts_for(plan.policy)
                    with runs.open_store(place, parts) as own:
                        end_site(place, job.run, job.site, plan, parts, own)
            typer.echo(f"{job.site}: cancelled (run {job.run})")
    if not done:
        typer.echo("Nothing of that is in the queue.")
    raise typer.Exit(OK)


def _drop(store: Store, run: str) -> None:
    """A run of an earlier key, which nobody can go on with: all of it ends."""
    for site in store.sites(run):
        if site.state == "running":
            store.finish_site(run, site.key, "incomplete", ("pages-waiting",))
    store.finish_run(run, "incomplete")
    store.sharing.drop_plan(run)


def _wait(queue: Queue, jobs: set[int]) -> None:
    """Until their workers have let go of them."""
    ends = time.monotonic() + _PATIENCE
    while any(job.id in jobs and job.state == "working" for job in queue.jobs()):
        if time.monotonic() > ends:
            raise click.UsageError("a worker does not let go of it; try again when that worker has ended")
        time.sleep(1)


def _named(jobs: Sequence[Job], names: list[str] | None) -> list[Job]:
    return [job for job in jobs if not names or job.site in names or job.run in names]


def _check_names(names: Sequence[str], jobs: Sequence[Job], forgotten: Sequence[tuple[str, str]], store: Store) -> None:
    """A slip of the pen is no site with nothing to do. Raises UsageError."""
    known = {one for job in jobs for one in (job.run, job.site)} | {one for pair in forgotten for one in pair}
    for name in set(names) - known - {run.id for run in store.runs()}:
        there = (
            ", ".join(sorted({job.site for job in jobs if job.site and job.state in (*OPEN, "failed")})) or "no site"
        )
        raise click.UsageError(f"no site and no run {name!r} in the queue; it has: {there}")


def _forgotten(store: Store, jobs: Sequence[Job]) -> list[tuple[str, str]]:
    """Sites of runs that are not over, and that no job is for: whoever put them in was killed while doing it."""
    known = {(job.run, job.site) for job in jobs}
    return [
        (run.id, site.key)
        for run in store.runs()
        if run.state == "running" and store.sharing.plan(run.id) is not None
        for site in store.sites(run.id)
        if site.state == "running" and (run.id, site.key) not in known
    ]


@contextmanager
def _opened(out: Path, url: str) -> Iterator[tuple[Place, Store, Queue]]:
    """The store and its queue. Raises NoQueue."""
    from handrail import queue, runs
    from handrail.config import Policy

    place = runs.Place(out=out, store=url)
    queue.check(place)
    with runs.open_store(place, runs.parts_for(Policy())) as opened, queue.Queue(place) as its:
        yield place, opened, its
