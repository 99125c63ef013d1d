"""Who asks, and why: what commands that touch evidence must be told, and what the log keeps of it."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import click
import typer

from handrail import said as words

if TYPE_CHECKING:
    from handrail.wiring import Parts


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


def told_by(by: str, reason: str, parts: Parts) -> dict[str, str]:
    """For the log: what the person says, and which account it was. Ask before anything is done: raises UsageError."""
    return {"by": named(by, parts), "reason": without_personal(reason, parts, "the reason"), "account": account()}


def account() -> str:
    """Who this is to the operating system."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user in this container
        name = "unknown"
    return f"{name}@{socket.gethostname()}"


def without_personal(said: str, parts: Parts, called: str) -> str:
    """What a person says, for the log; raises UsageError where it holds personal information."""
    with _told():
        return words.without_personal(said, parts, called)


def named(said: str, parts: Parts, called: str = "--by") -> str:
    """Who or where, for the log; raises UsageError where it is private."""
    with _told():
        return words.named(said, parts, called)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except words.BadWords as exc:
        raise click.UsageError(str(exc)) from None
