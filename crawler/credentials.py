"""A journey's credentials: told in any request to another origin, and covered in all that is kept."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from crawler.network import Network

COVER = "•••"
#: How often a value may have been encoded for a URL, one time in the other.
MOST_ENCODED = 3


class Credentials:
    """Values that nobody but the site's own origins may be told. Says nothing of them itself."""

    def __init__(self, values: tuple[str, ...], network: Network) -> None:
        self._network = network
        self._values = tuple(value.lower() for value in values if value)
        in_base64 = {part for value in values if value for part in base64_of(value)}
        self._in_base64 = tuple(sorted(in_base64, key=len, reverse=True))
        forms = {form for value in values if value for form in _forms(value)} | in_base64
        ordered = sorted(forms, key=len, reverse=True)
        self._anywhere = re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None

    def may_go(self, request: Mapping[str, Any]) -> bool:
        """Whether a request, as Chromium tells it, may be sent. What cannot be read goes to the site alone."""
        url = request["url"]
        if (
            self._anywhere is None
            or self._network.is_own(url)
            or not url.startswith(("http:", "https:", "ws:", "wss:"))
        ):
            return True
        return not (self.leaks(request) or unreadable(request))

    def leaks(self, request: Mapping[str, Any]) -> bool:
        """Whether a request to another origin carries a credential."""
        if self._network.is_own(request["url"]):
            return False
        entries = (base64.b64decode(entry.get("bytes", "")) for entry in request.get("postDataEntries", ()))
        body = b"".join(entries).decode("utf-8", "replace") or request.get("postData", "")
        headers = [text for pair in request.get("headers", {}).items() for text in pair]
        return any(self._carried(text) for text in (request["url"], *headers, body))

    def _carried(self, text: str) -> bool:
        if any(part in text for part in self._in_base64):
            return True
        plain, spaced = text, text
        for _ in range(MOST_ENCODED + 1):
            for reading in (plain, spaced, unescaped(plain)):
                if any(value in reading.lower() for value in self._values):
                    return True
                if any(part in reading for part in self._in_base64):
                    return True
            plain, spaced = unquote(plain), unquote_plus(spaced)
        return False

    def hidden(self, text: str) -> str:
        """The text without them."""
        return self._anywhere.sub(COVER, text) if self._anywhere else text

    def hidden_in(self, value: Any) -> Any:
        """The same for an artifact, through and through."""
        if isinstance(value, str):
            return self.hidden(value)
        if isinstance(value, dict):
            return {
                self.hidden(key) if isinstance(key, str) else key: self.hidden_in(one) for key, one in value.items()
            }
        if isinstance(value, list | tuple):
            return type(value)(self.hidden_in(one) for one in value)
        return value

    def shown_in(self, value: Any) -> bool:
        """Whether an artifact holds one."""
        return bool(self._anywhere) and bool(self.hidden_in(value) != value)


def _forms(value: str) -> set[str]:
    return {
        value, quote(value), quote(value, safe=""), quote_plus(value), html.escape(value),
        html.escape(value, quote=False), json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1],
    }  # fmt: skip


def base64_of(value: str) -> set[str]:
    """What of a value's base64 stays the same whatever stands before and after it, in either alphabet."""
    found = set()
    for form in {value, quote(value, safe="")}:
        data = form.encode("utf-8")
        for before in range(3):
            coded = base64.b64encode(b"\0" * before + data).decode()
            begin = -(-before * 8 // 6)
            end = (before + len(data)) * 8 // 6
            if end - begin >= 5:
                found |= {coded[begin:end], coded[begin:end].translate(str.maketrans("+/", "-_"))}
    return found


def unescaped(text: str) -> str:
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\([\"\\/])", r"\1", text)


def unreadable(request: Mapping[str, Any]) -> bool:
    return bool(request.get("hasPostData")) and not (request.get("postData") or request.get("postDataEntries"))
