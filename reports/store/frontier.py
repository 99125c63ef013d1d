"""What is left to do of a run, and what came of it: pages wait, are leased, and end, each in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

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
    Transport,
)
from audits.site_check import Site, SiteOutcome
from audits.transport import updated
from reports.store import acrossing, carrying, schema
from reports.store.database import StoreError
from reports.store.interning import chunks
from reports.store.opened import Opened, patient
from reports.store.sharing import DIED, KILLS, MAX_ATTEMPTS, MAX_DEATHS, expired, ms

#: Depends on the way by which a URL was found: a better way opens the page again.
_BY_THE_WAY = {PageOutcome.BUDGET_DEPTH.value, PageOutcome.TRAP.value}

#: Of pages that a plan still allows, a worker takes one in so many without counting again: others do so too.
_MOST_WORKERS = 64
#: Assets held in memory, opened: the same few belong to all pages of a site.
_REMEMBERED = 5_000

_page = schema.page


class Frontier(Opened):
    """The page table, as ``audits.model.RunStore`` wants it."""

    @patient
    def add_links(self, run_id: str, site: str, links: Iterable[Link], *, parent_id: int | None = None) -> int:
        """Add URLs not yet known to this run and site; the number added."""
        site_id = self._site_id(run_id, site)
        prepared, _ = self._prepare_links(site_id, links)

        def work(conn: Connection) -> int:
            self._lock_site(conn, site_id)
            return self._add_links(conn, site_id, prepared, parent_id)

        return self._db.write(work) if prepared else 0

    @patient
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

    @patient
    def renew(self, leases: Sequence[PageLease], *, seconds: float) -> None:
        """Keep slow pages."""

        def work(conn: Connection) -> None:
            values = {"expires": ms(self._moment(conn) + timedelta(seconds=seconds))}
            for lease in sorted(leases, key=lambda lease: lease.page_id):
                conn.execute(update(_page).where(*_held(lease)).values(values))

        self._db.write(work)

    @patient
    def release(self, lease: PageLease) -> None:
        """Give a page back unfinished. It was no attempt: nothing was wrong with the page."""
        values = {"owner": None, "expires": None, "attempts": _page.c.attempts - 1}
        self._db.write(lambda conn: conn.execute(update(_page).where(*_held(lease)).values(values)))

    @patient
    def forget_owner(self, run_id: str, owner: str) -> int:
        """Give back all pages of a worker that is known to be dead, without waiting for its leases to run out."""
        sites = select(schema.site.c.id).join(schema.run).where(schema.run.c.id == run_id)
        held = (_page.c.site_id.in_(sites), _page.c.outcome.is_(None), _page.c.owner == owner)
        values = {"owner": None, "expires": None}
        return self._db.write(lambda conn: conn.execute(update(_page).where(*held).values(values)).rowcount)

    @patient
    def owners(self, run_id: str) -> tuple[str, ...]:
        """Who holds pages of a run, alive or dead."""
        with self._db.read() as conn:
            held = (schema.run.c.id == run_id, _page.c.outcome.is_(None), _page.c.owner.is_not(None))
            query = select(_page.c.owner).join(schema.site, _page.c.site_id == schema.site.c.id).join(schema.run)
            return tuple(conn.scalars(query.where(*held).distinct().order_by(_page.c.owner)))

    @patient
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

    @patient
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

    @patient
    def pending(self, run_id: str, site: str) -> int:
        """Pages without a final outcome."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            query = select(func.count()).select_from(_page)
            return conn.scalar(query.where(_page.c.site_id == site_id, _page.c.outcome.is_(None))) or 0

    @patient
    def counted(self, run_id: str, site: str, outcomes: Collection[PageOutcome] = COUNTED) -> int:
        """Addresses that ended so; those by default count towards a plan of so many pages."""
        with self._db.read() as conn:
            return self._spent(conn, self._site_id(run_id, site), outcomes=outcomes)

    def _spent(
        self,
        conn: Connection,
        site_id: int,
        now: datetime | None = None,
        *,
        outcomes: Collection[PageOutcome] = COUNTED,
    ) -> int:
        """Those in work counted, where ``now`` says which these are."""
        ended = _page.c.outcome.in_([one.value for one in outcomes])
        held = (_page.c.outcome.is_(None), _page.c.owner.is_not(None))
        which = ended if now is None else or_(ended, and_(*held, _page.c.expires > ms(now)))
        return conn.scalar(select(func.count()).select_from(_page).where(_page.c.site_id == site_id, which)) or 0

    @patient
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

    @patient
    def was_audited(self, run_id: str, site: str, *, days: float) -> bool:
        """Whether an earlier run of at most ``days`` ago audited anything of a site."""
        with self._db.read() as conn:
            return carrying.any_audit(conn, self._site_id(run_id, site), self._now() - timedelta(days=days))

    @patient
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

    @patient
    def site_facts(self, run_id: str, site: str, *, sample: str = "") -> Site:
        """What checks across pages are given. ``sample``: how pages were chosen, where the run's record is silent."""
        return acrossing.Reading(self._db, self._site_id(run_id, site), self._digest).site(sample)

    @patient
    def finish_across(self, run_id: str, site: str, outcomes: Sequence[SiteOutcome]) -> None:
        """Store what checks across pages say of a site, in the place of what they said of it earlier in this run."""
        site_id = self._site_id(run_id, site)
        rules, findings = self._interning.across(site, [one.outcome for one in outcomes])

        def work(conn: Connection) -> None:
            self._lock_site(conn, site_id)
            acrossing.replace(conn, site_id, outcomes, rules, findings)

        self._db.write(work)


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
