"""``handrail gate``: may this be deployed? ``handrail baseline write``: what the next one is compared with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

import click
import typer

from handrail.cli import INCOMPLETE, INTERRUPTED, OK, app
from handrail.cli.audit import DEFAULT_OUT, At, ChangedUrls, Config, Out, Quiet, StoreUrl

if TYPE_CHECKING:
    from audits.model import Rule
    from handrail.config import Policy
    from handrail.decided import GateTable
    from handrail.wiring import Parts
    from reports.gate_model import Case, GateDecision, GatePolicy
    from reports.standing import Standing
    from reports.store.records import PlaceRecord, RunRecord
    from reports.store.store import Store

DEFAULT_BASELINE = Path("handrail-baseline.json")
Lang = Annotated[Literal["en", "fr"], typer.Option(help="Language of what is printed.")]

baseline_app = typer.Typer(help="The state that a gate compares with, as a file to commit.", no_args_is_help=True)
app.add_typer(baseline_app, name="baseline")


@app.command()
def gate(
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SITE]...", help="Audit these sites first. None: judge the last run in the folder."),
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    baseline: Annotated[
        str,
        typer.Option(
            metavar="FILE|RUN",
            help="What to compare with. Default: handrail-baseline.json if it is there, else the last complete run of "
            'each site before this one. "none": limits alone.',
        ),
    ] = "",
    run: Annotated[str, typer.Option(help="Judge this run. Default: the last one.")] = "",
    at: At = "",
    changed_urls: ChangedUrls = None,
    sample: Annotated[
        bool,
        typer.Option(
            "--sample",
            help="Audit a page of each kind, 25 at the most, as the last audit of the whole site shows them.",
        ),
    ] = False,
    report: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT=FILE",
            help="Write it in this form too; - is standard output. text, json, markdown, junit, sarif, github, azure, "
            "gitlab-code-quality, gitlab-accessibility.",
        ),
    ] = None,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Say whether a deploy may go on: compare a run with a baseline and with what [gate] asks for.

    Exit 0: met. 1: not met. 3: an audit is incomplete, so nothing can be said; whatever it found.
    What was repaired never fails a gate, and what was not looked at is neither fixed nor new.
    """
    from handrail import runs
    from handrail.cli.audit import audited_for_gate, read_policy
    from reports.formats.gate import FORMATS
    from reports.text import Words

    wanted = [_format(one, FORMATS) for one in report or []]
    policy = read_policy(config)
    parts = runs.parts_for(policy)
    _check_limits(policy, parts.rules)
    place = runs.Place(out=out, store=store)
    if (at or changed_urls or sample) and not targets:
        raise click.UsageError("--at, --changed-urls and --sample say how to audit a site; name it")
    if changed_urls and sample:
        raise click.UsageError("--changed-urls names the pages already; leave out --sample")
    if targets:
        if run:
            raise click.UsageError("--run judges a run that is there; leave out the sites")
        # What is judged is this run, whoever else writes into the store.
        run, code = audited_for_gate(
            place, policy, parts, targets, at=at, changed_urls=changed_urls, sample=sample, quiet=quiet
        )
        if code == INTERRUPTED:
            raise typer.Exit(code)
    with runs.open_known(place, parts) as opened:
        judged = run_of(opened, run)
        cases = _cases(opened, judged, policy, parts, baseline)
        decision = _decide(opened, judged, cases, policy, parts.rules)
    begun = judged.started.astimezone(ZoneInfo(policy.city.timezone)).isoformat(timespec="minutes")
    audited = {case.now.site for case in cases}
    absent = tuple(key for key in policy.sites if key not in audited)
    unused = tuple(one for one in decision.waivers_unused if one.site or not absent)  # it may be needed there
    decision = replace(decision, begun=begun, absent=absent, waivers_unused=unused)
    words = Words(lang)
    for name, target in wanted:
        _write(FORMATS[name](decision, words), target)
    if not any(target == "-" for _, target in wanted):
        typer.echo(FORMATS["text"](decision, words), nl=False)
    raise typer.Exit(decision.code)


