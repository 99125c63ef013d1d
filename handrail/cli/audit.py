"""``handrail audit``: crawl, render, check, store, report."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import click
import typer

from handrail.cli import INCOMPLETE, INTERRUPTED, OK, app

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.runs import Ending, Plan
    from handrail.wiring import Parts
    from reports.store.store import Store

DEFAULT_CONFIG = Path("handrail.toml")
DEFAULT_OUT = Path("handrail-out")

Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for store, evidence and reports.", file_okay=False)]
StoreUrl = Annotated[
    str,
    typer.Option(
        "--store", envvar="HANDRAIL_STORE", help="PostgreSQL URL of the store. Default: SQLite in the folder."
    ),
]
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration. Default: ./handrail.toml if it is there.")
]
At = Annotated[
    str,
    typer.Option(
        metavar="URL",
        help="Audit one site where it stands for now, such as a preview of it: its issues are those of the site.",
    ),
]
ChangedUrls = Annotated[
    Path | None,
    typer.Option(
        help="File with one address or path a line: audit exactly these pages of one site: a sample, and said so. "
        "'-' = standard input."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors and the final summary only.")]


@app.command()
def audit(
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SITE|URL]...", help="Site keys of handrail.toml, or addresses. None: all sites."),
    ] = None,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
    at: At = "",
    changed_urls: ChangedUrls = None,
    urls_from: Annotated[
        Path | None,
        typer.Option(help="File with one URL a line: audit exactly those, follow no links. '-' = standard input."),
    ] = None,
    findings: Annotated[
        Path | None, typer.Option(help="Write one JSON line per outcome, finding and page to this file.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Finish the last unfinished run in the folder.")] = False,
    max_pages: Annotated[
        int, typer.Option(min=0, help="Audit at most this many pages a site: a sample, and said so.")
    ] = 0,
    max_minutes: Annotated[
        float, typer.Option(min=0, help="Stop after this many minutes a site; the run is then incomplete.")
    ] = 0,
    ignore_robots: Annotated[
        str, typer.Option(metavar="REASON", help="Do not obey robots.txt, for this recorded reason.")
    ] = "",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Audit every page, also those that did not change since an earlier audit.")
    ] = False,
    render: Annotated[
        bool,
        typer.Option(
            "--render/--no-render",
            help="--no-render lists addresses, documents, titles, languages and links, fast and without a browser. "
            "Nothing is audited.",
        ),
    ] = True,
    pictures: Annotated[bool, typer.Option(help="Take cropped pictures of findings.")] = True,
    report: Annotated[bool, typer.Option(help="Write the reports.")] = True,
    notify: Annotated[
        bool, typer.Option("--notify", help="Tell the targets of [notify] what is new, when whole sites were audited.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Audit sites and write reports. Judges nothing: exit 0 when the audit is complete, whatever it found."""
    from handrail import runs
    from reports import sampled

    place = runs.Place(out=out, store=store)
    if notify and (
        urls_from or at or changed_urls or max_pages or not render or any("://" in t for t in targets or ())
    ):
        raise click.UsageError(
            "--notify tells of whole sites of handrail.toml; leave it out for a sample, or a preview"
        )
    if resume:
        if (
            targets
            or urls_from
            or at
            or changed_urls
            or config
            or max_pages
            or max_minutes
            or ignore_robots
            or fresh
            or not (pictures and render)
        ):
            raise click.UsageError(
                "--resume takes up the run as it was asked for; leave out sites, addresses and every option but "
                "--out, --store, --findings, --no-report, --notify and --quiet"
            )
        check_writable(findings, "--findings")
        code = _resumed(place, findings, report=report, quiet=quiet, notify=notify)
    else:
        policy = read_policy(config)
        plan = plan_for(
            policy, targets or [], urls_from, max_pages=max_pages, max_minutes=max_minutes, pictures=pictures
        )
        if at or changed_urls:
            plan = _elsewhere(plan, at, changed_urls)
        if ignore_robots:
            plan = _without_robots(plan, ignore_robots)
        if fresh:
            plan = replace(plan, fresh=True)
        if not render:
            plan = replace(plan, render=False, trigger="inventory", sample=plan.sample or sampled.INVENTORY)
        check_writable(findings, "--findings")
        code = carry_out_new(place, plan, findings, report=report, quiet=quiet, notify=notify)
    raise typer.Exit(code)


