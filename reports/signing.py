"""Who signed which report, by its hash. A report that is not the signed one byte for byte is not signed. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import tzinfo
from typing import Any, Literal

from reports import clean
from reports.common import iso
from reports.store.log import Entry

SIGNED, UNSIGNED = "report-signed", "report-unsigned"
#: What the log tells of signatures.
KINDS = (SIGNED, UNSIGNED)
SCHEMA_VERSION = "1.0"
#: Signatures of earlier reports that a page names.
EARLIER_LISTED = 5

#: "changed": it is of this audit's report, and that is another now. "earlier": of the report of another audit.
State = Literal["valid", "changed", "earlier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What somebody said of a report. ``site`` "" = of all sites; ``files``: name -> hash of what was beside it."""

    entry: int
    at: str
    site: str
    run: str
    role: str
    name: str
    statement: str
    report_sha256: str
    files: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A signature beside a report, and whether it is of that very report."""

    entry: int
    signed_at: str
    site: str
    run: str
    role: str
    name: str
    statement: str
    report_sha256: str
    state: State


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
        found[entry.seq] = Signature(entry=entry.seq, at=iso(entry.at, zone), **told)
    return tuple(found.values())


def sign_off(signatures: Sequence[Signature], run: str, report_sha256: str) -> SignOff:
    """How signatures stand to a report; those of earlier reports are the last ones."""
    shown = [_shown(one, run, report_sha256) for one in signatures]
    earlier = [one for one in shown if one.state == "earlier"][-EARLIER_LISTED:]
    return SignOff(
        schema_version=SCHEMA_VERSION,
        run=run,
        report_sha256=report_sha256,
        signatures=(
            *(one for one in shown if one.state == "valid"),
            *(one for one in shown if one.state == "changed"),
            *earlier,
        ),
    )


def _shown(one: Signature, run: str, report_sha256: str) -> Shown:
    state: State = "valid" if one.report_sha256 == report_sha256 else "changed" if one.run == run else "earlier"
    return Shown(
        entry=one.entry,
        signed_at=one.at,
        site=clean.line(one.site),
        run=clean.line(one.run),
        role=clean.line(one.role),
        name=clean.line(one.name),
        statement=clean.line(one.statement, clean.MESSAGE),
        report_sha256=one.report_sha256,
        state=state,
    )


def to_data(told: SignOff) -> dict[str, Any]:
    """For pages and for ``signatures.json``."""
    return asdict(told)


def render(told: SignOff) -> str:
    """``signatures.json``."""
    return json.dumps(to_data(told), ensure_ascii=False, indent=1).replace("<", "\\u003c") + "\n"


# Whether a file is a signed one


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verifying a file found: signatures of it, and, of a report that is none of them, those of its audit."""

    sha256: str
    of_it: tuple[Signature, ...]
    of_its_run: tuple[Signature, ...]


def verified(content: bytes, signatures: Sequence[Signature]) -> Verified:
    """Compare a file with what was signed."""
    sha256 = sha256_of(content)
    run = _run_of(content)
    return Verified(
        sha256=sha256,
        of_it=tuple(one for one in signatures if sha256 in (one.report_sha256, *one.files.values())),
        of_its_run=tuple(one for one in signatures if run and one.run == run),
    )


def _run_of(content: bytes) -> str:
    """The id of the run that a report.json tells; "" of any other file."""
    try:
        told = json.loads(content)["run"]["id"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return ""
    return told if isinstance(told, str) else ""
