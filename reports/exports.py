"""The files beside a site's page: which formats there are, what their files are called, and what is in them.

All of them say what report.json says. Places are the exception in number alone: the report holds some of each issue,
and ``Places`` hands over the rest, one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from reports.formats import csv, earl, junit, markdown, open_data, openacr, pdf, sarif, xlsx
from reports.formats.rows import Data, Places
from reports.text import LANGUAGES, Language, Words
from reports.wishes import Wish

#: Prints HTML files on paper: the browser is not ours.
Printer = Callable[[Sequence[Path]], Sequence[bytes]]
Content = str | bytes | Iterable[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that a page offers. ``words``: the key of the sentence that says what it is, with its values."""

    href: str
    words: str
    values: Mapping[str, Any]
    language: Language | Literal[""] = ""  # where it is not that of the page


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One kind of file of a site. Without ``languages`` there is one file, which is for all."""

    format: str
    stem: str
    suffix: str
    words: str
    languages: bool = True

    def name(self, language: Language) -> str:
        """ "issues.csv", "issues.fr.csv"."""
        middle = "" if language == "en" or not self.languages else f".{language}"
        return f"{self.stem}{middle}{self.suffix}"


OF_SITE = (
    _Kind(format="pdf", stem="report", suffix=pdf.SUFFIX, words="pdf"),
    _Kind(format="xlsx", stem="report", suffix=xlsx.SUFFIX, words="xlsx"),
    _Kind(format="csv", stem="issues", suffix=csv.SUFFIX, words="issues-csv"),
    _Kind(format="csv", stem="criteria", suffix=csv.SUFFIX, words="criteria-csv"),
    _Kind(format="csv", stem="places", suffix=csv.SUFFIX, words="places-csv"),
    _Kind(format="sarif", stem="results", suffix=sarif.SUFFIX, words="sarif"),
    _Kind(format="junit", stem="junit", suffix=junit.SUFFIX, words="junit"),
    _Kind(format="earl", stem="earl", suffix=earl.SUFFIX, words="earl"),
    _Kind(format="openacr", stem="openacr", suffix=openacr.SUFFIX, words="openacr", languages=False),
    _Kind(format="markdown", stem="report", suffix=markdown.SUFFIX, words="markdown"),
)
#: Of all sites together, beside the portfolio.
OF_ALL = (
    _Kind(format="pdf", stem="report", suffix=pdf.SUFFIX, words="pdf"),
    _Kind(format="open-data", stem="open-data-sites", suffix=".csv", words="open-data-sites", languages=False),
    _Kind(format="open-data", stem="open-data-criteria", suffix=".csv", words="open-data-criteria", languages=False),
    _Kind(format="open-data", stem="open-data-fields", suffix=".csv", words="open-data-fields", languages=False),
)


def refuse(data: Data, wish: Wish) -> None:
    """Raises openacr.NotFinal where a report that nobody has finished is wanted as a final one."""
    for site in data["sites"] if wish.final else ():
        if wish.site in ("", site["key"]):
            openacr.check_final(site)


def of_site(site: Data, data: Data, wish: Wish, places: Places) -> Iterator[tuple[str, Content]]:
    """Name and content of each file of a site but the PDFs, which are printed from its pages."""
    if wish.site not in ("", site["key"]):
        return
    for kind in OF_SITE:
        if kind.format not in wish.formats or kind.format == "pdf":
            continue
        for language in wish.languages if kind.languages else LANGUAGES[:1]:
            yield kind.name(language), _content(kind, site, data, wish, Words(language), places)


def of_all(data: Data, wish: Wish) -> Iterator[tuple[str, Content]]:
    """The same of the files that stand for all sites."""
    if "open-data" in wish.formats:
        made = (open_data.sites(data), open_data.criteria(data), open_data.fields())
        kinds = (kind for kind in OF_ALL if kind.format == "open-data")
        yield from zip((kind.name("en") for kind in kinds), made, strict=True)


def _content(kind: _Kind, site: Data, data: Data, wish: Wish, words: Words, places: Places) -> Content:
    run = site["run"]
    match kind.words:
        case "xlsx":
            return xlsx.render(site, run, words, places)
        case "issues-csv":
            return csv.issues(site, run, words)
        case "criteria-csv":
            return csv.criteria(site, run, words)
        case "places-csv":
            return csv.places(site, run, words, places)
        case "sarif":
            return sarif.render_site(site, run, words)
        case "junit":
            return junit.render_site(site, run, words)
        case "earl":
            return earl.render(site, data, words)
        case "openacr":
            return openacr.render(site, data)
        case "markdown":
            return markdown.render_site(site, run, words)
    raise ValueError(f"no file of the kind {kind.words!r}")


def printed(wish: Wish, site: str = "") -> list[tuple[str, Language]]:
    """Name and language of the PDFs of a site, or of all together."""
    if "pdf" not in wish.formats or wish.site not in ("", site):
        return []
    (kind,) = (one for one in OF_ALL if one.format == "pdf")
    return [(kind.name(language), language) for language in wish.languages]


def names(kinds: Iterable[_Kind]) -> list[str]:
    """Every name that a file of these kinds may have."""
    return list(dict.fromkeys(kind.name(language) for kind in kinds for language in LANGUAGES))


def downloads(
    kinds: Iterable[_Kind], there: Collection[str], language: Language, site: Data | None = None
) -> list[Download]:
    """What a page in a language offers of the files that are there; in the other one, where there is no other."""
    offered = []
    for kind in kinds:
        for one in sorted(LANGUAGES, key=lambda name: name != language):
            if (name := kind.name(one)) in there:
                foreign = one if one != language and kind.languages else ""
                words = f"export.file.{kind.words}"
                offered.append(Download(href=name, words=words, values=_values(kind, site), language=foreign))
                break
    return offered


def _values(kind: _Kind, site: Data | None) -> Mapping[str, Any]:
    if site is None or kind.words not in ("issues-csv", "places-csv"):
        return {}
    issues = site["issues"]
    return {"n": len(issues) if kind.words == "issues-csv" else sum(issue["places"] for issue in issues)}
