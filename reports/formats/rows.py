"""The tables of a site's report as rows: what spreadsheets and CSV show alike. No number is worked out here."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from reports.text import Words

Data = Mapping[str, Any]
#: The places of an issue, all of them, one after the other.
Places = Callable[[Data, Data], Iterable[Data]]  # site, issue

#: Column -> its width in characters, in a spreadsheet.
ISSUES: Mapping[str, int] = {
    "issue": 12, "title": 44, "result": 18, "severity": 12, "state": 14, "required": 14, "criteria": 14, "part": 28,
    "places": 10, "to-check": 16, "pages": 10, "documents": 12, "owner": 24, "assigned": 20, "stage": 18, "due": 12,
    "overdue": 10, "decision": 24, "until": 12, "why": 60, "fix": 60, "address": 50, "selector": 40, "snippet": 50,
    "rule": 26, "engine": 16, "first-seen": 12, "last-seen": 12, "fingerprint": 36,
}  # fmt: skip
CRITERIA: Mapping[str, int] = {
    "criterion": 10, "name": 40, "level": 8, "version": 10, "required": 16, "result": 26, "evidence": 60, "places": 10,
    "in-documents": 14, "to-look-at": 14, "issues": 30, "pages-tested": 14, "documents-tested": 16, "errors": 14,
    "questions": 60, "understanding": 50,
}  # fmt: skip
PLACES: Mapping[str, int] = {
    "issue": 12, "title": 40, "address": 60, "page-title": 36, "page-state": 20, "selector": 44, "snippet": 50,
    "message": 50, "result": 18, "engine": 14, "fingerprint": 36,
}  # fmt: skip


def issues(site: Data, words: Words) -> Iterator[Sequence[Any]]:
    """Failures first, then what a person must look at, then advice and privacy; in each the most harm first."""
    for issue in site["issues"]:
        work = issue["work"]
        example: Data = next(iter(issue["examples"]), {})
        yield (
            issue["id"],
            said(issue["title"], words),
            words.plain(f"documents.group.{issue['group']}"),
            words.plain(f"severity.{issue['severity']}"),
            words.plain(f"state.{issue['state']}"),
            yes(issue["required"], words),
            " ".join(issue["criteria"]),
            part(issue, words),
            issue["places"],
            "" if issue["places_to_check"] is None else issue["places_to_check"],
            issue["pages"],
            issue["documents"],
            ", ".join(work["owners"]),
            work["assigned"],
            words.plain(f"work.stage.{work['stage']}") if work["stage"] != "unassigned" else "",
            day(work["due"]),
            yes(work["overdue"], words) if work["due"] else "",
            words.plain(f"issue.decided.{work['decided']}") if work["decided"] else "",
            day(work["until"]),
            said(issue["why"], words),
            said(issue["fix"], words),
            example.get("url", ""),
            example.get("selector", ""),
            example.get("snippet", ""),
            issue["rule"],
            f"{issue['engine']} {issue['engine_version']}".strip(),
            day(issue["first_seen"]),
            day(issue["last_seen"]),
            issue["fingerprint"],
        )


def criteria(site: Data, words: Words) -> Iterator[Sequence[Any]]:
    for one in site["criteria"]:
        yield (
            one["number"],
            said(one["name"], words),
            one["level"],
            one["version"],
            words.plain(f"required.{one['aoda']}"),
            words.plain(f"result.{shown_as(one)}"),
            evidence(one, words),
            one["places"],
            one["places_in_documents"],
            one["review_places"],
            " ".join(one["issues"]) + (" …" if one["more_issues"] else ""),
            one["pages_tested"],
            one["documents_tested"],
            one["errors"],
            "\n".join(said(question["ask"], words) for question in one["questions"]),
            one["understanding_url"],
        )


def places(site: Data, words: Words, of: Places) -> Iterator[Sequence[Any]]:
    """Every place of every issue, in the order of the issues."""
    for issue in site["issues"]:
        title = said(issue["title"], words)
        for place in of(site, issue):
            yield (
                issue["id"],
                title,
                place["url"],
                place["page_title"],
                page_state(place["state"], words),
                place["selector"],
                place["snippet"],
                place["message"],
                words.plain(f"place.{place['verdict']}"),
                place["engine"],
                place["fingerprint"],
            )


def only_examples(site: Data, issue: Data) -> Iterable[Data]:
    """What the report itself holds of an issue's places, where nobody has more."""
    found: Iterable[Data] = issue["examples"]
    return found


# Words


def said(text: Mapping[str, str], words: Words) -> str:
    """In the reader's language, where it has that."""
    return text.get(words.language) or text["en"]


def yes(so: bool, words: Words) -> str:
    return words.plain("export.yes" if so else "export.no")


def day(stamp: str) -> date | str:
    """The day of an ISO time, which a spreadsheet shows as such; nothing for nothing."""
    return date.fromisoformat(stamp[:10]) if stamp else ""


def part(issue: Data, words: Words) -> str:
    """The part that an issue stands in; what is in documents alone stands in no part of a page."""
    if issue["documents"] and not issue["pages"]:
        return words.plain("part.document")
    return html.unescape(words.part(issue["part_key"], issue["part"]))


