"""``handrail sign`` and ``handrail verify``: who signed a site's report, and whether it still says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.issues import Lang
from handrail.cli.scan import NOT_MET
from handrail.cli.who import account, without_personal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.signing import Signature, SiteVerified, Verified
    from reports.text import Words

#: No report.json is longer.
MOST_BYTES = 2_000_000_000


@app.command()
def sign(
    role: Annotated[str, typer.Option("--role", help='As what you sign, such as "Accessibility lead".')],
    name: Annotated[str, typer.Option("--name", help="Your name; reports show it.")],
    statement: Annotated[
        str, typer.Option("--statement", help='What you say, such as "The manual results are mine."')
    ] = "",
    site: Annotated[str, typer.Option(metavar="KEY", help="What you say is of this site. Default: of all.")] = "",
    also: Annotated[
        list[Path] | None,
        typer.Option("--file", metavar="FILE", help="Sign this too, such as a PDF of the report; may be repeated."),
    ] = None,
    withdraw: Annotated[
        int, typer.Option("--withdraw", metavar="ENTRY", help="Take a signature back, by its entry of the log.")
    ] = 0,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Sign the report as it lies in the report folder: role, name, statement and hashes go into the log.

    A signature is of what the report says of each site, or of the one that is
    named. The report is first written anew from the store. Where that changes
    what is signed, nothing is: read it as it is now, then sign. What a report
    says of a site and is another later, is not signed any more, and says so.
    An audit of another site changes nothing in that.
    """
    from handrail import runs
    from handrail.issues import BadAct
    from handrail.said import BadWords, Who
    from handrail.signing import Changed, Signing, contents_in
    from reports.signing import sha256_of

    place = runs.Place(out=out, store=store)
    file = place.report() / "report.json"
    policy = read_policy(config)
    parts = runs.parts_for(policy)
    if not (role.strip() and name.strip()) or not (statement.strip() or withdraw):
        raise click.UsageError("--role, --name and --statement must not be empty")
    before = _content(file)
    files: dict[str, str] = {}
    for one in also or ():
        called = _called(one, file.parent)
        # As words: what ends in ".pdf" is no address, and "_" stands for a space.
        without_personal(called.removesuffix(one.suffix).replace("_", " "), parts, "the name of --file")
        if files.setdefault(called, sha256 := sha256_of(_content(one))) != sha256:
            raise click.UsageError(f"--file: two different files are called {called}; sign them one after the other")
    told = json.loads(before)
    run = str(told["run"]["id"])
    read = contents_in(before, site)
    if site and site not in {one["key"] for one in told["sites"]}:
        raise click.UsageError(f"no site {site[:40]!r} in the report; it tells of: {_keys(told)}")
    who = Who(by=name, account=account())
    with runs.open_known(place, parts) as opened:
        record = next((one for one in opened.runs() if one.id == run), None)
        if record is None or run in opened.purged_runs():
            raise click.UsageError(f"{file} is of no run of this store: write it with handrail report")
        signing = Signing(
            store=opened, policy=policy, parts=parts, place=place, run=record, called=lambda name: f"--{name}"
        )
        try:
            if withdraw:
                taken = signing.withdraw(who, role, statement, withdraw)
                typer.echo(f"Taken back. Log entry {taken.seq}.")
            else:
                whole = None if site else before
                signed = signing.sign(who, role, statement, read, site=site, whole=whole, files=files)
                at = signed.entry
                typer.echo(f"Signed: {file}\nSHA-256: {signed.report_sha256}\nLog entry {at.seq}: {at.seq}:{at.hash}")
                typer.echo("\n".join(f"  {key} (audit {one.run}): {one.sha256}" for key, one in signed.sites.items()))
        except Changed:
            raise click.UsageError(
                f"{file} was not what the store tells now, and was written anew. Nothing was signed: read it, then sign"
            ) from None
        except (BadAct, BadWords) as exc:
            raise click.UsageError(str(exc)) from None
    raise typer.Exit(OK)


