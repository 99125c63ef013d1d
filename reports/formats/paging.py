"""What a site's page shows of its issues, and what stands on pages of its own: a page of any site opens at once.

Every issue is on the site's page: the worst with all that is known of them, the others in a line. Pages beside it,
fifty issues each, hold every issue in full and as many of its places as there is room for; places.csv holds them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.formats.rows import Data

#: By group, how many issues a site's page tells in full.
DETAILED: Mapping[str, int] = {"failing": 80, "review": 40, "advice": 20, "privacy": 20}
#: Places on the pages beside it: of a site, of an issue at the most and at the least.
OF_SITE, MOST, LEAST = 20_000, 500, 25
ISSUES_A_PAGE, PLACES_A_PAGE = 50, 1_000


def detailed(site: Data) -> frozenset[str]:
    """The issues that the site's page tells in full: the first of each group."""
    told = set()
    for group, most in DETAILED.items():
        told.update([issue["id"] for issue in site["issues"] if issue["group"] == group][:most])
    return frozenset(told)


def room(site: Data) -> int:
    """How many places of one issue are shown beside the site's page."""
    return max(LEAST, min(MOST, OF_SITE // max(1, len(site["issues"]))))


def pages(site: Data) -> Sequence[Sequence[Data]]:
    """The issues of each page beside the site's own; none where that page shows all there is."""
    issues: Sequence[Data] = site["issues"]
    told = detailed(site)
    if all(issue["id"] in told and not issue["more_places"] for issue in issues):
        return ()
    found: list[list[Data]] = [[]]
    shown, most = 0, room(site)
    for issue in issues:
        here = min(most, issue["places"])
        if found[-1] and (len(found[-1]) >= ISSUES_A_PAGE or shown + here > PLACES_A_PAGE):
            found.append([])
            shown = 0
        found[-1].append(issue)
        shown += here
    return found


def stem(number: int) -> str:
    """ "issues-3": the name of a page, without its language."""
    return f"issues-{number}"
