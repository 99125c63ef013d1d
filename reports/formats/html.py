"""Pages from report.json's data: static, no script, every text escaped. No number is worked out here."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports import clean, exports, signing
from reports.compiled import Compiled
from reports.formats import charts, feedback, paging, rows
from reports.formats.documents import kind_of, sheet_name, why_unread
from reports.sampled import said as sample_said
from reports.text import LANGUAGES, Language, Words

SUFFIX = ".html"
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Where pages are shown. ``public``: published, without a register beside them. ``desk``: the address at which
    people do something about what pages tell; "" = there is none."""

    public: bool = False
    desk: str = ""
    found_by_search: bool = False


WITHIN = Shown()

#: Font -> CSS family and weight. Without the files the reader's own system font is used.
FONTS: Mapping[str, tuple[str, int]] = {
    "next-400": ("Hyperlegible", 400),
    "next-700": ("Hyperlegible", 700),
    "mono-400": ("Hyperlegible Mono", 400),
}

#: Colour and shape of each state; the shape carries the meaning.
LOOK: Mapping[str, Mapping[str, str]] = {
    "fails": {"css": "c-fail", "glyph": "cross"},
    "does-not-support": {"css": "c-fail", "glyph": "cross"},
    "partially-supports": {"css": "c-partial", "glyph": "half"},
    "supports": {"css": "c-ok", "glyph": "tick"},
    "not-applicable": {"css": "c-na", "glyph": "dash"},
    "needs-person": {"css": "c-person", "glyph": "person"},
    "no-failure-found": {"css": "c-found", "glyph": "seek"},
    "goal-fails": {"css": "c-partial", "glyph": "half"},
    "not-covered": {"css": "c-gap", "glyph": "hollow"},
    "not-checked": {"css": "c-na", "glyph": "clock"},
    "removed": {"css": "c-na", "glyph": "dash"},
    "not-required": {"css": "c-na", "glyph": "ring"},
    "incomplete": {"css": "c-stale", "glyph": "clock"},
    "not-audited": {"css": "c-stale", "glyph": "clock"},
}
_ORDER = tuple(LOOK)
#: What stands on pages of a report whose hash nobody computed.
_UNSIGNED: Data = {"report_sha256": "", "signatures": ()}
_SEVERITIES = ("critical", "serious", "moderate", "minor")


def page_name(stem: str, language: Language) -> str:
    """ "index.html", "index.fr.html"."""
    return f"{stem}.html" if language == "en" else f"{stem}.{language}.html"


def render_pages(
    data: Data,
    *,
    fonts: Mapping[str, bytes] | None = None,
    signed: Data | None = None,
    files: Mapping[str, Collection[str]] | None = None,
    shown: Shown = WITHIN,
    sites: Collection[str] | None = None,
) -> dict[str, str]:
    """Path -> page: all sites, each site, and the evidence, in both languages.

    ``signed``: signatures.json's data. ``files``: by folder, what lies there to offer. ``sites``: the keys of those
    whose pages are wanted; None: all.
    """
    pages: dict[str, str] = {}
    for language in LANGUAGES:
        press = _Press(data, language, fonts or {}, signed=signed or _UNSIGNED, files=files or {}, shown=shown)
        pages[page_name("index", language)] = press.index()
        pages[page_name("aoda", language)] = press.aoda()
        if data["policy"]:
            pages[page_name("policy", language)] = press.policy()
        for site in data["sites"]:
            if sites is None or site["key"] in sites:
                pages[f"sites/{site['path']}/{page_name('index', language)}"] = press.site(site)
    return pages


def render_register(data: Data, *, fonts: Mapping[str, bytes] | None = None, shown: Shown = WITHIN) -> dict[str, str]:
    """File name -> page: the restricted register in both languages. ``data`` is the register's own."""
    return {
        page_name("privacy", language): _Press({**data, "sites": []}, language, fonts or {}, shown=shown).register()
        for language in LANGUAGES
    }


