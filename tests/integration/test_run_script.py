"""The generated run script, run by real shells: each behaviour, and what Application Insights is told."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncrontab import parse
from oneplan.manifest.values import Argument, Job, Trigger
from oneplan.packaging.environment import quoted
from oneplan.packaging.guard import Guard
from oneplan.packaging.script import Recipe, run_script

pytestmark = pytest.mark.integration

TIDY = Job("tidy", Path("/jobs/tidy"), "shop", Trigger("manual"), summary="Tidy  up\nthe shop")
SECOND = timedelta(seconds=1)
SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)] or ["sh"]
LONG = 60


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> list[str]:
    """What starts a script: each POSIX shell of this machine."""
    return ["busybox", "sh"] if request.param == "busybox" else [request.param]


@dataclass
class Box:
    """A job's folder and the shell it is run by."""

    shell: list[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), **self.environment}

    def write(self, job: Job, command: str, *, python: bool = False, guard: Guard | None = None, **exports: str):
        recipe = Recipe(command, exports, "jobs/tidy/job.yaml", python=python, guard=guard)
        (self.folder / "run.sh").write_bytes(run_script(job, recipe, retry_wait=timedelta(0)))

    def run(self, *arguments: str) -> "Done":
        process = self.start(*arguments)
        return self.end_of(process)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.shell, "run.sh", *arguments],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def is_left(self) -> bool:
        """Whether the process runs whose number the command has written down; one that has ended may wait for init."""
        try:
            stat = Path("/proc", (self.folder / "left").read_text().strip(), "stat").read_text()
        except FileNotFoundError:
            return False
        return stat.rpartition(")")[2].split()[0] != "Z"

    def end_of(self, process: subprocess.Popen[str]) -> "Done":
        out, errors = process.communicate(timeout=LONG)
        return Done(process.returncode, out.splitlines(), errors)

    def started(self, *arguments: str) -> subprocess.Popen[str]:
        """The process, once its command has made the file `ready`."""
        os.mkfifo(self.folder / "ready")
        process = self.start(*arguments)
        (self.folder / "ready").read_text()
        return process


@dataclass
class Done:
    """How a run ended."""

    code: int
    lines: list[str]
    errors: str

    @property
    def out(self) -> list[str]:
        """What the command wrote, without the two lines of JSON."""
        return self.lines[1:-1]

    @property
    def last(self) -> dict:
        return json.loads(self.lines[-1])

    @property
    def outcome(self) -> tuple[str, int, int]:
        return self.last["outcome"], self.last["exit_code"], self.last["attempts"]


@pytest.fixture
def box(shell: list[str], tmp_path: Path) -> Box:
    return Box(shell, tmp_path)


def test_a_line_of_json_says_when_a_run_starts_and_how_it_ended(box: Box):
    box.environment["WEBJOBS_RUN_ID"] = '2026"11'
    box.write(TIDY, "echo working")

    done = box.run()

    first, last = json.loads(done.lines[0]), done.last
    assert (done.code, done.out, done.errors) == (0, ["working"], "")
    assert {**first, "time": ""} == {
        "time": "",
        "event": "run started",
        "job": "tidy",
        "run": '2026"11',
        "trigger": "manual",
    }
    assert {**last, "time": "", "seconds": 0} == {
        **first,
        "time": "",
        "event": "run ended",
        "outcome": "succeeded",
        "exit_code": 0,
        "attempts": 1,
        "seconds": 0,
    }


def test_exit_code_is_the_commands(box: Box):
    box.write(TIDY, "sh -c 'exit 3'")

    done = box.run()

    assert (done.code, done.outcome, done.errors) == (3, ("failed", 3, 1), "")


def test_python_site_makes_its_packages_importable(box: Box):
    box.write(TIDY, "env", python=True, FEED=quoted("a b"))

    out = box.run().out

    assert f"PYTHONPATH={box.folder}/home/site/wwwroot/.python_packages/lib/site-packages" in out
    assert {"PYTHONUNBUFFERED=1", "JOB_NAME=tidy", "FEED=a b"} <= set(out)


