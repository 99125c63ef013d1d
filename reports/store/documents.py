"""What reports are told of documents: what each says of itself, who links to it, what was found in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from audits.model import DocumentFacts, Impact, Kind, PageOutcome, Verdict
from reports.store import acrossing, schema
from reports.store.interning import chunks
from reports.store.records import DocumentRecord, Linking, PageRecord

#: Pages that are named of those that link to a document.
LINKING = 5
#: A chain of redirects ends after so many.
_HOPS = 10

_page, _document = schema.page, schema.document
_Found = dict[tuple[str, Verdict, Impact], int]


def records(conn: Connection, site_id: int, pages: Mapping[int, PageRecord]) -> tuple[DocumentRecord, ...]:
    """The documents among the pages of a site in one run, in their order."""
    if not pages:
        return ()
    facts = {
        row.page_id: row
        for some in chunks(list(pages))
        for row in conn.execute(select(_document).where(_document.c.page_id.in_(some)))
    }
    first: dict[bytes, int] = {}
    for page_id in sorted(facts):
        if facts[page_id].content is not None:
            first.setdefault(bytes(facts[page_id].content), page_id)
    numbers, linking = _linking(conn, site_id, pages)
    found = _found(conn, site_id)
    return tuple(
        DocumentRecord(
            page=page,
            facts=_facts(facts[page_id], page) if page_id in facts else None,
            same_as=_same(facts.get(page_id), first),
            linked_from=numbers[page_id],
            linking=tuple(linking[page_id]),
            findings=found.get(page_id, {}),
        )
        for page_id, page in pages.items()
    )


def _facts(row: Any, page: PageRecord) -> DocumentFacts:
    return DocumentFacts(
        kind=row.kind,
        size=row.size,
        pages=row.pages,
        words=row.words,
        title=page.title,
        lang=page.lang,
        made_with=row.made_with,
        modified=row.modified,
        image_only=row.image_only,
        locked=row.locked,
        left_out=row.left_out,
    )


def _same(row: Any, first: Mapping[bytes, int]) -> int:
    if row is None or row.content is None:
        return 0
    there = first[bytes(row.content)]
    return 0 if there == row.page_id else there


def _found(conn: Connection, site_id: int) -> Mapping[int, _Found]:
    """By document, places of accessibility rules. What is exposed in it is the register's to tell."""
    finding, place, issue = schema.finding, schema.place, schema.issue
    grouped = (finding.c.page_id, issue.c.rule, place.c.verdict, place.c.impact)
    query = (
        select(*grouped, func.count().label("places"))
        .select_from(_document)
        .join(_page, _page.c.id == _document.c.page_id)
        .join(finding, finding.c.page_id == _document.c.page_id)
        .join(place, place.c.id == finding.c.place_id)
        .join(issue, issue.c.id == place.c.issue_id)
        .where(_page.c.site_id == site_id, issue.c.kind == Kind.ACCESSIBILITY.value)
        .group_by(*grouped)
        .order_by(*grouped)
    )
    found: dict[int, _Found] = defaultdict(dict)
    for row in conn.execute(query):
        found[row.page_id][row.rule, Verdict(row.verdict), Impact(row.impact)] = row.places
    return found


def _linking(
    conn: Connection, site_id: int, pages: Mapping[int, PageRecord]
) -> tuple[Counter[int], Mapping[int, list[Linking]]]:
    """By document, how many audited pages link to it, and the shallowest of them."""
    numbers: Counter[int] = Counter()
    linking: dict[int, list[Linking]] = defaultdict(list)
    for row, targets in acrossing.linking(conn, site_id, dict(_addresses(conn, site_id, pages))):
        for page_id in targets:
            numbers[page_id] += 1
            if len(linking[page_id]) < LINKING:
                linking[page_id].append(Linking(url=row.url, title=row.title or ""))
    return numbers, linking


def _addresses(conn: Connection, site_id: int, pages: Mapping[int, PageRecord]) -> Iterator[tuple[bytes, int]]:
    """Digests of addresses that lead to a document, its own and those that redirect there."""
    by_url = {page.url: page_id for page_id, page in pages.items()}
    redirected = (_page.c.site_id == site_id, _page.c.outcome == PageOutcome.REDIRECTED.value)
    rows = conn.execute(select(_page.c.digest, _page.c.url, _page.c.final_url).where(*redirected)).all()
    next_ = {row.url: row.final_url for row in rows}
    for row in rows:
        url = row.final_url
        for _ in range(_HOPS):
            url = next_.get(url, url)
        if url in by_url:
            yield bytes(row.digest), by_url[url]
    for some in chunks(list(pages)):
        for page_id, digest in conn.execute(select(_page.c.id, _page.c.digest).where(_page.c.id.in_(some))):
            yield bytes(digest), page_id
