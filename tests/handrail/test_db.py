"""``handrail db``: what it prints, how it ends, and what it refuses."""

import os
import sqlite3
import time

import pytest

from handrail.cli import run as handrail
from reports.store.database import Database
from reports.store.schema import HEAD

A, B = "a" * 32 + ".png", "b" * 32 + ".png"
RUN = (
    "INSERT INTO run (id, started, state, trigger, tool_version, engines, browser, config_sha256, rules_sha256, "
    "sample, notes) VALUES ('r1', '2027-03-01', 'complete', 'person', '0', '{}', '', '', '', '', '[]')"
)


@pytest.fixture
def out(tmp_path):
    """A folder with a store of one run."""
    folder = tmp_path / "out"
    folder.mkdir()
    database = Database(folder / "handrail.sqlite")
    database.upgrade()
    database.close()
    change(folder / "handrail.sqlite", RUN)
    (folder / "evidence" / "exposed").mkdir(parents=True)
    return folder


def change(path, *statements):
    store = sqlite3.connect(path, isolation_level=None)
    for one in statements:
        store.execute(one)
    store.close()


def test_a_store_that_is_whole_is_said_to_be(out, capsys):
    assert handrail(["db", "check", "-o", f"{out}"]) == 0

    assert "handrail.sqlite is whole" in capsys.readouterr().out


def test_one_that_is_not_ends_with_1_and_says_what(out, capsys):
    change(out / "handrail.sqlite", "INSERT INTO phrase (digest, body) VALUES (X'00', 'x')")

    assert handrail(["db", "check", "-o", f"{out}"]) == 1

    said = capsys.readouterr()
    assert "WRONG: 1 rows of phrase: cannot be read as it was written: 1" in said.err
    assert "whole" not in said.out


@pytest.mark.parametrize("command", [["gate"], ["status"], ["log", "verify"], ["issues"]])
def test_a_damaged_file_is_called_that(tmp_path, capsys, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "handrail.toml").write_text('[sites.www]\nstart = ["https://www.city.example/"]\n', "utf-8")
    (tmp_path / "handrail.sqlite").write_bytes(b"no database at all" * 1_000)

    assert handrail([*command, "-o", "."]) == 4

    assert "the file of the store is damaged" in capsys.readouterr().err


def test_nothing_is_no_whole_store(tmp_path, capsys):
    (tmp_path / "handrail.sqlite").touch()  # as a full disk leaves it

    assert handrail(["db", "check", "-o", f"{tmp_path}"]) == 1

    said = capsys.readouterr()
    assert "WRONG: there is no store in it" in said.err
    assert "whole" not in said.out
    assert handrail(["db", "check", "-o", f"{tmp_path}"]) == 1  # looking made none


def old(path):
    """Nobody put it within a day."""
    then = time.time() - 25 * 3600
    os.utime(path, (then, then))


def test_pictures_that_nobody_shows_are_deleted_when_asked(out, capsys):
    pictures = [out / "evidence" / A, out / "evidence" / "exposed" / B]
    for one in pictures:
        one.write_bytes(b"png")
        old(one)

    assert handrail(["db", "check", "-o", f"{out}"]) == 0
    assert all(one.is_file() for one in pictures)
    assert handrail(["db", "check", "--sweep", "-o", f"{out}"]) == 0

    assert not any(one.exists() for one in pictures)
    assert "2 pictures that no finding shows were deleted" in capsys.readouterr().out


def test_a_picture_whose_finding_may_still_come_stays(out, capsys):
    young, older = out / "evidence" / A, out / "evidence" / B
    for one in (young, older):
        one.write_bytes(b"png")
    old(older)

    assert handrail(["db", "check", "--sweep", "-o", f"{out}"]) == 0

    assert (young.is_file(), older.is_file()) == (True, False)
    assert "1 pictures that no finding shows were deleted. 1 are not a day old, and stay." in capsys.readouterr().out


def test_what_is_another_stores_or_nobodys_is_not_swept(out, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "pictures"
    folder.mkdir()
    monkeypatch.setenv("HANDRAIL_EVIDENCE", str(folder))
    for name in (A, "logo.png"):
        (folder / name).write_bytes(b"png")
        old(folder / name)
    (folder / "handrail-store.txt").write_text("another one")

    assert handrail(["db", "check", "--sweep", "-o", f"{out}"]) == 2
    assert (folder / A).is_file()
    (folder / "handrail-store.txt").unlink()
    assert handrail(["db", "check", "--sweep", "-o", f"{out}"]) == 0

    assert "holds the pictures of another store" in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == ["handrail-store.txt", "logo.png"]


def test_nothing_is_deleted_when_the_store_is_broken(out):
    picture = out / "evidence" / A
    picture.write_bytes(b"png")
    old(picture)
    change(out / "handrail.sqlite", "INSERT INTO phrase VALUES (1, X'00', 'x')")

    assert handrail(["db", "check", "--sweep", "-o", f"{out}"]) == 1

    assert picture.is_file()


def test_a_copy_is_a_backup_and_comes_back(out, tmp_path, capsys):
    backup = tmp_path / "kept" / "backup.sqlite"
    assert handrail(["db", "copy", "-o", f"{out}", "--to", f"{backup}"]) == 0
    (out / "handrail.sqlite").unlink()

    assert handrail(["db", "copy", "--store", f"sqlite:///{backup}", "--to", f"{out / 'handrail.sqlite'}"]) == 0

    assert handrail(["db", "check", "-o", f"{out}"]) == 0
    assert capsys.readouterr().out.count("Copied: 1 runs, 0 pages, 0 entries of the log") == 2
    assert (backup.stat().st_mode & 0o777, (out / "handrail.sqlite").stat().st_mode & 0o777) == (0o600, 0o600)


def test_a_copy_over_a_store_is_refused(out, capsys):
    assert handrail(["db", "copy", "-o", f"{out}", "--to", f"{out / 'handrail.sqlite'}"]) == 4

    assert "there is a store already" in capsys.readouterr().err


def test_the_schema_is_brought_up_to_date(out, capsys):
    assert handrail(["db", "upgrade", "-o", f"{out}"]) == 0

    assert capsys.readouterr().out == f"Schema {HEAD}: it was up to date.\n"


@pytest.mark.parametrize("command", [["check"], ["upgrade"], ["copy", "--to", "x.sqlite"]])
def test_without_a_store_none_is_made(tmp_path, command, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert handrail(["db", *command, "-o", f"{tmp_path / 'nowhere'}"]) == 2

    assert "no store in" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
