"""An audit speaks with the sites, with what their pages embed, and with nobody else; and nobody can speak to it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALONE = ("unshare", "--map-root-user", "--net", "--mount")


def _may():
    return shutil.which("unshare") and not subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(not _may(), reason="no network of its own can be made here")
def test_no_name_is_asked_for_but_what_a_page_embeds_and_no_port_is_opened(tmp_path):
    program = Path(__file__).with_name("loopback_alone.py")
    command = [*ALONE, "env", f"PYTHONPATH={ROOT}", sys.executable, program, tmp_path]

    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)

    told = json.loads(said.stdout.splitlines()[-1])
    assert told == {"code": 0, "names": ["pictures.example"], "ports": []}
    (site,) = json.loads((tmp_path / "out" / "report" / "report.json").read_text("utf-8"))["sites"]
    assert (site["coverage"]["audited"], site["exposures"]["open"] > 0) == (2, True)  # it did its work
