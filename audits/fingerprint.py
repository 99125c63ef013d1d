"""The identity of a finding from run to run: which rule, in which part, on what kind of element.

Nothing people wrote goes in: no text, no address, no id, no attribute value but ``role`` and ``type``. So a fingerprint
survives edited words, new dates and generated ids, needs no key, and tells nothing about anybody. An exposure is the
exception: it is the same exposure only while the value is the same, so it takes in the value's HMAC.

Fingerprints of different versions never match: a new way to compute them needs a new ``VERSION``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator

from audits.model import FRAME_STEP, SHADOW_STEP, Finding

VERSION = "1"

#: Attributes that say what an element is for. Left out: values that change from page to page or moment to moment
#: (``checked``, ``aria-expanded``, ``aria-hidden``, ``style``, ``data-*``), and ``id``, ``name``, ``on…``.
_STABLE = """
    abbr alt aria-describedby aria-haspopup aria-label aria-labelledby aria-level aria-live aria-modal
    aria-owns aria-required aria-roledescription autocomplete autoplay colspan content contenteditable controls dir for
    headers href http-equiv ismap lang longdesc loop method muted placeholder role rowspan scope src srcdoc summary
    tabindex target title type usemap xml:lang
"""
STABLE_ATTRIBUTES = frozenset(_STABLE.split())

#: What a snippet shows of a long start tag: characters of the class; of other values, the most that has room.
_CLASSES, _VALUES = 200, (80, 40, 20, 8, 1)

_TAG = re.compile(r"\s*<\s*([a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"?|'[^']*'?|[^\s"'>]+))?""")
_SELECTOR_TAG = re.compile(r"^[a-zA-Z][a-zA-Z0-9-]*")
_PLAIN_WORD = re.compile(r"^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*$|^[A-Z]+$")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}", re.IGNORECASE)
#: What style tools put before a generated class name.
_GENERATED = ("css-", "sc-", "jsx-", "jss", "svelte-", "emotion-", "makeStyles-", "ng-tns-", "ng-star-inserted", "v-")
#: Classes that say what an element is doing now, not what it is.
_STATE_WORDS = """
    active checked closed collapsed collapsing current disabled enabled expanded fade focus focused hidden hover in
    initialized invalid is loaded loading no-js open opened out selected show shown sticky valid visible
"""
_STATES = frozenset(_STATE_WORDS.split())


def fingerprint(finding: Finding, site_key: str, html: str = "") -> str:
    """The finding's identity: ``1:`` and 32 hexadecimal digits.

    The element is read from ``html``, else from the finding's snippet, else from its selector. Two alike elements in
    one part share a fingerprint; count them.
    """
    if finding.exposure is not None:
        found = ["exposure", finding.exposure.entity, finding.exposure.value_hmac]
    else:
        found = ["element", *_element(html or finding.snippet, finding.selector)]
    return _digest("finding", site_key, finding.rule, finding.part.key, *found)


def issue_fingerprint(site_key: str, rule: str, part_key: str) -> str:
    """The identity of an issue: one rule in one part of a site."""
    return _digest("issue", site_key, rule, part_key)


def shortened(html: str, most: int) -> str:
    """Markup to show, no longer than ``most``. A long start tag keeps what its fingerprint is made of.

    What is cut must not depend on how long an address in it happens to be: class, role and type come first, and values
    of others are cut before names are.
    """
    html = " ".join(html.split())
    start = _TAG.match(html)
    if len(html) <= most:
        return html
    if start is None or _end(html, start.end()) < most:
        return f"{html[: most - 1]}…"
    attributes = _attributes(html[start.end() :])
    first = {name: attributes[name][:_CLASSES] for name in ("class", "role", "type") if name in attributes}
    others = sorted(attributes.keys() - first.keys(), key=lambda name: (name not in STABLE_ATTRIBUTES, name))
    tag = ""
    for longest in _VALUES:
        told = first | {name: _brief(attributes[name], longest) for name in others}
        quoted = (f' {name}="{value.replace(chr(34), "&quot;")}"' for name, value in told.items())
        tag = "".join([f"<{start.group(1)}", *quoted, ">"])
        if len(tag) <= most:
            return tag
    return f"{tag[: most - 1]}…"


def _brief(value: str, longest: int) -> str:
    return value if len(value) <= longest else f"{value[: longest - 1]}…"


def _digest(*facts: str) -> str:
    canonical = json.dumps(facts, ensure_ascii=True, separators=(",", ":"))
    return f"{VERSION}:{hashlib.sha256(canonical.encode()).hexdigest()[:32]}"


def _element(html: str, selector: str) -> tuple[str, ...]:
    """Tag, attribute names, role and type, class words of the first element in ``html``."""
    start = _TAG.match(html)
    if start is None:
        step = selector.rpartition(FRAME_STEP)[2].rpartition(SHADOW_STEP)[2]
        # The last compound of "main > ul.links > li:nth-child(3)": li.
        tag = _SELECTOR_TAG.match(re.split(r"[\s>+~]+(?![^\[(]*[\])])", step.strip())[-1])
        return (tag.group().lower() if tag else "",)
    attributes = _attributes(html[start.end() :])
    names = sorted(STABLE_ATTRIBUTES & attributes.keys())
    words = sorted({word for word in attributes.get("class", "").split() if not is_generated(word)})
    return (
        start.group(1).lower(),
        " ".join(names),
        *(attributes.get(name, "").strip().lower() for name in ("role", "type")),
        " ".join(words),
    )


def _attributes(rest: str) -> dict[str, str]:
    """Attributes of a start tag that may be cut off. The first of two alike wins, as in browsers."""
    found: dict[str, str] = {}
    for name, value, _ in _steps(rest, 0):
        found.setdefault(name.lower(), value.strip("\"'"))
    return found


def _end(html: str, position: int) -> int:
    """Where a start tag ends."""
    last = max((end for _, _, end in _steps(html, position)), default=position)
    found = html.find(">", last)
    return len(html) if found < 0 else found


def _steps(rest: str, position: int) -> Iterator[tuple[str, str, int]]:
    """Name, value as written and end of each attribute."""
    while position < len(rest) and rest[position] != ">":
        match = _ATTRIBUTE.match(rest, position)
        if match is None:
            position += 1
            continue
        position = match.end()
        yield match.group(1), match.group(2) or "", position


def is_generated(word: str) -> bool:
    """Whether a class name is a machine's, a state's, or cut off. crawler/browser/inpage.js asks the same of parts."""
    if any(c.isdigit() for c in word) or word.lower() in _STATES or word.startswith(("is-", "has-", *_GENERATED)):
        return True
    if not word.isascii() or word.endswith("..."):
        return True
    pieces = [piece for piece in re.split(r"[-_:]+", word) if piece]
    return not pieces or any(_is_random(piece) for piece in pieces)


def _is_random(piece: str) -> bool:
    """Whether a piece of a class name is noise ("bdVaJa", "xkcdqw") rather than a word ("siteNav", "footer")."""
    if len(piece) < 5:
        return False
    if not _PLAIN_WORD.match(piece) or _CONSONANTS.search(piece):
        return True
    humps = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", piece)
    return len(humps) >= 3 and len(piece) < 3 * len(humps)
