"""What counts as the same answer, and what is not relied on."""

import time

import pytest

from crawler.proof import bare, conditions, seen_sha256, sha256_of, validators

OLD = "Mon, 23 Nov 2026 06:00:00 GMT"


@pytest.mark.parametrize(
    ("etag", "modified", "date", "relied_on"),
    [
        ('"a"', OLD, "Mon, 23 Nov 2026 07:00:00 GMT", ('"a"', OLD)),
        ('W/"a"', "", "", ('W/"a"', "")),
        ("", OLD, "Mon, 23 Nov 2026 06:01:00 GMT", ("", OLD)),
        ("", OLD, "Mon, 23 Nov 2026 06:00:59 GMT", ("", "")),  # it may have changed again since
        ("", OLD, OLD, ("", "")),  # made for this answer
        ('"a"', OLD, OLD, ('"a"', "")),
        ("", OLD, "", ("", "")),  # nobody knows how old that is
        ("", "yesterday", OLD, ("", "")),
        ("", "Mon, 23 Nov 2099 06:00:00 GMT", OLD, ("", "")),
        ("", "", OLD, ("", "")),
    ],
)
def test_which_validators_are_relied_on(etag, modified, date, relied_on):
    assert validators(etag, modified, date) == relied_on


@pytest.mark.parametrize(
    ("tag", "content"),
    [
        ('"abc"', "abc"),
        ('W/"abc"', "abc"),
        ('"abc-gzip"', "abc"),  # Apache
        ('"abc;br"', "abc"),  # Jetty
        ('W/"abc--gzip"', "abc"),
        ('"abc-zstd"', "abc"),
        ('"abc-2"', "abc-2"),
        ('"abcbr-x"', "abcbr-x"),
        ('"gzip-abc"', "gzip-abc"),
        ('"xgzip"', "xgzip"),
        ("", ""),
    ],
)
def test_the_tag_of_a_content_however_it_was_packed(tag, content):
    assert bare(tag) == content


@pytest.mark.parametrize(
    ("etag", "modified", "headers"),
    [
        ('"a"', "", {"If-None-Match": '"a"'}),
        ('"a-gzip"', OLD, {"If-None-Match": '"a-gzip", "a"', "If-Modified-Since": OLD}),
        ('W/"a"', "", {"If-None-Match": 'W/"a", "a"'}),
        ("", OLD, {"If-Modified-Since": OLD}),
        ("", "", {}),
    ],
)
def test_how_it_is_asked(etag, modified, headers):
    assert conditions(etag, modified) == headers


def test_no_two_answers_have_one_hash():
    answers = [(200, "", b""), (404, "", b""), (302, "/a", b""), (302, "/b", b""), (200, "", b"a"), (200, "", b"\n")]

    assert len({sha256_of(*answer) for answer in answers}) == len(answers)


BODY = '<form><input type="hidden" name="t" value="{t}"><input name="q" value="{q}"></form>'
TOKENS = '<meta name="csrf-token" content="{t}"><div data-token="{t}" nonce="{t}">{q}</div>'


@pytest.mark.parametrize("page", [BODY, TOKENS])
def test_a_page_is_the_same_whatever_a_server_makes_anew_for_each_visit(page):
    assert seen_sha256([page.format(t="a1", q="x")]) == seen_sha256([page.format(t="b2+/=", q="x")])


@pytest.mark.parametrize("page", [BODY, TOKENS])
def test_what_people_see_makes_it_another(page):
    assert seen_sha256([page.format(t="a1", q="x")]) != seen_sha256([page.format(t="a1", q="y")])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["<p>a</p>"], ["<p>b</p>"]),
        (["<p>a</p>", "<p>b</p>"], ["<p>a</p>"]),  # a frame more
        (['<input type="text" value="1">'], ['<input type="text" value="2">']),
        (["<p>The token: 1</p>"], ["<p>The token: 2</p>"]),
        (['<meta name="description" content="1">'], ['<meta name="description" content="2">']),
        (['<img alt="hidden">'], ['<img alt="hidden 2">']),
    ],
)
def test_near_to_what_is_left_out(one, other):
    assert seen_sha256(one) != seen_sha256(other)


def test_a_long_page_is_read_in_time():
    began = time.process_time()
    seen_sha256(["token" * 200_000, "<input " * 100_000, "a" * 2_000_000])
    assert time.process_time() - began < 5
