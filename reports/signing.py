"""Who signed what, by its hash: what a report says of a site, or a file byte for byte. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import tzinfo
from typing import Any, Literal

from reports import clean
from reports.common import iso
from reports.content import digest
from reports.store.log import Entry

SIGNED, UNSIGNED = "report-signed", "report-unsigned"
#: What the log tells of signatures.
KINDS = (SIGNED, UNSIGNED)
SCHEMA_VERSION = "1.1"
#: Signatures of earlier reports that a page names.
EARLIER_LISTED = 5

#: "partly": of several sites, it is valid of some. "changed": it is of this audit's report, and that is another now.
#: "earlier": of the report of another audit. "absent": of a site that the report does not tell.
State = Literal["valid", "partly", "changed", "earlier", "absent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteContent:
    """What a report says of one site, by its hash, and the audit that it tells."""

    run: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What somebody said of a report. ``site`` "" = of all sites; ``files``: name -> hash of what was beside it.

    ``sites``: what was signed of each site. Without any, the whole of report.json was, as in older stores.
    """

    entry: int
    at: str
    site: str
    run: str
    role: str
    name: str
    statement: str
    report_sha256: str
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    sites: Mapping[str, SiteContent] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSite:
    """What was signed of one site, and whether the report still says it."""

    site: str
    run: str
    content_sha256: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A signature beside a report, and whether it is of what that says."""

    entry: int
    signed_at: str
    site: str
    run: str
    role: str
    name: str
    statement: str
    report_sha256: str
    state: State
    sites: tuple[ShownSite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """The signatures of a report. They stand beside report.json and not in it: they name its hash."""

    schema_version: str
    run: str
    report_sha256: str
    signatures: tuple[Shown, ...]


def sha256_of(content: bytes) -> str:
    """The hash of a file, as ``sha256sum`` prints it."""
    return hashlib.sha256(content).hexdigest()


def contents_of(data: Mapping[str, Any]) -> dict[str, SiteContent]:
    """By site, what report.json's data says, computed anew. Raises LookupError, TypeError where it is none."""
    return {
        str(site["key"]): SiteContent(run=str(site["run"]["id"]), sha256=digest(site))
        for site in data["sites"]
        if "content_sha256" in site  # else it was signed as a whole
    }


def signed_facts(contents: Mapping[str, SiteContent]) -> dict[str, dict[str, str]]:
    """What the log holds of them."""
    return {site: {"run": one.run, "sha256": one.sha256} for site, one in contents.items()}


def signatures_of(entries: Iterable[Entry], zone: tzinfo) -> tuple[Signature, ...]:
    """Those that nobody took back, oldest first."""
    found: dict[int, Signature] = {}
    for entry in entries:
        facts = entry.facts
        if entry.kind not in KINDS or facts is None:
            continue
        if entry.kind == UNSIGNED:
            found.pop(facts["entry"], None)
            continue
        told = {name: facts[name] for name in ("site", "run", "role", "name", "statement", "report_sha256", "files")}
        sites = {site: SiteContent(**one) for site, one in facts.get("sites", {}).items()}
        found[entry.seq] = Signature(entry=entry.seq, at=iso(entry.at, zone), sites=sites, **told)
    return tuple(found.values())


def about(entries: Iterable[Entry], site: str) -> list[Entry]:
    """What the log holds of signatures that speak of a site, those that were taken back among them."""
    found: dict[int, bool] = {}
    kept = []
    for entry in entries:
        facts = entry.facts
        if entry.kind not in KINDS or facts is None:
            continue
        if entry.kind == SIGNED:
            found[entry.seq] = site in (facts.get("sites") or {facts["site"] or site})
        if found.get(entry.seq if entry.kind == SIGNED else facts["entry"]):
            kept.append(entry)
    return kept


def sign_off(
    signatures: Sequence[Signature], run: str, report_sha256: str, contents: Mapping[str, SiteContent]
) -> SignOff:
    """How signatures stand to a report; those of earlier reports are the last ones, of each site."""
    shown = [_shown(one, run, report_sha256, contents) for one in signatures]
    return SignOff(
        schema_version=SCHEMA_VERSION,
        run=run,
        report_sha256=report_sha256,
        signatures=(
            *(one for state in ("valid", "partly", "changed") for one in shown if one.state == state),
            *_last([one for one in shown if one.state in ("earlier", "absent")]),
        ),
    )


def _last(earlier: Sequence[Shown]) -> Iterator[Shown]:
    left = Counter(one.site for one in earlier)
    for one in earlier:
        if left[one.site] <= EARLIER_LISTED:
            yield one
        left[one.site] -= 1


def _shown(one: Signature, run: str, report_sha256: str, contents: Mapping[str, SiteContent]) -> Shown:
    sites = tuple(
        ShownSite(
            site=clean.line(site),
            run=clean.line(signed.run),
            content_sha256=signed.sha256,
            state=_state(signed, contents.get(site)),
        )
        for site, signed in one.sites.items()
    )
    whole: State = "valid" if one.report_sha256 == report_sha256 else "changed" if one.run == run else "earlier"
    return Shown(
        entry=one.entry,
        signed_at=one.at,
        site=clean.line(one.site),
        run=clean.line(one.run),
        role=clean.line(one.role),
        name=clean.line(one.name),
        statement=clean.line(one.statement, clean.MESSAGE),
        report_sha256=one.report_sha256,
        state=_together([site.state for site in sites]) if sites else whole,
        sites=sites,
    )


