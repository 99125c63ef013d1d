"""Looks at pages again that people at the desk began: one at a time for a site, each in a process of its own.

A look is known by the entry of the log that says who began it. While it goes on it is told from memory, afterwards from
the log.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Any, Literal

from handrail import locks
from handrail.desk.roles import Action
from handrail.rechecking import LAST_SECONDS, chosen, ended_by_force, result_of
from handrail.said import Who, named
from reports.store.records import RECHECK
from reports.work import RECHECKED, RECHECKING

if TYPE_CHECKING:
    from handrail.desk.office import Office
    from handrail.desk.roles import Person
    from reports.store.log import Entry

logger = logging.getLogger(__name__)

#: Seconds that a look may take, and how many go on at the same time.
MOST_SECONDS, MOST_AT_ONCE = 600, 2
#: Who watches at the same time: of one person, of all.
MOST_WATCHING, MOST_WATCHERS = 3, 64
#: Seconds in which a site that somebody holds may come free.
PATIENCE = 1.0

Phase = Literal["starting", "looking", "ending", "over"]
Ended = Literal["", "done", "incomplete", "stopped", "time", "failed", "busy"]


class NotBegun(Exception):
    """Why a look was not begun; ``who`` holds the site."""

    def __init__(self, why: Literal["busy", "full", "going-on", "quiet"], who: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.who = who


class TooOften(Exception):
    """One person began very many; ``wait``: seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"wait {wait} seconds")
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look as it stands. ``entry``: of the log; ``issue`` and ``question``: what for, one of the two."""

    entry: int
    site: str
    issue: str
    question: str
    by: str
    pages: int
    before: str
    phase: Phase
    done: int = 0  # pages
    ended: Ended = ""
    looked: int = 0
    places: int = 0
    after: str = ""
    run: str = ""

    @property
    def over(self) -> bool:
        return self.phase == "over"


@dataclass(slots=True, kw_only=True)
class _Going:
    """A process that looks."""

    look: Look
    facts: dict[str, Any]
    account: str
    process: subprocess.Popen[str]
    why: Ended = ""  # it was made to end
    spoke: bool = False  # its last word: from now on nobody makes it end
    lock: threading.Lock = field(default_factory=threading.Lock)

    def change(self, **values: Any) -> None:
        with self.lock:
            self.look = replace(self.look, **values)

    def said_last(self) -> None:
        with self.lock:
            self.spoke = True

    def end(self, why: Ended) -> None:
        """Let the pages in work end, and begin no other."""
        with self.lock:
            if self.why or self.spoke or self.look.over:
                return
            self.why = why
            self.look = replace(self.look, phase="ending")
        with suppress(OSError):
            assert self.process.stdin is not None
            self.process.stdin.close()


class Rechecks:
    """Of one desk."""

    def __init__(self, office: Office, *, seconds: float = MOST_SECONDS) -> None:
        self._office = office
        self._seconds = seconds
        self._going: dict[int, _Going] = {}
        self._beginning = threading.Lock()  # held while a store and a process are waited for
        self._lock = threading.Lock()  # held for a moment
        self._watching: Counter[str] = Counter()
        #: The desk is about to end.
        self.leaving = False

    def ask(self, who: Who, site: str, pages: Callable[[], list[str]], *, one: bool, **of: str) -> int:
        """Begin a look at these pages, or at one of them, as somebody who may so many times in an hour.

        Raises TooOften, NotBegun, BadAct, BadWords; then it does not count.
        """
        limit = self._office.by_recheck
        if wait := limit.take(who.account):
            raise TooOften(wait)
        begun = False
        try:
            entry = self.begin(who, site, chosen(pages(), one=one), **of)
            begun = True
        finally:
            if not begun:
                limit.give_back(who.account)
        return entry

    def latest(self, most: int) -> list[Look]:
        """The last that were begun, newest first: by the log, and from memory while they go on."""
        entries = self._office.store.log_entries(RECHECKING, RECHECKED)
        ended = {one.facts["recheck"]: one for one in entries if one.kind == RECHECKED and one.facts}
        begun = [one for one in entries if one.kind == RECHECKING and one.facts][: -most - 1 : -1]
        going = {one.look.entry: one.look for one in self._all()}
        looks = (going.get(one.seq) or _look_of(one, ended.get(one.seq)) for one in begun)
        return [one for one in looks if one]

    def begin(self, who: Who, site: str, urls: Sequence[str], **of: str) -> int:
        """The entry of the log. ``of``: issue, fingerprint and before, or question. Raises NotBegun, BadWords."""
        office = self._office
        with self._beginning:  # two who begin at once
            going = [one for one in self._all() if not one.look.over]
            if any(one.look.site == site for one in going):
                raise NotBegun("going-on")
            if office.policy.quiet_for(site):
                raise NotBegun("quiet")
            if len(going) >= MOST_AT_ONCE:
                raise NotBegun("full")
            if holder := self._holder(site):
                raise NotBegun("busy", holder.who)
            self._sweep(site)
            facts = {
                "by": named(who.by, office.parts, "by"),
                "account": who.account,
                "site": site,
                "pages": len(urls),
                **{name: of.get(name, "") for name in ("issue", "fingerprint", "question", "before")},
            }
            entry = office.store.record(RECHECKING, facts).seq
            process = subprocess.Popen(
                [sys.executable, "-m", "handrail.rechecking"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
            look = _told(entry, facts, phase="starting")
            one = _Going(look=look, facts=facts, account=who.account, process=process)
            with self._lock:
                self._going[entry] = one
        asked = {
            "policy": office.policy.model_dump(mode="json"),
            "out": str(office.place.out.resolve()),
            "store": office.place.store,
            "site": site,
            "urls": list(urls),
            "minutes": (self._seconds + LAST_SECONDS) / 60,  # it is the desk that says when its time is over
        }
        threading.Thread(target=self._see_through, args=(one, json.dumps(asked)), daemon=True).start()
        return entry

    def get(self, entry: int) -> Look | None:
        """One look; None: there is no such."""
        going = self._going.get(entry)
        return going.look if going else self._kept(entry)

    def sees(self, person: Person, look: Look) -> bool:
        """Whether what a look was for is there for somebody: an owner sees what is his alone."""
        if look.question:
            return person.may(Action.SEE_CHECKS)
        held = self._office.item(look.issue)
        return held is not None and person.may_on(Action.RECHECK, held[1])

    def stop(self, entry: int) -> None:
        """Let it end early; what was looked at counts."""
        if going := self._going.get(entry):
            going.end("stopped")

    def of_issue(self, fingerprint: str) -> Look | None:
        """The look for an issue that goes on now."""
        going = (one.look for one in self._all() if one.facts["fingerprint"] == fingerprint)
        return next((look for look in going if not look.over), None)

    def of_question(self, site: str, question: str) -> Look | None:
        """The look for a question that goes on now."""
        looks = [one.look for one in self._all() if one.look.site == site]
        return next((look for look in looks if look.question == question and not look.over), None)

    def watch(self, person: str) -> bool:
        """Whether somebody may watch as well; then ``unwatch`` is owed."""
        with self._lock:
            if self._watching[person] >= MOST_WATCHING or self._watching.total() >= MOST_WATCHERS:
                return False
            self._watching[person] += 1
            return True

    def unwatch(self, person: str) -> None:
        with self._lock:
            self._watching[person] -= 1
            self._watching += Counter()

    def leave(self) -> None:
        """The desk is about to end: nobody watches any longer. Browsers ask again by themselves."""
        self.leaving = True

    def close(self) -> None:
        """The desk ends, and what it began with it."""
        going = [one for one in self._all() if not one.look.over]
        for one in going:
            one.end("stopped")
        ends = time.monotonic() + LAST_SECONDS
        for one in going:
            while not one.look.over and time.monotonic() < ends:
                time.sleep(0.05)

    def _all(self) -> tuple[_Going, ...]:
        """Others begin and end while somebody goes through them."""
        with self._lock:
            return tuple(self._going.values())

    def _holder(self, site: str) -> locks.Holder | None:
        """Who holds the site. A server notices a moment later that a process is gone which it knew."""
        ends = time.monotonic() + PATIENCE
        while (found := locks.holder(self._office.place, site)) and time.monotonic() < ends:
            time.sleep(0.05)
        return found

    # One look

    def _see_through(self, one: _Going, asked: str) -> None:
        stdin, stdout = one.process.stdin, one.process.stdout
        assert stdin is not None
        assert stdout is not None
        late = threading.Timer(self._seconds, one.end, args=("time",))
        late.daemon = True
        late.start()
        with suppress(OSError, ValueError):  # it was made to end at once
            stdin.write(asked + "\n")
            stdin.flush()
        said: dict[str, Any] = {}
        try:
            said = self._listen(one, stdout)
        finally:
            late.cancel()
            _end(one.process)
            try:
                self._over(one, said)
            except Exception as exc:  # noqa: BLE001  # whatever it is, nobody may watch a look that is over
                logger.error("re-check %d: %s", one.look.entry, type(exc).__name__)
                one.change(phase="over", ended="failed")

    def _listen(self, one: _Going, stdout: IO[str]) -> dict[str, Any]:
        """Until its process says no more: the last word."""
        said: dict[str, Any] = {}
        for line in stdout:
            try:
                said = json.loads(line)
            except ValueError:  # it died while it spoke
                return {}
            if said["event"] in ("ended", "busy"):
                one.said_last()
            elif said["event"] == "begun":
                one.change(run=said["run"])
            elif said["event"] == "ready" and not one.why:
                one.change(phase="looking")
            elif said["event"] == "page":
                one.change(done=min(said["done"], one.look.pages))
        return said

    def _over(self, one: _Going, said: dict[str, Any]) -> None:
        """Say in the log what came of it."""
        office, look = self._office, one.look
        ended: Ended = one.why or "failed"
        if said.get("event") == "busy":
            ended = "busy"
        elif said.get("event") == "ended" and not one.why:
            ended = "done" if said["state"] == "complete" else "incomplete"
        looked = places = 0
        after = look.before
        if look.run:
            if any(run.id == look.run and run.state == "running" for run in office.store.runs()):
                ended_by_force(office.store, office.place, look.run, look.site)
        elif locks.holder(office.place, look.site) is None:
            self._sweep(look.site)  # it was gone before it could say which run it had begun
        if look.run:
            if look.issue:
                held = office.item(look.issue)
                after = held[1].state if held else look.before
            found = result_of(office.store, look.run, look.site, one.facts["fingerprint"], after)
            looked, places = found.looked, found.places
        told = {"ended": ended, "looked": looked, "places": places, "after": after, "run": look.run}
        office.store.record(RECHECKED, {**one.facts, "recheck": look.entry, **told})
        one.change(phase="over", **told)
        with self._lock:  # from now on the log tells it
            self._going.pop(look.entry, None)

    def _sweep(self, site: str) -> None:
        """Runs of looks whose desk is gone: nothing holds the site, so nobody works on them."""
        store = self._office.store
        for run in store.runs():
            if run.trigger == RECHECK and run.state == "running":
                for one in store.sites(run.id):
                    if one.key == site:
                        ended_by_force(store, self._office.place, run.id, site)

    def _kept(self, entry: int) -> Look | None:
        begun = ended = None
        for one in self._office.store.log_entries(RECHECKING, RECHECKED):
            if one.kind == RECHECKING and one.seq == entry:
                begun = one
            elif one.kind == RECHECKED and one.facts and one.facts["recheck"] == entry:
                ended = one
        return _look_of(begun, ended) if begun else None


def _look_of(begun: Entry, ended: Entry | None) -> Look | None:
    """What the log holds of it; a look whose desk was gone before it could say how it ended broke off."""
    if begun.facts is None:
        return None
    facts = (ended.facts if ended else None) or {"ended": "failed", "after": begun.facts["before"]}
    names = ("ended", "looked", "places", "after", "run")
    return _told(begun.seq, begun.facts, phase="over", **{name: facts[name] for name in names if name in facts})


def _told(entry: int, facts: Any, **more: Any) -> Look:
    names = ("site", "issue", "question", "by", "pages", "before")
    return Look(entry=entry, **{name: facts[name] for name in names}, **more)


def _end(process: subprocess.Popen[str]) -> None:
    """It has said its last word; with whatever it started, it is gone after this."""
    with suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
    try:
        process.wait(LAST_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with suppress(ProcessLookupError):  # what it had started, where it died before it could end that
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdout is not None:
        process.stdout.close()
