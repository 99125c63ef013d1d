"""What servers give away of themselves, and pages that only look like it."""

from __future__ import annotations

from typing import Any

import pytest

from audits.model import Outcome, Snapshot, Verdict
from audits.privacy.server_details import ServerDetails


def judged(html: str, *comments: str, cut: bool = False) -> dict[str, Outcome]:
    sources = [{"kind": "comment", "text": text, "selector": "body", "part": {}} for text in comments]
    frames: list[dict[str, Any]] = [{"frame": [], "url": "https://a.example/", "html": html, "sources": sources}]
    frames[0]["cut"] = cut
    document = {"title": "T", "lang": "en", "frames": frames}
    snapshot = Snapshot(site="main", url="https://a.example/", artifacts={"document": document})
    return {outcome.rule.removeprefix("privacy/"): outcome for outcome in ServerDetails().outcomes(snapshot)}


@pytest.mark.parametrize(
    "html",
    [
        '<pre>Traceback (most recent call last):\n  File "app.py", line 3</pre>',
        "<h1>Server Error in '/Permits' Application.</h1>",
        "<pre>[SqlException (0x80131904): Login failed]\n   at System.Data.SqlClient.Open(String x)</pre>",
        "<pre>java.lang.NullPointerException\n at ca.city.web.Permit.load(Permit.java:88)</pre>",
        "<br><b>Warning</b>: mysqli_connect(): denied in <b>/var/www/html/db.php</b> on line <b>12</b>",
        "<pre>Error: x\n    at Server.handle (/srv/app/index.js:10:5)</pre>",
        "<pre>app/models/user.rb:12:in `find'</pre>",
        "<p>You have an error in your SQL syntax; check the manual</p>",
        "<p>ORA-00933: SQL command not properly ended</p>",
        "<p>SQLSTATE[42S02]: Base table not found</p>",
    ],
)
def test_inner_details_of_an_error(html: str) -> None:
    (finding,) = judged(html)["error-details"].findings

    assert finding.verdict is Verdict.REVIEW
    assert finding.snippet == ""  # an error quotes what people wrote


@pytest.mark.parametrize(
    ("text", "cut", "ends"),
    [
        ("<p>Sorry.</p>", False, Verdict.PASS),
        ("<p>Sorry.</p>", True, Verdict.NOT_RUN),
        ("<p>SQLSTATE[42S02]: Base table not found</p>", True, Verdict.REVIEW),
    ],
)
def test_comments_that_are_not_read_to_their_end_are_no_pass(text: str, cut: bool, ends: Verdict) -> None:
    outcomes = judged(text, "x" * 9, cut=cut)

    assert outcomes["error-details"].verdict is ends
    assert bool(outcomes["error-details"].reason) is (ends is Verdict.NOT_RUN)
    assert outcomes["directory-listing"].verdict is Verdict.PASS


def test_an_error_in_a_comment_is_seen() -> None:
    (finding,) = judged("<p>Sorry.</p>", "[HttpException]:\n at System.Web.HttpApp.Run(Int32 a)")[
        "error-details"
    ].findings

    assert "in a comment" in finding.message


@pytest.mark.parametrize(
    "html",
    [
        "<h1>Page not found</h1><p>An error occurred. Contact us.</p>",
        "<p>A server error in the application process delayed permits.</p>",
        "<p>The trace of the trail is at Park.map (north).</p>",
        "<p>Warning: heavy rain in the valley on line 12 of the bus.</p>",
        "<p>Meet at ca.city at 10:30</p>",
        "<p>Exception: residents over 65 pay nothing.</p>",
        "<p data-hr-hidden>Traceback (most recent call last):</p>",
        "<p>Form ORA-12 and SQL courses</p>",
        "<p>library/books.rb</p>",
        "<p>Fatal error in judgment</p>",
    ],
)
def test_words_about_errors(html: str) -> None:
    assert judged(html)["error-details"].verdict is Verdict.PASS


@pytest.mark.parametrize(
    "html",
    [
        "<title>Index of /uploads</title><h1>Index of /uploads</h1><pre><a href='../'>../</a> <a href=a>a</a></pre>",
        "<title>Index of /</title><table><tr><td><a href='/'>Parent Directory</a></table>",
        "<title>files.city.example - /exports/</title><pre><a href='/'>[To Parent Directory]</a></pre>",
        "<title>Directory listing for /x/</title><h1>Directory listing for /x/</h1><ul><li><a href='..'>../</a></ul>",
    ],
)
def test_a_folder_is_listed(html: str) -> None:
    assert judged(html)["directory-listing"].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    "html",
    [
        "<title>Index of by-laws</title><h1>Index of by-laws</h1><a href='..'>Parent page</a>",
        "<title>Index of /uploads</title><p>The folder is closed.</p>",
        "<title>Parent directory of schools</title><a href=/>Parent Directory</a>",
        "<title>City - Parks</title><a href='../'>../</a>",
        "<title>Directory</title><h1>Staff directory</h1><a href='../'>Up</a>",
        "<h2>Index of /uploads</h2><a href='../'>../</a>",
    ],
)
def test_no_folder(html: str) -> None:
    assert judged(html)["directory-listing"].verdict is Verdict.PASS
