"""Pages with little on them: a blank one is not clean, and one with a single nameless thing is not blank."""

import json

import pytest

from handrail.cli import run as handrail

pytestmark = pytest.mark.browser
CASES = {
    "blank": ("<div id='root'></div>", "empty", ""),
    "shell": ("<meta name='viewport' content='user-scalable=no'><div id='root'></div>", "empty", ""),
    "spaces": ("<p> &nbsp; </p><div></div>", "empty", ""),
    "link": ("<a href='/x'></a>", "audited", "axe/link-name"),
    "drawing": ("<svg role='img' width='40' height='40'><circle r='9'/></svg>", "audited", "axe/svg-img-alt"),
    "object": ("<object data='/x.png' type='image/png'></object>", "audited", "axe/object-alt"),
    "image": ("<img src='/x.png'>", "audited", "axe/image-alt"),
    "words": ("<p>A word.</p>", "audited", ""),
}


@pytest.fixture(scope="module")
def lines(serve_module, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bare")
    server = serve_module(
        {
            f"/{name}": f"<!doctype html><html lang='en'><head><title>T</title></head><body>{body}</body></html>"
            for name, (body, _, _) in CASES.items()
        }
    )
    (folder / "urls").write_text("\n".join(server.url(f"/{name}") for name in CASES), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDRAIL_KEY", "0a" * 32)
        command = ["audit", "--urls-from", f"{folder / 'urls'}", "-o", f"{folder / 'out'}", "-q", "--no-report"]
        handrail([*command, "--no-pictures", "--findings", f"{folder / 'f.jsonl'}"])
    return [json.loads(line) for line in (folder / "f.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", CASES)
def test_what_is_there_decides(lines, name):
    _, outcome, rule = CASES[name]
    here = [line for line in lines if line["url"].endswith(f"/{name}")]

    (page,) = [line for line in here if line["record"] == "page"]

    assert page["outcome"] == outcome
    found = {line["rule"] for line in here if line["record"] == "finding"}
    assert (rule in found) if rule else not found & {case[2] for case in CASES.values()}
