"""The key lives outside the store, for its owner alone, and one store has one key."""

import secrets
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from audits.privacy.keys import key_id
from handrail import runs
from handrail.config import Policy
from handrail.keys import BadKey, forget, key_path, load_keys, load_secret, rotate


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
    assert (again.code, told.code) == (2, 2)
    for refused in (again, told):
        assert "this store was made with another key" in refused.told
        assert "Use the key that made it" in refused.told
        assert "itself failed" not in refused.told
    assert len(server.seen) == asked
    assert (out / "handrail.sqlite").read_bytes() == store

    monkeypatch.delenv("HANDRAIL_KEY")

    assert handrail("report", "--out", out).code == 0


# Where it may lie


@pytest.mark.parametrize("git", ["folder", "file"])
def test_a_key_in_a_git_work_tree_is_refused(environ, tmp_path, git):
    load_secret(environ)
    (tmp_path / ".git").mkdir() if git == "folder" else (tmp_path / ".git").write_text("gitdir: elsewhere")

    with pytest.raises(BadKey, match=f"is inside the git work tree {tmp_path}; move it elsewhere"):
        load_secret(environ)


def test_no_key_is_made_in_a_git_work_tree(environ, tmp_path):
    (tmp_path / ".git").mkdir()

    with pytest.raises(BadKey, match="git work tree"):
        load_secret(environ)
    assert not key_path(environ).parent.exists()


def test_a_repository_beside_the_key_is_nothing_to_it(environ, tmp_path):
    (tmp_path / "project" / ".git").mkdir(parents=True)

    assert load_secret(environ)


@pytest.mark.parametrize("folder", ["", "deeper"])
def test_a_key_in_the_stores_folder_is_refused(handrail, tmp_path, monkeypatch, folder):
    monkeypatch.setenv("HANDRAIL_KEY_FILE", str(tmp_path / "out" / folder / "key"))

    new = handrail("key", "new", "--out", tmp_path / "out")
    audit = handrail("audit", "http://127.0.0.1:9/", "--out", tmp_path / "out")

    assert (new.code, audit.code) == (2, 2)
    for done in (new, audit):
        assert f"is inside the store's folder {tmp_path / 'out'}" in done.told
    assert not (tmp_path / "out" / "handrail.sqlite").exists()


# Rotation


def test_a_rotation_keeps_the_earlier_keys_for_the_owner_alone(environ):
    first = load_secret(environ)
    path = key_path(environ)

    second = rotate(path).secret
    keys = rotate(path)

    assert load_keys(environ) == keys
    assert keys.earlier == (second, first)
    assert len({keys.secret, second, first}) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["key"]


def test_one_earlier_key_can_be_forgotten(environ):
    first = load_secret(environ)
    path = key_path(environ)
    second, third = rotate(path).secret, rotate(path).secret

    forget(path, second)

    assert load_keys(environ) == (third, (first,))


def test_a_key_that_is_missing_is_not_made_where_it_would_be_the_wrong_one(environ):
    with pytest.raises(BadKey, match=r"there is no key at .*: put its backup there"):
        load_keys(environ, make=False)
    with pytest.raises(BadKey, match="there is no key at"):
        rotate(key_path(environ))
    assert not key_path(environ).exists()


def test_a_key_broken_over_lines_is_one_key(environ):
    path = key_path(environ)
    path.parent.mkdir()
    path.write_text("ab" * 20 + "\n" + "cd" * 20 + "\n")
    path.chmod(0o600)

    assert load_keys(environ) == (bytes.fromhex("ab" * 20 + "cd" * 20), ())


@pytest.mark.parametrize("between", [",", ", ", " ", "\n"])
def test_earlier_keys_come_from_the_environment_too(between):
    one, two, three = (secrets.token_bytes(32) for _ in range(3))

    keys = load_keys({"HANDRAIL_KEY": one.hex(), "HANDRAIL_KEY_EARLIER": between.join([two.hex(), three.hex()])})

    assert keys == (one, (two, three))


