"""Hardware (MAC) address: six pairs of hexadecimal digits with colons or hyphens.

Source: IEEE 802 notation. Entity ``MAC_ADDRESS``. The mask shows no part. Low severity: it stands for one device.
"""

from __future__ import annotations

from presidio_analyzer import Pattern

from audits.privacy.recognizer import Recognizer, phrases


class MacAddress(Recognizer):
    """Finds MAC addresses."""

    ENTITY = "MAC_ADDRESS"
    HINT = (":", "-", ".")
    PATTERNS = (
        Pattern(
            "pairs",
            r"(?<![\w:.-])[0-9A-Fa-f]{2}(?P<s>[:-])(?:[0-9A-Fa-f]{2}(?P=s)){4}[0-9A-Fa-f]{2}(?![\w])(?![:.-]\w)",
            0.6,
        ),
        Pattern("quads", r"(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])", 0.2),
    )
    CONTEXT_EN = phrases(
        """
        mac, mac address, hardware address, device, hwaddr, ethernet, wi-fi, wifi
        """
    )
    CONTEXT_FR = ("mac", "adresse mac", "adresse matérielle", "appareil")
    RANK = 41

    def alone(self, value: str, pattern: Pattern) -> float:
        """Three quads with letters and digits are hardly anything else."""
        mixed = any(map(str.isalpha, value)) and sum(map(str.isdigit, value)) > 1
        return 0.45 if pattern.name == "quads" and mixed else float(pattern.score)

    def invalidate_result(self, pattern_text: str) -> bool:
        """Broadcast and empty addresses are nobody's; six decimal pairs with hyphens are more often a date or code."""
        pairs = pattern_text.upper().replace("-", ":")
        return len(set(pairs) - {":", "."}) == 1 or ("-" in pattern_text and not any(map(str.isalpha, pairs)))
