"""From the store to the report folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handrail.wiring import Parts, fonts

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.runs import Place
    from reports.store.store import Store


def publish(store: Store, run_id: str, parts: Parts, policy: Policy, place: Place) -> Path:
    """Write every report of a run; the path of the portfolio page."""
    from audits.standards import load
    from reports.build import build_report
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
        dispositions=policy.decided(),
        left_out=LeftOut(
            own_domains=told.own_domains,
            domains=told.business_domains,
            numbers=told.business_numbers,
            pages=told.business_pages,
        ),
        documents=policy.documents(),
    )
    custody = store.custody(policy.retention.days, policy.retention.by_law)
    report = build_report(run, sites, parts.rules, load(), city, custody)
    folder = place.out / "report"
    write_reports(report, folder, evidence_dir=place.evidence, fonts=fonts())
    return folder / "index.html"
