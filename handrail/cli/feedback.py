"""``handrail feedback``: what residents report of barriers, from the first word to the reply."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import click
import typer

from handrail import __version__
from handrail.cli import INCOMPLETE, OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, check_writable, read_policy
from handrail.cli.gate import Lang
from handrail.cli.scan import NOT_MET
from handrail.cli.who import By, Note, Reason, account, named, told_by
from handrail.work import today

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.feedback import Coming, Row
    from handrail.replies import Doing, Replies
    from handrail.said import Who
    from handrail.wiring import Parts
    from reports.store.log import Entry, Hold
    from reports.store.purging import Holding
    from reports.store.store import Store

#: Lines of a file that are told to be wrong before only their number is.
TOLD = 50
SECRET = "HANDRAIL_FEEDBACK_SECRET"  # noqa: S105  # its name

feedback_app = typer.Typer(
    help="Residents' reports of barriers: keep them without saying whose they are, link them to issues, answer them.",
    no_args_is_help=True,
)
app.add_typer(feedback_app, name="feedback")

Reports = Annotated[list[str], typer.Argument(metavar="REPORT...", help="Ids of reports, such as F-12.")]
Barrier = Annotated[
    str, typer.Argument(metavar="ISSUE|REPORT", help="An issue (A-…, M-…), or a report that is linked to it (F-…).")
]
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day. Default: today.")]


@feedback_app.command("add")
def add(
    barrier: Annotated[
        str,
        typer.Option(
            "--barrier", metavar="TEXT", help="What could not be done. No personal information: it is looked for."
        ),
    ],
    by: By,
    page: Annotated[str, typer.Option(metavar="URL", help="The address of the page.")] = "",
    site: Annotated[str, typer.Option(metavar="KEY", help="The site. Default: the one that the page is on.")] = "",
    technology: Annotated[
        str, typer.Option(metavar="TEXT", help="What was used, such as a screen reader and a browser.")
    ] = "",
    language: Annotated[str, typer.Option(help="en or fr.")] = "",
    channel: Annotated[
        str, typer.Option(help="form, email, phone, 311, in-person, letter, social or other.")
    ] = "other",
    ticket: Annotated[str, typer.Option(metavar="NUMBER", help="The number in the City's own system.")] = "",
    on: On = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Keep one report. Words in which personal information is recognized are refused.

    Who reported it is never asked: that stays in the City's own system, under
    its ticket.
    """
    from handrail.feedback import BadReport

    fields = {
        "date": (on.date() if on else today(read_policy(config))).isoformat(),
        "page": page, "site": site, "barrier": barrier, "technology": technology, "language": language,
        "channel": channel, "ticket": ticket,
    }  # fmt: skip
    with _replies(config, out, store, new=True) as replies:
        try:
            kept, on_a_site = replies.add(fields, _who(by))
        except BadReport as exc:
            raise click.UsageError(f"{exc}. Nothing was recorded.") from None
    if not kept.ids:
        typer.echo("The same report is there already. Nothing was recorded.")
        raise typer.Exit(OK)
    typer.echo(f"Recorded: {kept.ids[0]}.{'' if on_a_site else _NO_SITE}")
    raise typer.Exit(OK)


_NO_SITE = " The page is on no site of handrail.toml: it is in no site's report."


