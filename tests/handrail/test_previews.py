"""Previews in the folder of the site itself: a deploy is compared with what is deployed, never with the try before."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "reports" / "store"))

from store_helpers import audited, fails, finding, passes, run_record, site_record

from audits.fingerprint import fingerprint
from audits.model import Link
from handrail import runs
from handrail.config import parse_policy

IMAGE = finding("axe/image-alt")


@pytest.fixture
def with_previews(tmp_path, handrail, monkeypatch):
    """``gate, write, states``: what is said after the runs of a store, each with its host and what it found."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "handrail.toml").write_text('[sites.www]\nstart = ["http://127.0.0.1/"]\n', "utf-8")
    parts = runs.parts_for(parse_policy((tmp_path / "handrail.toml").read_text("utf-8")))

    def said(*hosts_and_findings):
        with runs.open_store(runs.Place(out=tmp_path / "handrail-out"), parts) as store:
            for n, (host, *found) in enumerate(hosts_and_findings, start=1):
                begun = datetime(2027, 3, n, 8, 0, tzinfo=UTC)
                store.begin_run(run_record(f"r{n}", started=begun))
                store.begin_site(site_record(f"r{n}", "www", host=host, preview=host != "127.0.0.1"))
                store.add_links(f"r{n}", "www", [Link(url=f"http://{host}/")])
                (lease,) = store.lease(f"r{n}", "www", owner="w", limit=1, seconds=60)
                known = [replace(one, fingerprint=fingerprint(one, "www")) for one in found]
                store.finish(lease, audited(*([fails(*known)] if known else [passes()]), passes("axe/link-name")))
                store.finish_site(f"r{n}", "www", "complete")
                store.finish_run(f"r{n}", "complete")
            states = [{issue.state for issue in store.issues(run.id, "www")} for run in store.runs()]
        return handrail("gate"), handrail("baseline", "write"), states

    return said


@pytest.mark.parametrize(
    ("history", "code", "compared"),
    [
        ([("127.0.0.1",), ("preview", IMAGE)], 1, "r1"),
        # The same preview again: it is as broken as before, and nobody deployed it.
        ([("127.0.0.1",), ("preview", IMAGE), ("preview", IMAGE)], 1, "r1"),
        ([("preview", IMAGE), ("127.0.0.1",), ("other-preview", IMAGE)], 1, "r2"),
        ([("127.0.0.1", IMAGE), ("preview", IMAGE)], 0, "r1"),
        ([("127.0.0.1", IMAGE), ("preview",), ("127.0.0.1", IMAGE)], 0, "r1"),
        ([("127.0.0.1",), ("preview",)], 0, "r1"),
    ],
)
def test_a_preview_is_compared_with_what_is_deployed(with_previews, history, code, compared):
    gate, _, _ = with_previews(*history)

    assert gate.code == code
    assert f"Compared with run {compared} of" in gate.said


def test_a_preview_is_no_baseline_unless_it_is_named(with_previews, handrail):
    _, refused, _ = with_previews(("127.0.0.1",), ("preview", IMAGE))

    assert refused.code == 2
    assert "the last run audited www at preview, a preview; nothing was written" in " ".join(refused.told.split())
    assert not Path("handrail-baseline.json").exists()
    assert handrail("baseline", "write", "--run", "r2").code == 0


@pytest.mark.parametrize(
    ("history", "states"),
    [
        # A preview without it tells that it would be gone; only the site itself tells that it is.
        ([("127.0.0.1", IMAGE), ("preview",), ("127.0.0.1", IMAGE)], [{"new"}, {"fixed"}, {"open"}]),
        ([("127.0.0.1", IMAGE), ("preview",), ("127.0.0.1",)], [{"new"}, {"fixed"}, {"fixed"}]),
        # A preview that still has it keeps nobody from seeing that the site has it no more.
        ([("127.0.0.1", IMAGE), ("preview", IMAGE), ("127.0.0.1",)], [{"new"}, {"open"}, {"fixed"}]),
        # What only a preview had never was on the site: not fixed there, not back, and new on the day it comes.
        ([("127.0.0.1",), ("preview", IMAGE), ("127.0.0.1",)], [set(), {"new"}, set()]),
        ([("127.0.0.1",), ("preview", IMAGE), ("preview",), ("127.0.0.1", IMAGE)], [set(), {"new"}, set(), {"new"}]),
        ([("preview", IMAGE), ("preview", IMAGE)], [{"new"}, {"new"}]),
        # It was repaired on the site, and the preview brings it back.
        (
            [("127.0.0.1", IMAGE), ("127.0.0.1",), ("preview", IMAGE), ("127.0.0.1",)],
            [{"new"}, {"fixed"}, {"returned"}, set()],
        ),
    ],
)
def test_what_previews_show_is_told_of_them_and_changes_no_life(with_previews, history, states):
    assert with_previews(*history)[2] == states


def test_a_repair_on_a_preview_is_told_by_its_gate(with_previews):
    gate, _, _ = with_previews(("127.0.0.1", IMAGE), ("preview",))

    assert gate.code == 0
    assert "Not checked" not in gate.said
    assert "ixed" in gate.said