def check_writable(path: Path | None, option: str) -> None:
    """Say it before the audit, not after it."""
    if path is None:
        return
    if path.is_dir():
        raise click.UsageError(f"{option} {path}: is a folder; name a file")
    if not path.parent.is_dir():
        raise click.UsageError(f"{option} {path}: there is no folder {path.parent}; make it first")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise click.UsageError(f"{option} {path}: may not be written")


def read_policy(config: Path | None) -> Policy:
    """The configuration a person named, or the one that lies here, or an empty one."""
    from handrail.config import Policy, load_policy

    if config is None and not DEFAULT_CONFIG.is_file():
        return Policy()
    return load_policy(config or DEFAULT_CONFIG)


def plan_for(
    policy: Policy, targets: list[str], urls_from: Path | None, *, max_pages: int, max_minutes: float, pictures: bool
) -> Plan:
    from handrail.runs import Plan, plan_for_urls
    from reports import sampled

    options: dict[str, Any] = {"max_pages": max_pages, "max_minutes": max_minutes, "pictures": pictures}
    if max_pages:
        options["sample"] = sampled.asked("most", max_pages)
    if urls_from is not None:
        if targets:
            raise click.UsageError("--urls-from already says what to audit; leave out sites and addresses")
        urls = _read_urls(urls_from)
        return plan_for_urls(policy, urls, follow=False, **{**options, "sample": sampled.asked("listed", len(urls))})
    urls = [target for target in targets if "://" in target]
    keys = [target for target in targets if "://" not in target]
    if urls and keys:
        raise click.UsageError("give either site keys or addresses, not both")
    for url in urls:
        check_address(url, "the address" if "@" in url else repr(url[:80]))
    if urls:
        return plan_for_urls(policy, urls, **options)
    for key in keys:
        if key not in policy.sites and ("." in key or "/" in key):
            raise click.UsageError(f"{key!r} is no web address yet; write https://{key.lstrip('/')}")
    if not policy.sites:
        raise click.UsageError(
            "nothing to audit: give an address, or name sites in handrail.toml (see handrail.example.toml)"
        )
    for key in keys:
        if key not in policy.sites:
            raise click.UsageError(f"no site {key!r} in the configuration; it has: {', '.join(policy.sites)}")
    chosen = tuple(keys) or tuple(policy.sites)
    budgets = [policy.sites[key].budget.pages for key in chosen]
    if not max_pages and any(budgets):
        options["sample"] = sampled.asked("most", max(budgets))
    return Plan(policy=policy, sites=chosen, **options)


def check_address(url: str, which: str) -> None:
    """The message never quotes a password."""
    from pydantic import TypeAdapter, ValidationError

    from handrail.values import Url

    try:
        TypeAdapter(Url).validate_python(url)
    except ValidationError as exc:
        problem = exc.errors()[0]["msg"].removeprefix("Value error, ")
        raise click.UsageError(f"{which}: {problem}") from None


def _lines_of(source: Path, option: str) -> list[tuple[str, str]]:
    """The lines of a file that say something, each with where it stands."""
    try:
        text = sys.stdin.read() if str(source) == "-" else source.read_text("utf-8-sig")
    except OSError as exc:
        raise click.UsageError(f"{option} {source}: {exc.strerror}") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{option} {source}: is not UTF-8 text; save it as UTF-8") from None
    numbered = enumerate((line.strip() for line in text.splitlines()), start=1)
    return [(f"{source}:{number}", line) for number, line in numbered if line and not line.startswith("#")]


def _read_urls(source: Path) -> list[str]:
    urls = []
    for where, url in _lines_of(source, "--urls-from"):
        check_address(url, where)
        urls.append(url)
    if not urls:
        raise click.UsageError(f"--urls-from {source}: holds no address")
    return list(dict.fromkeys(urls))


