"""What a server should tell browsers, so that nobody else has a hand in what people read and write there."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from audits.model import Impact, Kind, Rule, Transport, Verdict
from audits.site._sent import Fault, SentCheck
from audits.site_check import Site, SitePage
from audits.transport import UNREAD, tightest

#: A year, as OWASP ASVS 5.0 asks.
_YEAR = 31_536_000
_DAY = 86_400
_REG_823 = "MFIPPA Reg. 823 s. 3"


class NotEncrypted(SentCheck):
    """Pages that came over http. This machine is left out: nobody is on the way."""

    rule = Rule(
        id="site/not-encrypted",
        title="Site is not encrypted",
        why="Whoever is on the way, on a free network say, reads what people look up and write, and can change it.",
        fix="Serve the site by https, and redirect every http address to it.",
        title_fr="Le site n’est pas chiffré",
        why_fr="Qui se trouve en chemin, sur un réseau gratuit par exemple, lit ce que les gens consultent et "
        "écrivent, et peut le modifier.",
        fix_fr="Servez le site par https, et redirigez-y chaque adresse http.",
        impact=Impact.SERIOUS,
        kind=Kind.PRIVACY,
        references=("OWASP ASVS 5.0 12.2.1", _REG_823),
        verdicts=(Verdict.FAIL,),
        help_url="https://www.rfc-editor.org/rfc/rfc9325",
    )

    def judged(self, site: Site) -> Iterator[tuple[SitePage, Transport]]:
        """All that came over a network."""
        for page in site.pages():
            if page.transport is not None and not _near(page.url):
                yield page, page.transport

    def fault(self, page: SitePage, transport: Transport) -> Fault | None:
        """By its address: one that leads on to https is no page of its own."""
        if page.url.startswith("https:"):
            return None
        return Fault("came over http.", verdict=Verdict.FAIL)


class StrictTransport(SentCheck):
    """RFC 6797. A browser that has not been told tries http first, where anybody may answer."""

    rule = Rule(
        id="site/strict-transport",
        title="Server does not tell browsers to stay with encryption",
        why="Who types the address, or follows an old link, begins without encryption: somebody on the way can keep "
        "them there and read along.",
        fix="Send Strict-Transport-Security with a max-age of a year on every answer, once all of the host works by "
        "https.",
        title_fr="Le serveur ne dit pas aux navigateurs de s’en tenir au chiffrement",
        why_fr="Qui tape l’adresse ou suit un vieux lien commence sans chiffrement : quelqu’un en chemin peut l’y "
        "garder et tout lire.",
        fix_fr="Envoyez Strict-Transport-Security avec un max-age d’un an dans chaque réponse, dès que tout l’hôte "
        "fonctionne par https.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("RFC 6797", "OWASP ASVS 5.0 3.4.1", _REG_823),
        help_url="https://www.rfc-editor.org/rfc/rfc6797",
        before="Strict-Transport-Security: max-age=300",
        after="Strict-Transport-Security: max-age=31536000; includeSubDomains",
    )

    def fault(self, page: SitePage, transport: Transport) -> Fault | None:
        """Only "switch it off" is sure: browsers may bring a list that holds the City's domain."""
        said = transport.headers.get("hsts", "")
        if not said:
            return Fault(
                "came without Strict-Transport-Security.",
                "Is the domain on the preload list of browsers? If not, send the header.",
            )
        if said == UNREAD:
            return Fault(
                "came with a Strict-Transport-Security that names no max-age, so browsers ignore it.",
                "Send the header with a max-age.",
            )
        if said == "0":
            return Fault(
                "came with Strict-Transport-Security: max-age=0, which tells browsers to forget it.",
                verdict=Verdict.FAIL,
            )
        if int(said) < _YEAR:
            return Fault(
                f"came with a Strict-Transport-Security of {_days(int(said))}.",
                "Is this a first step? If not, raise it to a year.",
                impact=Impact.MINOR,
            )
        return None


