"""A project made by `oneplan init` runs at once, on the installation that made it, and grows by `new` and `import`."""

import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, project_in: Callable[[Path], Any], wheels: Path) -> Iterator[Any]:
    """A new project in a folder that was empty; stopped at the end, whatever happened."""
    made = project_in(tmp_path_factory.mktemp("made") / "shop")
    made.folder.mkdir()
    made.oneplan("init")
    cache = made.folder / ".oneplan" / "cache"
    cache.mkdir(parents=True)
    (cache / "wheels").symlink_to(wheels)
    yield made
    made.oneplan("local", "stop", code=None)


def test_it_is_up_after_two_commands(shop):
    shop.oneplan("up")

    with urllib.request.urlopen(shop.app("web")["url"], timeout=60) as answer:
        assert answer.read() == b"web works\n"
    ran = shop.oneplan("jobs", "run", "report", "--wait")
    assert "report ran at " in ran.stdout


def test_what_is_added_and_imported_runs_beside_it(shop, tmp_path, eventually):
    old = tmp_path / "wwwroot" / "App_Data" / "jobs" / "triggered" / "Hello"
    old.mkdir(parents=True)
    (old / "run.sh").write_text("echo greetings from the old site\n")
    (old / "settings.job").write_text('{"schedule": "0 0 3 * * *"}')

    shop.oneplan("new", "queue", "mails")
    shop.oneplan("new", "job", "sender", "--trigger", "queue mails")
    shop.oneplan("import", str(tmp_path / "wwwroot"))
    shop.oneplan("up")

    ran = shop.oneplan("jobs", "run", "hello", "--wait")
    assert "greetings from the old site" in ran.stdout
    assert eventually(lambda: shop.job("sender")["state"] == "Running", seconds=60)


def test_nothing_is_left_after_down(shop):
    down = shop.oneplan("down")

    assert "nothing is left of dev: no resource, process or port" in down.stderr
    assert not (shop.folder / ".oneplan" / "daemon.json").exists()
