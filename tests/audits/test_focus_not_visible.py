"""Focus that nobody could look at is neither a failure nor a pass."""

import pytest

from audits.accessibility.focus_not_visible import FocusNotVisible
from audits.model import Snapshot, Verdict
from audits.runner import run_checks


def judged(*pictures, changed=False):
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
    artifacts = {"keyboard": {"stops": stops, "ended": "end", "trap": None, "skips": []}}
    snapshot = Snapshot(site="main", url="https://city.example/", artifacts=artifacts)
    (outcome,) = run_checks(snapshot, [FocusNotVisible(redact=str)], site_key="main")
    return outcome.verdict


@pytest.mark.parametrize(
    ("pictures", "verdict"),
    [
        (("seen", "", "let go"), Verdict.PASS),
        (("seen", "not taken"), Verdict.NOT_RUN),
        (("kept", "seen"), Verdict.NOT_RUN),
        (("same", "not taken"), Verdict.FAIL),
    ],
)
def test_a_pass_needs_a_look_at_every_stop(pictures, verdict):
    assert judged(*pictures) == verdict


def test_what_styles_show_needs_no_picture():
    assert judged("", "", changed=True) == Verdict.PASS
