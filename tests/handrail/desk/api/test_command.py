"""'handrail desk token': shown once, listed, taken away, all in the log."""

import re
import shutil
from datetime import timedelta

import pytest

from handrail import runs
from handrail.config import Policy
from handrail.desk.api.tokens import ADDED, FILE, REMOVED, Tokens
from handrail.work import today

DAY = today(Policy())
ADD = ("add", "tickets", "--role", "web-lead", "--scope", "see-issues", "--called", "Tickets, answers: A. Ito")


@pytest.fixture
def call(handrail, filled, tmp_path, monkeypatch):
    shutil.copytree(filled, tmp_path / "out")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: handrail("desk", "token", *arguments, "-o", tmp_path / "out")


def test_a_token_is_shown_once_and_ends(call, tmp_path, parts):
    added = call(*ADD)
    number = re.search(r"^handrail_\S+$", added.said, re.MULTILINE).group()
    listed = call("list")
    found = Tokens(tmp_path / "out" / FILE).of(number, DAY)
    removed = call("remove", "tickets")
    with runs.open_known(runs.Place(out=tmp_path / "out"), parts) as store:
        entries = store.log_entries(ADDED, REMOVED)

    assert (added.code, listed.code, removed.code) == (0, 0, 0)
    assert found.until == DAY + timedelta(days=90)
    assert "Tickets, answers: A. Ito  web-lead: see-issues" in listed.said
    assert "never used" in listed.said
    assert number not in listed.said
    assert call("list").said.strip() == ""
    assert [(one.kind, one.facts["token"]) for one in entries] == [
        (ADDED, "desk:token:tickets"), (REMOVED, "desk:token:tickets"),
    ]  # fmt: skip
    assert all(number not in str(one.facts) for one in entries)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--role", "king"), "--role king: must be one of"),
        (("--scope", "reveal-value"), "--scope reveal-value: must be one of"),
        (("--scope", "answer-waiver"), "more than the role may"),
        (("--until", "2020-01-31"), "not before today"),
        (("--called", "Ann, ann.ito@gmail.com"), "personal information"),
    ],
)
def test_what_no_token_can_be(call, tmp_path, more, why):
    refused = call(*ADD, *more)

    assert refused.code == 2
    assert why in " ".join(refused.told.split())
    assert not (tmp_path / "out" / FILE).exists()


def test_nobody_removes_what_is_not_there(call):
    refused = call("remove", "tickets")

    assert (refused.code, "no token 'tickets'" in refused.told) == (2, True)
