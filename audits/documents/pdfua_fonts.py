"""The font rules of PDF/UA-1 (ISO 14289-1, 7.21): what shows as text is text, and looks alike on every machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar

from audits.check import FILE, WHOLE, Check, worst
from audits.documents._findings import MOST
from audits.documents._pdf_rules import PREFIX, rules
from audits.model import LEFT_OUT, Finding, Outcome, Rule, Snapshot, Verdict

_LATIN = frozenset({"MacRomanEncoding", "WinAnsiEncoding"})
_IDENTITY = frozenset({"Identity-H", "Identity-V"})
_UNICODE, _SYMBOL = [3, 1], [3, 0]

Font = Mapping[str, Any]
#: What a test says of a font; None = it is not about this one.
Said = tuple[Verdict, str] | None
_KEPT = (Verdict.PASS, "")


class PdfUaFonts(Check):
    """Judges the fonts that a PDF shows text with. Those that it only carries along show nothing."""

    needs: ClassVar[tuple[str, ...]] = (FILE,)
    of_files: ClassVar[bool] = True
    kinds: ClassVar[frozenset[str]] = frozenset({"pdf"})

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = redact

    @property
    def rules(self) -> Mapping[str, Rule]:
        """One for each test, by our id."""
        return rules(fonts=True)

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """One for each rule, over all fonts."""
        if broken := snapshot.artifacts[FILE].get("errors", {}).get("fonts"):
            yield from (Outcome(rule=rule, verdict=Verdict.ERROR, reason=f"fonts: {broken}") for rule in self.rules)
            return
        found: Sequence[Font] = snapshot.artifacts[FILE].get("fonts", ())
        left_out = next((one["left_out"] for one in found if "left_out" in one), "")
        fonts = [one for one in found if "left_out" not in one]
        places = self._places(fonts)
        for number, test in _TESTS.items():
            rule = self.rules[PREFIX + number]
            said = [test(font) for font in fonts]
            findings = self._findings(rule, places, said)
            if findings:
                yield Outcome(rule=rule.id, verdict=worst(findings), findings=findings)
            elif left_out:
                yield Outcome(rule=rule.id, verdict=Verdict.NOT_RUN, reason=f"{LEFT_OUT}{left_out}")
            else:
                yield Outcome(rule=rule.id, verdict=Verdict.PASS if any(said) else Verdict.INAPPLICABLE)

    def _findings(self, rule: Rule, places: Sequence[str], said: Sequence[Said]) -> tuple[Finding, ...]:
        wrong = [(place, *one) for place, one in zip(places, said, strict=True) if one and one is not _KEPT]
        findings = [
            Finding(
                rule=rule.id,
                verdict=verdict,
                message=self._redact(f"F{place.partition(' f')[2]}: {words}"),
                selector=place,
                impact=rule.impact,
                part=WHOLE,
            )
            for place, verdict, words in wrong[:MOST]
        ]
        if more := len(wrong) - MOST if len(wrong) > MOST else 0:
            last = findings[-1]
            findings[-1] = replace(last, message=f"{last.message} The same is wrong with {more} more fonts.")
        return tuple(findings)

    def _places(self, fonts: Sequence[Font]) -> list[str]:
        """Page and name. Parts of the same font are often carried several times: these are counted."""
        seen: Counter[str] = Counter()
        places = []
        for font in fonts:
            name = " ".join(self._redact(font["name"]).split())
            place = f"p{font['page']} font {name or 'without a name'}"
            seen[place] += 1
            places.append(place if seen[place] == 1 else f"{place} ({seen[place]})")
        return places


def _judged(wrong: bool, words: str) -> Said:
    return (Verdict.FAIL, words) if wrong else _KEPT


def _some(number: int, font: Font, verb: str) -> str:
    """ "1 of 40 characters that it shows has": one is not many."""
    has = {"have": "has", "are": "is", "show": "shows"}[verb] if number == 1 else verb
    return f"{number} of {font['codes']} characters that it shows {has}"


def _systems_agree(font: Font) -> Said:
    cmap = font["cmap"]
    if cmap is None or not (cmap["embedded"] or cmap["standard"]):
        return None
    own, table = font["system"], cmap["system"]
    if cmap["name"] in _IDENTITY:
        return _KEPT
    agree = bool(own and table and own[:2] == table[:2] and all(own[:2]) and own[2] <= table[2])
    return _judged(not agree, f"its characters are numbered as {_system(own)}, those of its CMap as {_system(table)}.")


def _system(said: Sequence[Any] | None) -> str:
    return "-".join(str(one) for one in said) if said else "nothing that is named"


def _glyphs_are_mapped(font: Font) -> Said:
    if font["inner"] != "CIDFontType2" or not font["embedded"]:
        return None
    return _judged(not font["cid_to_gid"], "it lacks the map from its characters to its glyphs (CIDToGIDMap).")


def _cmap_is_there(font: Font) -> Said:
    cmap = font["cmap"]
    if cmap is None:
        return None
    return _judged(
        not (cmap["embedded"] or cmap["standard"]),
        f"its CMap {cmap['name']} is neither in the file nor one that every program has.",
    )


def _directions_agree(font: Font) -> Said:
    if not (font["cmap"] and font["cmap"]["wmode"]):
        return None
    told, own = font["cmap"]["wmode"]
    return _judged(told != own, f"the file says WMode {told} (0 across, 1 down) of its CMap, the CMap itself {own}.")


def _cmap_stands_alone(font: Font) -> Said:
    if not (font["cmap"] and font["cmap"]["embedded"]):
        return None
    foreign = font["cmap"]["foreign"]
    return _judged(bool(foreign), f"its CMap refers to {', '.join(foreign)}, which not every program has.")


def _is_embedded(font: Font) -> Said:
    if font["subtype"] == "Type3" or not font["rendered"]:
        return None
    if font["unreadable"]:
        return Verdict.REVIEW, (
            "it is embedded, and cannot be read here. Look at its text on a machine that does not have this font: "
            "does it look right?"
        )
    return _judged(not font["embedded"], "it is not embedded.")


def _has_its_glyphs(font: Font) -> Said:
    if not (font["rendered"] and (font["program"] or font["subtype"] == "Type3")):
        return None
    return _judged(bool(font["missing"]), f"{_some(font['missing'], font, 'have')} no glyph in it.")


def _lists_its_names(font: Font) -> Said:
    return _lists(font["charset"], "names", "CharSet")


def _lists_its_numbers(font: Font) -> Said:
    return _lists(font["cidset"], "numbers", "CIDSet")


def _lists(told: Mapping[str, int] | None, what: str, key: str) -> Said:
    if told is None:
        return None
    wrong = [f"{told['unlisted']} glyphs are in it and not in its list of {what}"] if told["unlisted"] else []
    wrong += [f"{told['absent']} {what} are in its list and not in it"] if told["absent"] else []
    return _judged(bool(wrong), f"{', '.join(wrong)} ({key}).")


def _widths_agree(font: Font) -> Said:
    if not (font["rendered"] and (font["program"] or font["subtype"] == "Type3")):
        return None
    wrong, most = font["widths"]["wrong"], font["widths"]["most"]
    return _judged(
        bool(wrong), f"{_some(wrong, font, 'have')} another width in it than the file says, by {most:g}/1000."
    )


def _leads_to_glyphs(font: Font) -> Said:
    if font["subtype"] != "TrueType" or font["symbolic"] or not font["rendered"] or font["cmaps"] is None:
        return None
    plain = [pair for pair in font["cmaps"] if pair != _SYMBOL]
    return _judged(not plain, "its program has no cmap for text.")


def _says_its_letters(font: Font) -> Said:
    if font["subtype"] != "TrueType" or font["symbolic"]:
        return None
    encoding = font["encoding"]
    if encoding["base"] not in _LATIN:
        return Verdict.FAIL, "its encoding is neither WinAnsiEncoding nor MacRomanEncoding."
    if not encoding["differences"]:
        return _KEPT
    if encoding["unlisted"]:
        return Verdict.FAIL, f"{encoding['unlisted']} names in its encoding are not in the Adobe Glyph List."
    no_unicode = font["cmaps"] is not None and _UNICODE not in font["cmaps"]
    return _judged(no_unicode, "its encoding has names of its own, and its program no cmap for Unicode.")


def _symbols_have_no_encoding(font: Font) -> Said:
    if font["subtype"] != "TrueType" or not font["symbolic"]:
        return None
    return _judged(font["encoding"]["entry"], "it is marked as symbolic, and has an encoding.")


def _symbols_have_one_table(font: Font) -> Said:
    if font["subtype"] != "TrueType" or not font["symbolic"] or font["cmaps"] is None:
        return None
    number = len(font["cmaps"])
    return _judged(number != 1 and _SYMBOL not in font["cmaps"], f"it has {number} cmaps, and none for symbols.")


def _has_a_meaning(font: Font) -> Said:
    return _judged(bool(font["meaningless"]), f"{_some(font['meaningless'], font, 'have')} no Unicode value.")


def _means_a_character(font: Font) -> Said:
    words = f"{_some(font['void'], font, 'have')} a Unicode value that is no character (U+0000, U+FEFF or U+FFFE)."
    return _judged(bool(font["void"]), words)


def _shows_what_it_has(font: Font) -> Said:
    return _judged(bool(font["notdef"]), f"{_some(font['notdef'], font, 'show')} the sign for a missing one (.notdef).")


_TESTS: Mapping[str, Callable[[Font], Said]] = MappingProxyType(
    {
        "7.21.3.1-1": _systems_agree,
        "7.21.3.2-1": _glyphs_are_mapped,
        "7.21.3.3-1": _cmap_is_there,
        "7.21.3.3-2": _directions_agree,
        "7.21.3.3-3": _cmap_stands_alone,
        "7.21.4.1-1": _is_embedded,
        "7.21.4.1-2": _has_its_glyphs,
        "7.21.4.2-1": _lists_its_names,
        "7.21.4.2-2": _lists_its_numbers,
        "7.21.5-1": _widths_agree,
        "7.21.6-1": _leads_to_glyphs,
        "7.21.6-2": _says_its_letters,
        "7.21.6-3": _symbols_have_no_encoding,
        "7.21.6-4": _symbols_have_one_table,
        "7.21.7-1": _has_a_meaning,
        "7.21.7-2": _means_a_character,
        "7.21.8-1": _shows_what_it_has,
    }
)
