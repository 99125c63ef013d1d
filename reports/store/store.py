"""The run history. Its page table is also the crawl frontier, so that results and queue agree at any moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from hashlib import blake2b
from pathlib import Path
from time import perf_counter
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from audits.model import (
    COUNTED,
    TOO_MANY_SCRIPTS,
    Asset,
    Basis,
    DocumentFacts,
    Earlier,
    Link,
    PageFacts,
    PageLease,
    PageOutcome,
    PageResult,
    Rule,
    Transport,
)
from audits.site_check import Site, SiteOutcome
from audits.transport import updated
from reports.standing import Standing, StandingIssue, Which
from reports.store import (
    acrossing,
    carrying,
    lives,
    log,
    purging,
    reading,
    rekeying,
    schema,
    settling,
    standing,
    trends,
)
from reports.store.database import Database, StoreError
from reports.store.guard import UrlGuard
from reports.store.interning import Interning, chunks
from reports.store.records import (
    CustodyRecord,
    ExposedOn,
    IssueLife,
    IssueRecord,
    NamedIssue,
    PageRecord,
    PlaceRecord,
    RuleTally,
    RunRecord,
    SiteCounts,
    SiteHistory,
    SiteRecord,
    SiteRunData,
)
from reports.store.sharing import DIED, KILLS, MAX_ATTEMPTS, MAX_DEATHS, Sharing, expired, ms

#: Depends on the way by which a URL was found: a better way opens the page again.
_BY_THE_WAY = {PageOutcome.BUDGET_DEPTH.value, PageOutcome.TRAP.value}

#: Of pages that a plan still allows, a worker takes one in so many without counting again: others do so too.
_MOST_WORKERS = 64
#: Assets held in memory, opened: the same few belong to all pages of a site.
_REMEMBERED = 5_000

_page = schema.page

P = ParamSpec("P")
T = TypeVar("T")


def utc_now() -> datetime:
    """The clock, when nobody hands in another."""
    return datetime.now(UTC)


def _patient(method: Callable[Concatenate[Store, P], T]) -> Callable[Concatenate[Store, P], T]:
    """What may be asked twice waits for a database that is away for a moment."""

    @wraps(method)
    def asked(self: Store, /, *args: P.args, **options: P.kwargs) -> T:
        return self._db.patiently(partial(method, self, *args, **options))

    return asked


class Store:
    """Implements ``audits.model.RunStore`` and answers the questions of reports. Safe to use from many threads."""

    def __init__(
        self,
        database: Database,
        *,
        guard: UrlGuard,
        now: Callable[[], datetime] = utc_now,
        rules: Mapping[str, Rule] | None = None,
    ) -> None:
        self._db = database
        self._guard = guard
        self._now = now
        self._interning = Interning(database, rules or {}, guard.key_ids[0])
        self._sites: dict[tuple[str, str], int] = {}
        self._assets: dict[int, Asset] = {}
        self._unasked: dict[int, int] = {}

    @classmethod
    def open(
        cls,
        where: str | Path,
        *,
        guard: UrlGuard,
        now: Callable[[], datetime] = utc_now,
        rules: Mapping[str, Rule] | None = None,
    ) -> Self:
        """Open a SQLite file (made when missing) or a PostgreSQL URL, and bring its schema up to date.

        ``rules`` gives kind and impact of findings that carry none.
        """
        database = Database(where)
        try:
            database.upgrade()
            store = cls(database, guard=guard, now=now, rules=rules)
            database.write(store._check_key)
        except BaseException:
            database.close()
            raise
        return store

    def close(self) -> None:
        """Close all connections."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _check_key(self, conn: Connection) -> None:
        known = [kept_digest(one).hex() for one in self._guard.digests("handrail key check")]
        self._db.insert_new(conn, schema.meta, [{"name": "key_check", "value": known[0]}])
        if before := rekeying.check(conn, self._db.name, self._guard, known, self._digest, self._now()):
            facts = {"before": before, "now": self._guard.key_ids[0]}
            log.append(conn, self._db, log.ROTATED, facts, self._now())

    def values_by_key(self) -> Mapping[str, int]:
        """How many values rest on each key, by its id."""
        with self._db.read() as conn:
            return rekeying.values_by_key(conn)

    # Runs and sites

    def begin_run(self, run: RunRecord) -> None:
        """Record a run, or take one up again that was interrupted."""

        def work(conn: Connection) -> None:
            known = conn.scalar(select(schema.run.c.seq).where(schema.run.c.id == run.id))
            if known is not None:
                values = {name: getattr(run, name) for name in ("state", "finished", "browser")}
                values["notes"] = list(run.notes)
                conn.execute(update(schema.run).where(schema.run.c.seq == known).values(values))
                return
            values = {name: getattr(run, name) for name in RunRecord.__slots__}
            conn.execute(insert(schema.run).values(values | {"engines": dict(run.engines), "notes": list(run.notes)}))

        self._db.write(work)

    def begin_site(self, site: SiteRecord) -> None:
        """Record a site of a run, or take it up again."""

        def work(conn: Connection) -> None:
            seq = self._run_seq(conn, site.run_id)
            # A run whose process died was never settled. Its findings come before this run's.
            settling.settle_before(conn, site.key, seq)
            values = {name: getattr(site, name) for name in SiteRecord.__slots__ if name != "run_id"}
            values |= {"authorization": dict(site.authorization), "reasons": list(site.reasons), "settled": False}
            this = (schema.site.c.run == seq) & (schema.site.c.key == site.key)
            if conn.execute(update(schema.site).where(this).values(values)).rowcount == 0:
                conn.execute(insert(schema.site).values(values | {"run": seq}))

        self._db.write(work)

    @_patient
    def finish_site(self, run_id: str, site: str, state: str, reasons: Sequence[str] = ()) -> None:
        """Say how a site ended, and derive which issues are new, open, fixed or returned."""
        site_id = self._site_id(run_id, site)

        def work(conn: Connection) -> None:
            values = {"state": state, "reasons": list(reasons)}
            conn.execute(update(schema.site).where(schema.site.c.id == site_id).values(values))
            settling.settle(conn, site_id)

        self._db.write(work)

    @_patient
    def finish_run(self, run_id: str, state: str, notes: Sequence[str] = ()) -> None:
        """Say how a run ended."""
        values = {"state": state, "notes": list(notes), "finished": self._now()}
        self._db.write(lambda conn: conn.execute(update(schema.run).where(schema.run.c.id == run_id).values(values)))

    def runs(self) -> tuple[RunRecord, ...]:
        """All runs, oldest first."""
        with self._db.read() as conn:
            return tuple(reading.runs(conn))

    def latest_run(self, *, resumable: bool = False) -> RunRecord | None:
        """The run begun last; with ``resumable``, the last that was interrupted or whose process died."""
        known = [run for run in self.runs() if not resumable or run.state in ("running", "interrupted")]
        # One that workers share is theirs.
        return next((run for run in reversed(known) if not resumable or self.sharing.plan(run.id) is None), None)

    def sites(self, run_id: str) -> tuple[SiteRecord, ...]:
        """The sites of a run."""
        with self._db.read() as conn:
            return tuple(reading.sites(conn, run_id))

    # Frontier

    @_patient
    def add_links(self, run_id: str, site: str, links: Iterable[Link], *, parent_id: int | None = None) -> int:
        """Add URLs not yet known to this run and site; the number added."""
        site_id = self._site_id(run_id, site)
        prepared, _ = self._prepare_links(site_id, links)

        def work(conn: Connection) -> int:
            self._lock_site(conn, site_id)
            return self._add_links(conn, site_id, prepared, parent_id)

        return self._db.write(work) if prepared else 0

    @_patient
    def lease(
        self,
        run_id: str,
        site: str,
        *,
        owner: str,
        limit: int,
        seconds: float,
        most: int = 0,
        busy: bool = False,
        steps: bool = True,
    ) -> Sequence[PageLease]:
        """Claim pages that wait, or whose lease ran out, in order of earlier attempts, depth and discovery.

        ``most``: pages that the plan allows, those in work counted. ``busy``: the owner has other pages: none is given
        on which a process died, for each of these is worked on alone. ``steps``: steps of journeys too.
        """
        site_id = self._site_id(run_id, site)
        here = (_page.c.site_id == site_id, *(() if steps else (_page.c.via != "journey",)))

        def work(conn: Connection) -> list[PageLease]:
            now = self._moment(conn)
            expires = now + timedelta(seconds=seconds)
            room = limit
            if most and self._unasked.get(site_id, 0) < limit:
                self._lock_site(conn, site_id)
                left = most - self._spent(conn, site_id, now)
                self._unasked[site_id] = left // _MOST_WORKERS
                room = min(room, left)
            claimed: list[Any] = []
            # Pages that somebody died on come last, so that few deaths are laid at one page's door.
            for these, order in (
                ((_page.c.attempts == 0) & (_page.c.deaths == 0), ()),
                ((_page.c.attempts > 0) & (_page.c.deaths == 0), (_page.c.attempts,)),
                (_BEREAVED, (_page.c.deaths.desc(),)),
            ):
                if these is _BEREAVED:
                    room = 0 if busy or claimed else min(room, 1)
                waiting = (
                    select(_page)
                    .where(*here, these, *expired(now))
                    .order_by(*order, _page.c.depth, _page.c.id)
                    .with_for_update(skip_locked=True)
                )
                while len(claimed) < room and (found := conn.execute(waiting.limit(room - len(claimed))).all()):
                    for ended, reason in ((_gave_out, DIED), (_kills, KILLS)):
                        dead = [row.id for row in found if ended(row)]
                        values = _ended(PageOutcome.CRASHED, reason)
                        conn.execute(update(_page).where(_page.c.id.in_(dead)).values(values))
                    alive = [row for row in found if not _gave_out(row) and not _kills(row)]
                    values = {"owner": owner, "expires": ms(expires), "attempts": _page.c.attempts + 1}
                    conn.execute(update(_page).where(_page.c.id.in_([row.id for row in alive])).values(values))
                    claimed += alive
            return [
                PageLease(
                    page_id=row.id,
                    run_id=run_id,
                    site=site,
                    url=self._opened(row),
                    depth=row.depth,
                    via=row.via,
                    attempts=row.attempts + 1,
                    owner=owner,
                    expires=expires,
                    chain=row.chain,
                    alone=row.deaths > 0,
                )
                for row in claimed
            ]

        leases = self._db.write(work)
        if most:
            self._unasked[site_id] = max(0, self._unasked.get(site_id, 0) - len(leases))
        return leases

    @_patient
    def renew(self, leases: Sequence[PageLease], *, seconds: float) -> None:
        """Keep slow pages."""

        def work(conn: Connection) -> None:
            values = {"expires": ms(self._moment(conn) + timedelta(seconds=seconds))}
            for lease in sorted(leases, key=lambda lease: lease.page_id):
                conn.execute(update(_page).where(*_held(lease)).values(values))

        self._db.write(work)

    @_patient
    def release(self, lease: PageLease) -> None:
        """Give a page back unfinished. It was no attempt: nothing was wrong with the page."""
        values = {"owner": None, "expires": None, "attempts": _page.c.attempts - 1}
        self._db.write(lambda conn: conn.execute(update(_page).where(*_held(lease)).values(values)))

    @_patient
    def forget_owner(self, run_id: str, owner: str) -> int:
        """Give back all pages of a worker that is known to be dead, without waiting for its leases to run out."""
        sites = select(schema.site.c.id).join(schema.run).where(schema.run.c.id == run_id)
        held = (_page.c.site_id.in_(sites), _page.c.outcome.is_(None), _page.c.owner == owner)
        values = {"owner": None, "expires": None}
        return self._db.write(lambda conn: conn.execute(update(_page).where(*held).values(values)).rowcount)

    @_patient
    def owners(self, run_id: str) -> tuple[str, ...]:
        """Who holds pages of a run, alive or dead."""
        with self._db.read() as conn:
            held = (schema.run.c.id == run_id, _page.c.outcome.is_(None), _page.c.owner.is_not(None))
            query = select(_page.c.owner).join(schema.site, _page.c.site_id == schema.site.c.id).join(schema.run)
            return tuple(conn.scalars(query.where(*held).distinct().order_by(_page.c.owner)))

    @_patient
    def finish(self, lease: PageLease, result: PageResult) -> bool:
        """Store result and links and acknowledge, in one transaction; False when the lease was lost.

        A second call changes nothing and returns False.
        """
        began = perf_counter()
        site_id = self._site_id(lease.run_id, lease.site)
        origin_id = None if result.carried is None else result.carried.page_id
        links, known = self._prepare_links(site_id, result.links, like=origin_id)
        outcomes, findings, verdicts_id = self._interning.judged(lease.site, result.outcomes)
        basis = None if result.basis is None else self._basis_row(result.basis)
        facts = None if result.facts is None or origin_id is not None else self._facts_body(result.facts)
        document = None if origin_id is not None else result.document
        described = self._document_row(document) if document else None
        names, step_ms = _steps({**result.timings, "store": 0.0} if result.timings else {})
        values = _ended(result.outcome, result.reason) | {
            "status": result.status,
            "final_url": None if result.final_url in ("", lease.url) else self._readable(result.final_url),
            "title": result.title or (document.title if document else ""),
            "lang": result.lang or (document.lang if document else ""),
            "content_type": result.content_type,
            "content_sha256": self._digest(result.content_sha256) if result.content_sha256 else None,
            "seen": self._digest(result.seen_sha256) if result.seen_sha256 else None,
            "weight": result.weight or None,
            "verdicts_id": verdicts_id,
            "frames": [self._readable(frame) for frame in result.frames_not_entered] or None,
            "states_id": self._interning.phrase(json.dumps(result.states, sort_keys=True)) if result.states else None,
            "transport_id": self._transport_id(result.transport, origin_id),
            "steps_id": self._interning.phrase(names) if names else None,
            "step_ms": step_ms or None,
        }

        def work(conn: Connection) -> bool:
            self._lock_site(conn, site_id)
            copied = {} if origin_id is None else carrying.described(conn, origin_id)
            if copied is None:
                raise StoreError(f"{self._db.name}: the audit of page {origin_id} that was to be carried is gone")
            if conn.execute(update(_page).where(*_held(lease)).values(values | copied)).rowcount == 0:
                return False
            stale = (schema.site.c.id == site_id, schema.site.c.settled.is_(True))
            conn.execute(update(schema.site).where(*stale).values(settled=False))
            here = {"page_id": lease.page_id}
            if outcomes:
                conn.execute(insert(schema.outcome), [row | here for row in outcomes])
            if findings:
                conn.execute(insert(schema.found), [row | here for row in findings])
            if origin_id is not None:
                carrying.copy(conn, origin_id, lease.page_id)
            self._add_links(conn, site_id, links, lease.page_id)
            if basis:
                new = self._known(conn, site_id, [digest for digest, id_ in known.items() if id_ is None])
                ids = [id_ for id_ in known.values() if id_ is not None] + [row.id for row in new.values()]
                conn.execute(insert(schema.basis).values(basis | here | {"links": carrying.pack(ids)}))
            if facts is not None:
                conn.execute(insert(schema.facts).values(here | {"body": facts}))
            if described is not None:
                conn.execute(insert(schema.document).values(here | described))
            if step_ms:
                spent = _steps({**result.timings, "store": perf_counter() - began})[1]
                conn.execute(update(_page).where(_page.c.id == lease.page_id).values(step_ms=spent))
            return True

        return self._db.write(work)

    @_patient
    def finish_listed(self, results: Sequence[tuple[PageLease, PageResult]]) -> int:
        """Like ``finish`` for many pages of one site that nobody judged, in one transaction; the number stored."""
        if not results:
            return 0
        first = results[0][0]
        site_id = self._site_id(first.run_id, first.site)
        parents: dict[bytes, int] = {}
        links: list[Link] = []
        for lease, result in results:
            links += result.links
            for link in result.links:
                parents.setdefault(self._digest(link.url), lease.page_id)
        prepared, _ = self._prepare_links(site_id, links)
        ended = {
            lease.page_id: _ended(result.outcome, result.reason)
            | {
                "status": result.status,
                "final_url": None if result.final_url in ("", lease.url) else self._readable(result.final_url),
                "title": result.title,
                "lang": result.lang,
                "content_type": result.content_type,
                "content_sha256": bytes.fromhex(result.content_sha256) or None,
                "this": lease.page_id,
            }
            for lease, result in results
        }
        columns = [name for name in next(iter(ended.values())) if name != "this"]

        def work(conn: Connection) -> int:
            self._lock_site(conn, site_id)
            held = (_page.c.site_id == site_id, _page.c.owner == first.owner, _page.c.outcome.is_(None))
            query = select(_page.c.id).where(*held, _page.c.id.in_(list(ended))).with_for_update()
            ours = conn.scalars(query).all()
            if ours:
                statement = (
                    update(_page)
                    .where(_page.c.id == bindparam("this"))
                    .values({name: bindparam(name) for name in columns})
                )
                conn.execute(statement, [ended[page_id] for page_id in ours])
            self._add_links(conn, site_id, prepared, parents)
            return len(ours)

        return self._db.write(work)

    @_patient
    def pending(self, run_id: str, site: str) -> int:
        """Pages without a final outcome."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            query = select(func.count()).select_from(_page)
            return conn.scalar(query.where(_page.c.site_id == site_id, _page.c.outcome.is_(None))) or 0

    @_patient
    def counted(self, run_id: str, site: str) -> int:
        """Pages that count towards a plan of so many pages, and have ended."""
        with self._db.read() as conn:
            return self._spent(conn, self._site_id(run_id, site))

    def _spent(self, conn: Connection, site_id: int, now: datetime | None = None) -> int:
        """Those in work counted, where ``now`` says which these are."""
        ended = _page.c.outcome.in_([one.value for one in COUNTED])
        held = (_page.c.outcome.is_(None), _page.c.owner.is_not(None))
        which = ended if now is None else or_(ended, and_(*held, _page.c.expires > ms(now)))
        return conn.scalar(select(func.count()).select_from(_page).where(_page.c.site_id == site_id, which)) or 0

    @_patient
    def close_pending(self, run_id: str, site: str, outcome: PageOutcome, reason: str = "") -> int:
        """End every page that still waits with one outcome (a budget is spent); the number ended.

        Pages that a living worker holds are its own to finish. What is no page by its name was no page that was missed.
        """
        site_id = self._site_id(run_id, site)
        no_page = {"file": PageOutcome.FILE_UNREAD, "document": PageOutcome.DOCUMENT_UNREAD}
        ends = [(_page.c.via == via, _no_page(unread, outcome, reason)) for via, unread in no_page.items()]
        ends.append((_page.c.via.not_in(no_page), _ended(outcome, reason)))

        def work(conn: Connection) -> int:
            waiting = (_page.c.site_id == site_id, *expired(self._moment(conn)))
            return sum(conn.execute(update(_page).where(*waiting, which).values(end)).rowcount for which, end in ends)

        return self._db.write(work)

    @_patient
    def was_audited(self, run_id: str, site: str, *, days: float) -> bool:
        """Whether an earlier run of at most ``days`` ago audited anything of a site."""
        with self._db.read() as conn:
            return carrying.any_audit(conn, self._site_id(run_id, site), self._now() - timedelta(days=days))

    @_patient
    def earlier(self, leases: Sequence[PageLease], *, days: float) -> Mapping[int, Earlier]:
        """By page id, what may be carried: the last that is known of a page, without error, at most ``days`` old."""
        found: dict[int, Earlier] = {}
        by_site: dict[int, dict[bytes, PageLease]] = {}
        for lease in leases:
            by_site.setdefault(self._site_id(lease.run_id, lease.site), {})[self._digest(lease.url)] = lease
        since = self._now() - timedelta(days=days)
        with self._db.read() as conn:
            for site_id, wanted in by_site.items():
                audits = carrying.audits(conn, site_id, since, list(wanted))
                for digest, row in audits.items():
                    led_to = carrying.texts(conn, carrying.unpack(row.links)).values()
                    found[wanted[digest].page_id] = Earlier(
                        page_id=row.page_id,
                        basis=Basis(
                            judged_by=row.body,
                            content=row.content.hex(),
                            etag=row.etag or "",
                            modified=row.modified or "",
                            assets=tuple(self._assets_of(conn, row.assets)),
                            elsewhere=row.elsewhere,
                        ),
                        links=tuple(self._opened(linked) for linked in led_to),
                        outcome=PageOutcome(row.outcome),
                    )
        return found

    def _assets_of(self, conn: Connection, packed: bytes) -> Iterator[Asset]:
        ids = list(carrying.unpack(packed))
        asset = schema.asset
        for some in chunks([id_ for id_ in ids if id_ not in self._assets]):
            for row in conn.execute(select(asset).where(asset.c.id.in_(some))):
                self._assets[row.id] = Asset(
                    url=self._opened(row),
                    kind=row.kind,
                    etag=row.etag or "",
                    modified=row.modified or "",
                    content=row.content.hex() if row.content else "",
                )
        yield from [self._assets[id_] for id_ in ids]
        if len(self._assets) > _REMEMBERED:
            self._assets.clear()

    def _transport_id(self, transport: Transport | None, origin_id: int | None) -> int | None:
        """Of a page that is carried: what its origin came with, under the headers of this run."""
        if origin_id is not None:
            with self._db.read() as conn:
                known = acrossing.transport_of(conn, origin_id)
            transport = known if known is None or transport is None else updated(known, transport)
        return None if transport is None else self._interning.phrase(acrossing.transport_body(transport))

    def _facts_body(self, facts: PageFacts) -> bytes:
        layouts = self._interning.layouts([acrossing.layout_body(part, self._digest) for part in facts.parts])
        return acrossing.page_body(facts, layouts, self._digest)

    def _document_row(self, document: DocumentFacts) -> dict[str, Any]:
        kept = {name: getattr(document, name) for name in carrying.DESCRIBED}
        return kept | {"content": self._digest(document.sha256) if document.sha256 else None}

    def _basis_row(self, basis: Basis) -> dict[str, Any]:
        rows = []
        for asset in basis.assets:
            secret = self._guard.holds_value(asset.url)
            state = {"kind": asset.kind, "etag": asset.etag or None, "modified": asset.modified or None}
            rows.append(
                {
                    "digest": self._digest(json.dumps([asset.url, asset.content, *state.values()])),
                    "url": self._guard.mask(asset.url) if secret else asset.url,
                    "sealed": self._guard.seal(asset.url) if secret else None,
                    "content": bytes.fromhex(asset.content) or None,
                    **state,
                }
            )
        return {
            "judged_id": self._interning.phrase(basis.judged_by),
            "content": bytes.fromhex(basis.content),
            "etag": basis.etag or None,
            "modified": basis.modified or None,
            "assets": carrying.pack(self._interning.assets(rows)),
            "elsewhere": basis.elsewhere,
        }

    def _prepare_links(
        self, site_id: int, links: Iterable[Link], *, like: int | None = None
    ) -> tuple[dict[bytes, Mapping[str, Any]], dict[bytes, int | None]]:
        """Rows by digest, ready to insert, and the ids of all that are wanted and known already.

        Recognizers are slow: they see new URLs only, and no lock waits for them. What an audited page (``like``) led to
        they have seen: readable and sealed addresses are those of its run.
        """
        wanted: dict[bytes, Link] = {}
        for link in links:
            digest = self._digest(link.url)
            best = wanted.get(digest)
            if best is None or (link.outcome is not None, link.depth) < (best.outcome is not None, best.depth):
                wanted[digest] = link
        with self._db.read() as conn:
            known = self._known(conn, site_id, list(wanted))
            seen = carrying.linked(conn, like) if like is not None and known.keys() != wanted.keys() else {}
        rows: dict[bytes, Mapping[str, Any]] = {}
        for digest, link in wanted.items():
            row: dict[str, Any] = {"digest": digest, "via": link.via, "depth": link.depth, "chain": link.chain}
            row["outcome"] = None if link.outcome is None else link.outcome.value
            row["reason"] = link.reason or None
            if digest in known:
                if _betters(row, known[digest]):
                    rows[digest] = row
                continue
            if digest in seen:
                row |= {"url": seen[digest].url, "sealed": seen[digest].sealed}
            else:
                secret = self._guard.holds_value(link.url)
                row["url"] = self._guard.mask(link.url) if secret else link.url
                row["sealed"] = self._guard.seal(link.url) if secret else None
            rows[digest] = row
        return rows, {digest: known[digest].id if digest in known else None for digest in wanted}

    def _add_links(
        self,
        conn: Connection,
        site_id: int,
        rows: Mapping[bytes, Mapping[str, Any]],
        parents: int | Mapping[bytes, int] | None,
    ) -> int:
        known = self._known(conn, site_id, list(rows))

        def parent(digest: bytes) -> int | None:
            return parents[digest] if isinstance(parents, Mapping) else parents

        common = {"site_id": site_id, "attempts": 0}
        new = [
            dict(row) | common | {"parent_id": parent(digest)} for digest, row in rows.items() if digest not in known
        ]
        if new:
            conn.execute(insert(_page), new)
        for digest, row in rows.items():
            if digest in known and _betters(row, known[digest]):
                values = {"parent_id": parent(digest), "outcome": None, "reason": None}
                values |= {name: row[name] for name in ("via", "depth", "chain")}
                conn.execute(update(_page).where(_page.c.id == known[digest].id).values(values))
        return len(new)

    def _known(self, conn: Connection, site_id: int, digests: list[bytes]) -> dict[bytes, Any]:
        columns = (_page.c.id, _page.c.digest, _page.c.outcome, _page.c.reason, _page.c.depth, _page.c.chain)
        query = select(*columns).where(_page.c.site_id == site_id)
        return {
            bytes(row.digest): row
            for some in chunks(digests)
            for row in conn.execute(query.where(_page.c.digest.in_(some)))
        }

    # Across pages

    @_patient
    def site_facts(self, run_id: str, site: str, *, sample: str = "") -> Site:
        """What checks across pages are given. ``sample``: how pages were chosen, where the run's record is silent."""
        return acrossing.Reading(self._db, self._site_id(run_id, site), self._digest).site(sample)

    @_patient
    def finish_across(self, run_id: str, site: str, outcomes: Sequence[SiteOutcome]) -> None:
        """Store what checks across pages say of a site, in the place of what they said of it earlier in this run."""
        site_id = self._site_id(run_id, site)
        rules, findings = self._interning.across(site, [one.outcome for one in outcomes])

        def work(conn: Connection) -> None:
            self._lock_site(conn, site_id)
            acrossing.replace(conn, site_id, outcomes, rules, findings)

        self._db.write(work)

    # Telling

    def site_data(self, run_id: str, site: str) -> SiteRunData:
        """Everything a report may say of one site in one run."""
        site_id = self._settled(run_id, site)
        with self._db.read() as conn:
            return reading.site_data(conn, run_id, site_id)

    def outcomes(self, run_id: str, site: str) -> Mapping[PageOutcome | None, int]:
        """A site's addresses in one run by how they ended; None = they wait."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            return reading.outcomes(conn, site_id)

    def counts(self, run_id: str, site: str) -> SiteCounts:
        """One site in one run, counted: what a gate asks for, however many pages there are."""
        site_id = self._settled(run_id, site)
        with self._db.read() as conn:
            return reading.counts(conn, run_id, site_id)

    def issues(self, run_id: str, site: str) -> tuple[IssueRecord, ...]:
        """What became of each issue of a site until one run: new, open, fixed, returned, not checked. No examples."""
        site_id = self._settled(run_id, site)
        with self._db.read() as conn:
            return reading.issues(conn, site_id)

    def standing(self, run_id: str, site: str, counted: SiteCounts | None = None) -> Standing:
        """A site in one run, as runs are compared. ``counted``: for who has it already."""
        site_id = self._settled(run_id, site)
        with self._db.read() as conn:
            run = next(record for record in reading.runs(conn) if record.id == run_id)
            data = counted or reading.counts(conn, run_id, site_id)
            issues = standing.issues(conn, site_id)
        return Standing(
            site=site,
            run=run_id,
            day=run.started.date().isoformat(),
            complete=data.site.state == "complete",
            sample=run.sample,
            pages=data.outcomes.get(PageOutcome.AUDITED, 0),
            tool=run.tool_version,
            engines=run.engines,
            rules=frozenset(tally.rule for tally in (*data.tallies, *data.document_tallies) if tally.ended),
            issues=issues,
        )

    def standings(self, run_id: str, site: str) -> Mapping[Which, StandingIssue]:
        """What stands on a site in one run, by issue and verdict; less than ``standing`` tells, and sooner."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            return standing.issues(conn, site_id)

    def lives(self, ids: Collection[str]) -> Mapping[str, IssueLife]:
        """By the id that people know, the life of issues over all runs; an id that is not known is left out."""
        with self._db.read() as conn:
            stale = lives.unsettled(conn, ids)
        for site_id in stale:
            self._db.write(partial(settling.settle, site_id=site_id))
        with self._db.read() as conn:
            return lives.lives(conn, ids)

    def site_keys(self) -> tuple[str, ...]:
        """Every site that a run audited, in the order in which they came."""
        with self._db.read() as conn:
            return trends.site_keys(conn)

    def site_history(self, site: str) -> SiteHistory:
        """A site over all runs that audited it. Raises StoreError where none did."""
        with self._db.read() as conn:
            waiting = trends.unsettled(conn, site)
        for site_id in waiting:
            self._db.write(partial(settling.settle, site_id=site_id))
        with self._db.read() as conn:
            history = trends.history(conn, site)
        if history is None:
            raise StoreError(f"{self._db.name}: no run of this store audited a site {site!r}")
        return history

    def _settled(self, run_id: str, site: str) -> int:
        """The number of a site in a run, its issues in line with its findings."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            settled = conn.scalar(select(schema.site.c.settled).where(schema.site.c.id == site_id))
        if not settled:
            self._db.write(lambda conn: settling.settle(conn, site_id))
        return site_id

    def places(self, run_id: str, site: str, fingerprint: str, *, once: bool = False) -> Iterator[PlaceRecord]:
        """Where one issue was found, a batch of pages at a time, the shallowest first.

        ``once``: what many pages share is told once.
        """
        site_id = self._site_id(run_id, site)
        if once:
            with self._db.read() as conn:
                found = reading.different_places(conn, site_id, fingerprint)
            yield from found
            return
        with self._db.read() as conn:
            pages = reading.pages_of(conn, site_id, fingerprint)
        for some in chunks(pages):
            with self._db.read() as conn:
                found = reading.places(conn, fingerprint, some)
            yield from found

    def findings(self, run_id: str) -> Iterator[dict[str, Any]]:
        """One line per outcome (``record`` "outcome") and per finding ("finding") of a run, page by page."""
        for site in self.sites(run_id):
            site_id = self._site_id(run_id, site.key)
            yield from self._paged(partial(reading.lines, site_id=site_id, site_key=site.key))
            with self._db.read() as conn:
                of_site = list(acrossing.lines(conn, site_id, site.key))
            yield from of_site

    def page_outcomes(self, run_id: str, site: str) -> Iterator[PageRecord]:
        """Every URL of a site in a run, in order of discovery, with how it ended."""
        yield from self._paged(partial(reading.pages, site_id=self._site_id(run_id, site), site_key=site))

    def tallies(self, run_id: str, site: str) -> tuple[RuleTally, ...]:
        """How often each rule ended in each verdict over the audited pages."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            return reading.tallies(conn, site, site_id)

    def timings(self, run_id: str, site: str | None = None) -> dict[str, dict[str, float]]:
        """Seconds by step over a run's pages: ``{"navigate": {"pages", "total", "mean", "median", "max"}, ...}``."""
        with self._db.read() as conn:
            return reading.timings(conn, run_id, site)

    # Evidence: who looked, what is kept, what goes

    def exposed(self, exposure_id: str) -> tuple[ExposedOn, ...]:
        """The pages on which the last run that saw it saw an exposure, addresses opened; () where none is known."""
        with self._db.read() as conn:
            rows = reading.exposed(conn, exposure_id)
        return tuple(
            ExposedOn(
                run_id=row.run_id,
                site=row.site,
                host=row.host,
                url=self._opened(row),
                shown=row.url,
                via=row.via,
                entity=row.exposure["entity"],
                mask=row.exposure["mask"],
                selector=row.selector,
                value_hmac=row.hmac,
                key=row.key,
                content=bytes(row.content_sha256).hex() if row.content_sha256 else "",
            )
            for row in rows
        )

    def exposure_of(self, name: str) -> tuple[str, str] | None:
        """The exposure ("E-…") that a value ("x-…") belongs to, or that is called so, and its site; None: unknown."""
        with self._db.read() as conn:
            return reading.exposure_of(conn, name)

    def issue_named(self, name: str) -> NamedIssue | None:
        """The issue that people call so ("A-1a2b3c"), in whatever run; None: unknown."""
        with self._db.read() as conn:
            return reading.issue_named(conn, name)

    def record(self, kind: str, facts: Mapping[str, Any]) -> log.Entry:
        """Add an entry to the log."""
        return self._db.write(lambda conn: log.append(conn, self._db, kind, facts, self._now()))

    def record_all(
        self,
        kinds: Collection[str],
        choose: Callable[[Sequence[log.Entry], int], Iterable[log.Act]],
    ) -> tuple[log.Entry, ...]:
        """Add what ``choose`` makes of the entries of these kinds, which nobody adds to meanwhile, and of the number
        that the first one gets."""

        def work(conn: Connection) -> tuple[log.Entry, ...]:
            def acts(number: int) -> Iterable[log.Act]:
                return choose(tuple(log.entries(conn, *kinds)), number)

            return tuple(log.append_all(conn, self._db, acts, self._now()))

        return self._db.write(work)

    def log_entries(self, *kinds: str) -> tuple[log.Entry, ...]:
        """Entries of these kinds, or all, oldest first."""
        with self._db.read() as conn:
            return tuple(log.entries(conn, *kinds))

    def verify_log(self, anchors: Mapping[int, str]) -> log.Checked:
        """Compute the log's hashes again; ``anchors``: number of an entry -> its hash as kept elsewhere."""
        with self._db.read() as conn:
            return log.verify(conn, anchors)

    def holds(self) -> tuple[log.Hold, ...]:
        """Legal holds and pending requests for access."""
        with self._db.read() as conn:
            return log.holds(conn)

    def holdings(self) -> tuple[purging.Holding, ...]:
        """What each run holds of each site, where it was not purged."""
        with self._db.read() as conn:
            return tuple(purging.holdings(conn))

    def purged_runs(self) -> Mapping[str, int]:
        """Runs of which something was purged, by id: the entry of the log that says why."""
        with self._db.read() as conn:
            return purging.tombstones(conn)

    def custody(self, days: int, by_law: str = "") -> CustodyRecord:
        """What is held until when, for a period of ``days`` after the last use, what keeps it longer, and the log."""
        with self._db.read() as conn:
            return CustodyRecord(
                days=days,
                by_law=by_law,
                holds=log.holds(conn),
                held=tuple(purging.holdings(conn)),
                purged=purging.tombstones(conn),
                entries=tuple(log.entries(conn)),
                checked=log.verify(conn, {}),
            )

    def purge(
        self,
        choose: Callable[[Sequence[purging.Holding], Sequence[log.Hold]], Sequence[purging.Holding]],
        facts: Mapping[str, Any],
        *,
        emptied: Sequence[int] = (),
        files: Callable[[Collection[str]], None] = lambda names: None,
    ) -> log.Entry:
        """Remove what ``choose`` takes of the holdings, with its log entry, in one transaction.

        ``choose`` sees what is held in that very moment, and raises where it refuses. ``files`` removes pictures by
        name before anything else is final. ``emptied``: entries of the log whose content goes too.
        """

        def work(conn: Connection) -> log.Entry:
            now = self._now()
            if self._db.is_sqlite:
                conn.exec_driver_sql("PRAGMA secure_delete = ON")
            else:
                conn.exec_driver_sql("LOCK TABLE page, log IN SHARE ROW EXCLUSIVE MODE")
            if rekeying.in_work(conn, now):
                raise StoreError(f"{self._db.name}: an audit is under way; purge when it has ended")
            chosen = choose(purging.holdings(conn), log.holds(conn))
            removed = [
                {"run": one.run_id, "site": one.site, "pages": one.pages, "findings": one.findings} for one in chosen
            ]
            names = purging.pictures(conn, chosen)
            entry = log.append(
                conn,
                self._db,
                log.PURGE,
                {**facts, "removed": removed, "pictures": len(names), "log": list(emptied)},
                now,
            )
            log.empty(conn, emptied)
            if chosen:
                purging.remove(conn, chosen, entry.seq)
            files(names)
            return entry

        return self._db.write(work)

    def compact(self) -> None:
        """Write the store anew, so that nothing deleted stands in its files. Raises StoreError while others use it."""
        self._db.compact()

    def _paged(self, batch: Callable[..., tuple[list[Any], int]]) -> Iterator[Any]:
        # Short reads: one that lasts as long as an export would keep SQLite from emptying its write-ahead log.
        after = 0
        while True:
            with self._db.read() as conn:
                records, last = batch(conn, after=after)
            if last == after:
                return
            yield from records
            after = last

    # Small things

    @property
    def sharing(self) -> Sharing:
        """What workers of one run tell each other."""
        return Sharing(self._db, self._site_id, self._moment)

    def _moment(self, conn: Connection) -> datetime:
        """Now, by the clock that all workers share."""
        if self._now is not utc_now:
            return self._now()
        return datetime.fromtimestamp(self._db.now(conn), UTC)

    def _run_seq(self, conn: Connection, run_id: str) -> int:
        seq: int | None = conn.scalar(select(schema.run.c.seq).where(schema.run.c.id == run_id))
        if seq is None:
            raise StoreError(f"{self._db.name}: there is no run {run_id!r} in this store")
        return seq

    def _site_id(self, run_id: str, site: str) -> int:
        if (run_id, site) not in self._sites:
            with self._db.read() as conn:
                at = (schema.site.c.run == self._run_seq(conn, run_id), schema.site.c.key == site)
                found = conn.scalar(select(schema.site.c.id).where(*at))
            if found is None:
                raise StoreError(f"{self._db.name}: run {run_id!r} has no site {site!r}")
            self._sites[run_id, site] = found
        return self._sites[run_id, site]

    def _lock_site(self, conn: Connection, site_id: int) -> None:
        # Two workers that add the same links in different order would wait for each other. SQLite has one writer.
        conn.execute(select(schema.site.c.id).where(schema.site.c.id == site_id).with_for_update(key_share=True))

    def _digest(self, text: str) -> bytes:
        return kept_digest(self._guard.digest(text))

    def _opened(self, row: Any) -> str:
        url: str = row.url if row.sealed is None else self._guard.open(row.sealed)
        return url

    def _readable(self, url: str) -> str:
        return self._guard.mask(url) if self._guard.holds_value(url) else url


