"""What handrail.toml and the environment say together about reaching a site: before anything is fetched."""

import base64

import pytest
from servers import Authority, WebServer

from handrail.cli import run as handrail
from handrail.config import ConfigError, Policy, parse_policy
from handrail.network import ca_files, networks
from handrail.runs import Plan, plan_for_urls

SITE = "[sites.a]\nstart = ['https://www.city.example/']\n"


def network(text, environ=None, key="a"):
    return networks(parse_policy(SITE + text), (key,), environ or {})[key]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"), "inner")


# Proxies


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("[network]\nproxy = 'http://proxy.city.example:3128'", "http://proxy.city.example:3128"),
        ("[network]\nproxy = 'https://proxy.city.example:443/'", "https://proxy.city.example:443"),
        ("[sites.a.network]\nproxy = 'socks5://[::1]:1080'", "socks5://[::1]:1080"),
        ("[network]\nproxy = 'http://general:1'\n[sites.a.network]\nproxy = 'http://own:2'", "http://own:2"),
        ("[network]\nproxy = 'http://general:1'\n[sites.a.network]\nproxy = ''", None),
        ("[network]\nproxy = 'http://general:1'\n[sites.a.network]\nca_file = ''", "http://general:1"),
        ("", None),
    ],
)
def test_a_site_says_its_proxy_or_takes_the_general_one(text, server):
    found = network(text).proxy

    assert (found.server if found else None) == server


@pytest.mark.parametrize(
    ("environ", "server", "user"),
    [
        ({"HTTPS_PROXY": "http://p:1", "HTTP_PROXY": "http://p:1"}, "http://p:1", ""),
        ({"https_proxy": "p:1"}, "http://p:1", ""),
        ({"HTTP_PROXY": "http://u%40c:p%2Fw@p:1"}, "http://p:1", "u@c"),
        ({"ALL_PROXY": "socks5h://p:1080"}, "socks5://p:1080", ""),
        ({"https_proxy": "http://small:1", "HTTPS_PROXY": "http://large:1"}, "http://small:1", ""),
    ],
)
def test_the_environments_proxy_is_taken_where_it_is_asked_for(environ, server, user):
    asked = network("[network]\nproxy = 'environment'", {**environ, "NO_PROXY": "inner.city.example, 10.0.0.0/8"}).proxy
    not_asked = network("", environ).proxy

    assert (asked.server, asked.user, asked.direct) == (server, user, ("inner.city.example", "10.0.0.0/8"))
    assert not_asked is None


def test_no_proxy_in_the_environment_is_no_proxy():
    assert network("[network]\nproxy = 'environment'", {"NO_PROXY": "x"}).proxy is None


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"HTTPS_PROXY": "http://a:1", "HTTP_PROXY": "http://b:1"}, "name different proxies"),
        ({"HTTPS_PROXY": "http://user:secret@proxy"}, "is not like http://"),
        ({"HTTPS_PROXY": "ftp://user:secret@proxy:21"}, "is not like http://"),
        ({"HTTPS_PROXY": "socks5://user:secret@proxy:1080"}, "cannot sign in to a SOCKS5 proxy"),
    ],
)
def test_a_proxy_of_the_environment_that_cannot_be_used_is_told_without_its_password(environ, said):
    with pytest.raises(ConfigError) as told:
        network("[network]\nproxy = 'environment'", environ)

    assert said in str(told.value)
    assert "secret" not in str(told.value)


def test_an_account_comes_from_the_environment_and_shows_nowhere():
    text = "[network]\nproxy = 'http://proxy:3128'\nproxy_auth = 'city-1'"
    environ = {"HANDRAIL_PROXY_CITY_1_USER": "svc", "HANDRAIL_PROXY_CITY_1_PASSWORD": "top/secret"}

    found = network(text, environ)

    assert (found.proxy.user, found.proxy.password) == ("svc", "top/secret")
    assert found.proxy.url == "http://svc:top%2Fsecret@proxy:3128"
    assert "secret" not in repr(found)
    assert "svc" not in repr(found)


