"""Who repairs an issue: the unit of its part, of the addresses it stands on, or of the site. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEntry:
    """What people know of a part of a site: its name, who repairs it, in which file. ``parts`` are globs."""

    parts: tuple[str, ...]
    name_en: str = ""
    name_fr: str = ""
    owner: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaEntry:
    """What people know of addresses of a site: who repairs what is on these pages alone. ``urls`` are globs on path and
    query.
    """

    urls: tuple[str, ...]
    owner: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Who repairs an issue, and where. ``by`` is what says so; ``others`` own pages of it too, most pages first."""

    owner: str
    by: Literal["part", "area", "site"]
    others: tuple[str, ...] = ()
    file: str = ""
    name_en: str = ""
    name_fr: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.owner, *self.others)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Of one site. The first entry that fits speaks."""

    site: str = ""
    parts: Sequence[PartEntry] = ()
    areas: Sequence[AreaEntry] = ()

    def of(self, part_key: str, part_name: str, pages: Mapping[str, int]) -> Owned:
        """``pages``: places by path and query, of an issue that is repaired page by page; else empty."""
        entry = next((one for one in self.parts if _fits(one.parts, part_key, part_name)), None)
        name_en, name_fr = (entry.name_en, entry.name_fr) if entry else ("", "")
        file = entry.file if entry else ""
        if entry and entry.owner:
            return Owned(owner=entry.owner, by="part", file=file, name_en=name_en, name_fr=name_fr)
        areas = {path: area for path in pages if (area := self._area(path))}
        if not areas:
            return Owned(owner=self.site, by="site", file=file, name_en=name_en, name_fr=name_fr)
        counted = Counter[str]()
        for path in pages:
            counted[areas[path].owner or self.site if path in areas else self.site] += 1
        owners = sorted(counted, key=lambda owner: (-counted[owner], owner))
        files = {area.file for area in areas.values()} if len(areas) == len(pages) else set()
        return Owned(
            owner=owners[0],
            by="area",
            others=tuple(owners[1:]),
            file=file or (files.pop() if len(files) == 1 else ""),
            name_en=name_en,
            name_fr=name_fr,
        )

    def _area(self, path: str) -> AreaEntry | None:
        return next((one for one in self.areas if _fits(one.urls, path)), None)


def _fits(globs: Iterable[str], *texts: str) -> bool:
    return any(fnmatchcase(text, glob) for glob in globs for text in texts)
