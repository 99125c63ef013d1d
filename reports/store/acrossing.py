"""What checks across pages are given of a site, and what they said of it.

Kept of a page is little: where it leads and which ids it has as keyed digests, names and headings masked, every part
once for all pages and runs that share it. No address is kept here: digests lead to the page table of the run.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from audits.facts import ID_BYTES
from audits.model import MISSED, Anchor, Kept, PageFacts, PageOutcome, PartFacts, Transport, Verdict
from audits.site_check import PREFIX, Site, SiteAnchor, SiteForm, SiteLink, SiteOutcome, SitePage, SitePart
from reports.store import schema
from reports.store.carrying import pack, unpack
from reports.store.database import Database
from reports.store.interning import Rows, chunks

#: Of an address's digest, as much as tells the addresses of one run apart.
_BYTES = 8
#: Asked for and not had, or known and not asked for: nobody can say what is there.
_UNSEEN = frozenset({None, *MISSED, PageOutcome.BUDGET_DEPTH, PageOutcome.BUDGET_PAGES})
#: What a page can become and be gone.
_GONE = frozenset(
    {
        PageOutcome.REDIRECTED,
        PageOutcome.REDIRECT_OFF_SCOPE,
        PageOutcome.DOCUMENT,
        PageOutcome.DOCUMENT_UNREAD,
        PageOutcome.NOT_HTML,
        PageOutcome.FILE,
        PageOutcome.FILE_UNREAD,
        PageOutcome.NOT_FOUND,
        PageOutcome.OUT_OF_SCOPE,
    }
)
_BATCH = 500
_REMEMBERED = 20_000

_page, _site, _facts, _spread = schema.page, schema.site, schema.facts, schema.spread
_Digest = Callable[[str], bytes]
_origin_id = func.coalesce(_page.c.origin_id, _page.c.id)


# In


def layout_body(part: PartFacts, digest: _Digest) -> bytes:
    """A part as it is kept."""
    links = [[_short(link.url, digest), link.name, int(link.hidden)] for link in part.links]
    anchors = _anchors(part.anchors, digest)
    return _packed([part.key, part.name, part.role, links, anchors, part.ids.hex(), list(part.helps), part.order])


def page_body(facts: PageFacts, layouts: Sequence[int], digest: _Digest) -> bytes:
    """The facts of a page as they are kept."""
    return _packed(
        [
            list(layouts),
            "".join(sorted(_short(url, digest) for url in facts.links)),
            _anchors(facts.anchors, digest),
            facts.ids.hex(),
            int(facts.all_ids),
            facts.title_key.hex(),
            facts.heading,
            facts.heading_key.hex(),
            facts.text_key.hex(),
            _short(facts.canonical, digest) if facts.canonical else "",
            int(facts.search),
            facts.words,
            facts.grade,
            facts.measure,
            facts.search_name,
            [[[_short(url, digest) for url in one.leads], one.asks, int(one.same)] for one in facts.forms],
            facts.search_key.hex(),
        ]
    )


def transport_body(transport: Transport) -> str:
    """How a page came, as it is kept."""
    return json.dumps(asdict(transport), sort_keys=True, separators=(",", ":"))


def _transport(body: str) -> Transport:
    told = json.loads(body)
    kept = told["kept"]
    return Transport(
        headers=told["headers"],
        whole=told["whole"],
        metas=told["metas"],
        unsealed=tuple(told["unsealed"]),
        kept=None if kept is None else tuple(Kept(**one) for one in kept),
        offers=tuple(told["offers"]),
        answers={answer: tuple(Kept(**one) for one in after) for answer, after in told["answers"].items()},
    )


def transport_of(conn: Connection, page_id: int) -> Transport | None:
    """How one page came; None where nobody noted it."""
    query = select(schema.phrase.c.body).join(_page, _page.c.transport_id == schema.phrase.c.id)
    body = conn.scalar(query.where(_page.c.id == page_id))
    return None if body is None else _transport(body)


def _anchors(anchors: Sequence[Anchor], digest: _Digest) -> list[list[str]]:
    found = {(_short(one.url, digest), one.digest.hex()): one.shown for one in anchors}
    return [[url, place, shown] for (url, place), shown in found.items()]


def _short(url: str, digest: _Digest) -> str:
    return digest(url)[:_BYTES].hex()


def _packed(values: list[Any]) -> bytes:
    return zlib.compress(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def _unpacked(body: bytes) -> Any:
    return json.loads(zlib.decompress(body))


# Out


class Reading:
    """The facts of one site in one run, a few pages at a time."""

    def __init__(self, database: Database, site_id: int, digest: _Digest) -> None:
        self._db = database
        self._numbers: dict[str, int] = {}
        self._parts: dict[int, SitePart] = {}
        self._links: dict[tuple[str, str, int], SiteLink] = {}
        self._transports: dict[int, Transport] = {}
        self._addresses: dict[int, str] = {}
        self._ends: dict[int, PageOutcome | None] = {}
        self._lands: dict[int, int] = {}
        self._order: list[tuple[int, int]] = []
        starts, listed, final = set(), set(), {}
        columns = (_page.c.id, _page.c.digest, _page.c.outcome, _page.c.via, _page.c.depth, _page.c.final_url)
        outcomes: dict[str | None, PageOutcome | None] = {None: None, **{one.value: one for one in PageOutcome}}
        with database.read() as conn:
            for id_, key, outcome, via, depth, final_url in conn.execute(
                select(*columns).where(_page.c.site_id == site_id)
            ):
                self._numbers[bytes(key)[:_BYTES].hex()] = id_
                end = self._ends[id_] = outcomes[outcome]
                if end is PageOutcome.AUDITED:
                    self._order.append((depth, id_))
                elif end is PageOutcome.REDIRECTED and final_url:
                    final[id_] = final_url
                if via == "start":
                    starts.add(id_)
                elif via == "sitemap":
                    listed.add(id_)
            with_facts = exists().where(_facts.c.page_id == _origin_id)
            audited = (_page.c.site_id == site_id, _page.c.outcome == PageOutcome.AUDITED.value)
            known = conn.scalar(select(func.count()).select_from(_page).where(*audited, with_facts)) or 0
            self._sample = (
                conn.scalar(
                    select(schema.run.c.sample)
                    .join(_site, _site.c.run == schema.run.c.seq)
                    .where(_site.c.id == site_id)
                )
                or ""
            )
        self._order.sort()
        for id_, final_url in final.items():
            if there := self._numbers.get(_short(final_url, digest)):
                self._lands[id_] = there
        unseen = sum(end in _UNSEEN for end in self._ends.values())
        self._unseen = unseen + len(self._order) - known
        self._audited = known
        self._starts = frozenset(starts | {self._lands.get(one, one) for one in starts})
        self._listed = frozenset(listed)

    def site(self, sample: str = "") -> Site:
        """For checks. ``sample``: how the pages were chosen, where the run's record does not say so."""
        return Site(
            pages=self._pages,
            ends=self._ends,
            lands=self._lands,
            address=self._address,
            audited=self._audited,
            starts=self._starts,
            listed=self._listed,
            sample=self._sample or sample,
            unseen=self._unseen,
        )

    def _address(self, number: int) -> str:
        if number not in self._addresses:
            if len(self._addresses) > _REMEMBERED:
                self._addresses.clear()
            self._addresses[number] = self._read_address(number)
        return self._addresses[number]

    def _read_address(self, number: int) -> str:
        with self._db.read() as conn:
            return conn.scalar(select(_page.c.url).where(_page.c.id == number)) or ""

    def _pages(self) -> Iterator[SitePage]:
        columns = (_page.c.id, _page.c.url, _page.c.title, _page.c.lang, _page.c.depth, _facts.c.body)
        query = select(*columns, _page.c.transport_id).join(_facts, _facts.c.page_id == _origin_id)
        # Short reads: one that lasts would keep SQLite from emptying its write-ahead log.
        for some in chunks([id_ for _, id_ in self._order], _BATCH):
            with self._db.read() as conn:
                rows = {row.id: row for row in conn.execute(query.where(_page.c.id.in_(some)))}
                bodies = {id_: _unpacked(row.body) for id_, row in rows.items()}
                self._learn(conn, {layout for body in bodies.values() for layout in body[0]})
                self._learn_transports(conn, {row.transport_id for row in rows.values()} - {None})
            for id_ in some:
                if id_ in rows:
                    yield self._site_page(rows[id_], bodies[id_])

    def _learn(self, conn: Connection, layouts: set[int]) -> None:
        if len(self._parts) > _REMEMBERED:
            self._parts = {id_: part for id_, part in self._parts.items() if id_ in layouts}
        layout = schema.layout
        for some in chunks(sorted(layouts - self._parts.keys())):
            for row in conn.execute(select(layout.c.id, layout.c.body).where(layout.c.id.in_(some))):
                key, name, role, links, anchors, ids, helps, *later = _unpacked(row.body)
                self._parts[row.id] = SitePart(
                    id=row.id,
                    key=key,
                    name=name,
                    role=role,
                    links=tuple(self._link(*link) for link in links),
                    anchors=self._site_anchors(anchors),
                    ids=_ids(ids),
                    helps=tuple(helps),
                    order=later[0] if later else "",  # kept since 0.1.0
                )

    def _learn_transports(self, conn: Connection, ids: set[int]) -> None:
        """Pages that came alike share one."""
        if len(self._transports) > _REMEMBERED:
            self._transports.clear()
        phrase = schema.phrase
        for some in chunks(sorted(ids - self._transports.keys())):
            for row in conn.execute(select(phrase.c.id, phrase.c.body).where(phrase.c.id.in_(some))):
                self._transports[row.id] = _transport(row.body)

    def _link(self, url: str, name: str, hidden: int) -> SiteLink:
        """Parts that differ in one link share all others."""
        known = self._links.get((url, name, hidden))
        if known is None:
            if len(self._links) > _REMEMBERED:
                self._links.clear()
            known = SiteLink(target=self._number(url), name=name, hidden=bool(hidden))
            self._links[url, name, hidden] = known
        return known

    def _site_page(self, row: Any, body: Any) -> SitePage:
        (
            layouts,
            links,
            anchors,
            ids,
            all_ids,
            title,
            heading,
            heading_key,
            text,
            same,
            search,
            words,
            grade,
            of,
            *later,
        ) = body
        step = 2 * _BYTES
        targets = (self._number(links[at : at + step]) for at in range(0, len(links), step))
        return SitePage(
            id=row.id,
            url=row.url,
            title=row.title or "",
            lang=row.lang or "",
            depth=row.depth,
            parts=tuple(self._parts[layout] for layout in layouts),
            links=tuple(target for target in targets if target > 0),
            anchors=self._site_anchors(anchors),
            ids=_ids(ids),
            all_ids=bool(all_ids),
            title_key=bytes.fromhex(title),
            heading=heading,
            heading_key=bytes.fromhex(heading_key),
            text_key=bytes.fromhex(text),
            canonical=max(0, self._number(same)) if same else 0,
            search=bool(search),
            search_name=later[0] if later else "",  # runs before 0.1.0 kept none
            forms=tuple(self._forms(later[1])) if len(later) > 1 else (),
            search_key=bytes.fromhex(later[2]) if len(later) > 2 else b"",
            words=words,
            grade=grade,
            measure=of,
            transport=self._transports.get(row.transport_id),
        )

    def _site_anchors(self, anchors: Any) -> tuple[SiteAnchor, ...]:
        return tuple(
            SiteAnchor(target=self._number(url), digest=bytes.fromhex(place), shown=shown)
            for url, place, shown in anchors
        )

    def _forms(self, forms: Any) -> Iterator[SiteForm]:
        for leads, asks, same in forms:
            yield SiteForm(
                leads=tuple(self._number(one) for one in leads),
                asks=tuple((kind, selector) for kind, selector in asks),
                same=bool(same),
            )

    def _number(self, short: str) -> int:
        return self._numbers.get(short) or -int(short, 16)


