"""A small City through ten deploys: after each, what is new, open, fixed, back, not checked, accepted or no fault.

The first and the last are audited by a real browser. Between them the pages are read with a parser, judged by the same
check of axe's results and kept in the same store, so that ten deploys take seconds.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from audits.accessibility.axe_rules import AxeRules
from audits.model import Link, Outcome, PageOutcome, PageResult, Snapshot, Verdict
from audits.runner import run_checks
from handrail.runs import incomplete_because

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONFIG = """
[city]
timezone = "America/Toronto"

[sites.www]
start = ["{start}"]
sitemaps = false
min_coverage = 0.5
"""
PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
IMAGE, LINK, BUTTON, LABEL = "axe/image-alt", "axe/link-name", "axe/button-name", "axe/label"
#: Where each rule finds an element without a name, as far as these pages need it.
NAMELESS = {IMAGE: "img:not([alt])", LINK: "a:empty", BUTTON: "button:empty", LABEL: "input"}
PARTS = {"header": ("banner", "Header"), "footer": ("contentinfo", "Footer"), "nav": ("navigation", "Navigation")}


def page(title, body="<p>Welcome to Larkspur Bay.</p>", foot=""):
    menu = "".join(f'<li><a href="{path}">{path[1:].title() or "Start"}</a></li>' for path in PATHS)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Larkspur Bay</title>'
        "<style>li a { display: inline-block; padding: 1em }</style></head><body>"
        f"<header><nav><ul>{menu}</ul></nav></header><main><h1>{title}</h1>{body}</main>"
        f"<footer><p>The City of Larkspur Bay</p>{foot}</footer></body></html>"
    )


PATHS = ("/", "/permits", "/pools", "/news")
PHOTO, SECOND = '<p><img src="/photo.gif"></p>', '<p><img src="/second.gif"></p>'
SOCIAL = '<p><a class="social" href="/news"></a></p>'
SEND, FIELD = '<p><button type="button"></button></p>', '<p><input type="text"></p>'


def city(*, permits="", pools="", news="", foot=""):
    """The site in one version."""
    bodies = {"/": "", "/permits": permits, "/pools": pools, "/news": news}
    titles = {"/": "Welcome", "/permits": "Permits", "/pools": "Pools", "/news": "News"}
    return {path: page(titles[path], f"<p>All about it.</p>{body}", foot) for path, body in bodies.items()}


class Deploys:
    """One site, its store, and what the gate and the store say after each deploy."""

    def __init__(self, server, folder, handrail):
        self.server = server
        self.out = folder / "handrail-out"
        self.call = handrail
        self.decision = folder / "gate.json"
        self.codes, self.gates, self.states = [], [], []
        self.usual = ()

    def real(self, routes):
        """Audited by the browser."""
        self.server.routes |= routes
        self._judge("www")

    def read(self, routes, *, gone=(), broke=(), without=(), engines=None):
        """Read with a parser. ``gone``: pages that err; ``broke``: (path, rule); ``without``: rules that do not run."""
        with self._store() as store:
            last = store.runs()[-1]
            (site,) = store.sites(last.id)
            run = f"deploy-{len(self.codes) + 1}"
            started = last.started + timedelta(milliseconds=1)
            now = replace(
                last, id=run, started=started, finished=None, state="running", engines=engines or last.engines
            )
            store.begin_run(now)
            store.begin_site(replace(site, run_id=run, state="running", reasons=()))
            store.add_links(run, "www", [Link(url=self.server.url(path), via="start") for path in routes])
            for lease in store.lease(run, "www", owner="test", limit=9, seconds=60):
                path = "/" + lease.url.split("/", 3)[3]
                if path in gone:
                    store.finish(lease, PageResult(outcome=PageOutcome.SERVER_ERROR, status=500))
                    continue
                outcomes = [one for one in self._judged(path, routes[path], broke) if one.rule not in without]
                store.finish(lease, PageResult(outcome=PageOutcome.AUDITED, status=200, outcomes=tuple(outcomes)))
            why = [one for one in incomplete_because(store, run, "www", 0.5) if not one.startswith("start-page")]
            store.finish_site(run, "www", "incomplete" if why else "complete", why)
            store.finish_run(run, "incomplete" if why else "complete")
        self._judge()

    def _judged(self, path, html, broke):
        rules = []
        for rule, css in NAMELESS.items():
            found = LexborHTMLParser(html).css(css)
            outcome = "violation" if found else "pass"
            nodes = [
                {"target": [css], "html": one.html, "message": "", "impact": "serious", "part": part_of(one)}
                for one in found
            ]
            broken = (path, rule) in broke
            nodes = [] if broken else nodes
            rules.append({"id": rule[4:], "outcome": outcome, "impact": None, "nodes": nodes, "error": broken})
        axe = {"version": "4", "frames": [{"frame": [], "url": "", "rules": rules}], "not_entered": []}
        snapshot = Snapshot(site="www", url=self.server.url(path), artifacts={"axe": axe})
        judged = run_checks(snapshot, [AxeRules(redact=lambda text: text)], site_key="www")
        ours = {one.rule: one for one in judged if one.rule in NAMELESS}
        return [ours.get(one.rule, one) for one in self.usual]

    def _judge(self, *arguments):
        call = self.call("gate", *arguments, "-q", "--out", self.out, f"--report=json={self.decision}")
        self.codes.append(call.code)
        (gate,) = json.loads(self.decision.read_text("utf-8"))["sites"]
        self.gates.append(gate)
        with self._store() as store:
            run = store.runs()[-1].id
            self.states.append({one.rule: one.state for one in store.issues(run, "www")})
            if not self.usual:
                lines = [one for one in store.findings(run) if one["record"] == "outcome" and one["url"].endswith("/")]
                passed = [one for one in lines if one["verdict"] in ("pass", "inapplicable", "fail")]
                self.usual = tuple(
                    Outcome(rule=one["rule"], verdict=Verdict.PASS, engine=one["engine"]) for one in passed
                )

    def nothing(self):
        """An audit that saw no page."""
        with self._store() as store:
            last = store.runs()[-1]
            (site,) = store.sites(last.id)
            started = last.started + timedelta(milliseconds=1)
            store.begin_run(replace(last, id="nothing", started=started, state="running"))
            store.begin_site(replace(site, run_id="nothing", state="running"))
            why = incomplete_because(store, "nothing", "www", 0.5)
            store.finish_site("nothing", "www", "incomplete", why)
            store.finish_run("nothing", "incomplete")
        self.empty = self.call("gate", "-q", "--out", self.out)

    def decide(self, rule, *arguments):
        """A person decides about an issue, on the command line."""
        with self._store() as store:
            known = {one.rule: one.id for one in store.issues(store.runs()[-1].id, "www")}
        name, *options = arguments
        until = (date.today() + timedelta(days=30)).isoformat()
        call = self.call("issues", name, known[rule], *options, "--by", "Web lead", "--until", until, "--out", self.out)
        assert call.code == 0, call

    def _store(self):
        return self.call_store(self.out)


def part_of(node):
    while node is not None:
        if node.tag in PARTS:
            key, name = PARTS[node.tag]
            return {"key": key, "name": name}
        node = node.parent
    return {"key": "content", "name": "Page content"}


@pytest.fixture(scope="module")
def deploys(serve_module, tmp_path_factory, handrail):
    """All ten."""
    from handrail import runs
    from handrail.config import Policy

    picture = (200, {"Content-Type": "image/gif"}, PIXEL)
    server = serve_module({"/photo.gif": picture, "/second.gif": picture, "/favicon.ico": picture})
    folder = tmp_path_factory.mktemp("deploys")
    (folder / "handrail.toml").write_text(CONFIG.format(start=server.url()), "utf-8")
    parts = runs.parts_for(Policy())
    Deploys.call_store = staticmethod(lambda out: runs.open_known(runs.Place(out=out), parts))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        told = Deploys(server, folder, handrail)
        photo = {"permits": PHOTO}
        told.real(city(**photo))
        later = {"without": (LABEL,)}
        told.read(city(**photo, foot=SOCIAL), **later)
        told.read(city(**photo, foot=SOCIAL), gone=("/permits",), **later)
        told.read(city(**photo), **later)
        told.read(city(**photo, foot=SOCIAL), **later)
        told.read(city(**photo), broke=[("/permits", IMAGE)], **later)
        newer = {"engines": {"axe-core": "99.0.0"}}
        told.read(city(**photo, pools=SEND, news=FIELD), **later, **newer)
        told.read(city(**photo, news=FIELD))
        why = ("--ground", "s. 14(5)", "--reason", "The archive is being replaced.", "--owner", "Web team")
        told.decide(IMAGE, "accept", *why)
        told.decide(LABEL, "false-alarm", "--reason", "The field is for the sign-language service alone.")
        told.read(city(permits=PHOTO + SECOND, news=FIELD))
        told.nothing()
        told.real(city(news=FIELD))
    return told


def changes(gate):
    return {one["rule"]: one["change"] for one in gate["issues"] if one["rule"] in NAMELESS}


def one(gate, rule):
    (found,) = [issue for issue in gate["issues"] if issue["rule"] == rule]
    return found


def gone(gate):
    return {issue["rule"]: issue["state"] for issue in gate["gone"] if issue["rule"] in NAMELESS}


#: Of each deploy: the gate's exit code, what the store calls each issue, what the gate calls it, and what is gone.
HISTORY = [
    (1, {IMAGE: "new"}, {IMAGE: "known"}, {}),  # a first gate has limits alone
    (1, {IMAGE: "open", LINK: "new"}, {IMAGE: "known", LINK: "new"}, {}),
    (0, {IMAGE: "not-checked", LINK: "open"}, {LINK: "known"}, {IMAGE: "not-checked"}),  # a page is down
    (0, {IMAGE: "open", LINK: "fixed"}, {IMAGE: "known"}, {LINK: "fixed"}),  # up again, as it was
    (1, {IMAGE: "open", LINK: "returned"}, {IMAGE: "known", LINK: "returned"}, {}),
    (0, {IMAGE: "not-checked", LINK: "fixed"}, {}, {IMAGE: "not-checked", LINK: "fixed"}),  # the check broke
    (1, {IMAGE: "open", BUTTON: "new"}, {IMAGE: "known", BUTTON: "new"}, {}),  # another version of the engine
    (
        0,
        {IMAGE: "open", BUTTON: "fixed", LABEL: "new"},
        {IMAGE: "known", LABEL: "new"},
        {BUTTON: "fixed"},
    ),
    (0, {IMAGE: "open", LABEL: "open"}, {IMAGE: "more", LABEL: "known"}, {}),  # accepted; a false alarm
    (0, {IMAGE: "fixed", LABEL: "open"}, {LABEL: "known"}, {IMAGE: "fixed"}),
]


@pytest.mark.parametrize("number", range(10))
def test_after_each_deploy_every_issue_is_what_it_is(deploys, number):
    code, states, told, left = HISTORY[number]
    gate = deploys.gates[number]

    assert {rule: state for rule, state in deploys.states[number].items() if rule in NAMELESS} == states
    assert (changes(gate), gone(gate)) == (told, left)
    assert (deploys.codes[number], gate["reasons"]) == (code, [])


def test_what_another_engine_or_a_new_rule_found_is_told_apart(deploys):
    assert one(deploys.gates[1], LINK)["because"] == "site"
    assert one(deploys.gates[6], BUTTON)["because"] == "engine"
    assert one(deploys.gates[7], LABEL)["because"] == "rule"
    assert list(deploys.gates[6]["engines"]) == ["axe-core"]


def test_what_people_decided_is_told_and_does_not_shut_the_gate(deploys):
    gate = deploys.gates[8]

    assert one(gate, IMAGE)["waiver"].startswith("log-")
    assert one(gate, LABEL)["waiver"].startswith("log-")
    assert one(deploys.gates[9], LABEL)["waiver"] == one(gate, LABEL)["waiver"]
    assert one(deploys.gates[7], LABEL)["waiver"] == ""


def test_an_empty_run_is_no_pass_and_replaces_no_history(deploys):
    assert deploys.empty.code == 3
    assert "No page could be audited." in deploys.empty.said
    assert [gate["baseline_run"] for gate in deploys.gates[8:]] == ["deploy-8", "deploy-9"]


def test_an_issue_has_one_id_through_all_ten(deploys):
    ids = {issue["rule"]: set() for gate in deploys.gates for issue in gate["issues"] if issue["rule"] in NAMELESS}
    for gate in deploys.gates:
        for issue in gate["issues"]:
            if issue["rule"] in ids:
                ids[issue["rule"]].add(issue["id"])

    assert {rule: len(names) for rule, names in ids.items()} == dict.fromkeys(NAMELESS, 1)
