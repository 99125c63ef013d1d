"""Files that are there whole or not at all; templates that are compiled once."""

import os
import stat
import time

import pytest
from jinja2 import DictLoader, Environment

from reports import compiled
from reports.whole import remove_left, write_whole


def test_all_of_it_in_the_place_of_what_was_there(tmp_path):
    path = tmp_path / "a"
    path.write_text("before")
    write_whole(path, ["é", b"\xff"], 0o644)

    assert path.read_bytes() == "é".encode() + b"\xff"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert os.listdir(tmp_path) == ["a"]


def test_what_was_there_stays_where_writing_fails(tmp_path):
    path = tmp_path / "a"
    path.write_text("before")

    def pieces():
        yield "half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_whole(path, pieces())

    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["a"]


def test_what_dead_writers_left_goes_also_from_folders_below(tmp_path):
    (tmp_path / "restricted").mkdir()
    left = [tmp_path / name for name in (".abcd1234.part", "restricted/.abcd1234.part", "page.part", ".x.part")]
    for path in left:
        path.touch()
        os.utime(path, (time.time() - 90_000,) * 2)
    (tmp_path / ".wr1ting0.part").touch()

    remove_left(tmp_path, below=True)

    assert [path.exists() for path in left] == [False, False, True, True]
    assert (tmp_path / ".wr1ting0.part").exists()


@pytest.fixture
def kept(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setattr(compiled.platformdirs, "user_cache_path", lambda name: folder / name)
    return folder / "handrail" / "templates-a"


def rendered(text="Hello {{ name }}", module=__file__):
    """What a new process shows, and how often it compiled."""
    times = 0

    class Counted(Environment):
        def compile(self, *args, **options):
            nonlocal times
            times += 1
            return super().compile(*args, **options)

    environment = Counted(loader=DictLoader({"a": text}), bytecode_cache=compiled.Compiled("a", module))
    return environment.get_template("a").render(name="Alder"), times


def test_a_later_process_does_not_compile(kept):
    assert [rendered(), rendered()] == [("Hello Alder", 1), ("Hello Alder", 0)]
    assert [stat.S_IMODE(path.stat().st_mode) for path in (kept, *kept.iterdir())] == [0o700, 0o600]


def test_another_text_is_compiled(kept):
    rendered()

    assert rendered("Bye {{ name }}") == ("Bye Alder", 1)


def test_other_code_compiles(kept, tmp_path):
    rendered()
    (tmp_path / "later.py").write_text("another version")

    assert rendered(module=tmp_path / "later.py") == ("Hello Alder", 1)


@pytest.mark.parametrize("damage", [lambda was: b"", lambda was: was[:-9], lambda was: was[:40] + b"?" + was[41:]])
def test_what_is_damaged_is_written_anew(kept, damage):
    rendered()
    (path,) = kept.iterdir()
    path.write_bytes(damage(path.read_bytes()))

    assert [rendered(), rendered()] == [("Hello Alder", 1), ("Hello Alder", 0)]


def test_where_nothing_can_be_kept_all_works(kept):
    kept.parent.parent.write_text("no folder")

    assert [rendered(), rendered()] == [("Hello Alder", 1), ("Hello Alder", 1)]
