"""What tests of more than one room share: a real web server on this machine."""

import gc
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from scrapy.utils.reactor import install_reactor

from crawler import apart
from crawler.browser import pool
from crawler.settings import TWISTED_REACTOR
from handrail.wiring import JUDGING

sys.path.append(str(Path(__file__).parent))  # servers.py, pools.py, shells.py

from patience import make_patient

# Scrapy's download handlers bring another reactor when they are imported first, as a test of theirs does.
install_reactor(TWISTED_REACTOR)
make_patient(pool)

_context = apart._context


def _ready(imports):
    """What judges are forked from lives as long as this process: whoever comes first, it is made for all."""
    apart._context = _context
    return _context((*JUDGING, *imports))


apart._context = _ready


class Answers(ThreadingHTTPServer):
    """Answers by a table of path -> body, (status, headers, body), or a function of the handler."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64  # who is not let in at once comes again a second later

    def __init__(self, routes, host="127.0.0.1"):
        super().__init__((host, 0), _Handler)
        self.routes = routes
        self.seen = []
        self.asked = []  # (method, path)
        self.agents = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path
        self.server.seen.append(path)
        self.server.asked.append((self.command, path))
        self.server.agents.append(self.headers.get("User-Agent", ""))
        answer = self.server.routes.get(path, self.server.routes.get("*", (404, {}, "no")))
        if callable(answer):
            answer = answer(self)
            if answer is None:
                return
        if isinstance(answer, (str, bytes)):
            answer = (200, {}, answer)
        status, headers, body = answer
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        if not any(name.lower() == "content-type" for name in headers):
            self.send_header("Content-Type", "text/html; charset=utf-8")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    do_DELETE = do_PUT = do_POST

    def log_message(self, *args):
        """Quiet."""


def page(body, title="A page", lang="en"):
    """A whole, clean HTML page around ``body``."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Nothing that is imported and collected is garbage: to look for some takes a tenth of that time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items):
    """Files that take long come first, before them those that may take longest: at the end nobody waits for another."""
    marks, limits = {}, {}
    for item in items:
        marks.setdefault(item.path, set()).update(mark.name for mark in item.iter_markers())
        limit = item.get_closest_marker("timeout")
        limits[item.path] = max(limits.get(item.path, 0), limit.args[0] if limit else 0)
    items.sort(key=lambda item: (-limits[item.path], "slow" not in marks[item.path], "browser" not in marks[item.path]))


@pytest.fixture(scope="module", autouse=True)
def _pools():
    yield
    if (module := sys.modules.get("pools")) is not None:
        module.pools.close()


@pytest.fixture
def serve() -> Callable[..., Answers]:
    """``server = serve({"/": "<html>…"})``; all servers end with the test."""
    servers = []

    def start(routes, **options):
        servers.append(Answers(routes, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def clean_page():
    return page


@pytest.fixture(scope="module")
def serve_module():
    servers = []

    def start(routes, **options):
        servers.append(Answers(routes, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
