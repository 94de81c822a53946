"""Walking a source folder."""

import os
from pathlib import Path

import pytest

from oneplan.errors import PackagingError
from oneplan.packaging.ignore import parse
from oneplan.packaging.tree import LARGEST_FILE, Source, read_whole, walk


def names(folder: Path, *patterns: str, prefix: str = "", renames: tuple[tuple[str, str], ...] = ()) -> list[str]:
    return sorted(file.name for file in walk(Source(folder, prefix, parse(patterns), renames)))


def test_files_get_the_prefix_and_ignored_folders_are_not_entered(tmp_path: Path):
    for path in ("a.txt", "sub/b.txt", "cache/c.txt"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()

    assert names(tmp_path, "cache/", prefix="x/") == ["x/a.txt", "x/sub/b.txt"]


def test_only_a_file_of_the_root_is_renamed(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "run.sh").touch()
    (tmp_path / "sub" / "run.sh").touch()

    assert names(tmp_path, prefix="x/", renames=(("run.sh", "_run.sh"),)) == ["x/_run.sh", "x/sub/run.sh"]


def test_links_inside_the_folder_are_followed(tmp_path: Path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").touch()
    (tmp_path / "file").symlink_to("real/a")
    (tmp_path / "folder").symlink_to("real")

    assert names(tmp_path) == ["file", "folder/a", "real/a"]


def test_link_out_of_the_folder_is_refused(tmp_path: Path):
    site = tmp_path / "site"
    site.mkdir()
    secret = tmp_path / "secret"
    secret.touch()
    (site / "link").symlink_to(secret)

    with pytest.raises(PackagingError) as error:
        names(site)

    assert str(error.value) == (
        f"{site}/link: links out of the packaged folder, to {secret}; copy the file in, or leave the link out "
        "with a line in .oneplanignore"
    )


def test_link_in_a_circle_is_refused(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "up").symlink_to(tmp_path)

    with pytest.raises(PackagingError, match="links to a folder that contains it"):
        names(tmp_path)


def test_broken_link_is_named(tmp_path: Path):
    (tmp_path / "link").symlink_to("nowhere")

    with pytest.raises(PackagingError, match=r"link: cannot be read \(No such file or directory\)"):
        names(tmp_path)


def test_pipe_is_refused_rather_than_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(PackagingError, match="pipe: is not a regular file"):
        names(tmp_path)


def test_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(PackagingError, match=r"gone: cannot be read \(No such file or directory\)"):
        names(tmp_path / "gone")


@pytest.mark.parametrize("believed", [0, 3, 4, 5, 9])
def test_file_is_read_whole_whatever_its_size_was_thought_to_be(tmp_path: Path, believed: int):
    (tmp_path / "a").write_bytes(b"four")

    assert read_whole(str(tmp_path / "a"), believed) == b"four"


def test_file_that_no_zip_entry_can_count_is_refused(tmp_path: Path):
    with (tmp_path / "dump.txt").open("wb") as out:
        out.truncate(LARGEST_FILE)
    assert names(tmp_path) == ["dump.txt"]

    os.truncate(tmp_path / "dump.txt", LARGEST_FILE + 1)
    with pytest.raises(PackagingError) as error:
        names(tmp_path)

    assert str(error.value) == (
        f"{tmp_path}/dump.txt: is larger than 4 GB, the most that a file of a package can be; leave it out with a line "
        "in .oneplanignore, or keep it in a storage container"
    )
