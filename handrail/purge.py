"""What may go and what must stay, and the files beside the store that go with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handrail.decided import Retention
    from handrail.evidence import Kept
    from handrail.runs import Place
    from reports.store.log import Entry, Hold
    from reports.store.purging import Holding
    from reports.store.store import Store


class Refused(Exception):
    """What was asked for must stay; the message says until when, or by whose hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants purged. Empty = all that is due."""

    retention: Retention
    now: datetime
    runs: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    @property
    def named(self) -> bool:
        """Whether particular things were asked for: then one that must stay refuses the whole."""
        return bool(self.runs or self.sites)

    def due(self, held: Holding) -> datetime:
        """From when on it may go."""
        return held.due(self.retention.days)

    def choose(self, held: Sequence[Holding], holds: Sequence[Hold]) -> list[Holding]:
        """What goes. Raises Refused."""
        asked = [one for one in held if self._asks_for(one)]
        due = [one for one in asked if self.due(one) <= self.now]
        if self.named and len(due) < len(asked):
            raise Refused(self._too_early([one for one in asked if one not in due]))
        stopped = {one.site_id: by for one in due if (by := holding(one, holds))}
        if stopped and (self.named or len(stopped) == len(due)):
            told = dict.fromkeys(told_hold(hold) for by in stopped.values() for hold in by)
            raise Refused("\n".join(told))
        chosen = [one for one in due if one.site_id not in stopped]
        return self._whole(chosen, held)

    def empties(self, entry: Entry, holds: Sequence[Hold]) -> bool:
        """Whether what an entry about a look tells is old enough to go, and nobody holds its site."""
        if not entry.facts or entry.at + timedelta(days=self.retention.days) > self.now:
            return False
        site = entry.facts["site"]
        return site in (self.sites or (site,)) and not any(hold.keeps(site) for hold in holds)

    def _asks_for(self, one: Holding) -> bool:
        return one.run_id in (self.runs or (one.run_id,)) and one.site in (self.sites or (one.site,))

    def _too_early(self, early: Sequence[Holding]) -> str:
        lines = [f"run {one.run_id}, site {one.site}: may go from {self.due(one):%Y-%m-%d} on" for one in early[:10]]
        return "\n".join(lines + ([f"and {len(early) - 10} more"] if len(early) > 10 else []))

    def _whole(self, chosen: list[Holding], held: Sequence[Holding]) -> list[Holding]:
        """Without what a run that stays still carries."""
        going = {(one.run_id, one.site) for one in chosen}
        there = {(one.run_id, one.site) for one in held}
        stays = [
            one
            for one in chosen
            if any((run, one.site) in there and (run, one.site) not in going for run in one.carried_by)
        ]
        if stays and self.named:
            by = sorted({run for one in stays for run in one.carried_by})
            raise Refused(f"pages of it are carried by run {', '.join(by)}: name those too")
        return [one for one in chosen if one not in stays]


def holding(one: Holding, holds: Sequence[Hold]) -> list[Hold]:
    """The holds that keep something."""
    return [hold for hold in holds if hold.keeps(one.site)]


def told_hold(hold: Hold) -> str:
    """A hold in one line."""
    what = {"legal": "legal hold", "access-request": "pending request for access"}[hold.kind]
    where = f"site {hold.site}" if hold.site else "all sites"
    return f"{hold.id}: {what} on {where}, by {hold.by}, since {hold.since:%Y-%m-%d}: {hold.reason}"


def sweep(store: Store, pictures: Kept) -> int:
    """Delete pictures that no finding shows, as a killed audit leaves them; how many. An audit may go on meanwhile."""
    there = pictures.names()  # before it is asked what is shown: what comes later is not among them
    return pictures.remove(there - store.pictures(), spare_young=True)


def remove_reports(place: Place, runs: Collection[str], store: Store) -> list[str]:
    """Delete reports, plans and inventories of runs that were purged; what was deleted."""
    gone: list[str] = []
    for report in (place.report(), place.report(preview=True)):
        try:
            shown = json.loads((report / "report.json").read_text("utf-8"))["run"]["id"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if shown in runs:
            shutil.rmtree(report)
            gone.append(str(report))
    for run in sorted(runs):
        if place.plan(run).is_file():
            place.plan(run).unlink()
            gone.append(str(place.plan(run)))
    purged = store.purged_runs()
    inventory = place.out / "inventory.csv"
    if inventory.is_file() and all(run.id in purged for run in store.runs() if run.trigger == "inventory"):
        inventory.unlink()
        gone.append(str(inventory))
    return gone
