"""Normalisation: one writing, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.privacy.text import fold, normalise


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("a\u00a0b\u202fc", "a b c"),
        ("905\u2011335\u20137777", "905-335-7777"),
        ("１２３", "123"),
        ("1\u200b2\ufeff3", "123"),
        ("\u202e1\u202c2", "12"),
        ("1\u00ad2", "12"),
        ("e\u0301te\u0301", "ete"),
        ("plain", "plain"),
        ("l’été", "l'été"),
        ("٣٤", "34"),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert normalise(text).text == folded


def test_spans_lead_back_past_what_was_removed() -> None:
    text = "x\u200b\u200b12\u00ad3 y"

    folded = normalise(text)
    start = folded.text.index("123")

    assert text[slice(*folded.original(start, start + 3))] == "12\u00ad3"


@given(st.text(max_size=60))
def test_every_kept_character_comes_from_its_own_place(text: str) -> None:
    folded = normalise(text)

    places = [folded.original(index, index + 1) for index in range(len(folded.text))]

    assert all(end - start == 1 and 0 <= start < len(text) for start, end in places)
    assert places == sorted(set(places))


@given(st.text(max_size=60))
def test_fold_keeps_the_length(text: str) -> None:
    if "İ" not in text:
        assert len(fold(text)) == len(text)


def test_born_is_not_the_negation() -> None:
    assert fold("Née, né(e) et NE, Créé") == "née, né(e) et ne, cree"
