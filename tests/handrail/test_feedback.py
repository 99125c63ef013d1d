"""What residents report: kept without whose it is, from any file that a City exports, up to the reply.

All names, numbers and addresses of people are invented.
"""

import csv
import gzip
import io
import json
import stat
import sys
import threading
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from handrail import runs
from handrail.cli.audit import carry_out_new
from handrail.config import Policy, parse_policy
from handrail.feedback import BadReport, checked, masked, read_csv, read_json_lines
from handrail.receiver import PATH, SIGNATURE, Receiver, server, signature

CONFIG = """
[city]
name_en = "Larkspur Bay"
[feedback]
acknowledge_days = 5
answer_days = 30
[sites.main]
start = ["{start}"]
sitemaps = false
[sites.rec]
start = ["https://rec.city.example/"]
"""
#: The City's, as the command sees it.
TODAY = datetime.now(ZoneInfo("America/Toronto")).date()
WWW = "https://www.city.example/"
#: Of no file, message or log may any of these come back.
PLANTED = (
    "Amarjit", "Singh-Gill", "gill.amarjit", "Larkspurmail", "555-0142", "5550142", "Ginette", "Quevillon",
    "1841 Fernbrook", "130692544", "130 692 544",
)  # fmt: skip


@pytest.fixture(scope="module")
def parts(key_file):
    return runs.parts_for(Policy())


@pytest.fixture(scope="module")
def policy():
    return parse_policy(CONFIG.format(start=WWW))


@pytest.fixture
def at(tmp_path, handrail):
    """``at("add", …)``: a command of a City with its own folder."""
    (tmp_path / "handrail.toml").write_text(CONFIG.format(start=WWW), "utf-8")

    def call(name, *arguments):
        told = handrail("feedback", name, *arguments, "--config", tmp_path / "handrail.toml", "--out", tmp_path / "out")
        told.folder = tmp_path
        return told

    call.folder = tmp_path
    return call


BY = ("--by", "R. Clerk, Access")
ONE = ("--page", f"{WWW}parking", "--barrier", "The menu stays shut when I press Enter", *BY)


def days_ago(n):
    return (TODAY - timedelta(days=n)).isoformat()


def listed(at):
    return json.loads(at("list", "--json").said)["reports"]


# Nobody's name


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("My name is amarjit gill and the menu fails", "My name is [NAME] and the menu fails"),
        ("The menu fails. Thanks, Amarjit", "The menu fails. Thanks, [NAME]"),
        ("Le menu ne marche pas. Merci, Ginette Quevillon", "Le menu ne marche pas. Merci, [NAME]"),
        ("Je m’appelle Ginette. Ginette ne voit pas", "Je m’appelle [NAME]. [NAME] ne voit pas"),
        ("my mother Ginette cannot read it", "my mother [NAME] cannot read it"),
        ("Mme Quevillon ne peut pas lire le PDF", "Mme [NAME] ne peut pas lire le PDF"),
        ("Mail gill.amarjit@larkspurmail.example", "Mail [EMAIL]"),
        ("Mail gill.amarjit＠larkspurmail.example", "Mail [EMAIL]"),  # a full-width sign
        ("Mail gill\u200b.amarjit@larkspurmail.example", "Mail [EMAIL]"),  # a character of no width
        ("gill.amarjit%40larkspurmail.example", "[EMAIL]"),
        ("I am @amarjitgill there", "I am [EMAIL] there"),
        ("Call (905) 555-0142", "Call [PHONE]"),
        ("Call 555-0142", "Call [NUMBER]"),
        ("I live at 1841 Fernbrook Street", "I live at [STREET ADDRESS]"),
        ("My SIN is 130 692 544", "My SIN is [SIN]"),
    ],
)
def test_what_may_tell_who_it_was_is_masked(parts, said, kept):
    text, kinds = masked(said, parts, "barrier")

    assert text == kept
    assert kinds


