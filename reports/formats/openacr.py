"""OpenACR (GSA): an accessibility conformance report as YAML, in English as its catalogue is.

A draft for people to finish. A tool says "partially supports" of what it saw fail, and nothing else; what people
answered of a criterion is theirs. "Not evaluated", which these reports allow for level AAA alone, marks what nobody has
answered; while one is left, it is a DRAFT.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports import clean
from reports.formats import rows
from reports.formats.rows import Data
from reports.text import Words

SUFFIX = ".yaml"
#: The catalogue of WCAG 2.2, which holds all that came before.
CATALOG = "2.5-edition-wcag-2.2-en"
NOT_EVALUATED = "not-evaluated"
#: "Does not support" would say that most of the site fails: that is for a person to say.
_LEVELS: Mapping[str, str] = {"fails": "partially-supports", **{name: name for name in rows.SETTLED}}
_CHAPTERS = {"A": "success_criteria_level_a", "AA": "success_criteria_level_aa"}


class NotFinal(ValueError):
    """A report that a person has not finished was asked for as a final one."""


def open_criteria(site: Data) -> Sequence[str]:
    """The criteria that no person has answered, of those that the report must answer."""
    return [
        one["number"]
        for one in _asked(site)
        if any(part["adherence"]["level"] == NOT_EVALUATED for part in _criterion(one, Words("en"))["components"])
    ]


def check_final(site: Data) -> None:
    """Raises NotFinal where a criterion of level A or AA is open."""
    if left := open_criteria(site):
        raise NotFinal(f"{site['key']}: {len(left)} criteria of level A and AA need a person: {', '.join(left)}")


def render(site: Data, data: Data) -> str:
    """A DRAFT, and called so, while a criterion is open."""
    return "".join(f"{line}\n" for line in _yaml(_report(site, data, open_criteria(site))))


def _report(site: Data, data: Data, left: Sequence[str]) -> Mapping[str, Any]:
    words = Words("en")
    run = site["run"]
    owner = site["owner"] or data["city"]["name"]["en"]
    notes = [words.plain("openacr.draft", n=len(left))] if left else []
    notes += [rows.verdict(site, words) + ".", words.plain("openacr.removed")]
    chapters: dict[str, Any] = {
        chapter: {"criteria": [_criterion(one, words) for one in _asked(site) if one["level"] == level]}
        for level, chapter in _CHAPTERS.items()
    }
    return {
        "title": f"{data['city']['name']['en']} Accessibility Conformance Report{' (DRAFT)' if left else ''}",
        "product": {"name": site["name"]["en"], "version": run["started"][:10], "description": site["host"]},
        "author": {"company_name": data["city"]["name"]["en"], "name": owner, "email": _email(site)},
        **({"vendor": {"company_name": site["vendor"], "email": _email(site)}} if site["vendor"] else {}),
        "report_date": run["started"][:10],
        "version": 1,
        "notes": " ".join(notes),
        "evaluation_methods_used": rows.methods(site, run, words),
        "catalog": CATALOG,
        "chapters": {**chapters, "success_criteria_level_aaa": {"disabled": True}},
    }


def _asked(site: Data) -> Iterator[Data]:
    """Level A and AA without 4.1.1, of which there is nothing to say any more."""
    return (one for one in site["criteria"] if one["level"] in _CHAPTERS and one["result"] != "removed")


def _level(criterion: Data) -> str:
    if criterion["result"] == "fails" and criterion["extent"]:
        return str(criterion["extent"])
    return _LEVELS.get(criterion["result"], NOT_EVALUATED)


def _criterion(criterion: Data, words: Words) -> Mapping[str, Any]:
    """Of web pages and of documents apart, as the catalogue asks."""
    notes = rows.evidence(criterion, words)
    failing = criterion["places"]
    in_documents = criterion["places_in_documents"]
    components = []
    for name, here, looked in (
        ("web", failing - in_documents, True),
        ("electronic-docs", in_documents, bool(criterion["documents_tested"] or in_documents)),
    ):
        if not looked:
            continue
        level = _level(criterion) if here or not failing else NOT_EVALUATED
        said = words.plain("openacr.places", n=here) if here else words.plain("openacr.open") if failing else notes
        components.append({"name": name, "adherence": {"level": level, "notes": said}})
    return {"num": criterion["number"], "components": components}


def _email(site: Data) -> str:
    """The schema asks for one. Where the City has recorded none, nothing is made up."""
    contact = str(site["contact"])
    return contact if "@" in contact and " " not in contact else ""


# YAML, of which this is the part that needs no library: every text stands in double quotes, as in JSON.


def _yaml(value: Any, indent: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if isinstance(one, (Mapping, list)) and one:
                yield f"{indent}{key}:"
                yield from _yaml(one, indent + "  ")
            else:
                yield f"{indent}{key}: {_scalar(one)}"
        return
    for one in value:
        lines = list(_yaml(one, indent + "  "))
        yield f"{indent}- {lines[0].lstrip()}"
        yield from lines[1:]


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        # YAML 1.1 breaks lines at NEL, LS and PS, which JSON lets stand; clean text holds none.
        return json.dumps(clean.block(value, clean.URL), ensure_ascii=False)
    return json.dumps(value)
