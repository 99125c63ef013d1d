"""What the checks of names, structure and forms share: frames, masks, and pages that were not read to their end."""

import pytest

from audits.accessibility._structure import cut, phrases, plain
from audits.accessibility.vague_heading import VagueHeading
from audits.model import Snapshot, Verdict
from audits.runner import run_checks

KINDS = [
    "headings",
    "links",
    "buttons",
    "images",
    "fields",
    "tables",
    "errors",
    "canvases",
    "media",
    "blocks",
    "generated",
]
PART = {"key": "content", "name": "Page content"}


def heading(text, selector="#h"):
    return {"level": 2, "text": text, "shown": True, "selector": selector, "html": f'<h2 title="{text}">', "part": PART}


def frame(*headings, path=(), truncated=False):
    facts = {kind: [] for kind in KINDS} | {"headings": list(headings)}
    return facts | {"frame": list(path), "truncated": truncated, "title": "T", "host": "", "body": 16}


def judged(*frames, redact=str):
    snapshot = Snapshot(site="main", url="http://127.0.0.1/", artifacts={"structure": {"frames": list(frames)}})
    (outcome,) = run_checks(snapshot, [VagueHeading(redact=redact)], site_key="main")
    return outcome


def test_a_page_that_was_not_read_to_its_end_has_not_passed():
    outcome = judged(frame(heading("Rinks"), truncated=True))

    assert outcome.verdict is Verdict.ERROR
    assert outcome.reason == "structure: the page is too large to be read whole"


def test_nor_is_a_rule_inapplicable_to_what_nobody_read():
    assert judged(frame(truncated=True)).verdict is Verdict.ERROR


def test_a_frame_that_was_cut_counts_too():
    assert judged(frame(heading("Rinks")), frame(path=["#map"], truncated=True)).verdict is Verdict.ERROR


def test_what_was_found_before_the_cut_stands():
    outcome = judged(frame(heading("Untitled"), truncated=True))
    whole = judged(frame(heading("Untitled")))

    assert (outcome.verdict, whole.verdict) == (Verdict.REVIEW, Verdict.REVIEW)
    assert len(outcome.findings) == 1
    assert (outcome.not_seen, whole.not_seen) == (True, False)  # what was found earlier behind the cut is not fixed


@pytest.mark.parametrize(
    ("frames", "verdict"),
    [
        ((frame(heading("Rinks")),), Verdict.PASS),
        ((frame(),), Verdict.INAPPLICABLE),
        ((frame(), frame(heading("Rinks"), path=["#map"])), Verdict.PASS),
    ],
)
def test_whole_pages_pass_or_have_nothing_to_judge(frames, verdict):
    assert judged(*frames).verdict is verdict


def test_a_place_in_a_frame_is_named_by_the_way_to_it():
    outcome = judged(frame(heading("Rinks")), frame(heading("Untitled", "#inner"), path=["#map"]))

    assert [finding.selector for finding in outcome.findings] == ["#map >> #inner"]


def test_what_is_quoted_is_masked_before_it_is_cut():
    masked = []

    def redact(text):
        masked.append(text)
        return text.replace("sit amet", "[masked]")

    long = "Lorem ipsum dolor " + "sit amet " * 60
    (finding,) = judged(frame(heading(long)), redact=redact).findings

    assert any(long in text for text in masked)
    assert "sit amet" not in finding.message + finding.snippet + finding.selector
    assert len(finding.message) <= 300
    assert len(finding.snippet) <= 300


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Read more »", "read more"),
        ("[PDF]", "pdf"),
        ("L’avis", "l'avis"),
        ("  A \n b ", "a b"),
        ("…", ""),
        ("C++", "c"),
    ],
)
def test_words_are_compared_without_what_is_around_them(text, told):
    assert plain(text) == told


def test_a_table_of_phrases_is_split_at_bars_and_lines():
    assert phrases("a b|c\n  d |\n") == {"a b", "c", "d"}


@pytest.mark.parametrize(("text", "most", "told"), [("a  b", 3, "a b"), ("abcd", 3, "ab…"), ("", 3, "")])
def test_a_text_is_cut_with_an_ellipsis(text, most, told):
    assert cut(text, most) == told
