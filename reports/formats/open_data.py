"""Counts of sites for an open data portal: no person, no page, no exposure. Each file is explained by a third one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reports.formats import cells
from reports.formats.rows import Data
from reports.text import LANGUAGES, Words

SUFFIX = ".csv"
#: The columns of each file, in order. Names for scripts; what they mean is in the catalogues, under "open-data".
SITES = (
    "audit_date", "site", "host", "name_en", "name_fr", "standard", "audit_complete", "sample", "pages_found",
    "pages_audited", "required_criteria", "required_criteria_failing", "required_criteria_to_check",
    "goal_criteria_failing", "places", "places_per_100_pages", "issues", "documents_found", "documents_read",
    "documents_failing",
)  # fmt: skip
CRITERIA = ("audit_date", "site", "criterion", "level", "required_by_law", "result", "places")


def sites(data: Data) -> str:
    """A line for each site. An audit that is not complete says so, and its counts are no measure of the site."""
    return _table(SITES, (_site(site, site["run"]) for site in _in_order(data)))


def criteria(data: Data) -> str:
    """A line for each criterion of each site."""
    return _table(
        CRITERIA,
        (
            {
                "audit_date": site["run"]["started"][:10],
                "site": site["key"],
                "criterion": one["number"],
                "level": one["level"],
                "required_by_law": _so(one["aoda"] == "yes"),
                "result": one["result"],
                "places": one["places"],
            }
            for site in _in_order(data)
            for one in site["criteria"]
        ),
    )


def fields() -> str:
    """What each column means, in both languages."""
    heads = ("file", "field", *(f"meaning_{language}" for language in LANGUAGES))
    every = [Words(language) for language in LANGUAGES]
    return _table(
        heads,
        (
            {
                "file": file,
                "field": name,
                **{f"meaning_{words.language}": words.plain(f"open-data.{name}") for words in every},
            }
            for file, names in (("sites", SITES), ("criteria", CRITERIA))
            for name in names
        ),
    )


def _site(site: Data, run: Data) -> Mapping[str, Any]:
    cov, req, documents = site["coverage"], site["required"], site["documents"]
    rate = site["places_per_100_pages"]
    return {
        "audit_date": run["started"][:10],
        "site": site["key"],
        "host": site["host"],
        "name_en": site["name"]["en"],
        "name_fr": site["name"]["fr"],
        "standard": site["profile"],
        "audit_complete": _so(site["verdict"] not in ("incomplete", "not-audited")),
        "sample": _so(bool(run["sample"])),
        "pages_found": cov["found"],
        "pages_audited": cov["audited"],
        "required_criteria": req["total"],
        "required_criteria_failing": req["fails"],
        "required_criteria_to_check": req["person"],
        "goal_criteria_failing": site["goal_only_fails"],
        "places": site["places"],
        "places_per_100_pages": "" if rate is None else rate,
        "issues": site["issues_failing"],
        "documents_found": documents["found"],
        "documents_read": documents["checked"],
        "documents_failing": documents["failing"],
    }


def _in_order(data: Data) -> list[Data]:
    """By key, so that two audits can be compared line by line."""
    return sorted(data["sites"], key=lambda site: site["key"])


def _so(told: bool) -> str:
    return "yes" if told else "no"


def _table(columns: tuple[str, ...], rows: Iterator[Mapping[str, Any]]) -> str:
    lines = [cells.line(columns), *(cells.line(str(row[name]) for name in columns) for row in rows)]
    return cells.BOM + "".join(lines)
