"""Plain text, by lines: notes, logs, licences, and whatever another reader could not make sense of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.documents import Piece, Reader

#: A longer line is cut where a word ends, so that a place in it can be named.
LONG = 2_000
_BREAK = re.compile(r"\r\n|\r|\n")
_ENDS = " ;,{}"
_RULE = re.compile(r"\s*([A-Za-z-]{2,30})\s*:(.*)")


def lines(text: str) -> Iterator[Piece]:
    """Lines by number; of a long one, stretches by number of line and column. Nothing is lost between two."""
    before = ""
    for number, line in enumerate(_BREAK.split(text), start=1):
        if not line.strip():
            before = "\n\n" if before else ""
            continue
        start = 0
        while start < len(line):
            end = _end(line, start)
            at = f"L{number}:{start + 1}" if len(line) > LONG else f"L{number}"
            yield Piece(at=at, text=line[start:end], before=before if start == 0 else "")
            start = end
        before = "\n"


def _end(line: str, start: int) -> int:
    if len(line) - start <= LONG:
        return len(line)
    last = max(line.rfind(sign, start + LONG // 2, start + LONG) for sign in _ENDS)
    return last + 1 if last > 0 else start + LONG


class Plain(Reader):
    """Anything that is only text."""

    kind = "text"
    types = frozenset({"text/plain", "text/markdown"})
    suffixes = frozenset({"txt", "text", "log", "md"})

    def read(self, text: str, *, cut: bool) -> Iterator[Piece]:
        """Every line."""
        return lines(text)


class Script(Reader):
    """A script that pages load: its literals and comments, believed as little as those of a script in a page."""

    kind = "script"
    types = frozenset(
        {"text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript"}
        | {"application/ecmascript", "text/x-javascript"}
    )
    suffixes = frozenset({"js", "mjs"})
    where = "code"

    def read(self, text: str, *, cut: bool) -> Iterator[Piece]:
        """Every line: what is no literal holds no more numbers than one."""
        return lines(text)


class Robots(Reader):
    """robots.txt: paths that were to be kept from search engines, which anyone can read here."""

    kind = "robots"
    where = "robots"

    def read(self, text: str, *, cut: bool) -> Iterator[Piece]:
        """Paths as a person would read them; comments as they are."""
        from audits.privacy.masking import url_text  # what names files should not have to load all that finds values

        for piece in lines(text):
            said, mark, remark = piece.text.partition("#")
            rule = _RULE.match(said)
            if rule is None:
                yield Piece(at=piece.at, text=piece.text, before="\n\n", where="file")
                continue
            address = rule[2].strip()
            told = url_text(address)[1] if address.startswith("/") or urlsplit(address).scheme else address
            yield Piece(at=piece.at, text=told, before="\n\n")
            if mark:
                yield Piece(at=piece.at, text=remark, before="\n\n", where="file")
