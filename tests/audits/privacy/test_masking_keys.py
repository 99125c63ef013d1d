"""What may be shown, and what cannot be read back."""

from __future__ import annotations

import re

import pytest
from corpus import ENTITIES, Values, documents

from audits.privacy.engine import Detector
from audits.privacy.keys import Keyring
from audits.privacy.masking import _TELLING_PIECE, _spaced, mask, mask_text, mask_url, telling

VALUES = Values(4)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.mark.parametrize(
    "slot", ["SIN", "HEALTH", "LICENCE", "PASSPORT", "BANK", "DOB", "PLATE", "ADDRESS", "IP", "MAC"]
)
def test_masks_show_no_digit_of_strong_identifiers(slot: str) -> None:
    for _ in range(20):
        assert not re.search(r"\d", mask(ENTITIES[slot], getattr(VALUES, slot)(False)))


@pytest.mark.parametrize(
    ("entity", "value", "shown"),
    [
        ("CREDIT_CARD", "4000 0000 0000 0002", "[CARD ending 0002]"),
        ("PHONE_NUMBER", "+1 (905) 335-7777", "[PHONE 905]"),
        ("PHONE_NUMBER", "335-7777", "[PHONE]"),
        ("PHONE_NUMBER", "+44 20 7946 0958", "[PHONE]"),
        ("EMAIL_ADDRESS", "Jane.Roe@Example.ca", "[EMAIL J…@example.ca]"),
        ("EMAIL_ADDRESS", "jane [at] example [dot] ca", "[EMAIL]"),
        ("CA_POSTAL_CODE", "l7r1a1", "[POSTAL CODE L7R]"),
        ("PERSON", "Jane Roe", "[NAME]"),
    ],
)
def test_masks_show_what_helps_to_find_it(entity: str, value: str, shown: str) -> None:
    assert mask(entity, value) == shown


def test_all_hits_are_masked_also_the_unsure(detector: Detector) -> None:
    sin = VALUES.sin_digits()
    text = f"a {sin} b; jane@example.ca c"

    masked = mask_text(text, detector.detect(text))

    assert masked == "a [SIN] b; [EMAIL j…@example.ca] c"
    assert detector.detect(masked) == []


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://city.example.ca/news/2024/05/03/park", None),
        ("https://city.example.ca/p?id=12345&lang=fr", None),
        (
            "https://city.example.ca/a?email=jane%40example.ca",
            "https://city.example.ca/a?email=[EMAIL%20j…@example.ca]",
        ),
        ("https://city.example.ca/905-335-7777/x", "https://city.example.ca/[PHONE%20905]/x"),
        ("mailto:jane@example.ca", "mailto:[EMAIL%20j…@example.ca]"),
        ("/f?dob=1980-05-03#top", "/f?dob=[DATE%20OF%20BIRTH]#top"),
        ("/f?e=jane%2540example.ca", "/f?e=[EMAIL%20j…@example.ca]"),
        ("https://city.example.ca", None),
        ("", None),
    ],
)
def test_urls_are_masked_where_they_hold_a_value(detector: Detector, url: str, masked: str | None) -> None:
    assert mask_url(url, detector) == (masked or url)


def test_a_file_name_is_masked(detector: Detector) -> None:
    sin = VALUES.sin_digits()

    assert mask_url(f"/files/application_SIN_{sin}.pdf", detector) == "/files/application_SIN_[SIN].pdf"


@pytest.mark.parametrize(
    ("entity", "one", "other", "same"),
    [
        ("CA_SIN", "123 456 782", "123-456-782", True),
        ("PHONE_NUMBER", "+1 (905) 335-7777", "905.335.7777", True),
        ("EMAIL_ADDRESS", "Jane@Example.ca", "jane@example.ca", True),
        ("CA_ON_HEALTH_CARD", "1234-567-897 AB", "1234567897", True),
        ("CA_POSTAL_CODE", "L7R 1A1", "l7r1a1", True),
        ("PERSON", "Jane Roe", "JANE  ROE", True),
        ("CA_SIN", "123 456 782", "123 456 783", False),
    ],
)
def test_the_same_value_has_the_same_hmac(entity: str, one: str, other: str, same: bool) -> None:
    keyring = Keyring(b"k" * 32)

    assert (keyring.hmac(entity, one) == keyring.hmac(entity, other)) is same


def test_hmac_depends_on_key_and_kind() -> None:
    ring = Keyring(b"k" * 32)

    assert ring.hmac("CA_SIN", "123456782") != Keyring(b"j" * 32).hmac("CA_SIN", "123456782")
    assert ring.hmac("CA_SIN", "123456782") != ring.hmac("PHONE_NUMBER", "123456782")
    assert re.fullmatch(r"[0-9a-f]{64}", ring.hmac("CA_SIN", "123456782"))


def test_sealed_data_opens_only_with_its_key() -> None:
    sealed = Keyring(b"k" * 32).seal(b"a URL")

    assert Keyring(b"k" * 32).open(sealed) == b"a URL"
    assert b"a URL" not in sealed
    with pytest.raises(ValueError, match="another key"):
        Keyring(b"j" * 32).open(sealed)
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(b"short")
    assert "k" * 8 not in repr(Keyring(b"k" * 32))


def test_the_first_look_at_an_address_passes_over_nothing_that_would_be_masked(detector: Detector) -> None:
    """Years and versions are passed over; whatever a recognizer would hit is not."""
    values = {document.text[start:end] for document in documents(300, 11) for _, start, end in document.spans}
    pieces = [*values, *(f"x={value}" for value in values), "sin-", "2024", "1.7.1", "page-12"]

    hit = [piece for piece in pieces if telling(detector.scan(_spaced(piece), count_tier=True)[0])]

    assert len(hit) > 300
    assert [piece for piece in hit if not _TELLING_PIECE.search(piece)] == []


@pytest.mark.parametrize(
    "url", ["/news/2024/05", "/docs/3.11/whatsnew/3.9", "/council/2026?page=12", "/ward-12/minutes", "/2019.pdf"]
)
def test_most_addresses_are_never_analysed(url: str) -> None:
    class Never:
        def scan(self, *_args: object, **_options: object) -> None:
            raise AssertionError(url)

    assert mask_url(url, Never()) == url  # type: ignore[arg-type]