def linking(conn: Connection, site_id: int, wanted: Mapping[bytes, int]) -> Iterator[tuple[Any, frozenset[int]]]:
    """Audited pages, shallowest first, with which of the wanted addresses they lead to, in content or parts."""
    numbers = {digest[:_BYTES].hex(): number for digest, number in wanted.items()}
    step = 2 * _BYTES
    parts: dict[int, frozenset[int]] = {}
    audited = (_page.c.site_id == site_id, _page.c.outcome == PageOutcome.AUDITED.value)
    ids = conn.scalars(select(_page.c.id).where(*audited).order_by(_page.c.depth, _page.c.id)).all()
    columns = (_page.c.id, _page.c.url, _page.c.title, _facts.c.body)
    query = select(*columns).join(_facts, _facts.c.page_id == _origin_id)
    layout = schema.layout
    for some in chunks(list(ids), _BATCH):
        rows = {row.id: row for row in conn.execute(query.where(_page.c.id.in_(some)))}
        bodies = {id_: _unpacked(row.body) for id_, row in rows.items()}
        new = {one for body in bodies.values() for one in body[0]} - parts.keys()
        for few in chunks(sorted(new)):
            for row in conn.execute(select(layout.c.id, layout.c.body).where(layout.c.id.in_(few))):
                links = (link[0] for link in _unpacked(row.body)[3])
                parts[row.id] = frozenset(numbers[link] for link in links if link in numbers)
        for id_ in some:
            if id_ not in rows:
                continue
            in_parts, links = bodies[id_][:2]
            own = (links[at : at + step] for at in range(0, len(links), step))
            targets = frozenset(numbers[link] for link in own if link in numbers)
            yield rows[id_], targets.union(*(parts.get(one, frozenset()) for one in in_parts))


