"""``handrail log``: who looked at values, held, purged, contained; and whether that was changed since."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Out, StoreUrl
from handrail.cli.scan import NOT_MET
from handrail.cli.who import By, Reason, named, told_by
from reports import clean

log_app = typer.Typer(
    no_args_is_help=True,
    help="The log of who looked at a value, held, purged, contained, rotated or retired a key. Entries are only ever "
    "added.",
)
app.add_typer(log_app, name="log")


@log_app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per entry.")] = False,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Print the log, oldest entry first."""
    with _opened(out, store) as opened:
        for entry in opened.log_entries():
            if as_json:
                told = {"seq": entry.seq, "at": entry.at.isoformat(), "kind": entry.kind, "hash": entry.hash}
                typer.echo(json.dumps({**told, "facts": entry.facts}, ensure_ascii=False))
                continue
            typer.echo(f"{entry.seq}  {entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.kind}  {_told(entry.facts)}")
    raise typer.Exit(OK)


@log_app.command()
def verify(
    head: Annotated[
        list[str] | None,
        typer.Option(
            "--head",
            metavar="NUMBER:HASH|@FILE",
            help="A head that you kept outside the store, as this command printed it then, or a file with it; may be "
            "repeated.",
        ),
    ] = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Compute the hashes of all entries again. Exit 0 when they fit, 1 when an entry was changed or is missing.

    Files of evidence that answers name (handrail review answer --file) are
    read too: one that is missing, or is not what was handed in, is told (exit 1).

    By itself the log is append-only: the database refuses to change it, and
    a change of single entries shows here. Whoever may do everything in the
    database could still write the whole log anew, or cut off its end. That
    shows only against a head kept elsewhere: keep the last line of this
    command outside the store (in an e-mail to somebody, by a time stamp of
    RFC 3161), and give it with --head the next time. Up to there the log is
    then tamper-evident.
    """
    from handrail import answer_files
    from handrail.runs import Place
    from reports.store.log import ANCHOR

    with _opened(out, store) as opened:
        checked = opened.verify_log(dict(map(_head, head or ())))
        # What was changed may be no entry any more, and is not to be believed in any case.
        told = () if checked.faults else tuple(opened.log_entries(ANCHOR, *answer_files.KINDS))
        anchors = [entry.facts for entry in told if entry.kind == ANCHOR and entry.facts]
        files, wrong = answer_files.faults(
            Place(out=out, store=store), (entry for entry in told if entry.kind != ANCHOR)
        )
    for fault in (*checked.faults, *wrong):
        typer.echo(f"WRONG: {fault}", err=True)
    if not checked.faults:
        emptied = f", {checked.emptied} emptied by a purge" if checked.emptied else ""
        typer.echo(
            f"{checked.entries} entries{emptied}: none was changed, none between the first and the last is missing."
        )
    if checked.anchored and not checked.faults:
        rest = checked.entries - checked.anchored
        after = f"; the {rest} after it: append-only" if rest else ""
        typer.echo(f"Tamper-evident up to entry {checked.anchored}: its hash is the one you kept{after}.")
    elif not checked.faults:
        typer.echo("Append-only: no head that was kept outside the store was compared (--head).")
    for one in anchors:
        typer.echo(f"Entry {one['seq']} is kept: {one['where']}")
    if files and not wrong:
        typer.echo(f"{files} files of evidence: each is there, as it was handed in.")
    typer.echo(f"Head: {checked.entries}:{checked.head}")
    raise typer.Exit(NOT_MET if checked.faults or wrong else OK)


@log_app.command()
def head(out: Out = DEFAULT_OUT, store: StoreUrl = "") -> None:
    """Print the head alone, a number and a hash: to mail it, or to have it stamped by a time-stamping authority.

    It tells nothing of what the log holds. Exit 1 when the log was changed: then there is no head to keep.
    """
    with _opened(out, store) as opened:
        checked = opened.verify_log({})
    if checked.faults or not checked.entries:
        typer.echo("The log was changed: handrail log verify" if checked.faults else "The log is empty.", err=True)
        raise typer.Exit(NOT_MET)
    typer.echo(f"{checked.entries}:{checked.head}")
    raise typer.Exit(OK)


@log_app.command()
def anchor(
    head: Annotated[str, typer.Argument(metavar="NUMBER:HASH", help="The head, as 'handrail log verify' printed it.")],
    where: Annotated[
        str, typer.Option("--where", help='Where it is kept, such as "e-mail to the Clerk of 28 November 2026".')
    ],
    by: By,
    reason: Reason,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Record where a head is kept outside the store, so that others find it when they verify.

    The entry is a note and no proof: proof is the copy itself, compared with
    'handrail log verify --head'.
    """
    from handrail import runs
    from handrail.config import Policy
    from reports.store.log import ANCHOR

    number, kept = _head(head)
    parts = runs.parts_for(Policy())
    asked, where = told_by(by, reason, parts), named(where, parts, "--where")
    with runs.open_known(runs.Place(out=out, store=store), parts) as opened:
        if not any(entry.seq == number and entry.hash == kept for entry in opened.log_entries()):
            raise click.UsageError(
                f"no entry {number} with that hash in the log; take the head from: handrail log verify"
            )
        entry = opened.record(ANCHOR, {**asked, "seq": number, "hash": kept, "where": where})
    typer.echo(f"Recorded. Log entry {entry.seq}.")
    raise typer.Exit(OK)


def _opened(out: Any, store: str) -> Any:
    from handrail import runs
    from handrail.config import Policy

    return runs.open_known(runs.Place(out=out, store=store), runs.parts_for(Policy()))


def _head(text: str) -> tuple[int, str]:
    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise click.UsageError(f"{text}: cannot be read ({getattr(exc, 'strerror', '') or 'no text'})") from None
    match = re.fullmatch(r"(\d{1,12}):([0-9a-f]{64})", text.strip())
    if match is None:
        raise click.UsageError(f"{text[:80]!r} is no head; it is a number, a colon and 64 hexadecimal digits")
    return int(match[1]), match[2]


def _told(facts: Any) -> str:
    """On one line, and without what a terminal obeys."""
    if facts is None:
        return "(emptied by a purge)"
    who = ("by", "account", "reason")
    rest = dict(facts)
    first = ""
    if rest.keys() >= {*who}:
        first = "{} ({}): {}  ".format(*(rest.pop(name) for name in who))
    told = f"{first}{json.dumps(rest, ensure_ascii=False)}"
    return clean.line(told, len(told))
