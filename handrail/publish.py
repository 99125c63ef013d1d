"""From the store to the report folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handrail.wiring import Parts, fonts

if TYPE_CHECKING:
    from audits.model import Waiver
    from audits.standards import Principles
    from handrail.config import Policy
    from handrail.runs import Place
    from reports.formats.rows import Data, Places
    from reports.principles import Lives
    from reports.store.records import RunRecord, SiteRunData
    from reports.store.store import Store
    from reports.wishes import Wish
    from reports.work import Work


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
) -> Path:
    """Write every report of a run, and the files that are wished for; the path of the portfolio page.

    ``published``: the folder of a web server; then the report is written there, for everybody, and nowhere else.
    """
    from zoneinfo import ZoneInfo

    from audits.standards import load
    from handrail.answers import recorded
    from handrail.feedback import ledger_of
    from reports import publishing
    from reports.build import build_report
    from reports.feedback import of_site
    from reports.model import CityFacts, LeftOut
    from reports.signing import KINDS, signatures_of
    from reports.write import NOTHING_MORE, write_reports

    run = next(record for record in store.runs() if record.id == run_id)
    sites = [store.site_data(run_id, site.key) for site in store.sites(run_id)]
    told = policy.personal_information
    city = CityFacts(
        name_en=policy.city.name_en,
        name_fr=policy.city.name_fr,
        timezone=policy.city.timezone,
        demo=run.trigger == "demo",
        dispositions=policy.decided(lambda number: parts.keyring.hmacs("PHONE_NUMBER", number)),
        left_out=LeftOut(
            own_domains=told.own_domains,
            domains=told.business_domains,
            numbers=told.business_numbers,
            pages=told.business_pages,
        ),
        documents=policy.documents(),
        confirmed=policy.confirmed(),
    )
    custody = store.custody(policy.retention.days, policy.retention.by_law)
    ledger = ledger_of(store, policy)
    known = {one.site for one in ledger.reports.values()}
    feedback = {one.site.key: of_site(ledger, one.site.key, parts.rules) for one in sites if one.site.key in known}
    work, waivers = _work(store, policy, run, sites)
    report = build_report(
        run, sites, parts.rules, load(), city, custody, work=work, waivers=waivers, feedback=feedback,
        answers=recorded(store), principles=principles_of(policy), lives=_lives(store, policy, run, sites),
    )  # fmt: skip
    if published is not None:
        return publishing.publish(
            report,
            published,
            evidence_dir=place.evidence,
            fonts=fonts(),
            wish=wish or NOTHING_MORE,
            places=places_of(store, run_id),
            printer=_print,
            found_by_search=found_by_search,
        )
    folder = place.report(preview=any(one.site.preview for one in sites))
    signatures = signatures_of(store.log_entries(*KINDS), ZoneInfo(policy.city.timezone))
    write_reports(
        report,
        folder,
        evidence_dir=place.evidence,
        fonts=fonts(),
        signatures=signatures,
        wish=wish or NOTHING_MORE,
        places=places_of(store, run_id),
        printer=_print,
    )
    return folder / "index.html"


def places_of(store: Store, run_id: str) -> Places:
    """Every place of an issue, from the store."""
    from dataclasses import asdict

    from reports.build import place_of

    def of(site: Data, issue: Data) -> Iterator[Data]:
        for place in store.places(run_id, site["key"], issue["fingerprint"]):
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


def _lives(store: Store, policy: Policy, run: RunRecord, sites: Sequence[SiteRunData]) -> Mapping[str, Lives]:
    """By site, how long issues took to be repaired."""
    from zoneinfo import ZoneInfo

    from reports.principles import lives_of

    zone = ZoneInfo(policy.city.timezone)
    keys = [data.site.key for data in sites]
    return {key: lives_of(store.site_history(key), run.id, policy.due_of(key).exposure, zone) for key in keys}


def _work(
    store: Store, policy: Policy, run: RunRecord, sites: Sequence[SiteRunData]
) -> tuple[Mapping[str, Mapping[str, Work]], Sequence[Waiver]]:
    """By site and fingerprint what people do about issues, on the day of the audit, and every waiver."""
    from zoneinfo import ZoneInfo

    from handrail.work import accepted, recorded, works_of
    from reports.waivers import Waivers

    told = recorded(store)
    everyone = accepted(policy, told)
    day = run.started.astimezone(ZoneInfo(policy.city.timezone)).date()
    waivers = Waivers(everyone, day)
    found = {}
    for data in sites:
        works = works_of(policy, told, run, data.site, waivers, day)
        found[data.site.key] = works.all(data.issues, store.standings(run.id, data.site.key))
    return found, everyone
