"""The title of a PDF is in its metadata or in its properties; the file's name is none."""

import io

import pikepdf
import pytest

from audits.documents.title import PdfNoTitle
from audits.model import Snapshot, Verdict
from audits.runner import run_checks
from crawler.documents.pdf.around import properties

FAILS, ASKS, PASSES = Verdict.FAIL, Verdict.REVIEW, Verdict.PASS


def about(xmp=None, info=None):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    if info is not None:
        pdf.trailer.Info = pdf.make_indirect(pikepdf.Dictionary(Title=info))
    if xmp is not None:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:title"] = xmp
    out = io.BytesIO()
    pdf.save(out)
    with pikepdf.open(io.BytesIO(out.getvalue())) as read:
        return properties(read)[1]


def outcome(told, redact=str):
    file = {"kind": "pdf", "pieces": [], "cut": False, "about": told}
    snapshot = Snapshot(site="s", url="https://city.example/a.pdf", artifacts={"file": file})
    return run_checks(snapshot, [PdfNoTitle(redact=redact)], site_key="s")[0]


@pytest.mark.parametrize(
    ("xmp", "info", "verdict"),
    [
        (None, None, FAILS),
        (None, "", FAILS),
        (None, "  ", FAILS),
        (None, "Waste collection by-law 2026-14", PASSES),
        ("Waste collection by-law 2026-14", None, PASSES),
        ("Waste collection by-law 2026-14", "Untitled", PASSES),  # readers show the metadata's
        ("Document du conseil", None, PASSES),
        ("The .pdf format in ten minutes", None, PASSES),
        ("Book 3: Zoning", None, PASSES),
        ("Untitled", None, ASKS),
        (None, "Microsoft Word - budget v2.docx", ASKS),
        (None, "2026-11-30 agenda.pdf", ASKS),
        ("Document1", None, ASKS),
        ("Présentation PowerPoint", None, ASKS),
    ],
)
def test_where_a_title_is(xmp, info, verdict):
    assert outcome(about(xmp, info)).verdict is verdict


def test_what_was_not_read_is_not_judged():
    assert outcome({"pages": 1}).verdict is Verdict.INAPPLICABLE


def test_a_title_is_masked_before_it_is_told():
    (found,) = outcome(
        about(None, "Ann Example.docx"), redact=lambda text: text.replace("Ann Example", "[NAME]")
    ).findings

    assert "[NAME]" in found.message
    assert "Ann" not in found.message
