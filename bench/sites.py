"""Build the sites that the benchmarks audit, from pages nobody here wrote, and serve them with nginx."""

from __future__ import annotations

import ctypes
import os
import platform
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote

PR_SET_PDEATHSIG = 1
BENCH = Path(__file__).parent.resolve()
WORK = BENCH / ".work"
ROOT = WORK / "root"
MODULES = BENCH / "node_modules"
#: Unpacked under bench/.work, never installed.
PACKAGES = (
    "nginx",
    "python3-doc",
    "python-django-doc",
    "debian-handbook",
    "apache2-doc",
    "libjs-bootstrap5-doc",
    "libjs-bootstrap5",
    "libjs-jquery-ui-docs",
    "libjs-jquery-ui",
    "node-requirejs",
    "libadwaita-1-doc",
    "libjs-jquery",
    "libjs-sphinxdoc",
    "libjs-underscore",
)
#: Larger files are reference tables of a size that no city's page has; one would outweigh the other pages together.
LARGEST = 200_000
#: GOV.UK's fixtures are the insides of <main>; this is the page that its documentation tells people to put around them.
GOVUK_PAGE = """<!DOCTYPE html>
<html lang="en" class="govuk-template">
<head><meta charset="utf-8"><title>{title} - GOV.UK</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<link rel="stylesheet" href="/govuk-frontend.min.css"></head>
<body class="govuk-template__body">
<script>document.body.className += ' js-enabled' + ('noModule' in HTMLScriptElement.prototype
  ? ' govuk-frontend-supported' : '');</script>
<a href="#main-content" class="govuk-skip-link" data-module="govuk-skip-link">Skip to main content</a>
<div class="govuk-width-container"><main class="govuk-main-wrapper" id="main-content">
{fixture}
</main></div>
<script type="module">import {{ initAll }} from '/govuk-frontend.min.js'; initAll();</script>
</body>
</html>
"""
#: Bootstrap's examples are Hugo sources; this is what their layout makes of them.
BOOTSTRAP_PAGE = """<!doctype html>
<html lang="{lang}" dir="{direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Bootstrap v5.2</title>
<link href="/dist/css/bootstrap.min.css" rel="stylesheet">
{styles}</head>
<body class="{body_class}">
{content}
<script src="/dist/js/bootstrap.bundle.min.js"></script>
{scripts}</body>
</html>
"""
BOOTSTRAP_SHORTCODES = (
    (r"\{\{< year >\}\}", "2022"),
    (r"\{\{< param docs_version >\}\}", "5.2"),
    (r'\{\{< docsref "([^"]*)" >\}\}', r"/docs/5.2\1"),
    (r"\{\{< example[^>]*>\}\}", '<div class="bd-example">'),
    (r"\{\{< /example >\}\}", "</div>"),
    (
        r'\{\{< placeholder width="([^"]*)" height="([^"]*)" background="([^"]*)" color="([^"]*)"'
        r'(?: class="([^"]*)")?(?: text="([^"]*)")?[^>]*>\}\}',
        r'<svg class="bd-placeholder-img \5" width="\1" height="\2" xmlns="http://www.w3.org/2000/svg" role="img" '
        r'aria-label="Placeholder: \6"><title>Placeholder</title><rect width="100%" height="100%" fill="\3"/>'
        r'<text x="50%" y="50%" fill="\4" dy=".3em">\6</text></svg>',
    ),
)
NGINX = """daemon off;
{user}
worker_processes 1;
pid {work}/nginx.pid;
error_log {work}/nginx.log error;
events {{ worker_connections 512; }}
http {{
  types {{
    text/html html; text/css css; text/javascript js mjs; application/json json map; image/svg+xml svg; image/png png;
    image/gif gif; image/jpeg jpg jpeg; image/x-icon ico; font/woff2 woff2; font/woff woff; text/plain txt;
    text/xml xml;
  }}
  default_type application/octet-stream;
  map $status $missing {{ 404 1; default 0; }}
  log_format missing '$http_host $request_uri $http_referer';
  access_log {work}/missing.log missing if=$missing;
  client_body_temp_path {work}/nginx-body;
  proxy_temp_path {work}/nginx-proxy;
  fastcgi_temp_path {work}/nginx-fastcgi;
  uwsgi_temp_path {work}/nginx-uwsgi;
  scgi_temp_path {work}/nginx-scgi;
  charset utf-8;
{servers}}}
"""
SERVER = "  server {{ listen 127.0.0.1:{port}; root {root}; index index.html; }}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One served folder. ``speed``: its pages ``below`` that folder have scripts and are for comparing tools."""

    name: str
    root: Path
    below: str = ""
    start: str = "/"
    speed: bool = True

    def pages(self) -> list[str]:
        """The paths of its HTML files that run scripts and are no larger than a city's page, sorted."""
        found = []
        for file in sorted((self.root / self.below).rglob("*.html")):
            if file.stat().st_size <= LARGEST and re.search(rb"<script\b", file.read_bytes()):
                found.append("/" + file.relative_to(self.root).as_posix())
        return found


