"""``handrail contain``: a person did a step of containing an exposure, and the register says so."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.who import By, Note, account, named, without_personal


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
    from audits.standards import load
    from handrail import runs
    from reports.store.log import DONE, UNDONE, steps_done

    steps = [one.id for one in load().breach.steps]
    if step not in steps:
        raise click.UsageError(f"{step[:40]!r} is no step of the register; its steps are: {', '.join(steps)}")
    policy = read_policy(config)
    today = datetime.now(ZoneInfo(policy.city.timezone)).date()
    day = on.date() if on else today
    if day > today:
        raise click.UsageError(f"{day} is not yet; a step is recorded when it was done")
    parts = runs.parts_for(policy)
    by, note = named(by, parts), without_personal(note, parts, "the note")
    with runs.open_known(runs.Place(out=out, store=store), parts) as opened:
        known = _known(exposure, opened.exposure_of(exposure) if _is_id(exposure) else None)
        of = (known[0], exposure if exposure.startswith("x-") else "", step)
        done = steps_done(opened.log_entries(DONE, UNDONE)).get(of)
        if undo and done is None:
            raise click.UsageError(f"{step} is not recorded for {exposure}: there is nothing to take back")
        if not undo and done is not None and done.facts is not None:
            raise click.UsageError(
                f"{step} is recorded for {exposure}: {done.facts['on']}, {done.facts['by']}. --undo takes it back."
            )
        facts = {"exposure": of[0], "finding": of[1], "step": step, "site": known[1], "on": day.isoformat()}
        entry = opened.record(UNDONE if undo else DONE, {"by": by, "account": account(), "note": note, **facts})
    typer.echo(
        f"{'Taken back' if undo else 'Recorded'}. Log entry {entry.seq}. The register shows it: handrail report."
    )
    raise typer.Exit(OK)


def _is_id(name: str) -> bool:
    return re.fullmatch(r"x-[0-9a-f]{12}|E-[0-9A-Za-z]{1,40}", name) is not None


def _known(name: str, found: tuple[str, str] | None) -> tuple[str, str]:
    if found is None:
        raise click.UsageError(
            f"no exposure {name[:60]!r} in the store: take its id from the privacy register. What was purged is not "
            "there."
        )
    return found
