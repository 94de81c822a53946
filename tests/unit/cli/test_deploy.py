"""`oneplan up`, `preview` and `down`, with a `pulumi` that only notes what it was asked."""

import fcntl
import json
import os
import subprocess
import sys

from oneplan.cli.lock import only_one

STACK = ".oneplan/pulumi/.pulumi/stacks/oneplan/dev.json"


def test_up_runs_pulumi_and_shows_what_runs(shell, azure, worker):
    shell.pulumi("exit 0")

    result = shell("up")

    assert result.code == 0
    assert shell.calls == [
        "stack select --create dev",
        "up --yes --skip-preview --suppress-outputs --stack dev",
    ]
    assert "stock-sync" in result.out
    is_up, last = result.err.splitlines()[-2:]
    assert is_up.startswith("✓ dev is up  (local Azure ")
    assert last == "`oneplan dashboard` shows and steers it in the browser"


def test_an_existing_stack_is_not_selected_again_and_extra_options_go_to_pulumi(shell, azure, worker):
    shell.pulumi("exit 0")
    shell.write({STACK: "{}"})

    shell("preview", "--expect-no-changes", "--", "--diff")

    assert shell.calls == ["preview --expect-no-changes --diff --stack dev"]


def test_pulumi_is_pointed_at_the_local_azure(shell, azure, worker):
    shell.pulumi('env | grep -E "^(PULUMI|ONEPLAN)_" | sort > env.txt')

    shell("preview")

    folder = shell.root / ".oneplan"
    variables = (shell.root / "env.txt").read_text().splitlines()
    assert variables == [
        "ONEPLAN_SDK_DEBUG=off",
        f"ONEPLAN_TOKEN_FILE={folder}/token",
        f"PULUMI_BACKEND_URL=file://{folder}/pulumi",
        "PULUMI_CONFIG_PASSPHRASE=",
        "PULUMI_DEBUG_PROVIDERS=azure-native:4001",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
        f"PULUMI_HOME={folder}/pulumi-home",
        f"PULUMI_PYTHON_CMD={sys.executable}",
        "PULUMI_SKIP_CHECKPOINTS=true",
        "PULUMI_SKIP_UPDATE_CHECK=true",
    ]


def test_a_failed_pulumi_fails_the_command(shell, azure, worker):
    shell.pulumi('case "$1" in up) exit 255;; esac')

    result = shell("up")

    assert result.code == 1
    assert result.err.splitlines()[-1] == "error pulumi up: exit code 255; its messages are above"


def test_a_local_azure_that_died_meanwhile_is_named(shell, azure):
    """Its process number is that of a child which the fake pulumi ends."""
    sleeper = subprocess.Popen(["sleep", "30"])
    path = shell.root / ".oneplan/daemon.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"pid": sleeper.pid}))
    shell.pulumi(f'case "$1" in up) kill -9 {sleeper.pid}; exit 255;; esac')

    result = shell("up")
    sleeper.wait()

    assert result.code == 1
    assert result.err.splitlines()[-1] == (
        f"error local Azure: ended while pulumi was at work (it was pid {sleeper.pid});"
        " its log is .oneplan/daemon.log; nothing is lost, run the command again"
    )


def test_the_lock_of_a_killed_pulumi_is_removed_first(shell, azure, worker):
    gone = subprocess.Popen(["true"])
    gone.wait()
    lock = ".oneplan/pulumi/.pulumi/locks/organization/oneplan/dev/1.json"
    shell.write({STACK: "{}", lock: json.dumps({"pid": gone.pid})})
    shell.pulumi("exit 0")

    result = shell("up")

    assert shell.calls == [
        "cancel --yes --stack dev",
        "up --yes --skip-preview --suppress-outputs --stack dev",
    ]
    told = f"note an earlier pulumi (pid {gone.pid}) was killed and left its lock; it is removed"
    assert told in result.err


def test_a_second_up_names_the_first(shell, azure):
    path = shell.root / ".oneplan/up.lock"
    with only_one(path, "up"):
        facts = json.loads(path.read_text())
        result = shell("up")

    assert result.code == 1
    assert result.err == (
        f"error .oneplan/up.lock: another `oneplan up` of this folder runs (pid {facts['pid']},"
        f" since {facts['since']}); wait for it, or stop it with Ctrl-C\n"
    )


def test_the_lock_is_free_again_afterwards(tmp_path):
    with only_one(tmp_path / "up.lock", "up"):
        pass

    with (tmp_path / "up.lock").open() as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_an_app_that_died_is_shown_with_its_last_words(shell, azure, worker):
    worker.process = {"state": "Blocked", "last_exit": 3, "log_tail": ["Traceback", "ImportError: no shop"]}
    shell.pulumi("exit 0")

    result = shell("up")

    assert result.code == 1
    assert "  ImportError: no shop\n" in result.err
    assert "error app worker: did not start: ended with exit code 3;" in result.err


def test_manifest_problems_stop_it_before_anything_starts(shell):
    job = "app: wrker\ntrigger: {every: 15m}\ncommand: python -m stock_sync\nretrys: 2\n"
    shell.write({"jobs/stock_sync/job.yaml": job})

    result = shell("up")

    assert result.code == 3
    assert "jobs/stock_sync/job.yaml:1:6: " in result.err
    assert "retrys" in result.err
    assert result.err.splitlines()[-1].startswith("error the manifest has 2 errors and ")
    assert not (shell.root / ".oneplan").exists()


