"""What the City says is business contact information: by MFIPPA s. 2(2.1) and (2.2) it is not personal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from audits.privacy.contacts import CONTACT, domain_in
from audits.privacy.keys import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """Allow-lists: mail domains, telephone numbers, and pages or parts of them. They speak for contacts only."""

    domains: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    pages: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, domains: Iterable[str] = (), numbers: Iterable[str] = (), pages: Iterable[str] = ()) -> Business:
        """From what a City writes; a page is "/staff/*" or, one part of it, "/staff/*#complementary"."""
        split = (page.partition("#") for page in pages)
        return cls(
            domains=frozenset(domain.lower().strip(" @.") for domain in domains),
            numbers=frozenset(canonical("PHONE_NUMBER", number) for number in numbers),
            pages=tuple((path, part) for path, _, part in split),
        )

    def holds(self, entity: str, value: str, *, path: str, part: str) -> bool:
        """Whether a value on a page (its path) in a part (its key) is listed."""
        if entity not in CONTACT:
            return False
        if any(fnmatchcase(path, page) and wanted in ("", part) for page, wanted in self.pages):
            return True
        if entity == "PHONE_NUMBER":
            return canonical(entity, value) in self.numbers
        if entity != "EMAIL_ADDRESS":
            return False
        return bool(domain_in(value.rpartition("@")[2], self.domains))
