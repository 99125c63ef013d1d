"""A report for everybody: without the names of people who allowed, accepted, answered or took on something, and their
notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reports.documents_model import EntryRow
from reports.model import CriterionResult, ExceptionRow, Issue, Report, SiteReport

#: Where a name stood: that somebody is on record is told, who it is not.
NO_NAME = "–"


def for_everybody(report: Report) -> Report:
    """The same numbers. Units of the City stay; the register is not written by whoever publishes this."""
    return replace(report, run=replace(report.run, notes=()), sites=tuple(_site(site) for site in report.sites))


def _site(site: SiteReport) -> SiteReport:
    documents = site.documents
    return replace(
        site,
        run=replace(site.run, notes=()),
        contact="",
        authorization=_authorization(site.authorization),
        issues=tuple(map(_issue, site.issues)),
        criteria=tuple(map(_criterion, site.criteria)),
        person_checks=tuple(replace(one, names=()) for one in site.person_checks),
        statement=None,  # a draft, for the City alone
        exceptions=tuple(map(_exception, site.exceptions)),
        documents=replace(documents, entries=tuple(map(_entry, documents.entries))),
    )


def _authorization(told: Mapping[str, str]) -> Mapping[str, str]:
    """That there is one, and since when."""
    return {key: value if key in ("on", "staging") else NO_NAME for key, value in told.items() if value}


def _issue(issue: Issue) -> Issue:
    return replace(issue, work=replace(issue.work, assigned=""))


def _criterion(one: CriterionResult) -> CriterionResult:
    """What people answered, not who, nor on what evidence."""
    return replace(one, answers=tuple(replace(answer, by=NO_NAME, evidence="", files=()) for answer in one.answers))


def _exception(row: ExceptionRow) -> ExceptionRow:
    return replace(row, by=NO_NAME)


def _entry(row: EntryRow) -> EntryRow:
    """Requests are people's: their numbers lead to them."""
    exception = replace(row.exception, by=NO_NAME) if row.exception else None
    return replace(row, exception=exception, evidence="", requests=())
