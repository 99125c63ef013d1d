"""Whether a consent banner takes no for an answer, and whether it can be given."""

from __future__ import annotations

from collections.abc import Iterator

from audits.model import LEFT_OUT, Finding, Impact, Kept, Kind, Rule, Verdict
from audits.site._kept import FOLLOWS, services, visited, visits
from audits.site_check import NAMED, Site, SiteCheck, SiteFinding, SitePage, named


class NoWayToRefuse(SiteCheck):
    """A banner with a way to accept and, beside it, none to refuse."""

    rule = Rule(
        id="site/no-way-to-refuse",
        title="Consent banner offers no refusal",
        why="People agree because the banner is in the way, not because they want to. That is no consent.",
        fix="Put a button that refuses beside the one that accepts, as easy to see and to press.",
        title_fr="Le bandeau de consentement n’offre pas de refus",
        why_fr="Les gens acceptent parce que le bandeau gêne, non parce qu’ils le veulent. Ce n’est pas un "
        "consentement.",
        fix_fr="Placez un bouton de refus à côté de celui qui accepte, aussi facile à voir et à activer.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("MFIPPA s. 31", "MFIPPA s. 32"),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.ontario.ca/laws/statute/90m56",
    )

    def applies_to(self, site: Site) -> bool:
        """Where a banner was seen."""
        return any(page.transport and page.transport.offers for page, _ in visited(site))

    def looked_at(self, site: Site) -> Iterator[int]:
        """Those whose first visit could be read."""
        return visits(site)

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """One finding for the site: it is the same banner. One that only informs is pressed away, and asks nothing."""
        shown = [
            (page, kept) for page, kept in visited(site) if page.transport and page.transport.offers == ("accept",)
        ]
        if not shown:
            return
        urls = named([page.url for page, _ in shown[:NAMED]], len(shown))
        yield SiteFinding(
            page=shown[0][0].id,
            finding=Finding(
                rule=self.rule.id,
                verdict=Verdict.REVIEW,
                message=f"The banner has a button that accepts, and none was found that refuses ({urls}). Can people "
                "refuse as easily? If the site keeps nothing that needs consent, do without the banner.",
                selector="html",
            ),
            seen_on=tuple(page.id for page, _ in shown),
        )


class RefusedAndKept(SiteCheck):
    """Visits that press nothing, refuse and accept, laid side by side. Only where an authorization is recorded."""

    rule = Rule(
        id="site/refused-and-kept",
        title="Something follows people although they refused",
        why="They said no and believe it.",
        fix="Load it only after people agree, and delete what was kept when they refuse.",
        title_fr="Un élément suit les gens malgré leur refus",
        why_fr="Ces personnes ont dit non et le croient.",
        fix_fr="Ne le chargez qu’après l’accord des gens, et supprimez ce qui est conservé lorsqu’ils refusent.",
        impact=Impact.SERIOUS,
        kind=Kind.PRIVACY,
        references=("MFIPPA s. 31", "MFIPPA s. 32"),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.ontario.ca/laws/statute/90m56",
    )

    def obstacle(self, site: Site) -> str:
        """A banner that nobody answered proves nothing."""
        offered = any(page.transport and "reject" in page.transport.offers for page, _ in visited(site))
        if offered and next(_refused(site), None) is None:
            return f"{LEFT_OUT}no banner was answered: that needs an authorization"
        return super().obstacle(site)

    def applies_to(self, site: Site) -> bool:
        """Where a refusal was given."""
        return next(_refused(site), None) is not None

    def looked_at(self, site: Site) -> Iterator[int]:
        """Those whose banner was answered, and those where nobody is asked."""
        for page, _ in visited(site):
            if page.transport and ("reject" in page.transport.answers or "reject" not in page.transport.offers):
                yield page.id

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """One finding for each service."""
        seen = list(_refused(site))
        compared = any("accept" in page.transport.answers for page, _ in seen if page.transport)
        accepted = {
            (one.service, one.kind, one.name)
            for page, _ in seen
            if page.transport
            for one in page.transport.answers.get("accept", ())
            if one.purpose in FOLLOWS
        }
        for service in services((page, [one for one in kept if one.purpose in FOLLOWS]) for page, kept in seen):
            mine = {(service.who, kind, name) for kind, name in service.names}
            brings = len({one for one in accepted if one[0] == service.who} - mine)
            told = f"Acceptance brings {brings or 'nothing'} more of it. " if compared else ""
            yield SiteFinding(
                page=service.ids[0],
                finding=Finding(
                    rule=self.rule.id,
                    verdict=Verdict.REVIEW,
                    message=f"{service} after the banner’s button that refuses was pressed. {told}Is it left from "
                    "before the refusal, or set in spite of it?",
                    selector="html",
                    impact=service.impact,
                ),
                seen_on=tuple(service.ids),
            )


def _refused(site: Site) -> Iterator[tuple[SitePage, tuple[Kept, ...]]]:
    for page, _ in visited(site):
        if page.transport and "reject" in page.transport.answers:
            yield page, page.transport.answers["reject"]