def test_a_bad_earlier_key_is_refused_and_not_quoted():
    with pytest.raises(BadKey, match=r"^HANDRAIL_KEY_EARLIER must hold") as refused:
        load_keys({"HANDRAIL_KEY": "ab" * 32, "HANDRAIL_KEY_EARLIER": "deadbeef"})

    assert "deadbeef" not in str(refused.value)


def test_keys_do_not_show_themselves(environ):
    load_secret(environ)

    assert repr(rotate(key_path(environ))) == "Keys(1 and 1 earlier)"


# The commands


def test_a_new_key_is_named_and_its_backup_told(own_key, handrail):
    done = handrail("key", "new")
    again = handrail("key", "new")

    assert done.code == 0
    assert key_id(load_secret()) in done.said
    assert f"Keep a copy of {own_key}" in done.said
    assert load_secret().hex() not in done.said
    assert again.code == 2
    assert f"there is a key at {own_key} already" in again.told


@pytest.mark.parametrize("command", [["new"], ["rotate"], ["retire", "k-1", "--by", "A", "--reason", "B"]])
def test_keys_in_the_environment_are_changed_there(own_key, handrail, monkeypatch, command):
    monkeypatch.setenv("HANDRAIL_KEY", "ab" * 32)

    done = handrail("key", *command)

    assert done.code == 2
    assert "environment" in done.told
    assert not own_key.exists()


def test_show_id_makes_no_key_and_no_store(own_key, handrail, tmp_path):
    done = handrail("key", "show-id", "--out", tmp_path / "out")

    assert done.code == 2
    assert "there is no key at" in done.told
    assert not own_key.exists()
    assert not (tmp_path / "out").exists()


def test_only_an_earlier_key_can_be_retired(own_key, handrail, tmp_path):
    current = key_id(load_secret())
    asked = ("--by", "A. Officer", "--reason", "leaked", "--out", tmp_path)

    now, unknown = handrail("key", "retire", current, *asked), handrail("key", "retire", "k-0", *asked)

    assert (now.code, unknown.code) == (2, 2)
    assert "is the current key" in now.told
    assert "no key 'k-0'" in unknown.told


def test_a_run_begun_with_an_earlier_key_is_not_taken_up(own_key, handrail, tmp_path):
    parts, place = runs.parts_for(Policy()), runs.Place(out=tmp_path / "out")
    with runs.open_store(place, parts) as store:
        run = runs.start(place, runs.plan_for_urls(Policy(), ["http://127.0.0.1:9/"]), parts, store)
    rotate(own_key)

    done = handrail("audit", "--resume", "--out", place.out)

    assert done.code == 2
    assert f"run {run.id} was begun with an earlier key" in done.told


@pytest.mark.browser
def test_a_value_keeps_its_id_over_a_rotation_and_the_old_key_can_go(
    own_key, serve, clean_page, audit, handrail, tmp_path
):
    sin = "<p>Social insurance number 246 454 284</p>"
    other = clean_page("<p>Social insurance number 130 692 544</p>")
    server = serve({"/": clean_page(f"{sin}<a href='/more'>More</a>"), "/more": other})
    out = tmp_path / "out"
    asked = ("--by", "A. Officer", "--reason", "yearly", "--out", out)

    def ids(call):
        found = [line["fingerprint"] for line in call.lines if line.get("exposure") and line["record"] == "finding"]
        return sorted(found)

    first = audit(out, server.url())
    old = key_id(load_secret())
    assert handrail("key", "rotate").code == 0
    refused = handrail("key", "retire", old, *asked)
    before = handrail("key", "show-id", "--out", out)
    second = audit(out, server.url())
    after = handrail("key", "show-id", "--out", out)
    retired = handrail("key", "retire", old, *asked)
    third = audit(out, server.url())

    assert len(ids(first)) == 2
    assert ids(first) == ids(second) == ids(third)
    assert refused.code == 1
    assert "2 values" in refused.told
    assert f"{old}  earlier  2 values of the store, not met since: keep the key" in before.said
    assert f"{old}  earlier  nothing in the store depends on it: handrail key retire {old}" in after.said
    assert retired.code == 0
    assert load_keys().earlier == ()
    assert third.code == 0
    assert old in handrail("log", "show", "--out", out).said