# Sign-ins and headers


@pytest.mark.parametrize(
    ("text", "environ", "headers", "cookies"),
    [
        (
            "auth = 'x'\n[auth.x]\nkind = 'basic'",
            {"HANDRAIL_AUTH_X_USER": "u", "HANDRAIL_AUTH_X_PASSWORD": "pä:ss"},
            {"Authorization": "Basic " + base64.b64encode("u:pä:ss".encode()).decode()},
            {},
        ),
        ("auth = 'x'\n[auth.x]\nkind = 'bearer'", {"HANDRAIL_AUTH_X_TOKEN": "t0"}, {"Authorization": "Bearer t0"}, {}),
        ("auth = 'x'\n[auth.x]\nkind = 'cookie'\ncookie = 'door'", {"HANDRAIL_AUTH_X_TOKEN": "t0"}, {}, {"door": "t0"}),
        (
            "[sites.a.network.headers]\nX-A = 'env:WAF'\nX-B = 'plain'",
            {"WAF": "w-77"},
            {"X-A": "w-77", "X-B": "plain"},
            {},
        ),
    ],
)
def test_what_only_own_hosts_are_told(text, environ, headers, cookies):
    found = network(text, environ)

    assert (dict(found.headers), dict(found.cookies)) == (headers, cookies)
    assert not any(value in repr(found) for value in (*headers.values(), *cookies.values()))


@pytest.mark.parametrize(
    ("text", "environ", "variable"),
    [
        ("auth = 'x'\n[auth.x]\nkind = 'basic'", {"HANDRAIL_AUTH_X_USER": "u"}, "HANDRAIL_AUTH_X_PASSWORD"),
        ("auth = 'x'\n[auth.x]\nkind = 'basic'", {"HANDRAIL_AUTH_X_PASSWORD": "p"}, "HANDRAIL_AUTH_X_USER"),
        ("auth = 'x-y'\n[auth.x-y]\nkind = 'bearer'", {}, "HANDRAIL_AUTH_X_Y_TOKEN"),
        ("auth = 'x'\n[auth.x]\nkind = 'cookie'\ncookie = 'c'", {"HANDRAIL_AUTH_X_TOKEN": ""}, "HANDRAIL_AUTH_X_TOKEN"),
        ("[sites.a.network.headers]\nX-A = 'env:WAF_TOKEN'", {}, "WAF_TOKEN"),
        ("[network]\nproxy = 'http://p:1'\nproxy_auth = 'city'", {}, "HANDRAIL_PROXY_CITY_USER"),
    ],
)
def test_a_missing_variable_is_named_with_its_site(text, environ, variable):
    with pytest.raises(ConfigError, match=f"^sites.a: the environment variable {variable} is not set"):
        network(text, environ)


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        ("auth = 'x'\n[auth.x]\nkind = 'bearer'", {"HANDRAIL_AUTH_X_TOKEN": "secret\nX-Other: 1"}),
        ("[sites.a.network.headers]\nX-A = 'env:W'", {"W": "secret\r\n"}),
        (
            "auth = 'x'\n[auth.x]\nkind = 'basic'",
            {"HANDRAIL_AUTH_X_USER": "secret:er", "HANDRAIL_AUTH_X_PASSWORD": "secret"},
        ),
    ],
)
def test_a_value_that_no_header_can_carry_is_told_without_it(text, environ):
    with pytest.raises(ConfigError) as told:
        network(text, environ)

    assert "secret" not in str(told.value)


# Files


