"""``handrail desk``: serve the desk on this machine, and say who has an account there."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.who import account, named

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.desk.people import People
    from handrail.runs import Place

PASSWORD = "HANDRAIL_DESK_PASSWORD"  # noqa: S105  # its name

desk_app = typer.Typer(
    invoke_without_command=True,
    help="The desk: what people do about findings, in a browser. Accounts and their roles.",
)
user_app = typer.Typer(no_args_is_help=True, help="Who has an account at the desk, and with which roles.")
app.add_typer(desk_app, name="desk")
desk_app.add_typer(user_app, name="user")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account: small letters, digits and . _ @ -")]


@desk_app.callback()
def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any that is free.")] = 8080,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Serve the desk until Ctrl-C: issues, exceptions, and who does what by when.

    It listens on 127.0.0.1, for people with an account: 'handrail desk user
    add'. Any other address is refused unless people can sign in and the
    desk has an https address ([desk] url): TLS is the business of a proxy.
    """
    if ctx.invoked_subcommand is not None:
        return
    _check_installed()
    from handrail import runs

    policy = read_policy(config)
    place = runs.Place(out=out, store=store)
    parts = runs.parts_for(policy)
    secrets = _secrets(policy)
    _check_sign_in(policy, _people(place), secrets)
    _check_address(policy, host)
    with runs.open_known(place, parts) as opened:
        from handrail.desk.office import Office
        from handrail.desk.serving import CannotListen
        from handrail.desk.serving import serve as forever
        from handrail.webhooks import watching

        office = Office(store=opened, policy=policy, parts=parts, place=place, secrets=secrets)
        with watching(place, opened, policy, lambda fault: typer.echo(fault, err=True)):
            try:
                forever(office, host, port, told=typer.echo)
            except CannotListen as exc:
                raise click.UsageError(f"--port: {exc}; take another, or 0 for any that is free") from None
    raise typer.Exit(OK)


