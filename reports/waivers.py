"""Which waiver speaks for an issue. The narrowest wins, and where that has ended, no wider one steps in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from audits.model import Kind, Waiver
from reports.standing import StandingIssue


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two that speak for the same issue and differ: what handrail.toml says stands, whatever the log does."""

    policy: Waiver
    log: Waiver


class Waivers:
    """All of them on one day: those of handrail.toml, and behind them those of the log. It remembers which were of
    use.
    """

    def __init__(self, waivers: Iterable[Waiver], day: date) -> None:
        everyone = list(waivers)
        self._policy = [one for one in everyone if not one.entry]
        self._log = [one for one in everyone if one.entry]
        self._day = day
        self._used: set[str] = set()
        self._conflicts: dict[tuple[str, str], Conflict] = {}

    @property
    def ended(self) -> tuple[Waiver, ...]:
        """Those whose last day is over, by name."""
        return _named(one for one in (*self._policy, *self._log) if one.until < self._day)

    @property
    def unused(self) -> tuple[Waiver, ...]:
        """Those that hold and that nothing needed: what they waive is gone, or they were written wrongly."""
        held = (one for one in (*self._policy, *self._log) if one.until >= self._day)
        return _named(one for one in held if one.name not in self._used)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """By the name of the one in handrail.toml."""
        return tuple(self._conflicts[names] for names in sorted(self._conflicts))

    def of(self, site: str, issue: StandingIssue, part: str = "") -> tuple[Mapping[str, Waiver], Waiver | None]:
        """By path, the waiver of each page of an issue; and the one for the issue wherever it is.

        ``part`` is the part's name, as people read it. Nobody waives an exposure: it is contained, or a disposition
        says that it is none.
        """
        if issue.kind is Kind.EXPOSURE:
            return {}, None
        policy = [one for one in self._policy if _fits(one, site, issue, part)]
        log = [one for one in self._log if _fits(one, site, issue, part)]
        whole = self._one(policy, log, issue, part)
        pages = {}
        for path in issue.pages:
            if found := self._one(policy, log, issue, part, path):
                pages[path] = found
        self._used.update(one.name for one in pages.values())
        if whole is not None and not issue.pages:
            self._used.add(whole.name)
        return pages, whole

    def _one(
        self, policy: Iterable[Waiver], log: Iterable[Waiver], issue: StandingIssue, part: str, path: str = ""
    ) -> Waiver | None:
        """The narrowest of handrail.toml, else of the log, where it holds; without a path, of those for any page."""
        width = partial(_width, issue=issue, part=part, path=path)
        first, second = (
            min((one for one in some if not one.urls or (path and _any(one.urls, path))), key=width, default=None)
            for some in (policy, log)
        )
        if first is not None and second is not None and _differ(first, second):
            self._conflicts[first.name, second.name] = Conflict(policy=first, log=second)
        spoken = first or second
        return spoken if spoken is not None and spoken.until >= self._day else None


def _differ(one: Waiver, other: Waiver) -> bool:
    return (one.until, one.false_alarm) != (other.until, other.false_alarm)


def _fits(waiver: Waiver, site: str, issue: StandingIssue, part: str) -> bool:
    return (
        waiver.site in ("", site)
        and _any(waiver.rules, issue.rule)
        and (not waiver.parts or _any(waiver.parts, issue.part) or (bool(part) and _any(waiver.parts, part)))
    )


def _any(globs: Iterable[str], text: str) -> bool:
    return any(fnmatchcase(text, glob) for glob in globs)


#: How narrow one of several globs is: with a wildcard or in full, and how many letters; the less, the narrower.
_Letters = tuple[bool, int]


def _width(waiver: Waiver, issue: StandingIssue, part: str, path: str) -> tuple[Any, ...]:
    """Narrow first: one that names pages before one that does not; then parts, the rule in full, the site; then by what
    fits here, whatever else the waiver names; then one that names less; then what was said last.
    """
    urls, parts = _letters(waiver.urls, path), _letters(waiver.parts, issue.part, part)
    rules = _letters(waiver.rules, issue.rule)
    named = len(waiver.urls) + len(waiver.parts) + len(waiver.rules)
    kinds = (not waiver.urls, not waiver.parts, rules[0], not waiver.site)
    return (*kinds, urls, parts, rules, named, -waiver.entry, waiver.name)


def _letters(globs: Iterable[str], *texts: str) -> _Letters:
    """Of the narrowest glob that fits."""
    fitting = (glob for glob in globs if any(text and fnmatchcase(text, glob) for text in texts))
    return min(((any(sign in glob for sign in "*?["), -len(glob)) for glob in fitting), default=(True, 0))


def _named(waivers: Iterable[Waiver]) -> tuple[Waiver, ...]:
    return tuple(sorted(waivers, key=lambda one: one.name))
