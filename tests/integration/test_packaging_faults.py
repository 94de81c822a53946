"""Builds that run at the same time, or are killed."""

import hashlib
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

BUILD = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from oneplan.manifest.values import App, Manifest, Plan, Runtime
    from oneplan.packaging import build

    root = Path(sys.argv[1])
    apps = {"shop": App("shop", "web", Runtime("node", "22"), root / "shop")}
    manifest = Manifest(root=root, stack="dev", target="local", name="t", location="x", time_zone="Etc/UTC",
                        plan=Plan("linux", "B2"), apps=apps)
    package = build(manifest, "shop")
    print(package.path.name, package.reused)
    """
)
REPOSITORY = Path(__file__).parents[2]


def started(root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", BUILD, str(root)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A project whose package takes a moment: 300 files, 12 MB that deflate has to work on."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for number in range(300):
        seed = hashlib.sha256(str(number).encode()).hexdigest()
        (folder / f"{number}.txt").write_text("".join(f"{seed}{line}\n" for line in range(560)))
    return tmp_path


def test_builds_at_the_same_time_agree(site: Path):
    both = [started(site), started(site)]

    names = {process.communicate(timeout=60)[0].split()[0] for process in both}

    assert [process.returncode for process in both] == [0, 0]
    assert {path.name for path in (site / ".oneplan" / "packages").iterdir()} == names
    assert len(names) == 1


def test_killed_build_leaves_no_package_and_the_next_one_succeeds(site: Path):
    packages = site / ".oneplan" / "packages"
    process = started(site)
    while process.poll() is None and not (packages.is_dir() and list(packages.iterdir())):
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    killed_midway = not list(packages.glob("*.zip"))

    name, reused = started(site).communicate(timeout=60)[0].split()

    assert zipfile.ZipFile(packages / name).testzip() is None
    assert reused == str(not killed_midway)
