"""Recognize the same value again without keeping it, and seal what must be kept. Pure: others keep the secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MINIMUM_SECRET = 32
_DIGITS_ONLY = frozenset({"CA_SIN", "CREDIT_CARD", "CA_BANK_ACCOUNT", "CA_ON_PROPERTY_ROLL", "CA_BUSINESS_NUMBER"})


class Keyring:
    """Two keys from one secret: one for sameness (HMAC-SHA256), one for sealing (Fernet)."""

    __slots__ = ("_fernet", "_hmac_key")

    def __init__(self, secret: bytes) -> None:
        if len(secret) < MINIMUM_SECRET:
            raise ValueError(f"a secret needs {MINIMUM_SECRET} bytes or more; this one has {len(secret)}")
        self._hmac_key = _derive(secret, b"handrail value hmac v1")
        self._fernet = Fernet(base64.urlsafe_b64encode(_derive(secret, b"handrail seal v1")))

    def __repr__(self) -> str:
        return "Keyring()"

    def hmac(self, entity: str, value: str) -> str:
        """The same for the same value however it is written; nothing without the key."""
        message = f"{entity}\0{canonical(entity, value)}".encode()
        return hmac.new(self._hmac_key, message, hashlib.sha256).hexdigest()

    def seal(self, data: bytes) -> bytes:
        """Encrypt and sign."""
        return self._fernet.encrypt(data)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt what ``seal`` returned; ``ValueError`` when the key or the data is another."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise ValueError("sealed with another key, or damaged") from None


def canonical(entity: str, value: str) -> str:
    """One writing of a value: digits only, or letters and digits in one case, without accents' variants."""
    value = unicodedata.normalize("NFKC", value).casefold()
    if entity in _DIGITS_ONLY:
        return "".join(filter(str.isdecimal, value))
    if entity == "PHONE_NUMBER":
        digits = "".join(filter(str.isdecimal, value))
        return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    if entity == "CA_ON_HEALTH_CARD":  # the version code changes with each card
        return "".join(filter(str.isdecimal, value))
    if entity == "EMAIL_ADDRESS":
        return "".join(value.split())
    return "".join(filter(str.isalnum, value))


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
