"""The data files say what the law and the standards say."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

import reports
from audits.model import Impact
from audits.standards import PROFILES, load

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "count", "level_a", "level_aa"),
    [("aoda", 36, 25, 11), ("wcag21-aa", 50, 30, 20), ("wcag22-aa", 55, 31, 24), ("en301549", 50, 30, 20)],
)
def test_profile_asks_for_as_many_criteria_as_its_standard(name, count, level_a, level_aa):
    profile = load().profile(name)

    levels = [load().criterion(number).level for number in profile]
    assert len(profile) == len(set(profile)) == count
    assert (levels.count("A"), levels.count("AA")) == (level_a, level_aa)


def test_every_profile_is_listed():
    assert all(load().profile(name) for name in PROFILES)


def test_unknown_profile_names_the_choices():
    with pytest.raises(ValueError, match=r"'wcag23'.*aoda"):
        load().profile("wcag23")


@pytest.mark.parametrize(
    ("version", "counts"),
    [
        ("2.0", {"A": 25, "AA": 13, "AAA": 23}),
        ("2.1", {"A": 5, "AA": 7, "AAA": 5}),
        ("2.2", {"A": 2, "AA": 4, "AAA": 3}),
    ],
)
def test_each_wcag_version_introduced_its_criteria(version, counts):
    levels = [c.level for c in load().criteria if c.version == version]

    assert {level: levels.count(level) for level in counts} == counts


def test_aoda_leaves_out_live_captions_and_audio_description_only():
    excluded = [c.number for c in load().criteria if c.aoda == "excluded"]

    assert excluded == ["1.2.4", "1.2.5"]
    assert not set(excluded) & set(load().profile("aoda"))


@pytest.mark.parametrize("number", ["1.3.4", "1.4.10", "2.5.8", "3.2.6", "1.4.6", "1.2.6"])
def test_aoda_asks_for_nothing_newer_or_higher(number):
    assert load().criterion(number).aoda == "no"


@pytest.mark.parametrize(("profile", "there"), [("aoda", True), ("wcag21-aa", True), ("wcag22-aa", False)])
def test_parsing_was_removed_in_wcag_2_2_only(profile, there):
    assert ("4.1.1" in load().profile(profile)) is there


def test_criteria_are_complete_and_in_order():
    criteria = load().criteria

    numbers = [tuple(int(n) for n in c.number.split(".")) for c in criteria]
    assert numbers == sorted(set(numbers))
    assert len({c.slug for c in criteria}) == len(criteria)
    for c in criteria:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", c.slug)
        assert c.url.endswith(c.slug)
        assert c.name_en
        assert c.name_fr
        assert c.name_en != c.name_fr or c.number in {"1.3.4", "2.2.4"}  # Orientation, Interruptions
        assert c.principle in {1, 2, 3, 4}


def test_unknown_criterion_and_provision_are_named():
    with pytest.raises(KeyError, match=r"1\.9\.9"):
        load().criterion("1.9.9")
    with pytest.raises(KeyError, match=r"MFIPPA s\. 999"):
        load().provision("MFIPPA s. 999")


@pytest.mark.parametrize(
    ("numbers", "asked"),
    [(("1.1.1",), True), (("1.2.4",), False), (("2.5.8", "4.1.2"), True), (("2.5.8",), False), ((), False)],
)
def test_a_rule_is_of_the_aoda_floor_when_one_of_its_criteria_is(numbers, asked):
    assert load().asked_by_aoda(numbers) is asked


@pytest.mark.parametrize("provision", load().provisions, ids=lambda p: p.id)
def test_provision_has_source_date_and_status(provision):
    assert provision.source
    assert isinstance(provision.date, date)
    assert provision.status in {"verified", "guidance"}
    assert provision.title_en != provision.title_fr
    assert provision.text_en != provision.text_fr


@pytest.mark.parametrize("provision_id", ["MFIPPA s. 2(1)", "MFIPPA s. 2(2.1)", "MFIPPA s. 29(2)", "MFIPPA s. 30"])
def test_the_sections_that_rules_cite_are_there(provision_id):
    assert load().provision(provision_id).id == provision_id


BREACH = load().breach


@pytest.mark.parametrize("one", [*BREACH.steps, *BREACH.duties, *BREACH.fields], ids=lambda one: one.id)
def test_what_to_do_about_a_breach_has_source_date_and_status(one):
    assert one.source
    assert isinstance(one.date, date)
    assert one.status in {"verified", "guidance"}
    assert one.title_en != one.title_fr
    assert one.text_en != one.text_fr
    assert max(map(len, (one.text_en, one.text_fr))) <= 600  # what a report shows
    assert max(map(len, (one.title_en, one.title_fr))) <= 200


def test_nothing_of_a_breach_is_told_twice():
    for several in (BREACH.steps, BREACH.duties, BREACH.fields):
        ids = [one.id for one in several]
        assert len(ids) == len(set(ids))


def test_wherever_a_value_stands_a_step_takes_it_away():
    places = tomllib.loads((Path(reports.__file__).parent / "templates" / "en.toml").read_text("utf-8"))["where"]

    said = [place for step in BREACH.steps for place in step.where]
    assert sorted(said) == sorted(places)


@pytest.mark.parametrize(
    ("before", "after"),
    [("keep", "take-down"), ("take-down", "search-engines"), ("caches", "check-again"), ("scope", "notice")],
)
def test_steps_come_in_the_order_in_which_they_work(before, after):
    ids = [step.id for step in BREACH.steps]

    assert ids.index(before) < ids.index(after)


def test_the_form_says_that_its_words_must_be_checked():
    assert "Compare them with the current form" in BREACH.note_en
    assert "Comparez-les au formulaire actuel" in BREACH.note_fr
    assert max(map(len, (BREACH.note_en, BREACH.note_fr))) <= 600
    assert BREACH.url.startswith("https://ipc.on.ca/")


def test_law_that_was_not_read_is_guidance():
    assert {duty.status for duty in BREACH.duties if "not read" in duty.source or "reading" in duty.source} == {
        "guidance"
    }


def test_axe_data_is_of_the_pinned_axe():
    pinned = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]["axe-core"]

    assert load().axe_version == pinned, "run: node docs/generate_axe.mjs"


def test_axe_rules_name_known_criteria_and_impacts():
    rules = load().axe_rules

    assert len(rules) == 105
    for rule in rules.values():
        assert Impact(rule.impact)
        assert all(load().criterion(number) for number in rule.criteria)
        assert rule.criteria or rule.best_practice
        assert not (rule.default and (rule.experimental or rule.deprecated))
    assert rules["color-contrast"].criteria == ("1.4.3",)
    assert rules["image-alt"].act == ("23a2a8",)
    assert not rules["target-size"].default


def test_every_axe_rule_that_we_run_has_our_words_in_both_languages():
    rules, texts = load().axe_rules, load().axe_texts

    run = {rule.id for rule in rules.values() if rule.default or rule.id == "target-size"} - {"frame-tested"}
    assert run <= set(texts) <= set(rules)


@pytest.mark.parametrize(("rule", "text"), load().axe_texts.items(), ids=load().axe_texts)
def test_words_for_people_are_short_and_translated(rule, text):
    assert len(text.title) <= 75
    assert len(text.title_fr) <= 90
    assert not text.title.endswith(".")
    assert not text.title_fr.endswith(".")
    for english, french in [(text.title, text.title_fr), (text.why, text.why_fr), (text.fix, text.fix_fr)]:
        assert english != french
        assert len(english) <= 160
        assert len(french) <= 180
        assert "'" not in french, "an apostrophe is ’ in French"
        # Canadian French: a no-break space before a colon and inside guillemets, none before ";", "!" and "?".
        prose = re.sub(r"\d:\d|xml:lang|!important", "", french)
        assert not re.search(r"(?<!\u00a0)[:»]|«(?!\u00a0)|\s[;!?]", prose)
    for sentence in (text.why, text.fix, text.why_fr, text.fix_fr):
        assert sentence.endswith(".")


def test_the_second_engine_is_the_pinned_one_and_names_rules_of_the_first():
    pinned = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]["@qualweb/act-rules"]

    assert load().qualweb_version == pinned
    for rule in load().qualweb_rules.values():
        assert set(rule.axe) <= load().axe_rules.keys()
        assert rule.axe[0] in load().axe_texts


def test_every_criterion_that_a_profile_asks_for_has_questions_and_nothing_else():
    asked = {number for profile in PROFILES for number in load().profile(profile)} | {"1.2.4", "1.2.5"}

    assert set(load().questions) == asked
    assert all(1 <= len(questions) <= 3 for questions in load().questions.values())


@pytest.mark.parametrize(
    ("number", "question"),
    [(number, question) for number, questions in load().questions.items() for question in questions],
)
def test_a_question_can_be_answered_at_a_page_in_both_languages(number, question):
    assert question.pages in {"any", "forms", "media", "tables", "languages", "whole"}
    assert question.ask.endswith("?")
    assert question.ask_fr.endswith("?")
    assert question.how.endswith(".")
    assert question.how_fr.endswith(".")
    for english, french in [(question.ask, question.ask_fr), (question.how, question.how_fr)]:
        assert english != french
        assert "'" not in french, "an apostrophe is ’ in French"
        assert not re.search(r"(?<!\u00a0)[:»]|«(?!\u00a0)|\s[;!?]", french)
