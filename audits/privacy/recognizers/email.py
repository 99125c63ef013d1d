"""E-mail address, also written with "[at]" and "[dot]" to hide from machines.

Source: RFC 5321 as people use it; the domain must end in a public suffix (tldextract's bundled list, never the network)
or a name kept for examples (RFC 2606). Entity ``EMAIL_ADDRESS``. The mask shows the first letter and the domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import ClassVar

import regex  # type: ignore[import-untyped]
from presidio_analyzer import Pattern, RecognizerResult
from tldextract import TLDExtract

from audits.privacy.recognizer import Recognizer, for_example

_RESERVED = frozenset({"example", "test", "invalid"})
_EXAMPLES = frozenset({"example.com", "example.net", "example.org"})
_MADE = regex.compile(
    r"(?:[\w.+-]*[-:.])?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|[0-9a-f]{12,}|(?=[a-z]*\d)[0-9a-f]{2}"
)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_AT = r"[\[({] ?(?:at|arobase|à) ?[\])}]| arobase |(?-i: AT )"
_DOT = r"\.|[\[({] ?(?:dot|point) ?[\])}]|(?-i: DOT )"


class EmailAddress(Recognizer):
    """Finds e-mail addresses."""

    ENTITY = "EMAIL_ADDRESS"
    HINT = ("@", "[at]", "(at)", "{at}", "[AT]", "(AT)", " arobase ", " AT ")
    PATTERNS = (
        Pattern(
            "address",
            r"(?<![\w.+%'@-])(?P<value>[\w](?:[\w.+%'*!^`{}~$-]{0,63}[\w+$-])?"
            rf"@{_LABEL}(?:\.{_LABEL}){{1,5}})(?![\w@]|-\w)",
            0.9,
        ),
        Pattern(
            "hidden from machines",
            rf"(?i)(?<![\w.+-])(?P<value>[\w][\w.+-]{{0,63}} ?(?:{_AT}) ?{_LABEL}(?: ?(?:{_DOT}) ?{_LABEL}){{1,4}})"
            r"(?![\w@]|-\w)",
            0.7,
        ),
    )
    HINTS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "hidden from machines": ("at]", "at)", "at}", " arobase ", "à]", "à)", "arobase]", "arobase)", " at ")
    }
    RANK = 2

    def validate_result(self, pattern_text: str) -> bool:
        """A domain under a public suffix, and a local part without empty stretches."""
        local, _, domain = _plain(pattern_text).rpartition("@")
        if _MADE.fullmatch(local):
            return False  # the name of a message, of an event, of a key
        return ".." not in local and _has_public_suffix(domain)

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """The form is enough, but for an example under a name that is kept for examples."""
        domain = _plain(text[result.start : result.end]).rpartition("@")[2]
        if for_example(text, result.start) and (domain in _EXAMPLES or domain.rpartition(".")[2] in _RESERVED):
            return 0.1
        return float(result.score)


def _plain(value: str) -> str:
    value = regex.sub(r"\s*(?:[\[({]\s*(?:at|arobase|à)\s*[\])}]|\s(?:arobase|at)\s)\s*", "@", value.lower())
    return str(regex.sub(r"\s*(?:[\[({]\s*(?:dot|point)\s*[\])}]|\sdot\s|\.)\s*", ".", value))


@cache
def _extract() -> TLDExtract:
    return TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)


@lru_cache(maxsize=4096)
def _has_public_suffix(domain: str) -> bool:
    if domain.rpartition(".")[2] in _RESERVED:
        return True
    parts = _extract()(domain)
    return bool(parts.suffix and parts.domain)


def registered_domain(host: str) -> str:
    """``host`` without subdomains: "gis.city.example.ca" is "example.ca"."""
    parts = _extract()(host)
    return f"{parts.domain}.{parts.suffix}".lower() if parts.suffix and parts.domain else host.lower()
