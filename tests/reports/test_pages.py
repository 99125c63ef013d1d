"""The pages as files: whole in both languages, static, safe against what a crawled page may hold."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from audits.model import (
    Disposition,
    DocumentEntry,
    DocumentException,
    DocumentFacts,
    FormatRequest,
    Impact,
    PageOutcome,
    Verdict,
    exposure_id,
)
from reports import clean
from reports.facts import Confirmed
from reports.formats import html as pages
from reports.formats.json import register_data, to_data
from reports.model import Report
from reports.store.records import Linking
from reports.write import write_reports

Make = Callable[..., Any]


class Reader(HTMLParser):
    """Collects what a browser would see: elements, ids, links, text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside != "style":
            self.text += data

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", self.text)


def every_page(report: Report) -> dict[str, str]:
    """Path -> page, those of issues and the register's too."""
    data = json.loads(json.dumps(to_data(report)))
    places = {issue["id"]: issue["examples"] for site in data["sites"] for issue in site["issues"]}
    register = pages.render_register(json.loads(json.dumps(register_data(report))))
    return {
        **pages.render_pages(data),
        **{name: page for site in data["sites"] for name, page in pages.render_issues(data, site, places)},
        **{f"restricted/{name}": page for name, page in register.items()},
    }


@pytest.fixture(scope="module")
def told(whole_city: Report) -> dict[str, str]:
    return every_page(whole_city)


def first_screen(page: str) -> str:
    return Reader(page[: page.index('<div class="body')]).words


def test_there_is_a_page_for_everything_in_both_languages(told: dict[str, str]) -> None:
    folders = ["sites/main", "sites/rec", "sites/museum", "sites/emergency"]
    stems = ["aoda", "policy", "index", *(f"{folder}/index" for folder in folders), "restricted/privacy"]
    stems += ["sites/main/issues-1", "sites/main/issues-2", "sites/rec/issues-1"]

    assert sorted(told) == sorted(f"{stem}{suffix}" for stem in stems for suffix in (".html", ".fr.html"))


def test_pages_are_static_and_ask_nobody(told: dict[str, str]) -> None:
    for page in told.values():
        reader = Reader(page)
        tags = {tag for tag, _ in reader.elements}
        loaded = [a for t, a in reader.elements if t in ("img", "link") and a.get("rel") != "alternate"]

        assert not tags & {"script", "iframe", "object", "embed", "form", "base", "video", "audio"}
        assert all(not name.startswith("on") for _, a in reader.elements for name in a)
        assert all(a.get("src", a.get("href", "")).startswith(("evidence/", "data:,")) for a in loaded)
        assert "@import" not in page
        assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_ids_are_unique_and_no_link_is_dead(told: dict[str, str]) -> None:
    ids = {path: Reader(page).values("id") for path, page in told.items()}

    for path, page in told.items():
        assert len(ids[path]) == len(set(ids[path]))
        for link in Reader(page).values("href"):
            if link.startswith(("http://", "https://", "data:", "mailto:")) or link.endswith((".json", ".xlsx")):
                continue
            target, _, anchor = link.partition("#")
            full = (Path("/") / path).parent.joinpath(target).resolve() if target else Path("/") / path
            assert str(full)[1:] in told, link
            assert not anchor or anchor in ids[str(full)[1:]], link


