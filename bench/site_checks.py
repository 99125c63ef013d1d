"""What checks across pages cost and find: ``python bench/site_checks.py [PAGES]``, or ``--folder DIR`` for real pages.

The first makes the facts of a site of so many pages, with a few faults, stores them, and runs every check: seconds,
peak memory and room by page. The second reads the HTML files of a folder as one site, as they lie there and without a
browser, and prints every finding, for a person to look at.
"""

from __future__ import annotations

import argparse
import hmac
import os
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urldefrag

from audits.facts import ID_BYTES, TEXT_BYTES, page_facts
from audits.model import Anchor, Link, Outcome, PageFacts, PageOutcome, PageResult, PartFacts, PartLink, Verdict
from audits.registry import discover_site
from audits.site_check import Site, run_site_checks
from handrail.wiring import may_hold_value
from reports.store.records import RunRecord, SiteRecord
from reports.store.store import Store

HOST = "https://www.city.example"
WORDS = tuple(
    re.findall(
        r"\w+", "parks taxes roads water dogs council permits transit library waste housing culture jobs events maps"
    )
)
LANDMARK = re.compile(
    r"<(nav|header|footer|aside)\b(?![^>]*data-hr-part)([^>]*)>|"
    r"<(\w+)\b([^>]*\brole=[\"']?(navigation|banner|contentinfo|search)\b[^>]*)>",
    re.IGNORECASE,
)
ROLES = {"nav": "navigation", "header": "banner", "footer": "contentinfo", "aside": "complementary"}


class NoSecrets:
    """No URL of this site holds a personal value."""

    def holds_value(self, url: str) -> bool:
        return may_hold_value("")

    def mask(self, url: str) -> str:
        return url

    def seal(self, text: str) -> bytes:
        raise NotImplementedError

    def open(self, sealed: bytes) -> str:
        raise NotImplementedError

    def digest(self, text: str) -> str:
        return hmac.new(b"bench", text.encode(), "sha256").hexdigest()

    def digests(self, text: str) -> tuple[str, ...]:
        return (self.digest(text),)

    @property
    def key_ids(self) -> tuple[str, ...]:
        return ("k-bench",)


def key(text: str, size: int = TEXT_BYTES) -> bytes:
    return sha256(text.encode()).digest()[:size]


def ids(page: str, number: int) -> bytes:
    return b"".join(key(f"{page} {n}", ID_BYTES) for n in range(number))


def address(n: int) -> str:
    return f"{HOST}/{WORDS[n % len(WORDS)]}/page-{n:06}.html"


def part(role: str, name: str, paths: list[tuple[str, str]], **more: object) -> PartFacts:
    links = tuple(PartLink(url=HOST + path, name=words) for path, words in paths)
    return PartFacts(key=f"{role}.{name}", name=name.title(), role=role, links=links, ids=ids(name, 8), **more)


