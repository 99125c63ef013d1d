"""``handrail profile``: where the time of a run went, step by step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Out, StoreUrl

#: In the order in which a page goes through them; others follow by name.
ORDER = ("fetch", "queue", "navigate", "settle")
LAST = ("judge", "evidence", "store")


@app.command()
def profile(
    run: Annotated[str, typer.Argument(help="The run's id. Default: the last one.")] = "",
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    site: Annotated[str, typer.Option(help="One site of the run only.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, in seconds.")] = False,
) -> None:
    """Show what each step cost per page: mean, median, slowest, and its share of all. Waiting counts as time too."""
    from handrail import runs
    from handrail.config import Policy

    place = runs.Place(out=out, store=store)
    with runs.open_known(place, runs.parts_for(Policy())) as opened:
        known = [record.id for record in opened.runs()]
        chosen = run or (known[-1] if known else "")
        if chosen not in known:
            raise click.UsageError(f"no run {chosen!r}; the store holds: {', '.join(known[-5:]) or 'none'}")
        steps = opened.timings(chosen, site or None)
    if as_json:
        typer.echo(json.dumps({"run": chosen, "steps": steps}, indent=1))
    else:
        typer.echo("\n".join(_table(chosen, steps)))
    raise typer.Exit(OK)


def _table(run: str, steps: Mapping[str, Mapping[str, float]]) -> list[str]:
    total = sum(step["total"] for step in steps.values())
    if not total:
        return [f"Run {run}: no page was timed."]
    pages = max(int(step["pages"]) for step in steps.values())
    lines = [f"Run {run}: {pages} pages, {total:.1f} s of page time ({total / pages:.2f} s a page)", ""]
    lines.append(f"{'step':<22}{'pages':>7}{'mean ms':>10}{'median':>9}{'slowest':>9}{'share':>8}")
    for name in sorted(steps, key=_place):
        step = steps[name]
        lines.append(
            f"{name:<22}{int(step['pages']):>7}{step['mean'] * 1000:>10.0f}{step['median'] * 1000:>9.0f}"
            f"{step['max'] * 1000:>9.0f}{step['total'] / total:>8.0%}"
        )
    return lines


def _place(name: str) -> tuple[int, str]:
    if name in ORDER:
        return (ORDER.index(name), "")
    return (len(ORDER) + 1 + LAST.index(name), "") if name in LAST else (len(ORDER), name)
