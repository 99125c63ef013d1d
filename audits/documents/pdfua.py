"""PDF/UA-1 (ISO 14289-1), every rule that a machine can decide, by veraPDF's numbers; fonts are judged elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from audits.check import FILE, Check
from audits.documents._findings import DOCUMENT, Judged, times
from audits.documents._pdf_rules import PREFIX, rules
from audits.documents._tags import Tags
from audits.model import LEFT_OUT, Outcome, Rule, Snapshot, Verdict

UNREAD = f"{LEFT_OUT}the tags of the file were not read"
_HEADER = re.compile(r"%PDF-1\.[0-7]")
#: RFC 3066.
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_PIECES = {
    "text": ("piece of text", "pieces of text"),
    "line": ("line or shape", "lines and shapes"),
    "image": ("picture", "pictures"),
    "shading": ("shading", "shadings"),
}
_SPANS = {"span ActualText": "7.2-30", "span Alt": "7.2-31", "span E": "7.2-32"}
_PREFIXED = {"part": "5-3", "amd": "5-4", "corr": "5-5"}


class PdfUa(Check):
    """By the facts of ``crawler/documents/pdf``; a place is a page and what stands there."""

    needs: ClassVar[tuple[str, ...]] = (FILE,)
    of_files: ClassVar[bool] = True
    kinds: ClassVar[frozenset[str]] = frozenset({"pdf"})

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks names of tags and languages: people may write anything there."""
        self._redact = redact

    @property
    def rules(self) -> Mapping[str, Rule]:
        """By our id."""
        return rules(fonts=False)

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """One for every rule."""
        file = snapshot.artifacts[FILE]
        if broken := file.get("errors", {}).get("structure"):
            yield from (Outcome(rule=rule, verdict=Verdict.ERROR, reason=f"tags: {broken}") for rule in self.rules)
            return
        facts = file.get("pdfua")
        if facts is None:
            yield from (Outcome(rule=rule, verdict=Verdict.NOT_RUN, reason=UNREAD) for rule in self.rules)
            return
        judged = Judged(PREFIX, self._redact)
        _Document(facts, judged).judge()
        yield from judged.outcomes(self.rules, left_out=facts["left_out"], engine=self.engine)