def audited_for_gate(
    place: Any,
    policy: Policy,
    parts: Parts,
    targets: list[str],
    *,
    at: str,
    changed_urls: Path | None,
    sample: bool,
    quiet: bool,
) -> tuple[str, int]:
    """Audit sites of the configuration before they are judged; the run's id, and the exit code."""
    from handrail import locks, runs

    plan = plan_for(policy, targets, None, max_pages=0, max_minutes=0, pictures=False)
    drawn: Sequence[str] = ()
    if sample:
        _of_one_site(plan, "--sample")
        with runs.open_known(place, parts) as known:
            drawn = _drawn(known, plan.sites[0])
    if at or changed_urls or drawn:
        plan = _elsewhere(plan, at, changed_urls, drawn)
    plan = replace(plan, trigger="deploy")
    with runs.open_store(place, parts) as store, locks.hold(place, plan.sites):
        run = runs.start(place, plan, parts, store)
        return run.id, carried_out(place, run, plan, parts, store, None, report=True, quiet=quiet, told=False)


def _of_one_site(plan: Plan, option: str) -> None:
    if len(plan.sites) != 1 or not plan.follow:
        raise click.UsageError(f"{option} is for one site of handrail.toml; name it")


def _drawn(store: Store, key: str) -> Sequence[str]:
    """Addresses of a page of each kind, and of some by lot, as the last audit of the whole site shows them."""
    from handrail.work import audits
    from reports.sample import draw, seed_of

    for run in reversed(audits(store)):
        whole = (site for site in store.sites(run.id) if site.key == key and site.state == "complete")
        if not run.sample and any(not site.preview for site in whole):
            pages = store.site_data(run.id, key).audited_pages
            # Of an address that held somebody's value only its mask can be read.
            found = [one.page.url for one in draw(pages, seed_of(run.id, key)).pages if "[" not in _path(one.page.url)]
            if found:
                return found
    raise click.UsageError(f"--sample: there is no complete audit of all of {key} to choose pages from; leave it out")


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _elsewhere(plan: Plan, at: str, changed_urls: Path | None, drawn: Sequence[str] = ()) -> Plan:
    """One site at another address, or a few of its pages. Its key stays, and with it the history of its issues."""
    from reports import sampled

    _of_one_site(plan, "--at" if at else "--changed-urls")
    (key,) = plan.sites
    site = plan.policy.sites[key]
    begins = [urlsplit(url) for url in site.start]
    if at:
        check_address(at, "--at")
        parts = urlsplit(at)
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise click.UsageError("--at takes a server alone, such as https://preview.city.example")
        start = tuple(urlunsplit((parts.scheme, parts.netloc, url.path, url.query, "")) for url in begins)
        plan = replace(plan, preview=parts.netloc not in {*(one.netloc for one in begins), *site.hosts})
        # What the site may be asked for stays; it is asked of this server alone.
        site = site.model_copy(update={"start": start, "hosts": ()})
    if changed_urls is not None or drawn:
        if changed_urls is not None:
            told, kind, option = _lines_of(changed_urls, "--changed-urls"), sampled.CHANGED, "--changed-urls"
        else:
            told, kind, option = [("--sample", url) for url in drawn], sampled.DRAWN, "--sample"
        own = () if at else (*(one.netloc for one in begins), *site.hosts)
        pages = _pages_of(site.start[0], told, option, own)
        plan = replace(plan, follow=False, sample=sampled.asked(kind, len(pages)))
        site = site.model_copy(update={"start": pages})
    sites = {**plan.policy.sites, key: site}
    return replace(plan, policy=plan.policy.model_copy(update={"sites": sites}))


def _pages_of(start: str, told: list[tuple[str, str]], option: str, own: Sequence[str] = ()) -> tuple[str, ...]:
    """Addresses or paths, each on the site's own server; what is on one of its ``own`` others stays there."""
    server = urlsplit(start)[:2]
    pages = []
    for where, line in told:
        url = urljoin(start, line) if "://" not in line else line
        check_address(url, where)
        if "://" in line and urlsplit(url)[:2] != server and urlsplit(url).netloc.lower() not in own:
            url = urlunsplit((*server, *urlsplit(url)[2:]))
        pages.append(url)
    if not pages:
        raise click.UsageError(f"{option}: holds no address")
    return tuple(dict.fromkeys(pages))


