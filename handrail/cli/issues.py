"""``handrail issues``: what is to be repaired, by whom, by when, and what people decided; all into the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.scan import NOT_MET
from handrail.cli.who import By, Note, Reason, account

if TYPE_CHECKING:
    from handrail.issues import Issues
    from handrail.said import Who
    from reports.store.log import Entry

issues_app = typer.Typer(
    invoke_without_command=True, help="The issues of all sites: list, show, assign, date, decide. Kept in the log."
)
app.add_typer(issues_app, name="issues")

Lang = Annotated[Literal["en", "fr"], typer.Option(help="Language of what is printed.")]
IssueId = Annotated[str, typer.Argument(metavar="ISSUE", help="Its id, as reports show it (A-1a2b3c).")]
Globs = list[str] | None


@issues_app.callback()
def listed(
    ctx: typer.Context,
    site: Annotated[Globs, typer.Option(metavar="KEY", help="Of this site; may be repeated, as all of these.")] = None,
    state: Annotated[
        Globs, typer.Option(metavar="STATE", help="new, open, returned, not-checked, fixed. Default: all but fixed.")
    ] = None,
    severity: Annotated[
        Literal["critical", "serious", "moderate", "minor"], typer.Option(help="This severe or worse.")
    ] = "minor",
    kind: Annotated[Globs, typer.Option(metavar="KIND", help="accessibility, exposure, privacy.")] = None,
    rule: Annotated[Globs, typer.Option(metavar="GLOB", help='Of these rules, such as "axe/*".')] = None,
    part: Annotated[Globs, typer.Option(metavar="GLOB", help="In these parts, by key or name.")] = None,
    owner: Annotated[Globs, typer.Option(metavar="GLOB", help="Of these units.")] = None,
    assigned: Annotated[Globs, typer.Option(metavar="GLOB", help='Assigned to these; "" = to nobody.')] = None,
    stage: Annotated[Globs, typer.Option(metavar="STAGE", help="unassigned, in-progress, ready.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what should have been repaired by now.")] = False,
    due_before: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what is due before this day.")
    ] = None,
    decided: Annotated[
        bool, typer.Option("--decided", help="Only what somebody accepted or calls a false alarm.")
    ] = False,
    undecided: Annotated[
        bool, typer.Option("--undecided", help="Leave out what is accepted or a false alarm.")
    ] = False,
    form: Annotated[Literal["text", "json", "csv"], typer.Option("--format", help="How to print it.")] = "text",
    limit: Annotated[int, typer.Option(min=1, help="At most this many as text.")] = 50,
    fail: Annotated[bool, typer.Option("--fail", help="Exit 1 when something is listed.")] = False,
    lang: Lang = "en",
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """List issues, what is overdue first. Without a filter: everything that is not fixed.

    Each site is told by its last audit as a whole, and by what looks at a
    few of its pages have proved since. What that audit did not look at is
    "not checked", and never fixed.
    """
    if ctx.invoked_subcommand is not None:
        return
    from handrail.issues import Wanted
    from reports.formats import worklist
    from reports.text import Words

    states = known_names("--state", state, ("new", "open", "returned", "not-checked", "fixed"))
    kinds = known_names("--kind", kind, ("accessibility", "exposure", "privacy"))
    stages = known_names("--stage", stage, ("unassigned", "in-progress", "ready"))
    wanted = Wanted(
        states=states or (),
        severity=severity,
        kinds=kinds or (),
        rules=rule or (),
        parts=part or (),
        owners=owner or (),
        assigned=assigned or (),
        stages=stages or (),
        overdue=overdue,
        due_before=due_before.date() if due_before else None,
        decided=decided,
        undecided=undecided,
    )
    with _opened(config, out, store) as desk:
        found = [one for one in desk.items(site or ()) if wanted.fits(one)]
        words = Words(lang)
        if form == "json":
            typer.echo(worklist.as_json(found), nl=False)
        elif form == "csv":
            typer.echo(worklist.as_csv(found, words), nl=False)
        else:
            typer.echo(worklist.as_text(found, limit, desk.waivers, words), nl=False)
    raise typer.Exit(NOT_MET if fail and found else OK)


@issues_app.command()
def show(
    issue: IssueId, lang: Lang = "en", config: Config = None, out: Out = DEFAULT_OUT, store: StoreUrl = ""
) -> None:
    """Show one issue: what it is, where, how to repair it, who does, and what the log holds of it."""
    from itertools import islice

    from reports import clean
    from reports.common import rule_of
    from reports.formats import worklist
    from reports.text import Words

    with _opened(config, out, store) as desk:
        known = desk.named(issue)
        item = next((one for one in desk.items([known.site]) if one.id == issue), None)
        if item is None:
            raise click.UsageError(f"{issue} was fixed, or the runs that saw it were purged; the log may hold it still")
        where: list[str] = []
        if item.kind.value != "exposure":
            places = islice(desk.places(item), 10)
            where = [
                f"  {clean.line(one.url, clean.URL)}  {clean.line(one.selector, clean.SELECTOR)}" for one in places
            ]
        rule = rule_of(desk.parts.rules, known.rule)
        french = lang == "fr"
        fix, why = (rule.fix_fr or rule.fix, rule.why_fr or rule.why) if french else (rule.fix, rule.why)
        typer.echo(worklist.shown(item, Words(lang), where, fix, why), nl=False)
    raise typer.Exit(OK)


@issues_app.command()
def assign(
    issue: IssueId,
    by: By,
    to: Annotated[str, typer.Option("--to", metavar="WHO", help='A unit or a role; "" = nobody any more.')],
    note: Note = "",
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Say who works on an issue. What handrail.toml says of parts and addresses goes before it."""
    with _opened(config, out, store) as issues:
        _recorded(issues.assign(issue, _who(by), to, note))


