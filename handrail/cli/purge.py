"""``handrail purge`` and ``handrail hold``: what of the evidence may go, and what must stay."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.scan import NOT_MET
from handrail.cli.who import By, Reason, told_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.store.log import Hold
    from reports.store.purging import Holding

hold_app = typer.Typer(
    no_args_is_help=True,
    help="Keep evidence although its time is over: a legal hold, or a request for access that is not answered yet.",
)
app.add_typer(hold_app, name="hold")


@app.command()
def purge(
    by: By,
    reason: Reason,
    run: Annotated[
        list[str] | None, typer.Option("--run", metavar="RUN", help="Only what this run holds; may be repeated.")
    ] = None,
    site: Annotated[
        list[str] | None, typer.Option("--site", metavar="KEY", help="Only what is held of this site; may be repeated.")
    ] = None,
    log: Annotated[
        bool,
        typer.Option(
            "--log",
            help="Also empty entries of the log about who looked at a value, older than the retention period. That "
            "there was an entry, when, and its hash stay.",
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is done.")] = False,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Delete evidence whose retention period is over. It cannot be undone.

    What goes: addresses, titles, findings with their masked excerpts, hashes
    of values, pictures, and the report that shows a purged run. Files of
    evidence go at once when their answers were taken back. What stays:
    which run there was and when, counts, issues and how long they lived, the
    log, and a tombstone that names the entry of the log. The store is then
    written anew, so that nothing deleted remains in its files.

    Refused (exit code 1) before the retention period after the last use is
    over (table "retention" of handrail.toml; one year by default: MFIPPA
    s. 30(1); R.R.O. 1990, Reg. 823, s. 5), during a legal hold, and while a
    request for access is pending (handrail hold). A run, a later run that carries its
    pages, and a look at a value (handrail reveal) count as use.

    Not reached: backups, and what people copied or mailed. Nothing is ever
    purged by itself.
    """
    from handrail import answer_files, runs
    from handrail.evidence import handed_in, kept
    from handrail.purge import Refused, Wish, holding, remove_reports, sweep, told_hold
    from reports.store.log import REVEAL

    policy = read_policy(config)
    place = runs.Place(out=out, store=store)
    pictures = kept(place)
    wish = Wish(retention=policy.retention, now=datetime.now(UTC), runs=tuple(run or ()), sites=tuple(site or ()))
    parts = runs.parts_for(policy)
    asked = told_by(by, reason, parts)
    with runs.open_known(place, parts) as opened:
        pictures.check(opened.identity)
        held, holds = opened.holdings(), opened.holds()
        _check_names(wish.runs, {one.run_id for one in held}, "run", opened.purged_runs())
        _check_names(wish.sites, {one.site for one in held}, "site", {})
        try:
            chosen = wish.choose(held, holds)
        except Refused as exc:
            typer.echo(f"Refused. Nothing was purged.\n{exc}", err=True)
            raise typer.Exit(NOT_MET) from None
        entries = opened.log_entries(REVEAL) if log else ()
        old = [one.seq for one in entries if wish.empties(one, holds)]
        answers = opened.log_entries(*answer_files.KINDS)
        back = [] if wish.runs else answer_files.may_go(answers, holds, wish.sites)
        for one in chosen:
            typer.echo(f"run {one.run_id}, site {one.site}: {one.pages} addresses, {one.findings} findings")
        for one in held:
            if one not in chosen and wish.due(one) <= wish.now:
                for hold in holding(one, holds):
                    typer.echo(f"kept: run {one.run_id}, site {one.site}: {told_hold(hold)}")
        if old:
            typer.echo(f"{len(old)} entries of the log, to be emptied")
        for file in back:
            typer.echo(f"file {answer_files.name_of(file)}: its answer was taken back")
        if not chosen and not old and not back:
            first = min(held, key=wish.due, default=None)
            later = (
                f" Next: run {first.run_id}, site {first.site}, from {wish.due(first):%Y-%m-%d} on." if first else ""
            )
            typer.echo(f"Nothing is due.{later}")
            if not dry_run:
                sweep(opened, pictures)
                answer_files.sweep(opened, handed_in(place))
                opened.compact()  # what an earlier purge could not do, because the store was in use
            raise typer.Exit(OK)
        if dry_run:
            typer.echo("Nothing was changed: this was a trial.")
            raise typer.Exit(OK)
        _confirm(yes)
        going = {(one.run_id, one.site) for one in chosen}
        gone = {answer_files.PURGED: [file.sha256 for file in back]} if back else {}

        def still(now_held: Sequence[Holding], now_holds: Sequence[Hold]) -> Sequence[Holding]:
            if tuple(now_holds) != holds:
                raise Refused("A hold was set or lifted meanwhile; look again.")
            return [one for one in wish.choose(now_held, now_holds) if (one.run_id, one.site) in going]

        try:
            entry = opened.purge(
                still,
                {**asked, "days": policy.retention.days, "by_law": policy.retention.by_law, **gone},
                emptied=old,
                files=pictures.remove,
            )
        except Refused as exc:
            typer.echo(f"Refused. Nothing was purged.\n{exc}", err=True)
            raise typer.Exit(NOT_MET) from None
        files = handed_in(place)
        files.remove([answer_files.name_of(file) for file in back])
        for path in remove_reports(place, {run_id for run_id, _ in going}, opened):
            typer.echo(f"deleted {path}")
        opened.compact()
        typer.echo(
            f"Purged. Log entry {entry.seq}, hash {entry.hash}. Backups, exports and copies that people made are not "
            "reached: they have periods of their own."
        )
        sweep(opened, pictures)
        answer_files.sweep(opened, files)
    raise typer.Exit(OK)


