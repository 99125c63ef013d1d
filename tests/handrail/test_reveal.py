"""A value is shown to one person on one terminal, from the live page, and the log says so. All values are invented."""

import contextlib
import errno
import os
import pty

import pytest
from kept import bytes_of

from handrail.cli import run as front_door
from handrail.config import parse_policy
from handrail.keys import key_path, load_keys, rotate
from handrail.reveal import NOT_REACHED, look
from handrail.wiring import Parts
from reports.store.records import ExposedOn

ASKED = ("--by", "P. Officer, Privacy", "--reason", "notify the individual, file 12")
KEPT, OTHER, SCRIPTED = "246 454 286", "193 456 787", "130 692 544"
VALUES = {
    "kept": KEPT, "edited": "620 519 425", "swapped": "453 201 917", "gone": "732 445 614", "moved": "284 713 608",
    "closed": "501 238 476", "away": "618 942 353",
}  # fmt: skip


def luhn(text):
    digits = [int(sign) for sign in text if sign.isdigit()]
    return sum(d if n % 2 == 0 else sum(divmod(2 * d, 10)) for n, d in enumerate(reversed(digits))) % 10 == 0


def valid(text):
    """The number with its last digit made to fit."""
    return next(f"{text[:-1]}{n}" for n in range(10) if luhn(f"{text[:-1]}{n}"))


VALUES = {name: valid(value) for name, value in VALUES.items()}
KEPT, OTHER, SCRIPTED = VALUES["kept"], valid(OTHER), valid(SCRIPTED)
LISTED = valid("527 114 380")


def sin(value):
    return f"<p id='s'>Social insurance number {value}</p>"


@pytest.mark.parametrize(("selector", "why"), [("p3 (scan)", "picture"), ("p3", "out-of-scope"), ("", "out-of-scope")])
def test_what_was_read_in_a_picture_is_not_gone_where_pictures_are_not_read(selector, why):
    parts = Parts(secret=bytes(32))
    seen = ExposedOn(
        run_id="r", site="main", host="c.example", url="https://elsewhere.example/a.pdf", shown="", via="link",
        entity="CA_SIN", mask="[SIN]", selector=selector, value_hmac="", key=parts.keyring.ids[0], content="",
    )  # fmt: skip

    looked = look([seen], parse_policy('[sites.main]\nstart = ["https://c.example/"]'), parts)

    assert (looked.ended, looked.why) == (NOT_REACHED, why)


@pytest.fixture(scope="module")
def city(serve_module, clean_page, audit, handrail, tmp_path_factory):
    """A site that was audited and then changed: server, folder, ids by page."""
    out = tmp_path_factory.mktemp("city") / "out"
    links = "".join(f"<p><a href='/{name}'>To {name}</a></p>" for name in [*VALUES, "scripted", "list.csv"])
    pages = {f"/{name}": clean_page(sin(value), title=name) for name, value in VALUES.items()}
    script = f"<div id='s'></div><script>s.textContent='Social insurance number ' + '{SCRIPTED[:5]}' + '{SCRIPTED[5:]}'"
    pages["/scripted"] = clean_page(script + "</script>", title="scripted")
    pages["/list.csv"] = (200, {"Content-Type": "text/csv"}, f"Name,SIN\nFence,{LISTED}\n")
    server = serve_module({"/": clean_page(links), **pages})
    done = audit(out, server.url())
    assert done.code == 0, done.told
    names = {}
    for line in done.lines:
        if line["record"] == "finding" and "exposure" in line and line["exposure"]["entity"] == "CA_SIN":
            names[line["url"].rpartition("/")[2]] = f"x-{line['fingerprint'][-12:]}"
    assert names.keys() == {*VALUES, "scripted", "list.csv"}
    server.routes |= {
        "/edited": clean_page("<p>Nothing any more.</p>", title="edited"),
        "/swapped": clean_page(sin(OTHER), title="swapped"),
        "/gone": (410, {}, "gone"),
        "/moved": (302, {"Location": "/here"}, ""),
        "/here": clean_page(sin(VALUES["moved"]), title="here"),
        "/away": (302, {"Location": "http://localhost:1/"}, ""),
        "/robots.txt": (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /closed\n"),
    }
    return server, out, names


class Seen:
    """What one person saw."""

    def __init__(self, code, shown, told):
        self.code, self.shown, self.told = code, shown, told


def at_a_terminal(*arguments):
    """Call the front door with a terminal as its standard output."""
    import io

    ours, theirs = pty.openpty()
    told = io.StringIO()
    with (
        os.fdopen(theirs, "w", encoding="utf-8") as terminal,
        contextlib.redirect_stdout(terminal),
        contextlib.redirect_stderr(told),
    ):
        code = front_door([str(argument) for argument in arguments])
    shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return Seen(code, shown.decode(), told.getvalue())


def _read(terminal):
    """What is there; nothing when the other side is closed, which Linux calls an error of input and output."""
    try:
        return os.read(terminal, 4096)
    except OSError as exc:
        if exc.errno != errno.EIO:
            raise
        return b""


def entries(handrail, out):
    with handrail_store(out) as store:
        return store.log_entries()


@contextlib.contextmanager
def handrail_store(out):
    from handrail import runs
    from handrail.config import Policy

    with runs.open_store(runs.Place(out=out), runs.parts_for(Policy())) as store:
        yield store


def last_entry(out):
    with handrail_store(out) as store:
        return store.log_entries()[-1]


def everywhere(folder):
    """All bytes in a folder."""
    return b"".join(bytes_of(path) for path in folder.rglob("*") if path.is_file())


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "value"),
    [("kept", KEPT), ("scripted", SCRIPTED), ("moved", VALUES["moved"]), ("list.csv", LISTED)],
)
def test_a_value_is_shown_on_the_terminal_alone(city, name, value):
    _, out, names = city

    seen = at_a_terminal("reveal", names[name], *ASKED, "--out", out)

    assert seen.code == 0, seen.told
    assert f"Value: {value}\r\n" in seen.shown
    entry = last_entry(out)
    assert entry.kind == "reveal"
    assert {key: entry.facts[key] for key in ("by", "reason", "finding", "outcome")} == {
        "by": ASKED[1], "reason": ASKED[3], "finding": names[name], "outcome": "found",
    }  # fmt: skip
    assert f"Log entry {entry.seq}." in seen.shown
    written = everywhere(out)
    assert names[name].encode() in written  # the log, or the test would look in the wrong place
    for form in (value, value.replace(" ", "")):
        assert form.encode() not in written
        assert form not in seen.told


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "code", "ended", "told"),
    [
        ("edited", 1, "value-gone", "no longer shows the value. The page changed since the audit."),
        ("swapped", 1, "value-gone", "no longer shows the value. The page changed since the audit."),
        ("gone", 1, "page-gone", "is gone (404 or 410)"),
        ("closed", 3, "page-not-reached", "robots.txt does not let us ask for it"),
        ("away", 3, "page-not-reached", "it leads to another site now"),
    ],
)
def test_what_cannot_be_shown_is_told_apart_and_logged(city, name, code, ended, told):
    server, out, names = city
    before = server.seen.count(f"/{name}")

    seen = at_a_terminal("reveal", names[name], *ASKED, "--out", out)

    assert (seen.code, last_entry(out).facts["outcome"]) == (code, ended)
    assert told in seen.told
    assert OTHER not in seen.told + seen.shown
    if name == "closed":
        assert server.seen.count("/closed") == before


