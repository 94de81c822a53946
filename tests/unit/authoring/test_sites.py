"""A site's jobs are found wherever they are, and nothing unsafe is taken."""

import os
import stat
import zipfile
from pathlib import Path

import pytest

from oneplan.authoring import sites
from oneplan.authoring.errors import AuthoringError
from oneplan.authoring.sites import site_jobs


def put(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def zipped(path: Path, *names: str, mode: int = 0o644, content: str = "x") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, content)
    return path


def found(path: Path) -> list[tuple[str, list[str]]]:
    return [(job.label, sorted(job.files)) for job in site_jobs(path)]


@pytest.mark.parametrize(
    "above", ["", "jobs/", "App_Data/jobs/", "wwwroot/app_data/Jobs/", "site/wwwroot/App_Data/jobs/", "site/jobs/"]
)
def test_a_folder_may_be_given_at_any_height(tmp_path: Path, above: str):
    put(tmp_path, f"{above}triggered/a/run.sh", f"{above}triggered/a/lib/x.py", f"{above}Continuous/b/run.py")

    assert found(tmp_path) == [("continuous/b", ["run.py"]), ("triggered/a", ["lib/x.py", "run.sh"])]


def test_run_history_is_no_job(tmp_path: Path):
    put(tmp_path, "site/wwwroot/App_Data/jobs/triggered/a/run.sh", "data/jobs/triggered/old/202601010000/status")

    assert found(tmp_path) == [("triggered/a", ["run.sh"])]


def test_a_job_in_app_data_hides_one_of_its_name_in_the_site_folder(tmp_path: Path):
    put(tmp_path, "site/jobs/triggered/a/run.py", "site/wwwroot/App_Data/jobs/triggered/a/run.sh")

    assert found(tmp_path) == [("triggered/a", ["run.sh"])]


@pytest.mark.parametrize("above", ["", "wwwroot/App_Data/jobs/", "App_Data\\jobs\\"])
def test_a_zip_is_read_like_a_folder(tmp_path: Path, above: str):
    path = zipped(tmp_path / "site.zip", f"{above}triggered/a/run.sh", "index.html", mode=0o755)

    (job,) = site_jobs(path)
    assert (job.label, job.files["run.sh"].content(), job.files["run.sh"].executable) == ("triggered/a", b"x", True)


def test_without_jobs_it_is_said_where_they_would_be(tmp_path: Path):
    with pytest.raises(AuthoringError) as caught:
        site_jobs(tmp_path)

    assert str(caught.value) == (
        f"{tmp_path}: holds no jobs; they are in App_Data/jobs/triggered and App_Data/jobs/continuous"
    )


def test_what_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(AuthoringError) as caught:
        site_jobs(tmp_path / "x")

    assert str(caught.value) == (
        f"{tmp_path / 'x'}: does not exist; give a site's wwwroot or HOME, its App_Data/jobs, or a zip of one"
    )


@pytest.mark.parametrize(
    "name",
    [
        "../App_Data/jobs/triggered/a/run.sh",
        "App_Data/jobs/triggered/../../run.sh",
        "/App_Data/jobs/triggered/a/run.sh",
        "triggered/a/../../../run.sh",
        "triggered/a/C:/x",
        "triggered/a/b\nc",
        "App_Data/jobs/triggered/a//x",
    ],
)
def test_a_path_that_leads_outside_ends_the_import(tmp_path: Path, name: str):
    path = zipped(tmp_path / "site.zip", "triggered/ok/run.sh", name)

    with pytest.raises(AuthoringError) as caught:
        site_jobs(path)

    assert str(caught.value) == (
        f"{name!r}: leads outside or is no name of a file; nothing is imported from such an archive"
    )


def test_links_in_a_zip_are_refused(tmp_path: Path):
    path = zipped(tmp_path / "site.zip", "triggered/a/run.sh", mode=stat.S_IFLNK | 0o777, content="/etc/passwd")

    with pytest.raises(AuthoringError) as caught:
        site_jobs(path)

    assert str(caught.value) == f"{path}: triggered/a/run.sh is a link; put the file itself there"


@pytest.mark.parametrize("kind", ["file", "folder", "pipe"])
def test_links_and_pipes_in_a_folder_are_refused(tmp_path: Path, kind: str):
    put(tmp_path, "triggered/a/run.sh")
    odd = tmp_path / "triggered/a/odd"
    match kind:
        case "file":
            odd.symlink_to("/etc/passwd")
        case "folder":
            odd.symlink_to("/etc")
        case _:
            os.mkfifo(odd)

    with pytest.raises(AuthoringError) as caught:
        site_jobs(tmp_path)

    assert str(caught.value) == f"{odd}: is a link or no ordinary file; put the file itself there"


def test_a_file_twice_in_a_zip_is_refused(tmp_path: Path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zipped(tmp_path / "site.zip", "triggered/a/run.sh", "triggered/a/run.sh")

    with pytest.raises(AuthoringError, match=r"triggered/a/run\.sh is there twice; make the zip anew"):
        site_jobs(path)


def test_a_zip_that_says_less_than_it_holds_is_refused(tmp_path: Path):
    path = zipped(tmp_path / "site.zip", "triggered/a/run.sh", content="x" * 1000)
    bomb = path.read_bytes().replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(bomb)

    (job,) = site_jobs(path)
    with pytest.raises(AuthoringError, match=r"^triggered/a/run\.sh: "):
        job.files["run.sh"].content()


def test_too_much_is_refused_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sites, "MOST_FILES", 2)
    put(tmp_path, *(f"triggered/a/{number}" for number in range(3)))

    with pytest.raises(AuthoringError) as caught:
        site_jobs(tmp_path)

    assert str(caught.value) == f"{tmp_path}: its jobs have 3 files, more than 2; import fewer at a time"


def test_too_many_bytes_are_refused_before_any_is_read(tmp_path: Path):
    huge = put(tmp_path, "triggered/a/run.sh") / "triggered/a/data"
    with huge.open("wb") as out:
        out.truncate(1 << 30)  # takes no room on the disk

    with pytest.raises(AuthoringError) as caught:
        site_jobs(tmp_path)

    assert str(caught.value) == f"{tmp_path}: its jobs have 1024 MiB, more than 512; move data to a storage container"


def test_a_damaged_zip_is_told(tmp_path: Path):
    path = zipped(tmp_path / "site.zip", "triggered/a/run.sh", content="some text")
    path.write_bytes(path.read_bytes().replace(b"some text", b"othertext"))

    (job,) = site_jobs(path)
    with pytest.raises(AuthoringError) as caught:
        job.files["run.sh"].content()

    assert str(caught.value) == (
        "triggered/a/run.sh: cannot be read (Bad CRC-32 for file 'triggered/a/run.sh'); make the copy of the site anew"
    )
