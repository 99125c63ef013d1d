"""The log is only added to; what was changed behind its back is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reports.store.database import Database


@pytest.fixture
def three(store):
    for n in range(3):
        store.record("reveal", {"run": "r1", "site": "main", "finding": f"x-{n}", "by": "Privacy officer"})
    return store


def tampered(where, *statements):
    """Change the tables like somebody who may do everything."""
    db = Database(where)

    def work(conn):
        if db.is_sqlite:
            for name in ("log_kept", "log_unchanged", "log_emptied"):
                conn.execute(text(f"DROP TRIGGER {name}"))
        else:
            conn.execute(text("ALTER TABLE log DISABLE TRIGGER ALL"))
        for statement in statements:
            conn.execute(text(statement))

    db.write(work)
    db.close()


def test_entries_come_back_in_order_and_verify(three, clock):
    entries = three.log_entries()

    checked = three.verify_log({})

    assert [(one.seq, one.kind, one.facts["finding"], one.at) for one in entries] == [
        (n + 1, "reveal", f"x-{n}", clock.moment) for n in range(3)
    ]
    assert (checked.entries, checked.head, checked.anchored, checked.faults) == (3, entries[-1].hash, 0, ())


def test_an_empty_log_verifies(store):
    assert store.verify_log({}).faults == ()


def test_entries_of_many_at_once_make_one_chain(store):
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: store.record("reveal", {"finding": f"x-{n}"}), range(24)))

    checked = store.verify_log({})

    assert (checked.entries, checked.faults) == (24, ())


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log",
        "UPDATE log SET at = '2001-01-01T00:00:00+00:00'",
        "UPDATE log SET kind = 'hold'",
        "UPDATE log SET facts = '{}'",
        "UPDATE log SET hash = 'x'",
        "UPDATE log SET seq = seq + 10",
    ],
)
def test_the_database_itself_refuses_a_change(three, where, statement):
    db = Database(where)

    with pytest.raises(DBAPIError, match="append-only"):
        db.write(lambda conn: conn.execute(text(statement)))

    db.close()
    assert three.verify_log({}).faults == ()


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["DELETE FROM log WHERE seq = 2"], "entries 2 to 2 are missing"),
        (["DELETE FROM log WHERE seq = 1"], "entries 1 to 1 are missing"),
        (["UPDATE log SET facts = replace(facts, 'x-1', 'x-9')"], "entry 2 was changed: what it tells"),
        (["UPDATE log SET at = '2001-01-01T00:00:00+00:00' WHERE seq = 2"], "entry 2 was changed: its hash"),
        (["UPDATE log SET kind = 'hold-lifted' WHERE seq = 3"], "entry 3 was changed: its hash"),
        (["UPDATE log SET facts = NULL WHERE seq = 2"], "entry 2 was emptied, and no purge says so"),
        (["UPDATE log SET hash = previous WHERE seq = 2"], "entry 3 does not follow entry 2"),
        (["DELETE FROM log WHERE seq = 2", "UPDATE log SET seq = 2 WHERE seq = 3"], "entry 2 does not follow entry 1"),
    ],
)
def test_what_was_changed_behind_its_back_is_told(three, where, statements, told):
    tampered(where, *statements)

    faults = three.verify_log({}).faults

    assert any(str(fault).startswith(told) for fault in faults), faults


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET facts = x'ff00' WHERE seq = 2",
        "UPDATE log SET at = x'ff00' WHERE seq = 2",
        "UPDATE log SET kind = x'ff00' WHERE seq = 2",
        "UPDATE log SET hash = x'ff00' WHERE seq = 2",
    ],
)
def test_bytes_in_the_place_of_words_are_a_change_and_no_fault_of_ours(file_store, tmp_path, statement):
    for n in range(3):
        file_store.record("anchor", {"seq": n, "where": "e-mail"})
    tampered(tmp_path / "store.db", statement)  # PostgreSQL keeps no bytes there

    assert any(fault.seq == 2 for fault in file_store.verify_log({}).faults)


def test_only_an_anchor_shows_that_the_end_was_cut_off(three, where):
    head = three.verify_log({}).head
    tampered(where, "DELETE FROM log WHERE seq = 3")

    assert three.verify_log({}).faults == ()
    assert tuple(map(str, three.verify_log({3: head}).faults)) == ("entry 3, of which you have the hash, is missing",)


def test_only_an_anchor_shows_that_all_was_written_anew(three, where):
    head = three.verify_log({}).head
    tampered(where, "DELETE FROM log")
    for n in range(3):
        three.record("reveal", {"finding": f"x-{n + 7}"})

    assert three.verify_log({}).faults == ()
    assert tuple(map(str, three.verify_log({3: head}).faults)) == ("entry 3 has another hash than the one you have",)


def test_anchors_that_agree_say_how_far(three):
    hashes = {entry.seq: entry.hash for entry in three.log_entries()}

    assert three.verify_log({2: hashes[2]}).anchored == 2
    assert three.verify_log({1: hashes[1], 3: hashes[3]}).anchored == 3


def test_what_a_purge_empties_leaves_a_tombstone(three):
    entry = three.purge(lambda held, holds: [], {"by": "Clerk"}, emptied=[1, 2])

    checked = three.verify_log({entry.seq: entry.hash})

    assert (checked.faults, checked.emptied, checked.anchored) == ((), 2, 4)
    assert [one.facts is None for one in three.log_entries()] == [True, True, False, False]


def test_holds_last_until_they_are_lifted(store):
    told = {"kind": "legal", "site": "", "by": "Solicitor", "reason": "Claim 12"}
    store.record("hold", told)
    store.record("hold", told | {"site": "main", "kind": "access-request"})
    store.record("hold-lifted", {"hold": "h-1", "by": "Solicitor", "reason": "Settled"})

    assert [(one.id, one.kind, one.site, one.by, one.reason) for one in store.holds()] == [
        ("h-2", "access-request", "main", "Solicitor", "Claim 12")
    ]