def _without_robots(plan: Plan, reason: str) -> Plan:
    from handrail.config import Robots

    sites = {
        key: site.model_copy(update={"robots": Robots(override=reason)}) for key, site in plan.policy.sites.items()
    }
    return replace(plan, policy=plan.policy.model_copy(update={"sites": sites}))


def carry_out_new(
    place: Any, plan: Plan, findings: Path | None, *, report: bool, quiet: bool, notify: bool = False
) -> int:
    """Begin a run and see it through; the exit code. Raises Busy."""
    from handrail import locks, runs

    parts = runs.parts_for(plan.policy)
    with runs.open_store(place, parts) as store, locks.hold(place, plan.sites):
        run = runs.start(place, plan, parts, store)
        return carried_out(place, run, plan, parts, store, findings, report=report, quiet=quiet, notify=notify)


def _resumed(place: Any, findings: Path | None, *, report: bool, quiet: bool, notify: bool) -> int:
    from handrail import locks, runs
    from handrail.config import Policy

    if not place.exists():
        raise click.UsageError(f"nothing to resume: there is no store in {place.out}; name its folder with --out")
    parts = runs.parts_for(Policy())
    try:
        with runs.open_store(place, parts) as store:
            run, plan = runs.resume(place, parts, store)
    except runs.NothingToResume as exc:
        raise click.UsageError(str(exc)) from None
    parts = runs.parts_for(plan.policy)
    with runs.open_store(place, parts) as store, locks.hold(place, plan.sites):
        return carried_out(place, run, plan, parts, store, findings, report=report, quiet=quiet, notify=notify)


def carried_out(
    place: Any,
    run: Any,
    plan: Plan,
    parts: Any,
    store: Any,
    findings: Path | None,
    *,
    report: bool,
    quiet: bool,
    told: bool = True,
    notify: bool = False,
) -> int:
    """See a run through that was begun; the exit code."""
    from crawler.logs import on_standard_error
    from handrail import runs
    from handrail.cli.progress import Progress
    from handrail.publish import publish

    level = logging.ERROR if quiet else logging.WARNING
    with on_standard_error(level), Progress(store, run.id, plan.sites, quiet=quiet) as progress:
        ending = runs.carry_out(place, run, plan, parts, store, on_page=progress.page, on_ready=progress.ready)
        progress.ended(ending)
    if findings is not None:
        # It says where personal information stands: for its owner alone.
        with open(os.open(findings, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as lines:
            for line in runs.finding_lines(store, run.id, parts):
                lines.write(json.dumps(line, ensure_ascii=False) + "\n")
    written: Path | None = None
    if not plan.render:
        written = runs.write_inventory(place, run.id, store)
    elif report:
        written = publish(store, run.id, parts, plan.policy, place)
    if told or ending.state == "interrupted":
        _summary(store, ending, plan, place, written)
    if ending.state == "interrupted":
        return INTERRUPTED
    if plan.policy.webhooks.targets:
        from handrail.webhooks import tell

        for fault in tell(place, store, plan.policy):
            click.echo(fault, err=True)
    if notify:
        from handrail.cli.notify import say_faults
        from handrail.notify import tell_of

        say_faults(tell_of(place, store, plan.policy, parts.rules, datetime.now(UTC), run.id))
    return OK if ending.state == "complete" else INCOMPLETE


def _summary(store: Any, ending: Ending, plan: Plan, place: Any, written: Path | None) -> None:
    """One screen, on standard output, whatever the mode."""
    from handrail.cli.summary import summary

    typer.echo(summary(store, ending, plan.sites, sample=plan.sample, inventory=not plan.render))
    if ending.state == "interrupted":
        typer.echo(f"Interrupted; nothing is lost. Go on with: handrail audit --resume --out {place.out}")
    if written is not None:
        typer.echo(f"{'Report' if plan.render else 'Inventory'}: {written}")
