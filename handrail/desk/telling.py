"""What the City's report says of each site now, worked out once for all who ask, and how signatures stand to it.

Nothing is written: report.json is made in memory, as a signature would make it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json import loads
from typing import TYPE_CHECKING, Any, Literal

from handrail.demo.policy import policy_of
from handrail.publish import told_now
from handrail.signing import told_run
from reports import clean
from reports.formats import json
from reports.signing import KINDS, contents_of, of_site, sha256_of, sign_off, signatures_of, to_data, verified
from reports.terms import Text

if TYPE_CHECKING:
    from handrail.desk.office import Office
    from reports.facts import NeverAudited
    from reports.model import Report
    from reports.signing import SiteContent
    from reports.store.records import RunRecord
    from reports.terms import SiteVerdict

#: Readings that are remembered, to say what is different now.
MOST_READ = 500
_KEY = "told"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTold:
    """One site. ``facts``: numbers, by name; ``state``: what ``handrail verify`` says of it."""

    key: str
    name: Text
    host: str
    run: str
    on: str
    sample: bool
    verdict: SiteVerdict
    reasons: tuple[str, ...]
    oldest: str
    content: SiteContent
    facts: Mapping[str, int]
    state: Literal["valid", "changed", "unsigned"]
    signed_run: str
    signatures: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The report of one moment. ``absent``: sites that somebody signed and that it does not tell."""

    run: RunRecord
    sites: Mapping[str, SiteTold]
    absent: tuple[str, ...]
    waiting: tuple[NeverAudited, ...]


class Telling:
    """Of one desk. Many who read at once wait for one who reads the store."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lying: tuple[object, Mapping[str, tuple[SiteContent, str]]] = (None, {})
        self._read: OrderedDict[tuple[str, str], SiteTold] = OrderedDict()
        self._lock = threading.Lock()

    def now(self) -> Told | None:
        """None: no audit has ended yet."""
        return self._office.standing.as_it_stands(_KEY, lambda _mark: self._read_anew())

    def read(self, site: str, sha256: str) -> SiteTold | None:
        """What a page showed of a site, by its hash, as long as it is remembered."""
        return self._read.get((site, sha256))

    def lies(self, site: SiteTold) -> str:
        """Where the page lies that says the same, in the report folder; "" = what lies there is another report."""
        with self._lock:
            file = self._office.place.report() / "report.json"
            try:
                found = file.stat()
                mark = (found.st_ino, found.st_mtime_ns, found.st_size)
                if self._lying[0] != mark:
                    data = loads(file.read_bytes())
                    paths = {one["key"]: one["path"] for one in data["sites"]}
                    self._lying = (mark, {key: (one, paths[key]) for key, one in contents_of(data).items()})
            except (OSError, ValueError, LookupError, TypeError):
                self._lying = (None, {})
            content, path = self._lying[1].get(site.key, (None, ""))
            return f"sites/{path}/index.html" if content == site.content else ""

    def forget(self) -> None:
        """What is known is not what the store tells: the next who asks waits for it."""
        self._office.standing.forget(_KEY)

    def _read_anew(self) -> Told | None:
        run = told_run(self._office.store)
        return self._told(run) if run else None

    def _told(self, run: RunRecord) -> Told:
        office = self._office
        policy = policy_of(run, office.policy)
        data, report = told_now(office.store, run.id, office.parts, policy, office.place)
        content = json.render(data).encode()
        signatures = signatures_of(office.store.log_entries(*KINDS), office.zone)
        contents = contents_of(data)
        signed = to_data(sign_off(signatures, data["run"]["id"], sha256_of(content), contents))
        found = {one.site: one for one in verified(content, signatures).sites}
        sites = {}
        for site in data["sites"]:
            key = site["key"]
            state = found[key].state
            assert state != "absent"  # it is told
            before = found[key].signatures[-1].sites[key].run if state == "changed" else ""
            sites[key] = _site(site, report, contents[key], state, before, of_site(signed, key))
            self._remember(sites[key])
        return Told(
            run=run,
            sites=sites,
            absent=tuple(clean.line(key) for key, one in found.items() if one.state == "absent"),
            waiting=policy.never_audited(sites),
        )

    def _remember(self, site: SiteTold) -> None:
        self._read[(site.key, site.content.sha256)] = site
        while len(self._read) > MOST_READ:
            self._read.popitem(last=False)


def _site(
    site: Mapping[str, Any],
    report: Report,
    content: SiteContent,
    state: Literal["valid", "changed", "unsigned"],
    signed_run: str,
    signatures: Sequence[Mapping[str, Any]],
) -> SiteTold:
    exposed = [entry for entry in report.register.entries if entry.site == site["key"]]
    required, asked, coverage = site["required"], site["asked"], site["coverage"]
    return SiteTold(
        key=site["key"],
        name=Text(**site["name"]),
        host=site["host"],
        run=site["run"]["id"],
        on=site["run"]["started"],
        sample=bool(site["run"]["sample"]),
        verdict=site["verdict"],
        reasons=tuple(site["reasons"]),
        oldest=coverage["oldest_audit"] or "",
        content=content,
        facts={
            "criteria": required["total"],
            "fails": required["fails"],
            "person": required["person"],
            "issues": site["issues_failing"],
            "places": site["places"],
            "asked": asked["asked"],
            "unanswered": asked["open"] + asked["changed"],
            "exposures": site["exposures"]["open"],
            "undecided": sum(entry.values - entry.decided for entry in exposed),
            "pages": coverage["audited"],
            "found": coverage["found"],
            "errors": site["check_errors"]["total"],
        },
        state=state,
        signed_run=clean.line(signed_run),
        signatures=signatures,
    )
