"""``handrail db``: a store is looked over, brought up to date, and copied to move or to keep it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handrail.cli import BUSY, OK, app
from handrail.cli.audit import DEFAULT_OUT, Out, StoreUrl
from handrail.cli.scan import NOT_MET

if TYPE_CHECKING:
    from handrail.runs import Place
    from reports.store.database import Database

db_app = typer.Typer(
    no_args_is_help=True,
    help="Look a store over, bring its schema up to date, copy it whole: to move it, to back it up, to restore it.",
)
app.add_typer(db_app, name="db")


@db_app.command()
def upgrade(out: Out = DEFAULT_OUT, store: StoreUrl = "") -> None:
    """Bring the schema up to date, in one transaction. Every other command does the same when it opens a store."""
    with _opened(out, store) as (_, database):
        before = database.revision()
        database.upgrade()
        after = database.revision()
    typer.echo(f"Schema {after}: it was up to date." if before == after else f"Schema {before} is now {after}.")
    raise typer.Exit(OK)


@db_app.command()
def copy(
    to: Annotated[
        str, typer.Option("--to", metavar="FILE|URL", help="A new SQLite file, or the URL of an empty PostgreSQL.")
    ],
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Copy a store whole into an empty one, SQLite or PostgreSQL, as it is at this moment.

    An audit may go on meanwhile. The copy opens with the same key: keep that
    apart from it. Pictures and reports lie in the folder and are not copied.
    """
    from reports.store.copying import copy as copied
    from reports.store.database import Database

    with _opened(out, store) as (_, source):
        target = Database(to if "://" in to else Path(to))
        try:
            rows = copied(source, target)
        finally:
            target.close()
    typer.echo(f"Copied: {rows['run']} runs, {rows['page']} pages, {rows['log']} entries of the log to {target.name}.")
    raise typer.Exit(OK)


@db_app.command()
def check(
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Also delete pictures that no finding shows. Not while an audit runs.")
    ] = False,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Read a whole store, and say what is wrong with it. Exit 0 when it is whole, 1 when it is not.

    Looked at: the file, what refers to what, texts against their digests,
    counts against findings, the log, and whether each picture is there.
    """
    from handrail.purge import remove_pictures
    from reports.store import checking

    with _opened(out, store) as (place, database):
        if sweep and checking.in_work(database):
            typer.echo("Error: an audit is under way: its pictures come before its findings. Sweep later.", err=True)
            raise typer.Exit(BUSY)
        pictures = {path.name for path in place.evidence.rglob("*.png")}
        wrong = list(checking.faults(database, pictures))
        left = set() if wrong else checking.unused(database, pictures)
    for fault in wrong:
        typer.echo(f"WRONG: {fault}", err=True)
    if left and sweep:
        remove_pictures(place, left)
        typer.echo(f"{len(left)} pictures that no finding shows were deleted.")
    elif left:
        typer.echo(f"{len(left)} pictures are shown by no finding: 'handrail db check --sweep' deletes them.")
    if not wrong:
        typer.echo(f"{database.name} is whole.")
    raise typer.Exit(NOT_MET if wrong else OK)


@contextmanager
def _opened(out: Path, store: str) -> Iterator[tuple[Place, Database]]:
    from handrail.runs import NoStore, Place
    from reports.store.database import Database

    place = Place(out=out, store=store)
    if not place.exists():
        raise NoStore(f"no store in {out}; run 'handrail audit' first, or name its folder with --out")
    database = Database(place.database)
    try:
        yield place, database
    finally:
        database.close()
