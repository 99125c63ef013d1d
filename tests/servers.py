"""What stands between us and a City's sites, for real: certificate authorities, TLS servers, HTTP and SOCKS proxies."""

import asyncio
import base64
import contextlib
import email
import email.policy
import ipaddress
import json
import os
import shutil
import socketserver
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: Without it the browser cannot be given an authority of a City's own; in CI it must be there.
needs_certutil = pytest.mark.skipif(
    shutil.which("certutil") is None and not os.environ.get("CI"), reason="certutil is not installed"
)

#: Reads pictures of text; in CI it must be there.
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None and not os.environ.get("CI"), reason="tesseract is not installed"
)


def _name(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class Authority:
    """A certificate authority made for one test; ``below`` another, or its own."""

    def __init__(self, folder, name, *, below=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.name = _name(name)
        self.private = ec.generate_private_key(ec.SECP256R1())
        above = below or self
        own = self._certificate(self.name, self.private.public_key(), is_authority=True, issuer=above.name)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(own.sign(above.private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _certificate(self, subject, public, *, is_authority=False, issuer=None, days=(-1, 20)):
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )

    def issue(self, label, names=(), *, days=(-1, 20), client=False, passphrase="", itself=False):
        """(certificate, key) files. ``itself``: signed with its own key."""
        private = ec.generate_private_key(ec.SECP256R1())
        subject = _name(label)
        usage = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        made = self._certificate(
            subject, private.public_key(), issuer=subject if itself else self.name, days=days
        ).add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if names:
            made = made.add_extension(x509.SubjectAlternativeName([_alternative(one) for one in names]), critical=False)
        signed = made.sign(private if itself else self.private, hashes.SHA256())
        sealed = (
            serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
        )
        files = self.folder / f"{label}.pem", self.folder / f"{label}.key"
        files[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(
            private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed)
        )
        return files


class WebServer(ThreadingHTTPServer):
    """Answers GET by path: text, (status, headers, text), or a function of the request's headers giving one of them.

    ``seen`` holds (path, headers) of everything that was asked.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, routes, certificate=None, *, clients=None):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.routes = routes
        self.seen = []
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            if clients:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(clients)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path="/", host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.server_port}{path}"

    def asked(self, path):
        """The headers of every request for a path."""
        return [headers for seen, headers in self.seen if seen == path]

    def handle_error(self, request, client_address):
        """A client that does not like our certificate is part of the test."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_GET(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.path, headers))
        answer = self.server.routes.get(self.path, (404, {}, "no"))
        if callable(answer):
            answer = answer(headers)
        status, extra, body = answer if isinstance(answer, tuple) else (200, {}, answer)
        body = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **extra}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Quiet."""


class Relay:
    """A proxy: every name is this machine. ``asked`` holds what it was asked for, ``agents`` who asked."""

    def __init__(self, kind, *, account=("", ""), certificate=None, refuse=0):
        self.kind = kind
        self.account = account
        self.refuse = refuse
        self.asked = []
        self.agents = []
        self._certificate = certificate
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait(5)

    @property
    def server(self):
        return f"{self.kind}://127.0.0.1:{self.port}"

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self, started):
        context = None
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self._certificate)
        listening = self._loop.run_until_complete(
            self._start(self._socks if self.kind == "socks5" else self._http, context)
        )
        self.port = listening.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        listening.close()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    @staticmethod
    async def _start(talk, context):
        async def served(reader, writer):
            with contextlib.suppress(OSError, EOFError, asyncio.CancelledError, asyncio.IncompleteReadError):
                await talk(reader, writer)
            writer.close()

        return await asyncio.start_server(served, "127.0.0.1", 0, ssl=context)

    async def _http(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rest = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest if one)}
        method, target, _ = line.split()
        expected = "Basic " + base64.b64encode(":".join(self.account).encode()).decode()
        if self.account[0] and headers.get("proxy-authorization") != expected:
            await self._say(writer, "407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="City"\r\n')
            return
        if self.refuse:
            await self._say(writer, f"{self.refuse} No")
            return
        self.asked.append(f"{method} {target}")
        self.agents.append(headers.get("user-agent", ""))
        if method == "CONNECT":
            there, back = await asyncio.open_connection("127.0.0.1", int(target.rpartition(":")[2]))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            parts = urlsplit(target)
            there, back = await asyncio.open_connection("127.0.0.1", parts.port)
            kept = [one for one in rest if not one.lower().startswith(("proxy-", "connection:"))]
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            back.write("\r\n".join([f"{method} {path} HTTP/1.1", "Connection: close", *kept]).encode("latin-1"))
        await self._pump_both(reader, writer, there, back)

    @staticmethod
    async def _say(writer, status, headers=""):
        writer.write(f"HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()

    async def _socks(self, reader, writer):
        _, methods = await reader.readexactly(2)
        offered = await reader.readexactly(methods)
        wanted = 2 if self.account[0] else 0
        if wanted not in offered:
            writer.write(b"\x05\xff")
            return
        writer.write(bytes([5, wanted]))
        _, _, _, kind = await reader.readexactly(4)
        size = (await reader.readexactly(1))[0] if kind == 3 else {1: 4, 4: 16}[kind]
        host = (await reader.readexactly(size)).decode("latin-1")
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(f"{host}:{port}")
        try:
            there, back = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.write(b"\x05\x05\x00\x01" + bytes(6))
            return
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await self._pump_both(reader, writer, there, back)

    @staticmethod
    async def _pump_both(reader, writer, there, back):
        async def pump(source, sink):
            with contextlib.suppress(OSError):
                while data := await source.read(65536):
                    sink.write(data)
                    await sink.drain()
            with contextlib.suppress(OSError, RuntimeError):
                sink.close()

        await asyncio.gather(pump(reader, back), pump(there, writer))


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is sent."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.mails = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def address(self, to="web@larkspurbay.example"):
        """As Apprise writes it; a busy machine takes its time."""
        return f"mailto://127.0.0.1:{self.server_address[1]}?from=audit@larkspurbay.example&to={to}&cto=60&rto=60"

    @property
    def texts(self):
        """Each mail as its reader sees it, every header and every part."""
        found = []
        for raw in self.mails:
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
            found.append("\n".join([*(f"{name}: {value}" for name, value in mail.items()), "", *parts]))
        return found


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(b"".join(one.removeprefix(b".") for one in lines))
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


class Hook(ThreadingHTTPServer):
    """A web hook: keeps what is posted, and answers with ``status``."""

    daemon_threads = True

    def __init__(self, status=200):
        super().__init__(("127.0.0.1", 0), _Post)
        self.status = status
        self.posted = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self):
        """As Apprise writes it."""
        return f"json://somebody:s3cr3t-word@127.0.0.1:{self.server_port}/hook?cto=60&rto=60"

    @property
    def texts(self):
        """Title and message of each."""
        return ["\n".join((told["title"], told["message"])) for told in map(json.loads, self.posted)]


class _Post(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Quiet."""