@pytest.mark.parametrize(
    "said",
    [
        "The Register Now button is not announced by VoiceOver on iPhone 15",
        "La page Stationnement et permis n’est pas lisible à 400 %",
        "WCAG 2.1.1, 2.4.7 and 1.4.11 fail",
        "Windows 11, Chrome 131.0.6778.86, NVDA 2024.4",
        "The date picker for 12/05/2026 cannot be reached",
        "On 2026-11-05 between 10:00 and 12:30 the map was empty",
        "Contrast is 2.31:1 on #767676, page 3 of 45",
        "merci beaucoup pour votre aide",
        "Parks and Recreation: the table of swim lessons has no headings",
    ],
)
def test_what_tells_of_the_barrier_alone_stays(parts, said):
    assert masked(said, parts, "barrier") == (said, ())


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        (f"{WWW}a?id=12&name=ginette#ginette", f"{WWW}a?id=12"),
        ("https://ginette:secret@www.city.example/a", f"{WWW}a"),
        (f"{WWW}u/gill.amarjit@larkspurmail.example/x", f"{WWW}u/…/x"),
        (f"{WWW}u/gill.amarjit%2540larkspurmail.example", f"{WWW}u/…"),
        (f"{WWW}p/905-555-0142", f"{WWW}p/…"),
        (f"{WWW}news/2026-11-05/snow", f"{WWW}news/2026-11-05/snow"),
        (f"{WWW}permis/r%C3%A9sum%C3%A9.pdf?page=3", f"{WWW}permis/r%C3%A9sum%C3%A9.pdf?page=3"),
    ],
)
def test_of_an_address_only_the_page_is_kept(parts, policy, page, kept):
    one = checked({"date": "2026-11-05", "page": page, "barrier": "x"}, policy, parts, TODAY)

    assert (one.page, one.site) == (kept, "main")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("date", "", "date is empty"),
        ("date", "05/11/2026", "date is no day"),  # of May, or of November
        ("date", "gestern", "date is no day"),
        ("date", (TODAY + timedelta(days=1)).isoformat(), "date is not yet"),
        ("date", "1926-11-05", "date is before 2000"),
        ("page", "javascript:alert(1)", "page is no web address"),
        ("page", "=HYPERLINK(1)", "page is no web address"),
        ("page", "https://[::1", "page is no web address"),
        ("page", f"{WWW}a b", "page is no web address"),
        ("page", "", "neither page nor site"),
        ("site", "library", "there is no such site"),
        ("barrier", "", "barrier is empty"),
        ("barrier", "x" * 5001, "barrier has more than"),
        ("language", "Klingon", "language is not known"),
        ("channel", "pigeon", "channel is not known"),
        ("ticket", "=cmd|'/C calc'!A0", "ticket is no number"),
        ("ticket", "Ginette", "ticket is no number"),
        ("ticket", "g.q@larkspurmail.example", "ticket is no number"),
        ("ticket", "130692544", "ticket seems to be personal"),
        ("ticket", "905-555-0142", "ticket seems to be personal"),
        ("ticket", "9055550142", "ticket seems to be personal"),
    ],
)
def test_what_is_wrong_is_told_and_not_quoted(parts, policy, field, value, told):
    good = {"date": "2026-11-05", "page": f"{WWW}a", "barrier": "x", "ticket": "T-1"}

    with pytest.raises(BadReport) as refused:
        checked(good | {field: value}, policy, parts, TODAY)

    assert str(refused.value).startswith(told)
    assert not value or value not in str(refused.value)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("date", "2026/11/05", "2026-11-05"),
        ("date", "2026-11-05T02:00:00Z", "2026-11-04"),  # still the 4th in the City
        ("language", "Français", "fr"),
        ("language", "en-CA", "en"),
        ("channel", "Courriel", "email"),
        ("channel", "E-mail", "email"),
        ("channel", "en personne", "in-person"),
        ("channel", "", "other"),
        ("ticket", "2026001234", "2026001234"),
        ("ticket", "INC0012345", "INC0012345"),
    ],
)
def test_what_people_write_is_understood(parts, policy, field, value, kept):
    one = checked({"date": "2026-11-05", "page": WWW, "barrier": "x"} | {field: value}, policy, parts, TODAY)

    assert getattr(one, "day" if field == "date" else field) == kept


@pytest.mark.parametrize(
    ("page", "site"),
    [
        ("https://city.example/a", "main"),
        ("https://www.city.example:8443/a", ""),
        ("https://www.city.example.evil.example/", ""),
        ("https://rec.city.example/", "rec"),
    ],
)
def test_a_page_belongs_to_a_site(parts, policy, page, site):
    assert checked({"date": "2026-11-05", "page": page, "barrier": "x"}, policy, parts, TODAY).site == site