def _check_limits(policy: Policy, rules: Mapping[str, Rule]) -> None:
    """A limit for rules that are none is always met, and nobody learns of it."""
    from reports.feedback import REPORTED

    known = [*rules, REPORTED.id]
    tables = [policy.gate, *(policy.gate_of(key) for key in policy.sites)]
    for glob in dict.fromkeys(glob for table in tables for limit in table.limits for glob in limit.rules):
        if not any(fnmatchcase(rule, glob) for rule in known):
            near = get_close_matches(glob, known, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"gate.limits: {glob[:80]!r} fits no rule of this version{meant}")


@baseline_app.command("write")
def write(
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = DEFAULT_BASELINE,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    run: Annotated[str, typer.Option(help="The run's id. Default: the last one.")] = "",
) -> None:
    """Write what stands now, to compare later runs with. Sites that the run did not audit keep what the file says.

    Exit 3: the audit of a site is incomplete. Then nothing is written: what it did not see would come back as new.
    """
    from handrail import runs
    from handrail.cli.audit import check_writable, read_policy

    check_writable(file, "the baseline")
    policy = read_policy(config)
    with runs.open_known(runs.Place(out=out, store=store), runs.parts_for(policy)) as opened:
        judged = run_of(opened, run)
        previews = [one for one in opened.sites(judged.id) if one.preview]
        if previews and not run:
            raise click.UsageError(
                f"the last run audited {previews[0].key} at {previews[0].host}, a preview; nothing was written. Name "
                "the run of what is deployed: --run"
            )
        standings = [opened.standing(judged.id, site.key) for site in opened.sites(judged.id)]
    incomplete = [one.site for one in standings if not one.complete]
    if incomplete or not standings:
        typer.echo(f"Not written: the audit of {', '.join(incomplete) or 'every site'} is incomplete.", err=True)
        raise typer.Exit(INCOMPLETE)
    write_baseline(file, standings)
    issues = sum(len(one.issues) for one in standings)
    sample = f" (sample: {judged.sample})" if judged.sample else ""
    sites = f"{len(standings)} {'site' if len(standings) == 1 else 'sites'}"
    typer.echo(f"Baseline: {file}, run {judged.id}{sample}, {sites}, {issues} {'issue' if issues == 1 else 'issues'}")
    raise typer.Exit(OK)


def write_baseline(file: Path, standings: Sequence[Standing]) -> None:
    """Put these into the file; other sites in it stay as they are."""
    from reports.baseline import BaselineError, dump, load

    try:
        kept = dict(load(_text_of(file), str(file))) if file.is_file() else {}
    except BaselineError as exc:
        raise click.UsageError(f"the baseline that is there already: {exc}") from None
    file.write_text(dump((kept | {one.site: one for one in standings}).values()), "utf-8")


def _text_of(file: Path) -> str:
    from reports.baseline import BaselineError

    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise BaselineError(f"{file}: is not UTF-8 text; write it with 'handrail baseline write'") from None
    except OSError as exc:
        raise BaselineError(f"{file}: cannot be read ({exc.strerror})") from None


def _format(told: str, formats: Collection[str]) -> tuple[str, str]:
    from handrail.cli.audit import check_writable

    name, sign, target = told.partition("=")
    if name not in formats:
        raise click.UsageError(f"--report {told}: no format {name!r}; known: {', '.join(formats)}")
    if not sign or not target:
        raise click.UsageError(f"--report {told}: write {name}=FILE, or {name}=- for standard output")
    if target != "-":
        check_writable(Path(target), "--report")
    return name, target


def _write(text: str, target: str) -> None:
    if target == "-":
        typer.echo(text, nl=False)
        return
    Path(target).write_text(text, "utf-8")


