"""Kudu's functional scenarios, black box, over HTTP: Kudu.FunctionalTests/Jobs/WebJobsTests.cs.

Times are shorter than Kudu's, and scripts are shell scripts; the rest of each scenario is as there.
"""

import http.server
import json
import shutil
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest

pytestmark = pytest.mark.integration

JOB = "App_Data/jobs/continuous/deployedJob"


def marked(site, name):
    """Processes of a job."""
    from emulator.webjobs import leftovers

    status = site.home / "data/jobs/continuous" / name
    instance = next(site.home.glob("LogFiles/verification.txt.*")).name.removeprefix("verification.txt.")
    return leftovers.marked(instance, str(status))


def test_push_and_redeploy_continuous_job(site, tools):
    """F01: the old process ends and the new one runs exactly once."""
    site.deploy({f"{JOB}/ConsoleWorker.sh": tools.WORKER.format(line="Verified!!!")})
    tools.until(lambda: site.has_status("Running"))
    tools.until(lambda: site.lines() == ["Verified!!!"])
    job = site.only("continuous")

    site.deploy({f"{JOB}/ConsoleWorker.sh": tools.WORKER.format(line="Changed!!!")})
    tools.until(lambda: site.lines() == ["Verified!!!", "Changed!!!"])
    tools.until(lambda: site.has_status("Running"))

    assert (job["name"], job["type"], job["run_command"]) == ("deployedJob", "continuous", "ConsoleWorker.sh")
    assert all(job[key] for key in ("url", "extra_info_url", "log_url"))
    records = site.get("/api/deployments")
    assert [record["status"] for record in records[:2]] == [4, 4]


def test_deleting_the_executable_stops_the_job(site, tools):
    """F02: the folder without a runnable file is not listed, and no process remains."""
    site.deploy({f"{JOB}/ConsoleWorker.sh": tools.WORKER.format(line="Verified!!!")})
    tools.until(lambda: site.lines() == ["Verified!!!"])
    assert marked(site, "deployedJob")

    (site.jobs / "continuous/deployedJob/ConsoleWorker.sh").unlink()

    tools.until(lambda: site.get("/api/continuouswebjobs") == [])
    tools.until(lambda: not marked(site, "deployedJob"))
    assert site.ask("GET", "/api/continuouswebjobs/deployedJob")[0] == 404


def test_continuous_job_starts_after_going_down(site, tools):
    """F03: restarts go on through changes of its settings."""
    site.put("continuous", "basicJob1", tools.JOB_SCRIPT, "run.sh")
    tools.until(lambda: site.has_status("PendingRestart"))
    tools.until(lambda: len(site.lines()) >= 2)
    before = site.settings("continuous", "basicJob1").get("is_singleton", False)

    counts = []
    for wanted in (True, False):
        seen = len(site.lines())
        read = site.settings("continuous", "basicJob1", {"is_singleton": wanted})
        tools.until(lambda seen=seen: len(site.lines()) >= seen + 2)
        counts.append(read["is_singleton"])

    assert (before, counts) == (False, [True, False])


def test_continuous_job_stops_when_disabled_and_starts_when_enabled(own_site, tools):
    """F04: by stop and start, and by WEBJOBS_STOPPED across a graceful and a hard end of the engine."""
    own_site.start()
    own_site.deploy({f"{JOB}/ConsoleWorker.sh": tools.WORKER.format(line="Verified!!!")})
    tools.until(lambda: own_site.has_status("Running") and len(marked(own_site, "deployedJob")) > 0)

    tools.until(lambda: own_site.ask("POST", "/api/continuouswebjobs/deployedJob/stop")[0] == 200)
    tools.until(lambda: own_site.has_status("Stopped") and not marked(own_site, "deployedJob"))
    assert own_site.ask("POST", "/api/continuouswebjobs/deployedJob/start")[0] == 200
    tools.until(lambda: own_site.has_status("Running") and len(marked(own_site, "deployedJob")) > 0)

    own_site.site_setting(WEBJOBS_STOPPED="1")
    assert own_site.stop(signal.SIGTERM) == 0
    own_site.start()
    tools.until(lambda: own_site.has_status("Stopped") and not marked(own_site, "deployedJob"))
    own_site.site_setting(WEBJOBS_STOPPED="0")
    assert own_site.stop(signal.SIGKILL) == -signal.SIGKILL
    own_site.start()
    tools.until(lambda: own_site.has_status("Running") and len(marked(own_site, "deployedJob")) > 0)


