"""What an audit tells programs that collect logs, from its beginning to its end."""

import json
import os
import subprocess
import sys

import pytest

from handrail import cli

CALL = "import sys; from handrail.cli import run; sys.exit(run(sys.argv[1:]))"


def page(title, body):
    return f'<!doctype html><html lang="en"><head><title>{title}</title></head><body>{body}</body></html>'


@pytest.fixture
def city(serve):
    return serve(
        {
            "/": page("Jane Orchard", '<a href="/people/jane-orchard?mail=jane.orchard%40gmail.com">Jane</a>'),
            "/people/jane-orchard?mail=jane.orchard%40gmail.com": page(
                "Jane Orchard, 12 Elm Street", "<p>jane.orchard@gmail.com</p><script>throw Error('Jane')</script>"
            ),
        }
    )


def lines(told):
    return [json.loads(line) for line in told.splitlines()]


@pytest.mark.browser
@pytest.mark.parametrize("quiet", [(), ("--quiet",)], ids=["", "quiet"])
def test_every_line_is_json_and_names_no_page(city, tmp_path, quiet):
    environment = os.environ | {"HANDRAIL_KEY": "ef" * 32, "HANDRAIL_LOG_FORMAT": "json"}
    arguments = ("audit", city.url(), "--out", str(tmp_path / "out"), "--no-report", *quiet)

    done = subprocess.run(
        [sys.executable, "-c", CALL, *arguments], env=environment, capture_output=True, text=True, check=False
    )

    told = lines(done.stderr)
    assert done.returncode == cli.OK
    assert "jane" not in done.stderr.lower()
    assert "people" not in done.stderr
    events = [line["event"] for line in told if "event" in line and line["event"] != "progress"]
    assert events == ["run-begun", "browser-ready", "site-ended", "run-ended"]
    (site,) = (line for line in told if line.get("event") == "site-ended")
    assert (site["state"], site["reasons"], site["pages"]["audited"]) == ("complete", [], 2)
    assert len({line["run"] for line in told if "run" in line}) == 1


def test_the_option_reaches_processes_that_are_started(monkeypatch, handrail):
    monkeypatch.setenv("HANDRAIL_LOG_FORMAT", "text")

    handrail("--log-format", "json", "checks", "--json")

    assert os.environ["HANDRAIL_LOG_FORMAT"] == "json"


def test_another_format_is_a_usage_error(monkeypatch, handrail):
    monkeypatch.setenv("HANDRAIL_LOG_FORMAT", "xml")

    assert handrail("checks").code == cli.USAGE
