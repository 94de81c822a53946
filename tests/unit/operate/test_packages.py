"""Which package each app should run."""

from pathlib import Path

import pytest

from oneplan.manifest import Manifest, load
from oneplan.operate import packages
from oneplan.packaging import build, deploy_key

PROJECT = {
    "Pulumi.dev.yaml": "config:\n  oneplan:target: local\n",
    "oneplan.yaml": """\
version: 1
name: tempus
location: switzerlandnorth
time_zone: Europe/Zurich
plan: {os: linux, sku: B1}
apps:
  api: {kind: api, source: api, runtime: python:3.13, command: python app.py}
  worker: {kind: worker, runtime: python:3.13}
""",
    "api/app.py": "print('one')\n",
    "jobs/tidy/job.yaml": "app: worker\ntrigger: {manual: true}\ncommand: python tidy.py\n",
    "jobs/tidy/tidy.py": "",
}


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    for name, text in PROJECT.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return load(tmp_path, "dev")


def test_every_app_has_the_key_of_the_package_that_its_files_become(manifest: Manifest):
    built = {app: deploy_key(build(manifest, app).path.name) for app in ("api", "worker")}

    assert packages.wanted(manifest) == built


def test_only_the_apps_that_are_asked_about_are_looked_at(manifest: Manifest):
    built = {app: deploy_key(build(manifest, app).path.name) for app in manifest.apps}

    assert packages.wanted(manifest, ["worker", "elsewhere"]) == {"worker": built["worker"]}
    assert packages.wanted(manifest, []) == {}


def test_what_was_never_built_here_cannot_be_told_and_is_not_built_for_it(manifest: Manifest):
    assert packages.wanted(manifest) == {}
    assert not (manifest.root / ".oneplan").exists()
    build(manifest, "api")
    assert list(packages.wanted(manifest)) == ["api"]


def test_changed_code_changes_the_key_of_its_app_alone_and_changing_back_gives_the_old_one(manifest: Manifest):
    for app in manifest.apps:
        build(manifest, app)
    before = packages.wanted(manifest)
    code = manifest.root / "jobs" / "tidy" / "tidy.py"
    code.write_text("print('two')\n")
    changed = packages.wanted(manifest)
    code.write_text("")

    assert [app for app in before if before[app] != changed[app]] == ["worker"]
    assert packages.wanted(manifest) == before


def test_what_was_never_installed_here_cannot_be_told(manifest: Manifest):
    for app in manifest.apps:
        build(manifest, app)
    (manifest.root / "api" / "requirements.txt").write_text("flask==3.1.2\n")

    assert list(packages.wanted(manifest)) == ["worker"]


def test_files_that_cannot_be_packaged_are_left_to_the_preview(manifest: Manifest):
    for app in manifest.apps:
        build(manifest, app)
    (manifest.root / "api" / "loop").symlink_to("/nowhere")

    assert list(packages.wanted(manifest)) == ["worker"]


def test_a_program_that_stays_open_looks_again_after_a_while(manifest: Manifest):
    for app in manifest.apps:
        build(manifest, app)
    times = iter([0.0, 0.2, 19.0, 20.5, 20.6])
    wanted = packages.Wanted(clock=lambda: next(times))
    first = wanted.read(manifest)
    (manifest.root / "api" / "app.py").write_text("print('two')\n")

    assert wanted.read(manifest) == first  # 19 s: the look took 0.2 s, the next is due 20 s after it
    assert wanted.read(manifest) != first