@issues_app.command()
def mark(
    issue: IssueId,
    stage: Annotated[Literal["unassigned", "in-progress", "ready"], typer.Argument(help="Where the work stands.")],
    by: By,
    note: Note = "",
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Say where the work stands: in-progress, or ready for a re-check. Fixed is only what an audit no longer finds."""
    with _opened(config, out, store) as issues:
        _recorded(issues.mark(issue, _who(by), stage, note))


@issues_app.command()
def due(
    issue: IssueId,
    by: By,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day until which it is to be repaired.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="No date of its own any more: [due] counts.")] = False,
    note: Note = "",
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Give an issue a date of its own. It ends when the issue is fixed."""
    if (on is None) is not clear:
        raise click.UsageError("name the day (--on 2026-12-31), or take it away (--clear)")
    with _opened(config, out, store) as issues:
        _recorded(issues.due(issue, _who(by), on.date() if on else None, note))


@issues_app.command()
def note(
    issue: IssueId,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="No personal information: it is looked for.")],
    by: By,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Say something about an issue."""
    with _opened(config, out, store) as issues:
        _recorded(issues.note(issue, _who(by), text))


Until = Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The last day on which it holds.")]
Urls = Annotated[
    Globs, typer.Option("--url", metavar="GLOB", help="Only on these paths; may be repeated. Default: wherever it is.")
]


@issues_app.command()
def accept(
    issue: IssueId,
    by: By,
    ground: Annotated[
        str, typer.Option("--ground", help="The ground, in the words of whoever approves it (O. Reg. 191/11, s. 14).")
    ],
    reason: Reason,
    owner: Annotated[str, typer.Option("--owner", help="The unit that has to end it.")],
    until: Until,
    alternative: Annotated[
        str, typer.Option("--alternative", help="What people can use until then: an address, or words.")
    ] = "",
    url: Urls = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Accept an issue for a time. It changes no result: reports show it, and the gate does not count it.

    It speaks for this rule in this part of this site and for nothing else.
    Exposed personal information cannot be accepted. A waiver of
    handrail.toml for the same issue goes before it.
    """
    from handrail.issues import Accepting

    how = Accepting(
        ground=ground, reason=reason, owner=owner, alternative=alternative, until=until.date(), urls=tuple(url or ())
    )
    with _opened(config, out, store) as issues:
        _recorded(issues.accept(issue, _who(by), how))


@issues_app.command("false-alarm")
def false_alarm(
    issue: IssueId,
    by: By,
    reason: Reason,
    until: Until,
    url: Urls = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Say that a person looked and there is no barrier. Results stay as they are; the gate does not count it."""
    with _opened(config, out, store) as issues:
        _recorded(issues.false_alarm(issue, _who(by), reason, until.date(), url or ()))


@issues_app.command()
def withdraw(
    issue: IssueId,
    by: By,
    reason: Reason,
    entry: Annotated[int, typer.Option("--entry", min=0, help="The log's entry. Default: the issue's last one.")] = 0,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Take back that an issue was accepted or called a false alarm. Both entries stay in the log."""
    with _opened(config, out, store) as issues:
        _recorded(issues.withdraw(issue, _who(by), reason, entry))


@contextmanager
def _opened(config: Any, out: Any, store: str) -> Iterator[Issues]:
    from handrail import runs
    from handrail.issues import BadAct, Issues
    from handrail.said import BadWords

    policy = read_policy(config)
    parts = runs.parts_for(policy)
    with runs.open_known(runs.Place(out=out, store=store), parts) as opened:
        try:
            yield Issues.of(opened, policy, parts, called=lambda name: _CALLED.get(name, f"--{name}"))
        except (BadAct, BadWords) as exc:
            raise click.UsageError(str(exc)) from None


#: What is no option, or is called otherwise than its option.
_CALLED = {"note": "the note"}


def _who(by: str) -> Who:
    from handrail.said import Who

    return Who(by=by, account=account())


def _recorded(entry: Entry) -> None:
    typer.echo(f"Recorded. Log entry {entry.seq}.")
    raise typer.Exit(OK)


def known_names(option: str, said: Globs, known: tuple[str, ...]) -> Globs:
    for one in said or ():
        if one not in known:
            raise click.UsageError(f"{option} {one}: must be one of {', '.join(known)}")
    return said
