"""How pages come, through the front door: a server that says nothing to browsers, and one that says all of it."""

import io
import json
import logging

import pytest
from kept import bytes_of
from servers import Authority, Relay, WebServer, needs_certutil

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_certutil]

#: Nobody answers there, and no browser asks: a page over https never loads them by http.
FOREIGN = "http://cdn.example.com"
GOOD = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Content-Security-Policy": "default-src 'self' 'nonce-5up3r'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
SENT = {"site/strict-transport", "site/content-policy", "site/referrer-policy", "site/type-sniffing", "site/framing"}
#: Nobody may read these in what a run leaves behind.
PLANTED, COOKIE = "q-7731-marigold", "v-4471-foxglove"
#: What another organization's script keeps, and its answer.
TAG = (
    f'document.cookie = "_ga={COOKIE}; max-age=63072000; path=/"; localStorage.setItem("_hjid", "{COOKIE}");'
    f'document.cookie = "{COOKIE}"; document.cookie = "OptanonConsent={COOKIE}; max-age=600";'
)


def html(name, body="", head=""):
    links = "".join(f'<li><a href="/{one}">{one.title()}</a></li>' for one in ("parks", "taxes", "roads"))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name} - City</title>{head}</head>'
        f'<body><nav><ul><li><a href="/">Home</a></li>{links}</ul></nav><main><h1>{name}</h1><p>All about {name}.</p>'
        f"{body}</main></body></html>"
    )


def site(sent, *, mixed=False, extra=""):
    body = (
        f'<script src="{FOREIGN}/active.js?{PLANTED}"></script><img src="{FOREIGN}/i.png?{PLANTED}" alt="A park">'
        f'<img srcset="/near.png 1x, {FOREIGN}/far.png 2x" src="/near.png" alt="Another park">'
        '<script type="text/template" src="http://cdn.example.com/t"></script>'
        '<link rel="canonical" href="http://www.city.example/"><a href="http://other.example/">Another site</a>'
        '<script>const noted = "http://cdn.example.com/x.js";</script><script src="http://localhost:1/near.js"></script>'
    )
    sealed = (
        '<script src="https://cdn.example.com/lib-3.7.1.min.js"></script>'
        '<script src="https://cdn.example.com/sealed-1.2.3.js" integrity="sha384-AAAA" crossorigin></script>'
        '<script src="https://cdn.example.com/widget.js"></script>'
        '<script src="/own-1.2.3.js"></script><link rel="stylesheet" href="https://cdn.example.com/css/4.5.6/all.css">'
    )
    pages = {f"/{name}": html(name.title()) for name in ("parks", "taxes", "roads")}
    pages["/"] = html("Home", (body if mixed else "") + extra, sealed if mixed else "")
    return {path: (200, sent, page) for path, page in pages.items()}


@pytest.fixture(scope="module")
def ran(audit, tmp_path_factory):
    """One audit of two sites, by https, through a proxy to which every name is this machine."""
    folder = tmp_path_factory.mktemp("transport")
    authority = Authority(folder / "authority", "inner")
    relay = Relay("http")
    names = ["bare.city.example", "good.city.example"]
    asked = {"Content-Type": "text/javascript", "Set-Cookie": f"uid={COOKIE}; Max-Age=9999999; SameSite=None; Secure"}
    tags = WebServer({f"/tag.js?{PLANTED}": (200, asked, TAG)}, authority.issue("tags", ["tags.example.org"]))
    tag = f'<script src="{tags.url(f"/tag.js?{PLANTED}", host="tags.example.org")}"></script>'
    signed = {"Set-Cookie": f"JSESSIONID={COOKIE}; Path=/"}
    kept = {"Set-Cookie": f"JSESSIONID={COOKIE}; Path=/; Secure; HttpOnly; SameSite=Lax"}
    servers = {
        "bare": WebServer(site(signed, mixed=True, extra=tag), authority.issue("bare", names)),
        "good": WebServer(site(GOOD | kept), authority.issue("good", names)),
        "tags": tags,
    }
    network = f'proxy = "{relay.server}"\nca_file = {json.dumps(str(authority.file))}\n'
    config = "".join(
        f'[sites.{key}]\nstart = ["{server.url(host=f"{key}.city.example")}"]\nsitemaps = false\n'
        f"[sites.{key}.network]\n{network}"
        for key, server in list(servers.items())[:2]
    )
    (folder / "handrail.toml").write_text(config, "utf-8")
    logged = io.StringIO()
    handler, root = logging.StreamHandler(logged), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        call = audit(folder / "out", "-q", "--no-pictures", "-c", folder / "handrail.toml")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    call.logged = logged.getvalue()
    for server in servers.values():
        server.shutdown()
        server.server_close()
    relay.close()
    return call


def issues(call, key):
    """Rule -> (verdict, places) of what is not about accessibility."""
    return {
        issue["rule"]: (issue["verdict"], issue["places"])
        for issue in call.site(key)["issues"]
        if issue["group"] == "privacy"
    }


