"""Serve the demo City on this machine: the main site on 127.0.0.1, the vendor's portal on localhost, another origin.

Every answer depends on the seed and the request alone: no clock, no chance, no state.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from handrail.demo import files
from handrail.demo.people import MONTHS, values

#: Where a browser finds each site; both listen on 127.0.0.1 only.
HOSTS = {"main": "127.0.0.1", "booking": "localhost"}
FIRST_MONTH = "2026-11"
SLOW_SECONDS = 2.0

PAGES = {
    "main": {
        "/": "main/home.html",
        "/news/": "main/news.html",
        "/news/pool-reopens": "main/news_pool.html",
        "/news/winter-parking": "main/news_parking.html",
        "/news/heritage-grant": "main/news_grant.html",
        "/council/": "main/council.html",
        "/council/agenda-2026-11-24": "main/agenda.html",
        "/council/minutes-2026-10-27": "main/minutes.html",
        "/council/delegations": "main/delegations.html",
        "/council/archive": "main/archive.html",
        "/by-laws/": "main/bylaws.html",
        "/by-laws/2019-112": "main/bylaw_noise.html",
        "/by-laws/1998-004": "main/bylaw_fence.html",
        "/staff/": "main/staff.html",
        "/parks/": "main/parks.html",
        "/parks/larkspur-green": "main/park_green.html",
        "/parks/trail-map": "main/park_map.html",
        "/parks/quiet-cove": "main/park_cove.html",
        "/permits/": "main/permits.html",
        "/permits/pool-enclosure": "main/permit_pool.html",
        "/taxes/": "main/taxes.html",
        "/contact": "main/contact.html",
        "/complaints": "main/complaints.html",
        "/accessibility": "main/accessibility.html",
        "/privacy": "main/privacy.html",
        "/careers/": "main/careers.html",
        "/careers/seasonal": "main/seasonal.html",
        "/events/calendar": "main/calendar.html",
        "/search": "main/search.html",
        "/login": "main/login.html",
        "/alerts": "main/alerts.html",
        "/app/": "main/app.html",
        "/app/potholes": "main/app.html",
        "/app/potholes/request": "main/app.html",
        "/app/snow": "main/app.html",
        "/embed/map": "main/embed_map.html",
        "/embed/weather": "main/embed_weather.html",
        "/embed/spacer": "main/embed_spacer.html",
        "/internal/drafts": "main/archive.html",
        "/fr/": "main/fr/home.html",
        "/fr/nouvelles/": "main/fr/nouvelles.html",
        "/fr/conseil/": "main/fr/conseil.html",
        "/fr/plaintes": "main/fr/plaintes.html",
        "/fr/communiquer": "main/fr/communiquer.html",
        "/fr/accessibilite": "main/fr/accessibilite.html",
        "/fr/carrieres": "main/fr/carrieres.html",
        "/community/": "main/community.html",
        "/culture/": "main/culture.html",
        "/events/festivals": "main/festivals.html",
        "/recreation/guide": "main/rec_guide.html",
        "/services/finder": "main/service_finder.html",
        "/news/newsletters": "main/newsletters.html",
        "/waste/": "main/waste.html",
        "/roads/winter": "main/roads_winter.html",
        "/fr/loisirs/guide": "main/fr/loisirs_guide.html",
        "/fr/services": "main/fr/services.html",
        "/fr/culture": "main/fr/culture.html",
        "/fr/dechets": "main/fr/dechets.html",
    },
    "booking": {
        "/": "booking/home.html",
        "/programs/": "booking/programs.html",
        "/programs/swim": "booking/swim.html",
        "/programs/skate": "booking/skate.html",
        "/facilities": "booking/facilities.html",
        "/register": "booking/register.html",
        "/roster": "booking/roster.html",
        "/receipt": "booking/receipt.html",
        "/help": "booking/help.html",
        "/embed/availability": "booking/availability.html",
        "/fr/": "booking/fr_home.html",
        "/fr/inscription": "booking/fr_register.html",
        "/guide": "booking/guide.html",
        "/passes": "booking/passes.html",
        "/fr/guide": "booking/fr_guide.html",
        "/rooms": "booking/rooms.html",
        "/fr/salles": "booking/fr_rooms.html",
    },
}
#: Pages shown inside others.
FRAMES = {"main": ("/embed/map", "/embed/weather", "/embed/spacer"), "booking": ("/embed/availability",)}
#: (status, place). The partner's host does not exist: a crawler must stop at its own border.
REDIRECTS = {
    "main": {
        "/old-home": (301, "/"),
        "/go/permits": (302, "/permits/"),
        "/account/": (302, "/login"),
        "/partners/conservation": (302, "http://partner.example/welcome"),
    },
    "booking": {"/signup": (301, "/register")},
}
#: The page in the other language, where there is one; else its home page.
OTHER_LANGUAGE = {
    "/": "/fr/",
    "/news/": "/fr/nouvelles/",
    "/council/": "/fr/conseil/",
    "/complaints": "/fr/plaintes",
    "/contact": "/fr/communiquer",
    "/accessibility": "/fr/accessibilite",
    "/culture/": "/fr/culture",
    "/recreation/guide": "/fr/loisirs/guide",
    "/services/finder": "/fr/services",
    "/waste/": "/fr/dechets",
}
#: Never named by a sitemap.
UNLISTED = frozenset(
    {
        "/parks/quiet-cove",
        "/internal/drafts",
        "/login",
        "/search",
        "/app/potholes",
        "/app/potholes/request",
        "/app/snow",
    }
)
TEXTS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
}
HTML, XML = "text/html; charset=utf-8", "application/xml; charset=utf-8"
OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says to one request."""

    status: int = 200
    kind: str = HTML
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0


