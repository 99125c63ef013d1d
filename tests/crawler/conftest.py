"""What tests of collectors share."""

import functools
import http.server
import threading

import pytest


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files, without a word."""

    def log_message(self, *args):
        """Nothing."""


@pytest.fixture
def site(tmp_path):
    """``url = site(name, css, body)``: a page among the files of ``tmp_path``."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def put(name, css, body):
        (tmp_path / name).write_text(
            f'<!doctype html><html lang="en"><title>T</title><style>{css}</style><body>{body}</body></html>', "utf-8"
        )
        return f"http://127.0.0.1:{server.server_port}/{name}"

    yield put
    server.shutdown()
    server.server_close()
