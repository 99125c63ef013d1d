"""``handrail db``: a store is looked over, brought up to date, and copied to move or to keep it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handrail.cli import OK, app
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
        before = database.reached()
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
        bool,
        typer.Option(
            "--sweep",
            help="Also delete pictures that no finding shows and that are a day old. An audit may go on meanwhile.",
        ),
    ] = False,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Read a whole store, and say what is wrong with it. Exit 0 when it is whole, 1 when it is not.

    Looked at: the file, what refers to what, texts against their digests,
    counts against findings, the log, and whether each picture is there.
    """
    from handrail.evidence import kept
    from reports.store import checking

    with _opened(out, store) as (place, database):
        pictures = kept(place)
        if sweep:
            pictures.check(checking.identity(database))
        wrong = list(checking.faults(database, pictures.names))
        left = set() if wrong else checking.unused(database, pictures.names())
    for fault in wrong:
        typer.echo(f"WRONG: {fault}", err=True)
    gone = pictures.remove(left, spare_young=True) if sweep and not wrong else 0
    if left and sweep:
        young = f" {len(left) - gone} are not a day old, and stay." if gone < len(left) else ""
        typer.echo(f"{gone} pictures that no finding shows were deleted.{young}")
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
