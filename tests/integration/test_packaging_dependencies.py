"""Python dependencies by the real installers, from wheels made here; no index is asked."""

import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from oneplan.errors import PackagingError
from oneplan.manifest.values import App, Job, Manifest, Plan, Runtime, Trigger
from oneplan.packaging import SitePackage, build, uv

pytestmark = pytest.mark.integration

PREFIX = ".python_packages/lib/site-packages/"


class Shelf:
    """A folder of wheels that pip and uv take instead of an index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, version: str = "1.0", *, requires: str = "", tag: str = "py3-none-any") -> str:
        """Makes a wheel and returns its hash as a requirement line carries it."""
        path = self.folder / f"{name}-{version}-{tag}.whl"
        info = f"{name}-{version}.dist-info"
        needs = f"Requires-Dist: {requires}\n" if requires else ""
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(f"{name}.py", f"VERSION = {version!r}\n\ndef main():\n    print('hello')\n")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
            wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n")
            wheel.writestr(f"{info}/entry_points.txt", f"[console_scripts]\n{name} = {name}:main\n")
            listed = [f"{name}.py", *(f"{info}/{file}" for file in ("METADATA", "WHEEL", "entry_points.txt"))]
            wheel.writestr(f"{info}/RECORD", "".join(f"{file},,\n" for file in [*listed, f"{info}/RECORD"]))
        return f"--hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    folder = tmp_path / "shelf"
    folder.mkdir()
    for tool in ("PIP", "UV"):
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    return Shelf(folder)


def manifest(root: Path, target: str, site: str, job: str | None = None) -> Manifest:
    """Writes an app and perhaps a job with these requirements, and returns their manifest."""
    shop, tidy = root / "apps" / "shop", root / "jobs" / "tidy"
    for folder, text in ((shop, site), (tidy, job)):
        folder.mkdir(parents=True, exist_ok=True)
        if text is not None:
            (folder / "requirements.txt").write_text(text)
    jobs = {"tidy": Job("tidy", tidy, "shop", Trigger("manual"), command="python3 -m tidy")} if job is not None else {}
    return Manifest(
        root=root,
        stack="dev",
        target=target,
        name="tempus",
        location="switzerlandnorth",
        time_zone="Etc/UTC",
        plan=Plan("linux", "B2"),
        apps={"shop": App("shop", "web", Runtime("python", "3.13"), shop)},
        jobs=jobs,
    )


def vendored(package: SitePackage) -> list[str]:
    names = zipfile.ZipFile(package.path).namelist()
    return [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]


def modules(package: SitePackage) -> list[str]:
    return [name for name in vendored(package) if "/" not in name]


def test_site_and_job_share_one_resolved_set(shelf: Shelf, tmp_path: Path):
    shelf.add("alpha", requires="base>=1")
    shelf.add("beta", requires="base<2")
    shelf.add("base", "1.5")
    shelf.add("base", "2.0")

    package = build(manifest(tmp_path, "local", "alpha\n", "beta\n"), "shop")

    assert [name for name in vendored(package) if name.startswith("base")] == [
        "base-1.5.dist-info/METADATA",
        "base-1.5.dist-info/RECORD",
        "base-1.5.dist-info/WHEEL",
        "base-1.5.dist-info/entry_points.txt",
        "base.py",
    ]
    assert modules(package) == ["alpha.py", "base.py", "beta.py"]


def test_wheels_for_azure_are_linux_wheels_of_the_apps_python(shelf: Shelf, tmp_path: Path):
    shelf.add("fast", "1.0", tag="cp313-cp313-manylinux_2_28_x86_64")
    shelf.add("fast", "2.0", tag="cp312-cp312-manylinux2014_x86_64")
    shelf.add("fast", "3.0", tag="cp313-cp313-macosx_11_0_arm64")

    package = build(manifest(tmp_path, "azure", "fast\n"), "shop")

    assert "fast-1.0.dist-info/METADATA" in vendored(package)


def test_markers_are_judged_by_the_apps_python_and_not_this_one(shelf: Shelf, tmp_path: Path):
    shelf.add("alpha", requires="modern; python_version == '3.13'")
    shelf.add("modern")

    package = build(manifest(tmp_path, "azure", "alpha\n"), "shop")

    assert modules(package) == ["alpha.py", "modern.py"]


def test_missing_package_names_the_file_that_asks_for_it(shelf: Shelf, tmp_path: Path):
    shelf.add("alpha")

    with pytest.raises(PackagingError) as error:
        build(manifest(tmp_path, "azure", "alpha\n", "gone==1\n"), "shop")

    assert str(error.value) == (
        "jobs/tidy/requirements.txt: pip: No matching distribution found for gone==1; "
        "it needs a wheel for Linux and Python 3.13; choose a version that has one"
    )


def test_requirements_that_cannot_meet_name_both_files(shelf: Shelf, tmp_path: Path):
    shelf.add("alpha", requires="base<2")
    shelf.add("base", "1.0")
    shelf.add("base", "2.0")

    with pytest.raises(PackagingError) as error:
        build(manifest(tmp_path, "local", "alpha\n", "base>=2\n"), "shop")

    assert str(error.value).startswith("apps/shop/requirements.txt, jobs/tidy/requirements.txt: pip: Cannot install")
    assert str(tmp_path) not in str(error.value)


def test_wrong_hash_is_refused(shelf: Shelf, tmp_path: Path):
    shelf.add("alpha")

    with pytest.raises(PackagingError, match=r"apps/shop/requirements\.txt: pip:"):
        build(manifest(tmp_path, "local", f"alpha==1.0 --hash=sha256:{'0' * 64}\n"), "shop")


@pytest.mark.skipif(uv._program() is None, reason="needs uv")
@pytest.mark.parametrize("target", ["local", "azure"])
def test_uv_and_pip_make_the_same_package(target: str, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    hashes = shelf.add("alpha")
    project = manifest(tmp_path, target, f"alpha==1.0 {hashes}\n")
    with_uv = build(project, "shop")
    shutil.rmtree(tmp_path / ".oneplan")
    monkeypatch.setattr(uv, "_program", lambda: None)

    with_pip = build(project, "shop")

    assert with_pip == with_uv


def test_unpacked_job_finds_its_dependencies_and_its_arguments(shelf: Shelf, tmp_path: Path):
    shelf.add("alpha", "4.2")
    project = manifest(tmp_path, "local", "", "alpha\n")
    (tmp_path / "jobs" / "tidy" / "tidy.py").write_text(
        "import os, sys, alpha\nprint(os.environ['JOB_NAME'], alpha.VERSION, sys.argv[1:])\n"
    )
    home = tmp_path / "home"
    wwwroot = home / "site" / "wwwroot"
    zipfile.ZipFile(build(project, "shop").path).extractall(wwwroot)

    done = subprocess.run(
        ["/bin/bash", "run.sh", "--all", "a b"],
        cwd=wwwroot / "App_Data" / "jobs" / "triggered" / "tidy",
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.splitlines()[1:-1], done.stderr) == (["tidy 4.2 ['--all', 'a b']"], "")
