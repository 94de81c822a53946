"""What each example declares, resource by resource: (type, name, inputs), as reviewed and kept under `golden`.

A wanted change is written anew with `ONEPLAN_GOLDEN=write pytest tests/unit/components/test_examples.py` and read in
the diff.
"""

import json
import os
from datetime import date
from pathlib import Path

import pulumi
import pytest

from components.program import declare
from oneplan.packaging import SitePackage

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/oneplan.yaml"))
GOLDEN = Path(__file__).parent / "golden"
SECRETS = {"oneplan:mail-password": "made-up-mail", "oneplan:export-key": "made-up-export"}


def packages(manifest):
    """Packages whose names do not change with their content, so that the golden lists show resources only."""
    return {
        app: SitePackage(app, Path(f"/packages/{app}-hash.zip"), "hash", 1, 1, (), reused=False)
        for app in manifest.apps
    }


def plain(value):
    """Inputs as JSON has them: files by their path, secrets by the word, outputs in the mocks' words."""
    if isinstance(value, pulumi.FileAsset):
        return {"file": value.path}
    if (
        isinstance(value, dict)
        and value.get(pulumi.runtime.rpc._special_sig_key) == pulumi.runtime.rpc._special_secret_sig
    ):
        return {"secret": True}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


@pytest.fixture
def listed(declared):
    def of(example: Path) -> str:
        pulumi.runtime.set_all_config(SECRETS, list(SECRETS))
        engine = declared(
            lambda: pulumi.Output.from_input(
                declare(example, "prod", today=date(2026, 11, 24), build=packages)["resource_group"]
            )
        )
        rows = [[kind, name, plain(inputs)] for (kind, name), inputs in sorted(engine.created.items())]
        return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"

    return of


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_declares_what_was_reviewed(example, listed):
    found, golden = listed(example), GOLDEN / f"{example.name}.json"
    if os.environ.get("ONEPLAN_GOLDEN") == "write":
        golden.write_text(found, encoding="utf-8")

    assert json.loads(found) == json.loads(golden.read_text(encoding="utf-8"))


def test_no_golden_list_holds_a_secret():
    texts = "".join(path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.json"))

    assert not [value for value in SECRETS.values() if value in texts]