def test_without_words_only_facts_are_kept(parts, policy):
    silent = policy.model_copy(update={"feedback": policy.feedback.model_copy(update={"keep_words": False})})

    one = checked({"date": "2026-11-05", "page": WWW, "barrier": "Ginette was here"}, silent, parts, TODAY)

    assert one.barrier == ""


# Files

ROWS = [["2026-11-05", f"{WWW}a", "It is too small"], ["2026-11-06", f"{WWW}b", 'The "Pay" button; no name']]


def table(rows=ROWS, header=("date", "page", "barrier"), sign=",", encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, delimiter=sign).writerows([list(header), *rows])
    return out.getvalue().encode(encoding)


def told(rows):
    return [(row.line, row.wrong or row.fields["barrier"]) for row in rows]


GOOD = [(2, "It is too small"), (3, 'The "Pay" button; no name')]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (table(), GOOD),
        (table(encoding="utf-8-sig"), GOOD),
        (table(sign=";"), GOOD),
        (table(sign="\t"), GOOD),
        (table(sign="\t", encoding="utf-16"), GOOD),
        (table(header=("Jour", "Adresse de la page", "Obstacle")), GOOD),
        (table(header=("Reçu le", "PAGE", "Problème"), sign=";", encoding="cp1252"), GOOD),
        (table().replace(b"\r\n", b"\n"), GOOD),
        (table().replace(b"\r\n", b"\r"), GOOD),
        (b"sep=;\r\n" + table(sign=";"), [(line + 1, said) for line, said in GOOD]),
        (table().rstrip(), GOOD),
        (table().replace(b"\r\n", b"\r\n\r\n"), [(3, GOOD[0][1]), (5, GOOD[1][1])]),
        (table([["2026-11-05", WWW, "one\ntwo"], *ROWS[1:]]), [(2, "one\ntwo"), (4, GOOD[1][1])]),
        (table([["2026-11-05", WWW], *ROWS[1:]]), [(2, "2 cells where the first line has 3"), GOOD[1]]),
        (table([["2026-11-05", WWW, "a", "b"], *ROWS[1:]]), [(2, "4 cells where the first line has 3"), GOOD[1]]),
        (table([["2026-11-05", WWW, "=cmd|'/C calc'!A0"]]), [(2, "=cmd|'/C calc'!A0")]),  # text, and no more
        (table([]), []),
    ],
)
def test_a_file_is_read_as_programs_write_them(data, expected):
    assert told(read_csv(data)[0]) == expected


def test_quotation_marks_that_do_not_fit_cost_their_own_row():
    data = b'date,page,barrier\n2026-11-05,https://a.example/,"one" two\n2026-11-06,https://a.example/,three\n'

    rows = read_csv(data)[0]

    assert [row.line for row in rows] == [2, 3]
    assert "quotation marks" in rows[0].wrong
    assert rows[1].fields["barrier"] == "three"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        table(header=("when", "where", "who")),
        table(header=("date", "page", "name")),
        table(ROWS[1:], header=ROWS[0]),  # no header at all
        b"PK\x03\x04" + bytes(range(256)) * 4,  # a workbook that was renamed
        gzip.compress(table()),
        b'date,page,barrier\xff\xfe"',
    ],
)
def test_a_file_without_our_columns_is_refused_and_not_quoted(data):
    with pytest.raises(BadReport) as refused:
        read_csv(data)

    assert "small" not in str(refused.value)
    assert "the first line must name the columns" in str(refused.value)


def test_other_columns_are_not_read():
    header = ("date", "Name", "page", "barrier", "E-mail")
    rows, remarks = read_csv(table([["2026-11-05", "Ginette Quevillon", WWW, "x", "g@x.example"]], header))

    assert rows[0].fields == {"date": "2026-11-05", "page": WWW, "barrier": "x"}
    assert remarks == ("Not read and not kept: columns 2, 5.",)


def test_json_lines_are_read_one_by_one():
    data = b'\xef\xbb\xbf{"jour": "2026-11-05", "obstacle": "x", "name": "G"}\n\n[1]\n{"date": 5}\nno\n' + b"[" * 9999

    assert [(row.line, row.wrong or dict(row.fields)) for row in read_json_lines(data)] == [
        (1, {"date": "2026-11-05", "barrier": "x"}),
        (3, "is no JSON object"),
        (4, {"date": ""}),
        (5, "is no JSON"),
        (6, "is no JSON"),
    ]


