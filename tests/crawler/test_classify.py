import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import HtmlResponse, Response

from audits.model import MISSED, SETTLED, PageOutcome
from crawler.classify import is_html, is_sign_in, of_failure, of_net_error, of_status, of_type, visible_text


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
        (DownloadFailedError("[<Failure OpenSSL.SSL.Error: []>]"), PageOutcome.TLS_ERROR),
        (DownloadFailedError("[<Failure ConnectionLost>]"), PageOutcome.NETWORK_ERROR),
        # Messages hold addresses, and an address may speak of anything.
        (IgnoreRequest("Forbidden by robots.txt: /OpenSSL.SSL/"), PageOutcome.ROBOTS),
        (DownloadTimeoutError("Getting https://a.example/SSL/birth-certificate took longer"), PageOutcome.TIMEOUT),
        (CannotResolveHostError("certificate.example"), PageOutcome.DNS_FAILURE),
        (DownloadFailedError("https://a.example/marriage-certificate"), PageOutcome.NETWORK_ERROR),
        (KeyError("x"), PageOutcome.FAILED),
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
        (
            {"Content-Type": "text/html", "Content-Disposition": ' Attachment; filename="a.html"'},
            b"<html>",
            "/a",
            PageOutcome.DOCUMENT,
        ),
        ({"Content-Type": "text/html", "Content-Disposition": 'inline; filename="attachment.html"'}, b"", "/a", None),
        ({"Content-Type": "image/png"}, b"", "/a.png", PageOutcome.NOT_HTML),
        ({"Content-Type": "application/json"}, b"{}", "/api", PageOutcome.NOT_HTML),
        ({}, b"%PDF-1.7", "/a", PageOutcome.NOT_HTML),
    ],
)
def test_the_type_decides_what_is_a_page(headers, body, url, outcome):
    response = Response("http://a.example" + url, headers=headers, body=body)

    assert of_type(response) is outcome


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
    response = HtmlResponse("http://a.example/", headers={"Content-Type": "text/html"})

    assert is_html(response)
    assert of_type(response) is None


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("ERR_CERT_DATE_INVALID", PageOutcome.TLS_ERROR),
        ("ERR_SSL_PROTOCOL_ERROR", PageOutcome.TLS_ERROR),
        ("ERR_NAME_NOT_RESOLVED", PageOutcome.DNS_FAILURE),
        ("ERR_CONNECTION_REFUSED", PageOutcome.CONNECTION_REFUSED),
        ("ERR_CONNECTION_TIMED_OUT", PageOutcome.TIMEOUT),
        ("ERR_TIMED_OUT", PageOutcome.TIMEOUT),
        ("ERR_CONNECTION_RESET", PageOutcome.NETWORK_ERROR),
        ("ERR_EMPTY_RESPONSE", PageOutcome.NETWORK_ERROR),
        ("ERR_TOO_MANY_REDIRECTS", PageOutcome.REDIRECT_LOOP),
        ("ERR_ABORTED", PageOutcome.FAILED),
    ],
)
def test_what_the_browser_did_not_get_is_named_and_never_settled(code, outcome):
    assert of_net_error(code) is outcome
    assert outcome in MISSED


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello <b>there</b></p>", "Hello there"),
        ('<x-page><template shadowrootmode="open"><h1>In the shade</h1></template></x-page>', "In the shade"),
        ("<template><p>Not shown</p></template>", ""),
        ("<head><title>T</title></head><body><!-- x --><style>p{}</style><script>1</script><noscript>n</noscript>", ""),
    ],
)
def test_text_is_what_people_are_given(html, text):
    assert visible_text(html) == text
