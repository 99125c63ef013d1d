"""Documents of a site: fetched to disk, opened apart, judged, told apart from pages, asked for again only if new."""

import contextlib
import gzip
import io
import json
import zipfile

import docx
import pikepdf
import pytest
from kept import text_of
from reportlab.pdfgen.canvas import Canvas

from audits.model import Link, PageOutcome, PageResult
from handrail import runs
from handrail.config import Budget, Policy, Site
from handrail.demo.people import Draw, grouped

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DRAW = Draw(11)
SHOWN, UNDER, ASKED, ZIPPED, NAMED, PLAIN = (DRAW.sin() for _ in range(6))
TAKEN = []
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def pdf(*lines, box=None, password=""):
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(400, 400))
    for number, line in enumerate(lines):
        canvas.drawString(40, 340 - 20 * number, line)
    if box:
        canvas.rect(*box, stroke=0, fill=1)
    canvas.save()
    if not password:
        return file.getvalue()
    out = io.BytesIO()
    with pikepdf.open(file) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner=password, user=password))
    return out.getvalue()


def letter(text):
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def bomb():
    """A small archive that unfolds to 300 MB of one part."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        archive.writestr("word/document.xml", b"<a>" + b" " * (300 << 20))
    return file.getvalue()


def page(name, body=""):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title></head>'
        f"<body><main><h1>{name}</h1><p>All about {name}.</p>{body}</main></body></html>"
    )


def of(kind, body, **headers):
    return (200, {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}, body)


def tagged(body, etag):
    def answer(handler):
        headers = {"Content-Type": PDF, "ETag": etag}
        known = etag in (handler.headers.get("If-None-Match") or "")
        return (304, headers, "") if known else (200, headers, body)

    return answer


def archive(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name in names:
            packed.writestr(name, b"something that is no document " * 60)
    return file.getvalue()


BYTES = "application/octet-stream"
MINUTES = pdf("Minutes of the meeting", "All were present.")
COVERED = pdf("Her SIN is", f"{grouped(UNDER, (3, 3, 3), ' ')}", box=(30, 310, 200, 25))
LINKED = (
    "/minutes.pdf", "/copy.pdf", "/covered.pdf", "/locked.pdf", "/broken.pdf", "/bomb.docx", "/letter.docx",
    "/download?id=7", "/zipped.pdf", "/page.pdf", "/gone.pdf", "/moved.pdf", "/empty.pdf", "/old.doc", "/error.pdf",
    "/closed/plan.pdf", "/notice", "/short.pdf", f"/copy.pdf?sin={ASKED}", "/file?id=1", "/file?id=2", "/file?id=3",
    "/file?id=4", "/letter", "/photos", "/odd", "/setup", "/bytes.html", "/installer", "/huge",
)  # fmt: skip


def much(handler):
    """Bytes of no kind without an end; how many of them were taken."""
    handler.send_response(200)
    handler.send_header("Content-Type", BYTES)
    handler.end_headers()
    handler.close_connection = True
    with contextlib.suppress(OSError):
        for _ in range(2_000):
            handler.wfile.write(b"MZ" + b"\1" * 49_998)
            TAKEN.append(50_000)


def breaks_off(handler):
    """Says that it is longer than it is."""
    handler.send_response(200)
    handler.send_header("Content-Type", PDF)
    handler.send_header("Content-Length", "99999")
    handler.end_headers()
    handler.wfile.write(MINUTES)
    handler.close_connection = True


@pytest.fixture(scope="module")
def ran(serve_module, audit, tmp_path_factory):
    """Two audits of one site: (first, second, server)."""
    links = "".join(f'<p><a href="{path}">The document {path}</a></p>' for path in LINKED)
    routes = {
        "/": page("Home", links),
        "/robots.txt": of("text/plain", "User-agent: *\nDisallow: /closed/\n"),
        "/minutes.pdf": tagged(MINUTES, '"m1"'),
        "/copy.pdf": of(PDF, MINUTES),
        f"/copy.pdf?sin={ASKED}": of(PDF, MINUTES),
        "/covered.pdf": of(PDF, COVERED),
        "/locked.pdf": of(PDF, pdf("Secret", password="open sesame")),
        "/broken.pdf": of(PDF, b"%PDF-1.7\n" + b"a" * 500),
        "/bomb.docx": of(DOCX, bomb()),
        "/letter.docx": of("application/octet-stream", letter(f"Her social insurance number is {SHOWN}.")),
        "/download?id=7": of(
            "application/octet-stream",
            letter(f"Social insurance number: {NAMED}"),
            Content_Disposition='attachment; filename="Letter of May 3.docx"',
        ),
        "/zipped.pdf": of(PDF, gzip.compress(pdf(f"SIN {grouped(ZIPPED, (3, 3, 3), ' ')}")), Content_Encoding="gzip"),
        "/page.pdf": page("A page after all"),
        "/gone.pdf": (404, {"Content-Type": PDF}, MINUTES),
        "/moved.pdf": (302, {"Location": "/minutes.pdf"}, ""),
        "/empty.pdf": of(PDF, b""),
        "/old.doc": of("application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "/error.pdf": (500, {"Content-Type": PDF}, b"%PDF-"),
        "/closed/plan.pdf": of(PDF, MINUTES),
        "/notice": of("text/html", MINUTES),  # a server that calls everything HTML
        "/short.pdf": breaks_off,
        # Bytes of no kind, and no name that tells.
        "/file?id=1": of(BYTES, pdf(f"SIN {grouped(PLAIN, (3, 3, 3), ' ')}")),
        "/file?id=2": of("application/force-download", letter(f"Social insurance number: {PLAIN}")),
        "/file?id=3": of(BYTES, pdf("Saved"), Content_Disposition="attachment"),
        "/file?id=4": of(BYTES, b"{\\rtf1 Minutes}"),
        "/letter": (200, {"Content-Type": ""}, letter("Nothing in particular")),
        "/photos": of(BYTES, archive("photos/1.jpg", "photos/2.jpg")),
        "/odd": of(BYTES, archive("word/notes.txt", "word/more.txt")),  # it begins like one
        "/setup": of(BYTES, b"MZ\x90\x00" + bytes(5_000)),
        "/bytes.html": of(BYTES, page("Bytes")),
        "/installer": of(BYTES, b"MZ", Content_Disposition="attachment"),
        "/huge": much,
    }
    server = serve_module(routes)
    folder = tmp_path_factory.mktemp("documents")
    first = audit(folder / "out", server.url())
    asked = len(server.seen)
    second = audit(folder / "out", server.url())
    return first, second, server, asked


def found(call, rule):
    """(path, place, where) of the findings of one rule."""
    lines = [line for line in call.lines if line["record"] == "finding" and line["rule"] == rule]
    return {
        ("/" + line["url"].split("/", 3)[3], line["selector"], (line.get("exposure") or {}).get("where"))
        for line in lines
    }


MASKED = "/copy.pdf?sin=[SIN]"
UNNAMED = ("/file?id=1", "/file?id=2", "/file?id=3", "/file?id=4", "/letter")
OTHERS = ("/photos", "/odd", "/setup", "/bytes.html", "/huge")
READ = (
    "/minutes.pdf",
    "/copy.pdf",
    "/covered.pdf",
    "/letter.docx",
    "/download?id=7",
    "/zipped.pdf",
    "/notice",
    *UNNAMED,
)
UNREAD = {
    "/locked.pdf": "asks for a password",
    "/broken.pdf": "",
    "/bomb.docx": "",
    "/empty.pdf": "it is empty",
    "/old.doc": "",
    "/error.pdf": "server-error: HTTP 500",
    "/closed/plan.pdf": "robots",
    "/short.pdf": "network-error",
    "/installer": "there is no reader for this format",
}


def test_every_address_ends_as_what_it_is(ran):
    first, second, _, _ = ran
    for call in (first, second):
        assert call.code == 0
        assert call.ends(call.report["sites"][0]["key"]) == {
            "/": "audited",
            "/page.pdf": "audited",
            "/robots.txt": "file",
            **dict.fromkeys((*READ, MASKED), "document"),
            **dict.fromkeys(UNREAD, "document-unread"),
            "/gone.pdf": "not-found",
            "/moved.pdf": "redirected",
            **dict.fromkeys(OTHERS, "not-html"),
        }


def test_what_was_not_read_says_why(ran):
    reasons = {
        "/" + line["url"].split("/", 3)[3]: line["reason"]
        for line in ran[0].lines
        if line["record"] == "page" and line["outcome"] == "document-unread"
    }
    for path, reason in UNREAD.items():
        assert reasons[path], path
        assert reasons[path].startswith(reason), (path, reasons[path])


def test_what_is_in_documents_is_found_where_it_stands(ran):
    for call in ran[:2]:
        places = [place for place in found(call, "pii/ca-sin") if place[0] != "/"]  # the page that links to them
        assert {(path, where) for path, _, where in places} == {
            ("/covered.pdf", "covered"),
            ("/letter.docx", "file"),
            ("/download?id=7", "file"),
            ("/zipped.pdf", "file"),
            ("/file?id=1", "file"),
            ("/file?id=2", "file"),
            (MASKED, "url"),  # the same bytes as at three other addresses, which hold nothing
        }
        assert all(place for _, place, where in places if where != "url")


def test_an_untagged_document_fails_once_per_rule_and_page(ran):
    first, _, _, _ = ran
    untagged = [place for path, place, _ in found(first, "pdfua/7.1-3") if path == "/minutes.pdf"]
    assert len(untagged) == 1


def test_the_same_bytes_are_told_at_both_addresses(ran):
    first, _, _, _ = ran
    for rule in ("pdfua/7.1-3", "pdfua/7.1-8"):
        told = {path for path, _, _ in found(first, rule)}
        assert {"/minutes.pdf", "/copy.pdf"} <= told


def test_of_bytes_that_are_no_document_only_the_beginning_is_taken(ran):
    kinds = {one["url"].rpartition("/")[2]: one["kind"] for one in ran[0].report["sites"][0]["documents"]["listed"]}

    assert sum(TAKEN) < 30_000_000 * 2  # of 100 MB, in each of two audits
    assert [kinds[path[1:]] for path in UNNAMED] == ["pdf", "docx", "pdf", "rtf", "docx"]


def test_documents_are_no_pages_in_any_number(ran):
    coverage = ran[0].report["sites"][0]["coverage"]
    assert (coverage["found"], coverage["audited"], coverage["percent"]) == (2, 2, 100)


def test_no_browser_asks_for_documents_and_a_redirect_or_a_closed_one_costs_nothing(ran):
    _, _, server, asked = ran
    agents = {}
    for path, agent in zip(server.seen, server.agents, strict=True):
        agents.setdefault(path, set()).add(agent)
    for path in READ:
        assert all(agent.startswith("Handrail/") for agent in agents[path]), path
    assert "/closed/plan.pdf" not in server.seen
    assert server.seen[:asked].count("/copy.pdf") == 1


def test_what_did_not_change_is_carried_and_what_could_not_be_read_is_tried_again(ran):
    _, second, server, _ = ran
    carried = {
        "/" + line["url"].split("/", 3)[3]
        for line in second.lines
        if line["record"] == "page" and line.get("carried_from")
    }
    assert set(READ) <= carried
    assert not carried & UNREAD.keys()
    assert server.seen.count("/broken.pdf") == 2


def test_nothing_of_documents_is_left_on_disk_and_no_value_anywhere(ran):
    first, _, _, _ = ran
    values = [
        SHOWN,
        UNDER,
        ASKED,
        ZIPPED,
        NAMED,
        PLAIN,
        *(grouped(one, (3, 3, 3), " ") for one in (UNDER, ZIPPED, PLAIN)),
    ]
    assert not list(first.out.glob("handrail-documents-*"))
    for path in first.out.rglob("*"):
        if path.is_file():
            text = text_of(path)
            assert not [value for value in values if value in text], path.name


def test_what_is_exposed_in_a_pdf_has_a_picture_in_the_register_alone(ran):
    out = ran[1].out  # the run that carried them shows them too
    register = json.loads((out / "report" / "restricted" / "privacy.json").read_text("utf-8"))["register"]
    places = [place for entry in register["entries"] for place in entry["places"]]
    pictures = {"/" + place["url"].split("/", 3)[3]: place["picture"] for place in places if place["picture"]}

    assert pictures.keys() == {"/covered.pdf", "/zipped.pdf", "/file?id=1"}
    assert all(place["carried_from"] for place in places if place["picture"])
    for name in pictures.values():
        shown, kept = out / "report" / "restricted" / "evidence" / name, out / "evidence" / name
        assert shown.read_bytes() == kept.read_bytes()
        assert shown.stat().st_mode & 0o777 == kept.stat().st_mode & 0o777 == 0o600
    assert not {path.name for path in (out / "report" / "sites").rglob("*.png")} & set(pictures.values())


def test_that_a_document_asks_for_a_password_is_a_fact_of_it(ran):
    listed = ran[0].report["sites"][0]["documents"]["listed"]
    assert {one["name"]: one["locked"] for one in listed if one["locked"]} == {"locked.pdf": "password"}


def test_findings_are_written_for_machines_too(ran):
    lines = [line for line in ran[0].lines if line["record"] == "finding" and line["url"].endswith("covered.pdf")]
    assert json.dumps(lines)
    assert any(line["rule"] == "pii/ca-sin" for line in lines)


def test_a_plan_of_so_many_documents_counts_what_others_read(serve, tmp_path):
    links = "".join(f'<p><a href="/{name}.pdf">{name}</a></p>' for name in "abcd")
    server = serve(
        {"/": page("Minutes", links), **{f"/{name}.pdf": of("application/pdf", pdf(name)) for name in "abcd"}}
    )
    site = Site(start=(server.url(),), budget=Budget(documents=3))
    plan = runs.Plan(policy=Policy(sites={"main": site}), sites=("main",), pictures=False)
    place, parts = runs.Place(out=tmp_path / "out"), runs.parts_for(plan.policy)
    with runs.open_store(place, parts) as store:
        run = runs.start(place, plan, parts, store)
        store.add_links(run.id, "main", [Link(url=server.url(f"/{name}.pdf"), via="document") for name in "ab"])
        for lease in store.lease(run.id, "main", owner="another", limit=2, seconds=60):
            assert store.finish(lease, PageResult(outcome=PageOutcome.DOCUMENT, status=200))

        runs.carry_out(place, run, plan, parts, store)

        ends = {one.url.rpartition("/")[2]: one for one in store.page_outcomes(run.id, "main")}
    read = [name for name, one in ends.items() if one.outcome is PageOutcome.DOCUMENT]
    left = [one.reason for one in ends.values() if one.outcome is PageOutcome.DOCUMENT_UNREAD]
    assert (len(read), {"a.pdf", "b.pdf"} <= set(read)) == (3, True)
    assert left == ["the plan was 3 documents"]
