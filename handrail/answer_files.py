"""Files that people hand in with an answer: taken by their content, cleaned, searched, kept under their hash.

The log names each by hash, type and size; the file lies in the place of pictures. Whether it is there still, and is the
same, ``faults`` says. It goes only once its answer was taken back, by a purge that the log tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from handrail.cleaning import SUFFIXES, BadFile, Cleaned, cleaned
from reports.answers import GIVEN, TAKEN_BACK, files_of
from reports.model import AnswerFile
from reports.store.log import PURGE

if TYPE_CHECKING:
    from crawler.ocr import Ocr
    from handrail.evidence import Kept
    from handrail.runs import Place
    from handrail.wiring import Parts
    from reports.store.log import Entry, Hold
    from reports.store.store import Store

#: Of one answer: files, and bytes of all of them as they come and as they are kept.
MOST_FILES, MOST_BYTES = 5, 10_000_000
#: What the log tells of them.
KINDS = (GIVEN, TAKEN_BACK, PURGE)
#: In the entry of a purge: the hashes of those that went with it.
PURGED = "answer_files"


class BadFiles(BadFile):
    """The same, and which of several it is, counted from 1; 0 = all of them."""

    def __init__(self, number: int, why: str, kinds: tuple[str, ...] = ()) -> None:
        super().__init__(why, kinds)
        self.number = number


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file as it is kept."""

    file: AnswerFile
    body: bytes = field(repr=False)


def name_of(file: AnswerFile) -> str:
    """As it is called where it lies."""
    return f"{file.sha256}.{SUFFIXES[file.media_type]}"


def take(bodies: Sequence[bytes], parts: Parts, ocr: Ocr | None = None) -> tuple[Taken, ...]:
    """What is kept of files, each once. Raises BadFiles where one of them is not taken: then none is."""
    if len(bodies) > MOST_FILES:
        raise BadFiles(0, "file-many")
    if sum(map(len, bodies)) > MOST_BYTES:
        raise BadFiles(0, "file-large")
    found: dict[str, Taken] = {}
    for number, body in enumerate(bodies, start=1):
        try:
            one = cleaned(body, ocr)
            _search(one, parts)
        except BadFile as exc:
            raise BadFiles(number, exc.why, exc.kinds) from None
        digest = sha256(one.body).hexdigest()
        told = AnswerFile(sha256=digest, media_type=one.media_type, size=len(one.body), searched=one.searched)
        found[digest] = Taken(file=told, body=one.body)
    if sum(len(one.body) for one in found.values()) > MOST_BYTES:
        raise BadFiles(0, "file-large")
    return tuple(found.values())


def _search(one: Cleaned, parts: Parts) -> None:
    """As words are that people write for the log. Raises BadFile."""
    from audits.privacy.masking import NAME_ALONE, readings, telling

    found = [parts.detector.scan(form, count_tier=True) for form in readings(one.text)] if one.text.strip() else []
    if any(late for _, late in found):
        raise BadFile("file-late")
    spans = [span for hits, _ in found for span in hits]
    names = [span for span in spans if span.entity == "PERSON" and span.score >= NAME_ALONE]
    if kinds := {span.entity for span in (*telling(spans), *names)}:
        raise BadFile("file-personal", tuple(sorted(kinds)))


def keep(place: Place, store: Store, taken: Iterable[Taken]) -> tuple[AnswerFile, ...]:
    """Put files where they lie; before the answer that names them. Raises BadFiles where that cannot be had."""
    from handrail.config import ConfigError
    from handrail.evidence import EvidenceError, handed_in, kept

    told = []
    try:
        for number, one in enumerate(taken):
            if not number:
                kept(place).check(store.identity)
                files = handed_in(place)
            files.put(name_of(one.file), one.body)
            if fault(files, one.file):  # something else lay there
                files.remove([name_of(one.file)])
                files.put(name_of(one.file), one.body)
            told.append(one.file)
    except (OSError, EvidenceError, ConfigError):
        raise BadFiles(0, "file-away") from None
    return tuple(told)


def read(place: Place, file: AnswerFile) -> bytes | None:
    """A file as it was handed in; None where it is not there, or is another. Raises EvidenceError, ConfigError."""
    from handrail.evidence import handed_in

    try:
        body = handed_in(place).read(name_of(file))
    except FileNotFoundError:
        return None
    return body if sha256(body).hexdigest() == file.sha256 else None


# What is there, and what may go


def fault(files: Kept, file: AnswerFile) -> str:
    """ "missing", "changed", or nothing. Raises EvidenceError."""
    try:
        body = files.read(name_of(file))
    except FileNotFoundError:
        return "missing"
    return "" if sha256(body).hexdigest() == file.sha256 else "changed"


def faults(place: Place, entries: Iterable[Entry]) -> tuple[int, list[str]]:
    """How many files the log names, and what is wrong with them. Raises EvidenceError, ConfigError."""
    from handrail.evidence import handed_in

    named = _named(entries)
    if not named:
        return 0, []
    files = handed_in(place)
    told = {"missing": "is missing", "changed": "is not what was handed in"}
    wrong = [
        f"file {name_of(one.file)} of entry {min(one.entries)} {told[why]}"
        for one in named.values()
        if (why := fault(files, one.file))
    ]
    return len(named), wrong


def names(entries: Iterable[Entry]) -> set[str]:
    """Of all that answers name and no purge took: what is there besides may go."""
    return {name_of(one.file) for one in _named(entries).values()}


def may_go(entries: Sequence[Entry], holds: Collection[Hold], sites: Collection[str] = ()) -> list[AnswerFile]:
    """Files that only answers name which were taken back. ``sites``: these alone; none of one that is held."""
    back: Mapping[tuple[str, str], int] = {
        (one.facts["site"], one.facts["question"]): one.seq
        for one in entries
        if one.kind == TAKEN_BACK and one.facts is not None
    }
    gone = []
    for one in _named(entries).values():
        taken_back = all(entry < back.get(asked, 0) for entry, asked in one.entries.items())
        of = {site for site, _ in one.entries.values()}
        kept = any(hold.keeps(site) for hold in holds for site in of) or (sites and not of <= {*sites})
        if taken_back and not kept:
            gone.append(one.file)
    return gone


def sweep(store: Store, files: Kept) -> int:
    """Delete what no answer names, as an answer leaves it that was not recorded; how many."""
    there = files.names()  # before it is asked what is named: what comes later is not among them
    return files.remove(there - names(store.log_entries(*KINDS)), spare_young=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """A file, and the entries that name it with site and question of each."""

    file: AnswerFile
    entries: dict[int, tuple[str, str]] = field(default_factory=dict)


def _named(entries: Iterable[Entry]) -> Mapping[str, _Named]:
    """By hash; without what a purge took, unless somebody handed it in again."""
    found: dict[str, _Named] = {}
    for entry in entries:
        facts = entry.facts
        if facts is None:
            continue
        if entry.kind == PURGE:
            for digest in facts.get(PURGED, ()):
                found.pop(digest, None)
        elif entry.kind == GIVEN:
            for file in files_of(facts):
                one = found.setdefault(file.sha256, _Named(file=file))
                one.entries[entry.seq] = (facts["site"], facts["question"])
    return found