def test_good_rows_are_kept_bad_ones_told_and_none_twice(at):
    file = at.folder / "reports.csv"
    bad = [["2026-13-05", WWW, "x"], ["2026-11-05", "no page", "x"], ["2026-11-05", WWW, ""]]
    file.write_bytes(table([*ROWS, *bad, ROWS[0]]))

    first = at("import", file, *BY)
    second = at("import", file, *BY)
    file.write_bytes(table([*ROWS, ["2026-11-07", WWW, "new"]], sign=";"))
    third = at("import", file, *BY)

    assert (first.code, second.code, third.code) == (3, 3, 0)
    assert "Kept: 2 (F-1 to F-3). There already: 1. Not kept: 3." in first.said
    assert [line.partition(":")[0] for line in first.told.splitlines()] == ["line 4", "line 5", "line 6"]
    assert "Kept: 0. There already: 3. Not kept: 3." in second.said
    assert "Kept: 1 (F-5 to F-5). There already: 2. Not kept: 0." in third.said


def test_ten_thousand_rows_go_in_at_once(at):
    file = at.folder / "reports.csv"
    different = [[days_ago(n % 300), f"{WWW}{n}", "It is too small"] for n in range(1_000)]
    file.write_bytes(table([*different * 10, ["x", "x", "x"]]))

    found = at("import", file, *BY)

    assert "Kept: 1000 (F-1 to F-1999). There already: 9000. Not kept: 1." in found.said
    assert "line 10002:" in found.told
    assert len(listed(at)) == 1000


def test_nothing_of_anybody_is_left_anywhere(at, monkeypatch, handrail):
    """Grep what was written and what was said for what was put in, in every field and by every way."""
    rows = [
        {"name": "Amarjit Singh-Gill", "email": "gill.amarjit@larkspurmail.example"},
        {"barrier": "My name is Amarjit Singh-Gill, call 905-555-0142 or 5550142"},
        {"barrier": "Ginette Quevillon, 1841 Fernbrook Street. Merci, Ginette"},
        {"technology": "JAWS, gill.amarjit@larkspurmail.example", "page": f"{WWW}a?who=Ginette#Quevillon"},
        {"page": "https://Ginette:Quevillon@www.city.example/gill.amarjit@larkspurmail.example"},
        {"ticket": "130692544"},
        {"channel": "Ginette"},
        {"date": "Quevillon"},
    ]
    lines = [{"date": "2026-11-05", "page": f"{WWW}{n}", "barrier": "x"} | row for n, row in enumerate(rows)]
    told = ""
    for name, data in (
        ("a.jsonl", "\n".join(map(json.dumps, lines)).encode()),
        ("b.csv", table([list(one.values())[:3] for one in lines])),
        ("c.csv", table([["2026-11-05", WWW, "x", "Ginette"]], ("date", "page", "barrier", "Quevillon"))),
        ("d.csv", table([["2026-11-05", WWW, "Ginette"]], ("Amarjit", "Ginette", "Quevillon"))),
    ):
        (at.folder / name).write_bytes(data)
        call = at("import", at.folder / name, *BY)
        told += call.said + call.told
        (at.folder / name).unlink()
    note = ("--note", "Told Ginette Quevillon at 905-555-0142")
    for call in (
        at("add", "--page", WWW, "--barrier", "Mail gill.amarjit@larkspurmail.example", *BY),
        at("acknowledge", "F-1", *BY, *note),
        at("link", "F-1", "--manual", *BY, *note),
        at("erase", "F-1", "--by", "R. Clerk", "--reason", "Ginette Quevillon, 905-555-0142"),
    ):
        assert call.code == 2
        told += call.said + call.told.replace(note[1], "")
    at("link", "F-1", "--manual", *BY)
    told += at("list").said + at("show", "F-1").said + at("show", "F-3", "--html", at.folder / "show.html").said
    told += handrail("log", "show", "--out", at.folder / "out").said

    files = [path for path in at.folder.rglob("*") if path.is_file()]
    written = b"".join(path.read_bytes() for path in files).decode("utf-8", "replace") + told

    assert "[NAME]" in written  # it does hold what was masked
    assert len(listed(at)) > 4
    assert [one for one in PLANTED if one.casefold() in written.casefold()] == []


