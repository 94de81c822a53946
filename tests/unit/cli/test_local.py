"""`oneplan local …`."""

import json
import os
import sys


def test_env_prints_lines_for_a_shell_and_no_secret(shell, azure):
    shell.pulumi("exit 0")

    result = shell("local", "env")

    folder = shell.root / ".oneplan"
    assert result.code == 0
    assert result.out.splitlines() == [
        "export PULUMI_DEBUG_PROVIDERS=azure-native:4001",
        f"export PULUMI_BACKEND_URL=file://{folder}/pulumi",
        "export PULUMI_CONFIG_PASSPHRASE=''",
        f"export PULUMI_PYTHON_CMD={sys.executable}",
        "export PULUMI_SKIP_UPDATE_CHECK=true",
        "export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
        f"export ONEPLAN_TOKEN_FILE={folder}/token",
        f"export PULUMI_HOME={folder}/pulumi-home",
        f"export PATH={shell.root}/tools/pulumi/bin:/usr/bin:/bin",
    ]
    assert "secret" not in result.out


def test_env_as_json(shell, azure):
    shell.pulumi("exit 0")

    variables = json.loads(shell("local", "env", "--json").out)

    assert variables["PULUMI_DEBUG_PROVIDERS"] == "azure-native:4001"


def test_env_makes_the_folder_in_which_pulumi_looks_for_stacks(shell, azure):
    shell("local", "env")

    assert (shell.root / ".oneplan/pulumi").is_dir()


def test_env_without_the_local_azure_prints_nothing_to_evaluate(shell):
    result = shell("local", "env")

    assert (result.code, result.out) == (1, "")


def test_start_says_that_it_runs_already(shell, azure):
    result = shell("local", "start")

    assert result.code == 0
    assert f"✓ local Azure runs already (pid {os.getpid()}," in result.err


def test_stop_of_nothing_is_no_failure(shell):
    result = shell("local", "stop")

    assert (result.code, result.err.splitlines()[-1]) == (0, "✓ local Azure is not running")


def test_reset_deletes_all_but_caches(shell):
    shell.write({".oneplan/state.db": "x", ".oneplan/storage/a": "x", ".oneplan/cache/w.whl": "x"})

    result = shell("local", "reset", "--yes")

    assert result.code == 0
    assert sorted(path.name for path in (shell.root / ".oneplan").iterdir()) == ["cache", "up.lock"]


def test_reset_of_an_empty_project_changes_nothing(shell):
    assert shell("local", "reset").err == "✓ there is nothing in .oneplan/ to forget\n"
