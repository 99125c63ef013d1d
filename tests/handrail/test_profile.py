"""``handrail profile``: what a run's steps cost."""

import json
import re
from datetime import UTC, datetime

import pytest

from audits.model import Link, PageOutcome, PageResult
from handrail import runs
from handrail.cli import run as handrail
from handrail.config import Policy, Site
from reports.store.records import RunRecord

START = "http://city.example/"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A store with one run of two pages, each timed."""
    monkeypatch.setenv("HANDRAIL_KEY_FILE", str(tmp_path / "key"))
    place = runs.Place(out=tmp_path / "out")
    with runs.open_store(place, runs.parts_for(Policy())) as store:
        store.begin_run(
            RunRecord(
                id="r1",
                started=datetime(2026, 11, 1, tzinfo=UTC),
                finished=None,
                state="running",
                trigger="person",
                tool_version="0",
                engines={},
                browser="",
                config_sha256="",
                rules_sha256="",
            )
        )
        store.begin_site(runs.site_record("r1", "city", Policy(sites={"city": Site(start=(START,))})))
        store.add_links("r1", "city", [Link(url=START + name) for name in ("a", "b")])
        for n, lease in enumerate(store.lease("r1", "city", owner="w", limit=2, seconds=60), start=1):
            timings = {"navigate": n * 0.1, "collect.axe": n * 0.3}
            assert store.finish(lease, PageResult(outcome=PageOutcome.AUDITED, timings=timings))
    return place


def test_steps_come_in_the_order_of_a_page(place, capsys):
    code = handrail(["profile", "--out", str(place.out)])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert re.match(r"Run r1: 2 pages, \d+\.\d s of page time", lines[0])  # a busy disk takes its time to store
    assert [line.split()[0] for line in lines[3:]] == ["navigate", "collect.axe", "store"]
    assert lines[4].split()[1:4] == ["2", "450", "450"]


def test_json_holds_seconds(place, capsys):
    code = handrail(["profile", "r1", "--out", str(place.out), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["run"] == "r1"
    assert told["steps"]["navigate"] == pytest.approx(
        {"pages": 2, "total": 0.3, "mean": 0.15, "median": 0.15, "max": 0.2}
    )


def test_another_run_is_not_known(place, capsys):
    code = handrail(["profile", "r9", "--out", str(place.out)])

    assert code == 2
    assert "no run 'r9'; the store holds: r1" in capsys.readouterr().err


def test_nothing_was_audited_here(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HANDRAIL_KEY_FILE", str(tmp_path / "key"))

    code = handrail(["profile", "--out", str(tmp_path / "nowhere")])

    assert code == 2
    assert "no store in" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()
