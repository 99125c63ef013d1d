"""Long pages that ask for more years of school than most people have."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest

from audits.model import Finding, Impact, Rule, Verdict
from audits.site_check import Site, SiteCheck, SiteFinding, SitePage, named, pages

#: Words of running text below which a mean says nothing.
_LONG = 300
#: Years of school: more than a college course.
_HARD = 14.0
_LANGUAGES = {"en": "English", "fr": "French"}
#: Grades of Flesch-Kincaid are open at the top; beyond this it is a list of names that was measured, or a law.
_CEILING = 30.0


class HardToRead(SiteCheck):
    """Flesch-Kincaid, Kandel and Moles. A formula sees long words and sentences, not sense: a hint, never a failure."""

    rule = Rule(
        id="site/hard-to-read",
        title="Long text is hard to read",
        why="People who read with effort, are in a hurry, or are new to the language give up.",
        fix="Shorten sentences, use everyday words, begin with what people must do.",
        title_fr="Un long texte est difficile à lire",
        why_fr="Qui lit avec effort, est pressé ou apprend la langue abandonne.",
        fix_fr="Raccourcissez les phrases, prenez des mots courants, commencez par ce qu’il faut faire.",
        impact=Impact.MINOR,
        best_practice=True,
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/reading-level",
    )

    def applies_to(self, site: Site) -> bool:
        """One long page is enough."""
        return any(page.words >= _LONG for page in site.pages())

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """One finding for each language, told at the hardest page."""
        for language, name in _LANGUAGES.items():
            total = 0
            hard: list[SitePage] = []
            for page in site.pages():
                if page.measure != language or page.words < _LONG:
                    continue
                total += 1
                if _HARD <= page.grade <= _CEILING:
                    hard.append(page)
            if not hard:
                continue
            worst = nlargest(4, hard, key=lambda page: page.grade)
            message = (
                f"{len(hard)} of {pages(total)} with long {name} text read as if for people with {_HARD:.0f} or more "
                f"years of school, most of all this one (about {worst[0].grade:.0f}). Look at "
                f"{named((page.url for page in worst), len(hard))}: could sentences be shorter and words plainer?"
            )
            finding = Finding(rule=self.rule.id, verdict=Verdict.REVIEW, message=message)
            yield SiteFinding(page=worst[0].id, finding=finding, seen_on=tuple(page.id for page in hard))
