"""Building whole packages."""

import json
import os
import shutil
import time
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.errors import PackagingError
from oneplan.manifest.values import App, Runtime, Trigger
from oneplan.packaging import build, build_all


def names(package) -> list[str]:
    return zipfile.ZipFile(package.path).namelist()


def content(package, name: str) -> bytes:
    return zipfile.ZipFile(package.path).read(name)


def settle(root: Path) -> None:
    """Makes all files of the project look an hour old, so that their stamps can be trusted."""
    an_hour_ago = time.time() - 3600.5
    for path in root.rglob("*"):
        if ".oneplan" not in path.parts and path.is_file():
            os.utime(path, (an_hour_ago, an_hour_ago))


def test_package_holds_site_jobs_and_what_oneplan_adds(project):
    project.write("apps/shop/app.py", "app = 1\n")
    project.write("apps/shop/static/a.css")
    project.write("jobs/stock_sync/stock_sync.py")
    project.job("stock-sync", command="python -m stock_sync", trigger=Trigger("schedule", "0 0 * * * *"))

    package = project.build()

    assert names(package) == [
        "App_Data/deploy-manifest.json",
        "App_Data/jobs/triggered/stock-sync/run.sh",
        "App_Data/jobs/triggered/stock-sync/settings.job",
        "App_Data/jobs/triggered/stock-sync/stock_sync.py",
        "app.py",
        "static/a.css",
    ]
    assert package.path == project.root / ".oneplan" / "packages" / f"shop-{package.sha256}.zip"
    assert (package.app, package.size, package.files, package.reused) == (
        "shop",
        package.path.stat().st_size,
        6,
        False,
    )
    assert json.loads(content(package, "App_Data/deploy-manifest.json")) == {
        "app": "shop",
        "jobs": [
            {
                "name": "stock-sync",
                "type": "triggered",
                "entry": "run.sh",
                "schedule": "0 0 * * * *",
                "singleton": None,
            }
        ],
    }


def test_app_without_site_code_carries_its_jobs(project):
    project.has_site = False
    project.write("jobs/tidy/run.sh", "echo tidy\n")
    project.job()

    assert names(project.build()) == [
        "App_Data/deploy-manifest.json",
        "App_Data/jobs/triggered/tidy/_run.sh",
        "App_Data/jobs/triggered/tidy/run.sh",
        "App_Data/jobs/triggered/tidy/settings.job",
    ]


def test_file_anyone_may_run_stays_so(project):
    project.write("apps/shop/tool", mode=0o755)
    project.write("apps/shop/text", mode=0o600)

    infos = zipfile.ZipFile(project.build().path).infolist()

    modes = {info.filename: oct(info.external_attr >> 16) for info in infos}
    assert (modes["tool"], modes["text"]) == ("0o100755", "0o100644")


def test_dependencies_of_site_and_jobs_are_installed_together(project):
    project.write("apps/shop/requirements.txt", "flask\n")
    project.write("jobs/tidy/requirements.txt", "six\n")
    project.job(command="python -m tidy")

    package = project.build()

    assert content(package, ".python_packages/lib/site-packages/installed.py") == b"flask\nsix\n"
    assert [files for files, _ in project.install.calls] == [
        ["apps/shop/requirements.txt", "jobs/tidy/requirements.txt"]
    ]


def test_dependencies_for_azure_are_those_of_the_apps_runtime(project):
    project.target = "azure"
    project.write("apps/shop/requirements.txt", "flask\n")

    project.build()

    assert [platform for _, platform in project.install.calls] == ["App Service Linux, Python 3.13"]


def test_python_job_on_a_node_site_is_refused(project):
    project.runtime = Runtime("node", "22")
    project.write("jobs/tidy/requirements.txt", "six\n")
    project.job(command="python -m tidy")

    with pytest.raises(PackagingError) as error:
        project.build()

    assert str(error.value) == (
        "jobs/tidy/requirements.txt: app shop runs node:22, so App Service has no Python for this job; "
        "move the job to an app with a Python runtime"
    )


def test_job_that_imports_jobhost_gets_it_and_what_it_stands_on(project):
    project.write("jobs/tidy/tidy.py", "import jobhost\n")
    project.job(command="python -m tidy")

    packaged = names(project.build())

    assert ".python_packages/lib/site-packages/jobhost/__init__.py" in packaged
    assert ".python_packages/lib/site-packages/ncrontab/__init__.py" in packaged
    assert not [name for name in packaged if "__pycache__" in name]


def test_second_build_reads_no_file(project):
    page = project.write("apps/shop/page.html", "one")
    settle(project.root)
    first = project.build()
    before = page.stat()
    page.write_text("two")
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))

    second = project.build()

    assert second == replace(first, reused=True)


def test_file_written_within_the_clocks_tick_is_read_again(project):
    page = project.write("apps/shop/page.html", "one")
    first = project.build()
    before = page.stat()
    page.write_text("two")
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))

    second = project.build()

    assert content(second, "page.html") == b"two"
    assert second.sha256 != first.sha256


def test_changed_and_new_and_removed_files_make_another_package(project):
    page = project.write("apps/shop/page.html", "one")
    settle(project.root)
    hashes = [project.build().sha256]
    page.write_text("three")
    hashes.append(project.build().sha256)
    other = project.write("apps/shop/other.html")
    hashes.append(project.build().sha256)
    other.unlink()
    again = project.build()

    assert len(set(hashes)) == 3
    assert (again.sha256, again.reused) == (hashes[1], True)


