"""What the store tells as it stands, worked out once for all who ask; and a mark that changes with whatever it shows.

Reading the store is thousands of small steps. SQLite gives the interpreter away at each, and gets it back when whoever
computes has had his turn: what takes 30 ms alone takes seconds beside nine who do the same. So one reads at a time,
what was read is kept, and whoever finds it as it stands has asked for one row, and waited for nobody.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from handrail.answers import asked_now
from handrail.comparing import compare, last_two
from handrail.documents import registers
from handrail.issues import BadAct
from handrail.rechecking import pages_of_issue
from handrail.work import audits, newest, today
from reports import answers

if TYPE_CHECKING:
    from markupsafe import Markup

    from handrail.desk.office import Office
    from handrail.documents import SiteDocuments
    from handrail.issues import Issues
    from reports.diff import Diff
    from reports.register_model import RegisterEntry
    from reports.store.log import Entry
    from reports.store.records import PlaceRecord, RunRecord
    from reports.worklist import WorkItem

T = TypeVar("T")

#: Places of an issue that are shown as examples.
PLACES = 20
#: Comparisons and examples that are kept: the oldest goes.
_MOST_COMPARED, _MOST_EXAMPLES = 4, 500
#: Audits that one may choose among: the newest.
MOST_RUNS = 200
#: Seconds after which one looks again what an audit that works has found meanwhile. What people do shows at once, and
#: that an audit ended.
PROGRESS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """All issues of all sites under one mark. ``shown``: their lines of the list, by how they are shown and issue."""

    mark: str
    issues: Issues
    items: Sequence[WorkItem]
    by_id: Mapping[str, WorkItem]
    shown: dict[Hashable, dict[str, Markup]] = field(default_factory=lambda: defaultdict(dict), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What is asked of people, by site; ``entries``: by site and question, what the log holds of its answers."""

    by_site: Mapping[str, Sequence[answers.Stand]]
    entries: Mapping[tuple[str, str], Sequence[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audits:
    """The newest, oldest first, and the last two of one site."""

    runs: Sequence[RunRecord]
    last_two: tuple[RunRecord, RunRecord] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """``asked``: the moment before its mark was read."""

    mark: str
    asked: float
    value: Any


class Standing:
    """Of one desk. Safe to use from many threads. ``silent``: entries of the log after which nothing else is shown."""

    def __init__(self, office: Office, silent: Collection[str] = ()) -> None:
        self._office = office
        self._silent = tuple(silent)
        self._policy = hashlib.sha256(office.policy.model_dump_json().encode()).hexdigest()
        self._kept: dict[Hashable, _Kept] = {}
        self._reading = threading.Lock()
        self._progress = (0.0, "")

    def mark(self) -> str:
        """From the log, the runs and the day alone: one row is read for it, and nothing judged."""
        store = self._office.store
        told, works = store.mark(self._silent)
        day = today(self._office.policy).isoformat()
        progress = self._progressed() if works else ""
        return hashlib.sha256("\n".join([self._policy, day, told, progress]).encode()).hexdigest()[:24]

    def now(self) -> Stand:
        """Raises Unknown where nothing was audited."""
        return self.as_it_stands("issues", self._stand)

    def places(self, issues: Issues, item: WorkItem) -> Sequence[PlaceRecord]:
        """Some of the places of an issue, the shallowest pages first."""
        read = lambda _mark: tuple(islice(issues.places(item), PLACES))  # noqa: E731
        return self.as_it_stands(("places", item.id), read, most=_MOST_EXAMPLES)

    def pages_again(self, issues: Issues, item: WorkItem) -> tuple[int, str]:
        """At how many pages an issue may be looked for again; of none, why."""

        def read(_mark: str) -> tuple[int, str]:
            try:
                return len(pages_of_issue(issues, item)), ""
            except BadAct as exc:
                return 0, exc.why

        return self.as_it_stands(("again", item.id), read, most=_MOST_EXAMPLES)

    def questions(self) -> Questions:
        """What people are asked, and how it stands."""
        return self.as_it_stands("questions", self._questions)

    def register(self) -> Sequence[RegisterEntry]:
        """What is exposed, the worst first; for those who may read the register."""
        return self.as_it_stands("register", lambda _mark: tuple(self._office.exposures().entries()))

    def documents(self) -> Sequence[SiteDocuments]:
        """The registers of documents, site by site."""
        office = self._office
        return self.as_it_stands("documents", lambda _mark: registers(office.store, office.policy, office.parts))

    def audits(self) -> Audits:
        """The audits that there are to compare."""

        def read(_mark: str) -> Audits:
            known = audits(self._office.store)[-MOST_RUNS:]
            return Audits(runs=known, last_two=last_two(self._office.store, known))

        return self.as_it_stands("audits", read)

    def compared(self, was: RunRecord, is_: RunRecord) -> Diff:
        """Raises BadAct where the two cannot be compared."""
        office = self._office
        work = lambda _mark: compare(office.store, office.policy, office.parts, was, is_)  # noqa: E731
        return self.as_it_stands(("compared", was.id, is_.id), work, most=_MOST_COMPARED)

    def as_it_stands(self, key: Hashable, read: Callable[[str], T], *, most: int = 0) -> T:
        """What was kept if its mark is still the mark, else read anew. ``most``: of this kind, so many are kept."""
        asked = time.monotonic()
        mark = self.mark()
        if (known := self._kept.get(key)) and known.mark == mark:
            return known.value  # type: ignore[no-any-return]
        with self._reading:
            # Whoever waited here is content with what was begun after he came, however much was written since.
            if (known := self._kept.get(key)) and (known.mark == mark or known.asked >= asked):
                return known.value  # type: ignore[no-any-return]
            asked = time.monotonic()
            # Before it is read: what is written meanwhile is then shown under the older mark, and read again.
            mark = self.mark()
            value = read(mark)
            self._forget(key, most)
            self._kept[key] = _Kept(mark=mark, asked=asked, value=value)
            return value

    def forget(self, key: Hashable) -> None:
        """The next who asks for it has it read anew."""
        with self._reading:
            self._kept.pop(key, None)

    def _forget(self, key: Hashable, most: int) -> None:
        """Make room for one more of its kind."""
        self._kept.pop(key, None)
        if most and isinstance(key, tuple):
            alike = [one for one in self._kept if isinstance(one, tuple) and one[0] == key[0]]
            for one in alike[: len(alike) - most + 1]:
                del self._kept[one]

    def _progressed(self) -> str:
        moment, told = self._progress
        if not told or time.monotonic() - moment >= PROGRESS:
            moment, told = self._progress = (time.monotonic(), self._office.store.progress())
        return told

    def _stand(self, mark: str) -> Stand:
        issues = self._office.issues()
        items = tuple(issues.items())
        return Stand(mark=mark, issues=issues, items=items, by_id={one.id: one for one in items})

    def _questions(self, _mark: str) -> Questions:
        office = self._office
        by_site: dict[str, list[answers.Stand]] = {site.key: [] for _, site in newest(office.store)}
        for one in asked_now(office.store, office.policy, office.parts):
            by_site[one.asked.site].append(one)
        entries: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in office.store.log_entries(*answers.KINDS):
            if entry.facts:
                entries[entry.facts["site"], entry.facts["question"]].append(entry)
        return Questions(by_site=by_site, entries=dict(entries))
