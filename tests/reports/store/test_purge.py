"""What is purged is gone from the files, and what is left still tells the truth."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select
from store_helpers import (
    audit,
    audited,
    begin,
    exposed,
    fails,
    finding,
    nine_digits,
    passes,
    run_record,
    site_record,
    url,
)

from audits.model import Asset, Basis, DocumentFacts, Link, PageFacts, PartFacts
from reports.store import schema
from reports.store.database import Database, StoreError
from reports.store.store import Store

KEY = b"a key for tests"
BASIS = Basis(judged_by="all", content="ab" * 16)


def everything(word: str):
    """A page whose every text has ``word`` in it."""
    found = exposed(
        f"value {word}", KEY, snippet=f"snippet-{word}", selector=f"#selector-{word}", message=f"message-{word}"
    )
    picture = finding(snippet=f"image-{word}", selector=f"#picture-{word}", evidence=f"{word}.png")
    part = PartFacts(key="header", name=f"part-{word}", role="banner")
    return audited(
        fails(found),
        fails(picture),
        passes("axe/label", reason=""),
        title=f"title-{word}",
        links=(Link(url=url(f"linked-{word}")), Link(url=url(f"sealed-{word}?sin={nine_digits(1)}"))),
        facts=PageFacts(parts=(part,), heading=f"heading-{word}"),
        document=DocumentFacts(kind="pdf", made_with=f"tool-{word}", modified=f"date-{word}", left_out=f"why-{word}"),
        basis=replace(BASIS, assets=(Asset(url=url(f"asset-{word}.css"), kind="stylesheet", etag=f"etag-{word}"),)),
        states={f"menu: {word}": "seen"},
        timings={f"step-{word}": 1.0},
    )


def choose(*runs):
    """Take what these runs hold."""
    return lambda held, holds: [one for one in held if one.run_id in runs]


def rows(db, word):
    """Table.column of everything that still holds a word."""
    found = []
    with db.engine.connect() as conn:
        for table in schema.metadata.sorted_tables:
            for row in conn.execute(select(table)).mappings():
                found += [f"{table.name}.{name}" for name, value in row.items() if word in str(value)]
    return found


def on_disk(where, db, word):
    """Files of the database that hold the word."""
    if isinstance(where, Path):
        return [path.name for path in where.parent.iterdir() if path.is_file() and word.encode() in path.read_bytes()]
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("CHECKPOINT")
        folder = conn.exec_driver_sql("SHOW data_directory").scalar()
        base = conn.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar()
    asked = ["grep", "-rl", word, f"{folder}/base/{base}"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()


def is_deflated_in(where, snippet):
    """Whether the file of a database holds the markup as it is stored."""
    deflated = schema.Markup().process_bind_param(snippet, None)
    files = where.parent.iterdir() if isinstance(where, Path) else ()
    return any(deflated in path.read_bytes() for path in files if path.is_file())


def test_a_purge_leaves_nothing_in_tables_and_files(store, where, clock):
    audit(store, "r1", {"a": everything("vanish"), "b": everything("remain")})
    audit(store, "r2", {"b": everything("remain")})
    for run in ("r1", "r2"):  # two that several workers shared, and that never came to their end
        store.sharing.put_plan(run, b"sealed")
        store.sharing.put_picture(run, "a.png", b"vanish" if run == "r1" else b"remain")
    db = Database(where)
    holding = {name.partition(".")[0] for name in rows(db, "vanish")}
    assert holding >= {"page", "place", "phrase", "asset", "found", "snippet", "picture"}
    store._db.compact()
    assert on_disk(where, db, "vanish")  # or the test would prove nothing
    assert is_deflated_in(where, "snippet-vanish") is isinstance(where, Path)
    names = []

    entry = store.purge(choose("r1"), {"by": "Clerk", "reason": "due"}, files=names.extend)
    store.compact()

    assert names == ["vanish.png"]
    assert rows(db, "vanish") == []
    assert on_disk(where, db, "vanish") == []
    assert not is_deflated_in(where, "snippet-vanish")
    assert on_disk(where, db, "remain")
    assert store.purged_runs() == {"r1": entry.seq}
    assert (store.sharing.plan("r1"), store.sharing.plan("r2")) == (None, b"sealed")
    assert entry.facts["removed"] == [{"run": "r1", "site": "main", "pages": 6, "findings": 4}]
    db.close()


def test_a_store_that_is_being_read_says_that_it_was_not_written_anew(file_store, tmp_path, monkeypatch):
    monkeypatch.setattr("reports.store.database._COMPACT_SECONDS", 0)
    audit(file_store, "r1", {"a": everything("vanish")})
    reader = Database(tmp_path / "store.db")
    with reader.read() as conn:
        conn.execute(select(schema.run)).all()
        file_store.purge(choose("r1"), {})

        with pytest.raises(StoreError, match="may still stand in the file"):
            file_store.compact()
    file_store.compact()
    reader.close()

    assert on_disk(tmp_path / "store.db", None, "vanish") == []


def test_bodies_that_are_packed_are_purged_too(store, where):
    audit(store, "r1", {"a": everything("vanish"), "b": everything("remain")})
    audit(store, "r2", {"b": everything("remain")})
    db = Database(where)
    tables = ("layout", "facts", "basis", "value", "place", "snippet", "asset")

    def count():
        with db.engine.connect() as conn:
            return {
                name: conn.scalar(select(func.count()).select_from(schema.metadata.tables[name])) for name in tables
            }

    before = count()
    store.purge(choose("r1"), {})

    assert before == {"layout": 2, "facts": 3, "basis": 3, "value": 2, "place": 4, "snippet": 4, "asset": 2}
    assert count() == {"layout": 1, "facts": 1, "basis": 1, "value": 1, "place": 2, "snippet": 2, "asset": 1}
    db.close()


def test_what_stays_is_as_it_was(store, clock):
    audit(store, "r1", {"a": everything("vanish"), "b": everything("remain")})
    audit(store, "r2", {"b": everything("remain"), "c": audited(fails(finding("axe/label")))})
    before, lines = store.site_data("r2", "main"), list(store.findings("r2"))

    store.purge(choose("r1"), {})

    assert store.site_data("r2", "main") == before
    assert list(store.findings("r2")) == lines
    assert [(one["run"], one["pages"]) for one in before.history] == [("r1", 2)]
    assert [run.id for run in store.runs()] == ["r1", "r2"]


def test_a_later_audit_goes_on_from_what_stays(store, where, guard, clock):
    audit(store, "r1", {"a": everything("vanish")})
    store.purge(choose("r1"), {})
    store.close()

    with Store.open(where, guard=guard, now=clock) as again:
        audit(again, "r2", {"a": audited(passes(), passes("pii/ca-sin"))})
        states = {issue.rule: issue.state for issue in again.site_data("r2", "main").issues}

    assert states == {"axe/image-alt": "not-checked", "pii/ca-sin": "not-checked"}  # nobody knows where it was


def test_every_table_is_thought_of(store, where):
    """A new table that refers to pages or places must be purged too, or this fails on its foreign key."""
    db = Database(where)
    thought_of = {
        "page", "outcome", "found", "snippet", "spread", "basis", "facts", "across", "place", "value", "phrase",
        "layout", "asset", "document", "shared", "picture",
    }  # fmt: skip
    kept = {"meta", "run", "site", "rule", "part", "issue", "sighting", "life", "log", "purged", "alembic_version"}
    of_hosts = {"walk", "pace", "turn"}  # when a site was begun, how often a host is asked

    assert set(inspect(db.engine).get_table_names()) == thought_of | kept | of_hosts
    db.close()


def test_use_is_the_end_of_the_run_or_a_later_look(store, clock):
    audit(store, "r1", {"a": everything("one")})
    ended = clock.moment
    clock.wait(3600)
    audit(store, "r2", {"a": everything("one")})
    looked = clock.moment + timedelta(days=3)
    clock.moment = looked
    store.record("reveal", {"run": "r1", "site": "main", "finding": "x-1"})
    store.record("reveal", {"run": "r2", "site": "other", "finding": "x-1"})

    used = {one.run_id: one.used for one in store.holdings()}

    assert used == {"r1": looked, "r2": ended + timedelta(hours=1)}


def test_a_run_whose_pages_are_carried_is_used_by_the_later_one(store, clock):
    page = audited(passes(), basis=BASIS)
    audit(store, "r1", {"a": page})
    clock.wait(86_400)
    begin(store, "r2")
    store.add_links("r2", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
    (earlier,) = store.earlier([lease], days=700).values()
    assert store.finish(lease, replace(audited(), carried=earlier))
    store.finish_run("r2", "complete")

    first, second = store.holdings()

    assert (first.carried_by, second.carried_by) == (("r2",), ())
    assert first.used == second.used == clock.moment

    store.purge(choose("r1", "r2"), {})
    assert store.holdings() == ()


def test_a_purge_that_refuses_changes_nothing(store):
    audit(store, "r1", {"a": everything("one")})
    before = store.holdings()

    def refuse(held, holds):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.purge(refuse, {})

    assert store.holdings() == before
    assert store.log_entries() == ()


def test_pictures_that_cannot_be_removed_stop_the_purge(store):
    audit(store, "r1", {"a": everything("one")})

    def fail(names):
        raise PermissionError

    with pytest.raises(PermissionError):
        store.purge(choose("r1"), {}, files=fail)

    assert [one.run_id for one in store.holdings()] == ["r1"]
    assert store.log_entries() == ()


def test_no_purge_while_an_audit_is_under_way(store, clock):
    audit(store, "r1", {"a": everything("one")})
    begin(store, "r2")
    store.add_links("r2", "main", [Link(url=url("a"))])
    store.lease("r2", "main", owner="w", limit=1, seconds=60)

    with pytest.raises(StoreError, match="under way"):
        store.purge(choose("r1"), {})
    clock.wait(61)
    store.purge(choose("r1"), {})


def test_one_site_of_a_run_may_go_alone(store):
    store.begin_run(run_record("r1"))
    for key in ("main", "library"):
        store.begin_site(site_record("r1", key))
        store.add_links("r1", key, [Link(url=url(key))])
        for lease in store.lease("r1", key, owner="w", limit=9, seconds=60):
            store.finish(lease, everything(key))
        store.finish_site("r1", key, "complete")

    store.purge(lambda held, holds: [one for one in held if one.site == "main"], {})

    assert [one.site for one in store.holdings()] == ["library"]
    assert store.site_data("r1", "library").issues