def run_of(store: Store, run_id: str) -> RunRecord:
    from handrail.work import audits

    known = audits(store)
    if not known:
        raise click.UsageError("the store holds no run of an audit; run 'handrail audit' first")
    found = [one for one in known if one.id == run_id] if run_id else known[-1:]
    if not found:
        raise click.UsageError(f"no run {run_id!r}; the store holds: {', '.join(one.id for one in known[-5:])}")
    return found[0]


def _cases(store: Store, run: RunRecord, policy: Policy, parts: Parts, baseline: str) -> Sequence[Case]:
    from handrail.answers import people_of
    from handrail.work import audits, settled, today
    from reports.gate_model import Case

    sites = {site.key: site for site in store.sites(run.id)}
    bases = _baselines(store, run, policy, list(sites), baseline)
    known = audits(store)
    began = {one.id: one.started for one in known}
    cases = []
    for key, site in sites.items():
        counted, base = store.counts(run.id, key), bases.get(key)
        cases.append(
            Case(
                data=counted,
                now=store.standing(run.id, key, counted),
                base=base,
                decided=settled(store, policy, parts, run.id, key, counted.issues, today(policy)),
                base_began=began.get(base.run) if base else None,
                policy=_policy(policy.gate_of(key)),
                owners=policy.owners_of(key, site.owner),
                people=people_of(store, parts.rules, run, key),
            )
        )
    return cases


def _policy(table: GateTable) -> GatePolicy:
    from reports.gate_model import GatePolicy, Limit

    return GatePolicy(
        new="" if table.new == "off" else table.new,
        returned=table.returned,
        more="" if table.more == "off" else table.more,
        review=table.review,
        advice=table.advice,
        new_rules=table.new_rules,
        min_coverage=table.min_coverage,
        limits=tuple(Limit(**one.model_dump()) for one in table.limits),
    )


def _baselines(store: Store, run: RunRecord, policy: Policy, keys: Sequence[str], named: str) -> Mapping[str, Standing]:
    """By site, what it is compared with; a site that is not there has nothing."""
    from handrail.work import audits, is_preview
    from reports.baseline import BaselineError, load
    from reports.sampled import is_choice

    if named == "none":
        return {}
    path = Path(named or DEFAULT_BASELINE)
    if path.is_file():
        try:
            return load(_text_of(path), str(path))
        except BaselineError as exc:
            raise click.UsageError(f"--baseline {exc}") from None
    known = audits(store)
    if named:
        found = [one for one in known if one.id == named]
        if not found:
            raise click.UsageError(f"--baseline {named}: neither a file nor a run of this store")
        return {key: standing for key in keys if (standing := _standing(store, found[0].id, key))}
    # A preview is judged by what is deployed, not by the preview before it.
    # Whoever names pages names others the next time: what such an audit did not look at would be taken for new.
    alike = {""} if is_choice(run.sample) else {"", run.sample}
    earlier = [one for one in reversed(known) if one.started < run.started and one.sample in alike]
    bases = {}
    for key in keys:
        at_home = (one for one in earlier if not is_preview(store, one.id, key))
        if base := next(filter(None, (_standing(store, one.id, key) for one in at_home)), None):
            bases[key] = base
    return bases


def _standing(store: Store, run_id: str, key: str) -> Standing | None:
    """A complete audit of a site, or nothing: one that is not complete would call old issues new."""
    complete = {site.key for site in store.sites(run_id) if site.state == "complete"}
    return store.standing(run_id, key) if key in complete else None


def _decide(
    store: Store, run: RunRecord, cases: Sequence[Case], policy: Policy, rules: Mapping[str, Rule]
) -> GateDecision:
    from audits.standards import load
    from handrail.work import accepted, recorded, today
    from reports.gate import PLACES_SHOWN, decide

    def find(site: str, fingerprint: str, matters: Callable[[PlaceRecord], bool], once: bool) -> Sequence[PlaceRecord]:
        return list(islice(filter(matters, store.places(run.id, site, fingerprint, once=once)), PLACES_SHOWN))

    return decide(cases, rules, load(), accepted(policy, recorded(store)), today(policy), find)
