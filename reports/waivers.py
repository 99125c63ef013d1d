"""Which waiver speaks for an issue. The narrowest wins, and where that has ended, no wider one steps in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fnmatch import fnmatchcase

from audits.model import Kind, Waiver
from reports.standing import StandingIssue


class Waivers:
    """All of them on one day. It remembers which ones were of use."""

    def __init__(self, waivers: Iterable[Waiver], day: date) -> None:
        self._all = sorted(waivers, key=_width)
        self._day = day
        self._used: set[str] = set()

    @property
    def ended(self) -> tuple[Waiver, ...]:
        """Those whose last day is over, by name."""
        return _named(one for one in self._all if one.until < self._day)

    @property
    def unused(self) -> tuple[Waiver, ...]:
        """Those that hold and that nothing needed: what they waive is gone, or they were written wrongly."""
        return _named(one for one in self._all if one.until >= self._day and one.name not in self._used)

    def of(self, site: str, issue: StandingIssue, part: str = "") -> tuple[Mapping[str, Waiver], Waiver | None]:
        """By path, the waiver of each page of an issue; and the one for the issue wherever it is.

        ``part`` is the part's name, as people read it. Nobody waives an exposure: it is contained, or a disposition
        says that it is none.
        """
        if issue.kind is Kind.EXPOSURE:
            return {}, None
        fitting = [one for one in self._all if _fits(one, site, issue, part)]
        whole = self._held(next((one for one in fitting if not one.urls), None))
        pages = {}
        for path in issue.pages:
            narrowest = next((one for one in fitting if not one.urls or _any(one.urls, path)), None)
            if found := self._held(narrowest):
                pages[path] = found
        self._used.update(one.name for one in pages.values())
        if whole is not None and not issue.pages:
            self._used.add(whole.name)
        return pages, whole

    def _held(self, waiver: Waiver | None) -> Waiver | None:
        return waiver if waiver is not None and waiver.until >= self._day else None


def _fits(waiver: Waiver, site: str, issue: StandingIssue, part: str) -> bool:
    return (
        waiver.site in ("", site)
        and _any(waiver.rules, issue.rule)
        and (not waiver.parts or _any(waiver.parts, issue.part) or (bool(part) and _any(waiver.parts, part)))
    )


def _any(globs: Iterable[str], text: str) -> bool:
    return any(fnmatchcase(text, glob) for glob in globs)


def _width(waiver: Waiver) -> tuple[bool, bool, bool, bool, int, str]:
    """Narrow first: one that names pages before one that does not; then parts, the rule in full, the site."""
    exact = not any("*" in rule or "?" in rule or "[" in rule for rule in waiver.rules)
    letters = sum(map(len, (*waiver.urls, *waiver.parts, *waiver.rules)))
    return (not waiver.urls, not waiver.parts, not exact, not waiver.site, -letters, waiver.name)


def _named(waivers: Iterable[Waiver]) -> tuple[Waiver, ...]:
    return tuple(sorted(waivers, key=lambda one: one.name))