def _ids(packed: str) -> frozenset[bytes]:
    whole = bytes.fromhex(packed)
    return frozenset(whole[at : at + ID_BYTES] for at in range(0, len(whole), ID_BYTES))


# Said


def replace(conn: Connection, site_id: int, outcomes: Sequence[SiteOutcome], rules: Rows, findings: Rows) -> None:
    """Put what checks say of a site now in the place of what they said before."""
    here = select(_page.c.id).where(_page.c.site_id == site_id)
    found, across = schema.found, schema.across
    conn.execute(delete(_spread).where(_spread.c.page_id.in_(here)))
    conn.execute(delete(found).where(found.c.page_id.in_(here), found.c.start >= schema.FIRST_ACROSS))
    conn.execute(delete(across).where(across.c.site_id == site_id))
    seen = [None if one.looked_at is None else pack(one.looked_at) for one in outcomes]
    if rules:
        rows = [row | {"site_id": site_id, "looked_at": one} for row, one in zip(rules, seen, strict=True)]
        conn.execute(insert(across), rows)
    shown = [one for outcome in outcomes for one in outcome.found]
    rows = [row | {"page_id": one.page} for one, row in zip(shown, findings, strict=True)]
    if rows:
        conn.execute(insert(found), rows)
        rests = [
            {
                "page_id": row["page_id"],
                "n": row["start"],
                "seen_on": pack({one.page, *one.seen_on}),
                "about": pack(one.about),
            }
            for one, row in zip(shown, rows, strict=True)
        ]
        conn.execute(insert(_spread), rests)
    conn.execute(update(_site).where(_site.c.id == site_id).values(settled=False))