def test_triggered_job_triggers(site, tools):
    """F05: names with spaces and accents, two quoted arguments, WEBJOBS_STOPPED at once, history of five."""
    name = "Job file with long name and accents àéè.sh"
    assert site.put("triggered", "job1", tools.JOB_SCRIPT, name) == 200
    job = site.get("/api/triggeredwebjobs/job1")
    assert (job["name"], job["type"], job["run_command"]) == ("job1", "triggered", name)
    assert all(job[key] for key in ("url", "extra_info_url", "history_url"))

    site.verify_triggers("job1", 1, "Success", "echo ")
    site.verify_triggers("job1", 2, "Success", "set _args=first arg,second arg", '"first arg" "second arg"')
    assert site.lines() == ["Verified!!!"] * 2

    site.site_setting(WEBJOBS_STOPPED="1")
    assert site.ask("POST", "/api/triggeredwebjobs/job1/run")[0] == 409
    site.site_setting(WEBJOBS_STOPPED="0")
    site.verify_triggers("job1", 3, "Success", "echo ")
    site.site_setting(WEBJOBS_HISTORY_SIZE="5")
    for count in (4, 5, 5, 5):
        site.verify_triggers("job1", count, "Success", "echo ")


def test_scheduled_job_is_invoked_on_schedule(site, tools):
    """F06: a schedule written later is taken up, and goes on (every second here, every ten there)."""
    site.put("triggered", "job1", tools.JOB_SCRIPT, "run.sh")
    (site.jobs / "triggered/job1/settings.job").write_text('{"schedule": "* * * * * *"}')

    tools.until(lambda: len(site.lines()) >= 2)

    runs = site.get("/api/triggeredwebjobs/job1/history")["runs"]
    assert {run["trigger"] for run in runs} == {"Schedule - * * * * * *"}
    assert len({run["start_time"][:19] for run in runs}) == len(runs), "one run an occurrence"


def test_scheduled_job_with_an_exact_time_is_invoked_once(site, tools):
    """F07: second, minute, hour, day and month of one moment; it does not fire again."""
    site.put("triggered", "job1", tools.JOB_SCRIPT, "run.sh")
    scheduled = []
    for seconds in (4, 20, 60):  # a busy machine may look at the schedule only when its moment is over
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        site.settings("triggered", "job1", {"schedule": f"{at.second} {at.minute} {at.hour} {at.day} {at.month} *"})
        tools.until(lambda before=scheduled: len(_schedulings(site)) > len(before))
        scheduled = _schedulings(site)
        if "expected in 00:" in scheduled[-1]:
            break

    site_runs = "/api/triggeredwebjobs/job1/history"
    tools.until(lambda: site.ask("GET", site_runs)[0] == 200 and len(site.get(site_runs)["runs"]) == 1)
    site.wait_for_runs("job1", 1, "Success", "echo ")

    log = (site.home / "data/jobs/triggered/job1/job_scheduler.log").read_text()
    assert site.lines() == ["Verified!!!"]
    assert log.count("WebJob invoked") == 1


def _schedulings(site):
    file = site.home / "data/jobs/triggered/job1/job_scheduler.log"
    lines = file.read_text().splitlines() if file.exists() else []
    return [line for line in lines if "Scheduling WebJob with" in line]


def test_triggered_job_accepts_arguments(site):
    """F08."""
    site.put("triggered", "job1", 'echo "$*"\n', "run.sh")

    site.verify_triggers("job1", 1, "Success", "test arguments", "test arguments")


def test_finished_run_calls_subscribed_web_hooks(site, tools):
    """F09: exactly one POST whose body is the run."""
    with hook_endpoint() as (address, received):
        subscription = json.dumps({"event": "TriggeredJobFinished", "url": address}).encode()
        code, text, _ = site.ask("POST", "/api/hooks", subscription)
        site.put("triggered", "myjob", tools.JOB_SCRIPT, "run.sh")
        site.verify_triggers("myjob", 1, "Success", "echo ")
        tools.until(lambda: len(received) == 1)
        site.ask("DELETE", f"/api/hooks/{json.loads(text)['id']}")

    assert code == 201
    assert len(received) == 1
    run = json.loads(received[0])
    assert site.assert_run(run, "myjob", "Success", "echo ")
    assert "error_url" not in run, "nulls are left out"


def test_settings_round_trip(site, tools):
    """F10: unknown keys too."""
    for kind in ("triggered", "continuous"):
        site.put(kind, "job", tools.JOB_SCRIPT, "run.sh")
        before = site.settings(kind, "job")
        assert "mysetting" not in before
        assert site.settings(kind, "job", before | {"mysetting": "myvalue"})["mysetting"] == "myvalue"


