"""A log says what happened and where, never what a page or an address holds."""

import json
import logging
from datetime import datetime

import pytest

from crawler.logs import Discreet, event, hush, on_standard_error


def told(message, *arguments, error=None):
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, message, arguments, error)
    assert Discreet().filter(record)
    return logging.Formatter("%(message)s").format(record)


@pytest.mark.parametrize(
    ("message", "arguments", "said"),
    [
        ("Lost <GET %s> (%d times)", ("https://a.example/x?sin=1", 3), "Lost <GET https://a.example/…> (3 times)"),
        ("at %s", ("https://jane:doe@a.example/x",), "at https://a.example/…"),
        ("http://a.example:8080?q=jane#jane", (), "http://a.example:8080/…"),
        ("at 'https://a.example/jane' and https://b.example/jane", (), "at 'https://a.example/…' and https://b.example/…"),
        ("Task exception was never retrieved\nfuture: <Jane Doe>", (), "Task exception was never retrieved"),
        ("collector axe: ValueError", (), "collector axe: ValueError"),
        ("100%% of %s", ("it",), "100% of it"),
        ("see https://a.example", (), "see https://a.example/…"),
    ],
)  # fmt: skip
def test_addresses_are_cut_to_their_host_and_messages_to_one_line(message, arguments, said):
    assert told(message, *arguments) == said


def test_of_an_error_only_the_type_is_told():
    error = ValueError("quotes Jane Doe")

    assert told("broken", error=(ValueError, error, None)) == "broken (ValueError)"


def test_standard_error_is_written_to_only_where_nobody_set_up_logging(capsys, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    with on_standard_error():
        logging.getLogger("crawler.x").warning("at %s", "https://a.example/jane")
        logging.getLogger("crawler.x").info("not said")
        with on_standard_error():
            logging.getLogger("crawler.x").error("once")
    with on_standard_error(logging.ERROR):
        logging.getLogger("crawler.x").warning("quiet")

    assert capsys.readouterr().err == "at https://a.example/…\nonce\n"
    assert logging.getLogger().handlers == []


def test_handlers_of_others_are_hushed_once(monkeypatch):
    handler = logging.NullHandler()
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])

    hush()
    hush()

    assert [type(known) for known in handler.filters] == [Discreet]


def test_for_programs_a_line_is_json_and_tells_no_more(capsys, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setenv("HANDRAIL_LOG_FORMAT", "json")
    with on_standard_error():
        logging.getLogger("crawler.x").warning("at %s\nof Jane", "https://a.example/jane")
        try:
            raise ValueError("quotes Jane Doe")
        except ValueError:
            logging.getLogger("crawler.x").exception('a "collector"')
        event("site-ended", site="main", pages={"audited": 3})

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [datetime.fromisoformat(line.pop("time")).tzname() for line in lines] == ["UTC"] * 3
    assert lines == [
        {"level": "warning", "logger": "crawler.x", "message": "at https://a.example/…"},
        {"level": "error", "logger": "crawler.x", "message": 'a "collector" (ValueError)'},
        {"level": "info", "event": "site-ended", "site": "main", "pages": {"audited": 3}},
    ]


def test_people_are_told_no_events(capsys, monkeypatch):
    monkeypatch.delenv("HANDRAIL_LOG_FORMAT", raising=False)

    event("run-begun", run="r1")

    assert capsys.readouterr().err == ""
