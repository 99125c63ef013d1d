"""From the store to the report folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handrail.wiring import Parts, fonts

if TYPE_CHECKING:
    from audits.model import Waiver
    from handrail.config import Policy
    from handrail.runs import Place
    from reports.store.records import RunRecord, SiteRunData
    from reports.store.store import Store
    from reports.work import Work


def publish(store: Store, run_id: str, parts: Parts, policy: Policy, place: Place) -> Path:
    """Write every report of a run; the path of the portfolio page."""
    from audits.standards import load
    from handrail.feedback import ledger_of
    from reports.build import build_report
    from reports.feedback import of_site
    from reports.model import CityFacts, LeftOut
    from reports.write import write_reports

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
    )
    custody = store.custody(policy.retention.days, policy.retention.by_law)
    ledger = ledger_of(store, policy)
    known = {one.site for one in ledger.reports.values()}
    feedback = {one.site.key: of_site(ledger, one.site.key, parts.rules) for one in sites if one.site.key in known}
    work, waivers = _work(store, policy, run, sites)
    report = build_report(run, sites, parts.rules, load(), city, custody, work=work, waivers=waivers, feedback=feedback)
    folder = place.report(preview=any(one.site.preview for one in sites))
    write_reports(report, folder, evidence_dir=place.evidence, fonts=fonts())
    return folder / "index.html"


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
