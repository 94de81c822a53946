"""A package from request to wwwroot: what is refused, what is written, what a kill leaves."""

import asyncio
import errno
import os
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from emulator.appservice.deployment import Deployer, Means
from emulator.appservice.deployment.archive import ArchiveError, Limits, open_archive, read_entries
from emulator.appservice.deployment.deployer import BUSY
from emulator.appservice.deployment.fetch import FetchError, shown
from emulator.appservice.deployment.sync import Journal, sync
from emulator.appservice.home import SiteHome
from emulator.appservice.spec import DeployError, Deployment, DeployStatus, OneDeploy, SiteSpec

Make = Callable[..., Path]
SPEC = SiteSpec(id="/id", name="shop", resource_group="rg", runtime="PYTHON|3.13")
URI = "https://127.0.0.1:10000/acct/packages/shop.zip?sv=1&sig=SECRET"


class Around:
    """What a deployment touches besides files."""

    def __init__(self, home: SiteHome, clock: Callable[[], datetime], limits: Limits) -> None:
        self.events: list[str] = []
        self.source: Path | Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.deployer = Deployer(home, Means(self.fetch, self.restart, self.changed, clock, limits))

    async def fetch(self, uri: str, target: Path) -> int:
        await self.gate.wait()
        if isinstance(self.source, Exception):
            raise self.source
        assert self.source is not None
        target.write_bytes(self.source.read_bytes())
        return target.stat().st_size

    async def restart(self) -> None:
        self.events.append("restart")

    async def changed(self) -> None:
        self.events.append("changed")

    async def deploy(self, package: Path, **changes: object) -> Deployment:
        return await self.deployer.deploy(replace(OneDeploy(), **changes), SPEC, package)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path) -> SiteHome:
    made = SiteHome(tmp_path / "sites" / "shop")
    made.create()
    return made


@pytest.fixture
def around(home: SiteHome, clock: Callable[[], datetime]) -> Around:
    return Around(home, clock, Limits(total_bytes=10_000, entries=20, ratio=50, ratio_from_bytes=5_000))


def tree(folder: Path) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*") if file.is_file()}


async def test_a_package_by_address_is_fetched_and_put_in_place(
    around: Around, home: SiteHome, make_package: Make
) -> None:
    around.source = make_package({"app.py": "x", "App_Data/jobs/triggered/j/run.sh": "y"})

    done = await around.deployer.deploy(OneDeploy(URI), SPEC)

    assert tree(home.wwwroot) == {"app.py": "x", "App_Data/jobs/triggered/j/run.sh": "y"}
    assert stat.S_IMODE((home.wwwroot / "App_Data/jobs/triggered/j/run.sh").stat().st_mode) == 0o755
    assert (done.status, done.active, around.events) == (DeployStatus.SUCCESS, True, ["changed", "restart"])
    assert around.deployer.records.all() == [done]
    assert list(home.zipdeploy.iterdir()) == []
    messages = [entry.message for entry in around.deployer.records.entries(done.id)]
    assert messages == ["Deployment successful: 2 files written, 0 removed."]


async def test_the_shared_access_signature_is_written_nowhere(around: Around, home: SiteHome) -> None:
    around.source = FetchError(f"package {shown(URI)}: the server answered 403 Forbidden")

    with pytest.raises(DeployError) as caught:
        await around.deployer.deploy(OneDeploy(URI), SPEC)

    written = "".join(tree(home.folder).values()) + str(caught.value)
    assert "SECRET" not in written
    assert "403 Forbidden" in written
    assert "https://127.0.0.1:10000/acct/packages/shop.zip" in written


async def test_a_package_that_does_not_arrive_leaves_a_failed_temporary_record(around: Around) -> None:
    around.source = FetchError("package x: the server answered 403 Forbidden")

    with pytest.raises(
        DeployError, match=r"^shop: deployment failed: package x: the server answered 403 Forbidden$"
    ) as caught:
        await around.deployer.deploy(OneDeploy(URI), SPEC)

    [record] = around.deployer.records.all()
    assert (record.temporary, record.status) == (True, DeployStatus.FAILED)
    assert caught.value.deployment == record
    assert around.events == []