@user_app.command()
def add(
    name: Name,
    role: Annotated[
        list[str],
        typer.Option(
            "--role",
            metavar="ROLE",
            help="viewer, owner, web-lead, compliance-officer, privacy-officer, administrator; may be repeated.",
        ),
    ],
    called: Annotated[str, typer.Option("--called", help='As the log names the person, such as "A. Osei, web lead".')],
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", help="For an owner: a unit whose issues these are; may be repeated."),
    ] = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="The person comes by the proxy or by OIDC alone.")
    ] = False,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Add an account, or give one other roles. The password is asked for, or taken from HANDRAIL_DESK_PASSWORD."""
    _check_installed()
    from handrail import runs
    from handrail.desk.roles import Person, Role

    unknown = [one for one in role if one not in {*Role}]
    if unknown:
        raise click.UsageError(f"--role {unknown[0]}: must be one of {', '.join(Role)}")
    parts = runs.parts_for(read_policy(config))
    place = runs.Place(out=out, store=store)
    person = Person(
        name=name, called=named(called, parts, "--called"), roles=tuple(map(Role, role)), units=tuple(unit or ())
    )
    _change(place, parts, lambda staff: staff.put(person, None if no_password else _password()))
    typer.echo(f"{person.name}: {', '.join(person.roles)}.")
    raise typer.Exit(OK)


@user_app.command("list")
def list_(out: Out = DEFAULT_OUT, store: StoreUrl = "") -> None:
    """Print every account with its roles."""
    from handrail import runs

    for one in _people(runs.Place(out=out, store=store)).all():
        units = f"  ({', '.join(one.person.units)})" if one.person.units else ""
        how = "" if one.hashed else "  no password"
        typer.echo(f"{one.person.name}  {one.person.called}  {', '.join(one.person.roles)}{units}{how}")
    raise typer.Exit(OK)


@user_app.command()
def password(name: Name, config: Config = None, out: Out = DEFAULT_OUT, store: StoreUrl = "") -> None:
    """Give an account another password: whoever is signed in with it is signed out."""
    _check_installed()
    from handrail import runs

    place = runs.Place(out=out, store=store)
    known = _people(place).get(name)
    if known is None:
        raise click.UsageError(f"no account {name[:60]!r}; see: handrail desk user list")
    _change(place, runs.parts_for(read_policy(config)), lambda staff: staff.give_password(name, _password()))
    typer.echo(f"{known.person.name}: another password.")
    raise typer.Exit(OK)


@user_app.command()
def remove(name: Name, config: Config = None, out: Out = DEFAULT_OUT, store: StoreUrl = "") -> None:
    """Take an account away: whoever is signed in with it is signed out."""
    from handrail import runs

    place = runs.Place(out=out, store=store)
    _change(place, runs.parts_for(read_policy(config)), lambda staff: staff.remove(name))
    typer.echo(f"{name}: removed.")
    raise typer.Exit(OK)


def _check_installed() -> None:
    if missing := [name for name in ("fastapi", "uvicorn", "argon2", "authlib") if find_spec(name) is None]:
        raise click.UsageError(f"the desk is not installed ({missing[0]} is missing): pip install 'handrail[desk]'")


def _check_sign_in(policy: Policy, people: People, secrets: Mapping[str, str]) -> None:
    """Raises UsageError where nobody could sign in."""
    from handrail.desk.people import BadPerson

    try:
        accounts = people.all()
    except BadPerson as exc:
        raise click.UsageError(str(exc)) from None
    if not accounts:
        raise click.UsageError(
            "nobody has an account, and the desk is not served without authentication: handrail desk user add NAME "
            "--role administrator --called 'A. Osei, web lead'"
        )
    elsewhere = policy.desk.proxy.header or policy.desk.oidc.issuer
    if not elsewhere and not any(one.hashed for one in accounts):
        raise click.UsageError(
            "no account has a password, and neither [desk.proxy] nor [desk.oidc] is set: nobody could sign in"
        )


def _check_address(policy: Policy, host: str) -> None:
    """Raises UsageError for an address that others reach, where names and passwords would go in clear."""
    if _is_loopback(host):
        return
    if not policy.desk.url.startswith("https://"):
        raise click.UsageError(
            f"--host {host}: others reach it, and passwords would cross the network in clear. Put a proxy with TLS in "
            'front, and write its address in handrail.toml: [desk] url = "https://…"'
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _secrets(policy: Policy) -> dict[str, str]:
    """Of the environment, what the desk shares with others. Raises UsageError for one that is missing or short."""
    from handrail.desk.office import OIDC_SECRET, PROXY_SECRET, SECRET_LENGTH

    found = {name: os.environ.get(name, "") for name in (PROXY_SECRET, OIDC_SECRET)}
    if policy.desk.proxy.header and len(found[PROXY_SECRET]) < SECRET_LENGTH:
        raise click.UsageError(
            f"[desk.proxy] header is set: {PROXY_SECRET} must hold {SECRET_LENGTH} characters or more, and the proxy "
            "must send them as X-Handrail-Proxy. Without, anybody could say whose request it is."
        )
    if policy.desk.oidc.issuer and not (policy.desk.oidc.client_id and policy.desk.url):
        raise click.UsageError(
            "[desk.oidc] issuer is set: set client_id too, and [desk] url, to which the provider leads back"
        )
    return found


def _people(place: Place) -> People:
    from handrail.desk.people import FILE, People

    return People(place.out / FILE)


def _change(place: Place, parts: Any, change: Any) -> None:
    from handrail.desk.people import BadPerson
    from handrail.desk.staff import Staff

    def record(kind: str, facts: Mapping[str, Any]) -> None:
        _record(place, parts, kind, facts)

    try:
        change(Staff(people=_people(place), record=record, account=account()))
    except BadPerson as exc:
        raise click.UsageError(str(exc)) from None


def _password() -> str:
    given = os.environ.get(PASSWORD, "")
    return given or str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _record(place: Place, parts: Any, kind: str, facts: Mapping[str, Any]) -> None:
    """Where there is a log. Before the first audit there is none, and no desk either."""
    from handrail import runs

    if place.exists():
        with runs.open_known(place, parts) as opened:
            opened.record(kind, {**facts, "account": account()})