def page_state(state: str, words: Words) -> str:
    kind, _, name = state.partition(": ")
    if state in ("", "base"):
        return ""
    if not words.has(f"page-state.{kind}"):
        return state
    if not name and kind in ("menu", "section", "tab", "dialog", "more", "pressed"):
        return words.plain("page-state.unnamed")
    return words.plain(f"page-state.{kind}", name=name)


def on(pages: int, documents: int, words: Words) -> str:
    """ "on 12 pages and in 3 documents"."""
    if documents and pages:
        return words.plain("on.both", pages=pages, documents=documents)
    return words.plain("on.documents", n=documents) if documents else words.plain("on.pages", n=pages)


def amount(issue: Data, words: Words) -> str:
    """ "12 places on 3 pages (2 of them are for a person to check)"."""
    where = on(issue["pages"], issue["documents"], words)
    told = words.plain("issue.counts", places=issue["places"], on=where)
    if issue["verdict"] == "fail" and issue["places_to_check"]:
        told += f" ({words.plain('issue.to-check', n=issue['places_to_check'])})"
    return told


#: Results that people alone give.
SETTLED = ("supports", "not-applicable")


def answered(criterion: Data) -> list[Data]:
    """What people answered of a criterion, and still holds."""
    return [one for one in criterion["answers"] if one["state"] == "answered"]


def shown_as(criterion: Data) -> str:
    """As what a criterion is shown: how much of the site fails, people say; that something fails, a tool proves."""
    said = criterion["extent"] if criterion["result"] == "fails" else ""
    return str(said or criterion["result"])


def evidence(criterion: Data, words: Words) -> str:
    """What says so, in a sentence or two: that of the table of criteria, without its links."""
    result, one = criterion["result"], criterion
    if result in SETTLED:
        return words.plain("evidence.settled", n=one["asked"]["asked"])
    if result == "fails" and one["method"] == "person":
        return words.plain("evidence.against", n=one["against"])
    if result == "fails":
        if one["places_in_documents"]:
            told = words.plain("evidence.fails-in-documents", n=one["places"], documents=one["places_in_documents"])
        else:
            told = words.plain("evidence.fails", n=one["places"])
        return told.rstrip(" \u00a0:") + "."
    if result == "needs-person":
        lines = []
        if one["review_places"]:
            lines.append(words.plain("evidence.review", n=one["review_places"]).rstrip(" \u00a0:") + ".")
        if one["errors"]:
            lines.append(words.plain("evidence.errors", n=one["errors"]))
        if one["not_checked_issues"]:
            lines.append(words.plain("evidence.unseen", n=one["not_checked_issues"]))
        return " ".join(lines) or words.plain("evidence.rarely")
    if result == "no-failure-found":
        return words.plain("evidence.none", on=on(one["pages_tested"], one["documents_tested"], words))
    if result == "not-covered" and one["checks"]:
        return words.plain("evidence.none-ran")
    return words.plain(f"evidence.{result}")


def title(site: Data, run: Data, words: Words) -> str:
    """What a file about one site is called: "Compliance report: www.city.example, 23 Nov 2026"."""
    return words.plain("site.doc-title", host=site["host"], date=words.date(run["started"], short=True))


def title_of_all(run: Data, words: Words) -> str:
    """What a file about all sites is called."""
    return words.plain("index.doc-title", date=words.date(run["started"], short=True))


def verdict(site: Data, words: Words) -> str:
    """The report's first sentence, without a word of praise."""
    cov, req = site["coverage"], site["required"]
    return words.plain(f"verdict.{site['verdict']}", audited=cov["audited"], found=cov["found"], person=req["person"])


def facts(site: Data, words: Words) -> Iterator[tuple[str, str]]:
    """Name and value: what was audited, how completely, and the counts that the page begins with."""
    cov, req = site["coverage"], site["required"]
    yield words.plain("col.site"), f"{said(site['name'], words)} ({site['host']})"
    yield words.plain("col.status"), verdict(site, words)
    for reason in site["reasons"]:
        yield words.plain("export.incomplete"), words.reason(reason)
    yield words.plain("meta.pages"), words.plain("meta.pages-of", n=cov["audited"], of=cov["found"])
    of = words.plain("fact.of", n=req["total"])
    yield words.plain("export.fails"), f"{words.number(req['fails'])} {of}"
    yield words.plain("export.person"), f"{words.number(req['person'])} {of}"
    yield words.plain("export.places"), words.number(site["places"])
    yield words.plain("export.exposures"), words.number(site["exposures"]["open"])
    yield words.plain("meta.owner"), site["owner"] or words.plain("none-recorded")


def methods(site: Data, run: Data, words: Words) -> str:
    """What looked at how much of the site, and in which run."""
    cov = site["coverage"]
    engines = ", ".join(f"{name} {version}" for name, version in run["engines"].items())
    said = words.plain(
        "export.methods", tool=run["tool_version"], engines=engines, n=cov["audited"], of=cov["found"], run=run["id"]
    )
    asked = site["asked"]
    if not asked["answered"]:
        return f"{said} {words.plain('export.methods-nobody')}"
    return f"{said} {words.plain('export.methods-people', answered=asked['answered'], n=asked['asked'])}"


def where(issue: Data, words: Words) -> str:
    """ "Header: 12 places on 3 pages"."""
    return words.plain("gate.part", part=part(issue, words), amount=amount(issue, words))
