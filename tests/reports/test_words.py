"""The two catalogues hold the same sentences, and the pages take all their words from them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from audits.accessibility.dialog_not_closed import UNTRIED
from audits.model import PageOutcome
from crawler.collectors.captions import LATE, TOO_MANY
from crawler.collectors.mistakes import HARMFUL, NEVER
from crawler.safety import NAMED, SUGGESTS
from reports.formats.documents import why_unread
from reports.site import PERSON_CHECKS
from reports.text import Language, Words, catalogue

TEMPLATES = Path(__file__).parents[2] / "reports" / "templates"
PAGES = sorted(TEMPLATES.glob("*.html"))
FIELD = re.compile(r"\{(\w+)(?::[^{}|]*\|[^{}|]*)?\}")
CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
EN, FR = Words("en"), Words("fr")


def test_both_languages_hold_the_same_keys() -> None:
    assert sorted(catalogue("en")) == sorted(catalogue("fr"))


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_a_sentence_takes_the_same_values_in_both_languages(key: str) -> None:
    english, french = catalogue("en")[key], catalogue("fr")[key]
    bare = key in {"fact.person", "register.fact.review"}  # French needs no number here: "à vérifier"

    assert bare or set(FIELD.findall(english)) == set(FIELD.findall(french))
    assert FIELD.sub("", english).count("{") == FIELD.sub("", french).count("{") == 0
    assert english.strip() == english != ""
    assert french.strip() == french != ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_sentence_that_a_page_asks_for_exists(page: Path) -> None:
    asked = re.findall(r'\bt\("([\w.-]+)"\s*[,)]', page.read_text(encoding="utf-8"))

    assert [key for key in asked if not EN.has(key)] == []


def test_every_sentence_is_used() -> None:
    source = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for name in (
        "html.py",
        "charts.py",
        "documents.py",
        "feedback.py",
        "../text.py",
        "gate_said.py",
        "gate_text.py",
        "markdown.py",
        "junit.py",
        "commands.py",
        "worklist.py",
        "review.py",
        "../answers.py",
        "../sampled.py",
        "trend.py",
        "diff.py",
        "triage.py",
        "rows.py",
        "xlsx.py",
        "earl.py",
        "openacr.py",
        "open_data.py",
        "sarif.py",
        "../exports.py",
        "../../handrail/notify.py",
        "../../handrail/cli/notify.py",
        "../../handrail/cli/status.py",
        "../../handrail/cli/sign.py",
    ):
        source += (TEMPLATES.parent / "formats" / name).read_text(encoding="utf-8")
    started = tuple(re.findall(r'\bt\("([\w.-]+\.)"\s*~', source)) + tuple(
        re.findall(r"""f["']([\w.-]+\.)\{""", source)
    )
    built = (
        "reason.",
        "outcome.",
        "severity.",
        "severity-n.",
        "exposure.",
        "exposure-n.",
        "documents.reason.",
        "export.file.",
        *started,
    )

    said = {key for key in catalogue("en") if f'"{key}"' in source or f"'{key}'" in source}
    assert [key for key in catalogue("en") if key not in said and not key.startswith(built)] == []


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("outcome.", [*PageOutcome, "waiting"]),
        ("skip.", ["waiting", "errors", "refused", "sign-in", "robots", "time", "plan"]),
        ("person.", [f"{key}.{part}" for key in [*PERSON_CHECKS, "other"] for part in ("title", "text")]),
        ("verdict.", ["fails", "incomplete", "not-audited", "goal-fails", "no-failure-found"]),
        ("state.", ["new", "open", "fixed", "returned", "not-checked"]),
        ("profile.", ["aoda", "wcag21-aa", "wcag22-aa", "en301549"]),
    ],
)
def test_every_state_has_its_words(prefix: str, names: list[str]) -> None:
    assert [name for name in names if not EN.has(prefix + name)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_hold_no_words_of_their_own(page: Path) -> None:
    """Else they would be in one language on both pages. Names of things that are not translated are let through."""
    markup = CODE.sub("", page.read_text(encoding="utf-8"))
    text = re.sub(r"<[^>]*>", " ", re.sub(r"<(style|script).*?</\1>", "", markup, flags=re.DOTALL))
    attributes = re.findall(r'(?:alt|title|aria-label)="([^"]*)"', markup)

    words = set(re.findall(r"[^\W\d_]{2,}", " ".join([text, *attributes])))
    assert words <= {"Handrail", "report", "signatures", "json", "root", "doc"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_sentence_is_glued_from_pieces(page: Path) -> None:
    """A sentence may follow a sentence. A number, a name or a word may not stand bare between two pieces."""
    source = page.read_text(encoding="utf-8")
    pieces = re.findall(r'\{\{ t\("([\w.-]+)"[^}]*\}\} \{\{ t\("([\w.-]+)"', source)

    unfinished = [pair for pair in pieces if not catalogue("en")[pair[0]].rstrip("}").endswith((".", ":"))]
    assert unfinished == []


@pytest.mark.parametrize(
    ("language", "n", "words"),
    [
        ("en", 0, "0 places on 0 pages"),
        ("en", 1, "1 place on 1 page"),
        ("en", 2, "2 places on 2 pages"),
        ("en", 15977, "15,977 places on 15,977 pages"),
        ("fr", 0, "0 endroit sur 0 page"),
        ("fr", 1, "1 endroit sur 1 page"),
        ("fr", 2, "2 endroits sur 2 pages"),
        ("fr", 15977, "15\u202f977 endroits sur 15\u202f977 pages"),
    ],
)
def test_plurals_and_thousands(language: Language, n: int, words: str) -> None:
    said = Words(language)
    assert said.t("issue.counts", places=n, on=said.t("on.pages", n=n)) == words


@pytest.mark.parametrize(
    ("stamp", "english", "french"),
    [
        ("2026-11-23T01:05:00-05:00", "23 November 2026", "23 novembre 2026"),
        ("2026-08-01T00:00:00-04:00", "1 August 2026", "1er août 2026"),
        ("2026-02-11T00:00:00-05:00", "11 February 2026", "11 février 2026"),
        ("", "", ""),
    ],
)
def test_dates(stamp: str, english: str, french: str) -> None:
    assert (EN.date(stamp).replace("\u00a0", " "), FR.date(stamp).replace("\u00a0", " ")) == (english, french)


def test_short_dates_times_and_percents() -> None:
    stamp = "2026-11-23T01:05:00-05:00"

    assert (EN.date(stamp, short=True), FR.date(stamp, short=True)) == (
        "23\u00a0Nov\u00a02026",
        "23\u00a0nov.\u00a02026",
    )
    assert (EN.time(stamp), FR.time(stamp)) == ("01:05", "1\u00a0h\u00a005")
    assert (EN.percent(64), FR.percent(64)) == ("64%", "64\u202f%")


def test_values_are_escaped_and_never_read_as_fields() -> None:
    assert EN.t("map.tile", name="<b>{result}", result="&") == "&lt;b&gt;{result}: &amp;"


def test_links_in_sentences() -> None:
    said = str(EN.t("privacy.kinds-only", href='x"y'))

    assert '<a href="x&#34;y">restricted privacy register</a>' in said


def test_french_colons_do_not_start_a_line() -> None:
    assert " :" not in "".join(catalogue("fr").values())


#: What may be said of meeting a standard: that it is not met, what a person may say, names, and robots.txt.
ALLOWED = re.compile(
    r"not meet|a criterion is met|rest are met|ompliance report|was obeyed"
    r"|as encore conforme|critère est respecté|reste soit respecté|reste est respecté|(?:[Nn]e|pas) respecte\w*"
    r"|apport de conformité|sur la conformité|a été respecté"
)
CLAIMS = re.compile(
    r"\b(?:meets?|met|pass(?:es|ed)|complian\w*|certif\w+|supports?|conform\w*|respect\w*|réussi\w*)\b", re.IGNORECASE
)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_says_what_only_a_person_may_say(language: Language) -> None:
    """A tool never says that a site supports, meets or complies."""
    of_people = ("answer.", "asking.expect.", "result.supports", "result.not-applicable", "person.intro")
    of_people += ("result.does-not-support", "result.partially-supports")
    texts = {key: ALLOWED.sub("", text) for key, text in catalogue(language).items() if not key.startswith(of_people)}
    texts = {
        key: text.replace("n’est pas une réussite", "").replace("jamais une réussite", "")
        for key, text in texts.items()
    }

    assert {key: found[0] for key, text in texts.items() if (found := CLAIMS.search(text))} == {}


ROOT = TEMPLATES.parents[1]
#: Where it is said why a document was not read, or something in it not looked at.
TELLERS = [
    *(ROOT / "crawler" / "documents").rglob("*.py"),
    *(ROOT / "crawler" / name for name in ("opening.py", "reading.py", "apart.py")),
    *(ROOT / "audits" / "documents").glob("*.py"),
    ROOT / "audits" / "privacy" / "file_text.py",
]
#: By what it is said there: what is raised or called with a reason, and where one is kept.
SAYS = {"Unreadable", "Locked", "Damaged", "Failed", "miss", "unsure", "_miss", "_leave", "_unread", "unreadable"}
KEPT = ("left_out", "reason")
#: Of a reader to another, never told; and the names of errors in ``_unfold``.
INTERNAL = {"of a kind that is not read", "too long", "zlib", "hex", "ASCII85", "tags: …", "fonts: …", "…", "……"}


def _texts(node: ast.AST | None) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
        yield "".join(map(str, parts))
    elif isinstance(node, ast.BoolOp | ast.IfExp):
        for inner in node.values if isinstance(node, ast.BoolOp) else (node.body, node.orelse):
            yield from _texts(inner)


def _name(node: ast.AST) -> str:
    return getattr(node, "attr", "") or getattr(node, "id", "")


def _told(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            kept_by = _name(getattr(node.func, "value", node.func))
            if _name(node.func) in SAYS or (_name(node.func) in ("append", "setdefault") and kept_by.endswith(KEPT)):
                yield from (text for one in node.args for text in _texts(one))
            if _name(node.func) == "_guarded":
                yield from (f"its {text} could not be read" for text in _texts(node.args[0]))
            yield from (text for one in node.keywords if one.arg in KEPT for text in _texts(one.value))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if _name(target).endswith(KEPT):
                    yield from _texts(node.value)
                elif isinstance(target, ast.Subscript) and _name(target.value).endswith(KEPT):
                    yield from _texts(target.slice)
        elif isinstance(node, ast.FunctionDef) and node.name == "_work":
            yield from (text for one in ast.walk(node) if isinstance(one, ast.Return) for text in _texts(one.value))
        elif isinstance(node, ast.JoinedStr) and _name(getattr(node.values[0], "value", node)) == "LEFT_OUT":
            yield from (text.removeprefix("…") for text in _texts(node))


def _reasons() -> list[str]:
    told = {text for path in TELLERS for text in _told(ast.parse(path.read_text(encoding="utf-8")))} - INTERNAL
    told -= {text for text in told if not text.strip() or text.endswith("97-2003")} | {"its … could not be read"}
    for text in [text for text in told if text.startswith("…")]:  # whose process it is
        told = (told - {text}) | {text.replace("…", what, 1) for what in ("its readers", "the checks")}
    old = "it is a file of …: saved in today's format it could be read"
    told |= {old.replace("…", f"{what} 97-2003") for what in ("Word", "PowerPoint")}
    return sorted(told - {old})


@pytest.mark.parametrize("reason", _reasons())
def test_every_reason_for_which_a_document_is_not_read_is_said_in_french(reason: str) -> None:
    as_told = reason.replace("(…)", "(LZMAError)").replace("…", "2000")

    assert why_unread(as_told, EN).striptags().replace("2,000", "2000") == as_told
    assert "lang=" not in why_unread(as_told, FR)
    assert why_unread(as_told, FR) != why_unread(as_told, EN)


@pytest.mark.parametrize("reason", [SUGGESTS, NAMED, HARMFUL, NEVER, TOO_MANY, LATE, UNTRIED])
def test_why_something_is_left_alone_is_said_in_both_languages(reason: str) -> None:
    assert why_unread(reason, EN) == reason
    assert "lang=" not in why_unread(reason, FR)
    assert why_unread(reason, FR) != reason


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("it is empty", "il est vide"),
        ("it has more than 2000 pages", "il a plus de 2\u202f000 pages"),
        ("it has more than … pages", "il a plus de … pages"),
        ("its end is missing; it is damaged", "la fin manque; il est endommagé"),
        ("it could not be read (page 3)", "lecture impossible (page 3)"),
        ("it could not be read (pages 3, 4 and 12 more)", "lecture impossible (pages 3, 4 et 12 autres)"),
        ("it could not be read (pages … and … more)", "lecture impossible (pages … et … autres)"),
        ("a part of it is damaged (LZMAError)", "une partie en est endommagée (LZMAError)"),
        ("UnicodeDecodeError", "il n’a pas pu être lu (UnicodeDecodeError)"),
        ("page budget", "il ne restait plus de temps pour la page"),
        ("", ""),
    ],
)
def test_reasons_are_said_with_their_numbers(reason: str, said: str) -> None:
    assert why_unread(reason, FR).unescape() == said


def test_a_reason_without_words_is_shown_as_it_was_recorded_and_in_its_language() -> None:
    assert why_unread("it is <new>", FR) == '<span lang="en-CA">it is &lt;new&gt;</span>'
