"""``handrail notify``: send what there is to tell, or a test message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.scan import NOT_MET


@app.command()
def notify(
    test: Annotated[
        str, typer.Option("--test", metavar="TARGET", help="Send a test message to this target, and nothing else.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be sent, and send nothing.")] = False,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Tell the targets of [notify] what is new in the last audits, and which sites are overdue.

    Nothing is told twice: the log keeps what each target was sent. Audits
    tell by themselves with audit --notify and schedule run; this sends what
    a target that could not be reached has missed. Messages hold counts,
    names of sites and owners, titles of rules and links. Exit 1: a target
    could not be reached.
    """
    from handrail import runs
    from handrail.notify import News, city_name, send, tell_of
    from handrail.status import Statuses
    from reports.text import Words

    policy = read_policy(config)
    targets = policy.notify.targets
    if test:
        if test not in targets:
            raise click.UsageError(f"no target {test!r} in [notify]; it has: {', '.join(targets) or 'none'}")
        words = Words(targets[test].lang)
        title = f"{city_name(policy, words)} - {words.plain('notify.title.test')}"
        fault = send(policy, test, title, words.plain("notify.test", target=test) + "\n")
        say_faults([fault] if fault else [])
        if not fault:
            typer.echo(f"Sent to {test}.")
        raise typer.Exit(NOT_MET if fault else OK)
    if not targets:
        raise click.UsageError("nobody to tell: write a table [notify.targets.NAME] in handrail.toml")
    place = runs.Place(out=out, store=store)
    parts = runs.parts_for(policy)
    now = datetime.now(UTC)
    with runs.open_known(place, parts) as opened:
        if dry_run:
            statuses = Statuses(policy, opened, now)
            news = News(opened, policy, parts.rules, statuses.audits, now)
            for message in news.messages(statuses.ended(), statuses.all()):
                typer.echo(f"To {message.target}: {message.title}\n\n{message.body}")
            raise typer.Exit(OK)
        faults = tell_of(place, opened, policy, parts.rules, now)
    say_faults(faults)
    raise typer.Exit(NOT_MET if faults else OK)


def say_faults(faults: Iterable[str]) -> None:
    """On standard error: the audit's result is another matter."""
    for fault in faults:
        typer.echo(f"Warning: {fault}", err=True)
