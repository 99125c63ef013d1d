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
Note = Annotated[
    str,
    typer.Option(
        "--note", metavar="TEXT", help="What else there is to say. No personal information: it is looked for."
    ),
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
    return {"by": by, "reason": reason, "account": account()}


def account() -> str:
    """Who this is to the operating system."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user in this container
        name = "unknown"
    return f"{name}@{socket.gethostname()}"
