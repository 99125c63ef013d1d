"""The way to the other language is said in that language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by
from audits.model import Finding, Impact, Rule, Verdict

_FRENCH = re.compile(r"(?:français|version française|en français)\b", re.IGNORECASE)
_ENGLISH = re.compile(r"(?:english(?: version)?|in english|version in english)\s*$", re.IGNORECASE)
#: How languages call themselves, where a link says nothing else: an English voice spells these, or skips them.
_OWN_NAMES = {
    "es": "español|espanol",
    "pt": "português",
    "it": "italiano",
    "de": "deutsch",
    "pl": "polski",
    "ru": "русский",
    "uk": "українська",
    "vi": "tiếng việt",
    "ar": "العربية|عربي",
    "fa": "فارسی",
    "ur": "اردو",
    "hi": "हिन्दी|हिंदी",
    "pa": "ਪੰਜਾਬੀ",
    "gu": "ગુજરાતી",
    "bn": "বাংলা",
    "ta": "தமிழ்",
    "ko": "한국어",
    "ja": "日本語",
    "zh": "中文|简体中文|繁體中文|简体|繁體",
}
_LANGUAGES = {
    "fr": _FRENCH,
    "en": _ENGLISH,
    **{code: re.compile(rf"(?:{names})\s*$", re.IGNORECASE) for code, names in _OWN_NAMES.items()},
}


class OtherLanguageLink(StructureCheck):
    """WCAG 3.1.2 (technique H58): “Français” on an English page, “English” on a French one."""

    rule = Rule(
        id="check/other-language-link",
        title="The link to the other language is read in the wrong one",
        why="A screen reader with an English voice reads “Version française” so that nobody understands it: just "
        "those who look for French do not find it.",
        fix='Put the lang attribute on the link: <a lang="fr" hreflang="fr">.',
        title_fr="Le lien vers l’autre langue est lu dans la mauvaise",
        why_fr="Un lecteur d’écran qui parle anglais lit « Version française » sans qu’on le comprenne : celles et "
        "ceux qui cherchent le français ne le trouvent pas.",
        fix_fr='Mettez l’attribut lang sur le lien : <a lang="fr" hreflang="fr">.',
        impact=Impact.MINOR,
        criteria=("3.1.2",),
        references=("WCAG technique H58",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/language-of-parts.html",
        before='<a href="/fr">Français</a>',
        after='<a href="/fr" lang="fr" hreflang="fr">Français</a>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("links",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each part of the page: its list of languages is one matter."""
        wrong = [
            {**link, "ought": language}
            for link in frame["links"]
            for language, name in _LANGUAGES.items()
            if name.match(link["name"]) and link["lang"] and not link["lang"].startswith(language)
        ]
        for group in by(wrong, lambda link: link["part"]["key"]):
            first, ought = group[0], {link["ought"] for link in group}
            if len(ought) == 1:
                which, remedy = f"The link {self.quote(first['name'])} is", f"it the attribute lang=“{first['ought']}”"
            else:
                which = f"{len(group)} links to other languages ({self.quotes(link['name'] for link in group)}) are"
                remedy = "each of them the attribute lang"
            yield self.found(frame, first, f"{which} read as “{first['lang']}”. Listen to it, or give {remedy}.")
