"""Handrail: the accessibility and privacy auditing crawler for city web properties."""

__version__ = "0.1.0"
