"""A page changes in ways that are nobody's repair and nobody's fault: its issues and their places stay who they are."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pools import PATIENT, nobody, pools
from selectolax.lexbor import LexborHTMLParser

from audits.accessibility.axe_rules import AxeRules
from audits.fingerprint import fingerprint, is_generated, issue_fingerprint, shortened
from audits.model import Finding, Part, Snapshot, Verdict
from audits.runner import run_checks
from crawler.browser.pool import BrowserConfig
from crawler.collectors.axe import Axe
from handrail.wiring import axe_source

BODY = """
<header class="site-header" id="top"><div><a class="logo" href="/"></a><img src="/crest.png"></div>
<nav class="main-menu" aria-label="Main"><ul><li><a href="/a">Permits</a></li>
<li><a class="more" href="/b"></a></li></ul>
</nav></header>
<main id="content"><h1>Permits</h1><p>Since 3 May 2026.</p>
<p><a class="btn btn-primary button-that-is-wide" href="/apply" title=""></a></p>
<p><img class="photo" src="/one.jpg"></p><p><img class="photo" src="/two.jpg"></p>
<form><p><input type="text" name="street"></p><p><button class="send"></button></p></form></main>
<footer class="site-footer"><p><a class="social" href="https://social.example/"></a></p></footer>
"""
PAGE = f'<!doctype html><html lang="en"><head><title>Permits</title></head><body>{BODY}</body></html>'
RULE = {"a": "axe/link-name", "img": "axe/image-alt", "input": "axe/label", "button": "axe/button-name"}


LINK = Finding(rule="axe/link-name", verdict=Verdict.FAIL, message="m")

# With a plain parser


def part_of(node):
    while node is not None:
        if node.tag in ("nav", "header", "footer", "form"):
            return Part(key=node.tag, name=node.tag)
        node = node.parent
    return Part()


def known(html):
    """Fingerprints of issues and of places of all elements that have no name."""
    found = Counter()
    for node in LexborHTMLParser(html).css(",".join(RULE)):
        if node.tag == "a" and node.text(strip=True):
            continue
        part = part_of(node)
        one = Finding(rule=RULE[node.tag], verdict=Verdict.FAIL, message="m", snippet=node.html, part=part)
        found[issue_fingerprint("main", one.rule, part.key), fingerprint(one, "main")] += 1
    return found


def words(draw, html):
    said = draw(st.text("abcdefg éà-,.’0123456789", min_size=1, max_size=30))
    return re.sub(r">([^<>]*\w[^<>]*)<", f">{said}<", html)


def dates(draw, html):
    day = draw(st.dates())
    return html.replace("3 May 2026", day.isoformat()).replace("/apply", f"/apply/{day:%Y/%m}")


def queries(draw, html):
    query = draw(st.from_regex(r"[a-z]{1,8}=[A-Za-z0-9%]{0,40}", fullmatch=True))
    return re.sub(r'((?:href|src)="[^"]*)"', rf'\1?{query}"', html)


def hosts(draw, html):
    host = draw(st.from_regex(r"preview-[0-9]{1,4}\.city\.example", fullmatch=True))
    return re.sub(r'(href|src)="/', rf'\1="https://{host}/', html)


def ids(draw, html):
    number = draw(st.integers(0, 10**9))
    return re.sub(r"<(a|img|input|button|p|li)\b", rf'<\1 id="el-{number}" name="n{number}"', html)


def siblings(draw, html):
    """Paragraphs and entries stand in another order; which part they are in stays."""
    for tag in ("p", "li"):
        runs = re.compile(rf"(?:<{tag}>.*?</{tag}>\s*){{2,}}", re.DOTALL)
        each = re.compile(rf"<{tag}>.*?</{tag}>\s*", re.DOTALL)
        html = runs.sub(lambda run, each=each: "".join(draw(st.permutations(each.findall(run.group())))), html)
    return html


def markup(draw, html):
    wrap = draw(st.sampled_from(["div", "section", "span", 'div class="col-6"', "article"]))
    return re.sub(r"(<(?:img|input)\b[^>]*>)", rf"<{wrap}>\1</{wrap.split()[0]}>", html)


def build_tools(draw, html):
    names = st.sampled_from(
        ["css-1x2y3z", "sc-bdVaJa", "Button_root__aBcDe", "jsx-42", "is-active", "sticky", "v-cloak"]
    )
    added = " ".join(draw(st.lists(names, min_size=1, max_size=3)))
    return re.sub(r'class="([^"]*)"', rf'class="{added} \1"', html)


def data(draw, html):
    said = draw(st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True))
    return re.sub(r"<(a|img|input|button)\b", rf'<\1 data-track="{said}" style="color:red" onclick="go(1 > 0)"', html)


SAME = (words, dates, queries, hosts, ids, siblings, markup, build_tools, data)


@settings(max_examples=80, deadline=None)
@given(st.data(), st.lists(st.sampled_from(SAME), min_size=1, max_size=4))
def test_nothing_that_a_deploy_changes_by_itself_makes_another_issue_or_place(given, changes):
    html = PAGE
    for change in changes:
        html = change(given.draw, html)

    assert html != PAGE or siblings in changes or dates in changes
    assert known(html) == known(PAGE)
    assert sum(known(PAGE).values()) == 9


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a class="logo" href="/">', '<a class="logo" role="button" href="/">'),  # another kind of element
        ('<a class="social"', '<a class="share"'),
        ('<input type="text"', '<input type="checkbox"'),
        ('<img class="photo" src="/one.jpg">', '<input type="image" src="/one.jpg">'),  # another rule
        ('<footer class="site-footer">', '<div class="site-footer">'),  # another part
        ('<p><img class="photo" src="/one.jpg"></p>', ""),  # one less
    ],
)
def test_another_kind_of_element_rule_or_part_is_another(before, after):
    changed = PAGE.replace(before, after)

    assert changed != PAGE
    assert known(changed) != known(PAGE)


@given(st.sampled_from(["main", "rec"]), st.sampled_from([*RULE.values()]), st.sampled_from(["content", "banner"]))
def test_an_issue_is_its_site_rule_and_part_and_nothing_else(site, rule, part):
    others = [
        issue_fingerprint(a, b, c)
        for a in ("main", "rec")
        for b in RULE.values()
        for c in ("content", "banner")
        if (a, b, c) != (site, rule, part)
    ]

    assert issue_fingerprint(site, rule, part) not in others


LONG_LINK = (
    'class="btn btn-primary nav_main"',
    'title="It\'s > here"',
    'role="button"',
    "data-track='{\"a\":1}'",
    "tabindex=0",
)


@given(st.integers(0, 900), st.permutations(LONG_LINK), st.integers(0, 5), st.booleans())
def test_a_snippet_is_who_the_whole_element_is_however_long_an_address_is(length, attributes, place, filled):
    address = f'href="/a?b={"x" * length}"'
    html = f"<a {' '.join([*attributes[:place], address, *attributes[place:]])}>{'<b>Words</b>' * 50 * filled}</a>"

    snippet = shortened(html, 300)

    assert len(snippet) <= 300
    assert fingerprint(replace(LINK, snippet=snippet), "main") == fingerprint(replace(LINK, snippet=html), "main")
    assert snippet == html or "…" in snippet


# In a browser: parts are named there, and snippets are cut there

EACH = "const each = (css, does) => document.querySelectorAll(css).forEach(does);"
ALL = "'a, img, input, button, header, nav, main, footer, p, ul, li'"
LONG = "'&utm_campaign=' + 'x'.repeat(400)"
IN_PLACE = {
    "words": "each('h1, p, li a', (el) => {"
    "if (!el.children.length && el.textContent) el.textContent += ' 12 March 2027'; })",
    "ids": f"each({ALL}, (el, n) => {{ el.id ||= 'el-' + (n * 7919 + 13); }})",
    "order": "each('ul, main, form', (el) => el.append(...[...el.children].reverse()))",
    "queries": f"each('a', (el) => el.setAttribute('href', el.getAttribute('href') + '?v=20270301' + {LONG}))",
    "pictures": f"each('img', (el) => el.setAttribute('src', '/p.jpg?w=1' + {LONG}))",
    "data": f"each({ALL}, (el) => {{ el.dataset.track = {LONG}; }})",
    "first-of-all": "each('a, button, img, input', (el) => { const old = [...el.attributes];"
    "old.forEach((one) => el.removeAttribute(one.name)); el.setAttribute('style', '--x: \"' + 'y'.repeat(280) + '\"');"
    "old.forEach((one) => el.setAttribute(one.name, one.value)); })",
    "markup": "each('header, nav, footer, a, img, button', (el) => {"
    "const box = document.createElement('div'); el.replaceWith(box); box.append(el); })",
    "hashed": f"each({ALL}, (el) => {{"
    " el.className = 'css-bdVaJa Button_root__aBcDe ' + el.className + ' sc-xkcdqw'; })",
    "numbered": f"each({ALL}, (el) => {{ el.classList.add('a1b2c3', 'row-3'); }})",
    "state": f"each({ALL}, (el) => {{ el.classList.add('is-scrolled', 'active', 'fade', 'in'); }})",
    "made-ids": "each('nav, footer, a, img', (el, n) => { el.id = 'xkcdqw' + 'abc'[n % 3] + ':menu'; })",
}
#: Class names as people and as tools give them.
_NAMES = """
    main-menu siteNav menu tools header-inner btn-primary nav_main NAV col-6 a1 css-bdVaJa sc-abc Button_root__aBcDe
    bdVaJa xkcdqwz jsx-x jss makeStyles-root ng-tns-c is-open has-children active sticky Hidden in open fade v-app-bar
    entête svelte-kqzvwx emotion-x lengths strengths myNav aBcDeF top --- a-very-long-name-that-nobody-would-give
