"""The browser's part of a site's network: its proxy, whom it trusts, and what the site's own hosts alone are told."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.async_api import BrowserContext, CDPSession, Error, Page, Response

from crawler.browser.find import BrowserMissing
from crawler.network import Network, authorities, cookie_header, origin

#: Chromium obeys these even where a context has its own proxy, and so does Playwright.
PROXY_VARIABLES = frozenset({"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"})
NODE_AUTHORITIES = "NODE_EXTRA_CA_CERTS"


def give_authorities(home: Path, files: Sequence[str]) -> None:
    """Make ``home`` a home in whose certificate database Chromium finds the authorities. Linux only.

    Chromium goes on checking names, dates and chains; nothing is ignored.
    """
    certutil = shutil.which("certutil")
    if certutil is None:
        raise BrowserMissing(
            "the browser needs certutil to be given the authorities of ca_file. "
            "Install it: 'apt-get install libnss3-tools' (Debian, Ubuntu)"
        )
    database = home / ".pki" / "nssdb"
    database.mkdir(parents=True)
    # Where Chromium 146 and later look first.
    newer = home / ".local" / "share" / "pki"
    newer.mkdir(parents=True)
    (newer / "nssdb").symlink_to(database)
    _run(certutil, "-N", "-d", f"sql:{database}", "--empty-password")
    bundle = []
    for number, certificate in enumerate(dict.fromkeys(one for file in files for one in authorities(file))):
        pem = certificate.public_bytes(Encoding.PEM)
        bundle.append(pem)
        _run(certutil, "-A", "-d", f"sql:{database}", "-t", _flags(certificate), "-n", f"{number}", "-a", given=pem)
    (home / "authorities.pem").write_bytes(b"".join(bundle))


def _flags(certificate: x509.Certificate) -> str:
    """Self-signed: an authority, or a server that vouches for itself. Else only a link of a chain."""
    return "CP,," if certificate.issuer == certificate.subject else ",,"


def _run(*command: str, given: bytes = b"") -> None:
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    if done.returncode:
        raise BrowserMissing(f"certutil cannot make a certificate database: {done.stderr.decode(errors='replace')}")


def browser_environment(home: Path | None) -> dict[str, str | float | bool]:
    """Ours, without proxies that nobody asked for, and with the home that holds the authorities."""
    environment: dict[str, str | float | bool] = {
        name: value for name, value in os.environ.items() if name.lower() not in PROXY_VARIABLES
    }
    if home is not None:
        environment["HOME"] = str(home)
        environment["XDG_DATA_HOME"] = str(home / ".local" / "share")
    return environment


@contextmanager
def driver_environment(home: Path | None) -> Iterator[None]:
    """Playwright's own process reads this while it starts; it checks servers that get a client certificate."""
    put_away = {name: os.environ.pop(name) for name in list(os.environ) if name.lower() in PROXY_VARIABLES}
    before = os.environ.get(NODE_AUTHORITIES)
    if home is not None:
        os.environ[NODE_AUTHORITIES] = str(home / "authorities.pem")
    try:
        yield
    finally:
        os.environ.update(put_away)
        if home is not None:
            os.environ.pop(NODE_AUTHORITIES)
            os.environ.update({} if before is None else {NODE_AUTHORITIES: before})


def needs_home(files: Sequence[str]) -> bool:
    """Elsewhere Chromium trusts whom the system trusts, and takes no advice."""
    return bool(files) and sys.platform.startswith("linux")


def context_options(network: Network) -> dict[str, Any]:
    """Options of a browser context."""
    options: dict[str, Any] = {}
    if proxy := network.proxy:
        options["proxy"] = {"server": proxy.server, "bypass": proxy.bypass}
        if proxy.user:
            options["proxy"] |= {"username": proxy.user, "password": proxy.password}
    if network.client_certificates:
        options["client_certificates"] = [
            {
                "origin": one.origin,
                "certPath": one.certificate,
                "keyPath": one.key,
                **({"passphrase": one.passphrase} if one.passphrase else {}),
            }
            for one in network.client_certificates
        ]
    return options


async def tell_own_hosts(context: BrowserContext, page: Page, network: Network) -> None:
    """Headers and cookies for the site's own hosts, and for nobody else.

    Only requests to these origins are held back and given them; Chromium drops them when a redirect leads on. The
    browser's own jar would send a cookie to every port of a host.
    """
    if not (network.headers or network.cookies):
        return
    session = await context.new_cdp_session(page)
    going_on: set[asyncio.Task[None]] = set()

    async def go_on(held: dict[str, Any]) -> None:
        with suppress(Error):  # the page is gone
            headers = await _headers(session, held, network)
            await session.send("Fetch.continueRequest", {"requestId": held["requestId"], "headers": headers})

    def hold(held: dict[str, Any]) -> None:
        task = asyncio.ensure_future(go_on(held))
        going_on.add(task)
        task.add_done_callback(going_on.discard)

    session.on("Fetch.requestPaused", hold)
    await session.send("Fetch.enable", {"patterns": [{"urlPattern": f"{own}/*"} for own in sorted(network.trusted)]})


async def _headers(session: CDPSession, held: dict[str, Any], network: Network) -> list[dict[str, str]]:
    """What the page sends, and what the City wants its own hosts to be told."""
    url = held["request"]["url"]
    redirected = "redirectedRequestId" in held
    # The browser adds its cookies itself, and after a redirect the Origin of the new address.
    dropped = {"cookie", "origin"} if redirected else {"cookie"}
    sent = {name: value for name, value in held["request"]["headers"].items() if name.lower() not in dropped}
    if not network.is_own(url):  # a pattern may match more than the origin that it was made from
        return [{"name": name, "value": value} for name, value in sent.items()]
    there = {name.lower() for name in sent}
    sent |= {name: value for name, value in network.headers if name.lower() not in there}
    if network.cookies:
        jar = await session.send("Network.getCookies", {"urls": [url]})
        own = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in jar["cookies"])
        sent["Cookie"] = cookie_header(own, network.cookies)
    return [{"name": name, "value": value} for name, value in sent.items()]


async def watch_certificates(session: CDPSession, network: Network) -> asyncio.Future[None]:
    """Done as soon as the page takes anything over TLS from a server whose certificate nobody checked.

    With a client certificate Playwright has Chromium believe every certificate, and checks by itself only the servers
    that get one.
    """
    seen: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    checked = {one.origin for one in network.client_certificates}

    def received(event: dict[str, Any]) -> None:
        response = event["response"]
        untrusted = response["url"].startswith("https:") and response.get("securityState") != "secure"
        if untrusted and origin(response["url"]) not in checked and not seen.done():
            seen.set_result(None)

    session.on("Network.responseReceived", received)
    await session.send("Network.enable")
    return seen


async def refused_by_playwright(response: Response | None) -> bool:
    """Playwright shows a page of its own for a server that it does not trust or that does not take our certificate."""
    if response is None or response.status != 503:
        return False
    return (await response.text()).startswith("Playwright client-certificate error")
