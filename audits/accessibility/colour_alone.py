"""Like things that differ by their colour differ by something else as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from operator import itemgetter
from typing import ClassVar

from audits.accessibility._places import kind_of
from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

#: From this contrast on, two colours are told apart by how light they are (technique G183).
LIGHTNESS = 3.0
#: What is less than this far from grey is a shade of grey.
FAINT = 26
_NUMERIC = re.compile(r"[\s\d:.,$%hHaApPmM–—/-]+")
_STATE = re.compile(
    r"(?:^|[\s_-])(?:is-)?(?:active|current|cur|curr|on|selected|sel|here|now|done|complete|completed|finished|todo"
    r"|pending|next|actif|active|courant|fait|terminee?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_STEPS = re.compile(r"step|progress|wizard|stage|étape|etape|parcours|timeline", re.IGNORECASE)
#: Words that say a state, so that its colour need not.
_SAID = re.compile(
    r"(?<![^\W_])(?:open\w*|closed?|available|unavailable|full|free|taken|booked|good|fair|poor|safe|unsafe|high|low"
    r"|medium|moderate|normal|delayed|on time|late|cancell?ed|active|inactive|done|complete\w*|pending|passed|failed"
    r"|approved|refused|denied|current|now|next|ok|online|offline|down|up|yes|no|warning|danger|alert|ouverte?s?"
    r"|fermée?s?|disponibles?|complet|libre|bonne?|mauvaise?|moyenne?|élevée?|faible|normale?|retardée?|annulée?"
    r"|terminée?|en cours|approuvée?|refusée?|oui|non|avertissement)(?![^\W_])",
    re.IGNORECASE,
)
_STATUS_CLASS = re.compile(
    r"(?:^|[\s_-])(?:ok|good|bad|warn\w*|danger|error|success|fail\w*|open|closed?|red|green|yellow|amber|status|state"
    r"|online|offline|active|inactive|rouge|vert|jaune)(?:$|[\s_-])",
    re.IGNORECASE,
)
_STATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:full|booked|reserved|taken|closed|unavailable|sold|late|overdue|over|neg(?:ative)?|urgent|complet"
    r"|reserve|ferme|occupe|retard)(?:$|[\s_-])",
    re.IGNORECASE,
)
FEWEST_MARKS = 2
#: Cells of a table from which one that differs is told apart by what the code calls it.
FEWEST_REST = 4


class ColourAlone(StructureCheck):
    """WCAG 1.4.1: sets of like things, marks, words in a line, charts and fields that differ by colour alone."""

    rule = Rule(
        id="check/colour-alone",
        title="Things seem to be told apart by colour alone",
        why="People who do not tell red from green, or print in grey, see one thing where others see two.",
        fix="Add a word, a sign, a pattern or a line to each colour. The colour may stay.",
        title_fr="Des éléments semblent se distinguer par la couleur seule",
        why_fr="Les personnes qui ne distinguent pas le rouge du vert, ou qui impriment en gris, voient une chose là "
        "où d’autres en voient deux.",
        fix_fr="Ajoutez à chaque couleur un mot, un signe, un motif ou un trait. La couleur peut rester.",
        impact=Impact.SERIOUS,
        criteria=("1.4.1",),
        references=("WCAG technique G14", "WCAG technique G111"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/use-of-color.html",
        before='<li><span class="dot red"></span> Harbour Beach</li>',
        after='<li><span class="dot red"></span> Harbour Beach: closed</li>',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/colour-only-cell",),
    )
    needs: ClassVar[tuple[str, ...]] = ("looks",)
    about: ClassVar[tuple[str, ...]] = ("alike", "marks", "lines", "charts", "reds")
    artifact: ClassVar[str] = "looks"

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Each such set; a key to colours is told at what it explains."""
        for things in frame["alike"]:
            message = self._things(things)
            if message:
                yield self.found(frame, things, message)
        for chart in frame["charts"]:
            if chart["dashes"] == 1 and len(chart["labels"]) < 2 * chart["parts"]:
                message = (
                    f"{chart['parts']} parts of the chart have colours that a key explains. Look at it without "
                    "colours: does a label, a pattern or a line beside each part say which is which?"
                )
                yield self.found(frame, chart, message)
        for alike in by(frame["marks"], _kind):
            yield from self._marks(frame, alike)
        unlike = [line for line in frame["lines"] if _unlike(line["pieces"])]
        for group in by(unlike, kind_of):
            pieces = self.quotes(piece["text"] for piece in group[0]["pieces"])
            message = (
                f"Words of the text have different colours: {pieces}.{more(group)} Do the colours say something that "
                "the words do not?"
            )
            yield self.found(frame, group[0], message)
        for field in frame["reds"]:
            if field["how"] == "ground":
                many = f"{field['many']} fields of this form" if field["many"] > 1 else "One field of this form"
                message = (
                    f"{many}, {self.quote(field['label'] or field['name'])} first, on a colour, others on none, and no "
                    "word says why. Must they be filled in, and is that said in text?"
                )
                yield self.found(frame, field, message)
        edges = [field for field in frame["reds"] if field["how"] == "edge"]
        silent = [field for field in edges if not (field["text"] or field["described"] or field["sign"])]
        for group in by(silent, lambda field: field["part"]["key"]):
            called = self.quote(group[0]["label"] or group[0]["name"])
            message = (
                f"The field {called} is red at its edge, others are not, and "
                f"no words beside it say why.{more(group, 'field')} Is it wrong or required, and is that said in text?"
            )
            yield self.found(frame, group[0], message)

    def _things(self, things: Fact) -> str:
        """What a person is asked about a set of like things; "" where nothing is to be asked."""
        items = things["items"]
        for key in ("paint", "ink"):
            groups = _by_colour(items, key)
            if len(groups) < 2 or len(groups) > 6 or _is_striped(items, key, things["kind"]):
                continue
            if _is_state(things, groups, key):
                said = self.quotes(item["text"] for item in min(groups, key=len))
                return (
                    f"Of {len(items)} entries side by side, {said} has another colour and nothing else that differs. "
                    "Does the colour say which one is current or done? Is it seen without colours?"
                )
            if _is_meant(groups, key, things["kind"]):
                said = "; ".join(self.quotes((item["text"] or "–" for item in group), most=2) for group in groups[:3])
                return (
                    f"{len(items)} like things have {len(groups)} colours ({said}), and nothing else seems to tell "
                    "them apart. What does each colour say, and is it said in another way?"
                )
        return ""

    def _marks(self, frame: Fact, alike: Sequence[Fact]) -> Iterator[Finding]:
        marks = alike[0]
        items = [item for item in marks["items"] if item["colour"]["chroma"] >= FAINT]
        groups = by(items, lambda item: item["colour"]["key"])
        if len(groups) < FEWEST_MARKS or len({item["shape"] for item in items}) > 1:
            return
        said = self.quotes(item["text"] for item in items)
        if len(mute := [item for item in items if item["alone"]]) > 1:
            message = (
                "Cells of this table hold a coloured mark and no word, beside "
                f"{self.quotes(item['text'] for item in mute)}. What does each colour say, and "
                "how does somebody learn it who does not see colours?"
            )
            yield self.found(frame, marks, message)
            return
        if all(len(group) == 1 for group in groups):
            if frame["charts"]:
                return
            if boxes := _explained_boxes(items, frame["alike"]):
                message = (
                    f"{len(boxes['items'])} boxes without words have colours that a key explains. Look at them without "
                    "colours: does anything else tell which is which?"
                )
                yield self.found(frame, boxes, message)
                return
            if marks["chart"]:
                message = (
                    "A key explains this picture by colours alone. Look at it without colours: can its parts be told "
                    "apart?"
                )
                yield self.found(frame, marks["chart"], message)
                return
            if not _is_status(items) or all(_SAID.search(item["text"]) for item in items):
                return
        elif _explained(groups):
            return
        message = (
            f"Coloured marks stand beside {said}, without words of their own.{more(alike, 'list')} Do the colours say "
            "something, and is it written as well?"
        )
        yield self.found(frame, marks, message)


