"""Who asks, and why: what commands that touch evidence must be told, and what the log keeps of it."""

from __future__ import annotations

import getpass
import socket
from typing import TYPE_CHECKING, Annotated

import click
import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audits.privacy.engine import Span
    from handrail.wiring import Parts

#: Characters of what somebody says at the most.
MOST = 500


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
    """What a person says, for the log. It is kept for ever: nothing personal goes in; raises UsageError.

    ``called`` is what to call it in the error ("the note").
    """
    from audits.privacy.masking import NAME_ALONE, telling

    said, hits = _searched(said, parts, called)
    names = [span for _, span in hits if span.entity == "PERSON" and span.score >= NAME_ALONE]
    _refuse([*telling(span for _, span in hits), *names], called, "Say it without, or put it in the case file.")
    return said


def named(said: str, parts: Parts, called: str = "--by") -> str:
    """Who or where, for the log: a name, a role, an address at work; nothing private. Raises UsageError."""
    from audits.privacy.contacts import is_private_mailbox
    from audits.privacy.masking import telling

    said, hits = _searched(said, parts, called)
    ours = {
        span
        for form, span in hits
        if span.entity == "EMAIL_ADDRESS" and not is_private_mailbox(form[span.start : span.end])
    }
    private = [span for span in telling(span for _, span in hits) if span.entity != "PERSON" and span not in ours]
    _refuse(private, called, "A name and a role will do.")
    return said


def _searched(said: str, parts: Parts, called: str) -> tuple[str, list[tuple[str, Span]]]:
    """On one line, and what is recognized in each way to read it."""
    from audits.privacy.masking import readings

    said = " ".join(said.split())
    if len(said) > MOST:
        raise click.UsageError(f"{called} has at most {MOST} characters; details belong in the case file")
    found = [(form, *parts.detector.scan(form, count_tier=True)) for form in readings(said)]
    if any(late for _, _, late in found):
        raise click.UsageError(f"{called} could not be searched for personal information in time; shorten it")
    return said, [(form, span) for form, spans, _ in found for span in spans]


def _refuse(spans: Iterable[Span], called: str, remedy: str) -> None:
    if kinds := sorted({span.entity for span in spans}):
        raise click.UsageError(
            f"{called} seems to hold personal information ({', '.join(kinds)}). Nothing was recorded, and nothing "
            f"done. {remedy}"
        )
