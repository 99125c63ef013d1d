"""``handrail serve``: a folder on this machine alone, without register, and told when it changes."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.showing import WATCH, Shower


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<!doctype html><title>All</title>")
    (tmp_path / "issues.csv").write_text("a\r\n")
    (tmp_path / "empty").mkdir()
    for name in ("restricted", ".audits"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text("secret")
    (tmp_path.parent / "outside.txt").write_text("outside")
    return tmp_path


@pytest.fixture
def shower(folder: Path) -> Iterator[Shower]:
    server = Shower(folder, every=0.05)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def asked(shower: Shower, path: str, host: str = "127.0.0.1") -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", shower.server_port, timeout=60)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def test_pages_and_tables_are_shown_as_what_they_are(shower: Shower) -> None:
    status, headers, body = asked(shower, "/")

    assert (status, "All" in body) == (200, True)
    assert headers["Cache-Control"] == "no-store"
    assert asked(shower, "/issues.csv")[1]["Content-type"] == "text/csv; charset=utf-8"
    assert shower.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "path",
    [
        *("/restricted/", "/restricted/index.html", "/Restricted/index.html", "/%72estricted/index.html"),
        *("/.audits/index.html", "/x/../restricted/index.html", "/empty/", "/../outside.txt", "/%2e%2e/outside.txt"),
        "/nothing.html",
    ],
)
def test_nothing_else_is(shower: Shower, path: str) -> None:
    status, _, body = asked(shower, path)

    assert status == 404
    assert "secret" not in body
    assert "outside" not in body.replace(path, "")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "169.254.169.254"])
def test_another_name_for_this_machine_is_refused(shower: Shower, host: str) -> None:
    assert asked(shower, "/", host)[0] == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.1:8000", "LOCALHOST:1"])
def test_its_own_names_are_not(shower: Shower, host: str) -> None:
    assert asked(shower, "/", host)[0] == 200


def test_who_watches_is_told_of_a_change(shower: Shower, folder: Path) -> None:
    assert 'EventSource("/-/changes")' in asked(shower, WATCH)[2]
    connection = http.client.HTTPConnection("127.0.0.1", shower.server_port, timeout=60)
    connection.request("GET", "/-/changes")
    answer = connection.getresponse()
    spare = folder / "spare"

    spare.write_text("<!doctype html><title>New</title>")
    spare.replace(folder / "index.html")

    assert answer.fp.readline() == b"data: changed\n"
    connection.close()