def test_files_are_tried_before_anything_is_fetched(authority, tmp_path):
    badge, key = authority.issue("badge", client=True, passphrase="open")
    _, other = authority.issue("other", client=True)
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")

    def told(text, **environ):
        with pytest.raises(ConfigError) as raised:
            network(text, environ)
        return str(raised.value)

    def shown(certificate, private):
        return (
            "[network.client_certificates.audit]\norigin = 'https://www.city.example'\n"
            f"certificate = '{certificate}'\nkey = '{private}'"
        )

    assert "No such file" in told("[network]\nca_file = '/nowhere.pem'")
    assert "holds no certificate" in told(f"[network]\nca_file = '{empty}'")
    assert "there is no file /nowhere" in told(shown(badge, "/nowhere"))
    assert "HANDRAIL_CERTIFICATE_AUDIT_PASSPHRASE is not set" in told(shown(badge, key))
    assert "does not open the key" in told(shown(badge, key), HANDRAIL_CERTIFICATE_AUDIT_PASSPHRASE="sesame")
    assert "do not go together" in told(shown(badge, other))
    found = network(shown(badge, key), {"HANDRAIL_CERTIFICATE_AUDIT_PASSPHRASE": "open"})
    assert found.client_certificates[0].passphrase == "open"
    assert "'open'" not in repr(found)


def test_the_browser_trusts_the_authorities_of_all_sites(authority):
    text = f"[network]\nca_file = '{authority.file}'\n[sites.b]\nstart = ['https://b.example/']\n"
    policy = parse_policy(SITE + text + "[sites.b.network]\nca_file = '/other.pem'")

    assert ca_files(policy, ("a", "b")) == (str(authority.file), "/other.pem")
    assert ca_files(policy, ("b",)) == ("/other.pem",)


# The file


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[network]\nproxy = 'proxy:3128'", "4: network.proxy: must be like"),
        ("[network]\nproxy = 'http://proxy'", "4: network.proxy: must be like"),
        ("[network]\nproxy = 'socks4://proxy:1080'", "4: network.proxy: must be like"),
        ("[network]\nproxy = 'http://user:pw@proxy:3128'", "4: network.proxy: must not hold a user name"),
        ("[network]\nproxy = 'http://proxy:3128/pac'", "4: network.proxy: must end with the port"),
        ("[network]\nproxi = ''", "4: network.proxi: unknown key; did you mean 'proxy'?"),
        ("[network.headers]\nX = '1'", "3: network.headers: unknown key"),
        ("[sites.a.network.headers]\nHost = 'x'", "sites.a.network.headers: 'Host' is set by Handrail itself"),
        ("[sites.a.network.headers]\nUser-Agent = 'x'", "'User-Agent' is set by Handrail itself"),
        ("[sites.a.network.headers]\nAuthorization = 'Bearer abc'", "'Authorization' is a secret"),
        ("[sites.a.network.headers]\n'X Y' = 'x'", "'X Y' cannot be the name of a header"),
        ('[sites.a.network.headers]\nX = "a\\nb"', "must be plain text on one line"),
        ("[auth.x]\nkind = 'form'", "4: auth.x.kind: should be 'basic', 'bearer' or 'cookie'"),
        ("[auth.x]\nkind = 'cookie'", 'auth.x: kind = "cookie" needs cookie'),
        ("[auth.x]\nkind = 'basic'\ncookie = 'c'", "goes with kind"),
        ("[auth.X]\nkind = 'basic'", "auth.X: must have small letters"),
        ("[auth.x]\nkind = 'basic'\npassword = 'pw'", "5: auth.x.password: unknown key; known here: cookie, kind"),
        ("auth = 'nobody'", "3: sites.a.auth: there is no table [auth.nobody]"),
        (
            "[network.client_certificates.a]\norigin = 'http://x.example'\ncertificate = ''\nkey = ''",
            "4: network.client_certificates.a.origin: must begin with https://",
        ),
        (
            "[network.client_certificates.a]\norigin = 'https://x.example/y'\ncertificate = ''\nkey = ''",
            "must be a server alone",
        ),
        ("[network.client_certificates.a]\norigin = 'https://x.example'", "client_certificates.a.certificate: missing"),
    ],
)
def test_a_wrong_table_is_told_by_line_and_remedy(text, told):
    with pytest.raises(ConfigError) as raised:
        parse_policy(SITE + text, "t.toml")

    assert told in str(raised.value)
    assert "pw" not in str(raised.value).replace("user name or password", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[network]\nproxy = 'socks5://p:1080'\nproxy_auth = 'city'", "cannot sign in to a SOCKS5 proxy"),
        ("[network]\nproxy_auth = 'city'", "goes with a proxy"),
    ],
)
def test_an_account_that_cannot_be_used_is_told(text, said):
    with pytest.raises(ConfigError, match=said):
        network(text, {"HANDRAIL_PROXY_CITY_USER": "u", "HANDRAIL_PROXY_CITY_PASSWORD": "p"})