def test_doubts_about_the_manifest_are_told_before_it_goes_on(shell, azure, worker):
    shell.pulumi("exit 0")
    shell.write({"jobs/stock_sync/job.yaml": "app: worker\ntrigger: {every: 15m}\ncommand: python -m stock_sync\n"})

    result = shell("preview")

    assert result.code == 0
    assert result.err.startswith("note jobs/stock_sync/job.yaml:1:1: WJ008 no schema line ")


def test_without_pulumi_the_way_to_it_is_said(shell, azure):
    result = shell("up")

    assert (result.code, result.err) == (
        1,
        "error pulumi: not found; run `make setup`, or install it from pulumi.com/docs/install\n",
    )


def test_down_of_a_stack_that_never_was_up_starts_nothing(shell):
    result = shell("down")

    assert result.code == 0
    assert result.err.splitlines()[-1] == "✓ nothing is left of dev: it was never up"


def test_an_unknown_stack_names_those_there_are(shell):
    result = shell("up", "--stack", "test")

    assert (result.code, result.err) == (
        2,
        "error stack test: there is no Pulumi.test.yaml; stacks here: dev\n",
    )


def test_what_the_local_azure_cannot_put_back_fails_the_command(shell, azure, worker):
    shell.pulumi("exit 0")
    azure.problems = ["port 4007 (site:worker): in use by nginx (pid 7); stop that program"]

    result = shell("up")

    assert result.code == 1
    assert "error port 4007 (site:worker): in use by nginx (pid 7); stop that program\n" in result.err
    assert "is up" not in result.err


def test_what_the_local_azure_lost_is_made_again(shell, azure, worker):
    resources = [{"type": "azure-native:web:WebApp"}, {"type": "pulumi:pulumi:Stack"}]
    shell.write({STACK: json.dumps({"checkpoint": {"latest": {"resources": resources}}})})
    shell.pulumi("exit 0")

    shell("up")
    azure.resources = 1
    shell("up")

    assert shell.calls == [
        "up --yes --skip-preview --suppress-outputs --refresh --stack dev",
        "up --yes --skip-preview --suppress-outputs --stack dev",
    ]


def test_a_lock_that_a_full_disk_left_half_written_is_removed(shell, azure, worker):
    lock = ".oneplan/pulumi/.pulumi/locks/organization/oneplan/dev/1.json.18eb.tmp"
    beside = ".oneplan/pulumi/.pulumi/locks/organization/oneplan/dev/2.json.attrs"
    shell.write({STACK: "{}", lock: "", beside: '{"md5": ""}'})
    os.utime(shell.root / beside, (0, 0))
    shell.pulumi("exit 0")

    shell("preview")
    fresh = (shell.root / lock).exists()
    os.utime(shell.root / lock, (0, 0))
    result = shell("preview")

    assert fresh, "a lock that another pulumi writes at this moment must stay"
    assert not (shell.root / lock).exists()
    assert (shell.root / beside).exists(), "the checksum beside a lock is no lock"
    assert "note 1.json.18eb.tmp: a lock of pulumi's that was never written to its end; it is removed" in result.err


def test_a_damaged_state_of_pulumis_is_named_with_its_backup(shell, azure):
    shell.write({STACK: "{", f"{STACK}.bak": "{}"})
    shell.pulumi("exit 0")

    result = shell("up")

    assert result.code == 1
    assert result.err.splitlines()[-1] == (
        f"error {shell.root / STACK}: damaged, not readable as JSON; put dev.json.bak beside it in its place,"
        " or run `oneplan local reset` to start afresh"
    )


def test_a_killed_pulumi_is_told_as_such(shell, azure):
    shell.pulumi('case "$1" in up) kill -9 $$;; esac')

    result = shell("up")

    assert result.code == 1
    assert result.err.splitlines()[-1] == (
        "error pulumi up: was ended by signal 9; nothing is lost, run the command again"
    )


def test_ctrl_c_while_pulumi_works_is_an_interrupt(shell, azure, worker):
    shell.pulumi('case "$1" in up) kill -INT $PPID; exit 1;; esac')

    result = shell("up")

    assert (result.code, result.err.splitlines()[-1]) == (130, "error interrupted")


def test_a_local_azure_that_is_stopped_meanwhile_is_named(shell, azure):
    """It lives on for a while as it stops, but no longer says where it is."""
    shell.pulumi(f'case "$1" in up) rm {shell.root}/.oneplan/daemon.json; exit 255;; esac')

    result = shell("up")

    assert result.code == 1
    assert "error local Azure: ended while pulumi was at work" in result.err


def test_a_reset_waits_for_nobody_but_is_refused_while_up_runs(shell, azure):
    with only_one(shell.root / ".oneplan/up.lock", "up"):
        result = shell("local", "reset", "--yes")

    assert result.code == 1
    assert "another `oneplan up` of this folder runs" in result.err
    assert (shell.root / ".oneplan/token").exists()


def test_what_a_killed_pulumi_was_at_is_cleared_once(shell, azure, worker):
    latest = {"pending_operations": [{"type": "creating"}]}
    shell.write({STACK: json.dumps({"checkpoint": {"latest": latest}})})
    shell.pulumi('case "$1" in refresh) exit 255;; esac')

    result = shell("up")

    assert shell.calls == ["refresh --yes --skip-preview --clear-pending-creates --suppress-outputs --stack dev"]
    assert result.code == 1
    assert result.err.splitlines()[-2:] == [
        "note an earlier pulumi was killed while it worked on 1 of its resources; they are looked at",
        "error pulumi refresh: exit code 255; its messages are above",
    ]
