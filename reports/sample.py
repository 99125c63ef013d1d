"""Which pages a person should look at: a structured sample and a random one, as WCAG-EM draws them. Pure."""

from __future__ import annotations

import hashlib
import heapq
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from unicodedata import combining, normalize
from urllib.parse import parse_qsl, unquote, urlsplit

from reports.store.records import AuditedPage
from reports.terms import SampleReason

#: With a tenth of them at random on top these are 25: what one person can look at in some days.
STRUCTURED_MOST = 22
_STARTS_MOST = 5
#: Between the name of a page and the name of its site.
_TITLE_PARTS = re.compile(r"\s*[|»›·•:]\s*|\s+[-–—]\s+")
_EXTENSION = re.compile(r"\.(?:html?|php|aspx?|jsp|cfm)$")
_WHOM = r"(?: (?:us|the (?:city|town|mayor|region|county)|city hall|information|list|page|nous))?"
_SERVICE = r"(?: (?:cent(?:re|er)|topics?|pages?|and (?:support|faqs?|contact)|et soutien))?"

#: What a page is for, by the last segment of its address or a part of its title: the whole of it, plain words only.
_TOPICS: tuple[tuple[SampleReason, re.Pattern[str]], ...] = (
    (
        "contact",
        re.compile(
            rf"contacts?{_WHOM}|get in touch|reach us|feedback|contactez nous|(?:pour )?nous (?:contacter|joindre)|"
            r"(?:communiquez avec|joignez|ecrivez) nous|coordonnees|retroaction"
        ),
    ),
    (
        "help",
        re.compile(
            rf"(?:help|faqs?|aide){_SERVICE}|support|frequently asked questions|foire aux questions|"
            r"questions frequentes|centre d aide|how to use this (?:web ?)?site"
        ),
    ),
    (
        "search",
        re.compile(
            r"(?:site )?search(?: results?| (?:the|this|our) (?:web ?)?site)?|"
            r"(?:resultats de (?:la )?)?recherche(?: dans le site)?"
        ),
    ),
    (
        "form",
        re.compile(
            r"(?:.+ )?forms?|(?:.+ )?(?:online )?application|apply(?: (?:for|to|online|now)\b.*)?|"
            r"register(?: (?:for|online|now)\b.*)?|report an? (?:problem|issue|pothole|concern)|"
            r"(?:formulaire|demande|inscription)s?(?: (?:de|d|du|en|pour|a|au|aux)\b.*)?|"
            r"(?:faire|presenter) une demande\b.*|signaler un probleme"
        ),
    ),
    ("sitemap", re.compile(r"site ?map|plan du site|site index|a (?:to )?z(?: index)?")),
    (
        "accessibility",
        re.compile(
            r"(?:web(?:site)? )?accessibility(?: (?:statement|policy|plan|feedback|services|help|of this site))?|"
            r"(?:declaration (?:d |sur l )|politique d )?accessibilite(?: (?:web|numerique|du site))?"
        ),
    ),
    (
        "login",
        re.compile(
            r"log ?(?:in|on)|sign ?in|my account|account login|se connecter|connexion|mon compte|ouvrir une session|"
            r"ouverture de session"
        ),
    ),
)

_TONGUES = {"en": "en", "en-ca": "en", "english": "en", "fr": "fr", "fr-ca": "fr", "francais": "fr"}

