"""Accounts are added, changed and taken away: commands and the desk do it here. The log says so first, with what was
before.

Whoever gives roles at the desk changes no roles of the own account: what an administrator may see, another one says.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from handrail.desk.people import Account, BadPerson, People, made
from handrail.desk.roles import Person, Role

CHANGED, REMOVED = "desk-person-changed", "desk-person-removed"
#: For how long a password holds that somebody else gave (OWASP ASVS 2.3.1).
ONCE = timedelta(days=3)
#: Bytes of one: no word of any language, so that it is nothing to keep.
_BYTES = 15

Record = Callable[[str, Mapping[str, Any]], object]


class MovedPerson(BadPerson):
    """The account is another than the one that was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The list in the hands of somebody. ``own``: the account at the desk of who does it; "" for commands."""

    people: People
    record: Record = field(repr=False)
    account: str
    by: str = ""
    own: str = ""

    def put(self, person: Person, password: str | None = None, *, mark: str | None = None, new: bool = False) -> None:
        """Add an account, or give it another name, other roles and units. Raises BadPerson."""

        def become(known: Account | None, accounts: Mapping[str, Account]) -> Account:
            if new and known:
                raise BadPerson(f"there is an account {person.name!r} already", "name-taken")
            _check_mark(known, mark)
            account = made(person, known, password)
            if self.own == account.person.name and known and {*known.person.roles} != {*account.person.roles}:
                raise BadPerson("nobody gives themselves roles: ask another administrator", "own-roles")
            self._check_left({**accounts, account.person.name: account}, accounts)
            self._say(CHANGED, account, _seen(known), {"password": True} if password is not None else {})
            return account

        self.people.change(person.name, become)

    def give_password(self, name: str, password: str | None = None, *, mark: str | None = None) -> str:
        """One that is to be changed with the first sign-in, made here; or the one that is given, as their own. Returns
        it. Raises BadPerson."""
        once = "" if password is not None else (datetime.now(UTC) + ONCE).isoformat(timespec="minutes")
        said = password if password is not None else secrets.token_urlsafe(_BYTES)

        def become(known: Account | None, accounts: Mapping[str, Account]) -> Account:
            known = _known(known, name)
            _check_mark(known, mark)
            account = made(known.person, known, said, once)
            self._say(CHANGED, account, None, {"password": True, **({"once": once} if once else {})})
            return account

        self.people.change(name, become)
        return said

    def remove(self, name: str, *, mark: str | None = None) -> None:
        """Raises BadPerson where there is no such account, or where it may not go."""

        def become(known: Account | None, accounts: Mapping[str, Account]) -> None:
            known = _known(known, name)
            _check_mark(known, mark)
            if self.own == known.person.name:
                raise BadPerson("nobody takes the own account away: ask another administrator", "own-account")
            self._check_left({key: one for key, one in accounts.items() if one != known}, accounts)
            self._say(REMOVED, known, _seen(known), {})

        self.people.change(name, become)

    def _check_left(self, after: Mapping[str, Account], before: Mapping[str, Account]) -> None:
        """At the desk; whoever may run commands there may do without an administrator."""
        if self.own and _administrators(before) and not _administrators(after):
            raise BadPerson("the last administrator stays", "last-administrator")

    def _say(self, kind: str, account: Account, before: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> None:
        told: dict[str, Any] = {"person": account.person.account, **_seen(account)} if kind == CHANGED else {}
        who = {"account": self.account, **({"by": self.by} if self.by else {})}
        self.record(
            kind,
            {"person": account.person.account, **told, **facts, **({"before": before} if before else {}), **who},
        )


def _seen(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    person = account.person
    return {"called": person.called, "roles": [*person.roles], "units": [*person.units]}


def _administrators(accounts: Mapping[str, Account]) -> bool:
    return any(Role.ADMINISTRATOR in one.person.roles for one in accounts.values())


def _known(known: Account | None, name: str) -> Account:
    if known is None:
        raise BadPerson(f"no account {name[:60]!r}", "no-person")
    return known


def _check_mark(known: Account | None, mark: str | None) -> None:
    if mark is not None and mark != (known.mark if known else ""):
        raise MovedPerson("the account was changed meanwhile; look again", "moved")
