"""Scrapy's HTTP handler with an end to what a server may say before it says anything: a head has a largest size."""

from __future__ import annotations

from typing import Any

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
