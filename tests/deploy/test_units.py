"""Units of systemd: systemd reads them, finds them closed enough; what they and the compose file call is there."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer
import yaml

from handrail import cli

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
COMPOSE = ROOT / "deploy" / "container" / "compose.yaml"
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


def commands():
    cli.run(["--version"])  # commands register themselves on the first call
    return typer.main.get_command(cli.app).commands


def settings(unit):
    lines = re.findall(r"^(\w+)=(.*)$", unit.read_text("utf-8"), re.MULTILINE)
    return {name: [value for other, value in lines if other == name] for name, _ in lines}


@needs_systemd
def test_systemd_finds_nothing_wrong(tmp_path):
    """With a program that is there: systemd looks for it."""
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/handrail/bin/handrail", "/bin/true").replace("User=handrail\n", "")
        (tmp_path / unit.name).write_text(text)
    paths = [str(path) for path in sorted(tmp_path.iterdir())]

    said = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)

    assert [line for line in said.stderr.splitlines() if "handrail-" in line] == []


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_systemd_calls_the_exposure_low(unit):
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=30", "--no-pager", unit]

    said = subprocess.run(command, capture_output=True, text=True, check=False)

    if "--offline" in said.stderr or "Unknown" in said.stderr:
        pytest.skip("this systemd cannot look at a file")
    assert said.returncode == 0, said.stdout[-300:] + said.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_no_unit_runs_as_root_or_holds_a_secret(unit):
    told = settings(unit)

    assert told["User"] == ["handrail"]
    assert told["NoNewPrivileges"] == ["true"]
    assert told["ProtectSystem"] == ["strict"]
    assert not re.search(r"(KEY|PASSWORD|TOKEN|STORE)=", unit.read_text("utf-8"))


def composed():
    """What the services of the compose file call, by their names."""
    for name, service in yaml.safe_load(COMPOSE.read_text("utf-8"))["services"].items():
        if service.get("image") == "handrail":
            words = service["command"]
            if "entrypoint" in service:  # a shell's
                (line,) = re.findall(r"\bhandrail (.+)", words[0])
                words = shlex.split(line)
            yield pytest.param(["handrail", *words], id=name)


def called():
    for unit in SERVICES:
        (line,) = settings(unit)["ExecStart"]
        yield pytest.param(shlex.split(line), id=unit.name)


@pytest.mark.parametrize("words", [*called(), *composed()])
def test_what_is_called_is_a_command(words):
    program, *words = words
    command = commands().get(words[0])
    if command is None and words[0] in ("worker", "queue"):
        pytest.skip("workers are not here yet")

    assert program in ("/opt/handrail/bin/handrail", "handrail")
    while hasattr(command, "commands") and words[1] in command.commands:
        command, words = command.commands[words[1]], words[1:]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".timer"], ids=lambda unit: unit.name)
def test_a_timer_calls_a_unit_that_is_there(unit):
    assert unit.with_suffix(".service") in SERVICES