class ContentPolicy(SentCheck):
    """CSP Level 3: whether a script that somebody smuggles into a page would run."""

    rule = Rule(
        id="site/content-policy",
        title="Nothing keeps a smuggled script from running",
        why="If somebody gets a script into a page, by a comment or a widget that was broken into, it reads along what "
        "people write there.",
        fix="Send a Content-Security-Policy whose script-src names the hosts that are needed and, for scripts in the "
        "page, nonces or hashes instead of 'unsafe-inline'. Begin with Content-Security-Policy-Report-Only.",
        title_fr="Rien n’empêche un script introduit en fraude de s’exécuter",
        why_fr="Si quelqu’un glisse un script dans une page, par un commentaire ou un module piraté, celui-ci lit ce "
        "que les gens y écrivent.",
        fix_fr="Envoyez une Content-Security-Policy dont script-src nomme les hôtes requis et, pour les scripts de la "
        "page, des nonces ou des empreintes plutôt que 'unsafe-inline'. Commencez par "
        "Content-Security-Policy-Report-Only.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("W3C Content Security Policy Level 3", "OWASP ASVS 5.0 3.4.3", _REG_823),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.w3.org/TR/CSP3/",
        before="Content-Security-Policy: script-src 'self' 'unsafe-inline'",
        after="Content-Security-Policy: script-src 'self' 'nonce-R4nd0m'; object-src 'none'; base-uri 'none'",
    )

    def fault(self, page: SitePage, transport: Transport) -> Fault | None:
        """A second line of defence: its absence harms nobody by itself."""
        return _UNGUARDED[tightest(transport.headers.get("csp", ""), transport.metas.get("csp", ""))]


_LOOK = "Which scripts does the page need, and from where?"
_UNGUARDED = {
    "strict": None,
    "": Fault("came without a Content-Security-Policy.", _LOOK),
    "reported": Fault(
        "came with a Content-Security-Policy-Report-Only alone: it tells and keeps nothing out.",
        "Are its reports read? When they are quiet, send it as Content-Security-Policy.",
        impact=Impact.MINOR,
    ),
    "open": Fault("came with a Content-Security-Policy that says nothing of scripts.", _LOOK, impact=Impact.MINOR),
    "inline": Fault(
        "came with a Content-Security-Policy that lets every script in the page run ('unsafe-inline').",
        "Which scripts stand in the page? Give them nonces or hashes.",
        impact=Impact.MINOR,
    ),
    "anywhere": Fault(
        "came with a Content-Security-Policy that takes scripts from any host.", _LOOK, impact=Impact.MINOR
    ),
}


class ReferrerPolicy(SentCheck):
    """Whom a link or a picture tells where people come from, with all that their address holds."""

    rule = Rule(
        id="site/referrer-policy",
        title="Browsers may tell other sites the whole address of a page",
        why="An address can say what somebody looked for, or which case is theirs. Every other site that a page links "
        "to, or loads from, may get it.",
        fix="Send Referrer-Policy: strict-origin-when-cross-origin, or no-referrer.",
        title_fr="Les navigateurs peuvent dire à d’autres sites l’adresse entière d’une page",
        why_fr="Une adresse peut dire ce qu’une personne cherchait, ou quel dossier est le sien. Chaque site vers "
        "lequel la page mène, ou d’où elle charge, peut la recevoir.",
        fix_fr="Envoyez Referrer-Policy: strict-origin-when-cross-origin, ou no-referrer.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("W3C Referrer Policy", "OWASP ASVS 5.0 3.4.5", "MFIPPA s. 32"),
        help_url="https://www.w3.org/TR/referrer-policy/",
        before="Referrer-Policy: unsafe-url",
        after="Referrer-Policy: strict-origin-when-cross-origin",
    )

    def fault(self, page: SitePage, transport: Transport) -> Fault | None:
        """What stands in the page comes later, and holds. Without any word, today's browsers tell the host only."""
        said = transport.metas.get("referrer") or transport.headers.get("referrer", "")
        if said == "unsafe-url":
            return Fault(
                "came with Referrer-Policy: unsafe-url, which sends the whole address to every other site.",
                verdict=Verdict.FAIL,
                impact=Impact.SERIOUS,
            )
        if said == "no-referrer-when-downgrade":
            return Fault(
                "came with Referrer-Policy: no-referrer-when-downgrade, which sends the whole address to every other "
                "encrypted site.",
                "What do addresses of the site hold: searches, numbers of cases, names?",
            )
        if said in ("", UNREAD):
            word = "a Referrer-Policy" if not said else "a Referrer-Policy that browsers know"
            return Fault(
                f"came without {word}: what other sites get is the browser’s choice.",
                "Today’s browsers tell the host alone; older ones, and some apps, the whole address.",
                impact=Impact.MINOR,
            )
        return None


