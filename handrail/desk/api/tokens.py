"""Tokens of programs: shown once, kept as a hash, for one role and some of its actions, until a day."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handrail.desk.roles import MAY, Action, Needed, Person, Role, actions_of
from reports.whole import write_whole

if TYPE_CHECKING:
    from reports.worklist import WorkItem

FILE = "desk-tokens.json"
#: What the log tells of them.
ADDED, REMOVED = "desk-token-added", "desk-token-removed"
KINDS = (ADDED, REMOVED)
#: So that whoever looks for secrets in code and logs knows one when it stands there.
PREFIX = "handrail_"
_BYTES = 32
#: Days that a token holds at the most: a program that nobody remembers has none after a year.
MOST_DAYS = 366
#: How exactly its last use is kept.
_USED = timedelta(minutes=5)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


class BadToken(ValueError):
    """What is wrong with a token or with the list; never quotes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer(Person):
    """A program. What its role may is narrowed to ``scopes``, and never widened."""

    scopes: frozenset[Action]

    @property
    def account(self) -> str:
        return f"desk:token:{self.name}"

    @property
    def actions(self) -> frozenset[Action]:
        return actions_of(self.roles) & self.scopes

    def may_on(self, action: Action, item: WorkItem) -> bool:
        return action in self.actions and Person.may_on(self, action, item) and self.sees(item)

    def sees(self, item: WorkItem) -> bool:
        return Action.SEE_ISSUES in self.actions and Person.sees(self, item)

    def may(self, needed: Needed) -> bool:
        return Person.may(self, needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """``hashed``: SHA-256 of 256 random bits, which nobody guesses; a slow hash is for what people choose."""

    bearer: Bearer
    hashed: str = field(repr=False)
    began: date
    until: date
    used: datetime | None = None

    def holds(self, day: date) -> bool:
        return day <= self.until


class Tokens:
    """The list, read anew whenever its file is another."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, int, int] | None, Mapping[str, Token]] = (None, {})
        self._by_hash: Mapping[str, Token] = {}
        self._used: dict[str, datetime] = {}

    def all(self) -> tuple[Token, ...]:
        """By name."""
        return tuple(self._tokens().values())

    def add(self, bearer: Bearer, until: date, day: date) -> str:
        """A new token, which nobody is shown again. Raises BadToken."""
        _check(bearer)
        if not day <= until <= day + timedelta(days=MOST_DAYS):
            raise BadToken(f"a token ends within {MOST_DAYS} days, and not before today")
        number = PREFIX + secrets.token_urlsafe(_BYTES)
        with self._changing() as tokens:
            if bearer.name in tokens:
                raise BadToken(f"there is a token {bearer.name!r}; remove it, or take another name")
            tokens[bearer.name] = Token(bearer=bearer, hashed=_hash(number), began=day, until=until)
        return number

    def remove(self, name: str) -> None:
        """Raises BadToken where there is none of this name."""
        with self._changing() as tokens:
            if tokens.pop(name, None) is None:
                raise BadToken(f"no token {name[:60]!r}")

    def of(self, number: str, day: date) -> Token | None:
        """Whose it is, if it holds."""
        self._tokens()
        found = self._by_hash.get(_hash(number))
        return found if found and found.holds(day) else None

    def is_due(self, token: Token, now: datetime) -> bool:
        """Whether it is time to keep that it is used."""
        last = max(filter(None, (token.used, self._used.get(token.hashed))), default=None)
        return last is None or now - last >= _USED

    def use(self, token: Token, now: datetime) -> None:
        """Keep when it was used last, give or take some minutes."""
        if not self.is_due(token, now):
            return
        self._used[token.hashed] = now  # of many requests at one moment, one writes
        with self._changing() as tokens:
            known = tokens.get(token.bearer.name)
            if known and known.hashed == token.hashed:
                tokens[token.bearer.name] = replace(known, used=now)

    def _tokens(self) -> Mapping[str, Token]:
        try:
            told = self.path.stat()
        except FileNotFoundError:
            self._read, self._by_hash = (None, {}), {}
            return {}
        mark = (told.st_ino, told.st_mtime_ns, told.st_size)
        if self._read[0] != mark:
            if os.name == "posix" and stat.S_IMODE(told.st_mode) & 0o077:
                raise BadToken(f"{self.path} can be read by others; run: chmod 600 {self.path}")
            found = _parsed(self.path)
            self._by_hash = {one.hashed: one for one in found.values()}
            self._read = (mark, found)
        return self._read[1]

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, Token]]:
        """One who changes it at a time; whoever reads meanwhile sees the old list or the new one."""
        import fcntl

        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        with os.fdopen(lock, "w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            tokens = dict(self._tokens())
            yield tokens
            told = [_told(tokens[name]) for name in sorted(tokens)]
            write_whole(self.path, json.dumps({"schema_version": 1, "tokens": told}, ensure_ascii=False, indent=1))


def _hash(number: str) -> str:
    return hashlib.sha256(number.encode("utf-8", "replace")).hexdigest()


def _told(token: Token) -> dict[str, Any]:
    bearer = token.bearer
    return {
        "name": bearer.name,
        "called": bearer.called,
        "roles": list(bearer.roles),
        "units": list(bearer.units),
        "scopes": sorted(bearer.scopes),
        "sha256": token.hashed,
        "began": token.began.isoformat(),
        "until": token.until.isoformat(),
        "used": token.used.isoformat(timespec="seconds") if token.used else "",
    }


def _parsed(path: Path) -> Mapping[str, Token]:
    try:
        tokens = json.loads(path.read_text("utf-8"))["tokens"]
        return {one["name"]: _token(one) for one in tokens}
    except (OSError, ValueError, LookupError, TypeError) as exc:
        raise BadToken(f"{path}: is no list of tokens ({type(exc).__name__})") from None


def _token(told: Mapping[str, Any]) -> Token:
    bearer = Bearer(
        name=told["name"],
        called=told["called"],
        roles=tuple(map(Role, told["roles"])),
        units=tuple(told["units"]),
        scopes=frozenset(map(Action, told["scopes"])),
    )
    return Token(
        bearer=bearer,
        hashed=told["sha256"],
        began=date.fromisoformat(told["began"]),
        until=date.fromisoformat(told["until"]),
        used=datetime.fromisoformat(told["used"]).astimezone(UTC) if told["used"] else None,
    )


def _check(bearer: Bearer) -> None:
    if not _NAME.fullmatch(bearer.name):
        raise BadToken("a name has small letters, digits and . _ - only, 63 at the most")
    if not bearer.called.strip() or len(bearer.called) > 80:
        raise BadToken("say what to call the program and who answers for it; 80 characters at the most")
    if Role.OWNER in bearer.roles and not any(bearer.units):
        raise BadToken("an owner has a unit, as issues name it: without one there is nothing to see")
    if not bearer.scopes:
        raise BadToken("a token without a scope may do nothing: give one")
    if beyond := sorted(bearer.scopes - _of(bearer.roles)):
        may = ", ".join(sorted(_of(bearer.roles)))
        raise BadToken(f"scope {beyond[0]} is more than the role may; {', '.join(bearer.roles)} may: {may}")


def _of(roles: Collection[Role]) -> frozenset[Action]:
    return frozenset().union(*(MAY[role] for role in roles))
