"""From the store to the report folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from handrail.wiring import Parts, fonts

if TYPE_CHECKING:
    from audits.model import Waiver
    from audits.standards import Principles
    from handrail.config import Policy
    from handrail.runs import Place
    from reports.formats.rows import Data, Places
    from reports.model import Report
    from reports.principles import Lives
    from reports.store.records import RunRecord, SiteRunData
    from reports.store.store import Store
    from reports.wishes import Wish
    from reports.work import Work


class UnknownSite(ValueError):
    """A site is asked for that the report does not tell."""


def publish(
    store: Store,
    run_id: str,
    parts: Parts,
    policy: Policy,
    place: Place,
    *,
    wish: Wish | None = None,
    published: Path | None = None,
    found_by_search: bool = False,
    as_of: bool = False,
) -> Path:
    """Write every report of a run, and the files that are wished for; the path of the portfolio page.

    The City's other sites are told beside those of the run, each by its last audit; ``as_of``: by that which was the
    last when the run began. A preview is told alone. ``published``: the folder of a web server; then the report is
    written there, for everybody, and nowhere else. Raises UnknownSite where files of a site are wished for that the
    report does not tell.
    """
    from zoneinfo import ZoneInfo

    from reports import publishing
    from reports.formats.html import Shown
    from reports.signing import KINDS, signatures_of
    from reports.write import NOTHING_MORE, write_reports

    wish = wish or NOTHING_MORE
    told_by = _told_by(store, policy, run_id, as_of=as_of)
    if wish.site and wish.site not in told_by:
        raise UnknownSite(f"{wish.site}: the report has no such site; it has: {', '.join(told_by)}")
    with _built(store, run_id, told_by, parts, policy, place) as (report, pictures):
        if published is not None:
            return publishing.publish(
                report,
                published,
                evidence_dir=pictures,
                fonts=fonts(),
                wish=wish,
                places=places_of(store),
                printer=_print,
                found_by_search=found_by_search,
            )
        preview = any(one.preview for one in store.sites(run_id))
        folder = place.report(preview=preview)
        signatures = signatures_of(store.log_entries(*KINDS), ZoneInfo(policy.city.timezone))
        write_reports(
            report,
            folder,
            evidence_dir=pictures,
            fonts=fonts(),
            signatures=signatures,
            wish=wish,
            places=places_of(store),
            printer=_print,
            shown=Shown(desk="" if preview else policy.desk.url),
        )
    return folder / "index.html"


def told_now(store: Store, run_id: str, parts: Parts, policy: Policy, place: Place) -> tuple[Data, Report]:
    """What report.json says, written as of a run at this moment, and what it is made of. Nothing is written."""
    from reports.write import data_of

    told_by = _told_by(store, policy, run_id, as_of=True)
    with _built(store, run_id, told_by, parts, policy, place) as (report, pictures):
        return data_of(report, pictures), report


@contextmanager
def _built(
    store: Store, run_id: str, told_by: Mapping[str, RunRecord], parts: Parts, policy: Policy, place: Place
) -> Iterator[tuple[Report, Path]]:
    """The report, and the folder that holds its pictures meanwhile."""
    from zoneinfo import ZoneInfo

    from audits.standards import load
    from handrail.answers import recorded
    from handrail.evidence import kept, near
    from handrail.feedback import ledger_of
    from handrail.work import decided_on
    from reports.build import build_report
    from reports.facts import CityFacts, LeftOut
    from reports.feedback import of_site
    from reports.write import pictures_of

    sites = [store.site_data(record.id, key) for key, record in told_by.items()]
    runs = {record.id: record for record in told_by.values()}
    run = max(runs.values(), key=lambda record: (record.started, record.id == run_id))
    preview = any(one.site.preview for one in sites)
    told = policy.personal_information
    city = CityFacts(
        name_en=policy.city.name_en,
        name_fr=policy.city.name_fr,
        timezone=policy.city.timezone,
        demo=runs[run_id].trigger == "demo",
        dispositions=decided_on(store, policy, parts),
        left_out=LeftOut(
            own_domains=told.own_domains,
            domains=told.business_domains,
            numbers=told.business_numbers,
            pages=told.business_pages,
        ),
        documents=policy.documents(),
        confirmed=policy.confirmed(),
        aims=policy.aims(),
        max_ages={key: age for key in policy.sites if (age := policy.max_age(key))},
        never_audited=() if preview else policy.never_audited(told_by),
    )
    custody = store.custody(policy.retention.days, policy.retention.by_law)
    ledger = ledger_of(store, policy, run.started.astimezone(ZoneInfo(policy.city.timezone)).date())
    known = {one.site for one in ledger.reports.values()}
    feedback = {one.site.key: of_site(ledger, one.site.key, parts.rules) for one in sites if one.site.key in known}
    work, waivers = _work(store, policy, run, told_by, sites)
    report = build_report(
        run, sites, parts.rules, load(), city, custody, work=work, waivers=waivers, feedback=feedback,
        answers=recorded(store), principles=principles_of(policy), lives=_lives(store, policy, told_by),
        others=tuple(runs.values()),
    )  # fmt: skip
    with near(kept(place), pictures_of(report), place.out) as pictures:
        yield report, pictures


def _told_by(store: Store, policy: Policy, run_id: str, *, as_of: bool) -> Mapping[str, RunRecord]:
    """By site, the run that tells it: the one that is asked for, else the site's last one that has ended."""
    from handrail.work import audits, newest

    everything = audits(store)
    run = next(record for record in everything if record.id == run_id)
    own = store.sites(run_id)
    found = dict.fromkeys((site.key for site in own), run)
    if any(site.preview for site in own):
        return found
    # What is invented and what is real are never told together.
    of_kind = [
        one for one in everything if one.state != "running" and (one.trigger == "demo") == (run.trigger == "demo")
    ]
    if as_of:
        of_kind = [one for one in of_kind if one.started <= run.started]
    others = {site.key: record for record, site in newest(store, of_kind) if site.key in policy.sites}
    return {**others, **found}


