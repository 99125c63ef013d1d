"""What Scrapy, Twisted and Playwright log names addresses and quotes errors, and both may hold a personal value.

Lines are text for people, or JSON for programs that collect logs.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

#: "json" or "text", for this process and those that it starts.
FORMAT = "HANDRAIL_LOG_FORMAT"

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


class JsonLines(logging.Formatter):
    """One JSON object a line. Behind ``Discreet``: of a message it takes what that left."""

    def format(self, record: logging.LogRecord) -> str:
        """As above."""
        moment = datetime.fromtimestamp(record.created, UTC)
        return _line(moment, record.levelname.lower(), {"logger": record.name, "message": record.getMessage()})


def as_json() -> bool:
    """Whether logs are for programs."""
    return os.environ.get(FORMAT) == "json"


def event(name: str, **told: Any) -> None:
    """A line about an audit, for programs alone. ``told``: keys, kinds and numbers, no words of a page."""
    if as_json():
        sys.stderr.write(_line(datetime.now(UTC), "info", {"event": name, **told}) + "\n")
        sys.stderr.flush()


def _line(moment: datetime, level: str, told: dict[str, Any]) -> str:
    return json.dumps({"time": moment.isoformat(timespec="milliseconds"), "level": level, **told}, ensure_ascii=False)


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
        if as_json():
            own.setFormatter(JsonLines())
        root.addHandler(own)
    try:
        yield
    finally:
        if own is not None:
            root.removeHandler(own)
