"""Alerts and the page about metrics name what ``handrail metrics`` tells, and nothing else."""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from handrail.config import parse_policy
from handrail.metrics import STATES, Metrics
from handrail.runs import Place, open_store, parts_for

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "handrail.rules.yml"
DEPLOYMENT = ROOT / "docs" / "deployment.md"
POLICY = parse_policy('[sites.main]\nstart = ["http://127.0.0.1/"]\n')


@pytest.fixture(scope="module")
def families(tmp_path_factory):
    """Name -> labels of everything that is told of a store with a run in it."""
    folder = tmp_path_factory.mktemp("metrics")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HANDRAIL_KEY", raising=False)
        patch.delenv("HANDRAIL_STORE", raising=False)
        patch.setenv("HANDRAIL_KEY_FILE", str(folder / "key"))
        place = Place(out=folder / "out")
        with open_store(place, parts_for(POLICY)):
            found = {one.name: one for one in Metrics(place, POLICY, lambda: datetime.now(UTC)).collect()}
    return {name: tuple(one._labelnames) for name, one in found.items()} | {
        "handrail_last_run_browser_restarts": (),
        "handrail_queue_jobs": ("status",),
    }


def expressions():
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return {rule["alert"]: rule["expr"] for rule in group["rules"]}


def test_the_page_names_every_metric_with_its_labels(families):
    rows = re.findall(r"^\| `(handrail_\w+)` \|([^|]*)\|", DEPLOYMENT.read_text("utf-8"), re.MULTILINE)

    assert {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in rows} == families


def test_alerts_ask_for_what_is_told(families):
    for alert, expr in expressions().items():
        named = set(re.findall(r"\bhandrail_\w+", expr))
        assert named <= families.keys(), alert
        assert named or "node_textfile_mtime_seconds" in expr, alert


def test_alerts_name_outcomes_and_states_that_exist():
    from audits.model import MISSED

    for alert, expr in expressions().items():
        for names in re.findall(r'outcome=~"([^"]+)"', expr):
            assert set(names.split("|")) <= {one.value for one in MISSED}, alert
        assert set(re.findall(r'state="(\w+)"', expr)) <= set(STATES), alert


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_reads_the_alerts():
    said = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout + said.stderr