# From the command line


def test_words_with_somebody_in_them_are_refused_when_they_are_typed(at):
    call = at("add", "--page", WWW, "--barrier", "My name is Ginette Quevillon", *BY)

    assert call.code == 2
    assert "PERSON" in call.told
    assert "Nothing was recorded" in call.told
    assert "Ginette" not in call.told
    assert listed(at) == []


def test_a_barrier_that_no_tool_found_goes_all_the_way(at):
    at("add", *ONE, "--on", days_ago(20), "--channel", "phone", "--ticket", "T-77")
    early = at("recheck", "F-1", "--by", "A. Chan")
    late = at("list", "--overdue").said
    at("acknowledge", "F-1", *BY, "--on", days_ago(18))
    at("link", "F-1", "--manual", "--criterion", "2.1.1", *BY, "--on", days_ago(17))
    at("fixed", "F-1", "--by", "J. Roy, Web", "--on", days_ago(9))
    same = at("recheck", "F-1", "--by", "j. roy (Access)")
    before = at("recheck", "M-4", "--by", "A. Chan", "--on", days_ago(10))
    done = at("recheck", "M-4", "--by", "A. Chan", "--on", days_ago(8))
    at("answer", "F-1", *BY, "--note", "It works with the keyboard now.", "--on", days_ago(7))
    (row,) = listed(at)

    assert (early.code, same.code, before.code, done.code) == (2, 2, 2, 0)
    assert "not linked" in early.told
    assert "LATE: not acknowledged." in late
    assert "cannot be who checks it again" in same.told
    assert "is before" in before.told
    assert (row["state"], row["barrier"], row["overdue"]) == ("answered", "rechecked", [])
    assert (row["acknowledged_days"], row["answered_days"]) == (2, 13)
    shown = at("show", "F-1").said
    for said in ("M-4", "2.1.1", "J. Roy, Web", "A. Chan", "It works with the keyboard now.", "(log entry 1)", "T-77"):
        assert said in shown
    assert "Réparé (J. Roy, Web)" in at("show", "M-4", "--lang", "fr").said


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("acknowledge", "F-9"), "no report 'F-9'"),
        (("acknowledge", "F-1", "--on", (TODAY + timedelta(days=2)).isoformat()), "is not yet"),
        (("acknowledge", "F-1", "--on", "2020-01-01"), "is before"),
        (("link", "F-1"), "write --issue ISSUE, or --manual"),
        (("link", "F-1", "--issue", "A-1", "--manual"), "write --issue ISSUE, or --manual"),
        (("link", "F-1", "--issue", "A-ffffff"), "no issue 'A-ffffff' in the store"),
        (("link", "F-1", "--issue", "M-1"), "no issue 'M-1' in the store"),
        (("link", "F-1", "--manual", "--criterion", "9.9.9"), "no success criterion"),
        (("link", "F-1", "--issue", "A-1", "--criterion", "1.1.1"), "--criterion goes with --manual"),
        (("fixed", "F-1"), "not linked to an issue"),
        (("fixed", "M-1"), "no report is linked"),
        (("reopen", "F-1"), "neither closed nor answered"),
        (("close", "F-1", "--reason", "bored"), "bored"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(at, command, told):
    at("add", *ONE, "--on", days_ago(3))

    call = at(*command, *BY)

    assert call.code == 2
    assert told in call.told
    assert listed(at)[0]["state"] == "received"


def test_the_same_is_kept_once_whichever_way_it_comes(at):
    at("add", *ONE)

    again = at("add", *ONE)
    other = at("add", *ONE, "--technology", "NVDA")

    assert (again.code, other.code) == (0, 0)
    assert "there already" in again.said
    assert [row["id"] for row in listed(at)] == ["F-1", "F-3"]


def test_several_are_recorded_or_none(at):
    at("add", *ONE)
    at("add", *ONE, "--technology", "NVDA")
    at("acknowledge", "F-1", *BY)

    call = at("acknowledge", "F-3", "F-1", *BY)

    assert call.code == 2
    assert [row["state"] for row in listed(at)] == ["acknowledged", "received"]


def test_two_reports_share_one_issue(at):
    at("add", *ONE)
    at("add", *ONE, "--technology", "NVDA")
    at("link", "F-1", "F-3", "--manual", *BY)

    at("fixed", "M-5", "--by", "J. Roy")

    assert [(row["state"], row["issue"]) for row in listed(at)] == [("fixed", "M-5")] * 2


def test_the_page_of_a_chain_is_for_its_owner_alone(at):
    at("add", *ONE)

    call = at("show", "F-1", "--html", at.folder / "chain.html", "--lang", "fr")

    page = at.folder / "chain.html"
    assert call.code == 0
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    text = page.read_text("utf-8")
    assert 'lang="fr-CA"' in text
    assert "The menu stays shut" in text
    assert "<script" not in text
    assert 'href="index' not in text


def test_words_are_taken_out_unless_somebody_holds_them(at, handrail):
    out = ("--out", at.folder / "out")
    asked = ("--by", "R. Clerk", "--reason", "a name was overlooked")
    at("add", *ONE)
    handrail("hold", "set", "--kind", "legal", "--by", "City Clerk", "--reason", "file 12", *out)
    held = at("erase", "F-1", *asked)
    handrail("hold", "lift", "h-3", "--by", "City Clerk", "--reason", "over", *out)

    gone = at("erase", "F-1", *asked)

    assert (held.code, gone.code) == (1, 0)
    assert "The menu stays shut" not in at("show", "F-1").said
    stored = b"".join(path.read_bytes() for path in (at.folder / "out").glob("handrail.sqlite*"))
    assert b"stays shut" not in stored
    assert handrail("log", "verify", *out).code == 0
    assert listed(at)[0]["state"] == "received"


def test_standard_input_takes_what_any_hook_pipes_in(at, monkeypatch):
    line = json.dumps({"date": "2026-11-05", "page": WWW, "barrier": "x"}).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(BytesIO(line)))

    assert "Kept: 1" in at("import", "-", *BY).said


