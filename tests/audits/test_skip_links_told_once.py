"""A skip link that leads nowhere is told by one rule, wherever it stands and however it is hidden."""

import hashlib
from urllib.parse import urldefrag

import pytest
from pools import PATIENT, nobody, shared

from audits.accessibility.axe_rules import AxeRules
from audits.accessibility.skip_link_broken import SkipLinkBroken
from audits.facts import page_facts
from audits.model import Snapshot
from audits.runner import run_checks
from audits.told_once import names_of, told_once
from crawler.browser.pool import BrowserConfig
from crawler.collectors.axe import Axe
from crawler.collectors.document import Document
from crawler.collectors.keyboard import Keyboard
from handrail.wiring import axe_source

pytestmark = pytest.mark.browser

MENU = "<nav>" + "".join(f'<a href="/{name}">{name}</a> ' for name in ("parks", "taxes", "roads", "water")) + "</nav>"
OFF_SCREEN = ".s { position: absolute; left: -999px } .s:focus { left: 0 }"
CUT = ".s:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0, 0, 0, 0) }"
PAGE, AXE = "check/skip-link-broken", "axe/skip-link"
SITE = "site/missing-anchor"


@pytest.mark.parametrize(
    ("css", "body", "told"),
    [
        ("", f'<a class="s" href="#none">Skip to content</a>{MENU}', [PAGE]),
        (OFF_SCREEN, f'<a class="s" href="#none">Skip to content</a>{MENU}', [PAGE]),
        (CUT, f'<a class="s" href="#none">Aller au contenu</a>{MENU}', [PAGE]),
        ("", f'{MENU}<a href="/more">More</a><a class="s" href="#none">Jump to the dates</a>', [SITE]),
        ("", f'<a class="s" href="#none">Due dates</a>{MENU}', [SITE]),
        (OFF_SCREEN, f'<a class="s" href="#main">Skip to content</a>{MENU}', []),
    ],
)
async def test_a_link_to_nowhere_is_told_once(serve, css, body, told):
    html = (
        f'<!doctype html><html lang="en"><head><title>T</title><style>{css}</style></head><body>{body}'
        '<main id="main"><h1>Taxes</h1><a href="/in">In</a></main></body></html>'
    )
    server = serve({"/": html})
    checks = [AxeRules(redact=str), SkipLinkBroken(redact=str)]
    config = BrowserConfig(axe_source=axe_source(), slots=1, **PATIENT)

    async def work(pool):
        async with pool.visit(server.url(), key=nobody(), collectors=(Document(), Axe(), Keyboard())) as (_, seen):
            return Snapshot(site="main", url=server.url(), artifacts=seen.artifacts, errors=seen.errors)

    snapshot = await shared(config, work)
    rules = {rule_id: rule for check in checks for rule_id, rule in check.rules.items()}

    outcomes = told_once(run_checks(snapshot, checks, site_key="main"), rules, names_of(snapshot))
    facts = page_facts(
        snapshot.artifacts["document"],
        url=server.url(),
        address=lambda one: urldefrag(one).url,
        redact=str,
        digest=lambda text: hashlib.sha256(text.encode()).hexdigest(),
    )

    found = [one.rule for outcome in outcomes if outcome.rule in (PAGE, AXE) for one in outcome.findings]
    found += [SITE for anchor in facts.anchors if anchor.shown == "none"]
    assert found == told
