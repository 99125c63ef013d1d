"""One page again, while it is repaired: what fails there, and nothing that nobody looked at."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(serve_module, clean_page):
    return serve_module(
        {
            "/": clean_page('<p><img src="x.png"></p><p><a href="/private/a"></a></p>'),
            "/clean": clean_page("<p>Nothing to see here, and nothing that is hidden from anybody.</p>"),
            "/gone": (404, {}, "no"),
        }
    )


def config(folder, server):
    path = folder / "handrail.toml"
    path.write_text(f'[sites.www]\nstart = ["{server.url()}"]\nexclude = ["/clean"]\n', "utf-8")
    return path


@pytest.mark.parametrize(
    ("path", "rules", "code", "said", "not_said"),
    [
        ("/", ["axe/image-alt"], 1, ["FAIL    Image has no text alternative (axe/image-alt)", "| img"], ["link-name"]),
        ("/", ["axe/image-alt", "axe/link-name"], 1, ["axe/image-alt", "axe/link-name"], ["region"]),
        ("/clean", ["axe/image-alt"], 0, ["1 rule found nothing"], ["FAIL"]),  # left out of the walk, asked for here
        ("/", ["check/keyboard-trap"], 0, ["1 rule found nothing"], ["image-alt"]),
        ("/", ["check/error-not-said"], 3, ["NOT-RUN"], ["FAIL"]),  # only on a copy of the site
        ("/gone", ["axe/image-alt"], 3, [], ["found nothing"]),
    ],
)
def test_a_rule_is_looked_at_again(handrail, server, tmp_path, path, rules, code, said, not_said):
    wanted = [f"--rule={rule}" for rule in rules]

    call = handrail("check", server.url(path), "--config", config(tmp_path, server), *wanted)

    assert call.code == code
    assert [text for text in said if text not in call.said] == []
    assert [text for text in not_said if text in call.said] == []


def test_all_rules_in_french(handrail, server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    call = handrail("check", server.url(), "--lang", "fr")

    assert call.code == 1
    assert "ÉCHEC   Une image n’a pas d’équivalent textuel (axe/image-alt)" in call.said
    assert "FAIL" not in call.said
    assert "règles n’ont rien trouvé" in call.said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ftp://www.city.example/"], "must be a web address"),
        (["https://www.city.example/", "--rule", "axe/no-such-rule"], "no such rule"),
        (["https://www.city.example/", "--rule", "site/duplicate-title"], "compares pages"),
        (["https://www.city.example/", "--rule", "site/*"], "compares pages"),
    ],
)
def test_a_wrong_call_is_told(handrail, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)

    call = handrail("check", *arguments)

    assert call.code == 2
    assert said in call.told
