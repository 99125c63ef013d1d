"""A link says where it leads: by its own words, or by the sentence, entry, cell or heading that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import VAGUE_LINKS, Fact, StructureCheck, by, more, plain, words
from audits.model import Finding, Impact, Rule, Verdict

#: Words around a link that do not say either what it is about.
_EMPTY = """
    about also and are can click detail details find for form from further get go here how info information is
    it its learn link links more of on or our out page pdf please press read see site tap that the their this to
    us view visit want we web website would you your new window opens tab external afin au aussi aux avec ce ces
    cette ci cliquer cliquez consulter consultez dans davantage de des du détail détails en est et ici il infos
    informations la le les lien liens lire nos notre nous ou par plus pour que qui renseignements savoir si
    suite suivez sur un une veuillez vers visitez voir vos votre vous nouvelle fenêtre ouvre externe
"""
#: An address that nobody would say aloud: more than its host.
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s/]+/(?:\S{40,}|\S*(?:\?|%\d)\S*|\S*\d{5,}\S*)$", re.IGNORECASE)
_FILE = re.compile(r"\S+\.(?:pdf|docx?|xlsx?|pptx?|csv|zip|txt|rtf|odt|jpe?g|png|gif|tiff?|dwg|mp[34])", re.IGNORECASE)
EMPTY = frozenset(_EMPTY.split())
#: Parts that a site has; and entries with names of their own that make a list a menu.
_SECTIONS = frozenset({"download", "info", "information", "téléchargement", "renseignements"})
MENU = 3
#: A shorter heading context is the page's own title: the same for every link.
LOWEST_LEVEL = 2
#: Of a link in a heading that leads to that heading.
ITS_HEADING = -3
#: Links of one name from which boxes are no help, without and with headings in them.
TWO, MANY = 2, 3


class VagueLink(StructureCheck):
    """WCAG 2.4.4: purpose from the link text, alone or with its programmatically determined context."""

    rule = Rule(
        id="check/vague-link",
        title="Link does not say where it leads",
        why="People who use a screen reader go from link to link. Out of its place on the page, “Read more” tells them "
        "nothing, and here nothing around the link helps.",
        fix="Name the target in the link: “Read more about parking permits”.",
        title_fr="Le lien ne dit pas où il mène",
        why_fr="Les personnes qui utilisent un lecteur d’écran passent de lien en lien. Hors de son contexte, « En "
        "savoir plus » ne leur dit rien, et ici rien autour du lien ne les aide.",
        fix_fr="Nommez la cible dans le lien : « En savoir plus sur les permis de stationnement ».",
        impact=Impact.SERIOUS,
        criteria=("2.4.4",),
        references=("ACT rule 5effbb",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/link-purpose-in-context.html",
        before='<a href="/permits">Click here</a>',
        after='<a href="/permits">Apply for a parking permit</a>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("links",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Links that say nothing, alike ones of one part together."""
        vague = [
            link for link in frame["links"] if plain(link["name"]) in VAGUE_LINKS and link["heading"] != ITS_HEADING
        ]
        lost = [
            link
            for link in vague
            if not _helped(link)
            and not _headed(link, vague, frame["headings"])
            and not _is_section(link, frame["links"])
        ]
        for group in by(lost, lambda link: (plain(link["name"]), link["part"]["key"])):
            said = self.quote(group[0]["name"])
            message = (
                f"The link says only {said}, and neither its sentence nor a heading of its own says of what."
                f"{more(group, 'link')} Read it without the page around it: is it clear where it leads?"
            )
            yield self.found(frame, group[0], message)
        apart = [link for link in vague if link not in lost and link["apart"]]
        for group in by(apart, lambda link: link["part"]["key"]):
            below = [link for link in group if not _headed(link, vague, frame["headings"])]
            rest = [link for link in group if link not in below]
            alike = [same for same in by(rest, lambda link: plain(link["name"])) if _places(same) >= MANY]
            for told in [*([below] if _places(below) >= TWO else []), *alike]:
                message = (
                    f"{len(told)} links say {self.quotes(link['name'] for link in told)} and lead to different places; "
                    "only neighbours in their boxes say of what. Go from link to link: is it clear where each leads?"
                )
                yield self.found(frame, told[0], message)
        files = [link for link in frame["links"] if _FILE.fullmatch(link["name"].strip())]
        for group in by(files, lambda link: link["part"]["key"]):
            message = (
                f"The link is called by its file, {self.quote(group[0]['name'], 60)}.{more(group, 'link')} Does that "
                "say what is in it, to somebody who hears it?"
            )
            yield self.found(frame, group[0], message)
        spelled = [link for link in frame["links"] if _ADDRESS.match(link["name"])]
        for group in by(spelled, lambda link: link["part"]["key"]):
            message = (
                f"The link's name is a long address, {self.quote(group[0]['name'], 60)}.{more(group, 'link')} It is "
                "read out sign by sign. Could words say where it leads?"
            )
            yield self.found(frame, group[0], message)


def _places(links: list[Fact]) -> int:
    return len({link["url"] for link in links})


def _helped(link: Fact) -> bool:
    around = [word for word in words(link["context"] or "") if word not in EMPTY and word not in VAGUE_LINKS]
    return bool(around)


def _headed(link: Fact, vague: list[Fact], headings: list[Fact]) -> bool:
    """Whether a heading says it, and says it of this link alone."""
    at = link["heading"]
    if at < 0 or not words(headings[at]["text"]) or (headings[at]["level"] < LOWEST_LEVEL and not link["boxed"]):
        return False
    rivals = {
        other["url"]
        for other in vague
        if other["heading"] == at
        and not _helped(other)
        and (plain(other["name"]) == plain(link["name"]) or _list_of(other) == _list_of(link) != "")
    }
    return len(rivals | {link["url"]}) == 1


def _is_section(link: Fact, links: list[Fact]) -> bool:
    """Whether it is an entry of a menu, beside others that name parts of the site: “Download” is one then."""
    menu = _list_of(link)
    if not menu or plain(link["name"]) not in _SECTIONS:
        return False
    names = [plain(other["name"]) for other in links if _list_of(other) == menu]
    return names.count(plain(link["name"])) == 1 and sum(name not in VAGUE_LINKS for name in names) >= MENU


def _list_of(link: Fact) -> str:
    """The list whose entry it stands in; one heading cannot say of two entries what each is."""
    return str(link["selector"]).rpartition(" > li")[0]