async def test_clean_removes_what_the_package_does_not_have(around: Around, home: SiteHome, make_package: Make) -> None:
    (home.wwwroot / "App_Data/jobs/continuous/old").mkdir(parents=True)
    (home.wwwroot / "App_Data/jobs/continuous/old/disable.job").touch()
    (home.wwwroot / ".git").mkdir()
    (home.wwwroot / ".git" / "HEAD").write_text("h")
    (home.logs / "kept.log").write_text("l")

    await around.deploy(make_package({"app.py": "x", "deploy.cmd": "never"}))

    assert tree(home.wwwroot) == {"app.py": "x", ".git/HEAD": "h"}
    assert not (home.wwwroot / "App_Data").exists()
    assert (home.logs / "kept.log").exists()


async def test_without_clean_everything_is_written_and_nothing_removed(
    around: Around, home: SiteHome, make_package: Make
) -> None:
    await around.deploy(make_package({"a": "1", "b": "1"}))

    await around.deploy(make_package({"a": "2"}), clean=False)

    assert tree(home.wwwroot) == {"a": "2", "b": "1"}


async def test_a_file_with_the_same_time_is_not_copied(around: Around, home: SiteHome, make_package: Make) -> None:
    """KuduSync's rule; packages must have times that change with the content."""
    await around.deploy(make_package({"a": "1", "b": "1"}))
    before = (home.wwwroot / "a").stat().st_ino

    done = await around.deploy(make_package({"a": "2", "b": "1"}))
    assert (tree(home.wwwroot)["a"], (home.wwwroot / "a").stat().st_ino) == ("1", before)
    await around.deploy(make_package({"a": "2", "b": "1"}, date=(2026, 5, 5, 5, 5, 6)))

    assert tree(home.wwwroot)["a"] == "2"
    assert around.deployer.records.entries(done.id)[-1].message.startswith("Deployment successful: 0 files written")


async def test_a_relative_path_with_clean_removes_everything_else(
    around: Around, home: SiteHome, make_package: Make
) -> None:
    await around.deploy(make_package({"a": "1"}))

    await around.deploy(make_package({"b": "2"}), path="dir1/dir2")

    assert tree(home.wwwroot) == {"dir1/dir2/b": "2"}


async def test_an_absolute_path_cleans_only_its_folder(around: Around, home: SiteHome, make_package: Make) -> None:
    await around.deploy(make_package({"a": "1"}))

    await around.deploy(make_package({"run.sh": "2"}), path="/home/site/jobs/triggered/j")

    assert tree(home.home / "site" / "jobs") == {"triggered/j/run.sh": "2"}
    assert tree(home.wwwroot) == {"a": "1"}


async def test_one_static_file(around: Around, home: SiteHome, make_package: Make) -> None:
    package = make_package({})
    package.write_text("hello")

    await around.deploy(package, type="static", path="pages/hello.txt")

    assert tree(home.wwwroot) == {"pages/hello.txt": "hello"}


async def test_restart_false_leaves_the_process_alone(around: Around, make_package: Make) -> None:
    await around.deploy(make_package({"a": "1"}), restart=False)

    assert around.events == ["changed"]


@pytest.mark.parametrize(
    ("request_", "status", "text"),
    [
        (OneDeploy("", "zip"), 400, "packageUri: not an absolute address"),
        (OneDeploy("packages/x.zip?sig=SECRET"), 400, "packageUri: not an absolute address"),
        (OneDeploy("file:///etc/passwd"), 400, "packageUri: not an absolute address"),
        (OneDeploy(URI, "tarball"), 400, "type=tarball not recognized"),
        (OneDeploy(URI, ""), 400, "type= not recognized"),
        (OneDeploy(URI, "war"), 400, "cannot be deployed to stack='PYTHON'"),
        (OneDeploy(URI, "lib"), 400, "Artifact type='lib' not supported"),
        (OneDeploy(URI, "static"), 400, "path must be defined"),
        (OneDeploy(URI, "static", path="a/"), 400, "path cannot end with"),
        (OneDeploy(URI, path="a/../b"), 400, "path cannot contain"),
        (OneDeploy(URI, path="/etc"), 400, "outside the site's home"),
        (OneDeploy(URI, path="/home/site"), 400, "clean deployments cannot be performed"),
        (OneDeploy(URI, path="%HOME%/"), 400, "clean deployments cannot be performed"),
    ],
)
async def test_what_kudu_refuses_is_refused_with_its_number(
    around: Around, request_: OneDeploy, status: int, text: str
) -> None:
    with pytest.raises(DeployError) as caught:
        await around.deployer.deploy(request_, SPEC)

    assert caught.value.status == status
    assert text in str(caught.value)
    assert "SECRET" not in str(caught.value)
    assert around.deployer.records.all() == []


