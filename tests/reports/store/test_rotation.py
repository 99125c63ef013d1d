"""After a rotation of keys the same value is the same, and the earlier key is needed only by what was not met since."""

from __future__ import annotations

import hmac
import json

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from store_helpers import PlainGuard, audit, audited, begin, exposed, fails, finding, nine_digits, passes, url

from audits.model import Asset, Basis, Link
from reports.store import database
from reports.store.database import Database, StoreError
from reports.store.store import Store

OLD, NEW, NEWEST = b"the first key", b"the second key", b"the third key"


def hmac_of(value: str, key: bytes) -> str:
    return hmac.new(key, value.encode(), "sha256").hexdigest()


@pytest.fixture
def opened(where, clock):
    """``opened(NEW, OLD)``: the store with these keys; all are closed at the end."""
    stores = []

    def start(*keys):
        stores.append(Store.open(where, guard=PlainGuard(*keys), now=clock))
        return stores[-1]

    yield start
    for store in stores:
        store.close()


def told(store, run_id):
    """Fingerprint -> HMAC of every exposure of a run."""
    lines = [line for line in store.findings(run_id) if line["record"] == "finding"]
    return {line["fingerprint"]: line["exposure"]["value_hmac"] for line in lines}


def test_the_same_value_is_the_same_one_after_a_rotation(opened, where):
    first = opened(OLD)
    audit(first, "r1", {"a": audited(fails(exposed("one", OLD)))})
    (known,) = told(first, "r1")
    first.close()

    after = opened(NEW, OLD)
    audit(after, "r2", {"a": audited(fails(exposed("one", NEW, OLD)))})

    (entry,) = after.log_entries()
    assert (entry.kind, entry.facts) == (
        "key-rotated", {"before": PlainGuard(OLD).key_ids[0], "now": PlainGuard(NEW).key_ids[0]}
    )  # fmt: skip
    assert told(after, "r2") == {known: hmac_of("one", NEW)}
    assert told(after, "r1") == {known: hmac_of("one", NEW)}  # the old hash is nowhere any more
    assert after.values_by_key() == {PlainGuard(NEW).key_ids[0]: 1}
    with Database(where).engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM place")).scalar() == 1


def test_it_stays_the_same_when_the_old_key_is_gone_and_after_more_rotations(opened):
    first = opened(OLD)
    audit(first, "r1", {"a": audited(fails(exposed("one", OLD)))})
    (known,) = told(first, "r1")
    first.close()
    second = opened(NEW, OLD)
    audit(second, "r2", {"a": audited(fails(exposed("one", NEW, OLD)))})
    second.close()

    alone = opened(NEW)
    audit(alone, "r3", {"b": audited(fails(exposed("one", NEW)))})
    alone.close()
    third = opened(NEWEST, NEW)
    audit(third, "r4", {"b": audited(fails(exposed("one", NEWEST, NEW)))})

    assert told(third, "r3") == told(third, "r4") == {known: hmac_of("one", NEWEST)}


def test_a_rotation_passed_over_is_made_good(opened):
    first = opened(OLD)
    audit(first, "r1", {"a": audited(fails(exposed("one", OLD)))})
    (known,) = told(first, "r1")
    first.close()

    third = opened(NEWEST, NEW, OLD)
    audit(third, "r2", {"a": audited(fails(exposed("one", NEWEST, NEW, OLD)))})

    assert told(third, "r2") == {known: hmac_of("one", NEWEST)}


def test_another_value_is_another_one(opened):
    first = opened(OLD)
    audit(first, "r1", {"a": audited(fails(exposed("one", OLD)))})
    first.close()

    after = opened(NEW, OLD)
    audit(after, "r2", {"a": audited(fails(exposed("two", NEW, OLD)))})

    assert told(after, "r1").keys().isdisjoint(told(after, "r2"))
    assert after.values_by_key() == {PlainGuard(OLD).key_ids[0]: 1, PlainGuard(NEW).key_ids[0]: 1}


def test_without_the_earlier_key_a_value_not_met_since_looks_new(opened):
    """Why a key is not retired while something rests on it."""
    first = opened(OLD)
    audit(first, "r1", {"a": audited(fails(exposed("one", OLD)))})
    first.close()
    opened(NEW, OLD).close()

    alone = opened(NEW)
    audit(alone, "r2", {"a": audited(fails(exposed("one", NEW)))})

    assert told(alone, "r1").keys().isdisjoint(told(alone, "r2"))


