"""Compiled packages are shared by the sites that carry the same sources, and by nobody else."""

import os
from collections.abc import Callable
from pathlib import Path

from emulator.appservice.deployment import Deployer, Means, bytecode
from emulator.appservice.home import SiteHome
from emulator.appservice.spec import OneDeploy, SiteSpec

SPEC = SiteSpec(id="/id", name="shop", resource_group="rg", runtime="PYTHON|3.13")
MODULE = bytecode.PACKAGES / "pack" / "module.py"


def carry(wwwroot: Path, text: str = "x = 1", at: int = 1_000_000_000) -> Path:
    """A site with one package; returns the package's bytecode folder."""
    source = wwwroot / MODULE
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    os.utime(source, (at, at))
    return source.parent / "__pycache__"


def test_two_sites_with_the_same_package_have_one_bytecode_folder(tmp_path: Path) -> None:
    folders = [carry(tmp_path / site) for site in ("one", "two")]
    for site in ("one", "two"):
        bytecode.share(tmp_path / site, tmp_path / "store")
    (folders[0] / "module.cpython-311.pyc").write_bytes(b"compiled")
    assert (folders[1] / "module.cpython-311.pyc").read_bytes() == b"compiled"


def test_other_content_or_another_time_has_a_folder_of_its_own(tmp_path: Path) -> None:
    folders = [
        carry(tmp_path / "one"),
        carry(tmp_path / "two", text="x = 2"),
        carry(tmp_path / "three", at=1_000_000_002),
    ]
    for site in ("one", "two", "three"):
        bytecode.share(tmp_path / site, tmp_path / "store")
    assert len({folder.resolve() for folder in folders}) == 3


def test_bytecode_that_the_package_brought_is_left_alone(tmp_path: Path) -> None:
    folder = carry(tmp_path / "one")
    folder.mkdir()
    bytecode.share(tmp_path / "one", tmp_path / "store")
    assert not folder.is_symlink()


def test_what_no_deployment_used_for_long_is_removed(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for name in ("old", "new"):
        (store / name).mkdir(parents=True)
    os.utime(store / "old", (1_000_000, 1_000_000))
    os.utime(store / "new", (2_000_000, 2_000_000))
    bytecode.forget_unused(store, now=1_000_001 + bytecode.KEPT_SECONDS)
    assert [place.name for place in store.iterdir()] == ["new"]


async def test_a_deployment_finds_the_bytecode_of_the_one_before(
    tmp_path: Path, clock: Callable[[], object], make_package: Callable[..., Path]
) -> None:
    home = SiteHome(tmp_path / "sites" / "shop")
    home.create()

    async def nothing() -> None: ...

    async def fetch(_uri: str, _target: Path) -> int:
        return 0

    deployer = Deployer(home, Means(fetch, nothing, nothing, clock, bytecode=tmp_path / "store"))  # type: ignore[arg-type]
    compiled = home.wwwroot / MODULE.parent / "__pycache__" / "module.cpython-311.pyc"
    await deployer.deploy(OneDeploy(), SPEC, make_package({MODULE.as_posix(): "x", "app.py": "1"}))
    compiled.write_bytes(b"compiled")
    await deployer.deploy(OneDeploy(), SPEC, make_package({MODULE.as_posix(): "x", "app.py": "2"}))
    assert compiled.read_bytes() == b"compiled"


async def test_a_store_that_cannot_be_written_fails_no_deployment(
    tmp_path: Path, clock: Callable[[], object], make_package: Callable[..., Path]
) -> None:
    home = SiteHome(tmp_path / "sites" / "shop")
    home.create()
    (tmp_path / "store").write_text("a file")

    async def nothing() -> None: ...

    async def fetch(_uri: str, _target: Path) -> int:
        return 0

    deployer = Deployer(home, Means(fetch, nothing, nothing, clock, bytecode=tmp_path / "store"))  # type: ignore[arg-type]
    done = await deployer.deploy(OneDeploy(), SPEC, make_package({MODULE.as_posix(): "x"}))
    assert done.active
