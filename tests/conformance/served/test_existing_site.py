"""An existing site: App Service's job samples in four languages, laid out as in Azure, run and scheduled."""

import json
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration

SAMPLES = {
    "shell": ("run.sh", '#!/bin/bash\necho "Hello World from $WEBJOBS_NAME"\n', "bash"),
    "python": (
        "run.py",
        (
            'import datetime, os\nprint(f"Current time: {datetime.datetime.now():%H:%M}")\n'
            "print('Hello World from ' + os.environ['WEBJOBS_NAME'])\n"
        ),
        "python3",
    ),
    "node": ("run.js", "console.log('Hello World from ' + process.env.WEBJOBS_NAME);\n", "node"),
    "php": ("run.php", "<?php echo 'Hello World from ' . getenv('WEBJOBS_NAME') . \"\\n\";\n", "php"),
}


@pytest.mark.parametrize("language", SAMPLES)
def test_sample_runs_by_hand_and_on_schedule(site, tools, language):
    """2.1, 2.2, 8.3: the same folder as in Azure."""
    name, script, program = SAMPLES[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here")
    folder = site.jobs / "triggered" / language
    folder.mkdir(parents=True)
    (folder / name).write_text(script)

    text = site.verify_triggers(language, 1, "Success", f"Hello World from {language}")
    (folder / "settings.job").write_text(json.dumps({"schedule": "* * * * * *"}))
    history = f"/api/triggeredwebjobs/{language}/history"
    tools.until(lambda: any(run["trigger"].startswith("Schedule") for run in site.get(history)["runs"]))
    tools.until(lambda: site.get(history)["runs"][0]["status"] == "Success")

    assert "Status changed to Success" in text


def test_java_program_runs_by_itself(site, tmp_path):
    """2.1: a .jar that a site brings, where there is a Java to run it."""
    if any(shutil.which(tool) is None for tool in ("java", "javac", "jar")):
        pytest.skip("java, javac or jar is not installed here")
    (tmp_path / "Hello.java").write_text(
        "class Hello { public static void main(String[] a) {"
        ' System.out.println("Hello World from " + System.getenv("WEBJOBS_NAME") + a.length); } }'
    )
    folder = site.jobs / "triggered" / "java"
    folder.mkdir(parents=True)
    for command in (["javac", "Hello.java"], ["jar", "cfe", str(folder / "hello.jar"), "Hello", "Hello.class"]):
        subprocess.run(command, cwd=tmp_path, check=True, timeout=180)

    site.verify_triggers("java", 1, "Success", "Hello World from java2", "one two")


def test_job_this_machine_cannot_run_says_why(site):
    """2.2: found in Kudu's order, refused with the reason."""
    site.put("triggered", "windows", "echo hello\r\n", "run.cmd")

    site.verify_triggers("windows", 1, "Failed", "run.cmd: WindowsScriptHost exists only on Windows")


def test_one_home_is_served_once_unless_by_another_instance(site):
    """13: two servers of one instance would end each other's jobs."""

    command = [sys.executable, "-m", "emulator", "webjobs", "serve", str(site.home), f"--temp={site.temp}"]
    second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)

    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.splitlines()[-1] == (
        f"{site.home}: is being served already; stop that one, or be a second instance with --instance NAME"
    )


def test_deployment_that_a_killed_server_left_has_ended_at_the_next_start(own_site):
    """13: whoever polls it must not wait for ever."""
    folder = own_site.home / "site/deployments/0d1f7a3c-left-behind"
    folder.mkdir(parents=True)
    (folder / "status.json").write_text(
        json.dumps(
            {
                "id": folder.name,
                "status": 1,
                "status_text": "Building and Deploying",
                "deployer": "ZipDeploy",
                "received": "2026-01-01T00:00:00+00:00",
                "started": "2026-01-01T00:00:00+00:00",
                "ended": None,
                "progress": "Unpacking",
            }
        )
    )
    own_site.start()

    status, text, _ = own_site.ask("GET", "/api/deployments/latest")

    record = json.loads(text)
    assert (status, record["status"], record["complete"]) == (200, 3, True)
    assert record["status_text"] == "interrupted before it was unpacked; deploy again"


def test_every_call_needs_the_token_and_the_right_host(site):
    """9.1: loopback is no excuse: logs and settings hold secrets."""
    token, site.token = site.token, "wrong"
    try:
        refused = site.ask("GET", "/api/webjobs")[0]
    finally:
        site.token = token

    assert refused == 401
    assert site.ask("GET", "/api/webjobs", Host="evil.example")[0] == 421
