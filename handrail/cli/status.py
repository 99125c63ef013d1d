"""``handrail status``: was each site audited completely, and lately enough? For people, and for a watchdog."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import click
import typer

from handrail.cli import OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, read_policy
from handrail.cli.scan import NOT_MET

if TYPE_CHECKING:
    from handrail.status import Attempt, SiteStatus
    from reports.text import Words


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    lang: Annotated[Literal["en", "fr"], typer.Option(help="Language of what is printed.")] = "en",
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Say of each site when it was audited, how that ended, and when it is due.

    Exit 1: a site was never audited completely, or not within its max_age;
    or the clock was set back, so that no age can be told. Samples, previews
    and inventories do not count.
    """
    from handrail import locks, runs
    from handrail.status import Statuses
    from reports.text import Words

    policy = read_policy(config)
    if not policy.sites:
        raise click.UsageError("no site in the configuration: status is for sites of handrail.toml")
    place = runs.Place(out=out, store=store)
    # Before the first audit there is no store, and no site is in time.
    known = place.exists()
    with runs.open_known(place, runs.parts_for(policy)) if known else nullcontext() as opened:
        holders = {key: locks.holder(place, key) if known else None for key in policy.sites}
        with opened.looking() if opened else nullcontext() as look:
            found = Statuses(policy, look, datetime.now(UTC)).all(holders)
    zone = ZoneInfo(policy.city.timezone)
    if as_json:
        told = {"met": all(one.met for one in found), "sites": [_data(one, zone) for one in found]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(_text(found, Words(lang), zone)))
    raise typer.Exit(OK if all(one.met for one in found) else NOT_MET)


def _text(found: tuple[SiteStatus, ...], words: Words, zone: ZoneInfo) -> Iterator[str]:
    for one in found:
        name = one.name_fr if words.language == "fr" else one.name_en
        yield f"{name} ({one.key})"
        yield from (f"  {line}" for line in _site(one, words, zone))
    late = sum(not one.met for one in found)
    yield ""
    yield words.plain("in-time.not-met", n=late, total=len(found)) if late else words.plain("in-time.met", n=len(found))


def _site(one: SiteStatus, words: Words, zone: ZoneInfo) -> Iterator[str]:
    last = one.complete
    if one.ahead is not None:
        yield words.plain("in-time.clock", **_when(one.ahead, words, zone))
    if last is None:
        yield words.plain("in-time.never")
    else:
        if one.overdue and one.max_age is not None:
            yield words.plain("in-time.overdue", age=_span(one.max_age, words))
        told: dict[str, Any] = {**_when(last.started, words, zone), "age": _age(one.age or timedelta(), words)}
        if last.percent is None:
            yield words.plain("in-time.complete-unknown", **told)
        else:
            yield words.plain("in-time.complete", **told, n=last.audited, percent=words.percent(last.percent))
    if one.attempt is not None and (last is None or one.attempt.run != last.run):
        state = words.plain(f"in-time.state.{one.attempt.state}")
        yield words.plain("in-time.attempt", **_when(one.attempt.started, words, zone), state=state)
        yield from (f"  {words.reason(code)}" for code in one.attempt.reasons)
    if one.holder is not None and one.holder.since is not None:
        yield words.plain("in-time.running-since", who=one.holder.who, **_when(one.holder.since, words, zone))
    elif one.holder is not None:
        yield words.plain("in-time.running", who=one.holder.who)
    if one.due and one.last_due is not None:
        yield words.plain("in-time.due", **_when(one.last_due, words, zone))
    if one.next_due is None:
        yield words.plain("in-time.by-hand")
    else:
        yield words.plain("in-time.next", **_when(one.next_due, words, zone))


def _when(moment: datetime, words: Words, zone: ZoneInfo) -> dict[str, str]:
    stamp = moment.astimezone(zone).isoformat(timespec="seconds")
    return {"date": words.date(stamp), "time": words.time(stamp)}


def _age(age: timedelta, words: Words) -> str:
    minutes = int(age.total_seconds()) // 60
    if minutes < 120:
        return words.plain("in-time.age.minutes", n=minutes)
    if minutes < 2 * 1_440:
        return words.plain("in-time.age.hours", n=minutes // 60)
    return words.plain("in-time.age.days", n=minutes // 1_440)


def _span(span: timedelta, words: Words) -> str:
    hours = int(span.total_seconds()) // 3_600
    if hours % 24:
        return words.plain("in-time.within.hours", n=hours)
    return words.plain("in-time.within.days", n=hours // 24)


def _data(one: SiteStatus, zone: ZoneInfo) -> dict[str, Any]:
    def at(moment: datetime | None) -> str | None:
        return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None

    def attempt(of: Attempt | None) -> dict[str, Any] | None:
        if of is None:
            return None
        return {
            "run": of.run,
            "started": at(of.started),
            "finished": at(of.finished),
            "state": of.state,
            "reasons": list(of.reasons),
            "pages_audited": of.audited,
            "percent": of.percent,
            "sample": of.sample,
        }

    return {
        "key": one.key,
        "name": {"en": one.name_en, "fr": one.name_fr},
        "met": one.met,
        "overdue": one.overdue,
        "clock_set_back": one.ahead is not None,
        "age_hours": None if one.age is None else round(one.age.total_seconds() / 3_600, 1),
        "max_age_hours": None if one.max_age is None else one.max_age.total_seconds() / 3_600,
        "complete": attempt(one.complete),
        "attempt": attempt(one.attempt),
        "running": None if one.holder is None else {"who": one.holder.who, "since": at(one.holder.since)},
        "due": one.due,
        "next": at(one.next_due),
    }
