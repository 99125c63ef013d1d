"""``handrail desk token``: what programs hold to speak with the desk's API."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from handrail.cli import OK
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.desk import _check_installed, _record, desk_app
from handrail.cli.who import named

if TYPE_CHECKING:
    from handrail.desk.api.tokens import Tokens
    from handrail.runs import Place

token_app = typer.Typer(no_args_is_help=True, help="Tokens with which programs use the desk's API (docs/api.md).")
desk_app.add_typer(token_app, name="token")

DAYS = 90
Name = Annotated[str, typer.Argument(metavar="NAME", help="The token's: small letters, digits and . _ -")]


@token_app.command()
def add(
    name: Name,
    role: Annotated[
        list[str], typer.Option("--role", metavar="ROLE", help="As of an account; may be repeated. It may no more.")
    ],
    scope: Annotated[
        list[str],
        typer.Option("--scope", metavar="ACTION", help="What of the role it is for, such as see-issues; repeatable."),
    ],
    called: Annotated[
        str, typer.Option("--called", help='As the log names it, such as "Ticket system, answers: A. Osei".')
    ],
    unit: Annotated[list[str] | None, typer.Option("--unit", help="For an owner: a unit; may be repeated.")] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=f"Its last day; within a year. Default: in {DAYS} days."),
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Make a token, and print it. It is shown this once: only its hash is kept."""
    _check_installed()
    from handrail import runs
    from handrail.desk.api.app import scopes
    from handrail.desk.api.tokens import ADDED, Bearer
    from handrail.desk.roles import Action, Role
    from handrail.work import today

    _check_known("--role", role, [*Role])
    _check_known("--scope", scope, scopes())
    policy = read_policy(config)
    parts = runs.parts_for(policy)
    place = runs.Place(out=out, store=store)
    day = today(policy)
    last = until.date() if until else day + timedelta(days=DAYS)
    bearer = Bearer(
        name=name,
        called=named(called, parts, "--called"),
        roles=tuple(map(Role, role)),
        units=tuple(unit or ()),
        scopes=frozenset(map(Action, scope)),
    )
    number = _changed(lambda: _tokens(place).add(bearer, last, day))
    told = {"roles": list(bearer.roles), "units": list(bearer.units), "scopes": sorted(bearer.scopes)}
    facts = {"token": bearer.account, "called": bearer.called, **told, "until": last.isoformat()}
    _record(place, parts, ADDED, facts)
    typer.echo(f"{bearer.name}: until {last}. Keep it where programs keep secrets; it is not shown again.", err=True)
    typer.echo(number)
    raise typer.Exit(OK)


@token_app.command("list")
def list_(out: Out = DEFAULT_OUT, store: StoreUrl = "") -> None:
    """Print every token: whose it is, what it may, until when, and when it was used last."""
    from handrail import runs

    for one in _changed(lambda: _tokens(runs.Place(out=out, store=store)).all()):
        bearer = one.bearer
        units = f"  ({', '.join(bearer.units)})" if bearer.units else ""
        used = f"used {one.used:%Y-%m-%d %H:%M} UTC" if one.used else "never used"
        may = f"{', '.join(bearer.roles)}{units}: {', '.join(sorted(bearer.scopes))}"
        typer.echo(f"{bearer.name}  {bearer.called}  {may}  until {one.until}  {used}")
    raise typer.Exit(OK)


@token_app.command()
def remove(name: Name, config: Config = None, out: Out = DEFAULT_OUT, store: StoreUrl = "") -> None:
    """Take a token away: from the next request on it opens nothing."""
    from handrail import runs
    from handrail.desk.api.tokens import REMOVED

    place = runs.Place(out=out, store=store)
    _changed(lambda: _tokens(place).remove(name))
    _record(place, runs.parts_for(read_policy(config)), REMOVED, {"token": f"desk:token:{name}"})
    typer.echo(f"{name}: removed.")
    raise typer.Exit(OK)


def _check_known(option: str, given: list[str], known: list[Any]) -> None:
    if unknown := [one for one in given if one not in {*known}]:
        raise click.UsageError(f"{option} {unknown[0]}: must be one of {', '.join(known)}")


def _tokens(place: Place) -> Tokens:
    from handrail.desk.api.tokens import FILE, Tokens

    return Tokens(place.out / FILE)


def _changed(change: Any) -> Any:
    from handrail.desk.api.tokens import BadToken

    try:
        return change()
    except BadToken as exc:
        raise click.UsageError(str(exc)) from None
