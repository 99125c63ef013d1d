"""``handrail reveal``: show one value to one person who may see it, from the live page."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Annotated

import click
import typer

from handrail.cli import INCOMPLETE, OK, USAGE, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.scan import NOT_MET
from handrail.cli.who import By, Reason, account

if TYPE_CHECKING:
    from handrail.reveal import Looked
    from reports.store.records import ExposedOn

_WHY = {
    "journey": "it was seen after a journey had signed in or filled in a form; walk there yourself",
    "out-of-scope": "the site's configuration no longer includes its address",
    "quiet-hours": "the site has its quiet hours now; ask again later",
    "picture": "it was read in a picture of text, and the configuration no longer asks for that ([ocr] languages)",
    "robots": "robots.txt does not let us ask for it",
    "sign-in": "it asks for a sign-in",
    "refused-us": "the site refused us, as sites do with programs",
    "redirect-off-scope": "it leads to another site now",
    "redirect-loop": "it leads nowhere",
    "document": "it is a document now, and no page",
    "not-html": "it is no page any more",
    "file-unread": "the file could not be read",
}


@app.command()
def reveal(
    finding: Annotated[
        str, typer.Argument(metavar="FINDING", help='The id that the privacy register shows, such as "x-1a2b3c4d5e6f".')
    ],
    by: By,
    reason: Reason,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Show one exposed value to a person who may see it, to contain the exposure or to notify the individual.

    Handrail keeps no values. This fetches the live page again (in scope, by
    robots.txt, at the site's pace), finds the value by its keyed hash and
    prints it on the terminal, nowhere else: output into a file or a pipe is
    refused. The log keeps who looked, when, why, at which finding, and how it
    ended, also when nothing was found.

    Exit codes: 0 shown. 1 no longer there: the value or its page is gone.
    2 wrong call, or the key is missing. 3 the page could not be reached or
    searched, so nothing is known. 4 Handrail itself failed.
    """
    from crawler.logs import on_standard_error
    from handrail import runs
    from handrail.exposures import Exposures
    from handrail.issues import BadAct
    from handrail.keys import load_keys
    from handrail.said import BadWords, Who

    if not sys.stdout.isatty():
        raise click.UsageError("a value is shown on a terminal only; standard output is a file or a pipe here")
    load_keys(make=False)
    policy = read_policy(config)
    parts = runs.parts_for(policy)
    place = runs.Place(out=out, store=store)
    with runs.open_known(place, parts) as opened, on_standard_error(logging.ERROR):
        exposures = Exposures(store=opened, policy=policy, parts=parts, called=lambda name: _CALLED.get(name, name))
        try:
            seen_on, looked, entry = exposures.reveal(finding, Who(by=by, account=account()), reason)
        except (BadAct, BadWords) as exc:
            raise click.UsageError(str(exc)) from None
    code = _tell(finding, seen_on, looked)
    typer.echo(f"Log entry {entry.seq}.", err=code != OK)
    raise typer.Exit(code)


#: How errors call what is said.
_CALLED = {"by": "--by", "reason": "the reason"}


def _tell(finding: str, seen_on: tuple[ExposedOn, ...], looked: Looked) -> int:
    from handrail.reveal import FOUND, KEY_MISSING, NOT_REACHED, NOT_SEARCHED, PAGE_GONE

    first = seen_on[0]
    more = f" (and {len(seen_on) - 1} more pages)" if len(seen_on) > 1 else ""
    if looked.ended == FOUND and looked.found is not None and looked.page is not None:
        typer.echo(f"{finding}  {first.entity}  {first.mask}")
        typer.echo(f"Value: {_plain(looked.found.value)}")
        typer.echo(f"Page:  {looked.page.shown}{more}")
        place = f", {_plain(looked.found.selector)}" if looked.found.selector else ""
        typer.echo(f"Place: {looked.found.where}{place}")
        typer.echo("Shown here and kept nowhere. Clear the terminal when you are done.")
        return OK
    where = f"{first.shown}{more}"
    if looked.ended == KEY_MISSING:
        told = (
            f"{finding} was stored with the key {looked.why}, which is not here: put its backup back as a line of "
            "the key file (or in HANDRAIL_KEY_EARLIER). See: handrail key show-id"
        )
    elif looked.ended == NOT_REACHED:
        why = _WHY.get(looked.why, f"the outcome was: {looked.why}")
        told = f"{where} could not be looked at: {why}. Whether the value is still there is not known."
    elif looked.ended == NOT_SEARCHED:
        told = f"{where} could not be searched in full in time. Whether the value is still there is not known."
    elif looked.ended == PAGE_GONE:
        told = f"{where} is gone (404 or 410), and the value with it. Copies in search engines may remain."
    else:
        changed = {
            True: "The page changed since the audit.",
            False: "The page itself is as it was audited; where the value stood, another rule may recognize it now.",
            None: "",
        }[looked.changed]
        told = f"{where} no longer shows the value. {changed} Copies in search engines may remain."
    typer.echo(told, err=True)
    return {KEY_MISSING: USAGE, NOT_REACHED: INCOMPLETE, NOT_SEARCHED: INCOMPLETE}.get(looked.ended, NOT_MET)


def _plain(text: str) -> str:
    """Nothing that a terminal would obey."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