def render_chain(
    data: Data, language: Language, *, city: Data, tool: str, fonts: Mapping[str, bytes] | None = None
) -> str:
    """The page of one chain, from a resident's report to the reply. It stands alone and leads nowhere."""
    run = {"started": data["on"], "sample": "", "tool_version": tool, "engines": {}}
    return _Press({"city": city, "run": run, "sites": []}, language, fonts or {}).chain(data)


def render_issues(
    data: Data,
    site: Data,
    places: Mapping[str, Sequence[Data]],
    *,
    fonts: Mapping[str, bytes] | None = None,
    files: Mapping[str, Collection[str]] | None = None,
    shown: Shown = WITHIN,
) -> Iterator[tuple[str, str]]:
    """Path and page: the issues of a site, some on each page, in both languages. ``places``: by issue, as many as
    there is room for."""
    for language in LANGUAGES:
        press = _Press(data, language, fonts or {}, files=files or {}, shown=shown)
        for number, issues in enumerate(paging.pages(site), start=1):
            name = page_name(paging.stem(number), language)
            yield f"sites/{site['path']}/{name}", press.issues(site, issues, number, places)


def render_history(
    audits: Sequence[Data],
    language: Language,
    *,
    city: Data,
    latest: str,
    fonts: Mapping[str, bytes] | None = None,
    shown: Shown = WITHIN,
) -> str:
    """The list of published audits, the newest first. ``latest``: the folder that leads to the newest."""
    newest = {**audits[0]["run"], "sample": ""}
    press = _Press({"city": city, "run": newest, "sites": []}, language, fonts or {}, shown=shown)
    title = press.words.t("history.title")
    return press.page(
        "history.html", kind="history", root="", stem="index", doc_title=title, audits=audits, latest=latest
    )


_COMPILED = Compiled("report", __file__)


