"""Names that a package may not hold."""

import pytest

from oneplan.errors import PackagingError
from oneplan.packaging.archive import Member
from oneplan.packaging.check import check_names


def refusal(*names: str, system: str = "linux") -> str | None:
    try:
        check_names([Member(name, 0o644, b"", 0, b"") for name in names], system)
    except PackagingError as error:
        return str(error)
    return None


def test_names_that_differ_only_by_case_are_refused():
    assert refusal("a/Logo.png", "a/logo.png") == (
        "a/logo.png: differs from a/Logo.png only by capital letters; rename one of them"
    )


def test_installed_packages_may_differ_by_case():
    prefix = ".python_packages/lib/site-packages"

    assert refusal(f"{prefix}/A.py", f"{prefix}/a.py") is None


def test_two_sources_of_one_name_are_refused():
    assert refusal("App_Data/x", "App_Data/x") == (
        "App_Data/x: comes from two places (a folder of yours, and what oneplan adds); rename yours, "
        "or leave it out with a line in .oneplanignore"
    )


@pytest.mark.parametrize("name", ["a\\b", "a\nb", "a\x7fb"])
def test_unprintable_names_are_refused(name: str):
    assert refusal(name) == f"{name!r}: its name holds a backslash or a control character; rename it"


def test_name_that_is_not_utf_8_is_refused():
    assert refusal("caf\udce9") == "caf\\udce9: its name is not UTF-8; rename it"


def test_path_that_windows_cannot_hold_is_refused_there_only():
    name = "a/" * 120 + "b"

    assert refusal(name) is None
    assert refusal(name, system="windows") == (
        f"{name}: the path is 241 bytes long and App Service takes 235; shorten it"
    )


@pytest.mark.parametrize("name", ["ä ö/ü.txt", "a'b", "$x", "日本"])
def test_unusual_names_pass(name: str):
    assert refusal(name) is None


@pytest.mark.parametrize(
    "name", ["a:b.txt", "logs/what?.txt", "con", "data/NUL.txt", "lpt1/x", "a./b", "trailing ", 'say"hi"', "x/com1"]
)
def test_names_that_windows_has_no_file_of_are_refused_there_alone(name):
    assert refusal("ok.txt", name, system="windows") == (
        f"{name}: Windows has no file of this name (reserved characters, a device's name, or a dot or space at the "
        "end); rename it"
    )
    assert refusal("ok.txt", name, system="linux") is None


@pytest.mark.parametrize("name", ["console.txt", "a/.hidden", "nul-values.csv", "com10", "icon/x", "a b/c.d.e"])
def test_names_that_only_look_like_devices_are_taken(name):
    assert refusal("ok.txt", name, system="windows") is None
