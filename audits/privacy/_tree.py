"""The tree of a page's frames, and selectors in it, for checks of forms and of what a page loads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from audits.model import FRAME_STEP, SHADOW_STEP, Part

#: Stands for a shadow root, whose template would not be part of the tree.
_SHADOW = "hr-shadow"
_PLAIN_ID = re.compile(r"[A-Za-z][\w-]*")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Frame:
    """One document of a page."""

    url: str = field(repr=False)
    path: tuple[str, ...]
    tree: LexborHTMLParser = field(repr=False)
    sources: tuple[Mapping[str, Any], ...] = field(repr=False)
    cut: bool = False  # some of the sources are too long to be read to their end

    def selector(self, node: LexborNode) -> str:
        """A CSS selector from the top document on."""
        return FRAME_STEP.join([*self.path, _selector(self.tree, node)])

    def text(self) -> str:
        """What people see, in one line."""
        return _shown(self.tree.body) if self.tree.body else ""


def frames(document: Mapping[str, Any]) -> Iterator[Frame]:
    """The frames of a ``document`` artifact."""
    for frame in document.get("frames") or ():
        html = str(frame.get("html") or "").replace('<template shadowrootmode="open">', f"<{_SHADOW}>")
        yield Frame(
            str(frame.get("url") or ""),
            tuple(frame.get("frame") or ()),
            LexborHTMLParser(html.replace("</template>", f"</{_SHADOW}>")),
            tuple(frame.get("sources") or ()),
            bool(frame.get("cut")),
        )


def attribute(node: LexborNode, name: str) -> str:
    """An attribute's value; "" where there is none."""
    return node.attributes.get(name) or ""


def hidden(node: LexborNode) -> bool:
    """Whether the node, or what it stands in, is not shown."""
    one: LexborNode | None = node
    while one is not None:
        if "data-hr-hidden" in one.attributes:
            return True
        one = one.parent
    return False


def words(node: LexborNode) -> str:
    """The text in a node, in one line."""
    return _SPACE.sub(" ", node.text(deep=True, separator=" ")).strip()


def part(node: LexborNode) -> Part:
    """The landmark that the node stands in."""
    one: LexborNode | None = node
    while one is not None:
        if named := attribute(one, "data-hr-part"):
            key, _, name = named.partition("|")
            return Part(key=key, name=name or key)
        one = one.parent
    return Part()


def _shown(root: LexborNode) -> str:
    """Without recursion: pages nest deep."""
    found: list[str] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if node.tag == "-text":
            found.append(node.text_content or "")
            continue
        if node.tag in ("-comment", "script", "style") or "data-hr-hidden" in node.attributes:
            continue
        child = node.last_child
        while child is not None:
            stack.append(child)
            child = child.prev
    return _SPACE.sub(" ", " ".join(found)).strip()


def _selector(tree: LexborHTMLParser, node: LexborNode) -> str:
    roots: list[str] = []
    steps: list[str] = []
    one: LexborNode | None = node
    while one is not None and one.tag not in ("-document", "-undef", None):
        identifier = attribute(one, "id")
        if one.tag == _SHADOW:
            roots.append(" > ".join(reversed(steps)))
            steps = []
        elif _PLAIN_ID.fullmatch(identifier) and _tells_nobody(identifier) and len(tree.css(f"#{identifier}")) == 1:
            steps.append(f"#{identifier}")
            while one is not None and one.tag != _SHADOW:
                one = one.parent
            continue
        else:
            steps.append(_step(one))
        one = one.parent
    roots.append(" > ".join(reversed(steps)))
    return SHADOW_STEP.join(reversed([root for root in roots if root]))


def _step(node: LexborNode) -> str:
    tag = node.tag or ""
    if tag in ("html", "body") or node.parent is None:
        return tag
    alike, place = 0, 0
    child = node.parent.child
    while child is not None:
        if child.tag == tag:
            alike += 1
            place = alike if child.mem_id == node.mem_id else place
        child = child.next
    return tag if alike == 1 else f"{tag}:nth-of-type({place})"


def _tells_nobody(identifier: str) -> bool:
    """An id may be made of a personal value; five digits and more are not quoted."""
    return sum(map(str.isdigit, identifier)) < 5
