"""Checks at the desk: a person answers what only people can say, with evidence, and takes it back."""

import pytest

from handrail.answers import asked_now
from handrail.work import today
from reports.answers import GIVEN, TAKEN_BACK

SAID = {"result": "supports", "evidence": "Read the page with NVDA; all was said.", "on": ""}


@pytest.fixture
def lead(desk):
    return desk.browser("lea")


def path_of(desk):
    asked = desk.question().asked
    return f"/checks/{asked.site}/{asked.id}"


def facts(desk, kind):
    return dict([entry for entry in desk.office.store.log_entries() if entry.kind == kind][-1].facts)


def test_an_answer_is_recorded_and_taken_back(desk, lead):
    stand, path = desk.question(), path_of(desk)
    given = lead.submit(path, f"{path}/answer", **SAID)
    after = lead.get(given.headers["location"]).text
    kept = facts(desk, GIVEN)
    found = next(one for one in lead.get("/checks?site=main&state=answered").text.split() if stand.asked.id in one)
    silent = lead.submit(path, f"{path}/take-back", reason="")
    back = lead.submit(path, f"{path}/take-back", reason="The wrong page.")

    assert (given.status_code, given.headers["location"]) == (303, f"{path}?told=answer")
    assert "Lea, web lead" in after
    assert (kept["by"], kept["account"], kept["how"]) == ("Lea, web lead", "desk:lea", "answer")
    assert (kept["result"], kept["evidence"], kept["on"]) == (
        "supports", SAID["evidence"], today(desk.office.policy).isoformat(),
    )  # fmt: skip
    assert kept["about"] == list(stand.asked.kept)
    assert found
    assert (silent.status_code, back.status_code) == (422, 303)
    assert facts(desk, TAKEN_BACK)["reason"] == "The wrong page."


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"result": ""}, "Choose what you found"),
        ({"result": "perfect"}, "Choose what you found"),
        ({"evidence": " "}, "This is empty"),
        ({"evidence": "Asked jane.orchard@gmail.com"}, "personal information"),
        ({"on": "2099-01-01"}, "not yet"),
        ({"on": "x"}, "This is no day"),
        ({"on": "0001-01-01"}, "before 2000"),
        ({"version": "0000000000"}, "has changed since you opened"),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_is_lost(desk, lead, told, said):
    path = path_of(desk)
    answer = lead.submit(path, f"{path}/answer", **{**SAID, **told})

    assert answer.status_code == 422
    assert said in answer.text
    assert told.get("evidence", SAID["evidence"]).strip() in answer.text
    assert GIVEN not in desk.kinds()


def test_who_answers_second_is_told(desk, lead):
    path = path_of(desk)
    open_page = lead.get(path)
    other = desk.browser("cora")
    assert other.submit(path, f"{path}/answer", **{**SAID, "result": "does-not-support"}).status_code == 303
    late = lead.submit(path, f"{path}/answer", open_page, **SAID)

    assert late.status_code == 409
    assert "Cora, compliance: answered: Does not support" in late.text
    assert SAID["evidence"] in late.text
    assert desk.kinds().count(GIVEN) == 1


def test_nobody_takes_back_what_was_answered_since_the_page_was_opened(desk, lead):
    path = path_of(desk)
    assert lead.submit(path, f"{path}/answer", **SAID).status_code == 303
    open_page = lead.get(path)
    changed = {**SAID, "result": "does-not-support"}
    assert desk.browser("cora").submit(path, f"{path}/answer", **changed).status_code == 303
    late = lead.submit(path, f"{path}/take-back", open_page, reason="The wrong page.")

    assert late.status_code == 409
    assert "Cora, compliance: answered: Does not support" in late.text
    assert "The wrong page." in late.text
    assert TAKEN_BACK not in desk.kinds()
    assert lead.submit(path, f"{path}/take-back", late, reason="The wrong page.").status_code == 303


@pytest.mark.parametrize("path", ["/checks/main/Q-0000000000", "/checks/nowhere/Q-0000000000", "/checks?site=nowhere"])
def test_what_is_not_there(lead, path):
    assert lead.get(path).status_code == 404


def test_filters(desk, lead):
    office = desk.office
    every = asked_now(office.store, office.policy, office.parts)

    def shown(query):
        text = lead.get(f"/checks?{query}").text
        return [one.asked for one in every if f"/{one.asked.id}" in text]

    assert {one.site for one in shown("site=parks")} == {"parks"}
    assert {"1.1.1" in one.criteria for one in shown("criterion=1.1.1")} == {True}
    assert {one.required for one in shown("required=1")} == {True}
    assert shown("state=answered") == []


def test_who_may_not_answer_sees_no_form(desk):
    assert "<textarea" not in desk.browser("vera").get(path_of(desk)).text


def test_very_many_files_are_told_beside_the_field_and_nothing_is_lost(desk, lead):
    path = path_of(desk)
    answer = lead.submit(path, f"{path}/answer", files=[("file", ("a.txt", b"Read it."))] * 60, **SAID)

    assert answer.status_code == 422
    assert "More than five files" in answer.text
    assert SAID["evidence"] in answer.text
    assert GIVEN not in desk.kinds()