def test_pages_are_the_same_pages_after_a_rotation(opened):
    first = opened(OLD)
    audit(first, "r1", {"a": audited(fails(finding())), "b": audited(fails(finding("axe/label")))})
    first.close()

    after = opened(NEW, OLD)
    audit(after, "r2", {"a": audited(passes()), "c": audited(passes("axe/label"))})

    states = {issue.rule: issue.state for issue in after.site_data("r2", "main").issues}
    assert states == {"axe/image-alt": "fixed", "axe/label": "not-checked"}


def test_a_sealed_address_opens_with_the_new_key_alone(opened):
    address = url(f"request?sin={nine_digits(1)}")
    first = opened(OLD)
    begin(first)
    first.add_links("r1", "main", [Link(url=address)])
    first.close()
    opened(NEW, OLD).close()

    alone = opened(NEW)

    assert [lease.url for lease in alone.lease("r1", "main", owner="w", limit=9, seconds=60)] == [address]
    assert alone.add_links("r1", "main", [Link(url=address)]) == 0


def test_what_an_audit_rests_on_opens_with_the_new_key_alone(opened):
    files = tuple(url(path) for path in (f"photo?sin={nine_digits(2)}", "plain.css"))
    leads_to = url(f"next?sin={nine_digits(3)}")
    basis = Basis(judged_by="all", content="ab" * 16, assets=tuple(Asset(url=one, kind="image") for one in files))
    first = opened(OLD)
    audit(first, "r1", {"a": audited(passes(), basis=basis, links=(Link(url=leads_to),))})
    first.close()
    opened(NEW, OLD).close()

    alone = opened(NEW)
    begin(alone, "r2")
    alone.add_links("r2", "main", [Link(url=url("a"))])
    leases = alone.lease("r2", "main", owner="w", limit=1, seconds=60)
    (earlier,) = alone.earlier(leases, days=900).values()

    assert {one.url for one in earlier.basis.assets} == set(files)
    assert earlier.links == (leads_to,)


@pytest.mark.parametrize("keys", [(NEW,), (NEW, NEWEST), (NEWEST,)])
def test_a_key_that_is_not_among_them_is_refused(opened, keys):
    opened(OLD).close()

    with pytest.raises(StoreError, match="another key"):
        opened(*keys)


def test_the_new_key_alone_is_refused_before_the_store_followed(opened):
    opened(OLD).close()
    opened(NEW, OLD).close()

    opened(NEW).close()
    with pytest.raises(StoreError, match="another key"):
        opened(OLD)


def test_no_rotation_while_an_audit_is_under_way(opened, clock):
    first = opened(OLD)
    begin(first)
    first.add_links("r1", "main", [Link(url=url("a"))])
    first.lease("r1", "main", owner="w", limit=1, seconds=60)

    with pytest.raises(StoreError, match="audit is under way"):
        opened(NEW, OLD)
    clock.wait(61)
    opened(NEW, OLD).close()


def test_a_store_of_before_keeps_its_values(where, clock):
    db = Database(where)
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))

    def old_store(conn):
        config.attributes["connection"] = conn
        command.upgrade(config, "0005")
        conn.execute(text("INSERT INTO phrase VALUES (901, :d, 'said')"), {"d": b"d" * 16})
        conn.execute(text("INSERT INTO rule VALUES (901, 'pii/ca-sin', 'handrail')"))
        conn.execute(text("INSERT INTO part VALUES (901, 'content', 'Content')"))
        conn.execute(text("INSERT INTO issue VALUES (901, 'f', 'E-1', 'main', 'pii/ca-sin', 'exposure', 901)"))
        for n, value in enumerate(("one", "two", "one"), start=1):
            told = {"entity": "CA_SIN", "tier": "report", "score": 0.9, "mask": "*", "where": "text"}
            conn.execute(
                text("INSERT INTO place VALUES (:n, :d, 901, 901, 'fail', 'critical', 'p', 's', 901, 'f', :e, '')"),
                {"n": 900 + n, "d": bytes([n]) * 16, "e": json.dumps(told | {"value_hmac": hmac_of(value, OLD)})},
            )
        plain = PlainGuard(OLD)
        store = Store(db, guard=plain)
        check = store._digest("handrail key check").hex()
        conn.execute(text("INSERT INTO meta VALUES ('key_check', :check)"), {"check": check})

    db.write(old_store)
    db.close()

    with Store.open(where, guard=PlainGuard(NEW, OLD), now=clock) as store:
        assert store.values_by_key() == {PlainGuard(OLD).key_ids[0]: 2}
        audit(store, "r2", {"a": audited(fails(exposed("one", NEW, OLD), exposed("three", NEW, OLD)))})
        by_key = store.values_by_key()

    assert by_key == {PlainGuard(OLD).key_ids[0]: 1, PlainGuard(NEW).key_ids[0]: 2}