def test_app_setting_keeps_its_pythonpath(box: Box):
    box.environment["PYTHONPATH"] = "/elsewhere"
    box.write(TIDY, "env", python=True)

    assert "PYTHONPATH=/elsewhere" in box.run().out


def test_no_variable_of_the_script_reaches_the_command(box: Box):
    box.environment |= dict.fromkeys(("limit", "app", "trigger", "code", "host", "url", "key"), "theirs")
    box.write(replace(TIDY, timeout=timedelta(minutes=1), retries=1), "env")

    theirs = [line for line in box.run().out if line.endswith("=theirs")]

    assert len(theirs) == 7


@settings(deadline=None, max_examples=40)
@given(value=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
def test_any_value_reaches_the_shell_unchanged(value: str):
    done = subprocess.run(["sh", "-c", f"printf %s {quoted(value)}"], capture_output=True, check=True)

    assert done.stdout.decode() == value


@pytest.mark.parametrize("priority", ["low", "normal"])
def test_low_priority_leaves_the_processor_to_others(priority: str, box: Box):
    before = os.nice(0)
    box.write(replace(TIDY, priority=priority), "nice")

    assert box.run().out == [str(19 if priority == "low" else before)]


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel weighs no sessions")
@pytest.mark.parametrize(("priority", "nice"), [("low", 19), ("normal", 0)])
def test_session_of_a_low_priority_job_weighs_little(priority: str, nice: int, box: Box):
    box.write(replace(TIDY, priority=priority), "cat /proc/self/autogroup")

    (line,) = box.run().out

    assert line.endswith(f" nice {nice}")


def only(box: Box, *programs: str) -> None:
    """A PATH with what the script needs, and these programs."""
    tools = box.folder / "tools"
    tools.mkdir()
    for name in ("sh", "bash", "sleep", "date", "od", "tr", "sed", "grep", "env", "nice", "touch", *programs):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    box.shell = [str(shutil.which(box.shell[0])), *box.shell[1:]]
    box.environment["PATH"] = str(tools)


def weighs_sessions() -> bool:
    """Whether this kernel weighs sessions, and tells how long a process runs at a time."""
    enabled, facts = Path("/proc/sys/kernel/sched_autogroup_enabled"), Path("/proc/self/sched")
    return (
        enabled.exists() and enabled.read_text().strip() == "1" and facts.exists() and "se.slice" in facts.read_text()
    )


@pytest.mark.skipif(not weighs_sessions(), reason="this kernel weighs no sessions, or gives all the same time")
def test_site_may_interrupt_a_low_priority_job_where_sessions_are_weighed(box: Box):
    only(box, "cat", "setsid")  # no chrt: its idle class hides the figure
    (box.folder / "tools" / "python3").symlink_to(Path(sys.executable).resolve())
    box.write(replace(TIDY, priority="low"), "grep -E '^(se.slice|policy) ' /proc/self/sched")

    facts = dict(line.replace(" ", "").split(":") for line in box.run().out)

    assert facts == {"se.slice": "10000000", "policy": "3"}


def test_python_that_does_not_run_keeps_no_low_priority_job_from_running(box: Box):
    only(box, "cat", "setsid", "echo")
    (box.folder / "tools" / "python3").write_text("#!/bin/sh\nexit 127\n")
    (box.folder / "tools" / "python3").chmod(0o755)
    box.write(replace(TIDY, priority="low"), "echo done")

    assert box.run().out == ["done"]


def test_memory_limit_ends_the_command_that_wants_more(box: Box):
    box.write(replace(TIDY, memory=64), "python3 -c 'bytearray(200_000_000)'")

    done = box.run()

    assert (done.code, done.errors.splitlines()[-1]) == (1, "MemoryError")


@pytest.mark.parametrize(
    ("given_words", "seen"),
    [
        ((), "--dry-run --brand=all 'brands' --limit=5"),
        (("--brand", "omega"), "--dry-run --limit=5 --brand omega"),
        (("--brand=omega", "--no-dry-run"), "--limit=5 --brand=omega --no-dry-run"),
        (("a b", "--limit=1"), "--dry-run --brand=all 'brands' a b --limit=1"),
    ],
)
def test_argument_of_a_run_takes_the_place_of_its_default(given_words, seen, box: Box):
    arguments = (
        Argument("limit", "int", "5"),
        Argument("brand", "string", "all 'brands'"),
        Argument("since", "date"),
        Argument("dry-run", "bool", "true"),
    )
    box.write(replace(TIDY, arguments=arguments), "echo")

    assert box.run(*given_words).out == [seen]


def test_false_default_of_a_switch_is_its_negation(box: Box):
    box.write(replace(TIDY, arguments=(Argument("dry-run", "bool", "false"),)), "echo")

    assert box.run().out == ["--no-dry-run"]


def test_every_attempt_gets_the_arguments(box: Box):
    box.write(replace(TIDY, retries=1), "sh -c 'echo \"$@\"; exit 1' x")

    assert box.run("a b", "c").out == ["a b c", "a b c"]


def test_job_with_a_time_limit_that_keeps_it_says_nothing(box: Box):
    box.write(replace(TIDY, timeout=timedelta(minutes=10)), "sh -c 'echo done; exit 3'")

    done = box.run()

    assert (done.code, done.out, done.errors) == (3, ["done"], "")


def test_exit_code_124_before_the_limit_is_the_jobs_own(box: Box):
    box.write(replace(TIDY, timeout=timedelta(minutes=1)), "sh -c 'exit 124'")

    done = box.run()

    assert (done.outcome, done.errors) == (("failed", 124, 1), "")


@pytest.mark.parametrize("has_setsid", [True, False])
def test_job_over_its_time_limit_is_stopped_and_reported(box: Box, has_setsid: bool):
    if not has_setsid:
        only(box)
    box.write(replace(TIDY, timeout=SECOND), "sleep 50")

    done = box.run()

    assert (done.code, done.outcome, done.errors.splitlines()[-1]) == (124, ("timedOut", 124, 1), "timed out after 1s")


@pytest.mark.parametrize("has_setsid", [True, False])
def test_job_that_ignores_the_request_to_stop_is_killed(box: Box, has_setsid: bool):
    if not has_setsid:
        only(box)
    box.write(replace(TIDY, timeout=SECOND, stop_grace=SECOND), "sh -c 'trap \"\" TERM; while :; do sleep 0.1; done'")

    done = box.run()

    assert (done.outcome, done.errors.splitlines()[-1]) == (("timedOut", 124, 1), "timed out after 1s")


def test_failed_attempts_are_reported_and_the_last_exit_code_kept(box: Box):
    box.write(replace(TIDY, retries=2), "sh -c 'echo try; exit 3'")

    done = box.run()

    assert (done.out, done.outcome) == (["try"] * 3, ("failed", 3, 3))
    assert done.errors == (
        "attempt 1 of 3 failed with exit code 3; trying again in 0 s\n"
        "attempt 2 of 3 failed with exit code 3; trying again in 0 s\n"
        "attempt 3 of 3 failed with exit code 3\n"
    )


def test_pause_doubles_with_each_attempt(box: Box):
    tools = box.folder / "tools"
    tools.mkdir()
    (tools / "sleep").write_text('#!/bin/sh\necho "slept $1"\n')
    (tools / "sleep").chmod(0o755)
    box.environment["PATH"] = f"{tools}:{os.environ['PATH']}"
    recipe = Recipe("sh -c 'exit 1'", {}, "job.yaml")
    (box.folder / "run.sh").write_bytes(run_script(replace(TIDY, retries=8), recipe))

    assert box.run().out == [f"slept {pause}" for pause in (5, 10, 20, 40, 80, 160, 300, 300)]


def test_success_ends_the_attempts(box: Box):
    command = "sh -c 'echo x >> tries; [ $(wc -l < tries) -eq 2 ] || exit 7'"
    box.write(replace(TIDY, retries=5, timeout=timedelta(minutes=1)), command)

    done = box.run()

    assert done.outcome == ("succeeded", 0, 2)
    assert done.errors == "attempt 1 of 6 failed with exit code 7; trying again in 0 s\n"


def test_attempt_over_the_limit_is_tried_again(box: Box):
    box.write(replace(TIDY, retries=1, timeout=SECOND), "sleep 50")

    done = box.run()

    assert done.outcome == ("timedOut", 124, 2)
    own_words = [line for line in done.errors.splitlines() if line != "Terminated"]  # dash's and busybox's word for it
    assert own_words == [
        "attempt 1 of 2 timed out after 1s; trying again in 0 s",
        "attempt 2 of 2 timed out after 1s",
    ]


STOPPING = "sh -c 'trap \"echo stopping; exit 5\" TERM; echo > ready; while :; do sleep 0.05; done'"


@pytest.mark.parametrize("has_setsid", [True, False])
def test_request_to_stop_reaches_the_command_and_ends_the_attempts(box: Box, has_setsid: bool):
    if not has_setsid:
        only(box)
    box.write(replace(TIDY, retries=3, timeout=timedelta(minutes=1)), STOPPING)
    process = box.started()

    process.send_signal(signal.SIGTERM)
    done = box.end_of(process)

    assert (done.code, done.out, done.outcome) == (5, ["stopping"], ("aborted", 5, 1))


@pytest.mark.parametrize("has_setsid", [True, False])
def test_what_a_command_over_its_limit_has_started_is_ended_too(box: Box, has_setsid: bool):
    if not has_setsid:
        only(box)
    box.write(replace(TIDY, timeout=SECOND, stop_grace=LONG * SECOND), "sh -c 'sleep 50 & echo $! > left; wait; echo'")

    done = box.run()

    assert done.outcome == ("timedOut", 124, 1)
    assert not box.is_left()


@pytest.mark.parametrize("has_setsid", [True, False])
def test_what_ignores_the_end_of_its_command_is_killed(box: Box, has_setsid: bool):
    if not has_setsid:
        only(box)
    deaf = "sh -c '(trap \"\" TERM; sleep 50) & echo $! > left; wait'"
    box.write(replace(TIDY, timeout=SECOND, stop_grace=SECOND), deaf)

    done = box.run()

    assert done.outcome == ("timedOut", 124, 1)
    assert not box.is_left()


@pytest.mark.parametrize("has_setsid", [True, False])
def test_request_to_stop_reaches_all_that_the_command_has_started(box: Box, has_setsid: bool):
    if not has_setsid:
        only(box)
    box.write(replace(TIDY, trigger=Trigger("always")), "sh -c 'sleep 50 & echo $! > left; echo > ready; wait; echo'")
    process = box.started()

    process.send_signal(signal.SIGTERM)
    done = box.end_of(process)

    assert done.outcome == ("succeeded", 143, 1)
    assert not box.is_left()


def test_request_to_stop_a_job_that_runs_for_ever_is_no_failure(box: Box):
    box.write(replace(TIDY, trigger=Trigger("always"), timeout=SECOND, retries=3), STOPPING)
    process = box.started()

    process.send_signal(signal.SIGTERM)
    done = box.end_of(process)

    assert (done.code, done.outcome, done.last["trigger"]) == (5, ("succeeded", 5, 1), "continuous")


def test_program_of_the_folder_is_made_runnable_first(box: Box):
    tool = box.folder / "tool"
    tool.write_text("#!/bin/sh\necho works\n")
    tool.chmod(0o644)
    box.write(TIDY, "./tool")

    assert box.run().out == ["works"]


def test_missing_command_is_a_failed_run_with_the_shells_words(box: Box):
    box.write(TIDY, "there-is-no-such-program")

    done = box.run()

    assert done.outcome == ("failed", 127, 1)
    assert "there-is-no-such-program" in done.errors


ANY_HOUR, NO_HOUR = tuple(range(24)), (99,)


def guard_for(hours: tuple[int, ...], zone: str = "Asia/Tokyo") -> Guard:
    return Guard("0 0 * * * *", zone, replace(parse("0 0 6 * * *"), hours=hours))


def scheduled(box: Box, by: str) -> None:
    box.environment |= {"WEBJOBS_RUN_ID": "1", "WEBJOBS_DATA_PATH": str(box.folder / "data")}
    status = box.folder / "data" / "1" / "status"
    status.parent.mkdir(parents=True)
    status.write_text(json.dumps({"Trigger": by, "Status": "Running"}))


def test_guarded_run_in_another_hour_ends_at_once(box: Box):
    scheduled(box, "Schedule - 0 0 * * * *")
    box.write(replace(TIDY, trigger=Trigger("schedule", "x")), "echo ran", guard=guard_for(NO_HOUR))

    done = box.run()

    assert (done.code, len(done.lines), done.errors) == (0, 1, "")
    assert {**done.last, "time": ""} == {
        "time": "",
        "event": "run skipped",
        "job": "tidy",
        "run": "1",
        "trigger": "schedule",
        "reason": "it is another time in Asia/Tokyo",
    }


def test_guarded_run_in_its_hour_goes_on(box: Box):
    scheduled(box, "Schedule - 0 0 * * * *")
    box.write(replace(TIDY, trigger=Trigger("schedule", "x")), "echo ran", guard=guard_for(ANY_HOUR))

    assert box.run().out == ["ran"]


def test_guarded_job_started_by_hand_goes_on_at_any_time(box: Box):
    scheduled(box, "External - oneplan")
    box.write(replace(TIDY, trigger=Trigger("schedule", "x")), "echo ran", guard=guard_for(NO_HOUR))

    done = box.run()

    assert (done.out, done.last["trigger"]) == (["ran"], "manual")


@pytest.mark.parametrize("zone", ["Europe/Zurich", "Asia/Kolkata", "America/St_Johns", "Etc/UTC"])
def test_rule_of_a_zone_shows_the_zones_clock_without_a_database(zone: str):
    for moment in (1_768_000_000, 1_782_000_000):
        shown = subprocess.run(
            ["date", "-d", f"@{moment}", "+%H:%M"],
            env={"PATH": os.environ["PATH"], "TZ": guard_for((6,), zone).rule, "TZDIR": "/nowhere"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        assert shown == datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%H:%M")


def test_script_is_clean_for_shellcheck(box: Box):
    arguments = (Argument("limit", "int", "5"),)
    job = replace(TIDY, timeout=SECOND, retries=2, memory=64, priority="low", arguments=arguments)
    box.write(job, "python3 -m tidy", python=True, guard=guard_for((6, 7)), FEED=quoted("it's"))

    done = subprocess.run(
        [str(Path(sys.executable).with_name("shellcheck")), "-s", "sh", "run.sh"],
        cwd=box.folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == ""


@dataclass
class Insights:
    """A server that takes telemetry, or refuses it."""

    server: ThreadingHTTPServer
    status: int = 200
    items: list[dict] = field(default_factory=list)
    headers: list[str | None] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def kinds(self) -> list[str]:
        return sorted(item["data"]["baseType"] for item in self.items)

    def request(self) -> dict:
        return next(item for item in self.items if item["data"]["baseType"] == "RequestData")


@pytest.fixture
def insights(box: Box) -> Iterator[Insights]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if there.status == 200:
                there.items += [json.loads(line) for line in body.splitlines()]
                there.headers.append(self.headers["Authorization"])
            self.answer(there.status, b'{"itemsReceived":1}')

        def do_GET(self):
            allowed = self.headers["X-IDENTITY-HEADER"] == "secret-header"
            self.answer(200 if allowed else 401, b'{"access_token":"secret-token","expires_on":"1"}')

        def answer(self, status: int, content: bytes):
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Insights(server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    box.environment["APPLICATIONINSIGHTS_CONNECTION_STRING"] = (
        f"instrumentationkey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={there.address}/"
    )
    yield there
    server.shutdown()
    server.server_close()


def test_run_is_reported_to_application_insights(box: Box, insights: Insights):
    box.environment |= {"WEBSITE_SITE_NAME": 'odd "site"', "WEBSITE_INSTANCE_ID": "abc", "WEBJOBS_RUN_ID": "7"}
    box.write(replace(TIDY, retries=1), "sh -c 'echo $TRACEPARENT; exit 3'")

    done = box.run()

    assert insights.kinds() == ["EventData", "RequestData"]
    item = insights.request()
    base = item["data"]["baseData"]
    assert done.out[0] == f"00-{item['tags']['ai.operation.id']}-{base['id']}-01"
    assert (item["iKey"], item["tags"]["ai.cloud.role"]) == ("00000000-0000-0000-0000-000000000001", 'odd "site"')
    assert (base["responseCode"], base["success"], base["name"]) == ("3", False, "WEBJOB tidy")
    assert {**base["properties"], "startedAt": ""} == {
        "wj": "run",
        "app": "shop",
        "slot": "production",
        "job": "tidy",
        "runId": "7",
        "trigger": "manual",
        "startedAt": "",
        "outcome": "failed",
        "exitCode": "3",
        "attempt": "2",
    }
    assert base["duration"].startswith("0.00:")


def test_report_needs_python_where_the_image_has_no_curl(box: Box, insights: Insights):
    only(box)
    tools = Path(box.environment["PATH"])
    (tools / "python3").symlink_to(Path(sys.executable).resolve())
    for name in ("head", "tail", "cut", "cat", "mv", "rm", "mkdir", "awk"):
        (tools / name).symlink_to(str(shutil.which(name)))
    box.write(TIDY, "sh -c :")

    done = box.run()

    assert (insights.kinds(), done.errors) == (["EventData", "RequestData"], "")


def test_image_that_cannot_report_says_so_and_runs_the_job(box: Box, insights: Insights):
    only(box)
    box.write(TIDY, "sh -c 'exit 4'")

    done = box.run()

    assert (done.code, insights.items) == (4, [])
    assert done.errors == ("this image has neither curl nor python3: the run is not reported to Application Insights\n")


@pytest.mark.parametrize("status", [429, 500])
def test_report_that_is_refused_goes_with_the_next_run(box: Box, insights: Insights, status: int):
    box.write(TIDY, "sh -c 'exit 3'")
    insights.status = status
    refused = box.run()
    insights.status = 200

    box.run()

    assert (refused.code, refused.errors) == (3, "")
    assert insights.kinds() == ["EventData", "EventData", "RequestData", "RequestData"]
    assert list((box.folder / "home" / "data" / "webjob-telemetry").iterdir()) == []


def test_bad_item_is_dropped(box: Box, insights: Insights):
    box.write(TIDY, "sh -c :")
    insights.status = 400
    box.run()
    insights.status = 200

    box.run()

    assert insights.kinds() == ["EventData", "RequestData"]


def test_report_older_than_two_days_is_dropped(box: Box, insights: Insights):
    unsent = box.folder / "home" / "data" / "webjob-telemetry" / "tidy.jsonl"
    unsent.parent.mkdir(parents=True)
    unsent.write_text('{"ver":1,"time":"2020-01-01T00:00:00Z"}\n')
    insights.status = 500
    box.write(TIDY, "sh -c :")

    box.run()

    assert "2020-01-01" not in unsent.read_text()
    assert len(unsent.read_text().splitlines()) == 2


def test_token_of_the_site_is_sent_where_keys_are_switched_off(box: Box, insights: Insights):
    box.environment |= {
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "Authorization=AAD;ClientId=11",
        "IDENTITY_ENDPOINT": f"{insights.address}/token",
        "IDENTITY_HEADER": "secret-header",
    }
    box.write(TIDY, "sh -c :")

    done = box.run()

    assert insights.headers == ["Bearer secret-token", "Bearer secret-token"]
    assert "secret" not in "".join([*done.lines, done.errors])


def test_server_that_is_not_there_changes_nothing_for_the_job(box: Box):
    box.environment["APPLICATIONINSIGHTS_CONNECTION_STRING"] = (
        "InstrumentationKey=1;IngestionEndpoint=http://127.0.0.1:9/"
    )
    box.write(TIDY, "sh -c 'echo works; exit 6'")

    done = box.run()

    assert (done.code, done.out, done.errors) == (6, ["works"], "")
