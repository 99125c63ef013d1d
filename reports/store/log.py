"""What people did with the evidence: who looked, held, purged, anchored, contained; and who was sent a message. Entries
are only ever added.

Each entry's hash takes in the one before it, so a copy of the last hash kept elsewhere (an anchor) shows any later
change to what came before. Without an anchor the whole chain could be written anew: then the log is append-only, no
more. What an entry tells has a hash of its own, salted: a purge can empty it, and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from reports.store import schema
from reports.store.database import Database

START = "0" * 64
HOLD, LIFTED, PURGE, REVEAL, ANCHOR = "hold", "hold-lifted", "purge", "reveal", "anchor"
NOTIFIED = "notified"
ROTATED, RETIRED = "key-rotated", "key-retired"
DONE, UNDONE = "step-done", "step-undone"
#: Any number will do, as long as everybody who appends takes the same one.
_APPEND_LOCK = 1_746_203_378

_log = schema.log
#: What is to be an entry: its kind, and what it tells.
Act = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act. ``facts`` is None where a purge emptied it."""

    seq: int
    at: datetime
    kind: str
    facts: Mapping[str, Any] | None = field(repr=False)
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A reason to keep what would be due: a legal hold, or a request for access that is not answered yet."""

    id: str
    kind: str  # "legal", "access-request"
    site: str  # "" = all
    by: str
    reason: str
    since: datetime

    def keeps(self, site: str) -> bool:
        """Whether it is for this site."""
        return self.site in ("", site)


#: What may be wrong with an entry, in a sentence.
_FAULTS = {
    "missing": "entries {seq} to {to} are missing",
    "unlinked": "entry {seq} does not follow entry {to}",
    "hash": "entry {seq} was changed: its hash is another",
    "facts": "entry {seq} was changed: what it tells is not what was written",
    "emptied": "entry {seq} was emptied, and no purge says so",
    "anchor-missing": "entry {seq}, of which you have the hash, is missing",
    "anchor-other": "entry {seq} has another hash than the one you have",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where the chain is broken. ``to``: the other entry that the sentence names."""

    why: str
    seq: int
    to: int = 0

    def __str__(self) -> str:
        return _FAULTS[self.why].format(seq=self.seq, to=self.to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What verifying found. ``anchored``: the last entry whose hash was compared with a copy kept elsewhere."""

    entries: int
    head: str
    emptied: int = 0
    anchored: int = 0
    faults: tuple[Fault, ...] = ()


def append(conn: Connection, db: Database, kind: str, facts: Mapping[str, Any], at: datetime) -> Entry:
    """Add an entry, in the transaction of the act it tells of."""
    (entry,) = append_all(conn, db, lambda _number: [(kind, facts)], at)
    return entry


def append_all(conn: Connection, db: Database, acts: Callable[[int], Iterable[Act]], at: datetime) -> list[Entry]:
    """Add entries one after the other, with nobody's in between. ``acts`` is told the number of the first."""
    if not db.is_sqlite:
        conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_APPEND_LOCK})")
    last = conn.execute(select(_log.c.seq, _log.c.hash).order_by(_log.c.seq.desc()).limit(1)).one_or_none()
    seq, previous = (last.seq + 1, last.hash) if last else (1, START)
    added, rows = [], []
    for number, (kind, facts) in enumerate(acts(seq), start=seq):
        told = json.dumps({**facts, "salt": secrets.token_hex(16)}, sort_keys=True, ensure_ascii=False)
        row = {
            "seq": number,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "kind": kind,
            "facts_sha256": _sha256(told),
            "previous": previous,
        }
        previous = row["hash"] = _hash(row)
        rows.append(row | {"facts": told})
        added.append(Entry(seq=number, at=at, kind=kind, facts=facts, hash=str(row["hash"])))
    if rows:
        conn.execute(insert(_log), rows)
    return added


def entries(conn: Connection, *kinds: str) -> Iterator[Entry]:
    """Entries of these kinds, or all, oldest first."""
    query = select(_log).order_by(_log.c.seq)
    return map(_entry, conn.execute(query.where(_log.c.kind.in_(kinds)) if kinds else query))


