"""How many years of school a text asks for: Flesch-Kincaid in English, Kandel and Moles in French.

Both count words, sentences and syllables. Syllables are counted by vowels: right for nine words of ten, which is enough
for a mean over hundreds of words. Sources: Kincaid et al. 1975; Kandel and Moles 1958 ("207 - 1,015 x mots par phrase -
73,6 x syllabes par mot"), read on Flesch's scale.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

#: Flesch's scale: a score of at least so much can be read after so many years of school.
_SCHOOL = ((90, 5.0), (80, 6.0), (70, 7.0), (60, 8.5), (50, 11.0), (30, 14.0), (10, 16.0))
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
#: A full stop after one letter or a common short form ends no sentence.
_SHORT = re.compile(
    r"\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|St|Ave|Rd|No|Nos|vs|etc|art|ss?|Inc|Ltd|tél|Mme|Mlle|p\.?\s?ex|c\.-à-d)\."
)
_SENTENCE = re.compile(r"[.!?…]+(?:\s|$)")
#: An English ending that is written and not said, with the letter before it.
_SILENT = re.compile(r"(?:(?<![cs])[^laeiouysxzcg]es|[^tdaeiouy]ed|[^laeiouy]e|(?<=[aeiouy])les?)$")
#: Two vowels that are said one after the other.
_APART = re.compile(r"(?<![ct])i[ae]l$|ia(?:$|[^lnr])|ea$|uant$")
#: Words that no text of this language does without, and the other hardly has.
_COMMON_EN = "the of and to is that for with you are this your be by or not from will"
_COMMON_FR = "le la les des et du une est dans pour que vous par sur au aux qui votre ou ce"
_COMMON = {"en": frozenset(_COMMON_EN.split()), "fr": frozenset(_COMMON_FR.split())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ease:
    """What was counted. ``grade`` is in years of school; ``language`` is the one that the words are of."""

    language: str
    words: int
    grade: float


def reading_ease(sentences: Iterable[str]) -> Ease | None:
    """The grade of blocks of running text; None where they are of neither language, or of nobody's."""
    blocks = list(sentences)
    words = [word for block in blocks for word in _WORD.findall(block)]
    language = _language(words)
    if not language:
        return None
    ends = sum(max(1, len(_SENTENCE.findall(_SHORT.sub(" ", block)))) for block in blocks)
    syllables = sum(syllables_of(word.casefold(), language) for word in words)
    per_sentence, per_word = len(words) / ends, syllables / len(words)
    if language == "en":
        grade = 0.39 * per_sentence + 11.8 * per_word - 15.59
    else:
        score = 207 - 1.015 * per_sentence - 73.6 * per_word
        grade = next((years for least, years in _SCHOOL if score >= least), 18.0)
    return Ease(language=language, words=len(words), grade=round(max(grade, 0.0), 1))


def _language(words: list[str]) -> str:
    if not words:
        return ""
    lower = [word.casefold() for word in words]
    shares = {name: sum(word in common for word in lower) / len(lower) for name, common in _COMMON.items()}
    best, other = sorted(shares, key=lambda name: -shares[name])
    return best if shares[best] > 0.08 and shares[best] > 2 * shares[other] else ""


@lru_cache(maxsize=20_000)
def syllables_of(word: str, language: str) -> int:
    """How often one opens the mouth to say it."""
    if language == "fr":
        return _french(word)
    if len(word) <= 3:
        return 1
    bare = _SILENT.sub("", word.replace("'s", "").replace("’s", "")).removeprefix("y")
    return max(1, len(re.findall(r"[aeiouy]{1,2}", bare)) + len(_APART.findall(word)))


def _french(word: str) -> int:
    vowels = "aeiouyàâäéèêëîïôöùûüœæ"
    bare = re.sub(r"(?:es?|ent)$", "", word) if len(word) > 3 else word
    # "-ent" is silent in verbs only, and there is no telling: nouns and adverbs in "-ment" keep it.
    if word.endswith(("ment", "ments")):
        bare = word
    found = len(re.findall(f"[{vowels}]+", bare))
    found += len(re.findall(r"[aeo][éïö]|é[aoeu]|[bcdfgpt][lr]i[aeéo]", bare))
    return max(1, found)
