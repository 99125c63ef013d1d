"""The journeys of each site: what handrail.toml says, with the environment's credentials. Read at every start."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from handrail.config import ConfigError, Policy
from handrail.config import Journey as Table

if TYPE_CHECKING:
    from crawler.journeys import Journey

#: A shorter value stands in any request by chance.
SHORTEST = 4


def journeys_of(
    policy: Policy, keys: Iterable[str], environ: Mapping[str, str] | None = None
) -> dict[str, tuple[Journey, ...]]:
    """Of these sites, by key. Raises ConfigError that names what is missing, and where; never a value."""
    given = os.environ if environ is None else environ
    found = {}
    for key in keys:
        found[key] = tuple(_journey(key, name, table, given) for name, table in policy.sites[key].journeys.items())
    return found


def _journey(key: str, name: str, table: Table, environ: Mapping[str, str]) -> Journey:
    from crawler.journeys import Journey

    where = f"sites.{key}.journeys.{name}"
    script = Path(table.script)
    _look_through(where, script, table.kind)
    return Journey(
        name=name,
        script=script,
        kind=table.kind,
        secrets={secret: _credential(where, secret, environ) for secret in table.secrets},
        signed_in=table.signed_in,
        limit=table.seconds,
    )


def _look_through(where: str, script: Path, kind: str) -> None:
    """The script must be there and have its function; it is not run for that."""
    wanted = "async def journey(page, audit, secret)" if kind == "playwright" else "def journey(driver, audit, secret)"
    try:
        tree = ast.parse(script.read_bytes())
    except OSError as exc:
        raise ConfigError(f"{where}.script: {script}: cannot be read ({exc.strerror})") from None
    except (SyntaxError, ValueError) as exc:
        line = getattr(exc, "lineno", None) or 1
        raise ConfigError(f"{where}.script: {script}:{line}: is not Python") from None
    kinds = ast.AsyncFunctionDef if kind == "playwright" else ast.FunctionDef
    if not any(isinstance(node, kinds) and node.name == "journey" for node in tree.body):
        raise ConfigError(f"{where}.script: {script}: has no journey; write {wanted}: …")


def _credential(where: str, name: str, environ: Mapping[str, str]) -> str:
    variable = f"HANDRAIL_JOURNEY_{name}"
    value = environ.get(variable, "")
    if not value:
        raise ConfigError(f"{where}.secrets: the environment variable {variable} is not set")
    if len(value) < SHORTEST:
        raise ConfigError(
            f"{where}.secrets: the environment variable {variable} must have at least {SHORTEST} characters: "
            "a shorter one could not be told from others"
        )
    return value
