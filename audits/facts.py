"""What checks across pages need to know of one page, taken from its ``document`` artifact.

Names and headings are masked; what only has to be told apart is a keyed digest. Addresses are in the clear: whoever
keeps the facts keeps them as it keeps addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from audits.asked import GOES_ON, asking_forms
from audits.model import FIRST_STOPS, Anchor, FormFacts, PageFacts, PartFacts, PartLink
from audits.reading_ease import reading_ease

#: Bytes of a digest of an id, and of a text.
ID_BYTES = 5
TEXT_BYTES = 8
_MOST_IDS = 5_000
_MOST_LINKS = 2_000
_MOST_PARTS = 60
_NAME = 80
#: Landmarks that pages of a site may share. What else is marked as a part belongs to what it stands in.
_ROLES = frozenset({"banner", "navigation", "contentinfo", "complementary", "search", "menu", "menubar"})
_NAMED = re.compile(r"data-\w+-id$")
_ROLE = re.compile(r"[a-z]+")
#: A link with one of these is a switch: what it does is not said by where it leads.
_SWITCH = re.compile(
    r"^(?:aria-(?:controls|expanded|haspopup|selected)|data-(?:bs-)?(?:toggle|target|slide|dismiss|action)|"
    r"ng-|v-|x-|hx-|@|\(|wire:|data-(?:fancybox|lightbox|modal|reveal|open|tab|scroll))"
)
_SWITCH_ROLES = frozenset({"button", "tab", "menuitem", "switch", "option"})
#: Fragments that name no place in the page: routes, settings, words to highlight, pages of a PDF.
_NO_PLACE = re.compile(r"^(?:top|0)?$|^[/!?~]|:~:|[=&]|^page\d*$|^/", re.IGNORECASE)
#: What the keyboard collector takes for a skip link, by its words.
_SKIP = re.compile(
    r"\b(?:skip|jump|go (?:straight |directly )?to|aller (?:directement )?(?:au|à)|passer|sauter|acc[ée]der au|"
    r"acc[èe]s (?:direct )?au)",
    re.IGNORECASE,
)
_STOPS = frozenset({"button", "input", "select", "textarea", "summary", "iframe"})
_SPACE = re.compile(r"\s+")
_BLOCKS = frozenset(("p", "li", "dd", "blockquote"))
_BREAK_WORDS = """
    address article aside br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav
    ol p pre section table td th tr ul
