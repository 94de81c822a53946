"""Reading requirement files."""

from pathlib import Path

import pytest

from oneplan.errors import PackagingError
from oneplan.packaging.requirements import RequirementFile, check_pins, read


def written(root: Path, **texts: str) -> list[Path]:
    paths = []
    for name, text in texts.items():
        path = root / name / "requirements.txt"
        path.parent.mkdir()
        path.write_text(text)
        paths.append(path)
    return paths


def conflict(root: Path, **texts: str) -> str | None:
    try:
        check_pins(read(written(root, **texts), root))
    except PackagingError as error:
        return str(error)
    return None


def test_lines_join_continuations_and_drop_comments():
    text = "# all\nflask==3.1 \\\n    --hash=sha256:aa\n\npillow # photos\nurl @ https://a/b#egg\n"
    file = RequirementFile(Path("r"), "r", text, included=False)

    assert list(file.lines()) == [(2, "flask==3.1      --hash=sha256:aa"), (5, "pillow"), (6, "url @ https://a/b#egg")]
    assert file.names() == {"flask", "pillow", "url"}
    assert list(file.pins()) == [("flask", "3.1")]


def test_two_pins_of_one_package_name_both_files(tmp_path: Path):
    assert conflict(tmp_path, shop="Flask==3.1\n", tidy="flask==3.0\n") == (
        "tidy/requirements.txt: needs flask==3.0 but shop/requirements.txt has 3.1; "
        "a site and its jobs share one set of packages, so agree on a version or use another app"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("flask==3.0", "Flask == 3.0.0"),
        ("zope.interface==6", "zope-interface==6.0"),
        ("flask>=3.0", "flask==3.1"),
        ("flask==3.*", "flask==3.1"),
        ("tomli==1; python_version < '3.11'", "tomli==2; python_version >= '3.11'"),
    ],
)
def test_pins_that_agree_or_that_pip_must_judge_pass(one: str, other: str, tmp_path: Path):
    assert conflict(tmp_path, shop=one, tidy=other) is None


def test_included_files_are_read_once_and_not_named_to_pip(tmp_path: Path):
    (tmp_path / "common.txt").write_text("six\n")
    paths = written(tmp_path, shop="-r ../common.txt\n", tidy="--constraint=../common.txt\n")

    files = read(paths, tmp_path)

    assert [(file.shown, file.included) for file in files] == [
        ("shop/requirements.txt", False),
        ("common.txt", True),
        ("tidy/requirements.txt", False),
    ]


def test_files_that_include_each_other_end(tmp_path: Path):
    (shop,) = written(tmp_path, shop="-r requirements.txt\n")

    assert len(read([shop], tmp_path)) == 1


@pytest.mark.parametrize("line", ["-e .", "./lib", "../lib", "/opt/lib", "file:///opt/lib", "lib @ file:///opt/lib"])
def test_path_on_this_machine_is_refused(line: str, tmp_path: Path):
    paths = written(tmp_path, shop=f"six\n{line}\n")

    with pytest.raises(PackagingError) as error:
        read(paths, tmp_path)

    assert str(error.value) == (
        f"shop/requirements.txt:2: {line!r} is a path on this machine; "
        "name a package, or put the code in the app's folder"
    )


def test_missing_included_file_is_named(tmp_path: Path):
    paths = written(tmp_path, shop="-r gone.txt\n")

    with pytest.raises(PackagingError, match=r"gone\.txt: cannot be read \(No such file or directory\)"):
        read(paths, tmp_path)