class Nesting(HTMLParser):
    """Blocks that stand inside an element which may hold words only."""

    WORDS = frozenset({"span", "p", "a", "summary", "strong", "em", "code", "small"})
    BLOCKS = frozenset({"div", "ul", "ol", "li", "details", "p", "table", "dl", "section"})
    ALONE = frozenset({"meta", "link", "br", "wbr", "img", "input", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.BLOCKS and self.open and self.open[-1] in self.WORDS:
            self.wrong.add(f"{tag} in {self.open[-1]}")
        if tag not in self.ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stays open."""

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            self.wrong.add(f"{tag} ends too early")


def test_no_block_stands_inside_words(told: dict[str, str]) -> None:
    for path, page in told.items():
        assert Nesting(page).wrong == set(), path


def test_headings_skip_no_level(told: dict[str, str]) -> None:
    for page in told.values():
        levels = [int(tag[1]) for tag, _ in Reader(page).elements if re.fullmatch("h[1-6]", tag)]

        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_pages_say_their_language_and_link_the_other(told: dict[str, str]) -> None:
    for path, page in told.items():
        other = path.replace(".fr.html", ".html") if ".fr." in path else path.replace(".html", ".fr.html")
        name = Path(other).name

        assert f'<html lang="{"fr-CA" if ".fr." in path else "en-CA"}">' in page
        assert f'href="{name}" lang="{"en-CA" if ".fr." in path else "fr-CA"}"' in page


@pytest.mark.parametrize(
    ("path", "called"), [("index.html", "Trackers: a list of"), ("index.fr.html", "Traceurs : une liste de")]
)
def test_the_list_of_trackers_is_named(whole_city: Report, path: str, called: str) -> None:
    listed = replace(whole_city, run=replace(whole_city.run, engines={"tracker list": "tds.json, sha256 0123abcd"}))

    words = Reader(every_page(listed)[path]).words.replace("\u00a0", " ")

    assert called in words
    assert words.count("tds.json, sha256 0123abcd") == 1
    assert "tracker list" not in words
    assert called not in Reader(every_page(whole_city)[path]).words.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("sites/main/index.html", "by a language model (GLiNER 0.2.29, names). It misses some"),
        ("sites/main/index.fr.html", "un modèle de langue (GLiNER 0.2.29, names). Il en manque"),
        ("index.html", "by a language model (GLiNER 0.2.29, names)"),
        ("restricted/privacy.html", "by a language model (GLiNER 0.2.29, names)"),
    ],
)
def test_the_model_that_found_names_is_named(whole_city: Report, path: str, sentence: str) -> None:
    run = replace(whole_city.run, engines={"names": "GLiNER 0.2.29, names"})
    named = replace(whole_city, run=run, sites=tuple(replace(site, run=run) for site in whole_city.sites))

    words = Reader(every_page(named)[path]).words

    assert sentence in words
    assert "mostly unseen" not in words


@pytest.mark.parametrize(
    ("path", "engines", "sentence"),
    [
        ("index.html", {"Tesseract": "5.3.0"}, "were read by character recognition (Tesseract 5.3.0), which misreads"),
        ("index.fr.html", {"Tesseract": "5.3.0"}, "par reconnaissance de caractères (Tesseract 5.3.0), qui en lit mal"),
        ("index.html", {}, "read to the end. What a document holds in pictures was not read."),
    ],
)
def test_whether_pictures_in_documents_were_read_is_told(
    whole_city: Report, path: str, engines: dict[str, str], sentence: str
) -> None:
    read = replace(whole_city, run=replace(whole_city.run, engines=engines))

    assert sentence in Reader(every_page(read)[path]).words


def test_english_rules_on_a_french_page_are_marked_as_english(told: dict[str, str]) -> None:
    page = told["sites/main/index.fr.html"]

    assert '<span lang="en-CA">Target is too small</span>' in page
    assert "Bouton sans nom" in page
    assert '<span lang="en-CA">Button has no name</span>' not in page


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("sites/main/index.html", "Does not meet the Ontario web standard yet"),
        ("sites/main/index.html", "1,284 of 1,341 found"),
        ("sites/main/index.html", "31 behind sign-in"),
        ("sites/main/index.html", "14 closed to robots"),
        ("sites/main/index.html", "4 checks"),
        ("sites/main/index.html", "Authorizationnone recorded"),
        ("sites/main/index.html", "2 frames inside pages could not be entered"),
        ("sites/main/index.html", "without a language model, names, organizations and places are mostly unseen"),
        ("sites/main/index.html", "Draft: no person has signed it"),
        ("sites/emergency/index.html", "No failure found; 35 required criteria need a person"),
        ("sites/emergency/index.html", "By City Clerk, 2026-11-01"),
        ("sites/rec/index.html", "Audit incomplete: 20 of 85 pages were audited"),
        ("sites/rec/index.html", "Too few of the pages that were found could be audited."),
        ("sites/museum/index.html", "Audit incomplete: no page could be audited"),
        ("sites/museum/index.html", "The start page could not be audited: Host name not found."),
        ("sites/museum/index.fr.html", "La page de départ n’a pas pu être auditée\u00a0: Nom d’hôte introuvable."),
        ("index.html", "Audit incomplete on 2 of 4 sites"),
        ("index.html", "Authorization: none recorded for 3 of 4 sites"),
        ("index.html", "4 checks could not run"),
        ("index.fr.html", "sans modèle de langue"),
        ("restricted/privacy.html", "2 exposures are open"),
        ("restricted/privacy.html", "2 audits are incomplete: there may be more."),
        ("restricted/privacy.fr.html", "sans modèle de langue"),
    ],
)
def test_the_first_screen_says(told: dict[str, str], path: str, sentence: str) -> None:
    said = re.sub(r"\s+", " ", first_screen(told[path]))

    assert re.sub(r"\s+", " ", sentence) in said


@pytest.mark.parametrize(
    ("path", "first", "rest"),
    [
        (
            "sites/main/index.html",
            "36 of them carried from the audit of 16 Nov 2026: unchanged since",
            [
                "36 pages were not audited again",
                "1 of the carried pages uses",
                "36 pages from the audit of 16",
            ],
        ),
        (
            "sites/main/index.fr.html",
            "dont 36 reprises de l’audit du 16 nov. 2026 : inchangées depuis",
            ["36 pages n’ont pas été auditées de nouveau", "1 des pages reprises utilise"],
        ),
        (
            "index.html",
            "36 of them carried from earlier audits, the oldest of 16 November 2026: unchanged since.",
            [],
        ),
        ("restricted/privacy.html", "", ["unchanged since the audit of 16 November 2026"]),
    ],
)
def test_what_was_carried_is_said(make: Make, path: str, first: str, rest: list[str]) -> None:
    places = (make("exposure", "CA_SIN", 1, carried_from="run-0"),)
    issue = make("issue", "pii/ca-sin", 16, state="open", carried=1, examples=places)
    page = every_page(make("report_of", make("site", issues=(issue,), carried=(make("carried", elsewhere=1),))))[path]

    def plain(text: str) -> str:
        return re.sub(r"\s+", " ", text)

    assert first in plain(first_screen(page))
    assert [words for words in rest if words not in plain(Reader(page).text)] == []


@pytest.mark.parametrize(
    ("path", "sentences"),
    [
        (
            "restricted/privacy.html",
            [
                "Beside: name, LIBRARY_CARD",
                "A child’s, it seems",
                "Page: minutes or agenda",
                "3 people on this page at the least",
                "People affected: 3 at the least, page by page",
                "Decision: statutory public record, by City Clerk on 2 November 2026, until 1 May 2027.",
                "Hearing <notice>.",
                "1 value is settled by a decision.",
            ],
        ),
        (
            "restricted/privacy.fr.html",
            [
                "À côté : nom, LIBRARY_CARD",
                "Page : procès-verbal ou ordre du jour",
                "au moins 3 personnes sur cette page",
                "Décision : document public selon la loi, par City Clerk le 2 novembre 2026, jusqu’au 1er mai 2027.",
                "1 valeur est réglée par une décision.",
            ],
        ),
    ],
)
def test_the_register_says_what_a_value_is_linked_to_and_what_was_decided(
    make: Make, path: str, sentences: list[str]
) -> None:
    place = make("exposure", "PHONE_NUMBER", 1)
    told = Disposition(
        finding=exposure_id(place.fingerprint),
        ground="public-record",
        reason="Hearing <notice>.",
        by="City Clerk",
        on=date(2026, 11, 2),
        until=date(2027, 5, 1),
    )
    issue = make("issue", "pii/phone-number", 16, places=1, examples=(place,))

    text = Reader(every_page(make("report_of", make("site", issues=(issue,)), dispositions=(told,)))[path]).text

    said = re.sub(r"\s+", " ", text)
    assert [sentence for sentence in [*sentences, told.finding] if sentence not in said] == []


def test_a_page_that_was_carried_is_marked_where_it_is_listed(make: Make) -> None:
    examples = (make("place", 1), make("place", 2, carried_from="run-0"))
    issue = make("issue", "axe/button-name", 1, places=2, pages=2, carried=1, state="open", examples=examples)
    report = make("report_of", make("site", issues=(issue,), carried=(make("carried", pages=1),)))

    page = every_page(report)["sites/main/index.html"]

    assert page.count("unchanged since the audit of") == 1
    assert "/page-2</a><span" in page.partition("unchanged since the audit of")[0][-200:]


def test_a_first_audit_has_no_trend(told: dict[str, str]) -> None:
    assert "This is the first audit of this site." in Reader(told["sites/emergency/index.html"]).words
    assert "This is the first audit of this site." not in Reader(told["sites/main/index.html"]).words
    assert "<desc" not in told["sites/emergency/index.html"]


def test_a_sample_is_said_on_every_page(make: Make) -> None:
    report = make("report_of", make("failing_site"), run_record=make("run", sample="10 pages drawn with seed 7"))

    for page in every_page(report).values():
        assert "10 pages drawn with seed 7" in Reader(page).text


def test_a_whole_site_is_no_sample(told: dict[str, str]) -> None:
    assert "this audit did not look at the whole site" not in told["index.html"]


def test_invented_data_is_marked_on_every_page(make: Make) -> None:
    for path, page in every_page(make("report_of", make("site"), demo=True)).items():
        assert ("Données fictives." if ".fr." in path else "Sample data.") in page


def test_public_pages_hold_no_detail_of_an_exposure(told: dict[str, str]) -> None:
    for path, page in told.items():
        for detail in ("[CA_SIN]", "/minutes", "secret meeting"):
            assert (detail in page) == path.startswith("restricted/")


def test_no_number_comes_from_nowhere(told: dict[str, str], whole_city: Report) -> None:
    """Every figure of the facts is in report.json."""
    text = json.dumps(to_data(whole_city))
    known = set(re.findall(r"\d+", text))

    for path in ("index.html", "sites/main/index.html", "sites/rec/index.html"):
        facts = told[path].split('<ul class="facts">')[1].split("</ul>")[0]
        assert set(re.findall(r"\d+", Reader(facts).text.replace(",", ""))) <= known


def test_a_mask_in_an_address_is_never_a_link(told: dict[str, str]) -> None:
    page = told["restricted/privacy.html"]

    assert "/minutes?mail=[EMAIL]" in page
    assert not [link for link in Reader(page).values("href") if "minutes" in link]


# What crawled pages may hold


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "{name}{n:one|other}[x]({href})",
    "--><script>alert(1)</script><!--",
    "<details open ontoggle=alert(1)>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "]]><b onclick=alert(1)>",
    "&lt;script&gt;",
    "\x00<script\x00>alert(1)</script>",
    "<scr\u202eipt>alert(1)</script>",
    "a" * 5000,
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_stays_text(make: Make, told: dict[str, str], payload: str) -> None:
    spot = {"selector": payload, "snippet": payload, "message": payload, "page_title": payload, "url": payload}
    data = make(
        "site",
        site=make(
            "site_record",
            payload[:200],
            **dict.fromkeys(("host", "name_en", "name_fr", "owner", "vendor", "contact", "robots_override"), payload),
            authorization={"by": payload, "on": payload},
            state="incomplete",
            reasons=(payload,),
        ),
        issues=(
            make("issue", "axe/button-name", 1, part_key=payload, part_name=payload, examples=(make("place", **spot),)),
            make("issue", "pii/ca-sin", 2, part_name=payload, examples=(make("exposure", "CA_SIN", 1, **spot),)),
            make("issue", payload, 3, engine=payload),
        ),
        documents=(
            make(
                "document",
                payload,
                title=payload,
                content_type=payload,
                lang=payload,
                facts=DocumentFacts(kind=payload, made_with=payload, modified=payload, locked=payload, lang=payload),
                linking=(Linking(url=payload, title=payload),),
                findings={(payload, Verdict.FAIL, Impact.SERIOUS): 1, ("axe/image-alt", Verdict.FAIL, Impact.MINOR): 2},
            ),
            make("document", payload, outcome=PageOutcome.DOCUMENT_UNREAD, reason=payload, facts=None),
        ),
        skipped={"timeout": (make("page", payload, PageOutcome.TIMEOUT, reason=payload),)},
        outcomes={PageOutcome.AUDITED: 1, PageOutcome.TIMEOUT: 1, PageOutcome.DOCUMENT: 1},
        tallies=(make("tally", "axe/button-name", error=1, reasons={payload: 1}),),
    )
    record = make(
        "run",
        sample=payload,
        notes=(payload,),
        browser=payload,
        engines={"x": payload, "names": payload},
        trigger=payload,
    )
    entry = DocumentEntry(
        name="old",
        urls=(payload, "*"),
        owner=payload,
        published=date(2019, 5, 4),
        evidence=payload,
        alternative=payload,
        exception=DocumentException(ground=payload, by=payload, on=date(2026, 1, 1), until=date(2027, 1, 1)),
        requests=(FormatRequest(number=payload, received=date(2026, 1, 1)),),
    )
    report = make(
        "report_of",
        data,
        run_record=record,
        name_en=payload,
        name_fr=payload,
        documents={data.site.key: (entry,)},
        confirmed={"": Confirmed(by=payload, on=date(2026, 1, 1), until=None, texts={"contact_en": payload})},
        answers=[make("answer", one, by=payload, evidence=payload) for one in make("questions", data)],
    )

    clean_tags = {tag for page in told.values() for tag, _ in Reader(page).elements}
    for page in every_page(report).values():
        reader = Reader(page)
        assert {tag for tag, _ in reader.elements} <= clean_tags
        assert all(not name.startswith("on") for _, a in reader.elements for name in a)
        assert all(
            link.startswith(
                (
                    *("#", "data:,", "https://", "../", "index", "privacy", "sites/", "restricted/"),
                    *("report", "signatures.json", "documents.", "aoda", "policy"),
                )
            )
            for link in reader.values("href")
        )
        assert "49" not in reader.text or payload != PAYLOADS[5]
        assert not clean._HIDDEN.search(reader.text)
        assert len(page) < 400_000
        assert page.count("<style>") == page.count("</style>") == 1


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://www.alder.example/a?b=c&d=%20#e", True),
        ("http://127.0.0.1:8000/", True),
        ("mailto:access@alder.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\tscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
        ("//evil.example/", False),
        ("/relative", False),
        ("https://user:secret@alder.example/", False),
        ("https://alder.example@evil.example/", False),
        ("https://alder.example/[EMAIL]", False),
        ("https://alder.example/•••", False),
        ("https://", False),
        ("https:///path", False),
        ("http://[::1", False),
        ("https://alder.example/" + "a" * 3000, False),
        ("", False),
    ],
)
def test_which_addresses_become_links(url: str, kept: bool) -> None:
    assert clean.href(url) == (url if kept else "")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a1.png", True),
        ("0f" * 16 + ".png", True),
        ("a1.svg", False),
        ("a1.html", False),
        ("../a1.png", False),
        ("a/b.png", False),
        (".png", False),
        ("a..png", False),
        ("a1.png\n", False),
        ("", False),
    ],
)
def test_which_pictures_are_taken(name: str, kept: bool) -> None:
    assert clean.picture(name) == (name if kept else "")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("plain text", "plain text"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("two\r\nlines\u2028three", "two lines three"),
        ("tag\U000e0041s", "tags"),
        ("lone\ud800", "lone"),
        ("é日本 العربية 😀", "é日本 العربية 😀"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_what_is_taken_out_of_a_line(text: str, left: str) -> None:
    assert clean.line(text) == left


@pytest.mark.parametrize(
    ("text", "coded"),
    [
        ("Report: a, b", '"Report\\3a  a\\2c  b"'),
        ('"}</style>', '"\\22 \\7d \\3c \\2f style\\3e "'),
        ("a\nb\\", '"a\\a b\\5c "'),
        ("é", '"\\e9 "'),
    ],
)
def test_titles_in_the_style_sheet(text: str, coded: str) -> None:
    assert pages._css_string(text) == coded


# Files


def test_writes_pages_pictures_and_the_restricted_register(make: Make, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "a1.png").write_bytes(b"picture")
    (evidence / "other.png").write_bytes(b"of no issue")

    written = write_reports(make("report_of", make("failing_site")), tmp_path / "out", evidence_dir=evidence)

    out = tmp_path / "out"
    assert written[0] == out / "report.json"
    assert sorted(p for p in out.rglob("*") if p.is_file()) == sorted(written)
    assert (out / "sites/main/evidence/a1.png").read_bytes() == b"picture"
    assert not (out / "sites/main/evidence/other.png").exists()
    restricted = out / "restricted"
    assert stat.S_IMODE(restricted.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in restricted.iterdir()} == {0o600}
    assert sorted(path.name for path in restricted.iterdir()) == ["privacy.fr.html", "privacy.html", "privacy.json"]


def test_pictures_of_exposures_are_beside_the_register_and_nowhere_else(make: Make, tmp_path: Path) -> None:
    evidence, out = tmp_path / "evidence", tmp_path / "out"
    evidence.mkdir()
    (evidence / "x1.png").write_bytes(b"picture")
    left = out / "restricted" / "evidence" / "x0.png"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"of an earlier report")
    bare = make("exposure", "CA_SIN", 2)
    examples = (
        make("exposure", "CA_SIN", 1, evidence="x1.png", selector="p3"),
        replace(bare, exposure=replace(bare.exposure, unpictured="outside")),
        make("exposure", "CA_SIN", 3, evidence="x3.png"),  # its file is gone
    )
    data = make("site", issues=(make("issue", "pii/ca-sin", 2, places=3, examples=examples),))

    write_reports(make("report_of", data), out, evidence_dir=evidence)

    pictures = list(out.rglob("*.png"))
    assert pictures == [out / "restricted" / "evidence" / "x1.png"]
    assert stat.S_IMODE(pictures[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(pictures[0].parent.stat().st_mode) == 0o700
    page = (out / "restricted" / "privacy.html").read_text("utf-8")
    assert page.count('src="evidence/x1.png"') == 2  # at the exposure, and at its place
    assert 'alt="Picture of p3 of the document' in page
    assert "it stands beside what people see of the page" in page
    assert "it could not be made" in page
    assert "x3.png" not in page
    assert not any(
        "x1.png" in path.read_text("utf-8") for path in out.rglob("*.html") if "restricted" not in path.parts
    )


def test_a_folder_left_open_is_closed_again(make: Make, tmp_path: Path) -> None:
    (tmp_path / "restricted").mkdir(mode=0o755)
    (tmp_path / "restricted" / "privacy.json").write_text("old")
    (tmp_path / "restricted" / "privacy.json").chmod(0o644)

    write_reports(make("report_of", make("failing_site")), tmp_path, evidence_dir=None)

    assert stat.S_IMODE((tmp_path / "restricted").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "restricted" / "privacy.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("left", ["nothing", "link", "huge"])
def test_a_picture_that_is_not_ours_is_left_out(make: Make, tmp_path: Path, left: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    if left == "link":
        (evidence / "a1.png").symlink_to(secret)
    if left == "huge":
        (evidence / "a1.png").write_bytes(b"x" * 5_000_001)

    write_reports(make("report_of", make("failing_site")), tmp_path / "out", evidence_dir=evidence)

    assert not list((tmp_path / "out").rglob("*.png"))
    assert "a1.png" not in (tmp_path / "out/sites/main/index.html").read_text(encoding="utf-8")
    assert '"evidence": "a1.png"' not in (tmp_path / "out/report.json").read_text(encoding="utf-8")


def test_fonts_are_inside_the_page_or_left_out(make: Make, fonts: dict[str, bytes]) -> None:
    data = to_data(make("report_of", make("site")))

    assert "font/woff2" not in pages.render_pages(data)["index.html"]
    assert pages.render_pages(data, fonts={"next-400": b"x", "other": b"y"})["index.html"].count("font/woff2") == 1
    assert pages.render_pages(data, fonts=fonts)["index.html"].count("font/woff2") == len(fonts)


def test_a_site_with_many_issues_stays_small(make: Make) -> None:
    spots = tuple(make("place", n, snippet="x" * 200, selector="y" * 90, message="z" * 200) for n in range(5))
    issues = tuple(
        make("issue", rule, n, part_key=f"form.f{n}", part_name="Form", places=400, pages=300, examples=spots)
        for n, rule in enumerate(["axe/button-name", "axe/color-contrast", "axe/region"] * 170)
    )
    told = pages.render_pages(to_data(make("report_of", make("site", issues=issues))))

    assert len(told["sites/main/index.html"].encode()) < 3_000_000


STATES = [
    ("dark", "dark colours", "couleurs sombres"),
    ("menu: Permits & fees", "menu “Permits & fees” open", "menu « Permits & fees » ouvert"),
    ("tab: A: B", "tab “A: B” chosen", "onglet « A: B » choisi"),
    ("cookies-closed", "cookie banner closed", "bandeau des témoins fermé"),
    ("dialog", "a control without a name pressed", "une commande sans nom activée"),
]


@pytest.mark.parametrize(("state", "en", "fr"), STATES)
def test_a_place_says_in_which_state_it_was_seen(make: Make, state: str, en: str, fr: str) -> None:
    found = make("issue", "axe/button-name", 1, examples=(make("place", state=state),))
    written = every_page(make("report_of", make("site", issues=(found,))))

    for stem, said, words in (("index", "In the state: ", en), ("index.fr", "Dans l’état : ", fr)):
        (page,) = (
            page for path, page in written.items() if path.startswith("sites/") and path.endswith(f"{stem}.html")
        )
        assert said + words in Reader(page).words.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("stem", "counted", "said"),
    [
        ("index", "3 places on 1 page (2 of them are for a person to check)", "For a person to check"),
        ("index.fr", "3 endroits sur 1 page (dont 2 à vérifier par une personne)", "À vérifier par une personne"),
    ],
)
def test_in_an_issue_that_fails_a_place_that_is_only_suspected_says_so(
    make: Make, stem: str, counted: str, said: str
) -> None:
    spots = [make("place", n, verdict=verdict) for n, verdict in enumerate((Verdict.FAIL, *[Verdict.REVIEW] * 2))]
    mixed = make("issue", "axe/button-name", 1, places=3, to_check=2, examples=tuple(spots))
    sure = replace(mixed, id="A-0000ff", to_check=0, examples=tuple(spots[:1]) * 3)

    def words(issue: Any) -> str:
        written = every_page(make("report_of", make("site", issues=(issue,))))
        (path,) = (one for one in written if one.startswith("sites/") and one.endswith(f"/{stem}.html"))
        return Reader(written[path]).words.replace("\u00a0", " ")

    assert counted in words(mixed)
    assert words(mixed).count(said) - words(sure).count(said) == 2
    assert counted.partition(" (")[0] in words(sure)


def test_a_place_of_the_page_as_it_came_names_no_state(make: Make) -> None:
    written = every_page(make("report_of", make("site", issues=(make("issue", "axe/button-name", 1),))))

    assert not any("In the state" in page or "Dans l’état" in page for page in written.values())


def test_the_states_that_were_looked_at_are_counted(make: Make) -> None:
    told = {"narrow": {"seen": 7, "same": 2}, "dark": {"same": 8, "not run: page budget": 1}}
    told |= {"held-back": {"not run: a control was left alone": 3}}
    written = every_page(make("report_of", make("site", states=told)))
    (en,) = (page for path, page in written.items() if path.startswith("sites/") and path.endswith("/index.html"))
    (fr,) = (page for path, page in written.items() if path.startswith("sites/") and path.endswith("/index.fr.html"))

    assert "320 pixels wide: 9 pages, with something new on 7." in Reader(en).words
    assert "Not on 1 page: no time was left for the page." in Reader(en).words
    assert "320 pixels de large : 9 pages, avec du nouveau sur 7." in Reader(fr).words.replace("\u00a0", " ")
    assert "3 pages have a control that was not pressed: its name or its code suggests" in Reader(en).words
    assert "3 pages contiennent une commande qui n’a pas été actionnée" in Reader(fr).words


@pytest.mark.parametrize(
    ("passed", "not_run", "english", "french"),
    [
        (0, 40, "None of the checks for it ran.", "Aucun des contrôles de ce critère n’a été fait."),
        (
            35,
            5,
            "Not all checks for it ran on enough pages.",
            "Les contrôles de ce critère n’ont pas tous été faits sur assez de pages.",
        ),
        (36, 4, "", ""),
        (40, 0, "", ""),
    ],
)
def test_a_criterion_says_that_its_checks_were_left_out(
    make: Make, passed: int, not_run: int, english: str, french: str
) -> None:
    tally = make("tally", "axe/image-alt", passed=passed, not_run=not_run, reasons={"not run: page budget": not_run})
    told = pages.render_pages(to_data(make("report_of", make("site", tallies=(tally,)))))

    for name, said in (("sites/main/index.html", english), ("sites/main/index.fr.html", french)):
        row = re.search(r'<tr role="row" id="sc-1\.1\.1".*?</tr>', told[name], re.DOTALL)
        assert row is not None
        words = Reader(row[0]).words
        assert said in words
        assert bool(said) is ("ran on enough" in words or "None of the checks" in words or "ont pas tous" in words
                              or "Aucun des contrôles" in words)  # fmt: skip
