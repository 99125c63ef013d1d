"""Every hostile page has its one outcome, and the pages around it are audited as if it were not there."""

import gzip
import json
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from audits.model import PageOutcome

pytestmark = [pytest.mark.browser, pytest.mark.slow]

O = PageOutcome  # noqa: E741
PLANTED = '<img id="planted" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==">'


def page(body="", *, head="", title="A page", lang="en"):
    """A page with one barrier (an image without a text alternative) and nothing else wrong."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><main><h1>{title}</h1>{PLANTED}{body}</main></body></html>"
    )


def script(source, **options):
    return page(f"<script>{source}</script>", **options)


def early(source, **options):
    """A script that runs before anything else of the page."""
    return page(head=f"<script>{source}</script>", **options)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One hostile page: how it is served, and how it must end. ``finds``: selectors of images without alternative."""

    name: str
    answer: Any = None
    outcome: PageOutcome | frozenset[PageOutcome] = O.AUDITED
    more: dict[str, Any] = field(default_factory=dict)
    finds: tuple[str, ...] = ("#planted",)
    reason: str = ""
    path: str = ""
    unseen: tuple[str, ...] = ()

    @property
    def address(self):
        return self.path or f"/{self.name}"


# Answers that HTTP does not foresee


def drip_headers(connection, asked):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        connection.sendall(b"X-%d: y\r\n" % number)
        time.sleep(0.3)


def drip_body(connection, asked):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<!doctype html>")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.3)


def endless_headers(connection, asked):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Filler: " + b"y" * 8000 + b"\r\n")


def endless_status(connection, asked):
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def endless_chunks(connection, asked):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def two_hundred_megabytes(connection, asked):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 209715200\r\n\r\n")
    for _ in range(200):
        connection.sendall(b"x" * 1048576)


def two_hundred_unannounced(connection, asked):
    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(200):
        connection.sendall(b"x" * 1048576)


def wire(*head, body=b"", end="\r\n"):
    return end.join(head).encode("latin-1") + (end * 2).encode() + (body.encode() if isinstance(body, str) else body)


def growing(connection, asked):
    return (302, {"Location": asked.path + ("&" if "?" in asked.path else "?") + "x=1"}, "")


def counted(connection, asked):
    number = int(asked.path.rpartition("n=")[2] or 0)
    return (302, {"Location": f"/ten-thousand-redirects?n={number + 1}"}, "") if number < 10_000 else page()


