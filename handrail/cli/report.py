"""``handrail report``: write the reports of a run that is in the store."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl
from reports.text import LANGUAGES
from reports.wishes import FORMATS, Wish


@app.command()
def report(
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    run: Annotated[str, typer.Option(help="As things stood at this run. Default: each site by its last audit.")] = "",
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help=f"Write these beside the pages too; may be given again: {', '.join(FORMATS)}, or all.",
        ),
    ] = None,
    lang: Annotated[
        list[str] | None, typer.Option(metavar="en|fr", help="In these languages alone. Default: both.")
    ] = None,
    site: Annotated[str, typer.Option(metavar="KEY", help="These files of this site alone. Default: of all.")] = "",
    publish_to: Annotated[
        Path | None,
        typer.Option(
            "--publish",
            metavar="DIR",
            help="Write the report for everybody into a web server's folder instead: no register, no names of people.",
            file_okay=False,
        ),
    ] = None,
    search_engines: Annotated[
        bool, typer.Option("--search-engines", help="With --publish: search engines may list it.")
    ] = False,
    final: Annotated[
        bool, typer.Option("--final", help="OpenACR that is no draft: refused while a criterion needs a person.")
    ] = False,
) -> None:
    """Write portfolio, compliance reports, privacy register and report.json again from the store."""
    from handrail import runs
    from handrail.cli.audit import read_policy
    from handrail.demo.policy import policy_of
    from handrail.publish import UnknownSite, publish
    from reports.formats.openacr import NotFinal
    from reports.publishing import NotOurs
    from reports.store.records import NO_AUDIT

    wish = _wish(formats or (), lang or (), site, final=final)
    place = runs.Place(out=out, store=store)
    policy = read_policy(config)
    parts = runs.parts_for(policy)
    with runs.open_known(place, parts) as opened:
        purged = opened.purged_runs()
        if run in purged:
            raise click.UsageError(f"run {run} was purged: entry {purged[run]} of the log says why (handrail log show)")
        audits = (record for record in opened.runs() if record.trigger not in NO_AUDIT)
        known = {record.id: record for record in audits if record.id not in purged}
        if not known:
            raise click.UsageError(f"the store in {out} holds no run of an audit")
        if run and run not in known:
            raise click.UsageError(f"no run {run!r}; the store holds: {', '.join(list(known)[-5:])}")
        chosen = known[run] if run else list(known.values())[-1]
        policy = policy_of(chosen, policy)
        audited = opened.sites(chosen.id)
        try:
            if publish_to and (previews := [one.key for one in audited if one.preview]):
                raise click.UsageError(
                    f"--publish: run {chosen.id} audited a preview of {previews[0]}; name another --run"
                )
            written = publish(
                opened, chosen.id, parts, policy, place, wish=wish, published=publish_to,
                found_by_search=search_engines, as_of=bool(run),
            )  # fmt: skip
        except UnknownSite as exc:
            raise click.UsageError(f"--site {exc}") from None
        except NotOurs as exc:
            raise click.UsageError(f"--publish: {exc}") from None
        except NotFinal as exc:
            raise click.UsageError(f"--final: {exc}") from None
        typer.echo(f"Report: {written}")
    raise typer.Exit(OK)


def _wish(formats: Collection[str], languages: Collection[str], site: str, *, final: bool) -> Wish:
    wanted = FORMATS if "all" in formats else formats
    for kind, names, known in (("format", wanted, FORMATS), ("lang", languages, LANGUAGES)):
        if unknown := [name for name in names if name not in known]:
            raise click.UsageError(f"--{kind} {unknown[0]}: not known; known: {', '.join(known)}")
    if final and "openacr" not in wanted:
        raise click.UsageError("--final is for --format openacr")
    spoken = tuple(one for one in LANGUAGES if one in languages)
    return Wish(formats=tuple(wanted), languages=spoken or LANGUAGES, site=site, final=final)
