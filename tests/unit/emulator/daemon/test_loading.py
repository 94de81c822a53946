"""Loading modules in threads."""

import sys
import threading
import time
from pathlib import Path

import pytest

from emulator.daemon.loading import load


def test_two_threads_load_one_package_from_different_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "halves"
    package.mkdir()
    (package / "__init__.py").write_text("import time\ntime.sleep(0.2)\nfrom halves import service\n")
    (package / "service.py").write_text("from halves.handler import Handler\n")
    (package / "handler.py").write_text("import halves.roles\n\nclass Handler:\n    pass\n")
    (package / "roles.py").write_text("import time\ntime.sleep(0.1)\n")
    monkeypatch.syspath_prepend(tmp_path)
    failed: list[ImportError] = []

    def run(module: str) -> None:
        try:
            load(module)
        except ImportError as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=[name]) for name in ("halves", "halves.handler")]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    for thread in threads:
        thread.join()

    assert failed == []
    for name in [name for name in sys.modules if name.startswith("halves")]:
        del sys.modules[name]
