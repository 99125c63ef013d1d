"""``handrail issues``: what is to be repaired, by whom, by when, and what people decided; all into the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, Literal

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.scan import NOT_MET
from handrail.cli.who import By, Note, Reason, account, named, without_personal

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.wiring import Parts
    from reports.store.records import NamedIssue
    from reports.store.store import Store
    from reports.waivers import Waivers
    from reports.work import Told
    from reports.worklist import WorkItem

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

    Each site is told by its last audit as a whole. What that audit did not
    look at is "not checked", and never fixed.
    """
    if ctx.invoked_subcommand is not None:
        return
    from reports.common import SEVERITIES
    from reports.formats import worklist
    from reports.text import Words

    states = known_names("--state", state, ("new", "open", "returned", "not-checked", "fixed"))
    kinds = known_names("--kind", kind, ("accessibility", "exposure", "privacy"))
    stages = known_names("--stage", stage, ("unassigned", "in-progress", "ready"))
    worst = SEVERITIES.index(severity)
    tests: list[Callable[[WorkItem], bool]] = [
        lambda one: one.state in states if states else one.state != "fixed",
        lambda one: SEVERITIES.index(one.severity) <= worst,
        lambda one: not kinds or one.kind.value in kinds,
        lambda one: _fits(rule, one.rule),
        lambda one: _fits(part, one.part_key, one.part),
        lambda one: _fits(owner, *(one.owners or ("",))),
        lambda one: _fits(assigned, one.work.assigned),
        lambda one: not stages or one.work.stage in stages,
        lambda one: one.work.overdue or not overdue,
        lambda one: due_before is None or (one.open and one.work.due is not None and one.work.due < due_before.date()),
        lambda one: not decided or bool(one.work.decided),
        lambda one: not undecided or one.open or one.state == "fixed",
    ]
    with _opened(config, out, store) as desk:
        found = [one for one in desk.items(site) if all(test(one) for test in tests)]
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
            run = next(run for run, site in desk.newest if site.key == known.site)
            places = islice(desk.store.places(run.id, known.site, known.fingerprint), 10)
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
    from reports.work import ASSIGNED

    with _opened(config, out, store) as desk:
        told = {"to": named(to, desk.parts, "--to") if to else "", "note": desk.clean(note, "the note")}
        desk.record(ASSIGNED, issue, by, told)


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
    from reports.work import MARKED

    with _opened(config, out, store) as desk:
        desk.record(MARKED, issue, by, {"stage": stage, "note": desk.clean(note, "the note")})


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
    from reports.work import DUE

    if (on is None) is not clear:
        raise click.UsageError("name the day (--on 2026-12-31), or take it away (--clear)")
    with _opened(config, out, store) as desk:
        day = on.date().isoformat() if on else ""
        desk.record(DUE, issue, by, {"due": day, "note": desk.clean(note, "the note")})


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
    from reports.work import NOTE

    with _opened(config, out, store) as desk:
        said = desk.clean(text, "the note")
        if not said:
            raise click.UsageError("the note is empty")
        desk.record(NOTE, issue, by, {"note": said})


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
    from reports.work import ACCEPTED

    with _opened(config, out, store) as desk:
        told = {"ground": ground, "reason": reason, "owner": owner, "alternative": alternative}
        clean = {name: desk.clean(said, f"--{name}") for name, said in told.items()}
        desk.decide(ACCEPTED, issue, by, until.date(), url, clean)


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
    from reports.work import FALSE_ALARM

    with _opened(config, out, store) as desk:
        said = desk.clean(reason, "--reason")
        told = {"ground": said, "reason": said, "owner": "", "alternative": ""}
        desk.decide(FALSE_ALARM, issue, by, until.date(), url, told)


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
    from reports.work import WITHDRAWN, Told

    with _opened(config, out, store) as desk:
        known = desk.named(issue)
        told = desk.told.get(known.fingerprint, Told())
        held = [one.entry for one in told.waivers if not entry or one.entry == entry]
        if not held:
            which = f"entry {entry} is no decision on" if entry else "the log holds no decision on"
            raise click.UsageError(f"{which} {issue}; what handrail.toml accepts is taken back there")
        desk.record(WITHDRAWN, issue, by, {"entry": held[-1], "reason": desk.clean(reason, "--reason")})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """A store, and the policy that it is read with."""

    store: Store
    policy: Policy
    parts: Parts
    told: Mapping[str, Told]
    waivers: Waivers
    newest: list[Any]

    def items(self, sites: Globs) -> list[WorkItem]:
        from handrail.work import today, works_of
        from reports import worklist

        keys = {site.key for _, site in self.newest}
        for key in sites or ():
            if key not in keys:
                raise click.UsageError(f"no audit of a site {key!r}; the store holds: {', '.join(sorted(keys))}")
        found: list[WorkItem] = []
        for run, site in self.newest:
            if sites and site.key not in sites:
                continue
            works = works_of(self.policy, self.told, run, site, self.waivers, today(self.policy))
            issues = self.store.issues(run.id, site.key)
            found += worklist.items(issues, self.store.standings(run.id, site.key), self.parts.rules, works)
        return sorted(found, key=worklist.order)

    def named(self, issue: str) -> NamedIssue:
        known = self.store.issue_named(issue)
        if known is None:
            raise click.UsageError(f"no issue {issue[:40]!r} in the store: take its id from a report")
        return known

    def clean(self, said: str, called: str) -> str:
        return without_personal(said, self.parts, called)

    def record(self, kind: str, issue: str, by: str, facts: dict[str, Any]) -> None:
        known = self.named(issue)
        of = {"issue": known.id, "fingerprint": known.fingerprint, "site": known.site}
        entry = self.store.record(kind, {"by": named(by, self.parts), "account": account(), **of, **facts})
        typer.echo(f"Recorded. Log entry {entry.seq}.")
        raise typer.Exit(OK)

    def decide(self, kind: str, issue: str, by: str, until: date, urls: Globs, facts: dict[str, Any]) -> None:
        from handrail.work import today

        known = self.named(issue)
        if known.kind.value == "exposure":
            raise click.UsageError(
                f"{issue} is exposed personal information, which nobody accepts: contain it (handrail contain), or "
                "decide about its values in [dispositions]"
            )
        day = today(self.policy)
        if until < day:
            raise click.UsageError(f"--until {until} is over; write the last day on which it holds")
        for path in urls or ():
            if not path.startswith(("/", "*")):
                raise click.UsageError(f"--url {path}: must be a path, such as /maps/*")
        of = {"rule": known.rule, "part": known.part_key, "on": day.isoformat(), "until": until.isoformat()}
        self.record(kind, issue, by, {**facts, **of, "urls": list(urls or ())})


@contextmanager
def _opened(config: Any, out: Any, store: str) -> Iterator[_Desk]:
    from handrail import runs
    from handrail.work import accepted, newest, recorded, today
    from reports.waivers import Waivers

    policy = read_policy(config)
    parts = runs.parts_for(policy)
    with runs.open_known(runs.Place(out=out, store=store), parts) as opened:
        found = newest(opened)
        if not found:
            raise click.UsageError("the store holds no run of an audit; run 'handrail audit' first")
        told = recorded(opened)
        waivers = Waivers(accepted(policy, told), today(policy))
        yield _Desk(store=opened, policy=policy, parts=parts, told=told, waivers=waivers, newest=found)


def known_names(option: str, said: Globs, known: tuple[str, ...]) -> Globs:
    for one in said or ():
        if one not in known:
            raise click.UsageError(f"{option} {one}: must be one of {', '.join(known)}")
    return said


def _fits(globs: Globs, *texts: str) -> bool:
    return not globs or any(fnmatchcase(text, glob) if glob else not text for glob in globs for text in texts)
