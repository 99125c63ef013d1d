"""Show a folder of reports on this machine alone, and say when it changes.

A page of reports runs no script. So the page that watches is another one: it holds the report in a frame, and loads it
again when the folder has changed.
"""

from __future__ import annotations

import os
import re
import threading
import time
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

#: The page that watches, and what it listens to.
WATCH, CHANGES = "/-/", "/-/changes"
#: What is written last, or in one step, when a report is written: whoever sees these change sees it whole.
_MARKS = ("latest", "index.html", "report.json")
_HOSTS = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d+)?", re.IGNORECASE)
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".sarif": "application/json",
    ".jsonld": "application/ld+json",
    ".yaml": "application/yaml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Handrail: report, watched</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>html,body{height:100%;margin:0}iframe{border:0;width:100%;height:100%;display:block}</style></head>
<body><iframe src="/" title="Report"></iframe><script>
new EventSource("/-/changes").onmessage = () => document.querySelector("iframe").contentWindow.location.reload();
</script></body></html>"""


def state_of(folder: Path) -> tuple[Any, ...]:
    """What changes when a report in the folder is written again."""
    found: list[Any] = []
    for name in _MARKS:
        path = folder / name
        try:
            told = path.stat()
            found.append((told.st_ino, told.st_mtime_ns, os.readlink(path) if path.is_symlink() else ""))
        except OSError:
            found.append(None)
    return tuple(found)


class Shower(ThreadingHTTPServer):
    """Serves one folder on 127.0.0.1. ``every``: seconds between two looks at it."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, folder: Path, port: int = 0, *, every: float = 1.0) -> None:
        self.folder = folder.resolve()
        self.every = every
        self.ended = threading.Event()
        super().__init__(("127.0.0.1", port), _Handler)

    def server_close(self) -> None:
        self.ended.set()
        super().server_close()


class _Handler(SimpleHTTPRequestHandler):
    server: Shower
    protocol_version = "HTTP/1.0"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **_KINDS}
        super().__init__(*args, directory=str(args[2].folder), **kwargs)

    def do_GET(self) -> None:
        if self._refused():
            return
        path = urlsplit(self.path).path
        if path == WATCH:
            self._watching()
        elif path == CHANGES:
            self._changes()
        else:
            super().do_GET()

    def do_HEAD(self) -> None:
        if not self._refused():
            super().do_HEAD()

    def _refused(self) -> bool:
        """Another name for this machine is somebody else's page. The register is for its owner, and every user of the
        machine can ask here."""
        if not _HOSTS.fullmatch(self.headers.get("Host", "")):
            self.send_error(HTTPStatus.FORBIDDEN)
            return True
        names = unquote(urlsplit(self.path).path).split("/")
        if "restricted" in (name.lower() for name in names) or any(name.startswith(".") for name in names):
            self.send_error(HTTPStatus.NOT_FOUND)
            return True
        return False

    def _watching(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    def _changes(self) -> None:
        """An event for each change, a comment now and then so that who left is noticed."""
        # Before the answer: whoever has it is told of every change from then on.
        seen, quiet = state_of(self.server.folder), time.monotonic()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while not self.server.ended.wait(self.server.every):
                now = state_of(self.server.folder)
                if now != seen:
                    seen, quiet = now, time.monotonic()
                    self.wfile.write(b"data: changed\n\n")
                elif time.monotonic() - quiet > 15:
                    quiet = time.monotonic()
                    self.wfile.write(b": still here\n\n")
                self.wfile.flush()
        except OSError:
            return  # the page was closed

    def list_directory(self, path: Any) -> None:
        """A folder without a page is nothing to look at."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "frame-ancestors 'self'")
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Quiet: addresses may tell who looked at what."""
