"""The cache of installed dependencies."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from oneplan.errors import PackagingError
from oneplan.packaging.platforms import Platform
from oneplan.packaging.requirements import RequirementFile
from oneplan.packaging.wheels import Wheels

HERE = Platform("here")
RECORD = "six-1.dist-info/RECORD"


class FakeInstaller:
    """Installs one package with everything that must not be packaged."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, files: Sequence[RequirementFile], platform: Platform, folder: Path) -> None:
        self.calls += 1
        for path, text in {
            "six.py": "six",
            "bin/six": "#!/home/me/venv/bin/python",
            "sub/bin/tool.py": "kept",
            "__pycache__/six.pyc": "",
            RECORD: "../../bin/six,sha256=machine,26\nsix.py,sha256=x,3\n",
        }.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)


class FailingInstaller:
    def __call__(self, files: Sequence[RequirementFile], platform: Platform, folder: Path) -> None:
        (folder / "half.py").touch()
        raise PackagingError("requirements.txt: pip: no; check")


def wheels(store: Path, text: str = "six\n", platform: Platform = HERE) -> Wheels:
    return Wheels((RequirementFile(Path("r"), "r", text, included=False),), platform, store)


def test_second_build_installs_nothing(tmp_path: Path):
    install = FakeInstaller()

    first = wheels(tmp_path).members("p/", install)
    second = wheels(tmp_path).members("p/", install)

    assert (first, install.calls) == (second, 1)


def test_scripts_and_compiled_files_are_left_out(tmp_path: Path):
    members = wheels(tmp_path).members("p/", FakeInstaller())

    assert [member.name for member in members] == [f"p/{RECORD}", "p/six.py", "p/sub/bin/tool.py"]


def test_record_does_not_depend_on_this_machines_interpreter(tmp_path: Path):
    record, *_ = wheels(tmp_path).members("p/", FakeInstaller())

    assert Path(str(record.content)).read_text() == "six.py,sha256=x,3\n"


def test_key_follows_text_and_platform(tmp_path: Path):
    one = wheels(tmp_path)

    keys = {one.key, wheels(tmp_path, text="six==1\n").key, replace(one, platform=Platform("there")).key}

    assert len(keys) == 3
    assert wheels(tmp_path).key == one.key


def test_site_without_requirements_has_no_dependencies(tmp_path: Path):
    assert Wheels((), HERE, tmp_path).members("p/", FailingInstaller()) == []


def test_failed_installation_leaves_nothing_and_is_tried_again(tmp_path: Path):
    with pytest.raises(PackagingError):
        wheels(tmp_path).members("p/", FailingInstaller())

    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]
    assert wheels(tmp_path).members("p/", FakeInstaller())


def test_leftovers_of_a_killed_build_are_replaced(tmp_path: Path):
    unfinished = tmp_path / f"{wheels(tmp_path).key}.unfinished" / "site-packages"
    unfinished.mkdir(parents=True)
    (unfinished / "old.py").touch()

    names = [member.name for member in wheels(tmp_path).members("", FakeInstaller())]

    assert "old.py" not in names


def test_two_builds_at_once_install_once(tmp_path: Path):
    install = FakeInstaller()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: wheels(tmp_path).members("p/", install), range(4)))

    assert install.calls == 1
    assert all(result == results[0] for result in results)