@feedback_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file, or JSON lines. - is standard input.")],
    by: By,
    form: Annotated[
        Literal["", "csv", "jsonl"],
        typer.Option("--format", help="Default: by the file's name; JSON lines from standard input."),
    ] = "",
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Keep the reports of a file. Personal information is masked before anything is written.

    The first line of a CSV file names its columns: date, page or site, barrier;
    technology, language, channel, ticket. In French: jour, page, obstacle,
    technologie, langue, canal, billet. Other columns are not read. A row that
    is wrong is told by its line, the others are kept; a row that is there
    already is not kept twice. Exit 3: some rows were not kept.
    """
    from handrail.feedback import MOST_BYTES, BadReport, keep, ledger_of, read_csv, read_json_lines

    name = str(file)
    try:
        source = sys.stdin.buffer if name == "-" else file.open("rb")
        with source:
            data = source.read(MOST_BYTES + 1)
    except OSError as exc:
        raise click.UsageError(f"{name}: cannot be read ({exc.strerror})") from None
    kind = form or ("jsonl" if name == "-" or file.suffix.lower() in (".jsonl", ".ndjson", ".json") else "csv")
    if len(data) > MOST_BYTES:
        raise click.UsageError(f"{name}: has more than {MOST_BYTES // 1_000_000} MB; cut it")
    rows: Iterable[Row]
    remarks: tuple[str, ...] = ()
    try:
        rows, remarks = read_csv(data) if kind == "csv" else (read_json_lines(data), ())
    except BadReport as exc:
        raise click.UsageError(f"{name}: {exc}") from None
    with _opened(config, out, store, new=True) as (opened, policy, parts):
        good, wrong, known = _sorted(rows, policy, parts, ledger_of(opened, policy).digests)
        kept = keep(opened, good, by=named(by, parts), account=account(), how="import")
    for remark in remarks:
        typer.echo(remark)
    for line, why in wrong[:TOLD]:
        typer.echo(f"line {line}: {why}", err=True)
    if len(wrong) > TOLD:
        typer.echo(f"and {len(wrong) - TOLD} more lines", err=True)
    typer.echo(
        f"Kept: {len(kept.ids)}{f' ({kept.ids[0]} to {kept.ids[-1]})' if kept.ids else ''}. "
        f"There already: {known + kept.known}. Not kept: {len(wrong)}."
    )
    if masked := sum(bool(one.hidden) for one in good):
        typer.echo(f"Personal information was masked in {masked}.")
    if strays := sum(not one.site for one in good):
        typer.echo(f"{strays} on no site of handrail.toml: they are in no site's report.")
    raise typer.Exit(INCOMPLETE if wrong else OK)


def _sorted(
    rows: Iterable[Row], policy: Policy, parts: Parts, there: Collection[str]
) -> tuple[list[Coming], list[tuple[int, str]], int]:
    """What may be kept, what is wrong by its line, and how many are there already: those are not searched again."""
    from handrail.feedback import BadReport, checked, digests_of

    now = today(policy)
    seen = set(there)
    good: list[Coming] = []
    wrong: list[tuple[int, str]] = []
    known = 0
    for row in rows:
        if row.wrong:
            wrong.append((row.line, row.wrong))
            continue
        digests = digests_of(row.fields, parts)
        if seen.intersection(digests):
            known += 1
            continue
        try:
            good.append(checked(row.fields, policy, parts, now))
            seen.add(digests[0])
        except BadReport as exc:
            wrong.append((row.line, str(exc)))
    return good, wrong, known


@feedback_app.command("list")
def list_(
    state: Annotated[list[str] | None, typer.Option("--state", help="Only these; may be repeated.")] = None,
    site: Annotated[str, typer.Option(metavar="KEY", help="Only of this site.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    lang: Lang = "en",
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """List reports and how far they have come, what is late first. Their words are not shown."""
    from handrail.feedback import ledger_of
    from reports.feedback import STATES
    from reports.formats.feedback import list_text, rows
    from reports.text import Words

    if wrong := [one for one in state or () if one not in STATES]:
        raise click.UsageError(f"--state {wrong[0][:40]!r}: write one of {', '.join(STATES)}")
    with _opened(config, out, store) as (opened, policy, _):
        ledger = ledger_of(opened, policy)
    told = [
        row
        for row in rows(ledger, ledger.reports.values())
        if (not state or row["state"] in state)
        and (not site or row["site"] == site)
        and (not overdue or row["overdue"])
    ]
    told.sort(key=lambda row: (not row["overdue"], row["received"], row["entry"]))
    if as_json:
        typer.echo(json.dumps({"on": ledger.day, "reports": told}, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(list_text(told, Words(lang))))
    raise typer.Exit(OK)


@feedback_app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="REPORT|ISSUE", help="A report (F-12), or an issue (A-…, M-…).")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page, for its owner alone.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    lang: Lang = "en",
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Show the whole way from report to reply: the fault, the fix, the check after it, with days and log entries."""
    from handrail.feedback import ledger_of
    from handrail.wiring import fonts
    from reports.feedback import chain
    from reports.formats.feedback import chain_data, chain_text
    from reports.formats.html import render_chain
    from reports.text import Words
    from reports.write import write_alone

    if html:
        check_writable(html, "--html")
    with _opened(config, out, store) as (opened, policy, parts):
        ledger = ledger_of(opened, policy)
        found = chain(ledger, name, parts.rules, ZoneInfo(policy.city.timezone))
    if found is None:
        raise click.UsageError(f"no report {name[:40]!r}, and no issue of that id that a report is linked to")
    data = chain_data(found, ledger)
    if html:
        city = {"name": {"en": policy.city.name_en, "fr": policy.city.name_fr}, "demo": False}
        write_alone(html, render_chain(data, lang, city=city, tool=__version__, fonts=fonts()))
        typer.echo(f"Written: {html}")
    elif as_json:
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(chain_text(data, Words(lang))), nl=False)
    raise typer.Exit(OK)


