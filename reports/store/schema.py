"""The tables. Long or repeated texts are stored once and referred to; whole numbers join everything."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

#: The newest migration; a test keeps it equal to the migrations directory.
HEAD = "0014"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only where the type is INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")


class Utc(TypeDecorator[datetime]):
    """A moment. SQLite forgets time zones, so UTC goes in and UTC comes out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone cannot be stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Markup(TypeDecorator[str]):
    """Markup, deflated by itself against words that most markup has."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        packer = zlib.compressobj(9, wbits=-15, zdict=_WORDS)
        return packer.compress(value.encode()) + packer.flush()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else zlib.decompressobj(wbits=-15, zdict=_WORDS).decompress(value).decode()


#: Never to be changed: what is stored is read with it. The commonest stand last.
_WORDS = (
    b"<abbr<blockquote<caption<dialog<embed<fieldset<figure<legend<marquee<noscript<object<optgroup<picture<video "
    b'accept="action="autocomplete="autofocus="cellpadding="cellspacing="charset="colspan="contenteditable="controls="'
    b'datetime="draggable="enctype="formaction="hidden="hreflang="inert="itemprop="list="loading="lazy"maxlength="'
    b'media="multiple="novalidate="pattern="popover="readonly="rowspan="sandbox="scope="col"srcset="step="translate="'
    b'aria-controls="aria-current="page"aria-describedby="aria-haspopup="aria-invalid="aria-labelledby="aria-live="'
    b'aria-modal="aria-pressed="aria-required="aria-selected="application/pdf" presentation"navigation"dialog"menuitem"'
    b'role="tab"checkbox"radio"onchange="onkeydown="javascript:void(0)" https://www.xmlns="http://www.w3.org/2000/svg" '
    b"background-color: rgb(color: #font-size: px;display: none;position: absolute;margin: padding: text-align: center"
    b'placeholder="required="" checked="" disabled="" selected="" readonly="" value="lang="en"lang="fr"method="post"'
    b'<iframe title="<table <tbody><tr><th<td><svg viewBox="0 0 24 24" <path d="M<form <select <option value="</option>'
    b'</select><label for="</label><textarea<input type="text" name="<button type="button" aria-expanded="</button>'
    b'<ul><li></li><h2 </h2><h3 <strong></strong><em><p></p><br><span style="tabindex="0" onclick="data-aria-label="'
    b'role="button"aria-hidden="true" target="_blank" rel="noopener" title=".pdf".svg".jpg".png" width="height="alt=""'
    b'<div id="</span><div class="</div><img src="/<span class="</a><a class="<a href="/'
)

#: Facts about the store itself: ``key_check`` tells whether it is opened with the key it was made with.
meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("seq", _Id, primary_key=True),  # the order of runs
    Column("id", String, nullable=False, unique=True),
    Column("started", Utc, nullable=False),
    Column("finished", Utc),
    Column("state", String, nullable=False),
    Column("trigger", String, nullable=False),
    Column("tool_version", String, nullable=False),
    Column("engines", JSON, nullable=False),
    Column("browser", String, nullable=False),
    Column("config_sha256", String, nullable=False),
    Column("rules_sha256", String, nullable=False),
    Column("sample", String, nullable=False),
    Column("notes", JSON, nullable=False),
)

#: One site in one run.
site = Table(
    "site",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("run", ForeignKey("run.seq"), nullable=False),
    Column("key", String, nullable=False),
    Column("host", String, nullable=False),
    Column("name_en", String, nullable=False),
    Column("name_fr", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("contact", String, nullable=False),
    Column("vendor", String, nullable=False),
    Column("profile", String, nullable=False),
    Column("authorization", JSON, nullable=False),
    Column("robots_override", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("min_coverage", Float, nullable=False),
    Column("settled", Boolean, nullable=False),  # sightings and lives below agree with its findings
    # The site where it does not stand: nothing that is there or gone there begins or ends the life of an issue.
    Column("preview", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("run", "key"),
    Index(None, "key", "run"),
)

#: A text that many rows share: a message, the verdicts of pages built alike, the names of timed steps.
phrase = Table(
    "phrase",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("digest", LargeBinary(16), nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

rule = Table(
    "rule",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String, nullable=False),
    Column("engine", String, nullable=False),
    UniqueConstraint("name", "engine"),
)

part = Table(
    "part",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    UniqueConstraint("key", "name"),
)

#: One URL of one site in one run: the record of how it ended, and until then the crawl frontier.
page = Table(
    "page",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("site_id", ForeignKey("site.id"), nullable=False),
    Column("digest", LargeBinary(16), nullable=False),  # of the URL, keyed
    Column("url", Text, nullable=False),  # as people may read it
    Column("sealed", LargeBinary),  # what to fetch, when that holds a personal value
    Column("via", String, nullable=False),
    Column("depth", SmallInteger, nullable=False),
    Column("chain", SmallInteger, nullable=False),
    Column("parent_id", ForeignKey("page.id")),
    # Frontier: without an outcome a page waits, or is leased by ``owner`` until ``expires`` (ms since 1970).
    Column("attempts", SmallInteger, nullable=False),
    Column("deaths", SmallInteger, nullable=False, server_default="0"),  # of processes, seen by who started them
    Column("owner", String),
    Column("expires", BigInteger),
    # Record.
    Column("outcome", String),
    Column("reason", Text),
    Column("status", SmallInteger),
    Column("final_url", Text),
    Column("title", Text),
    Column("lang", String),
    Column("content_type", String),
    Column("content_sha256", LargeBinary(32)),  # keyed: the page may hold a personal value
    Column("verdicts_id", ForeignKey("phrase.id")),  # {"pass": [rule.id, ...], "inapplicable", "fail", "review"}
    Column("frames", JSON(none_as_null=True)),
    Column("steps_id", ForeignKey("phrase.id")),  # names of the timed steps
    Column("step_ms", Text),  # their milliseconds, in the same order
    Column("origin_id", ForeignKey("page.id")),  # the page of an earlier run whose audit this page carries
    Column("states_id", ForeignKey("phrase.id")),  # {state: whether the page was looked at in it}
    Column("transport_id", ForeignKey("phrase.id")),  # how the page came, for checks across pages
    Column("seen", LargeBinary(16)),  # keyed digest of its content, without what differs at each visit
    Column("weight", BigInteger),  # bytes that it loaded, as far as servers tell
    UniqueConstraint("site_id", "digest"),
)
Index(
    "ix_page_waiting",
    page.c.site_id,
    page.c.depth,
    page.c.id,
    sqlite_where=page.c.outcome.is_(None),
    postgresql_where=page.c.outcome.is_(None),
)

#: The plan of a run that workers share, sealed, until the run is over and told.
shared = Table(
    "shared",
    metadata,
    Column("run", ForeignKey("run.seq"), primary_key=True, autoincrement=False),
    Column("plan", LargeBinary, nullable=False),
)

#: What was pictured on whatever machine, until the run is over: then it goes where evidence is kept.
picture = Table(
    "picture",
    metadata,
    Column("run", ForeignKey("run.seq"), primary_key=True, autoincrement=False),
    Column("name", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

#: A site that workers share, once one of them has begun: when that was, and whether robots.txt and sitemaps were read.
walk = Table(
    "walk",
    metadata,
    Column("site_id", ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("begun", Float, nullable=False),
    Column("opened", Boolean, nullable=False, server_default=false()),
    Column("failures", Integer, nullable=False, server_default="0"),  # of processes, without a page ended in between
    Column("ended", BigInteger, nullable=False, server_default="0"),  # pages, at the last of these
)

#: How a host is asked by all workers together. Moments are seconds since 1970 by the database's clock.
pace = Table(
    "pace",
    metadata,
    Column("host", String, primary_key=True),
    Column("window", Float, nullable=False),
    Column("gap", Float, nullable=False),
    Column("delay", Float, nullable=False),
    Column("next", Float, nullable=False),
    Column("held", Float, nullable=False),
    Column("touched", Float, nullable=False),
)

#: A request that a worker has open at a host. One that nobody renews was its worker's last.
turn = Table(
    "turn",
    metadata,
    Column("id", String, primary_key=True),
    Column("host", String, nullable=False, index=True),
    Column("owner", String, nullable=False),
    Column("expires", Float, nullable=False),
)

#: A file that pages use, as one of them got it.
asset = Table(
    "asset",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("digest", LargeBinary(16), nullable=False, unique=True),  # of address and state, keyed
    Column("url", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("kind", String, nullable=False),
    Column("etag", Text),
    Column("modified", Text),
    Column("content", LargeBinary(16)),
)

#: What the audit of a page rests on. A page without one cannot be carried.
basis = Table(
    "basis",
    metadata,
    Column("page_id", ForeignKey("page.id"), primary_key=True, autoincrement=False),
    Column("judged_id", ForeignKey("phrase.id"), nullable=False),
    Column("content", LargeBinary(16), nullable=False),
    Column("etag", Text),
    Column("modified", Text),
    Column("assets", LargeBinary, nullable=False),  # asset.id, packed
    Column("links", LargeBinary, nullable=False),  # page.id of the same run, packed
    Column("elsewhere", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

#: A document as it was read. Its title and language stand in ``page``.
document = Table(
    "document",
    metadata,
    Column("page_id", ForeignKey("page.id"), primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("words", Integer, nullable=False),
    Column("made_with", Text, nullable=False),
    Column("modified", String, nullable=False),
    Column("image_only", Integer, nullable=False),
    Column("locked", String, nullable=False),
    Column("content", LargeBinary(16)),  # keyed digest of its bytes
    Column("left_out", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: One rule on one page that did not run, or not everywhere; what else it said is in ``page.verdicts_id``. Stores that
#: were begun before 0010 have rows of plain failures and reviews too.
outcome = Table(
    "outcome",
    metadata,
    Column("page_id", ForeignKey("page.id"), primary_key=True, autoincrement=False),
    Column("rule_id", ForeignKey("rule.id"), primary_key=True, autoincrement=False),
    Column("verdict", String, nullable=False),
    Column("reason", Text),  # why it did not run, or not everywhere on the page
    sqlite_with_rowid=False,
)

#: A part as checks across pages see it; pages and runs with the very same one share it. Addresses and ids are digests.
layout = Table(
    "layout",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("digest", LargeBinary(16), nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
)

#: An audited page as checks across pages see it. A page that is carried has that of its origin.
facts = Table(
    "facts",
    metadata,
    Column("page_id", ForeignKey("page.id"), primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

#: One rule across the pages of one site in one run.
across = Table(
    "across",
    metadata,
    Column("site_id", ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("rule_id", ForeignKey("rule.id"), primary_key=True, autoincrement=False),
    Column("verdict", String, nullable=False),
    Column("reason", Text),  # why it did not run, or not on the whole site
    Column("looked_at", LargeBinary),  # page.id, packed; null = all that were audited
    sqlite_with_rowid=False,
)

#: All findings of one rule in one part of a site, over all runs.
issue = Table(
    "issue",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("fingerprint", String, nullable=False, unique=True),
    Column("public_id", String, nullable=False, unique=True),
    Column("site_key", String, nullable=False, index=True),
    Column("rule", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("part_id", ForeignKey("part.id"), nullable=False),
)

#: A personal value, as one can be told again without it. Renewed when a run meets it after a rotation of keys.
value = Table(
    "value",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("hmac", String, nullable=False, unique=True),
    Column("key", String, nullable=False),  # the id of the key it was made with
    Column("first", String, nullable=False),  # the HMAC it was known by first: fingerprints and ids are made of it
)

#: The markup at a place, as people may read it. Pages built alike have the same place with another text in it.
snippet = Table(
    "snippet",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("digest", LargeBinary(12), nullable=False, unique=True),
    Column("body", Markup, nullable=False),
)

#: What a finding says but for the markup, stored once however many pages and runs repeat it.
place = Table(
    "place",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("digest", LargeBinary(16), nullable=False, unique=True),
    Column("issue_id", ForeignKey("issue.id"), nullable=False, index=True),
    Column("rule_id", ForeignKey("rule.id"), nullable=False),
    Column("verdict", String, nullable=False),
    Column("impact", String, nullable=False),
    Column("selector", Text, nullable=False),
    Column("message_id", ForeignKey("phrase.id"), nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("exposure", JSON(none_as_null=True)),  # all but the value's HMAC
    Column("state", Text, nullable=False, server_default=""),  # of the page; "" = as it came
    Column("value_id", ForeignKey("value.id")),
)
Index(
    "ix_place_value_id",
    place.c.value_id,
    sqlite_where=place.c.value_id.is_not(None),
    postgresql_where=place.c.value_id.is_not(None),
)

#: What was found on a page, in one row: ``[[place.id, snippet.id], [place.id, snippet.id, evidence], ...]`` in JSON.
#: ``start`` is the number of the first, 0. A finding across pages has a row of its own, from FIRST_ACROSS on.
FIRST_ACROSS = 1_000_000
found = Table(
    "found",
    metadata,
    Column("page_id", ForeignKey("page.id"), primary_key=True, autoincrement=False),
    Column("start", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: A view of ``found`` with a row for each finding. Nothing finds the pages of a place but reading the pages: ask for
#: those of a site in a run.
finding = Table(
    "finding",
    MetaData(),
    Column("page_id", _Id),
    Column("start", Integer),
    Column("n", Integer),
    Column("place_id", _Id),
    Column("snippet_id", _Id),
    Column("evidence", String),
)

#: Which pages a finding across pages rests on: only who sees all of them can say that it is gone.
spread = Table(
    "spread",
    metadata,
    Column("page_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("seen_on", LargeBinary, nullable=False),  # page.id, packed
    Column("about", LargeBinary, nullable=False),
    ForeignKeyConstraint(["page_id", "n"], ["found.page_id", "found.start"]),
    sqlite_with_rowid=False,
)

#: An issue in one run: what was counted. Derived from findings when a site is settled.
sighting = Table(
    "sighting",
    metadata,
    Column("site_id", ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("issue_id", ForeignKey("issue.id"), primary_key=True, autoincrement=False),
    Column("places", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("carried", Integer, nullable=False, server_default="0"),  # of these pages
    Column("documents", Integer, nullable=False, server_default="0"),  # besides the pages
    Column("in_documents", Integer, nullable=False, server_default="0"),  # of the places
    Column("to_check", Integer),  # of the places: what only a person can judge; null = counted before 0014
    Column("verdict", String, nullable=False),
    Column("impact", String, nullable=False),
    Column("engine", String, nullable=False),
    sqlite_with_rowid=False,
)

#: From the run that first saw an issue to the run that saw it last; ``fixed_run`` proved it gone.
life = Table(
    "life",
    metadata,
    Column("issue_id", ForeignKey("issue.id"), primary_key=True, autoincrement=False),
    Column("first_run", ForeignKey("run.seq"), primary_key=True, autoincrement=False),
    Column("last_run", ForeignKey("run.seq"), nullable=False),
    Column("fixed_run", ForeignKey("run.seq")),
    sqlite_with_rowid=False,
)

#: Who looked at a value, held, purged, anchored: see the module ``log``. Triggers let nobody change or take out an
#: entry; ``facts`` alone can be emptied.
log = Table(
    "log",
    metadata,
    Column("seq", _Id, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("facts", Text),
    Column("facts_sha256", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)

#: The tombstone of what a run held of a site: the entry of the log that says who purged it and why.
purged = Table(
    "purged",
    metadata,
    Column("site_id", ForeignKey("site.id"), primary_key=True, autoincrement=False),
    Column("log_seq", ForeignKey("log.seq"), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("findings", Integer, nullable=False),
)
