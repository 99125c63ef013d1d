"""What a site has browsers keep on a first visit, before anybody could say no."""

from __future__ import annotations

from collections.abc import Iterator

from audits.model import Finding, Impact, Kept, Kind, Rule, Verdict
from audits.site._kept import FOLLOWS, no_visit, services, visited, visits
from audits.site_check import Site, SiteCheck, SiteFinding, pages

#: Days: something of others that is gone sooner follows nobody.
_LONG = 1.0


class KeptBeforeConsent(SiteCheck):
    """By names that are known, and by whose host it is. Those for a session, for security or for consent are fine."""

    rule = Rule(
        id="site/kept-before-consent",
        title="Something that follows people is kept before they agree",
        why="It knows a browser again on the next page, the next visit and often on other sites, and ties together "
        "what somebody reads. Nobody was asked.",
        fix="Load it only after people agree, or do without; else record why it is needed, under what authority, and "
        "tell people.",
        title_fr="Un élément qui suit les gens est conservé avant leur accord",
        why_fr="Il reconnaît un navigateur à la page suivante, à la visite suivante et souvent sur d’autres sites, et "
        "relie ce qu’une personne lit. Personne n’a été consulté.",
        fix_fr="Ne le chargez qu’après l’accord des gens, ou passez-vous-en; sinon, consignez-en la raison et le "
        "fondement, et dites-le aux gens.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("MFIPPA s. 29(2)", "MFIPPA s. 31", "MFIPPA s. 32"),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.ontario.ca/laws/statute/90m56",
    )

    def obstacle(self, site: Site) -> str:
        """Without a first visit nothing is known, and nothing is gone."""
        return super().obstacle(site) or no_visit(site)

    def applies_to(self, site: Site) -> bool:
        """One first visit is enough."""
        return next(visited(site), None) is not None

    def looked_at(self, site: Site) -> Iterator[int]:
        """Those whose first visit could be read."""
        return visits(site)

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """One finding for each service, whatever it keeps; those of advertisers first."""
        seen = list(visited(site))
        for service in services((page, filter(_follows, kept)) for page, kept in seen):
            ask = "Who decided that, and how can people say no?" if service.purpose else _UNKNOWN
            where = _visits(len(service.ids), len(seen))
            yield SiteFinding(
                page=service.ids[0],
                finding=Finding(
                    rule=self.rule.id,
                    verdict=Verdict.REVIEW,
                    message=f"{service} on {where}, before anything was pressed. {ask}",
                    selector="html",
                    impact=service.impact,
                ),
                seen_on=tuple(service.ids),
            )


_UNKNOWN = "It is another organization’s, and its purpose is not known here: what is it for?"


def _follows(one: Kept) -> bool:
    of_others = not one.own and not one.purpose and one.kind == "cookie" and one.days >= _LONG
    return one.purpose in FOLLOWS or of_others


def _visits(number: int, total: int) -> str:
    if total == 1:
        return "a first visit"
    return f"first visits of {number} of {pages(total)}" if number < total else f"first visits of all {pages(total)}"
