"""``handrail diff``: what is different between two runs."""

from __future__ import annotations

from typing import Annotated

import click
import typer

from handrail.cli import INCOMPLETE, OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.gate import Lang, run_of
from handrail.cli.trend import AsJson


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="RUN", help="The id of the earlier run.")],
    now: Annotated[str, typer.Argument(metavar="RUN", help="The id of the later one.")],
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="[SITE]...", help="Site keys. None: all that both runs audited.")
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Show what is new, back, more, fixed, not checked and unchanged between two runs, and what else changed.

    Issues are compared as by a gate (docs/gate.md), against the earlier run.
    It judges nothing. Exit 0; 3: one of the audits is incomplete, so that
    what only the other looked at is told as not checked, or may not be new.
    """
    from handrail import runs
    from handrail.comparing import compare
    from handrail.issues import BadAct
    from reports.formats import diff as formats
    from reports.text import Words

    policy = read_policy(config)
    parts = runs.parts_for(policy)
    with runs.open_known(runs.Place(out=out, store=store), parts) as opened:
        try:
            told = compare(opened, policy, parts, run_of(opened, before), run_of(opened, now), sites or ())
        except BadAct as exc:
            raise click.UsageError(str(exc)) from None
    typer.echo((formats.as_json if as_json else formats.as_text)(told, Words(lang)), nl=False)
    raise typer.Exit(INCOMPLETE if any(site.incomplete for site in told.sites) else OK)