def test_job_in_place_runs_in_place(site, tools):
    """F11: from the copy, from its own folder, from the copy again; both types."""
    copy, own = f"{site.temp}/temp/jobs/{{}}/joba", f"{site.jobs}/{{}}/joba"
    site.put("triggered", "joba", "pwd\n", "run.sh")
    site.verify_triggers("joba", 1, "Success", copy.format("triggered"))
    site.settings("triggered", "joba", {"is_in_place": True})
    site.verify_triggers("joba", 2, "Success", own.format("triggered"))
    site.settings("triggered", "joba", {"is_in_place": False})
    site.verify_triggers("joba", 3, "Success", copy.format("triggered"))

    place = site.home / "LogFiles/verification.txt.place"
    site.put("continuous", "joba", 'pwd > "$HOME/LogFiles/verification.txt.place"\n', "run.sh")
    for settings, expected in (({}, copy), ({"is_in_place": True}, own), ({"is_in_place": False}, copy)):
        site.settings("continuous", "joba", settings)
        tools.until(lambda expected=expected: expected.format("continuous") in place.read_text())


@pytest.mark.parametrize("kind", ["triggered", "continuous"])
def test_second_upload_replaces_the_job(site, tools, kind):
    """F12, F13: full replacement, not merge."""
    archive = tools.zipped({"inner/run.sh": "./test.sh", "inner/test.sh": "echo test"})
    folder = site.jobs / kind / "job1"

    first = site.put(kind, "job1", archive, "job1.zip")
    had = (folder / "inner/run.sh").exists(), (folder / "myrun.sh").exists()
    second = site.put(kind, "job1", "echo test test test test", "myrun.sh")

    assert (first, second, had) == (200, 200, (True, False))
    assert not (folder / "inner/run.sh").exists()
    assert (folder / "myrun.sh").exists()


def test_jobs_are_created_and_deleted(site, tools):
    """F14: the same names across types; neither disable.job nor settings.job hides a job in its inner folder."""
    archive = tools.zipped({"inner/run.sh": "echo test\n", "inner/test.sh": "echo test\n"})
    for kind in ("triggered", "continuous"):
        for name in ("job1", "job2"):
            assert site.put(kind, name, archive, "job.zip") == 200
    tools.until(lambda: site.ask("POST", "/api/continuouswebjobs/job1/stop")[0] == 200)
    site.settings("triggered", "job1", {"one": 1})
    counts = [len(site.get(f"/api/{kind}webjobs")) for kind in ("triggered", "continuous")]
    site.verify_triggers("job1", 1, "Success", "test")

    for kind in ("triggered", "continuous"):
        for name in ("job1", "job2"):
            assert site.ask("DELETE", f"/api/{kind}webjobs/{name}")[0] == 200

    assert counts == [2, 2]
    tools.until(lambda: site.get("/api/webjobs") == [])


def test_scripts_are_chosen_by_order(site, tools):
    """F15: with .py and .php where the source has them."""
    order = [f"run.{kind}" for kind in ("cmd", "bat", "exe", "ps1", "sh", "py", "php", "js")]
    order += ["go.cmd", "do.bat", "console.exe", "execute.ps1", "invoke.sh", "execute.js"]
    folder = site.jobs / "triggered/job1"
    folder.mkdir(parents=True)
    for name in order:
        (folder / name).write_text("x")

    chosen = []
    for _ in order:
        chosen.append(site.get("/api/triggeredwebjobs/job1")["run_command"])
        (folder / chosen[-1]).unlink()

    shutil.rmtree(folder)
    assert chosen == order


class hook_endpoint:
    """An HTTP server that remembers what is posted to it."""

    def __enter__(self):
        received: list[bytes] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                received.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}/", received

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def test_jobs_brought_by_an_extension_are_named_after_it(site, tools):
    """F16: `EXT(JOB)`; Kudu's installer copies an extension's jobs to such folders, as is done here by hand."""
    for path in ("continuous/EXT(cjoba)", "triggered/EXT(tjoba)", "triggered/EXT(tjobb)"):
        (site.jobs / path).mkdir(parents=True)
        (site.jobs / path / "run.sh").write_text(tools.JOB_SCRIPT)

    tools.until(lambda: site.has_status("PendingRestart"))
    names = [job["name"] for job in site.get("/api/triggeredwebjobs")]
    site.verify_triggers("EXT(tjoba)", 1, "Success", "echo ")
    shutil.rmtree(site.jobs)
    tools.until(lambda: site.get("/api/webjobs") == [])

    assert names == ["EXT(tjoba)", "EXT(tjobb)"]
    tools.until(lambda: not marked(site, "EXT(cjoba)"))
