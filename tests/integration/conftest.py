"""What the integration tests share: the engine's place, and a project of one's own in a temporary folder."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def pulumi_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables for a `pulumi` that touches nothing outside a temporary folder."""
    home = tmp_path_factory.mktemp("pulumi")
    (home / "state").mkdir()
    bin_folder = ROOT / "tools" / "pulumi" / "bin"
    path = os.environ["PATH"] if shutil.which("pulumi") else f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
    return {
        "PATH": path,
        "HOME": str(home),
        "PULUMI_HOME": str(home / "home"),
        "PULUMI_BACKEND_URL": f"file://{home / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