def lines(conn: Connection, site_id: int, site_key: str) -> Iterator[dict[str, Any]]:
    """One line for each rule across the pages of a site."""
    across, rule = schema.across, schema.rule
    query = select(across.c.verdict, across.c.reason, rule.c.name, rule.c.engine).join(rule)
    for row in conn.execute(query.where(across.c.site_id == site_id).order_by(rule.c.name)):
        common = {"record": "outcome", "site": site_key, "url": "", "carried_from": "", "rule": row.name}
        yield common | {"verdict": row.verdict, "engine": row.engine, "reason": row.reason or ""}


def counts(conn: Connection, site_id: int, audited: int) -> Iterator[tuple[int, str, int, str | None]]:
    """Rule, verdict, pages, reason: of the audited pages those that show a fault, and the others."""
    across, finding, place = schema.across, schema.finding, schema.place
    loud = (
        select(place.c.rule_id, place.c.verdict, func.count(finding.c.page_id.distinct()).label("pages"))
        .select_from(_page)
        .join(finding, finding.c.page_id == _page.c.id)
        .join(place, place.c.id == finding.c.place_id)
        .where(_page.c.site_id == site_id, finding.c.start >= schema.FIRST_ACROSS)
        .group_by(place.c.rule_id, place.c.verdict)
    )
    shown: dict[int, list[tuple[str, int]]] = {}
    for rule_id, verdict, number in conn.execute(loud):
        shown.setdefault(rule_id, []).append((verdict, number))
    for row in conn.execute(select(across).where(across.c.site_id == site_id)):
        if row.rule_id in shown:
            rest = audited - sum(number for _, number in shown[row.rule_id])
            yield from ((row.rule_id, verdict, number, None) for verdict, number in shown[row.rule_id])
            if rest > 0:
                yield row.rule_id, Verdict.PASS.value, rest, row.reason
        elif audited:
            yield row.rule_id, row.verdict, audited, row.reason


