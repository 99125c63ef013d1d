"""What the source of a page's scripts says: what a timer does and when, what a function that is called by name does.

Nothing is run. A source that cannot be followed says nothing: the checks of it ask, and never fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

#: Letters of a function's body that are read, and functions that are followed from one that is called.
LONGEST, STEPS = 1500, 3
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'\\])//[^\n]*", re.DOTALL)
_TIMER = re.compile(r"(?<![\w$])set(Timeout|Interval)\s*\(")
_AWAITED = re.compile(r"(?<![\w$])await\s+[\w$.]*(?:sleep|delay|wait|pause|timeout)\w*\s*\(([^()]*)\)", re.IGNORECASE)
_NAME = re.compile(r"(?:[\w$]+\.)*([A-Za-z_$][\w$]*)(?:\.bind\(.*\))?\s*;?")
_CALLED = re.compile(r"(?<![\w$])([A-Za-z_$][\w$]*)\s*\(")
#: What stands before a bracket and calls nothing: an anonymous function is no function of that name.
_KEYWORDS = frozenset({"function", "if", "for", "while", "switch", "catch", "return", "typeof", "async", "await"})
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e\d+)?", re.IGNORECASE)
_PRODUCT = re.compile(r"[\s()*]+")


class Timer(NamedTuple):
    """What is to happen, and after how many milliseconds; None = nobody can tell from the source."""

    body: str
    delay: float | None
    again: bool
    at: int = 0  # where it stands in the source without comments


def bare(source: str) -> str:
    """Without comments."""
    return _COMMENT.sub(" ", source)


def timers(source: str) -> Iterator[Timer]:
    """Every ``setTimeout`` and ``setInterval``, with what it calls written out, and what comes after a pause."""
    code = bare(source)
    for found in _TIMER.finditer(code):
        arguments = _arguments(code, found.end())
        if not arguments:
            continue
        delay = _milliseconds(code, arguments[1]) if len(arguments) > 1 else 0.0
        yield Timer(followed(code, arguments[0]), delay, found.group(1) == "Interval", found.start())
    for found in _AWAITED.finditer(code):
        rest = code[found.end() : found.end() + LONGEST].partition("}")[0]
        yield Timer(rest, _milliseconds(code, found.group(1)), again=False, at=found.start())


def followed(code: str, handler: str) -> str:
    """A handler, and what it calls by name, one after the other."""
    text = handler.strip().strip("\"'`") if handler.strip()[:1] in "\"'`" else handler
    named = _NAME.fullmatch(text.strip())
    wanted = [named.group(1)] if named else _CALLED.findall(text)
    bodies, seen = [text], set[str]()
    for name in wanted:
        if name in seen or name in _KEYWORDS or len(seen) >= 12:
            continue
        seen.add(name)
        if body := body_of(code, name):
            bodies.append(body)
            if len(bodies) <= STEPS:
                wanted += _CALLED.findall(body)
    return "\n".join(bodies)


def body_of(code: str, name: str) -> str:
    """The body of a function of this name; "" where it is not written here."""
    sign = re.escape(name)
    made = re.search(
        rf"function\s+{sign}\s*\([^)]*\)\s*\{{"
        rf"|(?<![\w$]){sign}\s*[=:]\s*(?:async\s*)?(?:function\s*[\w$]*\s*\([^)]*\)\s*\{{|(?:\([^)]*\)|[\w$]+)\s*=>\s*)"
        rf"|(?:^|[\n;{{}},])\s*(?:async\s+)?(?!if|for|while|switch|catch){sign}\s*\([^()]*\)\s*\{{",
        code,
    )
    if not made:
        return ""
    if code[made.end() - 1] != "{" and code[made.end() : made.end() + 1] != "{":
        return re.split(r"[;\n]", code[made.end() : made.end() + LONGEST])[0]
    return _braced(code, code.index("{", made.end() - 1))


def _braced(code: str, start: int) -> str:
    depth = 0
    for at in range(start, min(len(code), start + LONGEST)):
        depth += {"{": 1, "}": -1}.get(code[at], 0)
        if not depth:
            return code[start : at + 1]
    return code[start : start + LONGEST]


def _arguments(code: str, start: int) -> list[str]:
    """The arguments of a call, from behind its bracket; [] where it does not end."""
    depth, quote, last = 0, "", start
    found: list[str] = []
    at = start
    while at < min(len(code), start + 20 * LONGEST):
        sign = code[at]
        if quote:
            if sign == "\\":
                at += 1
            elif sign == quote:
                quote = ""
        elif sign in "\"'`":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            if not depth:
                return [*found, code[last:at]]
            depth -= 1
        elif sign == "," and not depth:
            found.append(code[last:at])
            last = at + 1
        at += 1
    return []


def _milliseconds(code: str, written: str) -> float | None:
    """A number, a product of numbers, or a name that is given one once."""
    value = 1.0
    factors = [factor for factor in _PRODUCT.split(written.strip()) if factor]
    for factor in factors:
        number = _number(code, factor)
        if number is None:
            return None
        value *= number
    return value if factors else None


def _number(code: str, factor: str) -> float | None:
    if _NUMBER.fullmatch(factor):
        return float(factor)
    if not re.fullmatch(r"[\w$.]+", factor):
        return None
    name = re.escape(factor.rpartition(".")[2])
    given = re.findall(rf"(?<![\w$]){name}\s*[=:]\s*([\d.e\s*()]+)\s*(?:[,;}}\n]|$)", code, re.IGNORECASE)
    if len(given) != 1:
        return None
    value = 1.0
    for one in _PRODUCT.split(given[0].strip()):
        if one and not _NUMBER.fullmatch(one):
            return None
        value *= float(one) if one else 1.0
    return value
