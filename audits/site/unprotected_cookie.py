"""Cookies that say who somebody is stay where nobody else can take them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audits.model import Impact, Kept, Kind, Rule, Transport, Verdict
from audits.site._kept import no_visit
from audits.site._sent import Fault, SentCheck
from audits.site_check import Site, SitePage

#: Names that programs of all kinds give to what says who is signed in.
_LIKE = re.compile(
    r"(?:^|[._-])(?:sess(?:ion)?(?:[._-]?(?:id|key|token))?|sid|auth(?:[._-]?(?:token|cookie))?|jwt|"
    r"(?:access|id|refresh)[._-]?token|remember[._-]?me)$|session[._-]?id$",
    re.IGNORECASE,
)


class UnprotectedCookie(SentCheck):
    """RFC 6265bis. Looked at on first visits; what a sign-in sets later is not seen."""

    rule = Rule(
        id="site/unprotected-cookie",
        title="Cookie that says who somebody is can be taken",
        why="Whoever gets it is signed in as that person: without Secure by listening on the way, without HttpOnly by "
        "a script that was smuggled into a page.",
        fix="Set the cookie with Secure, HttpOnly and SameSite=Lax; best with the name prefix __Host-.",
        title_fr="Un témoin qui dit qui est une personne peut être pris",
        why_fr="Qui l’obtient entre au nom de cette personne : sans Secure en écoutant en chemin, sans HttpOnly par un "
        "script introduit dans une page.",
        fix_fr="Créez le témoin avec Secure, HttpOnly et SameSite=Lax; de préférence avec le préfixe __Host-.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("RFC 6265", "OWASP ASVS 5.0 3.3.1", "OWASP ASVS 5.0 3.3.4", "MFIPPA Reg. 823 s. 3"),
        help_url="https://datatracker.ietf.org/doc/draft-ietf-httpbis-rfc6265bis/",
        before="Set-Cookie: JSESSIONID=…; Path=/",
        after="Set-Cookie: __Host-JSESSIONID=…; Path=/; Secure; HttpOnly; SameSite=Lax",
    )

    def obstacle(self, site: Site) -> str:
        """Without a first visit nothing is known, and nothing is gone."""
        return super().obstacle(site) or no_visit(site)

    def judged(self, site: Site) -> Iterator[tuple[SitePage, Transport]]:
        """First visits by https."""
        for page, transport in super().judged(site):
            if transport.kept is not None:
                yield page, transport

    def faults(self, page: SitePage, transport: Transport) -> Iterator[Fault]:
        """Sure is only what a well-known program calls so, and what is sent without encryption."""
        for one in transport.kept or ():
            if one.kind != "cookie" or not one.own or not one.name:
                continue
            is_known = one.purpose == "session"
            if not is_known and (one.purpose or not _LIKE.search(one.name)):
                continue
            if lacks := list(_lacks(one)):
                yield Fault(
                    f"set the cookie “{one.name}” of {one.host} without {' and '.join(lacks)}.",
                    "Does it say who somebody is once they sign in?",
                    verdict=Verdict.FAIL if is_known and "Secure" in lacks else Verdict.REVIEW,
                    impact=None if is_known else Impact.MINOR,
                )


def _lacks(one: Kept) -> Iterator[str]:
    if not one.secure:
        yield "Secure"
    if not one.http_only:
        yield "HttpOnly"
    if one.same_site == "None":
        yield "SameSite (its None lets every site send it along)"
