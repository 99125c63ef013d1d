"""The key for HMACs and sealed URLs. It lives outside the store: in the environment, or in a file of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

import platformdirs

BYTES = 32


class BadKey(ValueError):
    """The key is there and cannot be used; the message never quotes it."""


def key_path(environ: Mapping[str, str] | None = None) -> Path:
    """Where the key file is: HANDRAIL_KEY_FILE, else the user's configuration folder."""
    environ = os.environ if environ is None else environ
    named = environ.get("HANDRAIL_KEY_FILE")
    return Path(named) if named else Path(platformdirs.user_config_dir("handrail")) / "key"


def load_secret(environ: Mapping[str, str] | None = None) -> bytes:
    """The secret. A key file is made, for its owner alone, the first time it is needed."""
    environ = os.environ if environ is None else environ
    if given := environ.get("HANDRAIL_KEY"):
        return _decode(given, "HANDRAIL_KEY")
    path = key_path(environ)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return _create(path)
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise BadKey(f"the key file {path} can be read by others; run: chmod 600 {path}")
    return _read(path)


def _read(path: Path) -> bytes:
    return _decode(path.read_bytes().decode("ascii", "replace").strip(), str(path))


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


def _create(path: Path) -> bytes:
    """Whole or not at all: another process may look for it at the same moment."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # 0600
    try:
        with open(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_bytes(BYTES).hex() + "\n")
        with contextlib.suppress(FileExistsError):  # another process was first
            os.link(name, path)
    finally:
        os.unlink(name)
    return _read(path)
