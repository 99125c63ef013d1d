"""The container and what starts it: by the rules of their makers, without a secret, and with a filter that Chromium's
sandbox and a whole audit work under."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml

from crawler.browser.find import BrowserMissing, find_browser

ROOT = Path(__file__).parents[2]
CONTAINER = ROOT / "deploy" / "container"
FILE = (CONTAINER / "Containerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((CONTAINER / "compose.yaml").read_text("utf-8"))
PROFILE = CONTAINER / "seccomp.json"
OURS = ("scheduler", "worker", "metrics", "desk")
#: Linux's flags of namespaces.
NEW = {"mount": 0x00020000, "cgroup": 0x02000000, "host name": 0x04000000, "ipc": 0x08000000}
ALLOWED_NEW = {"user": 0x10000000, "process": 0x20000000, "network": 0x40000000}


# The image


@pytest.mark.skipif(shutil.which("hadolint", path=str(Path(sys.executable).parent)) is None, reason="no hadolint")
def test_hadolint_finds_nothing():
    program = Path(sys.executable).parent / "hadolint"

    said = subprocess.run([program, CONTAINER / "Containerfile"], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stdout) == (0, "")


def test_who_audits_is_not_root_and_cannot_change_the_program():
    last = FILE.rpartition("\nFROM ")[2]

    assert re.findall(r"^USER (.+)$", last, re.MULTILINE) == ["10001:10001"]
    assert "--chown" not in FILE
    assert "chmod" not in FILE.replace("chmod 700 /var/lib/handrail", "")


def test_what_pip_and_npm_bring_is_checked_by_hash():
    for line in re.findall(r"pip install ([^\n\\&]+)", FILE):
        assert "--require-hashes" in line or "--no-deps /dist/" in line, line
    assert re.findall(r"\bnpm (\w+)", FILE.partition("WORKDIR")[2]) == ["ci"]
    assert "--ignore-scripts" in FILE
    assert not re.search(r"^ADD |\bcurl\b|\bwget\b|https?://", FILE, re.MULTILINE)


def test_everything_that_is_copied_is_there_and_nothing_else_is_let_in():
    ignore = (CONTAINER / "Containerfile.dockerignore").read_text("utf-8").split()
    let_in = {line[1:].rstrip("/") for line in ignore if line.startswith("!")}
    (first,) = re.findall(r"^COPY (requirements.+) \./$", FILE, re.MULTILINE)

    assert ignore[ignore.index("*") :][0] == "*"
    assert set(first.split()) <= let_in
    assert {name for name in let_in if not (ROOT / name).exists()} == set()
    assert {"audits", "crawler", "handrail", "reports"} <= let_in
    assert not let_in & {"docs", "tests", ".git", "node_modules", "handrail.toml", "deploy"}


def test_the_wheel_needs_no_more_than_is_let_in(tmp_path):
    """What the build stage does, as far as it can be done without a container."""
    ignore = (CONTAINER / "Containerfile.dockerignore").read_text("utf-8").split()
    for name in (line[1:].rstrip("/") for line in ignore if line.startswith("!")):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    if not (ROOT / "handrail" / "_vendor" / "axe.min.js").is_file():
        pytest.skip("the parts that npm brings are not here")

    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"], cwd=tmp_path, check=True)

    assert len(list((tmp_path / "dist").glob("handrail-*.whl"))) == 1


@pytest.mark.parametrize(
    "name", ["Containerfile", "compose.yaml", "Caddyfile", "handrail.env.example", "desk.env.example"]
)
def test_no_secret_is_written_down(name):
    text = (CONTAINER / name).read_text("utf-8")

    assert not re.search(r"(?i)\b[0-9a-f]{32,}\b", text)
    assert not re.search(r"(?im)^\s*(?:ENV|ARG)\b.*(KEY|PASSWORD|TOKEN|SECRET)", text)
    assert {*re.findall(r"(?m)^HANDRAIL_(?:KEY|DESK_PROXY_SECRET)=(.*)$", text)} <= {""}
    assert set(re.findall(r"//\w+:([^@\s]+)@", text)) <= {"PASSWORD"}


@pytest.mark.parametrize("name", ["handrail.env", "desk.env", "handrail.toml", "postgresql-password"])
def test_git_ignores_what_a_city_puts_beside_it(name):
    assert f"/deploy/container/{name}" in (ROOT / ".gitignore").read_text("utf-8").split()


# What starts it


@pytest.mark.skipif(importlib.util.find_spec("check_jsonschema") is None, reason="no check-jsonschema")
def test_the_compose_file_keeps_to_its_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]

    said = subprocess.run([*command, CONTAINER / "compose.yaml"], capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout + said.stderr


def test_all_of_ours_have_no_privilege_and_write_to_their_data_alone():
    for name in OURS:
        service = COMPOSE["services"][name]
        assert service["cap_drop"] == ["ALL"], name
        assert service["user"] == "10001:10001", name
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true", "seccomp:./seccomp.json"], name
        written = [one for one in service["volumes"] if isinstance(one, str) or not one.get("read_only")]
        assert written == ["data:/var/lib/handrail"], name


def test_the_proxy_alone_is_published_and_only_who_looks_at_pages_reaches_out():
    services = COMPOSE["services"]
    within = {net: {name for name, one in services.items() if net in one["networks"]} for net in COMPOSE["networks"]}

    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert COMPOSE["networks"]["front"]["internal"] is True
    assert within["outside"] == {"worker", "desk", "proxy"}
    assert within["front"] == {"desk", "proxy"}
    assert "proxy" not in within["inside"]  # which never speaks with the database
    assert COMPOSE["services"]["worker"]["deploy"]["replicas"] == 2


def test_without_asking_for_it_there_is_no_desk():
    assert [name for name, one in COMPOSE["services"].items() if one.get("profiles") == ["desk"]] == ["desk", "proxy"]
    assert COMPOSE["services"]["proxy"]["env_file"] == "desk.env"  # which holds no key
    assert "HANDRAIL_KEY" not in (CONTAINER / "desk.env.example").read_text("utf-8")


def test_the_proxy_says_who_it_is_and_for_whom_it_asks():
    told = (CONTAINER / "Caddyfile").read_text("utf-8")

    assert "reverse_proxy desk:8080" in told
    assert re.findall(r"header_up ([\w-]+) ", told) == ["X-Handrail-Proxy", "X-Forwarded-For"]


def test_the_image_has_all_that_the_desk_needs():
    locked = (ROOT / "requirements.lock").read_text("utf-8")

    for name in ("argon2-cffi", "authlib", "fastapi", "itsdangerous", "python-multipart", "uvicorn"):
        assert re.search(rf"(?m)^{name}==", locked), name


def test_what_compose_names_is_there():
    assert PROFILE.is_file()
    build = COMPOSE["x-audit"]["build"]
    assert (CONTAINER / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()
    assert set(COMPOSE["secrets"]) == set(COMPOSE["services"]["database"]["secrets"])
    named = {
        one.partition(":")[0]
        for service in COMPOSE["services"].values()
        for one in service["volumes"]
        if isinstance(one, str)
    }
    assert named == set(COMPOSE["volumes"])


# The filter


def test_every_mask_of_the_filter_is_what_it_is_said_to_be():
    profile = json.loads(PROFILE.read_text("utf-8"))
    by_name = {name: rule for rule in profile["syscalls"] for name in rule["names"] if rule.get("args")}
    always = {name for rule in profile["syscalls"] if not rule.get("args") for name in rule["names"]}

    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    for name in ("clone", "unshare"):
        (argument,) = by_name[name]["args"]
        assert (argument["value"], argument["valueTwo"]) == (sum(NEW.values()), 0)
        assert not argument["value"] & sum(ALLOWED_NEW.values())
    assert not always & {
        "clone", "clone3", "unshare", "setns", "mount", "umount2", "pivot_root", "ptrace", "bpf", "perf_event_open",
        "keyctl", "add_key", "request_key", "userfaultfd", "io_uring_setup", "kexec_load", "init_module",
        "finit_module", "delete_module", "reboot", "swapon", "settimeofday", "process_vm_readv", "open_by_handle_at",
        "mount_setattr", "fsopen", "open_tree", "move_mount", "quotactl", "iopl", "ioperm", "acct", "syslog",
    }  # fmt: skip
    assert len(always) == sum(len(rule["names"]) for rule in profile["syscalls"] if not rule.get("args"))


def filtered(profile, user, *command, **options):
    here = [sys.executable if user == "-" else shutil.which("python3", path="/usr/bin:/usr/local/bin")]
    return subprocess.run(
        [*here, Path(__file__).with_name("seccomp.py"), profile, user, *command],
        capture_output=True, text=True, check=False, timeout=120, **options,
    )  # fmt: skip


def _library():
    import ctypes

    try:
        return ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return None


needs_filters = pytest.mark.skipif(
    not sys.platform.startswith("linux") or _library() is None, reason="libseccomp is not installed"
)


@pytest.fixture
def page():
    """A page and a folder for whoever is nobody; those of pytest are closed to them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "page.html").write_text("<p id=said>no</p><script>said.textContent = 'yes, ' + 6 * 7</script>")
        yield folder / "page.html"


