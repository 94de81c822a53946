"""The npm package: the version the preload is written for, from whatever registry the user has."""

import json

from emulator.storage.service import PACKAGE


def test_the_version_is_pinned():
    package = json.loads((PACKAGE / "package.json").read_text())
    lock = json.loads((PACKAGE / "package-lock.json").read_text())

    assert package["dependencies"] == {"azurite": "3.35.0"}
    assert lock["packages"]["node_modules/azurite"]["version"] == "3.35.0"


def test_the_lock_has_hashes_and_no_addresses():
    lock = json.loads((PACKAGE / "package-lock.json").read_text())

    installed = [entry for name, entry in lock["packages"].items() if name]

    assert not [entry for entry in installed if "resolved" in entry]
    assert all("integrity" in entry for entry in installed)
