"""Scrapy's HTTP handler with an end to what a server may say before it says anything, and to what it puts in memory.

A head has a largest size. A body whose request names a file (``meta["to_disk"]``, set when its head has come) goes
there as it comes; the answer's own body is then empty.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from scrapy.core.downloader.handlers import http11
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from twisted.web._newclient import HEADER, STATUS

#: Bytes of status lines and headers. Chromium gives up at the same size.
MAX_HEAD = 256 * 1024


class BoundedDownloadHandler(HTTP11DownloadHandler):
    """Ends a connection whose head does not: Twisted would keep all of it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        usual: Any = self._pool._factory

        class Bounded(usual):  # type: ignore[misc]
            def buildProtocol(self, addr: Any) -> Any:
                return _bound(super().buildProtocol(addr))

        self._pool._factory = Bounded


def _bound(protocol: Any) -> Any:
    received = protocol.dataReceived
    parser: Any = None
    head = 0

    def data_received(data: bytes) -> None:
        nonlocal parser, head
        if protocol._parser is not parser:
            parser, head = protocol._parser, 0
        if parser is not None and parser.state in (STATUS, HEADER):
            head += len(data)
            if head > MAX_HEAD:
                protocol.transport.abortConnection()
                return
        received(data)

    protocol.dataReceived = data_received
    return protocol


class _OnDisk:
    """What Scrapy takes for its buffer of a body."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, data: bytes) -> int:
        return self._file.write(data)

    def getvalue(self) -> bytes:
        self._file.close()
        return b""

    def truncate(self, size: int) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


class _Reader(http11._ResponseReader):
    """Reads a body into memory, or into the file that its request names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if path := self._request.meta.get("to_disk"):
            self._bodybuf = _OnDisk(path)  # type: ignore[assignment]


http11._ResponseReader = _Reader  # type: ignore[misc]