def test_a_server_that_says_nothing_is_told_once_for_all_its_pages(ran):
    found = issues(ran, "bare")

    assert ran.code == 0
    assert {rule: found[rule] for rule in SENT} == dict.fromkeys(SENT, ("review", 1))
    lines = [line for line in ran.lines if line["record"] == "finding" and line["site"] == "bare"]
    messages = [line["message"] for line in lines if line["rule"] in SENT]
    assert len(messages) == 5
    assert all(message.startswith("All 4 pages of bare.city.example:") for message in messages)


def test_what_the_page_asks_for_by_http_and_what_it_takes_unseen(ran):
    lines = [line for line in ran.lines if line["record"] == "finding" and line["site"] == "bare"]

    mixed = {(one["verdict"], one["snippet"]) for one in lines if one["rule"] == "privacy/mixed-content"}
    unsealed = [one["message"].partition(" loaded ")[2] for one in lines if one["rule"] == "site/unsealed-file"]

    assert mixed == {
        ("fail", f'<script src="{FOREIGN}/active.js">'),
        ("review", f'<img src="{FOREIGN}/i.png" alt="A park">'),
        ("review", f'<img srcset="/near.png 1x, {FOREIGN}/far.png 2x" alt="Another park">'),
    }
    assert sorted(one.partition(".com")[0] for one in unsealed) == [
        "all.css from cdn.example",
        "lib-3.7.1.min.js from cdn.example",
    ]


def test_what_is_kept_on_a_first_visit(ran):
    lines = [line for line in ran.lines if line["record"] == "finding" and line["site"] == "bare"]

    kept = [one["message"].partition(" on ")[0] for one in lines if one["rule"] == "site/kept-before-consent"]
    taken = [(one["verdict"], one["message"]) for one in lines if one["rule"] == "site/unprotected-cookie"]

    assert sorted(kept) == [
        "Google Analytics, analytics, kept the cookie “_ga” for 13 months, set by tags.example.org/tag.js",
        "Hotjar (Contentsquare), session replay, kept in local storage “_hjid”, set by tags.example.org/tag.js",
        "tags.example.org kept the cookie “uid” for 4 months",
    ]
    ((verdict, message),) = taken
    assert verdict == "fail"
    assert "set the cookie “JSESSIONID” of bare.city.example without Secure and HttpOnly." in message


def test_a_server_that_says_all_of_it_has_nothing_to_repair(ran):
    ended = {
        line["rule"]: line["verdict"]
        for line in ran.lines
        if line["record"] == "outcome" and line["site"] == "good" and line["url"] == ""
    }

    assert issues(ran, "good") == {}
    assert {ended[rule] for rule in SENT | {"site/not-encrypted", "site/unsealed-file"}} == {"pass"}
    assert {ended[rule] for rule in ("site/kept-before-consent", "site/unprotected-cookie")} == {"pass"}


def test_none_of_it_counts_in_what_is_said_of_accessibility(ran):
    bare, good = (ran.site(key) for key in ("bare", "good"))
    said = ("verdict", "goal_only_fails", "places_required", "required", "goal")

    assert {key: bare[key] for key in said} == {key: good[key] for key in said}
    assert [one["result"] for one in bare["criteria"]] == [one["result"] for one in good["criteria"]]


def test_no_query_string_and_no_value_of_a_cookie_leaves_the_page(ran):
    left = [path for path in ran.out.rglob("*") if path.is_file()]

    assert {".html", ".json", ".jsonl", ".sqlite"} <= {path.suffix for path in left}
    for value in (PLANTED, COOKIE):
        assert not [path for path in left if value.encode() in bytes_of(path)]
        assert value not in ran.logged + ran.said + ran.told


def test_headers_that_are_sent_at_last_are_seen_though_no_page_changed(audit, tmp_path):
    authority, relay = Authority(tmp_path / "authority", "inner"), Relay("http")
    server = WebServer(site({}), authority.issue("late", ["late.city.example"]))
    (tmp_path / "handrail.toml").write_text(
        f'[sites.late]\nstart = ["{server.url(host="late.city.example")}"]\nsitemaps = false\n[sites.late.network]\n'
        f'proxy = "{relay.server}"\nca_file = {json.dumps(str(authority.file))}\n',
        "utf-8",
    )

    first = issues(audit(tmp_path / "out", "-q", "--no-pictures", "-c", tmp_path / "handrail.toml"), "late")
    server.routes = site(GOOD)
    again = audit(tmp_path / "out", "-q", "--no-pictures", "-c", tmp_path / "handrail.toml")

    with again.store() as store:
        states = {one.rule: one.state for one in store.site_data(store.latest_run().id, "late").issues}
    carried = [line["carried_from"] for line in again.lines if line["record"] == "page"]
    assert first.keys() == SENT
    assert len(carried) == 4
    assert all(carried)
    assert {rule: states[rule] for rule in SENT} == dict.fromkeys(SENT, "fixed")
    server.shutdown()
    server.server_close()
    relay.close()