"""
WORDS = set(_NAMES.split())
OTHERS = {
    "part": "document.querySelector('footer').append(document.querySelector('a.btn'))",
    "named-part": "document.querySelector('nav').className = 'tools'",
    "rule": "document.querySelector('a.btn').setAttribute('role', 'button')",
    "kind": "document.querySelector('button.send').className = 'search-now'",
    "repaired": "document.querySelector('a.btn').textContent = 'Apply'",
    "another": "document.querySelector('main').append(document.querySelector('a.btn').cloneNode())",
}


@pytest.fixture(scope="module")
def in_place(serve_module):
    """What is known of one page, as it came and after each change, and how its parts' names are told from noise."""
    server = serve_module({"/": PAGE, "*": (200, {"Content-Type": "image/png"}, b"")})
    config = BrowserConfig(axe_source=axe_source(), slots=1, **PATIENT)

    async def look(rendered):
        artifact = await Axe().collect(rendered)
        snapshot = Snapshot(site="main", url=server.url(), artifacts={"axe": artifact})
        outcomes = run_checks(snapshot, [AxeRules(redact=lambda said: said)], site_key="main")
        found = [one for outcome in outcomes for one in outcome.findings if one.rule in RULE.values()]
        return Counter((issue_fingerprint("main", one.rule, one.part.key), one.fingerprint) for one in found)

    async def work(pool):
        told = {}
        async with pool.visit(server.url(), key=nobody()) as (rendered, _):
            await rendered.page.evaluate("() => { window.came = document.body.innerHTML; }")
            told["came"] = await look(rendered)
            for name, change in (IN_PLACE | OTHERS).items():
                await rendered.page.evaluate(f"() => {{ document.body.innerHTML = came; {EACH} {change}; }}")
                told[name] = await look(rendered)
            (world,) = await rendered.worlds()
            named = "(words) => words.map((word) => { const el = document.createElement('nav'); el.className = word;"
            keys = await rendered.call(world, f"({named} return handrail.partOf(el).key; }}))", sorted(WORDS))
        return told, dict(zip(sorted(WORDS), keys, strict=True))

    return pools.begin(config, work).result(120)


@pytest.mark.browser
def test_what_is_broken_is_found_on_the_page_as_it_came(in_place):
    assert sum(in_place[0]["came"].values()) == 9


@pytest.mark.browser
@pytest.mark.parametrize("change", IN_PLACE)
def test_a_page_that_changes_in_place_has_the_same_issues_and_places(in_place, change):
    assert in_place[0][change] == in_place[0]["came"]


@pytest.mark.browser
@pytest.mark.parametrize("change", OTHERS)
def test_a_page_with_another_fault_has_another_issue_or_place(in_place, change):
    assert in_place[0][change] != in_place[0]["came"]


@pytest.mark.browser
def test_the_page_and_the_fingerprint_agree_on_which_class_names_are_noise(in_place):
    named = {word for word, key in in_place[1].items() if key != "navigation"}

    assert named == {word for word in WORDS if not is_generated(word) and len(word) <= 32}
    assert {"main-menu", "siteNav", "menu", "tools"} <= named