# The web hook

SECRET = b"s" * 32
BODY = json.dumps({"date": "2026-11-05", "page": WWW, "barrier": "It is too small"}).encode()


class Taking:
    def __init__(self):
        self.fields = []

    def __call__(self, fields):
        from handrail.feedback import Kept

        if fields.get("barrier") == "boom":
            raise RuntimeError("Ginette Quevillon")
        if not fields.get("barrier"):
            raise BadReport("barrier is empty")
        self.fields.append(fields)
        return Kept(ids=("F-1",) if len(self.fields) == 1 else (), known=len(self.fields) - 1)


def ask(receiver, body=BODY, **changes):
    """Status and answer of one call."""
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": PATH, "CONTENT_TYPE": "application/json; charset=utf-8",
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), SIGNATURE: signature(SECRET, body),
    }  # fmt: skip
    said = []
    (answer,) = receiver(environ | changes, lambda status, headers: said.append(int(status[:3])))
    return said[0], json.loads(answer)


def test_a_signed_report_is_taken_and_the_same_once():
    receiver = Receiver(taking := Taking(), SECRET)

    assert [ask(receiver), ask(receiver)] == [(201, {"id": "F-1"}), (200, {"known": True})]
    assert taking.fields[0] == json.loads(BODY)


@pytest.mark.parametrize(
    ("body", "changes", "status"),
    [
        (BODY, {SIGNATURE: ""}, 401),
        (BODY, {SIGNATURE: signature(b"t" * 32, BODY)}, 401),
        (BODY, {SIGNATURE: signature(SECRET, BODY + b" ")}, 401),
        (BODY, {SIGNATURE: signature(SECRET, BODY).removeprefix("sha256=")}, 401),
        (BODY, {SIGNATURE: "é"}, 401),
        (BODY, {"REQUEST_METHOD": "GET"}, 405),
        (BODY, {"PATH_INFO": "/"}, 404),
        (BODY, {"CONTENT_TYPE": "text/plain"}, 415),
        (BODY, {"CONTENT_LENGTH": ""}, 411),
        (BODY, {"CONTENT_LENGTH": "-1"}, 411),
        (BODY, {"CONTENT_LENGTH": "64001"}, 413),
        (b"[]", {}, 400),
        (b"no", {}, 400),
        (b"[" * 5000, {}, 400),
        (b"{}", {}, 422),
        (b'{"barrier": 5}', {}, 422),
        (b'{"barrier": "boom"}', {}, 500),
    ],
)
def test_anything_else_is_refused(body, changes, status):
    taking = Taking()

    found, answer = ask(Receiver(taking, SECRET), body, **changes)

    assert found == status
    assert taking.fields == []
    assert "Ginette" not in str(answer)


