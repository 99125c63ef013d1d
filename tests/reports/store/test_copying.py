"""A copy says what its source says and goes on where it stood; a store that is not whole is told so."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from store_helpers import audit, audited, begin, exposed, fails, finding, nine_digits, passes, url

from audits.model import Basis, DocumentFacts, Link, PageFacts, PartFacts
from reports.store import checking, copying, schema
from reports.store.database import Database, StoreError
from reports.store.store import Store

KEY = b"a key for tests"
BAD = fails(finding(evidence="a.png"), finding(selector="img.b", part="header", snippet="<img>"))


def pages():
    part = PartFacts(key="header", name="Header", role="banner")
    return {
        "a": audited(
            BAD,
            fails(exposed("value", KEY)),
            passes("axe/label"),
            title="Ça",
            links=(Link(url=url("c"), depth=1), Link(url=url(f"d?sin={nine_digits(1)}"), depth=1)),
            facts=PageFacts(parts=(part,), heading="A"),
            basis=Basis(judged_by="all", content="ab" * 16),
            timings={"fetch": 0.1},
        ),
        "b": audited(passes(), document=DocumentFacts(kind="pdf")),
    }


@pytest.fixture
def filled(store):
    audit(store, "r1", pages())
    audit(store, "r2", pages())
    store.record("reveal", {"run": "r1", "site": "main", "finding": "x-1", "by": "Privacy officer"})
    return store


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request, tmp_path):
    if request.param == "sqlite":
        return tmp_path / "new" / "copy.db"
    return request.getfixturevalue("another_postgresql")


def copied(where, target):
    source, new = Database(where), Database(target)
    try:
        return copying.copy(source, new)
    finally:
        source.close()
        new.close()


def told(store):
    return [list(store.findings("r2")), store.site_data("r2", "main"), store.log_entries(), store.runs()]


def test_a_copy_says_the_same_and_goes_on(filled, where, target, guard, clock):
    rows = copied(where, target)

    with Store.open(target, guard=guard, now=clock) as copy:
        assert told(copy) == told(filled)
        assert copy.verify_log({}) == filled.verify_log({})
        audit(copy, "r3", {"a": pages()["a"], "b": audited(fails(finding("axe/label", snippet="<new>")))})
        states = {one.rule: one.state for one in copy.site_data("r3", "main").issues}
    assert rows["run"] == 2
    assert rows["page"] == 8
    assert states == {"axe/image-alt": "open", "pii/ca-sin": "open", "axe/label": "new"}
    assert list(filled.findings("r2"))
    assert faults(target) == []


def test_a_page_whose_parent_came_later_is_copied(filled, where, target):
    db = Database(where)
    page = schema.page
    first, last = min(ids := db.write(lambda conn: conn.scalars(select(page.c.id)).all())), max(ids)
    db.write(lambda conn: conn.execute(update(page).where(page.c.id == first).values(parent_id=last)))

    copied(where, target)

    new = Database(target)
    with new.read() as conn:
        assert conn.scalar(select(page.c.parent_id).where(page.c.id == first)) == last
        origins = conn.scalars(select(page.c.parent_id).order_by(page.c.id)).all()
    with db.read() as conn:
        assert conn.scalars(select(page.c.parent_id).order_by(page.c.id)).all() == origins
    db.close()
    new.close()


def test_only_an_empty_store_is_copied_into(filled, where, target, guard):
    with Store.open(target, guard=guard) as other:
        audit(other, "theirs", {"x": audited(passes())})

    with pytest.raises(StoreError, match="there is a store already"):
        copied(where, target)

    with Store.open(target, guard=guard) as other:
        assert [run.id for run in other.runs()] == ["theirs"]


def test_a_copy_that_breaks_off_leaves_nothing(filled, where, target, monkeypatch):
    whole = copying._table

    def broken(there, here, table):
        if table.name == "found":
            raise OSError("the line is cut")
        return whole(there, here, table)

    monkeypatch.setattr(copying, "_table", broken)
    with pytest.raises(OSError, match="the line is cut"):
        copied(where, target)
    monkeypatch.undo()

    assert copied(where, target)["found"] == 2


def test_what_is_being_audited_is_copied_as_it_stands(filled, where, target, guard, clock):
    begin(filled, "r3")
    filled.add_links("r3", "main", [Link(url=url("a")), Link(url=url("z"))])
    (held,) = filled.lease("r3", "main", owner="w", limit=1, seconds=60)

    copied(where, target)

    assert filled.finish(held, pages()["a"])
    with Store.open(target, guard=guard, now=clock) as copy:
        assert copy.pending("r3", "main") == 2


# Looked over


def faults(where, pictures=("a.png",)):
    db = Database(where)
    try:
        return list(checking.faults(db, lambda: pictures))
    finally:
        db.close()


def damage(where, *statements):
    db = Database(where)

    def work(conn):
        if db.is_sqlite:
            conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for one in statements:
            conn.execute(text(one))

    db.write(work)
    db.close()


def test_a_store_that_is_whole_has_no_fault(filled, where):
    assert faults(where) == []


def test_purged_and_carried_and_unfinished_runs_are_no_fault(filled, where):
    filled.purge(lambda held, holds: [one for one in held if one.run_id == "r1"], {"by": "Clerk", "reason": "due"})
    begin(filled, "r3")
    filled.add_links("r3", "main", [Link(url=url("a"))])

    assert faults(where) == []


BROKEN = {
    "snippet": ("UPDATE snippet SET body = (SELECT body FROM snippet WHERE id = 2) WHERE id = 1", "1 rows of snippet"),
    "no markup": ("UPDATE snippet SET digest = body WHERE id = 1", "1 rows of snippet"),
    "phrase": ("UPDATE phrase SET body = 'another' WHERE id = 1", "1 rows of phrase"),
    "facts": ("UPDATE facts SET body = (SELECT digest FROM layout LIMIT 1)", "2 rows of facts"),
    "place": ("UPDATE found SET body = '[[99,1]]'", "2 pages have findings that name what is not there: "),
    "markup": ("UPDATE found SET body = '[[1,99]]'", "2 pages have findings that name what is not there: "),
    "counts": ("UPDATE sighting SET places = places + 1 WHERE site_id = 1", "the counts of site main in run r1"),
    "no count": ("DELETE FROM sighting WHERE site_id = 2", "the counts of site main in run r2"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_told(filled, where, name):
    statement, said = BROKEN[name]
    damage(where, statement)

    found = faults(where)

    assert any(one.startswith(said) for one in found), found


def test_a_picture_that_is_missing_is_told_and_one_that_nobody_shows(filled, where):
    assert faults(where, ["b.png"]) == ["1 pictures that findings show are missing: a.png"]
    db = Database(where)
    assert checking.unused(db, ["a.png", "b.png"]) == {"b.png"}
    db.close()


@pytest.mark.parametrize("where_in_it", [0, 0.5])
def test_a_file_that_is_damaged_is_told(file_store, tmp_path, where_in_it):
    audit(file_store, "r1", {n: pages()["a"] for n in range(40)})
    file_store.compact()
    path: Path = tmp_path / "store.db"
    file_store.close()
    raw = bytearray(path.read_bytes())
    at = int(len(raw) * where_in_it) // 4096 * 4096
    raw[at : at + 64] = b"\xff" * 64
    path.write_bytes(raw)

    assert all(one.startswith("the file is damaged: ") for one in faults(path))
    assert faults(path)
