"""``handrail report``: write the reports of a run that is in the store."""

from __future__ import annotations

from typing import Annotated

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl


@app.command()
def report(
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    run: Annotated[str, typer.Option(help="The run's id. Default: the last one.")] = "",
) -> None:
    """Write portfolio, compliance reports, privacy register and report.json again from the store."""
    from handrail import runs
    from handrail.cli.audit import read_policy
    from handrail.cli.demo import demo_policy
    from handrail.publish import publish

    place = runs.Place(out=out, store=store)
    policy = read_policy(config)
    parts = runs.parts_for(policy)
    with runs.open_known(place, parts) as opened:
        purged = opened.purged_runs()
        if run in purged:
            raise click.UsageError(f"run {run} was purged: entry {purged[run]} of the log says why (handrail log show)")
        audits = (record for record in opened.runs() if record.trigger != "inventory")
        known = {record.id: record for record in audits if record.id not in purged}
        if not known:
            raise click.UsageError(f"the store in {out} holds no run of an audit")
        if run and run not in known:
            raise click.UsageError(f"no run {run!r}; the store holds: {', '.join(list(known)[-5:])}")
        chosen = known[run] if run else list(known.values())[-1]
        if chosen.trigger == "demo":
            policy = demo_policy()
        typer.echo(f"Report: {publish(opened, chosen.id, parts, policy, place)}")
    raise typer.Exit(OK)