class Sniffing(SentCheck):
    """A file that people sent in must not become a script because it looks like one."""

    rule = Rule(
        id="site/type-sniffing",
        title="Browsers may guess what kind of file they got",
        why="A file that somebody uploaded as a picture or a text may be run as a script of the City’s site.",
        fix="Send X-Content-Type-Options: nosniff, and the right Content-Type with every file.",
        title_fr="Les navigateurs peuvent deviner la nature d’un fichier",
        why_fr="Un fichier téléversé comme image ou comme texte peut s’exécuter comme un script du site de la Ville.",
        fix_fr="Envoyez X-Content-Type-Options: nosniff, et le bon Content-Type avec chaque fichier.",
        impact=Impact.MINOR,
        kind=Kind.PRIVACY,
        references=("WHATWG Fetch, X-Content-Type-Options", "OWASP ASVS 5.0 3.4.4", _REG_823),
        verdicts=(Verdict.REVIEW,),
        help_url="https://fetch.spec.whatwg.org/#x-content-type-options-header",
        before="Content-Type: text/plain",
        after="Content-Type: text/plain\nX-Content-Type-Options: nosniff",
    )

    def fault(self, page: SitePage, transport: Transport) -> Fault | None:
        """Where nobody can upload anything, little follows."""
        said = transport.headers.get("nosniff", "")
        if said == "yes":
            return None
        word = "X-Content-Type-Options" if not said else "an X-Content-Type-Options that browsers know"
        return Fault(f"came without {word}.", "Can people send files to this site?")


class Framing(SentCheck):
    """Whether the page can be shown inside another, where people do not see whose button they press."""

    rule = Rule(
        id="site/framing",
        title="Any other site can show the page inside its own",
        why="Under a picture of something else, people press the City’s buttons without knowing, signed in as "
        "themselves.",
        fix="Send Content-Security-Policy: frame-ancestors 'self', with the hosts that may show the page.",
        title_fr="N’importe quel site peut montrer la page à l’intérieur de la sienne",
        why_fr="Sous l’image d’autre chose, des gens activent les boutons de la Ville sans le savoir, avec leur propre "
        "compte.",
        fix_fr="Envoyez Content-Security-Policy: frame-ancestors 'self', avec les hôtes qui peuvent montrer la page.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("W3C Content Security Policy Level 3", "OWASP ASVS 5.0 3.4.6", _REG_823),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.w3.org/TR/CSP3/#directive-frame-ancestors",
        before="X-Frame-Options: ALLOW-FROM https://maps.example",
        after="Content-Security-Policy: frame-ancestors 'self' https://maps.example",
    )

    def fault(self, page: SitePage, transport: Transport) -> Fault | None:
        """Some pages are made to be shown elsewhere: a map, a calendar."""
        said = transport.headers.get("framing", "")
        if said == "closed":
            return None
        told = {
            "": "came with neither frame-ancestors nor X-Frame-Options.",
            "any": "came with a frame-ancestors that names any site.",
            UNREAD: "came with an X-Frame-Options that browsers do not know (they know DENY and SAMEORIGIN).",
        }
        return Fault(told[said], "Is this meant to be shown inside other sites, and can people do something there?")


class UnsealedFile(SentCheck):
    """Subresource Integrity, where it can be had: a file whose address names its version never changes."""

    rule = Rule(
        id="site/unsealed-file",
        title="Script or style of another host is taken unseen",
        why="Whoever breaks into that host changes the City’s pages with it, and reads what people write there.",
        fix="Keep a copy on the City’s own server, or add integrity and crossorigin to the element.",
        title_fr="Un script ou un style d’un autre hôte est accepté sans contrôle",
        why_fr="Qui s’introduit chez cet hôte modifie du même coup les pages de la Ville, et lit ce que les gens y "
        "écrivent.",
        fix_fr="Gardez une copie sur le serveur de la Ville, ou ajoutez integrity et crossorigin à l’élément.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("W3C Subresource Integrity", "OWASP ASVS 5.0 3.6.1", _REG_823),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.w3.org/TR/SRI/",
        before='<script src="https://cdn.example/lib-3.7.1.js"></script>',
        after='<script src="https://cdn.example/lib-3.7.1.js" integrity="sha384-…" crossorigin="anonymous"></script>',
    )

    def faults(self, page: SitePage, transport: Transport) -> Iterator[Fault]:
        """Files without a version change by design, and no digest of theirs would hold."""
        for one in transport.unsealed:
            host, _, name = one.partition(" ")
            yield Fault(
                f"loaded {name} from {host} without integrity.",
                "Does the element stand in the page’s own source? Then seal it, or keep a copy.",
            )


def _near(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.endswith(".localhost") or host.startswith("127.")


def _days(seconds: int) -> str:
    days = seconds // _DAY
    return "less than a day" if days < 1 else "a day" if days == 1 else f"{days} days"
