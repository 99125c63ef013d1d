"""A consent banner through the front door: what a visit keeps that presses nothing, refuses, or accepts."""

import pytest
from kept import bytes_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLANTED = "v-9920-larkspur"
ALLOWED = '[sites.{key}.authorization]\nby = "The clerk"\non = 2026-11-02\nscope = "All pages"\n'


def keeps(*names):
    return "".join(f"document.cookie = '{name}={PLANTED}; max-age=600; path=/';" for name in names)


def page(accept="", reject="", first=""):
    """A banner with what its buttons do, and what is done before anybody presses one."""
    buttons = "".join(
        f'<button onclick="{does} this.parentNode.remove()">{name}</button>'
        for name, does in (("Accept all", accept), ("Reject all", reject))
        if does
    )
    banner = f'<div role="dialog" aria-label="Cookies"><p>We use cookies.</p>{buttons}</div>' if buttons else ""
    return (
        f'<!doctype html><html lang="en"><head><title>Parks</title></head><body><main><h1>Parks</h1><p>Text.</p></main>'
        f"{banner}<script>{first}</script></body></html>"
    )


SITES = {
    "honest": page(accept=keeps("_ga", "_fbp"), reject=keeps("OptanonConsent"), first=keeps("lang")),
    "deaf": page(accept=keeps("_ga", "_gid"), reject=keeps("_ga"), first=keeps("lang")),
    "early": page(accept=keeps("OptanonConsent"), reject=keeps("OptanonConsent"), first=keeps("_ga")),
    "pushy": page(accept=keeps("_ga")),
    "silent": page(first=keeps("lang")),
    "closed": page(accept=keeps("_ga"), reject=keeps("_ga")),
}


@pytest.fixture(scope="module")
def ran(audit, serve_module, tmp_path_factory):
    folder = tmp_path_factory.mktemp("consent")
    servers = {key: serve_module({"/": html}) for key, html in SITES.items()}
    config = "".join(
        f'[sites.{key}]\nstart = ["{server.url()}"]\nsitemaps = false\n'
        + (ALLOWED.format(key=key) if key != "closed" else "")
        for key, server in servers.items()
    )
    (folder / "handrail.toml").write_text(config, "utf-8")
    call = audit(folder / "out", "-q", "--no-pictures", "-c", folder / "handrail.toml")
    call.asked = {key: server.seen.count("/") for key, server in servers.items()}
    return call


def told(call, rule):
    """Site -> how its messages begin, of one rule."""
    found = {}
    for line in call.lines:
        if line["record"] == "finding" and line["rule"] == rule:
            found.setdefault(line["site"], []).append(line["message"])
    return found


def ended(call, rule):
    lines = (line for line in call.lines if line["record"] == "outcome" and line["rule"] == rule and line["url"] == "")
    return {line["site"]: line["verdict"] for line in lines}


def test_who_refuses_and_is_followed_all_the_same(ran):
    found = told(ran, "site/refused-and-kept")

    assert ran.code == 0
    assert found.keys() == {"deaf", "early"}
    assert "kept the cookie “_ga” for less than a day, set by 127.0.0.1/ after the banner’s" in found["deaf"][0]
    assert "Acceptance brings 1 more of it." in found["deaf"][0]
    assert "Acceptance brings nothing more of it." in found["early"][0]
    assert ended(ran, "site/refused-and-kept") == {
        "honest": "pass", "deaf": "review", "early": "review", "pushy": "inapplicable", "silent": "inapplicable",
        "closed": "not-run",
    }  # fmt: skip


def test_what_is_kept_before_any_answer(ran):
    assert told(ran, "site/kept-before-consent").keys() == {"early"}


def test_a_banner_without_a_refusal(ran):
    assert told(ran, "site/no-way-to-refuse").keys() == {"pushy"}
    assert ended(ran, "site/no-way-to-refuse")["silent"] == "inapplicable"


def test_without_an_authorization_and_without_a_banner_nothing_more_is_asked(ran):
    by_one = ran.asked["closed"]

    assert ran.asked["deaf"] > by_one
    assert ran.asked["silent"] <= ran.asked["deaf"] - 2


def test_no_value_is_left_behind(ran):
    left = [path for path in ran.out.rglob("*") if path.is_file()]

    assert {".html", ".json", ".jsonl", ".sqlite"} <= {path.suffix for path in left}
    assert not [path for path in left if PLANTED.encode() in bytes_of(path)]
