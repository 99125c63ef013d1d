"""What Scrapy, Twisted and Playwright log names addresses and quotes errors, and both may hold a personal value."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_ADDRESS = re.compile(r"(https?://)(?:[^/\s<>\"'?#@]*@)?([^/\s<>\"'?#]+)[^\s<>\"']*")


class Discreet(logging.Filter):
    """Cuts addresses to their host, messages to their first line, and errors to their type."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, without what must not be told."""
        record.msg = _ADDRESS.sub(r"\1\2/…", record.getMessage().partition("\n")[0])
        record.args = None
        if record.exc_info and record.exc_info[0]:
            record.msg += f" ({record.exc_info[0].__name__})"
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def hush() -> None:
    """Make every log handler of this process discreet."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, Discreet) for known in handler.filters):
            handler.addFilter(Discreet())


@contextmanager
def on_standard_error(level: int = logging.WARNING) -> Iterator[None]:
    """Log discreetly to standard error, where nobody else has set up logging."""
    root = logging.getLogger()
    own = None
    if not root.handlers:
        own = logging.StreamHandler(sys.stderr)
        own.setLevel(level)
        own.addFilter(Discreet())
        root.addHandler(own)
    try:
        yield
    finally:
        if own is not None:
            root.removeHandler(own)