def test_so_many_a_minute_and_no_more():
    now = [0.0]
    receiver = Receiver(Taking(), SECRET, per_minute=2, clock=lambda: now[0])
    unsigned = [ask(receiver, **{SIGNATURE: ""})[0] for _ in range(5)]
    found = [ask(receiver)[0] for _ in range(3)]
    now[0] = 61

    assert unsigned == [401] * 5  # who has no secret takes nothing from those who have
    assert found == [201, 200, 429]
    assert ask(receiver)[0] == 200


def test_it_answers_on_this_machine():
    serving = server(Receiver(Taking(), SECRET), 0)
    thread = threading.Thread(target=serving.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{serving.server_port}{PATH}"
    headers = {"Content-Type": "application/json", "X-Handrail-Signature": signature(SECRET, BODY)}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, BODY, headers), timeout=60) as answer:
            taken = answer.status, json.load(answer)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url, b"{}", headers), timeout=60)
        refused.value.close()
    finally:
        serving.shutdown()
        serving.server_close()

    assert taken == (201, {"id": "F-1"})
    assert refused.value.code == 401
    assert serving.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("secret", ["", "short", "x" * 31])
def test_without_a_long_secret_nothing_is_served(at, monkeypatch, secret):
    monkeypatch.setenv("HANDRAIL_FEEDBACK_SECRET", secret)

    call = at("serve", "--port", 0)

    assert call.code == 2
    assert "32 characters or more" in call.told


# Audits


def site(body):
    return (
        f'<!doctype html><html lang="en"><head><title>City</title></head><body><main><h1>City</h1>{body}</main></body>'
    )


@pytest.mark.browser
def test_audits_say_when_it_is_fixed_and_checked_again(tmp_path, serve, handrail, key_file):
    start = serve({"/": site('<p><img src="data:,"></p>')})
    (tmp_path / "handrail.toml").write_text(CONFIG.format(start=start.url("/")), "utf-8")
    policy = parse_policy(CONFIG.format(start=start.url("/")))
    place = runs.Place(out=tmp_path / "out")
    where = ("--config", tmp_path / "handrail.toml", "--out", place.out)

    def audited(*, report=False):
        plan = runs.Plan(policy=policy, sites=("main",), collectors=("axe", "document"), pictures=False, fresh=True)
        carry_out_new(place, plan, None, report=report, quiet=True)

    def state():
        said = handrail("feedback", "list", "--json", *where).said
        return json.loads(said)["reports"][0]["state"]

    audited()
    with runs.open_known(place, runs.parts_for(policy)) as store:
        data = store.site_data(store.latest_run().id, "main")
    issue = next(one.id for one in data.issues if one.rule == "axe/image-alt")
    page = start.url("/")
    handrail("feedback", "add", "--page", page, "--barrier", "No words for the picture", *BY, *where)
    handrail("feedback", "link", "F-1", "--issue", issue, *BY, *where)
    linked = state()
    early = handrail("feedback", "recheck", issue, "--by", "A. Chan", *where)
    start.routes["/"] = site("<p>No picture</p>")
    audited()
    fixed = state()
    audited(report=True)

    assert (linked, fixed, state()) == ("linked", "fixed", "rechecked")
    assert "an audit says when it is" in early.told
    shown = handrail("feedback", "show", "F-1", *where).said
    assert "axe/image-alt" in shown
    assert [shown.count(said) for said in ("First seen by audit", "Fixed: audit", "Checked again: audit")] == [1, 1, 1]
    report = (place.out / "report" / "report.json").read_text("utf-8")
    told = json.loads(report)["sites"][0]["feedback"]
    assert (told["reports"], told["rechecked"]) == (1, 1)
    assert [(one["id"], one["reports"], one["barrier"]) for one in told["issues"]] == [(issue, 1, "rechecked")]
    written = "".join(path.read_text("utf-8") for path in (place.out / "report").rglob("*.html"))
    assert "What residents reported" in written
    assert "No words for the picture" not in written
    assert "No words" not in report
