"""The PDF of a report: printed by a real browser, judged by our own rules for documents, the same bytes every time."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from audits.model import Snapshot, Verdict
from crawler.browser.find import BrowserMissing, find_browser
from crawler.browser.printing import print_files
from crawler.documents import opened, readers
from handrail.config import Policy
from handrail.runs import parts_for
from reports.formats import pdf
from reports.formats.html import Shown
from reports.formats.json import to_data
from reports.public import for_everybody
from reports.signing import Signature, contents_of
from reports.wishes import Wish
from reports.write import write_reports

Make = Callable[..., Any]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def browser() -> None:
    try:
        find_browser()
    except BrowserMissing as exc:
        pytest.skip(str(exc))


@pytest.fixture(scope="module")
def printed(
    whole_city: Any, answered_city: Any, fonts: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out: Path = tmp_path_factory.mktemp("printed")
    write_reports(whole_city, out, evidence_dir=None, fonts=fonts, wish=Wish(formats=("pdf",)), printer=print_files)
    write_reports(
        answered_city, out / "answered", evidence_dir=None, fonts=fonts, wish=Wish(formats=("pdf",)),
        signatures=signatures(answered_city), printer=print_files,
    )  # fmt: skip
    public = Wish(formats=("pdf",), site="emergency")
    write_reports(
        for_everybody(answered_city), out / "public", evidence_dir=None, wish=public, printer=print_files,
        shown=Shown(public=True),
    )  # fmt: skip
    return out


#: Of all sites, and of one that fails, was not reached, is incomplete, was answered for and signed; and for everybody.
FOLDERS = ["", "sites/main/", "sites/museum/", "sites/rec/", "answered/sites/emergency/", "public/sites/emergency/"]
ALL = [f"{folder}{name}" for folder in FOLDERS for name in ("report.pdf", "report.fr.pdf")]
NAMES = ["report.pdf", "sites/main/report.pdf", "sites/main/report.fr.pdf", "sites/museum/report.pdf"]


def signatures(report: Any) -> list[Signature]:
    said: dict[str, Any] = {
        "role": "Lead",
        "name": "A. Osei",
        "statement": "The results are complete.",
        "report_sha256": "0" * 64,
    }
    sites = contents_of(to_data(report))
    return [Signature(entry=1, at="2026-11-25T09:12:00-05:00", site="", run=report.run.id, sites=sites, **said)]


@pytest.fixture(scope="module")
def judge() -> Callable[[bytes], dict[str, Any]]:
    parts = parts_for(Policy())

    def judged(body: bytes) -> dict[str, Any]:
        artifact = opened(readers()["pdf"], body)
        shot = Snapshot(site="s", url="file:///report.pdf", content_type="pdf", artifacts={"file": artifact})
        return {one.rule: one for one in parts.judge(shot).outcomes}

    return judged


@pytest.mark.parametrize("name", ALL)
def test_our_own_rules_find_no_fault(printed: Path, judge: Any, name: str) -> None:
    outcomes = judge((printed / name).read_bytes())
    faults = {
        rule: [(one.selector, one.message) for one in outcome.findings]
        for rule, outcome in outcomes.items()
        if outcome.verdict in (Verdict.FAIL, Verdict.REVIEW, Verdict.ERROR)
    }

    assert faults == {}
    assert outcomes["pdfua/5-1"].verdict is Verdict.PASS
    assert sum(outcome.verdict is Verdict.PASS for outcome in outcomes.values()) > 60


def test_what_the_browser_prints_would_fail(printed: Path, judge: Any) -> None:
    (raw,) = print_files([printed / "sites/museum/index.html"])
    failing = {rule for rule, outcome in judge(raw).items() if outcome.verdict is Verdict.FAIL}

    assert failing >= {"pdfua/7.1-3", "pdfua/7.1-5", "pdfua/7.1-8", "pdfua/7.2-20", "pdfua/7.18.5-2"}


@pytest.mark.parametrize(("name", "lang"), [*zip(NAMES, ["en-CA", "en-CA", "fr-CA", "en-CA"], strict=True)])
def test_title_language_and_date_are_those_of_the_audit(printed: Path, name: str, lang: str) -> None:
    raw = (printed / name).read_bytes()
    page = (printed / name.replace("report", "index").replace(".pdf", ".html")).read_text("utf-8")

    with pikepdf.open(io.BytesIO(raw)) as file, file.open_metadata() as told:
        title = str(file.docinfo["/Title"])
        assert f"<title>{title}</title>" in page
        assert told["dc:title"] == title
        assert str(file.Root.Lang) == lang
        assert told["dc:language"] == {lang}
        assert told["xmp:CreateDate"] == told["xmp:ModifyDate"] == "2026-11-23T03:41:00-05:00"
        assert str(file.docinfo["/CreationDate"]) == str(file.docinfo["/ModDate"]) == "D:20261123034100-05'00'"
        assert str(file.docinfo["/Creator"]) == "Handrail 0.1.0"
        assert file.Root.MarkInfo.Marked
        assert len(file.Root.Outlines.keys()) > 1
        assert told["pdfuaid:part"] == "1"


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="pdftoppm (poppler-utils) is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_another_reader_than_the_browser_shows_every_page(printed: Path, name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        ["pdftoppm", "-r", "60", "-gray", printed / name, tmp_path / "page"],
        check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    with pikepdf.open(printed / name) as file:
        pages = len(file.pages)
    shown = sorted(tmp_path.glob("*.pgm"))
    assert done.stderr == ""
    assert len(shown) == pages
    for page in shown:
        with Image.open(page) as image:
            assert image.getextrema()[0] < 128 < 200 < image.getextrema()[1], page.name  # ink on paper


def test_two_prints_are_the_same_bytes(printed: Path) -> None:
    def again() -> bytes:
        (raw,) = print_files([printed / "sites/museum/index.html"])
        at = datetime.fromisoformat("2026-11-23T03:41:00-05:00")
        return pdf.finish(raw, title="Museum", lang="en-CA", at=at, creator="Handrail")

    prints = {again() for _ in range(4)}  # the browser counts its elements differently now and then
    assert len(prints) == 1


def test_the_head_of_a_long_table_is_read_once(printed: Path) -> None:
    """The browser paints it on each page; as tags it would be read as often."""
    (raw,) = print_files([printed / "sites/museum/index.html"])
    with pikepdf.open(io.BytesIO(raw)) as before, pikepdf.open(printed / "sites/museum/report.pdf") as after:
        assert max(pages_of_heads(before)) > 5
        assert max(pages_of_heads(after)) == 1
    whole, read = _words(raw), _words((printed / "sites/museum/report.pdf").read_bytes())
    assert whole == read


def pages_of_heads(file: pikepdf.Pdf) -> list[int]:
    """Of each header of a table, on how many pages it stands."""

    def pages(element: Any) -> Iterator[Any]:
        kids = element.get("/K", ())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from pages(kid)
            else:
                page = kid.get("/Pg") if isinstance(kid, pikepdf.Dictionary) else None
                yield (page or element.Pg).objgen

    heads = [one for one in pdf._elements(file) if one.S == "/TH"]
    return [len(set(pages(head))) for head in heads]


def links(file: pikepdf.Pdf) -> Iterator[Any]:
    return (one for page in file.pages for one in page.get("/Annots", ()) if one.get("/Subtype") == "/Link")


def test_links_are_called_what_they_read_and_lead_to_nothing_of_this_machine(printed: Path) -> None:
    with pikepdf.open(printed / "sites/main/report.pdf") as file:
        found = list(links(file))
        addresses = [str(one.A.URI) for one in found if "/URI" in one.get("/A", {})]
        names = {str(one.Contents) for one in found}

    assert len(found) > 100
    assert addresses
    assert all(address.startswith(("https://", "mailto:")) for address in addresses)
    assert {"1.1.1", "A-000001"} <= names
    assert "→" not in names
    assert str(printed).encode() not in (printed / "sites/main/report.pdf").read_bytes()


def test_what_is_no_part_of_the_text_are_heads_of_pages_and_of_tables_that_go_on(printed: Path) -> None:
    """Text that is called decoration is not read aloud: nothing of the report may be."""
    goes_on = "Criterion Required by law Result Evidence"
    path = printed / "sites/museum/report.pdf"
    with pikepdf.open(path) as file:
        title = str(file.docinfo["/Title"])
        for page in file.pages:
            kept, depth = [], 0
            for one in pikepdf.parse_content_stream(page):
                name = str(one.operator)
                artifact = name == "BDC" and str(one.operands[0]) == "/Artifact"
                depth = depth + 1 if depth and name in ("BDC", "BMC") else 1 if artifact else depth
                if not depth or name not in ("Tj", "TJ", "'", '"'):
                    kept.append(one)
                depth -= bool(depth and name == "EMC")
            page.Contents = file.make_stream(pikepdf.unparse_content_stream(kept))
        out = io.BytesIO()
        file.save(out)
    before, after = (_words(raw) for raw in (path.read_bytes(), out.getvalue()))

    for number, (whole, read) in enumerate(zip(before, after, strict=True), start=1):
        head = f"{title} {number} / {len(before)}"
        left_out = [sorted("".join((read + head + again).split())) for again in ("", goes_on)]
        assert sorted("".join(whole.split())) in left_out
    assert "".join(after).count(goes_on) == 1


def _words(raw: bytes) -> list[str]:
    book = pypdfium2.PdfDocument(raw)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in book]
    finally:
        book.close()


def test_a_page_prints_nothing_from_elsewhere(serve: Any, tmp_path: Path) -> None:
    server = serve({"/x.png": b"x"})
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    page = (
        f'<!doctype html><html lang="en"><title>T</title><p>Words<img alt="" src="{server.url("/x.png")}">'
        '<iframe src="../secret.txt" title="S"></iframe><script>document.body.append("ran")</script>'
    )
    (inside / "page.html").write_text(page, "utf-8")

    (raw,) = print_files([inside / "page.html"])

    assert server.seen == []
    assert _words(raw) == ["Words"]


def test_a_file_without_tags_is_refused() -> None:
    empty = pikepdf.new()
    empty.add_blank_page()
    out = io.BytesIO()
    empty.save(out)

    with pytest.raises(ValueError, match="without tags"):
        pdf.finish(out.getvalue(), title="T", lang="en", at=datetime(2026, 1, 1), creator="H")
