"""Crawled text is hostile: take out what can hide, reorder or forge what people read, and keep it short."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

SNIPPET = 300
TITLE = 200
URL = 2_000
MESSAGE = 600
SELECTOR = 400

# Control characters (a line break is decided on below), bidirectional overrides and marks, zero-width characters,
# variation tags, surrogates, private use and non-characters: none is needed to read a title, all can deceive.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_BREAKS = re.compile(r"[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]+")
# What a URL may hold as it is. A masked address holds other characters and so is never a link.
_PLAIN_URL = re.compile(r"[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+")
_FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}\.(?:png|jpg|jpeg|webp)")
_FOLDER = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


def line(text: str, limit: int = TITLE) -> str:
    """One line without hidden characters, at most ``limit`` characters long."""
    if _is_plain(text):
        return _shorten(text.strip(), limit)
    return _shorten(_HIDDEN.sub("", _BREAKS.sub(" ", text)).strip(), limit)


def block(text: str, limit: int = SNIPPET) -> str:
    """The same with line breaks kept, for code."""
    if _is_plain(text):
        return _shorten(text, limit)
    breaks = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return _shorten(_HIDDEN.sub("", breaks).strip("\n"), limit)


def href(url: str) -> str:
    """The address if a link may lead there, else nothing: no script, no credentials, no mask in it."""
    if len(url) > URL or not _PLAIN_URL.fullmatch(url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme == "mailto":
        return url
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return ""
    return url


def picture(name: str) -> str:
    """The file name if it is a plain picture's name, else nothing."""
    return name if _FILE_NAME.fullmatch(name) and ".." not in name else ""


def folder(key: str) -> str:
    """The key as a folder's name, or nothing where it cannot be one."""
    name = re.sub(r"[^a-z0-9._-]+", "-", key.lower()).strip("-.")[:80].rstrip("-.")
    return name if _FOLDER.fullmatch(name) and ".." not in name else ""


def _is_plain(text: str) -> bool:
    """Whether there is nothing to look for, as in most texts: told sooner than by the patterns."""
    return text.isascii() and text.isprintable()


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
