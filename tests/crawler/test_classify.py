import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import HtmlResponse, Response

from audits.model import MISSED, SETTLED, PageOutcome
from crawler.classify import is_html, is_sign_in, of_failure, of_status, of_type


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None),
        (203, None),
        (204, PageOutcome.EMPTY),
        (401, PageOutcome.SIGN_IN),
        (403, PageOutcome.REFUSED_US),
        (404, PageOutcome.NOT_FOUND),
        (410, PageOutcome.NOT_FOUND),
        (418, PageOutcome.HTTP_ERROR),
        (429, PageOutcome.REFUSED_US),
        (500, PageOutcome.SERVER_ERROR),
        (503, PageOutcome.SERVER_ERROR),
    ],
)
def test_a_status_is_an_outcome(status, outcome):
    assert of_status(status) is outcome


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (IgnoreRequest(), PageOutcome.ROBOTS),
        (CannotResolveHostError(), PageOutcome.DNS_FAILURE),
        (DownloadConnectionRefusedError(), PageOutcome.CONNECTION_REFUSED),
        (DownloadTimeoutError(), PageOutcome.TIMEOUT),
        (ConnectionResetError(), PageOutcome.NETWORK_ERROR),
        (RuntimeError("SSL routines"), PageOutcome.TLS_ERROR),
    ],
)
def test_no_answer_is_an_outcome_and_never_a_settled_one(failure, outcome):
    assert of_failure(failure) is outcome
    assert outcome in MISSED


def test_nothing_is_both_settled_and_missed():
    assert not SETTLED & MISSED
    assert frozenset(PageOutcome) == SETTLED | MISSED


@pytest.mark.parametrize(
    ("headers", "body", "url", "outcome"),
    [
        ({"Content-Type": "text/html; charset=x"}, b"", "/", None),
        ({"Content-Type": "application/xhtml+xml"}, b"", "/", None),
        ({}, b"  <!DOCTYPE html><p>x", "/", None),
        ({}, b"<!-- hello --><html>", "/", None),
        ({"Content-Type": "application/pdf"}, b"", "/a", PageOutcome.DOCUMENT),
        ({"Content-Type": "application/octet-stream"}, b"", "/a.docx", PageOutcome.DOCUMENT),
        (
            {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment"},
            b"",
            "/a",
            PageOutcome.DOCUMENT,
        ),
        ({"Content-Type": "image/png"}, b"", "/a.png", PageOutcome.NOT_HTML),
        ({"Content-Type": "application/json"}, b"{}", "/api", PageOutcome.NOT_HTML),
        ({}, b"%PDF-1.7", "/a", PageOutcome.NOT_HTML),
    ],
)
def test_the_type_decides_what_is_a_page(headers, body, url, outcome):
    response = Response("http://a.example" + url, headers=headers, body=body)

    assert of_type(response) is outcome
    assert is_html(response) is (outcome is None)


PASSWORD = "<form><input type='password'></form>"


@pytest.mark.parametrize(
    ("requested", "final", "html", "expected"),
    [
        ("/account", "/login?next=/account", PASSWORD, True),
        ("/account", "/users/sign_in", PASSWORD, True),
        ("/account", "https://login.vendor.example/x", "", True),
        ("/compte", "/connexion", "", True),
        ("/account", "/welcome", PASSWORD, True),
        ("/login", "/login", PASSWORD, False),  # the sign-in page itself was asked for
        ("/login", "/login/", PASSWORD, False),
        ("/old", "/new", "<p>moved</p>", False),
        ("/blog", "/blogin", "<p>x</p>", False),
        ("/author", "/authors/", "<p>x</p>", False),
    ],
)
def test_a_login_page_instead_of_the_page_asked_for(requested, final, html, expected):
    base = "https://a.example"
    final = final if "://" in final else base + final

    assert is_sign_in(base + requested, final, html) is expected


def test_html_response_of_a_browser_type():
    assert of_type(HtmlResponse("http://a.example/", headers={"Content-Type": "text/html"})) is None
