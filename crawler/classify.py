"""From an HTTP answer to the outcome of a page. What is not plainly the page asked for is never audited as it."""

from __future__ import annotations

import json
import re
from ssl import SSLError
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, CData, NavigableString
from bs4.element import TemplateString
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.internet import error as net
from twisted.web.client import ResponseFailed

from audits.model import PageOutcome
from crawler.network import CertificateRefused, ProxyRefusedUs, ProxySignIn, TlsFailed
from crawler.robots import RobotsUnreachable
from crawler.scope import DOCUMENT

HTML_TYPES = ("text/html", "application/xhtml+xml")
DOCUMENT_TYPES = re.compile(
    r"application/(pdf|msword|rtf|vnd\.(ms-(excel|powerpoint|word)|openxmlformats|oasis\.opendocument)[\w.+-]*)|text/(csv|rtf)",
    re.I,
)
SIGN_IN_URL = re.compile(
    r"(^|[/._?&=-])(log-?in|log-?on|sign-?in|signin|sso|saml|oauth2?|adfs|cas|auth|authorize|authenticate|connexion|"
    r"ouvrir-session|identification|account/login)([/._?&=-]|$)",
    re.IGNORECASE,
)
#: Elements that show something without text.
SHOWN = ("img", "iframe", "input", "button", "video", "audio", "select", "textarea", "meter", "progress")


def content_type(response: Response) -> str:
    """The media type, without parameters."""
    return media_type(response.headers.get("Content-Type"))


def media_type(header: bytes | None) -> str:
    """What a ``Content-Type`` says; of several in one line the last counts, as in a browser."""
    said = (header or b"").decode("latin-1").rpartition(",")[2]
    return said.partition(";")[0].strip().lower()


def is_html(response: Response) -> bool:
    """By the header; where there is none, by the first bytes."""
    kind = content_type(response)
    if kind:
        return kind in HTML_TYPES
    return bool(re.match(rb"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body)", response.body[:1024], re.I | re.S))


def of_status(status: int) -> PageOutcome | None:
    """The outcome that an HTTP status decides; None for a page to look at."""
    if 200 <= status < 300 and status not in (204, 205, 206):
        return None
    if status in (204, 205, 206, 304):
        return PageOutcome.EMPTY
    if status in (404, 410):
        return PageOutcome.NOT_FOUND
    if status in (401, 407, 511):
        return PageOutcome.SIGN_IN
    if status in (403, 429, 451):
        return PageOutcome.REFUSED_US
    if 500 <= status < 600:
        return PageOutcome.SERVER_ERROR
    return PageOutcome.HTTP_ERROR


def of_type(response: Response) -> PageOutcome | None:
    """The outcome that the media type decides; None for HTML."""
    disposition = (response.headers.get("Content-Disposition") or b"").decode("latin-1")
    if disposition.strip().lower().startswith("attachment"):  # a browser saves it, whatever it is
        return PageOutcome.DOCUMENT
    if is_html(response):
        return _of_first_bytes(response.body)
    if DOCUMENT_TYPES.match(content_type(response)) or DOCUMENT.search(urlsplit(response.url).path):
        return PageOutcome.DOCUMENT
    return PageOutcome.NOT_HTML


_DOCUMENT_BYTES = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
_MEDIA_BYTES = (b"\x89PNG\r\n", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"RIFF", b"\x00\x00\x01\x00", b"ID3", b"OggS")


def _of_first_bytes(body: bytes) -> PageOutcome | None:
    """What calls itself HTML and plainly is not; None for HTML, well or badly written."""
    if body.startswith(_DOCUMENT_BYTES):
        return PageOutcome.DOCUMENT
    if body.startswith(_MEDIA_BYTES):
        return PageOutcome.NOT_HTML
    if body[:1024].lstrip()[:1] in (b"{", b"["):
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return None
        return PageOutcome.NOT_HTML
    return None


def is_sign_in(requested: str, final: str, html: str) -> bool:
    """Whether another page, one that asks who you are, came instead of the page asked for."""
    if final == requested:
        return False
    parts = urlsplit(final)
    if not SIGN_IN_URL.search(f"{parts.netloc}{parts.path}"):
        # A password field on a page whose address says nothing still stands in the way of the page asked for.
        return bool(re.search(r"type\s*=\s*[\"']?password", html, re.I)) and len(visible_text(html)) < 3000
    return not SIGN_IN_URL.search(urlsplit(requested).path)


