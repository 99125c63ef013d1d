"""A process asks once, also over several pages."""

from __future__ import annotations

from collections.abc import Iterator

from audits.model import Finding, Impact, Rule, Verdict
from audits.site_check import Site, SiteCheck, SiteFinding, SiteForm

#: Parts of an address, and a name alone, say little: another may be meant.
_WEAK = frozenset({"name", "street", "city", "province", "code"})
_WORDS = {
    "first": "the first name",
    "last": "the last name",
    "name": "the name",
    "email": "the e-mail address",
    "phone": "the phone number",
    "birth": "the date of birth",
    "number": "a number",
    "plate": "a licence plate",
    "street": "the street",
    "city": "the city",
    "province": "the province",
    "code": "the postal code",
}
#: Steps of a process at the most.
_STEPS = 12


class AskedAgain(SiteCheck):
    """WCAG 3.3.7 (2.2): a later step asks for what an earlier one has asked for, in an empty field.

    An audit types nothing, so that nobody knows whether the City fills the field once there is something to fill in.
    """

    rule = Rule(
        id="site/asked-again",
        title="A later step asks for the same thing again",
        why="To type an address twice without a fault is hard for people with tremor, dyslexia or a poor memory.",
        fix="Fill in what was given at an earlier step, or offer it for choice.",
        title_fr="Une étape suivante redemande la même chose",
        why_fr="Taper deux fois une adresse sans faute est difficile pour les personnes qui tremblent, sont "
        "dyslexiques ou ont une mauvaise mémoire.",
        fix_fr="Remplissez d’avance ce qui a été donné à une étape précédente, ou proposez-le.",
        impact=Impact.MODERATE,
        criteria=("3.3.7",),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/redundant-entry.html",
        before="<label>Your e-mail <input></label>",
        after='<label>Your e-mail <input autocomplete="email" value="a.roy@example.ca"></label>',
    )

    def applies_to(self, site: Site) -> bool:
        """Whether any form goes on to another page."""
        return any(form.leads for page in site.pages() for form in page.forms)

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """One finding per page that asks again, told with the page that asked first."""
        forms: dict[int, tuple[SiteForm, ...]] = {}
        alike: dict[tuple[SiteForm, ...], tuple[SiteForm, ...]] = {}  # a subscription may be on 100,000 pages
        entries: set[int] = set()  # what menus lead to is no later step
        read: set[int] = set()  # parts
        for page in site.pages():
            if page.forms:
                forms[page.id] = alike.setdefault(page.forms, page.forms)
            for part in page.parts:
                if part.id not in read:
                    read.add(part.id)
                    entries.update(site.landing(link.target) for link in part.links)
        told: set[int] = set(entries)
        for first, of in forms.items():
            for form in of:
                for step in _steps_after(form, forms, site, first):
                    found = self._asked(step, form, forms[step])
                    if found and step not in told:
                        told.add(step)
                        yield self._finding(step, first, site.address(first), *found)

    def _asked(self, step: int, form: SiteForm, later: tuple[SiteForm, ...]) -> tuple[list[str], str] | None:
        before = {kind for kind, _ in form.asks}
        for one in later:
            # The very same form on two pages, such as a subscription, is no step.
            if one.same or (one.asks == form.asks and {*one.leads} & {*form.leads, step}):
                continue
            again = [(kind, selector) for kind, selector in one.asks if kind in before]
            if {kind for kind, _ in again} - _WEAK or len(again) > 1:
                return [_WORDS.get(kind, kind) for kind, _ in again], next((at for _, at in again if at), "")
        return None

    def _finding(self, step: int, first: int, url: str, kinds: list[str], selector: str) -> SiteFinding:
        called = f"{', '.join(kinds[:-1])} and {kinds[-1]}" if len(kinds) > 1 else kinds[0]
        message = (
            f"This step asks for {called}; so does an earlier one, {url}. Go through the process: is it filled in, or "
            "can people choose what they gave before?"
        )
        finding = Finding(rule=self.rule.id, verdict=Verdict.REVIEW, message=message, selector=selector)
        return SiteFinding(page=step, finding=finding, seen_on=(step, first))


def _steps_after(form: SiteForm, forms: dict[int, tuple[SiteForm, ...]], site: Site, first: int) -> Iterator[int]:
    """The pages with forms that a form leads to, one after the other."""
    seen, waiting = {first}, [form]
    while waiting and len(seen) <= _STEPS:
        for target in (site.landing(one) for one in waiting.pop(0).leads):
            if target in forms and target not in seen:
                seen.add(target)
                yield target
                waiting.extend(forms[target])
