"""Write bench/RESULTS.md from what the benchmarks measured last; each of them renews its own section."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sites import BENCH

#: Kept beside the page, so that a command renews its own section and leaves the others.
KEPT = BENCH / "results.json"
RESULTS = BENCH / "RESULTS.md"
#: What was tried, by hand: a number without its story is soon tried again.
TRIED = BENCH / "tried.md"
#: Above this share of the machine's CPU in other hands, a section says so.
BUSY = 0.05
Json = dict[str, Any]


def kept(section: str) -> Json:
    """What was measured last; {} when nothing was."""
    return dict(json.loads(KEPT.read_text()).get(section, {})) if KEPT.is_file() else {}


def now() -> str:
    """The date as the page shows it."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def put(section: str, data: Json, *, command: str) -> None:
    """Keep a section's data and write the page anew."""
    kept = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    kept[section] = {
        **data,
        "command": command,
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": machine(),
    }
    KEPT.write_text(json.dumps(kept, indent=1) + "\n")
    RESULTS.write_text("\n".join(_page(kept)) + "\n", "utf-8")


def machine() -> str:
    """Processor, cores, memory, system."""
    cpu = Path("/proc/cpuinfo").read_text()
    model = next((line.partition(":")[2].strip() for line in cpu.splitlines() if line.startswith("model name")), "?")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 1024**2
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, {system}, Linux {platform.release()}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, first column to the left, the others to the right."""
    yield "| " + " | ".join(head) + " |"
    yield "|---" + "|---:" * (len(head) - 1) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def _page(sections: Json) -> Iterator[str]:
    yield "# Results of the benchmark"
    yield ""
    yield "Written by `make bench`; do not edit. Trust ratios more than seconds: other machines are faster or slower."
    yield ""
    parts = (
        ("speed", _speed),
        ("audits", _audits),
        ("flat", _flat),
        ("documents", _documents),
        ("inventory", _inventory),
        ("carry", _carry),
        ("history", _history),
        ("frontier", _frontier),
        ("workers", _workers),
        ("report", _report),
        ("readers", _readers),
        ("check", _check),
        ("checks", _checks),
        ("pii", _pii),
    )
    for name, section in parts:
        if name in sections:
            yield from section(sections[name])
    yield TRIED.read_text("utf-8")


def _origin(data: Json) -> Iterator[str]:
    others = data["others"]
    busy = f" **The machine was busy**: up to {others:.0%} of its CPU went to other programs." if others > BUSY else ""
    yield f"{data['date']}, `{data['command']}`. {data['machine']}.{busy}"
    yield ""


def _pii(data: Json) -> Iterator[str]:
    yield "## Personal information, beside stock Presidio"
    yield ""
    yield f"{data['date']}, `{data['command']}`. {data['machine']}."
    yield ""
    ours, stock = data["measured"]["handrail"], data["measured"]["stock Presidio"]
    yield (
        f"{data['documents']} invented documents of {data['kind']}, no language model. P, R, F2 of Handrail, then of "
        "stock Presidio with its Canadian recognizers. Speed in "
        f"characters per second of CPU: {ours['speed']:,.0f} beside {stock['speed']:,.0f}, "
        f"{ours['speed'] / stock['speed']:.1f} times as fast, names included."
    )
    yield ""
    rows = []
    for entity, (count, *shares) in ours["figures"].items():
        theirs = stock["figures"].get(entity, [0, 0, 0, 0])[1:]
        rows.append([entity, str(count), *(f"{share:.3f}" for share in (*shares, *theirs))])
    yield from table(["kind", "labels", "P", "R", "F2", "P, stock", "R, stock", "F2, stock"], rows)


def _speed(data: Json) -> Iterator[str]:
    yield "## Cost and findings on the same pages"
    yield ""
    yield from _origin(data)
    yield (
        f"{len(data['pages'])} pages, rounds: {data['rounds']}, every tool in turn in each. Browser: "
        f"{data['browser']}; axe-core {data['axe']}. Cost is that of the whole process tree, start and end included; "
        "memory is its largest sum of PSS. Ratios are to the floor of the same round: minimum / **median** / maximum."
    )
    yield ""
    rows = []
    for tool in data["tools"]:
        if "evidence" in tool:
            rows.append([f"{tool['name']} {tool['version']}", "does not run here, see below", *[""] * 7])
            continue
        rows.append(
            [
                f"{tool['name']} {tool['version']}",
                _spread(tool["cpu_ratio"]),
                _spread(tool["wall_ratio"]),
                f"{tool['cpu']:.2f}",
                f"{tool['wall']:.2f}",
                f"{tool['peak'] / 1e6:.0f}",
                f"{tool['ok']} / {tool['failed']}",
                str(tool["found"]),
                tool["pairs"],
            ]
        )
    head = (
        "",
        "CPU x floor",
        "wall x floor",
        "CPU s/page",
        "wall s/page",
        "peak MB",
        "pages ok / failed",
        "places found",
    )
    yield from table((*head, "of the slow audit's"), rows)
    yield (
        "Places found: violations (rule, element) that the tool is sure of, in the last round. The last column: of the "
        f"{data['pairs']} (page, rule) pairs with violations that axe finds four seconds after load, in every frame, "
        "with all its default rules, how many the tool reported too. IBM's checker has rules of its own, and Handrail "
        "and floor also run `target-size`."
    )
    yield ""
    for tool in data["tools"]:
        yield f"- {tool['name']}: {tool['does']}."
    yield ""
    for tool in data["tools"]:
        if "evidence" in tool:
            yield from (f"{tool['name']} {tool['version']} did not run:", "", "```", tool["evidence"], "```", "")
    yield "### Is waiting for quiet enough?"
    yield ""
    yield "Violations (rule, selector), page by page, beside the slow audit:"
    yield ""
    for name, differences in data["differences"].items():
        yield f"- {name}: {len(differences) or 'no'} {'page' if len(differences) < 2 else 'pages'} different."
        for url, missing, extra in differences:
            yield f"  - {url}: {_rules('missing', missing)}{_rules('extra', extra)}"
    yield ""
    yield "### The pages"
    yield ""
    yield "From " + ", ".join(f"{name} {version}" for name, version in data["sources"].items()) + "."
    yield f"Pages with scripts, drawn with seed {data['seed']}, the same number from each site:"
    yield ""
    yield from (f"- {url}" for url in sorted(data["pages"]))
    yield ""


def _ends(data: Json) -> str:
    return f"Outcomes: {', '.join(f'{count} {outcome}' for outcome, count in data['outcomes'].items())}."


def _spread(values: Sequence[float]) -> str:
    ordered = sorted(values)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    return f"{ordered[0]:.2f} / **{middle:.2f}** / {ordered[-1]:.2f}"


def _rules(word: str, rules: Sequence[str]) -> str:
    return f"{word} {', '.join(rules)}; " if rules else ""


def _audits(data: Json) -> Iterator[str]:
    yield "## Audits of whole sites"
    yield ""
    yield from _origin(data)
    sites = data["sites"]
    head = ("", "on", "pages audited", "outcomes", "pages/s", "CPU s/page", "peak MB", "to explain", "exit code")
    rows = [
        [
            name,
            site["on"],
            str(site["audited"]),
            ", ".join(f"{count} {outcome}" for outcome, count in site["outcomes"].items()),
            f"{site['audited'] / site['wall']:.2f}",
            f"{site['cpu'] / max(1, site['audited']):.2f}",
            f"{site['peak'] / 1e6:.0f}",
            str(len(site["ours"])),
            str(site["exit"]),
        ]
        for name, site in sites.items()
    ]
    yield from table(head, rows)
    yield "To explain: pages that ended otherwise than audited, and not by the site's or the plan's doing."
    yield ""
    for name, site in sites.items():
        yield from (f"- {name}: {line}" for line in site["ours"])
        told = ", ".join(f"{step} {seconds:.2f}" for step, seconds in site["steps"].items())
        yield f"- {name}, `{site['command']}`, seconds a page: {told}"
    yield ""


def _flat(data: Json) -> Iterator[str]:
    yield "## Memory over a long audit"
    yield ""
    yield "All checks as they were at the time: with more of them a page costs more, and over one run it must not."
    yield ""
    for pages, run in sorted(data["runs"].items(), key=lambda one: int(one[0])):
        yield from _origin(run)
        yield (
            f"{run['audited']} pages audited of one generated site in {run['wall'] / 60:.0f} minutes, "
            f"{run['audited'] / run['wall']:.2f} pages/s; memory of the process tree in the second tenth of the time "
            f"{run['early'] / 1e6:.0f} MB, in the last {run['late'] / 1e6:.0f} MB, at most {run['peak'] / 1e6:.0f} MB. "
            f"{run['cpu_early']:.2f} s of CPU a page in the first third, {run['cpu_late']:.2f} in the last. "
            f"{_ends(run)}"
        )
        yield ""
        yield f"![Memory, pages per second and CPU per page over time](flat-{pages}.png)"
        yield ""


def _documents(data: Json) -> Iterator[str]:
    yield "## Documents"
    yield ""
    yield from _origin(data)
    number = data["documents"] + data["hostile"]
    yield (
        f"{data['documents']} PDF, Word and Excel files and {data['hostile']} that mean harm (bombs, circles, noise, "
        f"broken, locked) in one audit, exit code {data['exit']}: **{number / data['wall']:.1f} documents/s**, "
        f"{1000 * data['cpu'] / number:.0f} ms of CPU each, start-up included; memory of the process tree "
        f"{data['early'] / 1e6:.0f} MB in the second fifth of the run, {data['late'] / 1e6:.0f} MB in the fourth, "
        f"at most {data['peak'] / 1e6:.0f} MB. {_ends(data)}"
    )
    yield ""


def _inventory(data: Json) -> Iterator[str]:
    yield "## An inventory of many hosts"
    yield ""
    yield from _origin(data)
    yield (
        f"{data['listed']} pages of {data['hosts']} hosts listed by one process (`--no-render`), frontier included, "
        f"in {data['seconds']:.1f} s from the start of the run to its end: **{data['listed'] / data['seconds']:.0f} "
        f"pages/s**; {data['wall']:.1f} s with start-up and list. {data['delay']:g} s between requests to one host. "
        f"{1000 * data['cpu'] / max(1, data['listed']):.1f} ms of CPU a page, at most {data['peak'] / 1e6:.0f} MB. "
        f"{_ends(data)}"
    )
    yield ""


def _carry(data: Json) -> Iterator[str]:
    yield "## A second audit of an unchanged site"
    yield ""
    yield from _origin(data)
    head = (
        "server",
        "pages",
        "carried",
        "first: CPU s",
        "wall s",
        "second: CPU s",
        "wall s",
        "CPU ratio",
        "wall ratio",
    )
    rows = [
        [
            one["name"],
            str(one["pages"]),
            str(one["carried"]),
            f"{one['first']['cpu']:.1f}",
            f"{one['first']['wall']:.1f}",
            f"{one['second']['cpu']:.1f}",
            f"{one['second']['wall']:.1f}",
            f"**{one['second']['cpu'] / one['first']['cpu']:.1%}**",
            f"**{one['second']['wall'] / one['first']['wall']:.1%}**",
        ]
        for one in data["servers"]
    ]
    yield from table(head, rows)


def _history(data: Json) -> Iterator[str]:
    yield "## The run history at size"
    yield ""
    yield from _origin(data)
    yield (
        "Two audits of a site with ten findings a page, written as an audit writes them, outcomes and what carrying "
        "needs included: bytes a page of the first and of the second, indexes included (aims: 1,000 in SQLite, 2,000 "
        "in PostgreSQL). CPU is that of the writing process alone, PostgreSQL's own not included. New and fixed: "
        "what became of each issue between the two. Copied: the SQLite store, by `handrail db copy`. Gate: `handrail "
        "gate` from start to end, the second audit beside the first, and the most memory that it took."
    )
    yield ""
    head = (
        "",
        "pages",
        "bytes/page: first",
        "second",
        "CPU ms/page to write",
        "settle s: first",
        "second",
        "new and fixed ms",
        "report's data s",
        "gate s",
        "gate CPU s",
        "gate MB",
    )
    rows = [
        [
            one["name"],
            f"{one['pages']:,}",
            *(f"**{room:,.0f}**" for room in one["room"]),
            f"{1000 * sum(cpu for _, cpu in one['write']) / one['pages'] / 2:.1f}" if one["write"] else "–",
            *([f"{seconds:.1f}" for seconds in one["settle"]] or ["–", "–"]),
            f"**{1000 * one['compare']:.1f}**",
            f"{one['report']:.1f}",
            f"**{one['gate']['wall']:.1f}**",
            f"{one['gate']['cpu']:.1f}",
            f"{one['gate']['peak'] / 1e6:.0f}",
        ]
        for one in data["stores"].values()
    ]
    yield from table(head, rows)


def _frontier(data: Json) -> Iterator[str]:
    yield "## A million addresses that wait"
    yield ""
    yield f"{data['date']}, `{data['command']}`. {data['machine']}."
    yield ""
    yield (
        "Addresses are added as sitemaps name them; then 16 are leased and ended, again and again, first while a "
        "hundredth of them waits, then while all do. Milliseconds at the median; CPU and most memory of the process."
    )
    yield ""
    head = (
        "",
        "waiting",
        "add: µs each",
        "CPU",
        "lease 16, ms: few",
        "all",
        "end one, ms: few",
        "all",
        "bytes each",
    )
    rows = [
        [
            one["name"],
            f"{one['urls']:,}",
            f"{one['add']['wall']:.0f}",
            f"{one['add']['cpu']:.0f}",
            *(f"**{one[when][0]:.1f}**" for when in ("first", "all")),
            *(f"{one[when][1]:.1f}" for when in ("first", "all")),
            f"{one['room']:.0f}",
            f"**{one['memory'] / 1e6:.0f}**",
        ]
        for one in data["stores"]
    ]
    yield from table((*head, "MB"), rows)


def _workers(data: Json) -> Iterator[str]:
    yield "## One site, more workers"
    yield ""
    yield from _origin(data)
    runs = data["runs"]
    first = runs[0]
    yield (
        "The generated site of one host (see Memory), audited anew from a queue in PostgreSQL by so many workers, all "
        f"on this machine of {first['cores']} cores. The rate leaves out the first and the last tenth of the pages. "
        "CPU and memory are those of the workers and their browsers; PostgreSQL's server is left out."
    )
    yield ""
    head = (
        "workers",
        "pages",
        "pictures",
        "kB each",
        "hours",
        "pages per second",
        f"beside {first['workers']}",
        "CPU s a page",
        "most memory, GB",
    )
    rows = [
        [
            str(one["workers"]),
            f"{one['pages']:,}",
            f"{one['pictures']:,}",
            f"{one['picture_bytes'] / 1000 / max(1, one['pictures']):.0f}",
            f"{one['wall'] / 3600:.2f}",
            f"**{one['rate']:.2f}**",
            f"**{one['rate'] / first['rate']:.2f}×**" if first["rate"] else "–",
            f"{one['cpu']:.2f}",
            f"{one['peak'] / 1e9:.1f}",
        ]
        for one in runs
    ]
    yield from table(head, rows)


def _readers(data: Json) -> Iterator[str]:
    yield "## Many readers at the desk"
    yield ""
    yield from _origin(data)
    yield (
        f"{data['readers']} readers at once, each asking again as soon as it has its answer, for "
        f"{data['seconds']:.0f} s; the readers share the machine with the desk. An answer takes the desk "
        f"{data['cpu_ms']:.1f} ms of CPU. {data['failed']} answers were neither 200 nor 304."
    )
    yield ""
    rows = [
        [name, f"{one['n']:,}", f"{one['per_second']:.0f}", f"{one['p50']:.2f}", f"**{one['p95']:.2f}**"]
        for name, one in data["kinds"].items()
    ]
    yield from table(["what is read", "answers", "a second", "p50, s", "p95, s"], rows)


def _report(data: Json) -> Iterator[str]:
    yield "## The report of a large site"
    yield ""
    yield f"{data['date']}, `{data['command']}`. {data['machine']}."
    yield ""
    beside, opened = data["beside"], data["opened"]
    yield (
        f"{data['pages']:,} pages, {data['issues']:,} issues, {data['places']:,} places. The report's pages in two "
        f"languages, the register and report.json take {data['pages_s'][0]:.1f} s ({data['pages_s'][1]:.1f} s of CPU). "
        f"The site's page holds every issue in **{data['html'] / 1e6:.2f} MB**; {beside['files']} pages beside it take "
        f"{beside['bytes'] / 1e6:.1f} MB, report.json {data['json'] / 1e6:.1f} MB. Chromium has the page on screen "
        f"after {opened['paint']:.2f} s and done after {opened['load']:.2f} s."
    )
    yield ""
    rows = [
        [
            name,
            f"{one['wall']:.1f}",
            ", ".join(f"{file} {size / 1e6:.2f}" for file, size in sorted(one["files"].items())),
        ]
        for name, one in data["formats"].items()
    ]
    yield from table(["format, in English", "s on top", "files, MB"], rows)


def _check(data: Json) -> Iterator[str]:
    yield "## One page again"
    yield ""
    yield f"{data['date']}, `{data['command']}`. {data['machine']}."
    yield ""
    yield (
        "`handrail check URL --rule RULE` on the start page of the demo City, in processes of its own, caches filled: "
        "the fastest of the rounds / the median. CPU is that of the whole process tree, the browser's included. "
        f"Load of the machine at the end: {data['load']:.1f}."
    )
    yield ""
    rows = [
        [
            f"`{one['rule']}`, {one['which']}",
            f"{one['wall']:.1f} / {one['wall_median']:.1f}",
            f"{one['cpu']:.1f} / {one['cpu_median']:.1f}",
        ]
        for one in data["rows"]
    ]
    yield from table(["", "wall s", "CPU s"], rows)
    yield ""


def _checks(data: Json) -> Iterator[str]:
    yield "## Our own checks"
    yield ""
    yield from _origin({"others": 0, **data})
    yield (
        f"Found and missed on the pages of tests/audits/rendered; then {data['pages']} real pages of "
        f"{', '.join(data['sites'])}. Milliseconds: the check alone, at the median; what its collector takes from a "
        "page is below."
    )
    yield ""
    yield from table(data["head"], data["rows"])
    yield "Seconds at the median page: " + ", ".join(f"{name} {cost:.3f}" for name, cost in data["costs"].items()) + "."
    yield ""
