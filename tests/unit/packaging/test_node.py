"""Node modules from a lock file, by an npm that only writes what it was asked."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from oneplan.errors import PackagingError
from oneplan.manifest.values import Runtime
from oneplan.packaging import build, builds_of
from oneplan.packaging.node import NodeModules, platform_of


class Npm:
    """Writes a module that holds the lock file's text, and remembers its calls."""

    def __init__(self, code: int = 0, said: str = "") -> None:
        self.calls: list[tuple[str, ...]] = []
        self.code, self.said = code, said

    def __call__(self, words: tuple[str, ...], folder: Path) -> tuple[int, str]:
        self.calls.append(words)
        module = folder / "node_modules" / "dep"
        module.mkdir()
        (module / "index.js").write_text((folder / "package-lock.json").read_text())
        (folder / "node_modules" / ".bin").mkdir()
        (folder / "node_modules" / ".bin" / "dep").symlink_to("../dep/index.js")
        (folder / "node_modules" / ".package-lock.json").write_text("{}")
        return self.code, self.said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "package.json").write_text('{"name": "app"}')
    (folder / "package-lock.json").write_text('{"lockfileVersion": 3}')
    (folder / ".npmrc").write_text("//registry/:_authToken=secret\n")
    return folder


def modules(folder: Path, platform: tuple[str, ...] = ()) -> NodeModules:
    return NodeModules(folder, "apps/shop", "App_Data/jobs/triggered/tidy/", platform)


def test_modules_are_installed_by_the_lock_file_and_kept(folder: Path, tmp_path: Path):
    npm = Npm()

    first = modules(folder, ("--os=linux",)).members(tmp_path / "store", npm)
    second = modules(folder, ("--os=linux",)).members(tmp_path / "store", npm)

    assert npm.calls == [("npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--os=linux")]
    assert [
        (member.name.removeprefix("App_Data/jobs/triggered/tidy/node_modules/"), member.mode) for member in first
    ] == [
        (".bin/dep", 0o755),
        ("dep/index.js", 0o644),
    ]
    assert Path(first[0].content).read_text() == '#!/bin/sh\nexec node "$(dirname "$0")/../dep/index.js" "$@"\n'
    assert second == first


def test_other_lock_file_or_platform_is_another_set(folder: Path, tmp_path: Path):
    keys = {modules(folder).key(), modules(folder, ("--os=win32",)).key()}
    (folder / "package-lock.json").write_text('{"lockfileVersion": 2}')

    assert len({*keys, modules(folder).key()}) == 3


def test_token_of_the_registry_is_not_kept(folder: Path, tmp_path: Path):
    modules(folder).members(tmp_path / "store", Npm())

    kept = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert all(b"secret" not in path.read_bytes() for path in kept)


def test_failure_is_told_with_what_npm_says_and_leaves_nothing(folder: Path, tmp_path: Path):
    said = "npm error code EINTEGRITY\nnpm error sha512-abc integrity checksum failed.\nnpm error A complete log of x\n"

    with pytest.raises(PackagingError) as error:
        modules(folder).members(tmp_path / "store", Npm(1, said))

    assert str(error.value) == (
        "apps/shop/package-lock.json: npm: sha512-abc integrity checksum failed; "
        "mend it there with `npm install`, and try again"
    )
    assert [path.suffix for path in (tmp_path / "store").iterdir()] == [".lock"]


@pytest.mark.parametrize(
    ("target", "system", "options"),
    [
        ("local", "linux", ()),
        ("azure", "linux", ("--os=linux", "--cpu=x64", "--libc=glibc")),
        ("azure", "windows", ("--os=win32", "--cpu=x64")),
    ],
)
def test_modules_are_chosen_for_where_they_run(target, system, options):
    assert platform_of(target, system) == options


def test_site_and_job_carry_their_modules_and_not_the_developers(project):
    project.runtime = Runtime("node", "22")
    project.job(command="node tidy.js")
    for folder in ("apps/shop", "jobs/tidy"):
        project.write(f"{folder}/package.json", "{}")
        project.write(f"{folder}/package-lock.json", f'"{folder}"')
        project.write(f"{folder}/node_modules/only-for-development/index.js")
    npm = Npm()

    package = build(project.manifest(), "shop", npm=npm)
    again = build(project.manifest(), "shop", npm=npm)

    inside = ZipFile(package.path).namelist()
    assert [name for name in inside if "node_modules" in name and ".bin" not in name] == [
        "App_Data/jobs/triggered/tidy/node_modules/dep/index.js",
        "node_modules/dep/index.js",
    ]
    assert (len(npm.calls), again.reused) == (2, True)


def test_modules_of_a_built_job_are_those_of_its_build(project):
    project.runtime = Runtime("node", "22")
    job = project.job(command="node tidy.js", build="npm ci --omit=dev")
    project.write("jobs/tidy/package.json", "{}")
    project.write("jobs/tidy/package-lock.json", "{}")
    project.write("jobs/tidy/node_modules/mine/index.js")
    (one,) = builds_of(project.manifest(), [job])
    one.run(lambda command, folder: 0)

    package = build(project.manifest(), "shop", npm=Npm(1))

    assert "App_Data/jobs/triggered/tidy/node_modules/mine/index.js" in ZipFile(package.path).namelist()
