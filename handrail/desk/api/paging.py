"""A list in stretches: a cursor names the last that was shown, so that nothing is shown twice when others come in."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Request, Response

from handrail.desk.door import Refused

if TYPE_CHECKING:
    from handrail.desk.api.models import Paging

T = TypeVar("T")
Key = tuple[Any, ...]


def stretch(
    request: Request, response: Response, items: Sequence[T], key: Callable[[T], Key], asked: Paging
) -> tuple[list[T], dict[str, Any]]:
    """``items`` are in the order of ``key``. Puts the Link header on the answer. Raises Refused."""
    after = _key(asked.cursor)
    if after and items and [*map(type, after)] != [*map(type, key(items[0]))]:  # of another list
        raise Refused(404, "bad-cursor")
    rest = [one for one in items if key(one) > after] if after else items
    found = list(rest[: asked.limit])
    cursor = _cursor(key(found[-1])) if len(rest) > len(found) else ""
    links = [("first", ""), ("next", cursor)] if cursor else [("first", "")]
    response.headers["Link"] = ", ".join(f'<{_address(request, told)}>; rel="{name}"' for name, told in links)
    return found, {"total": len(items), "next": cursor}


def _address(request: Request, cursor: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    query = urlencode([*kept, *([("cursor", cursor)] if cursor else [])])
    path = request.scope["path"]
    return f"{path}?{query}" if query else path


def _cursor(key: Key) -> str:
    told = json.dumps(key, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(told).rstrip(b"=").decode()


def _key(cursor: str) -> Key:
    if not cursor:
        return ()
    try:
        told = json.loads(base64.urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}"))
    except (ValueError, RecursionError):
        raise Refused(404, "bad-cursor") from None
    if not isinstance(told, list) or not told:
        raise Refused(404, "bad-cursor")
    return tuple(told)
