"""Which pages are looked at again: those that audits know and the policy holds, a few at a time, and no other."""

import subprocess
from dataclasses import replace

import pytest

from handrail import runs
from handrail.desk.rechecks import MOST_AT_ONCE, NotBegun, Rechecks, _Going
from handrail.issues import BadAct
from handrail.rechecking import MOST_PAGES, chosen, is_shared, pages_of_issue, pages_of_urls, plan_of
from handrail.said import Who
from handrail.work import audits
from reports.store.records import RECHECK
from reports.work import RECHECKING


def asked_of(office, rule="axe/image-alt", site="main", /, **changes):
    issues = office.issues()
    (item,) = (one for one in issues.items() if (one.rule, one.site) == (rule, site))
    return pages_of_issue(issues, replace(item, **changes))


def without(office, **changes):
    """The same desk, of a site with another configuration."""
    site = office.policy.sites["main"].model_copy(update=changes)
    office.policy = office.policy.model_copy(update={"sites": {**office.policy.sites, "main": site}})
    return office


def test_the_pages_where_it_stands(office):
    assert asked_of(office) == ["http://127.0.0.1/a"]
    assert asked_of(office, "axe/link-name") == ["http://127.0.0.1/a", "http://127.0.0.1/b"]
    assert asked_of(office, "pii/ca-sin") == ["http://127.0.0.1/a"]


@pytest.mark.parametrize(
    ("changes", "pages"),
    [
        ({"exclude": ("/a",)}, ["http://127.0.0.1/b"]),
        ({"include": ("/a",)}, ["http://127.0.0.1/a"]),
        ({"hosts": ("elsewhere.example",)}, ["http://127.0.0.1/a", "http://127.0.0.1/b"]),
    ],
)
def test_what_the_policy_holds_today(office, changes, pages):
    assert asked_of(without(office, **changes), "axe/link-name") == pages


@pytest.mark.parametrize("changes", [{"start": ("https://www.alder.example/",)}, {"exclude": ("*",)}])
def test_what_it_does_not_hold_any_more_is_asked_of_nobody(office, changes):
    with pytest.raises(BadAct) as caught:
        asked_of(without(office, **changes))

    assert caught.value.why == "no-page-again"


def test_a_site_that_nobody_audits_any_more(office):
    office.policy = office.policy.model_copy(update={"sites": {}})
    with pytest.raises(BadAct) as caught:
        asked_of(office)

    assert caught.value.why == "no-site"


def test_what_compares_pages_is_for_an_audit(office):
    with pytest.raises(BadAct) as caught:
        asked_of(office, rule="site/titles")

    assert caught.value.why == "across-pages"


def test_an_address_that_no_audit_knows_is_asked_of_nobody(office):
    known = ["http://127.0.0.1/a", "http://127.0.0.1/nowhere", "http://169.254.169.254/latest/meta-data"]

    assert pages_of_urls(office.store, office.policy, "r1", "main", known) == known[:1]
    with pytest.raises(BadAct):
        pages_of_urls(office.store, office.policy, "r1", "main", known[1:])


def test_a_few_at_a_time(office):
    pages = [f"http://127.0.0.1/{n}" for n in range(MOST_PAGES + 5)]

    assert chosen(pages, one=False) == pages[:MOST_PAGES]
    assert chosen(pages, one=True) == pages[:1]
    items = {one.rule: one for one in office.issues().items() if one.site == "main"}
    assert {rule: is_shared(one) for rule, one in items.items()} == {
        "axe/image-alt": False,
        "axe/link-name": True,
        "pii/ca-sin": False,
    }


def test_the_plan_is_of_these_pages_alone(office):
    plan = plan_of(office.policy, "main", ["http://127.0.0.1/a"], 10)

    assert plan.policy.sites["main"].start == ("http://127.0.0.1/a",)
    assert (plan.follow, plan.fresh, plan.trigger, plan.sites) == (False, True, RECHECK, ("main",))
    assert plan.sample  # no audit of the site as a whole
    assert not plan.policy.sites["main"].journeys


def test_the_page_says_why_it_cannot_be(serve_desk, office):
    desk = serve_desk(without(office, exclude=("*",)))
    browser, path = desk.browser("lea"), f"/issues/{desk.issue()}"
    session = desk.office.sessions.get(browser.client.cookies["handrail-desk"])
    page = browser.get(path).text
    forced = browser.client.post(f"{path}/recheck", data={"csrf": session.csrf, "pages": "all"})

    assert "There is no page on which it could be looked for again." in page
    assert forced.status_code == 422
    assert "No page to look at again" in forced.text
    assert RECHECKING not in desk.kinds()


def test_so_many_at_the_same_time(office):
    class Process:
        stdin = None

    for number in range(MOST_AT_ONCE):
        look = type("Look", (), {"over": False, "site": f"s{number}"})()
        office.rechecks._going[number] = _Going(look=look, facts={}, account="", process=Process())

    with pytest.raises(NotBegun) as caught:
        office.rechecks.begin(Who(by="Lea", account="desk:lea"), "main", ["http://127.0.0.1/a"])

    assert caught.value.why == "full"


@pytest.mark.parametrize(("hours", "quiet"), [(("00:00-24:00",), True), ((), False)])
def test_none_in_quiet_hours(office, monkeypatch, hours, quiet):
    begun = []
    monkeypatch.setattr(Rechecks, "_sweep", lambda self, site: begun.append(site))
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: (_ for _ in ()).throw(OSError))

    with pytest.raises(NotBegun if quiet else OSError) as caught:
        without(office, quiet_hours=hours).rechecks.begin(
            Who(by="Lea", account="desk:lea"), "main", ["http://127.0.0.1/a"]
        )

    assert begun == ([] if quiet else ["main"])
    assert not quiet or caught.value.why == "quiet"


def test_a_look_again_is_no_audit(office):
    plan = plan_of(office.policy, "main", ["http://127.0.0.1/a"], 10)
    runs.start(office.place, plan, office.parts, office.store)

    assert [run.id for run in audits(office.store)] == ["r1"]