def _check_names(wanted: tuple[str, ...], known: set[str], what: str, purged: object) -> None:
    for name in wanted:
        if isinstance(purged, dict) and name in purged and name not in known:
            raise click.UsageError(f"{what} {name} was purged already: entry {purged[name]} of the log says why")
        if name not in known:
            some = ", ".join(sorted(known)[-5:]) or "nothing"
            raise click.UsageError(f"no {what} {name!r} in the store; it holds: {some}")


def _confirm(yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is here to be asked; add --yes to purge without a question")
    typer.confirm("Delete this for good?", abort=True)


@hold_app.command("set")
def set_hold(
    kind: Annotated[
        Literal["legal", "access-request"],
        typer.Option(help="A legal hold, or a request for access (MFIPPA s. 17, s. 37) that is not answered yet."),
    ],
    by: By,
    reason: Reason,
    site: Annotated[str, typer.Option("--site", metavar="KEY", help="Only this site. Default: all.")] = "",
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Keep all evidence, or that of one site, until the hold is lifted: 'handrail purge' refuses meanwhile."""
    from handrail import runs
    from handrail.config import Policy
    from reports.store.log import HOLD

    place = runs.Place(out=out, store=store)
    parts = runs.parts_for(Policy())
    asked = told_by(by, reason, parts)
    with runs.open_known(place, parts) as opened:
        if site:
            known = {one.key for run in opened.runs() for one in opened.sites(run.id)}
            _check_names((site,), known, "site", {})
        entry = opened.record(HOLD, {**asked, "kind": kind, "site": site})
    typer.echo(f"Held: h-{entry.seq}. To end it: handrail hold lift h-{entry.seq} --by … --reason …")
    raise typer.Exit(OK)


@hold_app.command()
def lift(
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="Its id, as 'handrail hold list' says it.")],
    by: By,
    reason: Reason,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """End a hold. What is due may go then; nothing goes by itself."""
    from handrail import runs
    from handrail.config import Policy
    from reports.store.log import LIFTED

    place = runs.Place(out=out, store=store)
    parts = runs.parts_for(Policy())
    asked = told_by(by, reason, parts)
    with runs.open_known(place, parts) as opened:
        holds = [one.id for one in opened.holds()]
        if hold not in holds:
            raise click.UsageError(f"no hold {hold!r} is in force; in force: {', '.join(holds) or 'none'}")
        entry = opened.record(LIFTED, {**asked, "hold": hold})
    typer.echo(f"Lifted {hold}. Log entry {entry.seq}.")
    raise typer.Exit(OK)


@hold_app.command("list")
def list_holds(out: Out = DEFAULT_OUT, store: StoreUrl = "") -> None:
    """Say which holds are in force, by whom and why."""
    from handrail import runs
    from handrail.config import Policy
    from handrail.purge import told_hold

    place = runs.Place(out=out, store=store)
    with runs.open_known(place, runs.parts_for(Policy())) as opened:
        for one in opened.holds():
            typer.echo(told_hold(one))
        if not opened.holds():
            typer.echo("No hold is in force.")
    raise typer.Exit(OK)