"""
_BREAKS = frozenset(_BREAK_WORDS.split())
_SENTENCE_WORDS = 8
_SEARCH_FIELDS = frozenset({"q", "s", "query", "search", "recherche", "keyword", "keywords", "searchtext", "k"})
_HELPS = (
    (
        "contact",
        re.compile(
            r"^(?:contact(?: us| the (?:city|town))?|get in touch|reach us|contacts?|contactez[- ]nous|nous contacter|"
            r"nous joindre|pour nous joindre|communiquez avec nous|joignez[- ]nous|feedback|rétroaction)$"
        ),
    ),
    (
        "help",
        re.compile(
            r"^(?:help(?: cent(?:re|er))?|faqs?|frequently asked questions|support|foire aux questions|aide|"
            r"cent(?:re|er) d['’]aide|questions fréquentes)$"
        ),
    ),
    ("chat", re.compile(r"^(?:live chat|chat(?: with us| now)?|clavard(?:age|ez)(?: avec nous| en direct)?)$")),
)


def page_facts(
    document: Mapping[str, Any],
    *,
    url: str,
    address: Callable[[str], str],
    redact: Callable[[str], str],
    digest: Callable[[str], str],
) -> PageFacts:
    """The facts of one page.

    ``address`` brings an absolute address to the spelling of the page table, ``redact`` masks, ``digest`` is a keyed
    hash in hexadecimal digits.
    """
    frames = document.get("frames") or ()
    html = str(frames[0].get("html") or "") if frames else ""
    # What is in a template is not in the tree; ours hold shadow roots, which people are shown.
    html = html.replace('<template shadowrootmode="open">', "<hr-shadow>").replace("</template>", "</hr-shadow>")
    reader = _Reader(url=url, address=address, redact=redact, digest=digest)
    reader.read(LexborHTMLParser(html))
    return reader.facts(str(document.get("title") or ""))


@dataclass(slots=True, kw_only=True)
class _Part:
    key: str = ""
    name: str = ""
    role: str = ""
    links: list[PartLink] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    helps: list[str] = field(default_factory=list)
    order: list[str | _Part] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.links or self.anchors or self.ids or self.helps)

    def steps(self) -> Iterator[str]:
        """What follows on what in it; of landmarks within it those that are kept."""
        for one in self.order:
            if isinstance(one, str):
                yield one
            elif one:
                yield "p"
            else:
                yield from one.steps()


@dataclass(slots=True, kw_only=True)
class _Link:
    """A link or button whose name is being read."""

    node: LexborNode
    part: _Part
    hidden: bool
    stop: int  # how many elements the Tab key comes to first
    words: list[str] = field(default_factory=list)


class _Reader:
    """Walks the tree once, without recursion: a page may nest 100,000 deep."""

    def __init__(
        self,
        *,
        url: str,
        address: Callable[[str], str],
        redact: Callable[[str], str],
        digest: Callable[[str], str],
    ) -> None:
        self._url = url
        self._own = address(url)
        self._address = address
        self._redact = redact
        self._digest = digest
        self._base = url
        self._content = _Part()
        self._parts: list[_Part] = []
        self._leads: dict[str, None] = {}
        self._heading = ""
        self._canonical = ""
        self._search = False
        self._search_name = ""
        self._search_key = b""
        self._forms: tuple[FormFacts, ...] = ()
        self._goes_on: list[str] = []
        self._ids = 0
        self._stops = 0
        self._text: list[str] = []
        self._blocks: list[str] = []

    def read(self, tree: LexborHTMLParser) -> None:
        """Gather."""
        base = tree.css_first("base[href]")
        if base is not None:
            self._base = _joined(self._url, base.attributes.get("href") or "") or self._url
        canonical = tree.css_first("link[rel~=canonical][href]")
        if canonical is not None:
            self._canonical = self._spelled(canonical.attributes.get("href") or "")
        if tree.root is None:
            return
        open_heading: list[str] | None = None
        open_block: list[str] | None = None
        open_link: _Link | None = None
        # (node, part, hidden); a string closes what it names.
        stack: list[tuple[LexborNode | str, _Part, bool]] = [(tree.root, self._content, False)]
        while stack:
            node, part, hidden = stack.pop()
            if isinstance(node, str):
                if node == "link" and open_link is not None:
                    self._finish(open_link)
                    open_link = None
                elif node == "heading" and open_heading is not None:
                    self._heading = self._heading or _plain("".join(open_heading))
                    open_heading = None
                elif node == "block" and open_block is not None:
                    self._blocks.append(_plain("".join(open_block)))
                    open_block = None
                continue
            tag = node.tag or ""
            if tag == "-text":
                words = node.text_content or ""
                if open_link is not None and hidden == open_link.hidden:
                    open_link.words.append(words)
                if hidden:
                    continue
                if open_heading is not None:
                    open_heading.append(words)
                if part is self._content:
                    self._text.append(words)
                    if open_block is not None:
                        open_block.append(words)
                continue
            if tag in ("head", "-comment", "-doctype", "script", "style"):
                continue
            attributes = node.attributes
            hidden = hidden or "data-hr-hidden" in attributes
            if (named := attributes.get("data-hr-part")) is not None:
                part = self._part(named, part)
            self._note_id(attributes, tag, part)
            if tag == "input" and (
                (attributes.get("type") or "").lower() == "search"
                or (attributes.get("name") or "").lower() in _SEARCH_FIELDS
            ):
                self._search = True
                if not self._search_name:
                    self._search_name = _sender(node)
                    self._search_key = self._leads_with(node)
            if tag in _BREAKS:
                self._text.append(" ")
                for opened in (open_heading, open_block):
                    if opened is not None:
                        opened.append(" ")
            if tag == "img" and not hidden:
                alt = attributes.get("alt") or ""
                if open_link is not None:
                    open_link.words.append(f" {alt} ")
                if open_heading is not None:
                    open_heading.append(f" {alt} ")
            if tag in ("a", "area", "button") and open_link is None:
                open_link = _Link(node=node, part=part, hidden=hidden, stop=self._stops)
                stack.append(("link", part, hidden))
            if not hidden and _is_stop(tag, attributes):
                self._stops += 1
            if tag == "h1" and open_heading is None and not self._heading and not hidden:
                open_heading = []
                stack.append(("heading", part, hidden))
            if tag in _BLOCKS and open_block is None and not hidden and part is self._content:
                open_block = []
                stack.append(("block", part, hidden))
            children = []
            child = node.child
            while child is not None:
                children.append((child, part, hidden))
                child = child.next
            stack.extend(reversed(children))
        self._forms = tuple(self._asking(tree))

    def facts(self, title: str) -> PageFacts:
        """What was gathered."""
        prose = [block for block in self._blocks if len(block.split()) >= _SENTENCE_WORDS]
        ease = reading_ease(prose)
        content = self._content
        return PageFacts(
            parts=tuple(
                PartFacts(
                    key=part.key,
                    name=part.name,
                    role=part.role,
                    links=tuple(part.links),
                    anchors=tuple(part.anchors),
                    ids=self._packed(part.ids),
                    helps=tuple(part.helps),
                    order="".join(part.steps()),
                )
                for part in self._parts
                if part
            ),
            links=tuple(self._leads),
            anchors=tuple(content.anchors),
            ids=self._packed(content.ids),
            all_ids=self._ids <= _MOST_IDS,
            title_key=self._key(title),
            heading=self._redact(self._heading)[:_NAME],
            heading_key=self._key(self._heading),
            text_key=self._key("".join(self._text)),
            canonical=self._canonical,
            search=self._search or any(part.role == "search" for part in self._parts),
            search_name=self._redact(self._search_name)[:_NAME],
            search_key=self._search_key,
            forms=self._forms,
            words=ease.words if ease else 0,
            grade=ease.grade if ease else 0.0,
            measure=ease.language if ease else "",
        )

    def _leads_with(self, field: LexborNode) -> bytes:
        """Tells searches apart by where their form leads, and by the name of their field."""
        form = _form_of(field)
        action = (form.attributes.get("action") or "").strip() if form is not None else ""
        name = field.attributes.get("name") or ""
        to = self._spelled(action) if action else ""
        return self._digest_of(f"{to}\n{name}", TEXT_BYTES) if to and name and to != self._own else b""

    def _asking(self, tree: LexborHTMLParser) -> Iterator[FormFacts]:
        for form in asking_forms(tree, _ROLES):
            to = self._spelled(form.action) if form.action else ""
            leads = dict.fromkeys(one for one in (to, *self._goes_on) if one and one != self._own)
            asks = tuple((kind, at if self._redact(at) == at else "") for kind, at in form.asks.items())
            yield FormFacts(leads=tuple(leads), asks=asks, same=form.same)

    def _part(self, named: str, around: _Part) -> _Part:
        key, _, name = named.partition("|")
        role = _ROLE.match(key)
        if role is None or role.group() not in _ROLES or len(self._parts) >= _MOST_PARTS:
            return around
        self._parts.append(_Part(key=self._redact(key), name=self._redact(name), role=role.group()))
        around.order.append(self._parts[-1])
        return self._parts[-1]

    def _note_id(self, attributes: Mapping[str, str | None], tag: str, part: _Part) -> None:
        named = [attributes.get("id"), attributes.get("name") if tag in ("a", "map") else None]
        # A script opens a window by the name that it gave it: data-remodal-id="map" for #map.
        named += [said for key, said in attributes.items() if said and _NAMED.match(key) and said[0].isalpha()]
        for name in named:
            if name:
                self._ids += 1
                if self._ids <= _MOST_IDS:
                    part.ids.append(name)
                    # An address finds an id that is written as the address is, too.
                    if "%" in name:
                        part.ids.append(unquote(name))

    def _finish(self, link: _Link) -> None:
        attributes = link.node.attributes
        part = link.part
        inside = part is not self._content
        spoken = _plain(attributes.get("aria-label") or "") or _plain("".join(link.words))
        name = spoken or _plain(attributes.get("title") or "")
        href = (attributes.get("href") or "").strip()
        if inside and not link.hidden:
            self._note_help(part, name, href)
        if link.node.tag == "button" or not href:
            return
        target = self._spelled(href)
        if not target:
            return
        fragment = unquote(urldefrag(href).fragment)
        switch = (attributes.get("role") or "").lower() in _SWITCH_ROLES or any(map(_SWITCH.match, attributes))
        anchors = part.anchors
        # Whether a skip link works is seen on its page, with the Tab key.
        skips = target == self._own and link.stop < FIRST_STOPS and not link.hidden and bool(_SKIP.search(name))
        if fragment and not (switch or skips) and not _NO_PLACE.search(fragment) and len(anchors) < _MOST_LINKS:
            shown = self._redact(fragment)[:_NAME]
            anchors.append(Anchor(url=target, digest=self._digest_of(fragment, ID_BYTES), shown=shown))
        if target == self._own and fragment:
            return
        if not inside:
            if GOES_ON.match(name) and not link.hidden:
                self._goes_on.append(target)
            if len(self._leads) < _MOST_LINKS and target != self._own:
                self._leads[target] = None
        elif len(part.links) < _MOST_LINKS:
            # A name that another element gives is not read here, and none is compared.
            shown = "" if "aria-labelledby" in attributes else self._redact(name)[:_NAME]
            part.links.append(PartLink(url=target, name=shown, hidden=link.hidden))
            part.order.append("l")

    def _note_help(self, part: _Part, name: str, href: str) -> None:
        kind = "phone" if href.startswith("tel:") else "email" if href.startswith("mailto:") else ""
        if not kind:
            words = name.casefold().strip(" .:!?»>›→")
            kind = next((kind for kind, form in _HELPS if form.match(words)), "")
        if kind and kind not in part.helps:
            part.helps.append(kind)
            part.order.append("h")

    def _spelled(self, href: str) -> str:
        joined = _joined(self._base, href)
        if not joined.startswith(("http://", "https://")):
            return ""
        try:
            return self._address(joined)
        except ValueError:  # no address at all
            return ""

    def _packed(self, ids: list[str]) -> bytes:
        return b"".join(sorted({self._digest_of(one, ID_BYTES) for one in ids}))

    def _key(self, text: str) -> bytes:
        words = _plain(text).casefold()
        return self._digest_of(words, TEXT_BYTES) if words else b""

    def _digest_of(self, text: str, size: int) -> bytes:
        return bytes.fromhex(self._digest(text)[: 2 * size])


def _sender(field: LexborNode) -> str:
    """What the control is called that sends the form of a search; "" where there is none, or it has no name."""
    form = _form_of(field)
    button = form.css_first("button, input[type=submit], input[type=image]") if form is not None else None
    if button is None:
        return ""
    attributes = button.attributes
    said = attributes.get("aria-label") or button.text(separator=" ") or attributes.get("value")
    return _plain(said or attributes.get("alt") or attributes.get("title") or "")


def _form_of(field: LexborNode) -> LexborNode | None:
    form = field.parent
    while form is not None and form.tag != "form":
        form = form.parent
    return form


def _is_stop(tag: str, attributes: Mapping[str, str | None]) -> bool:
    if "disabled" in attributes or (attributes.get("type") or "").lower() == "hidden":
        return False
    tabindex = (attributes.get("tabindex") or "").strip()
    if tabindex.startswith("-"):
        return False
    return tabindex.isdigit() or tag in _STOPS or (tag in ("a", "area") and "href" in attributes)


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
