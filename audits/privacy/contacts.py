"""Ways to reach a person, whose they can be, and where they may stand. Quick to import."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

#: Ways to reach or find somebody: the kinds that may be business contact information.
CONTACT = frozenset({"PERSON", "CIVIC_ADDRESS", "EMAIL_ADDRESS", "PHONE_NUMBER", "CA_POSTAL_CODE"})
#: Who gives a mailbox to anybody: an address there says nothing of whom its owner works for.
PROVIDERS = frozenset(
    {
        "gmail.com", "hotmail.com", "hotmail.ca", "outlook.com", "live.com", "live.ca", "msn.com", "yahoo.com",
        "yahoo.ca", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "proton.me", "protonmail.com", "gmx.com",
        "zoho.com", "rogers.com", "bell.net", "sympatico.ca", "cogeco.ca", "cogeco.net", "shaw.ca", "telus.net",
        "videotron.ca", "hotmail.fr", "yahoo.fr", "laposte.net", "mail.com",
    }
)  # fmt: skip


def is_private_mailbox(address: str) -> bool:
    """Whether an e-mail address is one of theirs."""
    return address.lower().rpartition("@")[2] in PROVIDERS


def domain_in(domain: str, domains: Iterable[str]) -> str:
    """The narrowest of ``domains`` that holds a domain, itself or one above it; "" where none does."""
    labels = domain.lower().split(".")
    return next((one for n in range(len(labels)) if (one := ".".join(labels[n:])) in domains), "")


def fits_page(path: str, part: Iterable[str], page: str) -> bool:
    """Whether "/staff/*", or "/staff/*#complementary", one part of it, holds a path and a part by one of its names."""
    glob, _, wanted = page.partition("#")
    return fnmatchcase(path, glob) and (not wanted or any(one == wanted or fnmatchcase(one, wanted) for one in part))