@cache
def build() -> tuple[Site, ...]:
    """Fetch, unpack and wrap whatever is not there yet."""
    _unpack()
    _govuk()
    _bootstrap()
    _ibm()
    doc = ROOT / "usr/share/doc"
    return (
        Site(name="python", root=min(doc.glob("python3.*/html"))),
        Site(name="django", root=doc / "python-django-doc/html"),
        Site(name="apache", root=doc / "apache2-doc/manual", start="/en/"),
        Site(name="bootstrap", root=WORK / "bootstrap"),
        Site(name="jquery-ui", root=ROOT, below="usr/share/doc/libjs-jquery-ui-docs/examples"),
        Site(name="adwaita", root=doc / "libadwaita-1"),
        Site(name="govuk", root=WORK / "govuk"),
        Site(name="dsfr", root=MODULES / "@gouvfr/dsfr", below="example", start="/example/", speed=False),
        Site(name="handbook", root=doc / "debian-handbook/html", start="/en-US/", speed=False),
        Site(name="ibm-rules", root=WORK / "ibm-rules", speed=False),
    )


def versions() -> dict[str, str]:
    """Package -> version, of everything that pages come from."""
    names = sorted(unquote(path.stem) for path in (WORK / "debs").glob("*.deb"))
    return dict(name.split("_")[:2] for name in names)


def _unpack() -> None:
    debs = WORK / "debs"
    debs.mkdir(parents=True, exist_ok=True)
    stamp = debs / "unpacked"
    if stamp.is_file() and stamp.read_text() == " ".join(PACKAGES):
        return
    shutil.rmtree(ROOT, ignore_errors=True)
    for old in debs.glob("*.deb"):
        old.unlink()
    named = subprocess.run(["apt-cache", "depends", "python3-doc"], capture_output=True, text=True, check=True).stdout
    wanted = [*PACKAGES, *re.findall(r"Depends: (python3\.\d+-doc)", named)]
    if not shutil.which("chromedriver"):
        wanted.append("chromium-driver")
    fetch = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", *wanted]
    if subprocess.run(fetch, cwd=debs).returncode != 0:
        raise SystemExit("the pages come from Debian packages: run 'apt-get update', then once more")
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["dpkg", "-x", deb, ROOT], check=True)
    # jQuery UI's demos ask for it there; those that need what Debian does not package stay blank for ever.
    for demo in (ROOT / "usr/share/doc/libjs-jquery-ui-docs/examples").rglob("*.html"):
        if "external/" in demo.read_text("utf-8"):
            demo.unlink()
    (ROOT / "usr/share/nodejs/require.js").symlink_to("requirejs/require.js")
    stamp.write_text(" ".join(PACKAGES))


def _govuk() -> None:
    package, site = MODULES / "govuk-frontend/dist/govuk", WORK / "govuk"
    if site.is_dir():
        return
    shutil.copytree(package / "assets", site / "assets")
    for name in ("govuk-frontend.min.css", "govuk-frontend.min.js"):
        shutil.copy(package / name, site)
    for fixture in sorted(package.rglob("template-*.html")):
        name = f"{fixture.parent.name}-{fixture.stem.removeprefix('template-')}"
        page = GOVUK_PAGE.format(title=name.replace("-", " ").capitalize(), fixture=fixture.read_text("utf-8"))
        (site / f"{name}.html").write_text(page, "utf-8")


