"""Who asks, and why: what commands that touch evidence must be told, and what the log keeps of it."""

from __future__ import annotations

import getpass
import socket
from typing import Annotated

import click
import typer


def _said(value: str) -> str:
    value = " ".join(value.split())
    if not value:
        raise click.BadParameter("must not be empty")
    return value


By = Annotated[
    str,
    typer.Option("--by", metavar="WHO", help="Your name and role; it is kept in the log.", callback=_said),
]
Reason = Annotated[
    str,
    typer.Option(
        "--reason",
        metavar="WHY",
        help="Why, in words; it is kept in the log. No personal information of others.",
        callback=_said,
    ),
]


def told_by(by: str, reason: str) -> dict[str, str]:
    """For the log: what the person says, and which account it was."""
    try:
        account = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user in this container
        account = "unknown"
    return {"by": by, "reason": reason, "account": f"{account}@{socket.gethostname()}"}