def _state(signed: SiteContent, now: SiteContent | None) -> State:
    if now is None:
        return "absent"
    if signed.sha256 == now.sha256:
        return "valid"
    return "changed" if signed.run == now.run else "earlier"


def _together(states: Collection[State]) -> State:
    if "valid" in states:
        return "valid" if set(states) == {"valid"} else "partly"
    return next(state for state in ("changed", "earlier", "absent") if state in states)


def of_site(signed: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Signatures of signatures.json's data that speak of a site, each with its state there."""
    found = []
    for one in signed["signatures"]:
        if not one["sites"] and one["site"] in ("", key):
            found.append(one)
        found += [{**one, "run": site["run"], "state": site["state"]} for site in one["sites"] if site["site"] == key]
    held = [one for state in ("valid", "changed") for one in found if one["state"] == state]
    return held + [one for one in found if one["state"] == "earlier"][-EARLIER_LISTED:]


def to_data(told: SignOff) -> dict[str, Any]:
    """For pages and for ``signatures.json``."""
    return asdict(told)


def render(told: SignOff) -> str:
    """``signatures.json``."""
    return json.dumps(to_data(told), ensure_ascii=False, indent=1).replace("<", "\\u003c") + "\n"


# Whether a file is a signed one


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteVerified:
    """Whether what a report says of one site is what somebody signed.

    "absent": signed, and not told here; "unsigned": told here, and nobody signed it. ``signatures``: those that are
    valid, else those of it that are not any more; ``run``: the audit that is told here.
    """

    site: str
    state: Literal["valid", "changed", "absent", "unsigned"]
    run: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verifying a file found: signatures of it, by site where it is a report, and, of a report that is none of
    them, those of its audit which are of a whole report.json. ``around``: somebody signed the report of this audit for
    all sites, and this file says the same of them, and something else around it.
    """

    sha256: str
    of_it: tuple[Signature, ...]
    of_its_run: tuple[Signature, ...]
    sites: tuple[SiteVerified, ...] = ()
    around: bool = False

    @property
    def holds(self) -> bool:
        """Somebody signed it, and nothing that was signed has changed."""
        states = {one.state for one in self.sites}
        return "changed" not in states and not self.around and bool(self.of_it or "valid" in states)


def verified(content: bytes, signatures: Sequence[Signature], only: str = "") -> Verified:
    """Compare a file with what was signed. ``only``: of a report, this site."""
    sha256 = sha256_of(content)
    run, contents, told = _told_by(content)
    sites = [_site_verified(key, contents.get(key), key in told, signatures) for key in _keys(contents, signatures)]
    asked = tuple(one for one in sites if only in ("", one.site))
    whole = tuple(one for one in signatures if sha256 in (one.report_sha256, *one.files.values()))
    return Verified(
        sha256=sha256,
        of_it=tuple(one for one in whole if only in ("", one.site) or not one.site),
        of_its_run=tuple(one for one in signatures if run and one.run == run and not one.sites),
        sites=asked if contents else (),
        around=not only and not whole and any(_is_around(one, run, contents, told) for one in signatures),
    )


def _is_around(one: Signature, run: str, now: Mapping[str, SiteContent], told: Collection[str]) -> bool:
    """Whether a signature is of this audit's report for all sites, and each that is told still stands in it. The report
    of a later audit, of another site, has other sums by right.
    """
    same = [signed == now.get(site) for site, signed in one.sites.items() if site in told]
    return not one.site and one.run == run and bool(same) and all(same)


def _keys(contents: Mapping[str, SiteContent], signatures: Sequence[Signature]) -> list[str]:
    return list(dict.fromkeys([*contents, *(key for one in signatures for key in one.sites)]))


def _site_verified(key: str, now: SiteContent | None, told: bool, signatures: Sequence[Signature]) -> SiteVerified:
    of_it = tuple(one for one in signatures if key in one.sites)
    valid = tuple(one for one in of_it if now and one.sites[key].sha256 == now.sha256)
    state: Literal["valid", "changed", "absent", "unsigned"] = (
        "absent" if not told else "valid" if valid else "changed" if of_it else "unsigned"
    )
    return SiteVerified(site=key, state=state, run=now.run if now else "", signatures=valid or of_it)


def _told_by(content: bytes) -> tuple[str, Mapping[str, SiteContent], Collection[str]]:
    """The run that a report.json tells, what it says of each site, and which sites it tells; nothing of other files."""
    try:
        told = json.loads(content)
        run = told["run"]["id"]
        if isinstance(run, str):
            return run, contents_of(told), {str(site["key"]) for site in told["sites"]}
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        pass
    return "", {}, ()
