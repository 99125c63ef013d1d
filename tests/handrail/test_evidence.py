"""Where pictures are kept: what is there stays as it is, what nobody shows goes, and a wrong place is told at once."""

import os
import time
from datetime import UTC, datetime, timedelta

import fsspec
import pytest

from handrail import runs
from handrail.cli import run as handrail
from handrail.config import ConfigError
from handrail.evidence import GRACE, EvidenceError, Folder, Remote, kept, name_of, near

BODY, OTHER = b"a picture", b"another"
NAME = name_of(BODY)


@pytest.fixture
def memory():
    """A store in memory, of fsspec's own."""
    store = fsspec.filesystem("memory").store
    store.clear()
    yield store
    store.clear()


@pytest.fixture(params=["folder", "memory"])
def place(request, tmp_path, memory):
    if request.param == "folder":
        return Folder(tmp_path / "evidence")
    return Remote("memory://bucket/prefix")


@pytest.fixture
def aged(memory):
    """Has a picture be put there so long ago."""

    def age(place, name, ago):
        then = datetime.now(UTC) - ago
        if isinstance(place, Folder):
            os.utime(place.path / name, (then.timestamp(),) * 2)
        else:
            memory[f"/bucket/prefix/{name}"].modified = then

    return age


def test_what_was_put_is_there_and_near(place, tmp_path):
    place.put(NAME, BODY)
    place.put(NAME, BODY)

    assert place.names() == {NAME}
    with near(place, {NAME, name_of(OTHER)}, tmp_path / "out") as folder:
        assert [path.read_bytes() for path in folder.iterdir()] == [BODY]
    assert not list((tmp_path / "out").glob(".pictures-*"))


def test_a_place_where_nothing_was_put_is_empty(place):
    assert place.names() == set()
    assert place.remove({NAME}) == 0


def test_what_is_deleted_is_gone_and_the_rest_is_not(place):
    place.put(NAME, BODY)
    place.put(name_of(OTHER), OTHER)

    assert place.remove({NAME}) == 1

    assert place.names() == {name_of(OTHER)}


def test_a_picture_that_somebody_puts_again_is_not_swept(place, aged):
    for body in (BODY, OTHER):
        place.put(name_of(body), body)
        aged(place, name_of(body), GRACE + timedelta(hours=1))
    place.put(NAME, BODY)  # its finding is about to come

    assert place.remove({NAME, name_of(OTHER)}, spare_young=True) == 1

    assert place.names() == {NAME}


def test_a_picture_of_an_hour_ago_is_not_written_again(place, aged, tmp_path):
    place.put(NAME, BODY)
    aged(place, NAME, timedelta(hours=1))

    place.put(NAME, b"something else under its name")

    with near(place, {NAME}, tmp_path) as folder:
        assert (folder / NAME).read_bytes() == BODY


def test_what_a_killed_writer_left_is_swept(tmp_path):
    place = Folder(tmp_path)
    old, young, other = (tmp_path / name for name in (".k1ll_ed0.part", ".wr1ting0.part", ".of-somebody-else.part"))
    for path in (old, young, other):
        path.write_bytes(BODY)
    for path in (old, other):
        os.utime(path, (time.time() - 90_000,) * 2)

    place.remove((), spare_young=True)

    assert [path.exists() for path in (old, young, other)] == [False, True, True]


def test_in_a_folder_pictures_are_for_their_owner_alone_and_whole(tmp_path):
    place = Folder(tmp_path / "evidence")

    place.put(NAME, BODY)

    assert [(path.name, path.stat().st_mode & 0o777) for path in place.path.iterdir()] == [(NAME, 0o600)]
    assert place.path.stat().st_mode & 0o777 == 0o700


def test_what_is_not_what_its_name_says_is_not_shown(memory, tmp_path):
    place = Remote("memory://bucket/prefix")
    fsspec.filesystem("memory").pipe_file(f"bucket/prefix/{NAME}", b"changed")

    with near(place, {NAME}, tmp_path) as folder:
        assert list(folder.iterdir()) == []