def kept_digest(digest: str) -> bytes:
    """A guard's digest, as long as the store keeps it."""
    return blake2b(digest.encode(), digest_size=16).digest()


_BEREAVED = _page.c.deaths > 0


def _gave_out(row: Any) -> bool:
    return bool(row.attempts >= MAX_ATTEMPTS)


def _kills(row: Any) -> bool:
    return bool(row.deaths >= MAX_DEATHS)


def _held(lease: PageLease) -> tuple[Any, ...]:
    return (_page.c.id == lease.page_id, _page.c.owner == lease.owner, _page.c.outcome.is_(None))


def _ended(outcome: PageOutcome, reason: str) -> dict[str, Any]:
    return {"outcome": outcome.value, "reason": reason or None, "owner": None, "expires": None}


def _no_page(unread: PageOutcome, outcome: PageOutcome, reason: str) -> dict[str, Any]:
    return _ended(unread, f"{outcome.value}: {reason}" if reason else outcome.value)


def _betters(row: Mapping[str, Any], known: Any) -> bool:
    """A wanted link opens a page that only the way to it had closed, and moves a waiting page up."""
    if row["outcome"] is not None:
        return False
    if known.outcome is not None:
        return known.outcome in _BY_THE_WAY or known.reason == TOO_MANY_SCRIPTS
    return (row["depth"], row["chain"]) < (known.depth, known.chain)


def _steps(timings: Mapping[str, float]) -> tuple[str, str]:
    names = sorted(timings)
    text = json.dumps(names) if names else ""
    return text, ",".join(str(round(timings[name] * 1000)) for name in names)
