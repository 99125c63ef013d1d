"""The key lives outside the store, for its owner alone, and one store has one key."""

import secrets
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from handrail.keys import BadKey, key_path, load_secret


@pytest.fixture
def environ(tmp_path):
    """An environment with a key file that is not there yet."""
    return {"HANDRAIL_KEY_FILE": str(tmp_path / "keys" / "key")}


def test_a_key_file_is_made_for_its_owner_alone(environ):
    secret = load_secret(environ)

    path = key_path(environ)
    assert len(secret) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_text("ascii") == secret.hex() + "\n"
    assert [file.name for file in path.parent.iterdir()] == ["key"]


def test_the_same_key_is_read_again(environ):
    assert load_secret(environ) == load_secret(environ)


def test_two_key_files_are_two_keys(environ, tmp_path):
    assert load_secret(environ) != load_secret({"HANDRAIL_KEY_FILE": str(tmp_path / "other")})


def test_all_who_ask_for_the_first_key_at_once_get_the_same(environ):
    together = threading.Barrier(16)

    def ask(_):
        together.wait()
        return load_secret(environ)

    with ThreadPoolExecutor(16) as pool:
        seen = set(pool.map(ask, range(16)))

    assert seen == {load_secret(environ)}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622])
def test_a_key_file_that_others_can_read_is_refused(environ, mode):
    load_secret(environ)
    path = key_path(environ)
    path.chmod(mode)

    with pytest.raises(BadKey, match=f"{path} can be read by others; run: chmod 600 {path}"):
        load_secret(environ)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_file_that_only_its_owner_can_read_is_taken(environ, mode):
    secret = load_secret(environ)
    key_path(environ).chmod(mode)

    assert load_secret(environ) == secret


@pytest.mark.parametrize("text", ["", "\n", "not hexadecimal", "ab" * 31, "a" * 63, "é" * 64, "\x00" * 64])
def test_what_is_no_key_is_refused_and_never_quoted(environ, text):
    path = key_path(environ)
    path.parent.mkdir()
    path.write_bytes(text.encode())
    path.chmod(0o600)

    with pytest.raises(BadKey) as refused:
        load_secret(environ)

    assert str(path) in str(refused.value)
    assert "openssl rand -hex 32" in str(refused.value)
    assert not text.strip() or text not in str(refused.value)


def test_the_environment_wins_and_no_file_is_made(environ):
    given = secrets.token_bytes(40)

    secret = load_secret(environ | {"HANDRAIL_KEY": given.hex()})

    assert secret == given
    assert not key_path(environ).exists()


def test_a_bad_key_in_the_environment_is_refused_although_the_file_is_good(environ):
    load_secret(environ)

    with pytest.raises(BadKey, match=r"^HANDRAIL_KEY must hold at least 64 hexadecimal digits") as refused:
        load_secret(environ | {"HANDRAIL_KEY": "deadbeef"})

    assert "deadbeef" not in str(refused.value)


@pytest.fixture
def own_key(monkeypatch, environ):
    monkeypatch.setenv("HANDRAIL_KEY_FILE", environ["HANDRAIL_KEY_FILE"])
    return key_path(environ)


def test_a_bad_key_is_a_wrong_configuration(own_key, handrail, tmp_path):
    load_secret()
    own_key.chmod(0o644)

    done = handrail("audit", "http://127.0.0.1:9/", "--out", tmp_path / "out")

    assert done.code == 2
    assert f"run: chmod 600 {own_key}" in done.told
    assert not (tmp_path / "out").exists()


@pytest.mark.browser
def test_a_store_refuses_another_key(own_key, serve, clean_page, audit, handrail, tmp_path, monkeypatch):
    server = serve({"/": clean_page("<p>Hello there.</p>")})
    out = tmp_path / "out"
    first = audit(out, server.url())
    store = (out / "handrail.sqlite").read_bytes()
    asked = len(server.seen)
    monkeypatch.setenv("HANDRAIL_KEY", secrets.token_hex(32))

    again = audit(out, server.url())
    told = handrail("report", "--out", out)

    assert first.code == 0
    assert (again.code, told.code) == (4, 4)
    for refused in (again, told):
        assert "this store was made with another key" in refused.told
        assert "Use the key that made it" in refused.told
        assert "itself failed" not in refused.told
    assert len(server.seen) == asked
    assert (out / "handrail.sqlite").read_bytes() == store

    monkeypatch.delenv("HANDRAIL_KEY")

    assert handrail("report", "--out", out).code == 0
