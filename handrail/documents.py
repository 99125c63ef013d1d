"""The register of documents of each site, as a report of its last audit tells it. The desk calls it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from handrail.work import newest

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.wiring import Parts
    from reports.documents_model import Documents
    from reports.store.records import RunRecord
    from reports.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDocuments:
    """The documents of one site, by the run that tells them."""

    site: str
    run: RunRecord
    documents: Documents


def registers(store: Store, policy: Policy, parts: Parts) -> tuple[SiteDocuments, ...]:
    """Of every site that was audited, by the audit that tells most of it."""
    from audits.standards import load
    from reports.decisions import Decisions
    from reports.site import SiteBuilder

    zone, written = ZoneInfo(policy.city.timezone), policy.documents()
    found = []
    for run, site in newest(store):
        told = SiteBuilder(
            run=run,
            data=store.site_data(run.id, site.key),
            rules=parts.rules,
            standards=load(),
            zone=zone,
            path="",
            decisions=Decisions((), ""),  # about exposed values, of which nothing is told here
            entries=written.get(site.key, ()),
        )
        found.append(SiteDocuments(site=site.key, run=run, documents=told.documents(told.coverage())))
    return tuple(found)
