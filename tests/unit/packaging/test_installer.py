"""Which installer is asked."""

from pathlib import Path

import pytest

from oneplan.packaging import installer
from oneplan.packaging.platforms import Platform
from oneplan.packaging.requirements import RequirementFile

HASHED = RequirementFile(Path("a"), "a", "six==1 --hash=sha256:aa\n", included=False)
PLAIN = RequirementFile(Path("b"), "b", "six\n", included=False)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names the installers in the order they were asked; uv fails as long as `uv works` is not in the list."""
    calls: list[str] = []

    def uv(*_: object) -> bool:
        calls.append("uv")
        return "uv works" in calls

    monkeypatch.setattr(installer.uv, "install", uv)
    monkeypatch.setattr(installer.pip, "install", lambda *_: calls.append("pip"))
    return calls


def test_package_without_a_hash_is_left_to_pip_and_its_configured_index(asked: list[str], tmp_path: Path):
    installer.install((HASHED, PLAIN), Platform("here"), tmp_path)

    assert asked == ["pip"]


def test_hashed_packages_are_installed_by_uv(asked: list[str], tmp_path: Path):
    asked.append("uv works")

    installer.install((HASHED,), Platform("here"), tmp_path)

    assert asked == ["uv works", "uv"]


def test_pip_has_the_last_word_where_uv_fails(asked: list[str], tmp_path: Path):
    installer.install((HASHED,), Platform("here"), tmp_path)

    assert asked == ["uv", "pip"]