@app.command()
def verify(
    report: Annotated[Path, typer.Argument(metavar="REPORT", help="A report.json, a PDF of it, or a report folder.")],
    site: Annotated[str, typer.Option(metavar="KEY", help="Of a report.json: this site alone. Default: each.")] = "",
    lang: Lang = "en",
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Say of each site whether what a report says of it is what somebody signed.

    Exit 0 when something is signed and nothing that was signed has changed
    since, else 1. Hashes are computed anew and compared with the log of the
    store. Without a store they are compared with the signatures.json that lies
    beside the report: that shows a changed report, and nobody who changed both.
    Other files are compared as a whole, by the hash that 'sha256sum' prints.
    """
    from handrail import runs
    from handrail.config import Policy
    from reports.signing import SIGNED, UNSIGNED, signatures_of, verified
    from reports.text import Words

    words = Words(lang)
    file = report / "report.json" if report.is_dir() else report
    content = _content(file)
    place = runs.Place(out=out, store=store)
    signatures: Sequence[Signature] = ()
    faults: Sequence[object] = ()
    if known := place.exists():
        with runs.open_known(place, runs.parts_for(Policy())) as opened:
            signatures = signatures_of(opened.log_entries(SIGNED, UNSIGNED), ZoneInfo(Policy().city.timezone))
            faults = opened.verify_log({}).faults
    else:
        signatures = _beside(file)
    source = "log" if known else "file"
    found = verified(content, signatures, site)
    if site and not found.sites:
        raise click.UsageError(f"no site {site[:40]!r} in {file}")
    typer.echo(f"{words.plain('verify.sha256')} {found.sha256}")
    if faults:
        typer.echo(words.plain("verify.log-changed"), err=True)
    if found.of_it:
        typer.echo(words.plain(f"verify.valid.{source}", n=len(found.of_it)))
        typer.echo("\n".join(_told(one, words) for one in found.of_it))
    elif found.of_its_run:
        typer.echo(words.plain("verify.changed", n=len(found.of_its_run)), err=True)
        typer.echo("\n".join(_told(one, words) for one in found.of_its_run), err=True)
    elif all(one.state == "unsigned" for one in found.sites):
        typer.echo(words.plain(f"verify.unknown.{source}"), err=True)
    typer.echo("\n".join(_by_site(found, words)), err=not found.holds)
    raise typer.Exit(NOT_MET if faults or not found.holds else OK)


def _by_site(found: Verified, words: Words) -> Iterator[str]:
    """A line for each site, with who signed it under what was not said of the file as a whole."""
    if not found.sites:
        return
    yield words.plain("verify.site.heading")
    for one in found.sites:
        yield f"  {_of_site(one, words)}"
        yield from (f"  {_told(signed, words)}" for signed in one.signatures if signed not in found.of_it)
    if not found.of_it and any(one.state == "valid" for one in found.sites):
        yield words.plain("verify.site.around" if found.around else "verify.site.sums")


def _of_site(one: SiteVerified, words: Words) -> str:
    if one.state != "changed":
        return words.plain(f"verify.site.{one.state}", site=one.site, run=one.run, n=len(one.signatures))
    before = one.signatures[-1].sites[one.site].run
    key = "verify.site.same" if before == one.run else "verify.site.another"
    return words.plain(key, site=one.site, run=one.run, before=before)


def _called(file: Path, folder: Path) -> str:
    """A file by its place in the report's folder; of one elsewhere its name alone, for folders tell of people."""
    path, root = file.resolve(), folder.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _told(one: Signature, words: Words) -> str:
    values = {"role": one.role, "name": one.name, "date": words.date(one.at), "entry": one.entry}
    of = words.plain("verify.of-site", site=one.site) if one.site else words.plain("verify.of-all")
    return f"  {words.plain('verify.signature', **values)} {of} {words.plain('verify.says', statement=one.statement)}"


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise click.UsageError(f"{file}: is too large for a report")
        return file.read_bytes()
    except OSError as exc:
        raise click.UsageError(f"{file}: cannot be read ({exc.strerror}); write it with handrail report") from None


def _beside(file: Path) -> Sequence[Signature]:
    """What lies beside a report, or above a PDF of one of its sites."""
    from reports.signing import Signature, SiteContent

    for folder in list(file.absolute().parents)[:3]:
        try:
            told = json.loads((folder / "signatures.json").read_text("utf-8"))["signatures"]
            names = ("entry", "site", "run", "role", "name", "statement", "report_sha256")
            return [
                Signature(
                    at=one["signed_at"],
                    sites={
                        of["site"]: SiteContent(run=of["run"], sha256=of["content_sha256"])
                        for of in one.get("sites", ())  # up to 1.0 a signature was of the whole file
                    },
                    **{name: one[name] for name in names},
                )
                for one in told
            ]
        except (OSError, ValueError, LookupError, TypeError):
            continue
    return ()


def _keys(told: dict[str, list[dict[str, str]]]) -> str:
    return ", ".join(one["key"] for one in told["sites"])