def facts(n: int, pages: int) -> PageFacts:
    """A page of a city site: menu, menu of its section, way to it, footer, thirty links of its own."""
    dice = random.Random(n)
    section = WORDS[n % len(WORDS)]
    menu = [(f"/{word}/", word.title()) for word in WORDS[:9]]
    if n == pages // 2:  # one page was made from an old template
        menu[2], menu[5] = menu[5], menu[2]
    own = [(f"/{section}/page-{k:06}.html", f"{section.title()} {k}") for k in range(n % len(WORDS), 400, len(WORDS))]
    foot = [(f"/about/{k}", f"About {k}") for k in range(28)] + [("/contact", "Contact us"), ("/gone", "Annual report")]
    crumbs = [("/", "Home"), (f"/{section}/", section.title()), (f"/{section}/{n}", f"Page {n}")]
    return PageFacts(
        parts=(
            part(
                "banner",
                "head",
                [("/", "City"), ("/login", "Sign in"), (f"/fr/{n}", "Français"), *menu[:4]],
                helps=("phone",),
            ),
            part("navigation", "main", menu),
            part("navigation", "section", own[:20]),
            part("navigation", "breadcrumb", crumbs),
            part("contentinfo", "foot", foot, helps=("contact", "email")),
        ),
        links=tuple(address(dice.randrange(pages)) for _ in range(30)),
        anchors=tuple(Anchor(url=address(k), digest=key(f"{k} 3", ID_BYTES), shown="dates") for k in (n, n // 2)),
        ids=ids(str(n), 60),
        title_key=key("City" if n % 400 == 0 else f"title {n}"),
        heading=f"Page {n} about {section}",
        heading_key=key(f"heading {n}"),
        text_key=key(f"text {n}"),
        canonical=address(n),
        words=dice.randrange(100, 900),
        grade=dice.gauss(10, 3),
        measure="en",
    )


def begin(store: Store) -> None:
    store.begin_run(
        RunRecord(
            id="r1",
            started=datetime.now(UTC),
            finished=None,
            state="running",
            trigger="person",
            tool_version="0",
            engines={},
            browser="",
            config_sha256="",
            rules_sha256="",
        )
    )
    store.begin_site(
        SiteRecord(
            run_id="r1",
            key="main",
            host="www.city.example",
            name_en="City",
            name_fr="Ville",
            owner="",
            contact="",
            vendor="",
            profile="wcag22-aa",
            authorization={},
            robots_override="",
            state="running",
        )
    )


def fill(store: Store, pages: int, *, with_facts: bool) -> float:
    begin(store)
    listed = [Link(url=address(n), via="sitemap", depth=1) for n in range(pages)]
    store.add_links("r1", "main", [Link(url=f"{HOST}/", via="start"), *listed])
    menu = [Link(url=link.url, depth=1) for one in facts(0, pages).parts for link in one.links]
    ended, spent = 0, 0.0
    passed = (Outcome(rule="axe/image-alt", verdict=Verdict.PASS),)
    while leases := store.lease("r1", "main", owner="w", limit=200, seconds=600):
        for lease in leases:
            found = re.search(r"page-(\d+)", lease.url)
            if found is None and lease.url != f"{HOST}/":
                gone = PageOutcome.NOT_FOUND if lease.url.endswith("/gone") else PageOutcome.OUT_OF_SCOPE
                store.finish(lease, PageResult(outcome=gone, status=404))
                continue
            n = int(found.group(1)) if found else 0
            result = PageResult(
                outcome=PageOutcome.AUDITED,
                status=200,
                title=f"Page {n}",
                lang="en",
                outcomes=passed,
                links=tuple(menu) if n < 3 else (),
                facts=facts(n, pages) if with_facts else None,
            )
            began = time.perf_counter()
            store.finish(lease, result)
            spent += time.perf_counter() - began
            ended += 1
    return spent / max(ended, 1)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cost(pages: int) -> None:
    room, spent = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for with_facts in (False, True):
            path = Path(folder) / f"{with_facts}.db"
            with Store.open(path, guard=NoSecrets()) as store:
                spent[with_facts] = fill(store, pages, with_facts=with_facts)
            room[with_facts] = path.stat().st_size / pages
        print(f"{pages} pages: {room[True] - room[False]:.0f} bytes of facts a page in the store", end=", ")
        print(f"{1000 * (spent[True] - spent[False]):.1f} ms a page to store them")
        with Store.open(path, guard=NoSecrets()) as store:
            before = peak()
            began = time.perf_counter()
            site = store.site_facts("r1", "main")
            print(f"addresses: {time.perf_counter() - began:.1f} s, {len(site.ends)} of them")
            outcomes = []
            for check in discover_site():
                began_one = time.perf_counter()
                outcomes += run_site_checks(site, [check], site_key="main")
                last = outcomes[-1]
                told = f"{last.outcome.verdict}, {len(last.found)} findings"
                print(f"{check.rule.id:<34} {time.perf_counter() - began_one:5.1f} s  {told}")
            store.finish_across("r1", "main", outcomes)
            print(f"all: {time.perf_counter() - began:.1f} s, peak +{peak() - before:.0f} MB over {before:.0f} MB")


def pages_of(folder: Path, most: int) -> Iterator[tuple[str, str]]:
    files = sorted(path for path in folder.rglob("*.htm*") if path.is_file())
    for path in files[:most]:
        html = path.read_text("utf-8", "replace")
        # Scripts and styles are not part of what people are given.
        html = re.sub(r"<(script|style|noscript|template)\b.*?</\1>", "", html, flags=re.DOTALL | re.IGNORECASE)
        yield f"{HOST}/{path.relative_to(folder).as_posix()}", LANDMARK.sub(_marked, html)


def _marked(tag: re.Match[str]) -> str:
    name, rest = (tag[1], tag[2]) if tag[1] else (tag[3], tag[4])
    role = tag[5] or ROLES[name.lower()]
    known = re.search(r"\bid=[\"']?([\w-]+)", rest) or re.search(r"\bclass=[\"']?([\w-]+)", rest)
    return f'<{name} data-hr-part="{role.lower()}{"." + known[1] if known else ""}|{role}"{rest}>'


def real(folder: Path, most: int, rules: str) -> None:
    """Facts as the judge takes them, in a real store."""
    guard = NoSecrets()
    found: dict[str, tuple[PageFacts, str, str]] = {}
    spent = []
    for url, html in pages_of(folder, most):
        title = re.search(r"<title[^>]*>(.*?)</title>", html, re.DOTALL | re.IGNORECASE)
        lang = re.search(r"<html[^>]*\blang=[\"']?([\w-]+)", html, re.IGNORECASE)
        document = {"title": " ".join(title[1].split()) if title else "", "frames": [{"html": html}]}
        began = time.perf_counter()
        taken = page_facts(document, url=url, address=lambda one: urldefrag(one).url, redact=str, digest=guard.digest)
        spent.append(time.perf_counter() - began)
        found[url] = (taken, document["title"], lang[1] if lang else "")
    if not found:
        sys.exit(f"no pages in {folder}")
    spent.sort()
    mean, late = sum(spent) / len(spent), spent[-len(spent) // 20]
    print(f"{len(found)} pages, {1000 * mean:.1f} ms a page (95%: {1000 * late:.0f})")
    with tempfile.TemporaryDirectory() as room, Store.open(Path(room) / "s.db", guard=guard) as store:
        begin(store)
        store.add_links("r1", "main", [Link(url=url, via="start") for url in found])
        for lease in store.lease("r1", "main", owner="w", limit=len(found), seconds=6000):
            taken, title, lang = found[lease.url]
            named = {*taken.links, *(link.url for one in taken.parts for link in one.links)}
            links = tuple(
                Link(url=url, depth=1, outcome=None if url.startswith(HOST) else PageOutcome.OUT_OF_SCOPE)
                for url in sorted(named - found.keys())
            )
            result = PageResult(
                outcome=PageOutcome.AUDITED, status=200, title=title, lang=lang, facts=taken, links=links
            )
            store.finish(lease, result)
        store.close_pending("r1", "main", PageOutcome.NOT_FOUND)
        told(store.site_facts("r1", "main"), rules)


def told(site: Site, rules: str) -> None:
    for one in run_site_checks(site, discover_site(), site_key="main"):
        if not re.search(rules, one.outcome.rule):
            continue
        print(f"\n{one.outcome.rule}: {one.outcome.verdict}, {len(one.found)} findings {one.outcome.reason}")
        for found in one.found[:8]:
            print(f"  {found.finding.verdict} [{found.finding.part.key}] {found.finding.message}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="?", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--most", type=int, default=3_000)
    parser.add_argument("--rules", default="")
    given = parser.parse_args()
    os.nice(5)
    if given.folder:
        real(given.folder, given.most, given.rules)
    else:
        cost(given.pages)