def visible_text(html: str) -> str:
    """The text of a page, roughly."""
    soup = BeautifulSoup(html, "lxml")
    for element in soup(["script", "style", "noscript", "template", "head"]):
        if not element.has_attr("shadowrootmode"):  # an open shadow root is shown like the rest
            element.decompose()
    return soup.get_text(" ", strip=True, types=(NavigableString, CData, TemplateString))


def anything_to_see(document: dict[str, Any]) -> bool:
    """Text, or something that is not text: a blank page is not a clean page."""
    for frame in document.get("frames", ()):
        html = frame["html"]
        if any(f"<{name}" in html for name in SHOWN):
            return True
        if visible_text(html):
            return True
    return False


#: Most telling first; Scrapy's own types where it wraps, Twisted's where it does not.
_FAILURES: tuple[tuple[tuple[type[BaseException], ...], PageOutcome], ...] = (
    ((RobotsUnreachable,), PageOutcome.SERVER_ERROR),
    ((IgnoreRequest,), PageOutcome.ROBOTS),
    ((CertificateRefused, TlsFailed), PageOutcome.TLS_ERROR),
    ((ProxySignIn,), PageOutcome.SIGN_IN),
    ((ProxyRefusedUs,), PageOutcome.REFUSED_US),
    ((CannotResolveHostError, net.DNSLookupError), PageOutcome.DNS_FAILURE),
    ((DownloadConnectionRefusedError, net.ConnectionRefusedError), PageOutcome.CONNECTION_REFUSED),
    ((DownloadTimeoutError, net.TimeoutError, net.TCPTimedOutError, TimeoutError), PageOutcome.TIMEOUT),
    ((DownloadCancelledError,), PageOutcome.TOO_LARGE),
    ((SSLError, net.SSLError), PageOutcome.TLS_ERROR),
)
_NETWORK = (
    ResponseDataLossError,
    DownloadFailedError,
    net.ConnectError,
    net.ConnectionLost,
    net.ConnectionDone,
    ResponseFailed,
    OSError,
)
#: Scrapy wraps what OpenSSL says into text. Asked last: other messages hold addresses, and one may be /ssl-help.
_TLS_TEXT = re.compile(
    r"OpenSSL\.SSL|SSL routines|CertificateError|service_identity|certificate verify failed", re.IGNORECASE
)


def of_failure(exc: BaseException) -> PageOutcome:
    """The outcome of a request that got no answer."""
    if isinstance(exc, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(exc):  # it grew too large while it was unpacked
        return PageOutcome.TOO_LARGE
    for kinds, outcome in _FAILURES:
        if isinstance(exc, kinds):
            return outcome
    if _TLS_TEXT.search(f"{type(exc).__module__} {exc}"):
        return PageOutcome.TLS_ERROR
    return PageOutcome.NETWORK_ERROR if isinstance(exc, _NETWORK) else PageOutcome.FAILED


_NET_ERRORS: tuple[tuple[re.Pattern[str], PageOutcome], ...] = (
    (re.compile("CERT|SSL|TLS"), PageOutcome.TLS_ERROR),
    (re.compile("NAME_NOT_RESOLVED|NAME_RESOLUTION|NAME_LEADS_INSIDE"), PageOutcome.DNS_FAILURE),
    (re.compile("CONNECTION_REFUSED"), PageOutcome.CONNECTION_REFUSED),
    (re.compile("TIMED_OUT"), PageOutcome.TIMEOUT),
    (re.compile("TOO_MANY_REDIRECTS"), PageOutcome.REDIRECT_LOOP),
    (
        re.compile("CONNECTION|NETWORK|PROXY|ADDRESS|EMPTY_RESPONSE|INVALID_RESPONSE|HTTP2|CONTENT"),
        PageOutcome.NETWORK_ERROR,
    ),
)


def of_net_error(code: str) -> PageOutcome:
    """The outcome of a page that Scrapy got and the browser did not, by Chromium's code ("ERR_CERT_INVALID")."""
    for pattern, outcome in _NET_ERRORS:
        if pattern.search(code):
            return outcome
    return PageOutcome.FAILED
