"""Where an answer says at once that another page is meant: by a status, an element or a header."""

import pytest
from scrapy.http import HtmlResponse, TextResponse

from crawler.answer import redirect_target

HERE = "https://city.example/here"
PAGE = "<!doctype html><title>A</title>"
META = '<!doctype html><meta http-equiv="refresh" content="{}">'


@pytest.mark.parametrize(
    ("headers", "body", "target"),
    [
        ({"Refresh": "0; url=/there"}, PAGE, "https://city.example/there"),
        ({"Refresh": "0;URL='/there?a=1&b=2'"}, PAGE, "https://city.example/there?a=1&b=2"),
        ({"refresh": "2; url=/there"}, PAGE, "https://city.example/there"),
        ({"Refresh": "0; url=https://other.example/"}, PAGE, "https://other.example/"),
        ({}, META.format("0; url=/there"), "https://city.example/there"),
        # Both: the one that comes first is what a browser does.
        ({"Refresh": "3; url=/later"}, META.format("1; url=/sooner"), "https://city.example/sooner"),
        ({"Refresh": "0; url=/sooner"}, META.format("4; url=/later"), "https://city.example/sooner"),
        ({"Refresh": "0; url=/here"}, META.format("4; url=/later"), None),
        # A page that is shown, and loaded again later.
        ({"Refresh": "30; url=/there"}, PAGE, None),
        ({"Refresh": "5"}, PAGE, None),
        ({"Refresh": "0"}, PAGE, None),
        ({"Refresh": "0; url=/here#top"}, PAGE, None),
        ({"Refresh": ""}, PAGE, None),
        ({"Refresh": "soon"}, PAGE, None),
        ({"Refresh": '"><script>'}, PAGE, None),
    ],
)
def test_a_refresh_leads_elsewhere(headers, body, target):
    assert redirect_target(HtmlResponse(HERE, headers=headers, body=body, encoding="utf-8")) == target


@pytest.mark.parametrize(
    "response",
    [
        HtmlResponse(HERE, status=404, headers={"Refresh": "0; url=/there"}, body=PAGE, encoding="utf-8"),
        TextResponse(HERE, headers={"Refresh": "0; url=/there", "Content-Type": "text/plain"}, body=b"A text"),
    ],
)
def test_what_is_no_page_leads_nowhere_by_a_refresh(response):
    assert redirect_target(response) is None