class DemoCity:
    """Two sites on two origins. Use as a context manager, or ``start`` and ``stop``."""

    def __init__(self, seed: int = 20261124, *, main_port: int = 0, booking_port: int = 0) -> None:
        self.seed = seed
        self.values = values(seed)
        self.urls: dict[str, str] = {}
        self._ports = {"main": main_port, "booking": booking_port}
        self._servers: list[ThreadingHTTPServer] = []
        self._pages = Environment(
            loader=PackageLoader("handrail.demo", "pages"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._files = {site: self._build_files(site) for site in HOSTS}

    def start(self) -> Self:
        """Listen; ``urls`` holds the addresses from here on."""
        if self._servers:
            raise RuntimeError("the demo City is already being served")
        for site, host in HOSTS.items():
            server = _Server(("127.0.0.1", self._ports[site]), partial(_Handler, city=self, site=site))
            self._servers.append(server)
            self.urls[site] = f"http://{host}:{server.server_address[1]}/"
        for site, listening in zip(HOSTS, self._servers, strict=True):
            self._publish(site)
            threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def value(self, key: str) -> str:
        """The invented value of a dotted key: ``zebulon.sin``."""
        group, name = key.split(".")
        return self.values[group][name]

    def catalogue(self) -> dict[str, Any]:
        """Everything that was planted and how every address must end; see ``handrail.demo.catalogue``."""
        from handrail.demo.catalogue import catalogue

        return catalogue(self)

    def config_toml(self) -> str:
        """A handrail.toml for an audit of both sites."""
        main, booking = self.urls["main"], self.urls["booking"]
        return f'''[city]
name_en = "City of Larkspur Bay"
name_fr = "Ville de Larkspur Bay"
contact_url = "{main}contact"

[personal_information]
own_domains = ["larkspurbay.example"]

[sites.main]
name_en = "Main site"
name_fr = "Site principal"
owner = "Digital Services"
contact = "web@larkspurbay.example"
start = ["{main}"]
profile = "wcag22-aa"

# On a slow machine too, all that a page opens is looked at.
[sites.main.budget]
page_seconds = 60

[sites.main.authorization]
by = "Manager, Digital Services"
on = 2026-11-02
scope = "All public pages, at any time of day."

[sites.booking]
name_en = "Recreation booking"
name_fr = "Réservation de loisirs"
owner = "Recreation Services"
contact = "recreation@larkspurbay.example"
vendor = "Playdate Systems (invented)"
start = ["{booking}"]
profile = "wcag22-aa"
# A copy of the vendor's site, so its forms are tried too.
staging = true

[sites.booking.budget]
page_seconds = 60
'''

    def answer(self, site: str, target: str) -> Answer:
        """The answer to GET ``target`` (path and query) of a site."""
        split = urlsplit(target)
        path, query = split.path, parse_qs(split.query)
        if path in self._files[site]:
            return self._files[site][path]
        if path in REDIRECTS[site]:
            status, place = REDIRECTS[site][path]
            return Answer(status=status, headers=(("Location", place),))
        if (site, path) == ("main", "/app/data"):
            return self._view(query.get("path", [""])[0])
        if (site, path) == ("main", "/waste/notices"):
            return Answer(body=self._render(site, path, "main/waste_notices.html", split.query))
        if (site, path) == ("main", "/staff-only"):
            body = self._render(site, path, "main/unauthorized.html", split.query)
            return Answer(status=401, body=body, headers=(("WWW-Authenticate", 'Basic realm="Staff"'),))
        template = PAGES[site].get(path)
        if template is None:
            return Answer(status=404, body=self._render(site, path, f"{site}/missing.html", split.query))
        delay = SLOW_SECONDS if (site, path) == ("main", "/council/archive") else 0.0
        return Answer(body=self._render(site, path, template, split.query), delay=delay)

    def _render(self, site: str, path: str, template: str, query: str) -> bytes:
        """One page as HTML."""
        french = path.startswith("/fr/")
        counterpart = {**OTHER_LANGUAGE, **{fr: en for en, fr in reversed(OTHER_LANGUAGE.items())}}
        page = self._pages.get_template(template)
        text = page.render(
            p=self.values,
            n=self.values["n"],
            city=self.urls["main"],
            booking=self.urls["booking"],
            lang="fr" if french else "en",
            other=counterpart.get(path, "/" if french else "/fr/"),
            query=query,
            # A new session for every address asked for: a crawler that keeps it never ends.
            session=hashlib.sha256(f"{self.seed}{path}?{query}".encode()).hexdigest()[:24],
            calendar=_month(parse_qs(query).get("month", [FIRST_MONTH])[0]),
        )
        return text.encode()

    def _view(self, path: str) -> Answer:
        """One view of the single-page section, as its script fetches it."""
        views = json.loads(self._pages.get_template("main/app_views.json").render(p=self.values, n=self.values["n"]))
        status = 200 if path in views else 404
        return Answer(status=status, kind="application/json", body=json.dumps(views.get(path, {})).encode())

    def _build_files(self, site: str) -> dict[str, Answer]:
        """Everything that is not a page, by path. Sitemaps name absolute addresses and are made on request."""
        assets = (
            ["site.css", "parks.js", "notice.js", "app.js", "open.js"] if site == "main" else ["booking.css", "week.js"]
        )
        found = {
            f"/assets/{name}": Answer(
                kind=TEXTS[name[name.rindex(".") :]],
                body=self._pages.get_template(f"{site}/{name}").render(p=self.values, n=self.values["n"]).encode(),
            )
            for name in assets
        }
        pictures = {
            "crest": (48, 48, (18, 50, 74)),
            "harbour": (300, 60, (11, 79, 138)),
            "wave": (60, 6, (120, 150, 170)),
            "trail-map": (300, 100, (40, 110, 60)),
        }
        found |= {f"/assets/{name}.png": Answer(kind="image/png", body=files.png(*p)) for name, p in pictures.items()}
        found["/assets/captions.vtt"] = Answer(
            kind=TEXTS[".vtt"], body=b"WEBVTT\n\n00:00.000 --> 00:01.000\nA bell rings.\n"
        )
        found["/media/bell.wav"] = Answer(kind="audio/wav", body=files.wav(1))
        found["/media/chime.wav"] = Answer(kind="audio/wav", body=files.wav(5))
        found |= self._documents(site)
        return found

    def _documents(self, site: str) -> dict[str, Answer]:
        if site == "booking":
            guide = files.pdf(["Program guide, winter 2027", "Swimming, skating, dance"])
            return {"/documents/program-guide.pdf": Answer(kind="application/pdf", body=guide)}
        person = self.values["thaddeus"]
        agenda = files.pdf(
            ["Council agenda, November 24, 2026", f"Delegation: {person['name']}", f"Home phone {person['phone']}"]
        )
        fences = files.pdf(
            ["Guide to fences", "At most one metre in a front yard."], title="Guide to fences", tagged=True
        )
        n, applicant, witness = self.values["n"], self.values["wilfreda"], self.values["ottoline"]
        complaint = files.pdf(
            [
                "Complaint 2026-14, as published",
                "Received on October 5, 2026, about a fence.",
                f"Complainant's social insurance number: {witness['sin']}",
                f"Home phone of the complainant: {witness['phone']}",
                f"Invoice {n['invoice_dashed']}, file {n['file_number']}",
            ],
            banner=f"Larkspur Bay, record {n['order']}",
            author=self.values["anatole"]["email"],
            covered=(2, 3),
        )
        fees = files.xlsx(
            [["Permit", "Fee", "Account"], ["Fence", "40", n["order"]], ["Pool enclosure", "120", n["invoice"]]],
            hidden=[
                ["Applicant", "SIN", "Home phone"],
                [applicant["name"], applicant["sin_plain"], applicant["phone"]],
            ],
        )
        form = files.docx(
            ["Delegation form", "Name:", "Topic:", "Return to clerk@larkspurbay.example."],
            comment=f"Call her at home: {applicant['phone_dashed']}",
            deleted=f"Health card of the delegate: {witness['health_card']}",
        )
        feed = (
            '<rss version="2.0"><channel><title>News</title><link>/news/</link>'
            "<description>City news</description></channel></rss>"
        )
        return {
            "/documents/agenda-2026-11-24.pdf": Answer(kind="application/pdf", body=agenda),
            "/documents/complaint-2026-14.pdf": Answer(kind="application/pdf", body=complaint),
            "/documents/fence-guide.pdf": Answer(kind="application/pdf", body=fences),
            "/documents/permit-fees.xlsx": Answer(kind=f"{OFFICE}.spreadsheetml.sheet", body=fees),
            "/documents/delegation-form.docx": Answer(kind=f"{OFFICE}.wordprocessingml.document", body=form),
            "/news/feed.xml": Answer(kind="application/rss+xml; charset=utf-8", body=feed.encode()),
            **self._data(),
        }

    def _data(self) -> dict[str, Answer]:
        """What pages link to for machines: a list that says too much, and three that do not."""
        n, person, guest = self.values["n"], self.values["clothilde"], self.values["seraphine"]
        table = (
            f"Delegation,SIN,Home phone,Receipt\n{person['name']},{person['sin_plain']},{person['phone_dashed']},"
            f"{n['invoice']}\nFriends of the Harbour,,,{n['order']}\n"
        )
        halls = [{"hall": "Council chamber", "phone": n["desk_phone"], "meter": n["meter"], "centre": n["coordinates"]}]
        event = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Larkspur Bay//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{n['file_number']}@larkspurbay.example\r\nDTSTART:20261124T190000\r\nSUMMARY:Council\r\n"
            f"ORGANIZER;CN=Clerk:mailto:clerk@larkspurbay.example\r\nATTENDEE;CN={guest['name']}:mailto:{guest['email']}"
            "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        card = (
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:City Clerk\r\nORG:City of Larkspur Bay\r\n"
            f"TEL;TYPE=WORK:{n['clerk_phone']}\r\nEMAIL:clerk@larkspurbay.example\r\nEND:VCARD\r\n"
        )
        return {
            "/data/delegations.csv": Answer(kind="text/csv; charset=utf-8", body=table.encode()),
            "/data/halls.json": Answer(kind="application/json", body=json.dumps(halls).encode()),
            "/data/council.ics": Answer(kind="text/calendar; charset=utf-8", body=event.encode()),
            "/data/clerk.vcf": Answer(kind="text/vcard; charset=utf-8", body=card.encode()),
        }

    def sitemap_paths(self, site: str) -> list[str]:
        """The paths that the site's sitemaps name."""
        return [path for path in PAGES[site] if path not in UNLISTED and path not in FRAMES[site]]

    def _publish(self, site: str) -> None:
        """Write robots.txt and the sitemaps, which hold absolute addresses."""
        base = self.urls[site].rstrip("/")
        found = self._files[site]
        rules = "User-agent: *\nDisallow:\n"
        if site == "main":
            record, letter = self.value("n.file_number"), self.value("barnaby.sin_dashed")
            rules = f"User-agent: *\nDisallow: /internal/\nDisallow: /files/{record}\nDisallow: /letters/sin-{letter}\n"
        found["/robots.txt"] = Answer(
            kind="text/plain; charset=utf-8", body=f"{rules}\nSitemap: {base}/sitemap.xml\n".encode()
        )
        english = [base + path for path in self.sitemap_paths(site) if not path.startswith("/fr/")]
        french = [base + path for path in self.sitemap_paths(site) if path.startswith("/fr/")]
        if site == "booking":
            found["/sitemap.xml"] = Answer(kind=XML, body=_sitemap("urlset", "url", english + french).encode())
            return
        index = _sitemap("sitemapindex", "sitemap", [f"{base}/sitemap-en.xml", f"{base}/sitemap-fr.xml.gz"])
        found["/sitemap.xml"] = Answer(kind=XML, body=index.encode())
        found["/sitemap-en.xml"] = Answer(kind=XML, body=_sitemap("urlset", "url", english).encode())
        found["/sitemap-fr.xml.gz"] = Answer(
            kind="application/gzip", body=files.gzipped(_sitemap("urlset", "url", french))
        )


def _sitemap(root: str, entry: str, urls: list[str]) -> str:
    entries = "".join(f"<{entry}><loc>{url}</loc></{entry}>\n" for url in urls)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{space}">\n{entries}</{root}>\n'


def _month(text: str) -> dict[str, Any]:
    """A month of the endless calendar; a text that is no month shows the first one."""
    try:
        year, month = (int(part) for part in text.split("-"))
        name = f"{MONTHS[month - 1]} {year}" if month > 0 else ""
    except (ValueError, IndexError):
        name = ""
    if not name:
        return _month(FIRST_MONTH)
    count = year * 12 + month - 1
    near = [f"{at // 12:04}-{at % 12 + 1:02}" for at in (count - 1, count + 1)]
    days = [f"{MONTHS[month - 1]} {day}" for day in (5, 12, 20)]
    return {"name": name, "previous": near[0], "next": near[1], "days": days}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD. Sends no date, so that the same request has the same answer, byte by byte."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1  # headers and body leave together
    disable_nagle_algorithm = True

    def __init__(self, *args: Any, city: DemoCity, site: str) -> None:
        self.city, self.site = city, site
        super().__init__(*args)

    def do_GET(self) -> None:
        """Answer with a body."""
        answer = self.city.answer(self.site, self.path)
        time.sleep(answer.delay)
        self.send_response_only(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(answer.body)
        self.wfile.flush()

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Nothing here takes a form: an audit must never send one."""
        self.close_connection = True
        self.send_response_only(405)
        self.send_header("Allow", "GET, HEAD")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: addresses may hold personal values."""
