"""``handrail key``: make, rotate, name and retire the key that recognizes a value without keeping it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Out, StoreUrl
from handrail.cli.scan import NOT_MET
from handrail.cli.who import By, Reason, told_by

if TYPE_CHECKING:
    from pathlib import Path

    from handrail.keys import Keys

key_app = typer.Typer(
    no_args_is_help=True,
    help="The key by which the same personal value is known again, although nobody keeps the value.",
)
app.add_typer(key_app, name="key")


@key_app.command()
def new(out: Out = DEFAULT_OUT) -> None:
    """Make a key where there is none: a file that its owner alone can read, outside the folder of the store.

    An audit makes one by itself when it needs it. Whoever has both the key
    and the store can try out numbers until one fits, so the key belongs
    neither into the store's folder nor into a git work tree: both are
    refused.
    """
    from handrail.keys import key_path, new_key

    _not_from_environment("There is nothing to make: the key is in the environment.")
    path = key_path()
    keys = new_key(path, out)
    typer.echo(f"Made {_ids(keys)[0]}: {path}")
    _backup(path)
    raise typer.Exit(OK)


@key_app.command()
def rotate(out: Out = DEFAULT_OUT) -> None:
    """Make a new current key. The earlier one stays valid, so that the same value is still the same one.

    From now on everything is made with the new key. What the store holds is
    made anew at its next opening, except the hash of a value: for that the
    value must be met again, so it happens when the next audit finds it. Until
    then the earlier key is needed to recognize it: 'handrail key show-id'
    says whether it still is, 'handrail key retire' takes it out. Pages are
    audited in full once after a rotation. Let audits end first.
    """
    from handrail.keys import check_apart, key_path
    from handrail.keys import rotate as rotated

    _not_from_environment(
        "Keys in the environment are changed there: move the value of HANDRAIL_KEY to HANDRAIL_KEY_EARLIER (more "
        "than one: with commas), and give HANDRAIL_KEY a new one: openssl rand -hex 32"
    )
    path = key_path()
    check_apart(path, out)
    keys = rotated(path)
    current, *earlier = _ids(keys)
    typer.echo(f"Current: {current}. Still valid: {', '.join(earlier)}. File: {path}")
    _backup(path)
    typer.echo("When no store needs an earlier key any more: handrail key retire KEY")
    raise typer.Exit(OK)


@key_app.command("show-id")
def show_id(out: Out = DEFAULT_OUT, store: StoreUrl = "") -> None:
    """Name the keys, never show them, and say what in the store depends on each."""
    from handrail.keys import EARLIER_IN_ENVIRONMENT, IN_ENVIRONMENT, is_in_environment, key_path, load_keys

    keys = load_keys(make=False)
    current, *earlier = _ids(keys)
    if is_in_environment():
        typer.echo(f"Keys of the environment ({IN_ENVIRONMENT}, {EARLIER_IN_ENVIRONMENT}):")
    else:
        typer.echo(f"Keys of {key_path()}:")
    values = _values_by_key(out, store)
    for name in (current, *earlier):
        kind = "current" if name == current else "earlier"
        typer.echo(f"{name}  {kind}  {_depends(name, values, current=name == current)}")
    for name in sorted((values or {}).keys() - {current, *earlier}):
        typer.echo(f"{name}  missing  {_values(values, name)} of the store will look new: put the key back below")
    raise typer.Exit(OK)


@key_app.command()
def retire(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Id of an earlier key, as 'handrail key show-id' says it.")],
    by: By,
    reason: Reason,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Take an earlier key out of the key file, when nothing in the store depends on it. Refused before (exit code 1).

    Only the store that you name is looked at. Other stores that use the same
    key file: look at each first, with 'handrail key show-id --out FOLDER'.
    Keep the key's backup until the backups of the store are gone.
    """
    from handrail import runs
    from handrail.config import Policy
    from handrail.keys import forget, key_path, load_keys
    from reports.store.log import RETIRED

    _not_from_environment("Keys in the environment are changed there: take it out of HANDRAIL_KEY_EARLIER.")
    keys = load_keys(make=False)
    current, *earlier = _ids(keys)
    if key == current:
        raise click.UsageError(f"{key} is the current key; make a new one first: handrail key rotate")
    if key not in earlier:
        raise click.UsageError(f"no key {key!r} in {key_path()}; earlier keys there: {', '.join(earlier) or 'none'}")
    place = runs.Place(out=out, store=store)
    parts = runs.parts_for(Policy())
    asked = told_by(by, reason, parts)
    with runs.open_known(place, parts) as opened:
        values = opened.values_by_key()
        if values.get(key):
            typer.echo(
                f"Refused: {_values(values, key)} of the store in {place.database} can be recognized with {key} only. "
                "Audit again: each is renewed when it is found. Those that are no longer on any page go with the runs "
                "that saw them: handrail purge",
                err=True,
            )
            raise typer.Exit(NOT_MET)
        opened.record(RETIRED, {**asked, "key": key})
    forget(key_path(), keys.earlier[earlier.index(key)])
    typer.echo(
        f"Retired {key}. Keys of {key_path()} now: {', '.join(one for one in (current, *earlier) if one != key)}"
    )
    raise typer.Exit(OK)


def _ids(keys: Keys) -> list[str]:
    from audits.privacy.keys import key_id

    return [key_id(one) for one in (keys.secret, *keys.earlier)]


def _not_from_environment(remedy: str) -> None:
    from handrail.keys import is_in_environment

    if is_in_environment():
        raise click.UsageError(remedy)


def _values_by_key(out: Path, store: str) -> Any:
    """None where there is no store."""
    from handrail import runs
    from handrail.config import Policy

    place = runs.Place(out=out, store=store)
    if not place.exists():
        typer.echo(f"(no store in {out}: name its folder with --out to see what depends on each key)")
        return None
    with runs.open_known(place, runs.parts_for(Policy())) as opened:
        return opened.values_by_key()


def _depends(name: str, values: Any, *, current: bool) -> str:
    if values is None:
        return ""
    if values.get(name):
        return f"{_values(values, name)} of the store" + ("" if current else ", not met since: keep the key")
    return "no value of the store" if current else f"nothing in the store depends on it: handrail key retire {name}"


def _values(values: Any, name: str) -> str:
    number = values[name]
    return "1 value" if number == 1 else f"{number} values"


def _backup(path: Path) -> None:
    typer.echo(
        f"Keep a copy of {path} where backups of the store are not kept, readable for as few as the file itself (a "
        "password manager, a sealed envelope). Without it nobody can say which findings are the same, and sealed "
        "addresses stay sealed."
    )