def shown(profile, page):
    try:
        browser = find_browser()
    except BrowserMissing:
        pytest.skip("no browser")
    if os.geteuid() != 0:
        user = "-"
    elif os.access("/usr/bin/python3", os.X_OK):
        user = "65534"  # as root Chromium has no sandbox
    else:
        pytest.skip("no Python for another account")
    profile_folder = page.parent / "profile"
    options = ("--headless", "--disable-gpu", f"--user-data-dir={profile_folder}", "--dump-dom", f"file://{page}")
    return filtered(profile, user, browser, *options, env={**os.environ, "HOME": str(page.parent)})


@needs_filters
@pytest.mark.browser
def test_chromium_makes_its_sandbox_under_the_filter(page):
    said = shown(PROFILE, page)

    assert "yes, 42" in said.stdout, said.stderr[-500:]


@needs_filters
@pytest.mark.browser
def test_without_user_namespaces_chromium_does_not_start(page, tmp_path):
    """Else the test above would prove nothing: it is the sandbox that needs them."""
    profile = json.loads(PROFILE.read_text("utf-8"))
    for rule in profile["syscalls"]:
        if "clone" in rule["names"]:
            rule["args"][0]["value"] |= ALLOWED_NEW["user"]
    forbids = page.parent / "forbids.json"
    forbids.write_text(json.dumps(profile))

    said = shown(forbids, page)

    assert said.returncode != 0
    assert "yes, 42" not in said.stdout


@needs_filters
@pytest.mark.browser
@pytest.mark.slow
def test_a_whole_audit_works_under_the_filter(serve, clean_page, tmp_path):
    city = serve({"/": clean_page('<img src="/no.png">')})
    call = "import sys; from handrail.cli import run; sys.exit(run(sys.argv[1:]))"
    environment = os.environ | {"HANDRAIL_KEY": "ef" * 32, "PYTHONPATH": str(ROOT)}

    said = filtered(
        PROFILE, "-", sys.executable, "-c", call, "audit", city.url(), "--out", str(tmp_path / "out"), env=environment
    )

    assert said.returncode == 0, said.stderr[-500:]
    report = json.loads((tmp_path / "out" / "report" / "report.json").read_text("utf-8"))
    assert "axe/image-alt" in json.dumps(report)
