"""What monitoring sees of a store: the same counts as everybody, from one moment, without the key."""

import pytest
from sqlalchemy import text
from store_helpers import audit, audited, begin, fails, finding, passes, run_record, url

from audits.model import Link, PageOutcome, PageResult, Verdict
from reports.store.database import Database, StoreError
from reports.store.monitoring import Monitor


def test_it_counts_what_the_store_counts(store, where):
    audit(
        store,
        "r1",
        {
            "a": audited(fails(finding()), passes("pii/sin", Verdict.ERROR, "TimeoutError")),
            "b": audited(passes(), passes("pii/sin", Verdict.ERROR, "TimeoutError"), passes("pii/email")),
            "c": PageResult(outcome=PageOutcome.CRASHED),
        },
    )
    begin(store, "r2", "main", "booking")
    store.add_links("r2", "booking", [Link(url=url(n)) for n in range(3)])

    with Monitor(where) as monitor, monitor.look() as look:
        found = {
            (run.id, site.key): look.outcomes(run.id, site.key) for run in look.runs() for site in look.sites(run.id)
        }
        errors = look.check_errors("r1", "main")

    assert found == {(run, key): store.outcomes(run, key) for run, key in found}
    assert [run for run, _ in found] == ["r1", "r2", "r2"]
    assert found["r2", "booking"] == {None: 3}
    assert found["r1", "main"] == {PageOutcome.AUDITED: 2, PageOutcome.CRASHED: 1}
    assert errors == {"axe": 0, "pii": 2}


def test_a_process_is_at_work_while_its_lease_holds(store, where, clock):
    begin(store)
    store.add_links("r1", "main", [Link(url=url(n)) for n in range(3)])
    store.lease("r1", "main", owner="one", limit=2, seconds=60)
    store.lease("r1", "main", owner="two", limit=1, seconds=60)

    with Monitor(where) as monitor, monitor.look() as look:
        now = look.at_work(clock())
    let_run_out(where)
    with Monitor(where) as monitor, monitor.look() as look:
        later = look.at_work(clock())

    assert (now, later) == (2, 0)


def let_run_out(where):
    """Every lease. Whose clock counts, the server's or this machine's, is the store's."""
    database = Database(where)
    database.write(lambda conn: conn.execute(text("UPDATE page SET expires = 1 WHERE owner IS NOT NULL")))
    database.close()


def test_a_store_of_another_handrail_is_refused_and_left_as_it_is(store, where):
    store.begin_run(run_record())
    other = Database(where)
    other.write(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '0001'")))

    with Monitor(where) as monitor, pytest.raises(StoreError, match="has schema 0001"):
        monitor.check()

    with other.read() as conn:
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"
    other.close()


def test_an_empty_database_is_no_store(new_postgresql):
    with Monitor(new_postgresql) as monitor, pytest.raises(StoreError, match="has schema none"):
        monitor.check()


def test_jobs_of_workers_are_counted_where_there_are_any(store, where):
    with Monitor(where) as monitor, monitor.look() as look:
        before = look.jobs()
    other = Database(where)
    for statement in (
        "CREATE TABLE procrastinate_jobs (id INTEGER, status VARCHAR)",
        "INSERT INTO procrastinate_jobs VALUES (1, 'todo'), (2, 'todo'), (3, 'failed')",
    ):
        other.write(lambda conn, statement=statement: conn.execute(text(statement)))
    other.close()

    with Monitor(where) as monitor, monitor.look() as look:
        assert (before, look.jobs()) == ({}, {"todo": 2, "failed": 1})
