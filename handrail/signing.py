"""Sign what a report says of a site, and take that back. The command and the desk call it.

A signature is of what was read. The report is first written anew from the store; where that says something else,
nothing is signed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from handrail.demo.policy import policy_of
from handrail.issues import BadAct, Moved, Unknown
from handrail.said import Who, named, not_empty, without_personal
from handrail.work import audits
from reports.signing import KINDS, SIGNED, UNSIGNED, about, contents_of, sha256_of, signatures_of, signed_facts

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.runs import Place
    from handrail.wiring import Parts
    from reports.signing import SiteContent
    from reports.store.log import Act, Entry
    from reports.store.records import RunRecord
    from reports.store.store import Store

#: One report folder: of one process, one writes it at a time.
_WRITING = threading.Lock()


class Changed(BadAct):
    """The store does not tell what was read. The report is written anew; ``now``: what it says of each site."""

    def __init__(self, now: Mapping[str, SiteContent]) -> None:
        super().__init__("report-changed", "the report was not what the store tells now, and was written anew")
        self.now = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signature in the log: of which report.json, and of what that says of which sites."""

    entry: Entry
    report_sha256: str
    sites: Mapping[str, SiteContent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Of the report that tells ``run``. ``called``: how errors call what somebody says."""

    store: Store
    policy: Policy
    parts: Parts
    place: Place
    run: RunRecord
    called: Callable[[str], str] = field(default=str, repr=False)

    @property
    def file(self) -> Path:
        """What is signed."""
        return self.place.report() / "report.json"

    def sign(
        self,
        who: Who,
        role: str,
        statement: str,
        read: Mapping[str, SiteContent],
        *,
        site: str = "",
        whole: bytes | None = None,
        files: Mapping[str, str] | None = None,
        seen: int | None = None,
    ) -> Signed:
        """Sign what was ``read``. ``who.by``: the name that reports show; ``site`` "" = of all sites.

        ``whole``: of report.json as a whole too. ``files``: name -> hash of what lies beside it. ``seen``: the last
        entry about the site's signatures that was shown. Raises Changed, Moved, BadWords.
        """
        said = self.said(who, role, statement)
        not_empty(said["statement"], self.called("statement"))
        with _WRITING:
            self._write_alone()
            content = self.file.read_bytes()
            now = contents_in(content, site)
            if now != read or whole not in (None, content):
                raise Changed(now)
            sha256 = sha256_of(content)
            facts = {
                "site": site, "run": self.run.id, "report_sha256": sha256, "files": dict(files or {}),
                "account": who.account, **said, "sites": signed_facts(now),
            }  # fmt: skip

            def choose(entries: Sequence[Entry], _number: int) -> Iterator[Act]:
                _check_seen(entries, site, seen)
                yield SIGNED, facts

            (entry,) = self.store.record_all(KINDS, choose)
            self._write_alone()
        return Signed(entry=entry, report_sha256=sha256, sites=now)

    def withdraw(
        self, who: Who, role: str, statement: str, entry: int, *, site: str = "", seen: int | None = None
    ) -> Entry:
        """Take a signature back, by its entry of the log. Both entries stay. Raises Unknown, Moved, BadWords."""
        said = self.said(who, role, statement)

        def choose(entries: Sequence[Entry], _number: int) -> Iterator[Act]:
            _check_seen(entries, site, seen)
            if entry not in {one.entry for one in signatures_of(entries, ZoneInfo("UTC"))}:
                raise Unknown("no-signature", f"entry {entry} of the log is no signature that holds")
            yield UNSIGNED, {"entry": entry, "account": who.account, **said}

        (taken,) = self.store.record_all(KINDS, choose)
        self.write()
        return taken

    def said(self, who: Who, role: str, statement: str) -> dict[str, str]:
        """What a person says, for the log. Raises BadWords."""
        return {
            "role": not_empty(named(role, self.parts, self.called("role")), self.called("role")),
            "name": not_empty(named(who.by, self.parts, self.called("name")), self.called("name")),
            "statement": without_personal(statement, self.parts, self.called("statement")),
        }

    def write(self) -> None:
        """Write the report anew from the store, as ``handrail report`` does."""
        with _WRITING:
            self._write_alone()

    def _write_alone(self) -> None:
        from handrail.publish import publish

        policy = policy_of(self.run, self.policy)
        publish(self.store, self.run.id, self.parts, policy, self.place, as_of=True)


def told_run(store: Store) -> RunRecord | None:
    """The run that the City's report tells: the last that ended. A preview is none."""
    ended = (run for run in reversed(audits(store)) if run.state != "running")
    return next((run for run in ended if not any(site.preview for site in store.sites(run.id))), None)


def contents_in(content: bytes, site: str = "") -> Mapping[str, SiteContent]:
    """What a report.json says of each site, or of one."""
    return {key: one for key, one in contents_of(json.loads(content)).items() if site in ("", key)}


def _check_seen(entries: Sequence[Entry], site: str, seen: int | None) -> None:
    since = [one for one in about(entries, site) if one.seq > seen] if seen is not None else []
    if since:
        raise Moved(site, since)
