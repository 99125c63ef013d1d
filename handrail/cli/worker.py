"""``handrail worker``: audit what is in the queue, on as many machines as one likes."""

from __future__ import annotations

from typing import Annotated

import typer

from handrail.cli import app
from handrail.cli.audit import DEFAULT_OUT, Out, StoreUrl


@app.command()
def worker(
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    at_once: Annotated[int, typer.Option(min=1, max=32, help="Sites at the same time; each has its own browser.")] = 1,
    join: Annotated[
        int, typer.Option(min=0, help="Call other workers to a site where so many pages wait. 0 = never.")
    ] = 50,
    reports: Annotated[
        bool,
        typer.Option(
            "--reports/--no-reports", help="Write the reports of runs that have ended into the folder, and tell people."
        ),
    ] = True,
) -> None:
    """Audit the sites in the queue, until told to stop (SIGTERM, Ctrl-C).

    All workers share one store in PostgreSQL, and one key. Pages in work are
    finished first, then others go on where this worker was. One that is
    killed loses nothing.
    """
    from handrail import queue, runs

    place = runs.Place(out=out, store=store)
    queue.check(place)  # before what needs it is imported
    from handrail.worker import work

    raise typer.Exit(work(place, at_once=at_once, join=join, reports=reports))