class _Press:
    """One language of one report."""

    def __init__(
        self,
        data: Data,
        language: Language,
        fonts: Mapping[str, bytes],
        *,
        signed: Data = _UNSIGNED,
        files: Mapping[str, Collection[str]] = MappingProxyType({}),
        shown: Shown = WITHIN,
    ) -> None:
        self.data = data
        self.signed = signed
        self.shown = shown
        self.files = files
        self.words = words = Words(language)
        other: Language = "fr" if language == "en" else "en"
        self.other = other
        self.environment = Environment(
            loader=PackageLoader("reports", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_finalize,
            bytecode_cache=_COMPILED,
        )
        self.environment.globals.update(
            t=words.t,
            has=words.has,
            num=words.number,
            pct=words.percent,
            date=words.date,
            time=words.time,
            tx=self.text,
            plain=self.plain,
            severities=self.severities,
            part_name=self.part_name,
            part_of=self.part_of,
            on=self.on,
            size=words.size,
            kind_of=self.kind_of,
            unread=self.unread,
            reason=self.reason,
            sample_said=lambda sample: sample_said(sample, self.words),
            measured=self.measured,
            decimal=self.decimal,
            has_policy=bool(data.get("policy", True)),  # the register stands beside a report
            linked=self.linked,
            page_state=self.page_state,
            shown_as=rows.shown_as,
            short=_short,
            href=clean.href,
            css_string=_css_string,
            page=lambda stem: page_name(stem, language),
            lang=words.lang,
            other_lang=Words(other).lang,
            other_name=Words(other).t("page.language"),
            look=LOOK,
            site_by_key={site["key"]: site for site in data["sites"]},
            city=data["city"],
            shown=shown,
            desk="" if shown.public else shown.desk.rstrip("/"),
            # Said of all sites only where it is true of all.
            sampled=all(site["run"]["sample"] for site in data["sites"]) and bool(data["run"]["sample"]),
            **_of_run(data["run"]),
            css=Markup(_css()),  # noqa: S704 (our own file)
            font_faces=_font_faces(fonts),
            spark=charts.spark,
            aim_words=lambda aim: charts.aim_words(aim, words),
            deploy_words=lambda one: charts.deploy_words(one, words),
        )
        self.environment.globals["m"] = self.environment.get_template("macros.html").module

    def index(self) -> str:
        title = self.words.t("index.doc-title", date=self.words.date(self.data["run"]["started"], short=True))
        states = [
            "fails" if site["required"]["fails"] else site["verdict"]
            for site in sorted(self.data["sites"], key=lambda site: not site["required"]["fails"])
        ]
        states += ["not-audited"] * len(self.data["waiting"])
        return self.page(
            "index.html",
            kind="index",
            root="",
            stem="index",
            doc_title=title,
            site_squares=states,
            totals=self.data["totals"],
            first_audit=self.data["totals"]["first_audit"],
            first=self.data["first"],
            sites=self.data["sites"],
            parts=self.data["parts"],
            owners=self.data["owners"],
            waiting=self.data["waiting"],
            trend=self.data["trend"],
            aim=self.data["aim"],
            drawings=charts.charts(self.data["trend"], self.data["aim"], (), self.words, wide=640),
            coming=self.data["coming"],
            more_coming=self.data["more_coming"],
            signed=self.signed,
            downloads=exports.downloads(exports.OF_ALL, self.files.get("", ()), self.words.language),
        )

    def aoda(self) -> str:
        title = self.words.t("aoda.doc-title", date=self.words.date(self.data["run"]["started"], short=True))
        return self.page(
            "aoda.html",
            kind="aoda",
            root="",
            stem="aoda",
            doc_title=title,
            sites=self.data["sites"],
            law=self.data["law"],
            totals=self.data["totals"],
            first_audit=self.data["totals"]["first_audit"],
            valid={
                site["key"]: sum(one["state"] == "valid" for one in signing.of_site(self.signed, site["key"]))
                for site in self.data["sites"]
            },
        )

    def policy(self) -> str:
        title = self.words.t("policy.doc-title", date=self.words.date(self.data["run"]["started"], short=True))
        return self.page(
            "policy.html",
            kind="policy",
            root="",
            stem="policy",
            doc_title=title,
            policy=self.data["policy"],
            first_audit=self.data["totals"]["first_audit"],
        )

    def measured(self, one: Data) -> str:
        """A value with its unit."""
        if one["unit"] == "bytes":
            return self.words.size(one["value"])
        if one["unit"] == "count":
            return self.words.number(one["value"])
        return self.words.t(f"policy.unit.{one['unit']}", n=one["value"])

    def decimal(self, number: float) -> str:
        """ "0.194", "0,194"."""
        return f"{number:g}" if self.words.language == "en" else f"{number:g}".replace(".", ",")

    def site(self, site: Data) -> str:
        criteria = site["criteria"]
        groups = {group["group"]: group for group in site["groups"]}
        required = sorted((c["result"] for c in criteria if c["aoda"] == "yes"), key=_ORDER.index)
        sections = ["map", "changed", "fix", "failing", "review", "criteria", "person", "advice", "privacy"]
        sections += ["documents", "exceptions", "feedback", "method"]
        sections += ["sign", "files"] if self.shown.public else ["statement", "sign", "files"]
        absent = {name for name in ("failing", "review", "advice") if not groups[name]["issues"]}
        if not site["parts"]:
            absent.add("fix")
        if not site["feedback"]:
            absent.add("feedback")
        documents = site["documents"]
        title = self.words.t(
            "site.doc-title", host=site["host"], date=self.words.date(site["run"]["started"], short=True)
        )
        return self.page(
            "site.html",
            **_of_run(site["run"]),
            sampled=bool(site["run"]["sample"]),
            kind="site",
            root="../../",
            stem="index",
            doc_title=title,
            site=site,
            groups=groups,
            squares=required,
            toc=[name for name in sections if name not in absent],
            principles=[(key, list(rows)) for key, rows in groupby(criteria, key=lambda c: c["number"][0])],
            results_present=sorted({rows.shown_as(c) for c in criteria}, key=_ORDER.index),
            filters=site["filters"],
            listed={issue["id"] for issue in site["issues"]},
            detailed=paging.detailed(site),
            paged=self.paged(site),
            home="",
            every_place=self.every_place(site),
            criterion_by_number=_Known({c["number"]: c for c in criteria}),
            drawings=charts.charts(site["trend"], site["aim"], site["deploys"], self.words),
            document_rules={rule["rule"]: rule for rule in documents["rules"]},
            entry_by_name={entry["name"]: entry for entry in documents["entries"]},
            sheet=sheet_name(self.words.language) if documents["listed"] else "",
            signatures=signing.of_site(self.signed, site["key"]),
            downloads=exports.downloads(
                exports.OF_SITE, self.files.get(f"sites/{site['path']}", ()), self.words.language, site
            ),
        )

    def issues(self, site: Data, issues: Sequence[Data], number: int, places: Mapping[str, Sequence[Data]]) -> str:
        of = len(paging.pages(site))
        title = self.words.t("issues.doc-title", host=site["host"], n=number, of=of)
        language = self.words.language
        return self.page(
            "issues.html",
            **_of_run(site["run"]),
            sampled=bool(site["run"]["sample"]),
            kind="issues",
            root="../../",
            stem=paging.stem(number),
            doc_title=title,
            site=site,
            issues=issues,
            number=number,
            others=[page_name(paging.stem(n), language) for n in range(1, of + 1)],
            places=places,
            paged={},
            home=page_name("index", language),
            every_place=self.every_place(site),
            criterion_by_number=_Known({c["number"]: c for c in site["criteria"]}),
        )

    def paged(self, site: Data) -> Mapping[str, str]:
        """By issue, the page beside the site's own that tells more of it."""
        return {
            issue["id"]: page_name(paging.stem(number), self.words.language)
            for number, issues in enumerate(paging.pages(site), start=1)
            for issue in issues
        }

    def every_place(self, site: Data) -> str:
        """The file that lists every place, where there is one."""
        there = self.files.get(f"sites/{site['path']}", ())
        names = (page_name("places", one).replace(SUFFIX, ".csv") for one in (self.words.language, "en", "fr"))
        return next((name for name in names if name in there), "")

    def register(self) -> str:
        title = self.words.t("register.doc-title", date=self.words.date(self.data["run"]["started"], short=True))
        register = self.data["register"]
        return self.page(
            "privacy.html",
            kind="privacy",
            root="../",
            stem="privacy",
            doc_title=title,
            register=register,
            first_audit=register["first_audit"],
        )

    def chain(self, data: Data) -> str:
        self.environment.globals.update(
            report_facts=lambda one: list(feedback.report_facts(one, self.words)),
            issue_facts=lambda one: list(feedback.issue_facts(one, self.words)),
            note_of=lambda step: feedback.note_of(step, self.words),
        )
        title = self.words.t("feedback.show.doc-title", id=data["about"])
        return self.page("chain.html", kind="chain", root="", stem="chain", doc_title=title, chain=data)

    def page(self, template: str, *, stem: str, **values: Any) -> str:
        return self.environment.get_template(template).render(other_href=page_name(stem, self.other), **values)

    def linked(self, kinds: Iterable[str]) -> str:
        """Kinds of personal information, in words."""
        names = (f"pii.{kind}" for kind in kinds)
        return ", ".join(self.words.t(name) if self.words.has(name) else name.removeprefix("pii.") for name in names)

    def plain(self, text: Mapping[str, str]) -> str:
        return text.get(self.words.language) or text["en"]

    def text(self, text: Mapping[str, str]) -> Markup:
        """The words in this page's language; English where there are no others, and marked as English."""
        own = text.get(self.words.language)
        if own or not text["en"]:
            return escape(clean.line(own or "", clean.MESSAGE))
        return Markup('<span lang="en-CA">{}</span>').format(clean.line(text["en"], clean.MESSAGE))

    def part_name(self, key: str, name: str) -> Markup:
        """ "Header", "Navigation: Main": the landmark in this language, with the label that the page gives it."""
        return self.words.part(key, clean.line(name))

    def part_of(self, one: Mapping[str, Any]) -> Markup:
        """The part that something stands in; what is in documents alone stands in no part of a page."""
        if one["documents"] and not one["pages"]:
            return self.words.t("part.document")
        return self.part_name(one["part_key"], one["part"])

    def on(self, pages: int, documents: int = 0) -> Markup:
        """ "on 12 pages and in 3 documents"."""
        if documents and pages:
            return self.words.t("on.both", pages=pages, documents=documents)
        return self.words.t("on.documents", n=documents) if documents else self.words.t("on.pages", n=pages)

    def kind_of(self, document: Data) -> str:
        """The format of a document: "PDF", "Word"."""
        return kind_of(document, self.words)

    def unread(self, reason: str) -> Markup:
        """Why a document was not read, or something in it not looked at."""
        return why_unread(reason, self.words)

    def reason(self, code: str) -> Markup:
        """The words for a recorded reason; one that has none is shown as recorded."""
        told = self.words.reason(code)
        return escape(told) if told != code else Markup('<span lang="en-CA">{}</span>').format(clean.line(code))

    def page_state(self, state: str) -> Markup:
        """The words for a state of a page: "dark", or "menu: Services"."""
        kind, _, name = state.partition(": ")
        if not self.words.has(f"page-state.{kind}"):
            return Markup('<span lang="en-CA">{}</span>').format(state)
        if not name and kind in ("menu", "section", "tab", "dialog", "more", "pressed"):
            return self.words.t("page-state.unnamed")
        return self.words.t(f"page-state.{kind}", name=name)

    def severities(self, counts: Mapping[str, int], scale: str = "exposure-n") -> Markup:
        """ "1 critical, 2 high": a list, of the severities that occur."""
        named = [self.words.t(f"{scale}.{name}", n=counts[name]) for name in _SEVERITIES if counts[name]]
        return Markup(", ").join(named)


class _Known(dict[str, Any]):
    """A criterion that the page does not list is nothing, not an error."""

    def __missing__(self, key: str) -> None:
        return None


def _of_run(run: Data) -> dict[str, Any]:
    """What pages say of the audit that they tell."""
    engines = run["engines"]
    names, ocr = (clean.line(engines.get(name, "")) for name in ("names", "Tesseract"))
    return {"run": run, "name_model": names, "ocr": ocr}


def _finalize(value: Any) -> Any:
    """The last net: whatever reaches a page loses what can hide or reorder text."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return clean.block(value, clean.URL)


def _short(url: str, limit: int = 90) -> str:
    return url if len(url) <= limit else f"{url[: limit - 25]}…{url[-24:]}"


def _css_string(text: str) -> Markup:
    """A CSS string in which nothing but letters, digits and spaces stands as itself. The space ends the code."""
    coded = "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in str(text))
    return Markup(f'"{coded}"')  # noqa: S704 (all else is escaped above)


@cache
def _css() -> str:
    return (files("reports") / "templates" / "report.css").read_text(encoding="utf-8")


def _font_faces(fonts: Mapping[str, bytes]) -> Markup:
    faces = [
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;font-display:swap;'
        f'src:url(data:font/woff2;base64,{base64.b64encode(fonts[name]).decode()}) format("woff2")}}'
        for name, (family, weight) in FONTS.items()
        if name in fonts
    ]
    return Markup("\n".join(faces))  # noqa: S704 (base64 and our own names)
