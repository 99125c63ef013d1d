"""The structure tree of a PDF, flattened: what a screen reader is given instead of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pikepdf

from crawler.documents.pdf.objects import DEEPEST, LONGEST, entry, items, key, name, text, whole

#: Elements of one document, and entries of the tree that leads from content to them.
MOST = 150_000
MOST_PARENTS = 400_000
#: Headers that one cell names.
MOST_HEADERS = 200
#: ISO 32000-1:2008, 14.8.4.
_STANDARD = """
    Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private H H1 H2 H3 H4 H5 H6 P L LI Lbl LBody
    Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP
    Figure Formula Form
"""
STANDARD = frozenset(_STANDARD.split())


class Roles:
    """Which standard type stands behind a type."""

    def __init__(self, mapped: Any) -> None:
        self._mapped: dict[str, str] = {}
        if isinstance(mapped, pikepdf.Dictionary):
            for one in mapped.keys():  # noqa: SIM118 - its own iteration is typed as of arrays
                self._mapped[one[1 : LONGEST + 1]] = name(entry(mapped, one))
        self._known: dict[str, tuple[str, str]] = {}

    def standard(self, kind: str) -> str:
        """The standard type; "" where the mapping leads to none."""
        return self._resolved(kind)[0]

    def fault(self, kind: str) -> str:
        """ "circular", "remapped", "unmapped" or ""."""
        return self._resolved(kind)[1]

    def _resolved(self, kind: str) -> tuple[str, str]:
        if kind not in self._known:
            self._known[kind] = self._resolve(kind)
        return self._known[kind]

    def _resolve(self, kind: str) -> tuple[str, str]:
        standard = self._led_to(kind)
        if self._circular(kind):
            return standard, "circular"
        if kind in STANDARD:
            return standard, "" if standard == kind else "remapped"
        if not standard:
            return "", "unmapped"
        return standard, "" if self._led_to(standard) == standard else "remapped"

    def _led_to(self, kind: str) -> str:
        """The first standard type on the way; a standard type that is mapped to another is that other one."""
        seen, at = {kind}, self._mapped.get(kind, "")
        if (not at or at == kind) and kind in STANDARD:
            return kind
        while at and at not in seen:
            if at in STANDARD:
                return at
            seen.add(at)
            at = self._mapped.get(at, "")
        return ""

    def _circular(self, kind: str) -> bool:
        seen, at = {kind}, self._mapped.get(kind, "")
        while at:
            if at in seen:
                return True
            seen.add(at)
            at = self._mapped.get(at, "")
        return False


class Tree:
    """The structure tree, and the way back to it from content, annotations and form fields."""

    def __init__(self, root: Any, pages: Mapping[tuple[int, int], int]) -> None:
        self.root = root if isinstance(root, pikepdf.Dictionary) else None
        self.roles = Roles(entry(root, "/RoleMap"))
        #: Why a part of it was not read; "" = it was read to its end.
        self.left_out = ""
        self._classes = entry(root, "/ClassMap")
        self._pages = pages
        self._parents: dict[int, Any] | None = None
        self._rooted: dict[tuple[int, int], tuple[bool, bool]] = {}
        self._ids: dict[bytes, int] = {}

    # From content to elements.

    def parent(self, number: Any, mcid: Any = None) -> Any:
        """The element that a number of the parent tree names, or one of several by the id of marked content."""
        if self._parents is None:
            self._parents = self._numbered(entry(self.root, "/ParentTree"))
        number = whole(number)
        found = self._parents.get(number) if number is not None else None
        if mcid is None:
            return found if isinstance(found, pikepdf.Dictionary) else None
        mcid = whole(mcid)
        if not isinstance(found, pikepdf.Array) or mcid is None or not 0 <= mcid < len(found):
            return None
        one = found[mcid]
        return one if isinstance(one, pikepdf.Dictionary) else None

    def rooted(self, element: Any) -> tuple[bool, bool]:
        """Whether an element hangs in the tree, and whether it or one above it says its language."""
        way: list[tuple[tuple[int, int] | None, bool]] = []
        passed: set[tuple[int, int]] = set()
        found, at = (False, False), element
        while isinstance(at, pikepdf.Dictionary) and len(way) < DEEPEST:
            number = key(at)
            if number is not None and number in self._rooted:
                found = self._rooted[number]
                break
            if name(entry(at, "/Type")) == "StructTreeRoot":
                found = (True, False)
                break
            if number is not None and number in passed:
                break
            if number is not None:
                passed.add(number)
            way.append((number, text(entry(at, "/Lang")) is not None))
            at = entry(at, "/P")
        for number, says in reversed(way):
            found = (found[0], found[1] or says)
            if number is not None:
                self._rooted[number] = found
        return found

    def _numbered(self, node: Any) -> dict[int, Any]:
        found: dict[int, Any] = {}
        waiting, seen = [node], set()
        while waiting:
            node = waiting.pop()
            if not isinstance(node, pikepdf.Dictionary):
                continue
            number = key(node)
            if number is not None and number in seen:
                continue
            seen.add(number)
            waiting.extend(items(entry(node, "/Kids")))
            pairs = list(items(entry(node, "/Nums")))
            for index, value in zip(pairs[::2], pairs[1::2], strict=False):
                if whole(index) is not None:
                    found.setdefault(index, value)
            if len(found) > MOST_PARENTS or len(seen) > MOST_PARENTS:
                self.left_out = "it has too many entries that lead from content to tags"
                break
        return found

    # From the root to all elements.

    def elements(self) -> list[dict[str, Any]]:
        """Every element in reading order, each after the one that holds it: see ``structure``."""
        found: list[dict[str, Any]] = []
        seen: set[tuple[int, int]] = set()
        waiting = [(kid, -1) for kid in _reversed(entry(self.root, "/K"))]
        while waiting:
            at, parent = waiting.pop()
            if not _is_element(at):
                continue
            number = key(at)
            if number is not None:
                if number in seen:
                    continue
                seen.add(number)
            if len(found) >= MOST:
                self.left_out = "it has too many tags to be read to the last"
                break
            made, kids = self._element(at, parent)
            found.append(made)
            waiting.extend((kid, len(found) - 1) for kid in reversed(kids))
        _place(found)
        return found

    def _element(self, at: Any, parent: int) -> tuple[dict[str, Any], list[Any]]:
        held = at.keys()
        kind = name(entry(at, "/S"))
        standard = self.roles.standard(kind)
        made: dict[str, Any] = {"type": kind, "is": standard, "parent": parent, "page": self._page(entry(at, "/Pg"))}
        if fault := self.roles.fault(kind):
            made["role"] = fault
        if "/P" not in held:
            made["orphan"] = True
        for wanted, called in (("/Alt", "alt"), ("/ActualText", "actual"), ("/E", "expanded")):
            if wanted in held and (words := text(entry(at, wanted))) is not None:
                made[called] = bool(words)
        if "/Lang" in held and (lang := text(entry(at, "/Lang"))) is not None:
            made["lang"] = lang[:LONGEST]
        if "/ID" in held and standard in ("Note", "TH") and text(identity := entry(at, "/ID")) is not None:
            made["id"] = self._id(identity)
        if standard in ("TH", "TD"):
            made |= self._cell(at)
        kids = list(items(entry(at, "/K"))) if "/K" in held else []
        if standard == "Form":
            made["kids"] = sum(kid is not None for kid in kids)
            made["widgets"] = sum(_is_widget(kid) for kid in kids)
            if name(self._attribute(at, "PrintField", "/Role", pikepdf.Name)):
                made["named"] = True
        if not made["page"]:
            made["page"] = next((page for kid in kids if (page := self._page(entry(kid, "/Pg")))), 0)
        return made, kids

    def _cell(self, at: Any) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for wanted, called in (("/RowSpan", "rows"), ("/ColSpan", "columns")):
            span = self._attribute(at, "Table", wanted, int)
            if span is not None and span != 1:
                made[called] = span
        if scope := name(self._attribute(at, "Table", "/Scope", pikepdf.Name)):
            made["scope"] = scope
        headers = self._attribute(at, "Table", "/Headers", pikepdf.Array)
        if headers is not None:
            named = [self._id(one) for one in items(headers) if text(one) is not None]
            made["headers"] = named[:MOST_HEADERS]
        return made

    def _attribute(self, at: Any, owner: str, wanted: str, kind: type) -> Any:
        """An attribute that the element says itself, else one of its classes."""
        places = [entry(at, "/A")]
        places += [entry(self._classes, str(one)) for one in items(entry(at, "/C")) if name(one)]
        for place in places:
            for one in items(place):
                if name(entry(one, "/O")) == owner and isinstance(value := entry(one, wanted), kind):
                    return value
        return None

    def _id(self, value: Any) -> int:
        """Ids are told apart, not told: people write names into them. 0 = it is empty."""
        said = bytes(value)
        return self._ids.setdefault(said, len(self._ids) + 1) if said else 0

    def _page(self, page: Any) -> int:
        if not isinstance(page, pikepdf.Dictionary):
            return 0
        number = key(page)
        return self._pages.get(number, 0) if number is not None else 0


def _reversed(value: Any) -> list[Any]:
    return list(items(value))[::-1]


def _is_element(at: Any) -> bool:
    return isinstance(at, pikepdf.Dictionary) and name(entry(at, "/Type")) in ("", "StructElem") and "/S" in at


def _is_widget(kid: Any) -> bool:
    return name(entry(kid, "/Type")) == "OBJR" and name(entry(entry(kid, "/Obj"), "/Subtype")) == "Widget"


def _place(found: list[dict[str, Any]]) -> None:
    """An element that names no page is on that of what it holds, else on that of what holds it."""
    for one in reversed(found):
        if one["page"] and one["parent"] >= 0:
            holder = found[one["parent"]]
            if not holder["page"] or holder.get("guessed"):
                holder["page"], holder["guessed"] = one["page"], True
    for one in found:
        one.pop("guessed", None)
        if not one["page"] and one["parent"] >= 0:
            one["page"] = found[one["parent"]]["page"]
