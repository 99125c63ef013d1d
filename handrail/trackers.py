"""The list of trackers that a City names: in our own format, or as Disconnect and DuckDuckGo publish theirs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audits.privacy._trackers import FOLLOWS, NOBODY, Tracker

#: Bytes at the most: the published lists have less than three million.
MOST = 20_000_000
_LONGEST = 100
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}")
_COLUMNS = ("company", "name", "purpose", "host")
#: Categories of Disconnect's services.json that follow people; the others (Content, Email, Anti-fraud, ConsentManagers,
#: Cryptomining, FingerprintingGeneral, and Disconnect in older files) say nothing of a host as a whole.
_DISCONNECT = {
    "Advertising": "advertising",
    "Analytics": "analytics",
    "Social": "social",
    "FingerprintingInvasive": "tracking",
}
#: The same of DuckDuckGo's Tracker Radar (docs/CATEGORIES.md there). CDN, Embedded Content, Federated Login, SSO,
#: Badge, Online Payment, Ad Fraud, Tag Manager and others say nothing.
_RADAR = {
    "session replay": "session replay",
    "ad motivated tracking": "advertising",
    "advertising": "advertising",
    "social network": "social",
    "social - comment": "social",
    "social - share": "social",
    "analytics": "analytics",
    "audience measurement": "analytics",
    "third-party analytics marketing": "analytics",
    "action pixels": "tracking",
    "obscure ownership": "tracking",
    "unknown high risk behavior": "tracking",
    "malware": "tracking",
}
#: DuckDuckGo's word for a host whose main goal is another.
_HARMLESS = "non-tracking"


class BrokenList(ValueError):
    """Which file, on which line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class TrackerList:
    """A list as it was read. ``hosts``: whose each is; None = the list says that it follows nobody."""

    name: str = ""
    sha256: str = ""
    hosts: Mapping[str, Tracker | None] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name}, sha256 {self.sha256}" if self.name else ""


def read_list(path: str) -> TrackerList:
    """The list at a path; an empty one without a path. Raises BrokenList."""
    if not path:
        return TrackerList()
    try:
        data = Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as exc:
        raise BrokenList(f"{path}: cannot be read ({exc.strerror})") from None
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise BrokenList(f"{path}:{line}: is not UTF-8 text; save it as UTF-8") from None
    if len(data) > MOST:
        raise BrokenList(f"{path}: has more than {MOST:,} bytes; it is no list of trackers")
    readers = {".toml": _toml, ".csv": _csv, ".json": _json}
    try:
        reader = readers[Path(path).suffix.lower()]
    except KeyError:
        raise BrokenList(f"{path}: its name must end in .toml, .csv or .json, which says how to read it") from None
    try:
        hosts = reader(text)
    except _Wrong as exc:
        raise BrokenList(f"{path}:{exc.line(text)}: {exc}") from None
    if not hosts:
        raise BrokenList(f"{path}:1: holds no tracker")
    return TrackerList(name=Path(path).name, sha256=hashlib.sha256(data).hexdigest(), hosts=hosts)


class _Wrong(ValueError):
    """What is wrong, and on which line, or under which nested keys."""

    def __init__(self, where: int | tuple[str, ...], told: str) -> None:
        super().__init__(told)
        self.where = where

    def line(self, text: str) -> int:
        """The line; of keys that are written in another way, that of the one above."""
        if isinstance(self.where, int):
            return self.where
        at = 0
        for key in self.where:
            at = max(at, text.find(json.dumps(key, ensure_ascii=False), at))
        return text.count("\n", 0, at) + 1


@dataclass(frozen=True, slots=True)
class _Row:
    """One entry of our own format; ``lines`` of its keys, ``line`` of the rest."""

    said: Mapping[str, Any]
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)

    def at(self, key: str) -> int:
        return self.lines.get(key, self.line)


# Our own


def _toml(text: str) -> Mapping[str, Tracker | None]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        found = re.search(r"at line (\d+)", str(exc))
        raise _Wrong(int(found[1]) if found else text.count("\n") + 1, f"not valid TOML: {exc}") from None
    if told.keys() != {"tracker"} or not isinstance(told["tracker"], list):
        raise _Wrong(1, "must hold tables [[tracker]] and nothing else")
    return _ours(_rows(told["tracker"], text))


def _rows(tables: Iterable[Any], text: str) -> Iterator[_Row]:
    """With the lines on which they stand; of tables that are written in another way, the first line."""
    opened: list[tuple[int, dict[str, int]]] = []
    for number, words in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*tracker\s*\]\]", words):
            opened.append((number, {}))
        elif opened and (key := re.match(r"\s*([\w-]+)\s*=", words)):
            opened[-1][1].setdefault(key[1], number)
    for index, table in enumerate(tables):
        line, lines = opened[index] if index < len(opened) else (1, {})
        if not isinstance(table, dict):
            raise _Wrong(line, "a tracker must be a table: write [[tracker]]")
        yield _Row(table, line, lines)


def _csv(text: str) -> Mapping[str, Tracker | None]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if not {"company", "purpose", "host"} <= set(header) <= set(_COLUMNS) or len(set(header)) != len(header):
            raise _Wrong(1, "the first line must name the columns company, name (may be left out), purpose and host")
        for cells in reader:
            if not any(map(str.strip, cells)):
                continue
            if len(cells) != len(header):
                raise _Wrong(reader.line_num, f"has {len(cells)} cells, and the first line {len(header)}")
            said = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            rows.append(_Row({**said, "hosts": [said["host"]]}, reader.line_num))
    except csv.Error as exc:
        raise _Wrong(reader.line_num, f"not valid CSV: {exc}") from None
    return _ours(rows)


