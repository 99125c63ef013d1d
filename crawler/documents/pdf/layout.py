"""Letters to lines in the order in which people read: columns, rows of tables, paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from crawler.documents import Piece
from crawler.documents.pdf.glyphs import Box, Letter, View, joined, share

#: Runs of letters on one page that are sorted into columns; more are read row by row.
_MOST_RUNS = 4_000
_DEEPEST = 6
#: Of the height of letters: the gap between two words, two cells, two lines of a paragraph, two paragraphs.
_WORD, _CELL, _LINE, _BLOCK = 0.15, 1.5, 0.6, 0.5
_CELL_TEXT = " | "
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": None}
    | dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFEFF, 0xFFFE, 0xFFFF))
)
_SOFT = "\u00ad"
_HYPHENS = (_SOFT, "-", "\u2010")
#: How a library tells a hyphen that ends a line; what is not in a run's text though it was painted.
_SOFTENED = ("\x02", _SOFT)
_LEFT_AWAY = (" ", *_SOFTENED, *_HYPHENS)
#: Digits that stand apart, each in a box of its own.
_COMB = re.compile(r"(?<!\S)\d(?: \d){5,}(?!\S)")
_BULLET = re.compile(r"(?:[^\w\s(“\"'«]|\d{1,3}[.)]|[a-zA-Z][.)]|[ivx]{1,5}[.)])(?:\s|$)")
_CALLED = re.compile(r"[^\W\d][^:.]{1,30}:(?:\s|$)")
#: A line that is shorter is none of a paragraph; one that ends a sentence has to be longer.
_PROSE, _SENTENCE = 20, 50
_STOPS = (".", ":", ";", "!", "?")
_NO_NAME = re.compile(r"[\d@]")
_NAME = 60


@dataclass(slots=True)
class Run:
    """Letters that stand together on one line. ``box`` as people see it, upright; ``place`` in the page's units."""

    text: str = field(repr=False)
    box: Box
    place: Box
    size: float
    where: str
    order: int
    label: str = field(default="", repr=False)
    #: What it was made of: each sign as it was painted, and its letter; None between two words.
    signs: Sequence[str] = field(default=(), repr=False)
    letters: Sequence[Letter | None] = field(default=(), repr=False)

    @property
    def middle(self) -> float:
        """From the top."""
        return (self.box[1] + self.box[3]) / 2

    def of(self, start: int, end: int) -> list[Letter]:
        """The letters of a stretch of its text; all of them where they cannot be told apart."""
        found: list[Letter] = []
        at = 0
        for sign, letter in zip(self.signs, self.letters, strict=True):
            for one in sign if sign in _SOFTENED else sign.translate(_LIGATURES):
                if at < len(self.text) and (one == self.text[at] or (one in _SOFTENED and self.text[at] in _HYPHENS)):
                    if letter is not None and start <= at < end:
                        found.append(letter)
                    at += 1
                elif one not in _LEFT_AWAY:
                    return [letter for letter in self.letters if letter is not None]
        return found if at == len(self.text) else [letter for letter in self.letters if letter is not None]


@dataclass(frozen=True, slots=True)
class Laid:
    """A piece of a page's text with its place, and the runs that it is made of, by where each begins in it."""

    piece: Piece
    box: Box
    runs: tuple[tuple[int, Run], ...] = field(repr=False)

    def of(self, start: int, end: int) -> Iterator[tuple[Run, list[Letter]]]:
        """The letters of a stretch of its text, by run."""
        for begins, run in self.runs:
            if begins < end and start < begins + len(run.text) and (some := run.of(start - begins, end - begins)):
                yield run, some


@dataclass(slots=True)
class Line:
    """Runs from left to right. ``starts``: a column or a region begins."""

    runs: list[Run]
    starts: bool = False

    @property
    def box(self) -> Box:
        """Around them."""
        return joined([run.box for run in self.runs])

    @property
    def size(self) -> float:
        """The height of its letters."""
        return max(run.size for run in self.runs)


def pieces(letters: Sequence[Letter], view: View, at: str) -> Iterator[Laid]:
    """The text of a page with its places."""
    runs: dict[int, list[Run]] = {}
    for turned, run in _runs(letters, view):
        runs.setdefault(turned, []).append(run)
    main = max(runs, key=lambda turned: len(runs[turned]), default=0)
    for turned in sorted(runs, key=lambda turned: turned != main):
        shown, aside = _apart(runs[turned], view)
        for some in filter(None, (shown, aside)):
            yield from _told(_arranged(some), at)


