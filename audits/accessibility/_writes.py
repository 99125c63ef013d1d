"""What a handler writes, shows, hides and takes away, by its source: elements as the page's scripts name them.

Nothing is run. What cannot be followed is not there: the checks of it ask, and never fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from audits.accessibility._scripts import bare, body_of, followed

Fact = Mapping[str, Any]

#: Letters of a handler, and of what it calls, that are read.
MOST = 20_000
#: An element, as a script says it: a name, a field of an object, or a call that looks for it.
_EXPRESSION = (
    r"(?<![\w$])(?P<at>(?:[\w$]+(?:\.[\w$]+|\[[^\[\]\n]{0,40}\]){0,5}\.)?[\w$]+\((?:[^()\n]|\([^()\n]*\)){0,120}\)(?:\[\d\])?"
    r"(?:\.parent(?:Node|Element))*"
    r"|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[[^\[\]\n]{0,40}\]){0,5}?)"
)
_HIDDEN = r"['\"`](?:[\w-]*[-_])?(?:hid(?:e|den)|d-none|invisible|collapsed|closed)['\"`]"
_SHOWN = r"['\"`](?:[\w-]*[-_])?(?:show(?:n|ing)?|visible|active|open|current|is-active|on)['\"`]"
_CLASSED = r"className\s*\+?=\s*['\"`][^'\"`\n]*\b(?:show(?:n|ing)?|visible|open|active)['\"`]"
_KINDS: Mapping[str, str] = {
    "writes": r"\.(?:textContent|innerText|innerHTML)\s*\+?=(?!=)\s*(?P<said>[^;\n]{1,400})",
    "fills": r"\.(?:text|html)\(\s*(?P<said>[^)\s][^;\n]{0,400})",
    "adds": r"\.(?:insertAdjacent(?:HTML|Element|Text)|append(?:Child|To)?|prepend|replaceChildren|insertBefore)"
    r"\(\s*(?P<said>[^)\s][^;\n]{0,400})",
    "shows": r"\.(?:hidden\s*=\s*(?:false|!1)\b|style\.display\s*=\s*['\"`](?!none)[\w-]*['\"`]"
    r"|style\.visibility\s*=\s*['\"`]visible|removeAttribute\(\s*['\"`]hidden['\"`]|(?:show|fadeIn|slideDown)\("
    rf"|classList\.remove\(\s*{_HIDDEN}|removeClass\(\s*{_HIDDEN}|classList\.add\(\s*{_SHOWN}|addClass\(\s*{_SHOWN}"
    rf"|{_CLASSED})",
    "hides": r"\.(?:hidden\s*=(?!\s*(?:false|!1|!\s*[\w$.]+\.hidden))[^;\n}]+"
    r"|style\.display\s*=\s*(?:['\"`]none|[^'\"`;\n]*\?)"
    r"|style\.visibility\s*=\s*['\"`]hidden|setAttribute\(\s*['\"`]hidden['\"`]|(?:hide|fadeOut|slideUp)\("
    rf"|classList\.add\(\s*{_HIDDEN}|addClass\(\s*{_HIDDEN}|classList\.remove\(\s*{_SHOWN}|removeClass\(\s*{_SHOWN}"
    rf"|classList\.toggle\(\s*(?:{_HIDDEN}|{_SHOWN})\s*,)",
    "removes": r"\.(?:remove\(\s*\)|replaceWith\(|outerHTML\s*=(?!=)|empty\(\s*\))",
}
_WRITES = {kind: re.compile(_EXPRESSION + tail) for kind, tail in _KINDS.items()}
_LOOKS_FOR = re.compile(
    r"(?P<call>[\w$]+(?:\.[\w$]+)*)\(\s*(?P<quote>[\"'`])(?P<name>[^\"'`$]{1,80})(?P=quote)\s*\)(?:\[\d\])?$"
)
_GIVES = re.compile(r"\breturn\s+document\.getElementById\(\s*[\"'`]([^\"'`$]{1,80})[\"'`]\s*\)")
_BY_ID = re.compile(r"(?:^|\.)getElementById$")
_BY_SELECTOR = re.compile(r"(?:^|\.)(?:querySelector(?:All)?|find|one|qs|qsa)$|^(?:\$|jQuery|\$\$)$")
_BY_CLASS = re.compile(r"(?:^|\.)getElementsByClassName$")
_GIVEN = re.compile(
    r"(?<![\w$.])(?:this\.|self\.|[\w$]{1,20}\.)?(?P<name>[A-Za-z_$][\w$]*)\s*[:=](?![=>])\s*"
    r"(?P<value>(?:\[\.\.\.|Array\.from\()?[\w$]+(?:\.[\w$]+)*\(\s*[\"'`][^\"'`$\n]{1,80}[\"'`]\s*\))"
)
_EACH = re.compile(
    r"(?<![\w$.])(?P<all>[\w$.]+(?:\([^()\n]{0,80}\))?)\.(?:forEach|map|each)\(\s*(?:function\s*[\w$]*\s*\(|\()?\s*(?P<one>[A-Za-z_$][\w$]*)"
    r"|for\s*\(\s*(?:const|let|var)\s+(?P<item>[A-Za-z_$][\w$]*)\s+of\s+(?P<of>[\w$.]+(?:\([^()\n]{0,80}\))?)\s*\)"
)
_EMPTY = re.compile(r"^(?:''|\"\"|``|null\b|undefined\b|\[\])\s*[,;)}]?")
#: Words of a script or of markup in it; the value of an attribute is neither.
_SAID = re.compile(
    r"(?:(?<![=\\])[\"'`]|>)\s*(?!(?:before|after)(?:begin|end))([^\W\d_][^\"'`<>${}()=;\n]{3,80})(?=[\"'`<$])"
)


class Write(NamedTuple):
    """What is done ("writes", "fills", "adds", "shows", "hides", "removes"), to what, with which words of the "
    "script."""

    kind: str
    target: str
    said: str


