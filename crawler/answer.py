"""What the answer to a request says of itself: what file it is, whether it is a wall for bots, where it leads."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urljoin

from scrapy.http import Response, TextResponse
from scrapy.utils.response import get_meta_refresh
from w3lib.html import get_meta_refresh as get_refresh

from audits.model import PageOutcome
from audits.transport import READ, headers_of
from crawler.classify import HTML_TYPES, content_type, is_html, of_type
from crawler.documents import UNTOLD, begins_as, is_binary, is_document, kind_of
from crawler.impostors import is_bot_wall
from crawler.scope import canonical

#: A bot wall is a small page.
WALL_BYTES = 300_000
#: A meta refresh sooner than this is a redirect; a later one is a page that reloads.
REFRESH_SECONDS = 5


def file_of(response: Response) -> str:
    """The kind of a file that is read; "" for pages, and for what is no text."""
    told = content_type(response)
    if told in HTML_TYPES or is_binary(response.body):
        return ""
    return kind_of(told, response.url) if told or not is_html(response) else ""


def document_of(response: Response) -> str | None:
    """The kind of a document; "" for one that nobody here reads, None for what is none."""
    if (outcome := of_type(response)) is None:
        return None
    told = content_type(response)
    named = (response.headers.get("Content-Disposition") or b"").decode("latin-1")
    by_name = "" if told in HTML_TYPES else kind_of(told, response.url, named)
    by_bytes = begins_as(response.meta.get("head") or response.body)
    kind = by_name if by_name and by_bytes == UNTOLD else by_bytes or by_name
    if is_document(kind) or kind == UNTOLD:
        return kind
    return "" if outcome is PageOutcome.DOCUMENT and not kind else None


def is_other(meta: dict[str, Any]) -> bool:
    """Whether what comes as bytes of no kind begins like no document."""
    return "head" in meta and not begins_as(meta["head"])


def is_walled(response: Response) -> bool:
    if not isinstance(response, TextResponse) or len(response.body) > WALL_BYTES or not is_html(response):
        return False
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return is_bot_wall(response.text, headers)


def said_by(response: Response) -> dict[str, str]:
    """What the answer's headers say of security."""
    sent = {name: response.headers.getlist(name) for name in READ}
    return headers_of({name: b", ".join(values).decode("latin-1") for name, values in sent.items() if values})


def redirect_target(response: Response) -> str | None:
    location = response.headers.get("Location")
    if response.status in (301, 302, 303, 307, 308) and location:
        return urljoin(response.url, location.decode("latin-1"))
    if response.status == 200 and isinstance(response, TextResponse) and is_html(response):
        soon = [
            (seconds, urljoin(response.url, target))
            for seconds, target in (get_meta_refresh(response), _refresh_header(response))
            if target and seconds is not None and seconds < REFRESH_SECONDS
        ]
        for _, target in sorted(soon):  # a browser takes the one that comes first
            return None if canonical(target) == canonical(response.url) else target
    return None


def _refresh_header(response: Response) -> tuple[float | None, str | None]:
    """What the header ``Refresh`` says, which browsers read as they do a ``meta`` element (HTML, "refresh")."""
    said = (response.headers.get("Refresh") or b"").decode("latin-1")
    return get_refresh(f'<meta http-equiv="refresh" content="{escape(said)}">', response.url)
