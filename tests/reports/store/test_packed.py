"""Findings that stood in rows are packed by the migration, and nobody who reads them can tell."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import insert, inspect, select, text
from store_helpers import audit, audited, fails, finding, passes, url

from audits.model import Finding, Outcome, Verdict
from audits.site_check import SiteFinding, SiteOutcome
from reports.store import schema
from reports.store.database import Database
from reports.store.store import Store

#: More than the migration takes at once.
MANY = 1_001
ROWS = """
    CREATE TABLE rows (page_id BIGINT NOT NULL REFERENCES page (id), n INTEGER NOT NULL,
        place_id BIGINT NOT NULL REFERENCES place (id), evidence VARCHAR, PRIMARY KEY (page_id, n))
"""
SPREAD = """
    CREATE TABLE spread_before (page_id BIGINT NOT NULL, n INTEGER NOT NULL, seen_on {bytes} NOT NULL,
        about {bytes} NOT NULL, CONSTRAINT pk_spread_before PRIMARY KEY (page_id, n),
        CONSTRAINT fk_spread_page_id_n FOREIGN KEY (page_id, n) REFERENCES rows (page_id, n))
"""

#: What later migrations made.
LATER = (
    *(f"DROP TABLE {name}" for name in ("shared", "picture", "walk", "pace", "turn")),
    "ALTER TABLE page DROP COLUMN deaths",
    "ALTER TABLE sighting DROP COLUMN to_check",
)


def unpacked(conn):
    """Put a store back as it was at 0011."""
    postgresql = conn.dialect.name == "postgresql"
    conn.execute(text("ALTER TABLE place ADD COLUMN snippet TEXT NOT NULL DEFAULT ''"))
    finding = schema.finding
    query = select(finding.c.place_id, schema.snippet.c.body)
    for place_id, body in conn.execute(query.join(schema.snippet, schema.snippet.c.id == finding.c.snippet_id)).all():
        conn.execute(text("UPDATE place SET snippet = :body WHERE id = :id"), {"body": body, "id": place_id})
    conn.execute(text(ROWS))
    conn.execute(text("INSERT INTO rows SELECT page_id, n, place_id, evidence FROM finding"))
    conn.execute(text(SPREAD.format(bytes="BYTEA" if postgresql else "BLOB")))
    conn.execute(text("INSERT INTO spread_before SELECT page_id, n, seen_on, about FROM spread"))
    for statement in (
        *LATER,
        "DROP TABLE spread",
        "DROP VIEW finding",
        "DROP TABLE found",
        "DROP TABLE snippet",
        "ALTER TABLE rows RENAME TO finding",
        "ALTER TABLE spread_before RENAME TO spread",
        "UPDATE alembic_version SET version_num = '0011'",
    ):
        conn.execute(text(statement))
    if postgresql:
        conn.execute(text("ALTER INDEX pk_spread_before RENAME TO pk_spread"))


def told(store, run_id):
    return list(store.findings(run_id)), store.site_data(run_id, "main").issues


def across(store, run_id):
    """One finding across pages, on a page that has findings of its own and on one that has none."""
    ids = {one.url: one.id for one in store.page_outcomes(run_id, "main")}
    found = tuple(
        Finding(rule="site/broken-link", verdict=Verdict.FAIL, message="A dead link.", fingerprint=f"1:{path}")
        for path in ("a", "good")
    )
    each = tuple(SiteFinding(page=ids[url(one.fingerprint[2:])], finding=one, seen_on=(), about=()) for one in found)
    outcome = Outcome(rule="site/broken-link", verdict=Verdict.FAIL, findings=found)
    store.finish_across(run_id, "main", [SiteOutcome(outcome=outcome, found=each, looked_at=None)])
    store.finish_site(run_id, "main", "complete")


def test_a_store_with_a_row_for_each_finding_says_the_same_when_they_are_packed(where, store, guard, clock):
    logo = finding("axe/link-name", selector="a.logo", part="header", snippet="<a class='logo'>", evidence="x.png")
    image = [finding(selector=f"img:nth-child({n})", snippet="<img>" if n else "<img alt>") for n in range(3)]
    many = {f"p{n}": audited(fails(finding(snippet=f"<img id='{n}'>", selector=f"#i{n}"))) for n in range(MANY)}
    pages = many | {"a": audited(fails(*image), fails(logo)), "b": audited(fails(logo)), "good": audited(passes())}
    audit(store, "r1", pages)
    across(store, "r1")
    found, issues = told(store, "r1")
    store.close()
    db = Database(where)
    db.write(unpacked)
    assert {"finding"} <= set(inspect(db.engine).get_table_names())

    with Store.open(where, guard=guard, now=clock) as store:
        after = told(store, "r1")
        audit(store, "r2", {"a": audited(fails(image[0]), passes("axe/link-name")), "b": pages["b"]})
        states = {(one.rule, one.part_key): one.state for one in store.site_data("r2", "main").issues}

    assert len(found) > 10
    # How many places are only suspected is counted when a site ends: nobody counted them then.
    assert after == (found, tuple(replace(issue, to_check=None) for issue in issues))
    assert states["axe/link-name", "header"] == states["axe/image-alt", "content"] == "open"
    with db.engine.connect() as conn:
        number = {table.name: len(conn.execute(select(table)).all()) for table in (schema.found, schema.snippet)}
        evidence = conn.scalars(select(schema.finding.c.evidence).distinct()).all()
    # Two other pages, two findings across pages, two pages of the second run.
    assert number == {"found": MANY + 6, "snippet": MANY + 4}
    assert set(evidence) == {None, "x.png"}
    db.close()


def test_new_markup_is_taken_after_a_migration(where, store, guard, clock):
    """PostgreSQL numbers rows by a sequence, which knows nothing of rows that came with their numbers."""
    audit(store, "r1", {"a": audited(fails(finding(snippet="<img>")))})
    store.close()
    db = Database(where)
    db.write(unpacked)
    db.upgrade()

    db.write(lambda conn: conn.execute(insert(schema.snippet).values(digest=b"1" * 12, body="<b>")))

    with db.engine.connect() as conn:
        assert conn.scalars(select(schema.snippet.c.body).order_by(schema.snippet.c.id)).all() == ["<img>", "<b>"]
    db.close()