#: Rules that find something to judge where a page holds what a kind of question is about.
KINDS: dict[str, frozenset[str]] = {
    "forms": frozenset(
        {
            *("axe/label", "axe/select-name", "axe/aria-input-field-name", "axe/aria-toggle-field-name"),
            *("axe/form-field-multiple-labels", "axe/autocomplete-valid", "axe/input-button-name"),
            *("check/required-not-said", "check/error-not-tied", "check/ungrouped-choices"),
        }
    ),
    "media": frozenset(
        {
            *("axe/video-caption", "axe/audio-caption", "axe/no-autoplay-audio", "axe/blink", "axe/marquee"),
            *("check/media-alternative", "check/moving-content"),
        }
    ),
    "tables": frozenset(
        {
            *("axe/td-headers-attr", "axe/th-has-data-cells", "axe/td-has-header", "axe/scope-attr-valid"),
            "check/table-without-headers",
        }
    ),
    "languages": frozenset({"axe/valid-lang"}),
}
_FORM_TOPICS: frozenset[SampleReason] = frozenset({"form", "contact", "search", "login"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A page of the sample. ``why`` may be a topic."""

    page: AuditedPage
    why: SampleReason
    topics: frozenset[SampleReason] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A sample of a site. The same pages and the same seed give the same sample."""

    seed: str
    structured: tuple[Chosen, ...]
    random: tuple[Chosen, ...]

    @property
    def pages(self) -> tuple[Chosen, ...]:
        return (*self.structured, *self.random)

    def failed_only_in_random(self) -> frozenset[str]:
        """Rules that failed on a random page and on no structured one: what the structured sample missed."""
        return _failed(self.random) - _failed(self.structured)


def seed_of(run_id: str, site: str) -> str:
    """The seed of a site's sample in one run."""
    return hashlib.sha256(f"{run_id}\n{site}".encode()).hexdigest()[:16]


def draw(pages: Iterable[AuditedPage], seed: str) -> Drawn:
    """At most 25 of a site's audited pages."""
    known = {page.url: page for page in sorted(pages, key=_nearest, reverse=True)}
    ordered = sorted(known.values(), key=_nearest)
    chosen: dict[str, Chosen] = {}
    for choice in _structured(ordered):
        chosen.setdefault(choice.page.url, choice)
        if len(chosen) == STRUCTURED_MOST:
            break
    rest = [page for page in ordered if page.url not in chosen]
    some = heapq.nsmallest(-(-len(chosen) // 10), rest, key=lambda page: _lot(seed, page.url))
    return Drawn(
        seed=seed,
        structured=tuple(chosen.values()),
        random=tuple(Chosen(page=page, why="random", topics=topics(page)) for page in some),
    )


def matter_for(
    drawn: Drawn, kind: str, rules: frozenset[str], most: int = 5, *, random: bool = True
) -> tuple[Chosen, ...]:
    """The pages of a sample at which to ask a question about ``kind``: those with most for ``rules`` to judge first.

    Without ``random``, none of those drawn by lot: they are others in each run.
    """
    if not random:
        drawn = replace(drawn, random=())
    if kind == "languages":
        return _languages(drawn, most)
    wanted = KINDS.get(kind)
    if wanted is None:
        asked = rules if kind == "any" else frozenset()
        return tuple(sorted(drawn.pages, key=lambda chosen: -len(chosen.page.spoke & asked))[:most])
    holds = [chosen for chosen in drawn.pages if chosen.page.spoke & wanted]
    if kind == "forms":
        holds.sort(key=lambda chosen: (not chosen.topics & _FORM_TOPICS, -len(chosen.page.spoke & wanted)))
    else:
        holds.sort(key=lambda chosen: -len(chosen.page.spoke & wanted))
    return tuple(holds[:most])


def topics(page: AuditedPage) -> frozenset[SampleReason]:
    """What a page is for, as far as its address or title says so in so many words."""
    names = set(_names(page))
    return frozenset(topic for topic, pattern in _TOPICS if any(pattern.fullmatch(name) for name in names))


def language(page: AuditedPage) -> str:
    """English or French, by the page's own word or else by its address; nothing for another language."""
    said = page.lang.lower().replace("_", "-").partition("-")[0]
    if not said:
        segments = urlsplit(page.url).path.lower().split("/")
        said = next((tongue for segment in segments if (tongue := _TONGUES.get(segment))), "")
    return said if said in ("en", "fr") else ""


def shape(url: str) -> str:
    """An address without what differs between pages made alike: numbers, names, values."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    kept = ["#" if segment.isdigit() else "*" for segment in segments]
    if len(segments) > 1 and not segments[0].isdigit():
        kept[0] = segments[0]
    ending = _EXTENSION.search(parts.path.lower())
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"/{'/'.join(kept)}{ending[0] if ending else ''}?{'&'.join(names)}"


def _structured(pages: Sequence[AuditedPage]) -> Iterator[Chosen]:
    """In the order of what a sample must not lack."""
    found = {page.url: topics(page) for page in pages}
    starts = [page for page in pages if page.start][:_STARTS_MOST]
    yield from (Chosen(page=page, why="start", topics=found[page.url]) for page in starts)
    taken = {page.url: page for page in starts}
    for topic, _ in _TOPICS:
        # A start page that names its search box is not the page of search results.
        page = next((page for page in pages if topic in found[page.url] and not page.start), None)
        if page is not None and page.url not in taken:
            taken[page.url] = page
            yield Chosen(page=page, why=topic, topics=found[page.url])
    for tongue in ("en", "fr"):
        if any(language(page) == tongue for page in taken.values()):
            continue
        page = next((page for page in pages if language(page) == tongue), None)
        if page is not None:
            taken[page.url] = page
            yield Chosen(page=page, why="language", topics=found[page.url])
    for page in _kinds(pages, taken.values()):
        yield Chosen(page=page, why="kind", topics=found[page.url])


def _kinds(pages: Sequence[AuditedPage], taken: Iterable[AuditedPage]) -> Iterator[AuditedPage]:
    """One page of each kind that is not there yet: first what adds most that is new, then the kinds of most pages."""
    size: Counter[tuple[str, frozenset[str]]] = Counter()
    first: dict[tuple[str, frozenset[str]], AuditedPage] = {}
    for page in pages:
        kind = (shape(page.url), page.spoke)
        size[kind] += 1
        first.setdefault(kind, page)
    seen: set[str] = set()
    for page in taken:
        kind = (shape(page.url), page.spoke)
        seen |= {kind[0], *kind[1]}
        first.pop(kind, None)
    # What a kind adds only ever shrinks, so that one whose number still stands at the top of the heap is the best.
    heap = [(-len(spoke) - 1, -size[address, spoke], n, (address, spoke)) for n, (address, spoke) in enumerate(first)]
    heapq.heapify(heap)
    while heap:
        told, many, n, kind = heapq.heappop(heap)
        adds = -len({kind[0], *kind[1]} - seen)
        if adds != told:
            heapq.heappush(heap, (adds, many, n, kind))
            continue
        seen |= {kind[0], *kind[1]}
        yield first[kind]


def _languages(drawn: Drawn, most: int) -> tuple[Chosen, ...]:
    """By turns one page of each language, and those that change language inside first."""
    changing = [chosen for chosen in drawn.pages if chosen.page.spoke & KINDS["languages"]]
    order = [*changing, *(chosen for chosen in drawn.pages if chosen not in changing)]
    english = [chosen for chosen in order if language(chosen.page) != "fr"]
    french = [chosen for chosen in order if language(chosen.page) == "fr"]
    turns = max(len(english), len(french))
    return tuple(chosen for n in range(turns) for chosen in (*english[n : n + 1], *french[n : n + 1]))[:most]


def _names(page: AuditedPage) -> Iterator[str]:
    segments = [segment for segment in urlsplit(page.url).path.split("/") if segment]
    if segments:
        yield _plain(_EXTENSION.sub("", unquote(segments[-1]).lower()))
    yield from (_plain(part) for part in _TITLE_PARTS.split(page.title) if part)


def _plain(words: str) -> str:
    """Words in small letters without accents, hyphens or apostrophes, as addresses spell them."""
    bare = "".join(letter for letter in normalize("NFD", words.lower()) if not combining(letter))
    return " ".join(re.findall(r"[^\W_]+", bare))


def _nearest(page: AuditedPage) -> tuple[bool, int, int, str]:
    return (not page.start, page.depth, len(page.url), page.url)


def _lot(seed: str, url: str) -> bytes:
    """A page's number in the draw: fair, and the same on every machine and for every order of the pages."""
    return hashlib.sha256(f"{seed}\n{url}".encode()).digest()


def _failed(chosen: Iterable[Chosen]) -> frozenset[str]:
    return frozenset(rule for one in chosen for rule in one.page.failed)
