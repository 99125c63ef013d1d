"""Serve the desk: one process of uvicorn, quiet, for so many at once."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from handrail.desk.app import make_app

if TYPE_CHECKING:
    from handrail.desk.office import Office

#: Requests at the same time; more are told to come again.
MOST_AT_ONCE = 512


def serve(office: Office, host: str, port: int, *, told: Callable[[str], object]) -> None:
    """Until Ctrl-C. ``told`` is given the address."""
    app = make_app(office)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)  # who reads the address below may come at once
        shown = f"[{host}]" if ":" in host else host
        told(office.policy.desk.url or f"http://{shown}:{listening.getsockname()[1]}/")
        try:
            uvicorn.Server(config(app)).run(sockets=[listening])
        finally:
            office.rechecks.close()


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