class _Document:
    def __init__(self, facts: Mapping[str, Any], judged: Judged) -> None:
        self._facts = facts
        self._judged = judged
        self._lang = facts["lang"] is not None

    def judge(self) -> None:
        tags = Tags(self._facts["elements"], self._judged, lang=self._lang)
        tags.judge()
        self._judge_whole()
        if self._facts["metadata"] is not None:
            self._judge_metadata(self._facts["metadata"])
        self._judge_languages(tags)
        for page in self._facts["pages"]:
            self._judge_page(page)
        for one in self._facts["annotations"]:
            self._judge_annotation(one)
        self._judge_parts()

    def _said(self, rule: str, message: str, place: str = DOCUMENT) -> None:
        self._judged.found(rule, place, message)

    def _judge_whole(self) -> None:
        facts = self._facts
        self._judged.look("6.1-1", "6.2-1", "7.1-4", "7.1-8", "7.1-10", "7.1-11")
        if not _HEADER.fullmatch(facts["header"]):
            self._said("6.1-1", "The first line of the file does not name a version from PDF 1.0 to 1.7.")
        if facts["marked"] is not True:
            self._said("6.2-1", "The document does not say that it is tagged.")
        if facts["suspects"] is True:
            self._said("7.1-4", "The document says that its tags may be wrong (Suspects).")
        if facts["metadata"] is None:
            self._said("7.1-8", "The document has no metadata.")
        if facts["display_title"] is not True:
            self._said("7.1-10", "The window shows the name of the file instead of the title.")
        if not facts["tagged"]:
            self._said("7.1-11", "The document has no tags.")
        if facts["encryption"] is not None:
            self._judged.look("7.16-1")
            if not facts["encryption"]["allowed"]:
                self._said("7.16-1", "Its protection keeps out assistive technology.")

    def _judge_metadata(self, metadata: Mapping[str, Any]) -> None:
        self._judged.look("5-1", "7.1-9")
        said = metadata["ua"]
        if not metadata["title"]:
            empty = metadata["title"] is not None
            self._said("7.1-9", "Its title is empty." if empty else "Its metadata has no title.")
        if not said:
            self._said("5-1", "Its metadata does not say that it is PDF/UA.")
            return
        self._judged.look("5-2")
        if said.get("part", [""])[0] != "1":
            self._said("5-2", "Its metadata does not say that it is part 1 of PDF/UA.")
        for name, rule in _PREFIXED.items():
            if name not in said:
                continue
            self._judged.look(rule)
            if said[name][1] != "pdfuaid":
                self._said(rule, f"Its metadata calls the property {name} by another prefix than pdfuaid.")

    def _judge_languages(self, tags: Tags) -> None:
        facts = self._facts
        said = [(facts["lang"], DOCUMENT)] if self._lang else []
        said += tags.languages()
        said += [(lang, f"p{page} content") for lang, page in facts["languages"]]
        for lang, place in said:
            self._judged.look("7.2-29")
            if not _LANGUAGE.fullmatch(lang):
                what = f"{self._judged.quoted(lang)} is no language." if lang else "The language is left empty."
                self._said("7.2-29", what, place)
        if facts["outlines"]:
            self._judged.look("7.2-2")
            if not self._lang:
                bookmarks = times(facts["outlines"], "bookmark")
                self._said("7.2-2", f"Nothing says in which language its {bookmarks} are.")
        if facts["metadata"] is not None and facts["metadata"]["default"]:
            self._judged.look("7.2-33")
            if not self._lang:
                self._said("7.2-33", "Nothing says in which language its title and description are.")
        for field in facts["fields"]:
            self._judged.look("7.2-25")
            if not (self._lang or field["spoken"]):
                self._said("7.2-25", "Nothing says in which language the name of a form field is.")

    def _judge_page(self, page: Mapping[str, Any]) -> None:
        content, at = page["content"], f"p{page['page']}"
        self._judged.look("7.1-1", "7.1-2", "7.1-3", "7.2-34")
        for kind, (one, many) in _PIECES.items():
            if count := content.get(f"loose {kind}", 0):
                are = "is" if count == 1 else "are"
                self._said("7.1-3", f"{times(count, one, many)} {are} neither tagged nor decoration.", f"{at} {kind}")
        if count := content.get("artifact in tagged", 0):
            self._said("7.1-1", f"{times(count, 'decoration')} in tagged content.", f"{at} content")
        if count := content.get("tagged in artifact", 0):
            self._said("7.1-2", f"{times(count, 'tagged piece')} in decoration.", f"{at} content")
        if (count := content.get("unspoken", 0)) and not self._lang:
            self._said("7.2-34", f"{times(count, *_PIECES['text'])} in no known language.", f"{at} text")
        for what, rule in _SPANS.items():
            if count := content.get(what, 0):
                self._judged.look(rule)
                if not self._lang:
                    self._said(rule, f"{times(count, 'text')} for a span in no known language.", f"{at} content")
        if count := content.get("reference", 0):
            self._said("7.20-1", f"{times(count, 'picture')} that another file holds.", f"{at} content")
        if page["annotations"]:
            self._judged.look("7.18.3-1")
            if page["tabs"] != "S":
                self._said("7.18.3-1", "The Tab key does not follow the order of the tags.", at)

    def _judge_annotation(self, one: Mapping[str, Any]) -> None:
        kind, held = one["kind"], one.get("held")
        at = f"p{one['page']} annotation {one['n']}"
        if "contents" in one:
            self._judged.look("7.2-24")
            if not (self._lang or one.get("spoken")):
                self._said("7.2-24", "Nothing says in which language its description is.", at)
        if one.get("hidden") or one.get("outside"):
            return
        within = f"stands in {held}" if held else "stands in no tag"
        match kind:
            case "Widget":
                self._judged.look("7.18.1-3", "7.18.4-1")
                if not (one.get("called") or one.get("alt")):
                    self._said("7.18.1-3", "The form field has no name for people.", at)
                if held != "Form":
                    self._said("7.18.4-1", f"The form field {within}, not in Form.", at)
                return
            case "Link":
                self._judged.look("7.18.5-1", "7.18.5-2")
                if held != "Link":
                    self._said("7.18.5-1", f"The link {within}, not in Link.", at)
                if not one.get("contents"):
                    self._said("7.18.5-2", "The link has no description.", at)
                return
            case "TrapNet":
                self._said("7.18.2-1", "A mark for the press (TrapNet) lies on the page.", at)
            case "PrinterMark":
                self._judged.look("7.18.8-1")
                if held is not None:
                    self._said("7.18.8-1", "A mark for the press is tagged.", at)
                return
            case "Popup":  # the window of a note, which is judged itself
                return
        self._judged.look("7.18.1-1", "7.18.1-2")
        if not (one.get("contents") or one.get("alt")):
            self._said("7.18.1-2", f"{self._judged.quoted(kind)} has no description.", at)
        if held != "Annot":
            self._said("7.18.1-1", f"{self._judged.quoted(kind)} {within}, not in Annot.", at)

    def _judge_parts(self) -> None:
        """What the document holds besides pages."""
        facts = self._facts
        for number, layer in enumerate(facts["layers"], start=1):
            self._judged.look("7.10-1", "7.10-2")
            if not layer["named"]:
                self._said("7.10-1", "This set of layers has no name.", f"layers {number}")
            if layer["automatic"]:
                self._said("7.10-2", "This set of layers shows and hides them by itself.", f"layers {number}")
        for number, file in enumerate(facts["files"], start=1):
            self._judged.look("7.11-1", *(["7.18.7-1"] if file["attached"] else []))
            if file["named"]:
                continue
            at = f"p{file['attached']} file {number}" if file["attached"] else f"file {number}"
            self._said("7.11-1", "A file in the document has no name for every reader.", at)
            if file["attached"]:
                self._said("7.18.7-1", "An attached file has no name for every reader.", at)
        for number, clip in enumerate(facts["clips"], start=1):
            at = f"p{clip['page']} clip {number}" if clip["page"] else f"clip {number}"
            self._judged.look("7.18.6.2-1", "7.18.6.2-2")
            if not clip["typed"]:
                self._said("7.18.6.2-1", "The sound or film does not say of which kind it is.", at)
            if not clip["described"]:
                self._said("7.18.6.2-2", "The sound or film has no description.", at)
        for page, painted in facts["shared"]:
            self._said("7.20-2", f"One tagged piece is painted {painted} times.", f"p{page} content")
        if facts["xfa"]:
            self._judged.look("7.15-1")
            if facts["xfa"] == "required":
                self._said("7.15-1", "The form is built anew each time it is opened (dynamic XFA).")
