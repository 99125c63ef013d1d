"""A document of pictures fails, a picture among pages is a question, and a picture that is described is neither."""

import pytest

from audits.documents._findings import MOST
from audits.documents.image_only import ImageOnly
from audits.model import Snapshot, Verdict
from audits.runner import run_checks


def outcome(about, elements=(), kind="pdf", **artifact):
    file = {"kind": kind, "pieces": [], "cut": False, "about": about, "pdfua": {"elements": elements}, **artifact}
    snapshot = Snapshot(site="s", url="https://city.example/a.pdf", artifacts={"file": file})
    return run_checks(snapshot, [ImageOnly()], site_key="s")


def figure(page, **said):
    return {"type": "Figure", "is": "Figure", "parent": -1, "page": page, **said}


@pytest.mark.parametrize(
    ("about", "elements", "verdict", "places"),
    [
        ({"pages": 3, "image_only": [1, 2, 3]}, [], Verdict.FAIL, ["document"]),
        ({"pages": 1, "image_only": [1]}, [], Verdict.FAIL, ["document"]),
        ({"pages": 3, "image_only": [1, 3]}, [], Verdict.REVIEW, ["p1", "p3"]),
        ({"pages": 3, "image_only": []}, [], Verdict.PASS, []),
        ({"pages": 3}, [], Verdict.PASS, []),
        ({"pages": 2, "image_only": [1, 2]}, [figure(1, alt=True)], Verdict.REVIEW, ["p2"]),
        ({"pages": 2, "image_only": [1, 2]}, [figure(1, alt=True), figure(2, actual=True)], Verdict.PASS, []),
        ({"pages": 1, "image_only": [1]}, [figure(1, alt=False)], Verdict.FAIL, ["document"]),
        ({"pages": 1, "image_only": [1]}, [figure(2, alt=True)], Verdict.FAIL, ["document"]),
        ({"pages": 0, "image_only": []}, [], Verdict.INAPPLICABLE, []),
        ({}, [], Verdict.INAPPLICABLE, []),
    ],
)
def test_pages_that_are_pictures(about, elements, verdict, places):
    (found,) = outcome(about, elements)

    assert found.verdict is verdict
    assert [finding.selector for finding in found.findings] == places


def test_many_pages_are_counted():
    (found,) = outcome({"pages": 100, "image_only": list(range(1, MOST + 4))})

    assert len(found.findings) == MOST
    assert found.findings[-1].message.endswith("3 more pages do so, too.")
    assert not found.findings[0].message.endswith("too.")


def test_it_says_nothing_of_other_files():
    assert outcome({"pages": 1, "image_only": [1]}, kind="docx") == ()


def test_a_file_that_was_not_read_to_its_end_does_not_pass():
    (found,) = outcome({"pages": 2, "image_only": []}, left_out="page 2 cannot be read")

    assert found.verdict is Verdict.NOT_RUN
