"""``handrail trend``: how sites change from audit to audit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.gate import Lang

if TYPE_CHECKING:
    pass

AsJson = Annotated[bool, typer.Option("--json", help="All of it as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="As CSV, for spreadsheets.")]


@app.command()
def trend(
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="[SITE]...", help="Site keys. None: all sites of the store.")
    ] = None,
    by: Annotated[
        Literal["site", "part", "owner", "criterion"],
        typer.Option(help="What is counted together: a site, a part of it, an owner, a success criterion."),
    ] = "site",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Audits and repairs from this day on.")
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    lang: Lang = "en",
) -> None:
    """Show places per 100 pages, issues, coverage and the time that repairs took, audit by audit.

    Complete audits of the same sample are compared; others are shown as gaps.
    Where an engine or its rules changed, the audit is marked: what changed
    there may be their doing. It judges nothing: exit 0.
    """
    from audits.standards import load
    from handrail import runs
    from handrail.work import last_pages
    from reports.formats import trend as formats
    from reports.text import Words
    from reports.trend import Asked, Trend, trend_of

    if as_json and as_csv:
        raise click.UsageError("--json and --csv are two forms; choose one")
    policy = read_policy(config)
    zone = ZoneInfo(policy.city.timezone)
    first = since.date() if since else None
    if first and first > datetime.now(zone).date():
        raise click.UsageError(f"--since {first} is not yet")
    parts = runs.parts_for(policy)
    with runs.open_known(runs.Place(out=out, store=store), parts) as opened:
        keys = chosen(sites, opened.site_keys())
        told = Trend(
            by=by,
            since=first.isoformat() if first else "",
            sites=tuple(
                trend_of(
                    history,
                    Asked(
                        by=by,
                        rules=parts.rules,
                        standards=load(),
                        zone=zone,
                        since=first,
                        owners=(owners := policy.owners_of(key, history.site.owner)),
                        pages=last_pages(opened, history) if by == "owner" and owners.areas else {},
                    ),
                )
                for key in keys
                for history in (opened.site_history(key),)
            ),
        )
    form = formats.as_json if as_json else formats.as_csv if as_csv else formats.as_text
    typer.echo(form(told, Words(lang)), nl=False)
    raise typer.Exit(OK)


def chosen(asked: Sequence[str] | None, known: Collection[str]) -> tuple[str, ...]:
    """The sites that are asked for, or all. Raises UsageError for one that nobody audited."""
    if not known:
        raise click.UsageError("the store holds no run of an audit; run 'handrail audit' first")
    for key in asked or ():
        if key not in known:
            raise click.UsageError(f"no audit of a site {key[:60]!r} in the store; it holds: {', '.join(known)}")
    return tuple(dict.fromkeys(asked or known))