def newest(
    conn: Connection,
    most: int,
    *,
    kinds: Sequence[str] = (),
    before: int = 0,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Entry]:
    """The last of these kinds, or of all, newest first; ``before``: with a smaller number; ``until`` is not in it."""
    query = select(_log).order_by(_log.c.seq.desc()).limit(most)
    if kinds:
        query = query.where(_log.c.kind.in_(kinds))
    if before:
        query = query.where(_log.c.seq < before)
    if since:
        query = query.where(_log.c.at >= since.astimezone(UTC).isoformat(timespec="microseconds"))
    if until:
        query = query.where(_log.c.at < until.astimezone(UTC).isoformat(timespec="microseconds"))
    return [_entry(row) for row in conn.execute(query)]


def _entry(row: Any) -> Entry:
    facts = json.loads(row.facts) if row.facts is not None else None
    if facts is not None:
        del facts["salt"]
    return Entry(seq=row.seq, at=datetime.fromisoformat(row.at), kind=row.kind, facts=facts, hash=row.hash)


def head(conn: Connection, *kinds: str) -> int:
    """The number of the last entry of these kinds, or of all; 0: there is none."""
    query = select(_log.c.seq).order_by(_log.c.seq.desc()).limit(1)
    return conn.scalar(query.where(_log.c.kind.in_(kinds)) if kinds else query) or 0


def empty(conn: Connection, seqs: Sequence[int]) -> None:
    """Take out what entries tell; that they were made, when, and their hashes stay."""
    conn.execute(update(_log).where(_log.c.seq.in_(seqs)).values(facts=None))


def steps_done(entries: Iterable[Entry]) -> dict[tuple[str, str, str], Entry]:
    """What was done to contain exposures, by exposure, value ("" = all of its values) and step, and not taken back."""
    found: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        if entry.kind not in (DONE, UNDONE) or entry.facts is None:
            continue
        of = (entry.facts["exposure"], entry.facts["finding"], entry.facts["step"])
        if entry.kind == DONE:
            found[of] = entry
        else:
            found.pop(of, None)
    return found


def holds(conn: Connection) -> tuple[Hold, ...]:
    """The holds in force, oldest first. The log itself says so; there is no other list."""
    found: dict[str, Hold] = {}
    for entry in entries(conn, HOLD, LIFTED):
        assert entry.facts is not None  # neither kind is ever emptied
        if entry.kind == LIFTED:
            found.pop(entry.facts["hold"], None)
            continue
        told = {name: entry.facts[name] for name in ("kind", "site", "by", "reason")}
        found[f"h-{entry.seq}"] = Hold(id=f"h-{entry.seq}", since=entry.at, **told)
    return tuple(found.values())


def verify(conn: Connection, anchors: Mapping[int, str]) -> Checked:
    """Compute every hash again, and compare with ``anchors``: number of an entry -> its hash, kept elsewhere."""
    faults: list[Fault] = []
    emptied: dict[int, str] = {}
    accounted: set[int] = set()
    known: dict[int, str] = {}
    expected, previous = 1, START
    for row in map(dict, conn.execute(select(_log).order_by(_log.c.seq)).mappings()):
        seq = row["seq"]
        if seq != expected:
            faults.append(Fault(why="missing", seq=expected, to=seq - 1))
        elif row["previous"] != previous:
            faults.append(Fault(why="unlinked", seq=seq, to=seq - 1))
        if _hash(row) != row["hash"]:
            faults.append(Fault(why="hash", seq=seq))
        if row["facts"] is None:
            emptied[seq] = row["kind"]
        elif not isinstance(row["facts"], str) or _sha256(row["facts"]) != row["facts_sha256"]:
            faults.append(Fault(why="facts", seq=seq))
        elif row["kind"] == PURGE:
            accounted.update(json.loads(row["facts"]).get("log", ()))
        known[seq] = previous = row["hash"]
        expected = seq + 1
    faults += [Fault(why="emptied", seq=seq) for seq in emptied if seq not in accounted]
    anchored = 0
    for seq, kept in sorted(anchors.items()):
        if seq not in known:
            faults.append(Fault(why="anchor-missing", seq=seq))
        elif known[seq] != kept:
            faults.append(Fault(why="anchor-other", seq=seq))
        else:
            anchored = seq
    return Checked(entries=len(known), head=previous, emptied=len(emptied), anchored=anchored, faults=tuple(faults))


def _hash(row: Mapping[str, Any]) -> str:
    told = [row[name] for name in ("seq", "at", "kind", "facts_sha256", "previous")]
    return _sha256(
        json.dumps(told, default=repr)
    )  # SQLite keeps bytes in any column: another hash, and no fault of ours


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
