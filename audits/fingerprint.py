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
    words = sorted({word for word in attributes.get("class", "").split() if not _is_generated(word)})
    return (
        start.group(1).lower(),
        " ".join(names),
        *(attributes.get(name, "").strip().lower() for name in ("role", "type")),
        " ".join(words),
    )


def _attributes(rest: str) -> dict[str, str]:
    """Attributes of a start tag that may be cut off. The first of two alike wins, as in browsers."""
    found: dict[str, str] = {}
    position = 0
    while position < len(rest) and rest[position] != ">":
        match = _ATTRIBUTE.match(rest, position)
        if match is None:
            position += 1
            continue
        found.setdefault(match.group(1).lower(), (match.group(2) or "").strip("\"'"))
        position = match.end()
    return found


def _is_generated(word: str) -> bool:
    """Whether a class name is a machine's, a state's, or cut off."""
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
