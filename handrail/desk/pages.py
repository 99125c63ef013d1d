"""Pages of the desk: the styles, the macros and the words of reports, and its own beside them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup, escape

from audits.standards import load
from handrail.desk.door import PACKAGE
from handrail.desk.roles import Action
from handrail.wiring import fonts, vendored
from reports import clean
from reports.answers import GIVEN
from reports.compiled import Compiled
from reports.decisions import DECIDED, UNDECIDED
from reports.formats.html import FONTS, LOOK
from reports.text import Language, Words
from reports.work import MARKED

if TYPE_CHECKING:
    from handrail.desk.door import Visit
    from reports.terms import Text

#: Where a person may go, in the order of the navigation: action, name, address.
AREAS: tuple[tuple[Action, str, str], ...] = (
    (Action.SEE_ISSUES, "issues", "/issues"),
    (Action.SEE_CHECKS, "checks", "/checks"),
    (Action.SEE_DOCUMENTS, "documents", "/documents"),
    (Action.COMPARE, "compare", "/compare"),
    (Action.SEE_REGISTER, "register", "/register"),
    (Action.SEE_FEEDBACK, "feedback", "/feedback"),
    (Action.SEE_SIGNATURES, "sign", "/sign"),
    (Action.MANAGE_PEOPLE, "people", "/people"),
    (Action.SEE_LOG, "log", "/log"),
)


#: Where the words stand for facts of the log that are one of a few; of what was before, by the kind of the entry.
_FACTS = {
    **{"roles": "desk.role", "stage": "desk.stage", "result": "answer", "ground": "register.ground"},
    **{"outcome": "desk.revealed", "how": "desk.log.how"},
}
_BEFORE = {MARKED: "desk.stage", GIVEN: "answer", DECIDED: "register.ground", UNDECIDED: "register.ground"}
#: Lines of a list on one page.
ON_A_PAGE = 50
T = TypeVar("T")
_SCRIPT = "text/javascript; charset=utf-8"
_COMPILED = Compiled("desk", __file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that pages load: from here alone, and never from elsewhere."""

    body: bytes
    media: str


def page(visit: Visit, template: str, status: int = 200, **values: Any) -> Response:
    """One page, in the language of who asks."""
    environment = _environment(visit.words.language)
    own = {
        "visit": visit,
        "city": visit.office.policy.city,
        "areas": [] if _must_change(visit) else [one[1:] for one in AREAS if visit.person and visit.person.may(one[0])],
        "csrf": visit.session.csrf if visit.session else "",
        "wrong": {},
        "said": {},
    }
    return HTMLResponse(environment.get_template(f"desk/{template}").render({**own, **values}), status_code=status)


def _must_change(visit: Visit) -> bool:
    """Whether there is nothing for this person but to change the password."""
    return visit.session is not None and visit.session.must_change


def stretch(found: Sequence[T], asked: Mapping[str, str]) -> tuple[Sequence[T], dict[str, int]]:
    """Those of a list that ``page`` asks for, and what the page says of it: which it is, and how many there are."""
    pages = max(1, -(-len(found) // ON_A_PAGE))
    said = asked.get("page", "1")
    number = min(max(1, int(said)), pages) if re.fullmatch(r"[0-9]{1,6}", said) else 1
    return found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE], {"number": number, "pages": pages}


def see_other(path: str, told: str = "") -> Response:
    """After a form: a page that may be loaded again without doing it twice. ``told``: what was done."""
    if told:
        head, mark, fragment = path.partition("#")
        path = f"{head}{'&' if '?' in head else '?'}told={told}{mark}{fragment}"
    return RedirectResponse(path, status_code=303)


@cache
def assets() -> Mapping[str, Asset]:
    """By name, what lies under /static/."""
    found = {f"{name}.woff2": Asset(body=body, media="font/woff2") for name, body in fonts().items()}
    own = files(PACKAGE) / "static"
    faces = "\n".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;font-display:swap;'
        f'src:url("{name}.woff2") format("woff2")}}'
        for name, (family, weight) in FONTS.items()
        if f"{name}.woff2" in found
    )
    report = (files("reports") / "templates" / "report.css").read_text("utf-8")
    desk = (own / "desk.css").read_text("utf-8")
    found["desk.js"] = Asset(body=(own / "desk.js").read_bytes(), media=_SCRIPT)
    with suppress(FileNotFoundError):  # pages do without
        found["htmx.js"] = Asset(body=vendored("htmx.min.js"), media=_SCRIPT)
    found["desk.css"] = Asset(body=f"{faces}\n{report}\n{desk}".encode(), media="text/css; charset=utf-8")
    return found


@cache
def _mark(name: str) -> str:
    return hashlib.sha256(assets()[name].body).hexdigest()[:12]


@cache
def _environment(language: Language) -> Environment:
    words = Words(language, PACKAGE)
    other: Language = "fr" if language == "en" else "en"

    def text(told: Text) -> Markup:
        own = told.fr if language == "fr" else told.en
        if own or not told.en:
            return escape(clean.line(own, clean.MESSAGE))
        return Markup('<span lang="en-CA">{}</span>').format(clean.line(told.en, clean.MESSAGE))

    def static(name: str) -> str:
        return f"/static/{name}?{_mark(name)}"

    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader("reports", "templates"), PrefixLoader({"desk": PackageLoader(PACKAGE, "templates")})]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
        bytecode_cache=_COMPILED,
    )
    environment.globals.update(
        t=words.t,
        has=words.has,
        num=words.number,
        size=words.size,
        date=words.date,
        time=words.time,
        tx=text,
        part_name=lambda key, name: words.part(key, clean.line(name)),
        labelled=lambda key, names: [(name, words.t(f"{key}.{name}")) for name in names],
        pairs=lambda values: [(value, value) for value in values],
        kinds=lambda found: _kinds(found, words),
        fact=lambda kind, name, value: _fact(kind, name, value, words),
        look=LOOK,
        href=clean.href,
        once=_once,
        short=lambda url: url if len(url) <= 90 else f"{url[:65]}…{url[-24:]}",
        static=static,
        scripts=[name for name in ("htmx.js", "desk.js") if name in assets()],
        lang=words.lang,
        language=language,
        other=other,
        other_lang=Words(other).lang,
        other_name=Words(other).t("page.language"),
        Action=Action,
    )
    return environment


def _once(kept: dict[str, Markup], key: str, make: Callable[[Any], Markup], value: Any) -> Markup:
    """What a macro made of a value before, if it did."""
    if key not in kept:
        kept[key] = make(value)
    return kept[key]


def _fact(kind: str, name: str, value: str, words: Words) -> str:
    """A fact of an entry of the log: in words where it is one of a few, else as it stands."""
    if name.rpartition(".")[2] == "step":
        steps = {one.id: one.title_fr if words.language == "fr" else one.title_en for one in load().breach.steps}
        return steps.get(value, value)
    where = _BEFORE.get(kind, "") if name == "before" else _FACTS.get(name.rpartition(".")[2], "")
    keys = [(f"{where}.{one}", one) for one in value.split(", ")]
    return ", ".join(words.plain(key) if where and words.has(key) else one for key, one in keys)


def _kinds(found: Iterable[str], words: Words) -> str:
    """Kinds of personal information, in words."""
    return ", ".join(words.t(f"pii.{one}") if words.has(f"pii.{one}") else one for one in found)


def _finalize(value: Any) -> Any:
    """Whatever reaches a page loses what can hide or reorder text."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return clean.block(value, 10_000)
