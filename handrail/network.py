"""How each site is reached: what handrail.toml says, with the environment's secrets. Read at every start."""

from __future__ import annotations

import base64
import os
import ssl
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.network import ClientCertificate, Network, Proxy, authorities, own_origins, tls_context
from handrail.config import ConfigError, Policy, Site
from handrail.config import Network as Table
from handrail.values import FROM_ENVIRONMENT


def networks(policy: Policy, keys: Iterable[str], environ: Mapping[str, str] | None = None) -> dict[str, Network]:
    """Of these sites, by key. Raises ConfigError that names the variable or file that is missing, never its value."""
    found = {}
    for key in keys:
        try:
            found[key] = _network(policy, policy.sites[key], os.environ if environ is None else environ)
        except ConfigError as exc:
            raise ConfigError(f"sites.{key}: {exc}") from None
    return found


def ca_files(policy: Policy, keys: Iterable[str]) -> tuple[str, ...]:
    """The authorities that any of these sites needs: the browser knows no sites."""
    found = (_merged(policy.network, policy.sites[key].network)["ca_file"] for key in keys)
    return tuple(dict.fromkeys(file for file in found if file))


def _network(policy: Policy, site: Site, environ: Mapping[str, str]) -> Network:
    table = _merged(policy.network, site.network)
    headers = {name: _header(name, said, environ) for name, said in site.network.headers.items()}
    cookies: dict[str, str] = {}
    if site.auth:
        kind = policy.auth[site.auth].kind
        if kind == "cookie":
            cookies[policy.auth[site.auth].cookie] = _secret(f"HANDRAIL_AUTH_{_upper(site.auth)}_TOKEN", environ)
        else:
            headers["Authorization"] = _authorization(kind, site.auth, environ)
    network = Network(
        proxy=_proxy(table, environ),
        ca_file=table["ca_file"],
        client_certificates=tuple(
            ClientCertificate(
                origin=one.origin,
                certificate=one.certificate,
                key=one.key,
                passphrase=environ.get(f"HANDRAIL_CERTIFICATE_{_upper(name)}_PASSPHRASE", ""),
            )
            for name, one in table["client_certificates"].items()
        ),
        own=own_origins(site.start, site.hosts),
        headers=tuple(headers.items()),
        cookies=tuple(cookies.items()),
    )
    _try_files(network, tuple(table["client_certificates"]))
    return network


def _merged(general: Table, own: Table) -> dict[str, Any]:
    """Key by key: what a site says goes before what holds for all."""
    table = {name: getattr(general, name) for name in Table.model_fields}
    return table | {name: getattr(own, name) for name in own.model_fields_set if name in table}


def _proxy(table: Mapping[str, Any], environ: Mapping[str, str]) -> Proxy | None:
    server, direct = table["proxy"], tuple(table["no_proxy"])
    user = password = ""
    if server == "environment":
        server, user, password = _proxy_of_environment(environ)
        direct += tuple(_variable("no_proxy", environ).replace(",", " ").split())
    if not server:
        if table["proxy_auth"] and table["proxy"] != "environment":
            raise ConfigError(f'proxy_auth = "{table["proxy_auth"]}" goes with a proxy; name one, or leave it out')
        return None
    if name := table["proxy_auth"]:
        user = _secret(f"HANDRAIL_PROXY_{_upper(name)}_USER", environ)
        password = _secret(f"HANDRAIL_PROXY_{_upper(name)}_PASSWORD", environ)
    if user and server.startswith("socks5:"):
        raise ConfigError(
            "Chromium cannot sign in to a SOCKS5 proxy: use an HTTP proxy, or one that lets this machine in without a "
            "password (and leave out proxy_auth)"
        )
    return Proxy(server=server, user=user, password=password, direct=direct)


def _proxy_of_environment(environ: Mapping[str, str]) -> tuple[str, str, str]:
    """(server, user, password). Chromium takes one proxy for both schemes, so must we."""
    named = {variable: _variable(variable, environ) for variable in ("https_proxy", "http_proxy")}
    found = {value for value in named.values() if value} or {_variable("all_proxy", environ)} - {""}
    if not found:
        return "", "", ""
    if len(found) > 1:
        raise ConfigError(
            'proxy = "environment": HTTPS_PROXY and HTTP_PROXY name different proxies, and a browser takes one; '
            "name the proxy in [network]"
        )
    value = found.pop()
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        port = parts.port
    except ValueError:
        port = None
    scheme = {"socks5h": "socks5"}.get(parts.scheme, parts.scheme) if port else ""
    if scheme not in ("http", "https", "socks5") or not parts.hostname:
        # The value may hold a password.
        raise ConfigError('proxy = "environment": HTTPS_PROXY or HTTP_PROXY is not like http://proxy.city.example:3128')
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{scheme}://{host}:{port}", unquote(parts.username or ""), unquote(parts.password or "")


def _variable(name: str, environ: Mapping[str, str]) -> str:
    """Both spellings are in use; small letters go first, as with curl."""
    return environ.get(name) or environ.get(name.upper(), "")


def _authorization(kind: str, name: str, environ: Mapping[str, str]) -> str:
    if kind == "bearer":
        return f"Bearer {_secret(f'HANDRAIL_AUTH_{_upper(name)}_TOKEN', environ)}"
    variable = f"HANDRAIL_AUTH_{_upper(name)}_USER"
    user = _secret(variable, environ)
    if ":" in user:
        raise ConfigError(f"{variable}: a user name cannot hold a colon")
    password = _secret(f"HANDRAIL_AUTH_{_upper(name)}_PASSWORD", environ, plain=False)
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _header(name: str, said: str, environ: Mapping[str, str]) -> str:
    if found := FROM_ENVIRONMENT.fullmatch(said):
        return _secret(found[1], environ, why=f"the header {name!r} takes its value from there")
    return said


def _secret(variable: str, environ: Mapping[str, str], *, why: str = "", plain: bool = True) -> str:
    """The value; the error names the variable only. ``plain``: what a header can carry as it is."""
    value = environ.get(variable, "")
    if not value:
        raise ConfigError(f"the environment variable {variable} is not set" + (f"; {why}" if why else ""))
    if plain and not (value.isascii() and value.isprintable()):
        raise ConfigError(f"the environment variable {variable} must hold plain text on one line")
    return value


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")


def _try_files(network: Network, names: tuple[str, ...]) -> None:
    """Better now than at the first page."""
    if network.ca_file:
        try:
            authorities(network.ca_file)
            tls_context(network.ca_file)
        except OSError as exc:
            raise ConfigError(f"ca_file {network.ca_file}: {exc.strerror or 'cannot be used'}") from None
        except ValueError:
            raise ConfigError(f"ca_file {network.ca_file}: holds no certificate in PEM form") from None
    for name, one in zip(names, network.client_certificates, strict=True):
        where = f"client_certificates.{name}"
        for path in (one.certificate, one.key):
            if not Path(path).is_file():
                raise ConfigError(f"{where}: there is no file {path}")
        try:
            tls_context(certificate=one)
        except ssl.SSLError:
            variable = f"HANDRAIL_CERTIFICATE_{_upper(name)}_PASSPHRASE"
            said = "does not open the key" if one.passphrase else "is not set, if the key has a passphrase"
            raise ConfigError(f"{where}: certificate and key do not go together, or {variable} {said}") from None
        except OSError as exc:
            raise ConfigError(f"{where}: {exc.strerror or 'cannot be read'}") from None
