"""How a request may carry what was typed, and what only looks like it."""

import base64
import gzip
import hashlib
import json
import zlib
from random import Random
from urllib.parse import quote

import pytest

from crawler.typed import SHORTEST, Typed, invented

MAIL = "bdfgkqzwxn@example.com"
PHONE = "9055550142"


def hashed(name, text=MAIL):
    return hashlib.new(name, text.encode(), usedforsecurity=False)


def request(url="https://a.example/", body=b"", **headers):
    entries = [{"bytes": base64.b64encode(body).decode()}] if body else []
    return {"url": url, "headers": headers, "postDataEntries": entries}


def sent(told, value=MAIL, held=""):
    typed = Typed()
    typed.add(3, value)
    if held:
        typed.add(3, value, held)
    carries = typed.saw(told)
    assert carries is bool(typed.seen)
    return {(where, how) for _, _, where, how in typed.seen}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (request(f"https://a.example/?e={MAIL}"), ("address", "plain")),
        (request(f"https://a.example/{MAIL.upper()}.gif"), ("address", "plain")),
        (request(f"https://a.example/?e={quote(quote(MAIL))}"), ("address", "plain")),
        (request(f"https://a.example/?e={MAIL[:SHORTEST]}"), ("address", "plain")),  # as far as it was typed
        (request(f"https://a.example/?e={MAIL.encode().hex()}"), ("address", "hex")),
        (request(f"https://a.example/?e={hashed('md5').hexdigest()}"), ("address", "md5")),
        (request(f"https://a.example/?e={hashed('sha1').hexdigest().upper()}"), ("address", "sha1")),
        (request(f"https://a.example/?e=x{hashed('sha256').hexdigest()}"), ("address", "sha256")),
        (request(body=base64.b64encode(hashed("sha256").digest())), ("body", "sha256")),
        (request(body=base64.urlsafe_b64encode(hashed("md5").digest())), ("body", "md5")),
        (request(body=base64.b64encode(f'{{"v":"{MAIL}"}}'.encode())), ("body", "base64")),
        (request(body=base64.urlsafe_b64encode(f"ab{MAIL}".encode())), ("body", "base64")),
        (request(body=json.dumps({"v": MAIL}).replace("b", "\\u0062").encode()), ("body", "plain")),
        (request(body=gzip.compress(MAIL.encode())), ("body", "plain")),
        (request(body=zlib.compress(f"x{MAIL}".encode())), ("body", "plain")),
        (request(Referer=f"https://here.example/?e={MAIL}"), ("referrer", "plain")),
        (request(**{"X-Mail": MAIL}), ("header", "plain")),
    ],
)
def test_a_value_is_found_however_it_is_written(told, found):
    assert found in sent(told)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (request(f"https://a.example/?t={PHONE}"), ("address", "plain")),
        (request(f"https://a.example/?t={hashed('sha256', f'+1{PHONE}').hexdigest()}"), ("address", "sha256")),
        (request(f"https://a.example/?t={quote('(905) 555-0142')}"), ("address", "plain")),
    ],
)
def test_a_number_is_found_however_it_is_grouped(told, found):
    assert found in sent(told, PHONE, held="(905) 555-0142")


@pytest.mark.parametrize(
    "told",
    [
        request("https://a.example/?e=somebody@example.com"),
        request(f"https://a.example/?e={MAIL[: SHORTEST - 1]}"),  # could stand anywhere
        request(f"https://a.example/?e={hashed('sha256', f'salt{MAIL}').hexdigest()}"),
        request(f"https://a.example/?e={hashed('sha512').hexdigest()}"),
        request(f"https://a.example/?e={hashed('sha256', 'example.com').hexdigest()}"),
        request(f"data:text/plain,{MAIL}"),
        request(body=MAIL[::-1].encode()),
        request(body=b"\x1f\x8b no archive"),
        request(Referer="https://here.example/"),
        request(f"https://a.example/?t={PHONE}"),  # another field's
    ],
)
def test_what_only_looks_like_it_is_not_found(told):
    assert sent(told) == set()


def test_what_cannot_be_read_is_told():
    typed = Typed()
    typed.add(0, MAIL)

    assert not typed.saw({"url": "https://a.example/", "hasPostData": True})
    assert typed.unread


@pytest.mark.parametrize(
    ("value", "held", "kept"),
    [
        ("bdfgkqzwxn", "bdfgkqz", True),  # cut
        ("9055550142", "+1 (905) 555-0142", True),
        ("bdfgkqzwxn", "Bdfgkqzwxn", True),
        ("bdfgkqzwxn", "bdfg", False),
        ("bdfgkqzwxn", "Burlington", False),  # the page's own choice
        ("9055550142", "2026-11-23", False),
    ],
)
def test_only_what_a_field_keeps_of_a_value_is_looked_for(value, held, kept):
    assert Typed().add(0, value, held) is kept


@pytest.mark.parametrize("kind", ["text", "email", "tel", "number", "url", "password", "search", "textarea"])
def test_invented_values_are_nobodys_and_long_enough(kind):
    values = {invented(kind, Random(seed)) for seed in range(50)}

    assert len(values) > 45
    assert all(len(value) >= SHORTEST for value in values)
    assert all("@example.com" in value for value in values if "@" in value)
    assert all(value[3:8] == "55501" for value in values if kind == "tel")