@pytest.mark.browser
def test_an_address_out_of_scope_is_not_asked_for(city, tmp_path):
    server, out, names = city
    with handrail_store(out) as store:
        key = store.exposed(names["kept"])[0].site
    config = tmp_path / "handrail.toml"
    config.write_text(f'[sites.{key}]\nstart = ["{server.url()}"]\nexclude = ["/kept*"]\n', "utf-8")
    before = len(server.seen)

    seen = at_a_terminal("reveal", names["kept"], *ASKED, "--out", out, "--config", config)

    assert seen.code == 3
    assert "no longer includes its address" in seen.told
    assert len(server.seen) == before


@pytest.mark.browser
def test_after_a_rotation_the_earlier_key_still_finds_it_and_without_it_nobody_can(city, handrail):
    _, out, names = city
    secret = load_keys().secret
    keys = rotate(key_path())

    assert at_a_terminal("reveal", names["kept"], *ASKED, "--out", out).code == 0

    key_path().write_text(keys.secret.hex() + "\n", "ascii")
    seen = at_a_terminal("reveal", names["kept"], *ASKED, "--out", out)

    assert seen.code == 2
    assert "which is not here: put its backup back" in seen.told
    assert last_entry(out).facts["outcome"] == "key-missing"
    key_path().write_text(f"{keys.secret.hex()}\n{secret.hex()}\n", "ascii")


@pytest.mark.browser
def test_not_into_a_file_or_a_pipe(city, handrail):
    server, out, names = city
    before = len(server.seen)

    done = handrail("reveal", names["kept"], *ASKED, "--out", out)

    assert done.code == 2
    assert "on a terminal only" in done.told
    assert KEPT not in done.said
    assert len(server.seen) == before


@pytest.mark.browser
def test_what_cannot_be_logged_is_not_shown(city, monkeypatch):
    _, out, names = city
    monkeypatch.setattr("reports.store.store.Store.record", lambda *_: (_ for _ in ()).throw(RuntimeError))

    seen = at_a_terminal("reveal", names["kept"], *ASKED, "--out", out)

    assert seen.code == 4
    assert "Value" not in seen.shown + seen.told


@pytest.mark.browser
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("x-000000000000", *ASKED), "no value x-000000000000 in the store"),
        (("E-1a2b3c", *ASKED), "is no id of the privacy register"),
        (("x-%_%_%_%_%_%_", *ASKED), "is no id of the privacy register"),
        (("x-000000000000", *ASKED[:2]), "Missing option '--reason'"),
        (("x-000000000000", *ASKED[2:]), "Missing option '--by'"),
        (("x-000000000000", "--by", " ", *ASKED[2:]), "must not be empty"),
        (("x-000000000000", *ASKED[:2], "--reason", f"SIN {LISTED}"), "Nothing was recorded, and nothing done."),
        (("x-000000000000", "--by", "sam.testwell@gmail.com", *ASKED[2:]), "--by seems to hold personal"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(city, arguments, told):
    _, out, _ = city

    seen = at_a_terminal("reveal", *arguments, "--out", out)

    assert seen.code == 2
    assert told in seen.told
