"""People's answers, from an audit to the next: they hold while a page is the same, and end with it."""

import csv
import io
import json
import re
from itertools import count

import openpyxl
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CRITERION = "1.3.3"
BY = ("--by", "A. Osei, tester")
SAID = ("--evidence", "Read the page aloud; nothing is told by shape or place alone.")


class Site:
    """Three pages; each visit gets another token, and one of them says what the test wants."""

    def __init__(self, serve):
        self.news = "The pool opens in May."
        self.visits = count(1)
        self.server = serve({path: self.page(path) for path in ("/", "/news", "/parks")})

    def page(self, path):
        def answer(_request=None):
            token = f"tok{next(self.visits):09d}"
            links = "".join(f'<li><a href="{one}">{name}</a></li>' for one, name in
                            (("/", "Home"), ("/news", "News"), ("/parks", "Parks")))  # fmt: skip
            body = self.news if path == "/news" else "Here is what the City does."
            if path == "/parks":
                body += "<table><tr><th scope=col>Park</th></tr><tr><td>Elm</td></tr></table><ul><li>Oak</li></ul>"
            return (
                '<!doctype html><html lang="en"><head><meta charset="utf-8">'
                f"<title>{path} of the City</title></head><body><!-- made at {token} --><nav><ul>{links}</ul></nav>"
                f"<main><h1>{path} page</h1><p>{body}</p>"
                f'<form action="/find"><input type="hidden" name="csrf" value="{token}"><label>Find '
                '<input name="q"></label><button>Find</button></form></main></body></html>'
            )

        return answer


@pytest.fixture(scope="module")
def city(serve_module):
    return Site(serve_module)


@pytest.fixture(scope="module")
def where(audit, city, tmp_path_factory):
    """The folder of an audit, and how to look at it."""
    folder = tmp_path_factory.mktemp("review")
    (folder / "handrail.toml").write_text(f'[sites.www]\nstart = ["{city.server.url()}"]\nsitemaps = false\n', "utf-8")
    ran = audit(folder / "out", "-q", "--no-pictures", "-c", folder / "handrail.toml")
    assert ran.code == 0
    return folder


@pytest.fixture(scope="module")
def ask(handrail, where):
    """``ask("answer", "Q-1", ...)``: a call of ``handrail review`` on that folder."""
    return lambda *arguments: handrail("review", *arguments, "-c", where / "handrail.toml", "-o", where / "out")


@pytest.fixture(scope="module")
def told(handrail, where):
    """Criterion -> what the site's report says of it now."""

    def told():
        handrail("report", "-c", where / "handrail.toml", "-o", where / "out")
        report = json.loads((where / "out" / "report" / "report.json").read_text("utf-8"))
        return {one["number"]: one for one in report["sites"][0]["criteria"]}

    return told


def questions(ask, *arguments):
    return json.loads(ask("--format", "json", *arguments).said)["questions"]


def of(ask, criterion=CRITERION):
    listed = questions(ask, "--criterion", criterion, "--state", "open", "--state", "changed", "--state", "answered")
    return {one["page"].partition("//")[2].partition("/")[2]: one for one in listed}


def test_answers_hold_until_the_page_is_another(ask, told, audit, city, where):
    asked = of(ask)
    assert asked.keys() == {"", "news", "parks"}
    assert told()[CRITERION]["result"] in ("needs-person", "no-failure-found", "not-covered")

    first = ask("answer", asked[""]["id"], asked["news"]["id"], "--result", "supports", *BY, *SAID)
    assert first.code == 0
    half = told()[CRITERION]
    ask("answer", asked["parks"]["id"], "--result", "not-applicable", *BY, *SAID)
    whole = told()[CRITERION]

    assert (half["result"] == "supports", half["asked"]["answered"], half["method"]) == (False, 2, "")
    assert (whole["result"], whole["method"], whole["asked"]["answered"]) == ("supports", "person", 3)
    assert {one["by"] for one in whole["answers"]} == {"A. Osei, tester"}

    audit(where / "out", "-q", "--no-pictures", "--fresh", "-c", where / "handrail.toml")
    assert told()[CRITERION]["result"] == "supports"  # other tokens, the same page

    city.news = "The pool opens when the round button is pressed."
    audit(where / "out", "-q", "--no-pictures", "-c", where / "handrail.toml")
    after = told()[CRITERION]
    assert after["result"] != "supports"
    assert after["asked"] == {"asked": 3, "answered": 2, "changed": 1, "open": 0}
    assert {one["page"].rpartition("/")[2]: one["state"] for one in after["answers"]}["news"] == "changed"
    assert [one["state"] for one in questions(ask, "--criterion", CRITERION)] == ["changed"]

    ask("answer", asked["news"]["id"], "--result", "does-not-support", *BY, "--evidence", "The round button.")
    failed = told()[CRITERION]
    assert (failed["result"], failed["method"], failed["against"]) == ("fails", "person", 1)

    taken = ask("withdraw", asked["news"]["id"], *BY, "--reason", "The wrong page.")
    assert taken.code == 0
    assert told()[CRITERION]["asked"] == {"asked": 3, "answered": 2, "changed": 0, "open": 1}


