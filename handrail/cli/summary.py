"""What a run found, on one screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from audits.model import DOCUMENTS, MISSED, Kind, PageOutcome, Verdict

if TYPE_CHECKING:
    from handrail.runs import Ending
    from reports.store.records import SiteRunData
    from reports.store.store import Store


def summary(store: Store, ending: Ending, sites: Sequence[str], *, sample: str = "", inventory: bool = False) -> str:
    """Lines for a terminal, 80 columns."""
    lines = ["", f"Run {ending.run_id}: {ending.state}" + (f" (sample: {sample})" if sample else "")]
    tell = _listed if inventory else _site
    for key in sites:
        lines += ["", *tell(store.site_data(ending.run_id, key), ending.reasons.get(key, ()))]
    lines.append("")
    return "\n".join(lines)


def _listed(data: SiteRunData, reasons: Sequence[str]) -> list[str]:
    lines = [data.site.name_en]
    if reasons:
        lines.append(f"  INVENTORY INCOMPLETE: {', '.join(reasons)}")
    for outcome, pages in sorted(data.outcomes.items(), key=lambda item: -item[1]):
        lines.append(f"  {outcome.value:<20} {pages:>7}")
    return lines


def _site(data: SiteRunData, reasons: Sequence[str]) -> list[str]:
    name = f"{data.site.name_en} ({data.site.host})" if data.site.name_en != data.site.host else data.site.host
    audited = data.outcomes.get(PageOutcome.AUDITED, 0)
    missed = {outcome: n for outcome, n in data.outcomes.items() if n and outcome in MISSED}
    lines = [name]
    if reasons:
        lines.append(f"  AUDIT INCOMPLETE: {', '.join(reasons)}")
    left_out = ", ".join(f"{n} {outcome.value}" for outcome, n in sorted(missed.items(), key=lambda item: -item[1]))
    lines.append(f"  Pages audited      {audited:>6}" + (f"   not audited: {left_out}" if left_out else ""))
    carried = sum(row.pages for row in data.carried)
    if carried:
        oldest = f"{data.carried[0].started:%Y-%m-%d}"
        since = f"the audit of {oldest}" if len(data.carried) == 1 else f"earlier audits, the oldest of {oldest}"
        lines.append(f"  of them carried    {carried:>6}   unchanged since {since}")
    lines += _documents(data)
    open_issues = [issue for issue in data.issues if issue.state in ("new", "open", "returned")]
    for label, kinds, verdict in (
        ("Barriers", (Kind.ACCESSIBILITY,), Verdict.FAIL),
        ("Needs a person", (Kind.ACCESSIBILITY, Kind.PRIVACY), Verdict.REVIEW),
        ("Exposures", (Kind.EXPOSURE,), None),
    ):
        chosen = [
            issue for issue in open_issues if issue.kind in kinds and (verdict is None or issue.verdict is verdict)
        ]
        impacts = Counter(issue.impact.value for issue in chosen)
        worst = ", ".join(
            f"{impacts[level]} {level}" for level in ("critical", "serious", "moderate", "minor") if impacts[level]
        )
        places = sum(issue.judged for issue in chosen)
        if chosen:
            in_documents = sum(issue.judged_in_documents for issue in chosen)
            there = f", {in_documents} of them in documents" if in_documents else ""
            if to_check := sum(issue.places - issue.judged for issue in chosen):
                there += f", {to_check} more for a person to check"
            where = f"{places} {'place' if places == 1 else 'places'}{there}"
            lines.append(f"  {label:<18} {len(chosen):>6}   {where}; {worst}")
        else:
            lines.append(f"  {label:<18} {'none found' if audited else 'not checked'}")
    unseen = sum(issue.state == "not-checked" for issue in data.issues)
    if unseen:
        lines.append(f"  Not checked again  {unseen:>6}   open before, and nothing could be said of them now")
    errors = sum(tally.error for tally in (*data.tallies, *data.document_tallies))
    if errors:
        lines.append(f"  Checks that could not run: {errors}")
    if data.frames_not_entered:
        lines.append(f"  Frames that could not be entered: {data.frames_not_entered}")
    authorization = data.site.authorization
    unrecorded = "a copy (staging = true), its controls were used" if authorization else "none recorded (passive audit)"
    lines.append(f"  Authorization      {authorization.get('by') or unrecorded}")
    return lines


def _documents(data: SiteRunData) -> list[str]:
    """Counted on their own: they are in no number of pages."""
    found = sum(data.outcomes.get(outcome, 0) for outcome in DOCUMENTS)
    if not found:
        return []
    unread = data.outcomes.get(PageOutcome.DOCUMENT_UNREAD, 0)
    read = sum(one.facts is not None and one.page.outcome is PageOutcome.DOCUMENT for one in data.documents)
    counts = {"read": read, "not read to the end": unread, "listed only": found - read - unread}
    return [f"  Documents          {found:>6}   {', '.join(f'{n} {name}' for name, n in counts.items() if n)}"]