def _ours(rows: Iterable[_Row]) -> Mapping[str, Tracker | None]:
    found: dict[str, Tracker | None] = {}
    for row in rows:
        if unknown := sorted(row.said.keys() - {*_COLUMNS, "hosts"}):
            raise _Wrong(row.at(unknown[0]), f"unknown key {unknown[0]!r}; known: company, name, purpose, hosts")
        company, name, purpose = (_word(row, key) for key in ("company", "name", "purpose"))
        if not company:
            raise _Wrong(row.at("company"), "company is missing: whose is it?")
        if purpose not in (*FOLLOWS, NOBODY):
            raise _Wrong(row.at("purpose"), f"purpose must be one of: {', '.join((*FOLLOWS, NOBODY))}")
        hosts = row.said.get("hosts")
        if not isinstance(hosts, list) or not hosts:
            raise _Wrong(row.at("hosts"), 'hosts must be a list such as ["tracker.example"]')
        for one in hosts:
            host = _host(one)
            if not host:
                raise _Wrong(row.at("hosts"), f"{str(one)[:60]!r} is no host; write it as in tracker.example")
            if host in found:
                raise _Wrong(row.at("hosts"), f"{host} is listed twice")
            found[host] = None if purpose == NOBODY else Tracker(company, name or company, purpose)
    return found


def _word(row: _Row, key: str) -> str:
    said = row.said.get(key, "")
    if not isinstance(said, str) or len(said) > _LONGEST or not said.isprintable():
        raise _Wrong(row.at(key), f"{key} must be text on one line, {_LONGEST} characters at the most")
    return said.strip()


def _host(said: object) -> str:
    """ "" where it is none."""
    host = said.strip().lower().rstrip(".") if isinstance(said, str) else ""
    return host if _HOST.fullmatch(host) else ""


# Those that are published


def _json(text: str) -> Mapping[str, Tracker | None]:
    try:
        told = json.loads(text)
    except json.JSONDecodeError as exc:
        raise _Wrong(exc.lineno, f"not valid JSON: {exc.msg} (column {exc.colno})") from None
    except RecursionError:
        raise _Wrong(1, "not a list of trackers: it is nested too deep") from None
    if isinstance(told, dict) and isinstance(told.get("categories"), dict):
        return _disconnect(told["categories"])
    if isinstance(told, dict) and isinstance(told.get("trackers"), dict):
        return _radar(told["trackers"])
    raise _Wrong(1, 'must be Disconnect\'s services.json ("categories") or DuckDuckGo\'s tds.json ("trackers")')


def _disconnect(categories: Mapping[str, Any]) -> Mapping[str, Tracker | None]:
    """{"categories": {"Advertising": [{"Company": {"https://company.example/": ["host", ...], "flag": "true"}}]}}"""
    found: dict[str, Tracker | None] = {}
    for category, services in categories.items():
        if not isinstance(services, list):
            raise _Wrong(("categories", category), f"category {category[:40]!r} must be a list")
        for service in services:
            if not isinstance(service, dict):
                raise _Wrong(("categories", category), "a service must be an object: {company: {site: [host]}}")
            for company, sites in service.items():
                at = ("categories", category, company)
                if not isinstance(sites, dict):
                    raise _Wrong(at, f"company {company[:40]!r} must be an object: {{site: [host]}}")
                purpose = _DISCONNECT.get(category, "")
                if purpose and str(sites.get("session-replay", "")).lower() == "true":
                    purpose = "session replay"
                for hosts in sites.values():
                    if isinstance(hosts, list):
                        _add(found, hosts, Tracker(company, company, purpose), at)
    return found


def _radar(trackers: Mapping[str, Any]) -> Mapping[str, Tracker | None]:
    """{"trackers": {"host": {"owner": {"name": …, "displayName": …}, "categories": […], "default": "block"}}}"""
    found: dict[str, Tracker | None] = {}
    for host, one in trackers.items():
        at = ("trackers", host)
        if not isinstance(one, dict):
            raise _Wrong(at, f"tracker {host[:60]!r} must be an object")
        owner, said = one.get("owner") or {}, one.get("categories") or []
        if not isinstance(owner, dict) or not isinstance(said, list):
            raise _Wrong(at, f"tracker {host[:60]!r}: owner must be an object, and categories a list")
        if one.get("default") == "ignore":  # some of its paths follow people, and we know hosts
            continue
        company = str(owner.get("displayName") or owner.get("name") or host)
        categories = {str(category).lower() for category in said}
        purposes = [_RADAR[category] for category in categories if category in _RADAR]
        if _HARMLESS in categories and "advertising" not in purposes:
            found[_host(host)] = None
            continue
        if not purposes and not categories and one.get("default") == "block":
            purposes = ["tracking"]
        purpose = min(purposes, key=FOLLOWS.index, default="")
        _add(found, [host], Tracker(company, company, purpose), at)
    found.pop("", None)
    return found


def _add(found: dict[str, Tracker | None], hosts: Iterable[object], tracker: Tracker, at: tuple[str, ...]) -> None:
    """Under several purposes a host has the one that learns most. What is no host (a path of one) is left out."""
    if not tracker.company.isprintable() or len(tracker.company) > _LONGEST:
        raise _Wrong(at, f"the name of a company must be {_LONGEST} characters on one line at the most")
    for one in hosts:
        if not isinstance(one, str):
            raise _Wrong(at, "hosts must be texts")
        host = _host(one)
        before = found.get(host)
        if host and tracker.purpose and (before is None or _rank(tracker) < _rank(before)):
            found[host] = tracker


def _rank(tracker: Tracker) -> int:
    return FOLLOWS.index(tracker.purpose)
