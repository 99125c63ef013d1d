"""How one site is reached: through which proxy, trusting whom, and what its own hosts, and nobody else, are told."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from cryptography import x509
from scrapy.exceptions import DownloadFailedError

from crawler.scope import netloc


class TlsFailed(DownloadFailedError):
    """No connection that nobody can listen to: client and server do not find a common language."""


class CertificateRefused(Exception):
    """Nobody that we trust vouches for the server. Not tried again: a second look changes nothing."""


class CertificateExpired(CertificateRefused):
    """The server's certificate, or one above it, is out of date."""


class CertificateForAnotherHost(CertificateRefused):
    """The server shows somebody else's certificate."""


class ProxyFailed(DownloadFailedError):
    """The proxy could not bring an answer."""


class ProxyUnreachable(ProxyFailed):
    """There is no proxy where the configuration says."""


class ProxyRefusedUs(Exception):
    """The proxy does not let us go there."""


class ProxySignIn(Exception):
    """The proxy asks for another user name or password. Not tried again: accounts are locked for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """``server`` is ``scheme://host:port``, http, https or socks5; ``direct`` names hosts that are asked without it."""

    server: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    direct: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """With the account in it, as httpx wants it: never log it."""
        if not self.user:
            return self.server
        scheme, _, host = self.server.partition("://")
        return f"{scheme}://{quote(self.user, safe='')}:{quote(self.password, safe='')}@{host}"

    @property
    def bypass(self) -> str:
        """``direct`` in Chromium's words; without the first rule Chromium would never ask a proxy for this machine."""
        rules = ["<-loopback>"]
        for entry in self.direct:
            host, port = _split(entry)
            if host == "*" or _network(host):
                rules.append(f"[{host}]{port}" if _is_ipv6(host) else f"{host}{port}")
            else:
                rules += [f"{host}{port}", f"*.{host}{port}"]
        return ",".join(rules)

    def serves(self, url: str) -> bool:
        """Whether the address is asked for through this proxy."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return not any(_matches(entry, host, port) for entry in self.direct)


def _split(entry: str) -> tuple[str, str]:
    """A host, address or network in lower case, and its ":port"."""
    entry = entry.strip().lower()
    if entry.startswith("["):
        host, _, port = entry[1:].partition("]")
        return host, port
    host, colon, port = entry.partition(":")
    if ":" in port:  # IPv6 without brackets
        return entry, ""
    return host.removeprefix("*.").lstrip("."), colon + port


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _is_ipv6(text: str) -> bool:
    found = _network(text)
    return found is not None and found.version == 6 and "/" not in text


def _matches(entry: str, host: str, port: int) -> bool:
    wanted, wanted_port = _split(entry)
    if wanted_port and wanted_port != f":{port}":
        return False
    if wanted == "*":
        return True
    if network := _network(wanted):
        address = _network(host)
        return address is not None and address.version == network.version and address[0] in network
    return host == wanted or host.endswith(f".{wanted}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """Who we are to one server: PEM files."""

    origin: str
    certificate: str
    key: str
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """``own`` are the site's origins. ``headers`` and ``cookies`` go there and nowhere else; they may be secrets."""

    proxy: Proxy | None = None
    ca_file: str = ""
    client_certificates: tuple[ClientCertificate, ...] = ()
    own: frozenset[str] = frozenset()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def plain(self) -> bool:
        """Whether nothing stands between us and the site."""
        return not (self.proxy or self.ca_file or self.client_certificates)

    def proxy_for(self, url: str) -> Proxy | None:
        """The proxy that brings this address."""
        return self.proxy if self.proxy and self.proxy.serves(url) else None

    def is_own(self, url: str) -> bool:
        """Whether the address is on one of the site's own origins."""
        return origin(url) in self.own

    def certificate_for(self, url: str) -> ClientCertificate | None:
        """What this server gets to see when it asks who we are."""
        asked = origin(url)
        return next((one for one in self.client_certificates if one.origin == asked), None)

    @property
    def trusted(self) -> frozenset[str]:
        """The own origins whose certificate the browser checks.

        With a client certificate Playwright checks those servers itself and has Chromium believe all the others.
        """
        if not self.client_certificates:
            return self.own
        return self.own & {one.origin for one in self.client_certificates}


#: Nothing special.
DIRECT = Network()


def origin(url: str) -> str:
    """Scheme, host and port, the default port left out."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    name = netloc(url)
    return f"{parts.scheme}://{name.replace(host, f'[{host}]', 1) if ':' in host else name}"


def own_origins(start: Iterable[str], hosts: Iterable[str]) -> frozenset[str]:
    """The origins of a site. Where it starts with https, plain http is not among them: secrets would be readable."""
    urls = list(start)
    schemes = {urlsplit(url).scheme for url in urls}
    scheme = "https" if "https" in schemes else "http"
    found = {origin(url) for url in urls} | {origin(f"{scheme}://{host}") for host in hosts}
    for one in tuple(found):
        # "www." and the bare host are one host, as in Scope.
        kind, _, name = one.partition("://")
        if not _network(urlsplit(one).hostname or ""):
            found.add(f"{kind}://{name.removeprefix('www.')}" if name.startswith("www.") else f"{kind}://www.{name}")
    return frozenset(found)


def cookie_header(sent: str, cookies: Iterable[tuple[str, str]]) -> str:
    """The cookies that are sent anyway and ours. The site may have renewed one of ours: its own value stays."""
    pairs = [pair for pair in sent.split("; ") if pair]
    there = {pair.partition("=")[0] for pair in pairs}
    return "; ".join(pairs + [f"{name}={value}" for name, value in cookies if name not in there])


def tls_context(ca_file: str = "", certificate: ClientCertificate | None = None) -> ssl.SSLContext:
    """Verifies against the system's authorities and ``ca_file``. Raises OSError for files that cannot be used."""
    context = ssl.create_default_context()
    # Python 3.13 asks more of internal authorities than browsers do.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    if certificate:
        # A function: without one OpenSSL would ask the terminal.
        context.load_cert_chain(certificate.certificate, certificate.key, password=lambda: certificate.passphrase)
    return context


def authorities(ca_file: str) -> list[x509.Certificate]:
    """The certificates of a PEM bundle. Raises OSError or ValueError."""
    return x509.load_pem_x509_certificates(Path(ca_file).read_bytes())
