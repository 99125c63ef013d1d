"""What an audit of less than whole sites was asked for. A run keeps it as a few words, the same for ever, which are
read here again: to say them in the reader's language, and to tell two choices of pages apart that say the same number.
"""

from __future__ import annotations

import re
from typing import Literal

from reports.text import Words

Kind = Literal["changed", "drawn", "again", "listed", "most"]
CHANGED: Kind = "changed"
DRAWN: Kind = "drawn"
INVENTORY = "an inventory: nothing audited"
_SAID: dict[Kind, str] = {
    "changed": "# pages that changed",
    "drawn": "# pages, of each kind one",
    "again": "# pages looked at again",
    "listed": "a list of # addresses",
    "most": "at most # pages a site",
}
#: Older runs, and one page, have the plural too: the words of a run are data.
_READ = {kind: re.compile(re.escape(said).replace(r"\#", r"(\d+)")) for kind, said in _SAID.items()}


def asked(kind: Kind, n: int) -> str:
    """The words that a run keeps."""
    return _SAID[kind].replace("#", str(n))


def is_choice(sample: str) -> bool:
    """Whether somebody named its pages: then those of another run with the same words are others."""
    read = _read(sample)
    return read is not None and read[0] != "most"


def said(sample: str, words: Words) -> str:
    """The same for people; words that are none of ours as they stand."""
    if sample == INVENTORY:
        return words.plain("sampled.inventory")
    read = _read(sample)
    return words.plain(f"sampled.{read[0]}", n=read[1]) if read else sample


def _read(sample: str) -> tuple[Kind, int] | None:
    found = ((kind, pattern.fullmatch(sample)) for kind, pattern in _READ.items())
    return next(((kind, int(match[1])) for kind, match in found if match), None)
