"""What is different between two runs. The command and the desk call it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from handrail.issues import BadAct, Unknown

if TYPE_CHECKING:
    from audits.model import PageOutcome
    from handrail.config import Policy
    from handrail.wiring import Parts
    from reports.diff import Diff, View
    from reports.store.records import RunRecord
    from reports.store.store import Store


def compare(
    store: Store, policy: Policy, parts: Parts, was: RunRecord, is_: RunRecord, sites: Sequence[str] = ()
) -> Diff:
    """Of the sites that both audited, or of these. Raises BadAct where the two cannot be compared."""
    from reports.diff import Diff, diff_of

    if was.started >= is_.started:
        raise BadAct("earlier-first", f"{was.id} did not begin before {is_.id}; name the earlier run first")
    zone = ZoneInfo(policy.city.timezone)
    left, right = ([site.key for site in store.sites(run.id)] for run in (was, is_))
    return Diff(
        before=was.id,
        now=is_.id,
        sites=tuple(
            diff_of(_view(store, was, key), after, parts.rules, zone, policy.owners_of(key, after.data.site.owner))
            for key in _both(sites, left, right)
            for after in (_view(store, is_, key),)
        ),
        only_before=() if sites else tuple(key for key in left if key not in right),
        only_now=() if sites else tuple(key for key in right if key not in left),
    )


def last_two(store: Store, known: Sequence[RunRecord]) -> tuple[RunRecord, RunRecord] | None:
    """Of ``known``, oldest first, the newest that has ended and audited a site again, and the run that did so before.

    Two in a row may be of different sites, and one that has just begun is of none yet.
    """
    found = None
    last: dict[str, tuple[int, RunRecord]] = {}
    with store.looking() as look:
        for number, run in enumerate(run for run in known if run.state != "running"):
            keys = [site.key for site in look.sites(run.id) if not site.preview]
            if earlier := [last[key] for key in keys if key in last]:
                found = max(earlier, key=lambda one: one[0])[1], run
            last.update(dict.fromkeys(keys, (number, run)))
    return found


def _both(asked: Sequence[str], left: Sequence[str], right: Sequence[str]) -> list[str]:
    both = [key for key in left if key in right]
    for key in asked:
        if key not in both:
            raise Unknown("no-site", f"site {key[:60]!r} is not in both runs; these are: {', '.join(both) or 'none'}")
    if not both:
        raise BadAct("none-in-common", "the two runs have no site in common")
    return list(dict.fromkeys(asked or both))


def _view(store: Store, run: RunRecord, key: str) -> View:
    from audits.model import READ
    from reports.diff import View
    from reports.standing import path_of

    outcomes: dict[str, PageOutcome | None] = {}
    for page in store.page_outcomes(run.id, key):
        path = path_of(page.url)
        # Of two addresses with the same path, on two hosts or by two protocols, the one that was read speaks.
        if outcomes.get(path) not in READ:
            outcomes[path] = page.outcome
    return View(run=run, data=store.site_data(run.id, key), standing=store.standing(run.id, key), outcomes=outcomes)