def test_only_our_pictures_are_listed(memory):
    place = Remote("memory://bucket/prefix")
    place.check("a store")
    place.put(NAME, BODY)
    fsspec.filesystem("memory").pipe_file("bucket/prefix/logo.png", b"not ours")

    assert place.names() == {NAME}


def test_two_stores_have_two_folders(tmp_path):
    place = Folder(tmp_path / "named", named=True)
    place.check("one")
    place.put(NAME, BODY)

    with pytest.raises(ConfigError, match="holds the pictures of another store"):
        Folder(tmp_path / "named", named=True).check("two")
    Folder(tmp_path / "named", named=True).check("one")
    assert place.names() == {NAME}


def test_two_stores_have_two_places(memory):
    Remote("memory://bucket/prefix").check("one")
    Remote("memory://bucket/prefix").check("one")
    Remote("memory://bucket/prefix").check()  # who only looks changes nothing

    with pytest.raises(ConfigError, match="holds the pictures of another store"):
        Remote("memory://bucket/prefix").check("two")
    Remote("memory://bucket/other").check("two")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("s3:///prefix", "names no bucket"),
        ("s3://key:secret@bucket/prefix", "credentials go into variables"),
        ("s3://bucket/prefix?versionId=1", "more than a bucket and a prefix"),
        ("nosuch://bucket/prefix", "no such kind of store"),
        ("s3://[bucket", "is no address"),
    ],
)
def test_a_wrong_place_is_a_wrong_configuration(monkeypatch, tmp_path, where, said):
    monkeypatch.setenv("HANDRAIL_EVIDENCE", where)

    with pytest.raises(ConfigError, match=said) as told:
        kept(runs.Place(out=tmp_path))

    assert "secret" not in str(told.value)


def test_without_a_word_about_it_pictures_lie_beside_the_reports(monkeypatch, tmp_path):
    monkeypatch.delenv("HANDRAIL_EVIDENCE", raising=False)
    assert str(kept(runs.Place(out=tmp_path))) == str(tmp_path / "evidence")

    monkeypatch.setenv("HANDRAIL_EVIDENCE", f"{tmp_path / 'elsewhere'}")
    assert str(kept(runs.Place(out=tmp_path))) == str(tmp_path / "elsewhere")

    monkeypatch.setenv("HANDRAIL_EVIDENCE", f"file://{tmp_path / 'elsewhere'}")
    assert str(kept(runs.Place(out=tmp_path))) == str(tmp_path / "elsewhere")


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(EvidenceError, match="cannot be kept there"):
        Folder(tmp_path / "file" / "evidence").check()


def test_a_place_that_is_away_is_not_asked_for_each_picture(memory, monkeypatch):
    place, asked = Remote("memory://bucket/prefix"), []

    def away(*arguments, **options):
        asked.append(time.monotonic())
        raise ConnectionError

    monkeypatch.setattr(place._fs, "pipe_file", away)

    for _ in range(3):
        with pytest.raises(OSError, match="away"):
            place.put(NAME, BODY)

    assert len(asked) == 1


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (PermissionError("key AKIA…"), "memory://bucket/prefix: access is refused"),
        (TimeoutError(), r"cannot be reached \(TimeoutError\)"),
    ],
)
def test_what_a_place_refuses_is_told_without_its_own_words(memory, monkeypatch, tmp_path, trouble, said):
    place = Remote("memory://bucket/prefix")

    def refused(*arguments, **options):
        raise trouble

    for name in ("pipe_file", "ls", "cat"):
        monkeypatch.setattr(place._fs, name, refused)

    for ask in (place.check, place.names, lambda: place.fetch([NAME], tmp_path)):
        with pytest.raises(EvidenceError, match=said) as told:
            ask()
        assert "AKIA" not in str(told.value)


def test_an_audit_with_a_wrong_place_does_not_begin(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("HANDRAIL_EVIDENCE", "nosuch://bucket")

    assert handrail(["audit", "http://127.0.0.1:9/", "-o", f"{tmp_path / 'out'}"]) == 2

    assert "no such kind of store" in capsys.readouterr().err
