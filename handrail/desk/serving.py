"""Serve the desk: one process of uvicorn, quiet, for so many at once."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from handrail.desk.app import make_app

if TYPE_CHECKING:
    from handrail.desk.office import Office

#: Requests at the same time; more are told to come again.
MOST_AT_ONCE = 512


class CannotListen(Exception):
    """Another program listens there, or nobody may."""


def serve(office: Office, host: str, port: int, *, told: Callable[[str], object]) -> None:
    """Until Ctrl-C or SIGTERM. ``told`` is given the address."""
    app = make_app(office)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as exc:
            raise CannotListen(f"{host}, port {port}: {exc.strerror}") from None
        listening.listen(128)  # who reads the address below may come at once
        shown = f"[{host}]" if ":" in host else host
        told(office.policy.desk.url or f"http://{shown}:{listening.getsockname()[1]}/")
        with _ended_by_sigterm():
            try:
                _Server(config(app), office.rechecks.leave).run(sockets=[listening])
            finally:
                office.rechecks.close()


class _Server(uvicorn.Server):
    """Who watches something is let go first: an answer that goes on would be waited for, and then torn off."""

    def __init__(self, config: uvicorn.Config, leave: Callable[[], None]) -> None:
        super().__init__(config)
        self._leave = leave

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._leave()
        super().handle_exit(sig, frame)


class _Terminated(BaseException):
    pass


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """As by Ctrl-C. The server sends itself again the signal that ended it: the process would be gone before what the
    desk had begun was ended, and told in the log."""

    def terminated(*_: object) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, terminated)
    try:
        yield
    except _Terminated:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


def config(app: object) -> uvicorn.Config:
    """No line for each request: addresses may tell who looked at what. No word of who serves."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        lifespan="off",
    )
