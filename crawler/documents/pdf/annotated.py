"""What lies on top of a page: links, form fields, comments, films; and how each is tied to the tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from crawler.documents.pdf.elements import Tree
from crawler.documents.pdf.objects import DEEPEST, box, entry, inherited, items, key, name, text, whole

#: Of one document.
MOST = 20_000
MOST_FIELDS = 20_000
MOST_ACTIONS = 200
#: US Letter, where a page says nothing.
_LETTER = (0.0, 0.0, 612.0, 792.0)
_HIDDEN = 2


def lying_on(page: Any, number: int, tree: Tree) -> Iterator[dict[str, Any]]:
    """The annotations of a page, in order: see ``structure``."""
    shown = box(inherited(page, "/CropBox")) or box(inherited(page, "/MediaBox")) or _LETTER
    place = 0
    for one in items(entry(page, "/Annots")):
        if not isinstance(one, pikepdf.Dictionary):
            continue
        place += 1
        yield _annotation(one, number, place, shown, tree)


def _annotation(
    one: Any, page: int, place: int, shown: tuple[float, float, float, float], tree: Tree
) -> dict[str, Any]:
    kind = name(entry(one, "/Subtype"))
    holder = tree.parent(entry(one, "/StructParent"))
    spoken = tree.rooted(holder)[1] if holder is not None else False
    contents = text(entry(one, "/Contents"))
    told: dict[str, Any] = {"page": page, "n": place, "kind": kind}
    if (whole(entry(one, "/F")) or 0) & _HIDDEN:
        told["hidden"] = True
    if (rectangle := box(entry(one, "/Rect"))) is not None and _outside(rectangle, shown):
        told["outside"] = True
    if contents is not None:
        told["contents"] = bool(contents)
    if holder is not None:
        kept = name(entry(holder, "/S"))
        told["held"] = tree.roles.standard(kept)
        told["alt"] = bool(text(entry(holder, "/Alt")))
    if spoken:
        told["spoken"] = True
    if kind == "Widget":
        told["called"] = bool(_called(one))
    return told


def _outside(one: tuple[float, float, float, float], shown: tuple[float, float, float, float]) -> bool:
    return one[2] <= shown[0] or one[3] <= shown[1] or one[0] >= shown[2] or one[1] >= shown[3]


def _called(widget: Any) -> str | None:
    """The name of a field for people; a widget that is no field of its own has that of its field."""
    if entry(widget, "/T") is None and (field := entry(widget, "/Parent")) is not None:
        return text(entry(field, "/TU")) or text(entry(widget, "/TU"))
    return text(entry(widget, "/TU"))


def fields(form: Any, tree: Tree) -> tuple[list[dict[str, Any]], bool]:
    """Those fields that have a name for people, and whether its language is said; whether some were left out."""
    found: list[dict[str, Any]] = []
    seen: set[tuple[int, int]] = set()
    waiting = list(items(entry(form, "/Fields")))
    while waiting:
        one = waiting.pop()
        if not isinstance(one, pikepdf.Dictionary):
            continue
        if (number := key(one)) is not None:
            if number in seen:
                continue
            seen.add(number)
        if len(seen) > MOST_FIELDS or len(found) > MOST_FIELDS:
            return found, True
        kids = list(items(entry(one, "/Kids")))
        waiting.extend(kids)
        if text(entry(one, "/TU")) is not None:
            holders = [tree.parent(entry(each, "/StructParent")) for each in [one, *kids[:MOST_ACTIONS]]]
            found.append({"spoken": any(tree.rooted(each)[1] for each in holders if each is not None)})
    return found, False


def clips(holder: Any) -> Iterator[Any]:
    """Media clips that the actions of an annotation, a page or the document play."""
    waiting = [entry(holder, "/A"), entry(holder, "/OpenAction")]
    more = entry(holder, "/AA")
    if isinstance(more, pikepdf.Dictionary):
        waiting.extend(entry(more, one) for one in more.keys())  # noqa: SIM118 - typed as of arrays
    seen: set[tuple[int, int]] = set()
    for _ in range(MOST_ACTIONS):
        if not waiting:
            return
        one = waiting.pop()
        if not isinstance(one, pikepdf.Dictionary):
            continue
        if (number := key(one)) is not None:
            if number in seen:
                continue
            seen.add(number)
        kind = name(entry(one, "/S"))
        if kind == "Rendition":
            waiting.append(entry(one, "/R"))
        elif kind == "SR":
            waiting.extend(items(entry(one, "/R")))
        elif kind == "MR" and isinstance(clip := entry(one, "/C"), pikepdf.Dictionary):
            yield clip
        waiting.extend(items(entry(one, "/Next")))


def is_described(clip: Any) -> bool:
    """Whether a media clip has an alternative: pairs of a language and a text that is not empty."""
    said = entry(clip, "/Alt")
    if not isinstance(said, pikepdf.Array) or not len(said) or len(said) % 2:
        return False
    words = [text(one) for one in items(said)]
    return None not in words and all(words[1::2])


def references(annotation: Any) -> int:
    """Appearances that take what they show from another document."""
    found = 0
    waiting = [entry(entry(annotation, "/AP"), one) for one in ("/N", "/R", "/D")]
    for one in waiting:
        kept = [one]
        if isinstance(one, pikepdf.Dictionary):
            kept = [entry(one, state) for state in list(one.keys())[:DEEPEST]]
        found += sum(isinstance(each, pikepdf.Stream) and entry(each, "/Ref") is not None for each in kept)
    return found
