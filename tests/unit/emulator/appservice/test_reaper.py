"""The second net: what an earlier daemon left running is found by its environment."""

from pathlib import Path

from emulator.appservice import reaper


def test_only_processes_of_this_folders_sites_are_leftovers(tmp_path: Path) -> None:
    def process(pid: str, *variables: str) -> None:
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "environ").write_bytes("\0".join(variables).encode())

    process("10", "HOME=/state/sites/shop/home", "WEBSITE_SITE_NAME=shop")
    process("11", "HOME=/state/sites/shop/home")  # somebody's shell
    process("12", "HOME=/other/sites/shop/home", "WEBSITE_SITE_NAME=shop")  # another project's
    process("13", "HOME=/state/sites2/shop/home", "WEBSITE_SITE_NAME=shop")
    (tmp_path / "14").mkdir()  # ended meanwhile

    assert list(reaper._processes_of(Path("/state/sites"), tmp_path)) == [10]
