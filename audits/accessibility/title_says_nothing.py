"""A page title names the page: not the program it was made with, nor the address it is kept at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from audits.accessibility._structure import Fact, StructureCheck, phrases, plain, words
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: What programs write until a person does.
PLACEHOLDERS = phrases(
    """
    untitled|untitled document|untitled page|untitled-1|new page|new document|new tab|document|page|page title
    title|webpage|web page|website|web site|my website|my site|site|site title|index|index page|default
    default page|main|test|test page|placeholder|lorem ipsum|no title|undefined|null|react app|vite app
    next.js app|create next app|app|my app|vue app|angular app|sveltekit app|blank page|page 1|enter title here
    insert title here|your title here|enter the title of your html document here|this is a title|html document
    html page|example|welcome|home|homepage|home page|landing page|blank|template|sans titre|document sans titre
    nouvelle page|nouveau document|page sans titre|titre|titre de la page|accueil|page d'accueil|bienvenue
    page web|site web|ma page|exemple|modèle
    """
)
_ADDRESS = re.compile(r"^(?:https?://)?(?:[\w-]+\.)+(?:ca|com|org|net|gov|info|io|localhost)(?:/\S*)?$", re.IGNORECASE)
_FILE = re.compile(r"^[\w-]+\.(?:html?|php|aspx?|jsp|docx?|pdf)$", re.IGNORECASE)
#: What stands between the name of a page and that of its site.
_BARS = re.compile(r"\s+[-–—:•»›]\s+|\s*\|\s*|\s*::\s*")
#: Letters by which words are compared, and how many different words a page must have.
_STEM, _ENOUGH = 4, 12
_FIRST_PAGE = re.compile(r"^/?(?:(?:en|fr)/?)?(?:(?:index|home|default|accueil|main)(?:\.\w+)?/?)?$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"^(?:(?:untitled|document|page|sans titre|(?:nouvelle|new) page)[ _-]?\d{1,4}"
    r"|(?:new |page )?(?:layout|template|draft)(?:[ _-]?\d{1,4})?|(?:nouvelle )?(?:mise en page|ébauche)(?: \d{1,4})?)$"
)
#: Words that people put behind the name of a file, as they keep one more of it; and what programs put before.
_COPY = re.compile(
    r"^(?:copy (?:\(\d+\) )?of|copie (?:\(\d+\) )?de)\b|\s[-–—]\s*(?:copy|copie)(?:\s*\(?\d+\)?)?$|\((?:copy|copie)\)$"
    r"|^microsoft (?:word|excel|powerpoint|publisher) - "
    r"|[\s_-](?:final[\s_.-]?v?|draft[\s_.-]?v?|rev[\s_.-]?|v[_.-]?)\d{1,2}(?:[\s_.-]?(?:final|draft|new|old))*$"
    r"|[\s_-](?:final|v(?:er(?:sion)?)?[\s_.]?\d+)(?:[\s_-](?:final|draft|new|old|v?\d+))+$",
    re.IGNORECASE,
)
_FINAL = re.compile(r"[^\W\d_].*[\s_-]FINALE?$")
_NAMED_FILE = re.compile(r"^\S.*\.(?:html?|php|aspx?|jsp|cfm|docx?|xlsx?|pptx?|pdf|indd|psd|odt)$", re.IGNORECASE)
_SNAKE = re.compile(r"\b[^\W_]+(?:_[^\W_]+)+\b")
#: A word of a template that nothing was put in for.
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\$\{\w+\}|<%|%[A-Za-z_]+%|\[(?:page[ _-]?)?(?:title|titre)\]|\{(?:page)?title\}")


class TitleSaysNothing(StructureCheck):
    """WCAG 2.4.2 (failure F25): a machine sees that nobody wrote a title, and a person whether it fits."""

    rule = Rule(
        id="check/title-says-nothing",
        title="Page title does not name the page",
        why="People who cannot see the page hear its title first, and tell their open tabs and search results apart "
        "by it.",
        fix="Write a title that names this page, then the site: “Parking permits - City of Larkspur Bay”.",
        title_fr="Le titre de la page ne la nomme pas",
        why_fr="Les personnes qui ne voient pas la page entendent d’abord son titre, et c’est par lui qu’elles "
        "distinguent leurs onglets et leurs résultats de recherche.",
        fix_fr="Donnez un titre qui nomme cette page, puis le site : « Permis de stationnement - Ville de Larkspur "
        "Bay ».",
        impact=Impact.SERIOUS,
        criteria=("2.4.2",),
        references=("ACT rule c4a8a4",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/page-titled.html",
        before="<title>Untitled document</title>",
        after="<title>Parking permits - City of Larkspur Bay</title>",
        verdicts=(Verdict.REVIEW,),
    )

    def applies_to(self, snapshot: Snapshot) -> bool:
        """A page without a title is axe's."""
        return bool(_top(snapshot)["title"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Look at the page itself; the titles of its frames are read to nobody."""
        frame = _top(snapshot)
        title = frame["title"]
        said = plain(title)
        parts = [plain(part) for part in _BARS.split(title) if part.strip()]
        if all(part in PLACEHOLDERS or _NUMBERED.match(part) for part in parts or [said]):
            message = f"The title says {self.quote(title)}, which would fit any page. Does it name this one?"
        elif _ADDRESS.match(title) or _FILE.match(title) or (frame["host"] and said == plain(frame["host"])):
            message = (
                f"The title is an address or a file name, {self.quote(title)}. Does it say what the page is about?"
            )
        elif odd := _kept(title, frame):
            message = (
                f"The title says {self.quote(odd, 60)}, as a file or a version of it is called. Does it say what the "
                "page is about?"
            )
        elif _is_site(frame, snapshot.url):
            message = (
                f"The title says {self.quote(title)}, as the page's header does, and the heading says "
                f"{self.quote(_first_heading(frame), 60)}. Do other pages have the same title?"
            )
        elif wrong := _of_another_page(frame):
            message = (
                f"The title begins with {self.quote(wrong)}, of which the page says not a word; its heading says "
                f"{self.quote(frame['headings'][0]['text'], 60)}. Is it the title of another page?"
            )
        else:
            return
        place = {"selector": "title", "html": "<title>", "part": {"key": "content", "name": "Page content"}}
        yield self.found(frame, place, message)


def _kept(title: str, frame: Fact) -> str:
    """What reads like a file's name, a version or a template's word, and is not in the page's headings; else ""."""
    heading = plain(" ".join(one["text"] for one in frame["headings"]))
    if _COPY.search(title) and plain(_BARS.split(title)[0]) not in heading:
        return title
    for part in (one.strip() for one in _BARS.split(title)):
        coded = _SNAKE.search(part)
        said = _COPY.search(part) or _FINAL.match(part) or _NAMED_FILE.match(part) or _TEMPLATE.search(part)
        if (said and plain(part) not in heading) or (coded and coded.group().casefold() not in heading):
            return part
    return ""


def _of_another_page(frame: Fact) -> str:
    """The first part of a title whose words are nowhere on a page that has a heading of its own; else ""."""
    parts = [part for part in _BARS.split(frame["title"]) if part.strip()]
    heading = _first_heading(frame)
    if len(parts) < 2 or not _stems(heading):
        return ""
    texts = [one["text"] for kind in ("blocks", "headings") for one in frame[kind]]
    texts += [one["name"] for kind in ("images", "links", "buttons", "fields") for one in frame[kind]]
    told = _stems(" ".join(texts))
    first = _stems(parts[0])
    if len(told) < _ENOUGH or len(first) < 2 or first & told or _stems(frame["title"]) & _stems(heading):
        return ""
    return str(parts[0].strip())


def _first_heading(frame: Fact) -> str:
    return next((str(one["text"]) for one in frame["headings"] if one["level"] == 1 and one["shown"]), "")


def _is_site(frame: Fact, url: str) -> bool:
    """The name of the site, as its header says it, on a page that is not the first and has a heading of its own."""
    if _FIRST_PAGE.search(urlsplit(url).path) or len(_stems(_first_heading(frame))) < 2:
        return False
    said, titled = plain(frame["title"]), _stems(frame["title"])
    if not titled or titled & _stems(_first_heading(frame)):
        return False
    around = [one for kind in ("blocks", "links", "images") for one in frame[kind] if one["part"]["key"] != "content"]
    return any(said == plain(one.get("text") or one.get("name") or "") for one in around)


def _stems(text: str) -> set[str]:
    """Beginnings of long words: "lessons" and "lesson" are one."""
    return {word[:_STEM] for word in words(text) if len(word) >= _STEM}


def _top(snapshot: Snapshot) -> Fact:
    top: Fact = snapshot.artifacts["structure"]["frames"][0]
    return top
