"""Whether memory stays flat over a long audit: ``python bench/flat.py [--pages 10000]``.

One site of pages made from the examples of Bootstrap: title, text and links vary with the seed, structure, styles and
scripts stay. Memory of the process tree, pages per second and CPU per page over time are drawn to bench/flat-PAGES.svg
and .png.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Self

import results
from peers import fresh
from sites import BENCH, WORK, Site, build, served
from whole import audit, costs

from crawler.browser.find import find_browser

#: Share of the words that are replaced by others of the same pages.
VARIED = 0.1
WORD = re.compile(r"[a-z]{4,}")
#: Where the models lead nowhere.
LINK = re.compile(r'(?<=href=")#[^"]*')
TAG = re.compile(r"(<script.*?</script>|<style.*?</style>|<title>.*?</title>|<[^>]+>)", re.DOTALL)
FIRST = "/album/page-00000.html"
Series = Sequence[tuple[float, float]]


def main() -> None:
    """Generate, audit, draw, and renew the results page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    model = next(site for site in build() if site.name == "bootstrap")
    site = Site(name="flat", root=fresh(WORK / "flat"), speed=False)
    generate(site.root, model, told.pages, told.seed)
    folder = WORK / "runs/flat"
    every = max(0.5, told.pages / 2000)
    with served(site) as origins, Counting(folder / "out/handrail.sqlite", every) as counting:
        cost, seen = audit(origins["flat"] + FIRST, folder, every=every, limit=20 * 3600)
    memory = [(at, float(size)) for at, size, _ in cost.series if at < 0.98 * cost.wall]  # not the end
    tenth = cost.wall / 10
    early = mean(size for at, size in memory if tenth <= at < 2 * tenth)
    late = mean(size for at, size in memory if at >= 9 * tenth)
    rates, cpu = counting.rates(), counting.cpu([(at, spent) for at, _, spent in cost.series])
    curves = [("MB of memory", [(at, size / 1e6) for at, size in memory]), ("pages per second", rates)]
    plot = BENCH / f"flat-{told.pages}.svg"
    draw(plot, [*curves, ("seconds of CPU per page", cpu)])
    picture(plot, plot.with_suffix(".png"))
    first, last = (mean(cost for _, cost in part) for part in (cpu[1 : len(cpu) // 3], cpu[-len(cpu) // 3 :]))
    command = " ".join(["python", "bench/flat.py", *sys.argv[1:]])
    data = {**costs(cost), **seen, "early": early, "late": late, "cpu_early": first, "cpu_late": last}
    about = {"command": command, "date": results.now(), "machine": results.machine()}
    runs = results.kept("flat").get("runs", {}) | {str(told.pages): data | about}
    results.put("flat", {"runs": runs}, command=command)
    print(results.RESULTS.read_text("utf-8").partition("## Memory")[2], *seen["ours"][:20], sep="\n")


def generate(folder: Path, model: Site, pages: int, seed: int) -> None:
    """``pages`` files beside their models: each links to the next, so that all are found, and for the rest anywhere."""
    shutil.copytree(model.root, folder, dirs_exist_ok=True)
    chance = random.Random(seed)
    models = [(path.rpartition("/")[0], (model.root / path[1:]).read_text("utf-8")) for path in model.pages()]
    words = sorted({word for _, source in models for word in WORD.findall(TAG.sub(" ", source))})

    def address(number: int) -> str:
        return f"{models[number % len(models)][0]}/page-{number:05}.html"

    for number in range(pages):
        pieces = TAG.split(models[number % len(models)][1])
        pieces[0::2] = [_text(piece, words, chance) for piece in pieces[0::2]]
        pieces[1::2] = [
            LINK.sub(lambda _: address(chance.randrange(pages)), piece) if piece.startswith("<a ") else piece
            for piece in pieces[1::2]
        ]
        title = f"<title>Page {number}: {chance.choice(words)} {chance.choice(words)}</title>"
        onward = f'<p><a href="{address(min(number + 1, pages - 1))}">Page {min(number + 1, pages - 1)}</a></p></body>'
        page = re.sub(r"<title>.*?</title>", title, "".join(pieces), flags=re.DOTALL).replace("</body>", onward)
        (folder / address(number)[1:]).write_text(page, "utf-8")


def _text(text: str, words: Sequence[str], chance: random.Random) -> str:
    return WORD.sub(lambda word: chance.choice(words) if chance.random() < VARIED else word[0], text)


class Counting(threading.Thread):
    """How many pages the run has audited, looked up in its store from time to time."""

    def __init__(self, store: Path, every: float) -> None:
        super().__init__(daemon=True)
        self._store = store
        self._every = every
        self._over = threading.Event()
        self._counts: list[tuple[float, int]] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        """Until told to stop."""
        began = time.monotonic()
        while not self._over.wait(self._every):
            with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{self._store}?mode=ro", uri=True)) as store:
                count = store.execute("select count(*) from page where outcome = 'audited'").fetchone()[0]
                self._counts.append((time.monotonic() - began, count))

    def rates(self) -> list[tuple[float, float]]:
        """Pages per second, over a twentieth of the run each, until the last page was done."""
        marks = self._marks()
        return [((at + then) / 2, (count - before) / (at - then)) for (then, before), (at, count) in pairwise(marks)]

    def cpu(self, spent: Series) -> list[tuple[float, float]]:
        """Seconds of CPU per page over the same stretches, which other programs cannot disturb much."""
        marks = [(at, count, self._at(spent, at)) for at, count in self._marks()]
        return [
            ((at + then) / 2, (cost - was) / max(1, count - before))
            for (then, before, was), (at, count, cost) in pairwise(marks)
        ]

    def _marks(self) -> list[tuple[float, int]]:
        last = next((index for index, (_, count) in enumerate(self._counts) if count == self._counts[-1][1]), 0)
        return self._counts[: last + 1 : max(1, last // 20)]

    @staticmethod
    def _at(spent: Series, moment: float) -> float:
        return next((cost for at, cost in spent if at >= moment), spent[-1][1])


def picture(svg: Path, png: Path) -> None:
    """The same as PNG, drawn by the browser."""
    command = [find_browser(), "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=720,700"]
    subprocess.run([*command, f"--screenshot={png}", svg.as_uri()], check=True, capture_output=True, timeout=60)


def draw(file: Path, curves: Sequence[tuple[str, Series]]) -> None:
    """Curves over the same minutes, each with its own scale."""
    width, height, left, gap = 720, 180, 60, 50
    end, all_of_it = max(at for _, series in curves for at, _ in series), len(curves) * (height + gap)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {all_of_it}" role="img" '
        f'font-family="sans-serif" font-size="12" aria-label="{", ".join(name for name, _ in curves)} over time">',
        f'<rect width="{width}" height="{all_of_it}" fill="white"/>',
    ]
    for index, (name, series) in enumerate(curves):
        top, most = 30 + index * (height + gap), 1.1 * max(value for _, value in series)
        style = ".0f" if most > 10 else ".1f"

        def place(at: float, value: float, top: int = top, most: float = most) -> str:
            return f"{left + at / end * (width - left - 20):.1f},{top + height * (1 - value / most):.1f}"

        for share in (0, 0.5, 1):
            y = top + height * (1 - share)
            parts.append(f'<line x1="{left}" x2="{width - 20}" y1="{y}" y2="{y}" stroke="#ccc"/>')
            parts.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{most * share:{style}}</text>')
        for share in (0, 0.25, 0.5, 0.75, 1):
            x = left + share * (width - left - 20)
            parts.append(f'<text x="{x}" y="{top + height + 16}" text-anchor="middle">{end * share / 60:.1f}</text>')
        points = " ".join(place(at, value) for at, value in series)
        parts.append(f'<polyline points="{points}" fill="none" stroke="#005a9c" stroke-width="1.5"/>')
        parts.append(f'<text x="{left}" y="{top - 10}" font-weight="bold">{name}, by minutes</text>')
    file.write_text("\n".join([*parts, "</svg>"]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