@feedback_app.command()
def acknowledge(
    reports: Reports,
    by: By,
    note: Note = "",
    on: On = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Record that the person was told that the report arrived."""
    with _replies(config, out, store) as replies:
        _tell(replies, replies.acknowledge(reports, _doing(by, note, on)))
    raise typer.Exit(OK)


@feedback_app.command()
def link(
    reports: Reports,
    by: By,
    issue: Annotated[str, typer.Option("--issue", metavar="ISSUE", help="The issue, as reports call it.")] = "",
    manual: Annotated[
        bool, typer.Option("--manual", help="No tool found the barrier: it becomes an issue of its own (M-…).")
    ] = False,
    criterion: Annotated[
        str, typer.Option(metavar="NUMBER", help="With --manual: the success criterion, such as 1.3.1.")
    ] = "",
    note: Note = "",
    on: On = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Link reports to an issue that an audit found, or to one of their own. The last link counts."""
    if bool(issue) == manual:
        raise click.UsageError("write --issue ISSUE, or --manual where no tool found the barrier")
    if criterion and not manual:
        raise click.UsageError("--criterion goes with --manual: of other issues the rule says it")
    with _replies(config, out, store) as replies:
        _tell(replies, replies.link(reports, issue, _doing(by, note, on), criterion=criterion))
    raise typer.Exit(OK)


@feedback_app.command()
def fixed(
    barrier: Barrier,
    by: By,
    note: Note = "",
    on: On = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Record that a barrier was repaired, and by whom. An issue of an audit is fixed when an audit says so."""
    with _replies(config, out, store) as replies:
        _tell(replies, replies.repair(barrier, _doing(by, note, on)))
    raise typer.Exit(OK)


@feedback_app.command()
def recheck(
    barrier: Barrier,
    by: By,
    again: Annotated[bool, typer.Option("--still-there", help="It was met again.")] = False,
    note: Note = "",
    on: On = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Record that a person looked again after the fix: somebody else than who repaired it."""
    with _replies(config, out, store) as replies:
        _tell(replies, replies.recheck(barrier, _doing(by, note, on), again=again))
    raise typer.Exit(OK)


@feedback_app.command()
def answer(
    reports: Reports,
    by: By,
    note: Note = "",
    on: On = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Record that the person was answered. What was written stays in the City's own system."""
    with _replies(config, out, store) as replies:
        entries = replies.answer(reports, _doing(by, note, on))
        ledger = replies.ledger()
        for name in dict.fromkeys(reports):
            if (barrier := ledger.barrier(ledger.reports[name])) != "rechecked":
                told = {"none": "linked to no issue", "open": "still there", "fixed": "fixed and not checked again"}
                typer.echo(f"{name}: the barrier is {told[barrier]}.")
        _tell(replies, entries)
    raise typer.Exit(OK)


@feedback_app.command()
def close(
    reports: Reports,
    by: By,
    reason: Annotated[
        Literal["duplicate", "no-barrier", "elsewhere", "withdrawn"],
        typer.Option(
            help="The same as another report; no barrier on a page of the City; passed on to whom it concerns; "
            "withdrawn by who reported it."
        ),
    ],
    note: Note = "",
    on: On = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Close reports that need no answer. Those that are answered are done."""
    with _replies(config, out, store) as replies:
        _tell(replies, replies.close(reports, reason, _doing(by, note, on)))
    raise typer.Exit(OK)


@feedback_app.command()
def reopen(
    reports: Reports,
    by: By,
    note: Note = "",
    on: On = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Take back that reports are closed or answered. All entries stay in the log."""
    with _replies(config, out, store) as replies:
        _tell(replies, replies.reopen(reports, _doing(by, note, on)))
    raise typer.Exit(OK)


@feedback_app.command()
def erase(
    reports: Reports,
    by: By,
    reason: Reason,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Take page and words of reports out of the log, where something personal was overlooked. It cannot be undone.

    That there was a report, its day and its states stay; the entry that says
    who took it out, and why, is added. Refused (exit code 1) while a hold
    keeps them (handrail hold). Backups are not reached.
    """
    from handrail.feedback import ledger_of
    from handrail.issues import BadAct
    from handrail.purge import Refused, told_hold
    from handrail.replies import chosen as reports_named
    from reports.feedback import TEXT

    with _opened(config, out, store) as (opened, policy, parts):
        asked = told_by(by, reason, parts)
        try:
            chosen = reports_named(ledger_of(opened, policy), reports, open_only=False)
        except BadAct as exc:
            raise click.UsageError(str(exc)) from None
        names = sorted(one.id for one in chosen)
        seqs = [one.seq for one in opened.log_entries(TEXT) if one.facts and one.facts["report"] in names]
        if not seqs:
            raise click.UsageError("their words are not there: they were taken out, or never kept")

        def unless_held(_: Sequence[Holding], holds: Sequence[Hold]) -> Sequence[Holding]:
            if held := [one for one in holds if any(one.keeps(report.site) for report in chosen)]:
                raise Refused("\n".join(told_hold(one) for one in held))
            return ()

        try:
            entry = opened.purge(unless_held, {**asked, "feedback": names}, emptied=seqs)
        except Refused as exc:
            typer.echo(f"Refused. Nothing was taken out.\n{exc}", err=True)
            raise typer.Exit(NOT_MET) from None
        opened.compact()
    typer.echo(f"Taken out. Log entry {entry.seq}.")
    raise typer.Exit(OK)


@feedback_app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="On 127.0.0.1; 0 = any that is free.")] = 8791,
    per_minute: Annotated[int, typer.Option(min=1, help="Reports a minute at the most.")] = 60,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Take reports from the City's own form: POST /feedback on 127.0.0.1, as JSON, signed with a shared secret.

    HANDRAIL_FEEDBACK_SECRET holds the secret, 32 characters or more. The header
    X-Handrail-Signature is "sha256=" and the HMAC-SHA256 of the body under it,
    in hexadecimal digits. Fields: as the columns of 'handrail feedback import'.
    """
    from handrail.feedback import Kept, checked, keep
    from handrail.receiver import SECRET_BYTES, Receiver, server

    secret = os.environ.get(SECRET, "").encode()
    if len(secret) < SECRET_BYTES:
        raise click.UsageError(
            f"{SECRET} must hold a secret of {SECRET_BYTES} characters or more: openssl rand -hex 32"
        )
    with _opened(config, out, store, new=True) as (opened, policy, parts):

        def take(fields: Any) -> Kept:
            one = checked(fields, policy, parts, today(policy))
            return keep(opened, [one], by="web hook", account=account(), how="webhook")

        try:
            serving = server(Receiver(take, secret, per_minute=per_minute), port)
        except OSError as exc:
            raise click.UsageError(f"--port {port}: {exc.strerror}") from None
        with serving:
            typer.echo(f"http://127.0.0.1:{serving.server_port}/feedback")
            sys.stdout.flush()
            serving.serve_forever()


# What they share


@contextmanager
def _opened(config: Path | None, out: Path, store: str, *, new: bool = False) -> Iterator[tuple[Store, Policy, Parts]]:
    """The store; with ``new`` it need not be there yet: reports come in before the first audit."""
    from handrail import runs

    policy = read_policy(config)
    parts = runs.parts_for(policy)
    place = runs.Place(out=out, store=store)
    with runs.open_store(place, parts) if new else runs.open_known(place, parts) as opened:
        yield opened, policy, parts


@contextmanager
def _replies(config: Path | None, out: Path, store: str, *, new: bool = False) -> Iterator[Replies]:
    from handrail.issues import BadAct
    from handrail.replies import Replies
    from handrail.said import BadWords

    with _opened(config, out, store, new=new) as (opened, policy, parts):
        try:
            yield Replies(store=opened, policy=policy, parts=parts, called=lambda name: _CALLED.get(name, f"--{name}"))
        except (BadAct, BadWords) as exc:
            raise click.UsageError(str(exc)) from None


#: What is no option, or is called otherwise than its option.
_CALLED = {"note": "the note"}


def _who(by: str) -> Who:
    from handrail.said import Who

    return Who(by=by, account=account())


def _doing(by: str, note: str, on: datetime | None) -> Doing:
    from handrail.replies import Doing

    return Doing(who=_who(by), note=note, on=on.date() if on else None)


def _tell(replies: Replies, entries: Iterable[Entry]) -> None:
    for entry in entries:
        told = entry.facts or {}
        name = told.get("report") or told["issue"]
        to = f" -> {told['issue']}" if told.get("report") and "issue" in told else ""
        typer.echo(f"{name}{to}: recorded, log entry {entry.seq}.")
    ledger = replies.ledger()
    late = [one.id for one in ledger.reports.values() if ledger.overdue(one)]
    if late:
        typer.echo(f"Late: {', '.join(late[:10])}{f' and {len(late) - 10} more' if len(late) > 10 else ''}.")
