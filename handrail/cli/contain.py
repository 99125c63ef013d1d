"""``handrail contain``: a person did a step of containing an exposure, and the register says so."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.who import By, Note, account


@app.command()
def contain(
    exposure: Annotated[
        str,
        typer.Argument(
            metavar="EXPOSURE",
            help="The id that the privacy register shows: of an exposure with all its values (E-…), or of one value "
            "(x-1a2b3c4d5e6f).",
        ),
    ],
    step: Annotated[str, typer.Option("--step", metavar="STEP", help="The step, as the register calls it.")],
    by: By,
    note: Note = "",
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day when it was done. Default: today.")
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back what was recorded. Both entries stay in the log.")
    ] = False,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Record that a step of containing an exposure was done, by whom and when.

    The entry goes into the log, to which things are only ever added; the
    privacy register shows it from its next writing on (handrail report), in
    this run and in later ones. It changes nothing of what the audit sees: an
    exposure is gone when an audit no longer finds it. A note, or a --by, in
    which personal information of others is recognized is refused.
    """
    from handrail import runs
    from handrail.exposures import Exposures
    from handrail.issues import BadAct
    from handrail.said import BadWords, Who

    policy = read_policy(config)
    parts = runs.parts_for(policy)
    with runs.open_known(runs.Place(out=out, store=store), parts) as opened:
        exposures = Exposures(store=opened, policy=policy, parts=parts, called=lambda name: _CALLED.get(name, name))
        try:
            entry = exposures.contain(
                exposure, Who(by=by, account=account()), step, note, on=on.date() if on else None, undo=undo
            )
        except (BadAct, BadWords) as exc:
            raise click.UsageError(str(exc)) from None
    typer.echo(
        f"{'Taken back' if undo else 'Recorded'}. Log entry {entry.seq}. The register shows it: handrail report."
    )
    raise typer.Exit(OK)


#: How errors call what is said.
_CALLED = {"note": "the note", "by": "--by"}
