"""Who has an account: a file for its owner alone, passwords as argon2id hashes. One list, however a person signs in."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from handrail.desk.roles import Person, Role
from reports.whole import write_whole

FILE = "desk.json"
#: OWASP ASVS 2.1: twelve characters at the least, and room for whole sentences.
SHORTEST, LONGEST = 12, 128
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,62}")


class BadPerson(ValueError):
    """What is wrong with an account or with the list; never quotes a password. ``why``: for the desk's own words."""

    def __init__(self, told: str, why: str = "list") -> None:
        super().__init__(told)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person, and what the password was hashed to; "" = none: they come by the proxy or by OIDC alone.

    ``once``: until when a password holds that somebody else gave, and that must be changed first; "" = it is their own.
    """

    person: Person
    hashed: str = field(default="", repr=False)
    once: str = ""

    @property
    def mark(self) -> str:
        """Another whenever anything of the account is."""
        return hashlib.sha256(json.dumps(_told(self)).encode()).hexdigest()[:24]


#: What an account becomes, of what it is and of all accounts; None: there is none (any more). May raise, and nothing is
#: changed.
Change = Callable[[Account | None, Mapping[str, Account]], Account | None]


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
        self.change(person.name, lambda known, _: made(person, known, password))

    def change(self, name: str, become: Change) -> None:
        """Make one account what ``become`` says, with nobody changing the list meanwhile."""
        with self._changing() as accounts:
            name = name.casefold()
            account = become(accounts.get(name), dict(accounts))
            if account is None:
                accounts.pop(name, None)
            else:
                accounts[name] = account

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
            write_whole(self.path, json.dumps({"schema_version": 1, "people": told}, ensure_ascii=False, indent=1))


def made(person: Person, known: Account | None, password: str | None = None, once: str = "") -> Account:
    """An account as it is to be; without a password, with the one that was known. Raises BadPerson."""
    person = replace(person, name=person.name.casefold())
    _check(person)
    if password is None:
        return Account(person=person, hashed=known.hashed if known else "", once=known.once if known else "")
    _check_password(person, password)
    return Account(person=person, hashed=_hasher().hash(password), once=once)


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
        **({"once": account.once} if account.once else {}),
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
    return Account(person=person, hashed=told["password"], once=str(told.get("once", "")))


def _check(person: Person) -> None:
    if not _NAME.fullmatch(person.name):
        raise BadPerson("a name has small letters, digits and . _ @ - only, 63 at the most", "bad-name")
    if not person.called.strip() or len(person.called) > 80:
        raise BadPerson(
            "say what to call the person, such as a name and a role; 80 characters at the most", "bad-called"
        )
    if not person.roles:
        raise BadPerson(f"give a role: {', '.join(Role)}", "no-role")
    if Role.OWNER in person.roles and not any(person.units):
        raise BadPerson("an owner has a unit, as issues name it: without one there is nothing to see", "no-unit")


def _check_password(person: Person, password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPerson(
            f"a password has {SHORTEST} to {LONGEST} characters; several words are a good one", "bad-password"
        )
    plain = password.casefold()
    if person.name in plain or len(set(plain)) < 5:
        raise BadPerson(
            "the password is easily guessed: it holds the name, or hardly changes its characters", "easy-password"
        )
