"""What goes in comes out; what may not be read is not in the file."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import PostgreSQL
from sqlalchemy import insert, select, update
from store_helpers import (
    PlainGuard,
    audit,
    audited,
    begin,
    fails,
    finding,
    nine_digits,
    passes,
    run_record,
    site_record,
    url,
)

from audits.model import Exposure, Impact, Kind, Link, PageOutcome, PageResult, Rule, Tier, Verdict
from reports.store import checking, database, schema
from reports.store.database import Database, StoreError
from reports.store.store import Store


def test_migrations_from_empty_end_at_the_models(where):
    db = Database(where)
    db.upgrade()

    with db.engine.connect() as conn:
        differences = compare_metadata(MigrationContext.configure(conn), schema.metadata)

    db.close()
    assert differences == []


def test_the_named_head_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))

    heads = ScriptDirectory.from_config(config).get_heads()

    assert heads == [schema.HEAD]


def test_opening_again_keeps_everything(where, guard):
    with Store.open(where, guard=guard) as store:
        audit(store, "r1", {"a": audited(fails(finding()))})
        before = store.site_data("r1", "main")

    with Store.open(where, guard=guard) as store:
        assert store.site_data("r1", "main") == before


def test_a_server_that_is_not_there_is_told_without_its_password(monkeypatch, guard):
    monkeypatch.setattr(database, "_PAUSES", (0.01,))

    with pytest.raises(StoreError, match="cannot be reached") as told:
        Store.open("postgresql://handrail:open-sesame@127.0.0.1:9/handrail", guard=guard)

    assert "127.0.0.1:9/handrail" in str(told.value)
    assert "sesame" not in str(told.value)


def test_a_server_that_is_just_starting_is_waited_for(monkeypatch, guard):
    server = PostgreSQL()
    try:
        where = server.create("late")
        server.stop()
        threading.Timer(0.5, server.start).start()

        with Store.open(where, guard=guard) as store:
            assert store.runs() == ()
    finally:
        server.close()


def test_a_newer_schema_is_refused(where, guard):
    Store.open(where, guard=guard).close()
    db = Database(where)
    db.write(lambda conn: conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    db.close()

    with pytest.raises(StoreError, match=r"schema 9999.*update this one"):
        Store.open(where, guard=guard)


def test_somebody_elses_database_is_refused(where, guard):
    db = Database(where)
    db.write(lambda conn: conn.exec_driver_sql("CREATE TABLE parking_permit (id INTEGER)"))
    db.close()

    with pytest.raises(StoreError, match="parking_permit"):
        Store.open(where, guard=guard)


def test_another_key_is_refused(where, guard):
    Store.open(where, guard=guard).close()

    with pytest.raises(StoreError, match="another key"):
        Store.open(where, guard=PlainGuard(b"not that key"))


def test_many_may_open_a_new_store_at_once(where, guard):
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: Store.open(where, guard=guard), range(6)))

    assert [store.runs() for store in opened] == [()] * 6
    for store in opened:
        store.close()


@pytest.mark.parametrize("where", ["sqlite://", "mysql://h/db", "https://h/db", ":memory:"])
def test_only_files_and_postgresql(where, guard):
    with pytest.raises(StoreError, match="store"):
        Store.open(where, guard=guard)


def test_an_error_does_not_tell_the_password():
    secret = "hunter2"

    with pytest.raises(StoreError) as caught:
        Database(f"mysql://u:{secret}@h/db")

    assert secret not in str(caught.value)


def test_the_file_is_for_its_owner_only(tmp_path, guard):
    before = os.umask(0)
    try:
        store = Store.open(tmp_path / "new folder" / "store.db", guard=guard)
        begin(store)
    finally:
        os.umask(before)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new folder").iterdir()}
    store.close()
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}


def test_a_file_open_to_others_is_closed(tmp_path, guard):
    path = tmp_path / "store.db"
    path.touch(0o644)

    Store.open(path, guard=guard).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_personal_value_in_a_url_is_nowhere_in_the_file(tmp_path, guard):
    value = nine_digits(seed=4)
    secret, plain = url(f"tax?sin={value}"), url("tax?page=2")
    with Store.open(tmp_path / "store.db", guard=guard) as store:
        begin(store)
        store.add_links("r1", "main", [Link(url=secret), Link(url=plain)])
        leases = store.lease("r1", "main", owner="w", limit=9, seconds=60)
        links = (Link(url=secret + "#top", outcome=PageOutcome.TRAP),)
        result = audited(fails(finding()), links=links, final_url=secret, frames_not_entered=(secret,))

        assert [lease.url for lease in leases] == [secret, plain]
        assert store.finish(leases[0], result)
        readable = [page.url for page in store.page_outcomes("r1", "main")]
        assert readable == [url("tax?sin=[SIN]"), plain, url("tax?sin=[SIN]#top")]
        store.finish_site("r1", "main", "incomplete")
        told = repr(store.site_data("r1", "main")) + repr(list(store.findings("r1"))) + repr(leases)

        files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(files) == {"store.db", "store.db-wal", "store.db-shm"}
    everything = b"".join(files.values())
    assert b"tax?page=2" in everything  # the search would have found it
    assert value.encode() not in everything
    assert value not in told


def test_a_urls_personal_value_does_not_make_two_urls_one(store):
    begin(store)
    people = [Link(url=url(f"tax?sin={nine_digits(seed)}")) for seed in (1, 2)]

    assert store.add_links("r1", "main", people) == 2


def test_runs_come_back_as_they_were(store, clock):
    first = run_record("r1", notes=("asked by the web team",), sample="every tenth page")
    second = run_record("r2", started=first.started + timedelta(days=1))
    store.begin_run(first)
    store.begin_run(second)
    store.finish_run("r2", "complete", ["done"])

    runs = store.runs()

    assert runs == (first, replace(second, state="complete", notes=("done",), finished=clock()))
    assert store.latest_run() == runs[1]
    assert store.latest_run(resumable=True) == first


@pytest.mark.parametrize(("state", "resumable"), [("interrupted", True), ("complete", False), ("incomplete", False)])
def test_only_a_run_cut_short_can_be_resumed(store, state, resumable):
    begin(store)
    store.finish_run("r1", state)

    assert (store.latest_run(resumable=True) is not None) == resumable


def test_an_empty_store_has_no_run(store):
    assert store.latest_run() is None
    assert store.runs() == ()


def test_a_resumed_run_is_the_same_run(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    store.finish_site("r1", "main", "incomplete", ["interrupted"])
    store.finish_run("r1", "interrupted")

    begin(store)

    assert [run.state for run in store.runs()] == ["running"]
    assert [site.state for site in store.sites("r1")] == ["running"]
    assert store.pending("r1", "main") == 1


def test_sites_come_back_as_they_were(store):
    authorization = {"by": "Director, Digital", "on": "2027-02-01", "scope": "all"}
    site = site_record(authorization=authorization, robots_override="asked in writing", min_coverage=0.5)
    store.begin_run(run_record())
    store.begin_site(site)

    store.finish_site("r1", "main", "incomplete", ["30 pages refused us"])

    assert store.sites("r1") == (replace(site, state="incomplete", reasons=("30 pages refused us",)),)
    assert store.site_data("r1", "main").site == store.sites("r1")[0]


@pytest.mark.parametrize(("run_id", "site"), [("r2", "main"), ("r1", "portal")])
def test_what_is_not_there_is_named(store, run_id, site):
    begin(store)

    with pytest.raises(StoreError, match=f"'{run_id}'" if run_id == "r2" else "'portal'"):
        store.pending(run_id, site)


def test_a_moment_without_time_zone_is_refused(store):
    naive = run_record(started=run_record().started.replace(tzinfo=None))

    with pytest.raises(Exception, match="time zone"):
        store.begin_run(naive)


def test_pages_come_back_as_they_were(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"), via="sitemap", depth=1)])
    (lease,) = store.lease("r1", "main", owner="w", limit=1, seconds=60)
    store.finish(
        lease,
        audited(
            passes(),
            title="Parks",
            lang="en-CA",
            content_type="text/html",
            content_sha256="ab" * 32,
            frames_not_entered=("iframe#map",),
            timings={"navigate": 0.2504, "collect.axe": 1.5},
        ),
    )

    (page,) = store.page_outcomes("r1", "main")

    assert (page.url, page.title, page.lang, page.via, page.depth) == (url("a"), "Parks", "en-CA", "sitemap", 1)
    assert (page.outcome, page.reason, page.status, page.content_type) == (PageOutcome.AUDITED, "", 200, "text/html")
    assert page.frames_not_entered == ("iframe#map",)
    assert page.timings.keys() == {"navigate", "collect.axe", "store"}
    assert (page.timings["navigate"], page.timings["collect.axe"]) == (0.25, 1.5)


def test_timings_add_up(store):
    pages = {path: audited(passes(), timings={"navigate": seconds}) for path, seconds in [("a", 1.0), ("b", 3.0)]}
    audit(store, "r1", pages | {"c": audited(passes(), timings={"judge": 0.5})})

    timings = store.timings("r1")

    assert store.timings("r1", "main") == timings
    stored = timings.pop("store")
    assert stored["pages"] == 3
    assert 0 <= stored["max"] < 5
    assert timings == {
        "judge": {"pages": 1, "total": 0.5, "mean": 0.5, "median": 0.5, "max": 0.5},
        "navigate": {"pages": 2, "total": 4.0, "mean": 2.0, "median": 2.0, "max": 3.0},
    }
    assert store.timings("r1", "portal") == {}


def test_tallies_are_exact(store):
    broken = passes("axe/label", Verdict.ERROR, "axe: timeout")
    audit(
        store,
        "r1",
        {
            "a": audited(passes(), passes("axe/label"), passes("axe/video", Verdict.INAPPLICABLE)),
            "b": audited(passes(), broken, passes("axe/video", Verdict.INAPPLICABLE)),
            "c": audited(fails(finding(), finding()), broken, passes("axe/video", Verdict.INAPPLICABLE)),
            "d": audited(passes(verdict=Verdict.REVIEW), passes("axe/label"), passes("axe/video")),
            "e": PageResult(outcome=PageOutcome.TIMEOUT),
        },
    )

    tallies = {tally.rule: tally for tally in store.site_data("r1", "main").tallies}

    assert {
        rule: (tally.fail, tally.review, tally.passed, tally.inapplicable, tally.error)
        for rule, tally in tallies.items()
    } == {"axe/image-alt": (1, 1, 2, 0, 0), "axe/label": (0, 0, 2, 0, 2), "axe/video": (0, 0, 1, 3, 0)}
    assert tallies["axe/label"].reasons == {"axe: timeout": 2}
    assert tallies["axe/image-alt"].reasons == {}


def test_an_error_in_one_try_does_not_hide_behind_a_pass_in_another(store):
    audit(store, "r1", {"a": audited(passes(), passes(verdict=Verdict.ERROR, reason="axe: timeout"))})

    (tally,) = store.site_data("r1", "main").tallies

    assert (tally.passed, tally.error) == (0, 1)


def test_site_data_counts_pages_by_outcome(store):
    begin(store)
    gone = [PageOutcome.NOT_FOUND] * 25 + [PageOutcome.DOCUMENT] * 2 + [PageOutcome.AUDITED] * 3
    links = [Link(url=url(n), depth=30 - n) for n in range(31)]
    store.add_links("r1", "main", [*links, Link(url=url("mail"), outcome=PageOutcome.OUT_OF_SCOPE)])
    for lease, outcome in zip(store.lease("r1", "main", owner="w", limit=30, seconds=60), gone, strict=True):
        store.finish(lease, PageResult(outcome=outcome, frames_not_entered=("iframe", "iframe.ad")))

    data = store.site_data("r1", "main")

    assert data.outcomes == {**Counter(gone), PageOutcome.OUT_OF_SCOPE: 1}
    assert data.pending == 1
    assert {name: len(pages) for name, pages in data.skipped.items()} == {"not-found": 20, "out-of-scope": 1}
    assert len(data.documents) == 2
    assert [page.depth for page in data.pages_sample] == [27, 28, 29]
    assert data.frames_not_entered == 6


def test_examples_show_different_places_first(store):
    logo = finding("axe/link-name", selector="a.logo")
    pages = {n: audited(fails(finding(selector=f"img:nth-child({n % 2})"), finding()), fails(logo)) for n in range(9)}
    audit(store, "r1", pages)

    issues = {issue.rule: issue for issue in store.site_data("r1", "main").issues}

    images, logos = issues["axe/image-alt"], issues["axe/link-name"]
    assert (images.places, images.pages) == (18, 9)
    assert [place.selector for place in images.examples][:3] == ["img:nth-child(0)", "img", "img:nth-child(1)"]
    assert (logos.places, logos.pages, len(logos.examples)) == (9, 9, 5)
    assert [place.url for place in logos.examples] == [url(n) for n in range(5)]


def test_an_issue_is_as_bad_as_its_worst_place(store):
    look = finding(verdict=Verdict.REVIEW, impact=Impact.MINOR)
    audit(store, "r1", {"a": audited(fails(look, finding(impact=Impact.SERIOUS))), "b": audited(fails(look))})

    (issue,) = store.site_data("r1", "main").issues

    assert (issue.verdict, issue.impact, issue.places, issue.pages) == (Verdict.FAIL, Impact.SERIOUS, 3, 2)
    assert issue.to_check == 2


def test_what_fails_is_shown_before_what_is_only_suspected(store):
    look = finding(selector="a", verdict=Verdict.REVIEW)
    pages = {n: audited(fails(replace(look, selector=f"a:nth-child({n})"))) for n in range(9)}
    audit(store, "r1", pages | {"z": audited(fails(finding(selector="img"), finding(selector="img.b")))})

    (issue,) = store.site_data("r1", "main").issues

    assert [place.verdict for place in issue.examples] == [Verdict.FAIL] * 2 + [Verdict.REVIEW] * 3
    assert (issue.places, issue.to_check) == (11, 9)


def test_the_history_counts_what_failed_without_what_was_only_suspected(store):
    look = finding(selector="a", verdict=Verdict.REVIEW)
    pages = {"a": audited(fails(look, finding(selector="img"))), "b": audited(fails(look))}
    for run_id in ("r1", "r2"):
        audit(store, run_id, pages)

    (before,) = store.site_data("r2", "main").history
    trend = store.site_history("main")

    assert (before["places"], before["by_rule"]) == (3, [("axe/image-alt", Kind.ACCESSIBILITY, Verdict.FAIL, 1, 0)])
    assert [one.judged_on_pages for issue in trend.issues for one in issue.seen.values()] == [1, 1]


def test_what_an_earlier_handrail_counted_is_not_guessed_at(store, where):
    audit(store, "r1", {"a": audited(fails(finding()))})
    db = Database(where)
    db.write(lambda conn: conn.execute(update(schema.sighting).values(to_check=None)))

    (issue,) = store.site_data("r1", "main").issues

    assert issue.to_check is None
    assert list(checking.faults(db, set)) == []
    db.close()


def test_exposures_come_back_without_the_value(store):
    exposure = Exposure(
        entity="CA_SIN",
        tier=Tier.REPORT,
        score=0.9,
        mask="*** *** ***",
        value_hmac="f" * 64,
        where="text",
        beside=("DATE_OF_BIRTH", "PERSON"),
        people=2,
        child=True,
        page="minutes",
    )
    exposed = finding("pii/ca-sin", exposure=exposure, snippet="SIN *** *** ***", impact=Impact.CRITICAL)
    audit(store, "r1", {"a": audited(fails(exposed, exposed))})

    (issue,) = store.site_data("r1", "main").issues

    assert issue.id.startswith("E-")
    assert len(issue.id) == 8
    assert (issue.kind, issue.places) == (Kind.EXPOSURE, 2)
    assert issue.examples[0].exposure == exposure
    assert issue.examples[0].issue_id == issue.id


def test_rules_give_kind_and_impact_where_findings_do_not(where, guard):
    rule = Rule(id="check/tracker", title="", why="", fix="", impact=Impact.CRITICAL, kind=Kind.PRIVACY)
    with Store.open(where, guard=guard, rules={rule.id: rule}) as store:
        audit(store, "r1", {"a": audited(fails(finding(rule.id)), fails(finding("axe/x")))})

        issues = {issue.rule: (issue.id[0], issue.kind, issue.impact) for issue in store.site_data("r1", "main").issues}

    assert issues == {
        "check/tracker": ("P", Kind.PRIVACY, Impact.CRITICAL),
        "axe/x": ("A", Kind.ACCESSIBILITY, Impact.MODERATE),
    }


def test_two_issues_never_share_an_id(store, monkeypatch):
    def alike(site_key, rule, part_key):
        return f"1:abcdef{rule[-1]}{part_key[-1]}"

    monkeypatch.setattr("reports.store.interning.issue_fingerprint", alike)
    found = [finding(rule, part=part) for rule in ("axe/1", "axe/2") for part in ("3", "4")]
    audit(store, "r1", {"a": audited(*(fails(one) for one in found))})

    ids = [issue.id for issue in store.site_data("r1", "main").issues]

    assert sorted(ids) == ["A-abcdef", "A-abcdef1", "A-abcdef2", "A-abcdef24"]


def test_export_has_a_line_for_every_outcome_and_finding(store):
    found = finding(selector="iframe#map >> img", part="header", snippet="<img>", evidence="x.png")
    audit(
        store,
        "r1",
        {
            "a": audited(fails(found, found), passes("axe/label"), passes("axe/video", Verdict.INAPPLICABLE)),
            "b": audited(passes("axe/label", Verdict.ERROR, "axe: timeout")),
            "c": PageResult(outcome=PageOutcome.NOT_FOUND),
        },
    )

    lines = list(store.findings("r1"))

    assert [(line["record"], line["url"][-1], line["rule"], line["verdict"]) for line in lines] == [
        ("outcome", "a", "axe/image-alt", "fail"),
        ("outcome", "a", "axe/label", "pass"),
        ("outcome", "a", "axe/video", "inapplicable"),
        ("finding", "a", "axe/image-alt", "fail"),
        ("finding", "a", "axe/image-alt", "fail"),
        ("outcome", "b", "axe/label", "error"),
    ]
    assert lines[5]["reason"] == "axe: timeout"
    assert {name: lines[3][name] for name in ("site", "selector", "part", "engine")} == {
        "site": "main",
        "selector": "iframe#map >> img",
        "part": "header",
        "engine": "axe-core",
    }


def test_export_is_read_in_batches(store, monkeypatch):
    monkeypatch.setattr("reports.store.reading._BATCH", 2)
    audit(store, "r1", {n: audited(fails(finding(selector=f"img.{n}"))) for n in range(5)})

    lines = [line for line in store.findings("r1") if line["record"] == "finding"]

    assert [line["selector"] for line in lines] == [f"img.{n}" for n in range(5)]
    assert len(list(store.page_outcomes("r1", "main"))) == 5


def test_what_pages_share_is_stored_once(where, guard):
    pages = {n: audited(fails(finding(part="header")), passes("axe/label")) for n in range(40)}
    with Store.open(where, guard=guard) as store:
        audit(store, "r1", pages)
        audit(store, "r2", pages)

    db = Database(where)
    with db.read() as conn:
        counts = {
            table.name: len(conn.execute(table.select()).all()) for table in (schema.place, schema.issue, schema.phrase)
        }
    db.close()

    assert counts == {"place": 1, "issue": 1, "phrase": 2}  # phrases: one message, one set of verdicts


def test_foreign_keys_hold(where, guard):
    Store.open(where, guard=guard).close()
    db = Database(where)
    orphan = {"page_id": 7, "rule_id": 7, "verdict": "fail"}

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        db.write(lambda conn: conn.execute(insert(schema.outcome).values(orphan)))

    db.close()


def test_a_writer_waits_for_another(tmp_path, file_store):
    begin(file_store)
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.5, other.rollback)
    timer.start()

    added = file_store.add_links("r1", "main", [Link(url=url("a"))])

    timer.join()
    other.close()
    assert added == 1


def test_a_transaction_cut_off_by_the_server_is_done_again(new_postgresql):
    db = Database(new_postgresql)
    db.upgrade()
    tries = []

    def work(conn):
        tries.append(conn.exec_driver_sql("SELECT pg_backend_pid()").scalar())
        conn.execute(insert(schema.meta).values(name=f"try {len(tries)}", value=""))
        if len(tries) == 1:
            with db.engine.connect() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({tries[0]})")
        conn.execute(insert(schema.meta).values(name="done", value=""))

    db.write(work)

    with db.read() as conn:
        names = set(conn.scalars(select(schema.meta.c.name)))
    db.close()
    assert len(tries) == 2
    assert names == {"try 2", "done"}


def test_audited_pages_come_lightly_with_the_rules_that_had_something_to_judge(store):
    exposure = finding("pii/ca-sin", engine="presidio-analyzer")
    loud = audited(
        fails(finding()), passes("axe/label"), passes("axe/list", Verdict.INAPPLICABLE), title="A", lang="fr"
    )
    quiet = audited(passes("axe/label"), passes("axe/image-alt", Verdict.NOT_RUN, "left out"), fails(exposure))
    audit(store, "r1", {"a": loud, "b": quiet, "c": PageResult(outcome=PageOutcome.NOT_FOUND, status=404)})

    first, second = store.site_data("r1", "main").audited_pages

    assert (first.url, first.title, first.lang, first.start) == (url("a"), "A", "fr", False)
    assert (first.spoke, first.failed) == ({"axe/image-alt", "axe/label"}, {"axe/image-alt"})
    assert (second.url, second.spoke, second.failed) == (url("b"), {"axe/label"}, set())
