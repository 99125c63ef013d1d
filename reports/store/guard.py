"""What the store asks of whoever holds the keys: to recognize, mask, seal and tell apart URLs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class UrlGuard(Protocol):
    """A fetch URL may hold a personal value. Such a URL is stored sealed, and readable only with the value masked."""

    def holds_value(self, url: str) -> bool:
        """Whether a recognizer hits something in this URL."""

    def mask(self, url: str) -> str:
        """The URL as people may read it."""

    def seal(self, text: str) -> bytes:
        """Encrypt under the current key."""

    def open(self, sealed: bytes) -> str:
        """Decrypt what ``seal`` made."""

    def digest(self, text: str) -> str:
        """A keyed hash: the same text gives the same digest, and nobody without the key can try out values."""

    def digests(self, text: str) -> Sequence[str]:
        """The same under every key that is valid, the current one first."""

    @property
    def key_ids(self) -> Sequence[str]:
        """How people call the keys, the current one first."""
