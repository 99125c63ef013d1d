"""The issues as they stand, worked out once for all who ask; and a mark that changes with whatever they show."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handrail.work import today
from reports.store.log import DONE, PURGE, RETIRED, ROTATED, UNDONE
from reports.work import KINDS

if TYPE_CHECKING:
    from handrail.desk.office import Office
    from handrail.issues import Issues
    from reports.worklist import WorkItem

#: Entries of the log after which something else may be shown.
_TELLING = (*KINDS, PURGE, ROTATED, RETIRED, DONE, UNDONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """All issues of all sites under one mark."""

    mark: str
    issues: Issues
    items: Sequence[WorkItem]
    by_id: Mapping[str, WorkItem]


class Standing:
    """Of one desk. Many who read at once wait for one who reads the store."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._policy = hashlib.sha256(office.policy.model_dump_json().encode()).hexdigest()
        self._known: Stand | None = None
        self._lock = threading.Lock()

    def mark(self) -> str:
        """From the runs, the last entry about issues and the day alone: nothing is judged for it."""
        told = [self._policy, today(self._office.policy).isoformat(), str(self._office.store.log_head(*_TELLING))]
        return hashlib.sha256("\n".join([*told, *self._runs()]).encode()).hexdigest()[:24]

    def now(self) -> Stand:
        """Raises Unknown where nothing was audited."""
        with self._lock:
            # Before the issues are read: what comes in between is then shown under the older mark, and read again.
            mark = self.mark()
            if self._known is None or self._known.mark != mark:
                issues = self._office.issues()
                items = tuple(issues.items())
                self._known = Stand(mark=mark, issues=issues, items=items, by_id={one.id: one for one in items})
            return self._known

    def _runs(self) -> Iterator[str]:
        store = self._office.store
        for run in store.runs():
            yield f"{run.id} {run.state} {run.finished}"
            if run.state == "running":  # its issues come page by page
                for site in store.sites(run.id):
                    yield f"{site.key} {site.state} {store.pending(run.id, site.key)} {store.counted(run.id, site.key)}"
