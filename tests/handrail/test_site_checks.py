"""Checks across pages through the front door: a small site with one fault of each kind, and the same repaired."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MENU = ("parks", "taxes", "roads", "water", "dogs")
TEXT = (
    "Notwithstanding the aforementioned municipal legislation the administrative authority of the corporation is "
    "empowered to initiate enforcement of the supplementary environmental regulations applicable to developments. "
)
FOOT = '<a href="tel:+19055550100">Call</a> <a href="/contact">Contact us</a>'
SEARCH = '<form role="search"><input type="search" aria-label="Search"></form>'


def html(name, body="", *, menu=MENU, title="", lang="en", foot=FOOT):
    links = "".join(f'<li><a href="/{one}">{one.title()}</a></li>' for one in menu)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title or name} - City</title></head>'
        f'<body><header><a href="/">City</a></header><nav class="main"><ul>{links}</ul></nav>'
        f"<main><h1>{name}</h1><p>All about {name}.</p>{body}</main><footer>{foot}</footer></body></html>"
    )


def site(host, *, broken):
    """Path -> page. Repaired, everything else stays as it is."""
    pages = {f"/{one}": html(one.title()) for one in MENU}
    pages |= {
        "/": html(
            "Home",
            '<a href="/taxes#dates">Due dates</a> <a href="/old">Old</a> <a href="https://nowhere.invalid/x">Out</a>',
        ),
        "/old": (302, {"Location": "/parks"}, ""),
        "/taxes": html("Taxes", f'<h2 id="{"rates" if broken else "dates"}">Due dates</h2>'),
        "/contact": html("Contact"),
        "/roads": html("Roads", '<a href="/gone">Winter roads</a>' if broken else '<a href="/water">Winter</a>'),
        "/water": html("Water", title="Roads" if broken else ""),
        "/dogs": html("Dogs", menu=("taxes", "parks", *MENU[2:]) if broken else MENU),
        "/lost": html("Lost property", f"<p>{TEXT * 20}</p>"),
        "/fr/parcs": html(
            "Parcs", '<a href="/fr/parcs?page=2">Suite</a>', title="Parks", lang="fr", menu=("fr/parcs",)
        ),
        "/fr/parcs?page=2": html("Parcs, suite", title="Parks", lang="fr", menu=("fr/parcs",)),
        "/robots.txt": (200, {"Content-Type": "text/plain"}, f"Sitemap: {host}/sitemap.xml"),
        "/sitemap.xml": (
            200,
            {"Content-Type": "application/xml"},
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{host}/lost</loc></url></urlset>',
        ),
    }
    if not broken:
        pages["/"] = html(
            "Home",
            '<a href="/taxes#dates">Dates</a> <a href="/lost">Lost</a>' + SEARCH,
        )
    pages["/parks"] = html("Parks", '<a href="/fr/parcs" lang="fr">Français</a>')
    return pages


@pytest.fixture(scope="module")
def twice(audit, serve_module, tmp_path_factory):
    """(the audit of the broken site, the one of the repaired site)"""
    server = serve_module({})
    server.routes.update(site(server.url("").rstrip("/"), broken=True))
    out = tmp_path_factory.mktemp("across")
    first = audit(out, server.url(), "--quiet")
    kept = (first.code, first.report, first.lines, first.html(first.report["sites"][0]["key"]))
    server.routes.clear()
    server.routes.update(site(server.url("").rstrip("/"), broken=False))
    again = audit(out, server.url(), "--quiet")
    return kept, again


def across(report):
    (one,) = report["sites"]
    return {issue["rule"]: issue for issue in one["issues"] if issue["rule"].startswith("site/")}


def test_each_fault_is_one_issue_of_the_report(twice):
    (code, report, _, page), _ = twice

    found = across(report)

    assert code == 0
    assert {rule: (issue["verdict"], issue["places"]) for rule, issue in found.items()} == {
        "site/broken-link": ("fail", 1),
        "site/duplicate-title": ("review", 1),
        "site/hard-to-read": ("review", 1),
        "site/missing-anchor": ("review", 1),
        "site/navigation-order": ("fail", 1),
        "site/one-way-only": ("review", 1),
        "site/orphan-page": ("review", 1),
    }
    at = {rule: issue["examples"][0]["url"].rpartition("/")[2] for rule, issue in found.items()}
    assert at == {
        "site/broken-link": "roads",
        "site/duplicate-title": "roads",
        "site/hard-to-read": "lost",
        "site/missing-anchor": "",
        "site/navigation-order": "dogs",
        "site/one-way-only": "",
        "site/orphan-page": "lost",
    }
    assert found["site/navigation-order"]["title"]["fr"] == "Le menu n’a pas le même ordre que sur les autres pages"
    assert "Menu has another order than on other pages" in page


def test_the_lines_say_how_every_rule_across_pages_ended(twice):
    (_, _, lines, _), _ = twice

    ended = {line["rule"]: line["verdict"] for line in lines if line["record"] == "outcome" and line["url"] == ""}

    assert ended["site/help-order"] == "pass"
    assert ended["site/inconsistent-identification"] == "pass"
    assert ended["site/navigation-order"] == "fail"
    assert not [line for line in lines if line["record"] == "outcome" and line["verdict"] == "error"]


def test_what_was_repaired_is_fixed_in_the_next_run(twice):
    _, again = twice

    with again.store() as store:
        run = store.latest_run().id
        (key,) = [one.key for one in store.sites(run)]
        states = {one.rule: one.state for one in store.site_data(run, key).issues if one.rule.startswith("site/")}

    assert states == {
        "site/broken-link": "fixed",
        "site/duplicate-title": "fixed",
        "site/hard-to-read": "open",
        "site/missing-anchor": "fixed",
        "site/navigation-order": "fixed",
        "site/one-way-only": "fixed",
        "site/orphan-page": "fixed",
    }


def test_a_few_pages_of_a_site_say_what_they_cannot_say(audit, serve, tmp_path):
    server = serve({})
    server.routes.update(site(server.url("").rstrip("/"), broken=True))

    call = audit(tmp_path, server.url(), "--max-pages", "3", "--quiet")

    ended = {line["rule"]: line for line in call.lines if line["record"] == "outcome" and line["url"] == ""}
    for rule in ("site/orphan-page", "site/one-way-only"):
        assert (ended[rule]["verdict"], ended[rule]["reason"]) == (
            "not-run",
            "not run: only a sample of the site was asked for",
        )
    assert not {"site/orphan-page", "site/one-way-only"} & across(call.report).keys()
