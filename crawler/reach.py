"""What a site's pages may reach: never out of the site by navigation, never nearer than the site itself by request.

A page on the internet must not make this machine ask the City's inner network, itself, or a cloud's metadata service
(server-side request forgery). How near is near follows the Local Network Access draft: this machine, the network it is
in, the rest. A site may reach its own kind and whatever is farther. Where the site lives is decided by its own address
as this machine sees it, so that a name that leads inside the City (split DNS) counts as inside.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.scope import Scope, netloc


class Space(IntEnum):
    """How near an address is, nearest first."""

    LINK = 0  # link-local, where clouds keep their metadata: no page's business
    LOOPBACK = 1
    LOCAL = 2
    PUBLIC = 3


_METADATA_NAMES = frozenset(
    {"metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"}
)
_METADATA = frozenset(ipaddress.ip_address(text) for text in ("fd00:ec2::254", "100.100.100.200", "168.63.129.16"))
_LOCAL = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ZERO = ipaddress.ip_network("0.0.0.0/8")
#: What Chromium shows us of requests for hosts that may be near; whether they are is decided here.
_SIEVE = {
    Space.LINK: ("169.254.*", "100.100.*", "168.63.*", "metadata*", "instance-data*", "[*"),
    Space.LOOPBACK: ("127.*", "0.*", "localhost*", "*.localhost*"),
    Space.LOCAL: ("10.*", "172.*", "192.168.*", "100.*", "*.local/*", "*.local:*", "*.internal/*", "*.internal:*"),
}


def space_of(address: str) -> Space:
    """The space of an IP address; what is not globally routable counts as local."""
    ip = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    if ip.is_link_local or ip in _METADATA:
        return Space.LINK
    if ip.is_loopback or ip.is_unspecified or (ip.version == 4 and ip in _ZERO):
        return Space.LOOPBACK
    if any(ip in network for network in _LOCAL if network.version == ip.version) or not ip.is_global:
        return Space.LOCAL
    return Space.PUBLIC


def _unwrapped(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address inside an IPv6 one: mapped, 6to4, NAT64."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def space_of_host(host: str) -> Space | None:
    """The space of a host that tells it by itself: an address in any spelling, or a reserved name. None: look it up."""
    host = host.lower().rstrip(".").strip("[]")
    try:
        return space_of(host)
    except ValueError:
        pass
    if host.replace(".", "").removeprefix("0x").isalnum() and host[:1].isdigit():
        try:  # 127.1, 0x7f000001, 2130706433: a browser takes them all
            return space_of(socket.inet_ntoa(socket.inet_aton(host)))
        except OSError:
            pass
    if host in _METADATA_NAMES:
        return Space.LINK
    if host == "localhost" or host.endswith(".localhost"):
        return Space.LOOPBACK
    if "." not in host or host.endswith((".local", ".internal", ".home.arpa")):
        return Space.LOCAL
    return None


async def look_up(host: str) -> list[str]:
    """The addresses of a name; [] when it has none, which is for the request itself to find out."""
    try:
        found = await asyncio.wait_for(asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM), 10)
    except (OSError, TimeoutError, UnicodeError):
        return []
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """Around one site: ``spaces`` holds where its own hosts live, by name."""

    scope: Scope
    spaces: Mapping[str, Space] = field(default_factory=dict)

    @classmethod
    async def around(cls, scope: Scope, look_up: Callable[[str], Awaitable[Iterable[str]]] = look_up) -> Wall:
        """Look the site's hosts up once; of several addresses, the farthest counts."""
        hosts = {urlsplit(f"//{name}").hostname or "" for name in scope.hosts}
        spaces = {host: told for host in hosts if (told := space_of_host(host)) is not None}
        names = [name for host in sorted(hosts - spaces.keys()) for name in (host, f"www.{host}")]
        for name, found in zip(names, await asyncio.gather(*(look_up(name) for name in names)), strict=True):
            if addresses := list(found):
                spaces[name] = max(space_of(address) for address in addresses)
        return cls(scope=scope, spaces=spaces)

    @property
    def sieve(self) -> tuple[str, ...]:
        """Patterns of the URLs that must be shown to ``refuses``."""
        farthest = max(self.spaces.values(), default=Space.PUBLIC)
        return tuple(
            f"{scheme}://{pattern}{'' if pattern.endswith('*') else '*'}"
            for space, patterns in _SIEVE.items()
            if space < farthest
            for pattern in patterns
            for scheme in ("http", "https")
        )

    def leads_out(self, url: str) -> bool:
        """Whether a page must not be led there."""
        try:
            return not self.scope.holds(url)
        except ValueError:
            return True

    def refuses(self, url: str, *, page: str) -> bool:
        """Whether ``page`` must not load this, by what its host tells; names are looked up by the browser itself."""
        try:
            host = urlsplit(url).hostname
            if not host or netloc(url).removeprefix("www.") in self.scope.hosts:
                return False
            near = space_of_host(host)
        except ValueError:
            return True
        return near is not None and near < self.home(page)

    def home(self, page: str) -> Space:
        """Where the host of a page of the site lives."""
        return self.spaces.get(urlsplit(page).hostname or "", Space.PUBLIC)

    def is_strange(self, host: str, address: str) -> bool:
        """Whether a host of the site answered from nearer than it lives: its name was turned (DNS rebinding)."""
        return host in self.spaces and space_of(address) < self.spaces[host]


@implementer(IHostnameResolver)
class NameGuard:
    """Twisted's resolver, less the addresses at which a site's host must not be asked."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._walls: list[Wall] = []

    @classmethod
    def on(cls, reactor: Any) -> NameGuard:
        """The guard of a reactor, put up once."""
        if not isinstance(reactor.nameResolver, cls):
            reactor.installNameResolver(cls(reactor.nameResolver))
        guard: NameGuard = reactor.nameResolver
        return guard

    def watch(self, wall: Wall) -> None:
        """Keep the hosts of one more site."""
        self._walls.append(wall)

    def forget(self, wall: Wall) -> None:
        """The site is done."""
        self._walls.remove(wall)

    def resolveHostName(self, resolutionReceiver: Any, hostName: str, *args: Any, **options: Any) -> Any:
        """As Twisted asks."""
        sieve = _Sieve(resolutionReceiver, partial(self.is_strange, hostName))
        return self._inner.resolveHostName(sieve, hostName, *args, **options)

    def is_strange(self, host: str, address: str) -> bool:
        """Whether every site that has this host finds the address too near."""
        known = [wall for wall in self._walls if host in wall.spaces]
        return bool(known) and all(wall.is_strange(host, address) for wall in known)


def is_strange(host: str, address: str) -> bool:
    """For those who look names up without Twisted: what the guard of the running reactor says."""
    from twisted.internet import reactor

    guard = reactor.nameResolver
    return isinstance(guard, NameGuard) and guard.is_strange(host, address)


@implementer(IResolutionReceiver)
class _Sieve:
    def __init__(self, inner: Any, is_strange: Callable[[Any], bool]) -> None:
        self._inner = inner
        self._is_strange = is_strange

    def resolutionBegan(self, resolutionInProgress: Any) -> None:
        self._inner.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:
        if not self._is_strange(address.host):
            self._inner.addressResolved(address)

    def resolutionComplete(self) -> None:
        self._inner.resolutionComplete()
