"""What is packed: the wheel and the source archive hold what npm brings, and the papers."""

import importlib.util
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def hook():
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True)
    return folder


def test_the_wheel_holds_the_parts_and_the_notices(built, hook):
    (wheel,) = built.glob("*.whl")

    names = zipfile.ZipFile(wheel).namelist()
    assert {f"handrail/_vendor/{name}" for name in hook.PARTS.values()} <= set(names)
    assert {"LICENSE", "THIRD_PARTY_NOTICES.md"} <= {
        Path(name).name for name in names if ".dist-info/licenses/" in name
    }
    packages = {name.partition("/")[0] for name in names if ".dist-info" not in name}
    assert packages == {"audits", "crawler", "handrail", "reports"}


def test_the_source_archive_can_be_built_without_npm(built, hook, tmp_path, monkeypatch):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=source, check=True)

    (wheel,) = (source / "dist").glob("*.whl")
    assert {f"handrail/_vendor/{name}" for name in hook.PARTS.values()} <= set(zipfile.ZipFile(wheel).namelist())
    assert (source / "handrail.example.toml").is_file()
    assert (source / "docs" / "configuration.md").is_file()


def test_a_checkout_without_npm_says_what_is_missing(hook, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RuntimeError, match=r"npm is not here.*apt-get install npm"):
        hook.vendor(tmp_path)


def test_parts_are_put_in_place_whole_and_only_when_they_changed(hook, tmp_path):
    for name in hook.PARTS:
        (tmp_path / "node_modules" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "node_modules" / name).write_text(f"old {name}")
    hook.vendor(tmp_path)
    folder = tmp_path / "handrail" / "_vendor"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}

    (tmp_path / "node_modules" / "axe-core/axe.min.js").write_text("new")
    with (folder / "axe.min.js").open() as reading:
        assert reading.read(4) == "old "
        hook.vendor(tmp_path)
        assert reading.read() == "axe-core/axe.min.js"  # the audit that reads it reads it to its end

    after = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert after.keys() == before.keys() == set(hook.PARTS.values())
    assert (folder / "axe.min.js").read_text() == "new"
    assert {name for name in after if after[name] != before[name]} <= {"axe.min.js"}