# Runs


def test_an_audit_whose_secret_is_missing_fetches_nothing_and_leaves_no_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HANDRAIL_KEY", bytes(range(32)).hex())
    monkeypatch.delenv("HANDRAIL_AUTH_PREVIEW_TOKEN", raising=False)
    server = WebServer({"/": "x"})
    config = tmp_path / "handrail.toml"
    config.write_text(
        f"[auth.preview]\nkind = 'bearer'\n[sites.a]\nauth = 'preview'\nstart = ['{server.url()}']\n"
        f"[sites.b]\nstart = ['{server.url()}']\n"
    )

    code = handrail(["audit", "-c", f"{config}", "-o", f"{tmp_path / 'out'}"])
    resumed = handrail(["audit", "--resume", "-o", f"{tmp_path / 'out'}"])
    server.shutdown()
    server.server_close()

    assert code == 2
    assert "sites.a: the environment variable HANDRAIL_AUTH_PREVIEW_TOKEN is not set" in capsys.readouterr().err
    assert server.seen == []
    assert resumed == 2  # nothing to resume


def test_a_plan_keeps_what_was_said_and_no_secret(monkeypatch):
    monkeypatch.setenv("HANDRAIL_AUTH_X_TOKEN", "t0-secret")
    monkeypatch.setenv("WAF", "w-secret")
    text = (
        "auth = 'x'\n[auth.x]\nkind = 'bearer'\n[network]\nproxy = 'http://general:1'\n"
        "[sites.a.network]\nno_proxy = ['x']\nheaders = {X-A = 'env:WAF'}\n"
        "[sites.b]\nstart = ['https://b.example/']\n[sites.b.network]\nproxy = ''\n"
    )
    plan = Plan(policy=parse_policy(SITE + text), sites=("a", "b"))
    networks(plan.policy, plan.sites)

    kept = plan.dump()
    again = Plan.parse(kept)

    assert "secret" not in kept
    assert again == plan
    assert networks(again.policy, again.sites) == networks(plan.policy, plan.sites)
    assert networks(again.policy, ("a",))["a"].proxy.server == "http://general:1"
    assert networks(again.policy, ("b",))["b"].proxy is None


def test_addresses_without_a_site_go_the_general_way():
    policy = parse_policy("[network]\nproxy = 'http://general:1'")

    plan = plan_for_urls(policy, ["https://www.city.example/a"])

    assert networks(plan.policy, plan.sites)[plan.sites[0]].proxy.server == "http://general:1"
    assert networks(Policy(), ()) == {}


def test_doctor_tells_how_sites_are_reached_and_no_secret(authority, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HANDRAIL_AUTH_X_TOKEN", "t0-secret")
    monkeypatch.delenv("WAF_TOKEN", raising=False)
    config = tmp_path / "handrail.toml"
    config.write_text(
        f"[network]\nca_file = '{authority.file}'\nproxy = 'http://proxy:3128'\n[auth.x]\nkind = 'bearer'\n"
        "[sites.a]\nauth = 'x'\nstart = ['https://a.example/']\n"
        "[sites.b]\nstart = ['https://b.example/']\n[sites.b.network.headers]\nX-A = 'env:WAF_TOKEN'\n"
    )

    code = handrail(["doctor", "--config", f"{config}"])
    said = " ".join(capsys.readouterr().out.split())

    assert code == 4
    assert f"ok site a through http://proxy:3128; authorities of {authority.file}; sign-in x" in said
    assert "missing site b the environment variable WAF_TOKEN is not set" in said
    assert "secret" not in said
    assert handrail(["doctor", "--config", f"{tmp_path / 'none.toml'}"]) == 2
