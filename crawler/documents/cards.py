"""Calendars and cards (RFC 5545, RFC 6350): lines of properties, folded and escaped alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crawler.documents import Piece, Reader

_FOLD = re.compile(r"\r?\n[ \t]")
_ESCAPED = re.compile(r"\\([nN,;:\\])")
_PROPERTY = re.compile(r"(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)", re.DOTALL)
_NAME = re.compile(r";CN=(?:\"([^\"]*)\"|([^;:]*))", re.IGNORECASE)
_LABELS = {
    "ADR": "address",
    "BDAY": "date of birth",
    "EMAIL": "e-mail",
    "FN": "name",
    "N": "name",
    "ORG": "organization",
    "TEL": "tel",
}
#: Of no person: marks of machines, often written like an address or a number; times; pictures and keys in letters.
_SKIPPED_WORDS = """
    begin end uid dtstamp created last-modified sequence prodid version calscale method rrule rdate exdate exrule
    recurrence-id tzid tzname tzoffsetfrom tzoffsetto tzurl dtstart dtend due completed duration trigger action
    status transp class priority geo rev kind photo logo sound key related-to x-wr-timezone x-lic-location
"""
_SKIPPED = frozenset(_SKIPPED_WORDS.split())


class Cards(Reader):
    """iCalendar and vCard."""

    kind = "card"
    types = frozenset({"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/x-vcalendar"})
    suffixes = frozenset({"ics", "ical", "ifb", "vcf", "vcard"})

    def read(self, text: str, *, cut: bool) -> Iterator[Piece]:
        """Properties by component and name: "VEVENT[3].ATTENDEE"."""
        counts: Counter[str] = Counter()
        inside: list[str] = []
        before = "\n"
        for line in _FOLD.sub("", text).splitlines():
            found = _PROPERTY.fullmatch(line)
            if found is None:
                if line.strip():
                    yield Piece(at=inside[-1] if inside else "", text=line, before=before)
                    before = "\n"
                continue
            name, parameters, value = found[1].upper(), found[2], found[3].strip()
            if name == "BEGIN":
                kind = value.upper()[:20]
                counts[kind] += 1
                inside.append(f"{kind}[{counts[kind]}]")
                before = "\n\n"
            elif name == "END":
                inside[-1:] = []
            elif name.lower() not in _SKIPPED and value:
                at = f"{inside[-1]}.{name}" if inside else name
                if named := _NAME.search(parameters):
                    yield Piece(at=at, text=named[1] or named[2], label="name", before=before)
                    before = "\n"
                yield Piece(at=at, text=_said(name, value), label=_label(name, parameters), before=before)
                before = "\n"


def _said(name: str, value: str) -> str:
    if name == "N":
        family, _, rest = value.partition(";")
        value = f"{rest.partition(';')[0]} {family}"
    elif name in ("ADR", "ORG"):
        value = ", ".join(filter(None, re.split(r"(?<!\\);", value)))
    value = re.sub(r"^(?:mailto|tel|sms):", "", value, flags=re.IGNORECASE)
    return _ESCAPED.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], value).strip()


def _label(name: str, parameters: str) -> str:
    """ "home tel" for TEL;TYPE=HOME."""
    label = _LABELS.get(name, "")
    kinds = parameters.upper()
    if name in ("TEL", "EMAIL", "ADR"):
        for kind in ("HOME", "CELL", "FAX", "WORK"):
            if re.search(rf"[;=,\"]{kind}(?![A-Z])", kinds):
                return f"{'office' if kind == 'WORK' else kind.lower()} {label}"
    return label
