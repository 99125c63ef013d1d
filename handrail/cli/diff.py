"""``handrail diff``: what is different between two runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import click
import typer

from handrail.cli import INCOMPLETE, OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.gate import Lang, run_of
from handrail.cli.trend import AsJson

if TYPE_CHECKING:
    from audits.model import PageOutcome
    from reports.diff import View
    from reports.store.records import RunRecord
    from reports.store.store import Store


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
    from reports.diff import Diff, diff_of
    from reports.formats import diff as formats
    from reports.text import Words

    policy = read_policy(config)
    zone = ZoneInfo(policy.city.timezone)
    parts = runs.parts_for(policy)
    with runs.open_known(runs.Place(out=out, store=store), parts) as opened:
        was, is_ = run_of(opened, before), run_of(opened, now)
        if was.started >= is_.started:
            raise click.UsageError(f"{before} did not begin before {now}; name the earlier run first")
        left, right = ([site.key for site in opened.sites(run.id)] for run in (was, is_))
        told = Diff(
            before=was.id,
            now=is_.id,
            sites=tuple(
                diff_of(_view(opened, was, key), after, parts.rules, zone, policy.owners_of(key, after.data.site.owner))
                for key in _both(sites, left, right)
                for after in (_view(opened, is_, key),)
            ),
            only_before=() if sites else tuple(key for key in left if key not in right),
            only_now=() if sites else tuple(key for key in right if key not in left),
        )
    typer.echo((formats.as_json if as_json else formats.as_text)(told, Words(lang)), nl=False)
    raise typer.Exit(INCOMPLETE if any(site.incomplete for site in told.sites) else OK)


def _both(asked: Sequence[str] | None, left: Sequence[str], right: Sequence[str]) -> list[str]:
    both = [key for key in left if key in right]
    for key in asked or ():
        if key not in both:
            raise click.UsageError(f"site {key[:60]!r} is not in both runs; these are: {', '.join(both) or 'none'}")
    if not both:
        raise click.UsageError("the two runs have no site in common")
    return list(dict.fromkeys(asked or both))


def _view(store: Store, run: RunRecord, key: str) -> View:
    from audits.model import READ
    from reports.diff import View
    from reports.standing import path_of

    outcomes: dict[str, PageOutcome | None] = {}
    for page in store.page_outcomes(run.id, key):
        path = path_of(page.url)
        # Of two addresses with the same path, on two hosts or by two protocols, the one that was read speaks.
        if outcomes.get(path) not in READ:
            outcomes[path] = page.outcome
    return View(run=run, data=store.site_data(run.id, key), standing=store.standing(run.id, key), outcomes=outcomes)
