"""What a site has browsers keep on a first visit, before anybody could say no."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from audits.model import Finding, Impact, Kept, Kind, Rule, Verdict
from audits.site_check import Site, SiteCheck, SiteFinding, SitePage, pages

#: What follows people from visit to visit.
FOLLOWS = frozenset({"analytics", "advertising", "session replay", "social"})
#: Days: something of others that is gone sooner follows nobody.
_LONG = 1.0
#: Names of one service that are told.
_NAMED = 6


@dataclass(slots=True)
class _Seen:
    names: dict[tuple[str, str], Kept] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)


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
        references=("MFIPPA s. 28(2)", "MFIPPA s. 29(2)", "MFIPPA s. 31", "MFIPPA s. 32"),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.ontario.ca/laws/statute/90m56",
    )

    def applies_to(self, site: Site) -> bool:
        """One first visit is enough."""
        return next(_visited(site), None) is not None

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """One finding for each service, whatever it keeps; those of advertisers first."""
        total = 0
        found: dict[tuple[str, str], _Seen] = {}
        for page, kept in _visited(site):
            total += 1
            for one in kept:
                if one.purpose in FOLLOWS or _is_of_others(one):
                    seen = found.setdefault((one.service or one.host, one.purpose), _Seen())
                    seen.names.setdefault((one.kind, one.name), one)
                    if page.id not in seen.ids:
                        seen.ids.append(page.id)
        for (who, purpose), seen in sorted(found.items(), key=lambda one: (_RANK.get(one[0][1], 9), one[0])):
            ask = "Who decided that, and how can people say no?" if purpose else _UNKNOWN
            message = (
                f"{_told(who, purpose, seen)} on {_visits(len(seen.ids), total)}, before anything was pressed. {ask}"
            )
            yield SiteFinding(
                page=seen.ids[0],
                finding=Finding(
                    rule=self.rule.id,
                    verdict=Verdict.REVIEW,
                    message=message,
                    selector="html",
                    impact=Impact.SERIOUS if purpose in ("advertising", "session replay") else None,
                ),
                seen_on=tuple(seen.ids),
            )


_UNKNOWN = "It is another organization’s, and its purpose is not known here: what is it for?"
_RANK = {"session replay": 0, "advertising": 1, "social": 2, "analytics": 3}


def _visited(site: Site) -> Iterator[tuple[SitePage, tuple[Kept, ...]]]:
    for page in site.pages():
        if page.transport is not None and page.transport.kept is not None:
            yield page, page.transport.kept


def _is_of_others(one: Kept) -> bool:
    return not one.own and not one.purpose and one.kind == "cookie" and one.days >= _LONG


def _told(who: str, purpose: str, seen: _Seen) -> str:
    said = [_named(one) for one in list(seen.names.values())[:_NAMED]]
    more = len(seen.names) - len(said)
    return f"{who}{f', {purpose},' if purpose else ''} kept {', '.join(said)}{f' and {more} more' if more else ''}"


def _named(one: Kept) -> str:
    kinds = {"cookie": "the cookie", "local": "in local storage", "session": "in session storage"}
    name = f"{kinds[one.kind]} “{one.name}”" if one.name else f"{kinds[one.kind]} without a name"
    lives = f" for {_long(one.days)}" if one.kind == "cookie" and one.days else ""
    return f"{name}{lives}{f', set by {one.by}' if one.by else ''}"


def _long(days: float) -> str:
    for unit, size, least in (("year", 365, 700), ("month", 30, 29), ("day", 1, 0.97)):
        if days >= least:
            number = round(days / size)
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return "less than a day"


def _visits(number: int, total: int) -> str:
    if total == 1:
        return "a first visit"
    return f"first visits of {number} of {pages(total)}" if number < total else f"first visits of all {pages(total)}"
