"""Focus that nobody could look at is neither a failure nor a pass."""

import pytest

from audits.accessibility.focus_not_visible import FocusNotVisible
from audits.model import Snapshot, Verdict
from audits.runner import run_checks


def judged(*pictures, changed=False, ended="end"):
    stops = [
        {
            "selector": f"#s{number}",
            "frame": [],
            "html": "<button>",
            "part": {"key": "content", "name": "Page content"},
            "text": "Pay",
            "kind": "button",
            "changed": changed,
            "picture": picture,
            "large": False,
        }
        for number, picture in enumerate(pictures)
    ]
    artifacts = {"keyboard": {"stops": stops, "ended": ended, "trap": None, "skips": []}}
    snapshot = Snapshot(site="main", url="https://city.example/", artifacts=artifacts)
    (outcome,) = run_checks(snapshot, [FocusNotVisible(redact=str)], site_key="main")
    return outcome


@pytest.mark.parametrize(
    ("pictures", "verdict", "not_seen"),
    [
        (("seen", "", "let go"), Verdict.PASS, False),
        (("seen", "not taken"), Verdict.NOT_RUN, True),
        (("kept", "seen"), Verdict.NOT_RUN, True),
        (("same", "seen"), Verdict.FAIL, False),
        # What was found stands; of what nobody looked at it proves nothing to be gone.
        (("same", "not taken"), Verdict.FAIL, True),
    ],
)
def test_a_pass_needs_a_look_at_every_stop(pictures, verdict, not_seen):
    outcome = judged(*pictures)

    assert (outcome.verdict, outcome.not_seen) == (verdict, not_seen)
    assert len(outcome.findings) == pictures.count("same")


@pytest.mark.parametrize(
    ("pictures", "ended", "not_seen"),
    [(("same",), "end", False), (("same",), "limit", True), (("seen",), "limit", True)],
)
def test_a_walk_that_ended_early_proves_nothing_of_the_rest(pictures, ended, not_seen):
    assert judged(*pictures, ended=ended).not_seen is not_seen


def test_what_styles_show_needs_no_picture():
    assert judged("", "", changed=True).verdict is Verdict.PASS
