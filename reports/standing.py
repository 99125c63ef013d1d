"""What a run says of a site, as two runs are compared: by issue and verdict, never by address of a host. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from audits.model import Impact, Kind, Verdict

#: An issue that fails in some places and asks for review in others counts as two.
Which = tuple[str, str]  # fingerprint of the issue, verdict
_HOST = re.compile(r"^[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingIssue:
    """One issue with one verdict.

    ``pages`` counts places by path and query where each page is repaired by itself (page content, documents). In a part
    that pages share, ``elements`` does: by fingerprint of the element, how often the page with most of them has it.
    ``values`` are fingerprints of exposed values. Of the three, one is filled.
    """

    fingerprint: str
    rule: str
    kind: Kind
    part: str
    verdict: Verdict
    impact: Impact
    places: int
    pages: Mapping[str, int] = field(default_factory=dict)
    elements: Mapping[str, int] = field(default_factory=dict)
    values: frozenset[str] = frozenset()

    @property
    def which(self) -> Which:
        return self.fingerprint, self.verdict.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A site in one run. ``rules``: those that came to an end on some page, whatever they found."""

    site: str
    run: str
    day: str  # ISO
    complete: bool
    sample: str  # "" = the whole site
    pages: int  # audited
    tool: str
    engines: Mapping[str, str]
    rules: frozenset[str]
    issues: Mapping[Which, StandingIssue]


def path_of(url: str) -> str:
    """Path and query of an address as people may read it: the same page on another host has the same."""
    path = _HOST.sub("", url).partition("#")[0]
    return path if path.startswith("/") else f"/{path}"
