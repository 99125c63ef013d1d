"""What a page paints, and whether each piece of it is tagged, decoration, or neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import pikepdf

from crawler.documents.pdf._unfold import TooLong, Unreadable, unfold
from crawler.documents.pdf.elements import Tree
from crawler.documents.pdf.objects import BROKEN, LONGEST, entry, inherited, items, key, name, text, whole

#: Instructions that are looked at, in all; forms within forms; bytes of what one page or form paints, and of all.
MOST = 1_500_000
DEEPEST_FORM = 20
LARGEST = 64 * 1024 * 1024
MOST_BYTES = 256 * 1024 * 1024
MOST_LANGUAGES = 200
_TEXT = ("Tj", "TJ", "'", '"')
_LINES = ("f", "F", "f*", "B", "B*", "b", "b*", "S", "s")
#: The parser hands over these and no others.
_WANTED = " ".join(["BMC BDC EMC Do sh BI EI", *_TEXT, *_LINES])


class _Around(NamedTuple):
    """What holds for a piece: it is tagged, it is decoration, its language is said."""

    tagged: bool = False
    artifact: bool = False
    spoken: bool = False


class Content:
    """Reads pages one after the other; forms that many pages paint are read once for each way they are painted."""

    def __init__(self, tree: Tree) -> None:
        #: Why a part was not read; "" = all was read.
        self.left_out = ""
        #: Languages that marked content says, each with the first page.
        self.languages: dict[str, int] = {}
        #: Forms with tags of their own: how often each is painted, and the first page.
        self.painted: Counter[tuple[int, int]] = Counter()
        self.first: dict[tuple[int, int], int] = {}
        self._tree = tree
        self._left = MOST
        self._bytes = MOST_BYTES
        self._read: dict[tuple[tuple[int, int], _Around], Counter[Any]] = {}
        self._page = 0

    def page(self, number: int, page: Any) -> dict[str, int]:
        """How many pieces of which kind stand where: see ``structure``."""
        self._page = number
        resources = inherited(page, "/Resources")
        streams = list(items(entry(page, "/Contents")))
        parsed = self._parsed(pikepdf.Page(page), streams)
        counted = self._count(parsed, resources, entry(page, "/StructParents"), _Around(), 0)
        return self._told(counted)

    def _told(self, counted: Counter[Any]) -> dict[str, int]:
        told = {}
        for what, times in counted.items():
            if isinstance(what, str):
                told[what] = times
            else:
                self.painted[what] += times
                self.first.setdefault(what, self._page)
        return told

    def _parsed(self, source: Any, streams: Iterable[Any]) -> list[Any]:
        size = 0
        for stream in streams:
            size += _size(stream)
            if size > LARGEST:
                self.left_out = self.left_out or f"page {self._page} is too large to be read"
                return []
        self._bytes -= size
        if self._bytes < 0:
            self.left_out = self.left_out or f"page {self._page} and what follows are too large to be read"
            return []
        try:
            found: list[Any] = pikepdf.parse_content_stream(source, _WANTED)
        except BROKEN:
            self.left_out = self.left_out or f"page {self._page} cannot be read to its end"
            return []
        if len(found) > self._left:
            self.left_out = self.left_out or f"page {self._page} and what follows paint too much to be read to the end"
        kept = found[: self._left]
        self._left -= len(kept)
        return kept

    def _count(self, parsed: list[Any], resources: Any, parents: Any, around: _Around, depth: int) -> Counter[Any]:
        counted: Counter[Any] = Counter()
        stack = [around]
        for one in parsed:
            operator = str(one.operator)
            if operator in ("BDC", "BMC"):
                stack.append(self._marked(one.operands, resources, parents, stack[-1], counted))
            elif operator == "EMC":
                if len(stack) > 1:
                    stack.pop()
            elif operator == "Do":
                self._drawn(one.operands, resources, stack[-1], depth, counted)
            else:
                self._piece(operator, one, stack[-1], counted)
        return counted

    def _marked(self, operands: Any, resources: Any, parents: Any, around: _Around, counted: Counter[Any]) -> _Around:
        tag, said = _tag(operands), _properties(operands, resources)
        element = self._tree.parent(parents, mcid) if (mcid := whole(entry(said, "/MCID"))) is not None else None
        tagged, spoken = self._tree.rooted(element) if element is not None else (around.tagged, False)
        spoken = spoken or around.spoken
        if (lang := text(entry(said, "/Lang"))) is not None:
            spoken = True
            if len(self.languages) < MOST_LANGUAGES:
                self.languages.setdefault(lang[:LONGEST], self._page)
        if tagged and tag == "Artifact":
            counted["artifact in tagged"] += 1
        elif tagged and around.artifact:
            counted["tagged in artifact"] += 1
        if tag == "Span" and not spoken:
            for wanted in ("/ActualText", "/Alt", "/E"):
                if text(entry(said, wanted)) is not None:
                    counted[f"span {wanted[1:]}"] += 1
        return _Around(tagged, around.artifact or tag == "Artifact", spoken)

    def _piece(self, operator: str, one: Any, around: _Around, counted: Counter[Any]) -> None:
        kind = "line" if operator in _LINES else "shading" if operator == "sh" else "image"
        if operator in _TEXT:
            if (around.spoken and (around.tagged or around.artifact)) or not _says(one.operands):
                return
            kind = "text"
            if not around.spoken:
                counted["unspoken"] += 1
        if not (around.tagged or around.artifact):
            counted[f"loose {kind}"] += 1

    def _drawn(self, operands: Any, resources: Any, around: _Around, depth: int, counted: Counter[Any]) -> None:
        drawn = entry(entry(resources, "/XObject"), str(operands[0])) if len(operands) and name(operands[0]) else None
        kind = name(entry(drawn, "/Subtype"))
        if kind not in ("Image", "Form"):
            return
        element = self._tree.parent(entry(drawn, "/StructParent"))
        if element is not None:  # it is tagged as a whole
            tagged, spoken = self._tree.rooted(element)
            around = _Around(tagged, around.artifact, spoken or around.spoken)
        if kind == "Image":
            self._piece("Do", None, around, counted)
            return
        if entry(drawn, "/Ref") is not None:
            counted["reference"] += 1
        counted.update(self._form(drawn, resources, around, depth + 1))

    def _form(self, form: Any, resources: Any, around: _Around, depth: int) -> Counter[Any]:
        number = key(form)
        if number is None or depth > DEEPEST_FORM:
            self.left_out = self.left_out or f"page {self._page} holds forms in forms that are too deep to be read"
            return Counter()
        if (number, around) not in self._read:
            self._read[number, around] = Counter()  # one that paints itself ends here
            own = entry(form, "/Resources")
            parsed = self._parsed(form, [form])
            parents = entry(form, "/StructParents")
            counted = self._count(parsed, own if own is not None else resources, parents, around, depth)
            if parents is not None:
                counted[number] += 1
            self._read[number, around] = counted
        return self._read[number, around]


def _tag(operands: Any) -> str:
    return name(operands[0]) if len(operands) else ""


def _properties(operands: Any, resources: Any) -> Any:
    if len(operands) < 2:
        return None
    said = operands[1]
    return entry(entry(resources, "/Properties"), str(said)) if name(said) else said


def _says(operands: Any) -> bool:
    """Whether text is shown at all: empty strings and spaces paint nothing."""
    for operand in operands:
        for one in items(operand):
            if isinstance(one, pikepdf.String) and bytes(one).strip(b" "):
                return True
    return False


def _size(stream: Any) -> int:
    """A small stream may unfold to a large one: no more of it is unfolded than is allowed."""
    if not isinstance(stream, pikepdf.Stream):
        return 0
    try:
        return len(unfold(stream, LARGEST))
    except TooLong:
        return LARGEST + 1
    except Unreadable:
        return 0