async def test_a_path_that_leaves_home_by_a_link_is_refused(
    around: Around, home: SiteHome, make_package: Make, tmp_path: Path
) -> None:
    (home.home / "out").symlink_to(tmp_path)

    with pytest.raises(DeployError, match="leads outside the site's home by a link"):
        await around.deploy(make_package({"a": "1"}), path="/home/out/x")


async def test_run_from_package_is_a_conflict(around: Around) -> None:
    with pytest.raises(DeployError, match="WEBSITE_RUN_FROM_PACKAGE") as caught:
        await around.deployer.deploy(OneDeploy(URI), replace(SPEC, settings={"WEBSITE_RUN_FROM_PACKAGE": "1"}))

    assert caught.value.status == 409


async def test_a_second_deployment_is_a_conflict(around: Around, make_package: Make) -> None:
    around.source = make_package({"a": "1"})
    around.gate.clear()
    first = asyncio.create_task(around.deployer.deploy(OneDeploy(URI), SPEC))
    await asyncio.sleep(0)

    with pytest.raises(DeployError) as caught:
        await around.deploy(make_package({"a": "2"}))

    assert (str(caught.value), caught.value.status) == (BUSY, 409)
    around.gate.set()
    assert (await first).status is DeployStatus.SUCCESS


@pytest.mark.parametrize(
    "name", ["../evil", "a/../../evil", "/etc/passwd", "C:/x", "..\\evil", "a\\..\\..\\evil", "\\\\server\\x"]
)
async def test_an_entry_that_leads_outside_refuses_the_whole_package(
    around: Around, home: SiteHome, make_package: Make, name: str
) -> None:
    with pytest.raises(DeployError, match="leads outside the site"):
        await around.deploy(make_package({"good": "1", name: "evil"}))

    assert tree(home.wwwroot) == {}


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({"big": "x" * 10_001}, "holds 10001 bytes; at most 10000"),
        ({"bomb": "0" * 9_000}, "this looks like a zip bomb"),
        ({str(number): "" for number in range(21)}, "21 entries; at most 20"),
        ({"a": "1", "a/b": "2"}, "'a' is both a file and a folder"),
    ],
)
async def test_an_archive_that_would_fill_the_disk_is_refused(
    around: Around, make_package: Make, files: dict[str, str], text: str
) -> None:
    with pytest.raises(DeployError, match=text):
        await around.deploy(make_package(files))


async def test_a_damaged_package_changes_nothing(around: Around, home: SiteHome, make_package: Make) -> None:
    await around.deploy(make_package({"a": "1"}))
    package = make_package({"a": "2", "b": "some text"}, date=(2026, 6, 6, 6, 6, 6))
    content = package.read_bytes()
    package.write_bytes(content.replace(zipfile_data(package, "b"), b"\xff" * len(zipfile_data(package, "b"))))

    with pytest.raises(DeployError, match="'b' cannot be read"):
        await around.deploy(package)

    assert tree(home.wwwroot) == {"a": "1"}
    newest = around.deployer.records.all()
    assert {record.status for record in newest} == {DeployStatus.SUCCESS, DeployStatus.FAILED}
    assert [record.active for record in newest if record.status is DeployStatus.SUCCESS] == [True]


def zipfile_data(package: Path, name: str) -> bytes:
    """The compressed bytes of one entry."""
    with zipfile.ZipFile(package) as archive:
        info = archive.getinfo(name)
    start = info.header_offset + 30 + len(name)
    return package.read_bytes()[start : start + info.compress_size]


def test_names_with_backslashes_are_folders_and_said_so(make_package: Make) -> None:
    package = make_package({"a\\b.txt": "1", "dir\\": ""})

    with open_archive(package) as archive:
        entries, warnings = read_entries(package, archive, Limits())

    assert [entry.name for entry in entries] == ["a/b.txt"]
    assert warnings == ["'a\\\\b.txt': names with backslashes were read as folders; zip with forward slashes"]


