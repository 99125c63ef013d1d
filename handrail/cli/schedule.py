"""``handrail schedule``: audit what is due, and have systemd or cron call that at its times."""

from __future__ import annotations

import getpass
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import click
import typer

from handrail.cli import BUSY, FAILED, INTERRUPTED, OK, app
from handrail.cli.audit import DEFAULT_CONFIG, DEFAULT_OUT, Config, Out, Quiet, StoreUrl, read_policy

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.runs import Place
    from handrail.status import SiteStatus
    from handrail.timers import Setup

schedule_app = typer.Typer(
    help="Audit sites at their times: what is due now, and the timers for it.", no_args_is_help=True
)
app.add_typer(schedule_app, name="schedule")

Systemd = Annotated[bool, typer.Option("--systemd/--cron", help="Units of systemd, or lines of your crontab.")]
User = Annotated[bool, typer.Option("--user", help="With --systemd: your own manager, without root.")]
Secrets = Annotated[
    Path | None,
    typer.Option(
        help="File with the environment (HANDRAIL_…), NAME='value' a line. Default: handrail.env beside the "
        "configuration.",
        dir_okay=False,
    ),
]
RunAs = Annotated[
    str, typer.Option(metavar="USER", help="With --systemd: whose account audits. Default: yours. Not root.")
]
Folder = Annotated[
    Path | None,
    typer.Option(help="With --systemd: where units go. Default: where systemd looks for them.", file_okay=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


@schedule_app.command()
def run(
    targets: Annotated[
        list[str] | None, typer.Argument(metavar="[SITE]...", help="Look at these sites alone. None: all.")
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    quiet: Quiet = False,
) -> None:
    """Audit what is due now, in one run, and tell the targets of [notify].

    A site is due when its last audit began before its last time. What was
    missed is caught up once. A run that was cut off is taken up again. A
    site that another process audits is left to it (exit code 75). Exit 0:
    complete, or nothing was due.
    """
    from handrail import locks, runs

    policy = read_policy(config)
    keys = _keys(policy, targets or [])
    place = runs.Place(out=out, store=store)
    if not any(policy.when(key) for key in keys):
        raise click.UsageError('no site has a schedule: write when = "weekly sunday 02:00" in [schedule]')
    busy: list[str] = []
    with ExitStack() as held:
        free = []
        for key in (one.key for one in _statuses(policy, place, keys) if one.due):
            try:
                held.enter_context(locks.hold(place, [key]))
            except locks.Busy as exc:
                busy.append(str(exc))
                continue
            free.append(key)
        # Whoever held the lock until now may have done it.
        due = [one for one in _statuses(policy, place, free) if one.due]
        for fault in busy:
            typer.echo(fault, err=True)
        code = _audited(policy, place, due, quiet=quiet) if due else _nothing(policy, place, keys, quiet=quiet or busy)
    raise typer.Exit(BUSY if busy and code == OK else code)


def _keys(policy: Policy, targets: list[str]) -> list[str]:
    for key in targets:
        if key not in policy.sites:
            raise click.UsageError(f"no site {key!r} in the configuration; it has: {', '.join(policy.sites) or 'none'}")
    return targets or list(policy.sites)


def _statuses(policy: Policy, place: Place, keys: list[str]) -> list[SiteStatus]:
    from handrail import runs
    from handrail.status import Statuses

    now = datetime.now(UTC)
    if not place.exists():
        found = Statuses(policy, None, now)
        return [found.of(key) for key in keys]
    with runs.open_known(place, runs.parts_for(policy)) as opened:
        found = Statuses(policy, opened, now)
        return [found.of(key) for key in keys]


def _nothing(policy: Policy, place: Place, keys: list[str], *, quiet: Any) -> int:
    """Nothing is due; what is overdue is told all the same."""
    from handrail import runs
    from handrail.cli.notify import say_faults
    from handrail.notify import tell_of

    if not quiet:
        zone = ZoneInfo(policy.city.timezone)
        coming = [(one.next_due, one.key) for one in _statuses(policy, place, keys) if one.next_due]
        then = f" Next: {min(coming)[1]}, {min(coming)[0].astimezone(zone):%Y-%m-%d %H:%M}." if coming else ""
        typer.echo(f"Nothing is due.{then}")
    if policy.notify.targets and place.exists():
        parts = runs.parts_for(policy)
        with runs.open_known(place, parts) as opened:
            say_faults(tell_of(place, opened, policy, parts.rules, datetime.now(UTC)))
    return OK


def _audited(policy: Policy, place: Place, due: list[SiteStatus], *, quiet: bool) -> int:
    """One run for all of them, after the one that was cut off."""
    from handrail import runs
    from handrail.cli.audit import carried_out, plan_for

    for one in due:
        if one.ahead is not None:
            typer.echo(
                f"Warning: an audit of {one.key} is dated {one.ahead:%Y-%m-%d %H:%M} UTC, which is still to come: the "
                "clock was set back, or ahead before.",
                err=True,
            )
    parts = runs.parts_for(policy)
    codes = []
    keys = [one.key for one in due]
    with runs.open_store(place, parts) as store:
        begun = store.latest_run(resumable=True)
        if begun is not None and begun.trigger == "schedule" and _is_for(store, begun.id, due):
            try:
                record, plan = runs.resume(place, parts, store)
            except runs.NothingToResume:
                pass
            else:
                codes.append(
                    carried_out(
                        place, record, plan, runs.parts_for(plan.policy), store, None,
                        report=True, quiet=quiet, notify=True,
                    )
                )  # fmt: skip
                keys = [key for key in keys if key not in plan.sites]
        if keys and INTERRUPTED not in codes:
            plan = plan_for(policy, keys, None, max_pages=0, max_minutes=0, pictures=True)
            plan = replace(plan, trigger="schedule")
            record = runs.start(place, plan, parts, store)
            codes.append(carried_out(place, record, plan, parts, store, None, report=True, quiet=quiet, notify=True))
    return max(codes)


def _is_for(store: Any, run: str, due: list[SiteStatus]) -> bool:
    """Whether a run that was cut off is the one that these sites are due for, and holds no others."""
    by_key = {one.key: one for one in due}
    keys = [site.key for site in store.sites(run)]
    return bool(keys) and all(
        key in by_key
        and (attempt := by_key[key].attempt) is not None
        and attempt.run == run
        and (last := by_key[key].last_due) is not None
        and attempt.started >= last
        for key in keys
    )


@schedule_app.command("print")
def print_(
    systemd: Systemd = True,
    user: User = False,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    secrets: Secrets = None,
    run_as: RunAs = "",
) -> None:
    """Print the units, or the lines of the crontab, that install would write."""
    from handrail import timers

    setup = _setup(config, out, secrets, run_as)
    if not systemd:
        typer.echo("\n".join(timers.lines(setup, same_clock=timers.same_clock(setup.zone, datetime.now(UTC)))))
        raise typer.Exit(OK)
    folder = _folder(None, user)
    texts = [f"# {folder / name}\n{text}" for name, text in timers.units(setup, user=user).items()]
    typer.echo("\n".join(texts), nl=False)
    raise typer.Exit(OK)


@schedule_app.command()
def install(
    systemd: Systemd = True,
    user: User = False,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    secrets: Secrets = None,
    run_as: RunAs = "",
    folder: Folder = None,
    dry_run: DryRun = False,
) -> None:
    """Write a timer for each site that has a schedule, and start it. A second call changes nothing.

    Whatever does not bear the mark of this configuration is left alone. A
    site that has no schedule any more loses its timer.
    """
    from handrail import timers

    setup = _setup(config, out, secrets, run_as)
    try:
        if systemd:
            changes = timers.install_units(setup, _folder(folder, user), user=user, dry_run=dry_run)
            _say({str(change.path): change.what for change in changes}, dry_run=dry_run)
        else:
            same = timers.same_clock(setup.zone, datetime.now(UTC))
            what = timers.install_lines(setup.config, timers.lines(setup, same_clock=same), dry_run=dry_run)
            _say({"crontab": what}, dry_run=dry_run)
    except timers.NotOurs as exc:
        raise click.UsageError(str(exc)) from None
    except timers.Refused as exc:
        typer.echo(f"Error: {exc}", err=True)
        raise typer.Exit(FAILED) from None
    raise typer.Exit(OK)


@schedule_app.command()
def remove(
    systemd: Systemd = True,
    user: User = False,
    config: Config = None,
    folder: Folder = None,
    dry_run: DryRun = False,
) -> None:
    """Stop and remove the timers that install wrote for this configuration, and nothing else."""
    from handrail import timers

    named = (config or DEFAULT_CONFIG).absolute()
    try:
        if systemd:
            changes = timers.remove_units(named, _folder(folder, user), user=user, dry_run=dry_run)
            _say({str(change.path): change.what for change in changes}, dry_run=dry_run)
        else:
            _say({"crontab": timers.install_lines(named, (), dry_run=dry_run)}, dry_run=dry_run)
    except timers.NotOurs as exc:
        raise click.UsageError(str(exc)) from None
    except timers.Refused as exc:
        typer.echo(f"Error: {exc}", err=True)
        raise typer.Exit(FAILED) from None
    raise typer.Exit(OK)


def _say(done: Mapping[str, str], *, dry_run: bool) -> None:
    for name, what in done.items():
        typer.echo(f"{'would be ' if dry_run and what != 'unchanged' else ''}{what}: {name}")
    if not done:
        typer.echo("Nothing of this configuration is there.")


def _folder(folder: Path | None, user: bool) -> Path:
    import os

    from handrail.timers import SYSTEM_UNITS

    if folder is not None:
        return folder.absolute()
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "systemd" / "user" if user else SYSTEM_UNITS


def _setup(config: Path | None, out: Path, secrets: Path | None, run_as: str) -> Setup:
    from handrail.config import load_policy
    from handrail.timers import Setup

    named = (config or DEFAULT_CONFIG).absolute()
    policy = load_policy(named)
    sites = {key: when for key in policy.sites if (when := policy.when(key))}
    if not sites:
        raise click.UsageError('no site has a schedule: write when = "weekly sunday 02:00" in [schedule]')
    own = Path(sys.executable).with_name("handrail")
    found = str(own) if own.is_file() else shutil.which("handrail")
    if found is None:
        raise click.UsageError("the program handrail is not on the PATH; install it first (see README.md)")
    return Setup(
        config=named,
        out=out.absolute(),
        program=(found,),
        secrets=(secrets or named.with_name("handrail.env")).absolute(),
        zone=ZoneInfo(policy.city.timezone),
        sites=sites,
        year=datetime.now(UTC).year,
        run_as=run_as or getpass.getuser(),
    )
