"""What workers of one run tell each other: its plan, which sites were begun, how often a host is asked by all, and on
which pages a process died.

Moments are seconds since 1970 by the database's clock: those of the workers may differ.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from audits.model import HostPace, PageOutcome
from reports.store import schema
from reports.store.database import Database, StoreError

_page, _shared, _picture, _walk = schema.page, schema.shared, schema.picture, schema.walk
_pace, _turn = schema.pace, schema.turn

#: A page that outlives this many workers is the reason they die. Who is killed by chance holds other pages too.
MAX_ATTEMPTS = 5
DIED = f"{MAX_ATTEMPTS} workers died on it"
#: The same where somebody saw the process die that had the page: the second time it had no other.
MAX_DEATHS = 2
KILLS = "processes died on it twice"

#: A turn that nobody renewed for so long was its worker's last.
TURN_SECONDS = 12.0
#: What was learned of a host is worth nothing after so many seconds in which nobody asked it.
FORGOTTEN = 600.0


class Sharing:
    """Satisfies ``audits.model.Paces``. Safe to use from many threads."""

    def __init__(
        self, database: Database, site_id: Callable[[str, str], int], moment: Callable[[Connection], datetime]
    ) -> None:
        self._db = database
        self._site_id = site_id
        self._moment = moment

    # Plans

    def put_plan(self, run_id: str, sealed: bytes) -> None:
        """Let others work on a run."""

        def work(conn: Connection) -> None:
            run = conn.scalar(select(schema.run.c.seq).where(schema.run.c.id == run_id))
            if run is None:
                raise StoreError(f"{self._db.name}: there is no run {run_id!r} in this store")
            self._db.insert_new(conn, _shared, [{"run": run, "plan": sealed}])

        self._db.write(work)

    def plan(self, run_id: str) -> bytes | None:
        """The sealed plan; None once the run is over, or where it was never shared."""

        def ask() -> bytes | None:
            with self._db.read() as conn:
                query = select(_shared.c.plan).join(schema.run, schema.run.c.seq == _shared.c.run)
                return conn.scalar(query.where(schema.run.c.id == run_id))

        return self._db.patiently(ask)

    def drop_plan(self, run_id: str) -> None:
        """The run is over, and everybody was told."""
        runs = select(schema.run.c.seq).where(schema.run.c.id == run_id)

        def work(conn: Connection) -> None:
            for table in (_shared, _picture):
                conn.execute(delete(table).where(table.c.run.in_(runs)))

        self._db.write(work)

    def note(self, run_id: str, told: Callable[[Sequence[str]], Sequence[str]]) -> None:
        """Change a run's notes, which nobody else changes meanwhile."""
        this = schema.run.c.id == run_id

        def work(conn: Connection) -> None:
            notes = conn.scalar(select(schema.run.c.notes).where(this).with_for_update())
            conn.execute(update(schema.run).where(this).values(notes=list(told(notes or ()))))

        self._db.write(work)

    # Pictures

    def put_picture(self, run_id: str, name: str, body: bytes) -> None:
        """Keep a picture until the run is over. What lies in a folder of this machine, nobody else sees."""

        def work(conn: Connection) -> None:
            run = conn.scalar(select(schema.run.c.seq).where(schema.run.c.id == run_id))
            self._db.insert_new(conn, _picture, [{"run": run, "name": name, "body": body}])

        self._db.write(work)

    def pictures(self, run_id: str) -> Iterator[tuple[str, bytes]]:
        """Names and contents, one at a time."""
        runs = select(schema.run.c.seq).where(schema.run.c.id == run_id)
        with self._db.read() as conn:
            names = conn.scalars(
                select(_picture.c.name).where(_picture.c.run.in_(runs)).order_by(_picture.c.name)
            ).all()
        for name in names:
            with self._db.read() as conn:
                body = conn.scalar(select(_picture.c.body).where(_picture.c.run.in_(runs), _picture.c.name == name))
            if body is not None:
                yield name, bytes(body)

    # Sites

    def begin(self, run_id: str, site: str) -> tuple[float, bool]:
        """Seconds since somebody began with a site, and whether robots.txt and sitemaps were read."""
        site_id = self._site_id(run_id, site)

        def work(conn: Connection) -> tuple[float, bool]:
            now = self._db.now(conn)
            self._db.insert_new(conn, _walk, [{"site_id": site_id, "begun": now}])
            row = conn.execute(select(_walk).where(_walk.c.site_id == site_id)).one()
            return max(0.0, now - row.begun), row.opened

        return self._db.write(work)

    def opened(self, run_id: str, site: str) -> None:
        """Its robots.txt and sitemaps were read to their end."""
        site_id = self._site_id(run_id, site)
        self._db.write(lambda conn: conn.execute(update(_walk).where(_walk.c.site_id == site_id).values(opened=True)))

    def failed(self, run_id: str, site: str) -> int:
        """A process that worked on a site failed: how many did since a page was ended there."""
        site_id = self._site_id(run_id, site)

        def work(conn: Connection) -> int:
            self._db.insert_new(conn, _walk, [{"site_id": site_id, "begun": self._db.now(conn)}])
            row = conn.execute(select(_walk).where(_walk.c.site_id == site_id).with_for_update()).one()
            ended = (_page.c.site_id == site_id, _page.c.outcome.is_not(None))
            now = conn.scalar(select(func.count()).select_from(_page).where(*ended)) or 0
            failures = row.failures + 1 if now == row.ended else 1
            conn.execute(update(_walk).where(_walk.c.site_id == site_id).values(failures=failures, ended=now))
            return int(failures)

        return self._db.write(work)

    # Pages

    def waiting(self, run_id: str, site: str, most: int) -> int:
        """Pages without a final outcome that nobody works on; counted up to ``most``."""
        site_id = self._site_id(run_id, site)

        def ask() -> int:
            with self._db.read() as conn:
                waits = expired(self._moment(conn))
                some = select(_page.c.id).where(_page.c.site_id == site_id, *waits).limit(most)
                return conn.scalar(select(func.count()).select_from(some.subquery())) or 0

        return self._db.patiently(ask)

    def bury(self, run_id: str, owner: str, *, deaths: int = 1) -> int:
        """Give back the pages of a process that ended, its death written down on them where one was seen; their number.

        ``owner``: how the names begin under which it leased them.
        """
        values = {"owner": None, "expires": None, "deaths": _page.c.deaths + deaths}
        held = _held(run_id, owner)
        return self._db.write(lambda conn: conn.execute(update(_page).where(*held).values(values)).rowcount)

    def overdue(self, run_id: str, owner: str, seconds: float) -> bool:
        """Whether a process did not renew its leases since so long: it hangs. ``owner``: how its names begin."""
        with self._db.read() as conn:
            late = ms(self._moment(conn)) - int(seconds * 1000)
            query = select(_page.c.id).where(*_held(run_id, owner), _page.c.expires < late)
            return conn.execute(query.limit(1)).first() is not None

    def given_up(self, run_id: str, site: str) -> int:
        """Pages on which workers died until nobody tried them any more."""
        where = (_page.c.site_id == self._site_id(run_id, site), *_GIVEN_UP)
        with self._db.read() as conn:
            return conn.scalar(select(func.count()).select_from(_page).where(*where)) or 0

    def reopen(self, run_id: str, site: str) -> None:
        """Let a site that was ended be worked on again, and these pages too."""
        site_id = self._site_id(run_id, site)

        def work(conn: Connection) -> None:
            values = {"outcome": None, "reason": None, "attempts": 0, "deaths": 0}
            conn.execute(update(_page).where(_page.c.site_id == site_id, *_GIVEN_UP).values(values))
            conn.execute(update(schema.site).where(schema.site.c.id == site_id).values(state="running", reasons=[]))

        self._db.write(work)

    # Hosts

    def take(
        self, host: str, owner: str, decide: Callable[[HostPace | None, int, float], tuple[HostPace, float]]
    ) -> tuple[str, float]:
        """A turn at a host, or the seconds until it is worth asking again."""

        def work(conn: Connection) -> tuple[str, float]:
            known, now = self._locked(conn, host)
            conn.execute(delete(_turn).where(_turn.c.host == host, _turn.c.expires <= now))
            out = conn.scalar(select(func.count()).select_from(_turn).where(_turn.c.host == host)) or 0
            pace, left = decide(known, out, now)
            self._put(conn, host, pace, now)
            if left > 0:
                return "", left
            turn = uuid.uuid4().hex
            values = {"id": turn, "host": host, "owner": owner, "expires": now + TURN_SECONDS}
            conn.execute(_turn.insert().values(values))
            return turn, 0.0

        return self._db.write(work)

    def give(self, turn: str, host: str, decide: Callable[[HostPace, float], HostPace] | None) -> None:
        """A turn is over."""

        def work(conn: Connection) -> None:
            known, now = self._locked(conn, host)
            # Asked twice because the database was away: learned once.
            if conn.execute(delete(_turn).where(_turn.c.id == turn)).rowcount and known is not None and decide:
                self._put(conn, host, decide(known, now), now)

        self._db.write(work)

    def keep(self, turns: Collection[str]) -> None:
        """Somebody lives, and still has these."""

        def work(conn: Connection) -> None:
            expires = self._db.now(conn) + TURN_SECONDS
            conn.execute(update(_turn).where(_turn.c.id.in_(turns)).values(expires=expires))

        self._db.write(work)

    def _locked(self, conn: Connection, host: str) -> tuple[HostPace | None, float]:
        """A host's pace, nobody else's until the transaction ends; None where it is new, or too old."""
        fresh = {"host": host, "window": 0.0, "gap": 0.0, "delay": 0.0, "next": 0.0, "held": 0.0, "touched": 0.0}
        self._db.insert_new(conn, _pace, [fresh])
        row = conn.execute(select(_pace).where(_pace.c.host == host).with_for_update()).one()
        now = self._db.now(conn)
        if now - row.touched > FORGOTTEN:
            return None, now
        return HostPace(window=row.window, gap=row.gap, delay=row.delay, next=row.next, held=row.held), now

    def _put(self, conn: Connection, host: str, pace: HostPace, now: float) -> None:
        conn.execute(update(_pace).where(_pace.c.host == host).values({**asdict(pace), "touched": now}))


_GIVEN_UP = (_page.c.outcome == PageOutcome.CRASHED.value, _page.c.reason.in_([DIED, KILLS]))


def expired(now: datetime) -> tuple[Any, ...]:
    """Which pages wait, or were leased by somebody who did not renew that."""
    return (_page.c.outcome.is_(None), or_(_page.c.owner.is_(None), _page.c.expires <= ms(now)))


def ms(moment: datetime) -> int:
    """Since 1970, as leases are kept."""
    return int(moment.timestamp() * 1000)


def _held(run_id: str, owner: str) -> tuple[Any, ...]:
    sites = select(schema.site.c.id).join(schema.run).where(schema.run.c.id == run_id)
    mine = _page.c.owner.startswith(owner, autoescape=True)
    return (_page.c.site_id.in_(sites), _page.c.outcome.is_(None), mine)