def _bootstrap() -> None:
    share, site = ROOT / "usr/share", WORK / "bootstrap"
    if site.is_dir():
        return
    shutil.copytree(share / "doc/libjs-bootstrap5/examples", site)
    shutil.copytree(share / "javascript/bootstrap5", site / "dist")
    for file in site.glob("*/index.html"):
        page = _hugo(file.read_text("utf-8"))
        if page:
            file.write_text(page, "utf-8")
        else:
            file.unlink()


def _hugo(source: str) -> str:
    """The page that Hugo would make of an example; "" where it asks for data that the package does not hold."""
    _, front, content = source.split("---\n", 2)
    for pattern, html in BOOTSTRAP_SHORTCODES:
        content = re.sub(pattern, html, content)
    if "{{" in content:
        return ""

    def own(key: str, default: str = "") -> str:
        found = re.search(rf"^{key}: \"?([^\"\n]*)", front, re.MULTILINE)
        return found.group(1) if found else default

    styles = "".join(f'<link href="{name}" rel="stylesheet">\n' for name in re.findall(r'- "([^"]+\.css)"', front))
    scripts = "".join(f'<script src="{name}"></script>\n' for name in re.findall(r'- src: "(?!http)([^"]+)"', front))
    direction = own("direction", "ltr")
    return BOOTSTRAP_PAGE.format(
        lang="ar" if direction == "rtl" else "en",
        direction=direction,
        title=own("title"),
        body_class=own("body_class"),
        styles=styles,
        scripts=scripts,
        content=content,
    )


def _ibm() -> None:
    """IBM's checker fetches its rules from a server; here it is ours."""
    rules = WORK / "ibm-rules"
    if rules.is_dir():
        return
    scripts = rules / "archives/latest/js"
    scripts.mkdir(parents=True)
    for name in ("ace.js", "ace-node.js"):
        shutil.copy(MODULES / "accessibility-checker-engine" / name, scripts)
    shutil.copy(MODULES / "accessibility-checker-engine/archives.json", rules)


@contextmanager
def served(*more: Site) -> Iterator[dict[str, str]]:
    """Every site on a port of its own on 127.0.0.1: name -> origin."""
    sites = [*build(), *more]
    with _nginx({site.name: site.root for site in sites}) as origins:
        yield origins


@contextmanager
def _nginx(roots: dict[str, Path]) -> Iterator[dict[str, str]]:
    ports = dict(zip(roots, _free_ports(len(roots)), strict=True))
    config = WORK / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    servers = "".join(SERVER.format(port=ports[name], root=root) for name, root in roots.items())
    config.write_text(NGINX.format(user=user, work=WORK, servers=servers))
    command: list[str | Path] = [ROOT / "usr/sbin/nginx", "-p", WORK, "-c", config, "-e", WORK / "nginx.log"]
    server = subprocess.Popen(command, preexec_fn=_end_with_parent)  # no thread runs yet
    try:
        for port in ports.values():
            _wait_for(port, server)
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    finally:
        server.send_signal(signal.SIGQUIT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def _end_with_parent() -> None:
    """A benchmark that is killed leaves no server behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [sock.getsockname()[1] for sock in held]
    finally:
        for sock in held:
            sock.close()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if server.poll() is not None:
            raise SystemExit(f"nginx ended with {server.returncode}; see {WORK / 'nginx.log'}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nginx does not answer on port {port}")


def choose(sites: Sequence[Site], origins: dict[str, str], *, count: int, seed: int) -> list[str]:
    """``count`` pages with scripts, the same number from every site, mixed."""
    chance = random.Random(seed)
    pools = [(origins[site.name], site.pages()) for site in sites if site.speed]
    for _, paths in pools:
        chance.shuffle(paths)
    turns = [origin + paths[turn] for turn in range(count) for origin, paths in pools if turn < len(paths)]
    chosen = turns[:count]
    chance.shuffle(chosen)
    return chosen


def chromedriver() -> str:
    """Debian's, installed or unpacked."""
    return shutil.which("chromedriver") or str(ROOT / "usr/bin/chromedriver")


def node() -> Path:
    """The Node that all npm tools run on."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return MODULES / f"node-linux-{machine}/bin/node"