# Proved


def unproved(conn: Connection, site_id: int, here: tuple[str, int], missing: Mapping[int, Any]) -> set[int]:
    """Issues across pages that this run does not show and does not prove gone either.

    Proof takes all pages that showed an issue since it began: looked at now, or known to be gone. A page that the run
    never heard of is gone only where the run saw all that it heard of.
    """
    if not missing:
        return set()
    key, run = here
    across, rule, finding, place = schema.across, schema.rule, schema.finding, schema.place
    ended = (Verdict.ERROR.value, Verdict.NOT_RUN.value)
    ran = {
        row.name: None if row.looked_at is None else set(unpack(row.looked_at))
        for row in conn.execute(
            select(rule.c.name, across.c.looked_at)
            .join(across)
            .where(across.c.site_id == site_id, across.c.reason.is_(None), across.c.verdict.not_in(ended))
        )
    }
    unseen = [one.value for one in _UNSEEN if one is not None]
    waits = or_(_page.c.outcome.is_(None), _page.c.outcome.in_(unseen))
    whole = not conn.scalar(select(exists().where(_page.c.site_id == site_id, waits)))
    open_: set[int] = set()
    for issue_id, life in missing.items():
        if life.rule not in ran:
            open_.add(issue_id)
            continue
        rests = conn.execute(
            select(_spread.c.seen_on, _spread.c.about)
            .join(finding, (finding.c.page_id == _spread.c.page_id) & (finding.c.n == _spread.c.n))
            .join(place, place.c.id == finding.c.place_id)
            .join(_page, _page.c.id == _spread.c.page_id)
            .join(_site, _site.c.id == _page.c.site_id)
            .where(place.c.issue_id == issue_id, _site.c.key == key)
            .where(_site.c.run >= life.first_run, _site.c.run < run, _site.c.preview.is_(False))
        ).all()
        seen_on = {one for row in rests for one in unpack(row.seen_on)}
        about = {one for row in rests for one in unpack(row.about)}
        ends = _now(conn, site_id, seen_on | about, ran[life.rule])
        seen = all(ends[one] in (_GONE | {PageOutcome.AUDITED}) if one in ends else whole for one in seen_on)
        if not rests or not seen or any(ends.get(one, PageOutcome.NOT_FOUND) in _UNSEEN for one in about):
            open_.add(issue_id)
    return open_


def _now(conn: Connection, site_id: int, pages: set[int], looked_at: set[int] | None) -> dict[int, PageOutcome | None]:
    """By page of any run, how its address ended in this one: audited is, for a check, what it could look at."""
    here = _page.alias("here")
    facts_of = func.coalesce(here.c.origin_id, here.c.id)
    query = (
        select(_page.c.id, here.c.id.label("here"), here.c.outcome, _facts.c.page_id.label("facts"))
        .join(here, here.c.digest == _page.c.digest)
        .outerjoin(_facts, _facts.c.page_id == facts_of)
        .where(here.c.site_id == site_id)
    )
    found: dict[int, PageOutcome | None] = {}
    for some in chunks(sorted(pages)):
        for row in conn.execute(query.where(_page.c.id.in_(some))):
            end = PageOutcome(row.outcome) if row.outcome else None
            unread = row.facts is None or (looked_at is not None and row.here not in looked_at)
            found[row.id] = None if end is PageOutcome.AUDITED and unread else end
    return found


def is_across(rule: str) -> bool:
    """Whether a rule is one across pages."""
    return rule.startswith(PREFIX)
