"""``handrail triage``: where to begin on a site with too many findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

import click
import typer

from handrail.cli import INCOMPLETE, OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, check_writable, read_policy
from handrail.cli.gate import Lang, run_of, write_baseline
from handrail.cli.trend import AsCsv, AsJson, chosen
from handrail.work import accepted, newest, recorded, settled

if TYPE_CHECKING:
    from handrail.config import Policy
    from reports.store.records import RunRecord
    from reports.store.store import Store
    from reports.triage import Case, Triage


@app.command()
def triage(
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="[SITE]...", help="Site keys. None: all sites of the store.")
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    run: Annotated[
        str,
        typer.Option(help="Plan from this run. Default: of each site the last one that was no sample and no preview."),
    ] = "",
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--write-baseline",
            metavar="FILE",
            help="Take what stands as the gate's baseline, without exposures: these stay new for it.",
            dir_okay=False,
        ),
    ] = None,
    keep: Annotated[
        Literal["critical", "serious"] | None,
        typer.Option(help="Leave failures of this severity or worse out of the baseline too."),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="As Markdown: a list of tasks for an issue tracker.")
    ] = False,
    lang: Lang = "en",
) -> None:
    """Plan repairs: what clears most first, who owns it, how much work it is, and what share is cleared by then.

    What the law requires comes before the City's goal, privacy and advice.
    Exposures are no part of a plan: contain them first. Exit 0; 3: an audit is
    incomplete; then no baseline is written, for what it did not see would come
    back as new.
    """
    from audits.standards import load
    from handrail import runs
    from reports.formats import triage as formats
    from reports.text import Words
    from reports.triage import Case, Triage, plan_of
    from reports.waivers import Waivers

    if as_json + as_csv + as_markdown > 1:
        raise click.UsageError("--json, --csv and --markdown are three forms; choose one")
    if keep and not baseline:
        raise click.UsageError("--keep says what --write-baseline leaves out; give its file")
    if baseline:
        check_writable(baseline, "--write-baseline")
    policy = read_policy(config)
    zone = ZoneInfo(policy.city.timezone)
    today = datetime.now(zone).date()
    parts = runs.parts_for(policy)
    with runs.open_known(runs.Place(out=out, store=store), parts) as opened:
        cases = [
            Case(
                run=one,
                data=data,
                standing=opened.standing(one.id, key),
                owners=policy.owners_of(key, data.site.owner),
                decided=settled(opened, policy, parts, one.id, key, data.issues, today),
            )
            for key, one in _runs(opened, policy, sites, run)
            for data in (opened.site_data(one.id, key),)
        ]
        waivers = Waivers(accepted(policy, recorded(opened)), today)
    told = Triage(sites=tuple(plan_of(case, parts.rules, load(), waivers, zone) for case in cases))
    forms = ((as_json, formats.as_json), (as_csv, formats.as_csv), (as_markdown, formats.as_markdown))
    form = next((form for wanted, form in forms if wanted), formats.as_text)
    typer.echo(form(told, Words(lang)), nl=False)
    if baseline:
        _write(baseline, told, cases, keep or "")
    raise typer.Exit(INCOMPLETE if any(site.reasons for site in told.sites) else OK)


def _runs(store: Store, policy: Policy, asked: Sequence[str] | None, run_id: str) -> list[tuple[str, RunRecord]]:
    """Each site with the run to plan from."""
    if run_id:
        run = run_of(store, run_id)
        return [(key, run) for key in chosen(asked, [site.key for site in store.sites(run.id)])]
    last = {site.key: run for run, site in newest(store)}
    return [(key, last[key]) for key in chosen(asked, last)]


def _write(file: Path, told: Triage, cases: Sequence[Case], keep: Literal["critical", "serious", ""]) -> None:
    """What is said of it goes to standard error: standard output holds the plan."""
    from reports.triage import without_amnesty

    incomplete = [site.key for site in told.sites if site.reasons]
    if incomplete:
        typer.echo(f"No baseline written: the audit of {', '.join(incomplete)} is incomplete.", err=True)
        return
    taken = [without_amnesty(case.standing, keep, case.decided) for case in cases]
    write_baseline(file, taken)
    issues = sum(len(standing.issues) for standing in taken)
    left = sum(len(case.standing.issues) for case in cases) - issues
    what = f"exposures and failures that are {keep}{' or worse' if keep != 'critical' else ''}" if keep else "exposures"
    typer.echo(f"Baseline: {file}, {len(taken)} sites, {issues} issues. New for a gate: {left} ({what}).", err=True)
