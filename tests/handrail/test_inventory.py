"""``audit --no-render``: what a site has, without a browser, and never taken for an audit."""

import csv
import json
from urllib.parse import urljoin

import pytest
from selectolax.lexbor import LexborHTMLParser

from audits.model import PageOutcome
from crawler.spiders.inventory import _addresses
from handrail import runs
from handrail.cli import run as handrail
from handrail.config import Policy

HEAD = '<!doctype html><html lang="fr-CA"><head><title>{title}</title></head><body>{body}</body></html>'


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("HANDRAIL_KEY", "ef" * 32)


@pytest.fixture
def city(serve):
    """Pages, a document, a dead link, a way out, a formula for a title, and a calendar without end."""
    return serve(
        {
            "/": HEAD.format(
                title="Accueil",
                body='<a href="/a">A</a> <a href="/minutes.pdf">PDF</a> <a href="/gone">x</a> '
                '<a href="https://other.example/out">out</a> <a href="/cal?month=1">calendar</a> '
                '<a href="mailto:a@b.ca">m</a>',
            ),
            "/a": HEAD.format(
                title="=1+1", body='<a href="/b?q=jane.orchard%40gmail.com">b</a> <a href="/#top">home</a>'
            ),
            "/b?q=jane.orchard%40gmail.com": HEAD.format(title="Results for jane.orchard@gmail.com", body="none"),
            "/minutes.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7"),
            "*": lambda handler: month(handler) if handler.path.startswith("/cal") else (404, {}, "no"),
        }
    )


def month(handler):
    number = int(handler.path.rpartition("=")[2])
    return HEAD.format(title=f"Month {number}", body=f'<a href="/cal?month={number + 1}">next</a>')


def listed(out):
    with (out / "inventory.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {row["url"].partition("//")[2].partition("/")[2]: row for row in csv.DictReader(lines)}


def test_lists_what_is_there_and_audits_nothing(city, tmp_path, capsys):
    out = tmp_path / "out"

    code = handrail(["audit", city.url(), "--no-render", "-o", f"{out}", "-q"])

    rows = listed(out)
    assert code == 0
    assert {path: row["outcome"] for path, row in rows.items() if not path.startswith("cal")} == {
        "": "listed",
        "out": "out-of-scope",
        "a": "listed",
        "b?q=[EMAIL%20j…@gmail.com]": "listed",
        "minutes.pdf": "document",
        "gone": "not-found",
    }
    assert (rows[""]["title"], rows[""]["lang"], rows[""]["found_by"]) == ("Accueil", "fr-CA", "start")
    assert rows["a"]["title"] == "'=1+1"
    assert rows["minutes.pdf"]["content_type"] == "application/pdf"
    assert rows["gone"]["found_on"] == city.url()
    assert "trap" in {row["outcome"] for path, row in rows.items() if path.startswith("cal")}
    assert "Inventory:" in capsys.readouterr().out
    assert not (out / "report").exists()
    assert not any(b"jane.orchard" in path.read_bytes() for path in out.rglob("*") if path.is_file())


def test_nothing_is_called_audited(city, tmp_path):
    place = runs.Place(out=tmp_path / "out")
    handrail(["audit", city.url(), "--no-render", "-o", f"{place.out}", "-q"])

    with runs.open_store(place, runs.parts_for(Policy())) as store:
        run = store.latest_run()
        outcomes = {page.outcome for page in store.page_outcomes(run.id, run_site(store, run))}

    assert run.trigger == "inventory"
    assert PageOutcome.AUDITED not in outcomes
    assert handrail(["report", "-o", f"{place.out}"]) == 2


def run_site(store, run):
    return store.sites(run.id)[0].key


@pytest.mark.parametrize("answer", [(500, {}, "no"), (404, {}, "no"), (403, {}, "no")])
def test_a_site_that_does_not_answer_is_no_empty_inventory(serve, tmp_path, answer, capsys):
    server = serve({"/": answer})

    code = handrail(["audit", server.url(), "--no-render", "-o", f"{tmp_path / 'out'}", "-q"])

    assert code == 3
    assert "no-page-listed" in capsys.readouterr().out


@pytest.mark.browser
def test_an_audit_after_an_inventory_is_the_first_audit(serve, clean_page, tmp_path):
    out = tmp_path / "out"
    server = serve({"/": clean_page('<p><img src="/x.png"></p>')})
    handrail(["audit", server.url(), "--no-render", "-o", f"{out}", "-q"])

    code = handrail(["audit", server.url(), "-o", f"{out}", "-q", "--no-pictures"])

    report = json.loads((out / "report" / "report.json").read_text("utf-8"))
    (site,) = report["sites"]
    assert code == 0
    assert {issue["state"] for issue in site["issues"]} == {"new"}
    assert site["trend"] == [] or len(site["trend"]) == 1


def test_many_pages_are_stored_once(serve, tmp_path):
    """In batches, from several hosts at once, and none twice."""
    pages = {
        f"/p{n}": HEAD.format(
            title=f"Page {n}", body="".join(f'<a href="/p{(n * 7 + k) % 120}">x</a>' for k in range(9))
        )
        for n in range(120)
    }
    servers = [serve({**pages, "/": HEAD.format(title="Home", body='<a href="/p0">0</a>')}) for _ in range(3)]
    out = tmp_path / "out"

    code = handrail(["audit", *(server.url() for server in servers), "--no-render", "-o", f"{out}", "-q"])

    place = runs.Place(out=out)
    with runs.open_store(place, runs.parts_for(Policy())) as store:
        run = store.latest_run()
        for site in store.sites(run.id):
            urls = [page.url for page in store.page_outcomes(run.id, site.key) if page.outcome is PageOutcome.LISTED]
            assert len(urls) == len(set(urls)) == 121
    assert code == 0
    assert all(server.seen.count("/p5") == 1 for server in servers)


HREFS = (
    "x", "./x", "../x", "../../../x", "/x", "//o/x", "http://o/x?y", "?q=1", "x?y=/z", "..", ".", "x#/route", "#!/r",
    "a b", "%2e%2e/x", ";v", "http:x", "x:y",
)  # fmt: skip


@pytest.mark.parametrize("base", ["http://h", "http://h/", "http://h/a/b", "http://h/a/b/", "http://h/a/b?x=/1/2",
                                  "http://h/a/b;p?x#f/g", "https://h:8/é/b.html"])  # fmt: skip
def test_links_are_read_against_the_whole_address_of_the_page(base):
    page = LexborHTMLParser("".join(f"<a href='{href}'>x</a>" for href in HREFS))

    assert list(_addresses(page, base)) == [urljoin(base, href) for href in HREFS]


@pytest.mark.parametrize("href", ["mailto:a@b.example", "tel:5", "javascript:go()", "data:,", "#top", "", " "])
def test_what_leads_to_no_page_is_no_link(href):
    assert list(_addresses(LexborHTMLParser(f"<a href='{href}'>x</a><a>y</a>"), "http://h/a")) == []
