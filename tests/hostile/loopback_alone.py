"""Audits a site where there is no network but this machine: writes down which names are asked for, which ports opened.

Called in a network and mount namespace of its own:

    unshare --map-root-user --net --mount python loopback_alone.py FOLDER

prints {"code", "names", "ports"}. The page embeds a picture of another host, which a visit of anybody asks for.
"""

import contextlib
import ctypes
import fcntl
import http.server
import io
import json
import os
import socket
import struct
import sys
import threading
import time
from pathlib import Path

_MS_BIND, _SIOCSIFFLAGS, _IFF_UP = 4096, 0x8914, 1
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title></head><body><main><h1>A page</h1>'
    '<p>Call Jane at 905-335-7777, jane.orchard@gmail.com.</p><a href="/two">Two</a><a href="/minutes.csv">Minutes</a>'
    '<img alt="" src="http://pictures.example/a.png"></main></body></html>'
)


class _Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = {
            "/": PAGE,
            "/two": PAGE.replace("A page", "Another"),
            "/minutes.csv": "name,phone\nJane,905-335-7777\n",
        }
        body = found.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/csv" if self.path.endswith("csv") else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Quiet."""


def up():
    """Bring the loopback device up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


def names_into(asked, folder):
    """Be the only server of names: it knows none, and writes down which it is asked for."""
    resolv = folder / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(bytes(resolv), b"/etc/resolv.conf", None, _MS_BIND, None):
        raise OSError(ctypes.get_errno(), "mount")
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def answer():
        while True:
            question, who = server.recvfrom(512)
            labels, at = [], 12
            while question[at]:
                labels.append(question[at + 1 : at + 1 + question[at]].decode("ascii", "replace"))
                at += question[at] + 1
            asked.add(".".join(labels))
            server.sendto(question[:2] + b"\x81\x83" + question[4:6] + bytes(6) + question[12 : at + 5], who)

    threading.Thread(target=answer, daemon=True).start()


def ports_into(opened):
    """Look, again and again, who listens."""

    def look():
        while True:
            for name in ("tcp", "tcp6"):
                for line in Path("/proc/net", name).read_text().splitlines()[1:]:
                    local, state = line.split()[1], line.split()[3]
                    if state == "0A":
                        opened.add(int(local.rpartition(":")[2], 16))
            time.sleep(0.2)

    threading.Thread(target=look, daemon=True).start()


def main():
    folder = Path(sys.argv[1])
    asked, opened = set(), set()
    up()
    names_into(asked, folder)
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    ports_into(opened)
    os.environ["HANDRAIL_KEY"] = "ef" * 32
    from handrail.cli import run

    with contextlib.redirect_stdout(io.StringIO()):
        code = run(["audit", f"http://127.0.0.1:{site.server_port}/", "--out", str(folder / "out"), "--quiet"])
    print(json.dumps({"code": code, "names": sorted(asked), "ports": sorted(opened - {site.server_port})}))


if __name__ == "__main__":
    main()
