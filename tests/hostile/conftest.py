"""A web server that keeps no rules, and an audit of what it serves: real sockets, real Chromium, real store."""

import datetime
import ipaddress
import os
import random
import socket
import ssl
import subprocess
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crawler.browser.pool import BrowserConfig
from crawler.job import SiteJob
from crawler.judge import JudgeConfig
from crawler.process import run_sites
from crawler.scope import Scope
from handrail.wiring import JUDGING, Guard, Parts, axe_source, build_judge
from reports.store.records import RunRecord, SiteRecord
from reports.store.store import Store

SECRET = bytes(range(32))


@dataclass
class Asked:
    """One request, as it came."""

    path: str
    headers: dict
    web: "Web"


class Web:
    """Answers by a table of path -> page, bytes for the wire, (status, headers, body), or a function.

    A function is given the socket and what was asked; it writes for itself, or returns one of the others.
    """

    def __init__(self, routes, *, host="127.0.0.1", tls=None):
        self.routes = dict(routes)
        self.seen = defaultdict(list)
        self._tls = tls
        self._socket = socket.create_server((host, 0), backlog=512)
        self.host = host
        self.port = self._socket.getsockname()[1]
        self.origin = f"{'https' if tls else 'http'}://{host}:{self.port}"
        self.closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path="/"):
        return self.origin + path

    def close(self):
        self.closed = True
        self._socket.close()

    def _accept(self):
        while not self.closed:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            connection.settimeout(30)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            reader = connection.makefile("rb")
            while self._answer(connection, reader):
                pass
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def _answer(self, connection, reader):
        line = reader.readline(65536)
        if line.count(b" ") != 2:  # over, or cut off
            return False
        path = line.split(b" ")[1].decode("latin-1")
        headers = {}
        while (header := reader.readline(65536)) not in (b"\r\n", b"\n", b""):
            name, _, value = header.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        self.seen[path].append(headers)
        answer = self.routes.get(path.partition("?")[0], self.routes.get("*"))
        if callable(answer):
            answer = answer(connection, Asked(path, headers, self))
        if answer is None:
            if path.partition("?")[0] in self.routes:
                return False
            answer = (404, {}, "<!doctype html><title>Nothing here</title>")
        if isinstance(answer, bytes):
            connection.sendall(answer)
            return False
        connection.sendall(message(answer))
        return True


