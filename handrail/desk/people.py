"""Who has an account: a file for its owner alone, passwords as argon2id hashes. One list, however a person signs in."""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from handrail.desk.roles import Person, Role

FILE = "desk.json"
#: OWASP ASVS 2.1: twelve characters at the least, and room for whole sentences.
SHORTEST, LONGEST = 12, 128
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,62}")


class BadPerson(ValueError):
    """What is wrong with an account or with the list; never quotes a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person, and what the password was hashed to; "" = none: they come by the proxy or by OIDC alone."""

    person: Person
    hashed: str = field(default="", repr=False)


class People:
    """The list, read anew whenever its file is another."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, int, int] | None, Mapping[str, Account]] = (None, {})
        self._nobody = ""

    def all(self) -> tuple[Account, ...]:
        """By name."""
        return tuple(self._accounts().values())

    def get(self, name: str) -> Account | None:
        """By its name, in small letters."""
        return self._accounts().get(name.casefold())

    def signs_in(self, name: str, password: str) -> Account | None:
        """The account, if the password is its own. A name that nobody has takes as long."""
        from argon2.exceptions import InvalidHashError, VerificationError

        hasher = _hasher()
        account = self.get(name)
        if not self._nobody:
            self._nobody = hasher.hash(os.urandom(16).hex())
        hashed = account.hashed if account and account.hashed else self._nobody
        try:
            hasher.verify(hashed, password[: 4 * LONGEST])
        except (VerificationError, InvalidHashError):
            return None
        return account if account and account.hashed else None

    def put(self, person: Person, password: str | None = None) -> None:
        """Add an account or change it; ``password`` None: it stays as it is. Raises BadPerson."""
        person = replace(person, name=person.name.casefold())
        _check(person)
        if password is not None:
            _check_password(person, password)
        with self._changing() as accounts:
            known = accounts.get(person.name)
            hashed = _hasher().hash(password) if password is not None else known.hashed if known else ""
            accounts[person.name] = Account(person=person, hashed=hashed)

    def remove(self, name: str) -> None:
        """Raises BadPerson where there is no such account."""
        with self._changing() as accounts:
            if accounts.pop(name.casefold(), None) is None:
                raise BadPerson(f"no account {name[:60]!r}")

    def _accounts(self) -> Mapping[str, Account]:
        try:
            told = self.path.stat()
        except FileNotFoundError:
            return {}
        mark = (told.st_ino, told.st_mtime_ns, told.st_size)
        known, accounts = self._read
        if known != mark:
            if os.name == "posix" and stat.S_IMODE(told.st_mode) & 0o077:
                raise BadPerson(f"{self.path} can be read by others; run: chmod 600 {self.path}")
            accounts = _parsed(self.path)
            self._read = (mark, accounts)
        return accounts

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, Account]]:
        """One who changes it at a time; whoever reads meanwhile sees the old list or the new one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self.path.with_suffix(".lock")):
            accounts = dict(self._accounts())
            yield accounts
            told = [_told(accounts[name]) for name in sorted(accounts)]
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".desk-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"schema_version": 1, "people": told}, file, ensure_ascii=False, indent=1)
            Path(name).replace(self.path)


def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    import fcntl

    with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _told(account: Account) -> dict[str, Any]:
    person = account.person
    return {
        "name": person.name,
        "called": person.called,
        "roles": list(person.roles),
        "units": list(person.units),
        "password": account.hashed,
    }


def _parsed(path: Path) -> Mapping[str, Account]:
    try:
        people = json.loads(path.read_text("utf-8"))["people"]
        return {one["name"]: _account(one) for one in people}
    except (OSError, ValueError, LookupError, TypeError) as exc:
        raise BadPerson(f"{path}: is no list of accounts ({type(exc).__name__})") from None


def _account(told: Mapping[str, Any]) -> Account:
    person = Person(
        name=told["name"],
        called=told["called"],
        roles=tuple(map(Role, told["roles"])),
        units=tuple(told["units"]),
    )
    return Account(person=person, hashed=told["password"])


def _check(person: Person) -> None:
    if not _NAME.fullmatch(person.name):
        raise BadPerson("a name has small letters, digits and . _ @ - only, 63 at the most")
    if not person.called.strip() or len(person.called) > 80:
        raise BadPerson("say what to call the person, such as a name and a role; 80 characters at the most")
    if not person.roles:
        raise BadPerson(f"give a role: {', '.join(Role)}")
    if Role.OWNER in person.roles and not any(person.units):
        raise BadPerson("an owner has a unit, as issues name it: without one there is nothing to see")


def _check_password(person: Person, password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPerson(f"a password has {SHORTEST} to {LONGEST} characters; several words are a good one")
    plain = password.casefold()
    if person.name in plain or len(set(plain)) < 5:
        raise BadPerson("the password is easily guessed: it holds the name, or hardly changes its characters")
