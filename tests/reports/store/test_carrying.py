"""An audit is taken over whole, and only where nothing speaks against it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy import delete, func, insert, select, update
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

from audits.model import LEFT_OUT, PAGE_BUDGET, Asset, Basis, Exposure, Link, PageOutcome, PageResult, Tier, Verdict
from reports.store import schema
from reports.store.carrying import pack, unpack
from reports.store.database import Database, StoreError
from reports.store.store import Store

ASSETS = (
    Asset(url=url("site.css"), kind="stylesheet", etag='"1"'),
    Asset(url=url("site.js"), kind="script", modified="Mon, 01 Mar 2027 08:00:00 GMT"),
    Asset(url=url("data"), kind="fetch", content="cd" * 16),
)
BASIS = Basis(judged_by='{"rules": "1"}', content="ab" * 16, etag='W/"x"', assets=ASSETS, elsewhere=True)
BAD = audited(fails(finding()), passes("axe/label"), basis=BASIS)
GOOD = audited(passes(), basis=BASIS)


def begin_on(store, run_id, clock, *keys):
    """Begin a run now."""
    store.begin_run(run_record(run_id, started=clock()))
    for key in keys or ("main",):
        store.begin_site(site_record(run_id, key))


def audit_on(store, run_id, clock, pages):
    """A whole run, now; each path ends as told. "carry" carries what can be, and must be possible."""
    begin_on(store, run_id, clock)
    store.add_links(run_id, "main", [Link(url=url(path)) for path in pages])
    leases = store.lease(run_id, "main", owner="w", limit=99, seconds=60)
    earlier = store.earlier(leases, days=7)
    for lease in leases:
        told = pages.get(lease.url.removeprefix(url("")), GOOD)
        if told == "carry":
            told = carry(earlier[lease.page_id])
        assert store.finish(lease, told)
    store.finish_site(run_id, "main", "complete")
    store.finish_run(run_id, "complete")


def carry(earlier, **more):
    links = tuple(Link(url=one, depth=1) for one in earlier.links)
    return PageResult(outcome=PageOutcome.AUDITED, status=304, links=links, carried=earlier, **more)


def offered(store, run_id="r9", path="a", days=7):
    """What a new run may carry for one page."""
    begin(store, run_id)
    store.add_links(run_id, "main", [Link(url=url(path))])
    leases = store.lease(run_id, "main", owner="w", limit=1, seconds=60)
    return store.earlier(leases, days=days).get(leases[0].page_id)


def only_page(store, run_id):
    (page,) = store.page_outcomes(run_id, "main")
    return page


def test_what_an_audit_rests_on_comes_back_as_it_was(store):
    audit(store, "r1", {"a": BAD})

    earlier = offered(store)

    assert earlier.basis == replace(BASIS, assets=tuple(sorted(ASSETS, key=lambda a: earlier.basis.assets.index(a))))
    assert earlier.page_id == only_page(store, "r1").id
    assert earlier.links == ()


@pytest.mark.parametrize("ids", [[], [1], [127, 128], [5, 5_000_000_000, 6], list(range(300))])
def test_numbers_come_out_of_a_pack_as_they_went_in(ids):
    assert list(unpack(pack(ids))) == sorted(ids)


def test_any_numbers_come_out_of_a_pack():
    dice = random.Random(3)
    for _ in range(200):
        ids = sorted({dice.randrange(2 ** dice.randrange(1, 62)) for _ in range(dice.randrange(40))})
        assert list(unpack(pack(ids))) == ids


def test_a_site_of_neighbours_needs_a_byte_a_link():
    assert len(pack(range(1_000_000, 1_000_060))) == 62


def test_outcomes_and_findings_are_those_of_the_audit(store, clock):
    exposure = Exposure(
        entity="CA_SIN", tier=Tier.REPORT, score=0.9, mask="*** *** ***", value_hmac="f" * 64, where="text"
    )
    found = (finding(evidence="a.png"), finding(selector="img.b", part="header"))
    exposed = finding("pii/ca-sin", exposure=exposure)
    result = audited(
        fails(*found),
        fails(exposed),
        passes("axe/label"),
        passes("axe/video", Verdict.INAPPLICABLE),
        basis=BASIS,
        title="Parks",
        lang="fr",
        content_type="text/html",
        frames_not_entered=("iframe#map",),
        timings={"navigate": 1.0},
    )
    audit_on(store, "r1", clock, {"a": result})

    audit_on(store, "r2", clock, {"a": "carry"})

    before, after = only_page(store, "r1"), only_page(store, "r2")
    assert after == replace(before, id=after.id, status=304, carried_from="r1", timings={})
    lines = [{name: value for name, value in line.items() if name != "carried_from"} for line in store.findings("r1")]
    assert [line | {"carried_from": "r1"} for line in lines] == list(store.findings("r2"))
    assert len(lines) == 7
    data = store.site_data("r2", "main")
    assert data.tallies == store.site_data("r1", "main").tallies
    assert [(row.run, row.started, row.pages, row.elsewhere) for row in data.carried] == [("r1", clock(), 1, 1)]
    assert {place.evidence for issue in data.issues for place in issue.examples} == {"a.png", ""}
    assert {place.carried_from for issue in data.issues for place in issue.examples} == {"r1"}
    first = store.site_data("r1", "main").issues
    assert {place.carried_from for issue in first for place in issue.examples} == {""}


def test_a_carried_page_names_the_run_that_audited_it(store, clock):
    audit_on(store, "r1", clock, {"a": BAD})
    for run in ("r2", "r3", "r4"):
        clock.wait(86400)
        audit_on(store, run, clock, {"a": "carry"})

    assert only_page(store, "r4").carried_from == "r1"
    assert {line["carried_from"] for line in store.findings("r4")} == {"r1"}


@pytest.mark.parametrize(("days", "carried"), [(6.9, True), (7, True), (7.1, False), (30, False)])
def test_an_audit_holds_for_so_many_days(store, clock, days, carried):
    audit_on(store, "r1", clock, {"a": BAD})
    clock.wait(3 * 86400)
    audit_on(store, "r2", clock, {"a": "carry"})

    clock.wait((days - 3) * 86400)

    assert (offered(store) is not None) == carried


def test_whether_there_is_anything_to_carry(store, clock):
    begin_on(store, "r1", clock)
    store.add_links("r1", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r1", "main", owner="w", limit=1, seconds=60)
    begin_on(store, "r2", clock, "main", "portal")
    before = store.was_audited("r2", "main", days=7)

    store.finish(lease, BAD)

    assert not before
    assert store.was_audited("r2", "main", days=7)
    assert not store.was_audited("r2", "portal", days=7)
    assert not store.was_audited("r1", "main", days=7)
    clock.wait(8 * 86400)
    assert not store.was_audited("r2", "main", days=7)


def test_no_days_no_carrying(store, clock):
    audit_on(store, "r1", clock, {"a": BAD})

    clock.wait(1)

    assert offered(store, days=0) is None


@pytest.mark.parametrize(
    "last",
    [
        audited(passes()),  # nothing to compare with
        audited(passes(), passes("axe/label", Verdict.ERROR, "axe: timeout"), basis=BASIS),
        audited(fails(finding()), passes(verdict=Verdict.ERROR, reason="axe: timeout"), basis=BASIS),
        PageResult(outcome=PageOutcome.NOT_FOUND),
        PageResult(outcome=PageOutcome.TIMEOUT),
        PageResult(outcome=PageOutcome.REDIRECTED),
        PageResult(outcome=PageOutcome.SIGN_IN),
        PageResult(outcome=PageOutcome.EMPTY),
        PageResult(outcome=PageOutcome.ROBOTS),
    ],
)
def test_what_was_last_known_of_a_page_decides(store, last):
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": last})

    assert offered(store) is None


@pytest.mark.parametrize("why", ["nobody allowed it", PAGE_BUDGET.removeprefix(LEFT_OUT), ""])
def test_what_the_plan_leaves_out_is_left_out_again(store, why):
    audit(store, "r1", {"a": BAD})
    planned = passes("check/pressed", Verdict.NOT_RUN, f"{LEFT_OUT}{why}")
    audit(store, "r2", {"a": audited(passes(), planned, basis=BASIS)})

    assert offered(store).page_id == only_page(store, "r2").id


@pytest.mark.parametrize(
    "outcome",
    [
        PageOutcome.LISTED,
        PageOutcome.BUDGET_PAGES,
        PageOutcome.BUDGET_TIME,
        PageOutcome.BUDGET_DEPTH,
        PageOutcome.TRAP,
        PageOutcome.OUT_OF_SCOPE,
    ],
)
def test_a_run_that_did_not_look_changes_nothing(store, outcome):
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": PageResult(outcome=outcome)})
    audit(store, "r3", {"b": GOOD})

    assert offered(store).page_id == only_page(store, "r1").id


def test_a_run_cut_short_is_a_source_for_its_finished_pages(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a")), Link(url=url("b"))])
    first, _ = store.lease("r1", "main", owner="w", limit=2, seconds=60)
    store.finish(first, BAD)

    assert offered(store, "r2", "a") is not None
    assert offered(store, "r3", "b") is None


def test_another_site_is_no_source(store):
    audit(store, "r1", {"a": BAD}, site="portal")

    assert offered(store) is None


def test_a_later_run_is_no_source_for_an_earlier_one(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    audit(store, "r2", {"a": BAD})

    leases = store.lease("r1", "main", owner="w", limit=1, seconds=60)

    assert store.earlier(leases, days=7) == {}


def test_the_last_audit_is_the_one_to_compare_with(store):
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": replace(GOOD, basis=replace(BASIS, content="ef" * 16))})

    assert offered(store).basis.content == "ef" * 16


def test_links_are_carried_to_the_frontier(store, clock):
    led_to = [Link(url=url(path), depth=1) for path in ("b", "c?x=1", "http://other.example/")]
    led_to.append(Link(url="http://other.example/", depth=1, outcome=PageOutcome.OUT_OF_SCOPE))
    audit_on(store, "r1", clock, {"a": replace(BAD, links=tuple(led_to)), "b": GOOD})

    earlier = offered(store)

    assert sorted(earlier.links) == sorted({link.url for link in led_to})


def test_where_a_page_leads_is_decided_by_the_run_that_carries_it(store, clock):
    audit_on(store, "r1", clock, {"a": replace(BAD, links=(Link(url=url("b"), depth=1), Link(url=url("c"), depth=1)))})
    begin_on(store, "r2", clock)
    store.add_links("r2", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
    earlier = store.earlier([lease], days=7)[lease.page_id]
    links = [Link(url=url("b"), depth=1), Link(url=url("c"), depth=1, outcome=PageOutcome.OUT_OF_SCOPE)]

    store.finish(lease, replace(carry(earlier), links=tuple(links)))

    ends = {page.url: (page.outcome, page.via, page.depth) for page in store.page_outcomes("r2", "main")}
    assert ends == {
        url("a"): (PageOutcome.AUDITED, "link", 0),
        url("b"): (None, "link", 1),
        url("c"): (PageOutcome.OUT_OF_SCOPE, "link", 1),
    }


def test_a_sealed_address_stays_sealed_and_no_recognizer_is_asked_again(tmp_path, clock):
    guard = PlainGuard()
    secret = url(f"tax?sin={nine_digits(4)}")
    file = Asset(url=url(f"photo?sin={nine_digits(5)}"), kind="image", etag='"1"')
    basis = replace(BASIS, assets=(file,))
    with Store.open(tmp_path / "store.db", guard=guard, now=clock) as store:
        audit_on(store, "r1", clock, {"a": replace(BAD, links=(Link(url=secret, depth=1),), basis=basis)})
        begin_on(store, "r2", clock)
        store.add_links("r2", "main", [Link(url=url("a"))])
        (lease,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
        earlier = store.earlier([lease], days=7)[lease.page_id]
        guard.asked.clear()

        store.finish(lease, carry(earlier))

        asked = list(guard.asked)
        (again,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
        readable = [page.url for page in store.page_outcomes("r2", "main")]
        files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert earlier.links == (secret,)
    assert earlier.basis.assets == (file,)
    assert secret not in repr(earlier)
    assert file.url not in repr(earlier)
    assert asked == []
    assert again.url == secret
    assert readable == [url("a"), url("tax?sin=[SIN]")]
    assert nine_digits(4).encode() not in files
    assert nine_digits(5).encode() not in files


def test_a_lost_lease_carries_nothing(store, clock):
    audit_on(store, "r1", clock, {"a": BAD})
    begin_on(store, "r2", clock)
    store.add_links("r2", "main", [Link(url=url("a"))])
    (lost,) = store.lease("r2", "main", owner="w1", limit=1, seconds=60)
    earlier = store.earlier([lost], days=7)[lost.page_id]
    clock.wait(60)
    (held,) = store.lease("r2", "main", owner="w2", limit=1, seconds=60)

    late = store.finish(lost, carry(earlier))

    assert not late
    assert list(store.findings("r2")) == []
    assert store.finish(held, carry(earlier))
    assert not store.finish(held, carry(earlier))
    assert len(list(store.findings("r2"))) == 3


def test_an_audit_that_is_gone_is_not_carried(store, where, clock):
    audit_on(store, "r1", clock, {"a": BAD})
    begin_on(store, "r2", clock)
    store.add_links("r2", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
    earlier = store.earlier([lease], days=7)[lease.page_id]
    db = Database(where)
    for table in (schema.found, schema.outcome, schema.basis):
        db.write(lambda conn, table=table: conn.execute(delete(table)))
    db.write(lambda conn: conn.execute(delete(schema.page).where(schema.page.c.id == earlier.page_id)))
    db.close()

    with pytest.raises(StoreError, match="gone"):
        store.finish(lease, carry(earlier))

    assert only_page(store, "r2").outcome is None


def test_files_that_pages_share_are_stored_once(store, where, clock):
    audit_on(store, "r1", clock, dict.fromkeys(range(20), BAD))
    audit_on(store, "r2", clock, dict.fromkeys(range(20), GOOD))

    db = Database(where)
    with db.read() as conn:
        counts = [conn.scalar(select(func.count()).select_from(table)) for table in (schema.asset, schema.basis)]
    db.close()

    assert counts == [3, 40]


def test_a_store_of_the_schema_before_keeps_its_runs(tmp_path, guard, clock):
    from alembic import command
    from alembic.config import Config

    path = tmp_path / "store.db"
    db = Database(path)

    def old(conn):
        config = Config(attributes={"connection": conn})
        config.set_main_option("script_location", "reports/store/migrations")
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "0001")
        conn.execute(insert(schema.meta).values(name="key_check", value=key_check(guard)))
        run = {name: getattr(run_record("r1"), name) for name in ("id", "started", "finished", "state", "trigger")}
        conn.execute(
            insert(schema.run).values(
                **run,
                tool_version="0",
                engines={},
                browser="",
                config_sha256="",
                rules_sha256="",
                sample="",
                notes=[],
            )
        )

    db.write(old)
    db.close()

    with Store.open(path, guard=guard, now=clock) as store:
        audit_on(store, "r2", clock, {"a": BAD})
        audit_on(store, "r3", clock, {"a": "carry"})

        assert [run.id for run in store.runs()] == ["r1", "r2", "r3"]
        assert only_page(store, "r3").carried_from == "r2"


def key_check(guard):
    from hashlib import blake2b

    return blake2b(guard.digest("handrail key check").encode(), digest_size=16).digest().hex()


# Issues


def states(store, run_id):
    return {issue.rule: (issue.state, issue.pages, issue.carried) for issue in store.site_data(run_id, "main").issues}


def test_an_issue_on_a_carried_page_is_open(store, clock):
    audit_on(store, "r1", clock, {"a": BAD, "b": BAD})
    audit_on(store, "r2", clock, {"a": "carry", "b": BAD})
    audit_on(store, "r3", clock, {"a": "carry", "b": "carry"})

    assert [states(store, run)["axe/image-alt"] for run in ("r1", "r2", "r3")] == [
        ("new", 2, 0),
        ("open", 2, 1),
        ("open", 2, 2),
    ]
    (issue,) = store.site_data("r3", "main").issues
    assert (issue.first_run, issue.last_run) == ("r1", "r3")


def test_a_page_that_was_carried_and_then_repaired_fixes(store, clock):
    audit_on(store, "r1", clock, {"a": BAD})
    audit_on(store, "r2", clock, {"a": "carry"})
    audit_on(store, "r3", clock, {"a": GOOD})

    assert states(store, "r3")["axe/image-alt"][0] == "fixed"


def test_a_repaired_page_that_is_carried_keeps_its_proof(store, clock):
    audit_on(store, "r1", clock, {"a": BAD, "b": BAD})
    audit_on(store, "r2", clock, {"a": GOOD, "b": PageResult(outcome=PageOutcome.TIMEOUT)})
    audit_on(store, "r3", clock, {"a": "carry", "b": GOOD})

    assert [states(store, run)["axe/image-alt"][0] for run in ("r2", "r3")] == ["not-checked", "fixed"]


def test_a_carried_page_proves_nothing_fixed(store, clock):
    """An older run, resumed late, finds a page broken that a later run carries from before: nobody looked since."""
    audit_on(store, "r1", clock, {"a": GOOD})
    begin_on(store, "r2", clock)
    store.add_links("r2", "main", [Link(url=url("a"))])
    (waiting,) = store.lease("r2", "main", owner="w", limit=1, seconds=9999)
    audit_on(store, "r3", clock, {"a": "carry"})
    store.finish(waiting, BAD)
    store.finish_site("r2", "main", "complete")

    audit_on(store, "r4", clock, {"b": GOOD})

    assert states(store, "r4")["axe/image-alt"][0] == "not-checked"


def test_a_page_that_is_gone_is_not_carried_and_not_fixed(store, clock):
    audit_on(store, "r1", clock, {"a": BAD})
    audit_on(store, "r2", clock, {"a": "carry"})
    audit_on(store, "r3", clock, {"a": PageResult(outcome=PageOutcome.NOT_FOUND)})

    assert states(store, "r3")["axe/image-alt"] == ("not-checked", 1, 1)
    assert offered(store) is None


def test_telling_a_carried_run_twice_tells_the_same(store, where, clock):
    audit_on(store, "r1", clock, {"a": BAD, "b": GOOD})
    audit_on(store, "r2", clock, {"a": "carry", "b": BAD})
    told = store.site_data("r2", "main")

    db = Database(where)
    db.write(lambda conn: conn.execute(update(schema.site).values(settled=False)))
    db.close()

    assert store.site_data("r2", "main") == told


@pytest.mark.parametrize("seed", range(6))
def test_carrying_tells_what_auditing_everything_would(where, guard, clock, seed):
    """Pages change by chance. One history audits all of them, the other carries what did not change."""
    dice = random.Random(seed)
    bad = {path: dice.random() < 0.5 for path in "abcdef"}
    told = []
    with Store.open(where, guard=guard, now=clock) as store:
        for number in range(6):
            changed = {path for path in bad if number == 0 or dice.random() < 0.4}
            bad |= {path: dice.random() < 0.5 for path in changed}
            gone = {path for path in bad if dice.random() < 0.1}
            for key in ("all", "some"):
                begin_run(store, f"{key}{number}", key, clock)
                store.add_links(f"{key}{number}", key, [Link(url=url(path)) for path in bad])
                leases = store.lease(f"{key}{number}", key, owner="w", limit=9, seconds=60)
                earlier = store.earlier(leases, days=7) if key == "some" else {}
                for lease in leases:
                    path = lease.url[-1]
                    result = BAD if bad[path] else GOOD
                    if path in gone:
                        result = PageResult(outcome=PageOutcome.NOT_FOUND)
                    elif path not in changed and lease.page_id in earlier:
                        result = carry(earlier[lease.page_id])
                    store.finish(lease, result)
                store.finish_site(f"{key}{number}", key, "complete")
            told.append([issues(store, f"{key}{number}", key) for key in ("all", "some")])
            clock.wait(3600)
        carried = sum(row.pages for number in range(6) for row in store.site_data(f"some{number}", "some").carried)
    assert [all_ for all_, _ in told] == [some for _, some in told]
    assert carried > 5


def begin_run(store, run_id, key, clock):
    store.begin_run(run_record(run_id, started=clock()))
    store.begin_site(site_record(run_id, key))


def issues(store, run_id, key):
    data = store.site_data(run_id, key)
    return [
        (issue.rule, issue.state, issue.places, issue.pages, issue.first_run[-1], issue.last_run[-1])
        for issue in data.issues
    ], [replace(tally, site="") for tally in data.tallies]