async def test_a_link_in_a_package_becomes_a_file(around: Around, home: SiteHome, tmp_path: Path) -> None:
    package = tmp_path / "link.zip"
    with zipfile.ZipFile(package, "w") as archive:
        info = zipfile.ZipInfo("passwd")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")

    done = await around.deploy(package)

    assert not (home.wwwroot / "passwd").is_symlink()
    assert tree(home.wwwroot) == {"passwd": "/etc/passwd"}
    assert around.deployer.records.entries(done.id)[0].type == 1


@pytest.mark.parametrize("clean", [True, False])
async def test_links_in_wwwroot_are_replaced_never_followed(
    around: Around, home: SiteHome, make_package: Make, tmp_path: Path, clean: bool
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    (home.wwwroot / "dir").symlink_to(outside)
    (home.wwwroot / "file").symlink_to(outside / "file")

    await around.deploy(make_package({"dir/file": "new", "file": "new"}), clean=clean)

    assert tree(outside) == {"file": "mine"}
    assert tree(home.wwwroot) == {"dir/file": "new", "file": "new"}
    assert not (home.wwwroot / "dir").is_symlink()


async def test_a_full_disk_fails_the_deployment_with_its_reason(around: Around, home: SiteHome) -> None:
    around.source = OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DeployError, match="no space left for the package; free some space and deploy again"):
        await around.deployer.deploy(OneDeploy(URI), SPEC)

    assert list(home.zipdeploy.iterdir()) == []


async def test_a_deployment_killed_while_copying_is_completed_at_the_next_start(
    around: Around, home: SiteHome, clock: Callable[[], datetime]
) -> None:
    record = Deployment("0" * 8, DeployStatus.BUILDING, "Building", "OneDeploy", clock(), clock())
    folder = home.deployments / record.id
    around.deployer.records.put(record)
    (folder / "staged").mkdir()
    (folder / "staged" / "b").write_text("2")
    (home.wwwroot / "a").write_text("1")  # moved already
    (home.wwwroot / "old").write_text("0")
    Journal(str(home.wwwroot), clean=True, files={"a": 1.0, "b": 1.0}).save(folder / "journal.json")

    await around.deployer.recover()

    assert tree(home.wwwroot) == {"a": "1", "b": "2"}
    [after] = around.deployer.records.all()
    assert (after.status, after.active) == (DeployStatus.SUCCESS, True)
    assert sorted(os.listdir(folder)) == ["log.jsonl", "status.json"]


async def test_a_deployment_killed_before_that_has_failed(
    around: Around, home: SiteHome, clock: Callable[[], datetime]
) -> None:
    (home.wwwroot / "a").write_text("1")
    for id_ in ("temp-12345678", "0" * 8):
        around.deployer.records.put(Deployment(id_, DeployStatus.BUILDING, "x", "OneDeploy", clock(), clock()))
    (home.deployments / ("0" * 8) / "staged").mkdir()

    await around.deployer.recover()

    assert {record.status for record in around.deployer.records.all()} == {DeployStatus.FAILED}
    assert tree(home.wwwroot) == {"a": "1"}
    assert not (home.deployments / ("0" * 8) / "staged").exists()


async def test_ten_good_records_are_kept(around: Around, make_package: Make) -> None:
    package = make_package({"a": "1"}).read_bytes()
    for number in range(12):
        file = make_package({})
        file.write_bytes(package)
        await around.deploy(file)
        assert len(around.deployer.records.all()) == min(number + 1, 10)


def test_a_sync_may_be_repeated(tmp_path: Path) -> None:
    (tmp_path / "staged").mkdir()
    (tmp_path / "staged" / "a").write_text("1")
    journal = Journal(str(tmp_path / "target"), clean=True, files={"a": 1.0})

    changes = [sync(tmp_path / "staged", journal) for _ in range(2)]

    assert [(change.written, change.removed) for change in changes] == [(1, 0), (0, 0)]
    assert tree(tmp_path / "target") == {"a": "1"}


def test_something_else_than_a_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")

    with pytest.raises(ArchiveError, match="package: not a readable zip archive"):
        open_archive(tmp_path / "x")


@pytest.mark.parametrize("id", ["../../x", "..", "", "a/b", "latest"])
def test_a_record_is_found_by_a_real_id_only(around: Around, id: str) -> None:
    assert around.deployer.records.get(id) is None
