"""What belongs to a site, how its URLs are written, and which of them lead nowhere new."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from audits.model import PageOutcome

#: Query parameters that say who is asking or whence, never which page.
IDLE_PARAMETERS = re.compile(
    r"^(utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|_ga|phpsessid|jsessionid|aspsessionid\w*|sid|sessionid|session_id|cfid|cftoken)$",
    re.IGNORECASE,
)
PATH_SESSION = re.compile(r";(jsessionid|sid|phpsessid)=[^/?#]*|/\(S\([a-z0-9]+\)\)", re.IGNORECASE)
#: Words by which calendars and schedules name their endless pages.
CALENDAR = re.compile(
    r"(^|[^a-z])(month|mois|year|annee|année|date|day|jour|week|semaine|cal|calendar|calendrier|start|end)([^a-z]|$)",
    re.I,
)
DATE_IN_PATH = re.compile(r"/(19|20)\d\d([/-](0?[1-9]|1[0-2]))([/-]\d{1,2})?(/|$)")
DOCUMENT = re.compile(
    r"\.(pdf|docx?|docm|dotx?|xlsx?|xlsm|pptx?|pptm|ppsx?|odt|ods|odp|rtf|csv|epub|vsdx?|pages|numbers|key)$",
    re.IGNORECASE,
)
MEDIA = re.compile(
    r"\.(jpe?g|png|gif|svg|webp|avif|ico|bmp|tiff?|css|js|mjs|json|xml|rss|atom|zip|gz|tgz|7z|rar|exe|dmg|msi|mp[34]|m4[av]|"
    r"webm|ogg|wav|mov|avi|wmv|woff2?|ttf|otf|eot|ics|vcf|kml|kmz|gpx|shp|geojson|dwg|apk|txt|log)$",
    re.IGNORECASE,
)
MAX_URL = 2000
#: Links in a row that keep the shape of their page's URL: through a calendar, and through any other list.
MAX_CALENDAR_CHAIN = 3
MAX_CHAIN = 50


def canonical(url: str, base: str = "") -> str:
    """One spelling for one page: no fragment (but routes after ``#/`` and ``#!``), sorted query, no session ids."""
    joined = urljoin(base, url.strip()) if base else url.strip()
    parts = urlsplit(PATH_SESSION.sub("", joined))
    keep_fragment = parts.fragment.startswith(("/", "!"))
    query = [
        (key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not IDLE_PARAMETERS.match(key)
    ]
    bare = urlunsplit(
        (parts.scheme, parts.netloc, parts.path or "/", urlencode(query), parts.fragment if keep_fragment else "")
    )
    return canonicalize_url(bare, keep_fragments=keep_fragment)


def netloc(url: str) -> str:
    """Host and port in lower case, default port and user left out."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = parts.port
    if port is None or (parts.scheme, port) in (("http", 80), ("https", 443)):
        return host
    return f"{host}:{port}"


def shape(url: str) -> str:
    """The URL with its values taken out: two months of one calendar have one shape."""
    parts = urlsplit(url)
    keys = sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{re.sub(r'[0-9]+', '0', parts.path)}?{'&'.join(keys)}"


def is_calendar(url: str) -> bool:
    """Whether the URL names a time rather than a thing."""
    parts = urlsplit(url)
    return bool(CALENDAR.search(" ".join(key for key, _ in parse_qsl(parts.query)))) or bool(
        DATE_IN_PATH.search(parts.path)
    )


def is_trap(url: str, chain: int) -> bool:
    """A URL that a site makes without end: too long, a path that repeats itself, or one more of a long chain."""
    if len(url) > MAX_URL:
        return True
    steps = [step for step in urlsplit(url).path.split("/") if step]
    if any(steps.count(step) > 3 for step in set(steps)) or len(steps) > 25:
        return True
    return chain > (MAX_CALENDAR_CHAIN if is_calendar(url) else MAX_CHAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The hosts of a site, and the paths that count. Patterns are shell globs over path and query.

    ``www.`` and the bare host are one host, and so are http and https.
    """

    hosts: frozenset[str]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        urls: tuple[str, ...],
        *,
        hosts: tuple[str, ...] = (),
        include: tuple[str, ...] = (),
        exclude: tuple[str, ...] = (),
    ) -> Scope:
        """The scope that start URLs imply, with more hosts and paths."""
        names = {netloc(url) for url in urls} | {host.lower() for host in hosts}
        return cls(hosts=frozenset(name.removeprefix("www.") for name in names), include=include, exclude=exclude)

    def has_host(self, url: str) -> bool:
        """Whether the URL is on one of the site's hosts."""
        return urlsplit(url).scheme in ("http", "https") and netloc(url).removeprefix("www.") in self.hosts

    def holds(self, url: str) -> bool:
        """Whether the URL belongs to the site."""
        if not self.has_host(url):
            return False
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if any(fnmatch.fnmatchcase(path, pattern) for pattern in self.exclude):
            return False
        return not self.include or any(fnmatch.fnmatchcase(path, pattern) for pattern in self.include)


class Address(NamedTuple):
    """A link's address in its one spelling; ``outcome`` where no visit is needed to know it."""

    url: str
    shape: str
    outcome: PageOutcome | None


@lru_cache(maxsize=20_000)
def spelled(url: str, scope: Scope) -> Address | None:
    """Menus and footers bring the same addresses on every page."""
    try:
        url = canonical(url)
        in_scope = scope.holds(url)
    except ValueError:
        return None
    if not url.startswith(("http://", "https://")):
        return None
    outcome: PageOutcome | None = None
    if not in_scope:
        outcome = PageOutcome.OUT_OF_SCOPE
    elif MEDIA.search(urlsplit(url).path) and not DOCUMENT.search(urlsplit(url).path):
        outcome = PageOutcome.NOT_HTML
    return Address(url, shape(url), outcome)
