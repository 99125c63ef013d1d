"""The gate on a few pages: a page of each kind stands for the others; one on another host of the site stays there."""

import json

import pytest

from handrail.cli.audit import _pages_of

CONFIG = """
[sites.www]
start = ["{start}"]
sitemaps = false
carry_days = 0
"""


def page(title, body):
    links = "".join(f'<a href="/news/{n}">News of day {n}</a> ' for n in range(1, 9))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body><header>'
        f'<nav aria-label="Main"><a href="/">Start</a> <a href="/contact">Contact</a> {links}</nav></header>'
        f"<main><h1>{title}</h1>{body}</main></body></html>"
    )


def routes(news):
    return {
        "/": page("The City of Larkspur Bay", "<p>Welcome.</p>"),
        "/contact": page("Contact the City", '<label for="m">Message</label> <input id="m">'),
        **{f"/news/{n}": page(f"News of day {n}", news) for n in range(1, 9)},
    }


@pytest.mark.browser
@pytest.mark.slow
def test_a_page_of_each_kind_tells_what_a_deploy_broke_on_all_of_them(serve_module, handrail, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    server = serve_module(routes("<p>Something happened.</p>"))
    (tmp_path / "handrail.toml").write_text(CONFIG.format(start=server.url()), "utf-8")

    early = handrail("gate", "www", "--sample", "-q")
    whole = handrail("audit", "www", "-q", "--no-report", "--no-pictures")
    server.routes |= routes('<p>Something happened. <img src="data:,"></p>')
    broken = handrail("gate", "www", "--sample", "-q", "--report", "json=broken.json")
    told = json.loads((tmp_path / "broken.json").read_text("utf-8"))["sites"][0]
    news = next(path for issue in told["issues"] for path in issue["pages"] if path.startswith("/news/"))
    server.routes |= {news: (404, {}, "gone")}
    gone = handrail("gate", "www", "--sample", "-q")

    assert (early.code, whole.code, broken.code, gone.code) == (2, 0, 1, 3)
    assert 3 <= told["pages"] < 10
    assert told["sample"] == f"{told['pages']} pages, of each kind one"
    assert told["baseline_sample"] == ""
    assert {issue["rule"] for issue in told["issues"] if issue["change"] == "new"} == {"axe/image-alt"}


LIMITED = (
    CONFIG.format(start="http://127.0.0.1:9/")
    + """
[[sites.www.gate.limits]]
most = 0
rules = [{rules}]
"""
)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ('"axe/imag-alt"', "gate.limits: 'axe/imag-alt' fits no rule of this version; did you mean 'axe/image-alt'?"),
        ('"axe/image-alt", "chekc/*"', "'chekc/*' fits no rule"),
        ('"axe/image-alt", "check/*", "site/broken-*", "manual/*"', ""),
    ],
)
def test_a_limit_for_rules_that_are_none_is_refused(handrail, tmp_path, monkeypatch, rules, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "handrail.toml").write_text(LIMITED.replace("{rules}", rules), "utf-8")

    call = handrail("gate")

    assert call.code == 2
    assert said in call.told if said else "fits no rule" not in call.told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sample"], "name it"),
        (["www", "--sample", "--changed-urls", "pages"], "leave out --sample"),
    ],
)
def test_a_sample_that_is_asked_for_wrongly_is_refused(handrail, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "handrail.toml").write_text(CONFIG.format(start="https://www.city.example/"), "utf-8")
    (tmp_path / "pages").write_text("/\n", "utf-8")

    call = handrail("gate", *arguments)

    assert call.code == 2
    assert said in call.told


def test_a_page_on_another_host_of_the_site_stays_there_and_one_of_elsewhere_is_the_sites_own():
    lines = ["/a", "https://forms.city.example/b", "https://preview.example/c", "https://www.city.example/a"]

    pages = _pages_of(
        "https://www.city.example/start",
        [("pages:1", line) for line in lines],
        "--changed-urls",
        ("www.city.example", "forms.city.example"),
    )

    assert pages == ("https://www.city.example/a", "https://forms.city.example/b", "https://www.city.example/c")