def silent(connection, asked):
    """Headers of a stream that never says anything."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
    time.sleep(20)


def stream(connection, asked):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    for _ in range(200):
        connection.sendall(b"data: x\n\n")
        time.sleep(0.1)


def too_many_cookies(connection, asked):
    if len(asked.headers.get("cookie", "")) > 4000:
        return (431, {}, "too large")
    return page()


def only_scrapy(connection, asked):
    """Answers the first request and holds every later one: what a browser gets is not what was fetched before."""
    if len(asked.web.seen[asked.path]) == 1:
        return page()
    time.sleep(20)
    return None


LONG_COOKIES = "".join(f"document.cookie = 'c{n}=' + 'x'.repeat(3000) + '; path=/';" for n in range(3))
NEVER = "new Promise(() => {})"

CASES = [
    # Scripts that never end
    Case(name="loop-at-load", answer=early("while (true);"), outcome=O.HUNG),
    Case(name="loop-after-load", answer=script("onload = () => { while (true); }"), outcome=O.HUNG),
    Case(name="loop-in-timer", answer=script("setTimeout(() => { while (true); }, 150)"), outcome=O.HUNG),
    Case(name="loop-in-microtasks", answer=script("(async () => { while (true) await 0; })()"), outcome=O.HUNG),
    Case(
        name="loop-in-worker",
        answer=script("for (let n = 0; n < 4; n++) new Worker(URL.createObjectURL(new Blob(['while (true);'])))"),
    ),
    Case(name="alert-for-ever", answer=script("while (true) alert('x')"), outcome=O.HUNG),
    Case(name="alerts", answer=script("for (let n = 0; n < 20; n++) { alert(n); confirm(n); prompt(n); }")),
    Case(name="beforeunload", answer=script("onbeforeunload = (event) => { event.preventDefault(); return 'stay'; }")),
    Case(
        name="unload-loop",
        answer=script("onpagehide = onunload = () => { const t = Date.now(); while (Date.now() - t < 1500); }"),
    ),
    Case(name="print", answer=script("print(); onload = () => print();")),
    Case(
        name="popup-storm",
        answer=script("for (let n = 0; n < 200; n++) window.open('/popup?n=' + n)"),
        more={"/popup": page()},
    ),
    Case(
        name="download-storm",
        answer=script(
            "for (let n = 0; n < 50; n++) { const a = document.createElement('a'); a.href = '/saved?n=' + n; a.download = 'x'; a.click(); }"
        ),
        more={"/saved": (200, {"Content-Disposition": "attachment", "Content-Type": "application/zip"}, b"x" * 1000)},
    ),
    # Size
    Case(name="two-hundred-megabytes", answer=two_hundred_megabytes, outcome=O.TOO_LARGE),
    Case(name="two-hundred-megabytes-unannounced", answer=two_hundred_unannounced, outcome=O.TOO_LARGE),
    Case(name="endless-chunks", answer=endless_chunks, outcome=O.TOO_LARGE),
    Case(
        name="gzip-bomb",
        answer=(200, {"Content-Encoding": "gzip"}, gzip.compress(b"<p>x" * 50_000_000, 6)),
        outcome=O.TOO_LARGE,
    ),
    Case(
        name="million-elements",
        answer=script(
            "const f = document.createDocumentFragment(); for (let n = 0; n < 1e6; n++) f.append(document.createElement('i')); document.body.append(f)"
        ),
        outcome=O.HUNG,
    ),
    Case(
        name="hundred-thousand-levels",
        answer=script(
            "let at = document.body; for (let n = 0; n < 1e5; n++) { const i = document.createElement('i'); at.append(i); at = i; }"
        ),
        outcome=O.HUNG,
    ),
    Case(name="deep-source", answer=page("<div>" * 100_000)),
    Case(
        name="huge-svg", answer=page("<svg role='img' aria-label='map'>" + "<path d='M0 0L9 9'/>" * 50_000 + "</svg>")
    ),
    Case(
        name="twenty-thousand-paragraphs",
        answer=page("<p>Notice of a public meeting.</p>" * 20_000),
        outcome=frozenset({O.AUDITED, O.HUNG}),
    ),
    Case(
        name="text-bomb",
        answer=page("<p>" + "416 555 0123 46 454 286 " * 100_000 + "</p>"),
        outcome=frozenset({O.AUDITED, O.FAILED}),
    ),
    Case(name="long-title", answer=page(title="x" * 3_000_000)),
    Case(
        name="link-farm",
        answer=page("".join(f'<a href="https://elsewhere.example/{n}">Page {n}</a> ' for n in range(3_000))),
    ),
    Case(
        name="wide-iframes",
        answer=page('<iframe title="f" srcdoc="<p>x"></iframe>' * 1000),
        outcome=frozenset({O.AUDITED, O.HUNG}),
    ),
    Case(
        name="allocation-bomb",
        answer=script("const a = []; while (true) a.push(new Array(1e6).fill({}));"),
        outcome=frozenset({O.CRASHED, O.HUNG}),
    ),
    # Slow
    Case(name="dripping-headers", answer=drip_headers, outcome=O.TIMEOUT),
    Case(name="dripping-body", answer=drip_body, outcome=O.TIMEOUT),
    Case(name="endless-headers", answer=endless_headers, outcome=frozenset({O.TIMEOUT, O.NETWORK_ERROR})),
    Case(name="endless-status", answer=endless_status, outcome=frozenset({O.TIMEOUT, O.NETWORK_ERROR})),
    Case(name="held-in-the-browser", answer=only_scrapy, outcome=O.HUNG),
    # Redirects
    Case(name="ten-thousand-redirects", answer=counted, outcome=O.REDIRECT_LOOP),
    Case(name="redirect-to-itself", answer=(302, {"Location": "/redirect-to-itself"}, ""), outcome=O.REDIRECT_LOOP),
    Case(
        name="redirect-pair",
        answer=(301, {"Location": "/redirect-pair-back"}, ""),
        more={"/redirect-pair-back": (301, {"Location": "/redirect-pair"}, "")},
        outcome=O.REDIRECT_LOOP,
    ),
    Case(name="redirect-that-grows", answer=growing, outcome=O.REDIRECT_LOOP),
    Case(name="redirect-nowhere", answer=(302, {}, page()), outcome=O.HTTP_ERROR),
    Case(
        name="redirect-to-a-script", answer=(302, {"Location": "javascript:alert(1)"}, ""), outcome=O.REDIRECT_OFF_SCOPE
    ),
    Case(name="redirect-to-a-file", answer=(302, {"Location": "file:///etc/passwd"}, ""), outcome=O.REDIRECT_OFF_SCOPE),
    Case(name="refresh-itself", answer=page(head='<meta http-equiv="refresh" content="0">'), outcome=O.NAVIGATED_AWAY),
    Case(
        name="refresh-pair",
        answer=page(head='<meta http-equiv="refresh" content="0;url=/refresh-pair-back">'),
        more={"/refresh-pair-back": page(head='<meta http-equiv="refresh" content="0;url=/refresh-pair">')},
        outcome=O.REDIRECT_LOOP,
    ),
    Case(
        name="refresh-after-load",
        answer=script(
            "onload = () => { const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=/plain-2'; document.head.append(m); }"
        ),
        outcome=frozenset({O.REDIRECTED, O.NAVIGATED_AWAY}),
    ),
    Case(name="refresh-later", answer=page(head='<meta http-equiv="refresh" content="600">')),
    Case(name="refresh-header", answer=(200, {"Refresh": "0; url=/plain-1"}, page()), outcome=O.REDIRECTED),
    Case(name="script-redirect-at-once", answer=early("location.replace('/plain-1')"), outcome=O.REDIRECTED),
    Case(
        name="script-redirect-after-a-second",
        answer=script("setTimeout(() => { location.href = '/plain-1' }, 1000)"),
        outcome=frozenset({O.AUDITED, O.REDIRECTED, O.NAVIGATED_AWAY}),
    ),
    Case(
        name="script-redirect-after-a-minute", answer=script("setTimeout(() => { location.href = '/plain-1' }, 60000)")
    ),
    Case(name="reload-loop", answer=script("onload = () => location.reload()"), outcome=O.NAVIGATED_AWAY),
    Case(
        name="reload-during-the-audit",
        answer=script("setInterval(() => location.reload(), 500)"),
        outcome=O.NAVIGATED_AWAY,
    ),
    Case(
        name="replaces-itself",
        answer=script(
            "const t = new MutationObserver(() => {}); setTimeout(() => location.replace('/replaces-itself?again'), 450)"
        ),
        outcome=frozenset({O.NAVIGATED_AWAY, O.REDIRECTED}),
    ),
    Case(
        name="push-state-storm",
        answer=script(
            "setInterval(() => { for (let n = 0; n < 100; n++) history.pushState({}, '', '?s=' + Math.random()) }, 10)"
        ),
    ),
    Case(
        name="hash-storm",
        answer=script("setInterval(() => { for (let n = 0; n < 100; n++) location.hash = Math.random() }, 10)"),
    ),
    Case(
        name="blob-navigation",
        answer=script("location = URL.createObjectURL(new Blob(['<h1>x</h1>'], {type: 'text/html'}))"),
        outcome=O.NAVIGATED_AWAY,
    ),
    Case(name="data-navigation", answer=script("location = 'data:text/html,<h1>x</h1>'")),
    Case(name="file-navigation", answer=script("location = 'file:///etc/passwd'")),
    Case(name="source-navigation", answer=script("location = 'view-source:' + location.href")),
    Case(name="script-address", answer=script("location = 'javascript:document.body.innerHTML'"), finds=()),
    # Never quiet
    Case(
        name="mutates-for-ever",
        answer=script("setInterval(() => document.body.dataset.x = Math.random(), 5)"),
        reason="never came to rest",
    ),
    Case(
        name="animation-storm",
        answer=page(
            head="<style>@keyframes k { to { transform: rotate(1turn) } } i { animation: k .1s infinite; display: inline-block }</style>",
            body="<i>x</i>" * 500,
        ),
    ),
    Case(
        name="frame-storm",
        answer=script(
            "const go = () => { document.body.style.opacity = .5 + Math.random() / 2; requestAnimationFrame(go) }; go()"
        ),
        reason="never came to rest",
    ),
    Case(name="silent-fetch", answer=script("fetch('/silent')"), more={"/silent": silent}, reason="never came to rest"),
    Case(name="event-source", answer=script("new EventSource('/stream')"), more={"/stream": stream}),
    Case(name="web-socket", answer=script("new WebSocket('ws://' + location.host + '/silent')")),
    Case(name="slow-image", answer=page('<img alt="x" src="/silent">'), reason="never came to rest"),
    Case(name="slow-script", answer=page(head='<script src="/silent"></script>'), outcome=O.HUNG),
    # Frames
    Case(name="frame-of-itself", answer=page('<iframe title="me" src="/frame-of-itself"></iframe>')),
    Case(
        name="nested-frames",
        answer=page('<iframe title="f" src="/nest?n=1"></iframe>'),
        more={
            "/nest": lambda c, a: page(
                f'<iframe title="f" src="/nest?n={int(a.path[8:]) + 1}"></iframe>' if int(a.path[8:]) < 50 else ""
            )
        },
    ),
    Case(
        name="frame-refused",
        answer=page('<iframe id="no" title="f" src="/never-framed"></iframe>'),
        more={"/never-framed": (200, {"X-Frame-Options": "DENY"}, page())},
        unseen=("#no",),
    ),
    Case(
        name="frame-refused-by-policy",
        answer=page('<iframe id="no" title="f" src="/unframed"></iframe>'),
        more={"/unframed": (200, {"Content-Security-Policy": "frame-ancestors 'none'"}, page())},
        unseen=("#no",),
    ),
    Case(
        name="frame-dead", answer=page('<iframe id="no" title="f" src="http://127.0.0.1:9/"></iframe>'), unseen=("#no",)
    ),
    Case(name="frame-that-loops", answer=page('<iframe title="f" src="/loop-at-load"></iframe>'), outcome=O.HUNG),
    Case(
        name="frame-in-a-sandbox",
        answer=page('<iframe id="in" title="f" sandbox src="/plain-1"></iframe>'),
        finds=("#planted", "#in >> #planted"),
    ),
    Case(
        name="frame-that-leaves",
        answer=page('<iframe title="f" src="/leaver"></iframe>'),
        more={"/leaver": "<script>top.location = '/plain-1'</script>"},
        outcome=O.REDIRECTED,
    ),
    # What a page may do to its own language
    Case(name="no-set-no-map", answer=early("window.Set = window.Map = window.WeakMap = window.Symbol = undefined")),
    Case(
        name="no-json", answer=early("JSON.stringify = () => '{}'; JSON.parse = () => { throw 1 }; window.JSON = null")
    ),
    Case(
        name="no-array",
        answer=early(
            "for (const m of ['map', 'filter', 'forEach', 'push', 'concat', 'slice', 'indexOf']) Array.prototype[m] = () => { throw 1 }; Array.from = null; Array.prototype[Symbol.iterator] = null"
        ),
    ),
    Case(
        name="no-selectors",
        answer=early(
            "document.querySelectorAll = document.querySelector = Document.prototype.querySelectorAll = Element.prototype.querySelectorAll = () => []"
        ),
    ),
    Case(name="no-promise", answer=early("window.Promise = class { then() {} }; ")),
    Case(
        name="no-node",
        answer=early(
            "for (const p of ['parentNode', 'childNodes', 'nodeType', 'textContent', 'getRootNode']) Object.defineProperty(Node.prototype, p, {get() { throw 1 }})"
        ),
    ),
    Case(
        name="name-and-global",
        answer=early(
            "window.name = 'x'.repeat(1e6); window.handrail = 1; window.axe = {run() {}}; Object.freeze(window.axe)"
        ),
    ),
    Case(
        name="polluted-objects",
        answer=early(
            "for (const p of ['id', 'any', 'all', 'none', 'nodes', 'frame', 'then', 'value', 'get', 'set', 'outcome']) Object.prototype[p] = 'x'; Object.prototype.toJSON = () => 'x'"
        ),
    ),
    Case(
        name="getters-that-throw",
        answer=early(
            "for (const p of ['title', 'documentElement', 'body', 'readyState', 'head', 'styleSheets', 'cookie']) Object.defineProperty(document, p, {get() { throw new Error(p) }})"
        ),
    ),
    Case(
        name="no-observer",
        answer=early("window.MutationObserver = function () { throw 1 }; window.IntersectionObserver = null"),
    ),
    Case(
        name="no-timers",
        answer=early("window.setInterval = window.setTimeout = () => 0; window.requestAnimationFrame = () => 0"),
    ),
    Case(
        name="kills-timers",
        answer=early(
            "setInterval(() => { for (let n = 0; n < 5000; n++) { clearTimeout(n); clearInterval(n); cancelAnimationFrame(n); } }, 1)"
        ),
    ),
    Case(
        name="no-performance",
        answer=early(
            "performance.now = () => 0; performance.getEntriesByType = () => { throw 1 }; Object.defineProperty(window, 'performance', {value: null})"
        ),
    ),
    Case(
        name="clears-performance",
        answer=early(
            "setInterval(() => { performance.clearResourceTimings(); performance.setResourceTimingBufferSize(0) }, 1)"
        ),
    ),
    Case(
        name="no-json-by-name",
        answer=page(
            '<form id="handrail"></form><form name="axe"></form><img alt="x" name="body"><form name="documentElement"><input aria-label="x" name="x"></form>'
        ),
    ),
    Case(
        name="clobbered-form",
        answer=page(
            "<form>"
            + "".join(
                f'<input aria-label="x" name="{n}">'
                for n in (
                    "attributes",
                    "childNodes",
                    "parentNode",
                    "nodeType",
                    "localName",
                    "getAttribute",
                    "hasAttribute",
                    "children",
                    "id",
                    "shadowRoot",
                    "classList",
                    "closest",
                    "checkVisibility",
                    "getRootNode",
                    "nodeName",
                    "ownerDocument",
                    "firstChild",
                    "nextSibling",
                    "parentElement",
                    "tagName",
                    "style",
                    "matches",
                )
            )
            + "</form>"
        ),
    ),
    Case(
        name="clobbered-document",
        answer=page(
            "".join(
                f'<img alt="x" name="{n}">'
                for n in (
                    "documentElement",
                    "head",
                    "title",
                    "querySelectorAll",
                    "querySelector",
                    "createTreeWalker",
                    "createElement",
                    "readyState",
                    "location",
                    "defaultView",
                    "activeElement",
                    "styleSheets",
                    "getElementById",
                    "nodeType",
                    "implementation",
                )
            )
        ),
    ),
    Case(
        name="closed-shadow-root",
        answer=page(
            '<div id="host"></div><script>document.querySelector("#host").attachShadow({mode: "closed"}).innerHTML = \'<img id="inner" src="x.gif">\'</script>'
        ),
        finds=("#planted", "#host >>> #inner"),
    ),
    Case(
        name="closed-shadow-root-in-source",
        answer=page('<div id="host"><template shadowrootmode="closed"><img id="inner" src="x.gif"></template></div>'),
        finds=("#planted", "#host >>> #inner"),
    ),
    Case(
        name="document-write-after-load",
        answer=script(
            "onload = () => document.write('<!doctype html><html lang=en><title>W</title><main><h1>W</h1><img id=written src=x.gif></main>')"
        ),
        finds=("#written",),
    ),
    Case(
        name="document-open",
        answer=script(
            "onload = () => { document.open(); document.write('<!doctype html><html lang=en><title>W</title><main><h1>W</h1><img id=written src=x.gif></main>') }"
        ),
        finds=("#written",),
        reason="never came to rest",
    ),
    Case(
        name="document-open-empty",
        answer=script("onload = () => { document.open(); document.close() }"),
        outcome=O.EMPTY,
    ),
    Case(
        name="window-stop",
        answer=page(head="<script>stop()</script>"),
        outcome=frozenset({O.AUDITED, O.EMPTY, O.NAVIGATED_AWAY}),
    ),
    Case(name="window-close", answer=script("window.close(); onload = () => window.close()"), outcome=O.NAVIGATED_AWAY),
    Case(name="empties-itself", answer=script("onload = () => document.documentElement.remove()"), outcome=O.EMPTY),
    # Policies
    Case(name="forbids-everything", answer=(200, {"Content-Security-Policy": "default-src 'none'"}, page())),
    Case(name="sandboxes-itself", answer=(200, {"Content-Security-Policy": "sandbox; default-src 'none'"}, page())),
    Case(
        name="trusted-types",
        answer=(200, {"Content-Security-Policy": "require-trusted-types-for 'script'; trusted-types 'none'"}, page()),
    ),
    Case(
        name="isolated",
        answer=(
            200,
            {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"},
            page(),
        ),
    ),
    Case(
        name="permissions",
        answer=script(
            "navigator.geolocation.getCurrentPosition(() => {}); Notification.requestPermission(); navigator.mediaDevices?.getUserMedia({video: true, audio: true}).catch(() => {}); navigator.clipboard?.readText().catch(() => {}); document.documentElement.requestFullscreen().catch(() => {}); document.documentElement.requestPointerLock?.()"
        ),
    ),
    Case(name="asks-who-you-are", answer=(401, {"WWW-Authenticate": 'Basic realm="x"'}, "no"), outcome=O.SIGN_IN),
    Case(
        name="image-asks-who-you-are",
        answer=page('<img alt="x" src="/asks-who-you-are"><script>fetch("/asks-who-you-are")</script>'),
    ),
    Case(name="sets-large-cookies", answer=script(LONG_COOKIES)),
    Case(name="breaks-on-large-cookies", answer=too_many_cookies),
    Case(
        name="service-worker",
        answer=script(
            "ServiceWorkerContainer.prototype.register.call(navigator.serviceWorker, '/stale.js'); navigator.serviceWorker.register('/stale.js')"
        ),
        more={
            "/stale.js": (
                200,
                {"Content-Type": "text/javascript"},
                "self.onfetch = (e) => e.respondWith(new Response('stale'))",
            )
        },
    ),
    # Graphics and code
    Case(
        name="web-gl",
        answer=page(
            '<canvas role="img" aria-label="x"></canvas>' * 40
            + "<script>for (const c of document.querySelectorAll('canvas')) { const g = c.getContext('webgl'); c.width = c.height = 4096; g?.getExtension('WEBGL_lose_context')?.loseContext(); }</script>"
        ),
    ),
    Case(
        name="canvas",
        answer=script(
            "for (let n = 0; n < 20; n++) { const c = document.createElement('canvas'); c.width = c.height = 8192; c.getContext('2d').fillRect(0, 0, 8192, 8192); }"
        ),
    ),
    Case(
        name="wasm-memory",
        answer=script(
            "const m = []; try { for (let n = 0; n < 8; n++) m.push(new WebAssembly.Memory({initial: 16384})) } catch (e) {}"
        ),
    ),
    # How it is written
    Case(
        name="broken-html",
        answer="<!doctype html><html lang=en><title>A page</title><body><table><div><h1>A<p></h1></b></table></i><main>"
        + PLANTED
        + "<p><a href='/plain-1'>x<<a>></",
    ),
    Case(name="wrong-charset", answer=(200, {"Content-Type": "text/html; charset=klingon"}, page(title="Café"))),
    Case(name="utf-16", answer=(200, {"Content-Type": "text/html"}, page(title="Café").encode("utf-16"))),
    Case(
        name="nul-bytes",
        answer=(200, {"Content-Type": "text/html"}, page("<p>a\0b\0</p>").replace("<main>", "<main\0>").encode()),
    ),
    Case(
        name="lone-surrogates",
        answer=script(
            "document.querySelector('h1').textContent = '\\ud800 x'; document.title = '\\udfff'; document.body.append('\\ud83d')"
        ),
    ),
    Case(
        name="mixed-case-headers",
        answer=wire(
            "HTTP/1.1 200 ok",
            "cOnTeNt-TyPe: TEXT/HTML",
            "content-type: text/html;charset=UTF-8",
            "X-A: 1",
            "x-a: 2",
            "no colon here",
            body=page(),
        ),
    ),
    Case(name="no-type", answer=(200, {"Content-Type": None}, page())),
    Case(name="http-one-zero", answer=wire("HTTP/1.0 200 OK", "Content-Type: text/html", body=page())),
    Case(name="http-zero-nine", answer=page().encode(), outcome=O.NETWORK_ERROR),
    Case(name="no-http-at-all", answer=b"\x00\x01\x02\xff" * 1000, outcome=O.NETWORK_ERROR),
    Case(name="hangs-up", answer=b"", outcome=O.NETWORK_ERROR),
    Case(
        name="breaks-off",
        answer=wire("HTTP/1.1 200 OK", "Content-Type: text/html", "Content-Length: 100000", body=page()),
        outcome=O.NETWORK_ERROR,
    ),
    Case(
        name="breaks-off-in-chunks",
        answer=wire(
            "HTTP/1.1 200 OK",
            "Content-Type: text/html",
            "Transfer-Encoding: chunked",
            body=b"5000\r\n" + page().encode(),
        ),
        outcome=O.NETWORK_ERROR,
    ),
    Case(name="bad-gzip", answer=(200, {"Content-Encoding": "gzip"}, page()), outcome=frozenset({O.NETWORK_ERROR})),
    Case(name="empty", answer=(200, {}, ""), outcome=O.EMPTY),
    Case(
        name="blank",
        answer=(200, {}, "<!doctype html><html lang=en><title>x</title><body>  \n</body></html>"),
        outcome=O.EMPTY,
    ),
    Case(
        name="xhtml",
        answer=(
            200,
            {"Content-Type": "application/xhtml+xml"},
            f'<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>A page</title></head><body><main><h1>A</h1>{PLANTED[:-1]}/></main></body></html>',
        ),
    ),
    Case(name="xml", answer=(200, {"Content-Type": "text/xml"}, "<a><b/></a>"), outcome=O.NOT_HTML),
    Case(
        name="svg",
        answer=(200, {"Content-Type": "image/svg+xml"}, '<svg xmlns="http://www.w3.org/2000/svg"/>'),
        outcome=O.NOT_HTML,
    ),
    Case(name="pdf-as-html", answer=(200, {}, b"%PDF-1.7\n" + bytes(range(256)) * 20), outcome=O.DOCUMENT),
    Case(name="word-as-html", answer=(200, {}, b"PK\x03\x04" + bytes(range(256)) * 20), outcome=O.DOCUMENT),
    Case(name="json-as-html", answer=(200, {}, json.dumps({"a": [1, 2, {"b": "<p>x</p>"}]})), outcome=O.NOT_HTML),
    Case(
        name="saved-html",
        answer=(200, {"Content-Disposition": "attachment; filename=x.html"}, page()),
        outcome=O.DOCUMENT,
    ),
    # Addresses
    Case(name="double-slash", path="//double-slash//x", answer=page()),
    Case(name="long-address", path="/long-address/" + "x" * 1900, answer=page()),
    Case(name="percent-encoded", path="/caf%C3%A9%20(x)/%7Ename", answer=page()),
]
CASES += [
    Case(name=f"status-{word}", answer=(status, headers, page() if status not in (204, 304) else ""), outcome=outcome)
    for status, word, headers, outcome in [
        (204, "no-content", {"Content-Length": None}, O.EMPTY),
        (205, "reset", {}, O.EMPTY),
        (206, "partial", {"Content-Range": "bytes 0-10/100"}, O.EMPTY),
        (304, "not-modified", {}, O.EMPTY),
        (400, "bad", {}, O.HTTP_ERROR),
        (404, "not-found", {}, O.NOT_FOUND),
        (408, "timeout", {}, O.HTTP_ERROR),
        (410, "gone", {}, O.NOT_FOUND),
        (418, "teapot", {}, O.HTTP_ERROR),
        (429, "slow-down", {"Retry-After": "3600"}, O.REFUSED_US),
        (451, "law", {}, O.REFUSED_US),
        (500, "broken", {}, O.SERVER_ERROR),
        (503, "away", {"Retry-After": "3600"}, O.SERVER_ERROR),
        (511, "portal", {}, O.SIGN_IN),
        (599, "made-up", {}, O.SERVER_ERROR),
        (999, "beyond", {}, O.HTTP_ERROR),
    ]
]
BY_NAME = {case.name: case for case in CASES}
PLAIN = [f"/plain-{number}" for number in range(1, 31)]


@pytest.fixture(scope="module")
def seen(web, tls, audit):
    """(the audit of all cases, with plain pages between them; the server)."""
    assert len(BY_NAME) == len(CASES)
    routes = {path: page(title="A plain page") for path in PLAIN}
    for case in CASES:
        routes[case.address.partition("?")[0]] = case.answer
        routes |= case.more
    server = web(routes)
    secure = {
        "self-signed": web({"*": page()}, tls=tls()),
        "expired": web({"*": page()}, tls=tls(days=(-30, -1))),
        "other-name": web({"*": page()}, tls=tls(names=("other.example",))),
    }
    links = [f"{case.address}" for case in CASES] + [f"{s.origin}/{name}" for name, s in secure.items()]
    links += [
        "/long-trap/" + "x" * 2000,
        "/x/../plain-1",
        "/%70lain-1",
        "/plain-1#part",
        "http://%",
        "http://[::1",
        "https://:x/",
    ]
    for number, path in enumerate(PLAIN):
        links.insert(number * 5, path)
    server.routes["/"] = page("".join(f'<a href="{link}">Page {n}</a> ' for n, link in enumerate(links)))
    hosts = [s.origin.partition("://")[2] for s in secure.values()]
    return audit({"hostile": (server.url(),)}, hosts=hosts), server, secure


@pytest.mark.parametrize("name", BY_NAME)
def test_a_hostile_page_has_its_outcome(seen, name):
    case = BY_NAME[name]
    told, server, _ = seen

    url = server.url(case.address)
    ended = told.pages[url]
    expected = case.outcome if isinstance(case.outcome, frozenset) else {case.outcome}

    assert ended.outcome in expected, ended.reason
    if ended.outcome is O.AUDITED:
        found = {selector for rule, selector in told.found[url] if rule == "axe/image-alt"}
        assert found == set(case.finds)
        assert case.reason in ended.reason
        assert set(case.unseen) == set(ended.frames_not_entered)
    else:
        assert not told.found[url]


def test_plain_pages_are_audited_as_ever(seen):
    told, server, _ = seen

    ended = {path: told.pages[server.url(path)] for path in PLAIN}

    assert {path: page.outcome for path, page in ended.items()} == dict.fromkeys(PLAIN, O.AUDITED)
    assert {frozenset(told.found[server.url(path)]) for path in PLAIN} == {frozenset({("axe/image-alt", "#planted")})}
    assert not any(told.broken[server.url(path)] for path in PLAIN)


@pytest.mark.parametrize("name", ["self-signed", "expired", "other-name"])
def test_a_certificate_that_proves_nothing_is_no_page(seen, name):
    told, _, secure = seen

    assert told.pages[f"{secure[name].origin}/{name}"].outcome is O.TLS_ERROR
