"""Scrapy's part of a site's network: its proxy, whom it trusts, and what its own hosts alone are told."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
import ssl
import sys
from typing import Any

import certifi
import httpcore
import httpx
from scrapy import Request
from scrapy.core.downloader.handlers._httpx import HttpxDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from scrapy.utils._download_handlers import NullCookieJar

from crawler.download import BoundedDownloadHandler
from crawler.network import (
    DIRECT,
    CertificateExpired,
    CertificateForAnotherHost,
    CertificateRefused,
    ClientCertificate,
    Network,
    ProxyFailed,
    ProxyRefusedUs,
    ProxySignIn,
    ProxyUnreachable,
    TlsFailed,
    cookie_header,
    tls_context,
)
from crawler.reach import is_strange

# They name addresses at INFO.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


def network_of(crawler: Crawler) -> Network:
    """The network of the site that this crawler walks."""
    job = getattr(crawler.spider, "job", None)
    return DIRECT if job is None else job.network


class OwnHosts:
    """Headers and cookies for the site's own hosts. Each request is looked at anew: a redirect elsewhere has none."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OwnHosts:
        """As Scrapy builds it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add what is not there yet."""
        network = network_of(self._crawler)
        if not network.is_own(request.url):
            return
        for name, value in network.headers:
            request.headers.setdefault(name, value)
        if network.cookies:
            sent = (request.headers.get("Cookie") or b"").decode("latin-1")
            request.headers["Cookie"] = cookie_header(sent, network.cookies)


class SiteHandler(BoundedDownloadHandler):
    """Scrapy's own handler; httpx where there is a proxy, an authority of the City's or a client certificate."""

    def __init__(self, crawler: Crawler) -> None:
        if sys.platform == "darwin":  # the OpenSSL of our wheels looks for authorities where macOS has none
            os.environ.setdefault("SSL_CERT_FILE", certifi.where())
        super().__init__(crawler)
        self._through: dict[ClientCertificate | None, _Through] = {}

    async def download_request(self, request: Request) -> Response:
        """Fetch one address."""
        network = network_of(self._crawler)
        if network.plain:
            try:
                return await super().download_request(request)
            except DownloadFailedError as exc:
                raise _of_twisted(exc) from None
        certificate = network.certificate_for(request.url)
        if certificate not in self._through:
            self._through[certificate] = _Through(self._crawler, network, certificate)
        return await self._through[certificate].download_request(request)

    async def close(self) -> None:
        """Close all connections."""
        await super().close()
        for handler in self._through.values():
            await handler.close()


class _Through(HttpxDownloadHandler):
    """Scrapy's handler on httpx, with one network and one client certificate, or none."""

    experimental = False  # what we use of it is tested

    def __init__(self, crawler: Crawler, network: Network, certificate: ClientCertificate | None) -> None:
        self._network = network
        self._context = tls_context(network.ca_file, certificate)
        super().__init__(crawler)

    def _make_client(self, proxy_url: str | None = None) -> httpx.AsyncClient:
        proxy = None
        if proxy_url:
            to_proxy = tls_context(self._network.ca_file) if proxy_url.startswith("https:") else None
            proxy = httpx.Proxy(proxy_url, ssl_context=to_proxy)
        transport = httpx.AsyncHTTPTransport(verify=self._context, limits=self._limits, trust_env=False, proxy=proxy)
        if proxy is None:
            transport._pool = httpcore.AsyncConnectionPool(
                ssl_context=self._context, max_connections=self._limits.max_connections, network_backend=_Guarded()
            )
        client = httpx.AsyncClient(cookies=NullCookieJar(), transport=transport)
        for name in ("accept", "accept-encoding", "user-agent"):
            client.headers.pop(name, None)
        return client

    def _extract_proxy_url_with_creds(self, request: Request) -> str | None:
        proxy = self._network.proxy_for(request.url)
        return proxy.url if proxy else None

    async def download_request(self, request: Request) -> Response:
        """Fetch one address. httpx limits each step, not their sum: a body that drips would never end."""
        limit = float(request.meta.get("download_timeout") or self._DEFAULT_CONNECT_TIMEOUT)
        try:
            async with asyncio.timeout(limit):
                return await super().download_request(request)
        except TimeoutError:
            raise DownloadTimeoutError(f"no whole answer within {limit:g} s") from None
        except (CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, ssl.SSLError) as exc:
            raise _told(exc, through=self._network.proxy_for(request.url) is not None) from None


class _Guarded(httpcore.AnyIOBackend):
    """Connects only to addresses that the wall around the site lets a name have."""

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        """As httpcore asks; certificates are checked against the name all the same."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
        last: Exception = httpcore.ConnectError(f"no address of {host} may be asked")
        for address in addresses:
            if is_strange(host, address):
                continue
            try:
                return await super().connect_tcp(address, port, *args, **options)
            except httpcore.ConnectError as exc:
                last = exc
        raise last


#: OpenSSL's X509_V_ERR numbers.
_CERTIFICATES = {10: CertificateExpired, 62: CertificateForAnotherHost, 64: CertificateForAnotherHost}


def _of_twisted(exc: DownloadFailedError) -> Exception:
    """Scrapy wraps what OpenSSL says into text."""
    said = str(exc)
    if "service_identity" in said:
        return CertificateForAnotherHost("the certificate is another host's")
    if "certificate verify failed" in said:
        return CertificateRefused("nobody vouches for the server")
    return TlsFailed("TLS") if "OpenSSL.SSL.Error" in said else exc


#: What proxies say, and httpcore after them.
_SIGN_IN = re.compile(r"407|invalid username/password|requested .* from proxy server, but got", re.IGNORECASE)
_REFUSED = re.compile(r"40[13]|not allowed by ruleset", re.IGNORECASE)


def _told(exc: Exception, *, through: bool) -> Exception:
    """The failure by its name: whose certificate, whose door."""
    causes = list(_causes(exc))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATES.get(cause.verify_code, CertificateRefused)("nobody vouches for the server")
        if isinstance(cause, ssl.SSLError):
            return TlsFailed(cause.reason or "TLS")
    if not through:
        return exc
    said = next((str(cause) for cause in causes if isinstance(cause, httpx.ProxyError)), None)
    if said is None:
        connecting = any(isinstance(cause, httpx.ConnectError) for cause in causes)
        return ProxyUnreachable("the proxy does not answer") if connecting else exc
    if _SIGN_IN.match(said):
        return ProxySignIn("the proxy asks for another account")
    if _REFUSED.search(said):
        return ProxyRefusedUs("the proxy does not allow it")
    if said.endswith("Connection refused."):
        return DownloadConnectionRefusedError("refused, says the proxy")
    return ProxyFailed("the proxy got no answer")


def _causes(exc: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    seen: BaseException | None = exc
    while seen is not None and seen not in found:
        found.append(seen)
        seen = seen.__cause__ or seen.__context__
    return found