def message(answer):
    """An answer as bytes: a page, or (status, headers, body)."""
    status, headers, body = (200, {}, answer) if isinstance(answer, str) else answer
    body = body.encode() if isinstance(body, str) else body
    own = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
    lines = [f"HTTP/1.1 {status} {'X' * 2}"]
    lines += [f"{name}: {value}" for name, value in own.items() if name.lower() not in map(str.lower, headers)]
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def certificate(folder, *, names=("127.0.0.1",), days=(-1, 30)):
    """A server's TLS context with a certificate that nobody signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    alternatives = [
        x509.IPAddress(ipaddress.ip_address(known)) if known[0].isdigit() else x509.DNSName(known) for known in names
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=days[0]))
        .not_valid_after(now + datetime.timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{x509.random_serial_number()}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@dataclass
class Audit:
    """What an audit left in the store."""

    ended: object
    seconds: float = 0
    megabytes: float = 0  # that this process grew by, at its highest
    pages: dict = field(default_factory=dict)  # URL -> PageRecord
    found: dict = field(default_factory=lambda: defaultdict(set))  # URL -> {(rule, selector)} of failures
    exposed: dict = field(default_factory=lambda: defaultdict(set))  # URL -> rules about personal information
    broken: dict = field(default_factory=lambda: defaultdict(set))  # URL -> rules that could not run
    worked: dict = field(default_factory=dict)  # URL -> seconds from lease to result


class Clocked(Store):
    """The store, noting how long each page was worked on."""

    def lease(self, *args, **options):
        leases = super().lease(*args, **options)
        self.began |= {lease.url: time.monotonic() for lease in leases}
        return leases

    def finish(self, lease, result):
        self.worked[lease.url] = time.monotonic() - self.began[lease.url]
        return super().finish(lease, result)


class Memory(threading.Thread):
    """By how much the resident memory of this process grows while the block runs, at its highest, in megabytes.

    What it held before is the tests': all of them may have been read.
    """

    def __init__(self):
        super().__init__(daemon=True)
        self.highest = 0.0
        self._before = self._now()
        self._done = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc_info):
        self._done.set()

    def run(self):
        while not self._done.wait(0.5):
            self.highest = max(self.highest, self._now() - self._before)

    @staticmethod
    def _now():
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, check=False).stdout
        return int(told or 0) / 1024


def descendants():
    """{process id: command} of everything that this process started, and what that started."""
    told = subprocess.run(
        ["ps", "-axww", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    ).stdout
    rows = [fields for line in told.splitlines() if len(fields := line.split(None, 2)) == 3]
    found, before = {}, {str(os.getpid())}
    while before:
        children = [(pid, command) for pid, parent, command in rows if parent in before and "ps -axww" not in command]
        found |= {int(pid): command for pid, command in children}
        before = {pid for pid, _ in children}
    return found


@pytest.fixture(scope="session")
def clocked():
    return Clocked


@pytest.fixture(scope="session")
def processes():
    return descendants


LIMITS = {
    "slots": 2,
    "navigation_limit": 60.0,
    "quiet_limit": 3.0,
    "page_limit": 300.0,
    "acting_limit": 120.0,
    "grace": 20.0,
}


def parts():
    return Parts(secret=SECRET)


@pytest.fixture(scope="session")
def audit(tmp_path_factory):
    """``audit({"site": (start, ...)}, hosts=...)``: run it all, return what the store holds."""

    def run(sites, *, hosts=(), browser=None, judge=None, folder=None, store_of=Clocked, ready=None, **job):
        folder = folder or tmp_path_factory.mktemp("audit")
        own = parts()
        store = store_of.open(folder / "store.sqlite", guard=Guard(own), rules=own.rules)
        store.began, store.worked = {}, {}
        with store:
            begin(store, sites)
            jobs = [
                SiteJob(
                    run_id="run",
                    site=key,
                    start=tuple(starts),
                    store=store,
                    **{"timeout": 30.0, "scope": Scope.of(tuple(starts), hosts=tuple(hosts)), **job},
                )
                for key, starts in sites.items()
            ]
            began = time.monotonic()
            with Memory() as memory:
                ended = run_sites(
                    jobs,
                    browser=BrowserConfig(axe_source=axe_source(), **{**LIMITS, **(browser or {})}),
                    judge=JudgeConfig(
                        build=build_judge, arguments={"secret": SECRET}, imports=JUDGING, **(judge or {})
                    ),
                    on_ready=ready,
                )
            audit = Audit(ended=ended, seconds=time.monotonic() - began, megabytes=memory.highest, worked=store.worked)
            return told(store, sites, audit)

    return run


def begin(store, sites):
    now = datetime.datetime.now(datetime.UTC)
    store.begin_run(
        RunRecord(
            id="run",
            started=now,
            finished=None,
            state="running",
            trigger="person",
            tool_version="0",
            engines={},
            browser="",
            config_sha256="",
            rules_sha256="",
        )
    )
    for key, starts in sites.items():
        store.begin_site(
            SiteRecord(
                run_id="run",
                key=key,
                host=starts[0],
                name_en=key,
                name_fr=key,
                owner="",
                contact="",
                vendor="",
                profile="wcag22-aa",
                authorization={},
                robots_override="",
                state="running",
            )
        )


def told(store, sites, audit):
    for key in sites:
        for page in store.page_outcomes("run", key):
            audit.pages[page.url] = page
    for line in store.findings("run"):
        if line["record"] == "finding" and line["rule"].startswith("pii/"):
            audit.exposed[line["url"]].add(line["rule"])
        elif line["record"] == "finding" and line["verdict"] == "fail":
            audit.found[line["url"]].add((line["rule"], line["selector"]))
        elif line["record"] == "outcome" and line["verdict"] == "error":
            audit.broken[line["url"]].add(line["rule"])
    return audit


@pytest.fixture(scope="session")
def web():
    """``web(routes)``: a server that ends with the tests."""
    servers = []

    def start(routes, **options):
        servers.append(Web(routes, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def tls(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("tls")
    return lambda **options: certificate(folder, **options)


@pytest.fixture(scope="session")
def planted():
    """What each page is found to have: a picture without words, and a social insurance number of nobody."""
    chance = random.Random(20261123)
    digits = [9, *(chance.randrange(10) for _ in range(7))]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    number = "".join(map(str, [*digits, -(sum(digits[0::2]) + doubled) % 10]))
    picture = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="
    return f'<img id="planted" src="{picture}"/><p>SIN: {number[:3]} {number[3:6]} {number[6:]}</p>'
