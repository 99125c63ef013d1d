"""What a listener of the whole page is for: of the elements that it tells apart, those for which it does something.

    addEventListener("click", (event) => { const chip = event.target.closest(".chip"); if (chip) choose(chip); });

It is for ".chip". One that closes a menu unless the click was in it is not for the menu. Read, never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Letters of a condition in which a question is looked for.
LONGEST = 400
_COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
_OF = r"(?P<no>!\s*)?(?<![\w$.])(?P<of>[\w$]+(?:\??\.[\w$]+){0,3}?)\??\."
#: Questions about what was clicked, and the selector that each stands for.
_ASKS = (
    (re.compile(_OF + r"""(?:closest|matches)\(\s*(?P<q>["'`])(?P<name>[^"'`$]{2,200})(?P=q)\s*\)"""), "{}"),
    (re.compile(_OF + r"""classList\??\.contains\(\s*(?P<q>["'`])(?P<name>[\w-]{1,60})(?P=q)\s*\)"""), ".{}"),
    (re.compile(_OF + r"""id\s*={2,3}\s*(?P<q>["'`])(?P<name>[\w-]{1,60})(?P=q)"""), "#{}"),
    (re.compile(_OF + r"""(?:tagName|nodeName)\s*={2,3}\s*(?P<q>["'`])(?P<name>IMG|img)(?P=q)"""), "img"),
    (re.compile(_OF + r"dataset\??\.(?P<name>[a-z][A-Za-z]{0,40})\b"), "[data-{}]"),
)
_TAKES = re.compile(
    r"\{\s*(?P<name>[a-z][A-Za-z]{0,40})(?:\s*:\s*[\w$]+)?\s*(?:,[^{}]{0,60})?\}\s*=\s*[\w$.]*[tT]arget\??\.dataset\b"
)
#: Names for the element that was clicked.
_NAMES = re.compile(r"(?<![\w$.])([\w$]+)\s*=\s*[\w$]+\.(?:target|srcElement)\b(?!\s*\??\.)")
_GIVEN = re.compile(r"\{[^{}()]{0,40}\btarget\b(?:\s*:\s*([\w$]+))?[^{}()]{0,40}\}\s*(?:\)|=)")
_NAMED = re.compile(r"(?<![\w$.])([\w$]+)\s*=(?![=>])[^;={}]*$")
_WITHIN_IF = re.compile(r"(?<![\w$.])if\s*\(")
_SWITCHED = re.compile(r"\bswitch\s*\(\s*$")
_RETURNS = re.compile(r"\s*\{?\s*return\b\s*(?:;|\}|$|false|!1|void 0|undefined|null)")
_DOES = re.compile(
    r"\.(?:textContent|innerText|innerHTML|hidden|value|checked|src|href|open|className|disabled)\s*=(?![=>])"
    r"|\.style\.[\w$]+\s*=(?!=)|\.classList\.(?:add|remove|toggle|replace)\(|\b(?:set|toggle|remove)Attribute\("
    r"|\blocation\b|\.dataset\.\w+\s*=(?!=)"
)
_CALLS = re.compile(r"(?<![\w$])([\w$]+(?:\.[\w$]+)*)\s*\(")
_COUNTS = re.compile(
    r"gtag|\bga$|fbq|plausible|umami|clarity|utag|_satellite|sendBeacon|dataLayer|_gaq|_paq|analytics|mixpanel|matomo"
    r"|track|console|log(?:Event|Click)?$|beacon|measure|telemetry",
    re.IGNORECASE,
)
#: Calls that only read, hold back, or stand for the language itself.
_READS = frozenset(
    {"if", "for", "while", "switch", "catch", "function", "return", "typeof", "closest", "matches", "contains"}
    | {"preventDefault", "stopPropagation", "stopImmediatePropagation", "getAttribute", "hasAttribute", "push", "trim"}
    | {"querySelector", "querySelectorAll", "getElementById", "includes", "Number", "String", "parseInt", "toLowerCase"}
    | {"startsWith", "endsWith", "split", "test", "toUpperCase", "Boolean", "replace", "toString", "indexOf"}
)


def meant(source: str) -> set[str]:
    """Selectors of what a listener to clicks on the whole page does something for."""
    code = _COMMENT.sub("", source)
    clicked = set(_NAMES.findall(code)) | {name or "target" for name in _GIVEN.findall(code)}
    return set(_found(code, clicked))


def _found(code: str, clicked: set[str]) -> Iterator[str]:
    for sign, form in _ASKS:
        for ask in sign.finditer(code):
            of = ask["of"]
            if not (re.search(r"(?:^|\.)(?:target|srcElement)$", of) or of in clicked):
                continue
            if _is_for(code, ask.start(), ask.end(), no=bool(ask["no"])):
                yield form.format(_dashed(ask["name"]) if form == "[data-{}]" else ask["name"])
    for taken in _TAKES.finditer(code):
        if _acts(code[taken.end() :]):
            yield f"[data-{_dashed(taken['name'])}]"


def _is_for(code: str, start: int, end: int, *, no: bool) -> bool:
    """Whether something is done where the answer to a question is yes."""
    before, after = code[:start], code[end:]
    if _SWITCHED.search(before):
        return _acts(after)
    if condition := _rest_of_condition(before, after):
        returns, then = _RETURNS.match(condition), condition
        if no:
            return bool(returns) and _acts(then[returns.end() :] if returns else "")
        return not returns and _acts(_statement(then))
    if no:
        return False
    if named := _NAMED.search(before[-300:]):
        return _uses(re.escape(named[1]), after)
    return after.lstrip().startswith("&&") and _acts(_statement(after.lstrip()[2:]))


def _uses(name: str, after: str) -> bool:
    """Whether a name that holds what was found, or nothing, stands where something is done if it was found."""
    if gone := re.search(rf"\bif\s*\(\s*!\s*{name}(?![\w$.])[^{{}};]*?\)(?P<then>\s*\{{?\s*return\b)", after):
        return _acts(after[gone.end() :])
    if held := re.search(rf"\bif\s*\(\s*{name}(?![\w$])", after):
        depth_rest = _rest_of_condition("if (", after[held.end() :])
        return not _RETURNS.match(depth_rest) and _acts(_statement(depth_rest))
    short = re.search(rf"(?<![\w$.!]){name}\s*(?:&&|\?(?!\.))", after) or re.search(rf"(?<![\w$.]){name}\?\.", after)
    if short:
        return _acts(_statement(after[short.start() :]))
    switched = re.search(rf"\bswitch\s*\(\s*{name}(?![\w$])", after)
    return bool(switched) and _acts(after)


def _rest_of_condition(before: str, after: str) -> str:
    """What follows a condition, for what stands within one; "" for what does not."""
    before = before[-LONGEST:]
    for opened in reversed(list(_WITHIN_IF.finditer(before))):
        depth = 1 + sum({"(": 1, ")": -1}.get(sign, 0) for sign in before[opened.end() :])
        if depth < 1:
            continue
        for place, sign in enumerate(after):
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if not depth:
                return after[place + 1 :] or " "
        return ""
    return ""


def _statement(code: str) -> str:
    """The statement or the block that code begins with."""
    code = code.lstrip()
    if not code.startswith("{"):
        return re.split(r"[;\n]", code, maxsplit=1)[0]
    depth = 0
    for place, sign in enumerate(code):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if not depth:
            return code[: place + 1]
    return code


def _acts(code: str) -> bool:
    """Whether something is done that people would miss; counting clicks is not."""
    kept = re.sub(r"[\w$.]*\b(?:gtag|dataLayer\.push|sendBeacon|console\.\w+)\([^;]*\)", "", code)
    if _DOES.search(kept):
        return True
    return any(call.rsplit(".", 1)[-1] not in _READS and not _COUNTS.search(call) for call in _CALLS.findall(kept))


def _dashed(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"-{found.group().lower()}", name)
