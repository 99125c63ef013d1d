"""'handrail desk': what it refuses to do, whom it knows, and that it serves."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from handrail import runs
from handrail.desk import serving
from handrail.desk.door import PACKAGE, Visit
from handrail.desk.office import CHANGED, REMOVED
from handrail.desk.people import FILE
from handrail.desk.rechecks import Look
from handrail.desk.views import rechecks as views
from reports.text import Words

PASSWORD = "four words and a lamp"


@pytest.fixture
def folder(filled, tmp_path, monkeypatch):
    """A folder with a store, where nobody has an account."""

    shutil.copytree(filled, tmp_path / "out")
    (tmp_path / "out" / FILE).unlink()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDRAIL_DESK_PASSWORD", PASSWORD)
    monkeypatch.delenv("HANDRAIL_DESK_PROXY_SECRET", raising=False)
    return tmp_path


@pytest.fixture
def call(handrail, folder):
    """``call("user", "list")``; ``toml``: what stands in handrail.toml."""

    def make(*arguments, toml=""):
        (folder / "handrail.toml").write_text(toml, "utf-8")
        return handrail("desk", *arguments, "-o", folder / "out")

    return make


ADD = ("user", "add", "ann", "--role", "web-lead", "--called", "Ann Ito, web")


def test_without_an_account_nothing_is_served(call):
    refused = call()

    assert refused.code == 2
    assert "nobody has an account" in refused.told
    assert "handrail desk user add" in refused.told


@pytest.mark.parametrize(
    ("toml", "arguments", "why"),
    [
        ("", ("--host", "0.0.0.0"), "cross the network in clear"),
        ("", ("--host", "192.0.2.7"), "cross the network in clear"),
        ("", ("--host", "::"), "cross the network in clear"),
        ("", ("--host", "desk.city.example"), "cross the network in clear"),
        ('[desk]\nurl = "http://desk.city.example"', ("--host", "0.0.0.0"), "cross the network in clear"),
        ('[desk.proxy]\nheader = "X-Remote-User"', (), "HANDRAIL_DESK_PROXY_SECRET must hold 32"),
        ('[desk.oidc]\nissuer = "https://sign-in.city.example"', (), "set client_id too"),
    ],
)
def test_what_would_let_others_in_is_refused(call, toml, arguments, why):
    assert call(*ADD).code == 0
    refused = call(*arguments, toml=toml)

    assert refused.code == 2
    assert why in " ".join(refused.told.replace("│", " ").split())


def test_an_account_without_a_password_cannot_sign_in(call):
    assert call(*ADD, "--no-password").code == 0

    assert "no account has a password" in " ".join(call().told.replace("│", " ").split())


def test_accounts_come_and_go_and_the_log_says_so(call, folder, parts):
    assert call(*ADD).code == 0
    assert call(*ADD[:-1], "Ann Ito, owner", "--role", "owner", "--unit", "Parks").code == 0
    assert call("user", "password", "ann").code == 0
    listed = call("user", "list")
    assert call("user", "remove", "ann").code == 0
    gone = call("user", "remove", "ann")
    with runs.open_known(runs.Place(out=folder / "out"), parts) as store:
        told = [(entry.kind, entry.facts["person"]) for entry in store.log_entries()]
        text = json.dumps([dict(entry.facts) for entry in store.log_entries()])

    assert listed.said == "ann  Ann Ito, owner  web-lead, owner (Parks)\n".replace(" (", "  (")
    assert gone.code == 2
    assert told == [(CHANGED, "desk:ann")] * 3 + [(REMOVED, "desk:ann")]
    assert PASSWORD not in text
    assert "argon2" not in text


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("user", "add", "ann", "--role", "king", "--called", "Ann"), "must be one of viewer"),
        (("user", "add", "ann", "--role", "owner", "--called", "Ann"), "an owner has a unit"),
        (("user", "add", "A!", "--role", "viewer", "--called", "Ann"), "small letters"),
        (("user", "add", "ann", "--role", "viewer", "--called", "jane.orchard@gmail.com"), "personal information"),
        (("user", "password", "ann"), "no account"),
    ],
)
def test_a_wrong_account_is_refused(call, folder, arguments, why):
    refused = call(*arguments)

    assert refused.code == 2
    assert why in " ".join(refused.told.replace("│", " ").split())
    assert not (folder / "out" / FILE).exists()


def test_a_port_that_another_has_is_refused(call):
    assert call(*ADD).code == 0
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = call("--port", str(other.getsockname()[1]))

    assert refused.code == 2
    assert "take another" in " ".join(refused.told.replace("│", " ").split())


def test_it_serves_until_it_is_stopped(call, folder):
    call(*ADD)
    process = subprocess.Popen(
        [sys.executable, "-c", "from handrail.cli import main; main()", "desk", "--port", "0", "-o", folder / "out"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        address = process.stdout.readline().strip()
        answer = httpx.get(f"{address}sign-in", timeout=60)
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(60)

    assert address.startswith("http://127.0.0.1:")
    assert answer.status_code == 200
    assert "Sign in" in answer.text
    assert code in (0, 130, -signal.SIGINT)


def test_what_it_began_ends_with_it_also_when_a_service_manager_stops_it(call, folder):
    call(*ADD)
    told = "from handrail.desk.rechecks import Rechecks; Rechecks.close = lambda self: print('ended in order')"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{told}; from handrail.cli import main; main()", "desk", "--port", "0", "-o", "out"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        address = process.stdout.readline().strip()
        answer = httpx.get(f"{address}healthz", timeout=60)
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)

    assert answer.status_code == 200
    assert said == "ended in order\n"
    assert process.returncode == 0


def test_whoever_watches_is_let_go_when_the_desk_ends(office, monkeypatch):
    look = Look(entry=1, site="main", issue="A-1", question="", by="Lea", pages=2, before="new", phase="looking")
    monkeypatch.setattr(office.rechecks, "get", lambda _: look)
    server = serving._Server(serving.config(None), office.rechecks.leave)

    async def heard():
        events = views._told(Visit(office=office, words=Words("en", PACKAGE)), 1, "")
        first = await anext(events)
        server.handle_exit(signal.SIGTERM, None)
        return first, [one async for one in events]

    first, rest = asyncio.run(heard())

    assert first.startswith("event: progress")
    assert rest == []
    assert server.should_exit
