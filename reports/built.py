"""What a site's pages were made of: an audit of one site leaves the pages of the others as they lie.

Anything else than what is recorded, in the data, in this package, or in the files themselves, and they are made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

STAMP = ".built.json"
#: The hash of each file, by its name in the report folder: no times, so that the same report is the same folder.
Lying = dict[str, str]


def key_of(*parts: Any) -> str:
    """One hash of plain data."""
    told = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(told.encode()).hexdigest()


class Built:
    """What lies in a report folder, and of what it was made. ``contents``: by a site's folder, what it is made of now.

    ``kept`` False: nothing is known of the folder, and nothing is noted.
    """

    def __init__(self, out_dir: Path, contents: Mapping[str, str], *, kept: bool) -> None:
        self._out = out_dir
        self._contents = contents
        self._kept = kept
        self._made = {folder: one for folder, one in _read(out_dir).items() if folder in contents} if kept else {}

    def is_of(self, folder: str) -> bool:
        """Whether what lies there was made of the same data."""
        return folder in self._made and self._made[folder]["content"] == self._contents[folder]

    def lies(self, folder: str, rest: str) -> bool:
        """Whether all of it lies there as it would be made. ``rest``: what it is made of besides the site's data."""
        if not self.is_of(folder) or self._made[folder]["rest"] != rest:
            return False
        there: Lying = self._made[folder]["files"]
        return bool(there) and there == _lying(self._out, map(self._out.joinpath, there))

    def note(self, folder: str, rest: str, paths: Iterable[Path]) -> None:
        """It was made now."""
        self._made[folder] = {"content": self._contents[folder], "rest": rest, "files": _lying(self._out, paths)}

    def stamp(self) -> str:
        """For the next time."""
        return json.dumps({"sites": self._made}, indent=1, sort_keys=True) + "\n"


def _lying(out: Path, paths: Iterable[Path]) -> Lying:
    found = {}
    for path in paths:
        if path.is_file():
            found[path.relative_to(out).as_posix()] = sha256(path.read_bytes()).hexdigest()
    return found


def _read(out: Path) -> dict[str, Any]:
    try:
        told = json.loads((out / STAMP).read_text("utf-8"))["sites"]
        fits = all({"content", "rest", "files"} <= one.keys() for one in told.values())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}
    return told if fits else {}


@cache
def code() -> str:
    """A hash of all that pages are made with: templates, words, styles, and the code of this package."""
    total = sha256()
    for name, one in sorted(_sources(files("reports"))):
        total.update(f"{name}\n{sha256(one.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _sources(folder: Traversable, path: str = "") -> Iterable[tuple[str, Traversable]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _sources(one, f"{path}{one.name}/")
        elif one.name.endswith((".py", ".html", ".css", ".toml")):
            yield f"{path}{one.name}", one