def test_changed_schedule_makes_another_package(project):
    job = project.job(command="a", trigger=Trigger("schedule", "0 0 * * * *"))
    settle(project.root)
    first = project.build()
    project.jobs["tidy"] = replace(job, trigger=Trigger("schedule", "0 5 * * * *"))

    second = project.build()

    assert second.sha256 != first.sha256
    assert b'"0 5 * * * *"' in content(second, "App_Data/jobs/triggered/tidy/settings.job")


def test_new_requirement_installs_again(project):
    requirements = project.write("apps/shop/requirements.txt", "flask\n")
    project.build()
    requirements.write_text("flask\nsix\n")

    package = project.build()

    assert content(package, ".python_packages/lib/site-packages/installed.py") == b"flask\nsix\n"


def test_lost_or_cut_zip_is_written_again(project):
    project.write("apps/shop/page.html", "one" * 100)
    settle(project.root)
    first = project.build()
    first.path.unlink()

    second = project.build()

    assert second == first


def test_damaged_records_cost_time_and_nothing_else(project):
    project.write("apps/shop/page.html", "one")
    first = project.build()
    for record in (project.root / ".oneplan" / "cache" / "trees").iterdir():
        record.write_text('{"format": 1, "files": [')

    assert project.build() == replace(first, reused=True)


def test_incremental_package_is_the_same_as_one_built_from_nothing(project):
    for number in range(20):
        project.write(f"apps/shop/{number}.txt", f"{number} " * 100)
    project.build()
    project.write("apps/shop/7.txt", "changed " * 100)
    incremental = project.build()
    data = incremental.path.read_bytes()
    shutil.rmtree(project.root / ".oneplan")

    fresh = project.build()

    assert (fresh.path.read_bytes(), fresh.sha256) == (data, incremental.sha256)


TREES = st.dictionaries(
    st.text("abcé", min_size=1, max_size=5), st.tuples(st.binary(max_size=200), st.booleans()), min_size=1, max_size=6
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tree=TREES, order=st.randoms(use_true_random=False), times=st.lists(st.integers(1, 2_000_000_000), min_size=6))
def test_other_times_and_order_of_creation_give_the_same_bytes(project, tree, order, times):
    def built(files) -> bytes:
        shutil.rmtree(project.root / ".oneplan", ignore_errors=True)
        shutil.rmtree(project.site, ignore_errors=True)
        for (name, (data, runs)), time_ in zip(files, times, strict=False):
            path = project.write(f"apps/shop/{name}", data, 0o755 if runs else 0o644)
            os.utime(path, (time_, time_))
        return project.build().path.read_bytes()

    first = built(tree.items())
    order.shuffle(times)

    assert built(order.sample(list(tree.items()), len(tree))) == first


def test_windows_line_endings_in_a_shell_script_are_refused(project):
    script = project.write("jobs/tidy/run.sh", "echo a\r\n")
    project.job()

    with pytest.raises(PackagingError) as error:
        project.build()

    assert str(error.value) == f"{script}: has Windows line endings (CRLF), which bash cannot run; save it with LF"


def test_deployment_file_in_the_root_is_refused(project):
    project.write("apps/shop/.deployment")

    with pytest.raises(PackagingError, match=r"\.deployment: would change how App Service deploys the package"):
        project.build()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file_is_named(project):
    project.write("apps/shop/secret", mode=0o000)

    with pytest.raises(PackagingError, match=r"secret: cannot be read \(Permission denied\)"):
        project.build()


def test_unknown_app_names_those_there_are(project):
    with pytest.raises(PackagingError) as error:
        build(project.manifest(), "shoop")

    assert str(error.value) == "apps/shoop: is not in the manifest; its apps are: shop"


def test_all_apps_are_built_and_all_faults_told(project):
    manifest = project.manifest()
    blog = project.write("apps/blog/index.html").parent
    python = Runtime("python", "3.13")
    apps = {**manifest.apps, "blog": App("blog", "web", python, blog)}

    packages = build_all(replace(manifest, apps=apps), install=project.install)

    assert list(packages) == ["shop", "blog"]
    gone = {name: App(name, "web", python, project.root / name) for name in ("x", "y")}
    with pytest.raises(PackagingError) as error:
        build_all(replace(manifest, apps=apps | gone), install=project.install)
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        str(project.root / "x"),
        str(project.root / "y"),
    ]


def test_old_packages_are_removed_and_recent_ones_kept(project):
    old = [project.build()]
    for number in range(7):
        project.write("apps/shop/page.html", str(number))
        old.append(project.build())
    for age, package in enumerate(reversed(old)):
        os.utime(package.path, (time.time() - 7200 - age,) * 2)
    project.write("apps/shop/page.html", "newest")

    newest = project.build()

    assert {path.name for path in newest.path.parent.iterdir()} == {
        package.path.name for package in [*old[-4:], newest]
    }


def test_job_with_timeout_travels_as_a_script(project):
    project.job(command="python -m tidy", timeout=timedelta(minutes=1), retries=1, priority="low")
    package = project.build()

    script = content(package, "App_Data/jobs/triggered/tidy/run.sh")

    assert script.startswith(b"#!/bin/sh\n")
    assert b"\r" not in script
