"""Who is signed in: sessions are kept here, the browser holds a number that nobody guesses. How often one may try."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

How = Literal["password", "proxy", "oidc"]
#: Bits of a session's number: OWASP ASVS 3.2.2 asks for 64.
_BYTES = 32
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser of one person. ``csrf`` stands in every form; ``hashed``: of the password as it was then.

    ``must_change``: they came by a password that somebody else gave, and may do nothing but change it.
    """

    name: str
    how: How
    csrf: str
    began: float
    seen: float
    hashed: str = ""
    must_change: bool = False


class Sessions:
    """In memory alone: who restarts the desk signs everybody out."""

    def __init__(self, *, idle: float, most: float, clock: Callable[[], float] = time.monotonic) -> None:
        """``idle``: seconds without a request after which a session ends; ``most``: seconds after which any does."""
        self._idle = idle
        self._most = most
        self._clock = clock
        self._known: dict[bytes, Session] = {}
        self._lock = threading.Lock()

    def begin(self, name: str, how: How, hashed: str = "", *, must_change: bool = False) -> str:
        """The number of a new session."""
        number = secrets.token_urlsafe(_BYTES)
        now = self._clock()
        made = Session(
            name=name,
            how=how,
            csrf=secrets.token_urlsafe(_BYTES),
            began=now,
            seen=now,
            hashed=hashed,
            must_change=must_change,
        )
        with self._lock:
            self._known = {key: one for key, one in self._known.items() if self._holds(one, now)}
            if len(self._known) >= _MOST:
                raise OverflowError("too many sessions")
            self._known[_key(number)] = made
        return number

    def get(self, number: str) -> Session | None:
        """The session, if it has not ended; it is used by this."""
        now = self._clock()
        with self._lock:
            found = self._known.get(_key(number))
            if found is None:
                return None
            if not self._holds(found, now):
                del self._known[_key(number)]
                return None
            found = self._known[_key(number)] = replace(found, seen=now)
            return found

    def peek(self, number: str) -> Session | None:
        """The same, and it is not used by this."""
        with self._lock:
            found = self._known.get(_key(number))
        return found if found is not None and self._holds(found, self._clock()) else None

    def end(self, number: str) -> None:
        """Whoever still has the number has nothing."""
        with self._lock:
            self._known.pop(_key(number), None)

    def end_all(self, name: str) -> None:
        """Of a person, on all machines."""
        with self._lock:
            self._known = {key: one for key, one in self._known.items() if one.name != name}

    def _holds(self, one: Session, now: float) -> bool:
        return now - one.seen < self._idle and now - one.began < self._most


def _key(number: str) -> bytes:
    # What is kept is of no use to who reads the memory of the process.
    return hashlib.sha256(number.encode("utf-8", "replace")).digest()


class Limit:
    """So many times in so many seconds, for each key."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Seconds until the next time is allowed; 0 = now."""
        with self._lock:
            times = self._fresh(key)
            return 0 if len(times) < self._most else self._left(times)

    def take(self, key: str) -> int:
        """Once more, if that is allowed: 0. Else the seconds to wait. Of many at one moment no more than that many."""
        with self._lock:
            times = self._fresh(key)
            if len(times) >= self._most:
                return self._left(times)
            times.append(self._clock())
            self._times[key] = times
            if len(self._times) > _MOST:
                self._times = {known: kept for known, kept in self._times.items() if self._fresh(known)}
            return 0

    def give_back(self, key: str) -> None:
        """What was taken last is not to count."""
        with self._lock:
            if times := self._times.get(key):
                times.pop()

    def clear(self, key: str) -> None:
        with self._lock:
            self._times.pop(key, None)

    def _left(self, times: deque[float]) -> int:
        return max(1, round(times[0] + self._seconds - self._clock()))

    def _fresh(self, key: str) -> deque[float]:
        times = self._times.get(key, deque())
        while times and times[0] <= self._clock() - self._seconds:
            times.popleft()
        return times