@pytest.mark.parametrize(
    ("evidence", "by", "said"),
    [
        ("Asked jane.orchard@gmail.com about it", "A. Osei", "EMAIL_ADDRESS"),
        ("Call 905-555-0142 about it", "A. Osei", "PHONE_NUMBER"),
        ("", "A. Osei", "is empty"),
        ("Looked at it.", "jane.orchard@gmail.com", "EMAIL_ADDRESS"),
        ("x" * 501, "A. Osei", "500 characters"),
    ],
)
def test_personal_information_is_refused_and_nothing_recorded(ask, evidence, by, said):
    question = questions(ask, "--state", "open")[0]["id"]

    call = ask("answer", question, "--result", "supports", "--by", by, "--evidence", evidence)

    assert call.code == 2
    assert said in call.told
    assert not re.search("gmail|0142", call.told)
    assert question in {one["id"] for one in questions(ask, "--state", "open")}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("answer", "Q-none", "--result", "supports", *BY, *SAID), "no question 'Q-none'"),
        (("withdraw", "Q-none", *BY, "--reason", "x"), "no answer"),
        (("--criterion", "1.3"), "such as 1.3.1"),
        (("--state", "done"), "must be one of"),
        (("--site", "other"), "no audit of a site 'other'"),
        (("export", "list.pdf"), ".csv or .xlsx"),
        (("import", "missing.csv", *BY), "cannot be read"),
    ],
)
def test_a_wrong_call_is_told(ask, arguments, said):
    call = ask(*arguments)

    assert call.code == 2
    assert said in call.told


def table(path):
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def save(path, rows):
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter=";").writerows(rows)  # as a French spreadsheet saves it
        return
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    book.save(path)


@pytest.mark.parametrize(("name", "lang", "result"), [("a.csv", "fr", "Respecté"), ("a.xlsx", "en", "Supports")])
def test_a_table_goes_out_and_comes_back(ask, tmp_path, name, lang, result):
    path = tmp_path / name
    numbers = {"csv": ("1.4.1", "1.4.5"), "xlsx": ("2.5.4", "2.5.2")}[path.suffix[1:]]
    chosen = [part for number in numbers for part in ("--criterion", number)]
    assert ask("export", path, "--lang", lang, *chosen).code == 0
    head, *rows = table(path)
    at = {"result": 11, "by": 12, "on": 13, "evidence": 14, "version": 15}
    assert len(rows) >= 5

    def fill(row, **values):
        for name, value in values.items():
            row[at[name]] = value

    for row in rows[:-1]:
        fill(row, result=result, by="M. Tremblay", evidence="'=Looked at all of it.")
    fill(rows[0], evidence="Write to sam.testwell@gmail.com")
    fill(rows[1], result="perhaps")
    fill(rows[2], version="0000000000")
    save(path, [head, *rows, ["Q-0000000000", *[""] * 10, result, "", "", "x", "y"]])
    first = ask("import", path, *BY)
    again = ask("import", path, *BY)

    good = len(rows) - 4
    assert (first.code, again.code) == (3, 3)
    assert f"Kept: {good}. There already: 0. Without a result: 1. Not kept: 4." in first.said
    assert f"Kept: 0. There already: {good}. Without a result: 1. Not kept: 4." in again.said
    cell = " (O2)" if path.suffix == ".xlsx" else ""
    evidence = "Preuve" if lang == "fr" else "Evidence"
    assert f"line 2, {evidence}{cell}: it seems to hold personal information (EMAIL_ADDRESS)." in first.told
    assert "gmail" not in first.told
    assert re.search("line 3, R.*line 4, Version", first.told, re.DOTALL)
    assert "no such question" in first.told
    kept = [one for one in questions(ask, "--state", "answered") if one["answer"]["by"] == "M. Tremblay"]
    assert kept
    assert all(one["answer"]["evidence"] == "=Looked at all of it." for one in kept)


def test_a_table_of_something_else_is_refused(ask, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("one,two\n1,2\n", "utf-8")
    book = tmp_path / "b.xlsx"
    book.write_text("no book", "utf-8")

    assert "the first line lacks: Question" in ask("import", path, *BY).told
    assert "no spreadsheet" in ask("import", book, *BY).told


@pytest.mark.parametrize(("lang", "words"), [("en", ["How:", "Expected:"]), ("fr", ["Comment", "Attendu"])])
def test_one_question_and_the_list_in_words(ask, lang, words):
    question = questions(ask, "--state", "open")[0]["id"]

    shown, listed = ask("show", question, "--lang", lang).said, ask("--lang", lang).said

    assert all(word in shown for word in words)
    assert question in listed
