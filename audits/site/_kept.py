"""What first visits kept, as checks tell it: one service at a time, whatever it keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from audits.model import LEFT_OUT, Impact, Kept
from audits.privacy._trackers import FOLLOWS as PURPOSES
from audits.site_check import Site, SitePage

#: What follows people from visit to visit.
FOLLOWS = frozenset(PURPOSES)
_RANK = {purpose: rank for rank, purpose in enumerate(PURPOSES)}
#: Names of one service that are told.
_NAMED = 6


@dataclass(slots=True, kw_only=True)
class Service:
    """Who keeps what, and on which pages."""

    who: str
    purpose: str
    names: dict[tuple[str, str], Kept] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)

    @property
    def impact(self) -> Impact | None:
        """More where people are filmed, or followed elsewhere."""
        return Impact.SERIOUS if self.purpose in ("advertising", "session replay") else None

    def __str__(self) -> str:
        said = [_named(one) for one in list(self.names.values())[:_NAMED]]
        more = len(self.names) - len(said)
        what = f", {self.purpose}," if self.purpose else ""
        return f"{self.who}{what} kept {', '.join(said)}{f' and {more} more' if more else ''}"


def services(seen: Iterable[tuple[SitePage, Iterable[Kept]]]) -> list[Service]:
    """Those who keep something on these pages, those first that learn most."""
    found: dict[tuple[str, str], Service] = {}
    for page, kept in seen:
        for one in kept:
            who = one.service or one.host
            service = found.setdefault((who, one.purpose), Service(who=who, purpose=one.purpose))
            service.names.setdefault((one.kind, one.name), one)
            if page.id not in service.ids:
                service.ids.append(page.id)
    return sorted(found.values(), key=lambda one: (_RANK.get(one.purpose, 9), one.who))


def visited(site: Site) -> Iterator[tuple[SitePage, tuple[Kept, ...]]]:
    """Pages that were visited as if for the first time."""
    for page in site.pages():
        if page.transport is not None and page.transport.kept is not None:
            yield page, page.transport.kept


def visits(site: Site) -> Iterator[int]:
    """The same pages, by number."""
    return (page.id for page, _ in visited(site))


def no_visit(site: Site) -> str:
    """Why nothing can be said where no page was visited as if for the first time, and some could have been."""
    if next(visited(site), None) is None and any(page.transport is not None for page in site.pages()):
        return f"{LEFT_OUT}no page was visited as if for the first time"
    return ""


def _named(one: Kept) -> str:
    kinds = {"cookie": "the cookie", "local": "in local storage", "session": "in session storage"}
    name = f"{kinds[one.kind]} “{one.name}”" if one.name else f"{kinds[one.kind]} without a name"
    lives = f" for {_long(one.days)}" if one.kind == "cookie" and one.days else ""
    return f"{name}{lives}{f', set by {one.by}' if one.by else ''}"


def _long(days: float) -> str:
    for unit, size, least in (("year", 365, 700), ("month", 30, 29), ("day", 1, 0.97)):
        if days >= least:
            number = round(days / size)
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return "less than a day"
