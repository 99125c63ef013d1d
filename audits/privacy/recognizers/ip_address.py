"""IP address, version 4 or 6. Low severity: personal where it stands for a visitor (logs).

Source: ``ipaddress``. Entity ``IP_ADDRESS``. The mask shows no part. Private and documentation addresses count only
when context names an address; version and section numbers are not addresses.
"""

from __future__ import annotations

import ipaddress

from presidio_analyzer import Pattern

from audits.privacy.context import Cue
from audits.privacy.recognizer import Recognizer, phrases

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"


class IpAddress(Recognizer):
    """Finds IP addresses."""

    ENTITY = "IP_ADDRESS"
    HINT = (".", ":")
    PATTERNS = (
        Pattern("v4", rf"(?<![\w])(?<![\w][.-])(?<!/){_OCTET}(?:\.{_OCTET}){{3}}(?![\w])(?!\.\d)(?!-\w)", 0.3),
        Pattern(
            "v6",
            r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}(?![\w:])|:"
            r"(?:[0-9A-Fa-f]{1,4}:){0,5}[0-9A-Fa-f]{1,4}(?![\w:]))",
            0.3,
        ),
    )
    CONTEXT_EN = phrases(
        """
        ip, ip address, remote address, remote addr, remote host, client ip, visitor, access log, logged in
        from, x-forwarded-for, x-originating-ip, src ip, ipv4, ipv6
        """
    )
    CONTEXT_FR = phrases(
        """
        ip, adresse ip, visiteur, provenance
        """
    )
    #: What stands before versions as well.
    WEAK_EN = ("client", "host", "from", "source", "src", "device", "log", "address")
    WEAK_FR = ("adresse", "journal", "hôte", "depuis", "client")
    AGAINST_EN = phrases(
        """
        version, v, ver, release, build, section, clause, sec, firmware, driver, upgrade to, figure, rev,
        revision, bios, cms, software, firmware version, upgraded from, exported from, app, portal, release
        notes, chapter, oid, part, appendix, article, netmask, subnet mask
        """
    )
    AGAINST_FR = (
        "version",
        "article",
        "micrologiciel",
        "clause",
        "révision",
        "chapitre",
        "masque",
        "logiciel",
        "sgc",
        "mise à jour",
    )
    NEUTRAL = ()
    BEFORE = 40
    CUED = 0.7
    RANK = 42

    def validate_result(self, pattern_text: str) -> bool:
        """An address of a machine: not unspecified, loopback, multicast, a mask."""
        if ":" in pattern_text and all(len(part) == 2 for part in pattern_text.split(":")):
            return False  # bytes of a hash or of a longer hardware address
        try:
            address = ipaddress.ip_address(pattern_text)
        except ValueError:
            return False
        return not (
            address.is_loopback or address.is_unspecified or address.is_multicast
        ) and not pattern_text.startswith("255.")

    def scored(self, score: float, cue: Cue, value: str) -> float:
        """A vague word lifts what looks like an address, not what looks like a version."""
        if cue is Cue.WEAK:
            return self.CUED if score >= 0.3 else score
        return super().scored(score, cue, value)

    def alone(self, value: str, pattern: Pattern) -> float:
        """Public addresses with large parts stand alone; "4.1.2.3" is a section number."""
        address = ipaddress.ip_address(value)
        if not address.is_global:
            return 0.3
        if address.version == 6:
            return 0.55 if value.count(":") >= 4 else 0.3
        return 0.55 if sum(int(part) > 20 for part in value.split(".")) >= 3 else 0.2
