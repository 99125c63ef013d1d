"""The key for HMACs and sealed URLs. It lives outside the store: in the environment, or in a file of its own.

A file holds one key a line: the current one first, below it earlier ones that still recognize what they made.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import platformdirs

BYTES = 32
IN_ENVIRONMENT, EARLIER_IN_ENVIRONMENT = "HANDRAIL_KEY", "HANDRAIL_KEY_EARLIER"


class BadKey(ValueError):
    """The key is there and cannot be used, or must not be changed; the message never quotes it."""


class Keys(NamedTuple):
    """The current secret, and those before it, newest first."""

    secret: bytes
    earlier: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        return f"Keys(1 and {len(self.earlier)} earlier)"


def key_path(environ: Mapping[str, str] | None = None) -> Path:
    """Where the key file is: HANDRAIL_KEY_FILE, else the user's configuration folder."""
    environ = os.environ if environ is None else environ
    named = environ.get("HANDRAIL_KEY_FILE")
    return Path(named) if named else Path(platformdirs.user_config_dir("handrail")) / "key"


def is_in_environment(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the environment holds the key itself: then no file is read."""
    environ = os.environ if environ is None else environ
    return bool(environ.get(IN_ENVIRONMENT))


def load_keys(environ: Mapping[str, str] | None = None, *, make: bool = True) -> Keys:
    """The keys. A key file is made, for its owner alone, the first time it is needed; without ``make`` it is missed."""
    environ = os.environ if environ is None else environ
    if given := environ.get(IN_ENVIRONMENT):
        earlier = environ.get(EARLIER_IN_ENVIRONMENT, "").replace(",", " ").split()
        return Keys(_decode(given, IN_ENVIRONMENT), tuple(_decode(one, EARLIER_IN_ENVIRONMENT) for one in earlier))
    path = key_path(environ)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if make:
            return _create(path)
        raise BadKey(f"there is no key at {path}: put its backup there, or name it with HANDRAIL_KEY_FILE") from None
    check_apart(path)
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise BadKey(f"the key file {path} can be read by others; run: chmod 600 {path}")
    return _read(path)


def load_secret(environ: Mapping[str, str] | None = None) -> bytes:
    """The current secret alone."""
    return load_keys(environ).secret


def check_apart(path: Path, store: Path | None = None) -> None:
    """Raise BadKey where the key would travel with what it protects: into the store's folder, into a repository."""
    home = path.resolve().parent
    elsewhere = "move it elsewhere and name it with HANDRAIL_KEY_FILE"
    if store is not None and (home == store.resolve() or store.resolve() in home.parents):
        raise BadKey(
            f"the key file {path} is inside the store's folder {store}: whoever copies one has the other; {elsewhere}"
        )
    for folder in (home, *home.parents):
        if (folder / ".git").exists():
            raise BadKey(f"the key file {path} is inside the git work tree {folder}; {elsewhere}")


def new_key(path: Path, store: Path | None = None) -> Keys:
    """Make a key file where there is none."""
    if path.exists():
        raise BadKey(
            f"there is a key at {path} already. For a new one that still knows the same values: handrail key rotate"
        )
    check_apart(path, store)
    return _create(path)


def rotate(path: Path) -> Keys:
    """A new current key; the others stay, and are still valid."""
    known = _stored(path)
    return _replace(path, Keys(secrets.token_bytes(BYTES), (known.secret, *known.earlier)))


def forget(path: Path, secret: bytes) -> Keys:
    """Take an earlier key out of the file."""
    known = _stored(path)
    return _replace(path, Keys(known.secret, tuple(one for one in known.earlier if one != secret)))


def _stored(path: Path) -> Keys:
    return load_keys({"HANDRAIL_KEY_FILE": str(path)}, make=False)


def _read(path: Path) -> Keys:
    text = path.read_bytes().decode("ascii", "replace")
    lines = text.split()
    if len(lines) > 1 and all(len(line) >= 2 * BYTES for line in lines):
        secret, *earlier = (_decode(line, str(path)) for line in lines)
        return Keys(secret, tuple(earlier))
    return Keys(_decode(text.strip(), str(path)))


def _decode(text: str, where: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < BYTES:
        raise BadKey(
            f"{where} must hold at least {2 * BYTES} hexadecimal digits; make one with: openssl rand -hex {BYTES}"
        )
    return secret


def _create(path: Path) -> Keys:
    """Whole or not at all: another process may look for it at the same moment."""
    check_apart(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _beside(path, (secrets.token_bytes(BYTES),)) as name, contextlib.suppress(FileExistsError):
        os.link(name, path)  # another process may be first
    return _read(path)


def _replace(path: Path, keys: Keys) -> Keys:
    with _beside(path, (keys.secret, *keys.earlier)) as name:
        os.replace(name, path)
    return keys


@contextlib.contextmanager
def _beside(path: Path, keys: Sequence[bytes]) -> Iterator[str]:
    """A file that is not there yet for anybody else, and gone afterwards."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # 0600
    try:
        with open(descriptor, "w", encoding="ascii") as out:
            out.writelines(key.hex() + "\n" for key in keys)
            out.flush()
            os.fsync(out.fileno())
        yield name
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
