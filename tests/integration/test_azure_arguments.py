"""The facts about azure-native's arguments are those of the installed SDK."""

import importlib.util
from pathlib import Path

from oneplan.manifest.models import azure

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_facts_are_those_of_the_installed_sdk():
    spec = importlib.util.spec_from_file_location("azure_arguments", ROOT / "tools" / "azure_arguments.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    assert tool.TARGET.read_text(encoding="utf-8") == tool.text()


def test_what_oneplan_sets_is_an_argument_of_the_sdk():
    facts = azure.facts()
    for target, taken in azure.TAKEN.items():
        for path in taken:
            known = facts[target] if len(path) == 1 else facts["types"]["SiteConfig"]
            assert path[-1] in known
