"""Recognize the same value again without keeping it, and seal what must be kept. Pure: others keep the secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from contextlib import suppress

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MINIMUM_SECRET = 32
_DIGITS_ONLY = frozenset({"CA_SIN", "CREDIT_CARD", "CA_BANK_ACCOUNT", "CA_ON_PROPERTY_ROLL", "CA_BUSINESS_NUMBER"})


class Keyring:
    """A current key, and earlier ones that still recognize and open what was made with them.

    Each secret gives two keys: one for sameness (HMAC-SHA256), one for sealing (Fernet).
    """

    __slots__ = ("_fernets", "_hmac_keys", "ids")

    def __init__(self, secret: bytes, earlier: Sequence[bytes] = ()) -> None:
        secrets = (secret, *earlier)
        for one in secrets:
            if len(one) < MINIMUM_SECRET:
                raise ValueError(f"a secret needs {MINIMUM_SECRET} bytes or more; this one has {len(one)}")
        self._hmac_keys = tuple(_derive(one, b"handrail value hmac v1") for one in secrets)
        seals = (base64.urlsafe_b64encode(_derive(one, b"handrail seal v1")) for one in secrets)
        self._fernets = tuple(Fernet(seal) for seal in seals)
        #: How people call the keys; the current one first. Tells nothing about them.
        self.ids = tuple(key_id(one) for one in secrets)

    def __repr__(self) -> str:
        return "Keyring()"

    def hmac(self, entity: str, value: str) -> str:
        """The same for the same value however it is written; nothing without the key."""
        return self.hmacs(entity, value)[0]

    def hmacs(self, entity: str, value: str) -> tuple[str, ...]:
        """Under every key, in the order of ``ids``."""
        message = f"{entity}\0{canonical(entity, value)}".encode()
        return tuple(hmac.new(key, message, hashlib.sha256).hexdigest() for key in self._hmac_keys)

    def seal(self, data: bytes) -> bytes:
        """Encrypt and sign under the current key."""
        return self._fernets[0].encrypt(data)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt what ``seal`` returned; ``ValueError`` when the key or the data is another."""
        for fernet in self._fernets:
            with suppress(InvalidToken):
                return fernet.decrypt(sealed)
        raise ValueError("sealed with another key, or damaged")

    def is_current(self, sealed: bytes) -> bool:
        """Whether it was sealed under the current key."""
        try:
            self._fernets[0].decrypt(sealed)
        except InvalidToken:
            return False
        return True


def key_id(secret: bytes) -> str:
    """How people call a key: "k-" and twelve hexadecimal digits."""
    return f"k-{_derive(secret, b'handrail key id v1').hex()[:12]}"


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
