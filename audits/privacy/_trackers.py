"""Who follows visitors: by the host that a page loads from, and by the name of what it has the browser keep."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import cache, lru_cache
from importlib.resources import files

from audits.transport import Known

#: What for a service follows people, those first that learn most. "tracking": nobody says what for.
FOLLOWS = ("session replay", "advertising", "social", "analytics", "tracking")
#: A list's word for a host that follows nobody, whatever others say.
NOBODY = "none"
#: Digits and letters that a machine drew: another visit, another name.
_DRAWN = re.compile(r"(?=[0-9A-Za-z]*\d)[0-9A-Za-z]{8,}|\d{4,}")


@dataclass(frozen=True, slots=True)
class Tracker:
    """A service that follows visitors."""

    company: str
    name: str
    purpose: str

    def __str__(self) -> str:
        return self.name if self.name.startswith(self.company) else f"{self.name} ({self.company})"


@cache
def _known() -> Mapping[str, Tracker]:
    """By host."""
    told = tomllib.loads((files("audits.privacy") / "trackers.toml").read_text("utf-8"))["tracker"]
    return {host: Tracker(one["company"], one["name"], one["purpose"]) for one in told for host in one["hosts"]}


def tracker_of(host: str) -> Tracker | None:
    """Whose host it is, if it is known to follow people."""
    known = _known()
    return known[one] if (one := _held(host, known)) else None


class Listed:
    """What a City's own list says of hosts, before what we know. None in it: follows nobody."""

    def __init__(self, hosts: Mapping[str, Tracker | None]) -> None:
        self._hosts = hosts

    def tracker_of(self, host: str) -> Tracker | None:
        """Whose host it is, if it is known to follow people."""
        return self._hosts[one] if (one := _held(host, self._hosts)) else tracker_of(host)


def _held(host: str, known: Container[str]) -> str:
    """The host, or the nearest above it, that is known; "" where none is."""
    labels = host.lower().rstrip(".").split(".")
    return next((one for n in range(len(labels)) if (one := ".".join(labels[n:])) in known), "")


@cache
def _kept() -> Mapping[str, tuple[re.Pattern[str], Known]]:
    """By pattern."""
    told = tomllib.loads((files("audits.privacy") / "kept.toml").read_text("utf-8"))["kept"]
    found = {}
    for one in told:
        company, name = one.get("company", ""), one["name"]
        service = str(Tracker(company, name, one["purpose"])) if company else name
        for pattern in one["names"]:
            found[pattern] = (re.compile(translate(pattern)), Known(pattern, one["purpose"], service))
    return found


@lru_cache(maxsize=2_000)
def known(name: str, host: str, tracker_of: Callable[[str], Tracker | None] = tracker_of) -> Known:
    """What a cookie or a name in storage is for: by its name, else by whose it is."""
    for pattern, means in _kept().values():
        if pattern.match(name):
            return means
    shown = _DRAWN.sub("*", name)
    if tracker := tracker_of(host):
        return Known(shown, tracker.purpose, str(tracker))
    return Known(shown)