def places_of(store: Store) -> Places:
    """Every place of an issue, from the store."""
    from dataclasses import asdict

    from reports.site import place_of

    def of(site: Data, issue: Data) -> Iterator[Data]:
        for place in store.places(site["run"]["id"], site["key"], issue["fingerprint"]):
            yield asdict(place_of(place))

    return of


def _print(paths: Sequence[Path]) -> list[bytes]:
    from crawler.browser.printing import print_files

    return print_files(paths)


def principles_of(policy: Policy) -> Principles:
    """What the City works by. Raises ConfigError where its file is wrong."""
    from audits.standards import principles
    from handrail.config import ConfigError
    from reports.principles import check

    file = policy.policy.file
    try:
        found = principles(Path(file).read_text("utf-8-sig") if file else "")
        check(found)
    except OSError as exc:
        raise ConfigError(f"[policy] file: {file}: cannot be read ({exc.strerror})") from None
    except ValueError as exc:
        raise ConfigError(f"[policy] file: {file}: {exc}") from None
    return found


def _lives(store: Store, policy: Policy, told_by: Mapping[str, RunRecord]) -> Mapping[str, Lives]:
    """By site, how long issues took to be repaired."""
    from zoneinfo import ZoneInfo

    from reports.principles import lives_of

    zone = ZoneInfo(policy.city.timezone)
    return {
        key: lives_of(store.site_history(key), run.id, policy.due_of(key).exposure, zone)
        for key, run in told_by.items()
    }


def _work(
    store: Store, policy: Policy, run: RunRecord, told_by: Mapping[str, RunRecord], sites: Sequence[SiteRunData]
) -> tuple[Mapping[str, Mapping[str, Work]], Sequence[Waiver]]:
    """By site and fingerprint what people do about issues, on the day of the newest audit, and every waiver."""
    from zoneinfo import ZoneInfo

    from handrail.work import accepted, recorded, works_of
    from reports.waivers import Waivers

    told = recorded(store)
    everyone = accepted(policy, told)
    day = run.started.astimezone(ZoneInfo(policy.city.timezone)).date()
    waivers = Waivers(everyone, day)
    found = {}
    for data in sites:
        own = told_by[data.site.key]
        works = works_of(policy, told, data.site, waivers, day)
        found[data.site.key] = works.all(data.issues, store.standings(own.id, data.site.key))
    return found, everyone
