"""JSON, GeoJSON among it: every value, with the keys that lead to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crawler.documents import Piece, Reader, Unreadable, words_of

#: Places on a map: pairs of numbers by the thousand, and nobody's.
_PLACES = frozenset({"coordinates", "bbox"})
_PLAIN = re.compile(r"[A-Za-z_]\w{0,60}")


class _Pairs(list[tuple[str, Any]]):
    """An object with all its keys: of two alike a dictionary keeps the last, and the first is hidden."""


class Tree(Reader):
    """JSON."""

    kind = "json"
    types = frozenset({"application/json", "text/json", "application/geo+json", "application/ld+json"})
    suffixes = frozenset({"json", "geojson", "jsonld", "topojson"})
    where = "data"

    def takes(self, media_type: str) -> bool:
        """All that is built on it too; of web pages' own descriptions nobody is told."""
        return media_type in self.types or media_type.endswith("+json")

    def read(self, text: str, *, cut: bool) -> Iterator[Piece]:
        """Values by their path: "$.features[3].properties.email"."""
        try:
            # Numbers as they are written: the longest would cost minutes, and a leading zero its meaning.
            tree = json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str)
        except (ValueError, RecursionError):  # broken, cut, or nested to hurt
            raise Unreadable from None
        return _values(tree)


def _values(tree: Any) -> Iterator[Piece]:
    # Entries: (value, path, the two keys that lead to it, number of the object it is in)
    stack: list[tuple[Any, str, tuple[str, str], int]] = [(tree, "$", ("", ""), 0)]
    last, objects = -1, 0
    while stack:
        value, path, keys, inside = stack.pop()
        if isinstance(value, _Pairs):
            objects += 1
            number = objects
            stack.extend(
                (inner, f"{path}{_step(key)}", (keys[1], key), number)
                for key, inner in reversed(value)
                if key not in _PLACES or not isinstance(inner, list)
            )
        elif isinstance(value, list):
            stack.extend((inner, f"{path}[{n}]", keys, inside) for n, inner in reversed(list(enumerate(value))))
        elif isinstance(value, str) and value.strip():
            label = " ".join(filter(None, map(words_of, keys)))
            yield Piece(at=path, text=value, label=label, before="\n" if inside == last else "\n\n")
            last = inside


def _step(key: str) -> str:
    return f".{key}" if _PLAIN.fullmatch(key) else f"[{json.dumps(key[:60], ensure_ascii=False)}]"
