"""Facts of pages go in and come out as checks need them; what checks across pages say lives like any other finding."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from store_helpers import audit, audited, begin, nine_digits, passes, run_record, site_record, url

from audits.model import (
    Anchor,
    Basis,
    Finding,
    FormFacts,
    Kept,
    Link,
    Outcome,
    PageFacts,
    PageOutcome,
    PageResult,
    PartFacts,
    PartLink,
    Transport,
    Verdict,
)
from audits.site_check import SiteFinding, SiteForm, SiteOutcome
from reports.store import acrossing, schema
from reports.store.database import Database
from reports.store.store import Store

RULE = "site/broken-link"
GONE = PageResult(outcome=PageOutcome.NOT_FOUND, status=404)
TIMEOUT = PageResult(outcome=PageOutcome.TIMEOUT)
BASIS = Basis(judged_by='{"rules": "1"}', content="ab" * 16)


def menu(*paths, key="navigation"):
    links = tuple(PartLink(url=url(path), name=path.title(), hidden=path == "c") for path in paths)
    return PartFacts(
        key=key,
        name="Menu",
        role="navigation",
        links=links,
        ids=b"\1\2\3\4\5",
        helps=("phone", "contact"),
        order="hlhl",
    )


def facts(*paths, **more):
    values = {
        "parts": (menu("a", "b"),),
        "links": tuple(url(path) for path in paths),
        "anchors": (Anchor(url=url("b"), digest=b"12345", shown="dates"),),
        "ids": b"1234567890",
        "title_key": b"t" * 8,
        "heading": "Taxes",
        "heading_key": b"h" * 8,
        "text_key": b"x" * 8,
        "canonical": url("a"),
        "search": True,
        "search_name": "Find",
        "search_key": b"s" * 8,
        "forms": (FormFacts(leads=(url("b"),), asks=(("email", "#e"),), same=True),),
        "words": 500,
        "grade": 9.5,
        "measure": "en",
    }
    return PageFacts(**values | more)


def page(*paths, **more):
    return audited(passes(), links=tuple(Link(url=url(path), depth=1) for path in paths), facts=facts(*paths), **more)


def said(store, run_id, on, *, seen_on=(), about=(), verdict=Verdict.FAIL, reason="", found=True, looked_at=None):
    """What a check says of a site: one finding on the page ``on``, or nothing."""
    ids = {one.url: one.id for one in store.page_outcomes(run_id, "main")}
    finding = Finding(rule=RULE, verdict=verdict, message="A link leads nowhere.", fingerprint="1:" + "a" * 32)
    outcome = Outcome(
        rule=RULE,
        verdict=(verdict if found else Verdict.PASS),
        findings=(finding,) if found else (),
        reason=reason,
    )
    one = SiteFinding(
        page=ids[url(on)],
        finding=finding,
        seen_on=tuple(ids[url(path)] for path in seen_on),
        about=tuple(ids[url(path)] for path in about),
    )
    looked = None if looked_at is None else tuple(ids[url(path)] for path in looked_at)
    store.finish_across(run_id, "main", [SiteOutcome(outcome=outcome, found=(one,) if found else (), looked_at=looked)])


def run(store, run_id, pages, judge, site="main"):
    """A whole run of one site, judged across its pages before it ends."""
    begin(store, run_id, site)
    store.add_links(run_id, site, [Link(url=url(path)) for path in pages])
    for lease in store.lease(run_id, site, owner="w", limit=len(pages), seconds=60):
        told = pages[lease.url.removeprefix(url(""))]
        if told is not None:
            assert store.finish(lease, told)
    judge(run_id)
    store.finish_site(run_id, site, "complete")
    store.finish_run(run_id, "complete")


def states(store, run_id):
    return {one.rule: one.state for one in store.site_data(run_id, "main").issues}


def test_facts_come_back_as_checks_need_them(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"), via="start"), Link(url=url("c"), via="sitemap", depth=1)])
    ends = {"a": page("b", "c", title="Taxes", lang="en-CA"), "b": GONE, "c": page()}
    for _ in range(2):
        for lease in store.lease("r1", "main", owner="w", limit=9, seconds=60):
            assert store.finish(lease, ends[lease.url.removeprefix(url(""))])

    site = store.site_facts("r1", "main")

    first, second = site.pages()
    number = {site.address(one): one for one in site.ends}
    assert (first.url, first.title, first.language, first.grade, first.measure) == (url("a"), "Taxes", "en", 9.5, "en")
    assert set(first.links) == {number[url("b")], number[url("c")]}
    assert [(link.target, link.name, link.hidden) for link in first.parts[0].links] == [
        (number[url("a")], "A", False),
        (number[url("b")], "B", False),
    ]
    assert first.parts[0].helps == ("phone", "contact")
    assert first.parts[0].order == "hlhl"
    assert first.ids == {b"12345", b"67890"}
    assert first.parts[0].ids == {b"\1\2\3\4\5"}
    assert [(one.target, one.digest, one.shown) for one in first.anchors] == [(number[url("b")], b"12345", "dates")]
    assert (first.title_key, first.heading, first.heading_key) == (b"t" * 8, "Taxes", b"h" * 8)
    assert (first.canonical, first.search, first.words) == (number[url("a")], True, 500)
    assert (first.search_name, first.search_key) == ("Find", b"s" * 8)
    assert first.forms == (SiteForm(leads=(number[url("b")],), asks=(("email", "#e"),), same=True),)
    assert first.parts[0] is second.parts[0]
    assert {site.address(one): end for one, end in site.ends.items()} == {
        url("a"): PageOutcome.AUDITED,
        url("b"): PageOutcome.NOT_FOUND,
        url("c"): PageOutcome.AUDITED,
    }
    assert (site.starts, site.listed) == ({number[url("a")]}, {number[url("c")]})
    assert (site.audited, site.unseen, site.sample) == (2, 0, "")


def test_where_a_redirect_ends_is_known(store):
    moved = PageResult(outcome=PageOutcome.REDIRECTED, final_url=url("b"), links=(Link(url=url("b"), via="redirect"),))
    audit(store, "r1", {"a": moved, "b": page()})

    site = store.site_facts("r1", "main")

    assert {site.address(one): site.address(site.landing(one)) for one in site.ends}[url("a")] == url("b")


def test_an_address_that_the_run_never_heard_of_keeps_its_place_and_gets_no_page(store):
    audit(store, "r1", {"a": audited(passes(), facts=facts("never", parts=(menu("never", "never-too", "a"),)))})

    (one,) = store.site_facts("r1", "main").pages()

    targets = [link.target for link in one.parts[0].links]
    assert one.links == ()
    assert len(set(targets)) == 3
    assert [target > 0 for target in targets] == [False, False, True]


def test_pages_that_were_not_seen_are_counted(store):
    pages = {"a": page(), "b": TIMEOUT, "c": GONE, "d": audited(passes())}
    audit(store, "r1", pages)
    store.add_links("r1", "main", [Link(url=url("waits"))])

    site = store.site_facts("r1", "main")

    # b timed out, the last one waits, and d left no facts.
    assert (site.audited, site.unseen) == (1, 3)


def test_what_pages_share_is_stored_once_over_all_runs(where, guard):
    with Store.open(where, guard=guard) as store:
        for run_id in ("r1", "r2"):
            audit(store, run_id, {str(number): page() for number in range(40)})
    db = Database(where)
    with db.read() as conn:
        layouts = conn.scalar(select(func.count()).select_from(schema.layout))
        rows = conn.scalar(select(func.count()).select_from(schema.facts))
    db.close()

    assert (layouts, rows) == (1, 80)


def test_a_part_that_was_kept_without_its_order_has_none(tmp_path, guard):
    with Store.open(tmp_path / "store.db", guard=guard) as store:
        audit(store, "r1", {"a": page()})
        with sqlite3.connect(tmp_path / "store.db") as conn:
            ((number, body),) = conn.execute("SELECT id, body FROM layout")
            older = acrossing._packed(acrossing._unpacked(body)[:7])
            conn.execute("UPDATE layout SET body = ? WHERE id = ?", (older, number))

        (one,) = store.site_facts("r1", "main").pages()

    assert (one.parts[0].order, one.parts[0].helps) == ("", ("phone", "contact"))


def test_no_address_of_a_link_is_in_the_facts(tmp_path, guard):
    value = nine_digits(seed=11)
    secret = facts(f"tax?sin={value}", parts=(menu(f"file/{value}"),), canonical=url(f"x/{value}"))
    secret = replace(
        secret, parts=(replace(secret.parts[0], links=(replace(secret.parts[0].links[0], name="[SIN]"),)),)
    )
    with Store.open(tmp_path / "store.db", guard=guard) as store:
        audit(store, "r1", {"a": audited(passes(), facts=secret)})

    with sqlite3.connect(tmp_path / "store.db") as conn:
        bodies = [row[0] for row in conn.execute("SELECT body FROM facts UNION ALL SELECT body FROM layout")]
    opened = repr([acrossing._unpacked(body) for body in bodies])
    assert len(bodies) == 2
    assert value not in opened
    assert "127.0.0.1" not in opened


def test_a_carried_page_has_the_facts_of_its_audit(store, clock):
    audit(store, "r1", {"a": page("b", basis=BASIS, title="Taxes")})
    store.begin_run(run_record("r2", started=clock()))
    store.begin_site(site_record("r2"))
    store.add_links("r2", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
    earlier = store.earlier([lease], days=900)[lease.page_id]
    links = (Link(url=url("b"), depth=1),)
    store.finish(lease, PageResult(outcome=PageOutcome.AUDITED, status=304, links=links, carried=earlier))

    site = store.site_facts("r2", "main")

    (one,) = site.pages()
    assert (one.id, one.title, one.heading) == (lease.page_id, "Taxes", "Taxes")
    assert [site.address(target) for target in one.links] == [url("b")]
    assert site.ends[one.links[0]] is None


def test_pages_that_came_alike_share_what_is_kept_of_it(store):
    cookie = Kept(kind="cookie", name="_ga", host="city.example", own=True, days=400.0, by="city.example/a.js")
    alike = Transport(
        headers={"hsts": "300"},
        metas={"csp": "inline"},
        unsealed=("cdn.example lib-1.2.3.js",),
        kept=(cookie,),
        offers=("reject", "accept"),
        answers={"reject": (cookie,), "accept": ()},
    )
    audit(store, "r1", {"a": page(transport=alike), "b": page(transport=alike), "c": page()})

    a, b, c = store.site_facts("r1", "main").pages()

    assert a.transport == alike
    assert a.transport is b.transport
    assert c.transport is None


@pytest.mark.parametrize(
    ("now", "headers"),
    [
        (Transport(headers={"hsts": "31536000"}, whole=False), {"hsts": "31536000", "csp": "inline"}),
        (Transport(headers={"hsts": "31536000"}), {"hsts": "31536000"}),
        (None, {"hsts": "300", "csp": "inline"}),
    ],
)
def test_a_carried_page_has_the_headers_of_this_run(store, clock, now, headers):
    before = Transport(headers={"hsts": "300", "csp": "inline"}, unsealed=("cdn.example lib-1.2.3.js",))
    audit(store, "r1", {"a": page(basis=BASIS, transport=before)})
    store.begin_run(run_record("r2", started=clock()))
    store.begin_site(site_record("r2"))
    store.add_links("r2", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
    earlier = store.earlier([lease], days=900)[lease.page_id]
    store.finish(lease, PageResult(outcome=PageOutcome.AUDITED, status=304, carried=earlier, transport=now))

    (one,) = store.site_facts("r2", "main").pages()

    assert one.transport.headers == headers
    assert one.transport.unsealed == before.unsealed


def test_what_was_found_across_pages_is_not_carried_with_the_page(store, clock):
    run(store, "r1", {"a": page("b", basis=BASIS), "b": GONE}, lambda run_id: said(store, run_id, "a", seen_on="a"))
    store.begin_run(run_record("r2", started=clock()))
    store.begin_site(site_record("r2"))
    store.add_links("r2", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
    earlier = store.earlier([lease], days=900)[lease.page_id]
    store.finish(lease, PageResult(outcome=PageOutcome.AUDITED, status=304, carried=earlier))
    assert [line for line in store.findings("r2") if line["record"] == "finding"] == []
    said(store, "r2", "a", found=False)
    store.finish_site("r2", "main", "complete")

    assert [line for line in store.findings("r2") if line["record"] == "finding"] == []
    assert states(store, "r2") == {RULE: "fixed"}


def test_findings_across_pages_are_issues_like_others(store):
    run(
        store,
        "r1",
        {"a": page("b"), "b": GONE, "c": page("b")},
        lambda run_id: said(store, run_id, "a", seen_on=("a", "c"), about=("b",)),
    )

    data = store.site_data("r1", "main")

    (issue,) = data.issues
    assert (issue.rule, issue.state, issue.verdict, issue.pages) == (RULE, "new", Verdict.FAIL, 1)
    assert issue.examples[0].url == url("a")
    tally = next(one for one in data.tallies if one.rule == RULE)
    assert (tally.fail, tally.passed) == (1, 1)
    lines = [line for line in store.findings("r1") if line["rule"] == RULE]
    assert [(line["record"], line["verdict"], line["url"]) for line in lines] == [
        ("finding", "fail", url("a")),
        ("outcome", "fail", ""),
    ]


def test_what_is_said_again_replaces_what_was_said(store):
    def twice(run_id):
        said(store, run_id, "a", seen_on=("a",))
        said(store, run_id, "a", seen_on=("a", "c"))

    run(store, "r1", {"a": page("b"), "c": page()}, twice)

    (issue,) = store.site_data("r1", "main").issues
    assert issue.places == 1


def test_why_a_rule_did_not_run_is_counted_for_all_pages(store):
    outcome = Outcome(rule="site/orphan-page", verdict=Verdict.NOT_RUN, reason="not run: a sample")
    run(
        store,
        "r1",
        {"a": page(), "c": page()},
        lambda run_id: store.finish_across(run_id, "main", [SiteOutcome(outcome=outcome)]),
    )

    tally = next(one for one in store.site_data("r1", "main").tallies if one.rule == "site/orphan-page")

    assert (tally.not_run, tally.error, dict(tally.reasons)) == (2, 0, {"not run: a sample": 2})


@pytest.mark.parametrize(
    ("again", "how", "expected"),
    [
        # Every page that showed it was audited again, and it is gone.
        ({"a": page(), "c": page()}, {}, "fixed"),
        ({"a": page(), "b": GONE, "c": page()}, {}, "fixed"),
        ({"a": page(), "b": page(), "c": page()}, {}, "fixed"),
        # A page that is gone shows nothing any more.
        ({"a": page(), "c": GONE}, {}, "fixed"),
        ({"a": page()}, {}, "fixed"),
        # Not scanned is never fixed.
        ({"a": page(), "c": TIMEOUT}, {}, "not-checked"),
        ({"a": page(), "c": None}, {}, "not-checked"),
        ({"a": page(), "c": audited(passes())}, {}, "not-checked"),
        ({"a": page(), "c": PageResult(outcome=PageOutcome.BUDGET_PAGES)}, {}, "not-checked"),
        # The address itself did not answer: nobody knows whether it is there.
        ({"a": page(), "b": TIMEOUT, "c": page()}, {}, "not-checked"),
        # A page that this run never heard of, while it did not see all that it heard of.
        ({"a": page(), "d": TIMEOUT}, {}, "not-checked"),
        # Another page that was not seen changes nothing.
        ({"a": page(), "c": page(), "d": TIMEOUT}, {}, "fixed"),
        # The rule did not run, or on a sample only.
        ({"a": page(), "c": page()}, {"reason": "not run: on the whole site: 2 pages"}, "not-checked"),
        ({"a": page(), "c": page()}, None, "not-checked"),
        # Pages that were audited, and at which the rule could not look.
        ({"a": page(), "c": page()}, {"looked_at": "a"}, "not-checked"),
        ({"a": page(), "c": page()}, {"looked_at": ""}, "not-checked"),
        ({"a": page(), "c": page(), "d": page()}, {"looked_at": "ac"}, "fixed"),
        ({"a": page(), "c": GONE}, {"looked_at": "a"}, "fixed"),
        # It is there.
        ({"a": page(), "b": GONE, "c": page()}, {"found": True}, "open"),
    ],
)
def test_only_who_sees_all_pages_of_it_says_that_it_is_gone(store, again, how, expected):
    run(
        store,
        "r1",
        {"a": page("b"), "b": GONE, "c": page("b")},
        lambda run_id: said(store, run_id, "a", seen_on=("a", "c"), about=("b",)),
    )

    def judge(run_id):
        if how is not None:
            said(store, run_id, "a", **{"found": False, **how})

    run(store, "r2", again, judge)

    assert states(store, "r2") == {RULE: expected}


def test_a_fixed_issue_returns(store):
    pages = {"a": page("b"), "b": GONE}
    run(store, "r1", pages, lambda run_id: said(store, run_id, "a", seen_on=("a",)))
    run(store, "r2", pages, lambda run_id: said(store, run_id, "a", found=False))
    run(store, "r3", pages, lambda run_id: said(store, run_id, "a", seen_on=("a",)))

    assert [states(store, run_id)[RULE] for run_id in ("r1", "r2", "r3")] == ["new", "fixed", "returned"]
