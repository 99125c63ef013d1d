"""``handrail check``: one page again, now, while it is repaired. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

import click
import typer

from audits.site_check import PREFIX
from handrail.cli import INCOMPLETE, INTERRUPTED, OK, app
from handrail.cli.audit import Config

if TYPE_CHECKING:
    from audits.model import Outcome, Rule
    from handrail.config import Policy
    from handrail.runs import Plan

NOT_MET = 1
#: What keeps a page from being judged, in the order in which it is told.
_LOUD = ("fail", "review", "error", "not-run")
_MARKS = {
    "en": {"fail": "FAIL", "review": "REVIEW", "error": "ERROR", "not-run": "NOT-RUN"},
    "fr": {"fail": "ÉCHEC", "review": "À VOIR", "error": "ERREUR", "not-run": "NON FAIT"},
}


@app.command()
def check(
    url: Annotated[str, typer.Argument(help="The page.")],
    rule: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help='Tell this rule alone, or a glob such as "axe/*"; any number of times.'),
    ] = None,
    config: Config = None,
    lang: Annotated[Literal["en", "fr"], typer.Option(help="Language of what is printed.")] = "en",
) -> None:
    """Look at one page now: what fails, where, and how to repair it. For the person who repairs it.

    Exit 0: nothing fails. 1: something fails. 3: the page was not had, or a rule that was asked for could not run.
    """
    from handrail import runs
    from handrail.cli.audit import read_policy
    from handrail.onepage import look

    policy = read_policy(config)
    plan = _plan(policy, url)
    parts = runs.parts_for(policy)
    wanted = tuple(rule or ("*",))
    of_pages = [known for known in parts.rules if not known.startswith(PREFIX)]
    for one in wanted:
        if not any(fnmatchcase(known, one) for known in parts.rules):
            raise click.UsageError(f"--rule {one}: no such rule; 'handrail checks' lists them")
        if not any(fnmatchcase(known, one) for known in of_pages):
            raise click.UsageError(f"--rule {one}: compares pages; only an audit of the site can say that")
    told = [known for known in of_pages if any(fnmatchcase(known, one) for one in wanted)]
    seen = look(plan, parts, told if rule else ())
    result = seen.result
    if result is None and seen.interrupted:
        raise typer.Exit(INTERRUPTED)
    if result is None or result.outcome.value not in ("audited", "document", "file"):
        from reports.text import Words

        reason = result.outcome.value if result is not None else "waiting"
        words = Words(lang)
        typer.echo(words.plain(f"outcome.{reason}") if words.has(f"outcome.{reason}") else reason, err=True)
        raise typer.Exit(INCOMPLETE)
    outcomes = sorted(
        (one for one in result.outcomes if any(fnmatchcase(one.rule, glob) for glob in wanted)),
        key=lambda one: one.rule,
    )
    for text in _said(outcomes, parts.rules, lang):
        typer.echo(text)
    raise typer.Exit(_code(outcomes, asked=bool(rule)))


def _plan(policy: Policy, url: str) -> Plan:
    """As the site's own audit would see it, where the page is one of a site of the configuration."""
    from handrail.cli.audit import check_address
    from handrail.runs import Plan, plan_for_urls

    check_address(url, "the address")
    host = urlsplit(url).netloc.lower()
    options: dict[str, Any] = {"follow": False, "sample": "one page", "pictures": False, "fresh": True}
    for key, site in policy.sites.items():
        hosts = {urlsplit(start).netloc.lower() for start in site.start} | {one.lower() for one in site.hosts}
        if host in hosts:
            # A copy of the page's own: its address is asked for, whatever the walk leaves out.
            own = site.model_copy(update={"start": (url,), "include": (), "exclude": (), "journeys": {}})
            sites = {**policy.sites, key: own}
            return Plan(policy=policy.model_copy(update={"sites": sites}), sites=(key,), **options)
    return replace(plan_for_urls(policy, [url], **options))


def _code(outcomes: Sequence[Outcome], *, asked: bool) -> int:
    verdicts = {one.verdict.value for one in outcomes}
    if not verdicts or "error" in verdicts or (asked and "not-run" in verdicts):
        return INCOMPLETE
    return NOT_MET if "fail" in verdicts else OK


def _said(outcomes: Sequence[Outcome], rules: Mapping[str, Rule], lang: str) -> Iterator[str]:
    from reports import clean

    for verdict in _LOUD:
        for one in outcomes:
            if one.verdict.value != verdict:
                continue
            known = rules.get(one.rule)
            french = known is not None and lang == "fr"
            title = (known.title_fr if french else "") or known.title if known else one.rule
            yield f"{_MARKS[lang][verdict]:<7} {title} ({one.rule})"
            if one.reason:
                yield f"        {clean.line(one.reason)}"
            for place in one.findings:
                yield f"        | {clean.line(place.selector, clean.SELECTOR)}"
                yield from (f"        | {part}" for part in clean.block(place.snippet).splitlines()[:3])
            if verdict in ("fail", "review") and known is not None:
                yield f"        {(known.fix_fr if french else '') or known.fix}"
    quiet = sum(one.verdict.value not in _LOUD for one in outcomes)
    if quiet:
        alone = quiet == 1
        if lang == "en":
            yield f"{quiet} {'rule' if alone else 'rules'} found nothing"
        else:
            yield f"{quiet} {'règle n’a' if alone else 'règles n’ont'} rien trouvé"
