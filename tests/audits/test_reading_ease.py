"""How hard a text is, in both languages; syllables are near enough over many words."""

import pytest

from audits.reading_ease import reading_ease, syllables_of

ENGLISH = {
    "the": 1, "council": 2, "city": 2, "services": 3, "municipal": 4, "community": 4, "information": 4, "required": 2,
    "property": 3, "tax": 1, "taxes": 2, "building": 2, "permit": 2, "apply": 2, "residents": 3, "table": 2,
    "little": 2, "wanted": 2, "walked": 1, "garbage": 2, "collection": 3, "accessible": 4, "accessibility": 6,
    "schedule": 2, "emergency": 4, "department": 3, "official": 3, "please": 1, "house": 1, "houses": 2,
    "rules": 1, "used": 1,
    "idea": 3, "area": 3, "facilities": 4, "year": 1, "changes": 2, "makes": 1, "whole": 1, "notwithstanding": 4,
}  # fmt: skip
FRENCH = {
    "le": 1, "ville": 1, "conseil": 2, "services": 2, "information": 4, "communauté": 4, "permis": 2, "construire": 2,
    "demande": 2, "eau": 1, "collecte": 2, "résidents": 3, "taxes": 1, "foncières": 2, "règlement": 3, "école": 2,
    "accessibilité": 6, "rue": 1, "logement": 3, "présenter": 3, "formulaire": 3, "quartier": 2, "poubelle": 2,
}  # fmt: skip

PLAIN_EN = "Put your bin out by seven. We will take it away. Keep your dog on a leash in the park. "
HARD_EN = (
    "Notwithstanding the aforementioned municipal legislation, the designated administrative authority for the "
    "corporation is empowered to initiate the enforcement of supplementary environmental regulations that are "
    "applicable to residential developments situated within the jurisdiction of the municipality. "
)
PLAIN_FR = "Sortez le bac avant sept heures. Nous le vidons le lundi. Tenez votre chien en laisse dans le parc. "
HARD_FR = (
    "Nonobstant les dispositions réglementaires susmentionnées, l’autorité administrative désignée par la municipalité "
    "est habilitée à entreprendre l’application des règlements environnementaux supplémentaires applicables aux "
    "aménagements résidentiels situés à l’intérieur des limites territoriales de la municipalité. "
)


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("fr", FRENCH)])
def test_syllables_are_right_for_nine_words_of_ten(language, words):
    counted = {word: syllables_of(word, language) for word in words}

    right = sum(counted[word] == words[word] for word in words)
    assert right >= 0.9 * len(words), {word: found for word, found in counted.items() if found != words[word]}
    assert sum(counted.values()) == pytest.approx(sum(words.values()), rel=0.04)


@pytest.mark.parametrize(
    ("text", "language", "least", "most"),
    [(PLAIN_EN, "en", 0, 4), (HARD_EN, "en", 18, 40), (PLAIN_FR, "fr", 5, 6), (HARD_FR, "fr", 16, 18)],
)
def test_grades(text, language, least, most):
    found = reading_ease([text] * 10)

    assert found.language == language
    assert least <= found.grade <= most, found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 345",
        "Lorem ipsum dolor sit amet consectetur",
        "Bitte stellen Sie die Tonne bis sieben Uhr an die Straße",
    ],
)
def test_another_language_is_not_measured(text):
    assert reading_ease([text]) is None


def test_short_forms_end_no_sentence():
    whole = reading_ease(["The office of Dr. Example is at 5 Elm St. in the north of the city and is open to you."])
    cut = reading_ease(["The office of the doctor. It is at Elm Street. In the north of the city. It is open to you."])

    assert whole.grade > cut.grade