class Scripts:
    """All code of a page that can be read, and what its names stand for."""

    def __init__(self, code: str) -> None:
        self.code = bare(code)
        self._given: dict[str, str] = {}
        self._bodies: dict[str, str] = {}
        self._done: dict[str, tuple[Write, ...]] = {}
        for found in _GIVEN.finditer(self.code):
            if selector := self._looked_for(found["value"].removeprefix("[...").removeprefix("Array.from(")):
                self._given.setdefault(found["name"], selector)
        for found in _EACH.finditer(self.code):
            every, one = found["all"] or found["of"], found["one"] or found["item"]
            if selector := self.selector(every):
                self._given.setdefault(one, selector)

    def body(self, source: str) -> str:
        """A handler, and what it calls."""
        if source not in self._bodies:
            self._bodies[source] = followed(self.code, bare(source))
        return self._bodies[source]

    def writes(self, body: str) -> Sequence[Write]:
        """What it does to elements, each once; what empties an element is no writing."""
        if body not in self._done:
            self._done[body] = tuple(self._writes(body[:MOST]))
        return self._done[body]

    def everywhere(self) -> Iterator[Write]:
        """The same of all code of the page, a stretch at a time."""
        for start in range(0, min(len(self.code), 10 * MOST), MOST):
            yield from self.writes(self.code[start : start + MOST])

    def _writes(self, body: str) -> Iterator[Write]:
        seen = set()
        for kind, sign in _WRITES.items():
            for found in sign.finditer(body):
                said = found.groupdict().get("said") or ""
                if said and _EMPTY.match(said.strip()):
                    continue
                target = self.selector(found["at"])
                if target and (kind, target) not in seen:
                    seen.add((kind, target))
                    words = _SAID.search(said)
                    yield Write(kind, target, " ".join(words[1].split()) if words else "")

    def selector(self, expression: str) -> str:
        """How the page's scripts look for this element; "" = nobody can tell."""
        expression = re.sub(r"\[[^\[\]]*\]$", "", expression.strip())
        if selector := self._looked_for(expression):
            return selector
        name = expression.rpartition(".")[2]
        if not re.fullmatch(r"[A-Za-z_$][\w$]*", name) or name in (
            "this",
            "body",
            "document",
            "target",
            "currentTarget",
        ):
            return ""
        return self._given.get(name) or f"#{name}"

    def _looked_for(self, expression: str) -> str:
        found = _LOOKS_FOR.fullmatch(expression)
        if not found:
            gives = _GIVES.search(body_of(self.code, expression[:-2])) if expression.endswith("()") else None
            return f"#{gives[1]}" if gives else ""
        call, name = found["call"], found["name"]
        if _BY_ID.search(call) or self._is_by_id(call):
            return f"#{name}"
        if _BY_CLASS.search(call):
            return f".{name}"
        return name if _BY_SELECTOR.search(call) or re.search(r"[#.\[]", name) else ""

    def _is_by_id(self, call: str) -> bool:
        """Whether a function of the page's own looks for ids: ``const $ = (id) => "
        ""
        ""
        ""
        "document.getElementById(id)``."""
        if not re.fullmatch(r"[\w$]{1,20}", call):
            return False
        sign = re.escape(call)
        made = (
            rf"(?<![\w$])(?:{sign}\s*[=:]\s*[^;\n]{{0,40}}"
            rf"|function\s+{sign}\s*\([^)]*\)\s*\{{[^}}]{{0,60}})getElementById"
        )
        return re.search(made, self.code) is not None


def code_of(artifact: Fact, scripts: str) -> Scripts:
    """The page's inline scripts, and what its handlers say themselves."""
    holders: Sequence[Fact] = (
        *artifact["elements"],
        *artifact["forms"],
        *artifact["shut"],
        {"handlers": artifact["delegated"]},
    )
    sources = dict.fromkeys(one["source"] for holder in holders for one in holder["handlers"])
    return _read("\n;".join([scripts, *sources]))


@lru_cache(maxsize=2)
def _read(code: str) -> Scripts:
    return Scripts(code)  # several checks ask for those of one page, one after the other
