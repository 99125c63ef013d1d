"""A server keeps to itself how it is built: no error's inner details, no list of what lies in its folders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from audits.check import Check, worst
from audits.model import FRAME_STEP, Finding, Impact, Kind, Outcome, Rule, Snapshot, Verdict
from audits.privacy import _tree
from audits.privacy.page_text import CUT

ERROR = Rule(
    id="privacy/error-details",
    title="Page shows the inner details of an error",
    why="Names of files, queries and versions help who wants to break in, and the values in them may be somebody’s.",
    fix="Show people a short message, and write the details to the server’s log.",
    title_fr="La page montre les détails internes d’une erreur",
    why_fr="Des noms de fichiers, des requêtes et des versions aident qui veut s’introduire, et les valeurs qu’on y "
    "lit sont peut-être celles de quelqu’un.",
    fix_fr="Montrez aux gens un court message, et écrivez les détails dans le journal du serveur.",
    impact=Impact.SERIOUS,
    kind=Kind.PRIVACY,
    references=("MFIPPA Reg. 823 s. 3",),
    help_url="https://www.ontario.ca/laws/regulation/900823",
    verdicts=(Verdict.REVIEW,),
)
LISTING = Rule(
    id="privacy/directory-listing",
    title="Server lists the files of a folder",
    why="Anyone, and every search engine, can take whatever was ever put there: drafts, exports, backups.",
    fix="Switch the listing off, and look through what lies in the folder.",
    title_fr="Le serveur liste les fichiers d’un dossier",
    why_fr="N’importe qui, et tout moteur de recherche, peut prendre ce qui y a été déposé : brouillons, exportations, "
    "sauvegardes.",
    fix_fr="Désactivez la liste, et passez en revue ce que contient le dossier.",
    impact=Impact.SERIOUS,
    kind=Kind.PRIVACY,
    references=("MFIPPA Reg. 823 s. 3", "MFIPPA s. 32"),
    help_url="https://www.ontario.ca/laws/regulation/900823",
    verdicts=(Verdict.FAIL,),
)
#: What only a program says of itself, and of which language.
_TRACES = {
    "Python": r"Traceback \(most recent call last\)|You're seeing this error because you have DEBUG = True",
    ".NET": r"Server Error in '/[^']{0,80}' Application|\[\w+Exception(?: \(0x[0-9a-f]+\))?: |"
    r"\bat System\.\w+(?:\.\w+)+\(",
    "Java": r"\bat (?:[a-z]\w*\.){2,}[A-Z]\w*[.$][\w<>$]+\((?:\w+\.java:\d+|Native Method|Unknown Source)\)",
    "PHP": r"\b(?:Fatal error|Warning|Notice|Parse error|Deprecated) ?: .{1,200}? in /[\w./-]+\.(?:php|inc|module)"
    r"(?:\(\d+\))? on line \d+|\bStack trace: #0 ",
    "Node.js": r"\bat (?:[\w.<>]+ )?\(?(?:/|file:///|node:)[\w./@-]+\.m?js:\d+:\d+\)?",
    "Ruby": r"\b(?:app|lib|gems)/[\w./-]+\.rb:\d+:in [`']",
    "a database": r"You have an error in your SQL syntax|SQLSTATE\[\w+\]|\bORA-\d{5}: |Unclosed quotation mark "
    r"after the character string|Microsoft OLE DB Provider for|pg_query\(\)",
}
_SAYS = {who: re.compile(words) for who, words in _TRACES.items()}
_LISTING = re.compile(r"^(?:index of /|directory listing (?:for|of) |.{0,80} - /[\w/ %.-]*$)", re.IGNORECASE)
_UP = re.compile(r"^(?:\[?to parent directory\]?|parent directory|\.\./?|up to .{0,80}|\.\. ?/?)$", re.IGNORECASE)


class ServerDetails(Check):
    """By what programs write, in the text of a page and in its comments."""

    needs: ClassVar[tuple[str, ...]] = ("document",)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Errors, and folders."""
        return {ERROR.id: ERROR, LISTING.id: LISTING}

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """Neither quotes the page: what an error holds may be somebody's."""
        document = snapshot.artifacts["document"]
        frames = list(_tree.frames(document))
        errors = tuple(finding for frame in frames for finding in _errors(frame))
        listings = tuple(
            Finding(
                rule=LISTING.id,
                verdict=Verdict.FAIL,
                message="The page is the server’s own list of a folder.",
                selector=FRAME_STEP.join([*frame.path, "body"]),
            )
            for frame in frames
            if _lists(frame)
        )
        if errors or not any(frame.cut for frame in frames):
            yield Outcome(rule=ERROR.id, verdict=worst(errors), findings=errors)
        else:
            yield Outcome(rule=ERROR.id, verdict=Verdict.NOT_RUN, reason=CUT)
        yield Outcome(rule=LISTING.id, verdict=worst(listings), findings=listings)


def _errors(frame: _tree.Frame) -> Iterator[Finding]:
    comments = " ".join(" ".join(str(one.get("text")).split()) for one in frame.sources if one.get("kind") == "comment")
    for text, where in ((frame.text(), "in its text"), (comments, "in a comment that it sends")):
        who = next((who for who, words in _SAYS.items() if words.search(text)), "")
        if who:
            yield Finding(
                rule=ERROR.id,
                verdict=Verdict.REVIEW,
                message=f"The page shows an error of {who} {where}, with its inner details. "
                "Is it an error of this site, or an example that the page explains?",
                selector=FRAME_STEP.join([*frame.path, "body"]),
            )


def _lists(frame: _tree.Frame) -> bool:
    titles = [_tree.words(node) for node in frame.tree.css("title, h1")[:4]]
    if not any(map(_LISTING.match, titles)):
        return False
    return any(_UP.match(_tree.words(link)) for link in frame.tree.css("a[href]")[:12])
