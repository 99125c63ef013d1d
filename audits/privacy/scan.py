"""Scan one text or one HTML document offline, as a clerk does before publishing it."""

from __future__ import annotations

from audits.model import Finding, Tier
from audits.privacy.engine import Detector, Span
from audits.privacy.exposed_pii import ExposedPii
from audits.privacy.keys import Keyring
from audits.privacy.page_text import html_text


def scan_text(text: str, detector: Detector, *, count_tier: bool = False) -> list[Span]:
    """The spans to report or review; those that only count too when asked. Raises ``NotFullyScanned``."""
    return [span for span in detector.detect(text) if count_tier or span.tier is not Tier.COUNT]


def scan_html(html: str, detector: Detector, *, keyring: Keyring, own_domains: tuple[str, ...] = ()) -> list[Finding]:
    """Findings with selectors, as the audit of a page would give them. Raises ``NotFullyScanned``."""
    check = ExposedPii(keyring=keyring, detector=detector, own_domains=own_domains)
    return check.findings(html_text(html), url="")