def _kind(marks: Fact) -> tuple[tuple[str, str], ...]:
    """The same marks beside the same words are one matter, however often they stand on the page."""
    return tuple((item["text"], item["colour"]["key"]) for item in marks["items"])


def _apart(one: Fact, other: Fact) -> bool:
    turn = abs(one["hue"] - other["hue"])
    return bool(min(one["chroma"], other["chroma"]) >= FAINT and min(turn, 360 - turn) >= 20)


def _light(rgb: Sequence[float]) -> float:
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in (c / 255 for c in rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: Fact | None, other: Fact | None) -> float:
    """Of two colours; white stands for none."""
    low, high = sorted(_light(colour["rgb"] if colour else (255, 255, 255)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _looks(item: Fact) -> frozenset[str]:
    """All signs of a thing that are no words."""
    return frozenset(sign for sign in item["signs"] if not sign[0].isalpha() or ":" in sign)


def _tell(one: Sequence[Fact], other: Sequence[Fact], *, words: bool = True) -> bool:
    """Whether something that all of one group have and none of the other tells them apart."""
    first, second = ([set(item["signs"]) if words else _looks(item) for item in group] for group in (one, other))
    shared = set.intersection(*map(set, first)) - set.union(*map(set, second))
    return bool(shared or set.intersection(*map(set, second)) - set.union(*map(set, first)))


def _explained(groups: Sequence[Sequence[Fact]]) -> bool:
    """Whether words that go with each colour say what it says; the words of one thing alone are mostly its name."""

    def said(one: Sequence[Fact], other: Sequence[Fact]) -> bool:
        mine, others = (
            [set(re.findall(r"[^\W\d_]{2,}", item["text"].casefold())) for item in group] for group in (one, other)
        )
        shared = set.intersection(*mine) - set.union(*others)
        return bool(shared) and (len(one) > 1 or any(_SAID.fullmatch(word) for word in shared))

    return all(said(one, other) or said(other, one) for one, other in combinations(groups, 2))


def _explained_boxes(keys: Sequence[Fact], sets: Sequence[Fact]) -> Fact | None:
    """Boxes without words, in the colours of a key: the bars of a chart, the squares of a plan."""
    colours = {key["colour"]["key"] for key in keys}
    for things in sets:
        mute = [item["paint"]["key"] for item in things["items"] if item["paint"] and not item["text"]]
        if len(mute) == len(things["items"]) and len(colours & set(mute)) > 1:
            return things
    return None


def _is_status(items: Sequence[Fact]) -> bool:
    """A row of lamps: red beside green, or marks that the code calls a status."""
    return (
        _lamps([item["colour"] for item in items])
        or sum(bool(_STATUS_CLASS.search(item["classes"])) for item in items) > 1
    )


def _by_colour(items: Sequence[Fact], key: str) -> list[list[Fact]]:
    return by(items, lambda item: (item[key] or {}).get("key", ""))


def _is_striped(items: Sequence[Fact], key: str, kind: str) -> bool:
    """Whole rows or whole columns of one colour are looks, and so are every second entry's."""
    for lines in (by(items, itemgetter("row")), by(items, itemgetter("left"))):
        if 1 < len(lines) < len(items) and all(len(_by_colour(line, key)) == 1 for line in lines):
            return True
    if kind == "cells" or len(items) < 4 or _lamps([item[key] for item in items if item[key]]):
        return False
    colours = [(item[key] or {}).get("key", "") for item in items]
    return all(colour == colours[index % 2] for index, colour in enumerate(colours))


def _lamps(colours: Sequence[Fact]) -> bool:
    """Red beside green."""
    hues = [colour["hue"] for colour in colours if colour["chroma"] >= FAINT]
    return any(hue <= 15 or hue >= 345 for hue in hues) and any(80 <= hue <= 165 for hue in hues)


def _is_signal(colour: Fact) -> bool:
    """Red to orange, or green."""
    return bool(colour["hue"] <= 45 or colour["hue"] >= 345 or 80 <= colour["hue"] <= 165)


def _is_state(things: Fact, groups: Sequence[Sequence[Fact]], key: str) -> bool:
    """One of several entries is current, or some are done, by colour alone."""
    items = things["items"]
    if things["kind"] == "cells" or len(items) > 12 or len(groups) > 3 or any(not item["text"] for item in items):
        return False
    if not (things["nav"] or _STEPS.search(things["steps"]) or things["kind"] in ("li", "a")):
        return False
    marked = [bool(_STATE.search(item["classes"])) for item in items]
    if not any(marked) or all(marked) or (len(groups) > 2 and not _STEPS.search(things["steps"])):
        return False
    few = min(groups, key=len)
    if len(groups) == 2 and not all(_STATE.search(item["classes"]) for item in few):
        return False
    other = "ink" if key == "paint" else "paint"
    for one, two in combinations(groups, 2):
        if _tell(one, two, words=False) or _said_of(one) or _said_of(two):
            return False
        if max(_contrast(one[0][name], two[0][name]) for name in (key, other)) >= LIGHTNESS:
            return False
    return True


_DONE = re.compile(r"[✓✔•●▶→]|\b(?:current|now|done|completed|en cours|terminée?)\b", re.IGNORECASE)


def _said_of(group: Sequence[Fact]) -> bool:
    return all(_DONE.search(item["text"]) for item in group)


def _is_meant(groups: Sequence[Sequence[Fact]], key: str, kind: str) -> bool:
    """Numbers, times or empty boxes of several colours, or red and green ones, that no word or sign explains."""
    chromatic = [group for group in groups if (group[0][key] or {}).get("chroma", 0) >= FAINT]
    repeated = [group for group in chromatic if len(group) > 1]
    if not repeated:
        return kind == "cells" and len(groups) == 2 and any(_is_marked(group, groups, key) for group in chromatic)
    tinted = [item for group in chromatic for item in group]
    numeric = sum(bool(_NUMERIC.fullmatch(item["text"] or "0")) for item in tinted) >= 0.7 * len(tinted)
    lamps = _lamps([group[0][key] for group in chromatic])
    # Words or figures of a table in red, others not.
    signal = key == "ink" and kind == "cells" and all(_is_signal(group[0][key]) for group in chromatic)
    if any(len(item["text"]) > 60 for item in tinted) or not (numeric or lamps or signal):
        return False
    if key == "ink" and not (lamps or signal):
        return False
    if kind == "cells" and not all(item["text"] for item in tinted) and not any(item["text"] for item in tinted):
        return False  # told by the rule of empty cells
    if len(chromatic) < 2 and not signal and (not numeric or len(repeated[0]) < 3 or len(groups) < 2):
        return False
    compared = groups if len(chromatic) < 2 else chromatic
    for one, two in combinations(compared, 2):
        if (len(one) > 1 or len(two) > 1) and not _tell(one, two) and _contrast(one[0][key], two[0][key]) < LIGHTNESS:
            return True
    return False


def _is_marked(one: Sequence[Fact], groups: Sequence[Sequence[Fact]], key: str) -> bool:
    """A single cell among many, which the code calls full, closed, late, and which only its colour tells."""
    rest = [item for group in groups if group is not one for item in group]
    if len(rest) < FEWEST_REST or not _STATE_CLASS.search(one[0]["classes"]) or _SAID.search(one[0]["text"]):
        return False
    return not _tell(one, rest, words=False) and _contrast(one[0][key], rest[0][key]) < LIGHTNESS


def _unlike(pieces: Sequence[Fact]) -> bool:
    """Whether two tints in a line differ by nothing else."""
    for one, other in combinations(pieces, 2):
        if _apart(one["colour"], other["colour"]) and not _tell([one], [other], words=False):
            return True
    return False
