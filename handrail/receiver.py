"""A web hook on 127.0.0.1 that takes one resident's report at a time. A WSGI application: any server can carry it.

Who calls signs the body with a shared secret (HMAC-SHA256); TLS and the outside world are a proxy's business.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from handrail.feedback import BadReport, Kept, named

PATH = "/feedback"
SIGNATURE = "HTTP_X_HANDRAIL_SIGNATURE"
MOST_BYTES = 64_000
#: Bytes of a secret at the least.
SECRET_BYTES = 32
_STATUS = {
    200: "200 OK", 201: "201 Created", 400: "400 Bad Request", 401: "401 Unauthorized", 404: "404 Not Found",
    405: "405 Method Not Allowed", 411: "411 Length Required", 413: "413 Content Too Large",
    415: "415 Unsupported Media Type", 422: "422 Unprocessable Content", 429: "429 Too Many Requests",
    500: "500 Internal Server Error",
}  # fmt: skip


class Refused(Exception):
    """An answer other than yes, and what may be said of it."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Receiver:
    """``take`` is given the fields of a report; it keeps it, or raises BadReport."""

    def __init__(
        self,
        take: Callable[[Mapping[str, Any]], Kept],
        secret: bytes,
        *,
        per_minute: int = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._take = take
        self._secret = secret
        self._per_minute = per_minute
        self._clock = clock
        self._lately: deque[float] = deque()
        self._one_at_a_time = threading.Lock()

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
        try:
            status, told = self._answer(environ)
        except Refused as exc:
            status, told = exc.status, {"error": exc.why}
            headers += [("Retry-After", "60")] if status == 429 else [("Allow", "POST")] if status == 405 else []
        except Exception as exc:  # noqa: BLE001  # around one report; its message may quote it
            status, told = 500, {"error": type(exc).__name__}
        body = json.dumps(told).encode()
        start_response(_STATUS[status], [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        if environ.get("PATH_INFO") != PATH:
            raise Refused(404, f"reports go to {PATH}")
        if environ.get("REQUEST_METHOD") != "POST":
            raise Refused(405, "POST a report")
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
            raise Refused(415, "send application/json")
        length = str(environ.get("CONTENT_LENGTH") or "")
        if not length.isascii() or not length.isdigit():
            raise Refused(411, "say how long the body is")
        if int(length) > MOST_BYTES:
            raise Refused(413, f"{MOST_BYTES} bytes at the most")
        body = environ["wsgi.input"].read(int(length))
        given = str(environ.get(SIGNATURE, "")).encode("utf-8", "replace")
        if not hmac.compare_digest(given, signature(self._secret, body).encode()):
            raise Refused(401, "the signature is not the body's")
        with self._one_at_a_time:
            self._count()
            try:
                fields = json.loads(body)
            except (ValueError, RecursionError):
                raise Refused(400, "the body is no JSON") from None
            if not isinstance(fields, dict):
                raise Refused(400, "the body is no JSON object")
            try:
                kept = self._take(named(fields))
            except BadReport as exc:
                raise Refused(422, str(exc)) from None
        return (201, {"id": kept.ids[0]}) if kept.ids else (200, {"known": True})

    def _count(self) -> None:
        now = self._clock()
        while self._lately and self._lately[0] <= now - 60:
            self._lately.popleft()
        if len(self._lately) >= self._per_minute:
            raise Refused(429, f"{self._per_minute} reports a minute at the most")
        self._lately.append(now)


def signature(secret: bytes, body: bytes) -> str:
    """What stands in the header X-Handrail-Signature."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 16


class _Handler(WSGIRequestHandler):
    timeout = 10  # seconds for a caller that sends slowly

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a request line may hold anything."""


def server(app: Callable[..., Iterable[bytes]], port: int) -> WSGIServer:
    """A server for this machine alone; ``serve_forever`` starts it."""
    return make_server("127.0.0.1", port, app, server_class=_Server, handler_class=_Handler)
