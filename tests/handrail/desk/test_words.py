"""The desk's two catalogues hold the same sentences, pages take all their words from them, and none is left over."""

import re
from pathlib import Path

import pytest

import handrail.desk
from handrail.desk.door import PACKAGE
from reports.text import Words, catalogue

ROOM = Path(handrail.desk.__file__).parent
PAGES = sorted((ROOM / "templates").glob("*.html"))
FIELD = re.compile(r"\{(\w+)(?::[^{}|]*\|[^{}|]*)?\}")
OWN, FRENCH = catalogue("en", PACKAGE), catalogue("fr", PACKAGE)
WORDS = Words("en", PACKAGE)


def test_both_languages_hold_the_same_keys():
    assert sorted(OWN) == sorted(FRENCH)


def test_no_sentence_of_reports_is_replaced():
    assert not OWN.keys() & catalogue("en").keys()


@pytest.mark.parametrize("key", sorted(OWN))
def test_a_sentence_takes_the_same_values_in_both_languages(key):
    assert set(FIELD.findall(OWN[key])) == set(FIELD.findall(FRENCH[key]))
    assert OWN[key].strip() == OWN[key] != ""
    assert FRENCH[key].strip() == FRENCH[key] != ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_sentence_that_a_page_asks_for_exists(page):
    asked = re.findall(r'\bt\("([\w.-]+)"\s*[,)]', page.read_text("utf-8"))

    assert [key for key in asked if not WORDS.has(key)] == []


def test_every_sentence_is_used():
    source = "".join(path.read_text("utf-8") for path in [*PAGES, *ROOM.rglob("*.py")])
    acts = ["issues", "exposures", "answers", "answer_files", "cleaning", "comparing", "signing", "feedback", "replies"]
    source += "".join((ROOM.parent / f"{name}.py").read_text("utf-8") for name in acts)
    started = re.findall(r'"(desk\.[\w.-]+?)\.?"', source)

    unused = [
        key for key in OWN if key not in source and not any(key == one or key.startswith(f"{one}.") for one in started)
    ]
    assert unused == []
    for key in OWN:
        kind, _, name = key.rpartition(".")
        if kind in ("desk.wrong", "desk.told", "desk.act"):
            assert f'"{name}"' in source or f'.{name}"' in source or name.startswith("words-"), key


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_holds_no_words_of_its_own(page):
    text = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|[\w-]+=\"[^\"]*\"", " ", page.read_text("utf-8"), flags=re.DOTALL
    )

    assert set(re.findall(r"[A-Za-zÀ-ÿ]{2,}", text)) <= {"WCAG", "html", "lang"}