def _apart(runs: list[Run], view: View) -> tuple[list[Run], list[Run]]:
    """What is read in its place, and what would tear that apart: beside the page, tiny, under other words."""
    seen = [run for run in runs if run.where == "file"]
    buckets: dict[int, list[Run]] = {}
    for run in seen:
        for step in _steps(run):
            buckets.setdefault(step, []).append(run)
    aside = []
    for run in runs:
        if run.where != "unseen":
            continue
        near = (other for step in _steps(run) for other in buckets.get(step, ()))
        if run.size < 2 or share(run.place, view.box) < 0.5 or any(share(run.box, other.box) > 0.2 for other in near):
            aside.append(run)
    away = {id(run) for run in aside}
    return [run for run in runs if id(run) not in away], aside


def _steps(run: Run) -> range:
    return range(int(run.box[1] // 20), int(run.box[3] // 20) + 1)


def _runs(letters: Sequence[Letter], view: View) -> Iterator[tuple[int, Run]]:
    """Letters in the order in which they are painted, as long as they stand together."""
    signs: list[str] = []
    some: list[Letter | None] = []
    boxes: list[Box] = []
    last: Letter | None = None
    upright: Box = (0.0, 0.0, 0.0, 0.0)
    turned, order, spaced = 0, 0, False

    def run() -> tuple[int, Run]:
        nonlocal order
        order += 1
        assert last is not None
        place = joined(boxes)
        text = _plain("".join(signs))
        size = (last.thing.size if last.thing else 0.0) or upright[3] - upright[1]
        box = _upright(view.seen(place), turned, view)
        return turned, Run(text, box, place, size, last.where, order, "", signs, some)

    for letter in letters:
        if letter.thing is None or not letter.sign.strip():
            spaced = True
            continue
        now = (letter.thing.turned - view.turns) % 4
        box = _upright(view.seen(letter.box), now, view)
        if last is not None:
            high = min(box[3] - box[1], upright[3] - upright[1])
            level = min(box[3], upright[3]) - max(box[1], upright[1])
            size = max(letter.thing.size, 1.0)
            gap = box[0] - upright[2]
            ends = signs[-1] == "\x02"
            together = (
                now == turned and letter.where == last.where and level >= 0.5 * high and -size < gap <= _CELL * size
            )
            if together and not ends:
                if (spaced and gap > -0.3 * size) or gap > 0.4 * size:
                    signs.append(" ")
                    some.append(None)
            else:
                yield run()
                signs, some, boxes = [], [], []
        signs.append(letter.sign)
        some.append(letter)
        boxes.append(letter.box)
        last, upright, turned, spaced = letter, box, now, False
    if last is not None and signs:
        yield run()


def _plain(text: str) -> str:
    """As it would be typed; a hyphen that only ends a line stays soft."""
    soft = _SOFT if text.endswith(("\x02", _SOFT)) else ""
    text = text.translate(_LIGATURES).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _COMB.sub(lambda found: found[0].replace(" ", ""), text) + soft


def _upright(box: Box, turned: int, view: View) -> Box:
    x0, y0, x1, y1 = box
    wide, high = view.size
    if turned == 0:
        return box
    if turned == 1:
        return high - y1, x0, high - y0, x1
    if turned == 2:
        return wide - x1, high - y1, wide - x0, high - y0
    return y0, wide - x1, y1, wide - x0


def _arranged(runs: list[Run], depth: int = 0) -> list[Line]:
    """Lines in reading order."""
    if not runs:
        return []
    if depth < _DEEPEST and 6 <= len(runs) <= _MOST_RUNS and (parts := _columns(runs)):
        lines: list[Line] = []
        for part in parts:
            found = _arranged(part, depth + 1)
            if found:
                found[0].starts = True
            lines += found
        return lines
    lines = _rows(runs)
    lines[0].starts = True
    return lines


def _rows(runs: list[Run]) -> list[Line]:
    lines: list[Line] = []
    tops: tuple[float, float] = (0.0, 0.0)
    for run in sorted(runs, key=lambda run: run.middle):
        high = min(run.box[3] - run.box[1], tops[1] - tops[0])
        if lines and min(run.box[3], tops[1]) - max(run.box[1], tops[0]) >= 0.5 * high:
            lines[-1].runs.append(run)
        else:
            lines.append(Line([run]))
            tops = (run.box[1], run.box[3])
    return [part for line in lines for part in _parted(line)]


def _parted(line: Line) -> Iterator[Line]:
    """A line, and what is written on the box that covers some of it: in its midst it would tear a number apart."""
    line.runs.sort(key=lambda run: run.box[0])
    covered = [run for run in line.runs if run.where == "covered"]
    label = [
        run for run in line.runs if run.where == "file" and any(share(run.box, under.box) > 0.5 for under in covered)
    ]
    if not label:
        yield line
        return
    away = {id(run) for run in label}
    yield Line([run for run in line.runs if id(run) not in away])
    yield Line(label)


def _columns(runs: list[Run]) -> list[list[Run]] | None:
    """Above, left, right, below: the best place to part what stands side by side."""
    size = median(run.size for run in runs) or 10.0
    gutter = max(5.0, 0.7 * size)
    edges = Counter(round(run.box[0] / 3) for run in runs)
    best: tuple[int, list[Run], list[Run], float, float] | None = None
    for edge, _ in sorted(edges.items(), key=lambda item: -item[1])[:10]:
        if edges[edge] + edges[edge + 1] + edges[edge - 1] < 3:
            continue
        x = min(run.box[0] for run in runs if abs(round(run.box[0] / 3) - edge) <= 1)
        left = [run for run in runs if run.box[2] <= x - gutter]
        right = [run for run in runs if run.box[0] >= x - 1]
        if len(left) < 3 or len(right) < 3:
            continue
        across = sorted(run.middle for run in runs if run.box[0] < x - 1 and run.box[2] > x - gutter)
        stops = [float("-inf"), *across, float("inf")]
        for top, bottom in pairwise(stops):
            here_left = [run for run in left if top < run.middle < bottom]
            here_right = [run for run in right if top < run.middle < bottom]
            least = min(len(here_left), len(here_right))
            if least >= 3 and (best is None or least > best[0]) and _are_columns(here_left, here_right):
                best = (least, here_left, here_right, top, bottom)
    if best is None:
        return None
    _, one, other, top, bottom = best
    above = [run for run in runs if run.middle <= top]
    below = [run for run in runs if run.middle >= bottom]
    return [above, one, other, below]


def _are_columns(left: list[Run], right: list[Run]) -> bool:
    """Not the cells of a table, which are painted row by row, stand on the same lines and are short."""
    one, other = _rows(left), _rows(right)
    if min(len(one), len(other)) < 3:
        return False
    top = max(one[0].box[1], other[0].box[1])
    bottom = min(one[-1].box[3], other[-1].box[3])
    least = min(one[-1].box[3] - one[0].box[1], other[-1].box[3] - other[0].box[1])
    if bottom - top < 0.5 * least:
        return False
    ours = {id(run) for run in left}
    sides = [id(run) in ours for run in sorted((*left, *right), key=lambda run: run.order)]
    turns = sum(a != b for a, b in pairwise(sides))
    if turns > max(2, min(len(one), len(other)) // 3):
        return False
    short, long = sorted((one, other), key=len)
    levels = sorted(line.runs[0].middle for line in long)
    size = median(line.size for line in short)
    level = sum(any(abs(line.runs[0].middle - other) < 0.3 * size for other in levels) for line in short)
    if level < 0.6 * len(short):
        return True
    return min(median(sum(len(run.text) for run in line.runs) for line in side) for side in (one, other)) >= 18


def _told(lines: list[Line], at: str) -> Iterator[Laid]:
    """Lines as pieces: a paragraph goes on over them, a cell has the name of its column."""
    _name_cells(lines)
    edges: list[float] = []
    for region in _regions(lines):
        edges += [max(line.box[2] for line in region)] * len(region)
    gaps = [b.box[1] - a.box[3] for a, b in pairwise(lines) if not b.starts]
    usual = min(max(0.0, median(gaps)), median(line.size for line in lines)) if gaps else 0.0
    leads = ["\n\n", *(_before(a, b, e, usual) for a, b, e in zip(lines, lines[1:], edges, strict=False))]
    for line, lead, after in zip(lines, leads, [*leads[1:], "\n\n"], strict=True):
        for run in line.runs[:-1]:
            run.text = run.text.replace(_SOFT, "-")
        line.runs[-1].text = _ended(line.runs[-1].text, after == "")
        for inner, text, runs in _merged(line):
            first = runs[0][1]
            piece = Piece(at=at, text=text, label=first.label, before=inner or lead, where=first.where)
            yield Laid(piece, joined([run.place for _, run in runs]), tuple(runs))
            lead = ""


def _regions(lines: list[Line]) -> Iterator[list[Line]]:
    """Lines from one that starts to the next that does."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end == len(lines) or lines[end].starts:
            yield lines[start:end]
            start = end


def _merged(line: Line) -> Iterator[tuple[str, str, list[tuple[int, Run]]]]:
    """Runs of one line that are one cell, each with what stands between it and the one to its left."""
    text, runs, before = line.runs[0].text, [(0, line.runs[0])], ""
    for left, run in pairwise(line.runs):
        lead = _between(left, run)
        if lead == _CELL_TEXT or run.where != runs[0][1].where:
            yield before, text, runs
            text, runs, before = run.text, [(0, run)], lead
        else:
            runs.append((len(text) + len(lead), run))
            text += lead + run.text
    yield before, text, runs


def _between(left: Run, run: Run) -> str:
    """What stands between two runs of a line."""
    gap, size = run.box[0] - left.box[2], max(left.size, run.size, 1.0)
    if gap > _CELL * size and not (len(left.text) <= 3 and _BULLET.match(left.text)):
        return _CELL_TEXT
    return "" if abs(gap) <= _WORD * size else " "


def _before(last: Line, line: Line, edge: float, usual: float) -> str:
    """How a line stands to the one before it: "" goes on within a word, " " within a paragraph."""
    if line.starts:
        return "\n\n"
    size = max(line.size, 1.0)
    gap = line.box[1] - last.box[3]
    if gap > usual + _BLOCK * size:
        return "\n\n"
    end, start = last.runs[-1].text, line.runs[0].text
    alike = abs(last.size - line.size) <= 0.15 * size and abs(last.box[0] - line.box[0]) < 3 * size
    if len(_cells(last)) > 1 or len(_cells(line)) > 1 or not alike:
        return "\n"
    if len(end) > 1 and end.endswith(_HYPHENS):
        inside = end[-2].islower() and start[:1].islower()
        return "" if inside or (end[-2].isdigit() and start[:1].isdigit()) else "\n"
    full = last.box[2] >= edge - max(0.2 * (edge - last.box[0]), 6 * size)
    if not full or _BULLET.match(start) or _CALLED.match(start):
        return "\n"
    length = sum(len(run.text) for run in last.runs)
    return " " if length >= (_SENTENCE if end.endswith(_STOPS) else _PROSE) else "\n"


def _ended(text: str, goes_on: bool) -> str:
    """The end of a line: a hyphen that parts a word goes, one between digits stays."""
    if goes_on and text[-2:-1].islower():
        return text[:-1]
    return f"{text[:-1]}-" if text.endswith(_SOFT) else text


def _name_cells(lines: list[Line]) -> None:
    """Where rows stand under a row of names, each cell is called by the name above it."""
    start = 0
    while start < len(lines):
        end = start + 1
        while end < len(lines) and not lines[end].starts and len(lines[end].runs) > 1:
            end += 1
        head = _cells(lines[start])
        names = [" ".join(run.text for run in cell) for cell in head]
        if (
            len(head) > 1
            and end - start > 2
            and not any(_NO_NAME.search(n) or len(n) > _NAME or ":" in n for n in names)
        ):
            edges = [joined([run.box for run in cell]) for cell in head]
            for line in lines[start + 1 : end]:
                cells = _cells(line)
                if 1 < len(cells) <= len(head):
                    _call(cells, edges, names)
        start = end if end > start + 1 else start + 1


def _cells(line: Line) -> list[list[Run]]:
    cells = [[line.runs[0]]]
    for run in line.runs[1:]:
        if _between(cells[-1][-1], run) == _CELL_TEXT:
            cells.append([run])
        else:
            cells[-1].append(run)
    return cells


def _call(cells: list[list[Run]], edges: list[Box], names: list[str]) -> None:
    for cell in cells:
        left, _, right, _ = joined([run.box for run in cell])
        over = [max(0.0, min(right, edge[2]) - max(left, edge[0])) for edge in edges]
        index = over.index(max(over))
        if over[index] <= 0:
            index = min(range(len(edges)), key=lambda n: abs(edges[n][0] - left))
            if abs(edges[index][0] - left) > 20:
                continue
        for run in cell:
            run.label = names[index]
