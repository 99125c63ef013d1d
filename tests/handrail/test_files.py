"""What pages link to and load that is no page: read for personal information, told once, and counted as no page."""

import gzip
import json

import pytest

from crawler.documents import LIMIT
from handrail.demo.people import Draw, grouped

pytestmark = pytest.mark.browser

DRAW = Draw(5)
SIN, LATE, CLOSED, LOADED, PATH, CODED = (DRAW.sin() for _ in range(6))
MAIL = "jo.testwell7@gmail.com"
PDF = b"%PDF-1.7\n" + b"a" * 50


def page(name, body="", head=""):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>{head}</head>'
        f"<body><main><h1>{name}</h1><p>All about {name}.</p>{body}</main></body></html>"
    )


def of(kind, body, **headers):
    return (200, {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}, body)


def breaks_off(handler):
    """Says that it is text, and ends before its end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Content-Length", "99")
    handler.end_headers()
    handler.wfile.write(b"Notes")
    handler.close_connection = True


FRAMED = DRAW.sin()
LINKED = (
    "/data/list.csv", "/data/parks.csv", "/api/people", "/feed.xml", "/cal.ics", "/big.csv", "/zipped.csv", "/saved",
    "/closed/secret.csv", "/notes", "/page.csv", "/pdf.csv", "/broken.json", "/gone.txt", "/logo.png", "/site.css",
)  # fmt: skip
SCRIPTS = '<script src="/assets/app.js?v=2"></script><script src="/assets/lib.js"></script>'
ROWS = "Name,SIN\n" + "Fence,none\n" * (LIMIT // 10)


@pytest.fixture(scope="module")
def ran(serve_module, audit, tmp_path_factory):
    """One audit: (call, server)."""
    framed = page("Out", "", '<script src="/in-frame-cdn.js"></script>')
    elsewhere = serve_module({"*": of("text/javascript", f"var sin = '{SIN}';"), "/out": framed})
    links = "".join(f'<p><a href="{path}">The file {path}</a></p>' for path in LINKED)
    foreign = f'<script src="{elsewhere.url("/cdn.js")}"></script>'
    head = f'{SCRIPTS}<script src="/closed/shy.js"></script><script src="/assets/mapped.js"></script>{foreign}'
    frames = f'<iframe title="In" src="/in"></iframe><iframe title="Out" src="{elsewhere.url("/out")}"></iframe>'
    routes = {
        "/": page("Home", f'{links}<p><a href="/two">Two</a></p>{frames}', head),
        "/in": page("In", "", '<script src="/assets/framed.js"></script>'),
        "/assets/framed.js": of("text/javascript", f"const test = {{sin: '{FRAMED}'}};"),
        "/two": page("Two", '<p><a href="/">Home</a></p>', SCRIPTS),
        "/robots.txt": of(
            "text/plain", f"User-agent: *\nDisallow: /closed/\nDisallow: /sin/{grouped(PATH, (3, 3, 3), '-')}/\n"
        ),
        "/data/list.csv": of("text/csv", f"Name,SIN,Home phone\nJo Testwell,{SIN},905-335-7777\n"),
        "/data/parks.csv": of("text/csv", "Park,Phone\nCentral,905-335-7780\n"),
        "/api/people": of("application/json; charset=utf-8", json.dumps({"people": [{"sin": LOADED}]})),
        "/feed.xml": of("application/rss+xml", "<rss><channel><title>News</title></channel></rss>"),
        "/cal.ics": of("text/calendar", f"BEGIN:VEVENT\nATTENDEE:mailto:{MAIL}\nEND:VEVENT\n"),
        "/big.csv": of("text/csv", f"Name,SIN\nJo,{SIN}\n{ROWS}Jo,{LATE}\n"),
        "/zipped.csv": of("text/csv", gzip.compress(f"Name,SIN\nJo,{LOADED}\n".encode()), Content_Encoding="gzip"),
        "/saved": of("text/csv", f"Name,SIN\nJo,{LOADED}\n", Content_Disposition="attachment; filename=a.csv"),
        "/closed/secret.csv": of("text/csv", f"Name,SIN\nJo,{CLOSED}\n"),
        "/closed/shy.js": of("text/javascript", f"var sin = '{CLOSED}';"),
        "/closed/app.js.map": of("application/json", "{}"),
        "/page.csv": page("A page after all"),
        "/pdf.csv": of("text/csv", PDF),
        "/notes": breaks_off,
        "/broken.json": (500, {}, "broken"),
        "/gone.txt": (404, {}, "gone"),
        "/logo.png": of("image/png", b"\x89PNG"),
        "/site.css": of("text/css", "p {}"),
        "/assets/app.js?v=2": of(
            "text/javascript", f"const test = {{sin: '{CODED}'}};\n//# sourceMappingURL=/closed/app.js.map\n"
        ),
        "/assets/lib.js": of("text/javascript", "var a = 1;\n//# sourceMappingURL=lib.js.map\n"),  # that is not there
        "/assets/mapped.js": of("text/javascript", "var b = '//# sourceMappingURL=no';\n//# sourceMappingURL=b.map"),
        "/assets/b.map": of("application/json", '{"version": 3}'),
    }
    server = serve_module(routes)
    folder = tmp_path_factory.mktemp("files")
    return audit(folder / "out", server.url()), server


def found(call, rule):
    """(path, place, where) of the findings of one rule."""
    lines = [line for line in call.lines if line["record"] == "finding" and line["rule"] == rule]
    return {
        ("/" + line["url"].split("/", 3)[3], line["selector"], (line.get("exposure") or {}).get("where"))
        for line in lines
    }


def test_every_address_ends_as_what_it_is(ran):
    call, _ = ran
    key = call.report["sites"][0]["key"]

    assert call.ends(key) == {
        "/": "audited",
        "/two": "audited",
        "/page.csv": "audited",
        **dict.fromkeys(("/data/list.csv", "/data/parks.csv", "/api/people", "/feed.xml", "/cal.ics"), "file"),
        **dict.fromkeys(("/zipped.csv", "/saved", "/robots.txt"), "file"),
        **dict.fromkeys(("/assets/app.js?v=2", "/assets/lib.js", "/assets/mapped.js", "/assets/framed.js"), "file"),
        **dict.fromkeys(("/big.csv", "/closed/secret.csv", "/closed/shy.js", "/broken.json", "/notes"), "file-unread"),
        "/pdf.csv": "document-unread",
        "/gone.txt": "not-found",
        "/logo.png": "not-html",
        "/site.css": "not-html",
    }


def test_files_are_no_pages_in_any_number(ran):
    call, _ = ran
    coverage = call.report["sites"][0]["coverage"]
    other = {row["outcome"]: row for row in coverage["other"]}

    assert call.code == 0
    assert (coverage["found"], coverage["audited"], coverage["percent"]) == (3, 3, 100)
    assert other["file"]["addresses"] == 12
    assert {one["reason"].partition(":")[0] for one in other["file-unread"]["examples"]} == {
        "read up to 2048 kB",
        "robots",
        "server-error",
        "network-error",
    }
    judged = {line["rule"] for line in call.lines if line["record"] == "outcome" and line["url"].endswith("list.csv")}
    assert {rule.partition("/")[0] for rule in judged} <= {"pii", "privacy"}


def test_what_is_in_files_is_found_where_it_stands(ran):
    call, _ = ran

    assert found(call, "pii/ca-sin") == {
        ("/data/list.csv", "B2", "data"),
        ("/api/people", "$.people[0].sin", "data"),
        ("/big.csv", "B2", "data"),  # and no word of what stands behind the limit
        ("/zipped.csv", "B2", "data"),
        ("/saved", "B2", "data"),
        ("/assets/app.js?v=2", "L1", "code"),
        ("/assets/framed.js", "L1", "code"),  # only a frame loads it
        ("/robots.txt", "L3", "robots"),
    }
    assert found(call, "pii/email-address") == {("/cal.ics", "VEVENT[1].ATTENDEE", "file")}
    assert found(call, "privacy/source-map") == {("/assets/mapped.js", "", None)}


def test_a_file_is_asked_for_once_and_what_is_closed_or_elsewhere_never(ran):
    _, server = ran
    by_scrapy = [path for path, agent in zip(server.seen, server.agents, strict=True) if agent.startswith("Handrail/")]

    assert by_scrapy.count("/data/list.csv") == 1
    assert by_scrapy.count("/assets/lib.js") == 1
    assert not [path for path in by_scrapy if path.startswith("/closed/")]
    assert server.seen.count("/assets/b.map") == 1


def test_a_script_of_another_site_is_not_this_sites(ran):
    call, _ = ran

    assert not [line for line in call.lines if line["record"] == "page" and "cdn.js" in line["url"]]


def test_the_reports_name_the_kind_of_place_and_what_was_not_read(ran):
    call, _ = ran
    told = "".join(path.read_text("utf-8") for path in (call.out / "report").rglob("*.html"))

    for words in (
        *("Data in a file", "Text of a file", "Données d’un fichier", "Texte d’un fichier"),
        *("read for personal information only", "not read, or not to their end", "non lus, ou pas jusqu’au bout"),
    ):
        assert words in told, words


def test_no_value_is_left_behind(ran):
    call, _ = ran
    values = [SIN, LATE, CLOSED, LOADED, PATH, CODED, FRAMED, grouped(PATH, (3, 3, 3), "-"), MAIL]

    for path in call.out.rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            assert not [value for value in values if value in text], path.name
